//! The walk itself: in order, below its roots, on local file systems.

use super::content::Task;
use super::names::Names;
use super::{Batch, Before, Done, Inventory, InventoryError, Job, Place, Taken};
use crate::deadline::Deadline;
use crate::files::Files;
use crate::mounts::{Mounts, Treatment};
use crate::root::open_in;
use crate::{refused, stat};
use keeneye_facts::{Refusal, Text};
use keeneye_world::baseline::{Class, Content, Entry, FormatError, Moment, Policy, walk_order};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{AtFlags, OFlags, ResolveFlags, Statx, StatxAttributes, StatxFlags, makedev, readlinkat};
use rustix::io::Errno;
use std::cmp::Ordering;
use std::sync::atomic::{AtomicBool, Ordering as Atomic};
use std::sync::mpsc::{SyncSender, sync_channel};

/// Files that one walk looks at.
const MAX_FILES: u64 = 50_000_000;
/// Entries of a batch.
const MAX_BATCH: usize = 256;
/// Bytes to read for a batch, a last file not counted.
const MAX_BATCH_BYTES: u64 = 4 << 20;
/// Seconds before a walk began in which a change may carry the time of what the walk saw.
const RACY_SECONDS: i64 = 2;
const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NONBLOCK).union(OFlags::NOFOLLOW);

/// Where a walk begins.
pub(super) struct Top {
    /// Without links.
    pub(super) path: Text,
    pub(super) dir: OwnedFd,
}

/// Opens the roots, in order and without those that lie in another one.
pub(super) fn tops(files: &Files, roots: &[Text]) -> Result<Vec<Top>, InventoryError> {
    let mut paths = Vec::new();
    for root in roots {
        paths.push(files.resolve(root).map_err(|why| InventoryError::Start(root.clone(), why))?);
    }
    paths.sort_by(|a, b| walk_order(a, b));
    paths.dedup_by(|later, earlier| later.is_within(&earlier.lossy()) || *earlier == "/");
    let open = |path: Text| match files.root.open_at(&path, DIRECTORY) {
        Ok(dir) => Ok(Top { path, dir }),
        Err(why) => Err(InventoryError::Start(path, why)),
    };
    paths.into_iter().map(open).collect()
}

/// A directory that the walk is in.
struct Frame {
    /// Below the top; empty for the top itself.
    below: Text,
    path: Text,
    dir: OwnedFd,
    names: Names,
    has_mounts: bool,
}

pub(super) struct Walker<'a> {
    tops: &'a [Top],
    mounts: &'a Mounts,
    whole_machine: bool,
    policy: &'a Policy,
    before: Option<Before<'a>>,
    /// The next entry of the earlier walk.
    next: Option<Entry>,
    deadline: &'a Deadline,
    stop: &'a AtomicBool,
    batch: Batch,
    batch_bytes: u64,
    taken: Taken,
}

/// Nobody wants more.
struct Over;

impl<'a> Walker<'a> {
    pub(super) fn new(
        tops: &'a [Top],
        mounts: &'a Mounts,
        whole_machine: bool,
        inventory: Inventory<'a>,
        deadline: &'a Deadline,
        stop: &'a AtomicBool,
    ) -> Self {
        let Inventory { policy, before, .. } = inventory;
        let taken = Taken::default();
        Self {
            tops,
            mounts,
            whole_machine,
            policy,
            before,
            next: None,
            deadline,
            stop,
            batch: Vec::new(),
            batch_bytes: 0,
            taken,
        }
    }

    /// Walks to the end, or until nobody wants more.
    pub(super) fn run(mut self, places: &SyncSender<Place>, jobs: &SyncSender<Job>) -> Taken {
        let all = self.advance().map(|_| ()).and_then(|()| {
            for number in 0..self.tops.len() {
                match self.walk(number, &|batch, done| hand_over(places, jobs, number, batch, done)) {
                    Ok(true) => (),
                    Ok(false) => break,
                    Err(why) => return Err(why),
                }
            }
            // The rest of the earlier walk is read too: whether it is damaged is known at its end.
            while self.next.is_some() {
                self.advance()?;
            }
            Ok(())
        });
        if let Err(why) = all {
            places.send(Place::Failed(why)).ok();
        }
        self.taken
    }

