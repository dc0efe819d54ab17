//! What sshd is told, and the keys that it takes: sshd_config(5) with all that it includes, and the `authorized_keys`
//! of every account.

mod config;
mod glob;
mod keys;

use super::Plan;
use crate::{Look, World};

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    let settings = config::read(look);
    keys::read(look, world, &settings);
    for setting in settings {
        look.saw(keeneye_facts::Event::SshdSettingSeen(setting));
    }
}

#[cfg(test)]
mod tests;
