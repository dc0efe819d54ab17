#![allow(clippy::expect_used, clippy::panic, reason = "a fixture is a part of a test")]
//! A host in a few lines of text, for tests. Tests never name the interface of the door.
//!
//! ```text
//! process 41 ppid=1 start=900 exe=/tmp/.x comm=kworker cmdline="[kworker/0:1]" uid=33 deleted
//! fd 41 3 socket:[77]
//! /etc/passwd = root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin
//! /bin @ usr/bin
//! /usr/sbin/sshd : mode=100755 uid=0 size=900000
//! /home/anna/.ssh ! EACCES
//! ```
//!
//! | form | means |
//! |---|---|
//! | `PATH = CONTENT` | a regular file; `\n \t \0 \e \\ \xNN` are understood |
//! | `PATH @ TARGET` | a symbolic link |
//! | `PATH : KEY=VALUE ...` | its `lstat`; keys below |
//! | `PATH ! ERRNO` | every question about it is refused |
//! | `process PID KEY=VALUE ...` | a process: its files under /proc, listed in /proc; keys below |
//! | `fd PID NUMBER TARGET` | one of its descriptors |
//! | `thread PID TID comm=NAME start=TICKS` | one of its threads |
//! | `map PID rwxp PATH` or `map PID rwxp` | one of its mappings; of anonymous memory without a path |
//! | `map PID "55d0-55d1 r-xp 0 08:01 77 /usr/lib/x.so (deleted)"` | the same, as the kernel writes it |
//! | `clock SECONDS` | the time of the look |
//! | `package NAME VERSION [owns PATH,PATH]` | a package in dpkg's database; its files have digests, and are made |
//! | `disk PATH only` or `disk PATH missing` | a name that the block device alone holds, or does not: and the kernel lists |
//! | `tampered PATH` | a packaged file whose content is not the package's |
//! | `baseline NUMBER`, `change PATH ...`, `doubt KIND` | what changed since a baseline: see `fixture/changes.rs` |
//! | `listen tcp 0.0.0.0:22 pid=7 ...` and others | sockets, ports and interfaces: see [`sockets`] |
//!
//! Keys of a process: `comm` `start` `ppid` `session` `tty` `flags` `state` `cpu` `exe` `deleted` `cmdline` `cwd`
//! `root` `uid` (or `uid=0,33,33,33`), `gid`, `caps` (effective and permitted, hexadecimal), `seccomp`, `nnp`,
//! `tracer`, `login` (the audit login uid), `cgroup` (`/system.slice/x.service`), `ns` (`net:4026532999,mnt:77`; else
//! the host's own), `env` (`"LD_PRELOAD=/x A=b"`, or `env=` for a wiped one), `kernel` for a kernel thread,
//! `between` for one in the middle of an exec,
//! `hide=readdir,mounted-readdir` (the ways that do not show it: also `lookup`, `mounted-lookup`, `pidfd`, `kill`; for
//! a thread `task`, `lookup`, `kill`).
//! An executable that is not deleted lies on the host unless the process has a `root` of its own.
//!
//! Keys of an `lstat`: `mode` (octal), `uid`, `gid`, `size`, `dev`, `ino`, `modified`, `changed`, `links`, `born`,
//! `whole-second`, `immutable`, `append-only`; and `caps`, which is a file's capabilities (hexadecimal bits).
//!
//! Directories list what was said about the paths in them. What nothing was said about is absent (ENOENT).

pub mod busy_log;
mod changes;
mod disk;
mod packages;
mod process;
pub mod sockets;
mod views;

use crate::baseline::Changes;
use crate::{Answer, DirEntry, DiskEntry, EntryKind, Host, Question, Reply, Walked, log_read, reduce, shape, sweep};
use keeneye_facts::{FileStat, Refusal, Text};
use std::collections::BTreeMap;

