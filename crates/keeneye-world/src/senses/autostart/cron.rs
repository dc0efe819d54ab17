//! Tables of cron(8).

use crate::{Look, World};

pub(super) fn look(_: &mut Look<'_>, _: &World) {}
