//! What vendors say of packages that dpkg installed: it stands in place of dpkg's own lists, which anybody with root edits.

use super::dpkg::{self, MAX_PATH, Package};
use super::{Expected, Installed, manifest};
use crate::{AskHost, EntryKind, Host, Look};
use keeneye_facts::{Refusal, Text};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Type bits of a directory, as in `st_mode`.
const DIRECTORY: u32 = 0o040_000;
/// Where directories are packages' alone. Elsewhere scripts of packages and admins give them to whoever works there.
const PROGRAMS: [&str; 7] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
/// The part of it that is the admin's.
const LOCAL: &str = "/usr/local";

/// What was gathered of vendors before a look. In a recording it stands as it was, so that a replay knows the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vendor {
    /// What packages say of their files: see [`manifest`]. Only of versions that the host has.
    pub manifest: Text,
    /// Where it came from, and why it is believed: sentences for a report.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
    /// What could not be had or believed, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<(Text, String)>,
}

/// A package in one version for one kind of machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// Its name, without architecture.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
}

impl Release {
    /// Of a package file or a manifest.
    pub fn of(package: &Installed) -> Self {
        let Installed { name, version, architecture, .. } = package.clone();
        Self { name, version, architecture }
    }

    fn of_record(package: &Package) -> Self {
        let Package { name, version, architecture, .. } = package.clone();
        Self { name, version, architecture }
    }
}

/// What dpkg has installed on a host. It is asked before the look, and is in no recording.
pub fn installed(host: &dyn Host) -> BTreeSet<Release> {
    let mut texts: Vec<Text> = host.read(&Text::from("/var/lib/dpkg/status")).into_iter().collect();
    let dir = Text::from("/var/lib/dpkg/status.d");
    let entries = host.list(&dir).unwrap_or_default().into_iter();
    let records = entries.filter(|entry| entry.kind != EntryKind::Dir && !entry.name.ends_with(b".md5sums"));
    texts.extend(records.filter_map(|entry| host.read(&dir.join(&entry.name)).ok()));
    let packages = texts.iter().flat_map(|text| dpkg::status(text).0);
    packages.filter(Package::is_present).map(|package| Release::of_record(&package)).collect()
}

/// The files of packages, by package.
#[derive(Default)]
pub(super) struct Shipped {
    /// See [`Vendor::said`].
    pub(super) said: Vec<String>,
    files: HashMap<Release, Vec<Expected>>,
}

impl Shipped {
    /// Reads what was gathered, and says what could not be.
    pub(super) fn read(look: &mut Look<'_>, vendor: &Vendor) -> Self {
        for (what, why) in &vendor.gaps {
            look.gap(what.clone(), Refusal::NotBelieved(why.clone()));
        }
        let (packages, troubles) = manifest::read(&vendor.manifest);
        for trouble in &troubles {
            super::trouble(look, &Text::from("what vendors say of their files"), trouble);
        }
        let files = packages.into_iter().map(|archive| (Release::of(&archive.package), archive.package.files));
        Self { said: vendor.said.clone(), files: files.collect() }
    }

    /// What the vendor of a package says of its files, sorted by path. `None`: nothing is at hand of this version.
    pub(super) fn take(&mut self, package: &Package) -> Option<Vec<Expected>> {
        let mut files = self.files.remove(&Release::of_record(package))?;
        files.iter_mut().for_each(as_installed);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|later, first| later.path == first.path);
        Some(files)
    }
}

/// Directories come and go, and what is not packages' alone is given to others by scripts.
fn as_installed(file: &mut Expected) {
    if file.kind() != Some(DIRECTORY) {
        return;
    }
    file.role.may_be_missing = true;
    let packages_alone = PROGRAMS.iter().any(|dir| file.path.is_within(dir)) && !file.path.is_within(LOCAL);
    file.role.rights_by_script |= !packages_alone;
}

/// Paths of the host's own list of a package that the vendor's package does not have, so that whoever put them there has
/// his files taken for the package's. Conffiles of earlier versions stay in the list.
pub(super) fn added(list: &[u8], package: &Package, files: &[Expected]) -> Vec<Text> {
    let shipped: HashSet<&[u8]> = files.iter().map(|file| file.path.as_slice()).collect();
    let paths = dpkg::lines(list).map(|(_, line)| line).filter(|line| line.starts_with(b"/") && line.len() < MAX_PATH);
    let unknown = paths.filter(|path| *path != b"/." && !shipped.contains(path));
    let unknown = unknown.map(Text::from);
    unknown.filter(|path| !(path.is_within("/etc") && package.conffiles.contains_key(path.as_slice()))).collect()
}

#[cfg(test)]
#[path = "vendor_tests.rs"]
mod tests;
