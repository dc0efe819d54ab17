//! Telling an entry: the fact itself, and which files are to be looked at because of it.

use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::{Autostart, Event, Interest, Text};
use std::collections::BTreeSet;

/// Bytes of a command that are kept.
const MAX_COMMAND: usize = 4096;
/// Programs of one entry that are looked at.
const MAX_PROGRAMS: usize = 50;

/// Tells an entry. `named` are the programs that it names; `entry.programs` is made from them. The file that the
/// entry stands in and every program are looked at later.
pub(super) fn saw(look: &mut Look<'_>, entry: Autostart, named: impl IntoIterator<Item = Text>) {
    let named: BTreeSet<Text> = named.into_iter().take(MAX_PROGRAMS).collect();
    let programs: BTreeSet<Text> = named.into_iter().map(|path| look.resolve_if_there(&path).unwrap_or(path)).collect();
    look.saw(Event::FileWanted { path: entry.path.clone(), interest: Interest::Entry });
    for path in &programs {
        look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Autostart });
    }
    let command = entry.command.trim_ascii();
    let command = Text::from(command.get(..MAX_COMMAND).unwrap_or(command));
    let entry = Autostart { programs: programs.into_iter().collect(), command, ..entry };
    look.saw(Event::AutostartSeen(Box::new(entry)));
}

/// Line numbers from 1, as facts have them.
pub(super) fn line_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}
