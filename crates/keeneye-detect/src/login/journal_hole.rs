//! The journal has a hole.
//!
//! # What it sees
//! journald numbers all entries, over all of its files. Numbers that no file has, between others that are there:
//! entries were taken out, or a file between two others was deleted: `suspicious`. It is `unusual` where journals of
//! single users exist, which share the numbers and are removed for themselves when they are old, where a file is
//! damaged, and where fewer than 64 entries are missing.
//!
//! # Why it matters
//! A journal cannot be edited with an editor. Who wants to hide what it says deletes the file of that time.
//!
//! # Innocent causes
//! journald deletes the oldest files, which leaves no hole. A damaged file is put aside with a `~` at its end, and is
//! read as far as it goes: what it lost is a hole. An unclean shutdown.
//!
//! # What to do
//! Look at what other records tell of the time between the two entries: `keeneye logins`, rotated text logs, the
//! central log server.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, LogFile, LogForm, LogOddity};
use keeneye_world::{World, rfc3339};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/journal-hole",
    title: "entries that are missing in the journal",
    level: Level::Suspicious,
    attack: &["T1070.002"],
    absolute: false,
    source: include_str!("journal_hole.rs"),
    run,
};

/// Fewer entries than these get lost in a crash.
const LOST_IN_A_CRASH: u64 = 64;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let journals = scene.world.log_files.iter().filter(|file| file.form == LogForm::Journal);
    journals.flat_map(|file| file.oddities.iter().filter_map(|oddity| judge(scene.world, file, oddity))).collect()
}

fn judge(world: &World, file: &LogFile, oddity: &LogOddity) -> Option<Finding> {
    let LogOddity::SequenceHole { after, before, from, to } = oddity else { return None };
    let missing = before.saturating_sub(*after).saturating_sub(1);
    let journals = || world.log_files.iter().filter(|other| other.form == LogForm::Journal);
    let of_users = journals().any(|other| other.path.file_name().starts_with(b"user-"));
    let damaged = journals().any(|other| other.path.ends_with(b"~"));
    let innocent = of_users || damaged || missing < LOST_IN_A_CRASH;
    let level = if innocent { Level::Unusual } else { Level::Suspicious };
    let summary = format!("{} entries are missing in the journal before those of {}", missing, file.path.lossy());
    Some(
        DETECTOR
            .finding(level, subject::file(&file.path), summary)
            .evidence("numbers", format!("{after} is followed by {before}"))
            .evidence("times around it", format!("{} and {}", rfc3339(*from), rfc3339(*to)))
            .innocent("journals of users, which were removed for themselves", !of_users, "they share the numbers")
            .innocent("a damaged file, or a crash", !(damaged || missing < LOST_IN_A_CRASH), "few entries are lost so")
            .since(*from)
            .next("keeneye logins"),
    )
}

#[cfg(test)]
mod tests {
    use crate::login::testing::file;
    use keeneye_facts::{Event, LogForm, LogOddity};
    const NAME: &str = "login/journal-hole";
    const PATH: &str = "/var/log/journal/a/system@2.journal";

    fn hole(before: u64) -> Event {
        let hole = LogOddity::SequenceHole { after: 1_000, before, from: 1_600_000_000, to: 1_600_009_000 };
        file(PATH, LogForm::Journal, vec![hole])
    }

    #[test]
    fn a_hole_is_loud_and_a_whole_journal_quiet() {
        let text =
            "suspicious: 4000 entries are missing in the journal before those of /var/log/journal/a/system@2.journal";
        assert_eq!(crate::testing::findings(NAME, "", &[hole(5_001)]), [text]);
        assert_eq!(crate::testing::findings(NAME, "", &[file(PATH, LogForm::Journal, vec![])]), [""; 0]);
    }
    #[test]
    fn what_may_have_left_it() {
        let unusual = |events: &[Event]| crate::testing::findings(NAME, "", events)[0].starts_with("unusual: ");
        assert!(unusual(&[hole(1_010)]));
        for name in ["user-1000.journal", "system@1.journal~"] {
            let other = file(&format!("/var/log/journal/a/{name}"), LogForm::Journal, vec![]);
            assert!(unusual(&[other, hole(5_001)]), "{name}");
        }
    }
}
