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

/// A mount namespace other than keeneye's in which the root directory of the machine can be reached by another way than
/// as the root of that namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostRoot {
    /// The namespace's inode.
    pub mnt: u64,
    /// Where the root of the machine is mounted there.
    pub point: Text,
    /// What is mounted at the root of that namespace, as far as a process there sees it.
    pub around: Option<crate::Mount>,
    /// That is the root of the machine as well: the namespace is a copy of the machine's own.
    pub copy: bool,
    /// Nothing can be written through it.
    pub read_only: bool,
}

/// Where the daemon of an engine is told to take orders (daemon.json of dockerd(8)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineDaemon {
    /// The file.
    pub path: Text,
    /// `unix:///run/docker.sock`, `tcp://0.0.0.0:2375`.
    pub hosts: Vec<Text>,
    /// Callers have to show a certificate.
    pub verifies: bool,
}
