//! Whether a row was named, stayed quiet, or neither. Pure.

use super::combined;
use super::finding::{Finding, Incident, Subject};
use super::row::{Kind, Row};
use super::stage::Acted;
use keeneye_facts::Level;
use std::collections::BTreeMap;

/// What keeneye says about the root when nothing was planted, with its level.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<(String, String), (Level, Finding)>);

impl Known {
    /// Takes in what was found when `user` looked.
    pub(super) fn add(&mut self, user: &str, findings: Vec<Finding>) {
        for finding in findings {
            let entry = self.0.entry((user.to_owned(), key(&finding))).or_insert((finding.level, finding.clone()));
            entry.0 = entry.0.max(finding.level);
        }
    }
    /// True when the unplanted root shows the same at this level.
    fn has(&self, user: &str, finding: &Finding) -> bool {
        self.0.get(&(user.to_owned(), key(finding))).is_some_and(|(level, _)| *level >= finding.level)
    }
    /// All of it.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.0.values().map(|(_, finding)| finding)
    }
    /// What alerts although nothing was planted.
    pub(super) fn alerts(&self) -> Vec<&Finding> {
        self.findings().filter(|finding| finding.level >= Level::Suspicious).collect()
    }
}

/// The detector and the subject without what differs from one start to the next: process and thread ids.
fn key(finding: &Finding) -> String {
    let subject = &finding.subject;
    let name = subject.name.split(" (pid ").next().unwrap_or_default();
    let place = (&subject.path, subject.line, &subject.protocol, subject.port, &subject.account);
    format!("{} {} {name} {place:?}", finding.detector, subject.kind)
}

/// The outcome in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A plant was named at its level or above.
    Named,
    /// A plant was named, but at a lower level.
    Low,
    /// A plant was not named.
    Missed,
    /// A look-alike caused no alert.
    Quiet,
    /// A look-alike or a server caused an alert.
    Alert,
    /// A server caused too many notes.
    Loud,
    /// Several traces did not become one incident that tells all of them.
    Torn,
    /// The row could not be acted out or looked at.
    Failed,
    /// The row has no recipe yet.
    Waits,
}

/// A row and what came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The row.
    pub(super) row: Row,
    /// The outcome in a word.
    pub(super) verdict: Verdict,
    /// Findings that the unplanted root does not show and that name what was planted, the highest first.
    pub(super) naming: Vec<Finding>,
    /// Further findings that the unplanted root does not show, the highest first.
    pub(super) further: Vec<Finding>,
    /// Milliseconds that the scan took.
    pub(super) scan_ms: u64,
    /// Why it failed.
    pub(super) failure: Option<String>,
    /// What the incident of a combined row lacks.
    pub(super) torn: Vec<String>,
    /// What keeneye joined, if the row is about that.
    pub(super) incidents: Vec<Incident>,
}

impl Outcome {
    /// True when this row alone makes the bench fail.
    pub(super) fn below_the_bar(&self) -> bool {
        let bad = matches!(
            self.verdict,
            Verdict::Low | Verdict::Missed | Verdict::Alert | Verdict::Loud | Verdict::Torn | Verdict::Failed
        );
        bad && self.row.waits_for.is_none()
    }
}

/// So many findings a server on which nothing was planted may show.
const NOTES: usize = 10;

/// Judges what came of a row; `None` when it has no recipe.
pub(super) fn judge(row: &Row, acted: Option<Acted>, known: &Known) -> Outcome {
    let waits = acted.is_none();
    let acted = acted.unwrap_or_default();
    let torn = if row.kind == Kind::Combined { combined::torn(&acted) } else { Vec::new() };
    let incidents = if row.kind == Kind::Combined { acted.incidents } else { Vec::new() };
    let counts = |finding: &Finding| row.kind == Kind::Server || !known.has(&row.user, finding);
    let mut fresh: Vec<Finding> = acted.findings.into_iter().filter(counts).collect();
    fresh.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let names = |finding: &Finding| acted.said.iter().any(|(kind, value)| is(&finding.subject, kind, value));
    let (naming, further): (Vec<_>, Vec<_>) = fresh.into_iter().partition(names);
    let verdict = match row.kind {
        _ if waits => Verdict::Waits,
        _ if acted.failure.is_some() => Verdict::Failed,
        Kind::Plant => match naming.first() {
            Some(finding) if finding.level >= row.level => Verdict::Named,
            Some(_) => Verdict::Low,
            None => Verdict::Missed,
        },
        Kind::Combined if torn.is_empty() => Verdict::Named,
        Kind::Combined => Verdict::Torn,
        Kind::Lookalike | Kind::Server if further.iter().chain(&naming).any(|f| f.level >= Level::Suspicious) => {
            Verdict::Alert
        }
        Kind::Server if further.len() > NOTES => Verdict::Loud,
        Kind::Lookalike | Kind::Server => Verdict::Quiet,
    };
    Outcome {
        row: row.clone(),
        verdict,
        naming,
        further,
        scan_ms: acted.scan_ms,
        failure: acted.failure,
        torn,
        incidents,
    }
}

