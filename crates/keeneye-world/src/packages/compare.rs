//! Every file of every package beside what the database says of it.

use super::dpkg::Sums;
use super::overrides::{Excluded, Override};
use super::records::{self, Met};
use super::runs::Runs;
use super::{
    Actual, Algorithm, Expectations, Expected, Found, Owner, Packages, Sum, is_settings, of_root, overrides, read,
    rpm_needs, vouched,
};
use crate::{Answer, AskHost, Look, Question, place};
use keeneye_facts::{Account, ChangeCause, Difference, Event, Group, PackageChange, Refusal, Text};
use std::collections::{HashMap, HashSet};

/// Files that are compared at once: a megabyte or two of what is expected of them.
const AT_ONCE: usize = 16_384;
/// Changes that are told; more is no longer a list to read.
const MAX_CHANGES: usize = 20_000;
/// Files of one package: the largest known has some 30,000.
const MAX_FILES: usize = 200_000;
/// Type bits of a directory, as in `st_mode`.
const DIRECTORY: u32 = 0o040_000;
/// What the kernel shows there is nobody's content, and reading some of it takes it away from others.
const KERNEL: [&str; 3] = ["/proc", "/sys", "/dev"];
/// State of programs: directories there come and go, and dpkg does not say what is one.
const STATE: [&str; 2] = ["/var", "/run"];
/// Documentation by place, which dpkg(1) can be told to leave out.
const DOCS: [&str; 6] = [
    "/usr/share/doc",
    "/usr/share/man",
    "/usr/share/info",
    "/usr/share/locale",
    "/usr/share/help",
    "/usr/share/lintian",
];

/// The accounts of the host that is looked at, by which packages name owners.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// Accounts.
    pub accounts: &'a [Account],
    /// Groups.
    pub groups: &'a [Group],
}

/// Numbers of accounts and groups by their names. Of several of one name the first counts, as for getpwnam(3).
struct Numbers<'a> {
    users: HashMap<&'a [u8], u32>,
    groups: HashMap<&'a [u8], u32>,
}

impl<'a> Numbers<'a> {
    fn new(names: Names<'a>) -> Self {
        let users = names.accounts.iter().rev().map(|account| (account.name.as_slice(), account.uid));
        let groups = names.groups.iter().rev().map(|group| (group.name.as_slice(), group.gid));
        Self { users: users.collect(), groups: groups.collect() }
    }

    /// Names as numbers; what the host does not know is not compared.
    fn resolve(&self, expected: &mut Expected) {
        numbered(&mut expected.owner, &self.users);
        numbered(&mut expected.group, &self.groups);
    }
}

fn numbered(owner: &mut Option<Owner>, numbers: &HashMap<&[u8], u32>) {
    if let Some(Owner::Named(name)) = owner {
        *owner = numbers.get(name.as_bytes()).copied().map(Owner::Number);
    }
}

/// What differs, in order of path.
pub(super) fn all(packages: &Packages, look: &mut Look<'_>, names: Names<'_>) -> Vec<PackageChange> {
    let mut comparison = Comparison {
        packages,
        numbers: Numbers::new(names),
        overrides: overrides::read(look),
        excluded: overrides::excluded(look),
        batch: Vec::new(),
        differing: Vec::new(),
        unlike: HashMap::new(),
        is_full: false,
        compared: 0,
        refused: Vec::new(),
        met: Vec::new(),
        directories: HashSet::new(),
        of_root: of_root::tells(look),
    };
    // Records that anybody can write come last: they shall not use up the room of signed ones.
    let (signed, others): (Vec<usize>, Vec<usize>) =
        (0..packages.packages.len()).partition(|number| packages.trusted.contains(number));
    for number in signed.into_iter().chain(others) {
        comparison.add_package(look, number);
        while comparison.batch.len() >= AT_ONCE {
            comparison.ask(look);
        }
    }
    comparison.ask(look);
    comparison.confirm(look);
    comparison.tell(look)
}

/// A file, its package by number, and what is expected of it.
pub(super) struct Listed {
    pub(super) package: usize,
    pub(super) expected: Expected,
    /// It lies where dpkg-divert(1) moved it.
    pub(super) diverted: bool,
}

impl Listed {
    fn key(&self) -> (usize, Text) {
        (self.package, self.expected.path.clone())
    }
}

/// Who says of a file that differs from what one package says that it is as it should be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Nobody,
    OfAnybody,
    Signed,
}

