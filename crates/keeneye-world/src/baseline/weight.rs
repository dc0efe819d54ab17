//! How much a file matters.

use super::{Aspect, Change, Entry, Weight};
use crate::start_file;
use keeneye_facts::Text;

/// How much a change matters: by what was or is there.
pub fn of(change: &Change) -> Weight {
    let entries = [&change.before, &change.after].into_iter().flatten();
    let gives = change.after.as_ref().is_some_and(Entry::gives_rights)
        && (change.aspects.iter().any(|aspect| *aspect != Aspect::Label));
    if gives { Weight::Rights } else { entries.map(of_entry).max().unwrap_or(Weight::Other) }
}

/// Files and directories that decide who gets in.
const ACCESS: [&str; 11] = [
    "/etc/doas.conf",
    "/etc/group",
    "/etc/ld.so.preload",
    "/etc/nsswitch.conf",
    "/etc/pam.conf",
    "/etc/pam.d",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/sudoers",
    "/etc/sudoers.d",
];
/// Files and directories of what runs by itself.
const START: [&str; 26] = [
    "/boot",
    "/etc/anacrontab",
    "/etc/apt/apt.conf.d",
    "/etc/bash.bashrc",
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/cron.monthly",
    "/etc/cron.weekly",
    "/etc/crontab",
    "/etc/environment",
    "/etc/init.d",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/modules",
    "/etc/modules-load.d",
    "/etc/profile",
    "/etc/profile.d",
    "/etc/rc.local",
    "/etc/systemd",
    "/etc/udev",
    "/etc/update-motd.d",
    "/lib/modules",
    "/usr/lib/modules",
    "/usr/lib/systemd",
    "/var/spool/cron",
];
/// What else is read at every login: pam_env(8), sshd(8).
const HOME_LOGIN: [&str; 3] = ["/.pam_environment", "/.ssh/environment", "/.ssh/rc"];

/// Of a file by its place, name and mode.
pub(super) fn of_entry(entry: &Entry) -> Weight {
    let path = &entry.path;
    let within = |dirs: &[&str]| dirs.iter().any(|dir| path.is_within(dir));
    let name = path.file_name();
    let module = name.ends_with(b".so") && name.starts_with(b"pam_") || name.starts_with(b"libnss_");
    let key = name.starts_with(b"authorized_keys");
    if within(&ACCESS) || module || key {
        Weight::Access
    } else if within(&START) || is_start_of_home(path) {
        Weight::Start
    } else if entry.is_executable() || is_library(name) {
        Weight::Program
    } else if path.is_within("/etc") {
        Weight::Settings
    } else {
        Weight::Other
    }
}

fn is_start_of_home(path: &Text) -> bool {
    let in_home = path.is_within("/home") || path.is_within("/root");
    let session = |dir: &[u8]| path.windows(dir.len()).any(|part| part == dir);
    in_home
        && (start_file::is_in_home(path.file_name())
            || HOME_LOGIN.iter().any(|end| path.ends_with(end.as_bytes()))
            || session(b"/.config/systemd/")
            || session(b"/.config/autostart/"))
}

/// `libc.so.6`, `mod_ssl.so`
fn is_library(name: &[u8]) -> bool {
    name.ends_with(b".so") || name.windows(4).any(|part| part == b".so.")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_a_file_is_to_a_system() {
        let of = |path: &str, mode| of_entry(&Entry { path: path.into(), mode, ..Entry::default() });
        for (path, weight) in [
            ("/srv/data", Weight::Other),
            ("/etc/motd", Weight::Settings),
            ("/usr/lib/libx.so.1", Weight::Program),
            ("/etc/cron.d/x", Weight::Start),
            ("/home/a/.bashrc", Weight::Start),
            ("/home/a/.pam_environment", Weight::Start),
            ("/etc/pam.d/sshd", Weight::Access),
            ("/usr/lib/x86_64-linux-gnu/security/pam_unix.so", Weight::Access),
            ("/root/.ssh/authorized_keys", Weight::Access),
        ] {
            assert_eq!(of(path, 0o100_644), weight, "{path}");
        }
        assert_eq!(of("/srv/run", 0o100_755), Weight::Program);
    }
}
