//! Files beside what packages say of them, several at once.

use crate::deadline::Deadline;
use crate::digest::{self, Buffer};
use crate::files::Files;
use crate::remote::Remote;
use crate::{content, refused, stat, walk};
use keeneye_facts::{FileStat, Refusal, Text};
use keeneye_world::packages::{Actual, Expectations, Expected, Found};
use keeneye_world::{Answer, Reply};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{OFlags, readlinkat};
use rustix::io::Errno;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Threads that read together.
const MAX_WORKERS: usize = 4;
/// How many files a thread takes at once: neighbours lie in the same directory.
const BATCH: usize = 32;

/// Bytes that are read of files up to [`FileStat::LARGE`]: several times of what servers have. A hole in a file is read
/// as well as content, and costs whoever makes it nothing.
const MOST: u64 = 64 << 30;
/// Bytes that are read of larger files, which thus leave the others their part.
const MOST_OF_LARGE: u64 = 16 << 30;

/// What may still be read for comparisons by one host.
pub(crate) struct Budget {
    ordinary: AtomicU64,
    large: AtomicU64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { ordinary: MOST.into(), large: MOST_OF_LARGE.into() }
    }
}

impl Budget {
    /// Takes the bytes of one file.
    fn take(&self, size: u64) -> Result<(), Refusal> {
        let (left, most) = if size > FileStat::LARGE { (&self.large, MOST_OF_LARGE) } else { (&self.ordinary, MOST) };
        let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(size));
        taken.map(drop).map_err(|_| Refusal::Cut(format!("{} GiB of files of packages", most >> 30)))
    }
}

/// Compares all of them; those that are as expected are left out of the answer.
pub(crate) fn all(
    files: &Files,
    remote: &Remote,
    expectations: &Expectations,
    budget: &Budget,
    deadline: &Deadline,
) -> Reply {
    let expected = expectations.files();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut reader = Reader { files, remote, budget, deadline, buffer: Buffer::new() };
        let mut found = Vec::new();
        loop {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= expected.len() {
                return Ok(found);
            }
            for (number, file) in expected.iter().enumerate().skip(first).take(BATCH) {
                deadline.check()?;
                let number = u32::try_from(number).map_err(|_| Refusal::Cut("four billion files".into()))?;
                found.extend(reader.compare(file).map(|is| Found { number, is }));
            }
        }
    };
    let replies: Vec<Result<Vec<Found>, Refusal>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers)
            .filter_map(|_| std::thread::Builder::new().name("compare".into()).spawn_scoped(scope, work).ok())
            .collect();
        let own = work();
        let mistake = || Err(Refusal::Garbled("keeneye made a mistake".into()));
        let joined = others.into_iter().map(|other| other.join().unwrap_or_else(|_| mistake()));
        joined.chain([own]).collect()
    });
    let mut found = replies.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    found.sort_unstable_by_key(|found| found.number);
    Ok(Answer::Compared(found))
}

/// One thread's part.
struct Reader<'a> {
    files: &'a Files,
    remote: &'a Remote,
    budget: &'a Budget,
    deadline: &'a Deadline,
    buffer: Buffer,
}

impl Reader<'_> {
    /// `None`: it is as expected.
    fn compare(&mut self, expected: &Expected) -> Option<Result<Actual, Refusal>> {
        match self.look(expected) {
            Ok(actual) => (!expected.differences(&actual).is_empty()).then_some(Ok(actual)),
            Err(why) => Some(Err(why)),
        }
    }

    fn look(&mut self, expected: &Expected) -> Result<Actual, Refusal> {
        // It would have to be asked by a thread of its own, for every file: that is told instead.
        if self.remote.of(self.files, &expected.path, false).is_some() {
            return Err(refused(Errno::REMOTE));
        }
        let found = self.files.root.open_at(&expected.path, OFlags::PATH)?;
        let stat = stat::of(found.as_fd())?;
        let mut actual = Actual { stat, ..Actual::default() };
        if stat.is_link() && (expected.link.is_some() || expected.may_be_link) {
            let target = readlinkat(&found, "", Vec::new()).map_err(refused)?;
            actual.link = Some(Text::from(target.into_bytes()));
        }
        if expected.device.is_some() {
            actual.device = Some(rustix::fs::fstat(&found).map_err(refused)?.st_rdev);
        }
        let digest = expected.digest.as_ref().filter(|_| expected.wants_digest(&stat));
        let wants_capabilities = expected.capabilities.is_some() && stat.is_regular();
        if digest.is_some() || wants_capabilities {
            let file = self.open(&found, expected)?;
            if let Some(sum) = digest {
                self.budget.take(stat.size)?;
                actual.digest = Some(digest::by(sum.algorithm, file.as_fd(), &mut self.buffer, self.deadline)?);
            }
            if wants_capabilities {
                actual.capabilities = walk::capabilities_of(file.as_fd()).map_err(refused)?;
            }
        }
        Ok(actual)
    }

    /// The very file that was looked at.
    fn open(&self, found: &OwnedFd, expected: &Expected) -> Result<OwnedFd, Refusal> {
        match self.files.procfs.reopen(found.as_fd(), content::OPEN) {
            Some(reply) => reply,
            None => content::open(&self.files.root, &self.files.procfs, &expected.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_leave_others_their_part() {
        let budget = Budget::default();
        for _ in 0..16 {
            assert_eq!(budget.take(1 << 30), Ok(()));
        }
        assert_eq!(budget.take(1 << 30), Err(Refusal::Cut("16 GiB of files of packages".into())));
        assert_eq!(budget.take(100 << 20), Ok(()));
        assert_eq!(budget.take(0), Ok(()));
    }
}
