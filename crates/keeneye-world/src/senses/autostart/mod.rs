//! What starts by itself: one file below this for each mechanism. Each reads the mechanism's own files and tells one
//! [`Autostart`] for each command that it would run.
//!
//! [`Autostart`]: keeneye_facts::Autostart

mod cron;
mod entry;
mod places;
mod programs;

use super::Plan;
use crate::{Look, World};

/// Reads the files of one mechanism.
type Reader = fn(&mut Look<'_>, &World);

/// Every mechanism.
const READERS: &[Reader] = &[cron::look];

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    for read in READERS {
        read(look, world);
    }
}
