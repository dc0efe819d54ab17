//! Modules that are loaded at boot: modules-load.d(5), `/etc/modules` (modules(5)), initramfs-tools(7).

use super::places::{self, Place};
use super::{entry, kernel_trees::Trees};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Event, Interest, Text};

/// Directories of `.conf` files.
const DIRS: [&str; 4] =
    ["/etc/modules-load.d", "/run/modules-load.d", "/usr/local/lib/modules-load.d", "/usr/lib/modules-load.d"];
/// Files of the same form.
const FILES: [&str; 2] = ["/etc/modules", "/etc/initramfs-tools/modules"];
/// Modules that are told of one file.
const MAX_MODULES: usize = 500;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    let mut files: Vec<Place> = Vec::new();
    for dir in DIRS {
        files.extend(places::files(look, dir).into_iter().filter(|place| place.name().ends_with(b".conf")));
    }
    files.extend(FILES.iter().filter_map(|file| places::file(look, &Text::from(*file))));
    // kmod's modules.conf is a link to /etc/modules.
    files.sort_by(|a, b| a.target.cmp(&b.target));
    files.dedup_by(|a, b| a.target == b.target);
    let mut trees: Option<Trees> = None;
    for place in files {
        let text = look.optional_read(&place.target).unwrap_or_default();
        for (line, name, written) in look.first(&place.target, modules(&text), MAX_MODULES, "modules") {
            let trees = trees.get_or_insert_with(|| Trees::read(look));
            let found = trees.find(look, world, &name);
            let entry = Autostart {
                kind: AutostartKind::Module,
                path: place.target.clone(),
                line: Some(line),
                name,
                command: written,
                known: found.known,
                ..Autostart::default()
            };
            entry::saw(look, entry, found.file);
        }
    }
    // When they were made tells which lines are older than the kernel.
    for path in trees.iter().flat_map(Trees::lists) {
        look.saw(Event::FileWanted { path, interest: Interest::Setting });
    }
}

/// Lines: a module's name, and in some files its parameters behind it. Comments begin with `#` or `;`.
fn modules(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index, line.trim_ascii()));
    let real = lines.filter(|(_, line)| !line.is_empty() && !matches!(line.first(), Some(b'#' | b';')));
    let named = real.filter_map(|(index, line)| {
        let name = line.split(|b| b.is_ascii_whitespace()).next()?;
        Some((entry::line_number(index), Text::from(name), Text::from(line)))
    });
    named.take(MAX_MODULES + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn lines_of_modules() {
        let text = b"# /etc/modules: kernel modules to load at boot time.\n\n; x\nloop\n dm-crypt a=1\n";
        let said = [(4, "loop", "loop"), (5, "dm-crypt", "dm-crypt a=1")];
        assert_eq!(modules(text), said.map(|(line, name, written)| (line, Text::from(name), Text::from(written))));
        crate::mutate::check(&[text], |bytes| !modules(bytes).is_empty());
    }
}
