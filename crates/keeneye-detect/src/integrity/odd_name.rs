//! A name is made to be overlooked or misread.
//!
//! # What it sees
//! Files and directories of the whole tree whose name is nothing but dots, begins or ends with a blank, or holds
//! control characters, invisible ones or letters of two alphabets in one word. With a program inside: suspicious. With
//! other files inside: unusual. An empty directory, or a file that is no program: a note. Where people keep their own
//! files only programs count.
//!
//! # Why it matters
//! Such a name is there to be passed over by whoever reads a listing. It is an old habit of people who hide tools.
//!
//! # Innocent causes
//! A slip of the hand (`mkdir "x "`), a script with a wrong variable, an archive with names of another encoding.
//!
//! # What to do
//! Show the name exactly (`ls -lab DIRECTORY`), and look at what lies inside.

use super::{portrait, rights};
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, Finding, Interest, Level, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/odd-name",
    title: "a name made to be overlooked or misread",
    level: Level::Suspicious,
    attack: &["T1564.001", "T1036"],
    absolute: false,
    source: include_str!("odd_name.rs"),
    run,
};

/// Names that are told one by one.
const MAX_TOLD: usize = 30;

/// A name that misleads and what bears it or lies below it.
struct Odd<'a> {
    path: Text,
    how: &'static str,
    facts: Vec<&'a FileFact>,
}

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut by_path: BTreeMap<Text, Odd<'_>> = BTreeMap::new();
    for fact in scene.world.files.values().filter(|fact| is_candidate(scene, fact)) {
        let Some((path, how)) = misleading(&fact.path) else { continue };
        by_path.entry(path.clone()).or_insert(Odd { path, how, facts: Vec::new() }).facts.push(fact);
    }
    by_path.values().take(MAX_TOLD).filter_map(|odd| said(scene, odd)).collect()
}

fn is_candidate(scene: &Scene<'_>, fact: &FileFact) -> bool {
    let met = fact.interests.contains(&Interest::OddName) && !fact.owner.is_owned();
    // What gives rights, and what runs, has a detector of its own that says so.
    let elsewhere = fact.interests.contains(&Interest::Privileged) || rights::is_in_use(fact);
    met && !elsewhere && !rights::is_on_image(scene.world, &fact.path)
}

/// The path up to the first component that misleads, and in which way.
fn misleading(path: &Text) -> Option<(Text, &'static str)> {
    let mut end = 0;
    for part in path.split(|b| *b == b'/') {
        end += part.len();
        if let Some(how) = place::disguise(part).filter(|_| !part.is_empty()) {
            return Some((Text::from(path.get(..end)?), how));
        }
        end += 1;
    }
    None
}

fn said(scene: &Scene<'_>, odd: &Odd<'_>) -> Option<Finding> {
    let first = odd.facts.first()?;
    let program = odd.facts.iter().find(|fact| rights::is_code(fact));
    let below = odd.facts.iter().find(|fact| fact.path != odd.path);
    let (level, what) = match (program, below) {
        (Some(program), _) if program.path != odd.path => (Level::Suspicious, "with a program in it"),
        (Some(_), _) => (Level::Suspicious, "and is a program"),
        (None, Some(_)) => (Level::Unusual, "with files in it"),
        (None, None) if first.stat.is_some_and(|stat| stat.is_dir()) => (Level::Note, "and is an empty directory"),
        (None, None) => (Level::Note, "and is no program"),
    };
    let summary = format!("{:?} has {} in its name, {what}", odd.path.as_bstr(), odd.how);
    let mut finding = DETECTOR.finding(level, subject::file(&odd.path), summary).evidence("path", odd.path.clone());
    for fact in odd.facts.iter().filter(|fact| fact.path != odd.path).take(10) {
        finding = finding.evidence("in it", fact.path.clone()).related(subject::file(&fact.path));
    }
    finding = finding
        .innocent("a slip of the hand", level == Level::Suspicious, "it would hold no program")
        .next(format!("ls -lab {}", odd.path.parent().to_str_lossy()));
    Some(portrait(finding, scene.world, program.unwrap_or(first)))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/odd-name";

    #[test]
    fn an_empty_directory_is_a_note() {
        for (path, shown, how) in [
            ("/var/tmp/...\\x20", "/var/tmp/... ", "a blank at its end"),
            ("/tmp/..\\x20", "/tmp/.. ", "a blank at its end"),
            ("/dev/shm/\\x20", "/dev/shm/ ", "a blank at its end"),
            ("/usr/lib/...", "/usr/lib/...", "nothing but dots"),
        ] {
            let said = format!("note: \"{shown}\" has {how} in its name, and is an empty directory");
            check(NAME, &format!("{path} : mode=040755"), &[&said]);
        }
        for quiet in ["/tmp/.X11-unix", "/tmp/.x", "/tmp/a b", "/home/anna/x\\x20", "/tmp/отчёт"] {
            check(NAME, &format!("{quiet} : mode=041777").replace("a b", "a\\x20b"), &[]);
        }
    }
    #[test]
    fn what_lies_inside_decides() {
        let dir = "/var/tmp/...\\x20 : mode=040755\n/var/tmp/...\\x20/k = ";
        let said = "\"/var/tmp/... \" has a blank at its end in its name,";
        check(NAME, &format!("{dir}\\x7fELF"), &[&format!("suspicious: {said} with a program in it")]);
        check(NAME, &format!("{dir}#!/bin/sh\\n"), &[&format!("suspicious: {said} with a program in it")]);
        check(NAME, &format!("{dir}words"), &[&format!("unusual: {said} with files in it")]);
    }
    #[test]
    fn programs_with_such_names() {
        let said = "suspicious: \"/opt/s\\u{200b}shd\" has invisible characters in its name, and is a program";
        check(NAME, "/opt/s\u{200b}shd : mode=100755", &[said]);
        check(NAME, "/opt/s\u{200b}shd : mode=100644", &[]);
        check(NAME, "package a 1 owns /opt/s\u{200b}shd", &[]);
    }
}