struct Comparison<'a> {
    packages: &'a Packages,
    numbers: Numbers<'a>,
    overrides: HashMap<Text, Override>,
    excluded: Excluded,
    batch: Vec<Listed>,
    differing: Vec<(Listed, Option<Actual>)>,
    /// What differed at the first look, by package and path: packages share paths.
    unlike: HashMap<(usize, Text), Option<Actual>>,
    /// More differed than is kept.
    is_full: bool,
    compared: u64,
    refused: Vec<(Text, Refusal)>,
    /// Of packages of dpkg, in order.
    met: Vec<Met>,
    /// Directories of vendors' packages, which are shared by many.
    directories: HashSet<Text>,
    /// Rights tell something: root keeps the files of packages for itself.
    of_root: bool,
}

impl Comparison<'_> {
    fn add_package(&mut self, look: &mut Look<'_>, number: usize) {
        let Some(package) = self.packages.packages.get(number).filter(|package| package.is_present()) else { return };
        if package.in_transition() && self.packages.is_moving(look) {
            let why = "its files were not compared: files of two versions may lie side by side";
            look.gap(format!("package {}", package.name), Refusal::Garbled(why.into()));
            return;
        }
        let Some(index) = &self.packages.index else { return };
        let before = self.batch.len();
        if let Some(files) = self.packages.files.get(&number) {
            let digests = files.files().any(|file| file.digest.is_some());
            let mut met = self.packages.records.contains_key(&number).then(|| Met::new(number, digests));
            for file in files.files().take(MAX_FILES) {
                let place = index.place(number, &file.path);
                let mut expected = Expected { path: Text::from([b"/", place.as_slice()].concat()), ..file };
                expected.role.doc |= is_doc(&expected.path);
                if let Some(met) =
                    met.as_mut().filter(|_| !expected.role.config && expected.digest.is_some() == digests)
                {
                    met.add(&expected.path, expected.role.doc);
                }
                let shared = expected.kind() == Some(DIRECTORY) && self.packages.vendors.contains_key(&number);
                if !shared || self.directories.insert(expected.path.clone()) {
                    self.add(number, expected, false);
                }
            }
            self.met.extend(met);
        } else {
            let packages = self.packages;
            let met = each_of_dpkg(look, packages, number, &mut |listed, mut expected| {
                if self.batch.len() - before < MAX_FILES {
                    expected.role.of_root = self.of_root && of_root::is_kept(&expected.path);
                    self.add(number, expected, index.is_diverted(number, listed));
                }
            });
            self.met.extend(met);
        }
        look.full(&Text::from(format!("package {}", package.name)), self.batch.len() - before, MAX_FILES, "files");
    }

    fn add(&mut self, package: usize, mut expected: Expected, diverted: bool) {
        if KERNEL.iter().any(|dir| expected.path.is_within(dir)) {
            return;
        }
        if let Some(wanted) = self.overrides.get(&expected.path) {
            wanted.apply(&mut expected);
        }
        self.numbers.resolve(&mut expected);
        self.batch.push(Listed { package, expected, diverted });
    }

    fn ask(&mut self, look: &mut Look<'_>) {
        let rest = self.batch.split_off(self.batch.len().min(AT_ONCE));
        let batch = std::mem::replace(&mut self.batch, rest);
        for (listed, found) in differing(look, batch, &mut self.compared) {
            match found {
                Ok(actual) if of_root::leads_to_packages(look, self.packages, &listed.expected, &actual) => (),
                Ok(actual) => self.differing.push((listed, Some(actual))),
                Err(why) if why.is_absent() && self.may_be_missing(&listed.expected) => (),
                Err(why) if why.is_absent() => self.differing.push((listed, None)),
                Err(why) => self.refused.push((listed.expected.path, why)),
            }
        }
        if self.differing.len() > MAX_CHANGES {
            self.is_full = true;
            self.differing.truncate(MAX_CHANGES);
            look.full(&Text::from("files of packages"), MAX_CHANGES, MAX_CHANGES, "files that differ");
        }
    }

    fn may_be_missing(&self, expected: &Expected) -> bool {
        let role = expected.role;
        let left_out = || !place::is_of_code(&expected.path) && self.excluded.holds(&expected.path);
        role.ghost || role.may_be_missing || role.config || left_out()
    }

    /// A package manager may just have been exchanging files: only what a second look finds the same is told.
    fn confirm(&mut self, look: &mut Look<'_>) {
        let first = std::mem::take(&mut self.differing);
        if first.is_empty() {
            return;
        }
        let (again, before): (Vec<_>, Vec<_>) = first.into_iter().unzip();
        self.unlike = again.iter().map(Listed::key).zip(before).collect();
        let found = differing(look, again, &mut 0);
        let exchanging = self.packages.others_exchange(look);
        for (listed, found) in found {
            let now = found.ok();
            let same = self.unlike.get(&listed.key()).is_some_and(|then| match (then, &now) {
                (Some(then), Some(now)) => kinds(&listed.expected, then) == kinds(&listed.expected, now),
                (None, None) => true,
                _ => false,
            });
            let exchanged = exchanging && now.as_ref().is_none_or(|now| self.packages.is_new(&now.stat));
            if same && !exchanged {
                self.differing.push((listed, now));
            } else {
                look.gap(listed.expected.path, Refusal::Cut("what it is: it was changed while keeneye looked".into()));
            }
        }
    }

    /// Packages share directories, and those of rpm also files: for two kinds of machine a program of which one is there,
    /// and some replace those of others. It is as one of them says, and that one is signed if the other is: else anybody
    /// could bring a record that fits to what he changed.
    fn is_of_another(&self, Listed { package, expected, .. }: &Listed, fits: &HashMap<Text, Fit>) -> bool {
        let may_share = expected.kind() == Some(DIRECTORY) || self.packages.sharing.contains(package);
        match fits.get(&expected.path).filter(|_| may_share) {
            Some(Fit::Signed) => true,
            Some(Fit::OfAnybody) => !self.packages.trusted.contains(package),
            Some(Fit::Nobody) | None => false,
        }
    }

    /// Of each file that differs, whether it is as some other package than dpkg's says. Where not all that differs was
    /// kept, nobody can tell.
    fn fits(&self) -> HashMap<Text, Fit> {
        if self.is_full {
            return HashMap::new();
        }
        let paths = self.differing.iter().map(|(listed, _)| (listed.expected.path.clone(), Fit::Nobody));
        let mut fits: HashMap<Text, Fit> = paths.collect();
        if fits.is_empty() {
            return fits;
        }
        for (number, files) in &self.packages.files {
            let signed = self.packages.trusted.contains(number);
            for file in files.files().filter(|file| !file.role.ghost) {
                let place = self.packages.index.as_ref().map(|index| index.place(*number, &file.path));
                let path = place.map_or(file.path, |place| Text::from([b"/", place.as_slice()].concat()));
                let Some(fit) = fits.get_mut(&path).filter(|fit| **fit != Fit::Signed) else { continue };
                if !self.unlike.contains_key(&(*number, path)) {
                    *fit = if signed { Fit::Signed } else { Fit::OfAnybody };
                }
            }
        }
        fits
    }

    /// What dpkg exchanges just now differs from lists that were read before.
    fn leave_out_new(&self, look: &mut Look<'_>, changes: &mut Vec<PackageChange>) {
        let is_new = |change: &PackageChange| change.stat.is_none_or(|stat| stat.changed > self.packages.new_from);
        if changes.iter().any(is_new) && self.packages.is_exchanging(look) {
            changes.retain(|change| !is_new(change));
            let why = Refusal::Cut("what dpkg exchanged in the last minutes".into());
            look.gap("files of packages (the package manager is at work)", why);
        }
    }

    fn tell(self, look: &mut Look<'_>) -> Vec<PackageChange> {
        look.saw(Event::PackageFilesCompared(self.compared));
        look.count(self.compared, self.compared.saturating_sub(self.refused.len() as u64));
        if let Some((path, why)) = self.refused.first() {
            let more = self.refused.len();
            let what = format!("{more} files of packages, {} the first", path.lossy());
            look.gap(what, why.clone());
        }
        let runs = records::look(look, self.packages, &self.met);
        rpm_needs::doubts(look, self.packages);
        let fits = self.fits();
        let vouched = vouched::by_the_host(look, self.packages, &self.differing);
        let change = |(listed, actual): &(Listed, Option<Actual>)| {
            if self.is_of_another(listed, &fits) {
                return None;
            }
            if actual.is_none() && self.excluded.held(&listed.expected.path, runs.installed(listed.package)) {
                return None;
            }
            let overridden = self.overrides.contains_key(&listed.expected.path);
            let mut change = change(self.packages, &runs, overridden, listed, actual.as_ref())?;
            if vouched.contains(&change.path) {
                change.cause = ChangeCause::RecordForged;
            }
            Some(change)
        };
        // Of equal ones the first is told: a signed one, whose use of the file nobody else can say.
        let order = |listed: &Listed| {
            let package = self.packages.packages.get(listed.package).map(|package| package.name.clone());
            (listed.expected.path.clone(), !self.packages.trusted.contains(&listed.package), package)
        };
        let mut differing: Vec<_> = self.differing.iter().collect();
        differing.sort_by_cached_key(|(listed, _)| order(listed));
        let mut changes: Vec<PackageChange> = differing.into_iter().filter_map(change).collect();
        self.leave_out_new(look, &mut changes);
        changes.dedup_by(|a, b| a.path == b.path && a.differs == b.differs);
        changes
    }
}

