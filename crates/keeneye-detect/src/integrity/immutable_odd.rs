//! A file can be changed by nobody.
//!
//! # What it sees
//! Files with the attribute immutable or append-only (chattr(1)). A program of no package outside of homes, or an entry
//! in a volatile or hidden place that starts something: suspicious. Other programs, entries that start something, keys
//! of ssh, lists of accounts and settings that decide who gets in: unusual, told once where there are many. All else is
//! quiet.
//!
//! # Why it matters
//! Who wants a miner, a cron line or a key to stay makes it immutable: `rm` fails even for root, and many give up.
//!
//! # Innocent causes
//! Admins protect files with it, some whole directories of programs (five of them in one directory of the admin's own
//! are only unusual); tools for name resolution and panels for hosting do.
//!
//! # What to do
//! `lsattr PATH` shows it, `chattr -ia PATH` takes it away. Look at the file first: `keeneye look file PATH`.

use super::{portrait, rights};
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, Finding, Interest, Level, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/immutable-odd",
    title: "a file that nobody can change",
    level: Level::Suspicious,
    attack: &["T1222.002"],
    absolute: false,
    source: include_str!("immutable_odd.rs"),
    run,
};

/// From so many on they are an admin's measure, and told as one.
const MANY: usize = 5;
/// Made immutable by every other guide, since so many programs write it.
const RESOLVER: &str = "/etc/resolv.conf";
/// Settings and lists that decide who gets in and what runs.
const DECIDES: &[&str] = &[
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/ssh",
    "/etc/ld.so.preload",
    "/etc/crontab",
    "/etc/cron.d",
    "/var/spool/cron",
    "/etc/systemd",
    "/etc/init.d",
    "/etc/rc.local",
    "/etc/hosts.deny",
    "/etc/pam.d",
];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.files.values().filter(|fact| {
        let held = fact.stat.is_some_and(|stat| stat.immutable || stat.append_only);
        held && fact.interests.contains(&Interest::Immutable) && !rights::is_on_image(scene.world, &fact.path)
    });
    let files: Vec<&FileFact> = files.collect();
    let mut together_in: BTreeMap<Text, usize> = BTreeMap::new();
    for fact in files.iter().filter(|fact| is_program_of_nobody(scene, fact)) {
        *together_in.entry(fact.path.parent().into()).or_default() += 1;
    }
    let (mut findings, mut common) = (Vec::new(), Vec::new());
    for fact in files {
        let measure = !place::is_packaged(&fact.path)
            && together_in.get(&Text::from(fact.path.parent())).is_some_and(|count| *count >= MANY);
        match judge(scene, fact, measure) {
            Some((Level::Suspicious, why)) => findings.push(said(scene, fact, Level::Suspicious, &why)),
            Some((_, why)) => common.push((fact, why)),
            None => (),
        }
    }
    if common.len() < MANY {
        findings.extend(common.iter().map(|(fact, why)| said(scene, fact, Level::Unusual, why)));
    } else {
        findings.extend(together(scene, &common.iter().map(|(fact, _)| *fact).collect::<Vec<_>>()));
    }
    findings
}

/// No package brought it, anybody may run it, and it is no person's own.
fn is_program_of_nobody(scene: &Scene<'_>, fact: &FileFact) -> bool {
    let runs = rights::is_code(fact) && fact.stat.is_some_and(|stat| stat.executable());
    runs && fact.owner.is_unowned() && place::home_of(&fact.path, &scene.world.accounts).is_none()
}

/// `measure`: one of many in a directory of the admin's own.
fn judge(scene: &Scene<'_>, fact: &FileFact, measure: bool) -> Option<(Level, String)> {
    if fact.path == RESOLVER {
        return None;
    }
    let starts = [Interest::Entry, Interest::Autostart].iter().any(|why| fact.interests.contains(why));
    let code = rights::is_code(fact);
    let place = rights::odd_place(&fact.path, &scene.world.accounts).filter(|_| !fact.owner.is_owned());
    if let Some(place) = place.filter(|_| code || starts) {
        return Some((Level::Suspicious, format!("a program {place}")));
    }
    if !measure && is_program_of_nobody(scene, fact) {
        return Some((Level::Suspicious, "a program of no package".into()));
    }
    let keys = fact.path.ends_with(b"/.ssh/authorized_keys") || fact.path.ends_with(b"/.ssh/authorized_keys2");
    let why = match () {
        () if starts => "it starts something",
        () if keys => "it says whose keys get in",
        () if fact.interests.contains(&Interest::Setting) || DECIDES.iter().any(|dir| fact.path.is_within(dir)) => {
            "it decides who gets in or what runs"
        }
        () if code => "a program",
        () => return None,
    };
    Some((Level::Unusual, why.to_owned()))
}

