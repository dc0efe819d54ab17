//! A program, or a thread of one, that bears the name of a kernel thread.
//!
//! # What it sees
//! A process without the kernel's own mark for its threads (PF_KTHREAD, which no program can set) whose name or first
//! argument is that of a kernel thread: `kworker/0:1`, `migration/3`, `kswapd0`, or any `[name]` in brackets. Threads
//! of programs are looked at too. And the reverse: a process that bears the mark, yet has a user, a session, open
//! files or a parent that only programs have.
//!
//! # Why it matters
//! `ps` shows kernel threads in brackets, and nobody looks twice at them. No honest program takes such a name.
//!
//! # Innocent causes
//! None is known for names that the kernel gives. A few programs put their whole title in brackets; with a blank in
//! it they are left alone, without one they are still an alert, of a lower level.
//!
//! # What to do
//! Look at the program behind the name: `keeneye look pid PID`, and keep a copy:
//! `keeneye capture --with-files -o host.kee`.

use crate::{Detector, Scene, portrait, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, Level, Process, Subject, Text, Thread};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/fake-kernel-thread",
    title: "a program bears the name of a kernel thread",
    level: Level::Compromised,
    attack: &["T1036.004", "T1036.009"],
    absolute: true,
    source: include_str!("fake_kernel_thread.rs"),
    run,
};

/// Whole names that only the kernel gives (kthread_create, alloc_workqueue and kthread_run in its source). Names that
/// a program could have for reasons of its own (`md`, `crypto`, `netns`, `nfsd`, `watchdogd`) are left out.
const NAMES: &[&str] = &[
    "kthreadd",
    "khugepaged",
    "ksmd",
    "kauditd",
    "khungtaskd",
    "oom_reaper",
    "kdevtmpfs",
    "kblockd",
    "kintegrityd",
    "kthrotld",
    "kcryptd",
    "kdmflush",
    "kpsmoused",
    "kacpid",
    "kacpi_notify",
    "kacpi_hotplug",
    "kjournald",
    "khubd",
    "kseriod",
    "kmpathd",
    "kmpath_rdacd",
    "kaluad",
    "kstrp",
    "khelper",
    "rcu_sched",
    "rcu_preempt",
    "rcu_bh",
    "rcu_gp",
    "rcu_par_gp",
    "slub_flushwq",
    "inet_frag_wq",
    "blkcg_punt_bio",
    "ipv6_addrconf",
    "devfreq_wq",
    "ext4-rsv-conver",
];
/// Names that end in a number: of a memory node, a host adapter.
const NUMBERED: &[&str] = &["kswapd", "kcompactd", "kjournald2/", "scsi_eh_", "scsi_tmf_"];
/// Names that end in a slash and the number of a processor.
const PER_PROCESSOR: &[&str] = &[
    "ksoftirqd",
    "migration",
    "cpuhp",
    "idle_inject",
    "watchdog",
    "rcuc",
    "rcub",
    "rcuop",
    "rcuos",
    "rcuog",
    "rcuob",
    "posixcputmr",
    "irq_work",
    "backlog_napi",
    "ktimers",
    "ktimersoftd",
    "stopper",
];
/// Beginnings that only the kernel gives, followed by the name of a device or a queue.
const BEGINNINGS: &[&str] = &["jbd2/", "xfsaild/", "rcu_tasks_", "rcu_exp_"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let living = living_names(scene);
    let mut findings = Vec::new();
    for process in scene.world.processes.values().filter(|process| !process.is_zombie()) {
        if process.is_kernel_thread() {
            findings.extend(impossible(scene, process));
        } else if has_memory(process) {
            findings.extend(posing(scene, process, &living));
        }
    }
    findings
}

/// Names of this host's kernel threads that no program could have by chance.
fn living_names<'a>(scene: &Scene<'a>) -> BTreeSet<&'a [u8]> {
    let kernel = scene.world.processes.values().filter(|process| process.is_kernel_thread());
    let odd = |name: &&[u8]| name.contains(&b'/') || name.contains(&b'_');
    kernel.map(|process| process.comm.as_slice()).filter(odd).collect()
}

/// The kernel starts helper programs as copies of its own threads; until they have executed something, they have no
/// program and no arguments. Neither has what ends just now.
fn has_memory(process: &Process) -> bool {
    process.exe.is_some() || !process.cmdline.is_empty() || !process.mappings.is_empty()
}

