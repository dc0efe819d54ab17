//! A running program whose file is gone from the disk.
//!
//! # What it sees
//! The kernel marks the program file of a process as deleted. What lies at its path now, if anything, and where that
//! path is, tell the rest.
//!
//! # Why it matters
//! Intruders delete their tool after starting it, so that nobody finds it on disk and no scanner can hash it.
//!
//! # Innocent causes
//! A package upgrade replaces a running daemon's file: then a new file lies at the same path, and the daemon only
//! needs a restart: a note. A package that was removed, or whose next version has its program elsewhere. Installers
//! and tests that clean up behind themselves. Tools below a home that update themselves.
//!
//! # What to do
//! Copy the program out while it runs (`keeneye capture --with-files -o host.kee`, or `cp /proc/PID/exe`), then look
//! at who started it and what it talks to: `keeneye look pid PID`.

use crate::standing::Standing;
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Executable, FileStat, Finding, Level, Process};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/exe-deleted",
    title: "a running program whose file is gone",
    level: Level::Suspicious,
    attack: &["T1070.004"],
    absolute: false,
    source: include_str!("exe_deleted.rs"),
    run,
};

/// A program that was written less than this many seconds before it was started was dropped and run: what packages
/// bring was written when the package was built.
const DROPPED_SECONDS: i64 = 3600;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let exe = process.exe.as_ref().filter(|exe| exe.deleted && !exe.in_memory())?;
    let standing = Standing::of(scene, process);
    let replaced = replacement(scene, exe, &standing).is_some();
    let (level, why) = if replaced { level_replaced(scene, exe) } else { level_gone(scene, process, exe, &standing) };
    let (name, pid) = (exe.path.lossy(), process.id.pid);
    let summary = if replaced {
        format!("{name} (pid {pid}) runs an older file than the one that lies there now: {why}")
    } else {
        format!("{name} (pid {pid}) runs, but its file was deleted: {why}")
    };
    let finding = DETECTOR
        .finding(level, subject::process(process), summary)
        .evidence("at its path now", if replaced { "another file" } else { "nothing" });
    let upgrade = if replaced { "a new file lies at its path" } else { "nothing lies at its path" };
    let finding = portrait::add(finding, scene, process).innocent("an upgrade", !replaced, upgrade);
    Some(if level == Level::Note { finding.next("restart it") } else { finding })
}

/// What lies at the path now. Inside a container the host's path says nothing.
fn replacement(scene: &Scene<'_>, exe: &Executable, standing: &Standing<'_>) -> Option<FileStat> {
    let there = scene.world.file(&exe.path)?.stat?;
    let other = exe.stat.is_none_or(|running| !running.same_file(&there));
    (!standing.contained && there.is_regular() && other).then_some(there)
}

fn level_replaced(scene: &Scene<'_>, exe: &Executable) -> (Level, &'static str) {
    let owner = scene.world.owner(&exe.path);
    if owner.is_owned_unchanged() {
        return (Level::Note, "a package's, so it needs a restart");
    }
    if place::is_volatile(&exe.path) || is_hidden(scene, exe) {
        return (Level::Unusual, "in a place that is not for programs");
    }
    if owner.is_changed() {
        return (Level::Unusual, "not as its package brought it");
    }
    (Level::Note, "it needs a restart")
}

fn level_gone(
    scene: &Scene<'_>,
    process: &Process,
    exe: &Executable,
    standing: &Standing<'_>,
) -> (Level, &'static str) {
    let alone = standing.orphaned && !standing.attended;
    let loud = alone || (standing.on_network() && !standing.attended);
    let or_less = |loud: bool, why| (if loud { Level::Suspicious } else { Level::Unusual }, why);
    if standing.contained {
        return (Level::Unusual, "inside a container");
    }
    if is_hidden(scene, exe) {
        return (Level::Suspicious, "it lay in a hidden place");
    }
    if place::is_volatile(&exe.path) {
        return or_less(!standing.attended, "it lay in a place for temporary files");
    }
    if dropped_and_run(scene, process, exe) && loud {
        return (Level::Suspicious, "it was written just before it was started");
    }
    if place::is_tool_dot_dir(&exe.path, &scene.world.accounts) {
        let own = standing.service_account;
        return or_less(own, "it lay among a person's tools, which update themselves");
    }
    if place::is_packaged(&exe.path) {
        return (Level::Unusual, "it lay where packages put programs, so its package may have been removed");
    }
    or_less(loud, "and nothing replaced it")
}

