//! File systems that may never answer: a server that is away, a FUSE program that sleeps.
//!
//! Opening, even looking, can hang there, and no flag of the kernel prevents that. So whatever lies on one is asked by
//! a thread that can be left behind, and after the first silence nothing there is asked again.

use crate::deadline::Deadline;
use crate::files::Files;
use crate::mounts::{Mounts, Treatment};
use keeneye_facts::{Refusal, Text};
use keeneye_world::Reply;
use rustix::fs::{OFlags, readlinkat};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Without a sign of life for so long, a file system counts as silent.
const SILENCE: Duration = Duration::from_secs(2);
/// No single question there takes longer.
const LONGEST: Duration = Duration::from_secs(30);
/// Symbolic links in one path (the kernel's own limit).
const MAX_LINKS: usize = 40;
/// Directories whose place is remembered.
const MAX_REMEMBERED: usize = 65_536;

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// To a file system that answers at once; the path without links.
    Here(Text),
    /// To this one, which may not.
    Remote(Text),
}

/// Knows which file systems may be silent, and which are.
pub(crate) struct Remote {
    mounts: Mounts,
    directories: Mutex<HashMap<Text, Place>>,
    silent: Mutex<HashSet<Text>>,
}

impl Remote {
    pub(crate) fn new(mounts: Mounts) -> Self {
        Self { mounts, directories: Mutex::default(), silent: Mutex::default() }
    }

    /// The file system behind a path when it may be silent. `follow`: the last component counts too.
    ///
    /// Goes from directory to directory and looks before each step whether the next one is a mount point of that
    /// kind, so that finding out cannot hang.
    pub(crate) fn of(&self, files: &Files, path: &Text, follow: bool) -> Option<Text> {
        if !self.mounts.any_remote() {
            return None;
        }
        let place = if follow {
            self.place(files, path)
        } else {
            match self.place(files, &Text::from(path.parent())) {
                Place::Here(parent) => self.entry(parent.join(path.file_name())),
                remote @ Place::Remote(_) => remote,
            }
        };
        match place {
            Place::Here(_) => None,
            Place::Remote(mount) => Some(mount),
        }
    }

    /// The same for a path that is known to hold no links.
    pub(crate) fn above(&self, path: &Text) -> Option<Text> {
        self.mounts.remote_above(path).map(Text::from)
    }

    /// The file system of this device when it is not known to be local. For files that are reached by no path.
    pub(crate) fn of_device(&self, device: u64) -> Option<Text> {
        let local = self.mounts.of_device(device) == Some(Treatment::Local);
        (!local).then(|| Text::from(format!("device {device}")))
    }

    /// Answers in a thread that is left behind when it falls silent.
    pub(crate) fn ask(
        &self,
        mount: Text,
        deadline: &Deadline,
        answer: impl FnOnce(&Deadline) -> Reply + Send + 'static,
    ) -> Reply {
        if lock(&self.silent).contains(&mount) {
            return Err(Refusal::OutOfTime);
        }
        let watched = deadline.watched();
        let work = watched.clone();
        let (send, receive) = sync_channel(1);
        std::thread::Builder::new()
            .name("remote".into())
            // When nobody waits any more, the answer is dropped.
            .spawn(move || drop(send.send(answer(&work))))
            .map_err(|error| Refusal::Errno(error.raw_os_error().unwrap_or(libc::EAGAIN)))?;
        let begun = Instant::now();
        let mut pulse = watched.pulse();
        loop {
            let patience = deadline.left().map_or(SILENCE, |left| left.min(SILENCE));
            match receive.recv_timeout(patience) {
                Ok(reply) => return reply,
                Err(RecvTimeoutError::Disconnected) => return Err(Refusal::Garbled("keeneye made a mistake".into())),
                Err(RecvTimeoutError::Timeout) => (),
            }
            let still = watched.pulse();
            if still != pulse && begun.elapsed() < LONGEST && deadline.check().is_ok() {
                pulse = still;
                continue;
            }
            watched.give_up();
            lock(&self.silent).insert(mount);
            return Err(Refusal::OutOfTime);
        }
    }

    /// Where a directory is. One that is not there counts as here: asking for it cannot hang.
    fn place(&self, files: &Files, path: &Text) -> Place {
        if let Some(known) = lock(&self.directories).get(path) {
            return known.clone();
        }
        let place = self.walk_to(files, path);
        let mut directories = lock(&self.directories);
        if directories.len() >= MAX_REMEMBERED {
            directories.clear();
        }
        directories.insert(path.clone(), place.clone());
        place
    }

    fn walk_to(&self, files: &Files, path: &Text) -> Place {
        let components = |path: &[u8]| path.split(|b| *b == b'/').rev().map(Text::from).collect::<Vec<_>>();
        let mut done = Text::from("/");
        let mut todo = components(path);
        let mut links = 0;
        while let Some(name) = todo.pop() {
            match name.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    done = Text::from(done.parent());
                    continue;
                }
                _ => (),
            }
            let next = match self.entry(done.join(&*name)) {
                Place::Here(next) => next,
                remote @ Place::Remote(_) => return remote,
            };
            let target =
                files.root.open_at(&next, OFlags::PATH).ok().and_then(|fd| readlinkat(&fd, "", Vec::new()).ok());
            let Some(target) = target.filter(|_| links < MAX_LINKS) else {
                done = next;
                continue;
            };
            links += 1;
            let target = target.into_bytes();
            if target.starts_with(b"/") {
                done = Text::from("/");
            }
            todo.extend(components(&target));
        }
        Place::Here(done)
    }

    /// A path without links, which may be a mount point.
    fn entry(&self, path: Text) -> Place {
        if self.mounts.at(&path) == Some(Treatment::Remote) { Place::Remote(path) } else { Place::Here(path) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
