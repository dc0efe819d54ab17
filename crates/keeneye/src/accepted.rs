//! What a person has accepted beforehand: pure.

use keeneye_detect::Detector;
use keeneye_facts::{Cause, Change, ChangeGroup, Finding};
use keeneye_report::Accepted;
use keeneye_world::World;
use keeneye_world::glob;

/// An entry `[[accept]]` of the configuration. At least one of the first six is given; what is given must all fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accept {
    /// Pattern for the detector's name.
    pub(crate) detector: Option<String>,
    /// Pattern for the subject's path.
    pub(crate) path: Option<String>,
    /// The subject's account.
    pub(crate) account: Option<String>,
    /// The package that owns the subject's file.
    pub(crate) package: Option<String>,
    /// What brought a change since the baseline about.
    pub(crate) cause: Option<String>,
    /// The id of exactly one finding.
    pub(crate) finding: Option<String>,
    /// Why.
    pub(crate) because: String,
    /// Who says so; empty where nobody took note.
    pub(crate) by: String,
    /// The last day, `2027-01-31`.
    pub(crate) until: String,
    /// The first second (since 1970) at which it no longer holds: the end of that day in UTC.
    pub(crate) ends: i64,
}

impl Accept {
    /// Whether it speaks of this finding. What is absolute is accepted by its id alone, never by a pattern.
    fn covers(&self, finding: &Finding, absolute: bool, world: &World) -> bool {
        if absolute && self.finding.is_none() {
            return false;
        }
        let fits =
            |pattern: &Option<String>, text: &[u8]| pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, text));
        let subject = &finding.subject;
        let changed = || changed(finding, world);
        let package = || {
            let known = world.owner(subject.path.as_ref()?).package();
            known.or_else(|| changed()?.1.owner.package())
        };
        self.finding.as_ref().is_none_or(|id| *id == finding.id)
            && fits(&self.detector, finding.detector.as_bytes())
            && (self.path.is_none() || subject.path.as_ref().is_some_and(|path| fits(&self.path, path)))
            && (self.account.is_none()
                || subject.account.as_ref().is_some_and(|a| self.account.as_deref() == Some(&a.lossy())))
            && (self.package.is_none() || self.package.as_deref() == package())
            && (self.cause.is_none() || self.cause.as_deref() == changed().map(|(cause, _)| cause.name()))
    }
    fn name(&self) -> String {
        let parts = [&self.detector, &self.finding, &self.path, &self.account, &self.package, &self.cause];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// The change since the baseline that a finding is about, and what brought it about. One about many files of a directory
/// is about the first that it names: all of them have one cause and one package.
fn changed<'a>(finding: &Finding, world: &'a World) -> Option<(&'a Cause, &'a Change)> {
    if !keeneye_detect::OF_CHANGES.iter().any(|detector| detector.name == finding.detector) {
        return None;
    }
    let named = finding.related.first().unwrap_or(&finding.subject);
    let path = named.path.as_ref()?;
    let in_group = |group: &'a ChangeGroup| {
        let change = group.changes.iter().find(|change| change.path() == path)?;
        Some((&group.cause, change))
    };
    world.changes.iter().find_map(in_group)
}

/// What became of the findings.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sorted {
    /// To be said.
    pub(crate) open: Vec<Finding>,
    /// Accepted, with the reason.
    pub(crate) accepted: Vec<Accepted>,
    /// Entries that had no effect although they speak of a finding, and those that ended.
    pub(crate) remarks: Vec<String>,
    /// Entries that speak of nothing that was found.
    pub(crate) idle: Vec<String>,
}

