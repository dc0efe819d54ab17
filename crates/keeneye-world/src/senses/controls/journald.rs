//! `Storage=none` of journald.conf(5): the journal keeps nothing. The last setting counts.

use super::{MAX_LINES, files, saw};
use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::{ControlOff, ControlOffKind, Text};

pub(super) fn look(look: &mut Look<'_>) {
    let mut paths = vec![Text::from("/etc/systemd/journald.conf")];
    paths.extend(files(look, "/etc/systemd/journald.conf.d", ".conf"));
    let mut last = None;
    for path in paths {
        let Some(text) = look.optional_read_lines(&path, MAX_LINES) else { continue };
        for (index, line) in text.lines().enumerate().take(MAX_LINES) {
            if let Some(value) = storage(line) {
                last = Some((path.clone(), index + 1, Text::from(line.trim_ascii()), value == b"none"));
            }
        }
    }
    if let Some((path, line, setting, true)) = last {
        let line = u32::try_from(line).ok();
        saw(look, ControlOff { kind: ControlOffKind::NotKept, path, line, control: "journald".into(), setting });
    }
}

/// The value of `Storage=`.
fn storage(line: &[u8]) -> Option<&[u8]> {
    let (key, value) = line.trim_ascii().split_once_str("=")?;
    (key.trim_ascii() == b"Storage").then(|| value.trim_ascii())
}
