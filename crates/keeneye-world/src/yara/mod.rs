//! YARA rules of the admin's: compiled, and matched against bytes. Nothing here reads a file; a rule cannot either, since
//! includes are refused and no module that reads or writes is there.

#[cfg(feature = "yara")]
mod compiled;

#[cfg(feature = "yara")]
use compiled::Compiled;
use keeneye_facts::{Refusal, RuleMatch, Text};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// Bytes of a file that rules are matched against, from its beginning.
pub const MAX_BYTES: u64 = 16 << 20;

/// What is answered when the time for all files is over.
pub fn out_of_time() -> Refusal {
    Refusal::Cut("60 s of YARA rules for all files".into())
}

/// A file of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFile {
    /// Its path, for people.
    pub path: Text,
    /// What it says.
    pub text: Text,
}

/// A file of rules, or a part of it, that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misunderstood {
    /// Its path.
    pub path: Text,
    /// Line and reason.
    pub why: String,
}

/// Rules that content is matched against. In a recording a digest stands for them: whoever replays it has their text in
/// the plan.
#[derive(Clone)]
pub struct Rules {
    /// SHA-256 over all files.
    id: String,
    #[cfg(feature = "yara")]
    compiled: Option<std::sync::Arc<Compiled>>,
}

impl Rules {
    /// Compiles the rules of these files, and tells what is not understood. `None` where there is not one rule.
    #[cfg(feature = "yara")]
    pub fn compile(files: &[RuleFile]) -> (Option<Self>, Vec<Misunderstood>) {
        let (compiled, misunderstood) = Compiled::new(files);
        let rules = compiled.map(|compiled| Self { id: identity(files), compiled: Some(compiled.into()) });
        (rules, misunderstood)
    }
    /// This keeneye was built without rules: each file is one that is not understood.
    #[cfg(not(feature = "yara"))]
    pub fn compile(files: &[RuleFile]) -> (Option<Self>, Vec<Misunderstood>) {
        let why = "this keeneye was built without YARA rules";
        let misunderstood = |file: &RuleFile| Misunderstood { path: file.path.clone(), why: why.into() };
        (None, files.iter().map(misunderstood).collect())
    }

    /// The rules that match, in the order of their files. Refused when it takes too long.
    #[cfg(feature = "yara")]
    pub fn matches(&self, bytes: &[u8]) -> Result<Vec<RuleMatch>, Refusal> {
        self.compiled.as_ref().ok_or(Refusal::NotHere)?.matches(bytes)
    }
    /// Never asked: there are no rules without the feature.
    #[cfg(not(feature = "yara"))]
    pub fn matches(&self, _: &[u8]) -> Result<Vec<RuleMatch>, Refusal> {
        Err(Refusal::NotHere)
    }

    /// Takes in how long a match took: whoever answers knows the time, and all files share one.
    #[cfg(feature = "yara")]
    pub fn took(&self, time: std::time::Duration) {
        if let Some(compiled) = &self.compiled {
            compiled.took(time);
        }
    }
    /// Nothing is matched without the feature.
    #[cfg(not(feature = "yara"))]
    pub fn took(&self, _: std::time::Duration) {}

    fn named(id: String) -> Self {
        Self {
            id,
            #[cfg(feature = "yara")]
            compiled: None,
        }
    }
}

#[cfg(feature = "yara")]
fn identity(files: &[RuleFile]) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    for file in files {
        hash.update(serde_json::to_vec(file).unwrap_or_default());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rules").field(&self.id).finish()
    }
}
impl PartialEq for Rules {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Rules {}
impl PartialOrd for Rules {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Rules {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}
impl Hash for Rules {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
impl Serialize for Rules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.id)
    }
}
impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::named)
    }
}
