//! All files below a directory.

use crate::deadline::Deadline;
use crate::mounts::{Mounts, Treatment};
use crate::root::{Root, open_in};
use crate::{directory, refused, stat};
use keeneye_facts::{FileStat, Refusal, Text};
use keeneye_world::{Answer, Walked, sweep};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, Mode, OFlags, ResolveFlags, fgetxattr, openat};
use rustix::io::Errno;
use std::collections::VecDeque;

/// Files that one walk looks at.
const MAX_FILES: usize = 2_000_000;
/// Bytes of the attribute that keeps capabilities: 24 in its longest form.
const MAX_CAPABILITIES: usize = 64;
const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NONBLOCK);

/// What an answer holds of the files that a walk meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Everything.
    All,
    /// What [`sweep::is_program`] finds.
    Programs,
    /// What [`sweep::interests`] finds worth a second look, and marks of other systems' roots.
    WorthALook,
}

/// One walk.
struct Walk<'a> {
    /// As it was asked for, and without links.
    start: &'a Text,
    real_start: &'a Text,
    top: OwnedFd,
    whole_machine: bool,
    mounts: &'a Mounts,
    deadline: &'a Deadline,
    keep: Keep,
    files: Vec<Walked>,
    /// Files that were looked at, kept or not.
    met: usize,
    unread: Vec<(Text, i32)>,
    /// Directories still to read, relative to the start: from the back; in front those that others than root fill, who
    /// could else use up the limit before the rest is seen.
    todo: VecDeque<Text>,
}

/// Walks from `start`, which may be a link to a directory; further links are not followed. `real_start` is where it
/// leads, `mounts` are those of the root that is looked at: kernel file systems and the merged views of containers are
/// passed by, and so are file systems that a server or a process answers for, which count as unread (EREMOTE). A
/// directory of too many names is unread too (E2BIG).
pub(crate) fn below(
    root: &Root,
    start: &Text,
    real_start: &Text,
    mounts: &Mounts,
    keep: Keep,
    deadline: &Deadline,
) -> Result<Answer, Refusal> {
    let top = root.open_at(real_start, DIRECTORY)?;
    let mut walk = Walk {
        start,
        real_start,
        top,
        whole_machine: root.whole_machine(),
        mounts,
        deadline,
        keep,
        files: Vec::new(),
        met: 0,
        unread: Vec::new(),
        todo: VecDeque::from([Text::from(".")]),
    };
    let cut = walk.run().map(str::to_owned);
    let Walk { mut files, mut unread, .. } = walk;
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    unread.sort_unstable();
    Ok(Answer::Walk { files, cut, unread })
}

impl Walk<'_> {
    /// Tells the limit that ended it early.
    fn run(&mut self) -> Option<&'static str> {
        while let Some(dir) = self.todo.pop_back() {
            if self.deadline.check().is_err() {
                return Some("the time that was given");
            }
            if let Err(why) = self.directory(&dir) {
                self.could_not_read(path(self.start, &dir), &why);
            }
            if self.met >= MAX_FILES {
                return Some("2,000,000 files a walk");
            }
        }
        None
    }

    fn could_not_read(&mut self, path: Text, why: &Refusal) {
        match why {
            // It vanished meanwhile: then there was nothing to read.
            why if why.is_absent() => (),
            Refusal::Errno(errno) => self.unread.push((path, *errno)),
            Refusal::Cut(_) => self.unread.push((path, Errno::TOOBIG.raw_os_error())),
            _ => self.unread.push((path, Errno::IO.raw_os_error())),
        }
    }

    fn directory(&mut self, dir: &Text) -> Result<(), Refusal> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let fd = open_in(self.top.as_fd(), dir, DIRECTORY | OFlags::NOFOLLOW, resolve, self.whole_machine)
            .map_err(refused)?;
        let asked = path(self.start, dir);
        let real = path(self.real_start, dir);
        let has_mounts = self.mounts.any_below(&real);
        for entry in directory::names(fd.as_fd())? {
            let path = asked.join(&*entry.name);
            match has_mounts.then(|| self.mounts.at(&real.join(&*entry.name))).flatten() {
                Some(Treatment::Kernel | Treatment::Container) => continue,
                Some(Treatment::Remote) => {
                    self.unread.push((path, Errno::REMOTE.raw_os_error()));
                    continue;
                }
                Some(Treatment::Local) | None => (),
            }
            if self.met >= MAX_FILES {
                break;
            }
            let stat = match stat::at(fd.as_fd(), &entry.name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(why) => {
                    self.could_not_read(path, &why);
                    continue;
                }
            };
            self.met += 1;
            let below = stat.is_dir() && (self.keep != Keep::WorthALook || sweep::goes_into(&path));
            self.keep(fd.as_fd(), &entry.name, path, stat);
            if below {
                let name = if *dir == "." { entry.name } else { dir.join(&*entry.name) };
                match stat.uid != 0 || stat.writable_by_others() {
                    true => self.todo.push_front(name),
                    false => self.todo.push_back(name),
                }
            }
        }
        Ok(())
    }

    /// Puts a file into the answer when it belongs there.
    fn keep(&mut self, dir: BorrowedFd<'_>, name: &[u8], path: Text, stat: FileStat) {
        if self.keep != Keep::WorthALook {
            if self.keep == Keep::All || sweep::is_program(&path, &stat) {
                self.files.push(Walked { path, stat, capabilities: None });
            }
            return;
        }
        let program = stat.is_regular() && stat.executable();
        let reply = if program { capabilities(dir, name) } else { Ok(None) };
        let capabilities = reply.unwrap_or_else(|errno| {
            self.could_not_read(path.clone(), &refused(errno));
            None
        });
        let wanted = !sweep::interests(&path, &stat, capabilities.is_some()).is_empty();
        if wanted || sweep::is_foreign_root(&path) {
            self.files.push(Walked { path, stat, capabilities });
        }
    }
}

/// The attribute `security.capability`; `None` where there is none. The file is opened for it: the calls that take a
/// path could be led elsewhere meanwhile.
fn capabilities(dir: BorrowedFd<'_>, name: &[u8]) -> Result<Option<Text>, Errno> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(dir, name, flags, Mode::empty())?;
    capabilities_of(file.as_fd())
}

/// The attribute that keeps capabilities, of an open file; `None` where there is none.
pub(crate) fn capabilities_of(file: BorrowedFd<'_>) -> Result<Option<Text>, Errno> {
    let mut value = Vec::with_capacity(MAX_CAPABILITIES);
    match fgetxattr(file, "security.capability", rustix::buffer::spare_capacity(&mut value)) {
        Ok(_) => Ok(Some(Text::from(value))),
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(errno) => Err(errno),
    }
}

fn path(start: &Text, below: &Text) -> Text {
    if *below == "." { start.clone() } else { start.join(&**below) }
}
