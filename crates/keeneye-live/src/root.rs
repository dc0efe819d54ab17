//! The directory tree that is looked at: `/`, or a directory that holds another machine's files.

use crate::refused;
use keeneye_facts::Refusal;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;
use std::path::Path;

/// How often a lookup that met a rename is tried again (openat2(2): EAGAIN).
const TRIES: usize = 16;

/// A directory below which every path is resolved: neither `..` nor a symbolic link leads out of it.
pub(crate) struct Root {
    dir: OwnedFd,
    /// It is the root of keeneye itself, so that plain lookup is as good when the kernel has no openat2.
    whole_machine: bool,
}

impl Root {
    pub(crate) fn open(path: &Path) -> Result<Self, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let dir = openat(CWD, path, flags, Mode::empty())?;
        let whole = openat(CWD, "/", flags, Mode::empty())?;
        let same = |a: rustix::fs::Stat, b: rustix::fs::Stat| (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino);
        let whole_machine = same(rustix::fs::fstat(&dir)?, rustix::fs::fstat(&whole)?);
        Ok(Self { dir, whole_machine })
    }
    pub(crate) fn whole_machine(&self) -> bool {
        self.whole_machine
    }
    pub(crate) fn dir(&self) -> BorrowedFd<'_> {
        self.dir.as_fd()
    }
    /// Opens an absolute path, with a last component that is not followed.
    pub(crate) fn open_at(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Refusal> {
        self.lookup(path, flags | OFlags::NOFOLLOW)
    }
    /// Opens an absolute path, following the last component too.
    pub(crate) fn open_following(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Refusal> {
        self.lookup(path, flags)
    }
    fn lookup(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Refusal> {
        if path.first() != Some(&b'/') {
            return Err(refused(Errno::INVAL));
        }
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        open_in(self.dir(), path, flags, resolve, self.whole_machine).map_err(refused)
    }
}

/// openat2, again when it met a rename. `plainly`: where the kernel (before 5.6) or a filter has no openat2, a plain
/// openat will do.
pub(crate) fn open_in(
    dir: BorrowedFd<'_>,
    path: &[u8],
    flags: OFlags,
    resolve: ResolveFlags,
    plainly: bool,
) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::CLOEXEC;
    let mut reply = Err(Errno::AGAIN);
    for _ in 0..TRIES {
        reply = openat2(dir, path, flags, Mode::empty(), resolve);
        // A lease on the file gives EAGAIN as well: trying again does no harm.
        if !matches!(reply, Err(Errno::AGAIN | Errno::INTR)) {
            break;
        }
    }
    match reply {
        Err(Errno::NOSYS | Errno::PERM) if plainly => openat(dir, path, flags, Mode::empty()),
        reply => reply,
    }
}
