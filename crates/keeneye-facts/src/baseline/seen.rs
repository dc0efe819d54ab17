//! Which baseline a host was held against, and whether it can be believed.

use crate::Text;
use serde::{Deserialize, Serialize};

/// Whether there was a baseline to hold the host against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineState {
    /// Nobody asked for one.
    #[default]
    NotAsked,
    /// There is none, and none was ever seen.
    None,
    /// There is one, or there was, and it cannot be used.
    Unusable,
    /// The host was held against this one.
    Compared(Box<BaselineSeen>),
}

/// A baseline that was read to its end and found whole, and the walk that was held against it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BaselineSeen {
    /// Its counter.
    pub number: u64,
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// The public key whose owner signed it, in hexadecimal; `None` when nobody did.
    pub signed_by: Option<String>,
    /// Files that it remembers.
    pub files: u64,
    /// Files that are there now.
    pub walked: u64,
    /// Of these, how many had their content read.
    pub read: u64,
    /// How many looked untouched and were believed.
    pub believed: u64,
    /// Why all content was read, where something gave reason to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubted: Option<String>,
    /// Changes beyond the limit: only their number is known.
    pub only_counted: u64,
}

/// Something about baselines that does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineDoubt {
    /// The file, as the machine that looks names it.
    pub path: Text,
    /// The baseline's number; 0 where there is none.
    pub number: u64,
    /// What is wrong.
    pub kind: BaselineDoubtKind,
}

/// What is wrong with a baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineDoubtKind {
    /// It is not what was written: damaged, cut off or changed.
    Damaged {
        /// In which way.
        why: String,
    },
    /// It could not be read, or others than keeneye's user could have written it.
    NotRead {
        /// Why.
        why: String,
    },
    /// A newer one was seen here before.
    RolledBack {
        /// The highest number that was seen.
        seen: u64,
    },
    /// Another one of the same number was seen here before.
    Replaced,
    /// The signature under it does not hold.
    BadSignature,
    /// It is signed, by another key than the one that is trusted.
    OtherKey {
        /// The key that signed it, in hexadecimal.
        key: String,
    },
    /// It bears no signature, and one is asked for.
    Unsigned,
    /// A key is configured, and no baseline bears its signature. The path is the directory's.
    NoneSigned,
}
