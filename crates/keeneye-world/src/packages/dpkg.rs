//! The formats of dpkg's database: pure functions over the bytes of its files.
//!
//! See deb-control(5), deb-conffiles(5), dpkg-divert(1). Nobody signs these files and an intruder may have written
//! them: everything is bounded, and what cannot be understood is said with its line.

use super::trouble::{Trouble, Troubles};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::collections::HashMap;

/// PATH_MAX: no path on Linux is longer.
pub(super) const MAX_PATH: usize = 4096;

/// A package that has files on the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name, without architecture.
    pub(crate) name: String,
    /// Its architecture.
    pub(crate) architecture: String,
    /// Its version.
    pub(crate) version: String,
    /// The third word of its status: `installed`, `config-files`, `half-installed` ...
    pub(crate) state: String,
    /// `Installed-Size`: about how much room its files take, in KiB.
    pub(crate) kibibytes: Option<u64>,
    /// MD5 of the conffiles as the package brought them, by path.
    pub(crate) conffiles: HashMap<Text, String>,
}

impl Package {
    /// Its program files are on the host: more than the conffiles of a removed package.
    pub(crate) fn is_present(&self) -> bool {
        self.state != "config-files"
    }
    /// None of its files is larger, in bytes: twice of what its maker estimated, since makers round.
    pub(crate) fn most_bytes(&self) -> Option<u64> {
        self.kibibytes.filter(|kibibytes| *kibibytes > 0).map(|kibibytes| kibibytes.saturating_mul(2 << 10))
    }
    /// dpkg is exchanging its files, or was killed while it did, or somebody wrote so.
    pub(crate) fn in_transition(&self) -> bool {
        self.state == "half-installed"
    }
}

/// Parses `status`, or a file of `status.d`. Packages that are not on the host are left out.
pub(crate) fn status(text: &[u8]) -> (Vec<Package>, Vec<Trouble>) {
    let mut packages = Vec::new();
    let mut troubles = Troubles::default();
    let mut draft = Draft::default();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim_ascii().is_empty() {
            draft.finish(number, &mut packages, &mut troubles);
        } else if let Err(why) = draft.line(line) {
            troubles.add(number, why);
        }
    }
    if !text.is_empty() && !text.ends_with(b"\n") {
        troubles.add(text.lines().count(), "the file ends in the middle of a line");
    }
    draft.finish(text.lines().count(), &mut packages, &mut troubles);
    (packages, troubles.told())
}

/// A paragraph that is being read.
#[derive(Default)]
struct Draft {
    package: Package,
    begun: bool,
    in_conffiles: bool,
}

impl Draft {
    fn line(&mut self, line: &[u8]) -> Result<(), &'static str> {
        self.begun = true;
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return if self.in_conffiles { self.conffile(line) } else { Ok(()) };
        }
        let Some((name, value)) = line.split_once_str(":") else { return Err("neither a field nor a continuation") };
        self.in_conffiles = name.eq_ignore_ascii_case(b"Conffiles");
        let word = || value.trim_ascii().to_str().map(str::to_owned).map_err(|_| "a value that is not text");
        match name.to_ascii_lowercase().as_slice() {
            b"package" => self.package.name = word()?,
            b"architecture" => self.package.architecture = word()?,
            b"version" => self.package.version = word()?,
            b"installed-size" => self.package.kibibytes = word()?.parse().ok(),
            b"status" => self.package.state = word()?.split_whitespace().nth(2).unwrap_or_default().to_owned(),
            _ => (),
        }
        Ok(())
    }

    /// ` /etc/x 0123... [obsolete]`; a path may hold blanks, so it is read from the end.
    fn conffile(&mut self, line: &[u8]) -> Result<(), &'static str> {
        let mut rest = line.trim_ascii();
        for mark in [" obsolete", " remove-on-upgrade"] {
            rest = rest.strip_suffix(mark.as_bytes()).unwrap_or(rest);
        }
        let (path, digest) = rest.rsplit_once_str(" ").ok_or("a conffile without a digest")?;
        // dpkg writes `newconffile` while it unpacks: no digest yet.
        if let Some(digest) = md5(digest) {
            self.package.conffiles.insert(Text::from(path), digest);
        }
        Ok(())
    }

    fn finish(&mut self, line: usize, packages: &mut Vec<Package>, troubles: &mut Troubles) {
        let draft = std::mem::take(self);
        if !draft.begun {
            return;
        }
        if !is_package_name(&draft.package.name) {
            troubles.add(line, "a paragraph without a valid package name");
        } else if draft.package.version.is_empty() && draft.package.state != "not-installed" {
            troubles.add(line, "a package without a version: the paragraph is cut off");
        }
        if is_package_name(&draft.package.name) && draft.package.state != "not-installed" {
            packages.push(draft.package);
        }
    }
}

