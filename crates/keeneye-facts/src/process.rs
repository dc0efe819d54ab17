//! Programs that run.

use crate::{Digest, FileStat, Seen, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Identity of a process within one boot: an id alone is given out again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProcessId {
    /// Process id in keeneye's pid namespace.
    pub pid: u32,
    /// Start time in clock ticks since boot (`/proc/N/stat`, field 22).
    pub start: u64,
}

/// A process, with all that was read of it. Absent parts are `None`; why is a `Gap`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Process {
    /// Who it is.
    pub id: ProcessId,
    /// Parent's process id; the world finds out which process that is.
    pub ppid: u32,
    /// Process group.
    pub group: i32,
    /// Session.
    pub session: i32,
    /// Controlling terminal's device number, 0 for none.
    pub tty: i32,
    /// State letter of `/proc/N/stat`: R S D Z T t X I.
    pub state: char,
    /// Kernel flags of the task (`/proc/N/stat`, field 9): see [`Process::is_kernel_thread`].
    pub flags: u32,
    /// Name of the first thread, at most 15 bytes; the process can change it at will.
    pub comm: Text,
    /// Arguments; the process can change them at will. Empty for kernel threads and zombies.
    pub cmdline: Vec<Text>,
    /// True when the argument area was read and holds nothing but NUL bytes, or nothing at all, in two looks.
    pub cmdline_wiped: bool,
    /// The program file, from the kernel. `None` for kernel threads and zombies.
    pub exe: Option<Executable>,
    /// What a person would call "the program": the script where the executable is an interpreter.
    pub program: Option<Program>,
    /// Current directory.
    pub cwd: Option<Text>,
    /// Root directory; not `/` means a chroot or a container.
    pub root: Option<Text>,
    /// Real, effective, saved, filesystem user id.
    pub uids: [u32; 4],
    /// Real, effective, saved, filesystem group id.
    pub gids: [u32; 4],
    /// Capability sets.
    pub capabilities: Capabilities,
    /// 0 off, 1 strict, 2 filter.
    pub seccomp: u8,
    /// The no_new_privs bit.
    pub no_new_privs: bool,
    /// Process that traces this one, 0 for none.
    pub tracer: u32,
    /// User who logged in, as the audit subsystem keeps it; `None` for daemons.
    pub login_uid: Option<u32>,
    /// Control group path (the version 2 one, else systemd's).
    pub cgroup: Text,
    /// The container it runs in, told by the control group.
    pub container: Option<Container>,
    /// Its namespaces.
    pub namespaces: Namespaces,
    /// Open file descriptors.
    pub fds: Vec<Fd>,
    /// Executable, deleted and writable-and-executable mappings; others are not kept.
    pub mappings: Vec<Mapping>,
    /// Environment, reduced at the door.
    pub environment: Environment,
    /// Threads other than the first.
    pub threads: Vec<Thread>,
    /// User and system CPU time so far, in clock ticks.
    pub cpu_ticks: u64,
    /// Resident memory in bytes.
    pub resident: u64,
    /// The ways that showed it and did not show it.
    pub seen: Seen,
    /// Parts that were asked for and not answered while the process lived: `exe`, `fd`, `maps` ...
    pub unread: Vec<String>,
}

impl Process {
    /// PF_KTHREAD (include/linux/sched.h) is set by the kernel and cannot be set by a program.
    pub fn is_kernel_thread(&self) -> bool {
        self.flags & 0x0020_0000 != 0
    }
    /// Ended, but not yet collected by its parent, or ending right now (PF_EXITING); has no memory, no files.
    pub fn is_zombie(&self) -> bool {
        matches!(self.state, 'Z' | 'X') || self.flags & 0x4 != 0
    }
    /// Effective user id.
    pub fn uid(&self) -> u32 {
        self.uids[1]
    }
    /// Path of the program file, empty when there is none.
    pub fn exe_path(&self) -> &Text {
        static NONE: Text = Text::new();
        self.exe.as_ref().map_or(&NONE, |e| &e.path)
    }
    /// Inodes of its sockets, with the descriptor numbers.
    pub fn sockets(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.fds.iter().filter_map(|fd| match fd.target {
            FdTarget::Socket(inode) => Some((fd.number, inode)),
            _ => None,
        })
    }
}

/// The file that a process executes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Executable {
    /// Path as the kernel tells it, without the mark for deleted files; `/memfd:name` for memory.
    pub path: Text,
    /// The kernel marked it as deleted.
    pub deleted: bool,
    /// The file that is really executed, asked through the process and not by path.
    pub stat: Option<FileStat>,
    /// True when the host's own path leads to this very file (same device and inode). False inside
    /// containers and chroots, and for files that were replaced or deleted. `None` when it could not be asked.
    pub at_path: Option<bool>,
    /// Digest of a program that lies in memory only; that of others is told with their files.
    pub digest: Option<Digest>,
}

