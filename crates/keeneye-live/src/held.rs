//! Directories of processes, held open so that a process id keeps its meaning.
//!
//! When a process has ended, its held directory answers ESRCH, also when its id is given to another process meanwhile.

use crate::refused;
use keeneye_facts::Refusal;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, Mode, OFlags, openat, statat};
use rustix::io::Errno;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of /proc/N/stat that are enough for the start time.
const STAT: usize = 4096;

/// The held directories, at most `limit`; the one that was not used for longest is closed first.
pub(crate) struct Held {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    turn: u64,
    open: HashMap<u32, (Arc<OwnedFd>, u64)>,
    /// Start times of those that were closed for want of room, so that the same process is found again or none.
    closed: HashMap<u32, Option<u64>>,
}

impl Held {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), state: Mutex::default() }
    }

    /// The directory of a process in `procfs`.
    pub(crate) fn get(&self, pid: u32, procfs: BorrowedFd<'_>) -> Result<Arc<OwnedFd>, Refusal> {
        let mut state = self.lock();
        state.turn += 1;
        let turn = state.turn;
        if let Some((dir, used)) = state.open.get_mut(&pid) {
            *used = turn;
            return Ok(Arc::clone(dir));
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let dir = openat(procfs, pid.to_string(), flags, Mode::empty()).map_err(refused)?;
        if let Some(start) = state.closed.get(&pid)
            && start_of(dir.as_fd()) != *start
        {
            return Err(refused(Errno::SRCH));
        }
        while state.open.len() >= self.limit {
            state.close_oldest();
        }
        let dir = Arc::new(dir);
        state.open.insert(pid, (Arc::clone(&dir), turn));
        Ok(dir)
    }

    /// Lets go of processes that have ended: their ids may mean new ones from now on.
    pub(crate) fn forget_ended(&self) {
        let mut state = self.lock();
        state.open.retain(|_, (dir, _)| statat(&**dir, "stat", AtFlags::empty()).is_ok());
        state.closed.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close_oldest(&mut self) {
        let oldest = self.open.iter().min_by_key(|(_, (_, used))| *used).map(|(pid, _)| *pid);
        let Some(pid) = oldest else { return };
        if let Some((dir, _)) = self.open.remove(&pid) {
            self.closed.insert(pid, start_of(dir.as_fd()));
        }
    }
}

/// Start time in clock ticks after boot, by the `stat` in a process's directory.
pub(crate) fn start_of(dir: BorrowedFd<'_>) -> Option<u64> {
    let file = openat(dir, "stat", OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let mut text = [0; STAT];
    let count = rustix::io::read(&file, &mut text).ok()?;
    start_in(text.get(..count)?)
}

/// Field 22 of proc_pid_stat(5). The name in brackets may hold anything: the last bracket ends it.
fn start_in(stat: &[u8]) -> Option<u64> {
    let close = stat.iter().rposition(|b| *b == b')')?;
    let fields = stat.get(close + 1..)?;
    let field = fields.split(u8::is_ascii_whitespace).filter(|f| !f.is_empty()).nth(19)?;
    std::str::from_utf8(field).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_start_time_is_found_behind_any_name() {
        let stat = b"7 (a) b 1 (x)) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0";
        assert_eq!(start_in(stat), Some(4711));
        assert_eq!(start_in(b"7 (x) S 1"), None);
        assert_eq!(start_in(b""), None);
    }
}
