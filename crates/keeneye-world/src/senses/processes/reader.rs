//! Reads one process whole, so that all parts belong to the same program.

use super::executable::OnHost;
use super::stat::{self, Stat};
use super::tally::Tally;
use super::{container, descriptors, environment, executable, inode_in_brackets, mappings, program, status, threads};
use crate::{AskHost, Host, proc_path};
use keeneye_facts::{Namespaces, Process, Refusal, Text};
use std::collections::BTreeMap;

/// How often a process that executes something while it is read is read anew.
const ATTEMPTS: usize = 3;

/// What reading a process came to.
pub(crate) enum Outcome {
    /// It was read; parts that were refused are named in it.
    Process(Box<Process>),
    /// It ended, or its `stat` is refused or garbled.
    Refused(Refusal),
}

/// What this kernel has, told by keeneye's own directory: what is not even listed there is not asked for.
struct Kernel {
    login_uid: bool,
    cgroup: bool,
    namespaces: Vec<String>,
}

impl Kernel {
    fn of(host: &dyn Host) -> Self {
        let names = |path: &str| {
            let entries = host.list(&Text::from(path)).ok()?;
            Some(entries.iter().map(|entry| entry.name.lossy().into_owned()).collect::<Vec<_>>())
        };
        let own = names("/proc/self");
        let has = |file: &str| own.as_ref().is_none_or(|own| own.iter().any(|name| name == file));
        let kinds = || ["net", "mnt", "pid", "user"].map(str::to_owned).to_vec();
        Self {
            login_uid: has("loginuid"),
            cgroup: has("cgroup"),
            namespaces: names("/proc/self/ns").unwrap_or_else(kinds),
        }
    }
}

/// Reads processes.
pub(crate) struct Reader<'a> {
    host: &'a dyn Host,
    own: Namespaces,
    own_pid: u32,
    kernel: Kernel,
    on_host: OnHost,
    times: BTreeMap<u32, u32>,
    /// What was asked and refused.
    pub(crate) tally: Tally,
}

