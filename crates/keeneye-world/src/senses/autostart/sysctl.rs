//! Settings of the kernel that name a program which it starts by itself: sysctl.d(5), core(5), and sysctl/kernel in the
//! kernel's documentation.

use super::places::{self, Place};
use super::{entry, programs};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};
use std::collections::BTreeSet;

const DIRS: [&str; 5] =
    ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];
/// Lines that are read of one file, and settings that are told of it.
const MAX_LINES: usize = 20_000;
const MAX_SETTINGS: usize = 100;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut files: Vec<Place> = places::file(look, &Text::from("/etc/sysctl.conf")).into_iter().collect();
    for dir in DIRS {
        files.extend(places::files(look, dir).into_iter().filter(|place| place.name().ends_with(b".conf")));
    }
    let mut seen = BTreeSet::new();
    for place in files {
        if !seen.insert(place.target.clone()) {
            continue;
        }
        let text = look.optional_read_lines(&place.target, MAX_LINES).unwrap_or_default();
        for (line, name, command) in look.first(&place.target, settings(&text), MAX_SETTINGS, "commands") {
            let named = programs::of_shell(&command);
            let entry = Autostart {
                kind: AutostartKind::Sysctl,
                path: place.target.clone(),
                line: Some(line),
                name,
                user: Some(Text::from("root")),
                command,
                ..Autostart::default()
            };
            entry::saw(look, entry, named);
        }
    }
}

/// Line, name with dots, and the command that the kernel would start.
fn settings(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let lines = text.lines().take(MAX_LINES).enumerate();
    let found = lines.filter_map(|(index, line)| {
        let (name, command) = setting(line.trim_ascii())?;
        Some((entry::line_number(index), name, command))
    });
    found.take(MAX_SETTINGS + 1).collect()
}

/// `kernel.core_pattern = |/x %p`; slashes may stand for dots, and a dash before the name ignores errors.
fn setting(line: &[u8]) -> Option<(Text, Text)> {
    if line.starts_with(b"#") || line.starts_with(b";") {
        return None;
    }
    let (name, value) = line.split_once_str("=")?;
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"-").unwrap_or(name).replace("/", ".");
    let value = value.trim_ascii();
    let command = match name.as_slice() {
        // Without a bar it is the name of a file.
        b"kernel.core_pattern" => value.strip_prefix(b"|")?.trim_ascii(),
        b"kernel.modprobe" | b"kernel.hotplug" | b"kernel.poweroff_cmd" => value,
        _ => return None,
    };
    command.starts_with(b"/").then(|| (Text::from(name), Text::from(command)))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn settings_that_name_a_program() {
        let text = b"# kernel.modprobe=/a\n;kernel.modprobe=/a\nkernel.core_pattern=|/usr/lib/x %p\n\
            - kernel/modprobe = /b\n-kernel/hotplug = /c \nkernel.core_pattern = /var/core.%p\nvm.swappiness = 1\n\
            kernel.modprobe =\n";
        let said: Vec<String> =
            settings(text).iter().map(|(n, name, what)| format!("{n} {} {}", name.lossy(), what.lossy())).collect();
        assert_eq!(said, ["3 kernel.core_pattern /usr/lib/x %p", "5 kernel.hotplug /c"]);
        crate::mutate::check(&[text], |bytes| !settings(bytes).is_empty());
    }
}
