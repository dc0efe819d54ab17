//! The files that dpkg keeps of a package, `/var/lib/dpkg/info/NAME.*`, or pacman in a directory for each, and when they
//! were written.

use super::read::{self, INFO};
use super::{Packages, runs::RUN};
use crate::{AskHost, Look};
use bstr::ByteSlice;
use keeneye_facts::{FileStat, Text};
use std::collections::HashMap;

/// Files of one package's record: dpkg knows about a dozen, and a package may bring others.
const MAX_FILES: usize = 40;

/// The record of one package.
#[derive(Clone, Debug, Default)]
pub(super) struct RecordFiles {
    /// The list first, if it is there.
    files: Vec<(Text, FileStat)>,
}

impl RecordFiles {
    /// When dpkg put the package in place. It moves what a package brought for the record from a directory of its own:
    /// the times of content stay those of the package, and of all others that of the move is the earliest. Images that
    /// are made without being mounted bear one time twice; there only the list tells, which dpkg itself writes.
    pub(super) fn installed(&self) -> Option<i64> {
        let tells = |path: &Text| is_list(path) || !path.is_within(INFO);
        let moved = |(path, stat): &&(Text, FileStat)| tells(path) || stat.changed != stat.modified;
        let times = |files: &mut dyn Iterator<Item = &(Text, FileStat)>| files.map(|(_, stat)| stat.changed).min();
        times(&mut self.files.iter().filter(moved)).or_else(|| times(&mut self.files.iter()))
    }

    /// What was written long after the package came. Not the list: dpkg writes it anew when another package takes a file
    /// over.
    pub(super) fn late(&self, installed: i64) -> impl Iterator<Item = &(Text, FileStat)> {
        self.after(installed).filter(|(path, _)| !is_list(path))
    }

    /// What was written long after this time.
    pub(super) fn after(&self, time: i64) -> impl Iterator<Item = &(Text, FileStat)> {
        self.files.iter().filter(move |(_, stat)| stat.changed > time.saturating_add(RUN))
    }

    /// Nothing in it is older than the package: else the list alone was written anew, as dpkg does when another package
    /// takes a file over.
    pub(super) fn is_all_from(&self, installed: i64) -> bool {
        self.files.iter().all(|(_, stat)| stat.changed.saturating_add(RUN) >= installed)
    }

    /// Where its files lie.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Text> {
        self.files.iter().map(|(path, _)| path)
    }

    /// One of its files that is so, other than this one and the list.
    pub(super) fn beside(&self, this: &Text, is_so: impl Fn(&FileStat) -> bool) -> Option<Text> {
        let mut others = self.files.iter().filter(|(path, _)| !is_list(path) && path != this);
        others.find(|(_, stat)| is_so(stat)).map(|(path, _)| path.clone())
    }

    /// The list, or what stands in for it.
    pub(super) fn first(&self) -> Option<&(Text, FileStat)> {
        self.files.first()
    }
}

pub(super) fn is_list(path: &[u8]) -> bool {
    path.ends_with(b".list")
}

/// Of every package, by number; empty where its manager keeps all packages in one file.
pub(super) fn of(look: &mut Look<'_>, packages: &Packages) -> Vec<RecordFiles> {
    let mut names: HashMap<Vec<u8>, Vec<Text>> = HashMap::new();
    for name in read::names_in_info(look).unwrap_or_default() {
        if let Some((stem, _)) = name.rsplit_once_str(".") {
            names.entry(stem.to_vec()).or_default().push(name);
        }
    }
    let of = |number: usize| match (packages.sums_paths.get(number), packages.records.get(&number)) {
        (Some(sums), _) => record(look, sums, &names),
        (None, Some(paths)) => RecordFiles { files: stats(look, paths.clone()) },
        (None, None) => RecordFiles::default(),
    };
    (0..packages.packages.len()).map(of).collect()
}

/// `sums` is where the package's digests lie or would lie.
fn record(look: &Look<'_>, sums: &Text, names: &HashMap<Vec<u8>, Vec<Text>>) -> RecordFiles {
    let dir = Text::from(INFO);
    let stem = sums.file_name().strip_suffix(b".md5sums".as_slice()).filter(|_| sums.is_within(INFO));
    let paths: Vec<Text> = match stem.and_then(|stem| names.get(stem)) {
        Some(names) => names.iter().map(|name| dir.join(name)).collect(),
        None => vec![sums.clone()],
    };
    let mut files = stats(look, paths);
    files.sort_by_key(|(path, _)| !is_list(path));
    RecordFiles { files }
}

fn stats(look: &Look<'_>, paths: Vec<Text>) -> Vec<(Text, FileStat)> {
    let stat = |path: Text| look.host().stat(&path).ok().map(|stat| (path, stat));
    paths.into_iter().take(MAX_FILES).filter_map(stat).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(files: &[(&str, i64, i64)]) -> RecordFiles {
        let stat = |modified, changed| FileStat { modified, changed, ..FileStat::default() };
        let file = |(name, m, c): &(&str, i64, i64)| (Text::from(INFO).join(name.as_bytes()), stat(*m, *c));
        RecordFiles { files: files.iter().map(file).collect() }
    }

    #[test]
    fn a_touched_list_does_not_make_a_package_younger() {
        let honest = [("a.list", 5_000, 5_000), ("a.md5sums", 100, 5_001), ("a.postinst", 100, 5_001)];
        assert_eq!(record(&honest).installed(), Some(5_000));
        let touched = [("a.list", 9_000, 9_000), ("a.md5sums", 9_000, 9_000), ("a.postinst", 100, 5_001)];
        assert_eq!(record(&touched).installed(), Some(5_001));
        let late: Vec<_> = record(&touched).late(5_001).map(|(path, _)| path.clone()).collect();
        assert_eq!(late, [Text::from(INFO).join(b"a.md5sums")]);
        assert_eq!(record(&touched).after(5_001).count(), 2);
    }
    #[test]
    fn a_list_that_dpkg_wrote_anew_makes_no_record_anew() {
        let digests_by_dpkg = [("a.list", 9_000, 9_000), ("a.md5sums", 5_000, 5_000)];
        assert!(!record(&digests_by_dpkg).is_all_from(9_000));
        assert!(record(&[("a.list", 9_000, 9_000), ("a.md5sums", 8_990, 8_990)]).is_all_from(9_000));
    }
    #[test]
    fn of_an_image_only_the_list_tells() {
        let image = [("a.list", 5_000, 5_000), ("a.md5sums", 100, 100), ("a.postinst", 100, 100)];
        assert_eq!(record(&image).installed(), Some(5_000));
        assert_eq!(record(&[("a.md5sums", 100, 100)]).installed(), Some(100), "an image without lists");
        assert_eq!(record(&[]).installed(), None);
    }
}