fn is_hidden(scene: &Scene<'_>, exe: &Executable) -> bool {
    place::hidden_component(&exe.path).is_some() && !place::is_tool_dot_dir(&exe.path, &scene.world.accounts)
}

fn dropped_and_run(scene: &Scene<'_>, process: &Process, exe: &Executable) -> bool {
    let started = scene.world.host.time_of_ticks(process.id.start);
    exe.stat.is_some_and(|stat| (0..DROPPED_SECONDS).contains(&started.saturating_sub(stat.modified)))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/exe-deleted", host, expected);
    }

    #[test]
    fn a_tool_that_deleted_itself() {
        says(
            "process 41 ppid=1 exe=/opt/x/agent deleted",
            &["suspicious: /opt/x/agent (pid 41) runs, but its file was deleted: and nothing replaced it"],
        );
        says("process 41 ppid=1 exe=/opt/x/agent", &[]);
    }
    #[test]
    fn the_same_below_a_person_is_no_alert() {
        says(
            "process 41 ppid=1 tty=34816 exe=/opt/x/agent deleted",
            &["unusual: /opt/x/agent (pid 41) runs, but its file was deleted: and nothing replaced it"],
        );
    }
    #[test]
    fn an_upgraded_daemon_needs_a_restart() {
        says(
            "package d 2 owns /usr/sbin/d\nprocess 41 ppid=1 exe=/usr/sbin/d deleted",
            &[
                "note: /usr/sbin/d (pid 41) runs an older file than the one that lies there now: a package's, so it needs \
               a restart",
            ],
        );
        says(
            "package d 2\n/usr/local/sbin/d : mode=100755\nprocess 41 ppid=1 exe=/usr/local/sbin/d deleted",
            &[
                "note: /usr/local/sbin/d (pid 41) runs an older file than the one that lies there now: it needs a restart",
            ],
        );
    }
    #[test]
    fn a_removed_package_is_unusual() {
        says(
            "package d 2\nprocess 41 ppid=1 exe=/usr/bin/python3.9 deleted",
            &[
                "unusual: /usr/bin/python3.9 (pid 41) runs, but its file was deleted: it lay where packages put programs, \
               so its package may have been removed",
            ],
        );
    }
    #[test]
    fn dropped_and_run_in_a_package_directory() {
        says(
            "package d 2\nprocess 41 ppid=1 start=60000000 exe=/usr/bin/xx deleted\n/proc/41/exe : modified=1699599900",
            &[
                "suspicious: /usr/bin/xx (pid 41) runs, but its file was deleted: it was written just before it was started",
            ],
        );
    }
    #[test]
    fn a_hidden_or_volatile_place() {
        says(
            "process 41 ppid=1 exe=/var/lib/.x/y deleted",
            &["suspicious: /var/lib/.x/y (pid 41) runs, but its file was deleted: it lay in a hidden place"],
        );
        says(
            "process 41 ppid=1 exe=/tmp/y deleted",
            &["suspicious: /tmp/y (pid 41) runs, but its file was deleted: it lay in a place for temporary files"],
        );
    }
    #[test]
    fn tools_below_a_home_update_themselves() {
        says(
            "process 41 ppid=1 exe=/root/.editor-server/1/node deleted",
            &["unusual: /root/.editor-server/1/node (pid 41) runs, but its file was deleted: it lay among a person's \
               tools, which update themselves"],
        );
    }
}
