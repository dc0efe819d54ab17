//! Logs and login records, read from their beginning to their end.

use crate::deadline::Deadline;
use crate::files::Files;
use crate::{content, stat};
use keeneye_facts::{LogForm, Text};
use keeneye_world::{Answer, Reply, log_read};
use rustix::fd::{AsFd, OwnedFd};
use std::io::{self, Read};

/// Where the host says in which zone its clock is.
const LOCAL_TIME: &str = "/etc/localtime";

/// Answers `Log`.
pub(crate) fn answer(files: &Files, path: &Text, form: LogForm, deadline: &Deadline) -> Reply {
    let file = content::open(&files.root, &files.procfs, path)?;
    let written = stat::of(file.as_fd())?.modified;
    let zone = zone(files, deadline).unwrap_or_default();
    let source = Source { file, deadline };
    Ok(Answer::Log(Box::new(log_read::read(form, source, written, &zone))))
}

fn zone(files: &Files, deadline: &Deadline) -> Option<Vec<u8>> {
    let path = files.resolve(&Text::from(LOCAL_TIME)).ok()?;
    let file = content::open(&files.root, &files.procfs, &path).ok()?;
    content::read(file.as_fd(), content::HEAD, deadline).ok().map(|(bytes, _)| bytes)
}

/// An open file; when the time is over, so is the reading.
struct Source<'a> {
    file: OwnedFd,
    deadline: &'a Deadline,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.deadline.check().is_err() {
            return Err(io::Error::other("the time for this look is over"));
        }
        Ok(rustix::io::read(self.file.as_fd(), buffer)?)
    }
}
