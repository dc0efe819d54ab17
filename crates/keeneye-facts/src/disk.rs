//! What two readers of the same directory do not agree on.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A name that the kernel lists and the file system on the block device does not hold, or the other way round, look
/// after look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingDifference {
    /// The path.
    pub path: Text,
    /// The one that shows it.
    pub shown_by: Lister,
    /// It is a directory.
    pub directory: bool,
    /// When it was made, as the device says, or when it last changed, as the kernel says; seconds since 1970.
    pub since: Option<i64>,
    /// How often both were asked.
    pub looks: u32,
}

/// A reader of directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lister {
    /// The kernel, asked by getdents64(2).
    Kernel,
    /// keeneye's own reader of the block device.
    Disk,
}
