//! A function of the kernel that tells what is there calls something else first.
//!
//! # What it sees
//! ftrace or a kprobe is attached to a function that lists files, processes, sockets or modules, or that starts
//! programs, and no BPF program, no tracer and no packaged module explains it.
//!
//! # Why it matters
//! Rootkits hook these functions so that their files, processes and connections are left out of what everybody sees.
//!
//! # Innocent causes
//! Tracing tools, live patches and security agents attach there too; they hold BPF programs, switch on a tracer, or
//! come as a packaged module.
//!
//! # What to do
//! See what is attached: `cat /sys/kernel/tracing/enabled_functions`, `bpftool prog show`. Compare what the machine
//! shows of itself with what is seen from outside.

use super::sees_the_machine;
use crate::{Detector, Scene};
use bstr::ByteSlice;
use keeneye_facts::{Finding, HookedFunction, Level, Subject, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "kernel/function-hooked",
    title: "a function of the kernel that tells what is there is hooked",
    level: Level::Suspicious,
    attack: &["T1014"],
    absolute: false,
    source: include_str!("function_hooked.rs"),
    run,
};

/// Parts of names of functions that rootkits have a reason to hook: they list directories, processes, sockets, modules,
/// or tell about files.
const TELLING: &[&str] = &[
    "getdents",
    "filldir",
    "iterate_dir",
    "proc_pid_readdir",
    "next_tgid",
    "find_vpid",
    "find_task_by",
    "tcp4_seq_show",
    "tcp6_seq_show",
    "udp4_seq_show",
    "udp6_seq_show",
    "raw_seq_show",
    "inet_sk_diag_fill",
    "inet_diag_dump",
    "packet_seq_show",
    "packet_rcv",
    "m_show",
    "sys_kill",
    "sys_statx",
    "sys_newstat",
    "sys_newlstat",
    "vfs_statx",
    "sys_pread64",
    "load_msg",
    "audit_log_start",
];
/// Prog types that attach by ftrace or kprobes: kprobe, tracing, extension, LSM.
const ATTACHING: [u32; 4] = [2, 26, 28, 29];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let Some(kernel) = world.kernel.as_ref().filter(|kernel| !kernel.traced) else { return Vec::new() };
    let explained =
        world.bpf_programs.iter().any(|program| ATTACHING.contains(&program.kind)) || !sees_the_machine(world);
    let odd = |hook: &&HookedFunction| is_telling(&hook.name) && (!explained || foreign_module(world, hook));
    let hooks: Vec<&HookedFunction> = kernel.hooked_functions.iter().filter(odd).collect();
    hooks.into_iter().filter(|hook| !packaged_module(world, hook)).map(say).collect()
}

fn is_telling(name: &Text) -> bool {
    TELLING.iter().any(|part| name.contains_str(part))
}

fn module_file<'a>(world: &'a World, hook: &HookedFunction) -> Option<&'a Text> {
    let name = hook.module.as_ref()?;
    world.modules.iter().find(|module| module.name == *name)?.file.as_ref()
}

fn packaged_module(world: &World, hook: &HookedFunction) -> bool {
    module_file(world, hook).is_some_and(|path| world.owner(path).is_owned_unchanged())
}

/// It calls a module that is not a package's.
fn foreign_module(world: &World, hook: &HookedFunction) -> bool {
    let has_file = module_file(world, hook).is_some_and(|path| !world.owner(path).is_unowned());
    hook.module.is_some() && !has_file
}

fn say(hook: &HookedFunction) -> Finding {
    let name = hook.name.lossy();
    let by = match &hook.module {
        Some(module) => format!("kernel module {}", module.lossy()),
        None if hook.kprobe => "a kprobe that nobody explains".to_owned(),
        None => "a hook of ftrace that nobody explains".to_owned(),
    };
    let subject = Subject { kind: "kernel-function".into(), name: hook.name.clone(), ..Subject::default() };
    DETECTOR
        .finding(Level::Suspicious, subject, format!("the kernel's {name} calls {by} first"))
        .evidence("function", hook.name.clone())
        .evidence("called first", by)
        .innocent(
            "a tracing tool or a security agent",
            true,
            "no BPF program of such a kind is loaded, no tracer is on",
        )
        .innocent("a live patch", false, "`ls /sys/kernel/livepatch` lists them")
        .next("keeneye list modules")
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "kernel/function-hooked";
    const MOUNTS: &str = "/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\\n\
                          2 1 0:9 / /sys/kernel/tracing rw - tracefs tracefs rw\\n\
                          3 1 0:10 / /sys/kernel/debug rw - debugfs debugfs rw\\n";

    fn host(tracer: &str, functions: &str) -> String {
        format!(
            "{MOUNTS}\n/sys/kernel/tracing/current_tracer = {tracer}\\n\n\
             /sys/kernel/tracing/enabled_functions = {functions}"
        )
    }

    #[test]
    fn a_hook_that_nobody_explains() {
        let functions = "__x64_sys_getdents64 (1) R I \\ttramp: 0xffffffffc0 (fh_thunk+0x0/0x50 [kit]) ->x\\n";
        check(
            NAME,
            &host("nop", functions),
            &["suspicious: the kernel's __x64_sys_getdents64 calls kernel module kit first"],
        );
        check(NAME, &host("function", functions), &[]);
        check(NAME, &host("nop", "schedule (1) R I\\n"), &[]);
    }
    #[test]
    fn a_packaged_module_explains_it() {
        let functions = "tcp4_seq_show (1) R \\ttramp: 0xffffffffc0 (x+0x0 [agent])\\n";
        let modules =
            "/proc/modules = agent 1 0 - Live 0x0 (OE)\\n\n/lib/modules/6.1.0/modules.dep = extra/agent.ko:\\n";
        let with = |owner: &str| format!("{}\n{modules}\npackage agent 1 owns {owner}", host("nop", functions));
        check(NAME, &with("/lib/modules/6.1.0/extra/agent.ko"), &[]);
        check(
            NAME,
            &format!("{}\n/lib/modules/6.1.0/extra/agent.ko : mode=100644", with("/usr/bin/x")),
            &["suspicious: the kernel's tcp4_seq_show calls kernel module agent first"],
        );
    }
    #[test]
    fn a_kprobe() {
        let list = "/sys/kernel/debug/kprobes/list = ffffffff81 k __x64_sys_kill+0x0 [FTRACE]\\n";
        check(
            NAME,
            &format!("{MOUNTS}\n{list}"),
            &["suspicious: the kernel's __x64_sys_kill calls a kprobe that nobody explains first"],
        );
        check(NAME, &format!("{MOUNTS}\n{}", list.replace("__x64_sys_kill", "do_page_fault")), &[]);
    }
    #[test]
    fn where_tracefs_is_not_mounted_nothing_is_asked() {
        check(NAME, "/sys/kernel/tracing/enabled_functions = __x64_sys_getdents64 (1) R\\n", &[]);
    }
}
