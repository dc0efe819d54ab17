//! Every file below some directories, as a baseline remembers it.
//!
//! One thread walks in order, others read content, and whoever asked gets the entries in order: a bounded number of
//! batches is under way, so that memory does not grow with the tree.

mod content;
mod names;
mod walker;

use crate::deadline::Deadline;
use crate::files::Files;
use keeneye_facts::{Refusal, Text};
use keeneye_world::baseline::{Content, Entry, FormatError, Moment, Policy};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use walker::Walker;

/// Batches under way.
const UNDER_WAY: usize = 48;
/// Threads that read content: one would leave the disk idle while it hashes, many would push aside what the host is for.
const THREADS: std::ops::RangeInclusive<usize> = 2..=8;

/// What to walk over, and how.
pub struct Inventory<'a> {
    /// Where to begin: absolute, inside the root that is looked at.
    pub roots: &'a [Text],
    /// Tells what is passed by and whose content is not read.
    pub policy: &'a Policy,
    /// What was there before, so that what looks untouched need not be read again.
    pub before: Option<Before<'a>>,
}

/// An earlier walk over the same tree.
pub struct Before<'a> {
    /// Its entries, in order.
    pub entries: Box<dyn Iterator<Item = Result<Entry, FormatError>> + Send + 'a>,
    /// When it began: what changed since then or shortly before is read again.
    pub made: Moment,
    /// Of so many files that look untouched one is read again, by chance; 0 for none, 1 for all.
    pub one_in: u64,
    /// What chance goes by: nobody may foresee it.
    pub seed: u64,
}

/// What a walk was like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Entries told.
    pub entries: u64,
    /// Files whose content was read.
    pub read: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files that looked untouched and were believed.
    pub believed: u64,
    /// What could not be read, with its errno; at most [`Taken::MAX_UNREAD`] are named.
    pub unread: Vec<(Text, i32)>,
    /// How many that were.
    pub unread_count: u64,
    /// The limit that ended the walk early.
    pub cut: Option<String>,
}

impl Taken {
    /// Unread files that are named.
    pub const MAX_UNREAD: usize = 1000;

    fn could_not_read(&mut self, path: &Text, errno: i32) {
        self.unread_count += 1;
        if self.unread.len() < Self::MAX_UNREAD {
            self.unread.push((path.clone(), errno));
        }
    }
}

/// Why there is no inventory.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// A directory to begin in cannot be opened.
    #[error("a walk cannot begin there")]
    Start(Text, Refusal),
    /// The earlier walk is damaged, or the entries cannot be written.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// Entries that belong together in order, with what is still to be done for each.
type Batch = Vec<(Entry, content::Task)>;
/// The same when it is done.
#[derive(Default)]
struct Done {
    entries: Vec<Entry>,
    read: u64,
    bytes: u64,
}

/// A batch in its place in the order.
enum Place {
    Done(Done),
    Waiting(Receiver<Done>),
    Failed(FormatError),
}

struct Job {
    batch: Batch,
    answer: SyncSender<Done>,
    /// The number of the root that the paths lie below.
    top: usize,
}

/// Walks. See [`Inventory`].
pub(crate) fn take(
    files: &Files,
    inventory: Inventory<'_>,
    deadline: &Deadline,
    tell: &mut dyn FnMut(Entry) -> Result<(), FormatError>,
) -> Result<Taken, InventoryError> {
    let tops = walker::tops(files, inventory.roots)?;
    let mounts = files.mounts().unwrap_or_default();
    let stop = AtomicBool::new(false);
    let (places, in_order) = sync_channel::<Place>(UNDER_WAY);
    let (jobs, todo) = sync_channel::<Job>(UNDER_WAY);
    let todo = Mutex::new(todo);
    let whole_machine = files.root.whole_machine();
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(*THREADS.start(), *THREADS.end());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(&todo, &tops, whole_machine, deadline));
        }
        let walker = Walker::new(&tops, &mounts, whole_machine, inventory, deadline, &stop);
        let walk = scope.spawn(move || walker.run(&places, &jobs));
        let told = collect(&in_order, tell);
        // The walker may wait for room in the channel: nobody reads it any more.
        stop.store(true, Ordering::Relaxed);
        drop(in_order);
        let mut taken = walk.join().unwrap_or_default();
        let Told { read, bytes, unread } = told?;
        (taken.read, taken.bytes) = (read, bytes);
        taken.unread_count += unread.unread_count;
        taken.unread.extend(unread.unread);
        taken.unread.truncate(Taken::MAX_UNREAD);
        Ok(taken)
    })
}

/// Reads content until no more jobs come.
fn work(todo: &Mutex<Receiver<Job>>, tops: &[walker::Top], whole_machine: bool, deadline: &Deadline) {
    let mut buffer = vec![0; content::CHUNK];
    loop {
        let job = todo.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { batch, answer, top }) = job else { return };
        let Some(top) = tops.get(top) else { return };
        let done = content::all(top, batch, whole_machine, deadline, &mut buffer);
        // Nobody waits any more: then nobody needs it.
        answer.send(done).ok();
    }
}

/// What the batches add to what the walker knows.
#[derive(Default)]
struct Told {
    read: u64,
    bytes: u64,
    unread: Taken,
}

/// Hands on what is done, in order.
fn collect(
    in_order: &Receiver<Place>,
    tell: &mut dyn FnMut(Entry) -> Result<(), FormatError>,
) -> Result<Told, FormatError> {
    let mut told = Told::default();
    for place in in_order {
        let done = match place {
            Place::Done(done) => done,
            Place::Waiting(answer) => answer.recv().unwrap_or_default(),
            Place::Failed(why) => return Err(why),
        };
        told.read += done.read;
        told.bytes += done.bytes;
        for entry in done.entries {
            match entry.content {
                Content::Unread(errno) if !entry.is_dir() => told.unread.could_not_read(&entry.path, errno),
                _ => (),
            }
            tell(entry)?;
        }
    }
    Ok(told)
}
