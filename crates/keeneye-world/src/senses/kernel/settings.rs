//! Settings that decide what the kernel runs, loads and shows: sysctl/kernel in the kernel's documentation.

use super::value;
use crate::Look;
use bstr::ByteSlice;
use keeneye_facts::{Kernel, Text};

/// Below /proc/sys. Those that newer kernels only have, or those with some option only, are absent elsewhere.
const SETTINGS: [&str; 13] = [
    "kernel/core_pattern",
    "kernel/dmesg_restrict",
    "kernel/hotplug",
    "kernel/io_uring_disabled",
    "kernel/kexec_load_disabled",
    "kernel/kptr_restrict",
    "kernel/modprobe",
    "kernel/modules_disabled",
    "kernel/poweroff_cmd",
    "kernel/randomize_va_space",
    "kernel/unprivileged_bpf_disabled",
    "kernel/yama/ptrace_scope",
    "vm/mmap_min_addr",
];
/// securityfs: [none] integrity confidentiality; and `lockdown,capability,apparmor`.
const LOCKDOWN: &str = "/sys/kernel/security/lockdown";
const MODULES: &str = "/sys/kernel/security/lsm";
/// Bytes of one value that are kept.
const MAX_VALUE: usize = 4096;

pub(super) fn read(look: &mut Look<'_>, kernel: &mut Kernel) {
    kernel.tainted = value(look, "/proc/sys/kernel/tainted").and_then(|text| text.to_str().ok()?.parse().ok());
    for name in SETTINGS {
        if let Some(text) = value(look, &format!("/proc/sys/{name}")) {
            let kept = text.get(..MAX_VALUE).unwrap_or(&text);
            kernel.settings.insert(Text::from(name), Text::from(kept));
        }
    }
    kernel.lockdown = value(look, LOCKDOWN).and_then(|text| chosen(&text));
    let modules = value(look, MODULES).unwrap_or_default();
    kernel.security_modules = modules.split(|b| *b == b',').filter(|name| !name.is_empty()).map(Text::from).collect();
}

/// The one in brackets of `none [integrity] confidentiality`.
fn chosen(text: &[u8]) -> Option<Text> {
    let inside = text.split_once_str("[")?.1.split_once_str("]")?.0;
    Some(Text::from(inside))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_chosen_one_stands_in_brackets() {
        assert_eq!(chosen(b"none [integrity] confidentiality"), Some(Text::from("integrity")));
        assert_eq!(chosen(b"none integrity"), None);
        assert_eq!(chosen(b"] [ x"), None);
    }
}
