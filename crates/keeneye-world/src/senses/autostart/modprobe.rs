//! Commands in place of modules: `install` and `remove` of modprobe.d(5).

use super::{entry, lines, places, programs};
use crate::{Look, World};
use keeneye_facts::{Autostart, AutostartKind, Text};

const DIRS: [&str; 5] =
    ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];
/// Commands that are told of one file.
const MAX_COMMANDS: usize = 500;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut seen = std::collections::BTreeSet::new();
    for dir in DIRS {
        for place in places::files(look, dir) {
            if !place.name().ends_with(b".conf") || !seen.insert(place.target.clone()) {
                continue;
            }
            let text = look.optional_read(&place.target).unwrap_or_default();
            for (line, when, module, command) in look.first(&place.target, commands(&text), MAX_COMMANDS, "commands") {
                let programs = programs::of_shell(&command);
                let entry = Autostart {
                    kind: AutostartKind::Modprobe,
                    path: place.target.clone(),
                    line: Some(line),
                    name: module,
                    user: Some("root".into()),
                    when,
                    command,
                    ..Autostart::default()
                };
                entry::saw(look, entry, programs);
            }
        }
    }
}

/// Line, `install` or `remove`, module, command. A backslash at the end of a line goes on with the next one.
fn commands(text: &[u8]) -> Vec<(u32, Text, Text, Text)> {
    let lines = lines::joined(text);
    let found = lines.into_iter().filter_map(|(number, line)| {
        let (when, rest) = word(&line)?;
        let (module, command) = word(rest)?;
        let known = matches!(when, b"install" | b"remove") && !command.is_empty();
        known.then(|| (number, Text::from(when), Text::from(module), Text::from(command)))
    });
    found.take(MAX_COMMANDS + 1).collect()
}

fn word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii_start();
    let end = line.iter().position(|b| b.is_ascii_whitespace())?;
    let (word, rest) = line.split_at_checked(end)?;
    Some((word, rest.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn commands_of_modprobe() {
        let text = b"# install x y\nsoftdep snd pre: snd-core\ninstall cramfs /bin/true\noptions x a=1\n\
            remove usb  /sbin/modprobe -r usb; \\\n  /opt/x\ninstall nothing\nblacklist pcspkr\n";
        let said: Vec<String> = commands(text)
            .iter()
            .map(|(n, when, module, command)| format!("{n} {} {} {}", when.lossy(), module.lossy(), command.lossy()))
            .collect();
        assert_eq!(said, ["3 install cramfs /bin/true", "5 remove usb /sbin/modprobe -r usb; /opt/x"]);
        crate::mutate::check(&[text], |bytes| !commands(bytes).is_empty());
    }
}
