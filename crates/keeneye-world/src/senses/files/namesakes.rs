//! Files that bear the name of what runs: successors of deleted programs, and what processes call themselves.

use super::Wanted;
use crate::World;
use keeneye_facts::Interest;

/// What lies where running programs lay that were deleted since, and what processes call themselves.
pub(super) fn of(wanted: &mut Wanted, world: &World) {
    let running = world.processes.values().filter_map(|process| process.exe.as_ref());
    for exe in running.filter(|exe| exe.deleted && !exe.in_memory() && exe.path.starts_with(b"/")) {
        wanted.add(exe.path.clone(), Interest::Successor);
    }
    for path in world.claims.values().filter(|claim| !claim.holds).filter_map(|claim| claim.path.clone()) {
        wanted.add(path, Interest::Claimed);
    }
}
