//! A process that executes a library which is gone, or which lies where no library belongs.
//!
//! # What it sees
//! Libraries that are mapped: of a file that was deleted and not replaced, or of a file that no package owns in a
//! place for temporary files or in a hidden one. And those that were loaded from a memory file: its parts lie side by
//! side as the dynamic linker lays them out.
//!
//! # Why it matters
//! A library loaded into an honest, long-running program works with that program's rights and under its name. Deleting
//! the file afterwards leaves nothing to find on disk.
//!
//! # Innocent causes
//! An upgrade: the new library lies at the same path, or under a new version number beside it; the process only needs a
//! restart, and that is a note. Interpreters and Java unpack native parts into temporary files; their module trees
//! (`site-packages`, `node_modules`) may be hidden as a whole. Deployments that remove the tree of an old release under
//! a running process. Files that are mapped as data are not looked at.
//!
//! # What to do
//! `keeneye look pid PID` shows the process; the code of a deleted library can still be copied from
//! /proc/PID/map_files. `keeneye capture --with-files -o host.kee` keeps it.

use crate::standing::Standing;
use crate::{Detector, Scene, place, portrait, runtime, subject};
use keeneye_facts::{Finding, Level, LostLibrary, Mapping, Process, Text};
use std::collections::{BTreeMap, BTreeSet};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/foreign-library",
    title: "a process executes a library that is gone or lies in an odd place",
    level: Level::Suspicious,
    attack: &["T1055", "T1574.006"],
    absolute: false,
    source: include_str!("foreign_library.rs"),
    run,
};

/// Findings that say the same of many processes name the first and this many more.
const MAX_RELATED: usize = 10;

/// What is wrong with a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wrong {
    level: Level,
    what: &'static str,
}

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    // After an upgrade many processes use the same old library: one finding for each library, not for each process.
    let mut grouped: BTreeMap<(Text, Wrong), Vec<&Process>> = BTreeMap::new();
    for process in scene.world.processes.values() {
        let libraries: BTreeSet<&Text> = process.mappings.iter().filter(|m| is_library(m)).map(|m| &m.path).collect();
        let memory = from_memory(process);
        if libraries.is_empty() && memory.is_none() {
            continue;
        }
        let standing = Standing::of(scene, process);
        if let Some(mapping) = memory.filter(|_| !standing.contained) {
            let wrong = Wrong { level: Level::Suspicious, what: "never lay in a directory" };
            grouped.entry((mapping.path.clone(), wrong)).or_default().push(process);
        }
        for mapping in process.mappings.iter().filter(|m| is_library(m)) {
            let Some(wrong) = judge(scene, process, &standing, mapping) else { continue };
            let group = grouped.entry((mapping.path.clone(), wrong)).or_default();
            if group.last().is_none_or(|last| last.id != process.id) {
                group.push(process);
            }
        }
    }
    grouped.into_iter().filter_map(|((path, wrong), group)| finding(scene, &path, wrong, &group)).collect()
}

/// A part of a library that is a file. Names that the kernel makes up for memory (`/memfd:`, `/SYSV`, `/dev/zero`) are
/// not files: see `process/anonymous-code`.
fn is_library(mapping: &Mapping) -> bool {
    mapping.is_of_library() && mapping.path.starts_with(b"/") && !runtime::is_memory_file(mapping)
}

/// A library that the dynamic linker loaded from a memory file, and of which no part may be executed: what may is told
/// by `process/anonymous-code`. Its parts are private, and what may be written lies directly behind what may not.
/// Memory that is shared, or mapped to be read only, never looks so.
fn from_memory(process: &Process) -> Option<&Mapping> {
    let own: Vec<&Mapping> = process.mappings.iter().filter(|m| m.private && m.path.starts_with(b"/memfd:")).collect();
    let one_file = |a: &Mapping, b: &Mapping| (a.device, a.inode) == (b.device, b.inode);
    let found = own.windows(2).find_map(|pair| match pair {
        [before, behind] => {
            (before.end == behind.start && one_file(before, behind) && before.read && !before.write && behind.write)
                .then_some(*before)
        }
        _ => None,
    })?;
    let executes = own.iter().any(|mapping| one_file(mapping, found) && mapping.execute);
    (!executes && !process.exe.as_ref().is_some_and(keeneye_facts::Executable::in_memory)).then_some(found)
}

