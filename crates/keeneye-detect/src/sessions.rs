//! Sessions that run, beside what logs and login records tell of them.

use crate::coverage;
use bstr::ByteSlice;
use keeneye_facts::{Process, Text};
use keeneye_world::World;

/// Seconds between the line of a login and the start of the process that serves it.
const SLACK: u64 = 180;

/// The account that a process of sshd serves, where no record tells that it came, although the log of sshd covers that
/// time.
pub(crate) fn unrecorded(world: &World, process: &Process) -> Option<Text> {
    let user = served(process)?;
    let begun = world.host.time_of_ticks(process.id.start);
    if process.container.is_some() || world.logins.is_empty() || !coverage::covers_sshd(world, begun) {
        return None;
    }
    // By the time, or, where the clock was set since, by the process that let them in.
    let by_process = [process.id.pid, process.ppid].into_iter().any(|pid| world.login_index.has_process(pid));
    let recorded = by_process || world.login_index.has_about(&user, begun, SLACK);
    (!recorded).then_some(user)
}

/// The kernel says that somebody logged in as this account, and no record tells of any login of it, although the log of
/// sshd has all since the machine was started. Whoever is root may write there what the kernel says.
pub(crate) fn never_came(world: &World, uid: u32) -> bool {
    if world.logins.is_empty() || !coverage::covers_sshd(world, world.host.time_of_ticks(0)) {
        return false;
    }
    let mut names = world.accounts.iter().filter(|account| account.uid == uid).map(|account| &account.name).peekable();
    // Accounts of directories have other names in logs.
    names.peek().is_some() && !names.any(|name| world.login_index.has(name))
}

/// The account that a process of sshd serves, by what it calls itself: `sshd: anna@pts/0`, `sshd-session: anna@notty`.
pub(crate) fn served(process: &Process) -> Option<Text> {
    let exe = process.exe.as_ref()?;
    let is_sshd = [&b"sshd"[..], b"sshd-session"].contains(&exe.path.file_name().as_bytes());
    if !is_sshd {
        return None;
    }
    let title = bstr::join(" ", &process.cmdline);
    let (_, rest) = title.split_once_str(": ")?;
    let (user, tty) = rest.rsplit_once_str("@")?;
    let is_session = tty.starts_with(b"pts/") || tty.starts_with(b"notty");
    (is_session && !user.is_empty()).then(|| Text::from(user))
}
