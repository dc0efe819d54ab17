//! Files of running processes, where the host's own path leads to them: inside containers packages say nothing.

use super::Wanted;
use crate::{World, proc_path};
use keeneye_facts::Interest;

pub(super) fn programs(wanted: &mut Wanted, world: &World) {
    for process in world.processes.values() {
        let Some(exe) = process.exe.as_ref().filter(|exe| exe.at_path == Some(true) && !exe.in_memory()) else {
            continue;
        };
        let want = wanted.add(exe.path.clone(), Interest::Running);
        want.content.get_or_insert_with(|| proc_path::of(process.id.pid, "exe"));
    }
}
