//! Executable memory that no file stands behind.
//!
//! # What it sees
//! A process has memory that may be executed and belongs to no file: anonymous memory, shared memory or a memory file.
//!
//! # Why it matters
//! Code that was injected into a running program, or loaded without ever touching the disk, lies in just such memory.
//!
//! # Innocent causes
//! Compilers at run time: Java, Node.js, PHP, LuaJIT, .NET, regular expressions of PCRE, emulators. They are told by
//! the package that brought them, or by their libraries in a program that a package brought. Interfaces between
//! languages (libffi, Python's ctypes) need a few pages. Packed programs unpack themselves into such memory; theirs is
//! executable, but no longer writable.
//!
//! # What to do
//! Keep the memory before the process ends: `keeneye capture --with-files -o host.kee`, then a debugger on a copy.
//! `keeneye look pid PID` tells who started the program and whom it talks to.

use crate::runtime::{self, Maker};
use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Mapping, Ownership, Process, ProgramKind};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/anonymous-code",
    title: "executable memory that no file stands behind",
    level: Level::Suspicious,
    attack: &["T1055", "T1620"],
    absolute: false,
    source: include_str!("anonymous_code.rs"),
    run,
};

/// A compiler reserves room for its code at once, in bytes; what somebody injects is as small as it can be.
const COMPILER_ROOM: u64 = 256 << 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

/// Executable memory of a process that no file stands behind.
struct Code<'a> {
    regions: Vec<&'a Mapping>,
    bytes: u64,
    /// Some of it may be written as well.
    writable: bool,
    /// Some of it is a memory file that somebody named.
    named: bool,
}

impl<'a> Code<'a> {
    fn of(process: &'a Process) -> Self {
        let own = |m: &&Mapping| m.execute && (m.is_anonymous_code() || runtime::is_memory_file(m));
        // Old programs get an executable stack from the kernel; nothing was put there.
        let regions: Vec<_> = process.mappings.iter().filter(own).filter(|m| m.path != "[stack]").collect();
        Self {
            bytes: regions.iter().map(|m| m.end.saturating_sub(m.start)).sum(),
            writable: regions.iter().any(|m| m.write),
            named: regions.iter().any(|m| m.path.starts_with(b"/memfd:")),
            regions,
        }
    }
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let code = Code::of(process);
    // What is executed from memory altogether is another matter: `process/exe-in-memory`.
    if code.regions.is_empty() || process.exe.as_ref().is_none_or(keeneye_facts::Executable::in_memory) {
        return None;
    }
    let standing = Standing::of(scene, process);
    let (level, why) = weigh(scene, process, &standing, &code)?;
    let subject = subject::process(process);
    let kind = if code.writable { "writable and executable" } else { "executable" };
    let summary = format!("{} has {kind} memory that no file stands behind: {why}", subject.name.lossy());
    let mut finding =
        DETECTOR.finding(level, subject, summary).evidence("executable memory", format!("{} bytes", code.bytes));
    for region in code.regions.iter().take(5) {
        let mode = |set: bool, letter: char| if set { letter } else { '-' };
        let mode: String = [mode(region.read, 'r'), mode(region.write, 'w'), 'x'].iter().collect();
        let place = format!("{:x}-{:x} {mode} ", region.start, region.end);
        finding = finding.evidence("region", [place.as_bytes(), region.path.as_slice()].concat());
    }
    let finding = finding
        .innocent(
            "a compiler at run time",
            !code.writable || code.bytes < COMPILER_ROOM,
            "none that a package brought is mapped",
        )
        .innocent("an interface between languages", level >= Level::Suspicious, "told by what else is mapped")
        .innocent("a packed program", code.writable, "what such a program unpacks is not writable afterwards")
        .next("keeneye capture --with-files -o host.kee");
    Some(portrait::add(finding, scene, process))
}

