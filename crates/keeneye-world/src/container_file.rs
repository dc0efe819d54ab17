//! Files in which container engines keep what they know of their containers, reduced to what matters.
//!
//! They hold the environment of every container, where passwords are kept, and command lines. Nothing but the fields
//! named here passes the door. Formats: docker's `config.v2.json`, `hostconfig.json` and `daemon.json`; the runtime
//! specification of the Open Container Initiative (`config.json`); `containers.json` of containers/storage (podman).

use bstr::ByteSlice;
use keeneye_facts::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All fields of all files; each file has some.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Known {
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(rename = "Created", skip_serializing_if = "Option::is_none")]
    pub(crate) created: Option<String>,
    #[serde(rename = "State", skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<State>,
    #[serde(rename = "Config", skip_serializing_if = "Option::is_none")]
    pub(crate) config: Option<Config>,
    #[serde(rename = "MountPoints", skip_serializing_if = "Option::is_none")]
    pub(crate) mount_points: Option<BTreeMap<String, MountPoint>>,
    #[serde(rename = "Privileged", skip_serializing_if = "Option::is_none")]
    pub(crate) privileged: Option<bool>,
    #[serde(rename = "PidMode", skip_serializing_if = "Option::is_none")]
    pub(crate) pid_mode: Option<String>,
    #[serde(rename = "NetworkMode", skip_serializing_if = "Option::is_none")]
    pub(crate) network_mode: Option<String>,
    #[serde(rename = "CapAdd", skip_serializing_if = "Option::is_none")]
    pub(crate) cap_add: Option<Vec<String>>,
    #[serde(rename = "Binds", skip_serializing_if = "Option::is_none")]
    pub(crate) binds: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) process: Option<OciProcess>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mounts: Option<Vec<OciMount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) linux: Option<OciLinux>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hosts: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tlsverify: Option<bool>,
    #[serde(rename = "data-root", skip_serializing_if = "Option::is_none")]
    pub(crate) data_root: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    #[serde(rename = "Running")]
    pub(crate) running: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Config {
    #[serde(rename = "Image")]
    pub(crate) image: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MountPoint {
    #[serde(rename = "Source")]
    pub(crate) source: String,
    #[serde(rename = "Destination")]
    pub(crate) destination: String,
    #[serde(rename = "RW")]
    pub(crate) writable: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OciProcess {
    pub(crate) capabilities: Option<OciCapabilities>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OciCapabilities {
    pub(crate) bounding: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OciMount {
    pub(crate) destination: String,
    pub(crate) source: String,
    pub(crate) options: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OciLinux {
    pub(crate) namespaces: Option<Vec<OciNamespace>>,
    #[serde(rename = "maskedPaths")]
    pub(crate) masked: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OciNamespace {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) path: String,
}

/// An entry of `containers.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) names: Option<Vec<String>>,
    pub(crate) image: String,
    pub(crate) created: String,
    /// Of the directory that it writes to.
    pub(crate) layer: String,
}

/// Directories that engines keep these files in, wherever a machine has them.
const PLACES: [&str; 6] = [
    "/containers/",
    "/overlay-containers/",
    "/vfs-containers/",
    "/btrfs-containers/",
    "/io.containerd.runtime.v2.task/",
    "/etc/docker/",
];

/// Such a file, by name and place.
pub(crate) fn is_one(path: &Text) -> bool {
    let names: [&[u8]; 5] = [b"config.v2.json", b"hostconfig.json", b"config.json", b"containers.json", b"daemon.json"];
    names.contains(&path.file_name().as_bytes()) && PLACES.iter().any(|place| path.contains_str(place))
}

/// Only the known fields. What is no such file leaves a mark that no reader takes for one.
pub(crate) fn reduce(path: &Text, bytes: &[u8]) -> Vec<u8> {
    let reduced = if path.file_name() == "containers.json" {
        stored(bytes).and_then(|known| serde_json::to_vec(&known).ok())
    } else {
        known(bytes).and_then(|known| serde_json::to_vec(&known).ok())
    };
    reduced.unwrap_or_else(|| b"not understood".to_vec())
}

/// The known fields; `None` when it is no JSON object of this kind.
pub(crate) fn known(bytes: &[u8]) -> Option<Known> {
    serde_json::from_slice(bytes).ok()
}

/// The entries of `containers.json`.
pub(crate) fn stored(bytes: &[u8]) -> Option<Vec<Stored>> {
    serde_json::from_slice(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const CONFIG: &[u8] =
        br#"{"ID":"0a","Name":"/web","Created":"2024-01-02T03:04:05.6Z","State":{"Running":true,"Pid":7},
        "Config":{"Image":"nginx:1","Env":["DB_PASSWORD=hunter2"],"Cmd":["--token","s3cret"]},
        "MountPoints":{"/data":{"Source":"/srv","Destination":"/data","RW":true}}}"#;
    const OCI: &[u8] = br#"{"ociVersion":"1.0","process":{"env":["A=hunter2"],"args":["x","s3cret"],
        "capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"mounts":[{"destination":"/host","source":"/","options":["ro"]}],
        "linux":{"namespaces":[{"type":"mount"}],"maskedPaths":["/proc/kcore"]}}"#;

    #[test]
    fn environments_and_command_lines_stay_at_the_door() {
        for (path, bytes) in [
            ("/var/lib/docker/containers/0a/config.v2.json", CONFIG),
            ("/run/containerd/io.containerd.runtime.v2.task/k8s.io/0a/config.json", OCI),
        ] {
            let path = Text::from(path);
            assert!(is_one(&path));
            let kept = reduce(&path, bytes);
            assert!(!kept.contains_str("hunter2") && !kept.contains_str("s3cret"));
            assert_eq!(known(&kept), known(bytes), "what is known of it stays");
            assert_eq!(reduce(&path, &kept), kept);
        }
        assert_eq!(known(CONFIG).and_then(|known| known.name), Some("/web".into()));
    }
    #[test]
    fn null_is_nothing() {
        let host = known(br#"{"Binds":null,"CapAdd":null,"Privileged":false,"NetworkMode":"host"}"#).unwrap();
        assert_eq!((host.binds, host.network_mode.as_deref()), (None, Some("host")));
    }
    #[test]
    fn what_is_not_understood_is_not_kept() {
        let path = Text::from("/var/lib/docker/containers/0a/config.v2.json");
        assert_eq!(known(&reduce(&path, b"PASSWORD=hunter2")), None);
        assert!(!reduce(&path, b"{\"ID\": hunter2").contains_str("hunter2"));
    }
    #[test]
    fn mutated_files_never_panic() {
        let path = Text::from("/var/lib/docker/containers/0a/config.v2.json");
        mutate::check(&[CONFIG, OCI], |bytes| {
            let kept = reduce(&path, bytes);
            kept == b"not understood" || known(&kept).is_some()
        });
    }
}
