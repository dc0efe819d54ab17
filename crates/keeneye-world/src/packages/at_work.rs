//! Whether package managers are at work, told by their locks.

use super::deb::device;
use super::read;
use crate::{AskHost, Look};
use bstr::ByteSlice;
use keeneye_facts::{Refusal, Text};

/// Files that are locked while packages are exchanged: of rpm and apk. Queries of rpm hold no more than a lock to read.
const LOCKS: [&str; 5] = [
    "/var/lib/rpm/.rpm.lock",
    "/usr/lib/sysimage/rpm/.rpm.lock",
    "/lib/apk/db/lock",
    "/usr/lib/apk/db/lock",
    "/run/dnf.lock",
];
/// It is there while pacman runs, or until somebody removes it after pacman was killed.
const PACMAN: &str = "/var/lib/pacman/db.lck";

/// dpkg holds it from before it changes the first file until it has written its database.
const DPKG: &str = "/var/lib/dpkg/lock";

/// Programs that lock the databases themselves.
const PROGRAMS: [&str; 6] =
    ["/usr/bin/dpkg", "/bin/dpkg", "/usr/bin/rpm", "/sbin/apk", "/usr/sbin/apk", "/usr/bin/apk"];
/// Libraries by which others do, in whatever language.
const LIBRARIES: [&[u8]; 3] = [b"/librpm.so", b"/libapt-pkg.so", b"/libapk.so"];

/// A lock to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pid: i64,
    device: (u32, u32),
    inode: u64,
}

/// dpkg is at work, or nobody tells whether it is. On an image nobody is: what says so there was left or written by
/// somebody else.
pub(super) fn dpkg_may_be(look: &Look<'_>) -> bool {
    match look.host().read(&"/proc/locks".into()) {
        Ok(locks) => is_held(look, &held(&locks), DPKG),
        Err(why) => !is_image(&why),
    }
}

/// Another manager is. `pacman`: from when on its lock counts (seconds since 1970), where there is a database of it.
pub(super) fn is_locked(look: &Look<'_>, pacman: Option<i64>) -> bool {
    let locks = match look.host().read(&"/proc/locks".into()) {
        Ok(locks) => held(&locks),
        Err(why) if is_image(&why) => return false,
        Err(_) => Vec::new(),
    };
    let by_pacman = pacman.is_some_and(|from| read::stat(look, &Text::from(PACMAN)).is_some_and(|s| s.changed > from));
    by_pacman || !locks.is_empty() && LOCKS.into_iter().any(|path| is_held(look, &locks, path))
}

fn is_image(why: &Refusal) -> bool {
    why.is_absent() || *why == Refusal::NotHere
}

/// By a package manager.
fn is_held(look: &Look<'_>, locks: &[Held], path: &str) -> bool {
    let Some(stat) = read::stat(look, &Text::from(path)) else { return false };
    // On btrfs and some overlays the kernel's list has a device without a major number, and `stat` another one.
    let same = |lock: &&Held| {
        let (major, minor) = lock.device;
        lock.inode == stat.inode && (major == 0 || device(major, minor) == stat.device)
    };
    locks.iter().filter(same).any(|lock| is_manager(look, lock.pid))
}

/// Anybody may lock such a file. True where nobody tells who it is.
fn is_manager(look: &Look<'_>, pid: i64) -> bool {
    if pid <= 0 {
        return true;
    }
    let exe = match look.host().link(&Text::from(format!("/proc/{pid}/exe"))) {
        Ok(exe) => exe,
        Err(why) => return !why.is_absent(),
    };
    let exe = exe.strip_suffix(b" (deleted)").unwrap_or(&exe);
    if PROGRAMS.iter().any(|program| program.as_bytes() == exe) {
        return true;
    }
    match look.host().read(&Text::from(format!("/proc/{pid}/maps"))) {
        Ok(maps) => LIBRARIES.into_iter().any(|library| maps.contains_str(library)),
        Err(why) => !why.is_absent(),
    }
}

/// Files that are locked to be written.
pub(crate) fn held(locks: &[u8]) -> Vec<Held> {
    locks.lines().filter_map(written).collect()
}

