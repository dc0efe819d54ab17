//! What is expected of files of which dpkg keeps nothing but a path and a digest: rights, and where links lead.

use super::{Actual, Expected, Packages, read};
use crate::{AskHost, Look, place};
use keeneye_facts::{Difference, FileStat, Text};

const PERMISSIONS: u32 = 0o7777;
const SETUID: u32 = 0o4000;
const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;
/// The first user id that is a person's and no daemon's (Debian policy, 9.2.2).
const FIRST_PERSON: u32 = 1000;

/// Rights tell something: not so in a tree that an ordinary user unpacked, or on a file system that has none.
pub(super) fn tells(look: &Look<'_>) -> bool {
    read::stat(look, &Text::from("/usr")).is_some_and(|stat| stat.is_dir() && stat.uid == 0 && stat.mode & 0o022 == 0)
}

/// Where root keeps packages' files for itself.
pub(super) fn is_kept(path: &Text) -> bool {
    place::is_packaged(path) && !path.is_within("/boot") || path.is_within("/etc")
}

/// Debian policy, 10.9: files belong to root, and their owner alone writes them. Daemons own programs of theirs, setuid
/// or below a directory of their own; of settings nothing is said but that not everybody writes them.
pub(super) fn rights(expected: &Expected, stat: &FileStat) -> Vec<Difference> {
    let settings = expected.role.config || !place::is_packaged(&expected.path);
    let group = if stat.gid == 0 || settings { 0 } else { GROUP_WRITES };
    let found = stat.mode & PERMISSIONS;
    let wanted = found & !(OTHERS_WRITE | group);
    let daemons = stat.uid < FIRST_PERSON && (found & SETUID != 0 || !place::is_among_commands(&expected.path));
    let mut differs = Vec::new();
    if wanted != found {
        differs.push(Difference::Mode { expected: wanted, found });
    }
    if stat.uid != 0 && !daemons && !settings {
        differs.push(Difference::Owner { expected: 0, found: stat.uid });
    }
    differs
}

/// A link among packages' files that leads elsewhere, by its text. Many do so to data; [`leads_to_packages`] tells those.
pub(super) fn leads_away(expected: &Expected, target: &Text) -> Option<Difference> {
    let away = place::is_packaged(&expected.path) && !place::is_packaged(&place::led_to(&expected.path, target));
    away.then(|| Difference::Link { expected: Text::new(), found: target.clone() })
}

/// Nothing but a link out of packages' directories was seen, and it leads to no program, or to one of a package.
pub(super) fn leads_to_packages(look: &Look<'_>, packages: &Packages, expected: &Expected, actual: &Actual) -> bool {
    let untold = |d: &Difference| matches!(d, Difference::Link { expected, .. } if expected.is_empty());
    if !expected.differences(actual).iter().all(untold) {
        return false;
    }
    let Ok(target) = look.host().resolve(&expected.path) else { return true };
    let runs = look.host().stat(&target).is_ok_and(|stat| stat.is_regular() && stat.executable());
    !runs || place::is_packaged(&target) || !packages.is_unowned(&target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differs(path: &str, config: bool, mode: u32, uid: u32, gid: u32) -> usize {
        let mut expected = Expected { path: path.into(), ..Expected::default() };
        expected.role.config = config;
        rights(&expected, &FileStat { mode: 0o100_000 | mode, uid, gid, ..FileStat::default() }).len()
    }

    #[test]
    fn who_may_write_what_packages_brought() {
        let program = |mode, uid, gid| differs("/usr/sbin/x", false, mode, uid, gid);
        assert_eq!(program(0o755, 0, 0), 0);
        assert_eq!(program(0o757, 0, 0), 1);
        assert_eq!(program(0o775, 0, 0), 0, "root's own group");
        assert_eq!(program(0o775, 0, 8), 1);
        assert_eq!(program(0o2755, 0, 8), 0, "setgid as a mail program is");
        assert_eq!(program(0o755, 33, 0), 1);
        assert_eq!(program(0o6755, 1, 1), 0, "setuid to a daemon");
        assert_eq!(program(0o6755, 1000, 1), 1);
    }
    #[test]
    fn daemons_have_programs_and_settings_of_their_own() {
        assert_eq!(differs("/usr/lib/news/bin/x", false, 0o755, 9, 9), 0);
        assert_eq!(differs("/usr/lib/news/bin/x", false, 0o755, 1000, 9), 1);
        assert_eq!(differs("/etc/x", true, 0o664, 33, 33), 0);
        assert_eq!(differs("/etc/x", true, 0o666, 0, 0), 1);
    }
}
