//! Files beside what packages say of them, several at once.

use crate::deadline::Deadline;
use crate::digest::{self, Buffer};
use crate::files::Files;
use crate::remote::Remote;
use crate::side_by_side::SideBySide;
use crate::{content, refused, stat, walk};
use keeneye_facts::{Refusal, Text};
use keeneye_world::packages::{Actual, Algorithm, Expectations, Expected, Found};
use keeneye_world::{Answer, Reply};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{OFlags, readlinkat};
use rustix::io::Errno;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads that read together.
const MAX_WORKERS: usize = 4;
/// How many files a thread takes at once: neighbours lie in the same directory.
const BATCH: usize = 32;

/// Compares all of them; those that are as expected are left out of the answer.
pub(crate) fn all(files: &Files, remote: &Remote, expectations: &Expectations, deadline: &Deadline) -> Reply {
    let expected = expectations.files();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut reader = Reader::new(files, remote, deadline);
        loop {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= expected.len() {
                reader.finish();
                return Ok(reader.found);
            }
            for (number, file) in expected.iter().enumerate().skip(first).take(BATCH) {
                deadline.check()?;
                let number = u32::try_from(number).map_err(|_| Refusal::Cut("four billion files".into()))?;
                reader.compare(number, file);
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
    deadline: &'a Deadline,
    buffer: Buffer,
    /// Files of which all but their MD5 is known.
    md5: SideBySide<Begun<'a>>,
    found: Vec<Found>,
}

/// A file that was looked at.
struct Begun<'a> {
    number: u32,
    expected: &'a Expected,
    actual: Actual,
}

impl<'a> Reader<'a> {
    fn new(files: &'a Files, remote: &'a Remote, deadline: &'a Deadline) -> Self {
        Self { files, remote, deadline, buffer: Buffer::new(), md5: SideBySide::new(), found: Vec::new() }
    }

    /// Compares this file, now or together with later ones.
    fn compare(&mut self, number: u32, expected: &'a Expected) {
        let mut actual = Actual::default();
        match self.look(expected, &mut actual) {
            Ok(None) => self.tell(Begun { number, expected, actual }, Ok(())),
            Ok(Some(content)) => {
                self.md5.add(content, Begun { number, expected, actual });
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
            Ok(()) => self.found.push(Found { number, is: Ok(actual) }),
            Err(why) => self.found.push(Found { number, is: Err(why) }),
        }
    }

    /// Looks at all but an MD5; gives the file when that is wanted.
    fn look(&mut self, expected: &Expected, actual: &mut Actual) -> Result<Option<OwnedFd>, Refusal> {
        // It would have to be asked by a thread of its own, for every file: that is told instead.
        if self.remote.of(self.files, &expected.path, false).is_some() {
            return Err(refused(Errno::REMOTE));
        }
        let found = self.files.root.open_at(&expected.path, OFlags::PATH)?;
        let stat = stat::of(found.as_fd())?;
        actual.stat = stat;
        if stat.is_link() && expected.link.is_some() {
            let target = readlinkat(&found, "", Vec::new()).map_err(refused)?;
            actual.link = Some(Text::from(target.into_bytes()));
        }
        if expected.device.is_some() {
            actual.device = Some(rustix::fs::fstat(&found).map_err(refused)?.st_rdev);
        }
        let digest = expected.digest.as_ref().filter(|_| expected.wants_digest(&stat));
        let wants_capabilities = expected.capabilities.is_some() && stat.is_regular();
        if digest.is_none() && !wants_capabilities {
            return Ok(None);
        }
        let file = self.open(&found, expected)?;
        if wants_capabilities {
            actual.capabilities = walk::capabilities_of(file.as_fd()).map_err(refused)?;
        }
        match digest.map(|sum| sum.algorithm) {
            None => Ok(None),
            Some(Algorithm::Md5) => Ok(Some(file)),
            Some(other) => {
                actual.digest = Some(digest::by(other, file.as_fd(), &mut self.buffer, self.deadline)?);
                Ok(None)
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
