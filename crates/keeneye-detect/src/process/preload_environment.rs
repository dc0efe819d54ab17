//! A process whose environment makes it load a library that does not come with the system.
//!
//! # What it sees
//! `LD_PRELOAD` or `LD_AUDIT` in the environment that a process was started with, or `--preload` or `--audit` on the
//! command line of the dynamic linker that started it, and whose library it is. For programs
//! of root also `LD_LIBRARY_PATH` that leads into a place where everybody may write.
//!
//! # Why it matters
//! The dynamic linker puts such a library in front of all others: it can hide files, record passwords, or answer on a
//! connection, inside a program that is itself intact.
//!
//! # Innocent causes
//! Memory allocators and tracing agents. Those that a package brought are not mentioned. One that an admin put in
//! /opt or /usr/local is out of the ordinary for a person's own session, and an alert for a service or for root.
//!
//! # What to do
//! Look at the library and at who put it there: `keeneye look file PATH`. The variable itself stands in a unit, a start
//! file or a wrapper of whoever started the process: `keeneye look pid PID`.

use crate::standing::Standing;
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{FileKind, Finding, Level, Ownership, Process, Text};
use keeneye_world::linker_line;
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/preload-environment",
    title: "a library is put in front of all others",
    level: Level::Suspicious,
    attack: &["T1574.006"],
    absolute: true,
    source: include_str!("preload_environment.rs"),
    run,
};

/// Findings that say the same of many processes name the first and this many more.
const MAX_RELATED: usize = 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    // Children inherit the environment: one finding for each library, level and user.
    let mut grouped: BTreeMap<_, Vec<(&Process, Seen)>> = BTreeMap::new();
    for process in scene.world.processes.values() {
        for seen in judge(scene, process) {
            grouped.entry((seen.library.clone(), seen.level, process.uid())).or_default().push((process, seen));
        }
    }
    grouped.into_values().filter_map(|group| finding(scene, group)).collect()
}

/// A library or a directory that a variable names.
struct Seen {
    variable: &'static str,
    library: Text,
    level: Level,
    reason: &'static str,
}

fn judge(scene: &Scene<'_>, process: &Process) -> Vec<Seen> {
    let handed = linker_line::preloads(&process.cmdline);
    if process.environment.values.is_empty() && handed.is_empty() || process.is_zombie() {
        return Vec::new();
    }
    let standing = Standing::of(scene, process);
    if standing.contained {
        return Vec::new();
    }
    let mut seen = Vec::new();
    for variable in ["LD_PRELOAD", "LD_AUDIT"] {
        for library in entries(process, variable, b": \t\n") {
            if let Some((level, reason)) = weigh(scene, process, &standing, &library) {
                seen.push(Seen { variable, library, level, reason });
            }
        }
    }
    for (variable, library) in handed {
        if let Some((level, reason)) = weigh(scene, process, &standing, &library) {
            seen.push(Seen { variable, library, level, reason });
        }
    }
    let important = process.uid() == 0 && standing.detached && !standing.attended;
    for library in entries(process, "LD_LIBRARY_PATH", b":;").into_iter().filter(|_| important) {
        if place::is_volatile(&library.join("x")) {
            let reason = "a place where everybody may write comes first for its libraries";
            seen.push(Seen { variable: "LD_LIBRARY_PATH", library, level: Level::Unusual, reason });
        }
    }
    seen
}

/// The parts of a variable: ld.so(8) separates preloaded libraries by colons or blanks.
fn entries(process: &Process, variable: &str, separators: &[u8]) -> Vec<Text> {
    let value = process.environment.values.get(variable.as_bytes());
    let parts = value.into_iter().flat_map(|value| value.split(|b| separators.contains(b)));
    parts.filter(|part| !part.is_empty()).map(Text::from).collect()
}

