//! Programs that make machine code while they run, told by their own file and by what they have mapped.
//!
//! This is a list, where the rest of keeneye goes by structure, because nothing else tells such code from code that
//! somebody injected: both are executable memory without a file. A name alone excuses nothing: the file of that name
//! must be one that a package brought unchanged, or lie in a container, where packages of the host say nothing.

use crate::{Scene, place};
use bstr::ByteSlice;
use keeneye_facts::{Mapping, Ownership, Process, Text};

/// Programs with a compiler inside, by the beginning of the file's name.
const PROGRAMS: &[&str] = &[
    "node",
    "deno",
    "bun",
    "java",
    "dotnet",
    "mono",
    "php",
    "luajit",
    "pypy",
    "ruby",
    "beam",
    "erl",
    "julia",
    "sbcl",
    "guile",
    "racket",
    "qemu-",
    "wine",
    "box64",
    "mongod",
    "mongos",
    "clickhouse",
    "firefox",
    "chrom",
    "webkit",
    "gjs",
    "gdb",
    "memcheck-",
    "valgrind",
    "suricata",
    "snort",
    "clamd",
    "clamscan",
    "freshclam",
    "polkitd",
    "couchjs",
    "tarantool",
];

/// Libraries with a compiler inside, by the beginning of the file's name.
const LIBRARIES: &[&str] = &[
    "libjvm.",
    "libnode.",
    "libv8",
    "opcache.",
    "libluajit",
    "libpypy",
    "libmono",
    "libcoreclr.",
    "libclrjit.",
    "libruby",
    "llvmjit.",
    "libllvm",
    "libLLVM",
    "libmozjs",
    "libjavascriptcoregtk",
    "libwebkit",
    "libxul.",
    "libguile",
    "libjulia",
    "libgccjit",
    "libtcc",
    "libpcre",
    "liborc-",
    "libhs.",
    "libclamav",
    "libgallium",
    "swrast_dri",
    "libduktape",
    "libwasm",
    "libtorch",
    "libmkl",
    "libdnnl",
    "librte_",
];

/// Runtimes that unpack native libraries into temporary files.
const MANAGED: &[&str] = &["libjvm.", "libcoreclr.", "libhostpolicy."];

/// A foreign function interface gives a program's functions an address by writing a few instructions each.
/// Older libffi and Python's own `_ctypes` take pages for that which may be written and executed.
const CLOSURES: &[&str] = &["libffi.", "_ctypes.", "_cffi_backend.", "libffi-"];

/// How much memory closures take at most, in bytes; a callback needs about 50.
const MAX_CLOSURES: u64 = 1 << 20;

/// Whether a process is one that makes code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    /// Its file is a package's own, or lies in a container.
    Trusted,
    /// Named like one, and an admin or a person put it there.
    Claimed,
    /// Nothing says so.
    No,
}

/// Whether a process is one that makes code.
pub(crate) fn maker(scene: &Scene<'_>, process: &Process, contained: bool) -> Maker {
    let exe = process.exe_path();
    let program = starts_with_any(exe, PROGRAMS).then(|| (exe, scene.world.exe_owner(process)));
    let libraries = process.mappings.iter().filter(|m| m.execute && starts_with_any(&m.path, LIBRARIES));
    let libraries = libraries.map(|m| (&m.path, scene.world.owner(&m.path)));
    let mut claimed = false;
    for (path, owner) in program.into_iter().chain(libraries) {
        if contained || owner.is_owned_unchanged() || *owner == Ownership::Unknown && place::is_packaged(path) {
            return Maker::Trusted;
        }
        claimed |= !place::is_volatile(path) && place::hidden_component(path).is_none()
            || place::is_tool_dot_dir(path, &scene.world.accounts);
    }
    if claimed { Maker::Claimed } else { Maker::No }
}

/// Java or .NET, from a package or from an admin's place.
pub(crate) fn has_managed_runtime(scene: &Scene<'_>, process: &Process) -> bool {
    let fits = |m: &&Mapping| m.execute && starts_with_any(&m.path, MANAGED) && !place::is_volatile(&m.path);
    process.mappings.iter().filter(fits).any(|m| {
        let changed = scene.world.owner(&m.path).is_changed();
        !changed
            && place::hidden_component(&m.path).is_none_or(|_| place::is_tool_dot_dir(&m.path, &scene.world.accounts))
    })
}

/// Has a foreign function interface that lies where a package or a person's Python put it, and no more such memory than
/// closures need.
pub(crate) fn has_closures(scene: &Scene<'_>, process: &Process, bytes: u64) -> bool {
    let fits = |m: &Mapping| starts_with_any(&m.path, CLOSURES) && !place::is_volatile(&m.path);
    let whole = |m: &Mapping| !scene.world.owner(&m.path).is_changed();
    bytes <= MAX_CLOSURES && process.mappings.iter().any(|m| m.execute && fits(m) && whole(m))
}

/// Where it may not have memory that is writable and executable, libffi maps one file twice, once to write and once to
/// execute, and deletes it.
pub(crate) fn is_closure_file(process: &Process, mapping: &Mapping) -> bool {
    let twice = |m: &Mapping| m.inode == mapping.inode && m.device == mapping.device && m.write && m.deleted;
    let interface =
        |m: &Mapping| m.execute && !m.deleted && starts_with_any(&m.path, CLOSURES) && place::is_packaged(&m.path);
    mapping.path.file_name().starts_with(b"ffi")
        && process.mappings.iter().any(twice)
        && process.mappings.iter().any(interface)
}

/// Memory that the kernel shows as a file which never had a name: `memfd_create`, System V shared memory, and shared
/// anonymous memory.
pub(crate) fn is_memory_file(mapping: &Mapping) -> bool {
    let path = mapping.path.as_slice();
    path.starts_with(b"/memfd:") || path.starts_with(b"/SYSV") || (path == b"/dev/zero" && mapping.deleted)
}

fn starts_with_any(path: &Text, names: &[&str]) -> bool {
    let file = path.file_name();
    names.iter().any(|name| file.as_bytes().starts_with(name.as_bytes()))
}
