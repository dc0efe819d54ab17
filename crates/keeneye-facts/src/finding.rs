//! What is said about a host.

use crate::{ProcessId, Text, Way};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How sure. Alert means `Suspicious` or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Out of the ordinary; has common innocent causes.
    Unusual,
    /// An alert: innocent causes are rare or ruled out.
    Suspicious,
    /// An alert: no innocent cause is known.
    Compromised,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Unusual => "unusual",
            Self::Suspicious => "suspicious",
            Self::Compromised => "compromised",
        }
    }
}

/// The thing a finding is about: `kind` and `name` for people, the rest is its exact identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Subject {
    /// `process`, `thread`, `port`, `socket`, `file`, `package`, `mount`, `account`, `shared-memory`, `command`, `interface`,
    /// `login`, `address`.
    pub kind: String,
    /// As a person would name it.
    pub name: Text,
    /// The process, where there is one.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessId>,
    /// The thread's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tid: Option<u32>,
    /// Path of the file, or of the process's program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// Line in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// `tcp`, `udp`, `packet`, `raw`, `unix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Network namespace's inode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net: Option<u64>,
    /// Account's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Text>,
    /// Id of a shared memory segment or a mount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
}

/// One thing that was seen and supports a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is: `exe`, `cmdline`, `listens on`.
    pub what: String,
    /// What was seen, exactly.
    pub value: Text,
    /// By which ways.
    #[serde(default)]
    pub seen_by: BTreeSet<Way>,
}

/// An innocent cause that was thought of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Innocent {
    /// The cause.
    pub cause: String,
    /// Whether the facts rule it out.
    pub ruled_out: bool,
    /// Why, or what would tell.
    pub why: String,
}

/// Something noticed, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The same for the same detector and subject on every look.
    pub id: String,
    /// The detector's name: `process/exe-deleted`.
    pub detector: String,
    /// How sure.
    pub level: Level,
    /// What it is about.
    pub subject: Subject,
    /// One sentence that names the thing. Holds hostile bytes: the sinks sanitise.
    pub summary: Text,
    /// What was seen; never empty.
    pub evidence: Vec<Evidence>,
    /// ATT&CK technique ids.
    pub attack: Vec<String>,
    /// Seconds since 1970 of the first trace, where there is one.
    pub first_seen: Option<i64>,
    /// Subjects that belong to it.
    pub related: Vec<Subject>,
    /// Innocent causes thought of.
    pub innocent: Vec<Innocent>,
    /// What to do next: commands, or a short advice.
    pub next: Vec<String>,
}

impl Finding {
    /// Adds evidence.
    #[must_use]
    pub fn evidence(self, what: &str, value: impl Into<Text>) -> Self {
        self.evidence_by(what, value, [])
    }
    /// Adds evidence with the ways that showed it.
    #[must_use]
    pub fn evidence_by(mut self, what: &str, value: impl Into<Text>, ways: impl IntoIterator<Item = Way>) -> Self {
        self.evidence.push(Evidence { what: what.into(), value: value.into(), seen_by: ways.into_iter().collect() });
        self
    }
    /// Adds an innocent cause: whether the facts rule it out, and why.
    #[must_use]
    pub fn innocent(mut self, cause: &str, ruled_out: bool, why: &str) -> Self {
        self.innocent.push(Innocent { cause: cause.into(), ruled_out, why: why.into() });
        self
    }
    /// Adds a thing to do.
    #[must_use]
    pub fn next(mut self, what: impl Into<String>) -> Self {
        self.next.push(what.into());
        self
    }
    /// Adds a subject that belongs to it.
    #[must_use]
    pub fn related(mut self, subject: Subject) -> Self {
        self.related.push(subject);
        self
    }
    /// Says when the first trace was.
    #[must_use]
    pub fn since(mut self, seconds: i64) -> Self {
        self.first_seen = Some(seconds);
        self
    }
}
