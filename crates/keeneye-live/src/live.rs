//! The live host: answers questions about this machine, or about files below a directory.

use crate::deadline::Deadline;
use crate::early::Early;
use crate::files::Files;
use crate::inventory::{self, Inventory, InventoryError, Taken};
use crate::logs::Left;
use crate::procfs::ProcFs;
use crate::remote::Remote;
use crate::root::Root;
use crate::{bpf, compare, content, digest, disk, mounted, net, persist, places, probe, refused};
use keeneye_facts::{NetNamespace, Refusal, Text};
use keeneye_world::baseline::{Entry, FormatError};
use keeneye_world::{Answer, Host, Question, Reply, reduce, yara};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Descriptors that are left to everything but the held processes.
const SPARE_DESCRIPTORS: u64 = 256;
/// Processes whose directories are held at once.
const MAX_HELD: u64 = 16_384;

/// Settings of the live host.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Directories of processes to hold open at once; `None` for what the limit on descriptors allows.
    pub held_processes: Option<usize>,
    /// A file or a device with the file system of the root, for `Disk`; `None` for the device that mountinfo names.
    pub image: Option<PathBuf>,
    /// Databases that tell where addresses are, those that win first; read when somebody asks.
    pub places: Vec<PathBuf>,
}

/// Why a host cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The root directory cannot be opened.
    #[error("cannot open {}: {why}", root.display())]
    Root {
        /// The directory.
        root: PathBuf,
        /// The kernel's reason.
        why: std::io::Error,
    },
}

/// A machine, or a directory that holds the files of one.
pub struct Live {
    machine: Arc<Machine>,
    early: Early,
}

impl Live {
    /// `/` is this machine. Any other directory is an image: its files are looked at, and whatever only a running
    /// machine can tell is refused with `NotHere`.
    pub fn new(root: &Path, options: &Options) -> Result<Self, LiveError> {
        let failed = |errno: Errno| LiveError::Root { root: root.to_owned(), why: errno.into() };
        let descriptors = raise_descriptor_limit();
        let most = descriptors.saturating_sub(SPARE_DESCRIPTORS).clamp(16, MAX_HELD);
        let held = options.held_processes.unwrap_or(usize::try_from(most).unwrap_or(16));
        let root = Root::open(root).map_err(failed)?;
        let files = Files { root, procfs: ProcFs::open(held), logs: Left::default() };
        // Without mountinfo no mount is known: then no file system counts as remote.
        let remote = Remote::new(files.mounts().unwrap_or_default());
        let machine = Machine {
            files: Arc::new(files),
            remote,
            image: options.image.clone(),
            places: options.places.clone(),
            budget: compare::Budget::default(),
            deadline: Deadline::default(),
        };
        Ok(Self { machine: Arc::new(machine), early: Early::default() })
    }
    /// Walks over all files below some directories and tells each as a baseline remembers it, in
    /// [`keeneye_world::baseline::walk_order`]. An error of `tell` ends the walk.
    pub fn inventory(
        &self,
        inventory: Inventory<'_>,
        tell: &mut dyn FnMut(Entry) -> Result<(), FormatError>,
    ) -> Result<Taken, InventoryError> {
        inventory::take(&self.machine.files, inventory, &self.machine.deadline, tell)
    }
    /// Opens a regular file of the root, to be read from its first byte to its last however long it is.
    pub fn open(&self, path: &Text) -> Result<impl Read + use<>, Refusal> {
        let Machine { files, remote, deadline, .. } = &*self.machine;
        deadline.check()?;
        if remote.of(files, path, false).is_some() {
            return Err(refused(Errno::REMOTE));
        }
        Ok(std::fs::File::from(content::open(&files.root, &files.procfs, path)?))
    }
    /// From then on every question is refused with `OutOfTime`.
    pub fn set_deadline(&self, when: Instant) {
        self.machine.deadline.set(when);
    }
    /// From that much later on every question is refused with `OutOfTime`.
    pub fn stop_after(&self, time: Duration) {
        if let Some(when) = Instant::now().checked_add(time) {
            self.set_deadline(when);
        }
    }
}

