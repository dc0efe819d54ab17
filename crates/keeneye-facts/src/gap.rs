//! What could not be seen.

use crate::Text;
use serde::{Deserialize, Serialize};

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The kernel said no; an errno value.
    Errno(i32),
    /// The recording does not hold this question.
    NotRecorded,
    /// The time that was given had run out.
    OutOfTime,
    /// Not a regular file, so its content was not opened.
    NotRegular,
    /// It cannot be asked here: a live view of an image, or a part of the kernel that is not there.
    NotHere,
    /// Nothing there would tell it; what that would be.
    Nothing(String),
    /// The answer came and could not be understood; where and why.
    Garbled(String),
    /// A limit cut the answer off; which limit.
    Cut(String),
    /// It came from elsewhere than the host, or should have, and was not to be had or not to be believed; why.
    NotBelieved(String),
}

impl Refusal {
    /// `ENOENT`.
    pub const ABSENT: Self = Self::Errno(2);
    /// True when the answer is "there is no such thing": for an optional file that is an answer, not a gap.
    /// ENOENT, ESRCH, ENOTDIR.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Errno(2 | 3 | 20))
    }
}

/// A thing that a sense tried to look at and could not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The sense that asked, by its file name: `processes`.
    pub sense: String,
    /// What was asked for: a path, a probe.
    pub what: Text,
    /// Why there was no answer.
    pub why: Refusal,
    /// True when nothing of the kind can be judged without it (processes, sockets or accounts unreadable).
    #[serde(default)]
    pub blinding: bool,
}

/// How many of its questions one sense got answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenseCoverage {
    /// The sense's name.
    pub sense: String,
    /// Questions asked.
    pub asked: u64,
    /// Questions answered; "there is no such file" is an answer where the file is optional.
    pub answered: u64,
}

/// How much of what was asked was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// One entry a sense, in the order of looking.
    pub senses: Vec<SenseCoverage>,
}

impl Coverage {
    /// Percent of questions answered, each sense weighing the same. A sense that asked nothing does not count.
    pub fn percent(&self) -> u8 {
        let shares: Vec<f64> = self
            .senses
            .iter()
            .filter(|s| s.asked > 0)
            .map(|s| s.answered.min(s.asked) as f64 / s.asked as f64)
            .collect();
        if shares.is_empty() {
            return 0;
        }
        (shares.iter().sum::<f64>() / shares.len() as f64 * 100.0).floor() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn each_sense_weighs_the_same() {
        let sense = |asked, answered| SenseCoverage { sense: "x".into(), asked, answered };
        assert_eq!(Coverage { senses: vec![sense(1000, 1000), sense(2, 1), sense(0, 0)] }.percent(), 75);
        assert_eq!(Coverage::default().percent(), 0);
    }
}
