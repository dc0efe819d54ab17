//! Findings that say the same of equal programs become one line.

use keeneye_facts::{Finding, Level, Text};
use std::collections::BTreeMap;

/// Findings of one detector, of one level, about processes of one program; one finding where there are no others.
#[derive(Debug)]
pub(crate) struct Fold<'a> {
    /// The first of them: it speaks for all.
    pub(crate) first: &'a Finding,
    /// The others.
    pub(crate) others: Vec<&'a Finding>,
}

impl Fold<'_> {
    /// ` · and 5 more processes of it: pid 41, 42, 43, ...`; empty for one finding.
    pub(crate) fn more(&self) -> String {
        let number = self.others.len();
        if number == 0 {
            return String::new();
        }
        let pids: Vec<String> = self.others.iter().filter_map(|f| Some(f.subject.process?.pid.to_string())).collect();
        let named = pids.iter().take(MAX_PIDS).cloned().collect::<Vec<_>>().join(", ");
        let rest = if number > MAX_PIDS { ", ..." } else { "" };
        format!(" · {} processes of it, also pid {named}{rest}", number + 1)
    }
}

/// Other processes of a program that are named.
const MAX_PIDS: usize = 8;

type Alike<'a> = (&'a str, Level, &'a str, &'a Text, Option<u16>);

/// Folds findings; the order is that of the first of each.
pub(crate) fn fold<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Fold<'a>> {
    let mut folds: Vec<Fold<'a>> = Vec::new();
    let mut known: BTreeMap<Alike<'a>, usize> = BTreeMap::new();
    for finding in findings {
        let at = alike(finding).map(|alike| *known.entry(alike).or_insert(folds.len()));
        match at.and_then(|at| folds.get_mut(at)) {
            Some(fold) => fold.others.push(finding),
            None => folds.push(Fold { first: finding, others: Vec::new() }),
        }
    }
    folds
}

/// What makes findings about processes equal. Ports stay apart, and so do threads.
fn alike(finding: &Finding) -> Option<Alike<'_>> {
    let subject = &finding.subject;
    let path = subject.path.as_ref().filter(|_| subject.process.is_some() && subject.kind == "process")?;
    Some((&finding.detector, finding.level, &subject.kind, path, subject.port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::{ProcessId, Subject};

    fn finding(pid: u32, path: &str, level: Level) -> Finding {
        let process = Some(ProcessId { pid, start: 1 });
        let subject = Subject { kind: "process".into(), process, path: Some(path.into()), ..Subject::default() };
        Finding {
            id: pid.to_string(),
            detector: "process/exe-in-memory".into(),
            level,
            subject,
            summary: "x".into(),
            evidence: Vec::new(),
            attack: Vec::new(),
            first_seen: None,
            related: Vec::new(),
            innocent: Vec::new(),
            next: Vec::new(),
        }
    }

    #[test]
    fn equal_programs_are_one_line() {
        let all: Vec<Finding> = (1..=6).map(|pid| finding(pid, "/memfd:a", Level::Suspicious)).collect();
        let folds = fold(&all);
        assert_eq!(folds.len(), 1);
        assert_eq!(folds.first().map(Fold::more).as_deref(), Some(" · 6 processes of it, also pid 2, 3, 4, 5, 6"));
    }
    #[test]
    fn other_programs_and_levels_are_not() {
        let all = [
            finding(1, "/memfd:a", Level::Suspicious),
            finding(2, "/memfd:b", Level::Suspicious),
            finding(3, "/memfd:a", Level::Note),
        ];
        let folds = fold(&all);
        assert_eq!(folds.len(), 3);
        assert!(folds.iter().all(|fold| fold.more().is_empty()));
    }
}
