//! A process that was told not to keep a history.
//!
//! # What it sees
//! `HISTFILE` or its like (`MYSQL_HISTFILE`, `PSQL_HISTFILE`) is `/dev/null` or empty in the environment that a process
//! was started with, or `HISTSIZE` or `HISTFILESIZE` is 0.
//!
//! # Why it matters
//! It is the first thing that intruders type, so that no list of their commands stays behind.
//!
//! # Innocent causes
//! People who do not like to be recorded, images and automation that set it for everybody, and passwords typed on a
//! command line. So it is a note, to be read together with what else that session did.
//!
//! # What to do
//! See who is logged in there and what the session runs: `keeneye look pid PID`.

use crate::standing::Standing;
use crate::{Detector, Scene, portrait, subject};
use keeneye_facts::{Finding, Level, Process, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/history-off",
    title: "a process was told to keep no history",
    level: Level::Note,
    attack: &["T1562.003"],
    absolute: false,
    source: include_str!("history_off.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let off = switched_off(process);
    if off.is_empty() || Standing::of(scene, process).contained {
        return None;
    }
    // Children inherit it: the first of them is named, and those behind a change of user.
    let parent = scene.world.parent(process).filter(|p| scene.world.processes.contains_key(&p.id));
    if parent.is_some_and(|parent| parent.uid() == process.uid() && switched_off(parent) == off) {
        return None;
    }
    let subject = subject::process(process);
    let names: Vec<_> = off.iter().map(|(name, value)| format!("{}={}", name.lossy(), value.lossy())).collect();
    let summary = format!("{} was started with {}", subject.name.lossy(), names.join(" "));
    let mut finding = DETECTOR.finding(Level::Note, subject, summary);
    for (name, value) in off {
        finding = finding.evidence("environment", [name.as_slice(), b"=", value.as_slice()].concat());
    }
    let finding = finding.innocent("somebody who does not like to be recorded", false, "ask whoever is logged in");
    Some(portrait::add(finding, scene, process))
}

/// The variables that switch a history off. That of `less` is left out: it holds search words, and many switch it off
/// for tidiness.
fn switched_off(process: &Process) -> Vec<(&Text, &Text)> {
    let off = |(name, value): &(&Text, &Text)| match name.as_slice() {
        b"HISTSIZE" | b"HISTFILESIZE" => value.trim_ascii() == b"0",
        b"LESSHISTFILE" => false,
        name if name.ends_with(b"HISTFILE") => *value == "/dev/null" || value.is_empty(),
        _ => false,
    };
    process.environment.values.iter().filter(off).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/history-off";

    #[test]
    fn a_shell_without_history() {
        check(
            NAME,
            r#"process 41 exe=/bin/bash env="HISTFILE=/dev/null MYSQL_HISTFILE=/dev/null""#,
            &["note: bash (pid 41) was started with HISTFILE=/dev/null MYSQL_HISTFILE=/dev/null"],
        );
    }
    #[test]
    fn a_size_of_nothing() {
        check(
            NAME,
            r#"process 41 exe=/bin/bash env="HISTSIZE=0""#,
            &["note: bash (pid 41) was started with HISTSIZE=0"],
        );
    }
    #[test]
    fn children_are_not_named_again() {
        check(
            NAME,
            "process 41 exe=/bin/bash env=\"HISTSIZE=0\"\nprocess 42 ppid=41 start=600 exe=/bin/vi env=\"HISTSIZE=0\"",
            &["note: bash (pid 41) was started with HISTSIZE=0"],
        );
    }
    #[test]
    fn a_history_that_is_kept_is_quiet() {
        check(NAME, r#"process 41 exe=/bin/bash env="HISTFILE=/root/.h HISTSIZE=1000 LESSHISTFILE=/dev/null""#, &[]);
    }
}
