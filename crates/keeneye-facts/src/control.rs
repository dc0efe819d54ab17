//! Controls that are switched off: what should keep records or keep people out.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A setting that switches off what keeps records of a machine, or what keeps people out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ControlOff {
    /// How.
    pub kind: ControlOffKind,
    /// The file that says so: for a unit the link that masks it.
    pub path: Text,
    /// Line in that file.
    pub line: Option<u32>,
    /// The control: `auditd.service`, `journald`, `rsyslog`, `audit`.
    pub control: Text,
    /// The setting as it is written; of a unit the packaged file that is masked.
    pub setting: Text,
}

/// How a control is switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlOffKind {
    /// A unit is wanted at boot and masked all the same.
    #[default]
    Masked,
    /// Messages are not kept.
    NotKept,
    /// Messages are thrown away before they are kept.
    Discarded,
    /// Nothing is audited.
    NotAudited,
}
