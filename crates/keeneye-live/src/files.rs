//! Answers to questions about files outside procfs.

use crate::deadline::Deadline;
use crate::logs::Left;
use crate::mounts::Mounts;
use crate::procfs::ProcFs;
use crate::remote::Remote;
use crate::root::Root;
use crate::walk::Keep;
use crate::{content, digest, directory, refused, stat, walk};
use keeneye_facts::{Refusal, Text};
use keeneye_world::{Answer, Question, Reply, reduce, shape, yara};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{OFlags, readlinkat};
use rustix::io::Errno;
use std::sync::Arc;

/// Matches rules, and tells them how long it took.
pub(crate) fn matched(rules: &yara::Rules, data: &[u8]) -> Reply {
    let begun = std::time::Instant::now();
    let found = rules.matches(data);
    rules.took(begun.elapsed());
    found.map(Answer::Matches)
}

/// The files of the root, and the procfs that helps to open them.
pub(crate) struct Files {
    pub(crate) root: Root,
    pub(crate) procfs: ProcFs,
    pub(crate) logs: Left,
}

impl Files {
    /// Answers a question about a file at `path`, by a thread that can be left behind where that is needed.
    pub(crate) fn ask(
        self: &Arc<Self>,
        remote: &Remote,
        question: &Question,
        path: &Text,
        deadline: &Deadline,
    ) -> Reply {
        let follow = matches!(
            question,
            Question::List(_) | Question::Resolve(_) | Question::Walk(_) | Question::Sweep(_) | Question::Programs(_)
        );
        let Some(mount) = remote.of(self, path, follow) else { return self.answer(question, deadline) };
        let (files, question) = (Arc::clone(self), question.clone());
        remote.ask(mount, deadline, move |deadline| files.answer(&question, deadline))
    }

    /// Answers; any question that is not about a file is `NotHere`.
    fn answer(&self, question: &Question, deadline: &Deadline) -> Reply {
        match question {
            Question::Read(path) => self.bytes(path, content::READ, reduce::content, deadline),
            Question::Head(path) => self.bytes(path, content::HEAD, reduce::head, deadline),
            Question::Copy(path) => self.bytes(path, content::COPY, reduce::content, deadline),
            Question::ReadAt { path, from, length } if reduce::keeps_all(path) => {
                let length = (*length).min(content::PART);
                let data = content::read_at(self.open(path)?.as_fd(), *from, length, deadline)?;
                Ok(Answer::Bytes { data: Text::from(data), cut: false })
            }
            Question::Digest(path) => digest::of(self.open(path)?.as_fd(), deadline).map(Answer::Digest),
            Question::Link(path) => self.link(path).map(Answer::Path),
            Question::Resolve(path) => self.resolve(path).map(Answer::Path),
            Question::Stat(path) => stat::of(self.root.open_at(path, OFlags::PATH)?.as_fd()).map(Answer::Stat),
            Question::List(path) => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK;
                directory::names(self.root.open_following(path, flags)?.as_fd()).map(Answer::Names)
            }
            Question::Shape(path) => {
                let (data, cut) = content::read(self.open(path)?.as_fd(), shape::MAX_BYTES, deadline)?;
                Ok(Answer::Shape(Box::new(shape::of(path, &data, cut))))
            }
            Question::Match { rules, path } => {
                let (data, _) = content::read(self.open(path)?.as_fd(), yara::MAX_BYTES, deadline)?;
                matched(rules, &data)
            }
            Question::Log { path, form } => crate::logs::answer(self, path, *form, deadline),
            Question::Walk(path) => {
                let start = self.resolve(path)?;
                walk::below(&self.root, path, &start, &self.mounts()?, Keep::All, deadline)
            }
            Question::Sweep(path) => {
                let start = self.resolve(path)?;
                walk::below(&self.root, path, &start, &self.mounts()?, Keep::WorthALook, deadline)
            }
            Question::Programs(path) => {
                let start = self.resolve(path)?;
                walk::below(&self.root, path, &start, &self.mounts()?, Keep::Programs, deadline)
            }
            _ => Err(Refusal::NotHere),
        }
    }

    /// What is mounted now, with mount points as paths of the root.
    pub(crate) fn mounts(&self) -> Result<Mounts, Refusal> {
        // The namespace of this very thread.
        let (mountinfo, _) = self.procfs.read(b"/proc/thread-self/mountinfo", content::READ)?;
        let mounts = Mounts::parse(&mountinfo);
        if self.root.whole_machine() {
            return Ok(mounts);
        }
        Ok(mounts.below(&self.procfs.path_of(self.root.dir())?))
    }

    fn open(&self, path: &Text) -> Result<OwnedFd, Refusal> {
        content::open(&self.root, &self.procfs, path)
    }
    fn bytes(&self, path: &Text, limit: u64, reduced: fn(&Text, Vec<u8>) -> Vec<u8>, deadline: &Deadline) -> Reply {
        let (data, cut) = content::read(self.open(path)?.as_fd(), limit, deadline)?;
        Ok(Answer::Bytes { data: Text::from(reduced(path, data)), cut })
    }
    fn link(&self, path: &Text) -> Result<Text, Refusal> {
        let link = self.root.open_at(path, OFlags::PATH)?;
        if !stat::of(link.as_fd())?.is_link() {
            return Err(refused(Errno::INVAL));
        }
        Ok(Text::from(readlinkat(&link, "", Vec::new()).map_err(refused)?.into_bytes()))
    }
    pub(crate) fn resolve(&self, path: &Text) -> Result<Text, Refusal> {
        let file = self.root.open_following(path, OFlags::PATH)?;
        let found = self.procfs.path_of(file.as_fd())?;
        // The kernel marks the path of what was deleted since.
        if stat::of(file.as_fd())?.links == 0 {
            return Err(Refusal::ABSENT);
        }
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
}
