//! JSON, schema 1: stable. docs/json.md is its description.
//!
//! Text of the host is sanitised. Where that changed it, the exact bytes stand beside it in hexadecimal: `bytes` beside
//! `value`, `name_bytes` beside `name` and so on.

mod incident;

use crate::sanitise::{KEPT, bounded, exact};
use crate::words::{refusal, rfc3339};
use crate::{Accepted, Report};
use incident::JsonIncident;
use keeneye_facts::{BaselineState, Evidence, Finding, Gap, Host, Innocent, Subject, Text, Way};
use serde::Serialize;
use std::collections::BTreeSet;

/// One JSON document, indented.
pub fn json(report: &Report) -> String {
    let document = Document {
        schema: 1,
        verdict: report.verdict.word(),
        host: JsonHost::new(&report.host),
        keeneye: keeneye(report),
        started: rfc3339(report.started),
        took_ms: report.took_ms,
        coverage: coverage(report),
        baseline: JsonBaseline::new(&report.baseline),
        incidents: report.incidents.iter().map(JsonIncident::new).collect(),
        findings: report.findings.iter().map(JsonFinding::new).collect(),
        accepted: report.accepted.iter().map(JsonAccepted::new).collect(),
        remarks: report.remarks.iter().map(|r| bounded(r, KEPT)).collect(),
    };
    pretty(&document)
}

/// One object a line: a header, each finding, each accepted finding, a footer; `type` tells which.
pub fn jsonl(report: &Report) -> String {
    let head = Line::Header(Header {
        schema: 1,
        host: JsonHost::new(&report.host),
        keeneye: keeneye(report),
        started: rfc3339(report.started),
    });
    let findings = report.findings.iter().map(|f| Line::Finding(Box::new(JsonFinding::new(f))));
    let accepted = report.accepted.iter().map(|a| Line::Accepted(Box::new(JsonAccepted::new(a))));
    let foot = Line::Footer(Footer {
        verdict: report.verdict.word(),
        took_ms: report.took_ms,
        coverage: coverage(report),
        baseline: JsonBaseline::new(&report.baseline),
        incidents: report.incidents.iter().map(JsonIncident::new).collect(),
        remarks: report.remarks.iter().map(|r| bounded(r, KEPT)).collect(),
    });
    std::iter::once(head).chain(findings).chain(accepted).chain([foot]).map(|line| compact(&line) + "\n").collect()
}

