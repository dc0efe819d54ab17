//! Content of regular files, and of nothing else.

use crate::deadline::Deadline;
use crate::procfs::ProcFs;
use crate::root::Root;
use crate::{refused, stat};
use keeneye_facts::{FileStat, Refusal};
use rustix::buffer::spare_capacity;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::io::Errno;

/// Limit of `Read`, in bytes.
pub(crate) const READ: u64 = 32 << 20;
/// Limit of `Head`.
pub(crate) const HEAD: u64 = 4 << 10;
/// Limit of `Copy`.
pub(crate) const COPY: u64 = 64 << 20;
/// Limit of `ReadAt`.
pub(crate) const PART: u32 = 1 << 20;
/// How much is read at once.
const CHUNK: usize = 64 << 10;

/// How content is opened: without waiting for anybody.
pub(crate) const OPEN: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// Opens a regular file of the root for reading.
///
/// The file is looked at before it is opened, since opening alone does something to a tape, a watchdog or a pipe; what
/// is opened then is that very file, through the descriptor's link in procfs, and not what has its name by now.
pub(crate) fn open(root: &Root, procfs: &ProcFs, path: &[u8]) -> Result<OwnedFd, Refusal> {
    let found = root.open_at(path, OFlags::PATH)?;
    let stat = regular(found.as_fd())?;
    match procfs.reopen(found.as_fd(), OPEN) {
        Some(reply) => reply,
        None => {
            let file = without_atime(|flags| root.open_at(path, flags))?;
            let opened = regular(file.as_fd())?;
            if opened.same_file(&stat) { Ok(file) } else { Err(refused(Errno::AGAIN)) }
        }
    }
}

/// The file's facts when it is a regular one.
pub(crate) fn regular(fd: BorrowedFd<'_>) -> Result<FileStat, Refusal> {
    let stat = stat::of(fd)?;
    if stat.is_regular() { Ok(stat) } else { Err(Refusal::NotRegular) }
}

/// Opens with O_NOATIME where that is allowed: looking shall not change when a file was last read.
pub(crate) fn without_atime(open: impl Fn(OFlags) -> Result<OwnedFd, Refusal>) -> Result<OwnedFd, Refusal> {
    match open(OPEN | OFlags::NOATIME) {
        Err(Refusal::Errno(errno)) if errno == Errno::PERM.raw_os_error() => open(OPEN),
        reply => reply,
    }
}

/// Reads a part; less where the file ends.
pub(crate) fn read_at(file: BorrowedFd<'_>, from: u64, length: u32, deadline: &Deadline) -> Result<Vec<u8>, Refusal> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        deadline.check()?;
        let at = from.saturating_add(bytes.len() as u64);
        let mut rest = vec![0; length - bytes.len()];
        match rustix::io::pread(file, &mut rest, at) {
            Ok(0) => break,
            Ok(read) => bytes.extend(rest.iter().take(read)),
            Err(Errno::INTR) => (),
            Err(errno) => return Err(refused(errno)),
        }
    }
    Ok(bytes)
}

/// Reads up to `limit` bytes; true when there is more. The size that `stat` tells is only a hint.
pub(crate) fn read(file: BorrowedFd<'_>, limit: u64, deadline: &Deadline) -> Result<(Vec<u8>, bool), Refusal> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while bytes.len() <= limit {
        deadline.check()?;
        bytes.reserve(CHUNK.min(limit + 1 - bytes.len()));
        match rustix::io::read(file, spare_capacity(&mut bytes)) {
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => (),
            Err(errno) => return Err(refused(errno)),
        }
    }
    let cut = bytes.len() > limit;
    bytes.truncate(limit);
    Ok((bytes, cut))
}
