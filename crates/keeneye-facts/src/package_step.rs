//! What package managers did.

use crate::{LogTime, Text};
use serde::{Deserialize, Serialize};

/// One thing that a package manager did to one package, as its log or its database says.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct PackageStep {
    /// When.
    pub time: LogTime,
    /// What.
    pub kind: StepKind,
    /// The package, as it is written, without its architecture.
    pub package: Text,
    /// The version that was there before; empty where nothing tells.
    #[serde(skip_serializing_if = "nothing")]
    pub before: Text,
    /// The version that is there since; empty where nothing tells, and of what was removed.
    #[serde(skip_serializing_if = "nothing")]
    pub after: Text,
    /// The log or the database.
    #[serde(skip_serializing_if = "nothing")]
    pub source: Text,
}

/// What a package manager did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// It was not there before.
    Installed,
    /// Another version took its place, newer or older.
    Replaced,
    /// The same version was put in place once more.
    Reinstalled,
    /// It is gone.
    Removed,
    /// It was put in place then, whatever was there before: a database tells no more.
    #[default]
    Placed,
}

fn nothing(text: &Text) -> bool {
    text.is_empty()
}
