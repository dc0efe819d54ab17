//! A file as a baseline remembers it.

use crate::{FileStat, Text};
use serde::{Deserialize, Serialize};

/// A moment of the clock that everybody can set, or of a file system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    /// Since 1970.
    pub seconds: i64,
    /// Of that second.
    pub nanoseconds: u32,
}

/// What is known of a file's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// It has none, or it is of a class whose content may change.
    #[default]
    NotAsked,
    /// SHA-256.
    Sha256([u8; 32]),
    /// It could not be read; an errno. EFBIG: too large. EAGAIN: it changed all the time. Of a directory: nothing is
    /// known of what lies below.
    Unread(i32),
}

/// Extended attributes that give rights. Values of more than [`Attributes::MAX`] bytes are kept as their SHA-256.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    /// `security.capability`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Text>,
    /// `security.selinux`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux: Option<Text>,
    /// `system.posix_acl_access`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acl: Option<Text>,
    /// `system.posix_acl_default`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_acl: Option<Text>,
}

impl Attributes {
    /// Bytes of a value that is kept as it is.
    pub const MAX: usize = 256;
}

/// A file as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Absolute, inside the root that was looked at.
    pub path: Text,
    /// Type and permission bits as in `st_mode`.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Number of names.
    pub links: u64,
    /// Bytes.
    pub size: u64,
    /// Which device a device node stands for, as in `st_rdev`.
    pub node: u64,
    /// The device that it lies on.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
    /// Last change of content; anyone who owns it can set it.
    pub modified: Moment,
    /// Last change of any kind.
    pub changed: Moment,
    /// When it was made; zero where the file system does not tell.
    pub born: Moment,
    /// Nobody may change it (chattr(1) `i`).
    pub immutable: bool,
    /// It can only grow (chattr(1) `a`).
    pub append_only: bool,
    /// Where a symbolic link leads, as it is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Text>,
    /// Extended attributes.
    pub attributes: Attributes,
    /// Its content.
    pub content: Content,
    /// In how many baselines up to this one, without a break, its content was another than in the one before. Of a
    /// directory: its names were others.
    pub restless: u8,
    /// It still begins with all that it was in the baseline before. Only a walk that goes by that baseline knows; not kept.
    pub begins_as_before: Option<bool>,
}

impl Entry {
    /// From so many baselines in a row on that found it changed, a file counts as one that may change.
    pub const RESTLESS: u8 = 3;

    /// S_IFMT part of the mode.
    pub fn kind_bits(&self) -> u32 {
        self.mode & 0o170_000
    }
    /// A regular file.
    pub fn is_regular(&self) -> bool {
        self.kind_bits() == 0o100_000
    }
    /// A directory.
    pub fn is_dir(&self) -> bool {
        self.kind_bits() == 0o040_000
    }
    /// A symbolic link.
    pub fn is_link(&self) -> bool {
        self.kind_bits() == 0o120_000
    }
    /// A character or block device.
    pub fn is_node(&self) -> bool {
        matches!(self.kind_bits(), 0o020_000 | 0o060_000)
    }
    /// A regular file that anyone may execute.
    pub fn is_executable(&self) -> bool {
        self.is_regular() && self.mode & 0o111 != 0
    }
    /// Whoever runs it gets rights that are not his: set-user-id, set-group-id or capabilities.
    pub fn gives_rights(&self) -> bool {
        self.is_regular() && (self.mode & 0o6000 != 0 || self.attributes.capabilities.is_some())
    }
    /// As `lstat` would tell it.
    pub fn stat(&self) -> FileStat {
        FileStat {
            device: self.device,
            inode: self.inode,
            mode: self.mode,
            links: self.links,
            uid: self.uid,
            gid: self.gid,
            size: self.size,
            modified: self.modified.seconds,
            changed: self.changed.seconds,
            born: self.born.seconds.max(0),
            whole_second: self.modified.nanoseconds == 0,
            immutable: self.immutable,
            append_only: self.append_only,
        }
    }
    /// Nothing says that it was touched: the very same file, of the same size, with the same times.
    pub fn looks_untouched(&self, other: &Self) -> bool {
        let identity =
            |entry: &Self| (entry.device, entry.inode, entry.size, entry.modified, entry.changed, entry.mode);
        identity(self) == identity(other)
    }
    /// Found changed so often that it counts as one that may change. Programs never do.
    pub fn is_restless(&self) -> bool {
        self.restless >= Self::RESTLESS && !self.is_executable()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn programs_never_become_restless() {
        let log = Entry { mode: 0o100_644, restless: 3, ..Entry::default() };
        assert!(log.is_restless() && !Entry { restless: 2, ..log.clone() }.is_restless());
        assert!(!Entry { mode: 0o100_755, ..log }.is_restless());
    }
}
