//! All files below a directory.

use crate::deadline::Deadline;
use crate::mounts::{Mounts, Treatment};
use crate::root::{Root, open_in};
use crate::{directory, refused, stat};
use keeneye_facts::{Refusal, Text};
use keeneye_world::{Answer, Walked};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{AtFlags, OFlags, ResolveFlags};
use rustix::io::Errno;

/// Files of one walk.
const MAX_FILES: usize = 2_000_000;
const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NONBLOCK);

/// One walk.
struct Walk<'a> {
    /// As it was asked for, and without links.
    start: &'a Text,
    real_start: &'a Text,
    top: OwnedFd,
    mounts: &'a Mounts,
    deadline: &'a Deadline,
    files: Vec<Walked>,
    unread: Vec<(Text, i32)>,
    /// Directories still to read, relative to the start.
    todo: Vec<Text>,
}

/// Walks from `start`, which may be a link to a directory; further links are not followed. `real_start` is where it
/// leads, `mounts` are those of the root that is looked at: kernel file systems and the merged views of containers are passed by, and so are file
/// systems that a server or a process answers for, which count as unread (EREMOTE).
pub(crate) fn below(
    root: &Root,
    start: &Text,
    real_start: &Text,
    mounts: &Mounts,
    deadline: &Deadline,
) -> Result<Answer, Refusal> {
    let top = root.open_at(real_start, DIRECTORY)?;
    let mut walk = Walk {
        start,
        real_start,
        top,
        mounts,
        deadline,
        files: Vec::new(),
        unread: Vec::new(),
        todo: vec![Text::from(".")],
    };
    let cut = walk.run().err();
    let Walk { mut files, mut unread, .. } = walk;
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    unread.sort_unstable();
    Ok(Answer::Walk { files, cut, unread })
}

impl Walk<'_> {
    /// The error is the limit that ended it.
    fn run(&mut self) -> Result<(), String> {
        while let Some(dir) = self.todo.pop() {
            self.deadline.check().map_err(|_| "the time that was given".to_owned())?;
            if let Err(why) = self.directory(&dir) {
                let errno = match why {
                    Refusal::Errno(errno) => errno,
                    Refusal::Cut(limit) => return Err(limit),
                    _ => Errno::IO.raw_os_error(),
                };
                // What vanished meanwhile is not unread.
                if !Refusal::Errno(errno).is_absent() {
                    self.unread.push((path(self.start, &dir), errno));
                }
            }
        }
        Ok(())
    }

    fn directory(&mut self, dir: &Text) -> Result<(), Refusal> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let fd = open_in(self.top.as_fd(), dir, DIRECTORY | OFlags::NOFOLLOW, resolve).map_err(refused)?;
        for entry in directory::names(fd.as_fd())? {
            let below = if *dir == "." { entry.name.clone() } else { dir.join(&*entry.name) };
            let place = self.mounts.at(&path(self.real_start, &below));
            let path = path(self.start, &below);
            match place {
                Some(Treatment::Kernel | Treatment::Container) => continue,
                Some(Treatment::Remote) => {
                    self.unread.push((path, Errno::REMOTE.raw_os_error()));
                    continue;
                }
                Some(Treatment::Local) | None => (),
            }
            if self.files.len() >= MAX_FILES {
                return Err(Refusal::Cut("2,000,000 files a walk".into()));
            }
            let stat = match stat::at(fd.as_fd(), &entry.name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(why) if why.is_absent() => continue,
                Err(why) => {
                    if let Refusal::Errno(errno) = why {
                        self.unread.push((path, errno));
                    }
                    continue;
                }
            };
            self.files.push(Walked { path, stat });
            if stat.is_dir() {
                self.todo.push(below);
            }
        }
        Ok(())
    }
}

fn path(start: &Text, below: &Text) -> Text {
    if *below == "." { start.clone() } else { start.join(&**below) }
}
