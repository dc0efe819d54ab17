//! Containers: what engines know of theirs, and mount namespaces that reach the root directory of the machine.

mod engines;
mod layers;
mod namespaces;
mod overlay;
mod records;
mod stored;

use super::Plan;
use crate::{Look, World};

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    namespaces::look(look, world);
    engines::look(look, world);
}

/// What running containers wrote: asked when it is known what the engines call them.
pub(super) fn layers(look: &mut Look<'_>, world: &World, plan: &Plan) {
    if !plan.quick {
        namespaces::layers(look, world, plan);
    }
}
