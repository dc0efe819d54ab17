//! Programs that something starts by itself: a light reading of units, cron tables and init scripts.

use super::Wanted;
use crate::{EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::{Interest, Text};

/// Directories of units (systemd.unit(5)), the admin's first.
const UNIT_DIRS: [&str; 5] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
/// Directories of tables whose lines hold commands.
const CRON_DIRS: [&str; 4] = ["/etc/cron.d", "/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs"];
/// Directories in which every file is a script that is started.
const SCRIPT_DIRS: [&str; 6] = [
    "/etc/init.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
    "/etc/update-motd.d",
];
/// Files that are read of one directory.
const MAX_FILES: usize = 5_000;
/// Commands that are taken from one file.
const MAX_COMMANDS: usize = 200;

pub(super) fn targets(look: &mut Look<'_>, wanted: &mut Wanted) {
    let mut found = Vec::new();
    for dir in UNIT_DIRS {
        units(look, &Text::from(dir), &mut found);
    }
    for dir in CRON_DIRS {
        for path in files(look, &Text::from(dir)) {
            found.extend(look.optional_read(&path).iter().flat_map(|text| cron_commands(text)));
        }
    }
    found.extend(look.optional_read(&Text::from("/etc/crontab")).iter().flat_map(|text| cron_commands(text)));
    for dir in SCRIPT_DIRS {
        found.extend(files(look, &Text::from(dir)));
    }
    found.extend(look.optional_resolve(&Text::from("/etc/rc.local")));
    for path in found {
        // Units name programs of packages that are not installed; only what is there can be started.
        if let Some(path) = look.resolve_if_there(&path) {
            wanted.add(path, Interest::Autostart);
        }
    }
}

/// Regular files of a directory, links resolved.
fn files(look: &mut Look<'_>, dir: &Text) -> Vec<Text> {
    let names = look.optional_list(dir).unwrap_or_default();
    let files = names.iter().filter(|entry| entry.kind != EntryKind::Dir).take(MAX_FILES);
    files.filter_map(|entry| regular(look, &dir.join(&entry.name), entry.kind)).collect()
}

fn regular(look: &mut Look<'_>, path: &Text, kind: EntryKind) -> Option<Text> {
    if kind == EntryKind::File {
        return Some(path.clone());
    }
    // A masked unit is a link to /dev/null.
    let resolved = look.resolve_if_there(path)?;
    look.optional_stat(&resolved).filter(|stat| stat.is_regular()).map(|_| resolved)
}

fn units(look: &mut Look<'_>, dir: &Text, found: &mut Vec<Text>) {
    let Some(dir) = look.optional_resolve(dir) else { return };
    for entry in look.optional_list(&dir).unwrap_or_default().into_iter().take(MAX_FILES) {
        let path = dir.join(&entry.name);
        if entry.name.ends_with(b".service.d") {
            for drop_in in files(look, &path) {
                found.extend(look.optional_read(&drop_in).iter().flat_map(|text| unit_commands(text)));
            }
        } else if entry.name.ends_with(b".service")
            && let Some(path) = regular(look, &path, entry.kind)
        {
            found.extend(look.optional_read(&path).iter().flat_map(|text| unit_commands(text)));
        }
    }
}

/// Programs of `Exec...=` lines. The marks before the path are those of systemd.service(5).
fn unit_commands(text: &[u8]) -> Vec<Text> {
    let commands = text.lines().filter_map(|line| {
        let (key, value) = line.split_once_str("=")?;
        let value = value.trim_ascii_start().trim_start_with(|c| "-@:+!|\"'".contains(c));
        let command = value.split(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'')).next()?;
        (key.trim_ascii().starts_with(b"Exec") && command.starts_with(b"/")).then(|| Text::from(command))
    });
    commands.take(MAX_COMMANDS).collect()
}

/// The first absolute path of each line that is a command.
fn cron_commands(text: &[u8]) -> Vec<Text> {
    let lines = text.lines().filter(|line| !line.trim_ascii_start().starts_with(b"#"));
    let commands = lines.filter_map(|line| {
        let word = |b: &u8| b.is_ascii_whitespace() || b"'\"();&|<>".contains(b);
        line.split(word).find(|word| word.starts_with(b"/")).map(Text::from)
    });
    commands.take(MAX_COMMANDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn commands_of_units() {
        let unit = b"[Service]\nExecStartPre=-/usr/bin/test -x a\nExecStart = @/sbin/x y\nExecStop=relative\nUser=/x\n";
        assert_eq!(unit_commands(unit), ["/usr/bin/test", "/sbin/x"].map(Text::from));
    }
    #[test]
    fn commands_of_cron() {
        let table =
            b"# /not/this\nPATH=x\n25 6 * * * root test -x '/usr/sbin/anacron' || (cd / && run)\n@reboot /opt/a;b\n";
        assert_eq!(cron_commands(table), ["/usr/sbin/anacron", "/opt/a"].map(Text::from));
    }
}
