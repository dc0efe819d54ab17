//! Facts about a file.

use crate::refused;
use keeneye_facts::{FileStat, Refusal};
use rustix::fd::BorrowedFd;
use rustix::fs::{AtFlags, Statx, StatxAttributes, StatxFlags, makedev, statx};
use rustix::io::Errno;

/// Of an open descriptor.
pub(crate) fn of(fd: BorrowedFd<'_>) -> Result<FileStat, Refusal> {
    at(fd, b"", AtFlags::EMPTY_PATH)
}

/// Of a name in a directory; without AT_SYMLINK_NOFOLLOW of what is behind it.
///
/// Takes what the kernel knows and does not ask a server (AT_STATX_DONT_SYNC), which might never answer.
pub(crate) fn at(dir: BorrowedFd<'_>, name: &[u8], flags: AtFlags) -> Result<FileStat, Refusal> {
    match all(dir, name, flags) {
        Ok(stat) => Ok(from_statx(&stat)),
        Err(Errno::NOSYS) => {
            rustix::fs::statat(dir, name, flags | AtFlags::NO_AUTOMOUNT).map(|s| from_stat(&s)).map_err(refused)
        }
        Err(errno) => Err(refused(errno)),
    }
}

/// All that the kernel tells; ENOSYS before Linux 4.11.
pub(crate) fn all(dir: BorrowedFd<'_>, name: &[u8], flags: AtFlags) -> Result<Statx, Errno> {
    let flags = flags | AtFlags::NO_AUTOMOUNT | AtFlags::STATX_DONT_SYNC;
    statx(dir, name, flags, StatxFlags::BASIC_STATS | StatxFlags::BTIME)
}

fn from_statx(stat: &Statx) -> FileStat {
    FileStat {
        device: makedev(stat.stx_dev_major, stat.stx_dev_minor),
        inode: stat.stx_ino,
        mode: u32::from(stat.stx_mode),
        links: u64::from(stat.stx_nlink),
        uid: stat.stx_uid,
        gid: stat.stx_gid,
        size: stat.stx_size,
        modified: stat.stx_mtime.tv_sec,
        changed: stat.stx_ctime.tv_sec,
        born: if stat.stx_mask & StatxFlags::BTIME.bits() == 0 { 0 } else { stat.stx_btime.tv_sec },
        whole_second: stat.stx_mtime.tv_nsec == 0,
        immutable: stat.stx_attributes.contains(StatxAttributes::IMMUTABLE),
        append_only: stat.stx_attributes.contains(StatxAttributes::APPEND),
    }
}

#[allow(clippy::unnecessary_cast, reason = "the widths differ between architectures")]
fn from_stat(stat: &rustix::fs::Stat) -> FileStat {
    FileStat {
        device: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        mode: stat.st_mode,
        links: stat.st_nlink as u64,
        uid: stat.st_uid,
        gid: stat.st_gid,
        size: stat.st_size as u64,
        modified: stat.st_mtime as i64,
        changed: stat.st_ctime as i64,
        ..FileStat::default()
    }
}
