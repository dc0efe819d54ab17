//! Programs that make machine code while they run, told by their own file and by what they have mapped.
//!
//! This is a list, where the rest of keeneye goes by structure, because nothing else tells such code from code that
//! somebody injected: both are executable memory without a file. A name alone excuses nothing: the file of that name
//! must be one that a package brought unchanged, or lie in a container, where packages of the host say nothing.

use crate::{Scene, place, shells};
use bstr::ByteSlice;
use keeneye_facts::{Mapping, Ownership, Process, Text};

/// Programs with a compiler inside, by the file's name without its version. What ends with `-` is a family: the name
/// goes on with a machine or a version.
const PROGRAMS: &[&str] = &[
    "node",
    "nodejs",
    "deno",
    "bun",
    "java",
    "dotnet",
    "mono",
    "mono-sgen",
    "php",
    "php-fpm",
    "php-cgi",
    "phpdbg",
    "luajit",
    "luajit-",
    "pypy",
    "pypy3-c",
    "ruby",
    "beam.smp",
    "julia",
    "sbcl",
    "guile",
    "racket",
    "racketcs",
    "qemu-",
    "wine",
    "wine-preloader",
    "wine64-preloader",
    "box64",
    "mongod",
    "mongos",
    "clickhouse",
    "clickhouse-server",
    "firefox",
    "firefox-esr",
    "firefox-bin",
    "chrome",
    "chromium",
    "chromium-browser",
    "WebKitWebProcess",
    "gjs",
    "gjs-console",
    "gdb",
    "memcheck-",
    "valgrind",
    "valgrind.bin",
    "suricata",
    "snort",
    "clamd",
    "clamscan",
    "freshclam",
    "polkitd",
    "couchjs",
    "tarantool",
];

/// Programs that compile regular expressions with PCRE themselves. Others that map libselinux have PCRE from there,
/// which only interprets them.
const PATTERN_USERS: &[&str] = &[
    "apache2", "httpd", "nginx", "haproxy", "lighttpd", "exim", "exim4", "mysqld", "mariadbd", "grep", "git", "rg",
    "nmap",
];

/// How much memory compiled regular expressions take at most, in bytes: PCRE takes pieces of 64 KiB (its
/// sljitExecAllocator.c), which the kernel shows as one where they lie side by side.
const MAX_PATTERNS: u64 = 1 << 20;

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

/// Whether a process is one that makes code. Any program can load a library: that excuses only one that a package
/// brought as well, and `odd` says whether it or its script lies in an odd place.
pub(crate) fn maker(scene: &Scene<'_>, process: &Process, contained: bool, odd: bool) -> Maker {
    let exe = process.exe_path();
    let brought = |path: &Text, owner: &Ownership| {
        contained || owner.is_owned_unchanged() || *owner == Ownership::Unknown && place::is_packaged(path)
    };
    let program = is_one_of(exe, PROGRAMS);
    let own = brought(exe, scene.world.exe_owner(process));
    let library = |m: &&Mapping| m.execute && starts_with_any(&m.path, LIBRARIES);
    let mut libraries = process.mappings.iter().filter(library).map(|m| &m.path).peekable();
    if own && program {
        return Maker::Trusted;
    }
    let named = program || libraries.peek().is_some();
    if own && !odd && libraries.any(|path| brought(path, scene.world.owner(path))) {
        return Maker::Trusted;
    }
    let places = !place::is_volatile(exe) && place::hidden_component(exe).is_none()
        || place::is_tool_dot_dir(exe, &scene.world.accounts);
    if named && places { Maker::Claimed } else { Maker::No }
}

/// Whether a process has PCRE, and no more code than that makes. Trusted is a program that a package brought, and no
/// interpreter, which could load PCRE by a line of its script. libselinux brings PCRE into much that never compiles an
/// expression, such as process 1 and sshd: where it is mapped, the program must be known to use PCRE by itself or
/// through GLib. Claimed is one that is known to, which an admin built.
pub(crate) fn patterns(scene: &Scene<'_>, process: &Process, contained: bool, bytes: u64) -> Maker {
    let maps = |name: &str| {
        let named = |m: &&Mapping| m.execute && m.path.file_name().starts_with(name.as_bytes());
        process.mappings.iter().find(named).map(|m| &m.path)
    };
    let brought = |path: &Text, owner: &Ownership| {
        contained || owner.is_owned_unchanged() || *owner == Ownership::Unknown && place::is_packaged(path)
    };
    let exe = process.exe_path();
    let library = maps("libpcre").is_some_and(|path| brought(path, scene.world.owner(path)));
    if !library || bytes > MAX_PATTERNS || shells::takes_code(exe) {
        return Maker::No;
    }
    let known = is_one_of(exe, PATTERN_USERS);
    let owner = scene.world.exe_owner(process);
    match brought(exe, owner) {
        true if known || maps("libselinux.").is_none() || maps("libglib-2.").is_some() => Maker::Trusted,
        false if known && owner.is_unowned() && place::is_admin(exe, &scene.world.accounts) => Maker::Claimed,
        _ => Maker::No,
    }
}

/// The name that PCRE gives its memory where systems forbid memory that is writable and executable
/// (sljitProtExecAllocator.c).
pub(crate) const PATTERN_MEMORY: &str = "/memfd:sljit";

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
/// closures need. A program that no package brought may load one as well; of an interpreter its script tells.
pub(crate) fn has_closures(scene: &Scene<'_>, process: &Process, bytes: u64) -> bool {
    let fits = |m: &Mapping| starts_with_any(&m.path, CLOSURES) && !place::is_volatile(&m.path);
    let whole = |m: &Mapping| !scene.world.owner(&m.path).is_changed();
    let owner = scene.world.exe_owner(process);
    let own = !owner.is_unowned() && !owner.is_changed() || shells::takes_code(process.exe_path());
    own && bytes <= MAX_CLOSURES && process.mappings.iter().any(|m| m.execute && fits(m) && whole(m))
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

/// The file's name is one of these, with or without a version behind it: `php8.2`, `guile-3.0`.
fn is_one_of(path: &Text, names: &[&str]) -> bool {
    let file = path.file_name().as_bytes();
    let version = |rest: &[u8]| rest.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    names.iter().any(|name| file.strip_prefix(name.as_bytes()).is_some_and(|rest| name.ends_with('-') || version(rest)))
}

fn starts_with_any(path: &Text, names: &[&str]) -> bool {
    let file = path.file_name();
    names.iter().any(|name| file.as_bytes().starts_with(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_its_version_and_no_other_that_begins_so() {
        for name in ["node", "nodejs", "php8.2", "php-fpm8.2", "guile-3.0", "qemu-system-x86_64", "beam.smp"] {
            assert!(is_one_of(&Text::from("/usr/bin").join(name), PROGRAMS), "{name}");
        }
        for name in ["bunzip2", "erlx", "node_exporter", "javac.x", "phpx", "rubyist", "gdbus", "monodoc"] {
            assert!(!is_one_of(&Text::from("/usr/bin").join(name), PROGRAMS), "{name}");
        }
    }
}
