//! Programs that give rights away: which of them do whatever they are asked, and where none belongs.

use crate::{place, shells};
use bstr::ByteSlice;
use keeneye_facts::{Account, FileFact, FileKind, ForeignRoot, Interest, Text};
use keeneye_world::World;
use std::collections::BTreeMap;

/// Programs that run, read or write whatever their caller names. No package gives rights to one of them.
const DO_AS_ASKED: &[&[u8]] = &[
    b"cat",
    b"chmod",
    b"chown",
    b"chroot",
    b"cp",
    b"dd",
    b"ed",
    b"emacs",
    b"env",
    b"find",
    b"gdb",
    b"git",
    b"ionice",
    b"less",
    b"ln",
    b"make",
    b"more",
    b"mv",
    b"nano",
    b"nice",
    b"nmap",
    b"nohup",
    b"rsync",
    b"sed",
    b"setarch",
    b"start-stop-daemon",
    b"stdbuf",
    b"strace",
    b"tail",
    b"tar",
    b"taskset",
    b"tee",
    b"time",
    b"timeout",
    b"unshare",
    b"vi",
    b"vim",
    b"watch",
    b"xargs",
    b"zip",
    b"unzip",
    b"curl",
    b"wget",
    b"setpriv",
    b"nsenter",
    b"install",
    b"head",
];

/// Runs, reads or writes whatever its caller names: with anybody's rights it gives all of them.
pub(super) fn does_as_asked(path: &Text) -> bool {
    let name = path.file_name().as_bytes();
    // Debian's names of one program's builds: `vim.basic`.
    let stem = name.split(|b| *b == b'.').next().unwrap_or(name);
    shells::takes_code(path) || DO_AS_ASKED.contains(&stem)
}

/// Files that packages brought, by their content.
pub(super) struct Packaged<'a> {
    by_content: BTreeMap<&'a str, Vec<&'a FileFact>>,
}

impl<'a> Packaged<'a> {
    pub(super) fn of(world: &'a World) -> Self {
        let mut by_content: BTreeMap<&str, Vec<&FileFact>> = BTreeMap::new();
        for fact in world.files.values().filter(|fact| !fact.owner.is_unowned()) {
            if let Some(digest) = &fact.digest {
                by_content.entry(&digest.sha256).or_default().push(fact);
            }
        }
        Self { by_content }
    }
    /// Those with the same content as a file.
    pub(super) fn same(&self, fact: &FileFact) -> &[&'a FileFact] {
        let same = fact.digest.as_ref().and_then(|digest| self.by_content.get(digest.sha256.as_str()));
        same.map_or(&[], Vec::as_slice)
    }
    /// One under its own name that takes code: the file is a copy of it.
    pub(super) fn copied_from(&self, fact: &FileFact) -> Option<&'a Text> {
        let mut same = self.same(fact).iter().filter(|other| other.path != fact.path);
        same.find(|other| shells::takes_code(&other.path)).map(|other| &other.path)
    }
    /// A program that a package installs with the same content and the same rights, such as `passwd` in an unpacked
    /// system: it gives nobody more than the installed one does.
    pub(super) fn has_another(&self, fact: &FileFact) -> bool {
        let rights = |fact: &FileFact| fact.stat.map(|stat| (stat.mode, stat.uid, stat.gid));
        let same = |other: &&FileFact| {
            let equal = gives_rights(other) && rights(other) == rights(fact);
            equal && other.owner.is_intact() && !does_as_asked(&other.path)
        };
        fact.owner.is_unowned() && self.same(fact).iter().any(same)
    }
}

/// setuid or setgid. Scripts get no rights (execve(2)).
pub(super) fn gives_rights(fact: &FileFact) -> bool {
    let code = matches!(fact.kind, FileKind::Elf | FileKind::Unknown);
    code && fact.interests.contains(&Interest::Privileged) && fact.stat.is_some_and(|stat| stat.mode & 0o6000 != 0)
}

/// A place where nobody installs programs, in words. Tools of one person or one application may hide by a dot.
pub(super) fn odd_place(path: &Text, accounts: &[Account]) -> Option<String> {
    if let Some(dir) = place::volatile_dir(path) {
        return Some(format!("in {dir}"));
    }
    let hidden = place::hidden_component(path)?;
    match hidden.how {
        place::Hiding::Dot if place::is_tool_dot_dir(path, accounts) => None,
        place::Hiding::Disguised(_) => Some("under a name made to be overlooked".into()),
        _ => Some("in a hidden place".into()),
    }
}

