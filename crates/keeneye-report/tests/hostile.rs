//! Ten thousand hostile names through every sink: nothing gets out that moves a cursor, reorders or splits a line.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of a test")]

use keeneye_facts::{
    BaselineSeen, BaselineState, Evidence, Finding, Gap, Host, Incident, Innocent, Level, Refusal, Subject, Text,
    Trace, Way,
};
use keeneye_report::sanitise::is_hostile;
use keeneye_report::{
    Accepted, Build, Cell, Layout, Report, Section, Sheet, Table, Verdict, concise, html, json, jsonl, nagios, text,
};
use std::collections::BTreeSet;

const NAMES: usize = 10_000;

/// Xorshift: the same names on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % sides
    }
    /// Up to twelve pieces: any byte, any character, or what is known to deceive.
    fn name(&mut self) -> Text {
        const TRICKS: [&str; 14] = [
            "\x1b[2J",
            "\u{9b}31m",
            "\x1b]0;title\x07",
            "\n",
            "\r",
            "\t",
            "\u{202e}gpj",
            "\u{2066}",
            "\u{200b}",
            "\u{2028}",
            "<img src=x onerror=alert(1)>",
            "\" onload='",
            "|",
            "\u{e0041}",
        ];
        let mut bytes = Vec::new();
        for _ in 0..self.roll(12) {
            match self.roll(4) {
                0 => bytes.push(u8::try_from(self.roll(256)).unwrap()),
                1 => {
                    let c = char::from_u32(u32::try_from(self.roll(0x11_0000)).unwrap()).unwrap_or('\u{fffd}');
                    bytes.extend_from_slice(c.to_string().as_bytes());
                }
                2 => bytes.extend_from_slice(TRICKS[self.roll(TRICKS.len())].as_bytes()),
                _ => bytes.extend_from_slice(b"/tmp/x"),
            }
        }
        Text::from(bytes)
    }
    fn words(&mut self) -> String {
        self.name().lossy().into_owned()
    }
}

fn subject(dice: &mut Dice) -> Subject {
    let kinds = ["process", "file", "port", "account", "mount"];
    Subject {
        kind: kinds[dice.roll(kinds.len())].into(),
        name: dice.name(),
        path: Some(dice.name()),
        protocol: Some(dice.words()),
        port: Some(22),
        account: Some(dice.name()),
        ..Subject::default()
    }
}

fn finding(dice: &mut Dice, level: Level) -> Finding {
    Finding {
        id: dice.words(),
        detector: dice.words(),
        level,
        subject: subject(dice),
        summary: dice.name(),
        evidence: vec![Evidence { what: dice.words(), value: dice.name(), seen_by: BTreeSet::from([Way::Pidfd]) }],
        attack: vec![dice.words()],
        first_seen: Some(1_700_000_000),
        related: vec![subject(dice)],
        innocent: vec![Innocent { cause: dice.words(), ruled_out: false, why: dice.words() }],
        next: vec![dice.words()],
    }
}

fn trace(dice: &mut Dice) -> Trace {
    Trace { subject: subject(dice), what: dice.name(), time: Some(1_700_000_000) }
}

fn incident(dice: &mut Dice) -> Incident {
    Incident {
        id: dice.words(),
        level: Some(Level::Suspicious),
        title: dice.name(),
        first_trace: Some(i64::MIN),
        findings: vec![dice.words()],
        times: vec![None],
        lineage: vec![subject(dice), subject(dice)],
        entry: Some(trace(dice)),
        restarters: vec![trace(dice)],
        nearby: vec![trace(dice)],
        during: vec![trace(dice)],
        connections: vec![dice.name()],
        next: vec![dice.words()],
    }
}

