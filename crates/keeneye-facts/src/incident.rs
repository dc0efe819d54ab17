//! Findings that belong together.

use crate::{Level, Subject, Text};
use serde::{Deserialize, Serialize};

/// Findings about one thing: joined, weighed, in order of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// Stable as long as its first finding is the same.
    pub id: String,
    /// `suspicious` or above makes an alert.
    pub level: Option<Level>,
    /// One sentence: `a hidden program, started from a web server, kept alive by cron`.
    pub title: Text,
    /// When the first trace was left, seconds since 1970.
    pub first_trace: Option<i64>,
    /// Ids of its findings, oldest first; those of now last.
    pub findings: Vec<String>,
    /// When the first trace of each of these findings was left, seconds since 1970; `None` for what is so now.
    pub times: Vec<Option<i64>>,
    /// Lineage from what let them in down to the program: `php-fpm 901`, `sh 4120`, `k 4127`.
    pub lineage: Vec<Subject>,
    /// How they came in, where the facts tell.
    pub entry: Option<Trace>,
    /// What starts it again.
    pub restarters: Vec<Trace>,
    /// What else appeared within ten minutes of the first trace, and no finding speaks of.
    pub nearby: Vec<Trace>,
    /// What logs tell of the time in which its odd logins lasted, oldest first; the subject is the login.
    pub during: Vec<Trace>,
    /// Connections of its processes: `tcp 192.0.2.1:443`.
    pub connections: Vec<Text>,
    /// What to do, most urgent first.
    pub next: Vec<String>,
}

/// Something that an incident points at.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// The thing.
    pub subject: Subject,
    /// One sentence about it.
    pub what: Text,
    /// When, seconds since 1970; `None` for what is so now.
    pub time: Option<i64>,
}
