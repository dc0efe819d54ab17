//! Mounts.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A line of mountinfo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mount {
    /// Mount id.
    pub id: u32,
    /// Parent mount's id.
    pub parent: u32,
    /// `major:minor`.
    pub device: Text,
    /// Directory of the file system that is mounted; not `/` means a bind mount or a subvolume.
    pub root: Text,
    /// Where it is mounted.
    pub point: Text,
    /// Options of the mount.
    pub options: Text,
    /// File system type.
    pub kind: Text,
    /// Source, as whoever mounted it said.
    pub source: Text,
    /// Options of the file system.
    pub super_options: Text,
    /// The mount point is a directory. Asked below the system's own directories only; `None` elsewhere.
    pub over_directory: Option<bool>,
}