fn report(dice: &mut Dice) -> Report {
    let gap = |dice: &mut Dice, why| Gap { sense: dice.words(), what: dice.name(), why, blinding: false };
    let garbled = Refusal::Garbled(dice.words());
    Report {
        keeneye: Build { version: "0.1.0".into(), target: "x86_64-linux".into(), is_static: true },
        host: Host {
            name: dice.name(),
            os: dice.name(),
            kernel: dice.name(),
            boot_id: dice.name(),
            time_zone: dice.name(),
            live: true,
            ..Host::default()
        },
        started: 1_700_000_000,
        took_ms: 5,
        coverage: 97,
        gaps: vec![gap(dice, Refusal::Errno(13)), gap(dice, garbled)],
        incidents: vec![incident(dice), incident(dice)],
        findings: [Level::Compromised, Level::Suspicious, Level::Note].map(|level| finding(dice, level)).into(),
        accepted: vec![Accepted { finding: finding(dice, Level::Note), because: dice.words(), until: dice.words() }],
        verdict: Verdict::Compromised,
        looked_at: Vec::new(),
        compared: Vec::new(),
        baseline: BaselineState::Compared(Box::new(BaselineSeen {
            signed_by: Some(dice.words()),
            doubted: Some(dice.words()),
            ..BaselineSeen::default()
        })),
        remarks: vec![dice.words()],
        next: Vec::new(),
    }
}

#[track_caller]
fn harmless(sink: &str, out: &str) {
    let bad = out.chars().find(|c| *c != '\n' && is_hostile(*c));
    assert_eq!(bad, None, "{sink} lets through {:?}: {out:?}", bad.map(u32::from));
    assert!(!out.bytes().any(|b| (b < 0x20 && b != b'\n') || b == 0x7f), "{sink}: {out:?}");
}

#[track_caller]
fn harmless_inside(value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            harmless("a string in JSON", text);
            assert!(!text.contains('\n'), "{text:?}");
        }
        serde_json::Value::Array(items) => items.iter().for_each(harmless_inside),
        serde_json::Value::Object(map) => map.values().for_each(harmless_inside),
        _ => (),
    }
}

/// As many lines as the report has when every name is plain.
fn lines(out: &str) -> usize {
    out.lines().count()
}

#[test]
fn reports() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    // A report holds some seventy names.
    for _ in 0..NAMES / 70 + 1 {
        let report = report(&mut dice);
        for width in [None, Some(80)] {
            let layout = Layout { width, verbose: true, ..Layout::default() };
            harmless("text", &text(&report, &layout));
        }
        let concise = concise(&report);
        harmless("concise", &concise);
        assert_eq!(lines(&concise), 6, "{concise}");
        let status = nagios::nagios(&report);
        harmless("nagios", &status);
        assert_eq!((lines(&status), status.matches('|').count()), (1, 1), "{status}");
        let page = html(&report);
        harmless("html", &page);
        assert!(!page.contains("<img") && !page.contains("' onload") && !page.contains("\" onload"), "{page}");
        let document = json(&report);
        harmless("json", &document);
        harmless_inside(&serde_json::from_str(&document).unwrap());
        let stream = jsonl(&report);
        harmless("jsonl", &stream);
        assert_eq!(lines(&stream), 6);
        stream.lines().for_each(|line| harmless_inside(&serde_json::from_str(line).unwrap()));
    }
}

#[test]
fn lists_and_sheets() {
    let mut dice = Dice(88_172_645_463_325_252);
    for _ in 0..NAMES / 10 {
        let rows: Vec<Vec<Cell>> = (0..5).map(|_| vec![(&dice.name()).into(), (&dice.name()).into()]).collect();
        let table = Table { name: "things", columns: &["a", "b"], rows };
        let layout = Layout { width: Some(60), ..Layout::default() };
        for out in [table.text(&layout), table.text(&Layout::default()), table.concise(), table.json(), table.jsonl()] {
            harmless("a table", &out);
        }
        assert_eq!(lines(&table.concise()), 5);
        let mut section = Section::new("facts");
        section.row(dice.words(), dice.name());
        let findings = vec![finding(&mut dice, Level::Note)];
        let sheet = Sheet { about: dice.name(), sections: vec![section], findings, period: None };
        for out in [sheet.text(&layout), sheet.concise(), sheet.json(), sheet.jsonl()] {
            harmless("a sheet", &out);
        }
    }
}

#[test]
fn exact_bytes_lead_back_to_the_name() {
    let mut dice = Dice(1);
    for _ in 0..1000 {
        let mut finding = finding(&mut dice, Level::Note);
        let value = Text::from([b"\xff".as_slice(), dice.name().as_slice()].concat());
        finding.evidence = vec![Evidence { what: "x".into(), value: value.clone(), seen_by: BTreeSet::new() }];
        let report = Report { findings: vec![finding], ..report(&mut dice) };
        let document: serde_json::Value = serde_json::from_str(&json(&report)).unwrap();
        assert_eq!(document["findings"][0]["evidence"][0]["bytes"], value.hex());
    }
}
