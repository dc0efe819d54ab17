//! Names in a directory.

use crate::refused;
use keeneye_facts::{Refusal, Text};
use keeneye_world::{DirEntry, EntryKind};
use rustix::fd::BorrowedFd;
use rustix::fs::{FileType, RawDir};

/// Names that one directory may have.
const MAX_NAMES: usize = 1_000_000;

/// All names, sorted, without `.` and `..`. The descriptor must be open for reading and at its beginning.
pub(crate) fn names(dir: BorrowedFd<'_>) -> Result<Vec<DirEntry>, Refusal> {
    let mut names = Vec::new();
    each(dir, &mut |name, file_type| names.push(DirEntry { name: Text::from(name), kind: kind(file_type) }))?;
    names.sort_unstable();
    Ok(names)
}

/// Tells every name but `.` and `..`, in no order. The descriptor must be open for reading and at its beginning.
pub(crate) fn each(dir: BorrowedFd<'_>, tell: &mut dyn FnMut(&[u8], FileType)) -> Result<(), Refusal> {
    let mut buffer = Vec::with_capacity(64 << 10);
    let mut entries = RawDir::new(dir, buffer.spare_capacity_mut());
    let mut told = 0;
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(refused)?;
        let name = entry.file_name().to_bytes();
        if name == b"." || name == b".." {
            continue;
        }
        if told == MAX_NAMES {
            return Err(Refusal::Cut("1,000,000 names a directory".into()));
        }
        told += 1;
        tell(name, entry.file_type());
    }
    Ok(())
}

fn kind(kind: FileType) -> EntryKind {
    match kind {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Dir,
        FileType::Symlink => EntryKind::Link,
        FileType::Unknown => EntryKind::Unknown,
        _ => EntryKind::Other,
    }
}
