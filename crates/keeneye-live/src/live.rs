//! The live host: answers questions about this machine, or about files below a directory.

use crate::deadline::Deadline;
use crate::early::Early;
use crate::mounts::Mounts;
use crate::procfs::{ProcFs, mounted};
use crate::root::Root;
use crate::{content, digest, directory, persist, probe, refused, stat, walk};
use keeneye_facts::{FileStat, Refusal, Text};
use keeneye_world::{Answer, DirEntry, Host, Question, Reply, reduce};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{OFlags, readlinkat};
use rustix::process::{Resource, getrlimit, setrlimit};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

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
    root: Root,
    procfs: Arc<ProcFs>,
    early: Early,
    deadline: Deadline,
}

impl Live {
    /// `/` is this machine. Any other directory is an image: its files are looked at, and whatever only a running
    /// machine can tell is refused with `NotHere`.
    pub fn new(root: &Path, options: &Options) -> Result<Self, LiveError> {
        let failed = |errno: rustix::io::Errno| LiveError::Root { root: root.to_owned(), why: errno.into() };
        let descriptors = raise_descriptor_limit();
        let most = descriptors.saturating_sub(SPARE_DESCRIPTORS).clamp(16, MAX_HELD);
        let held = options.held_processes.unwrap_or(usize::try_from(most).unwrap_or(16));
        Ok(Self {
            root: Root::open(root).map_err(failed)?,
            procfs: Arc::new(ProcFs::open(held)),
            early: Early::default(),
            deadline: Deadline::default(),
        })
    }
    /// From then on every question is refused with `OutOfTime`.
    pub fn set_deadline(&self, when: Instant) {
        self.deadline.set(when);
    }

    fn answer(&self, question: &Question) -> Reply {
        match question {
            Question::Read(path) => self.bytes(path, content::READ).map(|answer| reduced(path, answer)),
            Question::Head(path) => self.bytes(path, content::HEAD).map(|answer| reduced(path, answer)),
            Question::Copy(path) => self.bytes(path, content::COPY),
            Question::Link(path) => self.link(path).map(Answer::Path),
            Question::List(path) => self.list(path).map(Answer::Names),
            Question::Stat(path) => self.stat(path).map(Answer::Stat),
            Question::Resolve(path) => self.resolve(path).map(Answer::Path),
            Question::Digest(path) => digest::of(self.open(path)?.as_fd(), &self.deadline).map(Answer::Digest),
            Question::Walk(path) => self.walk(path),
            Question::Clock => clock(),
            _ if !self.root.whole_machine() => Err(Refusal::NotHere),
            Question::MountedList(path) => mounted_list(path).map(Answer::Names),
            Question::MountedRead(path) => mounted_read(path).map(|answer| reduced(path, answer)),
            Question::OwnProc => Ok(self.own_proc()),
            Question::ProbePids { how, max } => probe::pids(*how, *max, &self.deadline).map(Answer::Pids),
            Question::Persist(pids) => persist::look(pids, &self.procfs, &self.deadline).map(Answer::Persist),
            Question::SockDiag { .. }
            | Question::Interfaces(_)
            | Question::NetTable { .. }
            | Question::BindProbe { .. } => Err(Refusal::NotHere),
        }
    }

