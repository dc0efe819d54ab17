//! The report for a person at a terminal. Not stable: scripts read JSON.

mod incident;

use crate::fold::{Fold, fold};
use crate::layout::{BOLD, DIM, pad, style_of, width};
use crate::sanitise::{SHOWN, bounded};
use crate::words::{Zone, counted, duration, refusal, thousands, took};
use crate::{Compared, Layout, Report};
pub(crate) use incident::lineage;
use keeneye_facts::{BaselineState, Evidence, Finding, Gap, Level, Refusal};
use std::collections::{BTreeMap, BTreeSet};

/// Columns of the level and of the gap behind it.
const LEVEL: usize = 11;
/// Detector names longer than this push their sentence to the right.
const DETECTOR: usize = 26;
/// Gaps of one kind that are named; the rest is counted.
const NAMED_GAPS: usize = 2;

/// The whole report as text.
pub fn text(report: &Report, layout: &Layout) -> String {
    let page = Page { report, layout, zone: Zone::of(&report.host) };
    let mut out = String::new();
    if !layout.quiet {
        out.push_str(&page.head());
        out.push_str(&page.looked());
    }
    out.push_str(&page.incidents());
    out.push_str(&page.findings());
    if !layout.quiet {
        out.push_str(&page.accepted());
        out.push_str(&page.not_seen());
        out.push_str(&page.remarks());
    }
    out.push_str(&page.verdict());
    if !layout.quiet {
        out.push_str(&page.next());
    }
    out
}

struct Page<'a> {
    report: &'a Report,
    layout: &'a Layout,
    zone: Zone,
}

