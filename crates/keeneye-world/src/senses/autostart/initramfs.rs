//! What gets into the first boot stage, and what runs when a kernel is installed: initramfs-tools(7),
//! dracut.modules(7), dracut.conf(5), mkinitcpio(8), kernel-install(8).

use super::places::{self, Place};
use super::{entry, names, programs, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories of hooks that must be executable to run.
const HOOKS: [&str; 5] = [
    "/etc/initramfs-tools/hooks",
    "/usr/share/initramfs-tools/hooks",
    "/etc/initramfs/post-update.d",
    "/etc/kernel/install.d",
    "/usr/lib/kernel/install.d",
];
/// Directories whose directories hold scripts of one stage: `scripts/init-bottom`, `postinst.d`.
const STAGES: [&str; 4] =
    ["/etc/initramfs-tools/scripts", "/usr/share/initramfs-tools/scripts", "/etc/kernel", "/usr/share/kernel"];
/// Directories of files that mkinitcpio reads.
const SOURCED: [&str; 4] =
    ["/etc/initcpio/hooks", "/etc/initcpio/install", "/usr/lib/initcpio/hooks", "/usr/lib/initcpio/install"];
/// Directories of dracut's modules, each a directory with a script that dracut reads.
const DRACUT: [&str; 2] = ["/usr/lib/dracut/modules.d", "/usr/local/lib/dracut/modules.d"];
/// Files of settings, which dracut reads as a shell would.
const DRACUT_CONF: [&str; 2] = ["/etc/dracut.conf.d", "/usr/lib/dracut/dracut.conf.d"];
/// Directories that are looked into below another.
const MAX_DIRS: usize = 1_000;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    for dir in HOOKS {
        for place in places::files(look, dir) {
            hook(look, &place, true);
        }
    }
    for top in STAGES {
        for dir in dirs(look, top) {
            let numbered = dir.ends_with(b".d");
            if !top.ends_with("scripts") && !numbered {
                continue;
            }
            for place in places::files_of(look, &dir) {
                hook(look, &place, true);
            }
        }
    }
    for place in SOURCED.iter().flat_map(|dir| places::files(look, dir)).collect::<Vec<_>>() {
        hook(look, &place, false);
    }
    for dir in DRACUT.iter().flat_map(|top| dirs(look, top)).collect::<Vec<_>>() {
        if let Some(place) = places::file(look, &dir.join("module-setup.sh")) {
            hook(look, &place, false);
        }
    }
    let mut settings: Vec<Place> = DRACUT_CONF.iter().flat_map(|dir| places::files(look, dir)).collect();
    settings.retain(|place| place.name().ends_with(b".conf"));
    settings.extend(places::file(look, &Text::from("/etc/dracut.conf")));
    for place in settings {
        setting(look, &place);
    }
}

/// Directories below one, links resolved.
fn dirs(look: &mut Look<'_>, top: &str) -> Vec<Text> {
    let Some(top) = look.optional_resolve(&Text::from(top)) else { return Vec::new() };
    let names = look.optional_list(&top).unwrap_or_default();
    let dirs = names.iter().filter(|entry| places::is_dir(entry.kind));
    let dirs = look.first(&top, dirs, MAX_DIRS, "directories");
    dirs.into_iter().map(|entry| top.join(&entry.name)).collect()
}

/// `executed`: it runs as a program; else a shell reads it.
fn hook(look: &mut Look<'_>, place: &Place, executed: bool) {
    let name = match place.name().as_slice() {
        // Every module of dracut has one of that name.
        b"module-setup.sh" => Text::from(Text::from(place.path.parent()).file_name()),
        name => Text::from(name),
    };
    let dormant = names::is_leftover(&place.name());
    let entry =
        Autostart { kind: AutostartKind::Initramfs, name, user: Some("root".into()), dormant, ..Autostart::default() };
    if executed {
        script::saw(look, place, entry);
    } else {
        script::saw_read(look, place, entry);
    }
}

/// Lines of dracut's settings that are no settings.
fn setting(look: &mut Look<'_>, place: &Place) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    for (line, command) in commands(&text) {
        let named = programs::of_shell(&command);
        let entry = Autostart {
            kind: AutostartKind::Initramfs,
            path: place.target.clone(),
            line: Some(line),
            name: place.name(),
            user: Some("root".into()),
            command,
            ..Autostart::default()
        };
        entry::saw(look, entry, named);
    }
}

/// `name=value` and `name+=value` set something, unless the value is a command's output.
fn commands(text: &[u8]) -> Vec<(u32, Text)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index, line.trim_ascii()));
    let real = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#") && !is_setting(line));
    real.take(100).map(|(index, line)| (entry::line_number(index), Text::from(line))).collect()
}

fn is_setting(line: &[u8]) -> bool {
    let Some((name, value)) = line.split_once_str("=") else { return false };
    let name = name.strip_suffix(b"+").unwrap_or(name);
    let plain = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    plain && !value.contains_str("$(") && !value.contains(&b'`') && !value.contains(&b';')
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn settings_are_no_commands() {
        let text = b"# x\nadd_dracutmodules+=\" lvm \"\nhostonly=yes\ncurl x | sh\na=$(/x)\n";
        assert_eq!(commands(text), [(4, Text::from("curl x | sh")), (5, Text::from("a=$(/x)"))]);
        crate::mutate::check(&[text], |bytes| !commands(bytes).is_empty());
    }
}