/// A host made of text.
#[derive(Clone, Debug, Default)]
pub struct Fixture {
    answers: BTreeMap<Question, Reply>,
    names: BTreeMap<Text, BTreeMap<Text, EntryKind>>,
    refused: BTreeMap<Text, i32>,
    stats: BTreeMap<Text, FileStat>,
    /// What lies behind the door, where shapes are told of all that a file holds.
    whole: BTreeMap<Text, Vec<u8>>,
    capabilities: BTreeMap<Text, Text>,
    packages: Vec<packages::FixturePackage>,
    tampered: Vec<String>,
    disk: Vec<DiskEntry>,
    network: sockets::Network,
    views: views::Views,
    changes: Changes,
}

impl Fixture {
    /// Reads the text. Panics on a line that it does not understand: a test's mistake.
    #[track_caller]
    pub fn new(text: &str) -> Self {
        let mut fixture = Self::default();
        fixture.say_defaults();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            fixture.line(line);
        }
        let (packages, tampered) = (std::mem::take(&mut fixture.packages), std::mem::take(&mut fixture.tampered));
        fixture.write_packages(&packages, &tampered);
        fixture
    }

    /// Answers this question so, whatever the text says.
    pub fn say(&mut self, question: Question, reply: Reply) {
        self.answers.insert(question, reply);
    }

    fn say_defaults(&mut self) {
        self.say(Question::Clock, Ok(Answer::Clock { seconds: 1_700_000_000, pid: 999_999, uid: 0, ticks: 100 }));
        self.say(Question::BpfPrograms, Ok(Answer::Dump(Text::new())));
        self.say(Question::OwnProc, Ok(Answer::OwnProc { detached: true, errno: 0 }));
        for (path, content) in [
            ("/proc/sys/kernel/hostname", "web1\n"),
            ("/proc/sys/kernel/osrelease", "6.1.0\n"),
            ("/proc/sys/kernel/random/boot_id", "b007\n"),
            ("/proc/sys/kernel/pid_max", "32768\n"),
            ("/proc/uptime", "1000000.00 1.00\n"),
            ("/proc/stat", "cpu  1 2 3\ncpu0 1 2 3\ncpu1 1 2 3\n"),
            ("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:4 / /proc rw - proc proc rw\n"),
            ("/proc/self/stat", "999999 (keeneye) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 900 0 0\n"),
            ("/proc/self/loginuid", "4294967295"),
            ("/proc/self/cgroup", "0::/\n"),
            ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"),
        ] {
            self.file(path, content.as_bytes());
        }
        process::say_namespaces(self, "self", "");
    }

    #[track_caller]
    fn line(&mut self, line: &str) {
        let mut words = words(line).into_iter();
        let first = words.next().unwrap_or_default();
        let rest: Vec<String> = words.collect();
        match (first.as_str(), rest.as_slice()) {
            ("process", [pid, settings @ ..]) => self.process(number(pid), settings),
            ("fd", [pid, fd, target]) => self.link(&format!("/proc/{pid}/fd/{fd}"), target),
            ("package", words) => self.packages.push(packages::FixturePackage::new(words)),
            ("tampered", [path]) => self.tampered.push(path.clone()),
            ("thread", [pid, tid, settings @ ..]) => process::thread(self, number(pid), number(tid), settings),
            ("map", [pid, words @ ..]) => process::map(self, number(pid), words),
            ("disk", [path, shown, settings @ ..]) => self.disk.push(disk::entry(path, shown, settings)),
            ("clock", [seconds]) => {
                let seconds = number(seconds);
                self.say(Question::Clock, Ok(Answer::Clock { seconds, pid: 999_999, uid: 0, ticks: 100 }));
            }
            ("listen" | "connect" | "bound" | "packet" | "raw" | "unix" | "interface" | "inuse", rest) => {
                for (path, target) in self.network.line(&first, rest) {
                    self.link(&path, &target);
                }
            }
            _ if first.starts_with('/') => self.path(line),
            _ if self.changes.fixture_line(&first, &rest) => (),
            _ => panic!("a fixture line that nobody understands: {line}"),
        }
    }

    #[track_caller]
    fn path(&mut self, line: &str) {
        let Some((path, rest)) = line.split_once(char::is_whitespace) else { panic!("what about it? {line}") };
        let path = String::from_utf8_lossy(&unescape(path)).into_owned();
        let (form, value) = rest.trim_start().split_at(1);
        let value = value.strip_prefix(' ').unwrap_or(value);
        match form {
            "=" => self.file(&path, &unescape(value)),
            "@" => self.link(&path, value),
            ":" => self.stat(&path, value),
            "!" => {
                self.enter(&path, EntryKind::File);
                self.refused.insert(Text::from(path), errno(value));
            }
            _ => panic!("a fixture line that nobody understands: {line}"),
        }
    }

    /// A regular file.
    pub fn file(&mut self, path: &str, content: &[u8]) {
        self.enter(path, EntryKind::File);
        self.whole.insert(Text::from(path), content.to_vec());
        let data = Text::from(reduce::content(&Text::from(path), content.to_vec()));
        let stat = self.stats.entry(Text::from(path)).or_insert_with(|| default_stat(path));
        stat.size = content.len() as u64;
        let head = Text::from(reduce::head(&Text::from(path), content.to_vec()));
        self.say(Question::Head(path.into()), Ok(Answer::Bytes { data: head, cut: false }));
        self.say(Question::Read(path.into()), Ok(Answer::Bytes { data, cut: false }));
    }

    /// A directory that may be empty.
    pub fn directory(&mut self, path: &str) {
        self.enter(path, EntryKind::Dir);
        self.names.entry(Text::from(path)).or_default();
    }

    /// A symbolic link.
    pub fn link(&mut self, path: &str, target: &str) {
        self.enter(path, EntryKind::Link);
        self.stats.insert(Text::from(path), FileStat { mode: 0o120_777, ..default_stat(path) });
        self.say(Question::Link(path.into()), Ok(Answer::Path(Text::from(unescape(target)))));
    }

    #[track_caller]
    fn stat(&mut self, path: &str, settings: &str) {
        self.enter(path, EntryKind::File);
        let stat = self.stats.entry(Text::from(path)).or_insert_with(|| default_stat(path));
        for setting in settings.split_whitespace() {
            let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
            match key {
                "mode" => stat.mode = u32::from_str_radix(value, 8).expect("an octal mode"),
                "uid" => stat.uid = number(value),
                "gid" => stat.gid = number(value),
                "size" => stat.size = number(value),
                "dev" => stat.device = number(value),
                "ino" => stat.inode = number(value),
                "links" => stat.links = number(value),
                "modified" => stat.modified = number(value),
                "changed" => stat.changed = number(value),
                "born" => stat.born = number(value),
                "immutable" => stat.immutable = true,
                "append-only" => stat.append_only = true,
                "whole-second" => stat.whole_second = true,
                "caps" => drop(self.capabilities.insert(Text::from(path), capabilities(value))),
                _ => panic!("no such part of a stat: {setting}"),
            }
        }
    }

    fn enter(&mut self, path: &str, kind: EntryKind) {
        let text = Text::from(path);
        let parent = Text::from(text.parent());
        let name = Text::from(text.file_name());
        if name.is_empty() {
            return;
        }
        let known = self.names.entry(parent.clone()).or_default();
        let new = known.insert(name, kind).is_none();
        if new && !parent.is_empty() && parent != "/" {
            self.enter(&parent.lossy(), EntryKind::Dir);
        }
    }

    #[track_caller]
    fn process(&mut self, pid: u32, settings: &[String]) {
        process::Settings::new(settings).write(self, pid);
    }

    fn answer(&self, question: &Question) -> Reply {
        if let Some(reply) = self.answers.get(question) {
            return reply.clone();
        }
        match question {
            Question::List(path) | Question::MountedList(path) => {
                let names = self.names.get(path).ok_or(Refusal::ABSENT)?;
                let shown = names.iter().filter(|(name, _)| !self.views.leaves_out(question, name));
                let entry = |(name, kind): (&Text, &EntryKind)| DirEntry { name: name.clone(), kind: *kind };
                Ok(Answer::Names(shown.map(entry).collect()))
            }
            Question::Stat(path) => match self.stats.get(path) {
                Some(stat) => Ok(Answer::Stat(*stat)),
                None if self.names.contains_key(path) => {
                    Ok(Answer::Stat(FileStat { mode: 0o040_755, ..default_stat(&path.lossy()) }))
                }
                None => Err(Refusal::ABSENT),
            },
            Question::Resolve(path) => self.resolve(path).map(Answer::Path),
            Question::Digest(path) => self.content(path).map(|bytes| Answer::Digest(packages::digest(&bytes))),
            Question::Head(path) => {
                let data = self.content(path)?.into_iter().take(4096).collect::<Vec<_>>();
                Ok(Answer::Bytes { data: Text::from(reduce::head(path, data)), cut: false })
            }
            Question::ReadAt { path, from, length } => {
                let content = self.content(path)?;
                let part = content.iter().skip(*from as usize).take(*length as usize);
                Ok(Answer::Bytes { data: Text::from(part.copied().collect::<Vec<u8>>()), cut: false })
            }
            Question::Changes => Ok(Answer::Changes(Box::new(self.changes.clone()))),
            Question::Compare(expectations) => Ok(self.compare(expectations)),
            Question::Disk { dir, deep } => Ok(disk::compare(&self.disk, dir, *deep)),
            Question::MountedRead(path) | Question::Copy(path) => self.answer(&Question::Read(path.clone())),
            Question::Sweep(dir) => Ok(self.sweep(dir)),
            Question::Programs(dir) => Ok(self.programs(dir)),
            Question::Match { rules, path } => {
                let content = self.content(path)?;
                rules.matches(self.whole.get(path).unwrap_or(&content)).map(Answer::Matches)
            }
            Question::Shape(path) => {
                let content = self.content(path)?;
                let shape = shape::of(path, self.whole.get(path).unwrap_or(&content), false);
                Ok(Answer::Shape(Box::new(shape)))
            }
            Question::Log { path, form } => {
                let content = self.content(path)?;
                let content = self.whole.get(path).unwrap_or(&content);
                let written = self.stats.get(path).map_or(0, |stat| stat.modified);
                let zone = self.whole.get(&Text::from("/etc/localtime")).map(Vec::as_slice).unwrap_or_default();
                let source = log_read::Source { form: *form, bytes: content.as_slice(), from: 0, written, zone };
                Ok(Answer::Log(Box::new(log_read::read(source, &mut log_read::Budget::default()))))
            }
            _ => self.views.answer(question).or_else(|| self.network.answer(question)).unwrap_or(Err(Refusal::ABSENT)),
        }
    }

    /// All that was said about paths below, as far as a sweep keeps it.
    fn sweep(&self, dir: &Text) -> Answer {
        let directories = self.names.keys().filter(|path| !self.stats.contains_key(*path));
        let paths = self.stats.keys().chain(directories).filter(|path| crate::place::below(path, dir));
        let paths = paths.filter(|path| !sweep::passes_by(dir, path));
        let files = paths.filter_map(|path| {
            let Ok(Answer::Stat(stat)) = self.answer(&Question::Stat(path.clone())) else { return None };
            let capabilities = self.capabilities.get(path).cloned();
            let kept = !sweep::interests(path, &stat, capabilities.is_some()).is_empty();
            (kept || sweep::is_foreign_root(path)).then(|| Walked { path: path.clone(), stat, capabilities })
        });
        let mut files: Vec<Walked> = files.collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Answer::Walk { files, cut: None, unread: Vec::new() }
    }

    /// Programs that were said to lie below.
    fn programs(&self, dir: &Text) -> Answer {
        let lies_there =
            |(path, stat): &(&Text, &FileStat)| crate::place::below(path, dir) && sweep::is_program(path, stat);
        let files = self.stats.iter().filter(lies_there);
        let walked = |(path, stat): (&Text, &FileStat)| Walked { path: path.clone(), stat: *stat, capabilities: None };
        Answer::Walk { files: files.map(walked).collect(), cut: None, unread: Vec::new() }
    }

    /// Content of a regular file; of the one behind `/proc/N/exe`.
    fn content(&self, path: &Text) -> Result<Vec<u8>, Refusal> {
        if let Some(Ok(Answer::Path(target))) = self.answers.get(&Question::Link(path.clone()))
            && path.starts_with(b"/proc/")
            && !target.ends_with(b" (deleted)")
        {
            return self.content(target);
        }
        match (self.answers.get(&Question::Read(path.clone())), self.stats.get(path)) {
            (Some(Ok(Answer::Bytes { data, .. })), _) => Ok(data.as_slice().to_vec()),
            (Some(Err(why)), _) => Err(why.clone()),
            (_, Some(stat)) if stat.is_regular() => Ok(packages::default_content(path, stat)),
            _ => Err(Refusal::ABSENT),
        }
    }

    fn resolve(&self, path: &Text) -> Result<Text, Refusal> {
        let mut done = Text::from("/");
        let mut todo: Vec<Vec<u8>> = path.split(|b| *b == b'/').rev().map(<[u8]>::to_vec).collect();
        for _ in 0..200 {
            let Some(name) = todo.pop() else { break };
            match name.as_slice() {
                b"" | b"." => continue,
                b".." => done = Text::from(done.parent()),
                _ => {
                    let next = done.join(&name);
                    match self.answers.get(&Question::Link(next.clone())) {
                        Some(Ok(Answer::Path(target))) => {
                            if target.starts_with(b"/") {
                                done = Text::from("/");
                            }
                            todo.extend(target.split(|b| *b == b'/').rev().map(<[u8]>::to_vec));
                        }
                        _ => done = next,
                    }
                }
            }
        }
        let there = self.stats.contains_key(&done) || self.names.contains_key(&done) || done == "/";
        if there { Ok(done) } else { Err(Refusal::ABSENT) }
    }

    fn path_of(question: &Question) -> Option<&Text> {
        match question {
            Question::Read(p)
            | Question::ReadAt { path: p, .. }
            | Question::Head(p)
            | Question::Link(p)
            | Question::List(p)
            | Question::Stat(p)
            | Question::Resolve(p)
            | Question::Digest(p)
            | Question::Copy(p)
            | Question::Walk(p)
            | Question::Sweep(p)
            | Question::Shape(p)
            | Question::MountedList(p)
            | Question::MountedRead(p) => Some(p),
            _ => None,
        }
    }
}

