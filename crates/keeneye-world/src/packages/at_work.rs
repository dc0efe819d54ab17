//! Whether package managers are at work, told by their locks.

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

/// dpkg is at work, or nobody tells whether it is. On an image nobody is: what says so there was left or written by
/// somebody else.
pub(super) fn dpkg_may_be(look: &Look<'_>) -> bool {
    match look.host().read(&"/proc/locks".into()) {
        Ok(locks) => read::stat(look, &Text::from(DPKG)).is_some_and(|stat| held(&locks).contains(&stat.inode)),
        Err(why) => !why.is_absent() && why != Refusal::NotHere,
    }
}

pub(super) fn is_locked(look: &Look<'_>) -> bool {
    if read::stat(look, &Text::from(PACMAN)).is_some() {
        return true;
    }
    let locks = look.host().read(&"/proc/locks".into()).unwrap_or_default();
    let held = held(&locks);
    let locked = |path: &str| read::stat(look, &Text::from(path)).is_some_and(|stat| held.contains(&stat.inode));
    !held.is_empty() && LOCKS.into_iter().any(locked)
}

/// Inodes of files that are locked to be written.
pub(crate) fn held(locks: &[u8]) -> Vec<u64> {
    locks.lines().filter_map(written).collect()
}

/// The inode of a lock to write, of a line such as `1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF` (proc_locks(5)).
fn written(line: &[u8]) -> Option<u64> {
    let mut fields = line.split(u8::is_ascii_whitespace).filter(|field| !field.is_empty());
    if fields.nth(3)? != b"WRITE" {
        return None;
    }
    let file = fields.nth(1)?;
    file.rsplit_str(":").next()?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn locked(text: &str) -> bool {
        let host = Fixture::new(text);
        is_locked(&Look::new(&host, "files"))
    }

    #[test]
    fn a_lock_to_write_is_work_and_one_to_read_a_query() {
        let lock = "/var/lib/rpm/.rpm.lock : ino=131075\n/proc/locks = 1: POSIX  ADVISORY  ";
        assert!(locked(&format!("{lock}WRITE 812 08:01:131075 0 EOF\\n")));
        assert!(!locked(&format!("{lock}READ 812 08:01:131075 0 EOF\\n")));
        assert!(!locked(&format!("{lock}WRITE 812 08:01:131076 0 EOF\\n")));
        assert!(locked("/var/lib/pacman/db.lck : size=0"));
    }
    #[test]
    fn dpkg_works_while_its_lock_is_held() {
        let lock = "/var/lib/dpkg/lock : ino=131075\n";
        let may_be = |text: &str| dpkg_may_be(&Look::new(&Fixture::new(&format!("{lock}{text}")), "files"));
        assert!(may_be("/proc/locks = 1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF\\n"));
        assert!(!may_be("/proc/locks = 1: POSIX  ADVISORY  WRITE 812 08:01:131076 0 EOF\\n"));
        assert!(!may_be(""), "an image");
    }
    #[test]
    fn hostile_bytes() {
        let line = b"1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF";
        crate::mutate::check(&[line], |bytes| !held(bytes).is_empty());
    }
}
