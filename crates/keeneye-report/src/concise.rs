//! One line a finding, for grep and awk: level, detector, subject, sentence, separated by one blank.

use crate::sanitise::{SHOWN, bounded, word};
use crate::{Report, text::tally};
use keeneye_facts::{Finding, Incident, Level, Subject};

/// The findings, then a line for each incident, then one with the verdict.
pub fn concise(report: &Report) -> String {
    let mut out: String = report.findings.iter().map(line).collect();
    out.extend(report.incidents.iter().map(incident));
    out.push_str(&format!(
        "verdict {} coverage={}% gaps={} {} {}\n",
        report.verdict.word(),
        report.coverage,
        report.gaps.len(),
        report.verdict.sentence(),
        tally(report)
    ));
    out
}

/// Level, id, the ids of its findings, the title.
fn incident(incident: &Incident) -> String {
    let level = incident.level.map_or("suspicious", Level::word);
    let ids: Vec<String> = incident.findings.iter().map(word).collect();
    format!("incident {level} {} {} {}\n", word(&incident.id), ids.join(","), bounded(&incident.title, SHOWN))
}

fn line(finding: &Finding) -> String {
    let (level, detector) = (finding.level.word(), word(&finding.detector));
    format!("{level} {detector} {} {}\n", subject(&finding.subject), bounded(&finding.summary, SHOWN))
}

/// One word for a subject: `process:812`, `file:/etc/cron.d/x`, `port:tcp/4444`.
pub(crate) fn subject(subject: &Subject) -> String {
    let identity = match subject.kind.as_str() {
        "process" => subject.process.map(|id| id.pid.to_string()),
        "thread" => subject.tid.map(|tid| tid.to_string()),
        "port" | "socket" => subject.port.map(|port| match &subject.protocol {
            Some(protocol) => format!("{}/{port}", word(protocol)),
            None => port.to_string(),
        }),
        "account" => subject.account.as_ref().map(word),
        _ => subject.path.as_ref().map(word),
    };
    format!("{}:{}", word(&subject.kind), identity.unwrap_or_else(|| word(&subject.name)))
}
