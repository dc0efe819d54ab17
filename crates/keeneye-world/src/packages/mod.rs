//! The package database: who owns a path, and whether the file is what the package brought.

mod dpkg;
mod index;
#[cfg(test)]
mod mutations;
mod read;

use crate::Look;
use dpkg::{Package, Sums};
use index::{Entry, Index};
use keeneye_facts::{Digest, DigestCheck, Diversion, FileStat, Ownership, Refusal, Text};
use std::collections::HashMap;

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
}

impl Packages {
    /// Reads the database that is there. Digests are read later, for the packages that matter.
    pub fn read(look: &mut Look<'_>) -> Self {
        read::database(look).unwrap_or_default()
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
        let (name, version, moving) = (package.name.clone(), package.version.clone(), package.in_transition());
        let conffile = package.conffiles.get([b"/", listed.as_slice()].concat().as_slice()).cloned();
        let is_conffile = conffile.is_some();
        let expected = match (digest, conffile) {
            (None, _) => None,
            (Some(_), Some(digest)) => Some(digest),
            (Some(_), None) => self.expected(look, number, &listed),
        };
        let check = match (digest, expected) {
            (None, _) => DigestCheck::NotChecked,
            _ if moving => DigestCheck::NotChecked,
            (Some(_), None) => DigestCheck::NoneKept,
            (Some(found), Some(expected)) if found.md5 == expected => DigestCheck::Matches,
            (Some(found), Some(expected)) => DigestCheck::Differs { expected, found: found.md5.clone() },
        };
        Ownership::Owned { package: name, version, digest: check, conffile: is_conffile }
    }

    /// The MD5 that the package's list of digests gives; the list is read once.
    fn expected(&mut self, look: &mut Look<'_>, number: usize, listed: &[u8]) -> Option<String> {
        let path = self.sums_paths.get(number)?.clone();
        let sums = self.sums.entry(number).or_insert_with(|| read::sums(look, &path));
        sums.as_ref()?.get(listed)
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

fn trouble(look: &mut Look<'_>, path: &Text, trouble: &dpkg::Trouble) {
    look.gap(path.clone(), Refusal::Garbled(format!("line {}: {}", trouble.line, trouble.why)));
}
