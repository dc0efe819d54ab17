//! Looks at directories both ways, and again at what differs.

use super::{Place, reader};
use crate::deadline::Deadline;
use crate::stat;
use ext4_view::Ext4;
use keeneye_facts::{Refusal, Text};
use keeneye_world::{Answer, DirEntry, DiskComparison, DiskEntry, DiskLook, EntryKind, Reply};
use rustix::fd::AsFd;
use rustix::fs::OFlags;
use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

/// How often both are asked.
const LOOKS: usize = 3;
/// Between two looks, so that the first and the last are more than a second apart.
const PAUSE: Duration = Duration::from_millis(520);
/// For the first look at all directories of one question.
const LONGEST: Duration = Duration::from_secs(20);
/// Names that differ in a first look and are looked at again.
const MAX_DIFFERENCES: usize = 10_000;
/// Names that the device's reader takes from one directory.
const MAX_NAMES: usize = 1_000_000;
/// Directories that could not be read and are told.
const MAX_UNREAD: usize = 100;

/// Names of a directory, with the kind of each.
type Names = BTreeMap<Text, bool>;

pub(super) struct Comparison<'a> {
    place: &'a Place,
    deadline: &'a Deadline,
    begun: Instant,
    directories: u64,
    /// By directory and name.
    differ: BTreeMap<Text, BTreeMap<Text, DiskEntry>>,
    differences: usize,
    /// Directories that the device's reader could not give.
    unread: BTreeMap<Text, Refusal>,
    cut: Option<&'static str>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(place: &'a Place, deadline: &'a Deadline) -> Self {
        let (differ, unread) = (BTreeMap::new(), BTreeMap::new());
        let begun = Instant::now();
        Self { place, deadline, begun, directories: 0, differ, differences: 0, unread, cut: None }
    }

    /// All looks.
    pub(super) fn run(mut self, deep: bool) -> Reply {
        let begun = now();
        self.first(deep)?;
        for number in 1..LOOKS {
            if self.differ.is_empty() && self.unread.is_empty() {
                break;
            }
            if self.deadline.left().is_some_and(|left| left < PAUSE) {
                return Err(Refusal::OutOfTime);
            }
            self.deadline.check()?;
            sleep(PAUSE);
            self.again(number)?;
        }
        let unread = self.unread.into_iter().take(MAX_UNREAD).map(|(dir, why)| (dir, words(&why)));
        Ok(Answer::Disk(Box::new(DiskComparison {
            begun,
            ended: Some(now()),
            directories: self.directories,
            differ: self.differ.into_values().flat_map(BTreeMap::into_values).collect(),
            unread: unread.collect(),
            cut: self.cut.map(str::to_owned),
        })))
    }

    /// Goes through all directories.
    fn first(&mut self, deep: bool) -> Result<(), Refusal> {
        let disk = self.place.load(false, self.deadline)?;
        let mut todo = vec![self.place.dir.clone()];
        while let Some(dir) = todo.pop() {
            self.deadline.check()?;
            if self.begun.elapsed() > LONGEST {
                self.cut = Some("20 s for directories below one");
                break;
            }
            if self.differences > MAX_DIFFERENCES {
                self.cut = Some("10,000 names that differ");
                break;
            }
            let listed = match self.place.listed(&dir) {
                Ok(listed) => listed,
                Err(why) => {
                    self.could_not_read(dir, why);
                    continue;
                }
            };
            if deep {
                todo.extend(self.directories_of(&dir, &listed));
            }
            self.directories += 1;
            self.look_at(&disk, &dir, &names(listed));
        }
        Ok(())
    }

    /// Looks again at what differed, and at what could not be read: a directory that was being written does not hold
    /// together for a moment. Of an image the last look takes in the journal, which the kernel has done as well, or has
    /// not: what is told is so either way.
    fn again(&mut self, number: usize) -> Result<(), Refusal> {
        let journal = self.place.is_image && number + 1 == LOOKS;
        let disk = match self.place.load(journal, self.deadline) {
            Err(Refusal::Garbled(_)) if journal => self.place.load(false, self.deadline)?,
            reply => reply?,
        };
        let dirs: BTreeSet<Text> =
            self.differ.keys().cloned().chain(std::mem::take(&mut self.unread).into_keys()).collect();
        for dir in dirs {
            self.deadline.check()?;
            match self.place.listed(&dir) {
                Ok(listed) => self.look_at(&disk, &dir, &names(listed)),
                Err(why) => {
                    self.differ.remove(&dir);
                    self.could_not_read(dir, why);
                }
            }
        }
        Ok(())
    }

    /// One look at a directory that the kernel has just listed.
    fn look_at(&mut self, disk: &Ext4, dir: &Text, before: &Names) {
        let held = match held(disk, &self.place.inside(dir)) {
            Ok(held) => held,
            // Of a directory further down that is a difference of the one above.
            Err(why) if why.is_absent() && *dir == self.place.dir => {
                return self.could_not_read(dir.clone(), Refusal::Garbled("the device does not hold it".into()));
            }
            Err(why) => return self.could_not_read(dir.clone(), why),
        };
        let known = self.differ.remove(dir).unwrap_or_default();
        if known.is_empty() && held == *before {
            return;
        }
        let Ok(after) = self.place.listed(dir).map(names) else { return };
        let all: BTreeSet<&Text> = held.keys().chain(before.keys()).chain(after.keys()).collect();
        let mut entries = BTreeMap::new();
        for name in all {
            let has = |names: &Names| names.contains_key(name);
            let look = DiskLook { before: has(before), disk: has(&held), after: has(&after) };
            if look.before == look.disk && look.disk == look.after {
                continue;
            }
            let entry = known.get(name).cloned().unwrap_or_else(|| {
                let directory = held.get(name).or(before.get(name)).or(after.get(name)).copied().unwrap_or_default();
                let path = dir.join(&**name);
                DiskEntry { since: self.since(disk, &path, look.disk), path, directory, looks: Vec::new() }
            });
            let looks = entry.looks.iter().copied().chain([look]).collect();
            entries.insert(name.clone(), DiskEntry { looks, ..entry });
        }
        self.differences += entries.len().saturating_sub(known.len());
        if !entries.is_empty() {
            self.differ.insert(dir.clone(), entries);
        }
    }

    /// Directories to go on with. What is mounted lies elsewhere.
    fn directories_of(&self, dir: &Text, listed: &[DirEntry]) -> Vec<Text> {
        let dirs = listed.iter().filter(|entry| entry.kind == EntryKind::Dir).map(|entry| dir.join(&*entry.name));
        dirs.filter(|path| self.place.mounts.at(path).is_none()).collect()
    }

    /// Since when a name is there: by the device, or by the kernel.
    fn since(&self, disk: &Ext4, path: &Text, on_disk: bool) -> Option<i64> {
        if on_disk {
            let inside = self.place.inside(path);
            return Some(disk.symlink_metadata(inside.as_slice()).ok()?.created()?.seconds());
        }
        let file = self.place.files.root.open_at(path, OFlags::PATH).ok()?;
        stat::of(file.as_fd()).ok().map(|stat| stat.changed)
    }

    fn could_not_read(&mut self, dir: Text, why: Refusal) {
        // It went away: then there was nothing to compare.
        if !why.is_absent() {
            self.unread.insert(dir, why);
        }
    }
}

fn names(listed: Vec<DirEntry>) -> Names {
    listed.into_iter().map(|entry| (entry.name, entry.kind == EntryKind::Dir)).collect()
}

/// What the file system holds in a directory.
fn held(disk: &Ext4, dir: &Text) -> Result<Names, Refusal> {
    let mut names = Names::new();
    for entry in disk.read_dir(dir.as_slice()).map_err(|why| reader::refusal(&why))? {
        let entry = entry.map_err(|why| reader::refusal(&why))?;
        let name = entry.file_name();
        let name: &[u8] = name.as_ref();
        if names.len() >= MAX_NAMES {
            return Err(Refusal::Cut("1,000,000 names a directory".into()));
        }
        if name != b"." && name != b".." {
            names.insert(Text::from(name), entry.file_type().is_ok_and(|kind| kind.is_dir()));
        }
    }
    Ok(names)
}

fn words(why: &Refusal) -> String {
    match why {
        Refusal::Garbled(how) => how.clone(),
        Refusal::Cut(limit) => format!("cut off at {limit}"),
        Refusal::Errno(errno) => format!("errno {errno}"),
        _ => "the time given had run out".into(),
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