impl<'a> Reader<'a> {
    /// Reads processes of that machine.
    pub(crate) fn new(host: &'a dyn Host, machine: &keeneye_facts::Host) -> Self {
        Self {
            host,
            own: machine.own_namespaces,
            own_pid: machine.own_pid,
            kernel: Kernel::of(host),
            on_host: OnHost::default(),
            times: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// How often a process of that id could be read.
    pub(super) fn times_read(&self, pid: u32) -> u32 {
        self.times.get(&pid).copied().unwrap_or(0)
    }

    /// Reads a process. `stat` before and after tells whether it ended or executed something meanwhile.
    pub(crate) fn read(&mut self, pid: u32) -> Outcome {
        let mut before = match self.stat(pid) {
            Ok(stat) => stat,
            Err(why) => return Outcome::Refused(why),
        };
        for attempt in 1.. {
            let mut parts = Parts {
                host: self.host,
                base: proc_path::of(pid, ""),
                own: pid == self.own_pid,
                asked: 1,
                refused: Vec::new(),
            };
            let process = self.parts(&before, &mut parts);
            let after = match self.stat(pid) {
                Ok(stat) => stat,
                Err(why) => return Outcome::Refused(why),
            };
            if before.same_image(&after) || attempt == ATTEMPTS {
                return self.done(process, parts);
            }
            before = after;
        }
        Outcome::Refused(Refusal::OutOfTime)
    }

    fn done(&mut self, mut process: Process, parts: Parts<'_>) -> Outcome {
        process.unread = parts.refused.iter().map(|(part, _)| (*part).to_owned()).collect();
        process.unread.dedup();
        *self.times.entry(process.id.pid).or_default() += 1;
        self.tally.set(process.id.pid, parts.asked, parts.refused);
        Outcome::Process(Box::new(process))
    }

    fn stat(&self, pid: u32) -> Result<Stat, Refusal> {
        let line = self.host.read(&proc_path::of(pid, "stat"))?;
        let stat = stat::parse(&line).filter(|stat| stat.process.id.pid == pid);
        stat.ok_or_else(|| Refusal::Garbled("not a stat line".into()))
    }

    fn parts(&mut self, stat: &Stat, parts: &mut Parts<'_>) -> Process {
        let mut process = stat.process.clone();
        if process.is_kernel_thread() {
            return process;
        }
        self.identity(&mut process, parts);
        if stat.threads > 1 {
            process.threads = threads::read(parts, process.id.pid);
        }
        if process.is_zombie() && !borrow_living_thread(&mut process, parts) {
            return process;
        }
        self.image(&mut process, parts);
        if stat.is_between_programs() {
            process.cmdline_wiped = false;
            process.environment.wiped = false;
        }
        process
    }

    /// Who it is and where it belongs: a zombie has that too.
    fn identity(&self, process: &mut Process, parts: &mut Parts<'_>) {
        if let Some(text) = parts.read("status")
            && status::fill(&text, process).is_none()
        {
            parts.refuse("status", Refusal::Garbled("no user and group ids".into()));
        }
        if self.kernel.login_uid {
            let text = parts.read("loginuid").unwrap_or_default();
            let uid = std::str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok());
            process.login_uid = uid.filter(|uid| *uid != u32::MAX);
        }
        if self.kernel.cgroup {
            let text = parts.read("cgroup").unwrap_or_default();
            (process.cgroup, process.container) = container::parse(&text);
        }
    }

    /// What it runs and holds.
    fn image(&mut self, process: &mut Process, parts: &mut Parts<'_>) {
        process.exe = executable::read(parts, &mut self.on_host);
        if let Some(text) = parts.read("cmdline") {
            process.cmdline = arguments(&text);
            process.cmdline_wiped = process.exe.is_some() && text.iter().all(|b| *b == 0 || b.is_ascii_whitespace());
        }
        process.cwd = parts.link("cwd");
        process.root = parts.link("root");
        process.namespaces = self.namespaces(parts);
        // A path alone can be made by anyone who may make a control group.
        if self.own.mnt.is_some() && process.namespaces.mnt == self.own.mnt {
            process.container = None;
        }
        process.fds = descriptors::read(parts);
        if let Some(text) = parts.read("maps") {
            let (mappings, garbled) = mappings::parse(&text);
            process.mappings = mappings;
            if garbled > 0 {
                parts.refuse("maps", Refusal::Garbled("lines that make no sense".into()));
            }
        }
        if let Some(text) = parts.read("environ") {
            process.environment = environment::parse(&text);
        }
        process.program = program::of(process);
    }

    fn namespaces(&self, parts: &mut Parts<'_>) -> Namespaces {
        let mut inode = |kind: &str| {
            if !self.kernel.namespaces.iter().any(|known| known == kind) {
                return None;
            }
            let link = parts.host.link(&parts.path(&format!("ns/{kind}")));
            inode_in_brackets(&parts.take("ns", link)?)
        };
        Namespaces { net: inode("net"), mnt: inode("mnt"), pid: inode("pid"), user: inode("user") }
    }
}

/// The first thread may end while others go on: then the process shows no program, no files and no memory, but each
/// living thread does. Takes that thread's state, and asks for the rest through it. False when none lives.
fn borrow_living_thread(process: &mut Process, parts: &mut Parts<'_>) -> bool {
    let pid = process.id.pid;
    for tid in process.threads.iter().map(|thread| thread.tid) {
        let line = parts.host.read(&proc_path::of(pid, &format!("task/{tid}/stat"))).unwrap_or_default();
        let Some(thread) = stat::parse(&line).map(|s| s.process).filter(|p| !p.is_zombie()) else { continue };
        process.state = thread.state;
        process.flags = thread.flags;
        parts.base = proc_path::of(pid, &format!("task/{tid}/"));
        return true;
    }
    false
}

/// NUL-separated arguments.
fn arguments(text: &[u8]) -> Vec<Text> {
    let text = text.strip_suffix(b"\0").unwrap_or(text);
    if text.iter().all(|b| *b == 0) {
        return Vec::new();
    }
    text.split(|b| *b == 0).map(Text::from).collect()
}

/// The parts of one process while it is read.
pub(super) struct Parts<'a> {
    pub(super) host: &'a dyn Host,
    base: Text,
    /// The process is keeneye itself.
    pub(super) own: bool,
    asked: u64,
    refused: Vec<(&'static str, Refusal)>,
}

impl Parts<'_> {
    pub(super) fn path(&self, file: &str) -> Text {
        Text::from([self.base.as_slice(), file.as_bytes()].concat())
    }
    /// Counts an answer, or notes that this part was refused.
    pub(super) fn take<T>(&mut self, part: &'static str, reply: Result<T, Refusal>) -> Option<T> {
        self.asked += 1;
        reply.map_err(|why| self.refused.push((part, why))).ok()
    }
    /// Notes that a part that was answered is not whole.
    pub(super) fn refuse(&mut self, part: &'static str, why: Refusal) {
        self.refused.push((part, why));
    }
    fn read(&mut self, part: &'static str) -> Option<Text> {
        let reply = self.host.read(&self.path(part));
        self.take(part, reply)
    }
    fn link(&mut self, part: &'static str) -> Option<Text> {
        let reply = self.host.link(&self.path(part));
        self.take(part, reply)
    }
}
