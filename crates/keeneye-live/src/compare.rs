//! Files beside what packages say of them, several at once.

use crate::deadline::Deadline;
use crate::digest::{self, Buffer};
use crate::files::Files;
use crate::remote::Remote;
use crate::side_by_side::SideBySide;
use crate::{content, refused, stat, walk};
use keeneye_facts::{FileStat, Refusal, Text};
use keeneye_world::packages::{Actual, Algorithm, Expectations, Expected, Found};
use keeneye_world::{Answer, Reply};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{OFlags, readlinkat};
use rustix::io::Errno;
use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Threads that read together.
const MAX_WORKERS: usize = 4;
/// How many files a thread takes at once: neighbours lie in the same directory.
const BATCH: usize = 32;
/// Bytes from which on a file takes longer than many others together.
const LARGE: u64 = 1 << 20;
/// Bytes from which on nothing is gained by reading a file side by side with others: the answer waits for it, so it is
/// begun as soon as it is met.
const VERY_LARGE: u64 = 16 << 20;

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
    let mut numbered: Vec<Numbered<'_>> = (0..=u32::MAX).zip(expectations.files()).collect();
    // Very large files lie in packages that say to be large, and are best begun first.
    numbered
        .sort_by_key(|(_, expected)| Reverse(expected.most.unwrap_or(0).max(expected.size.unwrap_or(0)) / VERY_LARGE));
    let reader = |leaves_large| Reader {
        files,
        remote,
        budget,
        deadline,
        leaves_large,
        buffer: Buffer::new(),
        md5: SideBySide::new(),
        part: Part::default(),
    };
    let Part { mut found, mut large } = together(&numbered, BATCH, &|| reader(true))?;
    // The largest first: the answer waits for whatever comes last.
    large.sort_by_key(|(size, _)| Reverse(*size));
    let large: Vec<Numbered<'_>> = large.into_iter().map(|(_, file)| file).collect();
    if !large.is_empty() {
        found.extend(together(&large, 1, &|| reader(false))?.found);
    }
    found.sort_unstable_by_key(|found| found.number);
    Ok(Answer::Compared(found))
}

/// Compares these, by several threads that take `batch` at a time.
fn together<'a>(
    files: &[Numbered<'a>],
    batch: usize,
    reader: &(dyn Fn() -> Reader<'a> + Sync),
) -> Result<Part<'a>, Refusal> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut reader = reader();
        loop {
            let first = next.fetch_add(batch, Ordering::Relaxed);
            if first >= files.len() {
                reader.finish();
                return Ok(reader.part);
            }
            for (number, expected) in files.iter().skip(first).take(batch) {
                reader.deadline.check()?;
                reader.compare(*number, expected);
            }
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers)
            .filter_map(|_| std::thread::Builder::new().name("compare".into()).spawn_scoped(scope, work).ok())
            .collect();
        let mut all: Part<'_> = work()?;
        for other in others {
            let mistake = |_| Err(Refusal::Garbled("keeneye made a mistake".into()));
            let part = other.join().unwrap_or_else(mistake)?;
            all.found.extend(part.found);
            all.large.extend(part.large);
        }
        Ok(all)
    })
}

/// A file with its number in the question.
type Numbered<'a> = (u32, &'a Expected);

/// What a thread did.
#[derive(Default)]
struct Part<'a> {
    found: Vec<Found>,
    /// Left for later, with the size.
    large: Vec<(u64, Numbered<'a>)>,
}

/// One thread's part.
struct Reader<'a> {
    files: &'a Files,
    remote: &'a Remote,
    budget: &'a Budget,
    deadline: &'a Deadline,
    /// Large files are for later.
    leaves_large: bool,
    buffer: Buffer,
    /// Files of which all but their MD5 is known.
    md5: SideBySide<Begun<'a>>,
    part: Part<'a>,
}

/// A file that was looked at.
struct Begun<'a> {
    number: u32,
    expected: &'a Expected,
    actual: Actual,
}

/// What is left to do for a file that was looked at.
enum Left {
    Nothing,
    /// Its MD5.
    Md5(OwnedFd),
    /// All, later: it has so many bytes.
    All(u64),
}

impl<'a> Reader<'a> {
    /// Compares this file, now or together with later ones.
    fn compare(&mut self, number: u32, expected: &'a Expected) {
        let mut actual = Actual::default();
        match self.look(expected, &mut actual) {
            Ok(Left::Nothing) => self.tell(Begun { number, expected, actual }, Ok(())),
            Ok(Left::All(size)) => self.part.large.push((size, (number, expected))),
            Ok(Left::Md5(file)) => {
                self.md5.add(file, Begun { number, expected, actual });
                while !self.md5.has_room() {
                    self.some();
                }
            }
            Err(why) => self.tell(Begun { number, expected, actual }, Err(why)),
        }
    }

    /// Compares what is under way.
    fn finish(&mut self) {
        while self.some() {}
    }

    /// Goes on with what is under way; false when nothing is.
    fn some(&mut self) -> bool {
        let through = self.md5.some(self.deadline);
        let any = !through.is_empty();
        for (mut begun, digest) in through {
            let read = digest.map(|digest| begun.actual.digest = Some(digest));
            self.tell(begun, read);
        }
        any
    }

    /// What is as expected is left out.
    fn tell(&mut self, Begun { number, expected, actual }: Begun<'_>, read: Result<(), Refusal>) {
        match read {
            Ok(()) if expected.differences(&actual).is_empty() => (),
            Ok(()) => self.part.found.push(Found { number, is: Ok(actual) }),
            Err(why) => self.part.found.push(Found { number, is: Err(why) }),
        }
    }

    fn look(&mut self, expected: &Expected, actual: &mut Actual) -> Result<Left, Refusal> {
        // It would have to be asked by a thread of its own, for every file: that is told instead.
        if self.remote.of(self.files, &expected.path, false).is_some() {
            return Err(refused(Errno::REMOTE));
        }
        let found = self.files.root.open_at(&expected.path, OFlags::PATH)?;
        let stat = stat::of(found.as_fd())?;
        actual.stat = stat;
        if stat.is_link() && (expected.link.is_some() || expected.may_be_link || expected.role.of_root) {
            let target = readlinkat(&found, "", Vec::new()).map_err(refused)?;
            actual.link = Some(Text::from(target.into_bytes()));
        }
        if expected.device.is_some() {
            actual.device = Some(rustix::fs::fstat(&found).map_err(refused)?.st_rdev);
        }
        let digest = expected.digest.as_ref().filter(|_| expected.wants_digest(&stat));
        if digest.is_some() && stat.size > digest::MAX {
            return Err(Refusal::Cut(digest::TOO_LARGE.into()));
        }
        let wants_capabilities = expected.capabilities.is_some() && stat.is_regular();
        if digest.is_none() && !wants_capabilities {
            return Ok(Left::Nothing);
        }
        if digest.is_some() && self.leaves_large && (LARGE..VERY_LARGE).contains(&stat.size) {
            return Ok(Left::All(stat.size));
        }
        let file = self.open(&found, expected)?;
        if digest.is_some() {
            self.budget.take(stat.size)?;
        }
        if wants_capabilities {
            actual.capabilities = walk::capabilities_of(file.as_fd()).map_err(refused)?;
        }
        match digest.map(|sum| sum.algorithm) {
            None => Ok(Left::Nothing),
            Some(Algorithm::Md5) if stat.size < VERY_LARGE => Ok(Left::Md5(file)),
            Some(other) => {
                actual.digest = Some(digest::by(other, file.as_fd(), &mut self.buffer, self.deadline)?);
                Ok(Left::Nothing)
            }
        }
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
