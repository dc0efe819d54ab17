//! Docker: `containers/ID/config.v2.json` and `hostconfig.json` below its data directory, and `daemon.json`.

use super::{directories, read, seconds};
use crate::Look;
use crate::container_file::Known;
use keeneye_facts::{ContainerMount, EngineContainer, EngineDaemon, Event, Text};

const DAEMON: &str = "/etc/docker/daemon.json";
const DATA: &str = "/var/lib/docker";

pub(super) fn look(look: &mut Look<'_>) {
    let path = Text::from(DAEMON);
    let daemon = read(look, &path).unwrap_or_default();
    let data = daemon.data_root.as_deref().filter(|dir| dir.starts_with('/')).unwrap_or(DATA);
    let top = Text::from(data).join("containers");
    if let Some(hosts) = &daemon.hosts {
        let hosts = hosts.iter().map(|host| Text::from(host.as_str())).collect();
        look.saw(Event::EngineDaemonSeen(EngineDaemon { path, hosts, verifies: daemon.tlsverify == Some(true) }));
    }
    for dir in directories(look, &top) {
        let path = dir.join("config.v2.json");
        let Some(config) = read(look, &path) else { continue };
        let host = read(look, &dir.join("hostconfig.json")).unwrap_or_default();
        look.saw(Event::EngineContainerSeen(Box::new(container(path, config, host))));
    }
}

fn container(path: Text, config: Known, host: Known) -> EngineContainer {
    let text = |value: Option<String>| Text::from(value.unwrap_or_default());
    let points = config.mount_points.unwrap_or_default().into_values();
    let mut mounts: Vec<ContainerMount> = points
        .map(|point| ContainerMount {
            source: Text::from(point.source),
            target: Text::from(point.destination),
            writable: point.writable,
        })
        .collect();
    // A container that was made and never started has no mount points yet.
    for bind in host.binds.unwrap_or_default() {
        let bind = bind_of(&bind);
        if !mounts.iter().any(|mount| mount.target == bind.target) {
            mounts.push(bind);
        }
    }
    EngineContainer {
        engine: "docker".into(),
        id: text(config.id),
        name: Text::from(config.name.unwrap_or_default().trim_start_matches('/')),
        image: text(config.config.map(|config| config.image)),
        running: config.state.is_some_and(|state| state.running),
        privileged: host.privileged == Some(true),
        host_pid: host.pid_mode.as_deref() == Some("host"),
        host_network: host.network_mode.as_deref() == Some("host"),
        capabilities: host.cap_add.unwrap_or_default().into_iter().map(Text::from).collect(),
        created: config.created.and_then(|time| seconds(&time)),
        mounts,
        path,
    }
}

/// `SOURCE:TARGET[:OPTIONS]`.
fn bind_of(bind: &str) -> ContainerMount {
    let mut parts = bind.split(':');
    let (source, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let read_only = parts.next().is_some_and(|options| options.split(',').any(|option| option == "ro"));
    ContainerMount { source: source.into(), target: target.into(), writable: !read_only }
}
