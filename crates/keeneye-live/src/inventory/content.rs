//! Content and extended attributes of one file after the other.

use super::walker::{self, Top};
use super::{Batch, Done};
use crate::deadline::Deadline;
use crate::root::open_in;
use crate::stat;
use keeneye_facts::Text;
use keeneye_world::baseline::{Attributes, Content, Entry};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, OFlags, ResolveFlags, fgetxattr, flistxattr};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

/// Bytes that are read at once, by each thread.
pub(super) const CHUNK: usize = 256 << 10;
/// Bytes of the largest file whose content is read.
const MAX_SIZE: u64 = 64 << 30;
/// How often a file that changes meanwhile is read again.
const TRIES: usize = 3;
/// Bytes of the names of a file's attributes, and of a value: what the kernel allows (XATTR_LIST_MAX, XATTR_SIZE_MAX).
const MAX_ATTRIBUTE: usize = 64 << 10;

/// What is still to be done for an entry.
pub(super) enum Task {
    Nothing,
    /// Its content is to be read. `before`: size, content and restlessness that it had.
    Read {
        before: Option<(u64, Content, u8)>,
    },
}

/// Does what is to be done. What vanished meanwhile is left out.
pub(super) fn all(top: &Top, batch: Batch, whole_machine: bool, deadline: &Deadline, buffer: &mut [u8]) -> Done {
    let mut done = Done::default();
    for (entry, task) in batch {
        let Task::Read { before } = task else {
            done.entries.push(entry);
            continue;
        };
        let file = File { top, whole_machine, deadline };
        let earlier = before.map(|(size, content, _)| (size, content));
        let Some(mut entry) = file.read(entry, earlier, buffer) else { continue };
        if let Content::Sha256(_) = entry.content {
            done.bytes += entry.size;
            entry.restless = match before {
                Some((_, content, restless)) if entry.content != content => restless.saturating_add(1),
                _ => 0,
            };
        }
        done.read += 1;
        done.entries.push(entry);
    }
    done
}

struct File<'a> {
    top: &'a Top,
    whole_machine: bool,
    deadline: &'a Deadline,
}

impl File<'_> {
    /// The entry with content and attributes; `None` when there is no such file any more.
    fn read(&self, mut entry: Entry, earlier: Option<(u64, Content)>, buffer: &mut [u8]) -> Option<Entry> {
        for _ in 0..TRIES {
            let fd = match self.open(&entry.path) {
                Ok(fd) => fd,
                Err(Errno::NOENT) => return None,
                Err(errno) => return Some(unread(entry, errno)),
            };
            let Ok(opened) = stat::all(fd.as_fd(), b"", AtFlags::EMPTY_PATH) else {
                return Some(unread(entry, Errno::IO));
            };
            // What is told is what was opened, whatever had its name a moment ago.
            let mut found = walker::entry(entry.path.clone(), &opened);
            if !found.is_regular() {
                return Some(unread(entry, Errno::AGAIN));
            }
            found.attributes = attributes(fd.as_fd());
            if found.size > MAX_SIZE {
                return Some(unread(found, Errno::FBIG));
            }
            let read = digest(fd.as_fd(), found.size, earlier, self.deadline, buffer);
            match read {
                Ok((content, begins_as_before)) => {
                    (found.content, found.begins_as_before) = (content, begins_as_before)
                }
                Err(errno) => return Some(unread(found, errno)),
            }
            let after = stat::all(fd.as_fd(), b"", AtFlags::EMPTY_PATH).map(|stat| walker::entry(Text::new(), &stat));
            let only_grew = |after: &Entry| after.size > found.size;
            if after.is_ok_and(|after| after.looks_untouched(&found) || only_grew(&after)) {
                return Some(found);
            }
            entry = found;
        }
        Some(unread(entry, Errno::AGAIN))
    }

    /// Below the top, by a path without links, and without waiting for anybody.
    fn open(&self, path: &Text) -> Result<OwnedFd, Errno> {
        let below = path.strip_prefix(self.top.path.as_slice()).unwrap_or_default();
        let below = below.strip_prefix(b"/").unwrap_or(below);
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW;
        let open = |flags| open_in(self.top.dir.as_fd(), below, flags, resolve, self.whole_machine);
        match open(flags | OFlags::NOATIME) {
            Err(Errno::PERM) => open(flags),
            reply => reply,
        }
    }
}

