//! An ext4 file system on a block device or in a file, as its reader wants it.
//!
//! The device is read through the kernel's own pages of it: in these ext4 keeps its directories, so that what it changed
//! a moment ago is seen, and nothing has to be written first.

use crate::deadline::Deadline;
use crate::refused;
use ext4_view::{Ext4, Ext4Error, Ext4Read};
use keeneye_facts::Refusal;
use keeneye_world::ext4;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{SeekFrom, seek};
use rustix::io::{Errno, pread};
use std::error::Error;
use std::io;
use std::sync::Arc;

/// Loads the file system. `journal`: changes that only its journal holds are taken in.
pub(super) fn load(device: &Arc<OwnedFd>, journal: bool, deadline: &Deadline) -> Result<Ext4, Refusal> {
    let size = seek(device, SeekFrom::End(0)).map_err(refused)?;
    let mut superblock = [0; ext4::SIZE];
    let read = Reader { device: Arc::clone(device), journal: true, deadline: deadline.clone() };
    read.exactly(ext4::OFFSET, &mut superblock).map_err(|_| Refusal::Garbled(ext4::Unfit::NoExt4.to_string()))?;
    ext4::check(&superblock, size).map_err(|why| Refusal::Garbled(why.to_string()))?;
    Ext4::load(Box::new(Reader { journal, ..read })).map_err(|why| refusal(&why))
}

/// Why a file system or a directory in it cannot be read.
pub(super) fn refusal(why: &Ext4Error) -> Refusal {
    match why {
        Ext4Error::NotFound | Ext4Error::NotADirectory => Refusal::ABSENT,
        Ext4Error::Io(error) => match error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            Some(errno) if errno == Errno::TIMEDOUT.raw_os_error() => Refusal::OutOfTime,
            Some(errno) => Refusal::Errno(errno),
            None => Refusal::Garbled(why.to_string()),
        },
        why => Refusal::Garbled(why.to_string()),
    }
}

struct Reader {
    device: Arc<OwnedFd>,
    journal: bool,
    deadline: Deadline,
}

impl Reader {
    fn exactly(&self, start: u64, bytes: &mut [u8]) -> Result<(), Errno> {
        let mut done = 0;
        while let Some(rest) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
            self.deadline.check().map_err(|_| Errno::TIMEDOUT)?;
            let at = start.checked_add(u64::try_from(done).unwrap_or(u64::MAX)).ok_or(Errno::OVERFLOW)?;
            match pread(self.device.as_fd(), rest, at) {
                Ok(0) => return Err(Errno::IO),
                Ok(read) => done += read,
                Err(Errno::INTR) => (),
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

impl Ext4Read for Reader {
    fn read(&mut self, start: u64, bytes: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.exactly(start, bytes).map_err(io::Error::from)?;
        if start == ext4::OFFSET && !self.journal {
            ext4::without_journal(bytes);
        }
        Ok(())
    }
}
