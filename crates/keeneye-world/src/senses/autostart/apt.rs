//! Hooks of apt and dpkg: apt.conf(5), dpkg(1).

use super::places::{self, Place};
use super::{apt_conf, entry, names, programs};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Files that apt reads before those of its directory.
const MAIN: &str = "/etc/apt/apt.conf";

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut files: Vec<(Place, bool)> = Vec::new();
    files.extend(places::file(look, &Text::from(MAIN)).map(|place| (place, true)));
    for place in places::files(look, "/etc/apt/apt.conf.d") {
        let read = is_read(&place.name());
        files.push((place, read));
    }
    for (place, read) in files {
        let text = look.optional_read(&place.target).unwrap_or_default();
        let options = apt_conf::options(&text);
        look.full(&place.target, options.len(), apt_conf::MAX_OPTIONS, "settings");
        for option in options.into_iter().filter(|option| is_hook(&option.name)) {
            tell(look, &place, option.line, option.name, &option.value, !read);
        }
    }
    let mut files = places::files(look, "/etc/dpkg/dpkg.cfg.d");
    files.retain(|place| names::is_run_parts(&place.name()));
    // The last is that of root, who runs it (dpkg(1)).
    for path in ["/etc/dpkg/dpkg.cfg", "/root/.dpkg.cfg"] {
        files.extend(places::file(look, &Text::from(path)));
    }
    for place in files {
        let text = look.optional_read(&place.target).unwrap_or_default();
        for (line, name, command) in dpkg_hooks(&text) {
            tell(look, &place, line, name, &command, false);
        }
    }
}

fn tell(look: &mut Look<'_>, place: &Place, line: u32, name: Text, command: &[u8], dormant: bool) {
    let entry = Autostart {
        kind: AutostartKind::PackageManager,
        path: place.target.clone(),
        line: Some(line),
        name,
        user: Some("root".into()),
        command: Text::from(command),
        dormant,
        ..Autostart::default()
    };
    entry::saw(look, entry, programs::of_shell(command));
}

/// Names that apt reads in its directory: no ending or `.conf`, of letters, digits, dashes, underscores and dots.
fn is_read(name: &[u8]) -> bool {
    let plain = name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    plain && !name.starts_with(b".") && (name.ends_with(b".conf") || !name.contains(&b'.'))
}

/// Options whose value is a command, or the program that apt calls for something.
fn is_hook(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let parts: Vec<&[u8]> = name.split_str("::").filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [b"dpkg", b"pre-install-pkgs"] | [b"aptcli", b"hooks", ..] | [b"dir", b"bin", _] => true,
        [b"acquire", .., b"proxy-auto-detect" | b"proxyautodetect"] | [b"apt", b"compressor", _, b"binary"] => true,
        [b"rpm" | b"dpkg" | b"apt", .., last] => last.starts_with(b"pre-invoke") || last.starts_with(b"post-invoke"),
        _ => false,
    }
}

/// `pre-invoke=COMMAND` and its like; the sign may be a blank.
fn dpkg_hooks(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let hooks = text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"--").unwrap_or(line);
        let end = line.iter().position(|b| b.is_ascii_whitespace() || *b == b'=')?;
        let (name, value) = line.split_at_checked(end)?;
        let value = value.trim_ascii_start().trim_start_with(|c| c == '=').trim_ascii();
        let value = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(value);
        let known = matches!(name, b"pre-invoke" | b"post-invoke" | b"status-logger");
        known.then(|| (entry::line_number(index), Text::from(name), Text::from(value)))
    });
    hooks.take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn hooks_and_others() {
        for name in [
            "DPkg::Post-Invoke",
            "DPkg::Post-Invoke::",
            "dpkg::pre-invoke",
            "APT::Update::Post-Invoke-Success",
            "DPkg::Pre-Install-Pkgs::",
            "AptCli::Hooks::Upgrade",
            "Dir::Bin::dpkg",
            "Acquire::http::Proxy-Auto-Detect",
        ] {
            assert!(is_hook(name.as_bytes()), "{name}");
        }
        for name in ["APT::Periodic::Enable", "DPkg::Options", "Dir::Cache::pkgcache", "DPkg::Post", ""] {
            assert!(!is_hook(name.as_bytes()), "{name}");
        }
        assert!(is_read(b"99local") && is_read(b"x.conf") && !is_read(b"x.dpkg-old") && !is_read(b"x~"));
    }
    #[test]
    fn hooks_of_dpkg() {
        let text = b"# x\nno-debsig\npost-invoke=/x y\n--pre-invoke \"/a b\"\npath-exclude=/usr/share/doc/*\n";
        let hooks = [(3, "post-invoke", "/x y"), (4, "pre-invoke", "/a b")];
        assert_eq!(dpkg_hooks(text), hooks.map(|(line, name, command)| (line, Text::from(name), Text::from(command))));
    }
}
