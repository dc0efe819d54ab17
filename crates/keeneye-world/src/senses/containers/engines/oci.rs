//! podman and containerd, which keep a `config.json` of the Open Container Initiative for each container.

use super::{directories, read, seconds};
use crate::container_file::{self, Known, OciMount, Stored};
use crate::{Look, World};
use keeneye_facts::{ContainerMount, EngineContainer, Event, Refusal, Text};

const PODMAN: &str = "/var/lib/containers/storage/overlay-containers";
const CONTAINERD: &str = "/run/containerd/io.containerd.runtime.v2.task";
/// Containers of docker lie there as well.
const DOCKERS: &str = "moby";

pub(super) fn podman(look: &mut Look<'_>, world: &World) {
    let top = Text::from(PODMAN);
    let list = top.join("containers.json");
    let Some(text) = look.optional_read(&list) else { return };
    let Some(stored) = container_file::stored(&text) else {
        look.gap(list, Refusal::Garbled("not what podman writes".into()));
        return;
    };
    for Stored { id, names, image, created, .. } in look.first(&list, stored, super::MAX_CONTAINERS, "containers") {
        if id.is_empty() || id.contains('/') {
            continue;
        }
        let path = top.join(&id).join("userdata/config.json");
        let Some(known) = read(look, &path) else { continue };
        let running = world.processes.values().filter_map(|process| process.container.as_ref());
        let running = running.into_iter().any(|container| container.id == *id.as_str());
        look.saw(Event::EngineContainerSeen(Box::new(EngineContainer {
            name: names.and_then(|names| names.into_iter().next()).unwrap_or_default().into(),
            image: image.into(),
            created: seconds(&created),
            running,
            ..container("podman", id.into(), path, known)
        })));
    }
}

/// What lies there runs: the directory is made anew at every start.
pub(super) fn containerd(look: &mut Look<'_>) {
    for namespace in directories(look, &Text::from(CONTAINERD)) {
        if namespace.file_name() == DOCKERS {
            continue;
        }
        for dir in directories(look, &namespace) {
            let path = dir.join("config.json");
            let Some(known) = read(look, &path) else { continue };
            let id = Text::from(dir.file_name());
            let found = EngineContainer { running: true, ..container("containerd", id, path, known) };
            look.saw(Event::EngineContainerSeen(Box::new(found)));
        }
    }
}

/// Privileged is not written down: such a container has the power over mounts and nothing of procfs is covered.
fn container(engine: &str, id: Text, path: Text, known: Known) -> EngineContainer {
    let bounding = known.process.and_then(|process| process.capabilities?.bounding).unwrap_or_default();
    let linux = known.linux.unwrap_or_default();
    let namespaces = linux.namespaces.unwrap_or_default();
    let own = |kind: &str| namespaces.iter().any(|namespace| namespace.kind == kind);
    EngineContainer {
        engine: engine.into(),
        name: id.clone(),
        id,
        privileged: bounding.iter().any(|name| name == "CAP_SYS_ADMIN") && linux.masked.is_none_or(|m| m.is_empty()),
        host_pid: !own("pid"),
        host_network: !own("network"),
        capabilities: bounding.into_iter().map(Text::from).collect(),
        mounts: known.mounts.unwrap_or_default().into_iter().map(mount).collect(),
        path,
        ..EngineContainer::default()
    }
}

fn mount(mount: OciMount) -> ContainerMount {
    let read_only = mount.options.unwrap_or_default().iter().any(|option| option == "ro");
    ContainerMount { source: mount.source.into(), target: mount.destination.into(), writable: !read_only }
}
