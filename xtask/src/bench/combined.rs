//! Whether several traces of one break-in became one incident that tells all of them. Pure.

use super::finding::{Finding, Incident, Subject};
use super::judge::is;
use super::stage::Acted;
use keeneye_facts::Level;

/// What the incident lacks; empty when there is exactly one that alerts and it names every planted trace, the way in
/// and what starts it again, as far as the recipe said them.
pub(super) fn torn(acted: &Acted) -> Vec<String> {
    let alerting: Vec<&Incident> =
        acted.incidents.iter().filter(|incident| incident.level >= Some(Level::Suspicious)).collect();
    let mut lacks = Vec::new();
    if alerting.len() != 1 {
        lacks.push(format!("{} incidents in place of one", alerting.len()));
    }
    // Of several, the one that tells most: what it lacks says most about why the others stand apart.
    let fewest = alerting.iter().map(|incident| missing(incident, acted)).min_by_key(Vec::len);
    lacks.extend(fewest.unwrap_or_default());
    lacks
}

fn missing(incident: &Incident, acted: &Acted) -> Vec<String> {
    let findings: Vec<&Finding> = acted.findings.iter().filter(|f| incident.findings.contains(&f.id)).collect();
    let told = |kind: &str, value: &str| findings.iter().any(|finding| names(finding, kind, value));
    let mut lacks = Vec::new();
    for (kind, value) in &acted.said {
        let said = match kind.as_str() {
            "entry" => incident.entry.as_ref().is_some_and(|entry| points_at(&entry.subject, value)),
            "restarter" => incident.restarters.iter().any(|restarter| points_at(&restarter.subject, value)),
            // Several things of which a finding about any will do: `one-of pid 41 42`.
            "one-of" => value.split_once(' ').is_some_and(|(kind, any)| any.split(' ').any(|value| told(kind, value))),
            // What lets them back in is told where the incident names it, as a key that looks like any other.
            _ => told(kind, value) || incident.restarters.iter().any(|restarter| is(&restarter.subject, kind, value)),
        };
        if !said {
            lacks.push(format!("{kind} {value}"));
        }
    }
    lacks
}

fn names(finding: &Finding, kind: &str, value: &str) -> bool {
    is(&finding.subject, kind, value) || finding.related.iter().any(|related| is(related, kind, value))
}

/// The value is a kind and a value as a recipe says them: `pid 41`, `path /etc/cron.d/x`.
fn points_at(subject: &Subject, value: &str) -> bool {
    value.split_once(' ').is_some_and(|(kind, value)| is(subject, kind, value))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Trace;
    use super::*;

    fn file(path: &str) -> Subject {
        Subject { kind: "file".into(), path: Some(path.into()), ..Subject::default() }
    }
    fn finding(id: &str, path: &str) -> Finding {
        Finding {
            id: id.into(),
            detector: "x/y".into(),
            level: Level::Suspicious,
            subject: file(path),
            summary: "x".into(),
            related: Vec::new(),
        }
    }
    fn incident(findings: &[&str]) -> Incident {
        let findings = findings.iter().map(|id| (*id).to_owned()).collect();
        Incident { level: Some(Level::Suspicious), findings, ..Incident::default() }
    }
    fn acted(incidents: Vec<Incident>) -> Acted {
        let said = vec![("path".into(), "/a".into()), ("path".into(), "/b".into())];
        Acted { findings: vec![finding("1", "/a"), finding("2", "/b")], incidents, said, ..Acted::default() }
    }

    #[test]
    fn one_incident_has_to_tell_all() {
        assert!(torn(&acted(vec![incident(&["1", "2"])])).is_empty());
        assert_eq!(torn(&acted(vec![])), ["0 incidents in place of one"]);
        assert_eq!(torn(&acted(vec![incident(&["1"])])), ["path /b"]);
        assert_eq!(torn(&acted(vec![incident(&["1"]), incident(&["2"])])).len(), 2);
        let note = Incident { level: Some(Level::Note), ..incident(&["2"]) };
        assert!(torn(&acted(vec![incident(&["1", "2"]), note])).is_empty());
    }
    #[test]
    fn the_way_in_and_what_restarts_it_have_to_be_named() {
        let mut acted = acted(vec![incident(&["1", "2"])]);
        acted.said.push(("entry".into(), "path /web".into()));
        acted.said.push(("restarter".into(), "path /a".into()));
        assert_eq!(torn(&acted), ["entry path /web", "restarter path /a"]);
        acted.incidents[0].entry = Some(Trace { subject: file("/web") });
        acted.incidents[0].restarters = vec![Trace { subject: file("/a") }];
        assert!(torn(&acted).is_empty());
    }
}
