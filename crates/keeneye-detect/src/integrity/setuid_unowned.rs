//! A program gives its caller the rights of another user, and no package brought it so.
//!
//! # What it sees
//! setuid and setgid programs of the whole tree. A copy of a shell or an interpreter, or a packaged shell that was
//! given such rights: compromised. A program of no package in a volatile or hidden place, in a home, among packages'
//! own or among data below `/var`, or one that others may write: suspicious. One in `/opt` or `/usr/local`: unusual;
//! with the rights of a group that reads passwords or disks: suspicious.
//!
//! # Why it matters
//! Who became root once leaves such a program behind, and is root again whenever any account on the machine will do.
//!
//! # Innocent causes
//! Software from outside the distribution brings setuid helpers (sandboxes of browsers, virtual machines, monitoring).
//! Images of containers and chroots hold whole systems with their own: what lies among the programs of a tree with an
//! `etc/passwd`, a database of packages and a set of such programs is left to `integrity/rights-unjudged`, copies of
//! shells excepted. What lies on a mounted image is quiet.
//!
//! # What to do
//! Do not run it. Look at it (`keeneye look file PATH`), copy it away, then take the right away: `chmod u-s,g-s PATH`.
//! Who put it there had root already: look for how.

use super::rights::Packaged;
use super::{portrait, rights};
use crate::{Detector, Scene, place, portrait::user, shells, subject};
use keeneye_facts::{FileFact, FileStat, Finding, Level, Ownership, Text};
use keeneye_world::World;
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/setuid-unowned",
    title: "a program of no package gives its caller another user's rights",
    level: Level::Compromised,
    attack: &["T1548.001"],
    absolute: false,
    source: include_str!("setuid_unowned.rs"),
    run,
};

const NO_PACKAGE: &str = "and no package owns it";
/// Programs of one owner and one place, about which the same is to be said, that are told one by one.
const FEW: usize = 5;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let packaged = Packaged::of(scene.world);
    let mut findings = Vec::new();
    let mut installed: BTreeMap<Text, Vec<&FileFact>> = BTreeMap::new();
    let mut loud: BTreeMap<(Text, u32, String), Vec<&FileFact>> = BTreeMap::new();
    for fact in scene.world.files.values().filter(|fact| rights::gives_rights(fact)) {
        let Some(stat) = fact.stat.filter(|_| !rights::is_on_image(scene.world, &fact.path)) else { continue };
        if packaged.has_another(fact) {
            continue;
        }
        match judge(scene, &packaged, fact, &stat) {
            Some((Level::Unusual, _)) => installed.entry(Text::from(fact.path.parent())).or_default().push(fact),
            Some((Level::Suspicious, why)) => {
                loud.entry((tree(&fact.path), stat.uid, why)).or_default().push(fact);
            }
            Some((level, why)) => findings.push(said(scene, fact, &stat, level, &why)),
            None => (),
        }
    }
    for ((_, _, why), facts) in &loud {
        if facts.len() > FEW {
            findings.extend(together(scene, facts, Level::Suspicious, why));
        } else {
            let one = |fact: &&FileFact| Some(said(scene, fact, &fact.stat?, Level::Suspicious, why));
            findings.extend(facts.iter().filter_map(one));
        }
    }
    findings.extend(installed.values().filter_map(|facts| together(scene, facts, Level::Unusual, NO_PACKAGE)));
    findings
}

/// The first two parts of a path: `/tmp/x`, `/home/anna`.
fn tree(path: &Text) -> Text {
    let parts = path.split(|b| *b == b'/').skip(1).take(2);
    Text::from([b"/".as_slice(), bstr::join("/", parts).as_slice()].concat())
}

fn judge(scene: &Scene<'_>, packaged: &Packaged<'_>, fact: &FileFact, stat: &FileStat) -> Option<(Level, String)> {
    if fact.owner.is_owned() {
        let level = if shells::takes_code(&fact.path) { Level::Compromised } else { Level::Suspicious };
        return rights::does_as_asked(&fact.path).then(|| (level, "and no package gives it such rights".into()));
    }
    if let Some(original) = packaged.copied_from(fact) {
        return Some((Level::Compromised, format!("and is a copy of {}", original.lossy())));
    }
    if shells::takes_code(&fact.path) {
        return Some((Level::Suspicious, "and does whatever it is told".into()));
    }
    if rights::of_another_system(scene.world, packaged, fact).is_some() {
        return None;
    }
    if let Some(place) = rights::odd_place(&fact.path, &scene.world.accounts) {
        return Some((Level::Suspicious, format!("and lies {place}")));
    }
    if stat.writable_by_others() {
        return Some((Level::Suspicious, "and others than its owner may write it".into()));
    }
    if let Some(home) = place::home_of(&fact.path, &scene.world.accounts) {
        let own = stat.uid != 0 && home.account.is_some_and(|account| account.uid == stat.uid);
        return Some((if own { Level::Unusual } else { Level::Suspicious }, "and lies in a home".into()));
    }
    if fact.owner.is_unowned() && reads_secrets(scene.world, stat) {
        return Some((Level::Suspicious, "which reads passwords or disks, and no package owns it".into()));
    }
    // Without a database every program would be told, and those of the system have such rights.
    if fact.owner == Ownership::Unknown || stat.mode & 0o4000 == 0 && !place::is_packaged(&fact.path) {
        return None;
    }
    if stat.mode & 0o4000 != 0 && rights::is_among_data(&fact.path) {
        return Some((Level::Suspicious, "and lies among data".into()));
    }
    let packaged = place::is_packaged(&fact.path);
    let level = if packaged { Level::Suspicious } else { Level::Unusual };
    Some((level, "and no package owns it".into()))
}

