//! Logs and login records, read from their beginning to their end.

use crate::deadline::Deadline;
use crate::files::Files;
use crate::{content, stat};
use keeneye_facts::{FileStat, LogForm, Refusal, Text};
use keeneye_world::log_read::{self, Budget, LogRead};
use keeneye_world::{Answer, Reply};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

/// Where the host says in which zone its clock is.
const LOCAL_TIME: &str = "/etc/localtime";
const OUT_OF_TIME: &str = "the time for this look is over";
/// Bytes of a sparse file that are read at once.
const CHUNK: u64 = 256 << 10;

/// What is left of the budget that all logs of a look share. It is not held while a file is read: one on a server that
/// does not answer shall not keep others waiting.
#[derive(Default)]
pub(crate) struct Left(Mutex<Budget>);

impl Left {
    fn read(&self, read: impl FnOnce(&mut Budget) -> LogRead) -> LogRead {
        let left = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut budget = *left();
        let read = read(&mut budget);
        let mut left = left();
        *left = left.or_less(budget);
        read
    }
}

/// Answers `Log`.
pub(crate) fn answer(files: &Files, path: &Text, form: LogForm, deadline: &Deadline) -> Reply {
    let file = content::open(&files.root, &files.procfs, path)?;
    let stat = stat::of(file.as_fd())?;
    let head = content::read_at(file.as_fd(), 0, 8, deadline)?;
    let is_plain = !log_read::is_packed(&head);
    let read = match form {
        LogForm::Lastlog | LogForm::Faillog if is_plain => {
            files.logs.read(|budget| log_read::read_sparse(Stretches { file, deadline, at: 0 }, budget))
        }
        _ => {
            let from = if is_plain { begin(&file, form, &stat) } else { 0 };
            let zone = zone(files, deadline).unwrap_or_default();
            let bytes = Source { file, deadline };
            let source = log_read::Source { form, bytes, from, written: stat.modified, zone: &zone };
            files.logs.read(|budget| log_read::read(source, budget))
        }
    };
    Ok(Answer::Log(Box::new(read)))
}

/// The byte at which the part begins that is worth reading; the file is brought there.
fn begin(file: &OwnedFd, form: LogForm, stat: &FileStat) -> u64 {
    let from = if matches!(form, LogForm::Wtmp | LogForm::Utmp) { log_read::begin(stat.size) } else { 0 };
    seek(file, SeekFrom::Start(from)).unwrap_or_default()
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
            return Err(io::Error::other(OUT_OF_TIME));
        }
        Ok(rustix::io::read(self.file.as_fd(), buffer)?)
    }
}

/// What is no hole of a file, piece by piece.
struct Stretches<'a> {
    file: OwnedFd,
    deadline: &'a Deadline,
    at: u64,
}

impl Stretches<'_> {
    fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let seek = |place| seek(self.file.as_fd(), place);
        let begin = match seek(SeekFrom::Data(self.at)) {
            // Behind here is only a hole, or nothing.
            Err(Errno::NXIO) => return Ok(None),
            // The file system does not tell.
            Err(Errno::INVAL | Errno::OPNOTSUPP) => self.at,
            begin => begin?,
        };
        let end = seek(SeekFrom::Hole(begin)).unwrap_or(u64::MAX);
        let length = u32::try_from(end.saturating_sub(begin).min(CHUNK)).unwrap_or_default();
        let read = content::read_at(self.file.as_fd(), begin, length, self.deadline);
        let bytes = read.map_err(|why| match why {
            Refusal::Errno(errno) => io::Error::from_raw_os_error(errno),
            _ => io::Error::other(OUT_OF_TIME),
        })?;
        self.at = begin + bytes.len() as u64;
        Ok((!bytes.is_empty()).then_some((begin, bytes)))
    }
}

impl Iterator for Stretches<'_> {
    type Item = io::Result<(u64, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next().transpose()
    }
}
