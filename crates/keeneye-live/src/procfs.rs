//! keeneye's own procfs, and a held directory for each process.
//!
//! A procfs that was never attached to a directory cannot be mounted over, so a bind mount on /proc/N hides nothing
//! from it. Where the kernel refuses one, the mounted procfs is used and `OwnProc` says so.

use crate::content::without_atime;
use crate::deadline::Deadline;
use crate::held::Held;
use crate::root::open_in;
use crate::{content, directory, mounted, refused, stat};
use keeneye_facts::{FileStat, Refusal, Text};
use keeneye_world::{DirEntry, proc_path};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, Mode, OFlags, ResolveFlags, openat, readlinkat};
use rustix::io::Errno;
use rustix::mount::{FsMountFlags, FsOpenFlags, MountAttrFlags, fsconfig_create, fsmount, fsopen};

/// A procfs.
pub(crate) struct ProcFs {
    dir: Option<OwnedFd>,
    /// Why there is none of keeneye's own.
    refusal: Option<Errno>,
    held: Held,
}

/// Where a question about procfs leads.
enum Place<'a> {
    /// The top directory.
    Top,
    /// A name in the directory of one process, which may be empty.
    Process(u32, &'a [u8]),
    /// Anything else.
    Other(&'a [u8]),
}

impl ProcFs {
    /// `held` is how many processes' directories may be open at once.
    pub(crate) fn open(held: usize) -> Self {
        let (dir, refusal) = match detached() {
            Ok(dir) => (Some(dir), None),
            Err(errno) => (mounted::top().ok(), Some(errno)),
        };
        Self { dir, refusal, held: Held::new(held) }
    }
    /// Why the mounted procfs had to be used.
    pub(crate) fn refusal(&self) -> Option<Errno> {
        self.refusal
    }
    /// The top directory.
    pub(crate) fn dir(&self) -> Result<BorrowedFd<'_>, Refusal> {
        self.dir.as_ref().map(AsFd::as_fd).ok_or(Refusal::ABSENT)
    }
    /// Opens the file behind a descriptor again; `None` when there is no procfs to do that with.
    pub(crate) fn reopen(&self, fd: BorrowedFd<'_>, flags: OFlags) -> Option<Result<OwnedFd, Refusal>> {
        let dir = self.dir.as_ref()?;
        let link = own_link(fd);
        Some(without_atime(|extra| openat(dir, link.as_str(), flags | extra, Mode::empty()).map_err(refused)))
    }
    /// The path of the file behind a descriptor, as the kernel tells it.
    pub(crate) fn path_of(&self, fd: BorrowedFd<'_>) -> Result<Text, Refusal> {
        let path = readlinkat(self.dir()?, own_link(fd).as_str(), Vec::new()).map_err(refused)?;
        Ok(Text::from(path.into_bytes()))
    }

    /// Names in a directory. Listing the top begins a new look: directories of ended processes are let go.
    pub(crate) fn list(&self, path: &[u8]) -> Result<Vec<DirEntry>, Refusal> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let place = place(path);
        if let Place::Top = place {
            self.held.forget_ended();
        }
        directory::names(self.open_at(&place, flags)?.as_fd())
    }
    /// Content of a file of procfs itself.
    pub(crate) fn read(&self, path: &[u8], limit: u64) -> Result<(Vec<u8>, bool), Refusal> {
        content::read(self.open_file(path)?.as_fd(), limit, &Deadline::default())
    }
    /// Opens a file of procfs itself. There are no devices and no pipes in it: opening does nothing.
    pub(crate) fn open_file(&self, path: &[u8]) -> Result<OwnedFd, Refusal> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = self.open_at(&place(path), flags).map_err(not_a_link)?;
        content::regular(file.as_fd())?;
        Ok(file)
    }
    /// The file behind a link like `/proc/N/exe`, found and not yet opened; `None` for any other path.
    pub(crate) fn behind(&self, path: &[u8]) -> Option<Result<OwnedFd, Refusal>> {
        let Place::Process(pid, name) = place(path) else { return None };
        is_magic(name).then(|| {
            let dir = self.process(pid)?;
            openat(dir.as_fd(), name, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
                .map_err(|errno| gone(&dir, refused(errno)))
        })
    }
    /// `lstat`; of the file behind, when the path is a link like `/proc/N/exe`.
    pub(crate) fn stat(&self, path: &[u8]) -> Result<FileStat, Refusal> {
        match place(path) {
            Place::Process(pid, name) if is_magic(name) => {
                let dir = self.process(pid)?;
                stat::at(dir.as_fd(), name, AtFlags::empty()).map_err(|why| gone(&dir, why))
            }
            place => stat::of(self.open_at(&place, OFlags::PATH)?.as_fd()),
        }
    }
    /// Target of a link.
    pub(crate) fn link(&self, path: &[u8]) -> Result<Text, Refusal> {
        let target = match place(path) {
            Place::Process(pid, name) if !name.is_empty() => {
                let dir = self.process(pid)?;
                readlinkat(dir.as_fd(), name, Vec::new()).map_err(|errno| gone(&dir, refused(errno)))?
            }
            place => {
                let link = self.open_at(&place, OFlags::PATH)?;
                readlinkat(&link, "", Vec::new()).map_err(refused)?
            }
        };
        Ok(Text::from(target.into_bytes()))
    }

    fn open_at(&self, place: &Place<'_>, flags: OFlags) -> Result<OwnedFd, Refusal> {
        let flags = flags | OFlags::NOFOLLOW;
        match place {
            Place::Top => openat(self.dir()?, ".", flags | OFlags::CLOEXEC, Mode::empty()).map_err(refused),
            Place::Process(pid, name) => {
                let dir = self.process(*pid)?;
                let name: &[u8] = if name.is_empty() { b"." } else { name };
                open_below(dir.as_fd(), name, flags).map_err(|why| gone(&dir, why))
            }
            Place::Other(path) => open_below(self.dir()?, path, flags),
        }
    }
    fn process(&self, pid: u32) -> Result<std::sync::Arc<OwnedFd>, Refusal> {
        self.held.get(pid, self.dir()?)
    }
}