/// Of a line such as `1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF` (proc_locks(5)), if it is a lock to write.
fn written(line: &[u8]) -> Option<Held> {
    let mut fields = line.split(u8::is_ascii_whitespace).filter(|field| !field.is_empty());
    if fields.nth(3)? != b"WRITE" {
        return None;
    }
    let pid = fields.next()?.to_str().ok()?.parse().ok()?;
    let mut file = fields.next()?.to_str().ok()?.splitn(3, ':');
    let mut hexadecimal = || u32::from_str_radix(file.next()?, 16).ok();
    let device = (hexadecimal()?, hexadecimal()?);
    Some(Held { pid, device, inode: file.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn locked(text: &str) -> bool {
        let host = Fixture::new(text);
        is_locked(&Look::new(&host, "files"), None)
    }
    const RPM: &str = "process 812 exe=/usr/bin/rpm\n";

    #[test]
    fn a_lock_to_write_is_work_and_one_to_read_a_query() {
        let lock = format!("{RPM}/var/lib/rpm/.rpm.lock : ino=131075 dev=2049\n/proc/locks = 1: POSIX  ADVISORY  ");
        assert!(locked(&format!("{lock}WRITE 812 08:01:131075 0 EOF\\n")));
        assert!(locked(&format!("{lock}WRITE 812 00:1f:131075 0 EOF\\n")), "btrfs");
        assert!(!locked(&format!("{lock}READ 812 08:01:131075 0 EOF\\n")));
        assert!(!locked(&format!("{lock}WRITE 812 08:01:131076 0 EOF\\n")));
        assert!(!locked(&format!("{lock}WRITE 812 08:02:131075 0 EOF\\n")), "another disk");
    }
    #[test]
    fn a_lock_of_somebody_else_is_no_work() {
        let lock = "/var/lib/rpm/.rpm.lock : ino=131075 dev=2049\n/proc/locks = 1: FLOCK  ADVISORY  WRITE 812 \
                    08:01:131075 0 EOF\\n\n";
        assert!(locked(&format!("{RPM}{lock}")));
        assert!(!locked(&format!("process 812 exe=/usr/bin/sleep\n{lock}")));
        assert!(!locked(lock), "its process is gone");
        let dnf = "process 812 exe=/usr/bin/python3.12\nmap 812 r-xp /usr/lib64/librpm.so.10\n";
        assert!(locked(&format!("{dnf}{lock}")));
    }
    #[test]
    fn the_lock_of_pacman_counts_where_it_is_new_and_pacman_is_there() {
        let locked = |pacman: Option<i64>, running: bool| {
            let locks = if running { "/proc/locks = \n" } else { "" };
            let host = Fixture::new(&format!("{locks}/var/lib/pacman/db.lck : size=0 changed=1000\n"));
            is_locked(&Look::new(&host, "files"), pacman)
        };
        assert!(locked(Some(900), true));
        assert!(!locked(Some(1_100), true), "an old one");
        assert!(!locked(None, true), "without pacman");
        assert!(!locked(Some(900), false), "of an image");
    }
    #[test]
    fn dpkg_works_while_its_lock_is_held() {
        let lock = "process 812 exe=/usr/bin/dpkg\n/var/lib/dpkg/lock : ino=131075 dev=2049\n";
        let may_be = |text: &str| dpkg_may_be(&Look::new(&Fixture::new(&format!("{lock}{text}")), "files"));
        assert!(may_be("/proc/locks = 1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF\\n"));
        assert!(!may_be("/proc/locks = 1: POSIX  ADVISORY  WRITE 812 08:01:131076 0 EOF\\n"));
        assert!(!may_be(
            "/proc/locks = 1: FLOCK  ADVISORY  WRITE 813 08:01:131075 0 EOF\\n\nprocess 813 exe=/usr/bin/sleep"
        ));
        assert!(!may_be(""), "an image");
    }
    #[test]
    fn hostile_bytes() {
        let lines = b"1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF\n2: FLOCK  ADVISORY  WRITE 9 00:1f:7 0 EOF\n\
                      3: OFDLCK ADVISORY  WRITE -1 08:01:2 0 EOF\n";
        crate::mutate::check(&[lines], |bytes| !held(bytes).is_empty());
    }
}
