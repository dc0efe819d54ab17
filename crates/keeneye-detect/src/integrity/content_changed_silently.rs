//! Content changed, and nothing else says that the file was touched.
//!
//! # What it sees
//! A file's content is another than the baseline remembers, while device, inode, size, mode and both of its times are
//! the same to the nanosecond. Programs, libraries, start files and what decides who gets in: `compromised`. Others:
//! `suspicious`, or `unusual` while a program holds the file open for writing.
//!
//! # Why it matters
//! The kernel sets the time of the last change at every write, and nobody can set that time. Whoever changes content
//! without it wrote to the disk below the file system, or set the clock back while he wrote, to hide it.
//!
//! # Innocent causes
//! A damaged disk or memory: then other files are damaged too, and the kernel's log says so. A database that writes
//! through a mapping without letting the kernel note it.
//!
//! # What to do
//! Isolate the machine and keep its disk. `keeneye look file PATH` tells both digests. No acceptance by path or cause
//! silences this; `keeneye accept ID` does.

use super::since::{self, Said};
use crate::{Detector, Scene};
use keeneye_facts::{Change, FdTarget, Finding, Level, Weight};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/content-changed-silently",
    title: "content changed and all times are as before",
    level: Level::Compromised,
    attack: &["T1070.006", "T1014"],
    absolute: true,
    source: include_str!("content_changed_silently.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let silent = since::changes(scene).filter(|(group, _)| since::is_silent(group));
    let said = silent.map(|(_, change)| judge(scene.world, change)).collect();
    since::findings(&DETECTOR, scene.world, said)
}

fn judge<'a>(world: &World, change: &'a Change) -> Said<'a> {
    let heavy = keeneye_world::baseline::weight_of(change) >= Weight::Program || change.owner.is_owned();
    let level = match heavy {
        true => Level::Compromised,
        false if is_held(world, change) => Level::Unusual,
        false => Level::Suspicious,
    };
    let what = "has another content than in the baseline, with size and all times as before".into();
    Said { change, level, what, many: "files whose content changed with all times as before" }
}

/// A process has it open: it may write through a mapping.
fn is_held(world: &World, change: &Change) -> bool {
    let path = change.path();
    let open = |target: &FdTarget| matches!(target, FdTarget::File { path: open, .. } if open == path);
    world.processes.values().any(|process| process.fds.iter().any(|fd| open(&fd.target)))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/content-changed-silently";

    #[test]
    fn nobody_changes_content_without_the_times() {
        let said =
            "compromised: /usr/bin/ls has another content than in the baseline, with size and all times as before";
        check(NAME, "baseline 3\nchange /usr/bin/ls silent mode=100755", &[said]);
        check(NAME, "baseline 3\nchange /usr/bin/ls content mode=100755", &[]);
    }
    #[test]
    fn data_that_a_program_holds_is_less_sure() {
        let data = "baseline 3\nchange /srv/db/data silent\n/srv/db/data : mode=100600\n";
        let said = "/srv/db/data has another content than in the baseline, with size and all times as before";
        check(NAME, data, &[&format!("suspicious: {said}")]);
        let held = format!("{data}process 41 exe=/opt/db/run\nfd 41 3 /srv/db/data\n");
        check(NAME, &held, &[&format!("unusual: {said}")]);
    }
}