    /// The procfs when the path lies there: an image has none.
    fn procfs_for(&self, path: &Text) -> Result<Option<&ProcFs>, Refusal> {
        match (path.is_within("/proc"), self.root.whole_machine()) {
            (true, true) => Ok(Some(&self.procfs)),
            (true, false) => Err(Refusal::NotHere),
            (false, _) => Ok(None),
        }
    }
    fn open(&self, path: &Text) -> Result<OwnedFd, Refusal> {
        match self.procfs_for(path)? {
            Some(procfs) => procfs.open_file(path),
            None => content::open(&self.root, &self.procfs, path).map(|(file, _)| file),
        }
    }
    fn bytes(&self, path: &Text, limit: u64) -> Reply {
        let (data, cut) = content::read(self.open(path)?.as_fd(), limit)?;
        Ok(Answer::Bytes { data: Text::from(data), cut })
    }
    fn link(&self, path: &Text) -> Result<Text, Refusal> {
        if let Some(procfs) = self.procfs_for(path)? {
            return procfs.link(path);
        }
        let link = self.root.open_at(path, OFlags::PATH)?;
        if !stat::of(link.as_fd())?.is_link() {
            return Err(refused(rustix::io::Errno::INVAL));
        }
        Ok(Text::from(readlinkat(&link, "", Vec::new()).map_err(refused)?.into_bytes()))
    }
    fn list(&self, path: &Text) -> Result<Vec<DirEntry>, Refusal> {
        if let Some(procfs) = self.procfs_for(path)? {
            return procfs.list(path);
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK;
        directory::names(self.root.open_following(path, flags)?.as_fd())
    }
    fn stat(&self, path: &Text) -> Result<FileStat, Refusal> {
        match self.procfs_for(path)? {
            Some(procfs) => procfs.stat(path),
            None => stat::of(self.root.open_at(path, OFlags::PATH)?.as_fd()),
        }
    }
    fn resolve(&self, path: &Text) -> Result<Text, Refusal> {
        if self.procfs_for(path)?.is_some() {
            return Err(Refusal::NotHere);
        }
        let file = self.root.open_following(path, OFlags::PATH)?;
        let found = self.procfs.path_of(file.as_fd())?;
        if self.root.whole_machine() {
            return Ok(found);
        }
        let root = self.procfs.path_of(self.root.dir())?;
        match found.strip_prefix(root.as_slice()) {
            Some(b"") => Ok(Text::from("/")),
            Some(inside) if inside.starts_with(b"/") => Ok(Text::from(inside)),
            // The tree was moved while we looked.
            _ => Err(Refusal::ABSENT),
        }
    }
    fn walk(&self, path: &Text) -> Reply {
        if self.procfs_for(path)?.is_some() {
            return Err(Refusal::NotHere);
        }
        let mountinfo = self.procfs.read(b"/proc/self/mountinfo", content::READ).unwrap_or_default().0;
        walk::below(&self.root, path, &Mounts::parse(&mountinfo), &self.deadline)
    }
    fn own_proc(&self) -> Answer {
        match self.procfs.refusal() {
            None => Answer::OwnProc { detached: true, errno: 0 },
            Some(errno) => Answer::OwnProc { detached: false, errno: errno.raw_os_error() },
        }
    }
}

impl Host for Live {
    fn ask(&self, question: &Question) -> Reply {
        self.deadline.check()?;
        match self.early.take(question, &self.deadline) {
            Some(reply) => reply,
            None => self.answer(question),
        }
    }
    fn expect(&self, questions: &[Question]) {
        if !self.root.whole_machine() {
            return;
        }
        for question in questions {
            if let Question::ProbePids { how, max } = question {
                let (how, max, deadline) = (*how, *max, self.deadline.clone());
                self.early.begin(question, move || probe::pids(how, max, &deadline).map(Answer::Pids));
            }
        }
    }
}

fn reduced(path: &Text, answer: Answer) -> Answer {
    match answer {
        Answer::Bytes { data, cut } => Answer::Bytes { data: Text::from(reduce::content(path, data.into_vec())), cut },
        other => other,
    }
}

fn mounted_list(path: &Text) -> Result<Vec<DirEntry>, Refusal> {
    let dir = mounted_open(path, OFlags::RDONLY | OFlags::DIRECTORY)?;
    directory::names(dir.as_fd())
}

fn mounted_read(path: &Text) -> Reply {
    let file = mounted_open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
    content::regular(file.as_fd())?;
    let (data, cut) = content::read(file.as_fd(), content::READ)?;
    Ok(Answer::Bytes { data: Text::from(data), cut })
}

/// Below the mounted procfs, and across what is mounted below it: that is what admins' tools see.
fn mounted_open(path: &Text, flags: OFlags) -> Result<OwnedFd, Refusal> {
    let below = path.strip_prefix(b"/proc").ok_or(refused(rustix::io::Errno::INVAL))?;
    let below = below.strip_prefix(b"/").unwrap_or(below);
    let below: &[u8] = if below.is_empty() { b"." } else { below };
    let dir = mounted().map_err(refused)?;
    crate::procfs::open_below(dir.as_fd(), below, flags | OFlags::NOFOLLOW)
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
