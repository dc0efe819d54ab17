//! What a host answers.

use crate::baseline::Changes;
use crate::log_read::LogRead;
use crate::packages::Found;
use keeneye_facts::{Digest, FileStat, Place, Refusal, RuleMatch, Shape, Text};
use serde::{Deserialize, Serialize};

/// An answer, or why there is none.
pub type Reply = Result<Answer, Refusal>;

/// The answer to a [`crate::Question`], raw but for the reductions of [`crate::reduce`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Content; `cut` when there was more than the limit.
    Bytes {
        /// The bytes.
        data: Text,
        /// There was more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        cut: bool,
    },
    /// A path.
    Path(Text),
    /// Directory entries, sorted by name.
    Names(Vec<DirEntry>),
    /// `lstat`.
    Stat(FileStat),
    /// Digests.
    Digest(Digest),
    /// What content is like.
    Shape(Box<Shape>),
    /// A file walk; `cut` says which limit ended it.
    Walk {
        /// What was found, in order of path.
        files: Vec<Walked>,
        /// The limit that ended the walk early.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cut: Option<String>,
        /// Directories that could not be read, with their errno.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unread: Vec<(Text, i32)>,
    },
    /// Files that are not as expected, in the order of the question.
    Compared(Vec<Found>),
    /// What changed since the baseline.
    Changes(Box<Changes>),
    /// What a log says.
    Log(Box<LogRead>),
    /// Where addresses are, in the order of the question.
    Places(Vec<Place>),
    /// Names that the kernel and the block device do not agree on.
    Disk(Box<DiskComparison>),
    /// Rules that match.
    Matches(Vec<RuleMatch>),
    /// How keeneye reads procfs.
    OwnProc {
        /// True: a detached procfs of its own. False: the one mounted at /proc, since the kernel refused.
        detached: bool,
        /// The errno of that refusal.
        #[serde(default)]
        errno: i32,
    },
    /// Time, and who asks.
    Clock {
        /// Seconds since 1970.
        seconds: i64,
        /// keeneye's process id.
        pid: u32,
        /// keeneye's effective user id.
        uid: u32,
        /// Clock ticks a second.
        ticks: u64,
    },
    /// Process ids, ascending.
    Pids(Vec<u32>),
    /// What became of held processes.
    Persist(Vec<Persisted>),
    /// Raw netlink messages, one after the other, headers included.
    Dump(Text),
    /// Ports in use, ascending.
    Ports(Vec<u16>),
}

/// A name in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DirEntry {
    /// The name.
    pub name: Text,
    /// Its type as the directory tells it.
    pub kind: EntryKind,
}

/// Type of a directory entry (`d_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// Regular file.
    File,
    /// Directory.
    Dir,
    /// Symbolic link.
    Link,
    /// Anything else: pipe, socket, device.
    Other,
    /// The file system does not say.
    Unknown,
}

/// A file met on a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// Its path.
    pub path: Text,
    /// Its `lstat`.
    pub stat: FileStat,
    /// The extended attribute `security.capability`, as it is kept; `None` where nobody asked or there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Text>,
}

/// A process that was held by pidfd while every view was asked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persisted {
    /// Process id.
    pub pid: u32,
    /// The pidfd could be opened before the first round and the process still lived after the last.
    pub lived: bool,
    /// What each round saw.
    pub rounds: Vec<PersistRound>,
}

/// One round of looking for a held process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersistRound {
    /// Listed by keeneye's own procfs.
    pub readdir: bool,
    /// Listed by the mounted procfs.
    pub mounted_readdir: bool,
    /// Start time by lookup in keeneye's own procfs.
    pub start: Option<u64>,
    /// Start time by lookup in the mounted procfs.
    pub mounted_start: Option<u64>,
    /// `kill(pid, 0)` says it is there.
    pub kill: bool,
}

/// What came of reading directories twice: through the kernel, and from the block device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiskComparison {
    /// When the first look began, in seconds since 1970.
    pub begun: i64,
    /// When the last look was over, in seconds since 1970. Recordings of earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<i64>,
    /// Directories that were read both ways.
    pub directories: u64,
    /// Names that differed in every look that was taken, in order of path.
    pub differ: Vec<DiskEntry>,
    /// Directories that could not be read from the device, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<(Text, String)>,
    /// The limit that ended it early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
}

/// A name that one of the two showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskEntry {
    /// The path.
    pub path: Text,
    /// It is a directory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub directory: bool,
    /// When it was made, by the device, where only the device shows it; else when it last changed, by the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// What each look saw.
    pub looks: Vec<DiskLook>,
}

/// One look at one name: the kernel was asked, then the device, then the kernel again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiskLook {
    /// The kernel listed it before.
    pub before: bool,
    /// The device held it.
    pub disk: bool,
    /// The kernel listed it after.
    pub after: bool,
}
