//! The package database: who owns a path, and whether the file is what the package brought.

pub mod apk;
pub mod apt;
pub(crate) mod at_work;
mod base64;
mod compare;
mod comparison;
pub mod deb;
mod dpkg;
pub(crate) mod dpkg_log;
mod escape;
mod expected;
pub(crate) mod generators;
pub(crate) mod history;
mod index;
mod installed;
pub mod manifest;
#[cfg(test)]
mod mutations;
mod of_root;
#[cfg(feature = "pgp")]
pub mod openpgp;
mod others;
mod overrides;
mod packed;
pub mod pacman;
mod read;
mod record_files;
mod records;
pub mod rpm;
mod rpm_needs;
mod rpm_on_host;
mod runs;
mod since_baseline;
mod tar;
mod trouble;
mod trust;
pub(crate) mod unpack;
pub mod vendor;
mod verified;
mod vouched;

use crate::Look;
pub use compare::Names;
pub use comparison::{Actual, Expectations, Found};
use dpkg::{Package, Sums};
pub use expected::{Algorithm, Expected, Owner, Role, Sum};
pub use generators::Generators;
use index::{Entry, Index};
pub use installed::Installed;
use keeneye_facts::{Digest, DigestCheck, Diversion, FileStat, Ownership, PackageChange, PackageStep, Refusal, Text};
use packed::Packed;
use rpm_needs::Unmet;
pub(crate) use rpm_on_host::{is_database, placed as placed_by_rpm};
use std::collections::{BTreeMap, HashMap, HashSet};
pub use trouble::Trouble;
pub use vendor::Vendor;

/// dpkg writes its `status` at every step: a package that is half installed for longer than this, in seconds, stays so.
const AT_WORK_SECONDS: i64 = 600;

