//! What a running container has that its image has not.

use crate::{FileKind, FileStat, ProcessId, Text};
use serde::{Deserialize, Serialize};

/// A program or a library in the layer that a running container writes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContainerDrift {
    /// The container, as an engine or its control group calls it; its mount namespace where neither does.
    pub container: Text,
    /// The image, where the engine names it.
    pub image: Text,
    /// The path inside.
    pub path: Text,
    /// The path on the host: in the layer.
    pub on_host: Text,
    /// Its `lstat`, in the layer.
    pub stat: FileStat,
    /// A program or a script.
    pub kind: FileKind,
    /// What sets it apart from the image.
    pub how: DriftKind,
    /// Its digest.
    pub sha256: Option<String>,
    /// Processes of the container that execute it.
    pub runs: Vec<ProcessId>,
    /// When the container's first process began, seconds since 1970.
    pub started: i64,
    /// When the engine made the container, seconds since 1970, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<i64>,
}

/// What sets a file of a container apart from its image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// The image has no such file, and no package of the container brings it.
    New,
    /// A package brings it as it is, say records that were written inside: by a package manager, or by whoever has the
    /// container. Those of the image do not.
    Packaged(String),
    /// The image has another file there; which package's, where one owns it.
    Changed(Option<String>),
    /// The image has the same file, and it gives no rights there.
    Rights,
}
