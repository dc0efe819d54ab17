//! Mounts and interfaces.

use super::Scene;
use crate::names;
use keeneye_report::{Cell, Table};

/// The mounts of keeneye's own mount namespace.
pub(super) fn mounts(scene: &Scene<'_>) -> Table {
    let row = |mount: &keeneye_facts::Mount| {
        let id = i64::from(mount.id);
        vec![
            (&mount.point).into(),
            (&mount.kind).into(),
            (&mount.source).into(),
            (&mount.root).into(),
            names::odd(scene.findings, |f| f.subject.kind == "mount" && f.subject.number == Some(id)).into(),
            (&mount.options).into(),
        ]
    };
    Table {
        name: "mounts",
        columns: &["point", "type", "source", "root", "odd", "options"],
        rows: scene.world.mounts.iter().map(row).collect(),
    }
}

/// The interfaces of every network namespace that was looked at.
pub(super) fn interfaces(scene: &Scene<'_>) -> Table {
    /// IFF_UP and IFF_PROMISC of netdevice(7).
    const FLAGS: [(u32, &str); 2] = [(0x1, "up"), (0x100, "promiscuous")];
    let row = |interface: &keeneye_facts::Interface| {
        let flags: Vec<&str> =
            FLAGS.iter().filter(|(bit, _)| interface.flags & bit != 0).map(|(_, word)| *word).collect();
        let siblings = scene.world.interfaces.iter().filter(|i| i.net == interface.net);
        let master = siblings.into_iter().find(|i| interface.master != 0 && i.index == interface.master);
        vec![
            interface.index.into(),
            (&interface.name).into(),
            (&interface.kind).into(),
            flags.join(", ").into(),
            interface.promiscuity.into(),
            master.map_or(Cell::None, |master| Cell::from(&master.name)),
            names::odd(scene.findings, |f| f.subject.kind == "interface" && f.subject.name == interface.name).into(),
            interface.net.into(),
        ]
    };
    Table {
        name: "interfaces",
        columns: &["index", "name", "kind", "flags", "promiscuity", "master", "odd", "net"],
        rows: scene.world.interfaces.iter().map(row).collect(),
    }
}