fn unread(mut entry: Entry, errno: Errno) -> Entry {
    entry.content = Content::Unread(errno.raw_os_error());
    entry
}

/// SHA-256 of the first `size` bytes, and whether the file still begins with what it was earlier.
fn digest(
    file: BorrowedFd<'_>,
    size: u64,
    earlier: Option<(u64, Content)>,
    deadline: &Deadline,
    buffer: &mut [u8],
) -> Result<(Content, Option<bool>), Errno> {
    let earlier = earlier.and_then(|(size, content)| match content {
        Content::Sha256(digest) => Some((size, digest)),
        _ => None,
    });
    let mut hash = Sha256::new();
    let mut done = 0_u64;
    let mut begins_as_before = None;
    loop {
        if let Some((_, digest)) = earlier.filter(|(size, _)| *size == done) {
            begins_as_before = Some(<[u8; 32]>::from(hash.clone().finalize()) == digest);
        }
        // Where the earlier file ended, a read ends too.
        let end = earlier.map_or(size, |(before, _)| if before > done { before.min(size) } else { size });
        let wanted = usize::try_from(end.saturating_sub(done)).unwrap_or(usize::MAX).min(buffer.len());
        if wanted == 0 {
            break;
        }
        deadline.check().map_err(|_| Errno::TIMEDOUT)?;
        let count = match rustix::io::read(file, buffer.get_mut(..wanted).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => count,
            Err(Errno::INTR) => continue,
            Err(errno) => return Err(errno),
        };
        hash.update(buffer.get(..count).unwrap_or_default());
        done += count as u64;
    }
    if done < size {
        // It was cut off meanwhile.
        return Ok((Content::Unread(Errno::AGAIN.raw_os_error()), None));
    }
    let shorter = earlier.is_some_and(|(before, _)| before > size);
    Ok((Content::Sha256(hash.finalize().into()), if shorter { Some(false) } else { begins_as_before }))
}

/// What gives rights among the extended attributes of an open file or directory.
pub(super) fn attributes(fd: BorrowedFd<'_>) -> Attributes {
    let mut names = [0; 1024];
    let count = match flistxattr(fd, names.as_mut_slice()) {
        Ok(0) => return Attributes::default(),
        Ok(count) => names.get(..count).unwrap_or_default().to_vec(),
        // Many names: each that counts is asked for.
        Err(Errno::RANGE) => {
            b"security.capability\0security.selinux\0system.posix_acl_access\0system.posix_acl_default\0".to_vec()
        }
        Err(_) => return Attributes::default(),
    };
    let value = |name: &str| {
        let is_there = count.split(|byte| *byte == 0).any(|found| found == name.as_bytes());
        if is_there { attribute(fd, name) } else { None }
    };
    Attributes {
        capabilities: value("security.capability"),
        selinux: value("security.selinux"),
        acl: value("system.posix_acl_access"),
        default_acl: value("system.posix_acl_default"),
    }
}

fn attribute(fd: BorrowedFd<'_>, name: &str) -> Option<Text> {
    let mut value = Vec::with_capacity(Attributes::MAX);
    match fgetxattr(fd, name, rustix::buffer::spare_capacity(&mut value)) {
        Ok(_) => Some(Text::from(value)),
        Err(Errno::RANGE) => {
            let mut value = Vec::with_capacity(MAX_ATTRIBUTE);
            fgetxattr(fd, name, rustix::buffer::spare_capacity(&mut value)).ok()?;
            let digest: [u8; 32] = Sha256::digest(&value).into();
            Some(Text::from(digest.as_slice()))
        }
        Err(_) => None,
    }
}
