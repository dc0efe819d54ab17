//! What tells that somebody edited dpkg's own records.

use super::record_files::{self, RecordFiles};
use super::runs::{RUN, Runs};
use super::{Packages, at_work, read};
use crate::{AskHost, Look};
use keeneye_facts::{DoubtKind, Event, FileStat, PackageDoubt, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Doubts that are told.
const MAX_DOUBTS: usize = 100;
/// Files that are looked at for some that were changed since.
const MAX_CHANGED: usize = 200_000;
/// Files of a package without digests that are looked at for one that would have one.
const MAX_TRIED: usize = 50;
/// Files of a package beside whose times those of its record are held.
const MAX_WITNESSES: usize = 4;
/// Where one package of so many, and more than a few, is younger than its files, all records were written at once.
const MANY: usize = 4;
const FEW: usize = 3;
/// Seconds that copying a machine may take: installers copy /usr before /var.
const COPY: i64 = 6 * 3_600;
/// Seconds between what lies side by side, when all of it is copied.
const BESIDE: u64 = 600;
/// Directories whose entries bear old times unless all of /var was moved or restored.
const STATE: [&str; 2] = ["/var", "/var/lib"];
/// Entries of one of them that are looked at.
const MAX_ENTRIES: usize = 200;
/// May 2012: since its version 1.16.3 dpkg makes digests for packages that bring none.
const DIGESTS_ARE_MADE: i64 = 1_335_830_400;

/// Some files of a package of dpkg.
#[derive(Debug, Default)]
pub(super) struct Met {
    package: usize,
    /// It keeps digests.
    digests: bool,
    files: Vec<Text>,
    docs: Vec<Text>,
}

impl Met {
    pub(super) fn new(package: usize, digests: bool) -> Self {
        Self { package, digests, ..Self::default() }
    }

    /// A file that is no setting; of a package with digests one that has a digest.
    pub(super) fn add(&mut self, path: &Text, doc: bool) {
        let (kept, most) = match (doc, self.digests) {
            (true, true) => (&mut self.docs, MAX_WITNESSES),
            (_, true) => (&mut self.files, MAX_WITNESSES),
            (_, false) => (&mut self.files, MAX_TRIED),
        };
        if kept.len() < most {
            kept.push(path.clone());
        }
    }

    /// Documentation first: who breaks in changes programs, and then their times.
    fn witnesses(&self) -> impl Iterator<Item = &Text> {
        self.docs.iter().take(MAX_WITNESSES - self.files.len().min(2)).chain(&self.files).take(MAX_WITNESSES)
    }
}

/// Looks at the times of all records, at packages without digests, and for lists of packages that `status` does not
/// name. Gives when packages came.
pub(super) fn look(look: &mut Look<'_>, packages: &Packages, met: &[Met]) -> Runs {
    let records = record_files::of(look, packages);
    let told = |number| packages.installed.get(&number).copied();
    let times = records.iter().enumerate().map(|(number, record)| record.installed().or_else(|| told(number)));
    let runs = Runs::new(times.collect());
    let mut doubts = edited(look, packages);
    doubts.extend(written(look, packages, &records, &runs, met));
    doubts.extend(without_digests(look, packages, &runs, met));
    doubts.extend(removed(look, packages));
    doubts.extend(still_there(look, packages));
    doubts.extend(added(look, packages));
    let place = Text::from("records of packages that do not hold together");
    for doubt in look.first(&place, doubts, MAX_DOUBTS, "packages") {
        look.saw(Event::PackageDoubtSeen(Box::new(doubt)));
    }
    runs
}

/// dpkg writes all of a package's record at once, together with the package's files, and then `status`. Of another
/// package's record it writes no more than the list.
fn written(
    look: &mut Look<'_>,
    packages: &Packages,
    records: &[RecordFiles],
    runs: &Runs,
    met: &[Met],
) -> Vec<PackageDoubt> {
    let at_work = read::has_journal(look) && at_work::dpkg_may_be(look);
    let still = !at_work && read::status_stat(look) == packages.status_stat;
    let status = packages.status_stat.filter(|_| still).map(|stat| stat.changed);
    let status = status.max(status.and(read::journal_changed(look)));
    let (mut found, mut anew) = (Vec::new(), Vec::new());
    for (number, record) in records.iter().enumerate() {
        let Some(installed) = runs.installed(number) else { continue };
        let doubt =
            |(path, stat): &(Text, FileStat)| said(packages, number, DoubtKind::RecordWritten, path, stat.changed);
        match record.late(installed).next() {
            Some(late) => found.push(doubt(late)),
            None => anew.extend(status.and_then(|status| record.after(status).next()).map(doubt)),
        }
    }
    let known: BTreeSet<String> = found.iter().chain(&anew).map(|doubt| doubt.package.clone()).collect();
    let younger = |met: &Met| {
        let (record, installed) = (records.get(met.package)?, runs.installed(met.package)?);
        let (path, _) = record.first().filter(|_| record.is_all_from(installed))?;
        if !is_younger(look, met, installed, runs) {
            return None;
        }
        Some(said(packages, met.package, DoubtKind::RecordWritten, path, installed))
    };
    let younger: Vec<PackageDoubt> = met.iter().filter_map(younger).collect();
    anew.extend(younger.into_iter().filter(|doubt| !known.contains(&doubt.package)));
    if anew.len() < met.len() / MANY + FEW {
        found.extend(anew);
    } else {
        found.extend(all_written(look, anew));
    }
    found
}

/// A database of apk that was written after what apk writes with it. Packages of which files were changed since are named.
fn edited(look: &mut Look<'_>, packages: &Packages) -> Vec<PackageDoubt> {
    let Some((path, beside, time)) = &packages.edited else { return Vec::new() };
    if packages.others_exchange(look) {
        return Vec::new();
    }
    let changed = |path: &Text| look.host().stat(path).is_ok_and(|s| s.is_regular() && s.changed > time + RUN);
    let mut files = 0;
    let mut found = Vec::new();
    for (number, packed) in packages.files.iter().collect::<BTreeMap<_, _>>() {
        let programs = packed.files().filter(|file| !file.role.config && !file.role.ghost);
        let mut looked = programs.take(MAX_CHANGED - files).inspect(|_| files += 1);
        if looked.any(|file| changed(&file.path)) {
            let kind = DoubtKind::DatabaseWritten { beside: beside.clone() };
            found.push(said(packages, *number, kind, path, read::stat(look, path).map_or(0, |stat| stat.changed)));
        }
    }
    if found.is_empty() {
        let kind = DoubtKind::DatabaseWritten { beside: beside.clone() };
        let when = read::stat(look, path).map_or(0, |stat| stat.changed);
        found.push(said(packages, usize::MAX, kind, path, when));
    }
    found
}

/// One doubt for all.
fn all_written(look: &Look<'_>, doubts: Vec<PackageDoubt>) -> Option<PackageDoubt> {
    let packages = u32::try_from(doubts.len()).unwrap_or(u32::MAX);
    let when = doubts.iter().map(|doubt| doubt.when).min()?;
    let first = doubts.into_iter().next()?;
    let kind = DoubtKind::AllRecordsWritten { packages, moved: is_moved(look, when) };
    Some(PackageDoubt { kind, path: Text::from(read::INFO), when, ..first })
}

/// Nothing in /var is older, and what lies beside the records came with them: from a backup, or to another disk.
fn is_moved(look: &Look<'_>, when: i64) -> bool {
    let mut times = Vec::new();
    for dir in STATE.map(Text::from) {
        let names = look.host().list(&dir).unwrap_or_default().into_iter().take(MAX_ENTRIES);
        let beside = names
            .map(|entry| dir.join(&entry.name))
            .filter(|path| !read::INFO.as_bytes().starts_with(&[path.as_slice(), b"/"].concat()));
        times.extend(beside.filter_map(|path| look.host().stat(&path).ok()).map(|stat| stat.changed));
    }
    let is_new = times.iter().min().is_some_and(|oldest| oldest.saturating_add(COPY) >= when);
    is_new && times.into_iter().any(|time| time.abs_diff(when) <= BESIDE)
}

/// Its record was written long after its files were, of which an installation leaves none as it was. Where most records
/// bear that time the machine may have been copied then.
fn is_younger(look: &Look<'_>, met: &Met, installed: i64, runs: &Runs) -> bool {
    if !met.digests {
        return false;
    }
    let slack = if runs.is_of_most(installed) { COPY } else { RUN };
    // Images that are made without being mounted bear the time of content twice.
    let tells = |stat: &FileStat| stat.is_regular() && stat.changed != stat.modified;
    let stats = met.witnesses().filter_map(|path| look.host().stat(path).ok()).filter(tells);
    let mut older = stats.map(|stat| stat.changed.saturating_add(slack) < installed).peekable();
    if older.peek() != Some(&true) {
        return false;
    }
    let (older, newer): (Vec<bool>, Vec<bool>) = older.partition(|older| *older);
    older.len() > newer.len()
}

/// Packages of which dpkg has no digests, although they have files.
fn without_digests(look: &mut Look<'_>, packages: &Packages, runs: &Runs, met: &[Met]) -> Vec<PackageDoubt> {
    let is_file = |path: &Text| look.host().stat(path).is_ok_and(|stat| stat.is_regular());
    let of_old = |met: &Met| runs.installed(met.package).is_some_and(|time| time < DIGESTS_ARE_MADE);
    let lacks = |met: &&Met| !met.digests && !of_old(met) && met.files.iter().any(is_file);
    let lacking: Vec<usize> = met.iter().filter(lacks).map(|met| met.package).collect();
    if lacking.is_empty() || packages.is_busy(look) {
        return Vec::new();
    }
    let when = |number| runs.installed(number).unwrap_or(0);
    let told = |number: usize, kind| {
        let of_pacman = || packages.records.get(&number)?.iter().find(|path| path.ends_with(b"/mtree"));
        let path = packages.sums_paths.get(number).or_else(of_pacman)?;
        Some(said(packages, number, kind, path, when(number)))
    };
    // Makers of small images take all of them out.
    let with = met.iter().filter(|met| met.digests).count();
    if lacking.len() > with {
        let kind = DoubtKind::NoDigests { packages: u32::try_from(lacking.len()).unwrap_or(u32::MAX) };
        return lacking.first().and_then(|number| told(*number, kind)).into_iter().collect();
    }
    let gone = |number: usize| {
        let mut doubt = told(number, DoubtKind::DigestsGone { alone: false })?;
        let alone = is_taken_out(look, packages, runs, &Text::from(doubt.path.parent()));
        doubt.kind = DoubtKind::DigestsGone { alone };
        Some(doubt)
    };
    lacking.into_iter().filter_map(gone).collect()
}

/// The directory changed when no package came and `status` was not written: package managers write their records when
/// they take something out. One that was made by hand, or by an installer, bears the time of its directory.
fn is_taken_out(look: &Look<'_>, packages: &Packages, runs: &Runs, dir: &Text) -> bool {
    let Some(changed) = read::stat(look, dir).map(|stat| stat.changed) else { return false };
    let near = |stat: FileStat| stat.changed.abs_diff(changed) <= RUN.unsigned_abs();
    !runs.is_any_about(changed) && !packages.status_stat.is_some_and(near)
}

fn said(packages: &Packages, number: usize, kind: DoubtKind, path: &Text, when: i64) -> PackageDoubt {
    let package = packages.packages.get(number);
    PackageDoubt {
        package: package.map(|package| package.name.clone()).unwrap_or_default(),
        version: package.map(|package| package.version.clone()).unwrap_or_default(),
        kind,
        path: path.clone(),
        when,
    }
}

/// Files that the host's list of a package has, and the package of its vendor has not.
fn added(look: &Look<'_>, packages: &Packages) -> Vec<PackageDoubt> {
    let doubt = |(number, paths): (&usize, &Vec<Text>)| {
        let (package, first) = (packages.packages.get(*number)?, paths.first()?);
        let files = u32::try_from(paths.len()).unwrap_or(u32::MAX);
        Some(PackageDoubt {
            package: package.name.clone(),
            version: package.version.clone(),
            kind: DoubtKind::FilesAdded { files },
            path: first.clone(),
            when: look.host().stat(first).map_or(0, |stat| stat.changed),
        })
    };
    packages.vendors.iter().filter_map(doubt).collect()
}

/// `NAME.list` without a paragraph in `status`: dpkg removes both together.
fn removed(look: &mut Look<'_>, packages: &Packages) -> Vec<PackageDoubt> {
    // Before a list is moved into place dpkg writes `status`, and then its journal.
    if packages.packages.is_empty() || packages.is_busy(look) {
        return Vec::new();
    }
    let known: BTreeSet<&str> = packages.packages.iter().map(|package| package.name.as_str()).collect();
    let lists = read::lists(look);
    let unknown = lists.into_iter().filter(|(name, _)| !known.contains(name.as_str()));
    let doubt = |(package, path): (String, Text)| {
        let when = look.host().stat(&path).map_or(0, |stat| stat.changed);
        PackageDoubt { package, version: String::new(), kind: DoubtKind::RecordRemoved, path, when }
    };
    unknown.map(doubt).collect()
}

/// dpkg takes everything but settings off the list of a package that it removes.
fn still_there(look: &mut Look<'_>, packages: &Packages) -> Vec<PackageDoubt> {
    let Some(index) = &packages.index else { return Vec::new() };
    let mut found = Vec::new();
    for (number, package) in packages.packages.iter().enumerate().filter(|(_, package)| !package.is_present()) {
        let mut places = Vec::new();
        index.each_file(number, &mut |listed, place| {
            let path = Text::from([b"/", place].concat());
            let setting = path.is_within("/etc") || package.conffiles.contains_key([b"/", listed].concat().as_slice());
            if places.len() < MAX_TRIED && !setting {
                places.push(path);
            }
        });
        let file = |path: Text| look.host().stat(&path).ok().filter(FileStat::is_regular).map(|stat| (path, stat));
        found.extend(places.into_iter().find_map(file).map(|(path, stat)| (number, path, stat)));
    }
    // A package may have been removed or brought back since.
    if found.is_empty() || packages.is_busy(look) {
        return Vec::new();
    }
    let doubt = |(number, path, stat): (usize, Text, FileStat)| {
        said(packages, number, DoubtKind::FilesOfRemoved, &path, stat.changed)
    };
    found.into_iter().map(doubt).collect()
}
