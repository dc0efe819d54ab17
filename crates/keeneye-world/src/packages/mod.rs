//! The package database: who owns a path, and whether the file is what the package brought.

pub mod apk;
pub mod apt;
mod base64;
mod compare;
mod comparison;
pub mod deb;
mod dpkg;
mod escape;
mod expected;
mod index;
mod installed;
pub mod manifest;
#[cfg(test)]
mod mutations;
#[cfg(feature = "pgp")]
pub mod openpgp;
mod overrides;
pub mod pacman;
mod read;
mod records;
pub mod rpm;
mod runs;
mod tar;
mod trouble;
mod unpack;

use crate::Look;
pub use compare::Names;
pub use comparison::{Actual, Expectations, Found};
use dpkg::{Package, Sums};
pub use expected::{Algorithm, Expected, Owner, Role, Sum};
use index::{Entry, Index};
pub use installed::Installed;
use keeneye_facts::{Digest, DigestCheck, Diversion, FileStat, Ownership, PackageChange, Refusal, Text};
use std::collections::{HashMap, HashSet};
pub use trouble::Trouble;

/// dpkg writes its `status` at every step: a package that is half installed for longer than this, in seconds, stays so.
const AT_WORK_SECONDS: i64 = 600;

/// All that the host's package database says.
#[derive(Default)]
pub struct Packages {
    packages: Vec<Package>,
    /// File name of the package's `.md5sums`, by number.
    sums_paths: Vec<Text>,
    /// `None` when there is no database.
    index: Option<Index>,
    /// False when a file list is missing: then nobody can say that a path is unowned.
    whole: bool,
    sums: HashMap<usize, Option<Sums>>,
    /// Of dpkg's `status` before it was read.
    status_stat: Option<FileStat>,
    /// Seconds since 1970: what dpkg wrote after this it may have written just now.
    new_from: i64,
    /// Packages of which it was said that they are half installed.
    half_told: HashSet<usize>,
}

impl Packages {
    /// Reads the database that is there. Digests are read later, for the packages that matter. `now` is in seconds
    /// since 1970.
    pub fn read(look: &mut Look<'_>, now: i64) -> Self {
        let mut packages = read::database(look).unwrap_or_default();
        packages.new_from = now.saturating_sub(AT_WORK_SECONDS);
        packages
    }

    /// How many packages are installed; `None` without a database.
    pub fn count(&self) -> Option<u64> {
        self.index.as_ref()?;
        Some(self.packages.iter().filter(|package| package.is_present()).count() as u64)
    }

    /// Who owns the file at this resolved path, and whether `digest` is the package's.
    pub fn owner(&mut self, look: &mut Look<'_>, path: &[u8], digest: Option<&Digest>) -> Ownership {
        let Some(index) = &self.index else { return Ownership::Unknown };
        let Some(Entry { package: number, listed }) = index.find(path) else {
            return if self.whole && index.whole { Ownership::Unowned } else { Ownership::Unknown };
        };
        let listed = listed.to_vec();
        let Some(package) = self.packages.get(number) else { return Ownership::Unknown };
        let (name, version) = (package.name.clone(), package.version.clone());
        let half = digest.is_some() && package.in_transition();
        let moving = half && self.status_stat.is_some_and(|stat| stat.changed > self.new_from);
        let conffile = package.conffiles.get([b"/", listed.as_slice()].concat().as_slice()).cloned();
        let is_conffile = conffile.is_some();
        if half && self.half_told.insert(number) {
            look.gap(format!("package {name}"), half_installed(moving));
        }
        let check = match (digest, conffile) {
            (None, _) => DigestCheck::NotChecked,
            _ if moving => DigestCheck::NotChecked,
            (Some(found), Some(expected)) => compared(found, expected),
            (Some(found), None) => self.checked(look, number, &listed, found),
        };
        Ownership::Owned { package: name, version, digest: check, conffile: is_conffile }
    }

    /// What the package's list of digests says; the list is read once.
    fn checked(&mut self, look: &mut Look<'_>, number: usize, listed: &[u8], found: &Digest) -> DigestCheck {
        let Some(path) = self.sums_paths.get(number).cloned() else { return DigestCheck::NoneKept };
        let sums = self.sums.entry(number).or_insert_with(|| read::sums(look, &path));
        match sums.as_ref().map(|sums| sums.get(listed)) {
            None => DigestCheck::NoneKept,
            Some(None) => DigestCheck::NotListed,
            Some(Some(expected)) => compared(found, expected),
        }
    }

    /// Compares every file of every package with what the package says of it; tells what differs, in order of path.
    pub fn compare(&self, look: &mut Look<'_>, names: Names<'_>) -> Vec<PackageChange> {
        compare::all(self, look, names)
    }

    /// A database was read, whole, and no package owns the path.
    pub fn is_unowned(&self, path: &[u8]) -> bool {
        self.index.as_ref().is_some_and(|index| self.whole && index.whole && index.find(path).is_none())
    }

    /// The package that owns a path, whatever the content.
    pub fn package_of(&self, path: &[u8]) -> Option<&str> {
        let entry = self.index.as_ref()?.find(path)?;
        self.packages.get(entry.package).map(|package| package.name.as_str())
    }

    /// Whether packages' files of this path go elsewhere.
    pub fn diversion(&self, path: &[u8]) -> Option<Diversion> {
        let diverted = self.index.as_ref()?.diversion(path)?;
        Some(Diversion { to: diverted.to.clone(), by: diverted.by.clone() })
    }

    /// dpkg is at work, was at work during this look, or was killed: its journal is not empty, or its status changed.
    pub fn is_busy(&self, look: &mut Look<'_>) -> bool {
        let busy = read::has_journal(look) || read::status_stat(look) != self.status_stat;
        if busy {
            look.gap("packages (dpkg is at work)", Refusal::Cut("who owns files of the last minutes".into()));
        }
        busy
    }

    /// dpkg exchanges files just now. An old journal does not count, nor a status that stays as it was.
    pub fn is_exchanging(&self, look: &Look<'_>) -> bool {
        read::journal_changed(look).is_some_and(|changed| changed > self.new_from)
            || read::status_stat(look) != self.status_stat
    }

    /// Reads states and digests anew: where a file differed, its package may just have been exchanged.
    pub fn refresh(&mut self, look: &mut Look<'_>) {
        let mut now = read::packages_now(look);
        for package in &mut self.packages {
            let key = (package.name.clone(), package.architecture.clone());
            if let Some(fresh) = now.remove(&key) {
                *package = fresh;
            }
        }
        self.sums.clear();
    }
}

fn compared(found: &Digest, expected: String) -> DigestCheck {
    if found.md5 == expected {
        return DigestCheck::Matches;
    }
    DigestCheck::Differs { expected, found: found.md5.clone() }
}

fn half_installed(moving: bool) -> Refusal {
    if moving {
        return Refusal::Cut("its digests: dpkg is at work".into());
    }
    Refusal::Garbled("it stays half installed, so files of two versions may lie side by side".into())
}

fn trouble(look: &mut Look<'_>, path: &Text, trouble: &Trouble) {
    look.gap(path.clone(), Refusal::Garbled(format!("line {}: {}", trouble.line, trouble.why)));
}
