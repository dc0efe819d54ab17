//! All that is known of one thing: what `keeneye look` prints.

use crate::json::{JsonFinding, compact, pretty, shown};
use crate::layout::{BOLD, DIM, Layout, pad, width};
use crate::sanitise::{SHOWN, bounded};
use crate::words::{Zone, rfc3339};
use keeneye_facts::{Finding, Text};
use serde::Serialize;

/// A page about one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What it is about: `pid 812`.
    pub about: Text,
    /// Facts, grouped.
    pub sections: Vec<Section>,
    /// Findings that name it.
    pub findings: Vec<Finding>,
    /// The time that it is about, in seconds since 1970, the last not included; `None`: now.
    pub period: Option<(i64, i64)>,
}

/// Facts that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Heading.
    pub name: &'static str,
    /// Facts.
    pub rows: Vec<Row>,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `exe`.
    pub what: String,
    /// The value, possibly of the host.
    pub value: Text,
    /// When, in seconds since 1970, where `what` is a time.
    pub time: Option<i64>,
}

impl Section {
    /// A section without rows.
    pub fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }
    /// Adds a fact; an empty value is none.
    pub fn row(&mut self, what: impl Into<String>, value: impl Into<Text>) {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push(Row { what: what.into(), value, time: None });
        }
    }
    /// Adds what happened at a time.
    pub fn moment(&mut self, seconds: i64, zone: &Zone, value: impl Into<Text>) {
        self.rows.push(Row { what: zone.short(seconds), value: value.into(), time: Some(seconds) });
    }
}

impl Sheet {
    /// Sections under headings.
    pub fn text(&self, layout: &Layout) -> String {
        let mut out = layout.paint(BOLD, &bounded(&self.about, SHOWN)) + "\n";
        let rows = || self.sections.iter().flat_map(|s| &s.rows);
        let column = rows().map(|row| width(&row.what)).max().unwrap_or(0).min(24);
        for section in self.sections.iter().filter(|s| !s.rows.is_empty()) {
            out.push_str(&format!("\n{}\n", layout.paint(BOLD, section.name)));
            for row in &section.rows {
                let what = pad(&bounded(&row.what, 80), column);
                let prefix = format!("  {}  ", layout.paint(DIM, &what));
                out.push_str(&layout.hanging(&prefix, 4 + width(&what), &bounded(&row.value, SHOWN)));
            }
        }
        if !self.findings.is_empty() {
            out.push_str(&format!("\n{}\n", layout.paint(BOLD, "findings")));
        }
        for finding in &self.findings {
            let detector = bounded(&finding.detector, 80);
            let prefix = format!("  {}  {detector}  ", layout.level(finding.level, 11));
            out.push_str(&layout.hanging(&prefix, 17 + width(&detector), &bounded(&finding.summary, SHOWN)));
        }
        out
    }

    /// One fact a line: section, name, value.
    pub fn concise(&self) -> String {
        let fact = |section: &Section, row: &Row| {
            let what = row.time.map_or_else(|| bounded(&row.what, SHOWN).replace(' ', "-"), rfc3339);
            format!("{} {what} {}\n", section.name.replace(' ', "-"), bounded(&row.value, SHOWN))
        };
        let facts = self.sections.iter().flat_map(|s| s.rows.iter().map(move |row| fact(s, row)));
        let finding = |f: &Finding| {
            format!("finding {} {} {}\n", f.level.word(), bounded(&f.detector, SHOWN), bounded(&f.summary, SHOWN))
        };
        facts.chain(self.findings.iter().map(finding)).collect()
    }

    /// One document: `schema`, `about`, `sections`, `findings`.
    pub fn json(&self) -> String {
        pretty(&self.document())
    }

    /// The same document in one line.
    pub fn jsonl(&self) -> String {
        compact(&self.document()) + "\n"
    }

    fn document(&self) -> Document {
        let row = |row: &Row| {
            let (value, bytes) = shown(&row.value);
            JsonRow { what: bounded(&row.what, SHOWN), time: row.time.map(rfc3339), value, bytes }
        };
        let section = |s: &Section| JsonSection { name: s.name, facts: s.rows.iter().map(row).collect() };
        let (about, about_bytes) = shown(&self.about);
        Document {
            schema: 1,
            about,
            about_bytes,
            from: self.period.map(|(from, _)| rfc3339(from)),
            to: self.period.map(|(_, to)| rfc3339(to)),
            sections: self.sections.iter().map(section).collect(),
            findings: self.findings.iter().map(JsonFinding::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct Document {
    schema: u32,
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    about_bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    sections: Vec<JsonSection>,
    findings: Vec<JsonFinding>,
}

#[derive(Serialize)]
struct JsonSection {
    name: &'static str,
    facts: Vec<JsonRow>,
}

#[derive(Serialize)]
struct JsonRow {
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}
