//! What an admin told dpkg: rights that files shall have, and files that it shall leave out.

use super::runs::RUN;
use super::{Expected, Owner, read};
use crate::{EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::collections::HashMap;

const STATOVERRIDE: &str = "/var/lib/dpkg/statoverride";
const CONFIG: &str = "/etc/dpkg/dpkg.cfg";
const CONFIG_DIR: &str = "/etc/dpkg/dpkg.cfg.d";
/// Lines of each of these files.
const MAX_LINES: usize = 10_000;
/// Rules that leave files out.
const MAX_RULES: usize = 1_000;

/// A line of dpkg-statoverride(1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Override {
    owner: Owner,
    group: Owner,
    mode: u32,
}

impl Override {
    pub(super) fn apply(&self, expected: &mut Expected) {
        expected.owner = Some(self.owner.clone());
        expected.group = Some(self.group.clone());
        expected.mode = Some(expected.mode.unwrap_or_default() & !0o7777 | self.mode);
    }
}

/// The overrides, by path.
pub(super) fn read(look: &mut Look<'_>) -> HashMap<Text, Override> {
    let text = look.optional_read_lines(&Text::from(STATOVERRIDE), MAX_LINES).unwrap_or_default();
    parse(&text)
}

/// `USER GROUP MODE PATH`, a user or group by name or as `#` and a number, the mode octal.
pub(super) fn parse(text: &[u8]) -> HashMap<Text, Override> {
    let line = |line: &[u8]| {
        let mut fields = line.splitn_str(4, b" ");
        let mut owner = || -> Option<Owner> {
            let name = fields.next()?.to_str().ok()?;
            match name.strip_prefix('#') {
                Some(number) => number.parse().ok().map(Owner::Number),
                None => Some(Owner::Named(name.to_owned())),
            }
        };
        let (owner, group) = (owner()?, owner()?);
        let mode = u32::from_str_radix(fields.next()?.to_str().ok()?, 8).ok().filter(|mode| *mode <= 0o7777)?;
        let path = fields.next().filter(|path| path.starts_with(b"/"))?;
        Some((Text::from(path), Override { owner, group, mode }))
    };
    text.lines().filter_map(line).collect()
}

/// Files that dpkg was told to leave out (`path-exclude` and `path-include` in dpkg(1)): the last rule that fits holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Excluded {
    /// Pattern, and whether it leaves out.
    rules: Vec<(Vec<u8>, bool)>,
    /// Seconds since 1970: when the last file with rules was changed.
    written: i64,
}

impl Excluded {
    pub(super) fn holds(&self, path: &[u8]) -> bool {
        let fits = self.rules.iter().rev().find(|(pattern, _)| wildcard(pattern, path));
        fits.is_some_and(|(_, excludes)| *excludes)
    }

    /// dpkg had that rule when it put the package in place. Who deletes a program can write a rule afterwards.
    pub(super) fn held(&self, path: &[u8], installed: Option<i64>) -> bool {
        self.holds(path) && installed.is_some_and(|time| self.written <= time.saturating_add(RUN))
    }

    fn add(&mut self, text: &[u8]) {
        for line in text.lines() {
            let line = line.trim_ascii();
            for (word, excludes) in [("path-exclude", true), ("path-include", false)] {
                let rest = line.strip_prefix(word.as_bytes()).unwrap_or_default();
                let pattern = rest.trim_start_with(|c| c == '=' || c == ' ' || c == '\t');
                if pattern.len() < rest.len() && self.rules.len() < MAX_RULES {
                    self.rules.push((pattern.to_vec(), excludes));
                }
            }
        }
    }
}

pub(super) fn excluded(look: &mut Look<'_>) -> Excluded {
    let mut excluded = Excluded::default();
    let dir = Text::from(CONFIG_DIR);
    let entries = look.optional_list(&dir).unwrap_or_default();
    let further = entries.into_iter().filter(|entry| entry.kind != EntryKind::Dir).map(|entry| dir.join(&entry.name));
    for path in further.chain([Text::from(CONFIG)]) {
        if let Some(text) = look.optional_read_lines(&path, MAX_LINES) {
            let before = excluded.rules.len();
            excluded.add(&text);
            if excluded.rules.len() > before {
                let written = read::stat(look, &path).map_or(i64::MAX, |stat| stat.changed);
                excluded.written = excluded.written.max(written);
            }
        }
    }
    excluded
}

/// fnmatch(3) with `*`, which also matches slashes as dpkg has it, `?` and backslashes. A bracket stands for itself.
pub(super) fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let fits = match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            (Some(b'?'), Some(_)) => Some(1),
            (Some(b'\\'), Some(byte)) => (pattern.get(p + 1) == Some(byte)).then_some(2),
            (Some(one), Some(other)) => (one == other).then_some(1),
            _ => None,
        };
        match (fits, star) {
            (Some(length), _) => {
                p += length;
                t += 1;
            }
            (None, Some((after, from))) if from < text.len() => {
                star = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_by_name_and_number() {
        let found = parse(b"root mail 2755 /usr/bin/mail lock\n#0 #8 0644 /etc/x\nroot root 99 /y\nroot root 755 y\n");
        assert_eq!(found.len(), 2);
        let mut expected = Expected { mode: Some(0o100_755), ..Expected::default() };
        found[&Text::from("/usr/bin/mail lock")].apply(&mut expected);
        assert_eq!(expected.mode, Some(0o102_755));
        assert_eq!(expected.group, Some(Owner::Named("mail".into())));
        assert_eq!(found[&Text::from("/etc/x")].group, Owner::Number(8));
    }
    #[test]
    fn what_dpkg_leaves_out() {
        let mut excluded = Excluded::default();
        excluded.add(b"# x\npath-exclude=/usr/share/doc/*\npath-include /usr/share/doc/*/copyright\nforce-x\n");
        assert!(excluded.holds(b"/usr/share/doc/a/b/README"));
        assert!(!excluded.holds(b"/usr/share/doc/a/copyright"));
        assert!(!excluded.holds(b"/usr/bin/ls"));
        excluded.written = 1_000;
        assert!(excluded.held(b"/usr/share/doc/a/x", Some(1_000)) && excluded.held(b"/usr/share/doc/a/x", Some(9_000)));
        assert!(!excluded.held(b"/usr/share/doc/a/x", Some(100)) && !excluded.held(b"/usr/share/doc/a/x", None));
    }
    #[test]
    fn wildcards() {
        for (pattern, text) in [("", ""), ("*", "/a/b"), ("/a/*/c*", "/a/b/b/cd"), ("/?b", "/ab"), (r"/\*", "/*")] {
            assert!(wildcard(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
        for (pattern, text) in [("a", ""), ("/a/*/c", "/a/c"), (r"/\*", "/a"), ("?", ""), ("/a", "/ab")] {
            assert!(!wildcard(pattern.as_bytes(), text.as_bytes()), "{pattern} {text}");
        }
        let (stars, text) = ("*a".repeat(500), "a".repeat(4_000) + "b");
        assert!(!wildcard(stars.as_bytes(), text.as_bytes()), "and that quickly");
    }
    #[test]
    fn hostile_bytes() {
        crate::mutate::check(&[b"root mail 2755 /usr/bin/mail\n#0 #8 644 /etc/x\n"], |bytes| !parse(bytes).is_empty());
        crate::mutate::check(&[b"path-exclude=/usr/share/doc/*\npath-include /usr/?/\\*/copyright\n"], |bytes| {
            let mut excluded = Excluded::default();
            excluded.add(bytes);
            excluded.holds(b"/usr/share/doc/a/copyright") || excluded.holds(bytes)
        });
    }
}
