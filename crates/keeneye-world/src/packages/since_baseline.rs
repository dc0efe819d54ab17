//! What dpkg's records tell beside a baseline: when packages were put in place since, and which records no installation
//! can have changed.

use super::dpkg_log::Log;
use super::record_files::{self, RecordFiles};
use super::{Packages, compare, read, records};
use crate::baseline::{Aspect, Change, Dealings};
use crate::{AskHost, Look};
use keeneye_facts::{DoubtKind, Event, FileStat, PackageDoubt, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Files of a package that are asked whether they are older than the baseline.
const MAX_WITNESSES: usize = 200;
/// Seconds by which file systems that count in whole or even seconds may be wrong.
const SLACK: i64 = 2;
/// dpkg(1): "the file to which dpkg logs", and the one before it, which logrotate(8) keeps unpacked.
const LOGS: [&str; 2] = ["/var/log/dpkg.log.1", "/var/log/dpkg.log"];

impl Packages {
    /// Says which records were written by somebody else than dpkg since the baseline was made (seconds since 1970), and
    /// gives what is known of packages. Doubts that were seen before count as well.
    pub fn dealings(&self, look: &mut Look<'_>, changes: &[Change], made: i64) -> Dealings {
        if changes.is_empty() {
            return Dealings::default();
        }
        let records = record_files::of(look, self);
        let mut written = Vec::new();
        if !self.is_exchanging(look) {
            written = self.written_since(look, &records, changes, made);
            let told =
                |event: &Event, path: &Text| matches!(event, Event::PackageDoubtSeen(doubt) if doubt.path == *path);
            written.retain(|doubt| !look.seen().iter().any(|event| told(event, &doubt.path)));
            written.extend(self.digests_gone(look, changes));
        }
        for doubt in written {
            look.saw(Event::PackageDoubtSeen(Box::new(doubt)));
        }
        let doubted = self.doubted(look);
        let is_trusted = |number: &usize| self.packages.get(*number).is_some_and(|p| !doubted.contains(&p.name));
        let of_dpkg = records.iter().enumerate().filter(|(number, _)| is_trusted(number));
        let times = of_dpkg.filter_map(|(_, record)| record.installed()).chain(self.installed.values().copied());
        let runs = times.filter(|time| *time >= made.saturating_sub(SLACK)).collect();
        Dealings { doubted, runs, ..Dealings::default() }
    }

    /// Looks at what packages' records tell by themselves, without comparing any of the packages' files.
    pub fn doubt(&self, look: &mut Look<'_>) {
        let is_dpkgs = |number: &usize| !self.files.contains_key(number);
        let present = self.packages.iter().enumerate().filter(|(_, package)| package.is_present());
        let numbers: Vec<usize> = present.map(|(number, _)| number).filter(is_dpkgs).collect();
        let met: Vec<_> = numbers
            .into_iter()
            .filter_map(|number| compare::each_of_dpkg(look, self, number, &mut |_, _| ()))
            .collect();
        records::look(look, self, &met);
    }

    /// dpkg replaces every file of a package and of its record, and writes down that it does.
    fn written_since(
        &self,
        look: &mut Look<'_>,
        records: &[RecordFiles],
        changes: &[Change],
        made: i64,
    ) -> Vec<PackageDoubt> {
        // A list is written anew as well when another package takes a file over.
        let of_record = |change: &&Change| {
            let rewritten = change.is(Aspect::Content) || change.is(Aspect::Added);
            rewritten && change.path().is_within(read::INFO) && !record_files::is_list(change.path())
        };
        let changed: BTreeMap<&Text, &Change> =
            changes.iter().filter(of_record).map(|change| (change.path(), change)).collect();
        if changed.is_empty() {
            return Vec::new();
        }
        let log = LOGS.map(|path| look.host().read(&path.into()).unwrap_or_default()).concat();
        let log = Log::new(&log, self.packages.iter().map(|package| package.name.as_str()));
        let mut found = Vec::new();
        for (number, (record, package)) in records.iter().zip(&self.packages).enumerate() {
            let Some((path, change)) = record.paths().find_map(|path| changed.get_key_value(path)) else { continue };
            let when = change.after.as_ref().map_or(0, |after| after.changed.seconds);
            let is_old = |stat: &FileStat| stat.is_regular() && stat.changed.saturating_add(SLACK) < made;
            let untouched = match change.before {
                Some(_) => record.beside(path, is_old).or_else(|| self.old_file(look, number, is_old)),
                None => None,
            };
            let unlogged = || {
                let status = self.status_stat.map(|stat| stat.changed)?;
                log.is_silent_on(&package.name, when, status).then_some(())
            };
            if untouched.is_some() || unlogged().is_some() {
                found.push(PackageDoubt {
                    package: package.name.clone(),
                    version: package.version.clone(),
                    kind: DoubtKind::RecordWrittenSinceBaseline { untouched },
                    path: (*path).clone(),
                    when,
                });
            }
        }
        found
    }

    /// One of the package's files that has a digest, is no setting, and is old.
    fn old_file(&self, look: &mut Look<'_>, number: usize, is_old: impl Fn(&FileStat) -> bool) -> Option<Text> {
        let index = self.index.as_ref()?;
        let sums = read::sums(look, self.sums_paths.get(number)?)?;
        let mut files = Vec::new();
        index.each_file(number, &mut |listed, place| {
            let path = Text::from([b"/", place].concat());
            let counts = sums.get(listed).is_some() && !path.is_within("/etc") && !index.is_diverted(number, listed);
            if counts && files.len() < MAX_WITNESSES {
                files.push(path);
            }
        });
        files.into_iter().find(|path| look.host().stat(path).is_ok_and(|stat| is_old(&stat)))
    }

    /// Packages whose records do not hold together. What bears no signature is the ordinary case where nothing is signed.
    fn doubted(&self, look: &mut Look<'_>) -> BTreeSet<String> {
        let mut doubted = BTreeSet::new();
        let (mut all, mut without_digests) = (false, false);
        for event in look.seen() {
            let Event::PackageDoubtSeen(doubt) = event else { continue };
            match doubt.kind {
                DoubtKind::Unsigned { others_are_signed: false, .. } => continue,
                DoubtKind::AllRecordsWritten { moved, .. } => all |= !moved,
                DoubtKind::NoDigests { .. } | DoubtKind::DigestsGoneSinceBaseline { .. } => without_digests = true,
                _ => (),
            }
            doubted.insert(doubt.package.clone());
        }
        if !all && !without_digests {
            return doubted;
        }
        for (path, package) in self.sums_paths.iter().zip(&self.packages) {
            if all || read::sums(look, path).is_none_or(|sums| sums.is_empty()) {
                doubted.insert(package.name.clone());
            }
        }
        doubted
    }

    /// Lists of digests that the baseline knows and that are gone, although the packages and their files are there.
    fn digests_gone(&self, look: &mut Look<'_>, changes: &[Change]) -> Option<PackageDoubt> {
        let gone = changes.iter().filter(|change| change.is(Aspect::Removed) && change.path().is_within(read::INFO));
        let gone: BTreeSet<&Text> = gone.map(Change::path).collect();
        if gone.is_empty() {
            return None;
        }
        let lists = self.sums_paths.iter().zip(&self.packages).enumerate();
        let lacking: Vec<_> = lists
            .filter(|(number, (path, package))| {
                gone.contains(*path) && package.is_present() && self.has_files(look, *number)
            })
            .map(|(_, of)| of)
            .collect();
        let (path, package) = lacking.first()?;
        let packages = u32::try_from(lacking.len()).unwrap_or(u32::MAX);
        Some(PackageDoubt {
            package: package.name.clone(),
            version: package.version.clone(),
            kind: DoubtKind::DigestsGoneSinceBaseline { packages },
            path: (*path).clone(),
            when: look.host().stat(&Text::from(read::INFO)).map_or(0, |stat| stat.changed),
        })
    }

    /// dpkg would make digests of some of its files.
    fn has_files(&self, look: &Look<'_>, number: usize) -> bool {
        let Some(index) = &self.index else { return false };
        let mut files = Vec::new();
        index.each_file(number, &mut |_, place| {
            let path = Text::from([b"/", place].concat());
            if !path.is_within("/etc") && files.len() < MAX_WITNESSES {
                files.push(path);
            }
        });
        files.into_iter().any(|path| look.host().stat(&path).is_ok_and(|stat| stat.is_regular()))
    }
}
