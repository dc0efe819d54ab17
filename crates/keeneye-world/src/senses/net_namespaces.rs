//! Network namespaces: keeneye's own, those of processes, and those that a mount or a descriptor keeps alive with no
//! process in them.

use super::Plan;
use super::processes::inode_in_brackets;
use super::sockets::MAX_PROBED;
use crate::{Look, Question, World, proc_path};
use keeneye_facts::{Event, FdTarget, Mount, NetNamespace, Protocol, Refusal, Text};
use std::collections::BTreeMap;

/// A server with more namespaces than this is looked at in part, and the rest is a gap.
const MAX_NAMESPACES: usize = 256;

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    if !world.host.live {
        return;
    }
    let own = NetNamespace { inode: world.host.own_namespaces.net.unwrap_or(0), via: Text::new() };
    let mut found = BTreeMap::new();
    for process in world.processes.values() {
        if let Some(inode) = process.namespaces.net {
            found.entry(inode).or_insert_with(|| proc_path::of(process.id.pid, "ns/net"));
        }
    }
    for (inode, point) in world.mounts.iter().filter_map(mounted) {
        found.entry(inode).or_insert(point);
    }
    for process in world.processes.values() {
        for fd in &process.fds {
            if let FdTarget::NetNamespace(inode) = fd.target {
                let path = || proc_path::of(process.id.pid, &format!("fd/{}", fd.number));
                found.entry(inode).or_insert_with(path);
            }
        }
    }
    found.remove(&own.inode);
    look.count(1, 1);
    if found.len() >= MAX_NAMESPACES {
        look.gap("network namespaces", Refusal::Cut(format!("{MAX_NAMESPACES} of {}", found.len() + 1)));
    }
    let others = found.into_iter().map(|(inode, via)| NetNamespace { inode, via });
    let all: Vec<NetNamespace> = std::iter::once(own).chain(others).take(MAX_NAMESPACES).collect();
    if !plan.quick {
        let probes = |net: &NetNamespace| {
            [Protocol::Tcp, Protocol::Udp].map(|protocol| Question::BindProbe { net: net.clone(), protocol })
        };
        look.host().expect(&all.iter().take(MAX_PROBED + 1).flat_map(probes).collect::<Vec<_>>());
    }
    for net in all {
        look.saw(Event::NetNamespaceSeen(net));
    }
}

/// A mount that keeps a network namespace: its inode and where. `root` of such a mount is `net:[4026532561]`.
fn mounted(mount: &Mount) -> Option<(u64, Text)> {
    let root = mount.root.strip_prefix(b"net:").filter(|_| mount.kind == "nsfs")?;
    Some((inode_in_brackets(root)?, mount.point.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_mounted_namespace() {
        let mount = |kind: &str, root: &str| Mount {
            kind: kind.into(),
            root: root.into(),
            point: "/run/netns/a".into(),
            ..Mount::default()
        };
        assert_eq!(mounted(&mount("nsfs", "net:[4026532561]")), Some((4_026_532_561, Text::from("/run/netns/a"))));
        assert_eq!(mounted(&mount("nsfs", "mnt:[4026532561]")), None);
        assert_eq!(mounted(&mount("tmpfs", "net:[4026532561]")), None);
    }
}
