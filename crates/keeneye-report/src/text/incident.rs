//! An incident, told from its first trace to what is so now.

use super::Page;
use crate::Report;
use crate::fold::{Fold, fold};
use crate::layout::{BOLD, DIM, Layout, pad, style_of, width};
use crate::sanitise::{SHOWN, bounded};
use crate::words::duration;
use keeneye_facts::{Finding, Incident, Level, Trace};
use std::collections::BTreeMap;

/// Columns of the time and of the words before other lines.
const TIME: usize = 20;
/// Detector names longer than this push their sentence to the right.
const DETECTOR: usize = 26;
/// Connections of a lineage that are named.
const MAX_PEERS: usize = 4;
/// Things nearby that are named unless all is wanted.
const MAX_NEARBY: usize = 6;
/// Findings of one detector, and things that bring it back, that are told one by one unless all is wanted.
const MAX_ALIKE: usize = 8;

impl Page<'_> {
    /// All incidents, the worst first.
    pub(super) fn incidents(&self) -> String {
        // Two columns go to the bar at the left.
        let layout = Layout { width: self.layout.width.map(|width| width.saturating_sub(2)), ..*self.layout };
        let inner = Page { report: self.report, layout: &layout, zone: self.zone.clone() };
        let mut out = String::new();
        for (index, incident) in self.report.incidents.iter().enumerate() {
            out.push_str(&self.incident_head(index + 1, incident));
            out.extend(inner.incident(incident).lines().map(|line| format!("│ {line}").trim_end().to_owned() + "\n"));
            out.push('\n');
        }
        out
    }

    fn incident_head(&self, number: usize, incident: &Incident) -> String {
        let level = incident.level.unwrap_or(Level::Suspicious);
        let word = level.word().to_uppercase();
        let ago = first_trace(self.report, incident);
        let head = format!("INCIDENT {number} · {word} · {}{ago}", bounded(&incident.title, SHOWN));
        let lines = self.layout.hanging("", 0, &head);
        lines.lines().map(|line| self.layout.paint(style_of(level).bold(), line) + "\n").collect()
    }

    fn incident(&self, incident: &Incident) -> String {
        let mut out = String::new();
        let times: BTreeMap<&String, i64> =
            incident.findings.iter().zip(&incident.times).filter_map(|(id, time)| Some((id, (*time)?))).collect();
        let folds = fold(self.report.findings_of(incident));
        let column = folds.iter().map(|f| width(&f.first.detector)).max().unwrap_or(0).min(DETECTOR);
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for fold in &folds {
            let number = told.entry(fold.first.detector.as_str()).or_default();
            *number += 1;
            if *number > MAX_ALIKE && !self.layout.verbose {
                continue;
            }
            let time = times.get(&fold.first.id).copied();
            out.push_str(&self.trace(fold, time, column));
            if folds.len() == 1 || self.layout.verbose {
                out.push_str(&self.details(fold.first, &" ".repeat(TIME + 2)));
            }
        }
        for (detector, number) in told.into_iter().filter(|(_, number)| *number > MAX_ALIKE && !self.layout.verbose) {
            let more = format!("and {} more of {} (-v tells them)", number - MAX_ALIKE, bounded(detector, 80));
            out.push_str(&self.beside("", &more));
        }
        let lineage = lineage(incident);
        if !lineage.is_empty() {
            out.push_str(&self.beside("", &lineage));
        }
        out.extend(incident.entry.iter().map(|entry| self.beside("came in", &bounded(&entry.what, SHOWN))));
        out.push_str(&self.traces("comes back", &incident.restarters, MAX_ALIKE, "like it"));
        // Evidence that is told in full says it already.
        if folds.len() > 1 && !self.layout.verbose {
            out.push_str(&self.traces("meanwhile", &incident.during, MAX_ALIKE, "of that time"));
        }
        out.push_str(&self.traces("nearby", &incident.nearby, MAX_NEARBY, "of the same minutes"));
        for (index, step) in incident.next.iter().enumerate() {
            let what = if index == 0 { "do" } else { "" };
            out.push_str(&self.beside(what, &format!("{}. {}", index + 1, bounded(step, SHOWN))));
        }
        out
    }

    /// One line a finding: when, who says it, what.
    fn trace(&self, fold: &Fold<'_>, time: Option<i64>, column: usize) -> String {
        let finding: &Finding = fold.first;
        let time = time.map_or_else(|| "now".to_owned(), |seconds| self.zone.short(seconds));
        let detector = pad(&bounded(&finding.detector, 80), column);
        let prefix = format!("{}  {}  ", pad(&time, TIME), self.layout.paint(BOLD, &detector));
        let mark = match finding.level {
            Level::Suspicious | Level::Compromised => String::new(),
            level => format!("({}) ", level.word()),
        };
        let sentence = format!("{mark}{}{}", bounded(&finding.summary, SHOWN), fold.more());
        self.layout.hanging(&prefix, TIME + 2 + width(&detector) + 2, &sentence)
    }

    /// Things with what they are, the first of many.
    fn traces(&self, what: &str, traces: &[Trace], most: usize, alike: &str) -> String {
        let named = if self.layout.verbose { traces.len() } else { most.min(traces.len()) };
        let mut out: String = traces.iter().take(named).map(|trace| self.beside(what, &self.named(trace))).collect();
        if traces.len() > named {
            let more = format!("and {} more things {alike} (-v names them)", traces.len() - named);
            out.push_str(&self.beside("", &more));
        }
        out
    }

    /// `/etc/cron.d/x:1: cron: */5 * * * *, /dev/shm/.k (12 Mar 2026 02:11:40)`.
    fn named(&self, trace: &Trace) -> String {
        let time = trace.time.map_or_else(String::new, |time| format!(" ({})", self.zone.short(time)));
        format!("{}: {}{time}", bounded(&trace.subject.name, SHOWN), bounded(&trace.what, SHOWN))
    }

    /// A line that is no finding.
    fn beside(&self, what: &str, text: &str) -> String {
        let prefix = format!("{}  ", self.layout.paint(DIM, &pad(what, TIME)));
        self.layout.hanging(&prefix, TIME + 2, text)
    }
}

/// ` · first trace 2 days ago`; empty where nothing tells.
fn first_trace(report: &Report, incident: &Incident) -> String {
    let ago = incident.first_trace.and_then(|first| u64::try_from(report.started.saturating_sub(first)).ok());
    ago.map_or_else(String::new, |seconds| format!(" · first trace {} ago", duration(seconds)))
}

/// `php-fpm 901 ─ sh 4120 ─ k 4127 ─ tcp → 192.0.2.1:443`.
pub(crate) fn lineage(incident: &Incident) -> String {
    let steps = incident.lineage.iter().map(|subject| bounded(&subject.name, 80));
    let peers = incident.connections.iter().take(MAX_PEERS).map(|peer| {
        let peer = bounded(peer, 80);
        peer.split_once(' ').map_or_else(|| peer.clone(), |(protocol, end)| format!("{protocol} → {end}"))
    });
    let more = incident.connections.len().saturating_sub(MAX_PEERS);
    let more = (more > 0).then(|| format!("{more} more connections"));
    steps.chain(peers).chain(more).collect::<Vec<_>>().join(" ─ ")
}