impl Host for Live {
    fn ask(&self, question: &Question) -> Reply {
        self.machine.deadline.check()?;
        // Of a kind that is never begun before it is asked.
        if let Question::Compare(expectations) = question {
            let machine = &self.machine;
            return compare::all(&machine.files, &machine.remote, expectations, &machine.budget, &machine.deadline);
        }
        match self.early.take(question, &self.machine.deadline) {
            Some(reply) => reply,
            None => self.machine.answer(question),
        }
    }
    /// Probes and digests are begun; all else is quick when it is asked.
    fn expect(&self, questions: &[Question]) {
        let (mut probes, mut digests) = (Vec::new(), Vec::new());
        for question in questions {
            match question {
                Question::ProbePids { .. } | Question::BindProbe { .. } => probes.push(question.clone()),
                Question::Digest(_) => digests.push(question.clone()),
                _ => (),
            }
        }
        for probe in probes {
            let machine = Arc::clone(&self.machine);
            self.early.begin(&probe.clone(), move || machine.answer(&probe));
        }
        let machine = Arc::clone(&self.machine);
        self.early.begin_all(digests, move |question| machine.answer(question));
    }
}

/// What answers, in whatever thread.
struct Machine {
    files: Arc<Files>,
    remote: Remote,
    budget: compare::Budget,
    image: Option<PathBuf>,
    places: Vec<PathBuf>,
    deadline: Deadline,
}

impl Machine {
    fn answer(&self, question: &Question) -> Reply {
        match question {
            Question::Clock => return clock(),
            Question::Places(addresses) => return places::answer(&self.places, addresses),
            Question::Disk { dir, deep } => {
                let image = self.image.as_deref();
                return disk::answer(&self.files, &self.remote, image, dir, *deep, &self.deadline);
            }
            question => match path_of(question) {
                Some(path) if !path.is_within("/proc") => {
                    return self.files.ask(&self.remote, question, path, &self.deadline);
                }
                _ => (),
            },
        }
        if !self.files.root.whole_machine() {
            return Err(Refusal::NotHere);
        }
        let procfs = &self.files.procfs;
        match question {
            Question::Read(path) => self.proc_bytes(path, content::READ, reduce::content),
            Question::Head(path) => self.proc_bytes(path, content::HEAD, reduce::head),
            Question::Copy(path) => self.proc_bytes(path, content::COPY, reduce::content),
            Question::Digest(path) => {
                self.proc_file(path, |file, deadline| digest::of(file.as_fd(), deadline).map(Answer::Digest))
            }
            Question::Match { rules, path } => {
                let rules = rules.clone();
                self.proc_file(path, move |file, deadline| {
                    let (data, _) = content::read(file.as_fd(), yara::MAX_BYTES, deadline)?;
                    crate::files::matched(&rules, &data)
                })
            }
            Question::Link(path) => procfs.link(path).map(Answer::Path),
            Question::List(path) => procfs.list(path).map(Answer::Names),
            Question::Stat(path) => procfs.stat(path).map(Answer::Stat),
            Question::MountedList(path) | Question::MountedRead(path) => self.mounted(question, path),
            Question::OwnProc => Ok(own_proc(procfs.refusal())),
            Question::ProbePids { how, max } => probe::pids(*how, *max, &self.deadline).map(Answer::Pids),
            Question::ProbeThese { how, ids } => probe::these(*how, ids).map(Answer::Pids),
            Question::Persist(pids) => {
                persist::look(pids, procfs, &self.files.mounts()?, &self.deadline).map(Answer::Persist)
            }
            Question::SockDiag { net, family, protocol } => {
                self.within(net, || net::netlink::sockets(*family, *protocol, &self.deadline))
            }
            Question::Interfaces(net) => self.within(net, || net::netlink::interfaces(&self.deadline)),
            Question::NetfilterRules(net) => self.within(net, || net::netlink::rules(&self.deadline)),
            Question::BpfPrograms => bpf::programs(&self.deadline),
            Question::NetTable { net, table } => self.within(net, || net::table(procfs, table)),
            Question::HeldPort { pid, fd } => net::held::port(*pid, *fd),
            Question::BindProbe { net, protocol } => self.within(net, || net::bind::ports(*protocol, &self.deadline)),
            Question::Resolve(_)
            | Question::Walk(_)
            | Question::Sweep(_)
            | Question::Programs(_)
            | Question::Shape(_)
            | Question::Clock
            | Question::Disk { .. }
            | Question::ReadAt { .. }
            | Question::Log { .. }
            | Question::Places(_)
            | Question::Compare(_)
            | Question::Changes => Err(Refusal::NotHere),
        }
    }

