//! A file is new since the baseline, and matters by what it is or where it lies.
//!
//! # What it sees
//! A file that the baseline does not know and that no run of a package manager explains: a program or library among
//! packages' own; an entry of something that starts by itself; what decides who gets in, such as a key or a rule of
//! sudo; a script in a directory of a site that holds what people send; a program or an odd name where files come and
//! go. An ordinary new file is nothing. Many new files of one tree are one finding.
//!
//! # Why it matters
//! Who breaks in leaves something behind: a tool, a way back in, a program that starts again. It need not be odd in
//! itself to be new.
//!
//! # Innocent causes
//! Everyday work: a deployed application in /opt, /srv or /usr/local, a new cron job, unit or virtual host, a new key
//! of a colleague. Such are a note or `unusual`. A program of no package in /usr/bin and its like is `suspicious`;
//! four or more that came within minutes and neither hide nor run are what an installer brings, and `unusual`.
//!
//! # What to do
//! Ask who put it there. When it belongs there, `keeneye scan --save` remembers it, and
//! `keeneye accept --path PATH --because TEXT --until DAY` silences it until then.

use super::set;
use super::since::{self, Said};
use crate::{Detector, Scene, place};
use keeneye_facts::{Aspect, Change, Entry, Finding, Interest, Level, Text, Weight};
use keeneye_world::{World, glob, start_file, sweep};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/new-since-baseline",
    title: "a file that the baseline does not know",
    level: Level::Suspicious,
    attack: &["T1554", "T1543"],
    absolute: false,
    source: include_str!("new_since_baseline.rs"),
    run,
};

/// What many of them are.
const OF_NO_PACKAGE: &str = "new programs of no package among packages' own";

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let new = since::changes(scene).filter(|(group, change)| change.is(Aspect::Added) && !since::is_explained(group));
    let mut said: Vec<Said<'_>> = new.filter_map(|(_, change)| judge(scene.world, change)).collect();
    join_sets(scene.world, &mut said);
    since::findings(&DETECTOR, scene.world, said)
}

/// Programs among packages' own that an installer brought together are unusual, as
/// `integrity/unowned-in-package-dir` has it.
fn join_sets(world: &World, said: &mut [Said<'_>]) {
    let changed = |said: &Said<'_>| said.change.after.as_ref().map_or(0, |entry| entry.changed.seconds);
    let mut by_dir: BTreeMap<Text, Vec<i64>> = BTreeMap::new();
    for said in said.iter().filter(|said| said.many == OF_NO_PACKAGE) {
        by_dir.entry(set::home_of(said.change.path())).or_default().push(changed(said));
    }
    for said in said.iter_mut().filter(|said| said.many == OF_NO_PACKAGE) {
        let path = said.change.path();
        let times = by_dir.get(&set::home_of(path)).into_iter().flatten().copied();
        let alone = set::is_hidden_or_misplaced(path) || world.file(path).is_some_and(set::stands_out);
        if set::came_together(changed(said), times) && !alone {
            said.level = Level::Unusual;
            said.what = "is new among packages' own files, and came together with others of no package".into();
            said.many = "new programs of no package that came together among packages' own";
        }
    }
}

fn judge<'a>(world: &World, change: &'a Change) -> Option<Said<'a>> {
    let entry = change.after.as_ref()?;
    // A package's own file that was missing and is back.
    if change.owner.is_intact() || since::is_of_an_engine(&entry.path) {
        return None;
    }
    let (level, what, many) = if entry.is_dir() {
        directory(entry)?
    } else if !entry.is_regular() {
        special(change, entry)?
    } else if is_of_a_shell(world, &entry.path) {
        (Level::Note, "is a new start file of a shell", "new start files of shells")
    } else if since::starts(world, &entry.path) {
        (Level::Unusual, "is new and starts something by itself", "new entries of what starts by itself")
    } else {
        regular(world, change, entry)?
    };
    Some(Said { change, level, what: what.into(), many })
}

/// Every new account gets some (/etc/skel); what they hold is judged where it is read.
fn is_of_a_shell(world: &World, path: &Text) -> bool {
    let home = place::home_of(path, &world.accounts);
    start_file::is_in_home(path.file_name()) && home.is_some_and(|home| path.parent() == home.dir.as_slice())
}

type Judged = (Level, &'static str, &'static str);

fn directory(entry: &Entry) -> Option<Judged> {
    let odd = !sweep::interests(&entry.path, &entry.stat(), false).is_empty();
    odd.then_some((
        Level::Note,
        "is a new directory whose name is made to be overlooked",
        "new directories of odd names",
    ))
}