impl Executable {
    /// Executed from memory: there never was a path.
    pub fn in_memory(&self) -> bool {
        self.path.as_slice().starts_with(b"/memfd:")
    }
}

/// What a person would call the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Script path for an interpreter running a script, else the executable's path.
    pub path: Text,
    /// What it is.
    pub kind: ProgramKind,
}

/// What a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProgramKind {
    /// A program file.
    Executable,
    /// A script file, run by an interpreter.
    Script,
    /// An interpreter running code given as an argument (`-c`, `-e`).
    Inline,
    /// An interpreter running a module by name (`python3 -m`), or code that wrote a title over its arguments; `path`
    /// is the interpreter.
    Module,
    /// An interpreter with no script: code from a terminal, a pipe or a socket.
    Interactive,
}

/// Capability sets as the kernel prints them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    /// Inheritable.
    pub inheritable: u64,
    /// Permitted.
    pub permitted: u64,
    /// Effective.
    pub effective: u64,
    /// Bounding.
    pub bounding: u64,
    /// Ambient.
    pub ambient: u64,
}

/// A container, told by the shape of the control group's path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// `docker`, `podman`, `containerd`, `cri-o`, `lxc`, `systemd-nspawn`, ...
    pub engine: String,
    /// The engine's id or name.
    pub id: Text,
}

/// Namespace inodes; `None` where they could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespaces {
    /// Network.
    pub net: Option<u64>,
    /// Mounts.
    pub mnt: Option<u64>,
    /// Process ids.
    pub pid: Option<u64>,
    /// Users.
    pub user: Option<u64>,
}

/// An open file descriptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fd {
    /// Its number.
    pub number: u32,
    /// What it points at.
    pub target: FdTarget,
}

/// What a file descriptor points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FdTarget {
    /// A socket, by inode.
    Socket(u64),
    /// A pipe, by inode.
    Pipe(u64),
    /// An unnamed kernel object: `bpf-prog`, `eventfd`, `io_uring`.
    Anonymous(Text),
    /// A memory file, by the name its maker gave it.
    Memory(Text),
    /// A network namespace kept open, by inode.
    NetNamespace(u64),
    /// A file, directory or device.
    File {
        /// Path without the mark for deleted files.
        path: Text,
        /// The kernel marked it as deleted.
        deleted: bool,
    },
}

/// A memory mapping that matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// First address.
    pub start: u64,
    /// Address behind the last.
    pub end: u64,
    /// Can be read, written, executed.
    pub read: bool,
    /// Can be written.
    pub write: bool,
    /// Can be executed.
    pub execute: bool,
    /// Device of the file, 0 for none.
    pub device: u64,
    /// Inode of the file, 0 for none.
    pub inode: u64,
    /// Path without the mark for deleted files; empty for anonymous memory; `[vdso]` and the like as they are.
    pub path: Text,
    /// The kernel marked the file as deleted.
    pub deleted: bool,
    /// What is written to it stays the process's own: the way libraries are mapped, and not memory that is shared.
    pub private: bool,
}

impl Mapping {
    /// A part of a library that the dynamic linker loaded: code, or a deleted file that is named as libraries are. Of
    /// a library's data nothing else is kept.
    pub fn is_of_library(&self) -> bool {
        let name = self.path.file_name();
        let named = name.ends_with(b".so") || name.windows(4).any(|part| part == b".so.");
        self.inode != 0 && (self.execute || self.deleted && named)
    }
    /// Code that no file backs. The kernel's own `[vdso]` and `[vsyscall]` are not.
    pub fn is_anonymous_code(&self) -> bool {
        let path = self.path.as_slice();
        self.execute && self.inode == 0 && !matches!(path, b"[vdso]" | b"[vsyscall]" | b"[uprobes]")
    }
}

/// A process's environment as the door lets it through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Environment {
    /// Every name, in order.
    pub names: Vec<Text>,
    /// Values of the few names that matter: preload lists, history files, search paths.
    pub values: BTreeMap<Text, Text>,
    /// True when the environment area holds nothing but NUL bytes, or nothing at all.
    pub wiped: bool,
}

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thread {
    /// Thread id.
    pub tid: u32,
    /// Start time in clock ticks since boot.
    pub start: u64,
    /// Its name.
    pub comm: Text,
    /// The ways that showed it and did not.
    pub seen: Seen,
}
