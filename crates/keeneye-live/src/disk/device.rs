//! The block device of a mount.

use crate::content::OPEN;
use crate::procfs::ProcFs;
use crate::refused;
use keeneye_facts::{Mount, Refusal, Text};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes of a device's own file in sysfs.
const MAX_UEVENT: u64 = 4 << 10;

/// Opens the device that mountinfo names by number, under the name that whoever mounted it used, or the kernel's own.
/// Whatever else lies at that name is not opened.
pub(super) fn of_mount(procfs: &ProcFs, mount: &Mount) -> Result<(OwnedFd, Text), Refusal> {
    let number = number(&mount.device).ok_or_else(|| Refusal::Garbled("no device number".into()))?;
    let named = Some(mount.source.clone()).filter(|source| source.starts_with(b"/dev/"));
    let mut reply = Err(Refusal::ABSENT);
    for name in named.into_iter().chain(kernel_name(&mount.device)) {
        reply = open(procfs, &name, |kind, device| kind == FileType::BlockDevice && device == number)
            .map(|device| (device, name));
        if reply.is_ok() {
            break;
        }
    }
    reply
}

/// Opens a file, or a device, that the person named.
pub(super) fn of_image(procfs: &ProcFs, path: &Path) -> Result<(OwnedFd, Text), Refusal> {
    let name = Text::from(path.as_os_str().as_bytes());
    let device = open(procfs, &name, |kind, _| matches!(kind, FileType::RegularFile | FileType::BlockDevice))?;
    Ok((device, name))
}

/// What is opened is what was looked at, by the descriptor's link in procfs.
fn open(procfs: &ProcFs, path: &[u8], fits: impl Fn(FileType, u64) -> bool) -> Result<OwnedFd, Refusal> {
    let found = openat(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).map_err(refused)?;
    let stat = fstat(&found).map_err(refused)?;
    if !fits(FileType::from_raw_mode(stat.st_mode), stat.st_rdev) {
        return Err(Refusal::ABSENT);
    }
    procfs.reopen(found.as_fd(), OPEN).unwrap_or(Err(Refusal::ABSENT))
}

/// `DEVNAME=dm-0` in /sys/dev/block/253:0/uevent.
fn kernel_name(device: &Text) -> Option<Text> {
    let path = [b"/sys/dev/block/", device.as_slice(), b"/uevent"].concat();
    let file = openat(CWD, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let (text, _) = crate::content::read(file.as_fd(), MAX_UEVENT, &crate::deadline::Deadline::default()).ok()?;
    let name = text.split(|b| *b == b'\n').find_map(|line| line.strip_prefix(b"DEVNAME="))?;
    Some(Text::from("/dev").join(name))
}

/// `MAJOR:MINOR`
fn number(device: &[u8]) -> Option<u64> {
    let (major, minor) = std::str::from_utf8(device).ok()?.split_once(':')?;
    Some(rustix::fs::makedev(major.parse().ok()?, minor.parse().ok()?))
}
