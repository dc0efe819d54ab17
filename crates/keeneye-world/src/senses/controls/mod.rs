//! What keeps records of a machine or keeps people out of it, and is switched off: units that are masked though
//! something wants them, logs that are not kept, rules that audit nothing.

mod audit;
mod journald;
mod rsyslog;
mod units;

use super::Plan;
use crate::{EntryKind, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{ControlOff, ControlOffKind, Event, Interest, Text};

/// Files of one directory of settings.
const MAX_FILES: usize = 500;
/// Lines of one file.
const MAX_LINES: usize = 20_000;

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    units::look(look);
    journald::look(look);
    rsyslog::look(look);
    audit::look(look);
}

/// A setting that was found, and the file that holds it.
fn saw(look: &mut Look<'_>, off: ControlOff) {
    look.saw(Event::FileWanted { path: off.path.clone(), interest: Interest::Setting });
    look.saw(Event::ControlOffSeen(off));
}

/// Files of a directory with this ending, in order of name.
fn files(look: &mut Look<'_>, dir: &str, ending: &str) -> Vec<Text> {
    let dir = Text::from(dir);
    let names = look.optional_list(&dir).unwrap_or_default();
    let plain =
        names.into_iter().filter(|entry| entry.kind != EntryKind::Dir && entry.name.ends_with(ending.as_bytes()));
    let plain = look.first(&dir, plain, MAX_FILES, "files");
    plain.into_iter().map(|entry| dir.join(&entry.name)).collect()
}

/// Each line that the parser takes for a setting that switches the control off.
fn lines(look: &mut Look<'_>, path: &Text, kind: ControlOffKind, control: &str, off: fn(&[u8]) -> bool) {
    let Some(path) = look.resolve_if_there(path) else { return };
    let Some(text) = look.optional_read_lines(&path, MAX_LINES) else { return };
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        if off(line.trim_ascii()) {
            let setting = Text::from(line.trim_ascii());
            let line = u32::try_from(index + 1).ok();
            saw(look, ControlOff { kind, path: path.clone(), line, control: control.into(), setting });
            return;
        }
    }
}

#[cfg(test)]
mod tests;