fn weigh(
    scene: &Scene<'_>,
    process: &Process,
    standing: &Standing<'_>,
    code: &Code<'_>,
) -> Option<(Level, &'static str)> {
    let program = standing::program_path(process);
    let accounts = &scene.world.accounts;
    let odd = !standing.contained && is_odd(scene, process);
    match runtime::maker(scene, process, standing.contained, odd) {
        Maker::Trusted => return None,
        Maker::Claimed if code.bytes >= COMPILER_ROOM && !odd => {
            return Some((Level::Note, "a compiler at run time that no package brought"));
        }
        Maker::Claimed | Maker::No => (),
    }
    let of_patterns = |m: &&Mapping| !m.path.starts_with(b"/memfd:") || m.path == runtime::PATTERN_MEMORY;
    if !odd && code.regions.iter().all(of_patterns) {
        match runtime::patterns(scene, process, standing.contained, code.bytes) {
            Maker::Trusted => return None,
            Maker::Claimed => {
                return Some((Level::Unusual, "regular expressions of a program that no package brought"));
            }
            Maker::No => (),
        }
    }
    if runtime::has_closures(scene, process, code.bytes) && !code.named {
        return closures(scene, process, standing, odd);
    }
    if odd {
        return Some((Level::Suspicious, "a program in an odd place"));
    }
    if standing.contained || *standing.exe == Ownership::Unknown {
        return Some((Level::Unusual, "whose program it is cannot be told"));
    }
    if standing.exe.is_unowned() {
        let own = place::is_admin(program, accounts) || place::is_tool_dot_dir(program, accounts);
        let packed = own && !code.writable && !code.named;
        return Some((
            if packed { Level::Unusual } else { Level::Suspicious },
            if packed {
                "a program that no package brought, perhaps packed"
            } else {
                "a program that no package brought"
            },
        ));
    }
    // The package's own program: large and not named may be a compiler that is not known here.
    // Code that somebody gave to an interpreter by hand brings what it likes.
    let given = is_given(process) && !standing.attended;
    let perhaps = code.bytes >= COMPILER_ROOM && !code.named && !given;
    Some(if perhaps { (Level::Unusual, "it is no known compiler") } else { (Level::Suspicious, "it compiles nothing") })
}

/// The program or its script lies where everybody may write, or hides.
fn is_odd(scene: &Scene<'_>, process: &Process) -> bool {
    [Some(process.exe_path()), standing::script_path(process)].into_iter().flatten().any(|path| {
        let hidden = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &scene.world.accounts);
        (place::is_volatile(path) || hidden) && place::own_image(path, &scene.world.mounts).is_none()
    })
}

/// A few pages beside an interface between languages: ordinary for a program that lies where programs lie. Code from a
/// command line or a pipe that nobody waits for, or from an odd place, uses that interface for what it likes.
fn closures(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>, odd: bool) -> Option<(Level, &'static str)> {
    let inline = is_given(process);
    let script = standing::script_path(process);
    match () {
        () if standing.contained => None,
        () if odd => Some((Level::Suspicious, "a program in an odd place")),
        () if inline && !standing.attended => Some((Level::Suspicious, "its code came from a command line or a pipe")),
        () if inline => Some((Level::Unusual, "its code came from a command line or a pipe")),
        () if script.is_some_and(|script| scene.world.owner(script).is_unowned()) && !standing.attended => {
            Some((Level::Note, "a script with an interface to native code"))
        }
        () => None,
    }
}