impl Page<'_> {
    fn head(&self) -> String {
        let host = &self.report.host;
        let mut parts = vec![format!("keeneye {}", self.report.keeneye.version)];
        parts.extend([&host.name, &host.os].into_iter().filter(|t| !t.is_empty()).map(|t| bounded(t, 80)));
        if !host.kernel.is_empty() {
            parts.push(format!("Linux {}", bounded(&host.kernel, 80)));
        }
        if host.live {
            parts.push(format!("up {}", duration(host.uptime)));
        }
        match &self.report.baseline {
            BaselineState::None => parts.push("no baseline yet".into()),
            BaselineState::Unusable => parts.push("no baseline that can be used".into()),
            BaselineState::NotAsked | BaselineState::Compared(_) => (),
        }
        parts.push(self.zone.moment(self.report.started));
        self.layout.paint(BOLD, &parts.join(" · ")) + "\n\n"
    }

    fn looked(&self) -> String {
        let counts = self.report.looked_at.iter().map(|c| format!("{} {}", thousands(c.number), c.what));
        let mut out = String::new();
        let counts = counts.collect::<Vec<_>>().join("   ");
        if !counts.is_empty() {
            out.push_str(&self.layout.hanging("  looked at    ", 15, &counts));
        }
        let views = self.report.compared.iter().map(compared);
        for (index, said) in views.chain(baseline(&self.report.baseline, &self.zone)).enumerate() {
            let prefix = if index == 0 { "  compared     " } else { "               " };
            out.push_str(&self.layout.hanging(prefix, 15, &said));
        }
        out + "\n"
    }

    /// Findings that belong to no incident.
    fn findings(&self) -> String {
        let told: BTreeSet<&String> = self.report.incidents.iter().flat_map(|incident| &incident.findings).collect();
        let shown = |f: &&Finding| (!self.layout.quiet || f.level >= Level::Suspicious) && !told.contains(&f.id);
        let folds = fold(self.report.findings.iter().filter(shown));
        let column = folds.iter().map(|f| width(&f.first.detector)).max().unwrap_or(0).min(DETECTOR);
        let mut out: String = folds.iter().map(|f| self.finding(f, column)).collect();
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    fn finding(&self, fold: &Fold<'_>, column: usize) -> String {
        let finding = fold.first;
        let detector = pad(&bounded(&finding.detector, 80), column);
        let prefix_width = 2 + LEVEL + 2 + width(&detector) + 2;
        let prefix = format!("  {}  {detector}  ", self.layout.level(finding.level, LEVEL));
        let mut sentence = bounded(&finding.summary, SHOWN);
        if let Some(seconds) = finding.first_seen {
            sentence = format!("{sentence} · since {}", self.zone.moment(seconds));
        }
        sentence.push_str(&fold.more());
        let mut out = self.layout.hanging(&prefix, prefix_width, &sentence);
        if finding.level >= Level::Suspicious || self.layout.verbose {
            out.push_str(&self.details(finding, &" ".repeat(2 + LEVEL + 2)));
        }
        out
    }

    /// Evidence, innocent causes, what to do.
    fn details(&self, finding: &Finding, indent: &str) -> String {
        let mut rows: Vec<(String, String)> = finding.evidence.iter().map(evidence).collect();
        rows.extend(finding.related.iter().map(|s| ("with".into(), bounded(&s.name, SHOWN))));
        for innocent in &finding.innocent {
            let outcome = if innocent.ruled_out { "ruled out" } else { "possible" };
            let (cause, why) = (bounded(&innocent.cause, SHOWN), bounded(&innocent.why, SHOWN));
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            rows.push(("innocent?".into(), format!("{cause} ({outcome}{why})")));
        }
        rows.extend(finding.next.iter().map(|n| ("do".into(), bounded(n, SHOWN))));
        if self.layout.verbose {
            rows.push(("finding".into(), bounded(&finding.id, 80)));
        }
        let column = rows.iter().map(|(what, _)| width(what)).max().unwrap_or(0).min(20);
        let row = |(what, value): &(String, String)| {
            let what = pad(what, column);
            let prefix = format!("{indent}{}  ", self.layout.paint(DIM, &what));
            self.layout.hanging(&prefix, indent.len() + width(&what) + 2, value)
        };
        rows.iter().map(row).collect()
    }

    fn accepted(&self) -> String {
        if !self.layout.verbose || self.report.accepted.is_empty() {
            return String::new();
        }
        let line = |accepted: &crate::Accepted| {
            let sentence = bounded(&accepted.finding.summary, SHOWN);
            let (because, until) = (bounded(&accepted.because, SHOWN), bounded(&accepted.until, 80));
            let prefix = format!("  {}  ", pad("accepted", LEVEL));
            self.layout.hanging(&prefix, 2 + LEVEL + 2, &format!("{sentence} (until {until}, because {because})"))
        };
        self.report.accepted.iter().map(line).collect::<String>() + "\n"
    }

    fn not_seen(&self) -> String {
        let mut out = String::new();
        if self.report.gaps.is_empty() {
            out.push_str("  could not see   nothing: every question was answered\n");
        }
        for (index, (what, blinding)) in self.gaps().into_iter().enumerate() {
            let prefix = if index == 0 { "  could not see   " } else { "                  " };
            let what = if blinding { self.layout.paint(style_of(Level::Unusual), &what) } else { what };
            out.push_str(&self.layout.hanging(prefix, 18, &what));
        }
        out + &format!("  coverage        {} %\n\n", self.report.coverage)
    }

    /// Gaps of the same kind together, blinding ones first.
    fn gaps(&self) -> Vec<(String, bool)> {
        let mut kinds: BTreeMap<(bool, &str, String), Vec<&Gap>> = BTreeMap::new();
        for gap in &self.report.gaps {
            kinds.entry((!gap.blinding, &gap.sense, kind_of(&gap.why))).or_default().push(gap);
        }
        let named = if self.layout.verbose { usize::MAX } else { NAMED_GAPS };
        let mut lines = Vec::new();
        for ((not_blinding, sense, _), gaps) in kinds {
            let few = gaps.len() <= named.saturating_add(1);
            for gap in gaps.iter().take(if few { usize::MAX } else { named }) {
                let why = bounded(refusal(&gap.why), SHOWN);
                lines.push((format!("{} ({why})", bounded(&gap.what, SHOWN)), !not_blinding));
            }
            if !few {
                let more = thousands((gaps.len() - named) as u64);
                lines.push((format!("and {more} more of {} (-v names them)", bounded(sense, 80)), !not_blinding));
            }
        }
        lines
    }

    fn remarks(&self) -> String {
        let remark = |text: &String| self.layout.hanging("  remark   ", 11, &bounded(text, SHOWN));
        let out: String = self.report.remarks.iter().map(remark).collect();
        if out.is_empty() { out } else { out + "\n" }
    }

    fn verdict(&self) -> String {
        let report = self.report;
        let raised = report.incidents.iter().filter_map(|incident| incident.level).max();
        let worst = report.findings.first().map(|f| f.level).max(raised).unwrap_or(Level::Note);
        let verdict = self.layout.paint(style_of(worst).bold(), report.verdict.sentence());
        format!("{verdict} {}    {}\n", tally(report), took(report.took_ms))
    }

    fn next(&self) -> String {
        let column = self.report.next.iter().map(|n| width(&n.command)).max().unwrap_or(0).min(50);
        let mut out = String::new();
        for (index, next) in self.report.next.iter().enumerate() {
            let prefix = if index == 0 { "next:  " } else { "       " };
            let command = pad(&bounded(&next.command, SHOWN), column);
            out.push_str(&format!("{prefix}{command}   {}\n", bounded(&next.why, SHOWN)));
        }
        out
    }
}