/// What is expected of each file of a package of dpkg's. Gives some of them, to hold its record against; `None` where its
/// digests could not be read, which is a gap: they may be there.
pub(super) fn each_of_dpkg(
    look: &mut Look<'_>,
    packages: &Packages,
    number: usize,
    visit: &mut dyn FnMut(&[u8], Expected),
) -> Option<Met> {
    let path = packages.sums_paths.get(number)?;
    let sums = read::sums(look, path).filter(|sums| !sums.is_empty());
    let refused = sums.is_none() && look.host().read(path).is_err_and(|why| !why.is_absent());
    let mut met = Met::new(number, sums.is_some());
    let (index, package) = (packages.index.as_ref()?, packages.packages.get(number)?);
    index.each_file(number, &mut |listed, place| {
        let conffile = package.conffiles.get([b"/", listed].concat().as_slice());
        let expected = dpkg_expects(place, listed, sums.as_ref(), conffile);
        let expected = Expected { most: package.most_bytes(), ..expected };
        let is_setting = expected.role.config || expected.path.is_within("/etc");
        if !is_setting && expected.digest.is_some() == sums.is_some() {
            met.add(&expected.path, expected.role.doc);
        }
        visit(listed, expected);
    });
    (!refused).then_some(met)
}

/// Asks for a batch; a host that does not answer leaves a gap.
pub(super) fn differing(
    look: &mut Look<'_>,
    batch: Vec<Listed>,
    compared: &mut u64,
) -> Vec<(Listed, Result<Actual, Refusal>)> {
    if batch.is_empty() {
        return Vec::new();
    }
    let (from, files): (Vec<(usize, bool)>, Vec<Expected>) =
        batch.into_iter().map(|l| ((l.package, l.diverted), l.expected)).unzip();
    let question = Question::Compare(Expectations::new(files));
    let answer = look.ask(&question, "files of packages");
    let Question::Compare(expectations) = question else { return Vec::new() };
    let files = expectations.files();
    let found = match answer {
        Some(Answer::Compared(found)) => found,
        Some(other) => {
            look.misfit("files of packages", &other);
            return Vec::new();
        }
        None => return Vec::new(),
    };
    *compared += files.len() as u64;
    let of = |Found { number, is }| {
        let at = usize::try_from(number).ok()?;
        let (package, diverted) = *from.get(at)?;
        let listed = Listed { package, expected: files.get(at)?.clone(), diverted };
        Some((listed, is))
    };
    found.into_iter().filter_map(of).collect()
}

