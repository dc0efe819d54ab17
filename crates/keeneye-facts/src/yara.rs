//! What rules of the admin's say of content.

use crate::{ProcessId, Text};
use serde::{Deserialize, Serialize};

/// Rules that match one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMatches {
    /// The file, by its path or as `/proc/N/exe`.
    pub path: Text,
    /// The process that executes it, where it has no path any more.
    pub process: Option<ProcessId>,
    /// The rules; never empty.
    pub rules: Vec<RuleMatch>,
}

/// A rule that matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleMatch {
    /// Its name.
    pub rule: Text,
    /// The file that it stands in.
    pub file: Text,
    /// What its `level` says, in its `meta` section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Text>,
    /// Names of strings and where they were found first, in bytes from the beginning.
    pub strings: Vec<(Text, u64)>,
}
