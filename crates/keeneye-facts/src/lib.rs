//! The nouns of keeneye: what a host is made of, and what is said about it.
//!
//! Shapes only. Nothing here reads a host, judges, or prints.

mod account;
mod account_change;
mod autostart;
mod baseline;
mod claim;
mod container;
mod control;
mod disk;
mod event;
mod file;
mod finding;
mod gap;
mod host;
mod incident;
mod ipc;
mod kernel;
mod layer;
mod log;
mod login;
mod mount;
mod package;
mod package_step;
mod place;
mod process;
mod shape;
mod socket;
mod text;
mod way;
mod yara;

pub use account::{Account, AuthorizedKey, Group, HostName, Password, Repository, SshdSetting, SudoDefault, SudoRule};
pub use account_change::{AccountChange, Changed};
pub use autostart::{Autostart, AutostartKind};
pub use baseline::{
    Aspect, Attributes, BaselineDoubt, BaselineDoubtKind, BaselineSeen, BaselineState, Cause, Change, ChangeGroup,
    Class, Content, Entry, Moment, Weight,
};
pub use claim::Claim;
pub use container::{ContainerMount, EngineContainer, EngineDaemon, HostRoot};
pub use control::{ControlOff, ControlOffKind};
pub use disk::{Lister, ListingDifference};
pub use event::Event;
pub use file::{
    Command, Contents, Digest, DigestCheck, Diversion, FileCapabilities, FileFact, FileKind, FileStat, ForeignRoot,
    Interest, LinkerEntry, LostLibrary, Ownership,
};
pub use finding::{Evidence, Finding, Innocent, Level, Subject};
pub use gap::{Coverage, Gap, Refusal, SenseCoverage};
pub use host::Host;
pub use incident::{Incident, Trace};
pub use ipc::{PidFile, SharedMemory};
pub use kernel::{BpfProgram, FirewallRule, HookedFunction, Kernel, KernelHelper, Module};
pub use layer::{ContainerDrift, DriftKind};
pub use log::{LogEvent, LogKind, LogTime, TimeCertainty, address};
pub use login::{Behind, Ending, Failures, LogFile, LogForm, LogOddity, Login, LoginRecord};
pub use mount::Mount;
pub use package::{ChangeCause, Difference, DoubtKind, PackageChange, PackageDoubt};
pub use package_step::{PackageStep, StepKind};
pub use place::{Country, Place, PlaceSource, Point, Reach};
pub use process::{
    Capabilities, Container, Environment, Executable, Fd, FdTarget, Mapping, Namespaces, Process, ProcessId, Program,
    ProgramKind, Thread,
};
pub use shape::{Does, ElfShape, ScriptShape, Shape, ShapeLine};
pub use socket::{Address, Interface, NetNamespace, PacketDetail, Protocol, Service, Socket, SocketState};
pub use text::Text;
pub use way::{Seen, Way};
pub use yara::{RuleMatch, RuleMatches};
