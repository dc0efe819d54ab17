//! Functions of the kernel that call something else first: ftrace's and kprobes' own lists. They are asked where
//! tracefs and debugfs are mounted; keeneye mounts neither.

use super::{mount_point, value};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{HookedFunction, Kernel, Refusal, Text};

/// Hooks that are taken from one list: tracers hook fifty thousand functions.
const MAX_HOOKS: usize = 2_000;

pub(super) fn read(look: &mut Look<'_>, world: &World, kernel: &mut Kernel) {
    if let Some(point) = mount_point(world, "tracefs") {
        let tracer = value(look, &point.join("current_tracer").lossy());
        kernel.traced = tracer.is_some_and(|name| !name.is_empty() && name != "nop");
        hooks(look, kernel, &point.join("enabled_functions"), ftrace);
    }
    if let Some(point) = mount_point(world, "debugfs") {
        hooks(look, kernel, &point.join("kprobes/list"), kprobe);
    }
}

fn hooks(look: &mut Look<'_>, kernel: &mut Kernel, path: &Text, parse: fn(&[u8]) -> Option<HookedFunction>) {
    let Some(text) = look.optional_read(path) else { return };
    kernel.hooked_functions.extend(text.lines().take(MAX_HOOKS).filter_map(parse));
    if text.lines().count() > MAX_HOOKS && !kernel.traced {
        look.gap(path.clone(), Refusal::Cut(format!("{MAX_HOOKS} hooks")));
    }
}

/// `FUNCTION (COUNT) FLAGS tramp: ... (CALLBACK+0x0/0x50 [MODULE]) ->OTHER`, t_show in kernel/trace/ftrace.c. A
/// function of a module has the module's name in brackets behind its own.
fn ftrace(line: &[u8]) -> Option<HookedFunction> {
    let (function, rest) = line.split_once_str(" (")?;
    let name = function.split(|b| b.is_ascii_whitespace()).next().filter(|name| !name.is_empty())?;
    // Continued lines of one function begin with a tab.
    if function.first()?.is_ascii_whitespace() {
        return None;
    }
    Some(HookedFunction { name: Text::from(name), module: in_brackets(rest), kprobe: false })
}

/// `ADDRESS k FUNCTION+0x0 [MODULE] [FTRACE]`, report_probe in kernel/kprobes.c. The module is the function's own.
fn kprobe(line: &[u8]) -> Option<HookedFunction> {
    let mut words = line.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let function = words.nth(2)?;
    let name = function.split(|b| *b == b'+').next().filter(|name| !name.is_empty())?;
    Some(HookedFunction { name: Text::from(name), module: None, kprobe: true })
}

/// The first name in brackets that is a module's.
fn in_brackets(text: &[u8]) -> Option<Text> {
    let names = text.split_str("[").skip(1).filter_map(|rest| Some(rest.split_once_str("]")?.0));
    let mut modules = names.filter(|name| !name.is_empty() && *name != b"bpf" && !name.starts_with(b"__builtin__"));
    modules.next().map(Text::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const ENABLED: &[u8] =
        b"__x64_sys_getdents64 (1) R I     \ttramp: 0xffffffffc0a0d000 (fh_ftrace_thunk+0x0/0x50 [x]) \
        ->ftrace_regs_caller_op_ptr+0x0/0x10\ntcp4_seq_show (1)           \ttramp: 0xffffffffc0 (bpf_trampoline+0x0)\n\
        \tdirect (2)-->bpf_trampoline_6442+0x0/0x1000\n";

    #[test]
    fn functions_and_what_they_call() {
        let found: Vec<_> = ENABLED.lines().filter_map(ftrace).map(|hook| (hook.name, hook.module)).collect();
        assert_eq!(found, [("__x64_sys_getdents64".into(), Some("x".into())), ("tcp4_seq_show".into(), None)],);
        let probe = kprobe(b"ffffffff8127b7c0  k  __x64_sys_kill+0x0    [FTRACE]").unwrap();
        assert_eq!((probe.name, probe.kprobe), (Text::from("__x64_sys_kill"), true));
        assert_eq!(kprobe(b"no probes"), None);
    }
    #[test]
    fn mutated_lists_never_panic() {
        mutate::check(&[ENABLED], |bytes| bytes.lines().filter_map(ftrace).next().is_some());
        mutate::check(&[b"ffffffff8127b7c0  k  __x64_sys_kill+0x0    [FTRACE]\n"], |bytes| kprobe(bytes).is_some());
    }
}
