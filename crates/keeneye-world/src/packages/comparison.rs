//! What packages say of files, beside what is there.

use super::{Expected, Owner, of_root};
use crate::file_capabilities;
use keeneye_facts::{Difference, FileStat, Refusal, Text};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// S_IFMT
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const DIRECTORY: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const PERMISSIONS: u32 = 0o7777;
/// Bytes of the largest file of which a host makes a digest.
const LARGEST: u64 = 1 << 30;

/// Files that a host shall compare, many in one question, so that it can read several at once and tells only what
/// differs. In a recording, a digest stands for them: whoever replays it learns them anew from the recorded database.
#[derive(Clone, Debug)]
pub struct Expectations {
    files: Arc<[Expected]>,
    /// SHA-256 over all that is expected.
    id: String,
}

impl Expectations {
    /// Of these files.
    pub fn new(files: Vec<Expected>) -> Self {
        let mut hash = Sha256::new();
        for file in &files {
            hash.update(serde_json::to_vec(file).unwrap_or_default());
        }
        let id = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { files: files.into(), id }
    }
    /// The files; none when this was read from a recording.
    pub fn files(&self) -> &[Expected] {
        &self.files
    }
}

impl PartialEq for Expectations {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Expectations {}
impl PartialOrd for Expectations {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Expectations {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}
impl Hash for Expectations {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
impl Serialize for Expectations {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.id)
    }
}
impl<'de> Deserialize<'de> for Expectations {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { files: Arc::default(), id: String::deserialize(deserializer)? })
    }
}

/// A file that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Which of the [`Expectations`], from 0.
    pub number: u32,
    /// What is there.
    pub is: Result<Actual, Refusal>,
}

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Actual {
    /// Its `lstat`.
    pub stat: FileStat,
    /// Of a device node, `st_rdev`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<u64>,
    /// Of a symbolic link, where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Text>,
    /// Of a regular file of which a digest is expected, by the expected algorithm; lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The extended attribute `security.capability`, where capabilities are expected to be or not to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Text>,
}

impl Expected {
    /// Type bits as in `st_mode`, where something tells them.
    pub fn kind(&self) -> Option<u32> {
        match self.mode {
            Some(mode) if mode & KIND != 0 => Some(mode & KIND),
            _ if self.may_be_link => None,
            _ if self.digest.is_some() => Some(REGULAR),
            _ if self.link.is_some() => Some(LINK),
            _ => None,
        }
    }
    /// Its content is worth reading for a digest.
    pub fn wants_digest(&self, stat: &FileStat) -> bool {
        // Another size is another content, whatever the digest.
        self.digest.is_some()
            && !self.role.ghost
            && stat.is_regular()
            && self.size.is_none_or(|size| size == stat.size)
            && self.exceeded(stat.size).is_none()
    }
    /// It is too large to be read, and larger than its whole package.
    fn exceeded(&self, size: u64) -> Option<u64> {
        self.most.filter(|most| size > LARGEST && size > *most)
    }

    /// In which ways it differs; empty when it is as the package says.
    pub fn differences(&self, actual: &Actual) -> Vec<Difference> {
        let stat = &actual.stat;
        let found = stat.kind_bits();
        match self.kind() {
            // Admins move directories to another disk and leave a link.
            Some(DIRECTORY) if found == LINK => return Vec::new(),
            // Made by the package's scripts: a link of the alternatives, a log. Its rights are those of that.
            Some(expected) if self.role.ghost && expected != found => return Vec::new(),
            Some(expected) if expected != found => return vec![Difference::Kind { expected, found }],
            _ => (),
        }
        let mut differs = Vec::new();
        if !self.role.ghost {
            differs.extend(self.content(actual));
            differs.extend(self.link_target(actual));
        }
        if self.role.unlisted && stat.is_regular() {
            differs.push(Difference::Unlisted);
        }
        if let (Some(expected), Some(found)) = (self.device, actual.device)
            && expected != found
        {
            differs.push(Difference::Device { expected, found });
        }
        differs.extend(self.rights(actual));
        if let Some(expected) = self.modified.filter(|time| *time != stat.modified)
            && differs.iter().any(|d| matches!(d, Difference::Content { .. }))
        {
            differs.push(Difference::Modified { expected, found: stat.modified });
        }
        differs
    }

    fn content(&self, actual: &Actual) -> Option<Difference> {
        if !actual.stat.is_regular() {
            return None;
        }
        let size = actual.stat.size;
        if let Some(expected) = self.size.filter(|expected| *expected != size) {
            return Some(Difference::Content { expected: bytes(expected), found: bytes(size) });
        }
        if let Some(most) = self.exceeded(size) {
            return Some(Difference::Content { expected: format!("at most {}", bytes(most)), found: bytes(size) });
        }
        let (expected, found) = (self.digest.as_ref()?, actual.digest.as_ref()?);
        (!expected.is(found))
            .then(|| Difference::Content { expected: expected.hexadecimal.clone(), found: found.clone() })
    }

    fn link_target(&self, actual: &Actual) -> Option<Difference> {
        if self.role.of_root {
            return of_root::leads_away(self, actual.link.as_ref()?);
        }
        if let Some((expected, found)) = self.digest.as_ref().filter(|_| self.may_be_link).zip(actual.link.clone()) {
            let told = format!("a target of digest {}", expected.hexadecimal);
            return (!expected.is_of(&found)).then(|| Difference::Link { expected: told.into(), found });
        }
        let (expected, found) = (self.link.clone()?, actual.link.clone()?);
        (expected != found).then_some(Difference::Link { expected, found })
    }

    fn rights(&self, actual: &Actual) -> Vec<Difference> {
        let stat = &actual.stat;
        let mut differs = Vec::new();
        if self.role.rights_by_script {
            return differs;
        }
        if self.role.of_root && self.mode.is_none() && stat.is_regular() {
            return of_root::rights(self, stat);
        }
        let found = stat.mode & PERMISSIONS;
        // Links have none of their own.
        if let Some(expected) = self.mode.map(|mode| mode & PERMISSIONS).filter(|e| *e != found && !stat.is_link()) {
            differs.push(Difference::Mode { expected, found });
        }
        let number = |owner: &Option<Owner>| match owner {
            Some(Owner::Number(id)) => Some(*id),
            _ => None,
        };
        if let Some(expected) = number(&self.owner).filter(|expected| *expected != stat.uid) {
            differs.push(Difference::Owner { expected, found: stat.uid });
        }
        if let Some(expected) = number(&self.group).filter(|expected| *expected != stat.gid) {
            differs.push(Difference::Group { expected, found: stat.gid });
        }
        if let Some(text) = self.capabilities.as_ref().filter(|_| stat.is_regular()) {
            let expected = file_capabilities::from_text(text);
            let found = actual.capabilities.as_ref().and_then(|attribute| file_capabilities::parse(attribute));
            if expected.unwrap_or_default() != found.unwrap_or_default() {
                let found = found.map(|capabilities| Text::from(file_capabilities::to_text(&capabilities)));
                differs.push(Difference::Capabilities { expected: text.clone(), found: found.unwrap_or_default() });
            }
        }
        differs
    }
}

fn bytes(count: u64) -> String {
    format!("{count} bytes")
}