fn weigh(
    scene: &Scene<'_>,
    process: &Process,
    standing: &Standing<'_>,
    library: &Text,
) -> Option<(Level, &'static str)> {
    let mapped = process.mappings.iter().find(|m| m.path == *library || m.path.file_name() == library.file_name());
    if mapped.is_some_and(|m| m.deleted) && !scene.world.lost_libraries.get(library).is_some_and(|l| l.replaced) {
        return Some((Level::Suspicious, "its file was deleted after it was loaded"));
    }
    // A name without a slash is looked up by the linker; where it was found the mapping tells.
    let path = if library.contains(&b'/') { library } else { &mapped?.path };
    let owner = match scene.world.owner(path) {
        Ownership::Unknown => mapped.map_or(&Ownership::Unknown, |m| scene.world.owner(&m.path)),
        known => known,
    };
    // A program that comes as an image may bring its own. It excuses no program of the host's.
    let on_image = |path: &Text| place::own_image(path, &scene.world.mounts).is_some();
    let private = on_image(process.exe_path()) && on_image(path);
    let in_home = place::is_tool_dot_dir(path, &scene.world.accounts);
    let daemon = !standing.attended && (process.uid() == 0 || standing.service_account || standing.detached);
    let missing = scene.world.file(path).is_some_and(|file| file.kind == FileKind::Missing);
    match () {
        () if owner.is_owned_unchanged() || private => None,
        () if owner.is_changed() => Some((Level::Suspicious, "its content is not what its package brought")),
        () if place::is_volatile(path) => Some((Level::Suspicious, "it lies where everybody may write")),
        () if place::hidden_component(path).is_some() && !in_home => {
            Some((Level::Suspicious, "it lies in a hidden place"))
        }
        // The linker says so on every start and goes on: a leftover, unless it was taken away on purpose.
        () if missing && mapped.is_none() => daemon.then_some((Level::Unusual, "there is no such file")),
        () if !owner.is_unowned() => None,
        () if daemon || process.uid() == 0 => Some((Level::Suspicious, "no package brought it")),
        () => Some((Level::Unusual, "no package brought it")),
    }
}

