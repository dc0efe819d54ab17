//! A finding as the JSON report of `keeneye scan` has it (docs/json.md); only what the bench judges by.

use keeneye_facts::Level;
use serde::{Deserialize, Serialize};

/// A finding.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Finding {
    /// What incidents call it.
    #[serde(default)]
    pub(crate) id: String,
    /// The detector that speaks.
    pub(crate) detector: String,
    /// How sure it is.
    pub(crate) level: Level,
    /// What it is about.
    pub(crate) subject: Subject,
    /// One sentence, sanitised.
    pub(crate) summary: String,
    /// Subjects that belong to it.
    #[serde(default)]
    pub(crate) related: Vec<Subject>,
}

/// Findings that belong together.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Incident {
    /// How sure keeneye is.
    pub(super) level: Option<Level>,
    /// One sentence.
    pub(super) title: String,
    /// Ids of its findings.
    pub(super) findings: Vec<String>,
    /// From what let them in down to the program.
    pub(super) lineage: Vec<Subject>,
    /// How they came in.
    pub(super) entry: Option<Trace>,
    /// What starts it again.
    pub(super) restarters: Vec<Trace>,
}

impl Incident {
    /// What it is, how they came in, what starts it again.
    pub(super) fn line(&self) -> String {
        let level = self.level.map_or("", Level::word);
        let entry = self.entry.as_ref().map_or("nothing known", |entry| entry.subject.name.as_str());
        let restarters: Vec<&str> = self.restarters.iter().map(|trace| trace.subject.name.as_str()).collect();
        format!("{level}: {} [entry: {entry}] [restarters: {}]", self.title, restarters.join(", "))
    }
}

/// Something that an incident points at.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Trace {
    /// The thing.
    pub(super) subject: Subject,
}

/// What a finding is about; absent parts do not belong to the kind.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Subject {
    /// `process`, `file`, `port` and so on.
    pub(crate) kind: String,
    /// As a person would name it.
    pub(crate) name: String,
    /// The process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pid: Option<u32>,
    /// The thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tid: Option<u32>,
    /// The file, or the process's program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Its exact bytes in hexadecimal, where they cannot be shown as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path_bytes: Option<String>,
    /// The line in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// The protocol of a port or socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) protocol: Option<String>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    /// The id of a shared memory segment or a mount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
}
