//! Packages that others need and that rpm's database does not name, or names in another version: their records were
//! removed, or exchanged for older ones.

use super::Packages;
use super::rpm::Package;
use crate::{AskHost, Look};
use bstr::ByteSlice;
use keeneye_facts::{DoubtKind, Event, PackageDoubt, Text};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Needs that nothing meets which are told.
const MAX_UNMET: usize = 20;
/// Where the C library looks for a library of the machine's own word size, and of the other one.
const LIBRARIES_64: [&str; 2] = ["/usr/lib64", "/lib64"];
const LIBRARIES_32: [&str; 2] = ["/usr/lib", "/lib"];
/// Each package has a directory of its own name in one of these.
const OF_PACKAGES: [&str; 2] = ["/usr/share/licenses", "/usr/share/doc"];

/// What the packages of a database need and bring.
#[derive(Default)]
pub(super) struct Needs {
    /// By name, with the package that needs it.
    needed: BTreeMap<Text, String>,
    brought: HashSet<Text>,
    /// Name and version that a package needs exactly so, with that package.
    exact: BTreeMap<(Text, Text), String>,
    /// Packages by the names under which they say their versions: all of a name, which may be installed several times.
    versions: HashMap<Text, Vec<(String, Text)>>,
}

/// A name that a signed package needs, and that no package brings.
pub(super) struct Unmet {
    pub(super) name: Text,
    pub(super) by: String,
}

impl Needs {
    /// Anybody may bring something; whose need counts is for [`Self::unmet`] to say.
    pub(super) fn take(&mut self, package: &Package) {
        self.brought.insert(Text::from(package.name.as_str()));
        self.brought.extend(package.provides().into_iter().filter(is_plain));
        for name in package.requires().into_iter().filter(is_plain) {
            self.needed.entry(name).or_insert_with(|| package.name.clone());
        }
        for needed in package.requires_exactly() {
            self.exact.entry(needed).or_insert_with(|| package.name.clone());
        }
        for (name, version) in package.own_versions() {
            self.versions.entry(name).or_default().push((package.name.clone(), version));
        }
    }

    /// Packages that `is_signed` knows need another in one version, and that is there in none such.
    pub(super) fn tell_misfits(&self, look: &mut Look<'_>, database: &Text, is_signed: impl Fn(&str) -> bool) {
        for (package, version, kind) in self.misfits(is_signed) {
            look.saw(Event::PackageDoubtSeen(Box::new(PackageDoubt {
                package,
                version,
                kind,
                path: database.clone(),
                when: 0,
            })));
        }
    }

    /// Each with the package that is needed, and its version.
    pub(super) fn misfits(&self, is_signed: impl Fn(&str) -> bool) -> Vec<(String, String, DoubtKind)> {
        let misfit = |((name, needs), by): (&(Text, Text), &String)| {
            let versions = self.versions.get(name)?;
            let is_met = versions.iter().any(|(_, version)| fits(version, needs));
            let (package, version) = versions.first().filter(|_| !is_met && is_signed(by))?;
            let kind = DoubtKind::VersionsMisfit { by: by.clone(), needs: needs.lossy().into_owned() };
            Some((package.clone(), version.lossy().into_owned(), kind))
        };
        let mut misfits: Vec<_> = self.exact.iter().filter_map(misfit).take(MAX_UNMET).collect();
        misfits.dedup_by(|(package, ..), (other, ..)| package == other);
        misfits
    }

    /// As if this package were there in another version.
    #[cfg(test)]
    pub(super) fn set_back(&mut self, package: &str, version: &str) {
        let versions = self.versions.values_mut().flatten().filter(|(name, _)| name == package);
        versions.for_each(|(_, is)| *is = version.into());
    }

    /// Needs of packages that `is_signed` knows.
    pub(super) fn unmet(self, is_signed: impl Fn(&str) -> bool) -> Vec<Unmet> {
        let brought = self.brought;
        let needed = self.needed.into_iter().filter(|(name, by)| !brought.contains(name) && is_signed(by));
        needed.map(|(name, by)| Unmet { name, by }).take(MAX_UNMET).collect()
    }
}

/// A version is what is needed: an epoch and a release count where both have one.
fn fits(version: &[u8], needs: &[u8]) -> bool {
    let ((epoch, version, release), (other_epoch, other_version, other_release)) = (parts(version), parts(needs));
    let same = |one: Option<&[u8]>, other| one.zip(other).is_none_or(|(one, other)| one == other);
    version == other_version && same(epoch, other_epoch) && same(release, other_release)
}

/// `[EPOCH:]VERSION[-RELEASE]`
fn parts(text: &[u8]) -> (Option<&[u8]>, &[u8], Option<&[u8]>) {
    let (epoch, rest) = text.split_once_str(":").map_or((None, text), |(epoch, rest)| (Some(epoch), rest));
    let (version, release) = rest.split_once_str("-").map_or((rest, None), |(version, rest)| (version, Some(rest)));
    (epoch, version, release)
}

/// A library or a package by its name: not a file, a feature of rpm, a condition, or what several packages may bring.
fn is_plain(name: &Text) -> bool {
    let library = name.contains_str(".so") && !name.contains(&b'/');
    library || name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(byte))
}

/// Of what is needed and brought by no package: files on the disk that nobody owns tell that the package is there, and
/// only its record is gone. Who removed a package with `--nodeps` removed its files too.
pub(super) fn doubts(look: &mut Look<'_>, packages: &Packages) {
    for Unmet { name, by } in &packages.unmet {
        let Some(path) = remains(look, packages, name) else { continue };
        look.saw(Event::PackageDoubtSeen(Box::new(PackageDoubt {
            package: by.clone(),
            version: String::new(),
            kind: DoubtKind::NeedsRemoved { needs: name.lossy().into_owned() },
            path,
            when: 0,
        })));
    }
}

fn remains(look: &Look<'_>, packages: &Packages, name: &Text) -> Option<Text> {
    let is_left = |path: &Text| {
        let resolved = look.host().resolve(path).ok();
        resolved.is_some_and(|resolved| packages.is_unowned(&resolved) && packages.is_unowned(path))
    };
    if !name.contains_str(".so") {
        let dirs = OF_PACKAGES.map(|dir| Text::from(dir).join(name));
        let files = |dir: &Text| {
            look.host().list(dir).unwrap_or_default().into_iter().map(|entry| dir.join(&entry.name)).collect::<Vec<_>>()
        };
        return dirs.iter().flat_map(files).find(is_left);
    }
    let file = name.split(|byte| *byte == b'(').next().unwrap_or_default();
    let places = if name.ends_with(b"(64bit)") { LIBRARIES_64 } else { LIBRARIES_32 };
    places.map(|dir| Text::from(dir).join(file)).into_iter().find(is_left)
}
