//! Directories read from the block device by keeneye itself, beside the kernel's listing of them.

mod compare;
mod device;
mod reader;

use crate::deadline::Deadline;
use crate::files::Files;
use crate::mounts::Mounts;
use crate::remote::Remote;
use crate::{content, directory};
use compare::Comparison;
use ext4_view::Ext4;
use keeneye_facts::{Refusal, Text};
use keeneye_world::{DirEntry, Reply, mount_tree};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// A directory, where its file system lies, and what else is mounted there.
struct Place {
    files: Arc<Files>,
    device: Arc<OwnedFd>,
    /// As people know the device.
    name: Text,
    /// The directory as the host knows it, and as the file system does.
    dir: Text,
    inside: Text,
    mounts: Mounts,
    /// Not what the kernel has mounted, but a file: it may hold the directories in its journal alone.
    is_image: bool,
}

/// Answers `Disk`. `image`: a file, or a device, with the file system of the root; else mountinfo names the device.
///
/// The file system may be made to keep a reader busy for ever, or to break it: it is read by a thread that can be left
/// behind.
pub(crate) fn answer(
    files: &Arc<Files>,
    remote: &Remote,
    image: Option<&Path>,
    dir: &Text,
    deep: bool,
    deadline: &Deadline,
) -> Reply {
    let place = match image {
        Some(image) => Place::in_image(files, image, dir)?,
        None => Place::mounted(files, dir)?,
    };
    if let Some(mount) = remote.of(files, dir, false) {
        return Err(Refusal::Garbled(format!("{} answers for it, not a disk", mount.lossy())));
    }
    let name = place.name.clone();
    remote.ask(name.clone(), deadline, move |deadline| {
        let compare = AssertUnwindSafe(|| Comparison::new(&place, deadline).run(deep));
        let broken = |_| Err(Refusal::Garbled(format!("the file system on {} does not hold together", name.lossy())));
        catch_unwind(compare).unwrap_or_else(broken)
    })
}

impl Place {
    /// By what mountinfo says of the directory.
    fn mounted(files: &Arc<Files>, dir: &Text) -> Result<Self, Refusal> {
        let (mountinfo, _) = files.procfs.read(b"/proc/thread-self/mountinfo", content::READ)?;
        let table = mount_tree::read(&mountinfo);
        let path = if files.root.whole_machine() {
            dir.clone()
        } else {
            let root = files.procfs.path_of(files.root.dir())?;
            Text::from([root.strip_suffix(b"/").unwrap_or(&root), dir.as_slice()].concat())
        };
        let mount = mount_tree::at(&table, path.strip_suffix(b"/").filter(|p| !p.is_empty()).unwrap_or(&path));
        let mount = mount.ok_or_else(|| Refusal::Garbled("mountinfo names no root".into()))?;
        if !["ext2", "ext3", "ext4"].iter().any(|kind| mount.kind == *kind) {
            return Err(Refusal::Garbled(format!("{} is {}, not ext4", mount.point.lossy(), mount.kind.lossy())));
        }
        let (device, name) = device::of_mount(&files.procfs, mount)?;
        let inside = mount_tree::inside(mount, &path).ok_or(Refusal::ABSENT)?;
        Self::new(files, device, name, dir, inside, false)
    }

    /// The root of the host is the root of the file system there.
    fn in_image(files: &Arc<Files>, image: &Path, dir: &Text) -> Result<Self, Refusal> {
        let (device, name) = device::of_image(&files.procfs, image)?;
        Self::new(files, device, name, dir, dir.clone(), true)
    }

    fn new(
        files: &Arc<Files>,
        device: OwnedFd,
        name: Text,
        dir: &Text,
        inside: Text,
        is_image: bool,
    ) -> Result<Self, Refusal> {
        let mounts = files.mounts()?;
        let files = Arc::clone(files);
        Ok(Self { files, device: Arc::new(device), name, dir: dir.clone(), inside, mounts, is_image })
    }

    /// The file system as it is now. `journal`: with what only its journal holds.
    fn load(&self, journal: bool, deadline: &Deadline) -> Result<Ext4, Refusal> {
        reader::load(&self.device, journal, deadline)
    }

    /// What the kernel lists.
    fn listed(&self, dir: &Text) -> Result<Vec<DirEntry>, Refusal> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK;
        directory::names(self.files.root.open_at(dir, flags)?.as_fd())
    }

    /// A directory as the file system knows it.
    fn inside(&self, dir: &Text) -> Text {
        let below = dir.strip_prefix(self.dir.strip_suffix(b"/").unwrap_or(&self.dir)).unwrap_or_default();
        let below = below.strip_prefix(b"/").unwrap_or(below);
        if below.is_empty() { self.inside.clone() } else { self.inside.join(below) }
    }
}