fn judge(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>, mapping: &Mapping) -> Option<Wrong> {
    // The program itself is not a library: `process/exe-deleted` and `process/volatile-exe` speak of it.
    if mapping.path == *process.exe_path() || standing.contained {
        return None;
    }
    if mapping.deleted {
        return deleted(scene, process, standing, mapping);
    }
    let path = &mapping.path;
    if scene.world.owner(path).is_owned() || place::own_image(path, &scene.world.mounts).is_some() {
        return None;
    }
    let wrong = |level, what| Some(Wrong { level, what });
    if place::is_volatile(path) {
        let level = if unpacks(scene, process, standing, path) { Level::Unusual } else { Level::Suspicious };
        return wrong(level, "lies where everybody may write");
    }
    match place::hidden_component(path).map(|hidden| hidden.how) {
        None => None,
        Some(place::Hiding::Dot) if place::is_tool_dot_dir(path, &scene.world.accounts) => None,
        Some(place::Hiding::Dot) if is_module(path) || same_tree(process, path) => None,
        Some(_) => wrong(Level::Suspicious, "lies in a hidden place"),
    }
}

fn deleted(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>, mapping: &Mapping) -> Option<Wrong> {
    let path = &mapping.path;
    let wrong = |level, what| Some(Wrong { level, what });
    // Not asked, or the process sees other files: nobody knows what lies there.
    let lost: &LostLibrary = scene.world.lost_libraries.get(path)?;
    let volatile = place::is_volatile(path);
    if lost.replaced {
        let level = if volatile { Level::Unusual } else { Level::Note };
        return wrong(level, "was replaced since: a restart is needed");
    }
    if runtime::is_closure_file(process, mapping) {
        return None;
    }
    if volatile || hides(scene, path) {
        let level = if unpacks(scene, process, standing, path) { Level::Unusual } else { Level::Suspicious };
        return wrong(level, "was deleted, and lay where no library belongs");
    }
    if upgraded(scene, process, lost) {
        return wrong(Level::Note, "was replaced by another version: a restart is needed");
    }
    // That a package with plug-ins is removed under a running program does happen; libraries that programs are linked
    // with stay as long as somebody needs them.
    if place::is_packaged(path) && !is_linked_from(path) {
        return wrong(Level::Unusual, "was deleted, as when its package is removed");
    }
    if is_module(path)
        || !lost.directory && same_tree(process, path)
        || standing.exe.is_owned() && same_tree(process, path)
    {
        return wrong(Level::Unusual, "was deleted, as when a release is removed");
    }
    wrong(Level::Suspicious, "was deleted, and nothing came in its place")
}

/// A version that was put beside it after the process began. One that lay there before did not replace anything.
fn upgraded(scene: &Scene<'_>, process: &Process, lost: &LostLibrary) -> bool {
    lost.sibling.is_some() && lost.sibling_changed >= scene.world.host.time_of_ticks(process.id.start)
}

/// Directly in a directory where the dynamic linker looks by itself: `/usr/lib/x86_64-linux-gnu`, `/usr/lib64`.
fn is_linked_from(path: &Text) -> bool {
    let dir = Text::from(path.parent());
    let plain = ["/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64"].iter().any(|d| dir == *d);
    let triplet = dir.file_name().split(|b| *b == b'-').any(|part| part == b"linux");
    plain || triplet && matches!(Text::from(dir.parent()).as_slice(), b"/lib" | b"/usr/lib")
}

fn hides(scene: &Scene<'_>, path: &Text) -> bool {
    place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &scene.world.accounts) && !is_module(path)
}

/// A program that unpacks native code for itself into temporary files: Java and .NET do, and so do programs of an admin
/// that bring all their parts in one file. The file belongs to the program's own user and does not hide.
fn unpacks(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>, path: &Text) -> bool {
    if place::hidden_component(path).is_some_and(|hidden| hidden.how > place::Hiding::Dot) {
        return false;
    }
    let foreign = scene.world.file(path).and_then(|file| file.stat).is_some_and(|stat| stat.uid != process.uid());
    let whole = standing.unowned() && place::is_admin(process.exe_path(), &scene.world.accounts);
    let from_tree = standing.attended && same_tree(process, path);
    !foreign && (runtime::has_managed_runtime(scene, process) || whole || from_tree)
}