/// True when the subject is the thing that the recipe named.
pub(super) fn is(subject: &Subject, kind: &str, value: &str) -> bool {
    let number = |found: Option<i64>| found.is_some_and(|found| found.to_string() == value);
    match kind {
        "pid" => number(subject.pid.map(i64::from)),
        "tid" => number(subject.tid.map(i64::from)),
        "port" => number(subject.port.map(i64::from)),
        "shm" => subject.kind == "shared-memory" && number(subject.number),
        "path" => {
            let exact = subject.path_bytes.as_ref().is_some_and(|bytes| *bytes == hexadecimal(value));
            exact || subject.path.as_deref() == Some(value) || subject.name == value
        }
        "name" => {
            [&subject.account, &subject.path].into_iter().flatten().chain([&subject.name]).any(|n| n.contains(value))
        }
        "account" => subject.account.as_deref() == Some(value),
        "line" => subject.path.as_ref().zip(subject.line).is_some_and(|(p, n)| format!("{p}:{n}") == value),
        _ => false,
    }
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(level: Level, pid: u32) -> Finding {
        let name = format!("x (pid {pid})");
        let subject = Subject { kind: "process".into(), name, pid: Some(pid), ..Subject::default() };
        Finding {
            detector: "process/x".into(),
            level,
            subject,
            summary: "x".into(),
            id: String::new(),
            related: Vec::new(),
        }
    }
    fn plant(findings: Vec<Finding>, known: &Known) -> Verdict {
        let row = Row { kind: Kind::Plant, recipe: Some("x".into()), ..Row::unplanted("root") };
        let acted = Acted { said: vec![("pid".into(), "41".into())], findings, ..Acted::default() };
        judge(&row, Some(acted), known).verdict
    }

    #[test]
    fn a_plant_has_to_be_the_subject_at_its_level() {
        let nothing = Known::default();
        assert_eq!(plant(vec![finding(Level::Suspicious, 41)], &nothing), Verdict::Named);
        assert_eq!(plant(vec![finding(Level::Unusual, 41)], &nothing), Verdict::Low);
        assert_eq!(plant(vec![finding(Level::Compromised, 42)], &nothing), Verdict::Missed);
    }
    #[test]
    fn what_the_unplanted_root_shows_does_not_count() {
        let mut known = Known::default();
        known.add("root", vec![finding(Level::Suspicious, 7)]);
        assert_eq!(plant(vec![finding(Level::Suspicious, 41)], &known), Verdict::Missed);
        assert_eq!(plant(vec![finding(Level::Compromised, 41)], &known), Verdict::Named);
    }
    #[test]
    fn any_alert_at_all_spoils_a_lookalike() {
        let row = Row { recipe: Some("x".into()), ..Row::unplanted("root") };
        let of = |findings| Some(Acted { findings, ..Acted::default() });
        assert_eq!(judge(&row, of(vec![finding(Level::Suspicious, 9)]), &Known::default()).verdict, Verdict::Alert);
        assert_eq!(judge(&row, of(vec![finding(Level::Unusual, 9)]), &Known::default()).verdict, Verdict::Quiet);
    }
    #[test]
    fn a_row_without_recipe_waits() {
        assert_eq!(judge(&Row::unplanted("root"), None, &Known::default()).verdict, Verdict::Waits);
    }
}
