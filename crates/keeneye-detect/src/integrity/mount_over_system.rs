//! A mount that covers a file or a directory of the system itself.
//!
//! # What it sees
//! Something is mounted exactly over a single file below /usr, /etc, /boot or /var/log, or over a directory that holds
//! the system's commands, libraries or autostarts.
//!
//! # Why it matters
//! A mount changes what everybody reads without changing the file: the disk still holds the honest file, an offline
//! check finds nothing, and a reboot removes the trace.
//!
//! # Innocent causes
//! Partitions and subvolumes (a whole file system, not a part of one bound elsewhere), but nobody gives the directories
//! of commands one of their own. Systems whose /usr or /etc as a
//! whole is an image. A file of a container's own, such as its /etc/resolv.conf. A directory bound onto itself, which
//! hides nothing. Mounts of services (`ProtectSystem=`, `BindPaths=`) lie in namespaces of their own and are not seen.
//!
//! # What to do
//! Compare what is seen with what lies below: `umount` on a copy, or read the disk from elsewhere. Then look for who
//! mounted it: /etc/fstab, units of type mount, and `keeneye look file PATH`.

use crate::{Detector, Scene, place, subject};
use keeneye_facts::{Finding, Level, Mount, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/mount-over-system",
    title: "a mount covers a part of the system",
    level: Level::Compromised,
    attack: &["T1564", "T1036.005"],
    absolute: false,
    source: include_str!("mount_over_system.rs"),
    run,
};

/// Directories with commands, in which nothing is ever mounted.
const COMMANDS: &[&str] = &["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// Directories whose content starts by itself or decides who may log in. A mount over one of them, or below it, hides
/// what the admin reads there.
const STARTS: &[&str] = &[
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
    "/etc/init.d",
    "/etc/ld.so.conf.d",
    "/etc/pam.d",
    "/etc/profile.d",
    "/etc/security",
    "/etc/ssh",
    "/etc/sudoers.d",
    "/etc/systemd",
    "/etc/udev",
    "/usr/lib/systemd",
    "/lib/systemd",
    "/usr/lib/udev",
    "/lib/udev",
    "/var/spool/cron",
    "/usr/lib/security",
    "/lib/security",
];

/// Files that containers, live systems and network programs get of their own by such a mount: systemd's
/// `machine-id`, and those that container engines write (OCI runtimes mount the first three).
const OWN_FILES: &[&str] = &[
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/hostname",
    "/etc/machine-id",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mtab",
    "/etc/adjtime",
];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.mounts.iter().filter_map(|mount| judge(scene, mount)).collect()
}

fn judge(scene: &Scene<'_>, mount: &Mount) -> Option<Finding> {
    if mount.kind == "autofs" || shows_itself(mount, &scene.world.mounts) {
        return None;
    }
    let directory = mount.over_directory?;
    let level = if directory { of_directory(mount)? } else { of_file(mount)? };
    // In a container somebody else arranges the files; only the host can tell what they are.
    let level = if in_container(scene) { Level::Note.min(level) } else { level };
    Some(finding(mount, level, directory))
}

fn in_container(scene: &Scene<'_>) -> bool {
    scene.world.process(scene.world.host.own_pid).is_some_and(|own| own.container.is_some())
}

fn of_file(mount: &Mount) -> Option<Level> {
    let point = &mount.point;
    if OWN_FILES.iter().any(|own| point == own) {
        return None;
    }
    let precious = COMMANDS.iter().chain(STARTS).any(|dir| point.is_within(dir));
    Some(match () {
        () if precious => Level::Compromised,
        () if is_account_file(point) || is_library(point) || point == "/etc/ld.so.preload" => Level::Compromised,
        () if point.is_within("/var/log") || point.is_within("/boot") => Level::Suspicious,
        () if place::is_packaged(point) => Level::Suspicious,
        () if point.is_within("/etc") => Level::Unusual,
        () => return None,
    })
}

fn is_account_file(point: &Text) -> bool {
    ["passwd", "shadow", "group", "gshadow", "sudoers", "crontab", "nsswitch.conf"]
        .iter()
        .any(|name| *point == Text::from("/etc").join(name))
}

/// A library by its name: `libc.so.6`, `pam_unix.so`.
fn is_library(point: &Text) -> bool {
    let name = point.file_name();
    let library = name.ends_with(b".so") || bstr::ByteSlice::contains_str(name.as_ref() as &[u8], ".so.");
    library && place::is_packaged(point)
}