    /// False when the walk ends early.
    fn walk(&mut self, number: usize, send: &Send) -> Result<bool, FormatError> {
        let Some(top) = self.tops.get(number) else { return Ok(true) };
        let Ok(stat) = stat::all(top.dir.as_fd(), b"", AtFlags::EMPTY_PATH) else { return Ok(true) };
        let mut stack = Vec::new();
        let first = entry(top.path.clone(), &stat);
        stack.extend(self.directory(top, Text::new(), first)?);
        while let Some(frame) = stack.last_mut() {
            if self.stop.load(Atomic::Relaxed) {
                return Ok(false);
            }
            if let Some(limit) = self.limit() {
                self.taken.cut = Some(limit.to_owned());
                self.flush(send).ok();
                return Ok(false);
            }
            let Some(name) = frame.names.next() else {
                stack.pop();
                continue;
            };
            let path = frame.path.join(name);
            if frame.has_mounts && !self.enters(&path) {
                continue;
            }
            let stat = match stat::all(frame.dir.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(errno) => {
                    self.could_not_read(&path, &refused(errno));
                    continue;
                }
            };
            let class = self.policy.class(&path);
            if class == Class::Skipped {
                continue;
            }
            let mut entry = entry(path, &stat);
            if entry.is_dir() {
                let below = if frame.below.is_empty() { Text::from(name) } else { frame.below.join(name) };
                stack.extend(self.directory(top, below, entry)?);
            } else {
                if entry.is_link() {
                    entry.target = readlinkat(&frame.dir, name, Vec::new()).ok().map(|t| Text::from(t.into_bytes()));
                }
                self.file(entry, class)?;
            }
            if self.batch.len() >= MAX_BATCH || self.batch_bytes >= MAX_BATCH_BYTES {
                let Ok(()) = self.flush(send) else { return Ok(false) };
            }
        }
        Ok(self.flush(send).is_ok())
    }

    /// The limit that is reached.
    fn limit(&self) -> Option<&'static str> {
        if self.deadline.check().is_err() {
            Some("the time that was given")
        } else if self.taken.entries >= MAX_FILES {
            Some("50,000,000 files a walk")
        } else {
            None
        }
    }

    /// Whether what is mounted here, if anything, is looked at.
    fn enters(&mut self, path: &Text) -> bool {
        match self.mounts.at(path) {
            Some(Treatment::Kernel | Treatment::Container) => false,
            Some(Treatment::Remote) => {
                self.could_not_read(path, &refused(Errno::REMOTE));
                false
            }
            Some(Treatment::Local) | None => true,
        }
    }

    /// Opens a directory and plans its entry; `None` when its names cannot be read.
    fn directory(&mut self, top: &Top, below: Text, mut entry: Entry) -> Result<Option<Frame>, FormatError> {
        let before = self.seek(&entry.path)?;
        entry.restless = match &before {
            Some(before) if before.modified != entry.modified => before.restless.saturating_add(1),
            _ => 0,
        };
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let name: &[u8] = if below.is_empty() { b"." } else { &below };
        let opened = open_in(top.dir.as_fd(), name, DIRECTORY, resolve, self.whole_machine).map_err(refused);
        let frame = match opened.and_then(|dir| Ok((Names::of(dir.as_fd())?, dir))) {
            Ok((names, dir)) => {
                entry.attributes = super::content::attributes(dir.as_fd());
                let has_mounts = self.mounts.any_below(&entry.path);
                Some(Frame { below, path: entry.path.clone(), dir, names, has_mounts })
            }
            // It vanished meanwhile.
            Err(why) if why.is_absent() => return Ok(None),
            Err(why) => {
                entry.content = Content::Unread(self.could_not_read(&entry.path, &why));
                None
            }
        };
        self.plan(entry, Task::Nothing);
        Ok(frame)
    }

    fn file(&mut self, mut entry: Entry, class: Class) -> Result<(), FormatError> {
        let before = self.seek(&entry.path)?;
        if !entry.is_regular() {
            self.plan(entry, Task::Nothing);
            return Ok(());
        }
        let wants_content = class != Class::Changes || entry.is_executable();
        if let Some(before) = &before
            && self.believes(before, &entry, wants_content)
        {
            entry.content = before.content;
            entry.attributes.clone_from(&before.attributes);
            entry.begins_as_before = Some(true);
            self.taken.believed += 1;
            self.plan(entry, Task::Nothing);
        } else if wants_content {
            let before = before.map(|before| (before.size, before.content, before.restless));
            self.plan(entry, Task::Read { before });
        } else {
            self.plan(entry, Task::Nothing);
        }
        Ok(())
    }

    /// Nothing says that it was touched, and chance does not want it read again.
    fn believes(&mut self, before: &Entry, now: &Entry, wants_content: bool) -> bool {
        let Some(earlier) = &mut self.before else { return false };
        let known = !wants_content || matches!(before.content, Content::Sha256(_));
        let racy = now.changed.seconds >= earlier.made.seconds - RACY_SECONDS;
        if !known || racy || !before.looks_untouched(now) {
            return false;
        }
        match earlier.one_in {
            0 => true,
            one_in => !chance(&mut earlier.seed).is_multiple_of(one_in),
        }
    }

    fn plan(&mut self, entry: Entry, task: Task) {
        self.taken.entries += 1;
        if matches!(task, Task::Read { .. }) {
            self.batch_bytes += entry.size;
        }
        self.batch.push((entry, task));
    }

    fn flush(&mut self, send: &Send) -> Result<(), Over> {
        self.batch_bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() { Ok(()) } else { send(batch, Done::default()) }
    }

    /// The earlier entry of this path.
    fn seek(&mut self, path: &Text) -> Result<Option<Entry>, FormatError> {
        while let Some(next) = &self.next {
            match walk_order(&next.path, path) {
                Ordering::Less => self.advance()?,
                Ordering::Equal => return self.advance(),
                Ordering::Greater => break,
            };
        }
        Ok(None)
    }

    /// Gives the entry that was next.
    fn advance(&mut self) -> Result<Option<Entry>, FormatError> {
        let next = match &mut self.before {
            Some(before) => before.entries.next().transpose()?,
            None => None,
        };
        Ok(std::mem::replace(&mut self.next, next))
    }

    /// Gives the errno.
    fn could_not_read(&mut self, path: &Text, why: &Refusal) -> i32 {
        let errno = match why {
            Refusal::Errno(errno) => *errno,
            Refusal::Cut(_) => Errno::TOOBIG.raw_os_error(),
            _ => Errno::IO.raw_os_error(),
        };
        // It vanished meanwhile: then there was nothing to read.
        if !why.is_absent() {
            self.taken.could_not_read(path, errno);
        }
        errno
    }
}