/// A value that came out of this crate as JSON. These shapes have only string keys, so it cannot fail.
pub(crate) fn compact(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The same, indented and with a newline at its end.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct Document {
    schema: u32,
    verdict: &'static str,
    host: JsonHost,
    keeneye: JsonBuild,
    started: String,
    took_ms: u64,
    coverage: JsonCoverage,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<JsonBaseline>,
    incidents: Vec<JsonIncident>,
    findings: Vec<JsonFinding>,
    accepted: Vec<JsonAccepted>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Header(Header),
    Finding(Box<JsonFinding>),
    Accepted(Box<JsonAccepted>),
    Footer(Footer),
}

#[derive(Serialize)]
struct Header {
    schema: u32,
    host: JsonHost,
    keeneye: JsonBuild,
    started: String,
}

#[derive(Serialize)]
struct Footer {
    verdict: &'static str,
    took_ms: u64,
    coverage: JsonCoverage,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<JsonBaseline>,
    incidents: Vec<JsonIncident>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum JsonBaseline {
    None,
    Unusable,
    Compared {
        number: u64,
        made: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        signed_by: Option<String>,
        files: u64,
        walked: u64,
        read: u64,
        believed: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        doubted: Option<String>,
    },
}

impl JsonBaseline {
    /// `None` when nobody asked for one.
    fn new(state: &BaselineState) -> Option<Self> {
        Some(match state {
            BaselineState::NotAsked => return None,
            BaselineState::None => Self::None,
            BaselineState::Unusable => Self::Unusable,
            BaselineState::Compared(seen) => Self::Compared {
                number: seen.number,
                made: rfc3339(seen.made),
                signed_by: seen.signed_by.as_ref().map(|key| bounded(key, KEPT)),
                files: seen.files,
                walked: seen.walked,
                read: seen.read,
                believed: seen.believed,
                doubted: seen.doubted.as_ref().map(|why| bounded(why, KEPT)),
            },
        })
    }
}

#[derive(Serialize)]
struct JsonHost {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_bytes: Option<String>,
    os: String,
    kernel: String,
    boot_id: String,
    uptime: u64,
    live: bool,
}

impl JsonHost {
    fn new(host: &Host) -> Self {
        let (name, name_bytes) = shown(&host.name);
        let (os, kernel, boot_id) = (shown(&host.os).0, shown(&host.kernel).0, shown(&host.boot_id).0);
        Self { name, name_bytes, os, kernel, boot_id, uptime: host.uptime, live: host.live }
    }
}

#[derive(Serialize)]
struct JsonBuild {
    version: String,
    build: String,
    r#static: bool,
}

fn keeneye(report: &Report) -> JsonBuild {
    let build = &report.keeneye;
    JsonBuild { version: build.version.clone(), build: build.target.clone(), r#static: build.is_static }
}

#[derive(Serialize)]
struct JsonCoverage {
    percent: u8,
    gaps: Vec<JsonGap>,
}

fn coverage(report: &Report) -> JsonCoverage {
    JsonCoverage { percent: report.coverage, gaps: report.gaps.iter().map(JsonGap::new).collect() }
}

#[derive(Serialize)]
struct JsonGap {
    sense: String,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_bytes: Option<String>,
    why: String,
    blinding: bool,
}

impl JsonGap {
    fn new(gap: &Gap) -> Self {
        let (what, what_bytes) = shown(&gap.what);
        let why = bounded(refusal(&gap.why), KEPT);
        Self { sense: bounded(&gap.sense, KEPT), what, what_bytes, why, blinding: gap.blinding }
    }
}

#[derive(Serialize)]
pub(crate) struct JsonFinding {
    id: String,
    detector: String,
    level: &'static str,
    subject: JsonSubject,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary_bytes: Option<String>,
    evidence: Vec<JsonEvidence>,
    attack: Vec<String>,
    first_seen: Option<String>,
    related: Vec<JsonSubject>,
    innocent: Vec<JsonInnocent>,
    next: Vec<String>,
}

impl JsonFinding {
    pub(crate) fn new(finding: &Finding) -> Self {
        let (summary, summary_bytes) = shown(&finding.summary);
        Self {
            id: bounded(&finding.id, KEPT),
            detector: bounded(&finding.detector, KEPT),
            level: finding.level.word(),
            subject: JsonSubject::new(&finding.subject),
            summary,
            summary_bytes,
            evidence: finding.evidence.iter().map(JsonEvidence::new).collect(),
            attack: finding.attack.iter().map(|id| bounded(id, KEPT)).collect(),
            first_seen: finding.first_seen.map(rfc3339),
            related: finding.related.iter().map(JsonSubject::new).collect(),
            innocent: finding.innocent.iter().map(JsonInnocent::new).collect(),
            next: finding.next.iter().map(|n| bounded(n, KEPT)).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonAccepted {
    #[serde(flatten)]
    finding: JsonFinding,
    because: String,
    until: String,
}

impl JsonAccepted {
    fn new(accepted: &Accepted) -> Self {
        Self {
            finding: JsonFinding::new(&accepted.finding),
            because: bounded(&accepted.because, KEPT),
            until: bounded(&accepted.until, KEPT),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
struct JsonSubject {
    kind: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
}

impl JsonSubject {
    fn new(subject: &Subject) -> Self {
        let (name, name_bytes) = shown(&subject.name);
        let (path, path_bytes) = subject.path.as_ref().map(shown).unzip();
        let (account, account_bytes) = subject.account.as_ref().map(shown).unzip();
        Self {
            kind: bounded(&subject.kind, KEPT),
            name,
            name_bytes,
            pid: subject.process.map(|id| id.pid),
            start: subject.process.map(|id| id.start),
            tid: subject.tid,
            path,
            path_bytes: path_bytes.flatten(),
            line: subject.line,
            protocol: subject.protocol.as_ref().map(|p| bounded(p, KEPT)),
            port: subject.port,
            net: subject.net,
            account,
            account_bytes: account_bytes.flatten(),
            number: subject.number,
        }
    }
}

#[derive(Serialize)]
struct JsonEvidence {
    what: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
    seen_by: BTreeSet<Way>,
}

impl JsonEvidence {
    fn new(evidence: &Evidence) -> Self {
        let (value, bytes) = shown(&evidence.value);
        Self { what: bounded(&evidence.what, KEPT), value, bytes, seen_by: evidence.seen_by.clone() }
    }
}

#[derive(Serialize)]
struct JsonInnocent {
    cause: String,
    ruled_out: bool,
    why: String,
}

impl JsonInnocent {
    fn new(innocent: &Innocent) -> Self {
        let (cause, why) = (bounded(&innocent.cause, KEPT), bounded(&innocent.why, KEPT));
        Self { cause, ruled_out: innocent.ruled_out, why }
    }
}

/// The value sanitised, and its exact bytes where that changed it.
pub(crate) fn shown(value: &Text) -> (String, Option<String>) {
    let shown = bounded(value, KEPT);
    let bytes = exact(value, &shown);
    (shown, bytes)
}
