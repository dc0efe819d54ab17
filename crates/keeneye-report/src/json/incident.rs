//! Incidents in JSON.

use super::{JsonSubject, shown};
use crate::sanitise::{KEPT, bounded};
use crate::words::rfc3339;
use keeneye_facts::{Incident, Text, Trace};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct JsonIncident {
    id: String,
    level: Option<&'static str>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_bytes: Option<String>,
    first_trace: Option<String>,
    findings: Vec<String>,
    times: Vec<Option<String>>,
    lineage: Vec<JsonSubject>,
    entry: Option<JsonTrace>,
    restarters: Vec<JsonTrace>,
    nearby: Vec<JsonTrace>,
    during: Vec<JsonTrace>,
    connections: Vec<String>,
    next: Vec<String>,
}

impl JsonIncident {
    pub(super) fn new(incident: &Incident) -> Self {
        let (title, title_bytes) = shown(&incident.title);
        let kept = |text: &String| bounded(text, KEPT);
        Self {
            id: kept(&incident.id),
            level: incident.level.map(|level| level.word()),
            title,
            title_bytes,
            first_trace: incident.first_trace.map(rfc3339),
            findings: incident.findings.iter().map(kept).collect(),
            times: incident.times.iter().map(|time| time.map(rfc3339)).collect(),
            lineage: incident.lineage.iter().map(JsonSubject::new).collect(),
            entry: incident.entry.as_ref().map(JsonTrace::new),
            restarters: incident.restarters.iter().map(JsonTrace::new).collect(),
            nearby: incident.nearby.iter().map(JsonTrace::new).collect(),
            during: incident.during.iter().map(JsonTrace::new).collect(),
            connections: incident.connections.iter().map(|peer: &Text| bounded(peer, KEPT)).collect(),
            next: incident.next.iter().map(kept).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonTrace {
    subject: JsonSubject,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_bytes: Option<String>,
    time: Option<String>,
}

impl JsonTrace {
    fn new(trace: &Trace) -> Self {
        let (what, what_bytes) = shown(&trace.what);
        Self { subject: JsonSubject::new(&trace.subject), what, what_bytes, time: trace.time.map(rfc3339) }
    }
}
