//! Accounts.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A line of passwd.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Login name.
    pub name: Text,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Home directory.
    pub home: Text,
    /// Login shell.
    pub shell: Text,
    /// Line number in passwd, from 1.
    pub line: u32,
}