/// Sorts findings by what was accepted.
pub(crate) fn sort(findings: Vec<Finding>, entries: &[Accept], detectors: &[&Detector], world: &World) -> Sorted {
    let now = world.host.now;
    let (held, ended): (Vec<&Accept>, Vec<&Accept>) = entries.iter().partition(|entry| now < entry.ends);
    let mut sorted = Sorted::default();
    sorted.remarks.extend(
        ended
            .iter()
            .map(|entry| format!("the acceptance of {} ended on {} and no longer applies", entry.name(), entry.until)),
    );
    let mut idle = held.clone();
    for finding in findings {
        let absolute = detectors.iter().any(|d| d.name == finding.detector && d.absolute);
        idle.retain(|entry| !entry.covers(&finding, false, world));
        match held.iter().find(|entry| entry.covers(&finding, absolute, world)) {
            Some(entry) => {
                let because = match entry.by.as_str() {
                    "" => entry.because.clone(),
                    by => format!("{} ({by})", entry.because),
                };
                sorted.accepted.push(Accepted { finding, because, until: entry.until.clone() });
            }
            None => {
                let of_it = held.iter().filter(|entry| absolute && entry.covers(&finding, false, world));
                sorted.remarks.extend(of_it.map(|entry| by_id_only(entry, &finding)));
                sorted.open.push(finding);
            }
        }
    }
    sorted.idle =
        idle.iter().map(|entry| format!("the acceptance of {} covers nothing that was found", entry.name())).collect();
    sorted.remarks.sort();
    sorted.remarks.dedup();
    sorted
}

/// Why an entry that speaks of this finding does not silence it.
fn by_id_only(entry: &Accept, finding: &Finding) -> String {
    let (detector, name) = (&finding.detector, entry.name());
    format!("{detector} is accepted by the id of one finding only; the acceptance of {name} does not apply")
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
        let mut world = World::default();
        world.host.now = now;
        sort(vec![finding], &[entry], &[&DETECTOR, &ABSOLUTE], &world)
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
            assert!(out.idle.iter().all(|said| said.ends_with("covers nothing that was found")));
            assert_eq!(out.idle.len(), 1);
        }
    }
    #[test]
    fn a_package_speaks_for_its_files() {
        let host = "package agent 1 owns /opt/x/agent\nprocess 41 exe=/opt/x/agent";
        let world = keeneye_world::scan(&keeneye_world::fixture::Fixture::new(host), &keeneye_world::Plan::default());
        let of = |package: &str| Accept { detector: None, package: Some(package.into()), ..entry("") };
        let of = |package: &str| Accept { ends: i64::MAX, ..of(package) };
        let accepted = |package| sort(vec![finding(&DETECTOR)], &[of(package)], &[&DETECTOR], &world).accepted.len();
        assert_eq!((accepted("agent"), accepted("other")), (1, 0));
    }
    #[test]
    fn a_cause_speaks_for_changes_of_that_cause() {
        let host = "baseline 3\nchange /etc/motd content\nchange /etc/x/y new\nchange /usr/bin/ls silent mode=100755\n";
        let plan = keeneye_world::Plan { baseline: true, ..Default::default() };
        let world = keeneye_world::scan(&keeneye_world::fixture::Fixture::new(host), &plan);
        let found = || {
            let scene = keeneye_detect::Scene { world: &world };
            keeneye_detect::OF_CHANGES.iter().flat_map(|detector| detector.look(&scene)).collect::<Vec<_>>()
        };
        assert_eq!(found().len(), 3);
        let accepted = |cause: &str| {
            let of_cause = Accept { detector: None, cause: Some(cause.into()), ends: i64::MAX, ..entry("") };
            let entries = [Accept { by: "anna".into(), ..of_cause }];
            let sorted = sort(found(), &entries, keeneye_detect::ALL, &world);
            sorted
                .accepted
                .into_iter()
                .map(|a| (a.finding.subject.name.lossy().into_owned(), a.because))
                .collect::<Vec<_>>()
        };
        assert_eq!(accepted("settings"), [("/etc/motd".to_owned(), "known (anna)".to_owned())]);
        assert_eq!(accepted("new"), [("/etc/x/y".to_owned(), "known (anna)".to_owned())]);
        assert_eq!(accepted("silent"), []);
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
