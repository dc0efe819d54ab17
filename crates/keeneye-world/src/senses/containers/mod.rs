//! Containers: what engines know of theirs, and mount namespaces that reach the root directory of the machine.

mod engines;
mod namespaces;

use super::Plan;
use crate::{Look, World};

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    namespaces::look(look, world);
    engines::look(look, world);
}
