//! Looks for processes again and again while they are held.

use crate::deadline::Deadline;
use crate::held::start_of;
use crate::mounts::Mounts;
use crate::procfs::ProcFs;
use crate::{directory, mounted, refused};
use keeneye_facts::Refusal;
use keeneye_world::{PersistRound, Persisted, proc_path};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open, test_kill_process};
use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

/// How often the views are asked.
const ROUNDS: usize = 3;
/// Between two rounds, so that the first and the last are more than a second apart.
const PAUSE: Duration = Duration::from_millis(520);

/// Holds each process by pidfd and asks every view for it, three rounds. What is mounted over /proc/N and may never
/// answer is not asked: the mounted view does not show that process.
pub(crate) fn look(
    pids: &[u32],
    procfs: &ProcFs,
    mounts: &Mounts,
    deadline: &Deadline,
) -> Result<Vec<Persisted>, Refusal> {
    if pids.is_empty() {
        return Ok(Vec::new());
    }
    let held = pids.iter().map(|pid| hold(*pid)).collect::<Result<Vec<_>, _>>()?;
    let mut seen: Vec<Persisted> =
        pids.iter().map(|pid| Persisted { pid: *pid, lived: false, rounds: Vec::new() }).collect();
    for number in 0..ROUNDS {
        if number > 0 {
            if deadline.left().is_some_and(|left| left < PAUSE) {
                return Err(Refusal::OutOfTime);
            }
            sleep(PAUSE);
        }
        round(&mut seen, procfs, mounts)?;
    }
    for (entry, pidfd) in seen.iter_mut().zip(&held) {
        entry.lived = pidfd.as_ref().is_some_and(lives);
    }
    Ok(seen)
}

/// `None` when there is no such process (or it is a thread).
fn hold(pid: u32) -> Result<Option<OwnedFd>, Refusal> {
    let Some(pid) = number(pid) else { return Ok(None) };
    match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(pidfd) => Ok(Some(pidfd)),
        Err(Errno::SRCH | Errno::INVAL | Errno::NOENT) => Ok(None),
        Err(errno) => Err(refused(errno)),
    }
}

fn round(seen: &mut [Persisted], procfs: &ProcFs, mounts: &Mounts) -> Result<(), Refusal> {
    let own = procfs.dir()?;
    let mounted = mounted::top().map_err(refused)?;
    let listed = pids_in(own)?;
    let mounted_listed = pids_in(mounted.as_fd())?;
    for entry in seen {
        let answers = mounts.remote_above(&proc_path::of(entry.pid, "stat")).is_none();
        entry.rounds.push(PersistRound {
            readdir: listed.contains(&entry.pid),
            mounted_readdir: mounted_listed.contains(&entry.pid),
            start: start(own, entry.pid),
            mounted_start: if answers { start(mounted.as_fd(), entry.pid) } else { None },
            kill: number(entry.pid).is_some_and(|pid| matches!(test_kill_process(pid), Ok(()) | Err(Errno::PERM))),
        });
    }
    Ok(())
}

fn pids_in(procfs: BorrowedFd<'_>) -> Result<BTreeSet<u32>, Refusal> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let dir = openat(procfs, ".", flags, Mode::empty()).map_err(refused)?;
    Ok(directory::names(dir.as_fd())?.iter().filter_map(|entry| proc_path::pid(&entry.name)).collect())
}

fn start(procfs: BorrowedFd<'_>, pid: u32) -> Option<u64> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let dir = openat(procfs, pid.to_string(), flags, Mode::empty()).ok()?;
    start_of(dir.as_fd())
}

/// A pidfd becomes readable when its process ends.
fn lives(pidfd: &OwnedFd) -> bool {
    let mut fds = [PollFd::new(pidfd, PollFlags::IN)];
    poll(&mut fds, Some(&Timespec::default())) == Ok(0)
}

fn number(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}
