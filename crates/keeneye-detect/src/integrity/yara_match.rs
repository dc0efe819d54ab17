//! A rule of the admin's matches a program.
//!
//! # What it sees
//! YARA rules below /etc/keeneye/yara match a program that no package brings and that lies in an odd place, that was
//! deleted while it runs, that lies in memory alone, or that a container has besides its image. Suspicious, or what the
//! rule says in its `meta` section: `level = "compromised"`.
//!
//! # Why it matters
//! A rule knows a tool by its content, whatever it is called and wherever it lies.
//!
//! # Innocent causes
//! A rule that is too wide. Tools of admins that intruders use as well, such as scanners.
//!
//! # What to do
//! Read the rule: its description tells what it was written for. `keeneye look file PATH` tells who runs the file, and
//! `keeneye capture --with-files` keeps a copy.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, RuleMatch, RuleMatches};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/yara-match",
    title: "a rule of the admin's matches a program",
    level: Level::Compromised,
    attack: &["T1588.001"],
    absolute: false,
    source: include_str!("yara_match.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.rule_matches.iter().filter_map(|matches| said(scene, matches)).collect()
}

fn said(scene: &Scene<'_>, matches: &RuleMatches) -> Option<Finding> {
    let level = matches.rules.iter().map(level).max()?;
    let first = matches.rules.first()?.rule.lossy();
    let rules = match matches.rules.len() - 1 {
        0 => format!("rule {first} matches"),
        more => format!("rule {first} and {more} more match"),
    };
    let process = matches.process.and_then(|id| scene.world.processes.get(&id));
    let (subject, what) = match process {
        Some(process) => {
            let subject = subject::process(process);
            let what = format!("what {} executes", subject.name.lossy());
            (subject, what)
        }
        None => (subject::file(&matches.path), matches.path.lossy().into_owned()),
    };
    let mut finding = DETECTOR.finding(level, subject, format!("{rules} {what}"));
    finding = finding.evidence("file", matches.path.clone());
    for matched in &matches.rules {
        finding = finding.evidence("rule", [matched.rule.as_slice(), b" of ", matched.file.as_slice()].concat());
        for (name, offset) in &matched.strings {
            finding = finding.evidence("string", [name.as_slice(), format!(" at byte {offset}").as_bytes()].concat());
        }
    }
    let next = match process {
        Some(process) => format!("keeneye look pid {}", process.id.pid),
        None => format!("keeneye look file {}", matches.path.lossy()),
    };
    Some(finding.innocent("a rule that is too wide", false, "its description tells what it was written for").next(next))
}

fn level(matched: &RuleMatch) -> Level {
    let levels = [Level::Note, Level::Unusual, Level::Suspicious, Level::Compromised];
    let named = matched.level.as_ref().and_then(|word| levels.into_iter().find(|level| *word == level.word()));
    named.unwrap_or(Level::Suspicious)
}

#[cfg(test)]
mod tests {
    use crate::testing::findings;
    use keeneye_facts::{Event, RuleMatch, RuleMatches};
    const NAME: &str = "integrity/yara-match";

    fn matched(path: &str, levels: &[&str]) -> Event {
        let rule = |level: &&str| RuleMatch {
            rule: "tool".into(),
            file: "a.yar".into(),
            level: (!level.is_empty()).then(|| (*level).into()),
            strings: vec![("$a".into(), 7)],
        };
        let rules = levels.iter().map(rule).collect();
        Event::RulesMatched(RuleMatches { path: path.into(), process: None, rules })
    }
    #[test]
    fn levels_of_rules() {
        let says = |levels: &[&str]| findings(NAME, "", &[matched("/tmp/x", levels)]);
        assert_eq!(says(&[""]), ["suspicious: rule tool matches /tmp/x"]);
        assert_eq!(says(&["note"]), ["note: rule tool matches /tmp/x"]);
        assert_eq!(says(&["unheard of"]), ["suspicious: rule tool matches /tmp/x"]);
        assert_eq!(says(&["unusual", "compromised"]), ["compromised: rule tool and 1 more match /tmp/x"]);
    }
    #[test]
    fn what_no_rule_matches_is_quiet() {
        crate::testing::check(NAME, "/tmp/x = a", &[]);
    }
}
