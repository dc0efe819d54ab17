//! Detectors that look at the kernel: what was loaded into it, what hooks into it, and what it was told to run.

pub mod bpf_program;
pub mod function_hooked;
pub mod helper_odd;
pub mod module_hidden;
pub mod module_unowned;
pub mod tainted;

use keeneye_facts::{Module, Subject, Text};
use keeneye_world::World;

/// The pid namespace that the machine starts with: PROC_PID_INIT_INO of include/linux/proc_ns.h. All others get numbers
/// below.
const FIRST_PID_NAMESPACE: u64 = 0xEFFF_FFFC;

/// Keeneye runs on the machine itself and not in a container of it: it sees the machine's processes and files, and what
/// it says of the kernel, which all share, can be held against them.
fn sees_the_machine(world: &World) -> bool {
    let own = world.host.own_namespaces;
    let init = world.process(1).and_then(|init| init.namespaces.mnt);
    let same_files = init.is_none() || own.mnt.is_none() || init == own.mnt;
    own.pid.is_none_or(|pid| pid == FIRST_PID_NAMESPACE) && same_files
}

/// A kernel module.
fn module(module: &Module) -> Subject {
    Subject { kind: "module".into(), name: module.name.clone(), path: module.file.clone(), ..Subject::default() }
}

/// What letters of a taint mean (admin-guide/tainted-kernels of the kernel's documentation), those that matter here.
fn taint_words(taint: &Text) -> String {
    const WORDS: [(u8, &str); 4] = [
        (b'F', "loaded by force"),
        (b'O', "built out of the kernel's tree"),
        (b'E', "not signed"),
        (b'P', "proprietary"),
    ];
    let words: Vec<&str> = WORDS.iter().filter(|(letter, _)| taint.contains(letter)).map(|(_, word)| *word).collect();
    words.join(", ")
}