/// dpkg knows of files that they are there, and of most the MD5. `place` and `listed` are relative.
pub(super) fn dpkg_expects(place: &[u8], listed: &[u8], sums: Option<&Sums>, conffile: Option<&String>) -> Expected {
    let mut expected = Expected { path: Text::from([b"/", place].concat()), ..Expected::default() };
    expected.role.doc = is_doc(&expected.path);
    let packaged = sums.and_then(|sums| sums.get(listed));
    let conffile = conffile.filter(|_| is_settings(&expected.path, packaged.is_some()));
    expected.role.config = conffile.is_some();
    let digest = conffile.cloned().or(packaged);
    expected.digest = digest.map(|hexadecimal| Sum { algorithm: Algorithm::Md5, hexadecimal });
    // Settings of a package that is not yet configured have no digest.
    expected.role.unlisted = sums.is_some() && expected.digest.is_none() && !expected.path.is_within("/etc");
    expected.role.may_be_missing = expected.digest.is_none() && STATE.iter().any(|dir| expected.path.is_within(dir));
    expected
}

/// In which ways it differs, whatever the content is by now.
fn kinds(expected: &Expected, actual: &Actual) -> Vec<std::mem::Discriminant<Difference>> {
    expected.differences(actual).iter().map(std::mem::discriminant).collect()
}

fn is_doc(path: &Text) -> bool {
    DOCS.iter().any(|dir| path.is_within(dir))
}

fn change(
    packages: &Packages,
    runs: &Runs,
    overridden: bool,
    listed: &Listed,
    actual: Option<&Actual>,
) -> Option<PackageChange> {
    let Listed { package: number, expected, diverted } = listed;
    let package = packages.packages.get(*number)?;
    let role = expected.role;
    let differs = actual.map_or_else(|| vec![Difference::Missing], |actual| expected.differences(actual));
    if differs.is_empty() {
        return None;
    }
    let changed = actual.map(|actual| actual.stat.changed);
    let cause = if role.config {
        ChangeCause::ConfigEdited
    } else if overridden && differs.iter().all(|d| !matches!(d, Difference::Content { .. } | Difference::Kind { .. })) {
        ChangeCause::Overridden
    } else if package.in_transition() {
        ChangeCause::Interrupted
    } else if *diverted {
        ChangeCause::Diverted
    } else {
        runs.cause(*number, changed)
    };
    Some(PackageChange {
        path: expected.path.clone(),
        package: package.name.clone(),
        version: package.version.clone(),
        differs,
        stat: actual.map(|actual| actual.stat),
        config: role.config,
        doc: role.doc,
        ghost: role.ghost,
        cause,
    })
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
