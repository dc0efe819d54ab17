#![allow(clippy::disallowed_methods, reason = "these tests read the source tree that they are a part of")]
//! Tests over the list of all detectors: what every one of them promises.

use crate::{ALL, Detector};
use std::collections::BTreeSet;
use std::path::Path;

const HEADINGS: [&str; 4] = ["# What it sees", "# Why it matters", "# Innocent causes", "# What to do"];

/// `process/exe-deleted` of `process/exe_deleted.rs`, of every file below a directory of detectors: a file is one when
/// it has a `static DETECTOR`.
fn files() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut names = BTreeSet::new();
    for kind in list(&source) {
        for file in list(&source.join(&kind)) {
            let Some(stem) = file.strip_suffix(".rs") else { continue };
            let text = std::fs::read_to_string(source.join(&kind).join(&file)).expect("a readable source file");
            if text.contains("pub static DETECTOR: Detector") {
                names.insert(format!("{kind}/{}", stem.replace('_', "-")));
            }
        }
    }
    names
}

/// Names in a directory; none when it is a file.
fn list(directory: &Path) -> Vec<String> {
    let entries =
        std::fs::read_dir(directory).map(|entries| entries.flatten().collect()).unwrap_or_else(|_| Vec::new());
    entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The tests of a detector: what stands behind `mod tests` in its own file or, where they are many, in a file beside.
fn tests(detector: &Detector) -> String {
    let own = detector.source.split_once("mod tests").map(|(_, tests)| tests.to_owned()).unwrap_or_default();
    let beside = format!("src/{}/tests.rs", detector.name.replace('-', "_"));
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join(beside);
    own + &std::fs::read_to_string(beside).unwrap_or_default()
}

#[test]
fn every_detector_is_in_the_list_and_bears_the_name_of_its_file() {
    let listed: BTreeSet<String> = ALL.iter().map(|detector| detector.name.to_owned()).collect();
    assert_eq!(listed, files());
    assert_eq!(listed.len(), ALL.len(), "a detector is in the list twice");
    assert!(ALL.is_sorted_by_key(|detector| detector.name), "the list is a table of contents");
}

#[test]
fn every_manual_page_has_its_four_headings_in_order() {
    for detector in ALL {
        let manual = detector.manual();
        let found: Vec<&str> = manual.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(found, HEADINGS, "{}", detector.name);
        let lines: Vec<&str> = manual.lines().collect();
        assert!(lines.first().is_some_and(|line| line.ends_with('.')), "{} says what it is first", detector.name);
        for heading in HEADINGS {
            let at = lines.iter().position(|line| *line == heading).expect("found above");
            assert!(lines.get(at + 1).is_some_and(|line| !line.is_empty()), "{}: {heading} is empty", detector.name);
        }
    }
}

#[test]
fn techniques_are_well_formed() {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let well_formed = |id: &str| {
        let (technique, part) = id.split_once('.').unwrap_or((id, "000"));
        technique.strip_prefix('T').is_some_and(|number| digits(number, 4)) && digits(part, 3)
    };
    for detector in ALL {
        assert!(!detector.attack.is_empty(), "{}", detector.name);
        for id in detector.attack {
            assert!(well_formed(id), "{}: {id}", detector.name);
        }
    }
}

#[test]
fn titles_are_headlines() {
    for detector in ALL {
        assert!(!detector.title.is_empty() && !detector.title.ends_with('.'), "{}", detector.name);
        assert!(detector.title.chars().count() <= 72, "{} has a long title", detector.name);
    }
}

#[test]
fn every_detector_has_a_loud_and_a_quiet_test() {
    for detector in ALL {
        let tests = tests(detector);
        let loud = ["note: ", "unusual: ", "suspicious: ", "compromised: "];
        assert!(loud.iter().any(|level| tests.contains(level)), "{} has no loud test", detector.name);
        let quiet = ["&[])", "&[],", "[\"\"; 0]"];
        assert!(quiet.iter().any(|nothing| tests.contains(nothing)), "{} has no quiet test", detector.name);
    }
}
