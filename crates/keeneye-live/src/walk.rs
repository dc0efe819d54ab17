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
    whole_machine: bool,
    mounts: &'a Mounts,
    deadline: &'a Deadline,
    files: Vec<Walked>,
    unread: Vec<(Text, i32)>,
    /// Directories still to read, relative to the start.
    todo: Vec<Text>,
}

/// Walks from `start`, which may be a link to a directory; further links are not followed. `real_start` is where it
/// leads, `mounts` are those of the root that is looked at: kernel file systems and the merged views of containers are passed by, and so are file
/// systems that a server or a process answers for, which count as unread (EREMOTE). A directory of too many names is
/// unread too (E2BIG).
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
        whole_machine: root.whole_machine(),
        mounts,
        deadline,
        files: Vec::new(),
        unread: Vec::new(),
        todo: vec![Text::from(".")],
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
        while let Some(dir) = self.todo.pop() {
            if self.deadline.check().is_err() {
                return Some("the time that was given");
            }
            if let Err(why) = self.directory(&dir) {
                self.could_not_read(path(self.start, &dir), &why);
            }
            if self.files.len() >= MAX_FILES {
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
            if self.files.len() >= MAX_FILES {
                break;
            }
            let stat = match stat::at(fd.as_fd(), &entry.name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(why) => {
                    self.could_not_read(path, &why);
                    continue;
                }
            };
            self.files.push(Walked { path, stat });
            if stat.is_dir() {
                self.todo.push(if *dir == "." { entry.name } else { dir.join(&*entry.name) });
            }
        }
        Ok(())
    }
}

fn path(start: &Text, below: &Text) -> Text {
    if *below == "." { start.clone() } else { start.join(&**below) }
}
