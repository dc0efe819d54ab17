//! A log of logins leads somewhere else.
//!
//! # What it sees
//! `auth.log`, `secure`, `wtmp`, `btmp`, `lastlog` or the audit log is a symbolic link: to a device such as `/dev/null` it is
//! `suspicious`, to another file a `note`.
//!
//! # Why it matters
//! What is written to `/dev/null` is gone. It is the simplest way to leave no trace.
//!
//! # Innocent causes
//! Images of containers link logs to their standard output. A log on a larger disk.
//!
//! # What to do
//! Remove the link, restart what writes there, and ask who made it: its time tells when.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, LogFile, LogOddity};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/log-leads-nowhere",
    title: "a log that is not kept",
    level: Level::Suspicious,
    attack: &["T1070.002", "T1562.012"],
    absolute: false,
    source: include_str!("log_leads_nowhere.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.log_files.iter().filter_map(judge).collect()
}

fn judge(file: &LogFile) -> Option<Finding> {
    let to = file.oddities.iter().find_map(|oddity| match oddity {
        LogOddity::Link { to } => Some(to),
        _ => None,
    })?;
    // What containers write goes on to the engine.
    let output = to.starts_with(b"/dev/std") || to.starts_with(b"/proc/self/fd/") || to.is_within("/dev/fd");
    let level = if to.is_within("/dev") && !output { Level::Suspicious } else { Level::Note };
    let summary = format!("{}, {}, is a link to {}", file.path.lossy(), file.form.words(), to.lossy());
    let finding = DETECTOR
        .finding(level, subject::file(&file.path), summary)
        .evidence("leads to", to.clone())
        .innocent(
            "an image of a container, which writes to its standard output",
            !output,
            "then it leads to /dev/stdout",
        )
        .next(format!("keeneye look file {}", file.path.lossy()));
    Some(match file.stat {
        Some(stat) => finding.since(stat.changed),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use crate::login::testing::file;
    use keeneye_facts::{LogForm, LogOddity};
    const NAME: &str = "login/log-leads-nowhere";

    fn said(to: &str) -> Vec<String> {
        let oddities = vec![LogOddity::Link { to: to.into() }];
        crate::testing::findings(NAME, "", &[file("/var/log/wtmp", LogForm::Wtmp, oddities)])
    }

    #[test]
    fn a_link_to_nowhere_is_loud_and_a_file_quiet() {
        assert_eq!(said("/dev/null"), ["suspicious: /var/log/wtmp, wtmp, is a link to /dev/null"]);
        assert_eq!(said("/dev/stdout"), ["note: /var/log/wtmp, wtmp, is a link to /dev/stdout"]);
        assert_eq!(said("/srv/log/wtmp"), ["note: /var/log/wtmp, wtmp, is a link to /srv/log/wtmp"]);
        assert_eq!(crate::testing::findings(NAME, "", &[file("/var/log/wtmp", LogForm::Wtmp, vec![])]), [""; 0]);
    }
}