/// Hands over a batch.
type Send<'a> = dyn Fn(Batch, Done) -> Result<(), Over> + 'a;

/// Puts a batch into its place, and has its content read where there is any to read.
fn hand_over(
    places: &SyncSender<Place>,
    jobs: &SyncSender<Job>,
    top: usize,
    batch: Batch,
    mut done: Done,
) -> Result<(), Over> {
    if batch.iter().all(|(_, task)| matches!(task, Task::Nothing)) {
        done.entries = batch.into_iter().map(|(entry, _)| entry).collect();
        return places.send(Place::Done(done)).map_err(|_| Over);
    }
    let (answer, waiting) = sync_channel(1);
    places.send(Place::Waiting(waiting)).map_err(|_| Over)?;
    jobs.send(Job { batch, answer, top }).map_err(|_| Over)
}

/// xorshift64: good enough to choose, since nobody sees the seed.
fn chance(seed: &mut u64) -> u64 {
    *seed = (*seed).max(1);
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

/// What the kernel tells of a file.
pub(super) fn entry(path: Text, stat: &Statx) -> Entry {
    let moment = |time: &rustix::fs::StatxTimestamp| Moment { seconds: time.tv_sec, nanoseconds: time.tv_nsec };
    let has_birth = stat.stx_mask & StatxFlags::BTIME.bits() != 0;
    Entry {
        path,
        mode: stat.stx_mode.into(),
        uid: stat.stx_uid,
        gid: stat.stx_gid,
        links: stat.stx_nlink.into(),
        size: stat.stx_size,
        node: makedev(stat.stx_rdev_major, stat.stx_rdev_minor),
        device: makedev(stat.stx_dev_major, stat.stx_dev_minor),
        inode: stat.stx_ino,
        modified: moment(&stat.stx_mtime),
        changed: moment(&stat.stx_ctime),
        born: if has_birth { moment(&stat.stx_btime) } else { Moment::default() },
        immutable: stat.stx_attributes.contains(StatxAttributes::IMMUTABLE),
        append_only: stat.stx_attributes.contains(StatxAttributes::APPEND),
        ..Entry::default()
    }
}
