//! Plug-ins and hooks of dnf(8), yum(8), zypper(8) and pacman(8), and scripts of what runs with apt: etckeeper(8),
//! needrestart(1).

use super::places::{self, Place};
use super::{entry, names, programs, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories of plug-ins in python.
const PLUGINS: [&str; 3] = ["/usr/lib/yum-plugins", "/usr/share/yum-plugins", "/usr/local/lib/dnf-plugins"];
/// Directories whose directories hold programs: those of zypper, and those that run around every run of apt.
const PROGRAMS: [&str; 3] = ["/usr/lib/zypp/plugins", "/etc/etckeeper", "/etc/needrestart"];
/// Lines of actions: packages, state and command with colons between.
const ACTIONS: [(&str, usize); 2] =
    [("/etc/dnf/plugins/post-transaction-actions.d", 2), ("/etc/dnf/libdnf5-plugins/actions.d", 4)];
/// Hooks of alpm-hooks(5).
const ALPM: [&str; 2] = ["/etc/pacman.d/hooks", "/usr/share/libalpm/hooks"];

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut dirs: Vec<Text> = PLUGINS.iter().map(|dir| Text::from(*dir)).collect();
    for top in ["/usr/lib", "/usr/local/lib"] {
        let names = look.optional_list(&Text::from(top)).unwrap_or_default();
        let versions = names.iter().filter(|entry| entry.name.starts_with(b"python3")).take(20);
        dirs.extend(versions.map(|entry| Text::from(top).join(&entry.name).join("site-packages/dnf-plugins")));
    }
    for place in dirs.iter().flat_map(|dir| places::files_of(look, dir)).collect::<Vec<_>>() {
        if place.name().ends_with(b".py") {
            script::saw_read(look, &place, hook(&place));
        }
    }
    for top in PROGRAMS {
        let names = look.optional_list(&Text::from(top)).unwrap_or_default();
        for entry in names.iter().filter(|entry| places::is_dir(entry.kind)).take(100) {
            for place in places::files_of(look, &Text::from(top).join(&entry.name)) {
                if !names::is_leftover(&place.name()) {
                    script::saw(look, &place, hook(&place));
                }
            }
        }
    }
    for (dir, before) in ACTIONS {
        for place in places::files(look, dir).into_iter().filter(|place| !names::is_leftover(&place.name())) {
            lines(look, &place, |line| action(line, before));
        }
    }
    for place in ALPM.iter().flat_map(|dir| places::files(look, dir)).collect::<Vec<_>>() {
        if place.name().ends_with(b".hook") {
            lines(look, &place, exec);
        }
    }
}

fn hook(place: &Place) -> Autostart {
    let (kind, user) = (AutostartKind::PackageManager, Some("root".into()));
    Autostart { kind, name: place.name(), user, ..Autostart::default() }
}

fn lines(look: &mut Look<'_>, place: &Place, command: impl Fn(&[u8]) -> Option<Text>) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    for (index, line) in text.lines().enumerate().take(10_000) {
        let Some(command) = command(line.trim_ascii()).filter(|_| !line.trim_ascii().starts_with(b"#")) else {
            continue;
        };
        let named = programs::of_shell(&command);
        let line = Some(entry::line_number(index));
        entry::saw(look, Autostart { path: place.target.clone(), line, command, ..hook(place) }, named);
    }
}

/// What stands behind so many colons.
fn action(line: &[u8], before: usize) -> Option<Text> {
    let command = line.splitn(before + 1, |b| *b == b':').nth(before)?;
    (!command.trim_ascii().is_empty()).then(|| Text::from(command.trim_ascii()))
}

fn exec(line: &[u8]) -> Option<Text> {
    let (key, value) = line.split_once_str("=")?;
    (key.trim_ascii() == b"Exec").then(|| Text::from(value.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn commands_of_hooks() {
        assert_eq!(action(b"*:in:/usr/bin/x ${pkg}:a", 2), Some("/usr/bin/x ${pkg}:a".into()));
        assert_eq!(action(b"post_transaction:::enabled=1:/x", 4), Some("/x".into()));
        assert_eq!(action(b"*:in:", 2), None);
        assert_eq!(exec(b"Exec = /usr/bin/x -a"), Some("/usr/bin/x -a".into()));
        assert_eq!(exec(b"When=x"), None);
        crate::mutate::check(&[b"*:in:/usr/bin/x a:b"], |bytes| action(bytes, 2).is_some());
    }
}
