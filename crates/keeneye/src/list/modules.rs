//! Kernel modules, as lsmod lists them, and those that it does not list.

use super::Scene;
use crate::names;
use keeneye_facts::Module;
use keeneye_report::{Cell, Table};

/// One row a module.
pub(super) fn modules(scene: &Scene<'_>) -> Table {
    let world = scene.world;
    let row = |module: &Module| {
        let package = module.file.as_ref().map_or_else(String::new, |path| names::owner(world.owner(path)));
        vec![
            (&module.name).into(),
            (&module.taint).into(),
            if module.dkms { "dkms".into() } else { package.into() },
            names::views(&module.seen).into(),
            names::odd(scene.findings, |f| f.subject.kind == "module" && f.subject.name == module.name).into(),
            module.file.as_ref().map_or(Cell::None, Cell::from),
        ]
    };
    let wanted = |module: &&Module| !scene.differs || !module.seen.not_by.is_empty();
    Table {
        name: "modules",
        columns: &["name", "taint", "package", "seen", "odd", "file"],
        rows: world.modules.iter().filter(wanted).map(row).collect(),
    }
}
