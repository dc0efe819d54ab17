//! The ways by which a thing can be seen. Cross-view is a set difference over these.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One independent way of seeing a process, a socket or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Listed by `readdir` of keeneye's own procfs.
    Readdir,
    /// Listed by `readdir` of the procfs mounted at /proc: what `ps` and `ls` see.
    MountedReaddir,
    /// `/proc/N/stat` of the mounted procfs answers with the same start time.
    MountedLookup,
    /// `/proc/N` of keeneye's own procfs answers when asked by number.
    Lookup,
    /// `pidfd_open(N)` succeeds.
    Pidfd,
    /// `kill(N, 0)` succeeds or is refused with EPERM.
    Kill,
    /// A line of a `cgroup.procs`.
    Cgroup,
    /// Listed in `/proc/N/task` of its process.
    Task,
    /// A netlink sock_diag dump.
    SockDiag,
    /// A table under /proc/net.
    ProcNet,
    /// `bind` says that the port is in use.
    Bind,
    /// A file descriptor of a process points at it.
    Fd,
    /// The package database.
    PackageDatabase,
    /// Read from the file itself.
    File,
    /// A line of /proc/modules.
    ProcModules,
    /// A directory below /sys/module with the marks of a loaded module.
    SysModule,
    /// A symbol of /proc/kallsyms that names it.
    Kallsyms,
    /// An event, not a look.
    Event,
}

impl Way {
    /// The word for it, the same as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Readdir => "readdir",
            Self::MountedReaddir => "mounted-readdir",
            Self::MountedLookup => "mounted-lookup",
            Self::Lookup => "lookup",
            Self::Pidfd => "pidfd",
            Self::Kill => "kill",
            Self::Cgroup => "cgroup",
            Self::Task => "task",
            Self::SockDiag => "sock-diag",
            Self::ProcNet => "proc-net",
            Self::Bind => "bind",
            Self::Fd => "fd",
            Self::PackageDatabase => "package-database",
            Self::File => "file",
            Self::ProcModules => "proc-modules",
            Self::SysModule => "sys-module",
            Self::Kallsyms => "kallsyms",
            Self::Event => "event",
        }
    }
}

/// By which ways a thing was seen, and which ways looked and did not show it although it was there all the while.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Ways that showed it.
    pub by: BTreeSet<Way>,
    /// Ways that looked, worked, and did not show it in any round while it was proven alive.
    pub not_by: BTreeSet<Way>,
}

impl Seen {
    /// Seen by one way.
    pub fn by(way: Way) -> Self {
        Self { by: BTreeSet::from([way]), not_by: BTreeSet::new() }
    }
}
