//! Processes and threads, from procfs.
//!
//! Every question about a process is asked under its id while the door holds a directory descriptor of that very
//! process, so that an id that is given out again answers "gone" and not somebody else's facts.

use super::Plan;
use crate::{AskHost, Look, Question, World, proc_path};
use bstr::ByteSlice;
use keeneye_facts::{
    Event, Executable, Fd, FdTarget, Process, ProcessId, Program, ProgramKind, Refusal, Seen, Text, Way,
};

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    match look.ask(&Question::OwnProc, "a procfs of keeneye's own") {
        Some(crate::Answer::OwnProc { detached: true, .. }) | None => (),
        Some(crate::Answer::OwnProc { errno, .. }) => {
            look.gap("a procfs of keeneye's own (the mounted one is used)", Refusal::Errno(errno));
        }
        Some(other) => look.misfit("a procfs of keeneye's own", &other),
    }
    let names = match look.host().list(&"/proc".into()) {
        Ok(names) => names,
        Err(why) => {
            look.count(1, 0);
            look.blinding_gap("/proc", why);
            return;
        }
    };
    look.count(1, 1);
    for pid in names.iter().filter_map(|entry| proc_path::pid(&entry.name)) {
        if let Some(process) = process(look, pid) {
            look.saw(Event::ProcessSeen(Box::new(process)));
        }
    }
}

/// Reads one process. `None` when it ended meanwhile.
fn process(look: &mut Look<'_>, pid: u32) -> Option<Process> {
    let host = look.host();
    let mut process = stat(&host.read(&proc_path::of(pid, "stat")).ok()?)?;
    process.seen = Seen::by(Way::Readdir);
    process.cmdline = arguments(&host.read(&proc_path::of(pid, "cmdline")).unwrap_or_default());
    process.exe = executable(look, pid);
    process.cwd = host.link(&proc_path::of(pid, "cwd")).ok();
    process.root = host.link(&proc_path::of(pid, "root")).ok();
    process.fds = descriptors(look, pid);
    process.program = process.exe.as_ref().map(|exe| Program { path: exe.path.clone(), kind: ProgramKind::Executable });
    Some(process)
}

/// proc_pid_stat(5). The name may hold anything, closing brackets too: the last one ends it.
pub(crate) fn stat(text: &[u8]) -> Option<Process> {
    let open = text.find_byte(b'(')?;
    let close = text.rfind_byte(b')')?;
    let rest: Vec<&str> = text.get(close + 1..)?.to_str().ok()?.split_ascii_whitespace().collect();
    let field = |n: usize| rest.get(n - 3).copied();
    let number = |n: usize| field(n)?.parse::<i64>().ok();
    Some(Process {
        id: ProcessId {
            pid: text.get(..open)?.trim_ascii().to_str().ok()?.parse().ok()?,
            start: field(22)?.parse().ok()?,
        },
        comm: Text::from(text.get(open + 1..close)?),
        state: field(3)?.chars().next()?,
        ppid: u32::try_from(number(4)?).ok()?,
        group: i32::try_from(number(5)?).ok()?,
        session: i32::try_from(number(6)?).ok()?,
        tty: i32::try_from(number(7)?).ok()?,
        flags: u32::try_from(number(9)?).ok()?,
        cpu_ticks: field(14)?.parse::<u64>().ok()?.saturating_add(field(15)?.parse().ok()?),
        ..Process::default()
    })
}

/// NUL-separated arguments.
fn arguments(text: &[u8]) -> Vec<Text> {
    let text = text.strip_suffix(b"\0").unwrap_or(text);
    if text.is_empty() {
        return Vec::new();
    }
    text.split(|b| *b == 0).map(Text::from).collect()
}

fn executable(look: &mut Look<'_>, pid: u32) -> Option<Executable> {
    let host = look.host();
    let (path, deleted) = proc_path::without_deleted_mark(host.link(&proc_path::of(pid, "exe")).ok()?);
    let stat = host.stat(&proc_path::of(pid, "exe")).ok();
    let on_host = host.stat(&path).ok();
    let at_path = stat.map(|stat| on_host.is_some_and(|there| there.same_file(&stat)));
    Some(Executable { path, deleted, stat, at_path })
}

fn descriptors(look: &mut Look<'_>, pid: u32) -> Vec<Fd> {
    let host = look.host();
    let names = host.list(&proc_path::of(pid, "fd")).unwrap_or_default();
    let descriptor = |name: &Text| {
        let number = name.to_str().ok()?.parse().ok()?;
        let target = host.link(&proc_path::of(pid, &format!("fd/{number}"))).ok()?;
        Some(Fd { number, target: target_of(target) })
    };
    names.iter().filter_map(|entry| descriptor(&entry.name)).collect()
}

/// What a link under /proc/N/fd says.
fn target_of(link: Text) -> FdTarget {
    let bytes = link.as_slice();
    if bytes.starts_with(b"socket:[")
        && let Some(inode) = inode_in_brackets(bytes)
    {
        return FdTarget::Socket(inode);
    }
    if bytes.starts_with(b"pipe:[")
        && let Some(inode) = inode_in_brackets(bytes)
    {
        return FdTarget::Pipe(inode);
    }
    if bytes.starts_with(b"net:[")
        && let Some(inode) = inode_in_brackets(bytes)
    {
        return FdTarget::NetNamespace(inode);
    }
    if let Some(name) = bytes.strip_prefix(b"anon_inode:") {
        return FdTarget::Anonymous(Text::from(name.trim_with(|c| c == '[' || c == ']')));
    }
    if let Some(name) = bytes.strip_prefix(b"/memfd:") {
        return FdTarget::Memory(Text::from(name.strip_suffix(b" (deleted)").unwrap_or(name)));
    }
    let (path, deleted) = proc_path::without_deleted_mark(link);
    FdTarget::File { path, deleted }
}

/// The number in `socket:[4711]`.
pub(super) fn inode_in_brackets(link: &[u8]) -> Option<u64> {
    let open = link.find_byte(b'[')?;
    link.get(open + 1..)?.strip_suffix(b"]")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_name_full_of_brackets_does_not_shift_the_fields() {
        let line = b"41 (a) R 1 (b) S 7 41 41 0 -1 4194560 0 0 0 0 3 4 0 0 20 0 1 0 900 0 0";
        let process = stat(line).unwrap();
        assert_eq!((process.id.pid, process.id.start, process.ppid), (41, 900, 7));
        assert_eq!(process.comm, "a) R 1 (b");
        assert_eq!(process.cpu_ticks, 7);
        assert!(!process.is_kernel_thread());
    }
    #[test]
    fn garbage_is_no_process() {
        for text in ["", "41", "41 (x", "41 (x) S", ") (", "x (y) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5"] {
            assert_eq!(stat(text.as_bytes()), None, "{text}");
        }
    }
}
