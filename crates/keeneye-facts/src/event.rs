//! What enters the world: a scan is a burst of "seen" events, the daemon adds the others.

use crate::{
    Account, AuthorizedKey, Autostart, BaselineDoubt, BaselineState, BpfProgram, ChangeGroup, ContainerDrift, Contents,
    ControlOff, EngineContainer, EngineDaemon, FileFact, FirewallRule, ForeignRoot, Gap, Group, Host, HostName,
    HostRoot, Interface, Kernel, ListingDifference, LostLibrary, Module, Mount, NetNamespace, PackageChange,
    PackageDoubt, PidFile, Process, ProcessId, Repository, SenseCoverage, Service, SharedMemory, Socket, SshdSetting,
    SudoDefault, SudoRule, Text,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One thing learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event", content = "of")]
pub enum Event {
    /// The machine was looked at.
    HostSeen(Box<Host>),
    /// A process was there.
    ProcessSeen(Box<Process>),
    /// A process began just now.
    ProcessStarted(Box<Process>),
    /// A process ended. Its lineage stays.
    ProcessExited(ProcessId),
    /// A socket was there.
    SocketSeen(Box<Socket>),
    /// A socket began to listen just now.
    ListenerOpened(Box<Socket>),
    /// A listening socket went away; by namespace and inode.
    ListenerClosed {
        /// Network namespace.
        net: u64,
        /// Socket inode.
        inode: u64,
    },
    /// A port that `bind` calls in use, twice, and no socket view explains.
    HiddenPortSeen {
        /// Network namespace.
        net: u64,
        /// TCP or UDP.
        protocol: crate::Protocol,
        /// The port.
        port: u16,
    },
    /// A network namespace was there.
    NetNamespaceSeen(NetNamespace),
    /// A network interface was there.
    InterfaceSeen(Interface),
    /// The host's own list of services and their ports (/etc/services).
    ServicesSeen(Vec<Service>),
    /// A mount was there, in keeneye's mount namespace.
    MountSeen(Mount),
    /// A file shall be looked at, because of this.
    FileWanted {
        /// Its path, as something names it.
        path: Text,
        /// Why.
        interest: crate::Interest,
    },
    /// A file was looked at.
    FileSeen(Box<FileFact>),
    /// A deleted library is still in use.
    LostLibrarySeen(LostLibrary),
    /// A process names a program by its first argument.
    ClaimSeen(crate::Claim),
    /// An account was there.
    AccountSeen(Account),
    /// A group was there.
    GroupSeen(Group),
    /// The first user id that the host gives to people (`UID_MIN` of login.defs(5)).
    FirstPersonSeen(u32),
    /// sudo would allow this.
    SudoRuleSeen(SudoRule),
    /// sudo is told this.
    SudoDefaultSeen(SudoDefault),
    /// sshd would take this key.
    AuthorizedKeySeen(AuthorizedKey),
    /// sshd is told this; in order of reading.
    SshdSettingSeen(SshdSetting),
    /// A line of /etc/hosts.
    HostNameSeen(HostName),
    /// The name servers of /etc/resolv.conf, as written.
    NameServersSeen(Vec<Text>),
    /// Software comes from there.
    RepositorySeen(Repository),
    /// Something starts by itself.
    AutostartSeen(Box<Autostart>),
    /// The kernel was asked about itself.
    KernelSeen(Box<Kernel>),
    /// A kernel module was there.
    ModuleSeen(Module),
    /// A BPF program was there.
    BpfProgramSeen(BpfProgram),
    /// A netfilter rule was there.
    FirewallRuleSeen(FirewallRule),
    /// An engine knows a container.
    EngineContainerSeen(Box<EngineContainer>),
    /// The daemon of an engine is told where to take orders.
    EngineDaemonSeen(EngineDaemon),
    /// Something that keeps records or keeps people out is switched off.
    ControlOffSeen(ControlOff),
    /// A directory that looks like the root of another system.
    ForeignRootSeen(ForeignRoot),
    /// A container has a program that its image has not.
    ContainerDriftSeen(Box<ContainerDrift>),
    /// Another mount namespace reaches the root of the machine.
    HostRootSeen(HostRoot),
    /// A shared memory segment was there.
    SharedMemorySeen(SharedMemory),
    /// A pid file was there.
    PidFileSeen(PidFile),
    /// A shell start file was read.
    StartFileSeen(Contents),
    /// A preload list (/etc/ld.so.preload) names this library.
    PreloadSeen(Text),
    /// The dynamic linker's cache leads to a library that no package owns.
    LinkerEntrySeen(crate::LinkerEntry),
    /// A command that admins trust was found; in the order of root's search path.
    CommandSeen(crate::Command),
    /// The search path that root's shells get, in order.
    SearchPathSeen(Vec<Text>),
    /// Packages were counted: how many, of which database.
    PackagesSeen {
        /// `dpkg`.
        database: String,
        /// Installed packages.
        count: u64,
    },
    /// Vendors were asked what their packages brought.
    VendorsAsked {
        /// Packages of which that is at hand, in the very version.
        at_hand: u64,
        /// Packages that are installed.
        installed: u64,
        /// Where it came from, and why it is believed: sentences.
        said: Vec<String>,
    },
    /// Files of packages were compared with what their packages say: how many.
    PackageFilesCompared(u64),
    /// A file is not as its package says.
    PackageChangeSeen(Box<PackageChange>),
    /// A package was installed, exchanged or removed at some time.
    PackageStepSeen(Box<crate::PackageStep>),
    /// The record of a package does not hold together.
    PackageDoubtSeen(Box<PackageDoubt>),
    /// The host was held against a baseline, or there is none.
    BaselineLooked(BaselineState),
    /// A baseline does not hold together.
    BaselineDoubtSeen(BaselineDoubt),
    /// Files differ from what the baseline remembers, all for one cause.
    ChangesSeen(Box<ChangeGroup>),
    /// The kernel and the block device do not agree on a name.
    ListingDifferenceSeen(ListingDifference),
    /// Rules of the admin's match a file.
    RulesMatched(crate::RuleMatches),
    /// Somebody was let in.
    LoginSeen(Box<crate::Login>),
    /// Failed attempts to get in, counted.
    FailuresSeen(Box<crate::Failures>),
    /// Where addresses are from which somebody was or was not let in.
    PlacesSeen(BTreeMap<IpAddr, crate::Place>),
    /// A log says something else than that: a command of sudo, an account, a service.
    LogEventSeen(Box<crate::LogEvent>),
    /// A file of logs or login records was read.
    LogFileSeen(Box<crate::LogFile>),
    /// Something could not be seen.
    GapSeen(Gap),
    /// A sense has finished.
    SenseDone(SenseCoverage),
}
