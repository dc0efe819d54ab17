//! Which mount a path lies on. Mounts hide each other: what counts is the way from the root.

use keeneye_facts::{Mount, Text};

/// The mounts of a mountinfo, in its order; what is no mount is left out.
pub fn read(mountinfo: &[u8]) -> Vec<Mount> {
    crate::senses::mount_table(mountinfo).0
}

/// The mount that shows what lies at an absolute path without links. `None` when the table has no root.
pub fn at<'a>(mounts: &'a [Mount], path: &[u8]) -> Option<&'a Mount> {
    let root = mounts.iter().find(|mount| mount.point == "/" && !mounts.iter().any(|m| is_parent(m, mount)))?;
    let ends = path.iter().enumerate().skip(1).filter(|(_, b)| **b == b'/').map(|(end, _)| end);
    let prefixes = ends.chain([path.len()]).filter_map(|end| path.get(..end));
    let mut here = root;
    for prefix in std::iter::once(&b"/"[..]).chain(prefixes) {
        // Several may lie over each other at one place.
        for _ in 0..mounts.len() {
            let Some(over) = mounts.iter().find(|m| is_parent(here, m) && m.point.as_slice() == prefix) else { break };
            here = over;
        }
    }
    Some(here)
}

/// A root is its own parent in some tables.
fn is_parent(parent: &Mount, mount: &Mount) -> bool {
    mount.parent == parent.id && mount.id != parent.id
}

/// Where the path lies in the file system of its mount.
pub fn inside(mount: &Mount, path: &[u8]) -> Option<Text> {
    let below = path.strip_prefix(mount.point.strip_suffix(b"/").unwrap_or(&mount.point))?;
    let below = below.strip_prefix(b"/").unwrap_or(below);
    Some(if below.is_empty() { mount.root.clone() } else { mount.root.join(below) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = b"27 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
        30 27 8:2 /@home /home rw - btrfs /dev/sda2 rw\n\
        31 30 8:3 / /home/a/disk rw - ext4 /dev/sda3 rw\n\
        32 27 0:9 / /srv rw - tmpfs t rw\n\
        33 32 8:4 / /srv rw - ext4 /dev/sda4 rw\n\
        34 27 8:1 /opt/x /mnt/x rw - ext4 /dev/sda1 rw\n\
        35 27 8:5 / /var/lib/data rw - ext4 /dev/sda5 rw\n\
        36 27 0:10 / /var rw - tmpfs t rw\n";

    #[test]
    fn the_mount_that_shows_it() {
        let mounts = read(TABLE);
        let id = |path: &str| at(&mounts, path.as_bytes()).map(|mount| mount.id);
        for (path, mount) in [
            ("/", 27),
            ("/etc/passwd", 27),
            ("/home", 30),
            ("/homes", 27),
            ("/home/a/disk/x", 31),
            ("/srv/x", 33),
            ("/mnt/x/y", 34),
            // The table still has what lies below, and nothing shows it.
            ("/var/lib/data/x", 36),
        ] {
            assert_eq!(id(path), Some(mount), "{path}");
        }
        assert_eq!(at(&[], b"/"), None);
    }
    #[test]
    fn where_it_lies_in_the_file_system() {
        let mounts = read(TABLE);
        let inner = |path: &str| inside(at(&mounts, path.as_bytes()).unwrap(), path.as_bytes()).unwrap();
        assert_eq!(inner("/"), "/");
        assert_eq!(inner("/etc/x"), "/etc/x");
        assert_eq!(inner("/mnt/x"), "/opt/x");
        assert_eq!(inner("/mnt/x/y/z"), "/opt/x/y/z");
        assert_eq!(inner("/srv/a"), "/a");
    }
    #[test]
    fn mounts_in_a_circle_come_to_an_end() {
        let mounts = read(b"1 2 8:1 / / rw - ext4 d rw\n2 1 8:1 / / rw - ext4 d rw\n3 3 8:1 / / rw - ext4 d rw\n");
        assert_eq!(at(&mounts, b"/a/b").map(|mount| mount.id), Some(3));
    }
}