/// A program that poses: by its first argument, its name, or the name of a thread; one finding a process.
fn posing(scene: &Scene<'_>, process: &Process, living: &BTreeSet<&[u8]>) -> Option<Finding> {
    let pid = process.id.pid;
    if let Some(shown) = process.cmdline.first()
        && let Some(level) = pose(shown, false, living)
    {
        let summary =
            format!("{} (pid {pid}) calls itself {}, but it is no kernel thread", name(process), shown.lossy());
        return Some(said(scene, process, subject::process(process), level, summary));
    }
    if let Some(level) = pose(&process.comm, true, living) {
        let shown = process.comm.lossy();
        let summary = format!("{} (pid {pid}) is named {shown}, but it is no kernel thread", name(process));
        return Some(said(scene, process, subject::process(process), level, summary));
    }
    let poses = |thread: &Thread| Some((thread.clone(), pose(&thread.comm, true, living)?));
    let (thread, level) = process.threads.iter().find_map(poses)?;
    let summary = format!(
        "thread {} of {} (pid {pid}) is named {}, but it is no kernel thread",
        thread.tid,
        name(process),
        thread.comm.lossy()
    );
    let about = Subject { kind: "thread".into(), tid: Some(thread.tid), ..subject::process(process) };
    Some(said(scene, process, about, level, summary).evidence("thread", thread.comm))
}

fn name(process: &Process) -> std::borrow::Cow<'_, str> {
    process.exe.as_ref().map_or_else(|| process.comm.lossy(), |exe| exe.path.lossy())
}

fn said(scene: &Scene<'_>, process: &Process, about: Subject, level: Level, summary: String) -> Finding {
    let finding = DETECTOR
        .finding(level, about, summary)
        .evidence("name", process.comm.clone())
        .evidence("flags", format!("{:#010x}: PF_KTHREAD is not set", process.flags));
    let known = level == Level::Compromised;
    let why = if known { "only the kernel gives this name" } else { "no kernel thread of that name is known" };
    portrait::add(finding, scene, process).innocent("a program with its title in brackets", known, why)
}

/// How sure it is that a name is meant to be taken for a kernel thread's. `cut`: the kernel cut it off after 15 bytes.
fn pose(shown: &[u8], cut: bool, living: &BTreeSet<&[u8]>) -> Option<Level> {
    let word = shown.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    let Some(inner) = word.strip_prefix(b"[") else {
        let file = word.rsplit(|b| *b == b'/').next().unwrap_or_default();
        let kernels = is_kernels(word, living) || (word.len() > file.len() && is_kernels(file, &BTreeSet::new()));
        return kernels.then_some(Level::Compromised);
    };
    let closed = inner.strip_suffix(b"]").map(<[u8]>::as_bytes);
    let inner = closed.unwrap_or(inner);
    if is_kernels(inner, living) {
        return Some(Level::Compromised);
    }
    let whole = closed.is_some() || (cut && shown.len() == 15);
    let bare = word.len() == shown.len() && inner.first().is_some_and(u8::is_ascii_alphanumeric);
    (whole && bare).then_some(Level::Suspicious)
}

