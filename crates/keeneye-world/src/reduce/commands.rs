//! Passwords and their like in text of any kind, told by the name, the option or the address that they stand behind,
//! made unreadable in place. Linear in the length of the text.
//!
//! A secret that stands bare in a command cannot be told from another word. What runs has to stay readable:
//! references to variables, substitutions and paths of files are no secrets.

mod addresses;
mod named;
mod tools;
mod words;

use bstr::ByteSlice;
use keeneye_facts::Text;

/// Files of names and digests by the million, without a secret.
const PACKAGES: [&str; 7] = [
    "/lib/apk",
    "/usr/lib/apk",
    "/usr/lib/sysimage",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lib/pacman",
    "/var/lib/rpm",
];
/// The same below the root of a container, which may lie anywhere: by the end of their paths.
const OF_CONTAINERS: [&str; 2] = ["/lib/apk/db/installed", "/var/lib/dpkg/status"];
/// Databases of rpm, and what they may be called.
const RPM: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
const RPM_FILES: [&str; 4] = ["rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"];
/// Where `NAME=` says what is allowed, and is never a variable: sudoers(5), doas.conf(5).
const RULES: [&str; 5] = ["/etc/sudoers", "/etc/sudoers.d", "/usr/etc/sudoers", "/etc/doas.conf", "/etc/doas.d"];

/// Stands for the blanks within an argument.
const JOINED: u8 = 1;

/// Which names count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Variables, settings, options.
    All,
    /// Options only: `--password`.
    Options,
}

/// What counts in a file; nothing in databases of packages.
pub(super) fn names(path: &Text) -> Option<Names> {
    let of_rpm = || {
        RPM.iter().any(|place| path.parent().ends_with(place.as_bytes()))
            && RPM_FILES.iter().any(|name| path.file_name() == name)
    };
    let of_container = || OF_CONTAINERS.iter().any(|end| path.ends_with(end.as_bytes())) || of_rpm();
    if PACKAGES.iter().any(|place| path.is_within(place)) || of_container() {
        return None;
    }
    Some(if RULES.iter().any(|place| path.is_within(place)) { Names::Options } else { Names::All })
}

/// Overwrites the secrets with `*`: every byte keeps its offset, every line its place.
pub(super) fn mask(bytes: &mut [u8], names: Names) {
    addresses::mask(bytes);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (line, after) = rest.split_at_mut(logical_line(rest));
        tools::mask(line);
        named::mask(line, names);
        rest = after;
    }
}

/// The length of the first line with all that a backslash at its end joins to it.
fn logical_line(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find_byte(b'\n')) {
        let end = at + found;
        at = end + 1;
        let before = text.get(..end).unwrap_or_default();
        if !before.ends_with(b"\\") {
            return at;
        }
    }
    text.len()
}

/// The same for arguments with a NUL behind each. What holds blanks may be one value, or a command of its own.
pub(super) fn mask_arguments(arguments: Vec<u8>) -> Vec<u8> {
    let mut apart: Vec<u8> = arguments.iter().map(|b| if *b == 0 { b' ' } else { *b }).collect();
    let joined = |b: &u8| match *b {
        0 => b' ',
        b' ' | b'\t' | b'\n' => JOINED,
        other => other,
    };
    let mut whole: Vec<u8> = arguments.iter().map(joined).collect();
    mask(&mut apart, Names::All);
    mask(&mut whole, Names::All);
    let pairs = apart.iter().zip(&whole);
    let kept = arguments.iter().zip(pairs).map(|(byte, (a, b))| match *byte {
        0 => 0,
        _ if *a == b'*' || *b == b'*' => b'*',
        byte => byte,
    });
    kept.collect()
}

#[cfg(test)]
mod tests;
