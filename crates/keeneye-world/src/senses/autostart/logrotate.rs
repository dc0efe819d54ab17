//! Scripts that logrotate(8) runs as root.

use super::places::{self, Place};
use super::programs;
use super::{entry, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// What begins a script in logrotate.conf(5).
const SCRIPTS: [&[u8]; 5] = [b"prerotate", b"postrotate", b"firstaction", b"lastaction", b"preremove"];
/// Lines that are read of one file.
const MAX_LINES: usize = 10_000;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut files: Vec<Place> = places::file(look, &Text::from("/etc/logrotate.conf")).into_iter().collect();
    files.extend(places::files(look, "/etc/logrotate.d"));
    for place in files {
        let Some(text) = look.optional_read_lines(&place.target, MAX_LINES) else { continue };
        for (line, when, command) in scripts(&text) {
            let named = programs::of_shell(&command);
            let entry = Autostart {
                kind: AutostartKind::Daemon,
                path: place.target.clone(),
                line: Some(line),
                name: Text::from([b"logrotate ", place.name().as_slice()].concat()),
                user: Some(Text::from("root")),
                when,
                command,
                ..Autostart::default()
            };
            entry::saw(look, entry, named);
        }
    }
}

/// Line of the beginning, keyword and script.
fn scripts(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let mut found = Vec::new();
    let mut open: Option<(u32, Text, Vec<&[u8]>)> = None;
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let words = line.trim_ascii();
        if let Some((number, when, lines)) = &mut open {
            if words == b"endscript" {
                found.push((*number, when.clone(), script::commands(&bstr::join("\n", &*lines))));
                open = None;
            } else {
                lines.push(line);
            }
        } else if SCRIPTS.contains(&words) {
            open = Some((entry::line_number(index), Text::from(words), Vec::new()));
        }
    }
    found.extend(open.map(|(number, when, lines)| (number, when, script::commands(&bstr::join("\n", &lines)))));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn scripts_with_their_lines() {
        let text =
            b"/var/log/x {\n  weekly\n  postrotate\n    # note\n    /bin/a b\n    c\n  endscript\n prerotate\n d\n";
        let told = scripts(text);
        assert_eq!(told[0], (3, "postrotate".into(), "/bin/a b\nc".into()));
        assert_eq!(told[1], (8, "prerotate".into(), "d".into()));
    }
    #[test]
    fn mutated_files_never_panic() {
        let real = b"/var/log/a {\n\tdaily\n\tpostrotate\n\t\t/usr/lib/rsyslog/rsyslog-rotate\n\tendscript\n}\n";
        crate::mutate::check(&[real], |bytes| !scripts(bytes).is_empty());
    }
}