/// Links, devices, pipes.
fn special(change: &Change, entry: &Entry) -> Option<Judged> {
    if entry.is_node() && !entry.path.is_within("/dev") {
        return Some((Level::Unusual, "is a new device where none belongs", "new devices where none belong"));
    }
    let history = sweep::is_history(entry.path.file_name());
    let matters = history || weight(change) >= Weight::Program || place::is_packaged(&entry.path);
    (entry.is_link() && matters && !change.owner.is_owned()).then_some((
        Level::Note,
        "is a new link, and no package brought it",
        "new links of no package",
    ))
}

fn regular(world: &World, change: &Change, entry: &Entry) -> Option<Judged> {
    let path = &entry.path;
    let code = since::is_code(entry);
    let hidden = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &world.accounts);
    if change.owner.is_owned() {
        return code.then_some((Level::Unusual, "is new, and is not what its package brings", "new files of packages"));
    }
    if place::is_volatile(path) {
        return volatile(entry, code, hidden);
    }
    if place::is_packaged(path) {
        return Some(packaged(change, code, hidden));
    }
    match weight(change) {
        Weight::Access => {
            return Some((Level::Unusual, "is new and decides who gets in", "new files that let people in"));
        }
        Weight::Start => return Some((Level::Unusual, "is new where things start by themselves", "new start files")),
        _ => (),
    }
    if path.is_within("/etc") {
        let level = if code { Level::Unusual } else { Level::Note };
        return Some((level, "is new, and no package brought it", "new files of no package"));
    }
    if since::is_of_the_web(path) {
        return Some(match place::is_upload(path) {
            true => (
                Level::Unusual,
                "is a new script for a web server, in a directory for what people send",
                "new scripts among what people send",
            ),
            false => (Level::Note, "is a new script for a web server", "new scripts for web servers"),
        });
    }
    if !code {
        let odd = sweep::interests(path, &entry.stat(), false).contains(&Interest::OddName);
        return odd.then_some((Level::Note, "is new, and its name is made to be overlooked", "new files of odd names"));
    }
    let data = ["/var/log", "/var/spool"].iter().any(|dir| path.is_within(dir));
    let state = data || ["/var/lib", "/var/cache", "/root"].iter().any(|dir| path.is_within(dir));
    match data || hidden && state {
        true => Some((Level::Unusual, "is a new program where none belongs", "new programs where none belong")),
        false => Some((Level::Note, "is a new program", "new programs")),
    }
}

fn volatile(entry: &Entry, code: bool, hidden: bool) -> Option<Judged> {
    let path = &entry.path;
    if sweep::interests(path, &entry.stat(), false).contains(&Interest::Device) {
        return Some((Level::Unusual, "is a new file among devices", "new files among devices"));
    }
    let what = "is a new program where files come and go";
    match code {
        true if hidden || place::is_data_only(path) => {
            Some((Level::Unusual, what, "new programs where files come and go"))
        }
        true => Some((Level::Note, what, "new programs where files come and go")),
        false => hidden.then_some((Level::Note, "is new, and its path hides", "new files whose path hides")),
    }
}

fn packaged(change: &Change, code: bool, hidden: bool) -> Judged {
    let known = since::is_unowned(change);
    // dkms(8) builds there by itself, at boot as well; what is loaded from there is judged by its source.
    if glob::matches("*/modules/*/updates/dkms/*.ko*", change.path()) && !hidden {
        return (Level::Unusual, "is a new module of the kernel where dkms puts what it builds", "new modules of dkms");
    }
    match code || hidden {
        true if known => {
            (Level::Suspicious, "is new among packages' own files, and no package brought it", OF_NO_PACKAGE)
        }
        true => (Level::Unusual, "is new among packages' own files", "new programs among packages' own"),
        false => (Level::Note, "is new among packages' own files", "new files among packages' own"),
    }
}

