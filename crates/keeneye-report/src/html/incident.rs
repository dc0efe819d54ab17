//! An incident on the page.

use super::{escape, row};
use crate::Report;
use crate::fold::fold;
use crate::text::lineage;
use crate::words::Zone;
use keeneye_facts::{Finding, Incident, Level, Trace};

/// Its title, one line a finding, and what stands around it. The findings themselves stand below on the page.
pub(super) fn incident(report: &Report, incident: &Incident, zone: &Zone) -> String {
    let level = incident.level.unwrap_or(Level::Suspicious).word();
    let title = escape(&incident.title);
    let mut out = format!("<article class=\"{level}\">\n<p class=\"level\">{level}</p>\n<h3>{title}</h3>\n<table>\n");
    if let Some(first) = incident.first_trace {
        out.push_str(&row("first trace", &escape(zone.moment(first))));
    }
    let time_of = |finding: &Finding| {
        let at = incident.findings.iter().position(|id| *id == finding.id)?;
        incident.times.get(at).copied().flatten()
    };
    for fold in fold(report.findings_of(incident)) {
        let time = time_of(fold.first).map_or_else(|| "now".to_owned(), |time| escape(zone.short(time)));
        let (detector, summary) = (escape(&fold.first.detector), escape(&fold.first.summary));
        out.push_str(&row(&time, &format!("<code>{detector}</code> {summary}{}", escape(fold.more()))));
    }
    let lineage = lineage(incident);
    if !lineage.is_empty() {
        out.push_str(&row("lineage", &escape(lineage)));
    }
    out.extend(incident.entry.iter().map(|entry| row("came in", &escape(&entry.what))));
    out.extend(incident.restarters.iter().map(|trace| row("comes back", &named(trace))));
    out.extend(incident.during.iter().map(|trace| row("meanwhile", &timed(trace, zone))));
    out.extend(incident.nearby.iter().map(|trace| row("nearby", &named(trace))));
    out.extend(incident.next.iter().map(|step| row("do", &escape(step))));
    out + "</table>\n</article>\n"
}

fn named(trace: &Trace) -> String {
    format!("<code>{}</code> {}", escape(&trace.subject.name), escape(&trace.what))
}

fn timed(trace: &Trace, zone: &Zone) -> String {
    let time = trace.time.map_or_else(String::new, |time| format!(" ({})", escape(zone.short(time))));
    format!("{}{time}", named(trace))
}