    fn within(&self, net: &NetNamespace, work: impl FnOnce() -> Reply + Send) -> Reply {
        net::within(net, &self.files, work)
    }

    /// Anything may be mounted over a part of /proc, also a file system that never answers.
    fn mounted(&self, question: &Question, path: &Text) -> Reply {
        match self.remote.above(path) {
            None => mounted::answer(question, &self.deadline),
            Some(mount) => {
                let question = question.clone();
                self.remote.ask(mount, &self.deadline, move |deadline| mounted::answer(&question, deadline))
            }
        }
    }

    fn proc_bytes(&self, path: &Text, limit: u64, reduced: fn(&Text, Vec<u8>) -> Vec<u8>) -> Reply {
        let name = path.clone();
        self.proc_file(path, move |file, deadline| {
            let (data, cut) = content::read(file.as_fd(), limit, deadline)?;
            Ok(Answer::Bytes { data: Text::from(reduced(&name, data)), cut })
        })
    }

    /// Opens a file of procfs, or the regular file behind a link of a process, which may lie anywhere.
    fn proc_file(&self, path: &Text, answer: impl FnOnce(OwnedFd, &Deadline) -> Reply + Send + 'static) -> Reply {
        let Some(found) = self.files.procfs.behind(path) else {
            return answer(self.files.procfs.open_file(path)?, &self.deadline);
        };
        let found = found?;
        let device = content::regular(found.as_fd())?.device;
        let files = Arc::clone(&self.files);
        let open = move || files.procfs.reopen(found.as_fd(), content::OPEN).unwrap_or(Err(Refusal::ABSENT));
        match self.remote.of_device(device) {
            None => answer(open()?, &self.deadline),
            Some(mount) => self.remote.ask(mount, &self.deadline, move |deadline| answer(open()?, deadline)),
        }
    }
}

/// The path of a question about a file. Those about the mounted procfs are not: they have a meaning of their own.
fn path_of(question: &Question) -> Option<&Text> {
    match question {
        Question::Read(path)
        | Question::Head(path)
        | Question::Link(path)
        | Question::List(path)
        | Question::Stat(path)
        | Question::Resolve(path)
        | Question::Digest(path)
        | Question::Copy(path)
        | Question::ReadAt { path, .. }
        | Question::Walk(path)
        | Question::Sweep(path)
        | Question::Programs(path)
        | Question::Match { path, .. }
        | Question::Log { path, .. }
        | Question::Shape(path) => Some(path),
        _ => None,
    }
}

fn own_proc(refusal: Option<Errno>) -> Answer {
    Answer::OwnProc { detached: refusal.is_none(), errno: refusal.map_or(0, Errno::raw_os_error) }
}

fn clock() -> Reply {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Ok(Answer::Clock {
        seconds: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
        pid: std::process::id(),
        uid: rustix::process::geteuid().as_raw(),
        ticks: rustix::param::clock_ticks_per_second(),
    })
}

/// Raises the soft limit on open files to the hard one; gives the limit in force.
fn raise_descriptor_limit() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Refused: the old limit stays, and less is held.
    setrlimit(Resource::Nofile, limit).ok();
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
