//! What processes call themselves.

use crate::{ProcessId, Text};
use serde::{Deserialize, Serialize};

/// The program that a process names by its first argument, and whether that is what it executes.
///
/// Anyone may choose the first argument, so a claim that holds means nothing; one that does not may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Claim {
    /// Who says so.
    pub process: ProcessId,
    /// The name, without arguments and the rest of a title: `/usr/sbin/sshd`, or a bare `sshd`.
    pub name: Text,
    /// It has the form of a title, `nginx: worker process`: such a first argument was written by the program itself.
    pub title: bool,
    /// The file of that name, symbolic links resolved; bare names are looked for where programs lie. `None` when
    /// there is none.
    pub path: Option<Text>,
    /// That file is a script.
    pub script: bool,
    /// That file is what is executed, or a script that is run by what is executed.
    pub holds: bool,
}
