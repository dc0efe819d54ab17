//! Ways of seeing, compared and put into words.

use keeneye_facts::{Mount, Process, Way};
use keeneye_world::World;
use std::collections::BTreeSet;

/// CAP_SYS_PTRACE: with it `hidepid` hides nothing (fs/proc/base.c, `has_pid_permissions`).
const CAP_SYS_PTRACE: u64 = 1 << 19;

/// Ways that would show every process and thread if nothing hid them.
///
/// Control groups are not among them: they leave out zombies and know of one hierarchy only. Views that do not show
/// keeneye itself belong to another process namespace; views of a /proc with `hidepid` leave out what the person who
/// looks may not see.
pub(crate) fn comparable(world: &World) -> BTreeSet<Way> {
    let mut ways = BTreeSet::from([
        Way::Readdir,
        Way::MountedReaddir,
        Way::MountedLookup,
        Way::Lookup,
        Way::Pidfd,
        Way::Kill,
        Way::Task,
    ]);
    let own = world.process(world.host.own_pid);
    if let Some(own) = own {
        ways.retain(|way| !own.seen.not_by.contains(way));
    }
    if world.mounts.iter().any(hides_pids) && !sees_all(world, own) {
        ways.retain(|way| matches!(way, Way::Pidfd | Way::Kill));
    }
    ways
}

/// A /proc that shows people their own processes only: `hidepid` other than `off`, by number or by word.
fn hides_pids(mount: &Mount) -> bool {
    let mut options = mount.super_options.split(|b| *b == b',').chain(mount.options.split(|b| *b == b','));
    let hides = |value: &[u8]| !matches!(value, b"0" | b"off");
    mount.point == "/proc" && options.any(|option| option.strip_prefix(b"hidepid=").is_some_and(hides))
}

fn sees_all(world: &World, own: Option<&Process>) -> bool {
    // Capabilities that were not read are all zero; root has them unless somebody took them away.
    let kept =
        own.is_none_or(|own| own.capabilities.permitted == 0 || own.capabilities.effective & CAP_SYS_PTRACE != 0);
    world.host.own_uid == 0 && kept
}

/// `pidfd_open, kill and control groups`.
pub(crate) fn words(ways: &BTreeSet<Way>) -> String {
    let mut words: Vec<&str> = ways.iter().map(|way| word(*way)).collect();
    let last = words.pop().unwrap_or("nothing");
    if words.is_empty() { last.to_owned() } else { format!("{} and {last}", words.join(", ")) }
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Readdir => "listing keeneye's own procfs",
        Way::MountedReaddir => "listing /proc",
        Way::MountedLookup => "asking /proc by number",
        Way::Lookup => "asking keeneye's own procfs by number",
        Way::Pidfd => "pidfd_open",
        Way::Kill => "kill",
        Way::Cgroup => "control groups",
        Way::Task => "its process's list of threads",
        Way::SockDiag => "sock_diag",
        Way::ProcNet => "/proc/net",
        Way::Bind => "bind",
        Way::Fd => "file descriptors",
        Way::PackageDatabase => "the package database",
        Way::File => "the file itself",
        Way::ProcModules => "/proc/modules",
        Way::SysModule => "/sys/module",
        Way::Kallsyms => "the kernel's symbols",
        Way::Event => "events",
    }
}
