//! `/proc/N/stat`: proc_pid_stat(5).

use bstr::ByteSlice;
use keeneye_facts::{Process, ProcessId, Text};

/// What the line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stat {
    /// The facts that go into a process.
    pub(crate) process: Process,
    /// Number of threads.
    pub(crate) threads: u64,
    /// Where the arguments lie in memory: every exec puts them elsewhere. 0 for those who may not know.
    pub(crate) arguments_at: u64,
}

impl Stat {
    /// Nothing was executed between the two looks, and the process neither ended nor began to.
    pub(crate) fn same_image(&self, later: &Self) -> bool {
        let image = |s: &Self| (s.process.id, s.process.is_zombie(), s.process.flags & PF_FORKNOEXEC, s.arguments_at);
        image(self) == image(later)
    }

    /// In the middle of an exec: the new program is there, its arguments and environment are not written yet. That
    /// takes long where its file is slow to read.
    pub(crate) fn is_between_programs(&self) -> bool {
        self.arguments_at == 0 && !self.process.is_zombie()
    }
}

/// Forked, and has not executed anything since (include/linux/sched.h).
const PF_FORKNOEXEC: u32 = 0x40;

/// The name may hold anything, closing brackets and line ends too: the last bracket ends it. `None` for garbage.
pub(crate) fn parse(text: &[u8]) -> Option<Stat> {
    let open = text.find_byte(b'(')?;
    let close = text.rfind_byte(b')')?;
    let rest: Vec<&str> = text.get(close + 1..)?.to_str().ok()?.split_ascii_whitespace().collect();
    let field = |n: usize| rest.get(n - 3).copied();
    let number = |n: usize| field(n)?.parse::<i32>().ok();
    let process = Process {
        id: ProcessId {
            pid: text.get(..open)?.trim_ascii().to_str().ok()?.parse().ok()?,
            start: field(22)?.parse().ok()?,
        },
        comm: Text::from(text.get(open + 1..close)?),
        state: field(3)?.chars().next()?,
        ppid: u32::try_from(number(4)?).ok()?,
        group: number(5)?,
        session: number(6)?,
        tty: number(7)?,
        flags: field(9)?.parse().ok()?,
        cpu_ticks: field(14)?.parse::<u64>().ok()?.saturating_add(field(15)?.parse().ok()?),
        ..Process::default()
    };
    let optional = |n: usize| field(n).and_then(|text| text.parse().ok()).unwrap_or(0);
    Some(Stat { process, threads: optional(20), arguments_at: optional(48) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const REAL: &[u8] = b"10694 (cat) R 10688 10688 7131 34816 -1 4194304 101 0 0 0 5 6 0 0 20 0 3 0 171272 3133440 390 18446744073709551615 94831937564672 94831937584553 140734793682800 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 94831937600560 94831937602176 94832119726080 140734793689814 140734793689834 140734793689834 140734793691115 0\n";
    const WORKER: &[u8] = b"5 (kworker/R-sync_wq) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 0 -20 1 0 20 0 0 18446744073709551615 0 0 0 0 0 0 0 2147483647 0 1 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

    #[test]
    fn a_real_line() {
        let stat = parse(REAL).unwrap();
        let Process { id, ppid, group, session, tty, state, cpu_ticks, .. } = stat.process;
        assert_eq!((id.pid, id.start, ppid, group, session), (10_694, 171_272, 10_688, 10_688, 7131));
        assert_eq!((tty, state, cpu_ticks), (34_816, 'R', 11));
        assert_eq!((stat.threads, stat.arguments_at), (3, 140_734_793_689_814));
        assert!(parse(WORKER).unwrap().process.is_kernel_thread());
    }
    #[test]
    fn a_name_full_of_brackets_does_not_shift_the_fields() {
        let line = b"41 (a) R 1 (b) S 7 41 41 0 -1 4194560 0 0 0 0 3 4 0 0 20 0 1 0 900 0 0";
        let process = parse(line).unwrap().process;
        assert_eq!((process.id.pid, process.id.start, process.ppid), (41, 900, 7));
        assert_eq!(process.comm, "a) R 1 (b");
        assert_eq!(process.cpu_ticks, 7);
        assert!(!process.is_kernel_thread());
    }
    #[test]
    fn garbage_is_no_process() {
        for text in ["", "41", "41 (x", "41 (x) S", ") (", "x (y) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
    #[test]
    fn an_exec_between_two_looks_is_told() {
        let before = parse(REAL).unwrap();
        let mut after = before.clone();
        after.process.cpu_ticks += 9;
        assert!(before.same_image(&after));
        after.arguments_at += 4096;
        assert!(!before.same_image(&after));
    }
    #[test]
    fn mutated_lines_never_panic() {
        mutate::check(&[REAL, WORKER], |bytes| parse(bytes).is_some());
    }
}
