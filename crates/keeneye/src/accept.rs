//! What a person has accepted beforehand: pure.

use crate::glob;
use keeneye_detect::Detector;
use keeneye_facts::Finding;
use keeneye_report::Accepted;

/// An entry `[[accept]]` of the configuration. At least a detector or a finding's id is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accept {
    /// Pattern for the detector's name.
    pub(crate) detector: Option<String>,
    /// Pattern for the subject's path.
    pub(crate) path: Option<String>,
    /// The subject's account.
    pub(crate) account: Option<String>,
    /// The id of exactly one finding.
    pub(crate) finding: Option<String>,
    /// Why.
    pub(crate) because: String,
    /// The last day, `2027-01-31`.
    pub(crate) until: String,
    /// The first second (since 1970) at which it no longer holds: the end of that day in UTC.
    pub(crate) ends: i64,
}

impl Accept {
    /// Whether it speaks of this finding. What is absolute is accepted by its id alone, never by a pattern.
    fn covers(&self, finding: &Finding, absolute: bool) -> bool {
        if absolute && self.finding.is_none() {
            return false;
        }
        let fits =
            |pattern: &Option<String>, text: &[u8]| pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, text));
        let subject = &finding.subject;
        self.finding.as_ref().is_none_or(|id| *id == finding.id)
            && fits(&self.detector, finding.detector.as_bytes())
            && (self.path.is_none() || subject.path.as_ref().is_some_and(|path| fits(&self.path, path)))
            && (self.account.is_none()
                || subject.account.as_ref().is_some_and(|a| self.account.as_deref() == Some(&a.lossy())))
    }
    fn name(&self) -> String {
        let parts = [&self.detector, &self.finding, &self.path, &self.account];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// What became of the findings.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sorted {
    /// To be said.
    pub(crate) open: Vec<Finding>,
    /// Accepted, with the reason.
    pub(crate) accepted: Vec<Accepted>,
    /// Entries that had no effect although they speak of a finding.
    pub(crate) remarks: Vec<String>,
}

/// Sorts findings by what was accepted. `now` is the time of the look.
pub(crate) fn sort(findings: Vec<Finding>, entries: &[Accept], detectors: &[&Detector], now: i64) -> Sorted {
    let mut sorted = Sorted::default();
    for finding in findings {
        let absolute = detectors.iter().any(|d| d.name == finding.detector && d.absolute);
        match entries.iter().find(|e| now < e.ends && e.covers(&finding, absolute)) {
            Some(entry) => {
                sorted.accepted.push(Accepted { finding, because: entry.because.clone(), until: entry.until.clone() })
            }
            None => {
                sorted.remarks.extend(entries.iter().filter_map(|e| no_effect(e, &finding, now)));
                sorted.open.push(finding);
            }
        }
    }
    sorted.remarks.sort();
    sorted.remarks.dedup();
    sorted
}

/// Why an entry that speaks of this finding does not silence it.
fn no_effect(entry: &Accept, finding: &Finding, now: i64) -> Option<String> {
    if !entry.covers(finding, false) {
        return None;
    }
    let name = entry.name();
    Some(if now >= entry.ends {
        format!("the acceptance of {name} ended on {} and no longer applies", entry.until)
    } else {
        format!(
            "{} is accepted by the id of one finding only; the acceptance of {name} does not apply",
            finding.detector
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::{Level, Subject};

    static DETECTOR: Detector = Detector {
        name: "process/exe-deleted",
        title: "t",
        level: Level::Suspicious,
        attack: &[],
        absolute: false,
        source: "",
        run: |_| Vec::new(),
    };
    static ABSOLUTE: Detector = Detector { name: "process/hidden", absolute: true, ..DETECTOR };

    fn finding(detector: &Detector) -> Finding {
        let subject = Subject { kind: "process".into(), path: Some("/opt/x/agent".into()), ..Subject::default() };
        detector.finding(Level::Suspicious, subject, "x")
    }
    fn entry(detector: &str) -> Accept {
        Accept {
            detector: Some(detector.into()),
            because: "known".into(),
            until: "2027-01-31".into(),
            ends: 100,
            ..Accept::default()
        }
    }
    fn sorted(finding: Finding, entry: Accept, now: i64) -> Sorted {
        sort(vec![finding], &[entry], &[&DETECTOR, &ABSOLUTE], now)
    }

    #[test]
    fn an_accepted_finding_moves_with_its_reason() {
        let path = Accept { path: Some("/opt/*".into()), ..entry("process/*") };
        let out = sorted(finding(&DETECTOR), path, 99);
        assert!(out.open.is_empty() && out.remarks.is_empty());
        assert_eq!(out.accepted.first().map(|a| a.because.as_str()), Some("known"));
    }
    #[test]
    fn another_path_or_account_or_detector_stays_open() {
        let path = Accept { path: Some("/srv/*".into()), ..entry("process/*") };
        let account = Accept { account: Some("bob".into()), ..entry("process/*") };
        for entry in [path, account, entry("network/*")] {
            let out = sorted(finding(&DETECTOR), entry, 99);
            assert_eq!((out.open.len(), out.accepted.len(), out.remarks.len()), (1, 0, 0));
        }
    }
    #[test]
    fn after_its_last_day_an_entry_is_only_noted() {
        let out = sorted(finding(&DETECTOR), entry("process/*"), 100);
        assert_eq!(out.open.len(), 1);
        assert_eq!(out.remarks, ["the acceptance of process/* ended on 2027-01-31 and no longer applies"]);
    }
    #[test]
    fn what_is_absolute_is_accepted_by_its_id_alone() {
        let hidden = finding(&ABSOLUTE);
        let out = sorted(hidden.clone(), entry("process/*"), 99);
        assert_eq!((out.open.len(), out.remarks.len()), (1, 1));
        let by_id = Accept { detector: None, finding: Some(hidden.id.clone()), ..entry("") };
        assert_eq!(sorted(hidden, by_id, 99).accepted.len(), 1);
    }
}
