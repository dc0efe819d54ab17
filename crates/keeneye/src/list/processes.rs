//! Processes and threads.

use super::Scene;
use crate::names;
use keeneye_facts::Process;
use keeneye_report::words::Zone;
use keeneye_report::{Cell, Table};

/// One row a process.
pub(super) fn processes(scene: &Scene<'_>) -> Table {
    let world = scene.world;
    let zone = Zone::of(&world.host);
    let row = |process: &Process| {
        vec![
            process.id.pid.into(),
            process.ppid.into(),
            (&names::user(world, process.uid())).into(),
            started(world.host.time_of_ticks(process.id.start), &zone),
            names::package(world, process).into(),
            names::views(&process.seen).into(),
            names::odd(scene.findings, |f| f.subject.process == Some(process.id)).into(),
            (&names::program(process)).into(),
            (&names::arguments(process)).into(),
        ]
    };
    let wanted = |process: &&Process| !scene.differs || !process.seen.not_by.is_empty();
    Table {
        name: "processes",
        columns: &["pid", "ppid", "user", "started", "package", "seen", "odd", "program", "arguments"],
        rows: world.processes.values().filter(wanted).map(row).collect(),
    }
}

fn started(seconds: i64, zone: &Zone) -> Cell {
    Cell::Time { seconds, shown: zone.moment(seconds) }
}

/// One row a thread other than the first.
pub(super) fn threads(scene: &Scene<'_>) -> Table {
    let threads = scene.world.processes.values().flat_map(|p| p.threads.iter().map(move |t| (p, t)));
    let row = |(process, thread): (&Process, &keeneye_facts::Thread)| {
        vec![
            thread.tid.into(),
            process.id.pid.into(),
            (&names::user(scene.world, process.uid())).into(),
            names::views(&thread.seen).into(),
            names::odd(scene.findings, |f| f.subject.tid == Some(thread.tid)).into(),
            (&thread.comm).into(),
            (&names::program(process)).into(),
        ]
    };
    Table {
        name: "threads",
        columns: &["tid", "pid", "user", "seen", "odd", "name", "program"],
        rows: threads.filter(|(_, t)| !scene.differs || !t.seen.not_by.is_empty()).map(row).collect(),
    }
}
