//! Machines that software is fetched from: sources of apt, dnf, zypper, pacman and apk, of virus signatures, and the
//! distribution's own site.

use crate::{EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::{Refusal, Repository, Text};
use std::net::IpAddr;

/// Single files.
const FILES: [&str; 7] = [
    "/etc/apt/sources.list",
    "/etc/apk/repositories",
    "/etc/pacman.conf",
    "/etc/pacman.d/mirrorlist",
    "/etc/clamav/freshclam.conf",
    "/etc/freshclam.conf",
    OS_RELEASE,
];
/// os-release(5).
const OS_RELEASE: &str = "/etc/os-release";
/// Directories, and how their files' names end.
const DIRS: [(&str, &[&str]); 4] = [
    ("/etc/apt/sources.list.d", &[".list", ".sources"]),
    ("/etc/apt/mirrors", &[".list"]),
    ("/etc/yum.repos.d", &[".repo"]),
    ("/etc/zypp/repos.d", &[".repo"]),
];
/// Files of one directory, and machines in all.
const MAX_FILES: usize = 500;
const MAX_HOSTS: usize = 2_000;

pub(super) fn read(look: &mut Look<'_>) -> Vec<Repository> {
    let mut paths: Vec<Text> = FILES.iter().map(|path| Text::from(*path)).collect();
    for (dir, ends) in DIRS {
        let dir = Text::from(dir);
        let names = look.optional_list(&dir).unwrap_or_default();
        let fitting = names
            .iter()
            .filter(|e| e.kind != EntryKind::Dir && ends.iter().any(|end| e.name.ends_with(end.as_bytes())));
        paths.extend(fitting.take(MAX_FILES).map(|entry| dir.join(&entry.name)));
    }
    let mut found: Vec<Repository> = Vec::new();
    for path in paths {
        let Some(resolved) = look.resolve_if_there(&path) else { continue };
        let Some(text) = look.optional_read(&resolved) else { continue };
        // The distribution's site is known by the name that everybody uses.
        let path = if path == OS_RELEASE { path } else { resolved };
        for (line, text) in (1_u32..).zip(text.lines()) {
            found.extend(hosts(text).into_iter().map(|host| Repository { path: path.clone(), line, host }));
            if found.len() > MAX_HOSTS {
                look.gap(path, Refusal::Cut(format!("{MAX_HOSTS} machines")));
                return found;
            }
        }
    }
    found
}

/// Names of machines in the addresses of a line, in lower case.
pub(super) fn hosts(line: &[u8]) -> Vec<Text> {
    let line = line.trim_ascii();
    if line.starts_with(b"#") || line.starts_with(b";") {
        return Vec::new();
    }
    if let Some(mirror) = line.strip_prefix(b"DatabaseMirror") {
        return host(mirror.trim_ascii()).into_iter().collect();
    }
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, behind)) = rest.split_once_str("://") {
        found.extend(host(behind));
        rest = behind;
    }
    found.truncate(20);
    found
}

/// The name at the beginning, without who asks (`user:password@`) and without a port.
fn host(text: &[u8]) -> Option<Text> {
    let end = text.iter().position(|b| b.is_ascii_whitespace() || b"/?#\"'],;".contains(b)).unwrap_or(text.len());
    let authority = text.get(..end)?;
    let name = authority.rsplit(|b| *b == b'@').next()?.split(|b| *b == b':').next()?;
    let name = name.trim_end_with(|c| c == '.').to_ascii_lowercase();
    let plain = name.contains(&b'.') && name.iter().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(b));
    let number = name.to_str().is_ok_and(|name| name.parse::<IpAddr>().is_ok());
    (plain && !number).then(|| Text::from(name))
}