/// A name becomes part of a path, so nothing but what deb-control(5) allows may pass.
fn is_package_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_');
    name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) && name.len() <= 255 && name.bytes().all(allowed)
}

fn md5(text: &[u8]) -> Option<String> {
    is_md5(text).then(|| text.to_str_lossy().to_ascii_lowercase())
}

fn is_md5(text: &[u8]) -> bool {
    text.len() == 32 && text.iter().all(u8::is_ascii_hexdigit)
}

/// Where the relative paths of a file list lie in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListForm {
    /// `.list`: one absolute path a line.
    Paths,
    /// `.md5sums`: 32 hexadecimal digits, two separators, a relative path.
    Sums,
}

/// The relative path in one line of a file list; `None` for lines that hold none.
pub(crate) fn listed_path(line: &[u8], form: ListForm) -> Option<&[u8]> {
    let path = match form {
        ListForm::Paths => line.strip_prefix(b"/")?,
        ListForm::Sums => {
            let (digest, rest) = line.split_at_checked(34)?;
            if !is_md5(digest.get(..32)?) {
                return None;
            }
            rest
        }
    };
    (!path.is_empty() && path.len() < MAX_PATH && !path.contains(&0)).then_some(path)
}

/// Lines with their offsets. Nothing but the newline ends one: a carriage return may be part of a name.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let rest = text.get(offset..).filter(|rest| !rest.is_empty())?;
        let start = offset;
        let line = rest.find_byte(b'\n').and_then(|end| rest.get(..end)).unwrap_or(rest);
        offset += line.len() + 1;
        Some((start, line))
    })
}

/// The digests of one package, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    text: Text,
    /// Offset and length of lines, in the order of their paths.
    lines: Vec<(u32, u32)>,
}

impl Sums {
    /// Parses `.md5sums`.
    pub(crate) fn new(text: Text) -> (Self, Vec<Trouble>) {
        let mut troubles = Troubles::default();
        let mut lines = Vec::new();
        for (index, (offset, line)) in self::lines(&text).enumerate() {
            match (listed_path(line, ListForm::Sums), u32::try_from(offset), u32::try_from(line.len())) {
                (Some(_), Ok(start), Ok(length)) => lines.push((start, length)),
                _ if line.is_empty() => (),
                _ => troubles.add(index + 1, "neither a digest nor a path"),
            }
        }
        let mut sums = Self { text, lines: Vec::new() };
        lines.sort_unstable_by(|a, b| sums.path(*a).cmp(sums.path(*b)));
        sums.lines = lines;
        (sums, troubles.told())
    }

    fn line(&self, (offset, length): (u32, u32)) -> &[u8] {
        let start = offset as usize;
        self.text.get(start..start + length as usize).unwrap_or_default()
    }
    fn path(&self, line: (u32, u32)) -> &[u8] {
        listed_path(self.line(line), ListForm::Sums).unwrap_or_default()
    }
    /// It names no file at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
    /// The MD5 of a file, by relative path.
    pub(crate) fn get(&self, relative: &[u8]) -> Option<String> {
        let find = |path: &[u8]| self.lines.binary_search_by(|line| self.path(*line).cmp(path)).ok();
        // Some tools that make packages write `./usr/bin/x`, and debsums(1) takes that too.
        let at = find(relative).or_else(|| find(&[b"./", relative].concat()))?;
        md5(self.line(*self.lines.get(at)?).get(..32)?)
    }
}

/// A record of `diversions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diverted {
    /// The path that packages bring, absolute.
    pub(crate) from: Text,
    /// Where their file goes.
    pub(crate) to: Text,
    /// The package that wanted it so; `None` for the administrator.
    pub(crate) by: Option<String>,
}

/// Parses `diversions`: three lines a record; a colon in place of a package is the administrator.
pub(crate) fn diversions(text: &[u8]) -> (Vec<Diverted>, Vec<Trouble>) {
    let mut found = Vec::new();
    let mut troubles = Troubles::default();
    let mut lines = lines(text).map(|(_, line)| line).enumerate();
    while let Some((index, from)) = lines.next() {
        let (Some((_, to)), Some((_, by))) = (lines.next(), lines.next()) else {
            troubles.add(index + 1, "a diversion of fewer than three lines");
            break;
        };
        let path = |p: &[u8]| p.starts_with(b"/") && p.len() < MAX_PATH && !p.contains(&0);
        match by.to_str() {
            Ok(by) if path(from) && path(to) && !by.is_empty() => {
                let package = by.split(':').next().unwrap_or_default().to_owned();
                let by = (by != ":").then_some(package);
                found.push(Diverted { from: Text::from(from), to: Text::from(to), by });
            }
            _ => troubles.add(index + 1, "not a diversion"),
        }
    }
    (found, troubles.told())
}

#[cfg(test)]
#[path = "dpkg_tests.rs"]
mod tests;