fn attribute(fact: &FileFact) -> &'static str {
    if fact.stat.is_some_and(|stat| stat.immutable) { "immutable" } else { "append-only" }
}

fn said(scene: &Scene<'_>, fact: &FileFact, level: Level, why: &str) -> Finding {
    let summary = format!("{} is {}: {why}", fact.path.lossy(), attribute(fact));
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("path", fact.path.clone())
        .evidence("attribute", attribute(fact))
        .innocent("an admin who protects it", level == Level::Suspicious, "nobody protects a program in such a place")
        .next(format!("lsattr {}", fact.path.to_str_lossy()));
    portrait(finding, scene.world, fact)
}

fn together(scene: &Scene<'_>, facts: &[&FileFact]) -> Option<Finding> {
    let first = facts.first()?;
    let summary = format!("{} files that start or decide something can be changed by nobody", facts.len());
    let mut finding = DETECTOR.finding(Level::Unusual, subject::file(&first.path), summary);
    for fact in facts.iter().take(20) {
        finding = finding.evidence(attribute(fact), fact.path.clone()).related(subject::file(&fact.path));
    }
    let finding = finding
        .innocent("an admin who hardens the machine", false, "ask; then all of one kind are so")
        .next(format!("lsattr {}", first.path.lossy()));
    Some(portrait(finding, scene.world, first))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/immutable-odd";

    #[test]
    fn programs_that_shall_stay() {
        check(
            NAME,
            "/var/tmp/.x/k : mode=100755 immutable",
            &["suspicious: /var/tmp/.x/k is immutable: a program in /var/tmp"],
        );
        check(NAME, "/var/tmp/.x/k : mode=100755", &[]);
        // Without a database of packages nobody knows whose it is.
        check(NAME, "/usr/local/bin/k : mode=100755 immutable", &["unusual: /usr/local/bin/k is immutable: a program"]);
        let base = "package base 1 owns /usr/bin/a\n";
        for path in ["/usr/local/bin/k", "/usr/bin/k", "/opt/x/k", "/srv/k"] {
            let said = format!("suspicious: {path} is immutable: a program of no package");
            check(NAME, &format!("{base}{path} : mode=100755 immutable"), &[&said]);
            check(NAME, &format!("{base}{path} : mode=100755"), &[]);
        }
        let said = "is immutable: a program";
        let owned = "/usr/bin/a = \\x7fELF a\n/usr/bin/a : mode=100755 immutable";
        check(NAME, &format!("{base}{owned}"), &[&format!("unusual: /usr/bin/a {said}")]);
        let home = "/home/anna/bin/k";
        check(NAME, &format!("{base}{home} : mode=100755 immutable"), &[&format!("unusual: {home} {said}")]);
    }
    #[test]
    fn what_decides() {
        check(
            NAME,
            "/root/.ssh/authorized_keys = ssh-rsa x\n/root/.ssh/authorized_keys : append-only",
            &["unusual: /root/.ssh/authorized_keys is append-only: it says whose keys get in"],
        );
        check(
            NAME,
            "/etc/cron.d/x = words\n/etc/cron.d/x : immutable",
            &["unusual: /etc/cron.d/x is immutable: it decides who gets in or what runs"],
        );
        for quiet in ["/etc/resolv.conf", "/var/www/.user.ini", "/srv/data/x"] {
            check(NAME, &format!("{quiet} = words\n{quiet} : immutable"), &[]);
        }
    }
    #[test]
    fn many_are_a_measure() {
        let files: String = (0..5).map(|n| format!("/usr/local/bin/k{n} : mode=100755 immutable\n")).collect();
        let said = "5 files that start or decide something can be changed by nobody";
        check(NAME, &files, &[&format!("unusual: {said}")]);
        check(NAME, &format!("package base 1 owns /usr/bin/a\n{files}"), &[&format!("unusual: {said}")]);
        let packaged = files.replace("/local", "");
        let found = crate::testing::findings(NAME, &format!("package base 1 owns /usr/bin/a\n{packaged}"), &[]);
        assert_eq!(found.len(), 5, "{found:?}");
    }
}
