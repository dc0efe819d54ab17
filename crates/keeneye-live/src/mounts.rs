//! What is mounted where, as far as it decides what may be touched.

use bstr::ByteSlice;
use std::collections::BTreeMap;

/// How keeneye treats a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// Files on disk or in memory.
    Local,
    /// Views of the kernel: nothing to find on a file walk.
    Kernel,
    /// Answers come from a server or from a process, which may never give one.
    Remote,
    /// A container's view of files that lie elsewhere on a local file system, or the mounted image of a snap.
    Container,
}

/// Mount points with their treatment, as /proc/self/mountinfo tells.
#[derive(Debug, Default)]
pub(crate) struct Mounts {
    points: BTreeMap<Vec<u8>, Treatment>,
    devices: BTreeMap<u64, Treatment>,
}

impl Mounts {
    /// Reads proc_pid_mountinfo(5): field 3 is the device, field 5 the mount point, and the type is the first field
    /// behind ` - `.
    pub(crate) fn parse(mountinfo: &[u8]) -> Self {
        let mut mounts = Self::default();
        for line in mountinfo.lines() {
            let Some((front, back)) = line.split_once_str(" - ") else { continue };
            let mut fields = front.split_str(" ").skip(2);
            let device = fields.next().and_then(device);
            let (Some(point), Some(kind)) = (fields.nth(1), back.split_str(" ").next()) else { continue };
            let point = unescape(point);
            let treatment = treatment(kind, &point);
            if let Some(device) = device {
                mounts.devices.insert(device, treatment);
            }
            // A later line for the same place is mounted over the earlier one.
            mounts.points.insert(point, treatment);
        }
        mounts
    }
    /// The mounts below a directory, with mount points as paths inside it.
    pub(crate) fn below(&self, root: &[u8]) -> Self {
        let inside = |point: &Vec<u8>| Some(point.strip_prefix(root)?.to_vec()).filter(|p| p.starts_with(b"/"));
        let points = self.points.iter().filter_map(|(point, treatment)| Some((inside(point)?, *treatment)));
        Self { points: points.collect(), devices: self.devices.clone() }
    }
    /// Something is mounted at a name in this directory or deeper.
    pub(crate) fn any_below(&self, dir: &[u8]) -> bool {
        let below = [dir.strip_suffix(b"/").unwrap_or(dir), b"/"].concat();
        self.points
            .range(below.clone()..)
            .map(|(point, _)| point)
            .find(|point| **point != below)
            .is_some_and(|point| point.starts_with(&below))
    }
    /// The mount point above a path, which holds no links, when its file system may never answer.
    pub(crate) fn remote_above<'a>(&self, path: &'a [u8]) -> Option<&'a [u8]> {
        let ends = path.iter().enumerate().filter(|(at, b)| **b == b'/' && *at > 0).map(|(at, _)| at);
        let prefixes = ends.chain([path.len()]).filter_map(|end| path.get(..end));
        prefixes.into_iter().find(|prefix| self.at(prefix) == Some(Treatment::Remote))
    }
    /// The treatment of the file system with this device number.
    pub(crate) fn of_device(&self, device: u64) -> Option<Treatment> {
        self.devices.get(&device).copied()
    }
    /// Something is mounted that may never answer.
    pub(crate) fn any_remote(&self) -> bool {
        self.points.values().any(|treatment| *treatment == Treatment::Remote)
    }
    /// What is mounted exactly here; `None` when nothing is.
    pub(crate) fn at(&self, path: &[u8]) -> Option<Treatment> {
        self.points.get(path).copied()
    }
}

/// `MAJOR:MINOR`
fn device(field: &[u8]) -> Option<u64> {
    let (major, minor) = std::str::from_utf8(field).ok()?.split_once(':')?;
    Some(rustix::fs::makedev(major.parse().ok()?, minor.parse().ok()?))
}

fn treatment(kind: &[u8], point: &[u8]) -> Treatment {
    match kind {
        b"proc" | b"sysfs" | b"cgroup" | b"cgroup2" | b"devpts" | b"tracefs" | b"debugfs" | b"securityfs" | b"bpf"
        | b"configfs" | b"pstore" | b"efivarfs" | b"binfmt_misc" | b"fusectl" | b"mqueue" | b"hugetlbfs" | b"nsfs"
        | b"rpc_pipefs" | b"nfsd" | b"selinuxfs" | b"smackfs" | b"resctrl" | b"pipefs" | b"sockfs" => Treatment::Kernel,
        b"nfs" | b"nfs4" | b"cifs" | b"smb3" | b"smbfs" | b"ncpfs" | b"9p" | b"afs" | b"ceph" | b"coda" | b"gfs2"
        | b"lustre" | b"ocfs2" | b"beegfs" | b"gpfs" | b"autofs" | b"virtiofs" => Treatment::Remote,
        kind if kind == b"fuse" || kind.starts_with(b"fuse.") || kind == b"fuseblk" => Treatment::Remote,
        b"overlay" if of_a_container(point) => Treatment::Container,
        b"squashfs" if point.starts_with(b"/snap/") || point.starts_with(b"/var/lib/snapd/snap/") => {
            Treatment::Container
        }
        _ => Treatment::Local,
    }
}

/// Merged views that container engines mount; their layers are plain directories nearby.
fn of_a_container(point: &[u8]) -> bool {
    point.ends_with(b"/merged") || point.ends_with(b"/rootfs") || point.contains_str("/containers/storage/overlay/")
}

/// Space, tab, newline and backslash are written as three octal digits.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        let octal = if *first == b'\\' { more.first_chunk::<3>() } else { None };
        match octal.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = more.get(3..).unwrap_or_default();
            }
            None => bytes.push(*first),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn mount_points_are_told_apart() {
        let mounts = Mounts::parse(
            b"22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
              23 22 0:5 / /proc rw - proc proc rw\n\
              24 22 0:40 / /mnt/two\\040words rw - nfs4 srv:/x rw\n\
              25 22 0:41 / /home/a/.gvfs rw - fuse.gvfsd-fuse gvfs rw\n\
              26 22 0:42 / /var/lib/docker/overlay2/abc/merged rw - overlay overlay rw\n\
              broken\n",
        );
        assert_eq!(mounts.at(b"/"), Some(Treatment::Local));
        assert_eq!(mounts.at(b"/proc"), Some(Treatment::Kernel));
        assert_eq!(mounts.at(b"/mnt/two words"), Some(Treatment::Remote));
        assert_eq!(mounts.at(b"/home/a/.gvfs"), Some(Treatment::Remote));
        assert_eq!(mounts.at(b"/var/lib/docker/overlay2/abc/merged"), Some(Treatment::Container));
        assert_eq!(mounts.at(b"/mnt"), None);
        assert!(mounts.any_below(b"/mnt") && mounts.any_below(b"/") && mounts.any_below(b"/var/lib"));
        assert!(!mounts.any_below(b"/proc") && !mounts.any_below(b"/m") && !mounts.any_below(b"/usr"));
        assert_eq!(mounts.of_device(rustix::fs::makedev(0, 40)), Some(Treatment::Remote));
        assert!(mounts.any_remote());
        assert_eq!(mounts.remote_above(b"/mnt/two words/x/y"), Some(b"/mnt/two words".as_slice()));
        assert_eq!(mounts.remote_above(b"/mnt/two words"), Some(b"/mnt/two words".as_slice()));
        assert_eq!(mounts.remote_above(b"/mnt/two"), None);
        let image = mounts.below(b"/mnt");
        assert_eq!(image.at(b"/two words"), Some(Treatment::Remote));
        assert_eq!(image.at(b"/proc"), None);
    }
}