impl Host for Fixture {
    fn ask(&self, question: &Question) -> Reply {
        if let Some(errno) = Self::path_of(question).and_then(|p| self.refused.get(p)) {
            return Err(Refusal::Errno(*errno));
        }
        if let Some(why) = Self::path_of(question).and_then(|path| self.denied(question, path)) {
            return Err(why);
        }
        self.answer(question)
    }
}

/// `caps=80`: revision 2 of the attribute, effective, with these bits, hexadecimal.
#[track_caller]
fn capabilities(bits: &str) -> Text {
    let bits = u64::from_str_radix(bits, 16).expect("hexadecimal bits");
    let (low, high) = (bits & 0xffff_ffff, bits >> 32);
    let words = [0x0200_0001, low, 0, high, 0];
    Text::from(words.iter().flat_map(|word| word.to_le_bytes().into_iter().take(4)).collect::<Vec<u8>>())
}

/// A different inode for each path, always the same for the same path.
fn default_stat(path: &str) -> FileStat {
    let inode = path.bytes().fold(7_u64, |hash, b| hash.wrapping_mul(31).wrapping_add(u64::from(b))) >> 8;
    FileStat {
        device: 1,
        inode,
        mode: 0o100_644,
        links: 1,
        modified: 1_600_000_000,
        changed: 1_600_000_000,
        ..FileStat::default()
    }
}

#[track_caller]
fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

#[track_caller]
fn errno(name: &str) -> i32 {
    match name {
        "EPERM" => 1,
        "ENOENT" => 2,
        "EIO" => 5,
        "EACCES" => 13,
        "ENOSYS" => 38,
        _ => panic!("no such errno here: {name}"),
    }
}

/// Words separated by blanks; double quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().expect("begun with one").push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// `\n \t \0 \e \\ \xNN`.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.to_string().as_bytes());
            continue;
        }
        match chars.next() {
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('0') => bytes.push(0),
            Some('e') => bytes.push(0x1b),
            Some('x') => {
                let hex: String = chars.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&hex, 16).expect("two hexadecimal digits"));
            }
            Some(other) => bytes.extend_from_slice(other.to_string().as_bytes()),
            None => bytes.push(b'\\'),
        }
    }
    bytes
}
