//! The procfs that is mounted at /proc, as admins' tools see it: with all that is mounted over its parts.

use crate::deadline::Deadline;
use crate::procfs::open_below;
use crate::{content, directory, refused};
use keeneye_facts::{Refusal, Text};
use keeneye_world::{Answer, DirEntry, Question, Reply, reduce};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;

/// Its top directory; ENODEV when something else is mounted there.
pub(crate) fn top() -> Result<OwnedFd, Errno> {
    let dir = openat(CWD, "/proc", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let is_proc = rustix::fs::fstatfs(&dir)?.f_type == rustix::fs::PROC_SUPER_MAGIC;
    if is_proc { Ok(dir) } else { Err(Errno::NODEV) }
}

/// Answers `MountedList` and `MountedRead`; any other question is `NotHere`.
pub(crate) fn answer(question: &Question, deadline: &Deadline) -> Reply {
    match question {
        Question::MountedList(path) => list(path).map(Answer::Names),
        Question::MountedRead(path) => read(path, deadline),
        _ => Err(Refusal::NotHere),
    }
}

fn list(path: &Text) -> Result<Vec<DirEntry>, Refusal> {
    directory::names(open(path, OFlags::RDONLY | OFlags::DIRECTORY)?.as_fd())
}

fn read(path: &Text, deadline: &Deadline) -> Reply {
    let file = open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
    content::regular(file.as_fd())?;
    let (data, cut) = content::read(file.as_fd(), content::READ, deadline)?;
    Ok(Answer::Bytes { data: Text::from(reduce::content(path, data)), cut })
}

fn open(path: &Text, flags: OFlags) -> Result<OwnedFd, Refusal> {
    let below = path.strip_prefix(b"/proc").ok_or(refused(Errno::INVAL))?;
    let below = below.strip_prefix(b"/").unwrap_or(below);
    let below: &[u8] = if below.is_empty() { b"." } else { below };
    open_below(top().map_err(refused)?.as_fd(), below, flags | OFlags::NOFOLLOW)
}