fn weight(change: &Change) -> Weight {
    keeneye_world::baseline::weight_of(change)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/new-since-baseline";
    const HOST: &str = "baseline 3\npackage coreutils 9 owns /usr/bin/ls\n";

    #[track_caller]
    fn check_host(line: &str, said: &[&str]) {
        check(NAME, &format!("{HOST}{line}"), said);
    }

    #[test]
    fn a_program_among_packages_own() {
        let said = "suspicious: /usr/bin/x is new among packages' own files, and no package brought it";
        check_host("change /usr/bin/x new mode=100755", &[said]);
        check_host("change /opt/app/x new mode=100755", &["note: /opt/app/x is a new program"]);
        check_host("change /opt/app/x new", &[]);
        let text = "note: /usr/share/x is new among packages' own files";
        check_host("change /usr/share/x new", &[text]);
    }
    #[test]
    fn what_an_installer_brought_is_unusual() {
        let set: String = ["a", "b", "c", "d"].map(|n| format!("change /usr/bin/nv-{n} new mode=100755\n")).concat();
        let said = ["a", "b", "c", "d"].map(|n| {
            format!(
                "unusual: /usr/bin/nv-{n} is new among packages' own files, and came together with others of no package"
            )
        });
        check_host(&set, &said.each_ref().map(String::as_str));
        let loud = "suspicious: /usr/bin/nv-d is new among packages' own files, and no package brought it";
        let later = set.replace("nv-d new mode=100755", "nv-d new mode=100755 changed=1699900000");
        let alone: Vec<_> = ["a", "b", "c", "d"].map(|n| loud.replace("nv-d", &format!("nv-{n}"))).into();
        check_host(&later, &alone.iter().map(String::as_str).collect::<Vec<_>>());
        let runs = format!("{set}process 41 exe=/usr/bin/nv-d\n");
        check_host(&runs, &[&said[0], &said[1], &said[2], loud]);
    }
    #[test]
    fn a_module_that_dkms_may_have_built() {
        let said =
            "unusual: /lib/modules/6.1/updates/dkms/x.ko is a new module of the kernel where dkms puts what it builds";
        check_host("change /lib/modules/6.1/updates/dkms/x.ko new", &[said]);
        let said =
            "suspicious: /lib/modules/6.1/updates/x.ko is new among packages' own files, and no package brought it";
        check_host("change /lib/modules/6.1/updates/x.ko new", &[said]);
    }
    #[test]
    fn what_a_package_brought_meanwhile_is_quiet() {
        let new = "package tool 1 owns /usr/bin/tool\nchange /usr/bin/tool new mode=100755\n";
        check_host(&format!("{new}change /var/lib/dpkg/info/tool.list new changed=1699000000"), &[]);
        // Owned and as it should be, although no record changed: it was missing when the baseline was made.
        check_host(new, &[]);
    }
    #[test]
    fn an_index_that_a_packages_script_made_is_quiet_in_its_time_only() {
        let record = "change /var/lib/dpkg/info/coreutils.list content changed=1699900000\n";
        check_host(&format!("{record}change /usr/share/mime/x new changed=1699900060"), &[]);
        let late = "note: /usr/share/mime/x is new among packages' own files";
        check_host(&format!("{record}change /usr/share/mime/x new changed=1699990000"), &[late]);
        let program = "suspicious: /usr/bin/x is new among packages' own files, and no package brought it";
        check_host(&format!("{record}change /usr/bin/x new mode=100755 changed=1699900060"), &[program]);
    }
    #[test]
    fn what_starts_by_itself_and_what_lets_in() {
        let cron = "/etc/cron.d/x = * * * * * root /opt/x\\n\nchange /etc/cron.d/x new";
        check_host(cron, &["unusual: /etc/cron.d/x is new and starts something by itself"]);
        check_host(
            "change /root/.ssh/authorized_keys new",
            &["unusual: /root/.ssh/authorized_keys is new and decides who gets in"],
        );
        check_host(
            "change /etc/nginx/sites-available/a new",
            &["note: /etc/nginx/sites-available/a is new, and no package brought it"],
        );
    }
    #[test]
    fn homes() {
        check_host("change /home/anna/.bashrc new", &["note: /home/anna/.bashrc is a new start file of a shell"]);
        check_host("change /home/anna/notes new", &[]);
        check_host("change /var/log/x new mode=100755", &["unusual: /var/log/x is a new program where none belongs"]);
        check_host("change /var/lib/app/x new mode=100755", &["note: /var/lib/app/x is a new program"]);
    }
    #[test]
    fn sites() {
        let said = "unusual: /var/www/html/uploads/a.php is a new script for a web server, in a directory for what people send";
        check_host("change /var/www/html/uploads/a.php new", &[said]);
        check_host("change /var/www/html/a.php new", &["note: /var/www/html/a.php is a new script for a web server"]);
        check_host("change /var/www/html/a.html new", &[]);
    }
    #[test]
    fn where_files_come_and_go() {
        check_host(
            "change /dev/shm/x new mode=100755",
            &["unusual: /dev/shm/x is a new program where files come and go"],
        );
        check_host("change /tmp/x new mode=100755", &["note: /tmp/x is a new program where files come and go"]);
        check_host("change /tmp/x new", &[]);
        check_host("change /dev/saux new size=9", &["unusual: /dev/saux is a new file among devices"]);
    }
    #[test]
    fn many_are_one() {
        let lines: String = (10..40).map(|n| format!("change /opt/app/bin/p{n} new mode=100755\n")).collect();
        check_host(&lines, &["note: 30 new programs below /opt/app, such as /opt/app/bin/p10"]);
    }
}
