//! pacman's database: a directory `/var/lib/pacman/local/NAME-VERSION` for each package with `desc` and `files` (blocks
//! of lines under a `%TITLE%`) and `mtree`, the list of its files, in gzip. Nobody signs it.

mod mtree;
mod settings;

use super::installed::{MAX_FILES, absolute};
use super::trouble::Troubles;
use super::{Algorithm, Expected, Installed, Role, Sum, Trouble, dpkg};
use bstr::ByteSlice;
use keeneye_facts::Text;
pub(crate) use settings::Settings;
use std::collections::{HashMap, HashSet};

const REGULAR: u32 = 0o100_000;

/// What one of a package's files said that could not be understood, with the name of that file.
pub type Place = (&'static str, Trouble);

/// The files of one package's directory; empty where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// Name, version and architecture.
    pub desc: &'a [u8],
    /// The paths, and which of them are settings.
    pub files: &'a [u8],
    /// What is known of each path; in gzip.
    pub mtree: &'a [u8],
}

/// Puts together what the three files say. `None` when `desc` names no package.
pub fn read(source: Source<'_>) -> (Option<Installed>, Vec<Place>) {
    let mut places = Vec::new();
    let mut told = |file, troubles: Vec<Trouble>| places.extend(troubles.into_iter().map(|trouble| (file, trouble)));
    let (package, troubles) = desc(source.desc);
    told("desc", troubles);
    let (list, troubles) = files(source.files);
    told("files", troubles);
    let (mut known, troubles) = mtree::read(source.mtree);
    told("mtree", troubles);
    let Some(mut package) = package else { return (None, places) };
    let paths: HashSet<&Text> = known.iter().map(|file| &file.path).collect();
    // Packages of before pacman 4.1 have no mtree: then there are the paths alone.
    let missing = list.paths.into_iter().filter(|path| !paths.contains(path));
    let missing: Vec<Expected> = missing.map(|path| Expected { path, ..Expected::default() }).collect();
    known.extend(missing);
    for file in &mut known {
        let Some(md5) = list.backup.get(&file.path) else { continue };
        // No settings, whatever the list says: a program.
        if file.mode.is_some_and(|mode| mode & 0o111 != 0) && !file.path.is_within("/etc") {
            continue;
        }
        file.role = Role { config: true, keeps_edits: true, ..Role::default() };
        if file.digest.is_none() {
            file.digest.clone_from(md5);
        }
    }
    let digests = known.iter().any(|file| file.digest.is_some());
    let is_file = |file: &Expected| file.kind().is_none_or(|kind| kind == REGULAR);
    for file in known.iter_mut().filter(|file| digests && file.digest.is_none() && is_file(file)) {
        file.role.unlisted = true;
    }
    package.files = known;
    (Some(package), places)
}

fn desc(bytes: &[u8]) -> (Option<Installed>, Vec<Trouble>) {
    let mut package = Installed::default();
    let mut troubles = Troubles::default();
    for entry in entries(bytes) {
        let field = match entry.title {
            b"NAME" => &mut package.name,
            b"VERSION" => &mut package.version,
            b"ARCH" => &mut package.architecture,
            _ => continue,
        };
        match entry.line.to_str() {
            Ok(value) if field.is_empty() => value.clone_into(field),
            Ok(_) => troubles.add(entry.number, "a second value"),
            Err(_) => troubles.add(entry.number, "a value that is not text"),
        }
    }
    let whole = !package.name.is_empty() && !package.version.is_empty();
    if !whole {
        troubles.add(1, "no name or no version");
    }
    (whole.then_some(package), troubles.told())
}

#[derive(Default)]
struct List {
    paths: Vec<Text>,
    /// What admins are meant to edit, with its MD5 as it was brought.
    backup: HashMap<Text, Option<Sum>>,
}

fn files(bytes: &[u8]) -> (List, Vec<Trouble>) {
    let mut list = List::default();
    let mut troubles = Troubles::default();
    for entry in entries(bytes) {
        let (path, digest) = match entry.title {
            b"FILES" => (entry.line, None),
            b"BACKUP" => entry.line.rsplit_once_str("\t").map_or((entry.line, None), |(path, sum)| (path, Some(sum))),
            _ => continue,
        };
        let Some(path) = absolute(path) else {
            troubles.add(entry.number, "not a path of this host");
            continue;
        };
        if entry.title == b"BACKUP" {
            let sum = digest.and_then(|digest| hexadecimal(digest, Algorithm::Md5, 32));
            list.backup.insert(path, sum);
        } else if list.paths.len() < MAX_FILES {
            list.paths.push(path);
        }
    }
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        troubles.add(dpkg::lines(bytes).count(), "the file ends in the middle of a line");
    }
    (list, troubles.told())
}

/// A line that is neither empty nor a title.
struct Entry<'a> {
    title: &'a [u8],
    line: &'a [u8],
    /// From 1.
    number: usize,
}

fn entries(bytes: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut title = b"".as_slice();
    dpkg::lines(bytes).enumerate().filter_map(move |(index, (_, line))| {
        let named = line.strip_prefix(b"%").and_then(|rest| rest.strip_suffix(b"%"));
        if let Some(named) = named.filter(|name| name.iter().all(u8::is_ascii_uppercase)) {
            title = named;
            return None;
        }
        (!line.is_empty()).then_some(Entry { title, line, number: index + 1 })
    })
}

fn hexadecimal(text: &[u8], algorithm: Algorithm, digits: usize) -> Option<Sum> {
    let fine = text.len() == digits && text.iter().all(u8::is_ascii_hexdigit);
    fine.then(|| Sum { algorithm, hexadecimal: text.to_str_lossy().to_ascii_lowercase() })
}

#[cfg(test)]
mod tests;
