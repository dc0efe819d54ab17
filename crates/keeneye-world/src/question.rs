//! Everything that can be asked of a host.

use crate::packages::Expectations;
use crate::yara::Rules;
use keeneye_facts::{LogForm, NetNamespace, Protocol, Text};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A typed question. Every one can be recorded and replayed.
///
/// Paths are absolute. Those under `/proc` are answered by keeneye's own procfs (never by what is mounted at /proc);
/// all others are resolved inside the root that is looked at, symbolic links of directories included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Content of a regular file or a procfs file, up to 32 MiB; the last component is not followed, but for
    /// `/proc/N/exe`, `/proc/N/fd/M` and the like, which give the file behind them. Answer: `Bytes`.
    Read(Text),
    /// The first 4 KiB of a regular file. Answer: `Bytes`.
    Head(Text),
    /// A part of the content of a database of packages, which may be large; nothing else is told in parts. Answer:
    /// `Bytes`, fewer where the file ends.
    ReadAt {
        /// The file.
        path: Text,
        /// Where the part begins, in bytes.
        from: u64,
        /// How long it is, in bytes: up to 1 MiB.
        length: u32,
    },
    /// Target of a symbolic link. Answer: `Path`.
    Link(Text),
    /// Names in a directory, sorted, without `.` and `..`; a link to a directory is followed. Listing `/proc` begins a
    /// new look at processes: ids may mean others from then on. Answer: `Names`.
    List(Text),
    /// `lstat`; for `/proc/N/exe`, `/proc/N/root` and the like the file behind it. Answer: `Stat`.
    Stat(Text),
    /// The path with all symbolic links resolved inside the root. Answer: `Path`.
    Resolve(Text),
    /// Digests of a regular file, up to 1 GiB. Answer: `Digest`.
    Digest(Text),
    /// What the content of a regular file is like, by its first 16 MiB: see [`crate::shape`]. Answer: `Shape`.
    Shape(Text),
    /// The whole content of a file that is worth keeping as evidence, up to 64 MiB. Answer: `Bytes`.
    Copy(Text),
    /// All files below a directory on local file systems, without crossing into procfs and its like. Links are not
    /// followed, but for the directory itself. Answer: `Walk`.
    Walk(Text),
    /// The same, but only files that are worth a second look: see [`crate::sweep`]. Answer: `Walk`, with the file
    /// capabilities of programs.
    Sweep(Text),
    /// The same, but only programs and libraries: see [`crate::sweep::is_program`]. Answer: `Walk`.
    Programs(Text),
    /// Which of these files are not as their packages say. Answer: `Compared`, with those alone.
    Compare(Expectations),
    /// What changed since the newest baseline of this host that can be believed. Answer: `Changes`; nothing in it says
    /// anything but what that baseline, read to its end and found whole, and the walk of now say.
    Changes,
    /// What a file of logs or login records says, packed or not: see [`crate::log_read`]. Answer: `Log`.
    Log {
        /// The file.
        path: Text,
        /// What it holds.
        form: LogForm,
    },
    /// Where these addresses are, by databases that the person who looks has given. Answer: `Places`, one for each.
    Places(Vec<IpAddr>),
    /// Names that the kernel's listing of a directory and the ext4 file system on its block device do not agree on; what
    /// differs is looked at again, two more times with pauses. Answer: `Disk`.
    Disk {
        /// The directory.
        dir: Text,
        /// All directories below it too, as far as nothing else is mounted over them.
        deep: bool,
    },
    /// Which rules match the content of a regular file, by its first 16 MiB. Answer: `Matches`.
    Match {
        /// The rules.
        rules: Rules,
        /// The file.
        path: Text,
    },
    /// Names in a directory of the procfs that is mounted at /proc, as `ls` and `ps` see it. Answer: `Names`.
    MountedList(Text),
    /// Content of a file of the procfs that is mounted at /proc. Answer: `Bytes`.
    MountedRead(Text),
    /// Whether keeneye could open a procfs of its own. Answer: `OwnProc`.
    OwnProc,
    /// Time, and who asks. Answer: `Clock`.
    Clock,
    /// Which ids from 1 to `max` answer a probe. Answer: `Pids`.
    ProbePids {
        /// The system call.
        how: PidProbe,
        /// The highest id to try.
        max: u32,
    },
    /// Which of these ids answer a probe. Answer: `Pids`.
    ProbeThese {
        /// The system call.
        how: PidProbe,
        /// The ids to try.
        ids: Vec<u32>,
    },
    /// Hold each process by pidfd and look for it again, three rounds with pauses. Answer: `Persist`.
    Persist(Vec<u32>),
    /// A sock_diag dump of one family and protocol, all states. Answer: `Dump`, raw netlink messages.
    SockDiag {
        /// Where.
        net: NetNamespace,
        /// AF_INET 2, AF_INET6 10, AF_UNIX 1, AF_PACKET 17.
        family: u8,
        /// IPPROTO_TCP 6, IPPROTO_UDP 17, IPPROTO_RAW 255; 0 for the other families.
        protocol: u8,
    },
    /// An rtnetlink dump of all interfaces. Answer: `Dump`, raw netlink messages.
    Interfaces(NetNamespace),
    /// A dump of all rules of nf_tables. Answer: `Dump`, raw netlink messages.
    NetfilterRules(NetNamespace),
    /// All BPF programs that are loaded. Answer: `Dump`, the first 80 bytes of `struct bpf_prog_info` of each.
    BpfPrograms,
    /// A table under /proc/net as a thread inside that namespace reads it: `tcp`, `packet`, `unix`. Answer: `Bytes`.
    NetTable {
        /// Where.
        net: NetNamespace,
        /// File name under /proc/net.
        table: String,
    },
    /// The port that the TCP socket behind a descriptor of a process is bound to: for kernels that do not list sockets
    /// which are only bound. Answer: `Ports`, empty when it is no TCP socket or has no port.
    HeldPort {
        /// The process.
        pid: u32,
        /// Its descriptor.
        fd: u32,
    },
    /// Tries to bind every port from 1 to 65535, IPv4 and IPv6 at once, without listening. Answer: `Ports` in use.
    BindProbe {
        /// Where.
        net: NetNamespace,
        /// TCP or UDP.
        protocol: Protocol,
    },
}

/// A system call that tells whether a process id is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PidProbe {
    /// `pidfd_open`: answers for processes, not for threads.
    Pidfd,
    /// `kill` with signal 0: answers for processes and threads; EPERM counts as "is there".
    Kill,
}