/// Directories of the system with something over them. A top-level directory as a whole is how some systems are built
/// (ostree, sysext, verified images), a whole file system is a partition.
fn of_directory(mount: &Mount) -> Option<Level> {
    let point = &mount.point;
    let partition = is_whole(mount);
    if COMMANDS.iter().any(|dir| point.is_within(dir)) {
        return Some(Level::Compromised);
    }
    if STARTS.iter().any(|dir| point.is_within(dir)) {
        return Some(if partition { Level::Unusual } else { Level::Suspicious });
    }
    let libraries = ["/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/lib", "/lib32", "/lib64"];
    let holds_libraries = libraries.iter().any(|dir| point == dir) || is_library_directory(point);
    (holds_libraries && !partition && point.parent() != "/").then_some(Level::Suspicious)
}

/// `/usr/lib/x86_64-linux-gnu`, `/usr/lib/x86_64-linux-gnu/security`, `/usr/lib64/security`.
fn is_library_directory(point: &Text) -> bool {
    let inner = ["/usr/lib/", "/lib/"].iter().find_map(|dir| point.strip_prefix(dir.as_bytes()));
    let first = inner.and_then(|inner| inner.split(|b| *b == b'/').next()).unwrap_or_default();
    bstr::ByteSlice::contains_str(first, "-linux-") || point.file_name() == "security" && place::is_packaged(point)
}

/// A whole file system on a device or from a server: a partition, a subvolume, a network share. An image in a file
/// (`mount -o loop`) is somebody's own directory like any other.
fn is_whole(mount: &Mount) -> bool {
    if mount.source.starts_with(b"/dev/loop") {
        return false;
    }
    let in_memory = ["tmpfs", "ramfs", "overlay", "devtmpfs"].iter().any(|kind| mount.kind == *kind);
    if in_memory {
        return false;
    }
    let mut options = mount.super_options.split(|b| *b == b',');
    let subvolume = options.find_map(|option| option.strip_prefix(b"subvol="));
    mount.root == "/" || subvolume == Some(mount.root.as_slice())
}

/// Bound onto itself: the mount shows what lies there anyway.
fn shows_itself(mount: &Mount, mounts: &[Mount]) -> bool {
    let Some(parent) = mounts.iter().find(|m| m.id == mount.parent) else { return false };
    let Some(inner) = mount.point.strip_prefix(parent.point.as_slice()) else { return false };
    let below = inner.strip_prefix(b"/").unwrap_or(inner);
    parent.device == mount.device && parent.root.join(below) == mount.root
}