/// In a tree of modules of an interpreter: where `pip`, `npm` and `gem` put them.
fn is_module(path: &Text) -> bool {
    let trees: [&[u8]; 6] =
        [b"site-packages", b"dist-packages", b"node_modules", b"gems", b"extensions", b"lib-dynload"];
    path.split(|b| *b == b'/').any(|part| trees.contains(&part))
}

/// In the tree that the program itself lies in: the first two directories are the same.
fn same_tree(process: &Process, path: &Text) -> bool {
    let tree = |path: &Text| path.split(|b| *b == b'/').skip(1).take(2).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let program = tree(process.exe_path());
    program.len() == 2 && program == tree(path) && process.exe_path().parent() != "/"
}

fn finding(scene: &Scene<'_>, path: &Text, wrong: Wrong, group: &[&Process]) -> Option<Finding> {
    let process = *group.first()?;
    let name = subject::process(process).name;
    let many = if group.len() == 1 { String::new() } else { format!(" and {} more", group.len() - 1) };
    let summary = format!("{}{many} executes {}, which {}", name.lossy(), path.lossy(), wrong.what);
    // That an upgrade needs a restart is said of the library, all else of the process.
    let restart = wrong.level == Level::Note;
    let subject = if restart { subject::file(path) } else { subject::process(process) };
    let mut finding = DETECTOR.finding(wrong.level, subject, summary).evidence("library", path.clone());
    for other in group.iter().skip(usize::from(!restart)).take(MAX_RELATED) {
        finding = finding.related(subject::process(other));
    }
    if restart {
        return Some(finding.innocent("an upgrade", false, "restart what still uses the old file"));
    }
    let lost = scene.world.lost_libraries.get(path);
    if let Some(sibling) = lost.and_then(|lost| lost.sibling.clone()) {
        finding = finding.evidence("beside it", sibling);
    }
    finding = finding
        .related(subject::file(path))
        .innocent(
            "an upgrade of a package",
            lost.is_some_and(|l| !l.replaced && !upgraded(scene, process, l)),
            "told by what lies there now",
        )
        .innocent(
            "a runtime that unpacks native code",
            wrong.level > Level::Unusual,
            "told by the program and its place",
        )
        .next(format!("keeneye look file {}", path.lossy()))
        .next("keeneye capture --with-files -o host.kee");
    Some(portrait::add(finding, scene, process))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/foreign-library";

    #[test]
    fn a_library_that_is_gone() {
        let host = "process 41 exe=/usr/sbin/sshd\nmap 41 r-xp /var/lib/x/l.so (deleted)";
        check(
            NAME,
            host,
            &["suspicious: sshd (pid 41) executes /var/lib/x/l.so, which was deleted, and nothing came in its place"],
        );
        check(
            NAME,
            &format!("{host}\n/var/lib/x/l.so = new"),
            &["note: sshd (pid 41) executes /var/lib/x/l.so, which was replaced since: a restart is needed"],
        );
    }
    #[test]
    fn a_library_that_was_upgraded_under_two_daemons() {
        check(
            NAME,
            "process 41 exe=/usr/sbin/a\nmap 41 r-xp /usr/lib/libg.so.0.6 (deleted)\n\
             process 42 exe=/usr/sbin/b\nmap 42 r-xp /usr/lib/libg.so.0.6 (deleted)\n/usr/lib/libg.so.0.7 : changed=1699900000",
            &[
                "note: a (pid 41) and 1 more executes /usr/lib/libg.so.0.6, which was replaced by another version: a restart is needed",
            ],
        );
    }
    #[test]
    fn a_library_that_only_looks_like_another_version() {
        check(
            NAME,
            "process 41 exe=/usr/sbin/a\nmap 41 r-xp /usr/lib/x86_64-linux-gnu/libz.so.9 (deleted)\n\
             /usr/lib/x86_64-linux-gnu/libz.so.1 : changed=1600000000",
            &[
                "suspicious: a (pid 41) executes /usr/lib/x86_64-linux-gnu/libz.so.9, which was deleted, and nothing came in its place",
            ],
        );
    }
    #[test]
    fn a_plug_in_of_a_removed_package() {
        check(
            NAME,
            "process 41 exe=/usr/sbin/a\nmap 41 r-xp /usr/lib/a/plugins/p.so (deleted)",
            &[
                "unusual: a (pid 41) executes /usr/lib/a/plugins/p.so, which was deleted, as when its package is removed",
            ],
        );
    }
    #[test]
    fn a_library_that_lay_in_a_volatile_place() {
        check(NAME, "process 41 exe=/usr/bin/python3\nmap 41 rw-p /tmp/l.dat (deleted)", &[]);
        check(
            NAME,
            "process 41 exe=/usr/bin/python3\nmap 41 rw-p /tmp/l.so (deleted)",
            &["suspicious: python3 (pid 41) executes /tmp/l.so, which was deleted, and lay where no library belongs"],
        );
    }
    #[test]
    fn a_library_in_an_odd_place() {
        check(
            NAME,
            "process 41 exe=/usr/sbin/nginx\nmap 41 r-xp /dev/shm/l.so\nmap 41 r-xp /opt/.x/l.so",
            &[
                "suspicious: nginx (pid 41) executes /dev/shm/l.so, which lies where everybody may write",
                "suspicious: nginx (pid 41) executes /opt/.x/l.so, which lies in a hidden place",
            ],
        );
    }
    #[test]
    fn a_library_from_memory() {
        let host = |mode: &str, start: &str, inode: u32| {
            format!(
                "package python3 3 owns /usr/bin/python3\nprocess 41 exe=/usr/bin/python3\n\
                 map 41 \"7f10ab000000-7f10ab001000 r--p 00000000 00:01 1030 /memfd:x (deleted)\"\n\
                 map 41 \"{start}-7f10ab009000 {mode} 00001000 00:01 {inode} /memfd:x (deleted)\""
            )
        };
        let said = "suspicious: python3 (pid 41) executes /memfd:x, which never lay in a directory";
        check(NAME, &host("rw-p", "7f10ab001000", 1030), &[said]);
        check(NAME, &host("rw-s", "7f10ab001000", 1030), &[]);
        check(NAME, &host("r--p", "7f10ab001000", 1030), &[]);
        check(NAME, &host("rw-p", "7f10ab002000", 1030), &[]);
        check(NAME, &host("rw-p", "7f10ab001000", 1031), &[]);
        let executed = host("rw-p", "7f10ab001000", 1030).replace("r--p", "r-xp");
        check(NAME, &executed, &[]);
        check(
            "process/anonymous-code",
            &executed,
            &["suspicious: python3 (pid 41) has executable memory that no file stands behind: it compiles nothing"],
        );
    }
    #[test]
    fn java_unpacks_native_code() {
        let host = "package jre 17 owns /usr/lib/jvm/bin/java\nprocess 41 exe=/usr/lib/jvm/bin/java\nmap 41 r-xp /tmp/jna1.tmp";
        check(
            NAME,
            &format!("{host}\nmap 41 r-xp /usr/lib/jvm/lib/server/libjvm.so"),
            &["unusual: java (pid 41) executes /tmp/jna1.tmp, which lies where everybody may write"],
        );
        check(NAME, host, &["suspicious: java (pid 41) executes /tmp/jna1.tmp, which lies where everybody may write"]);
    }
    #[test]
    fn ordinary_libraries_are_quiet() {
        check(
            NAME,
            "process 41 exe=/opt/app/.venv/bin/python3\nmap 41 r-xp /opt/app/.venv/lib/python3.11/site-packages/x.so\n\
             map 41 r-xp /usr/lib/libc.so.6\nmap 41 r--p /var/log/x (deleted)\nmap 41 r-xp /home/anna/.local/lib/x.so\n\
             map 41 r-xp /memfd:x (deleted)",
            &[],
        );
    }
    #[test]
    fn an_image_that_a_program_brought_is_quiet() {
        let mounts = r"/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 d rw\n9 1 0:9 / /tmp/.mount_X rw - fuse a rw\n";
        let host = "process 41 exe=/tmp/.mount_X/app\nmap 41 r-xp /tmp/.mount_X/l.so";
        check(NAME, &format!("{mounts}\n{host}"), &[]);
        let memory = mounts.replace("fuse", "tmpfs");
        check(
            NAME,
            &format!("{memory}\n{host}"),
            &["suspicious: app (pid 41) executes /tmp/.mount_X/l.so, which lies where everybody may write"],
        );
    }
}
