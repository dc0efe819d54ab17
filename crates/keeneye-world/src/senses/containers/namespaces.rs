//! Mount namespaces of running processes that reach the root directory of the machine by another way.

use super::super::{Plan, mounts};
use super::layers::Written;
use crate::{AskHost, Look, World, proc_path};
use keeneye_facts::{Event, HostRoot, Mount, Process, Refusal, Text};
use std::collections::BTreeMap;

/// Namespaces and root directories that are looked into.
const MAX_VIEWS: usize = 500;
/// Processes that are asked about one, when others ended meanwhile.
const MAX_ASKED: usize = 3;

/// A namespace, and the root directory that its processes have in it: mountinfo tells only what they can reach.
type View<'a> = (u64, &'a Text);

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    // What is seen from the root of a namespace comes first, and tells most.
    let mut found: BTreeMap<(u64, Text), HostRoot> = BTreeMap::new();
    each(look, world, |(mnt, dir), mounts, root, _| {
        for seen in host_roots(mounts, root, mnt, dir) {
            found.entry((mnt, seen.point.clone())).or_insert(seen);
        }
    });
    found.into_values().for_each(|seen| look.saw(Event::HostRootSeen(seen)));
}

/// What containers wrote into their layers.
pub(super) fn layers(look: &mut Look<'_>, world: &World, plan: &Plan) {
    let mut written = Written::default();
    each(look, world, |_, mounts, root, processes| written.add(mounts, root, processes));
    written.look(look, world, plan);
}

/// The mounts of each namespace but keeneye's own, the root of the machine, and processes that have this view.
fn each<'a>(
    look: &mut Look<'_>,
    world: &'a World,
    mut tell: impl FnMut(View<'a>, &[Mount], &'a Mount, &[&'a Process]),
) {
    let (Some(root), Some(own)) =
        (world.mounts.iter().rfind(|mount| mount.point == "/"), world.host.own_namespaces.mnt)
    else {
        return;
    };
    let mut views: BTreeMap<View<'_>, Vec<&Process>> = BTreeMap::new();
    for process in world.processes.values() {
        if let (Some(mnt), Some(dir)) = (process.namespaces.mnt, &process.root)
            && mnt != own
        {
            views.entry((mnt, dir)).or_default().push(process);
        }
    }
    if views.len() > MAX_VIEWS {
        look.gap("mount namespaces", Refusal::Cut(format!("{MAX_VIEWS} namespaces")));
    }
    let (mut asked, mut refused) = (0, None);
    for (view, processes) in views.into_iter().take(MAX_VIEWS) {
        asked += 1;
        match mounts_of(look, &processes) {
            Ok(mounts) => tell(view, &mounts, root, &processes),
            Err(why) if why.is_absent() => (),
            Err(why) => {
                refused.get_or_insert((processes, 0, why)).1 += 1;
            }
        }
    }
    let missed = refused.as_ref().map_or(0, |(_, count, _)| *count);
    look.count(asked, asked.saturating_sub(missed));
    if let Some((processes, count, why)) = refused {
        let first = processes.first().map_or(0, |process| process.id.pid);
        look.gap(format!("mounts of {count} namespaces, the first that of process {first}"), why);
    }
}

fn mounts_of(look: &Look<'_>, processes: &[&Process]) -> Result<Vec<Mount>, Refusal> {
    let mut reply = Err(Refusal::ABSENT);
    for process in processes.iter().take(MAX_ASKED) {
        reply = look.host().read(&proc_path::of(process.id.pid, "mountinfo"));
        if !matches!(&reply, Err(why) if why.is_absent()) {
            break;
        }
    }
    Ok(mounts::table(&reply?).0)
}

/// Where these mounts, seen from `dir`, have the machine's root besides at the root of the namespace.
fn host_roots(mounts: &[Mount], root: &Mount, mnt: u64, dir: &Text) -> Vec<HostRoot> {
    let is_root = |mount: &&Mount| mount.device == root.device && mount.root == root.root;
    let around = mounts.iter().rfind(|mount| mount.point == "/");
    let chrooted = *dir != "/";
    let copy = around.is_some_and(|around| is_root(&around));
    let seen = mounts.iter().filter(is_root).filter_map(|mount| {
        let point = match (chrooted, mount.point == "/") {
            (false, true) => return None,
            (false, false) => mount.point.clone(),
            (true, true) => dir.clone(),
            (true, false) => Text::from([dir.as_slice(), mount.point.as_slice()].concat()),
        };
        let read_only = mount.options.split(|b| *b == b',').any(|option| option == b"ro");
        Some(HostRoot { mnt, point, around: around.cloned(), copy, read_only })
    });
    seen.collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::{Plan, scan};

    fn points(host: &str) -> Vec<String> {
        let world = scan(&Fixture::new(host), &Plan::default());
        world
            .host_roots
            .iter()
            .map(|root| format!("{} {}{}", root.point.lossy(), root.copy, if root.read_only { " ro" } else { "" }))
            .collect()
    }
    const ROOT: &str = "9 8 8:1 / / rw - ext4 /dev/sda1 rw\\n";

    #[test]
    fn the_root_of_the_machine_in_another_place() {
        let host = |mounts: &str| format!("process 41 exe=/usr/bin/x ns=mnt:7\n/proc/41/mountinfo = {mounts}");
        assert_eq!(points(&host(&format!("{ROOT}10 9 8:1 / /run/host rw - ext4 /dev/sda1 rw\\n"))), ["/run/host true"]);
        let image = "9 8 0:40 / / rw - overlay overlay rw\\n10 9 8:1 / /host ro - ext4 /dev/sda1 rw\\n";
        assert_eq!(points(&host(image)), ["/host false ro"]);
        // What systemd gives to services: parts of the root, and the root at its own place.
        assert!(points(&host(&format!("{ROOT}10 9 8:1 /usr /usr ro - ext4 /dev/sda1 rw\\n"))).is_empty());
        assert!(
            points(&host("9 8 0:40 / / rw - overlay overlay rw\\n10 9 8:2 / /data rw - ext4 /dev/sdb rw\\n"))
                .is_empty()
        );
    }
    #[test]
    fn seen_from_inside_of_it() {
        let host = |root: &str| format!("process 41 exe=/usr/bin/x ns=mnt:7 root={root}\n/proc/41/mountinfo = {ROOT}");
        assert_eq!(points(&host("/run/host")), ["/run/host true"]);
        assert!(points(&host("/")).is_empty());
    }
    #[test]
    fn the_machines_own_namespace_is_not_asked() {
        assert!(points(&format!("process 41 exe=/usr/bin/x root=/mnt\n/proc/41/mountinfo = {ROOT}")).is_empty());
    }
}
