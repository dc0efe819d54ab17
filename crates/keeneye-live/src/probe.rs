//! Which process ids are taken, asked one by one and without procfs.

use crate::deadline::Deadline;
use crate::refused;
use keeneye_facts::Refusal;
use keeneye_world::PidProbe;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, getpid, pidfd_open, test_kill_process};

/// Ids of a 64-bit kernel are below this (PID_MAX_LIMIT).
const MAX_PID: u32 = 4 << 20;
/// After how many ids the clock is looked at.
const BETWEEN_CHECKS: u32 = 1 << 16;

/// Ids from 1 to `max` that answer.
///
/// A refusal of any kind but "no such process" ends it: half a view would make every process of the other half
/// look hidden, or hide it.
pub(crate) fn pids(how: PidProbe, max: u32, deadline: &Deadline) -> Result<Vec<u32>, Refusal> {
    let probe = by(how);
    honest(how, probe)?;
    let mut found = Vec::new();
    for number in 1..=max.min(MAX_PID - 1) {
        if number % BETWEEN_CHECKS == 0 {
            deadline.check()?;
        }
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid
            && probe(pid)?
        {
            found.push(number);
        }
    }
    Ok(found)
}

/// A filter on system calls gives the same answer to every probe. Then it does not tell keeneye itself from an id that
/// no kernel gives out.
fn honest(how: PidProbe, probe: fn(Pid) -> Result<bool, Refusal>) -> Result<(), Refusal> {
    if how == PidProbe::Kill {
        // EPERM counts as "is there", but not for keeneye itself.
        test_kill_process(getpid()).map_err(refused)?;
    }
    let never = i32::try_from(MAX_PID).ok().and_then(Pid::from_raw);
    let tells = probe(getpid())? && !never.map_or(Ok(false), probe)?;
    if tells { Ok(()) } else { Err(Refusal::Garbled("every process id gets the same answer".into())) }
}

fn by(how: PidProbe) -> fn(Pid) -> Result<bool, Refusal> {
    match how {
        PidProbe::Pidfd => by_pidfd,
        PidProbe::Kill => by_kill,
    }
}

/// Those of these ids that answer.
pub(crate) fn these(how: PidProbe, ids: &[u32]) -> Result<Vec<u32>, Refusal> {
    let probe = by(how);
    let mut found = Vec::new();
    for number in ids {
        let pid = i32::try_from(*number).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid
            && probe(pid)?
        {
            found.push(*number);
        }
    }
    Ok(found)
}

/// EINVAL (ENOENT since Linux 6.15) is what threads get that lead no process.
fn by_pidfd(pid: Pid) -> Result<bool, Refusal> {
    match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(_) => Ok(true),
        Err(Errno::SRCH | Errno::INVAL | Errno::NOENT) => Ok(false),
        Err(errno) => Err(refused(errno)),
    }
}

fn by_kill(pid: Pid) -> Result<bool, Refusal> {
    match test_kill_process(pid) {
        Ok(()) | Err(Errno::PERM) => Ok(true),
        Err(Errno::SRCH) => Ok(false),
        Err(errno) => Err(refused(errno)),
    }
}
