//! Recorded hosts: what keeneye says about each is what is kept beside it. `cargo xtask corpus --expect` writes it.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test starts the program and reads its files"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// So many findings a host may show on which nothing was planted.
const NOTES: usize = 10;

fn recordings(kind: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus").join(kind);
    let entries = std::fs::read_dir(&directory).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "kee")).collect();
    found.sort();
    assert!(found.len() >= 4, "{} recordings in {}", found.len(), directory.display());
    found
}

/// What keeneye says, after it was held against what is kept.
fn replay(recording: &Path) -> String {
    let mut scan = Command::new(env!("CARGO_BIN_EXE_keeneye"));
    let output = scan.args(["scan", "--format", "concise", "--from"]).arg(recording).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}: {output:?}", recording.display());
    let said = String::from_utf8(output.stdout).unwrap();
    let expected = std::fs::read_to_string(recording.with_extension("expected")).unwrap();
    // Of the verdict only the word is kept: coverage of an old recording sinks as keeneye learns to ask more.
    let word = said.lines().next_back().and_then(|verdict| verdict.split(" coverage=").next()).unwrap_or_default();
    let findings = said.lines().filter(|line| !line.starts_with("verdict "));
    let said: String = findings.chain([word]).flat_map(|line| [line, "\n"]).collect();
    for (now, kept) in said.lines().zip(expected.lines()) {
        assert_eq!(now, kept, "{} (left: now, right: kept)", recording.display());
    }
    assert_eq!(said, expected, "{} (left: now, right: kept)", recording.display());
    said
}

#[test]
fn a_host_on_which_nothing_was_planted_brings_no_alert_and_few_notes() {
    for recording in recordings("clean") {
        let said = replay(&recording);
        let findings = || said.lines().filter(|line| !line.starts_with("verdict ") && !line.starts_with("incident "));
        let alert = findings().find(|line| line.starts_with("suspicious ") || line.starts_with("compromised "));
        assert_eq!(alert, None, "{}", recording.display());
        assert!(findings().count() <= NOTES, "{}:\n{said}", recording.display());
    }
}

#[test]
fn a_host_that_was_broken_into_brings_an_alert() {
    for recording in recordings("owned") {
        let said = replay(&recording);
        assert!(said.ends_with("\nverdict suspicious\n") || said.ends_with("\nverdict compromised\n"), "{said}");
    }
}