/// A procfs that is attached nowhere.
fn detached() -> Result<OwnedFd, Errno> {
    let context = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(&context)?;
    let attributes = MountAttrFlags::MOUNT_ATTR_RDONLY
        | MountAttrFlags::MOUNT_ATTR_NOSUID
        | MountAttrFlags::MOUNT_ATTR_NODEV
        | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, attributes)
}

fn own_link(fd: BorrowedFd<'_>) -> String {
    use rustix::fd::AsRawFd;
    format!("self/fd/{}", fd.as_raw_fd())
}

/// `path` begins with `/proc`.
fn place(path: &[u8]) -> Place<'_> {
    let mut rest = path.strip_prefix(b"/proc").unwrap_or_default();
    while let Some(more) = rest.strip_prefix(b"/") {
        rest = more;
    }
    if rest.is_empty() {
        return Place::Top;
    }
    let end = rest.iter().position(|b| *b == b'/').unwrap_or(rest.len());
    let (first, below) = rest.split_at(end);
    let pid = if first == b"self" { Some(std::process::id()) } else { proc_path::pid(first) };
    match pid {
        Some(pid) => Place::Process(pid, below.get(1..).unwrap_or_default()),
        None => Place::Other(rest),
    }
}

/// Links of a process that lead to a file itself and not to a name.
fn is_magic(name: &[u8]) -> bool {
    let parts: Vec<&[u8]> = name.split(|b| *b == b'/').collect();
    // Threads have the same files: `task/TID/exe`.
    let parts = match parts.as_slice() {
        [b"task", _, rest @ ..] => rest,
        parts => parts,
    };
    matches!(parts, [b"exe" | b"cwd" | b"root"] | [b"fd" | b"ns" | b"map_files", _])
}

/// Opens a path below a directory; links out of it and magic links are not followed.
pub(crate) fn open_below(dir: BorrowedFd<'_>, path: &[u8], flags: OFlags) -> Result<OwnedFd, Refusal> {
    open_in(dir, path, flags, ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS, true).map_err(refused)
}

/// ENOENT from the directory of a process that has ended is ESRCH.
fn gone(dir: &OwnedFd, why: Refusal) -> Refusal {
    if why == Refusal::ABSENT && rustix::fs::statat(dir, "stat", AtFlags::empty()).is_err() {
        return refused(Errno::SRCH);
    }
    why
}

/// O_NOFOLLOW on a link gives ELOOP.
fn not_a_link(why: Refusal) -> Refusal {
    if why == refused(Errno::LOOP) { Refusal::NotRegular } else { why }
}
