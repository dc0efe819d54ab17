//! Shared memory and pid files.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A System V shared memory segment (`/proc/sysvipc/shm`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SharedMemory {
    /// Key.
    pub key: i64,
    /// Id.
    pub id: i64,
    /// Permission bits.
    pub mode: u32,
    /// Bytes.
    pub size: u64,
    /// Process that made it.
    pub creator: u32,
    /// Process that last attached or detached.
    pub last: u32,
    /// How many are attached.
    pub attached: u64,
    /// Owner.
    pub uid: u32,
    /// User who made it.
    pub creator_uid: u32,
    /// Seconds since 1970 of the last attach, 0 for never.
    pub attach_time: i64,
}

/// A `*.pid` or lock file in /run or /var/run, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PidFile {
    /// Where it lies.
    pub path: Text,
    /// The number in it, if there is one.
    pub pid: Option<u32>,
    /// Size in bytes.
    pub size: u64,
    /// Owner of the file.
    pub uid: u32,
    /// Seconds since 1970 of the last change of content.
    pub modified: i64,
    /// Something of that name is installed or runs: a program, a unit, a package, an account. `None` when that could
    /// not be told.
    pub known_name: Option<bool>,
}