fn finding(mount: &Mount, level: Level, directory: bool) -> Finding {
    let point = mount.point.lossy();
    let what = if mount.root == "/" { mount.kind.lossy() } else { mount.root.lossy() };
    let covered = if directory { "directory" } else { "file" };
    DETECTOR
        .finding(level, subject::mount(mount), format!("a mount of {what} covers the {covered} {point}"))
        .evidence("mount point", mount.point.clone())
        .evidence("what is mounted", mount.root.clone())
        .evidence("file system", [mount.kind.as_slice(), b" ", mount.source.as_slice()].concat())
        .innocent("a partition, a subvolume or a share", !is_whole(mount), "told by what part of it is mounted")
        .innocent("a directory bound onto itself", true, "it shows another place")
        .innocent("an admin's bind mount", false, "/etc/fstab or a mount unit would name it")
        .next(format!("keeneye look file {point}"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/mount-over-system";

    fn host(mount: &str, covered: &str) -> String {
        format!(r"/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 d rw\n{mount}\n") + "\n" + covered
    }
    #[test]
    fn another_file_over_a_command() {
        check(
            NAME,
            &host("9 1 8:1 /root/.x/ps /usr/bin/ps rw - ext4 /dev/sda1 rw", "/usr/bin/ps = x"),
            &["compromised: a mount of /root/.x/ps covers the file /usr/bin/ps"],
        );
    }
    #[test]
    fn another_file_over_a_library_and_a_log() {
        for (mount, covered, sentence) in [
            (
                "9 1 0:9 /l /usr/lib/x86_64-linux-gnu/libc.so.6 rw - tmpfs t rw",
                "/usr/lib/x86_64-linux-gnu/libc.so.6 = x",
                "compromised: a mount of /l covers the file /usr/lib/x86_64-linux-gnu/libc.so.6",
            ),
            (
                "9 1 0:6 /null /var/log/wtmp rw - devtmpfs u rw",
                "/var/log/wtmp = x",
                "suspicious: a mount of /null covers the file /var/log/wtmp",
            ),
            (
                "9 1 8:1 /opt/motd /etc/motd rw - ext4 d rw",
                "/etc/motd = x",
                "unusual: a mount of /opt/motd covers the file /etc/motd",
            ),
        ] {
            check(NAME, &host(mount, covered), &[sentence]);
        }
    }
    #[test]
    fn a_directory_of_commands_or_autostarts() {
        check(
            NAME,
            &host("9 1 0:9 / /etc/cron.d rw - tmpfs t rw", "/etc/cron.d/x = y"),
            &["suspicious: a mount of tmpfs covers the directory /etc/cron.d"],
        );
        check(
            NAME,
            &host("9 1 8:1 /srv/bin /usr/sbin rw - ext4 d rw", "/usr/sbin/x = y"),
            &["compromised: a mount of /srv/bin covers the directory /usr/sbin"],
        );
    }
    #[test]
    fn an_image_is_no_partition_and_commands_have_none() {
        let mount = |point: &str, device: &str| format!("9 1 7:0 / {point} rw - ext4 {device} rw");
        for (point, device, expected) in [
            ("/usr/local/sbin", "/dev/loop0", "compromised: a mount of ext4 covers the directory /usr/local/sbin"),
            ("/usr/local/sbin", "/dev/sda7", "compromised: a mount of ext4 covers the directory /usr/local/sbin"),
            ("/etc/cron.d", "/dev/loop0", "suspicious: a mount of ext4 covers the directory /etc/cron.d"),
            ("/etc/cron.d", "/dev/sda7", "unusual: a mount of ext4 covers the directory /etc/cron.d"),
        ] {
            check(NAME, &host(&mount(point, device), &format!("{point}/x = y")), &[expected]);
        }
        check(NAME, &host(&mount("/usr/local", "/dev/sda7"), "/usr/local/sbin/x = y"), &[]);
    }
    #[test]
    fn what_ordinary_systems_mount_is_quiet() {
        for (mount, covered) in [
            ("9 1 8:2 / /usr rw - ext4 /dev/sda2 rw", "/usr/bin/x = y"),
            ("9 1 8:2 / /var/log rw - ext4 /dev/sda2 rw", "/var/log/x = y"),
            ("9 1 8:2 / /boot/efi rw - vfat /dev/sda2 rw", "/boot/efi/x = y"),
            ("9 1 0:30 /@log /var/log rw - btrfs /dev/sda2 rw,subvol=/@log", "/var/log/x = y"),
            ("9 1 0:31 / /var/log rw - tmpfs log2ram rw", "/var/log/x = y"),
            ("9 1 8:1 /ostree/deploy/x/usr /usr ro - xfs d rw", "/usr/bin/x = y"),
            ("9 1 0:40 / /usr ro - overlay sysext ro", "/usr/bin/x = y"),
            ("9 1 0:41 / /etc/pve rw - fuse /dev/fuse rw", "/etc/pve/x = y"),
            (
                "9 1 8:1 /var/lib/docker/containers/1/resolv.conf /etc/resolv.conf rw - ext4 d rw",
                "/etc/resolv.conf = x",
            ),
            ("9 1 0:23 /machine-id /etc/machine-id ro - tmpfs tmpfs rw", "/etc/machine-id = x"),
            ("9 1 0:50 / /usr/lib/wsl/drivers ro - 9p drivers ro", "/usr/lib/wsl/drivers/x = y"),
        ] {
            check(NAME, &host(mount, covered), &[]);
        }
    }
    #[test]
    fn a_directory_bound_onto_itself_hides_nothing() {
        let other = "9 1 8:1 /usr/bin.new /usr/bin ro - ext4 d rw";
        check(
            NAME,
            &host(other, "/usr/bin/x = y"),
            &["compromised: a mount of /usr/bin.new covers the directory /usr/bin"],
        );
        check(NAME, &host(&other.replace("bin.new", "bin"), "/usr/bin/x = y"), &[]);
    }
}
