//! Files, packages and who owns what.

use crate::{Shape, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What `lstat` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileStat {
    /// Device number.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
    /// Type and permission bits as in `st_mode`.
    pub mode: u32,
    /// Number of names; 0 for a deleted file.
    pub links: u64,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970 of the last change of content; settable by anyone who owns it.
    pub modified: i64,
    /// Seconds since 1970 of the last change of any kind; not settable.
    pub changed: i64,
    /// Seconds since 1970 when the file was made; 0 where the file system does not tell.
    #[serde(skip_serializing_if = "is_zero")]
    pub born: i64,
    /// The last change of content lies on a whole second.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whole_second: bool,
    /// Nobody may change it (chattr(1) `i`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub immutable: bool,
    /// It can only grow (chattr(1) `a`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub append_only: bool,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl FileStat {
    /// Bytes above which no command, module or library of a distribution is.
    pub const LARGE: u64 = 200 << 20;
    /// S_IFMT part.
    pub fn kind_bits(&self) -> u32 {
        self.mode & 0o170_000
    }
    /// A regular file.
    pub fn is_regular(&self) -> bool {
        self.kind_bits() == 0o100_000
    }
    /// A directory.
    pub fn is_dir(&self) -> bool {
        self.kind_bits() == 0o040_000
    }
    /// A symbolic link.
    pub fn is_link(&self) -> bool {
        self.kind_bits() == 0o120_000
    }
    /// Someone other than the owner may write it.
    pub fn writable_by_others(&self) -> bool {
        self.mode & 0o022 != 0 && !self.is_link()
    }
    /// Anyone may execute it.
    pub fn executable(&self) -> bool {
        self.mode & 0o111 != 0
    }
    /// The very same file.
    pub fn same_file(&self, other: &Self) -> bool {
        self.device == other.device && self.inode == other.inode
    }
}

/// Digests of a file's content, in lower-case hexadecimal, made in one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// What Debian's package database keeps.
    pub md5: String,
    /// What everybody else asks for.
    pub sha256: String,
    /// Bytes that were read.
    pub size: u64,
}

/// How a packaged file's content compares with what the package brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestCheck {
    /// Content is what the package brought.
    Matches,
    /// Content is not what the package brought.
    Differs {
        /// What the package database says.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// Owned, but nobody compared: a weaker fact.
    NotChecked,
    /// The package keeps no digests at all.
    NoneKept,
    /// The package keeps digests of its files, and none of this one.
    NotListed,
}

/// Who brought a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// No package database could be read: nobody knows. Not the same as unowned.
    Unknown,
    /// A package database was read, and no package owns the path.
    Unowned,
    /// A package owns the path.
    Owned {
        /// Its name.
        package: String,
        /// Its version.
        version: String,
        /// Whether the content is the package's.
        digest: DigestCheck,
        /// A file that admins are meant to edit.
        conffile: bool,
    },
}

impl Ownership {
    /// The strong fact: a package owns it and the content is the package's.
    pub fn is_intact(&self) -> bool {
        matches!(self, Self::Owned { digest: DigestCheck::Matches, .. })
    }
    /// A package owns the path, whatever the content.
    pub fn is_owned(&self) -> bool {
        matches!(self, Self::Owned { .. })
    }
    /// A database was read and no package owns it.
    pub fn is_unowned(&self) -> bool {
        matches!(self, Self::Unowned)
    }
    /// Owned, and the content is known to differ.
    pub fn is_changed(&self) -> bool {
        matches!(self, Self::Owned { digest: DigestCheck::Differs { .. }, .. })
    }
    /// Owned, and the package's list of digests was made not to name it: a weaker sign than another content.
    pub fn is_not_listed(&self) -> bool {
        matches!(self, Self::Owned { digest: DigestCheck::NotListed, .. })
    }
    /// Owned, and not known to be changed: intact, not checked or no digest kept.
    pub fn is_owned_unchanged(&self) -> bool {
        self.is_owned() && !self.is_changed() && !self.is_not_listed()
    }
    /// The package's name.
    pub fn package(&self) -> Option<&str> {
        match self {
            Self::Owned { package, .. } => Some(package),
            _ => None,
        }
    }
}

/// What a file is, told by its first bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// Not looked into.
    Unknown,
    /// An ELF program or library.
    Elf,
    /// Begins with `#!`; the interpreter's path.
    Script(Text),
    /// Anything else.
    Other,
    /// There is no such file.
    Missing,
}

/// Why keeneye looked at a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interest {
    /// A process executes it.
    Running,
    /// It lies where a program lay that still runs and was deleted since.
    Successor,
    /// A process calls itself so by its first argument.
    Claimed,
    /// A process runs it as a script.
    RunningScript,
    /// A process has it mapped as code.
    Mapped,
    /// A process was started with an environment that tells the dynamic linker to load it first.
    Preloaded,
    /// A command that admins trust, in the first directory of the search path where it is found.
    Command,
    /// A PAM module.
    Pam,
    /// A name service module.
    Nss,
    /// Something starts it by itself: a unit, a cron line, an init script.
    Autostart,
    /// The dynamic linker loads it into every program, or its cache points at it.
    Linker,
    /// An entry of something that starts by itself stands in it, or it is one: a crontab, a unit, a rule.
    Entry,
    /// A settings file that decides who gets in or what runs.
    Setting,
    /// It lies in a directory that only packages fill, and no package owns it.
    Stray,
    /// It gives its user rights: setuid, setgid, capabilities.
    Privileged,
    /// A shell or an interpreter among packages' programs, of which a program that gives rights may be a copy.
    Original,
    /// Nobody may change it.
    Immutable,
    /// A program, a script or a library in a directory that does not outlive a boot or that everybody may write to.
    Volatile,
    /// Its name is made to be overlooked or misread, or hides where nothing hides.
    OddName,
    /// An ordinary file among devices.
    Device,
    /// A script that a web server would run.
    Web,
    /// The history of a shell or another program.
    History,
    /// The kernel has it loaded, or its source is dkms's.
    Module,
    /// Its content is not what its package brought, and nothing else made it interesting.
    Differs,
    /// The person asked for it.
    Asked,
}