/// An interpreter whose code came from a command line or a pipe.
fn is_given(process: &Process) -> bool {
    let kind = process.program.as_ref().map(|program| program.kind);
    process.exe.is_some() && matches!(kind, Some(ProgramKind::Inline | ProgramKind::Interactive))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/anonymous-code";

    #[test]
    fn a_helper_in_a_volatile_place() {
        check(
            NAME,
            "process 41 exe=/tmp/x/helper\nmap 41 rwxp",
            &["suspicious: helper (pid 41) has writable and executable memory that no file stands behind: \
               a program in an odd place"],
        );
        check(NAME, "process 41 exe=/tmp/x/helper\nmap 41 r-xp /usr/lib/libc.so.6\nmap 41 r-xp [vdso]", &[]);
    }
    #[test]
    fn much_of_it_by_code_of_a_command_line() {
        let said = |cmdline: &str| {
            let host = format!(
                "package perl 1 owns /usr/bin/perl,/usr/bin/x.pl\nprocess 41 uid=33 exe=/usr/bin/perl cmdline=\"{cmdline}\"\n\
                 /usr/bin/x.pl = x\nmap 41 \"7f0000000000-7f0000100000 rwxp 00000000 00:00 0\""
            );
            crate::testing::findings(NAME, &host, &[]).concat()
        };
        assert!(said("perl -e x").starts_with("suspicious: "), "{}", said("perl -e x"));
        assert!(said("perl /usr/bin/x.pl").starts_with("unusual: "), "{}", said("perl /usr/bin/x.pl"));
    }
    #[test]
    fn a_daemon_that_compiles_nothing() {
        let host = "package openssh 1 owns /usr/sbin/sshd\nprocess 41 exe=/usr/sbin/sshd\nmap 41 rwxp";
        check(
            NAME,
            host,
            &["suspicious: sshd (pid 41) has writable and executable memory that no file stands behind: \
               it compiles nothing"],
        );
        let pcre = "/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0";
        check(NAME, &format!("package libpcre2 10 owns {pcre}\n{host}\nmap 41 r-xp {pcre}"), &[]);
    }
    #[test]
    fn a_library_that_compiles_excuses_only_the_programs_that_packages_brought() {
        let pcre = "/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0";
        let named = "map 41 r-xp /memfd:sljit (deleted)";
        let selinux = "map 41 r-xp /usr/lib/x86_64-linux-gnu/libselinux.so.1";
        let glib = "map 41 r-xp /usr/lib/x86_64-linux-gnu/libglib-2.0.so.0";
        let host = |exe: &str, maps: &str| {
            format!(
                "package base 1 owns {pcre},/usr/sbin/sshd,/usr/libexec/udisksd,/usr/sbin/httpd\n\
                 process 41 exe={exe}\nmap 41 rwxp\nmap 41 r-xp {pcre}\n{maps}"
            )
        };
        let found = |level: &str, exe: &str, why: &str| {
            format!("{level}: {exe} (pid 41) has writable and executable memory that no file stands behind: {why}")
        };
        let unowned = "a program that no package brought";
        let built = "regular expressions of a program that no package brought";
        for (exe, maps, expected) in [
            ("/tmp/helper", "", Some(("suspicious", "a program in an odd place"))),
            ("/tmp/helper", "map 41 r-xp /usr/lib/libLLVM-15.so.1", Some(("suspicious", "a program in an odd place"))),
            ("/opt/helper", "", Some(("suspicious", unowned))),
            ("/opt/helper", "map 41 r-xp /usr/lib/libffi.so.8", Some(("suspicious", unowned))),
            ("/usr/local/sbin/haproxy", "", Some(("unusual", built))),
            ("/usr/sbin/sshd", selinux, Some(("suspicious", "it compiles nothing"))),
            ("/usr/libexec/udisksd", &format!("{selinux}\n{glib}"), None),
            ("/usr/sbin/httpd", selinux, None),
            ("/usr/sbin/httpd", named, None),
            ("/usr/sbin/httpd", &named.replace("sljit", "x"), Some(("suspicious", "it compiles nothing"))),
        ] {
            let name = exe.rsplit('/').next().unwrap_or_default();
            let expected: Vec<String> = expected.iter().map(|(level, why)| found(level, name, why)).collect();
            check(NAME, &host(exe, maps), &expected.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    #[test]
    fn a_library_from_memory_in_a_daemon() {
        check(
            NAME,
            "package openssh 1 owns /usr/sbin/sshd\nprocess 41 exe=/usr/sbin/sshd\nmap 41 r-xp /memfd:x (deleted)",
            &["suspicious: sshd (pid 41) has executable memory that no file stands behind: it compiles nothing"],
        );
    }
    #[test]
    fn a_program_of_no_package() {
        let host = "package base 1\nprocess 41 exe=/opt/tool";
        check(
            NAME,
            &format!("{host}\nmap 41 rwxp"),
            &["suspicious: tool (pid 41) has writable and executable memory that no file stands behind: \
               a program that no package brought"],
        );
        check(
            NAME,
            &format!("{host}\nmap 41 r-xp"),
            &["unusual: tool (pid 41) has executable memory that no file stands behind: \
               a program that no package brought, perhaps packed"],
        );
    }
    #[test]
    fn compilers_are_quiet() {
        check(
            NAME,
            "package nodejs 18 owns /usr/bin/node\nprocess 41 exe=/usr/bin/node\nmap 41 rwxp\n\
             map 41 r-xp /memfd:code (deleted)",
            &[],
        );
        check(
            NAME,
            "package base 1\nprocess 41 uid=1000 tty=34816 login=1000 exe=/home/anna/.vscode-server/bin/1/node\n\
             map 41 \"7f0000000000-7f0000100000 rwxp 0 00:00 0 \"",
            &["note: node (pid 41) has writable and executable memory that no file stands behind: \
               a compiler at run time that no package brought"],
        );
    }
    #[test]
    fn callbacks_of_a_script_of_a_package_are_quiet_and_code_from_a_pipe_is_not() {
        let host = |cmdline: &str| {
            format!(
                "package python3 3 owns /usr/bin/python3,/usr/sbin/tool\n/usr/sbin/tool = #!/usr/bin/python3\n\
                 process 41 exe=/usr/bin/python3 cmdline=\"{cmdline}\"\nmap 41 rwxp\n\
                 map 41 r-xp /usr/lib/python3.11/lib-dynload/_ctypes.cpython-311-x86_64-linux-gnu.so"
            )
        };
        check(NAME, &host("python3 /usr/sbin/tool"), &[]);
        check(
            NAME,
            &host("python3 -c pass"),
            &["suspicious: python3 (pid 41) has writable and executable memory that no file stands behind: \
               its code came from a command line or a pipe"],
        );
    }
}