fn finding(scene: &Scene<'_>, group: Vec<(&Process, Seen)>) -> Option<Finding> {
    let more = group.len().saturating_sub(1);
    let mut group = group.into_iter();
    let (process, Seen { variable, library, level, reason }) = group.next()?;
    let subject = subject::process(process);
    let others = if more == 0 { String::new() } else { format!(" and {more} more") };
    let verb = if variable == "LD_LIBRARY_PATH" { "looks for libraries in" } else { "was made to load" };
    let summary = format!("{}{others} {verb} {}: {reason}", subject.name.lossy(), library.lossy());
    let mut finding = DETECTOR
        .finding(level, subject, summary)
        .evidence(
            if variable.starts_with('-') { "command line" } else { "environment" },
            [variable.as_bytes(), b"=", library.as_slice()].concat(),
        )
        .related(subject::file(&library));
    if let Some(mapping) = process.mappings.iter().find(|m| m.path.file_name() == library.file_name()) {
        finding = finding.evidence("mapped", mapping.path.clone());
    }
    for (other, _) in group.take(MAX_RELATED) {
        finding = finding.related(subject::process(other));
    }
    let finding = finding
        .innocent(
            "an allocator or an agent that a package brought",
            true,
            "no package is known to have brought it as it is",
        )
        .innocent("one that an admin installed by hand", place::is_volatile(&library), "told by where it lies")
        .next(format!("keeneye look file {}", library.lossy()));
    Some(portrait::add(finding, scene, process))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/preload-environment";

    #[test]
    fn a_library_in_a_volatile_place() {
        check(
            NAME,
            "package base 1\nprocess 41 exe=/usr/sbin/x env=\"LD_PRELOAD=/dev/shm/l.so\"",
            &["suspicious: x (pid 41) was made to load /dev/shm/l.so: it lies where everybody may write"],
        );
    }
    #[test]
    fn a_library_handed_to_the_linker_itself() {
        let host = |owner: &str, option: &str| {
            format!(
                "package libc6 2 owns /usr/lib/ld-linux-x86-64.so.2,/usr/sbin/cron{owner}\n/usr/local/lib/l.so = x\n\
                 process 41 exe=/usr/lib/ld-linux-x86-64.so.2 \
                 cmdline=\"/lib64/ld-linux-x86-64.so.2 --argv0 x {option} /usr/local/lib/l.so /usr/sbin/cron -f\"\n\
                 map 41 r-xp /usr/local/lib/l.so"
            )
        };
        let said =
            ["suspicious: ld-linux-x86-64.so.2 (pid 41) was made to load /usr/local/lib/l.so: no package brought it"];
        check(NAME, &host("", "--preload"), &said);
        check(NAME, &host(",/usr/local/lib/l.so", "--preload"), &[]);
        check(NAME, &host("", "--library-path"), &[]);
    }
    #[test]
    fn an_unowned_library_in_a_daemon_and_its_child() {
        let host = |owner: &str| {
            format!(
                "{owner}\n/opt/a/l.so = x\nprocess 41 exe=/usr/sbin/x env=\"LD_AUDIT=/opt/a/l.so\"\nmap 41 r-xp /opt/a/l.so\n\
                 process 42 ppid=41 start=600 exe=/usr/sbin/x env=\"LD_AUDIT=/opt/a/l.so\"\nmap 42 r-xp /opt/a/l.so"
            )
        };
        check(
            NAME,
            &host("package base 1"),
            &["suspicious: x (pid 41) and 1 more was made to load /opt/a/l.so: no package brought it"],
        );
        check(NAME, &host("package agent 1 owns /opt/a/l.so"), &[]);
    }
    #[test]
    fn an_unowned_library_in_a_persons_own_session() {
        check(
            NAME,
            "package base 1\n/home/anna/l.so = x\nprocess 41 exe=/usr/bin/x uid=1000 tty=34816 env=\"LD_PRELOAD=/home/anna/l.so\"\n\
             map 41 r-xp /home/anna/l.so",
            &["unusual: x (pid 41) was made to load /home/anna/l.so: no package brought it"],
        );
    }
    #[test]
    fn a_library_that_was_deleted() {
        check(
            NAME,
            "package base 1\nprocess 41 exe=/usr/sbin/x env=\"LD_PRELOAD=/usr/lib/l.so\"\nmap 41 r-xp /usr/lib/l.so (deleted)",
            &["suspicious: x (pid 41) was made to load /usr/lib/l.so: its file was deleted after it was loaded"],
        );
    }
    #[test]
    fn a_mount_of_its_own_is_no_excuse() {
        let host = |exe: &str, kind: &str, library: &str| {
            format!(
                "package base 1\nprocess 41 exe={exe} env=\"LD_PRELOAD=/var/lib/z4/{library}\"\n\
                 /proc/self/mountinfo = 36 25 0:32 / /var/lib/z4 ro - {kind} x ro\\n"
            )
        };
        let said = "suspicious: x (pid 41) was made to load /var/lib/z4/.h/l.so: it lies in a hidden place";
        check(NAME, &host("/var/lib/z4/x", "squashfs", "l.so"), &[]);
        check(NAME, &host("/var/lib/z4/x", "squashfs", ".h/l.so"), &[said]);
        check(NAME, &host("/usr/sbin/x", "squashfs", ".h/l.so"), &[said]);
        let writable = host("/usr/sbin/x", "tmpfs", ".h/l.so").replace(" ro", " rw");
        check(NAME, &writable, &[said]);
    }
    #[test]
    fn a_library_path_that_everybody_may_write_to() {
        check(
            NAME,
            "process 41 exe=/usr/sbin/x env=\"LD_LIBRARY_PATH=/usr/lib/a:/tmp/b\"",
            &[
                "unusual: x (pid 41) looks for libraries in /tmp/b: a place where everybody may write comes first for its libraries",
            ],
        );
        check(NAME, "process 41 exe=/usr/sbin/x env=\"LD_LIBRARY_PATH=/usr/lib/a\"", &[]);
    }
}
