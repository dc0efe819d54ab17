//! Containers, as the files of their engine tell.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A container that an engine knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineContainer {
    /// `docker`, `podman`, `containerd`, `lxc`.
    pub engine: String,
    /// The engine's id.
    pub id: Text,
    /// Its name.
    pub name: Text,
    /// The image that it was made of, by name.
    pub image: Text,
    /// The engine says that it runs.
    pub running: bool,
    /// All capabilities and devices.
    pub privileged: bool,
    /// Sees the processes of the host.
    pub host_pid: bool,
    /// Uses the network of the host.
    pub host_network: bool,
    /// Capabilities added.
    pub capabilities: Vec<Text>,
    /// Directories and sockets of the host inside.
    pub mounts: Vec<ContainerMount>,
    /// When it was made, seconds since 1970.
    pub created: Option<i64>,
    /// The file that says so.
    pub path: Text,
}

/// Something of the host inside a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContainerMount {
    /// Path on the host.
    pub source: Text,
    /// Path inside.
    pub target: Text,
    /// The container may write there.
    pub writable: bool,
}
