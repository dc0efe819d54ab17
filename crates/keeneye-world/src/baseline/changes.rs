//! What a host answers that is asked what changed since its newest baseline.

use super::Change;
use keeneye_facts::{BaselineDoubt, BaselineSeen, Text};
use serde::{Deserialize, Serialize};

/// The answer to [`crate::Question::Changes`]. Neither a baseline nor a doubt: there is none, and none was ever seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    /// The baseline that the host was held against; it was read to its end and found whole.
    pub baseline: Option<BaselineSeen>,
    /// What does not hold together among the baselines.
    pub doubts: Vec<BaselineDoubt>,
    /// What differs, in the order of the walk.
    pub changes: Vec<Change>,
    /// What could not be read now, with its errno; the first ones.
    pub unread: Vec<(Text, i32)>,
    /// How many that were.
    pub unread_count: u64,
    /// The limit that ended this walk early.
    pub cut: Option<String>,
    /// The limit that ended the walk of the baseline early.
    pub baseline_cut: Option<String>,
}