/// It gives the rights of a group by which files and disks are read that only root may read otherwise.
fn reads_secrets(world: &World, stat: &FileStat) -> bool {
    const GROUPS: [&str; 4] = ["shadow", "disk", "kmem", "docker"];
    let mut groups = world.groups.iter().filter(|group| group.gid == stat.gid);
    stat.mode & 0o2010 == 0o2010 && groups.any(|group| GROUPS.iter().any(|name| group.name == *name))
}

fn whose(scene: &Scene<'_>, stat: &FileStat) -> String {
    if stat.mode & 0o4000 != 0 {
        return format!("user {}", user(scene, stat.uid).lossy());
    }
    format!("group {}", stat.gid)
}

fn said(scene: &Scene<'_>, fact: &FileFact, stat: &FileStat, level: Level, why: &str) -> Finding {
    let summary = format!("{} gives its caller the rights of {}, {why}", fact.path.lossy(), whose(scene, stat));
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("path", fact.path.clone())
        .evidence("mode", format!("{:04o}", stat.mode & 0o7777))
        .innocent("software from outside the distribution", level > Level::Unusual, "by its place and content")
        .next(format!("keeneye look file {}", fact.path.lossy()));
    portrait(finding, scene.world, fact)
}

/// What one installer put into one directory, and what lies in one tree, is told once.
fn together(scene: &Scene<'_>, facts: &[&FileFact], level: Level, why: &str) -> Option<Finding> {
    let first = facts.first()?;
    let mut finding = said(scene, first, &first.stat?, level, why);
    if facts.len() > FEW {
        finding.summary =
            format!("{} (and {} more there)", finding.summary.lossy(), facts.len().saturating_sub(1)).into();
    }
    for other in facts.iter().skip(1).take(20) {
        finding = finding.evidence("beside it", other.path.clone()).related(subject::file(&other.path));
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/setuid-unowned";
    const BASE: &str = "package base 1 owns /usr/bin/a,/usr/bin/passwd,/usr/bin/bash,/usr/bin/find\n\
                        /usr/bin/passwd : mode=104755\n";

    #[track_caller]
    fn says(more: &str, expected: &[&str]) {
        check(NAME, &format!("{BASE}{more}"), expected);
    }

    #[test]
    fn in_places_where_nobody_installs() {
        let said = |path: &str, place: &str| {
            format!("suspicious: {path} gives its caller the rights of user root (0), and lies {place}")
        };
        for (path, place) in [
            ("/var/tmp/.s", "in /var/tmp"),
            ("/dev/shm/p", "in /dev/shm"),
            ("/usr/lib/.x/y", "in a hidden place"),
            ("/opt/.x/y", "in a hidden place"),
            ("/home/anna/x", "in a home"),
        ] {
            says(&format!("{path} : mode=104755 size=9"), &[&said(path, place)]);
            says(&format!("{path} : mode=100755 size=9"), &[]);
        }
        // What is hidden in a home as tools are is in a home all the same.
        says("/home/anna/.local/bin/x : mode=104755", &[&said("/home/anna/.local/bin/x", "in a home")]);
    }
    #[test]
    fn a_whole_tree_of_them_is_told_once() {
        let tree = |count: usize| (0..count).map(|n| format!("/tmp/x/{n} : mode=104755\n")).collect::<String>();
        let said = |count: usize| crate::testing::findings(NAME, &format!("{BASE}{}", tree(count)), &[]);
        assert_eq!(said(5).len(), 5);
        let text =
            "suspicious: /tmp/x/0 gives its caller the rights of user root (0), and lies in /tmp (and 5 more there)";
        assert_eq!(said(6), [text]);
    }
    #[test]
    fn a_packaged_program_once_more_gives_nothing_new() {
        let copy = "/usr/bin/passwd = \\x7fELF passwd\n/tmp/root/usr/bin/passwd = \\x7fELF passwd\n\
                    /tmp/root/usr/bin/passwd : mode=104755";
        says(copy, &[]);
        let said =
            "suspicious: /tmp/root/usr/bin/passwd gives its caller the rights of user root (0), and lies in /tmp";
        says(&copy.replacen("passwd\n/tmp", "other\n/tmp", 1), &[said]);
    }
    #[test]
    fn copies_of_shells() {
        let copy = "/usr/bin/bash = \\x7fELF shell\n/opt/tool/x = \\x7fELF shell\n/opt/tool/x : mode=104755";
        says(
            copy,
            &["compromised: /opt/tool/x gives its caller the rights of user root (0), and is a copy of /usr/bin/bash"],
        );
        says(&copy.replace("104755", "100755"), &[]);
        // The original does not run, and nobody types its name.
        let busybox = "package busybox 1 owns /usr/bin/busybox\n/usr/bin/busybox = \\x7fELF many\n\
                       /var/www/html/x.png = \\x7fELF many\n/var/www/html/x.png : mode=104755";
        let said = "compromised: /var/www/html/x.png gives its caller the rights of user root (0), and is a copy of \
                    /usr/bin/busybox";
        says(busybox, &[said]);
        // A copy of what takes no code.
        says(
            &copy.replace("/usr/bin/bash =", "/usr/bin/a ="),
            &["unusual: /opt/tool/x gives its caller the rights of user root (0), and no package owns it"],
        );
    }
    #[test]
    fn groups_that_read_what_only_root_may() {
        let host =
            |gid: u32| format!("/etc/group = shadow:x:42:\\ngames:x:60:\\n\n/usr/local/lib/x : mode=102755 gid={gid}");
        let said = "suspicious: /usr/local/lib/x gives its caller the rights of group 42, which reads passwords or \
                    disks, and no package owns it";
        says(&host(42), &[said]);
        says(&host(60), &[]);
    }
    #[test]
    fn packaged_programs_that_do_as_they_are_told() {
        let said = "gives its caller the rights of user root (0), and no package gives it such rights";
        says("/usr/bin/bash : mode=104755", &[&format!("compromised: /usr/bin/bash {said}")]);
        says("/usr/bin/find : mode=104755", &[&format!("suspicious: /usr/bin/find {said}")]);
        says("/usr/bin/a : mode=104755", &[]);
    }
    #[test]
    fn software_from_elsewhere_is_told_once() {
        says(
            "/opt/vm/a : mode=104755\n/opt/vm/b : mode=104755\n/usr/local/sbin/c : mode=104755",
            &[
                "unusual: /opt/vm/a gives its caller the rights of user root (0), and no package owns it",
                "unusual: /usr/local/sbin/c gives its caller the rights of user root (0), and no package owns it",
            ],
        );
        says("/opt/vm/a : mode=102755", &[]);
        says(
            "/opt/vm/a : mode=104777",
            &[
                "suspicious: /opt/vm/a gives its caller the rights of user root (0), and others than its owner may write it",
            ],
        );
    }
    #[test]
    fn among_data() {
        let said = |path: &str, level: &str, why: &str| {
            format!("{level}: {path} gives its caller the rights of user root (0), and {why}")
        };
        for path in ["/var/lib/php/sessions/x", "/var/www/html/x.png", "/var/cache/man/x"] {
            says(&format!("{path} : mode=104755"), &[&said(path, "suspicious", "lies among data")]);
            says(&format!("{path} : mode=102755"), &[]);
        }
        let program = "/var/qmail/bin/queue";
        says(&format!("{program} : mode=104755"), &[&said(program, "unusual", "no package owns it")]);
    }
    #[test]
    fn among_packages_own() {
        says(
            "/usr/lib/x/y : mode=104755",
            &["suspicious: /usr/lib/x/y gives its caller the rights of user root (0), and no package owns it"],
        );
        check(NAME, "/usr/lib/x/y : mode=104755", &[]);
    }
    #[test]
    fn whole_systems_have_their_own() {
        let programs = ["su", "mount", "passwd"].map(|name| format!("/srv/jail/usr/bin/{name} : mode=104755\n"));
        let system = format!("/srv/jail/etc/passwd = root:x:0:0::/:/bin/sh\\n\n{}", programs.concat());
        let whole = format!("{system}/srv/jail/var/lib/dpkg/status = x\n");
        says(&whole, &[]);
        // What shall look like one; in its place; what no package of it brought.
        let told = "gives its caller the rights of user root (0), and";
        says(&system, &[&format!("unusual: /srv/jail/usr/bin/mount {told} no package owns it")]);
        says(
            &format!("{whole}/srv/jail/srv/x : mode=104755\n/srv/jail/usr/bin/bash : mode=104755\n"),
            &[
                &format!("suspicious: /srv/jail/usr/bin/bash {told} does whatever it is told"),
                &format!("unusual: /srv/jail/srv/x {told} no package owns it"),
            ],
        );
        let hidden = whole.replace("/srv/jail", "/var/tmp/x").replace("/usr/bin", "/usr/lib/.x");
        assert_eq!(crate::testing::findings(NAME, &format!("{BASE}{hidden}"), &[]).len(), 3);
        says(
            &programs.concat(),
            &["unusual: /srv/jail/usr/bin/mount gives its caller the rights of user root (0), and no package owns it"],
        );
        let mount = "/proc/self/mountinfo = 1 0 7:1 / /snap2/c ro - squashfs /dev/loop1 ro\\n\n";
        says(&format!("{mount}/snap2/c/usr/bin/su : mode=104755"), &[]);
    }
}
