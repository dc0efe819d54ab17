//! Every shell of root, or of everybody, keeps no history.
//!
//! # What it sees
//! A line in a start file of root's shell, or in one of everybody's, that switches the history off: `HISTFILE` is
//! unset, empty or `/dev/null`, `HISTSIZE`, `HISTFILESIZE` or `SAVEHIST` is 0, or `set +o history`.
//!
//! # Why it matters
//! Whoever comes back often saves the trouble of typing it each time, and so no later session leaves a list of
//! commands.
//!
//! # Innocent causes
//! Guides to hardening, images for containers and admins who do not like to be recorded. So it is a note, to be read
//! together with what else happened when the file was changed.
//!
//! # What to do
//! Ask who wrote the line, and look at the time of the file.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Contents, Finding, Level, Subject};
use keeneye_world::start_file;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/history-off-at-start",
    title: "shells are told to keep no history",
    level: Level::Note,
    attack: &["T1562.003"],
    absolute: false,
    source: include_str!("history_off_at_start.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.start_files.iter();
    files.filter(|file| concerns_root(scene, file)).filter_map(|file| judge(scene, file)).collect()
}

/// It is read for root: it lies in root's home, or in no home.
fn concerns_root(scene: &Scene<'_>, file: &Contents) -> bool {
    let mut homes = scene.world.accounts.iter().filter(|account| account.home.len() > 1);
    let whose = homes.find(|account| *account.home == *file.path.parent());
    whose.is_none_or(|account| account.uid == 0)
}

fn judge(scene: &Scene<'_>, file: &Contents) -> Option<Finding> {
    let mut off = file.lines.iter().filter(|(_, text)| start_file::keeps_none(text));
    let (line, text) = off.next()?;
    if scene.world.owner(&file.path).is_intact() {
        return None;
    }
    let subject = Subject { line: Some(*line), ..subject::file(&file.path) };
    let summary = format!("{}:{line} tells shells to keep no history", file.path.lossy());
    let mut finding = DETECTOR
        .finding(Level::Note, subject, summary)
        .evidence("line", text.clone())
        .innocent("an admin who does not like to be recorded", false, "ask who wrote it")
        .next(format!("keeneye look file {}", file.path.lossy()));
    for (_, text) in off.take(5) {
        finding = finding.evidence("line", text.clone());
    }
    Some(match scene.world.file(&file.path).and_then(|fact| fact.stat) {
        Some(stat) => finding.since(stat.changed),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/history-off-at-start";
    const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nanna:x:1000:1000::/home/anna:/bin/bash\\n\n";

    #[track_caller]
    fn says(path: &str, line: &str, expected: &[&str]) {
        check(NAME, &format!("{ACCOUNTS}{path} = \\n{line}\\n"), expected);
    }

    #[test]
    fn in_start_files_that_root_reads() {
        for path in ["/root/.bashrc", "/etc/profile.d/x.sh", "/etc/bash.bashrc"] {
            let said = format!("note: {path}:2 tells shells to keep no history");
            for line in ["HISTSIZE=0", "export HISTFILE=/dev/null", "unset HISTFILE", "set +o history"] {
                says(path, line, &[&said]);
            }
            says(path, "HISTSIZE=1000", &[]);
        }
        says("/home/anna/.bashrc", "HISTSIZE=0", &[]);
    }
    #[test]
    fn as_a_package_brings_it() {
        let file = "/etc/profile.d/x.sh = unset HISTFILE\\n\n";
        check(NAME, &format!("{file}package x 1 owns /etc/profile.d/x.sh"), &[]);
        let said = "note: /etc/profile.d/x.sh:1 tells shells to keep no history";
        check(NAME, &format!("{file}package x 1 owns /usr/bin/x"), &[said]);
    }
}