/// A directory with an `etc/passwd` of its own: a chroot, an unpacked image, a backup, or what shall look like one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ForeignRoot {
    /// The directory.
    pub path: Text,
    /// Programs in it that give rights.
    pub privileged: u32,
    /// A package of this system brought one of them: then it is no other system.
    pub ours: bool,
    /// It has a database of packages.
    pub database: bool,
}

/// A file that something made interesting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFact {
    /// Path on the host, symbolic links resolved.
    pub path: Text,
    /// `lstat`, `None` when missing.
    pub stat: Option<FileStat>,
    /// What it is.
    pub kind: FileKind,
    /// Who brought it.
    pub owner: Ownership,
    /// Digests, when made.
    pub digest: Option<Digest>,
    /// The packages' file of this path was moved aside, so that another can lie here.
    #[serde(default)]
    pub diversion: Option<Diversion>,
    /// Why it was looked at.
    pub interests: BTreeSet<Interest>,
    /// Where it leads, as it is written there, when it is a symbolic link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Text>,
    /// Rights that whoever executes it gets (capabilities(7)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<FileCapabilities>,
    /// What its content is like; of scripts of web servers, and of programs of no package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// Of a script of no package among packages' programs: its lines without comments, secrets masked, at most 64 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commands: Option<Text>,
}

/// Capabilities of a file: the bits as in capabilities(7), the lowest is `cap_chown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileCapabilities {
    /// Given to whoever executes the file.
    pub permitted: u64,
    /// Kept where the caller has them as inheritable.
    pub inheritable: u64,
    /// They hold from the start, without the program asking for them.
    pub effective: bool,
    /// The user id that is root in the namespace that they hold in; `None` for the machine's own.
    pub root: Option<u32>,
}

impl FileCapabilities {
    /// By number, as in linux/capability.h.
    #[rustfmt::skip]
    const NAMES: [&str; 41] = [
        "cap_chown", "cap_dac_override", "cap_dac_read_search", "cap_fowner", "cap_fsetid", "cap_kill", "cap_setgid",
        "cap_setuid", "cap_setpcap", "cap_linux_immutable", "cap_net_bind_service", "cap_net_broadcast",
        "cap_net_admin", "cap_net_raw", "cap_ipc_lock", "cap_ipc_owner", "cap_sys_module", "cap_sys_rawio",
        "cap_sys_chroot", "cap_sys_ptrace", "cap_sys_pacct", "cap_sys_admin", "cap_sys_boot", "cap_sys_nice",
        "cap_sys_resource", "cap_sys_time", "cap_sys_tty_config", "cap_mknod", "cap_lease", "cap_audit_write",
        "cap_audit_control", "cap_setfcap", "cap_mac_override", "cap_mac_admin", "cap_syslog", "cap_wake_alarm",
        "cap_block_suspend", "cap_audit_read", "cap_perfmon", "cap_bpf", "cap_checkpoint_restore",
    ];

    /// The bit of a capability, by its name or number.
    pub fn bit(name: &str) -> Option<u64> {
        let known = Self::NAMES.iter().position(|known| name.eq_ignore_ascii_case(known));
        let number = known.or_else(|| name.strip_prefix("cap_").unwrap_or(name).parse().ok())?;
        (number < 64).then(|| 1 << number)
    }
    /// All that have a name.
    pub const fn all() -> u64 {
        (1 << Self::NAMES.len()) - 1
    }
    /// Names of those that it gives; the number of one that has no name yet.
    pub fn names(&self) -> Vec<String> {
        let given = (0..64).filter(|bit| self.permitted >> bit & 1 == 1);
        given.map(|bit| Self::NAMES.get(bit).map_or_else(|| bit.to_string(), |name| (*name).to_owned())).collect()
    }
}

/// A record of dpkg-divert(1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diversion {
    /// Where packages' files of this path go instead.
    pub to: Text,
    /// The package that wanted it so; `None` for the administrator (`--local`).
    pub by: Option<String>,
}

/// A command that admins trust, in one directory of root's search path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// What is typed: `ps`.
    pub name: Text,
    /// Where it is found: `/usr/local/bin/ps`.
    pub place: Text,
    /// The file that this leads to, symbolic links resolved.
    pub path: Text,
}

/// An entry of the dynamic linker's cache whose library no package owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkerEntry {
    /// What programs ask for: `libc.so.6`.
    pub name: Text,
    /// Where the cache says it lies, symbolic links resolved.
    pub path: Text,
    /// A library of the same name that a package owns, and that this one stands before.
    pub shadows: Option<Text>,
    /// The package that owns the shadowed one.
    pub shadowed_package: Option<String>,
}

/// Lines of a start file that matter: aliases, functions, search paths. Values of other variables stay at the door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The file.
    pub path: Text,
    /// Line number from 1, and the line.
    pub lines: Vec<(u32, Text)>,
}

/// What lies now where a file lay that processes still have mapped as code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LostLibrary {
    /// Path of the mapping, without the mark for deleted files.
    pub path: Text,
    /// A file lies at that path again.
    pub replaced: bool,
    /// Another version of it lies beside it, the one changed last: the same name but for its version.
    pub sibling: Option<Text>,
    /// When that was last changed, seconds since 1970: an upgrade put it there after the old one was loaded.
    pub sibling_changed: i64,
    /// The directory is still there.
    pub directory: bool,
}