/// All that the host's package database says.
#[derive(Default)]
pub struct Packages {
    packages: Vec<Package>,
    /// File name of the package's `.md5sums`, by number; only of dpkg's.
    sums_paths: Vec<Text>,
    /// What is said of files besides dpkg's lists: by other managers, or by the vendor; sorted by path, by number.
    files: HashMap<usize, Packed>,
    /// Of packages of other managers, those that are signed by someone whom keeneye trusts.
    trusted: HashSet<usize>,
    /// Packages of a manager that lets several own one file: of rpm alone.
    sharing: HashSet<usize>,
    /// What signed packages need and none brings.
    unmet: Vec<Unmet>,
    /// What pacman writes of a package when it puts it in place, by number.
    records: HashMap<usize, Vec<Text>>,
    /// A database that was written after another file of it: its path, that file's, and when that was written.
    edited: Option<(Text, Text, i64)>,
    /// When packages of other managers were installed, where the database says it.
    installed: HashMap<usize, i64>,
    /// Packages of dpkg's whose vendor's own word is at hand, and paths that only the host's list has, by number.
    vendors: BTreeMap<usize, Vec<Text>>,
    /// Names of the databases, and how many packages each has.
    databases: Vec<(&'static str, u64)>,
    /// Files of other databases than dpkg's, before they were read.
    stats: Vec<(Text, Option<FileStat>)>,
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
    /// since 1970; `keys` is material of keys that the person who looks trusts, `vendor` what was gathered of vendors.
    pub fn read(look: &mut Look<'_>, now: i64, keys: &[Text], vendor: Option<&Vendor>) -> Self {
        let mut packages = read::database(look, keys, vendor).unwrap_or_default();
        packages.new_from = now.saturating_sub(AT_WORK_SECONDS);
        packages
    }

    /// The databases that were read, and how many packages are installed by each.
    pub fn databases(&self) -> &[(&'static str, u64)] {
        &self.databases
    }

    /// When packages were put in place, where their database says it.
    pub fn placed(&self) -> Vec<PackageStep> {
        let source = self.stats.first().map(|(path, _)| path.clone()).unwrap_or_default();
        let placed = |(number, package): (usize, &Package)| {
            let time = self.installed.get(&number)?;
            Some(history::placed(&package.name, &package.version, *time, &source))
        };
        self.packages.iter().enumerate().filter_map(placed).collect()
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
        let moving = half && self.is_moving(look);
        let absolute = [b"/", listed.as_slice()].concat();
        if let Some(expected) = self.expected(number, &absolute) {
            let check = digest.map_or(DigestCheck::NotChecked, |found| compared_by(&expected, found));
            return Ownership::Owned { package: name, version, digest: check, conffile: expected.role.config };
        }
        let conffile = package.conffiles.get(absolute.as_slice()).cloned();
        let absolute = Text::from(absolute);
        let outside = conffile.is_some() && !absolute.is_within("/etc");
        let in_sums = outside && self.has_digest(look, number, &listed);
        let conffile = conffile.filter(|_| is_settings(&absolute, in_sums));
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

    /// The digest that another manager than dpkg keeps of the file at this resolved path: for those that
    /// [`Packages::owner`] leaves unchecked.
    pub fn sum(&self, path: &[u8]) -> Option<Sum> {
        let Entry { package, listed } = self.index.as_ref()?.find(path)?;
        self.expected(package, &[b"/", listed].concat())?.digest
    }

    /// What a package of another manager than dpkg, or a vendor, says of the file that the package lists so.
    fn expected(&self, number: usize, listed: &[u8]) -> Option<Expected> {
        self.files.get(&number)?.find(listed)
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

    fn has_digest(&mut self, look: &mut Look<'_>, number: usize, listed: &[u8]) -> bool {
        let check = self.checked(look, number, listed, &Digest::default());
        matches!(check, DigestCheck::Matches | DigestCheck::Differs { .. })
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

    /// dpkg is at work or was at work during this look: its journal is not empty, or its status changed. A journal
    /// without dpkg is that of one that was killed, and was read with the status.
    pub fn is_busy(&self, look: &mut Look<'_>) -> bool {
        let busy = self.others_exchange(look)
            || read::has_journal(look) && at_work::dpkg_may_be(look)
            || self.status_changed(look);
        if busy {
            look.gap(
                "packages (the package manager is at work)",
                Refusal::Cut("who owns files of the last minutes".into()),
            );
        }
        busy
    }

    /// Another manager than dpkg exchanges files just now: its database was written since it was read, or its lock is
    /// held. What changed in the last minutes then may be of a version that nobody read of.
    pub fn others_exchange(&self, look: &Look<'_>) -> bool {
        !self.files.is_empty() && (self.others_wrote(look) || at_work::is_locked(look, self.pacman_from()))
    }

    /// From when on pacman's lock says that it is at work.
    fn pacman_from(&self) -> Option<i64> {
        self.databases.iter().any(|(manager, _)| *manager == "pacman").then_some(self.new_from)
    }

    fn others_wrote(&self, look: &Look<'_>) -> bool {
        self.stats.iter().any(|(path, before)| read::stat(look, path) != *before)
    }

    /// dpkg exchanges files just now. An old journal does not count, nor a status that stays as it was.
    pub fn is_exchanging(&self, look: &Look<'_>) -> bool {
        let journal = || read::journal_changed(look).is_some_and(|changed| changed > self.new_from);
        self.status_changed(look) || journal() && at_work::dpkg_may_be(look) || self.others_exchange(look)
    }

    /// The file may just have been exchanged.
    pub fn is_new(&self, stat: &FileStat) -> bool {
        stat.changed > self.new_from
    }

    /// What is half installed is so because dpkg has it in hand: it wrote its `status` minutes ago and is still there.
    fn is_moving(&self, look: &Look<'_>) -> bool {
        let is_new = self.status_stat.is_some_and(|stat| stat.changed > self.new_from);
        self.status_changed(look) || is_new && at_work::dpkg_may_be(look)
    }
    fn status_changed(&self, look: &Look<'_>) -> bool {
        read::status_stat(look) != self.status_stat
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

/// A conffile that packages' digests name as well is one only where settings lie: whoever changes a program could else
/// add it to the conffiles.
fn is_settings(path: &Text, has_digest: bool) -> bool {
    path.is_within("/etc") || !has_digest
}

fn compared(found: &Digest, expected: String) -> DigestCheck {
    if found.md5 == expected {
        return DigestCheck::Matches;
    }
    DigestCheck::Differs { expected, found: found.md5.clone() }
}

/// By the digests that every look makes; what is kept by another one is compared file by file.
fn compared_by(expected: &Expected, found: &Digest) -> DigestCheck {
    if expected.role.ghost {
        return DigestCheck::NoneKept;
    }
    match &expected.digest {
        Some(Sum { algorithm: Algorithm::Md5, hexadecimal }) => compared(found, hexadecimal.clone()),
        Some(sum) if sum.algorithm == Algorithm::Sha256 && sum.is(&found.sha256) => DigestCheck::Matches,
        Some(Sum { algorithm: Algorithm::Sha256, hexadecimal }) => {
            DigestCheck::Differs { expected: hexadecimal.clone(), found: found.sha256.clone() }
        }
        Some(_) => DigestCheck::NotChecked,
        None if expected.role.unlisted => DigestCheck::NotListed,
        None => DigestCheck::NoneKept,
    }
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