fn kind_of(why: &Refusal) -> String {
    match why {
        Refusal::Garbled(_) => "garbled".into(),
        Refusal::Cut(_) => "cut".into(),
        other => refusal(other),
    }
}

fn evidence(evidence: &Evidence) -> (String, String) {
    let ways: Vec<&str> = evidence.seen_by.iter().map(|way| way.word()).collect();
    let value = bounded(&evidence.value, SHOWN);
    let value = if ways.is_empty() { value } else { format!("{value}   (seen by {})", ways.join(", ")) };
    (bounded(&evidence.what, 80), value)
}

/// `processes by 5 ways (readdir, lookup, pidfd, kill, cgroup): they agree`.
pub(crate) fn compared(views: &Compared) -> String {
    let ways: Vec<&str> = views.ways.iter().map(|way| way.word()).collect();
    let outcome = match views.disagree {
        0 => "they agree".into(),
        number => format!("they disagree about {}", thousands(number as u64)),
    };
    format!("{} by {} ({}): {outcome}", views.what, counted(ways.len() as u64, "way"), ways.join(", "))
}

/// `with baseline 3 of 12 Mar 2026, 61,290 files; 412 were read, the others look untouched`.
pub(crate) fn baseline(state: &BaselineState, zone: &Zone) -> Option<String> {
    let BaselineState::Compared(seen) = state else { return None };
    let (number, day, files) = (seen.number, zone.day(seen.made), thousands(seen.files));
    let read = match &seen.doubted {
        Some(why) => format!("all of them were read, since {}", bounded(why, 80)),
        None => format!("{} were read, the others look untouched", thousands(seen.read)),
    };
    Some(format!("with baseline {number} of {day}, {files} files: {read}"))
}

/// `1 incident, 1 suspicious, 2 unusual, 1 note, 0 accepted.`
pub(crate) fn tally(report: &Report) -> String {
    let incidents = report.incidents.len() as u64;
    let mut parts: Vec<String> = (incidents > 0).then(|| counted(incidents, "incident")).into_iter().collect();
    let levels = [Level::Compromised, Level::Suspicious, Level::Unusual];
    let counts = levels.into_iter().map(|level| (level, report.count(level))).filter(|(_, number)| *number > 0);
    parts.extend(counts.map(|(level, number)| format!("{number} {}", level.word())));
    parts.push(counted(report.count(Level::Note) as u64, "note"));
    parts.push(format!("{} accepted", report.accepted.len()));
    parts.join(", ") + "."
}
