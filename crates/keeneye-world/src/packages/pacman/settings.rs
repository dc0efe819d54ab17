//! What pacman.conf(5) says of files: which are not unpacked, and which edited ones are kept.

use super::super::overrides::wildcard;
use super::super::runs::RUN;
use super::Installed;
use crate::place;
use bstr::ByteSlice;

/// Patterns of each kind.
const MAX_PATTERNS: usize = 1_000;

/// `NoExtract` and `NoUpgrade`: patterns of paths without the first slash; those behind a `!` are left out again. The
/// last one that fits holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    not_extracted: Vec<Vec<u8>>,
    kept: Vec<Vec<u8>>,
    /// Seconds since 1970: when the file with them was changed.
    written: i64,
}

impl Settings {
    /// `written`: when the text was, in seconds since 1970.
    pub(crate) fn parse(text: &[u8], written: i64) -> Self {
        let mut settings = Self { written, ..Self::default() };
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

    /// What was not unpacked may be missing; where it is there it is compared. Who deletes a program can write a rule
    /// afterwards, so that excuses one only if it was there when the package was put in place (`installed`, in seconds
    /// since 1970). Edited files are an admin's only where settings lie: who changes a program could else name it here.
    pub(in super::super) fn apply(&self, package: &mut Installed, installed: Option<i64>) {
        let held = installed.is_some_and(|time| self.written <= time.saturating_add(RUN));
        for file in &mut package.files {
            let path = file.path.strip_prefix(b"/").unwrap_or(&file.path);
            let may_be_left_out = held || !place::is_of_code(&file.path);
            file.role.may_be_missing |= may_be_left_out && fits(&self.not_extracted, path);
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
        let text =
            b"[options]\nNoExtract = usr/share/locale/* !usr/share/locale/en* usr/bin/nft\n#NoExtract = usr/bin/*\n\
                     NoUpgrade=etc/passwd usr/bin/sudo\n";
        let paths =
            ["/usr/share/locale/de/x.mo", "/usr/share/locale/en/x.mo", "/usr/bin/sudo", "/etc/passwd", "/usr/bin/nft"];
        let roles = |written, installed| -> Vec<_> {
            let files = paths.map(|path| Expected { path: path.into(), ..Expected::default() }).into();
            let mut package = Installed { files, ..Installed::default() };
            Settings::parse(text, written).apply(&mut package, installed);
            package.files.iter().map(|file| (file.role.may_be_missing, file.role.config)).collect()
        };
        let older = [(true, false), (false, false), (false, false), (false, true), (true, false)];
        assert_eq!(roles(1_000, Some(1_000)), older);
        let newer = [(true, false), (false, false), (false, false), (false, true), (false, false)];
        assert_eq!(roles(5_000, Some(1_000)), newer, "a rule that came after the program excuses nothing");
        assert_eq!(roles(1_000, None), newer);
    }
    #[test]
    fn hostile_bytes() {
        let text = b"NoExtract = usr/share/locale/* !usr/share/locale/en*\nNoUpgrade=etc/passwd\n";
        crate::mutate::check(&[text], |bytes| !Settings::parse(bytes, 0).not_extracted.is_empty());
    }
}
