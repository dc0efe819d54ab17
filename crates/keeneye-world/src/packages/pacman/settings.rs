//! What pacman.conf(5) says of files: which are not unpacked, and which edited ones are kept.

use super::super::overrides::wildcard;
use super::Installed;
use bstr::ByteSlice;

/// Patterns of each kind.
const MAX_PATTERNS: usize = 1_000;

/// `NoExtract` and `NoUpgrade`: patterns of paths without the first slash; those behind a `!` are left out again. The
/// last one that fits holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    not_extracted: Vec<Vec<u8>>,
    kept: Vec<Vec<u8>>,
}

impl Settings {
    pub(crate) fn parse(text: &[u8]) -> Self {
        let mut settings = Self::default();
        for line in text.lines() {
            let Some((name, patterns)) = line.split_once_str("=") else { continue };
            let list = match name.trim_ascii() {
                b"NoExtract" => &mut settings.not_extracted,
                b"NoUpgrade" => &mut settings.kept,
                _ => continue,
            };
            let patterns = patterns.split(u8::is_ascii_whitespace).filter(|pattern| !pattern.is_empty());
            list.extend(patterns.map(<[u8]>::to_vec));
            list.truncate(MAX_PATTERNS);
        }
        settings
    }

    /// What was not unpacked may be missing; where it is there it is compared. Edited files are an admin's only where
    /// settings lie: who changes a program could else name it here.
    pub(in super::super) fn apply(&self, package: &mut Installed) {
        for file in &mut package.files {
            let path = file.path.strip_prefix(b"/").unwrap_or(&file.path);
            file.role.may_be_missing |= fits(&self.not_extracted, path);
            if file.path.is_within("/etc") && fits(&self.kept, path) {
                (file.role.config, file.role.keeps_edits) = (true, true);
            }
        }
    }
}

fn fits(patterns: &[Vec<u8>], path: &[u8]) -> bool {
    let matching = patterns.iter().rev().find_map(|pattern| match pattern.strip_prefix(b"!") {
        Some(excepted) => wildcard(excepted, path).then_some(false),
        None => wildcard(pattern, path).then_some(true),
    });
    matching.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::super::Expected;
    use super::*;

    #[test]
    fn what_is_not_unpacked_and_what_is_kept() {
        let text = b"[options]\nNoExtract = usr/share/locale/* !usr/share/locale/en*\n#NoExtract = usr/bin/*\n\
                     NoUpgrade=etc/passwd usr/bin/sudo\n";
        let paths = ["/usr/share/locale/de/x.mo", "/usr/share/locale/en/x.mo", "/usr/bin/sudo", "/etc/passwd"];
        let files = paths.map(|path| Expected { path: path.into(), ..Expected::default() }).into();
        let mut package = Installed { files, ..Installed::default() };
        Settings::parse(text).apply(&mut package);
        let roles: Vec<_> = package.files.iter().map(|file| (file.role.may_be_missing, file.role.config)).collect();
        assert_eq!(roles, [(true, false), (false, false), (false, false), (false, true)]);
    }
    #[test]
    fn hostile_bytes() {
        let text = b"NoExtract = usr/share/locale/* !usr/share/locale/en*\nNoUpgrade=etc/passwd\n";
        crate::mutate::check(&[text], |bytes| !Settings::parse(bytes).not_extracted.is_empty());
    }
}
