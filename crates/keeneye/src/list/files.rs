//! Open files, as lsof lists them.

use super::Scene;
use crate::names;
use keeneye_facts::{Mapping, Process, Text};
use keeneye_report::{Cell, Table};

/// One row for each file that a process holds: its program, directories, mappings and descriptors.
pub(super) fn files(scene: &Scene<'_>) -> Table {
    Table {
        name: "files",
        columns: &["pid", "user", "process", "fd", "kind", "name"],
        rows: scene.world.processes.values().flat_map(|process| rows(scene, process)).collect(),
    }
}

fn rows(scene: &Scene<'_>, process: &Process) -> Vec<Vec<Cell>> {
    let row = |fd: String, kind: &str, name: &Text| {
        vec![
            process.id.pid.into(),
            (&names::user(scene.world, process.uid())).into(),
            (&process.comm).into(),
            fd.into(),
            kind.into(),
            name.into(),
        ]
    };
    let kind = |deleted: bool| if deleted { "deleted" } else { "file" };
    let mut rows = Vec::new();
    rows.extend(process.exe.as_ref().map(|exe| row("exe".into(), kind(exe.deleted), &exe.path)));
    rows.extend(process.cwd.as_ref().map(|path| row("cwd".into(), "directory", path)));
    rows.extend(process.root.as_ref().map(|path| row("root".into(), "directory", path)));
    let mut mapped: Vec<&Mapping> = process.mappings.iter().filter(|m| m.inode != 0).collect();
    mapped.dedup_by(|a, b| a.path == b.path);
    rows.extend(mapped.iter().map(|mapping| row("mem".into(), kind(mapping.deleted), &mapping.path)));
    rows.extend(process.fds.iter().map(|fd| {
        let (kind, name) = names::target(scene.world, &fd.target);
        row(fd.number.to_string(), kind, &name)
    }));
    rows
}