/// Below `/var` or `/run`, and not in a directory of programs: what lies there is data (hier(7)).
pub(super) fn is_among_data(path: &Text) -> bool {
    let state = ["/var", "/run"].iter().any(|dir| path.is_within(dir));
    // The first two are `/var/lib` itself or its like.
    let mut parts = path.split(|b| *b == b'/').skip(2);
    let top = parts.next().is_some_and(|dir| dir.ends_with(b"bin"));
    state && !top && !parts.any(|dir| dir.ends_with(b"bin") || dir.starts_with(b"lib") || dir == b"usr")
}

/// A program or a script, by its content.
pub(super) fn is_code(fact: &FileFact) -> bool {
    matches!(fact.kind, FileKind::Elf | FileKind::Script(_))
}

/// A process runs it or has it loaded: then detectors of processes speak about it.
pub(super) fn is_in_use(fact: &FileFact) -> bool {
    [Interest::Running, Interest::RunningScript, Interest::Mapped].iter().any(|why| fact.interests.contains(why))
}

/// It lies on an image of its own, which nobody could have written to.
pub(super) fn is_on_image(world: &World, path: &Text) -> bool {
    place::own_image(path, &world.mounts).is_some()
}

/// Programs that make a tree with an `etc/passwd` a system of its own, at least. One alone may have been put there,
/// with the other file as its excuse.
const PROGRAMS_OF_A_SYSTEM: u32 = 3;

/// Names under which systems install programs that give rights. A program of another name in another system is no part
/// of it.
#[rustfmt::skip]
const OF_SYSTEMS: &[&[u8]] = &[
    b"at", b"bbsuid", b"chage", b"chfn", b"chsh", b"chrome-sandbox", b"crontab", b"dbus-daemon-launch-helper",
    b"dotlockfile", b"exim4", b"expiry", b"fusermount", b"fusermount3", b"gpasswd", b"grub2-set-bootflag", b"mount",
    b"mount.cifs", b"mount.nfs", b"newgidmap", b"newgrp", b"newuidmap", b"pam_extrausers_chkpwd", b"pam_timestamp_check",
    b"passwd", b"ping", b"ping4", b"ping6", b"pkexec", b"polkit-agent-helper-1", b"postdrop", b"postqueue", b"pppd",
    b"sendmail", b"snap-confine", b"ssh-agent", b"ssh-keysign", b"staprun", b"su", b"sudo", b"sudoedit", b"traceroute",
    b"umount", b"unix_chkpwd", b"usernetctl", b"utempter", b"vmware-user-suid-wrapper", b"wall", b"write", b"Xorg.wrap",
];

/// The other system in which it lies as that system's packages lay it, under a name of such programs: a chroot, an
/// unpacked image. Whether those packages brought it nobody asks. Nothing else in such a tree is left out, nor a tree
/// without a database of packages, nor one where nobody keeps a system.
pub(super) fn of_another_system<'a>(
    world: &'a World,
    packaged: &Packaged<'_>,
    fact: &FileFact,
) -> Option<&'a ForeignRoot> {
    let odd = || place::is_volatile(&fact.path) || place::hidden_component(&fact.path).is_some();
    let known = OF_SYSTEMS.contains(&fact.path.file_name().as_bytes());
    let writable = fact.stat.is_some_and(|stat| stat.writable_by_others());
    if !known || writable || fact.owner.is_owned() || odd() || packaged.copied_from(fact).is_some() {
        return None;
    }
    let whole = |root: &&ForeignRoot| root.database && !root.ours && root.privileged >= PROGRAMS_OF_A_SYSTEM;
    let inside = |root: &ForeignRoot| fact.path.strip_prefix(root.path.as_slice()).map(Text::from);
    let lays =
        |root: &&ForeignRoot| inside(root).is_some_and(|rest| rest.starts_with(b"/") && place::is_packaged(&rest));
    world.foreign_roots.iter().filter(whole).find(lays)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_as_asked() {
        for path in ["/bin/bash", "/usr/bin/python3.11", "/usr/bin/find", "/usr/bin/vim.basic", "/bin/busybox"] {
            assert!(does_as_asked(&Text::from(path)), "{path}");
        }
        for path in ["/usr/bin/passwd", "/bin/mount", "/usr/bin/sudo", "/usr/bin/fusermount3", "/usr/bin/at"] {
            assert!(!does_as_asked(&Text::from(path)), "{path}");
        }
    }
    #[test]
    fn odd_places() {
        let odd = |path: &str| odd_place(&Text::from(path), &[]);
        assert_eq!(odd("/var/tmp/.s").as_deref(), Some("in /var/tmp"));
        assert_eq!(odd("/usr/lib/.x/y").as_deref(), Some("in a hidden place"));
        assert_eq!(odd("/home/a/.cargo/bin/x"), None);
        assert_eq!(odd("/opt/google/chrome/chrome-sandbox"), None);
    }
}
