//! The kernel: what was loaded into it, and what it was told to run.

use crate::{Seen, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the running kernel tells about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kernel {
    /// Bits of /proc/sys/kernel/tainted.
    pub tainted: Option<u64>,
    /// Whether the kernel can load modules at all: false where /proc/modules is not there.
    pub modular: bool,
    /// Values of settings that decide what the kernel runs or hides, by path below /proc/sys: `kernel/core_pattern`.
    pub settings: BTreeMap<Text, Text>,
    /// `none`, `integrity`, `confidentiality`; `None` where the kernel does not tell.
    pub lockdown: Option<Text>,
    /// Security modules in force: `apparmor`, `selinux`.
    pub security_modules: Vec<Text>,
    /// Functions with a hook of ftrace or a kprobe, as tracefs and debugfs tell; empty where they are not mounted.
    pub hooked_functions: Vec<HookedFunction>,
    /// A tracer of tracefs is switched on: then hooks are everywhere.
    pub traced: bool,
    /// The index of the modules of this kernel (modules.dep) was read: a module that it does not name has no file.
    pub indexed: bool,
    /// Modules that dkms(8) built for this kernel, loaded or not.
    pub dkms: Vec<Text>,
    /// Programs that the kernel itself would start, as root.
    pub helpers: Vec<KernelHelper>,
}

/// A function of the kernel that calls something else first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookedFunction {
    /// The function.
    pub name: Text,
    /// The module that is called, where the kernel names one.
    pub module: Option<Text>,
    /// By a kprobe, not by ftrace itself.
    pub kprobe: bool,
}

/// A program that the kernel starts by itself, as root, and the setting that names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KernelHelper {
    /// The file that holds the setting: `/proc/sys/kernel/core_pattern`.
    pub setting: Text,
    /// Its value as written.
    pub value: Text,
    /// The program that it names.
    pub program: Text,
    /// Where that leads, symbolic links resolved; `None` when nothing is there.
    pub path: Option<Text>,
    /// A script that the program is handed, when it is a shell or an interpreter; resolved where it is there.
    pub script: Option<Text>,
    /// Of binfmt_misc: it runs with the rights of the file that it interprets (flag `C`).
    pub credentials: bool,
    /// Of binfmt_misc: the program was opened when it was registered (flag `F`), and need not be there any more.
    pub opened: bool,
}

/// A module by the ways that show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Module {
    /// Its name, `_` for `-`.
    pub name: Text,
    /// Letters of its taint: `O` out of tree, `E` unsigned, `F` forced, `P` proprietary.
    pub taint: Text,
    /// The file below /lib/modules that holds it, without links; `None` where there is none.
    pub file: Option<Text>,
    /// dkms(8) built it for this kernel.
    pub dkms: bool,
    /// `dkms.conf` beside the source that dkms built it from, without links.
    pub source: Option<Text>,
    /// Ways: `ProcModules`, `SysModule`, `Kallsyms`.
    pub seen: Seen,
}

/// A BPF program that is loaded, as some process holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BpfProgram {
    /// The kernel's number for it.
    pub id: u32,
    /// `prog_type` of bpf(2): 1 socket filter, 2 kprobe, 5 tracepoint, 26 tracing, 29 LSM.
    pub kind: u32,
    /// Its name.
    pub name: Text,
    /// Its tag, hexadecimal.
    pub tag: Text,
    /// User id of its loader.
    pub uid: u32,
    /// When it was loaded, seconds since 1970.
    pub loaded: i64,
    /// Processes that hold it, or a link of it.
    pub holders: Vec<crate::ProcessId>,
    /// No process holds it, and this file below /sys/fs/bpf may: which program a file keeps, the name does not tell.
    pub pin: Option<Text>,
}

/// A rule of netfilter, as the kernel tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FirewallRule {
    /// The network namespace's inode.
    pub net: u64,
    /// `inet`, `ip`, `ip6`, `arp`, `bridge`.
    pub family: Text,
    /// Table name.
    pub table: Text,
    /// Chain name.
    pub chain: Text,
    /// The rule's handle.
    pub handle: u64,
    /// What it matches and does, in words: `ip saddr 192.0.2.7 tcp dport 443 redirect to :31337`.
    pub text: Text,
    /// A source address that it matches, alone: not a network of many.
    pub single_source: Option<Text>,
    /// The port that it matches, alone.
    pub port: Option<u16>,
    /// The address that it sends connections to; `None` for this machine.
    pub to: Option<Text>,
    /// The port that it sends connections to.
    pub redirect: Option<u16>,
    /// It lets packets through.
    pub accepts: bool,
}
