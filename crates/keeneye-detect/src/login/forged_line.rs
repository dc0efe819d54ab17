//! Lines in the journal that their programs did not write.
//!
//! # What it sees
//! Entries that say what sshd, login, useradd and their like say (that somebody was let in or failed, that an account was made),
//! and that journald knows to come from a process of an account that is not root and of no such program: `unusual`.
//! keeneye leaves such lines out of everything else.
//!
//! # Why it matters
//! Anybody on the machine can write to the log under any name (`logger -t sshd`). Who wants an address blocked, or his own
//! traces explained, writes what he needs.
//!
//! # Innocent causes
//! Somebody tests the rules of fail2ban. A login program of one's own that does not run as root.
//!
//! # What to do
//! `journalctl _UID=NUMBER` shows the lines. Ask that account's owner.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, LogOddity};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/forged-line",
    title: "lines of a log that others wrote",
    level: Level::Unusual,
    attack: &["T1565.001"],
    absolute: false,
    source: include_str!("forged_line.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let said = |file: &keeneye_facts::LogFile| {
        let (lines, uid) = file.oddities.iter().find_map(|oddity| match oddity {
            LogOddity::Forged { lines, uid } => Some((*lines, *uid)),
            _ => None,
        })?;
        let account = scene.world.accounts.iter().find(|account| account.uid == uid);
        let who = account.map_or_else(|| format!("user id {uid}"), |account| account.name.lossy().into_owned());
        let what = if lines == 1 { "a line".to_owned() } else { format!("{lines} lines") };
        let summary = format!("{}: {who} wrote {what} that login programs alone write", file.path.lossy());
        Some(
            DETECTOR
                .finding(Level::Unusual, subject::file(&file.path), summary)
                .evidence("lines", lines.to_string())
                .evidence("written by user id", uid.to_string())
                .innocent("somebody tests what reads the log", false, "ask")
                .next(format!("journalctl _UID={uid}")),
        )
    };
    scene.world.log_files.iter().filter_map(said).collect()
}

#[cfg(test)]
mod tests {
    use crate::login::testing::file;
    use keeneye_facts::{LogForm, LogOddity};
    const NAME: &str = "login/forged-line";
    const HOST: &str = "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n";

    #[test]
    fn a_line_of_somebody_else_is_told() {
        let host = |oddities| crate::testing::findings(NAME, HOST, &[file("/j", LogForm::Journal, oddities)]);
        let text = "unusual: /j: anna wrote a line that login programs alone write";
        assert_eq!(host(vec![LogOddity::Forged { lines: 1, uid: 1000 }]), [text]);
        assert_eq!(host(vec![]), [""; 0]);
    }
}