/// A name that only the kernel gives, or that one of its threads has here and no program has by chance.
fn is_kernels(name: &[u8], living: &BTreeSet<&[u8]>) -> bool {
    let numbered = |stem: &&str| name.strip_prefix(stem.as_bytes()).is_some_and(is_number);
    let per_processor = |stem: &&str| {
        let rest = name.strip_prefix(stem.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
        rest.is_some_and(is_number)
    };
    let begins = |stem: &&str| name.strip_prefix(stem.as_bytes()).is_some_and(|rest| !rest.is_empty());
    NAMES.iter().any(|known| name == known.as_bytes())
        || NUMBERED.iter().any(numbered)
        || PER_PROCESSOR.iter().any(per_processor)
        || BEGINNINGS.iter().any(begins)
        || is_worker(name)
        || living.contains(name)
}

/// `kworker/0:1`, `kworker/u8:2-events`, `kworker/0:1H`, `kworker/R-mld` (kernel/workqueue.c).
fn is_worker(name: &[u8]) -> bool {
    let Some(rest) = name.strip_prefix(b"kworker") else { return false };
    let Some(rest) = rest.strip_prefix(b"/") else { return rest.is_empty() };
    rest.starts_with(b"R-") || rest.strip_prefix(b"u").unwrap_or(rest).first().is_some_and(u8::is_ascii_digit)
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Bears the kernel's mark, and has what only programs have. A rootkit sets the mark to hide a program's file.
fn impossible(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let parent = scene.world.parent(process).filter(|parent| !parent.is_kernel_thread());
    let sign = match parent {
        Some(parent) => format!("its parent is {} (pid {})", parent.comm.lossy(), parent.id.pid),
        None if process.uid() != 0 => format!("it runs for user {}", process.uid()),
        None if process.session != 0 => format!("it belongs to session {}", process.session),
        None if !process.fds.is_empty() => format!("it has {} open files", process.fds.len()),
        None => return None,
    };
    let (comm, pid) = (process.comm.lossy(), process.id.pid);
    let summary = format!("{comm} (pid {pid}) bears the mark of a kernel thread, but {sign}");
    let finding = DETECTOR
        .finding(Level::Compromised, subject::process(process), summary)
        .evidence("name", process.comm.clone())
        .evidence("flags", format!("{:#010x}: PF_KTHREAD is set", process.flags))
        .evidence("but", Text::from(sign));
    Some(portrait::add(finding, scene, process).innocent(
        "a thread of the kernel",
        true,
        "kernel threads have none of this",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/fake-kernel-thread", host, expected);
    }

    #[test]
    fn a_worker_with_a_program_file() {
        says(
            "process 41 exe=/usr/bin/sleep cmdline=[kworker/0:1-events]\\0300",
            &["compromised: /usr/bin/sleep (pid 41) calls itself [kworker/0:1-events], but it is no kernel thread"],
        );
    }
    #[test]
    fn the_kernels_own_worker_is_quiet() {
        says(
            "process 2 ppid=0 comm=kthreadd session=0 kernel\nprocess 41 ppid=2 session=0 comm=kworker/0:1 kernel",
            &[],
        );
    }
    #[test]
    fn by_its_name_alone() {
        says(
            "process 41 exe=/opt/x comm=ksoftirqd/3",
            &["compromised: /opt/x (pid 41) is named ksoftirqd/3, but it is no kernel thread"],
        );
        says("process 41 exe=/opt/x comm=ksoftirq", &[]);
    }
    #[test]
    fn a_file_named_so() {
        says(
            "process 41 exe=/opt/x cmdline=\"./kswapd0 -o pool:3333\\0\"",
            &["compromised: /opt/x (pid 41) calls itself ./kswapd0 -o pool:3333, but it is no kernel thread"],
        );
    }
    #[test]
    fn a_name_that_one_of_this_hosts_kernel_threads_has() {
        let kernel =
            "process 2 ppid=0 comm=kthreadd session=0 kernel\nprocess 9 ppid=2 session=0 comm=irq/24-ahci kernel\n";
        let program = "process 41 exe=/opt/x comm=irq/24-ahci";
        let expected = ["compromised: /opt/x (pid 41) is named irq/24-ahci, but it is no kernel thread"];
        says(&format!("{kernel}{program}"), &expected);
        says(program, &[]);
    }
    #[test]
    fn a_thread_of_a_program() {
        let host = |comm: &str| format!("process 41 exe=/usr/bin/python3.11 comm=python3\nthread 41 42 comm={comm}");
        says(
            &host("[migration/0]"),
            &[
                "compromised: thread 42 of /usr/bin/python3.11 (pid 41) is named [migration/0], but it is no kernel thread",
            ],
        );
        says(&host("worker-0"), &[]);
    }
    #[test]
    fn other_names_in_brackets_are_less_sure() {
        says(
            "process 41 exe=/opt/x cmdline=[abc]",
            &["suspicious: /opt/x (pid 41) calls itself [abc], but it is no kernel thread"],
        );
        says("process 41 exe=/opt/x cmdline=\"[celeryd: w1@web:MainProcess]\\0\"", &[]);
        says("process 41 exe=/opt/x cmdline=\"[lxc monitor] /var/lib/lxc c1\\0\"", &[]);
        says("process 41 exe=/usr/lib/systemd/systemd cmdline=(sd-pam)", &[]);
        says("process 41 exe=/usr/bin/[ cmdline=\"[ -f x ]\"", &[]);
    }
    #[test]
    fn a_kernel_thread_with_a_users_session() {
        says(
            "process 41 ppid=1 session=41 comm=kworker/0:9 kernel",
            &["compromised: kworker/0:9 (pid 41) bears the mark of a kernel thread, but it belongs to session 41"],
        );
    }
    #[test]
    fn a_helper_that_the_kernel_is_about_to_start_is_quiet() {
        says("process 41 ppid=2 session=0 comm=kworker/u8:3", &[]);
    }
    #[test]
    fn names_cut_off_after_fifteen_bytes() {
        let living = BTreeSet::new();
        assert_eq!(pose(b"[abcdefghijklmn", true, &living), Some(Level::Suspicious));
        assert_eq!(pose(b"[abcdefghijklmn", false, &living), None);
        assert_eq!(pose(b"[rcu_tasks_kthr", true, &living), Some(Level::Compromised));
    }
}
