//! What a person would call "the program": the script where the executable is an interpreter.

use crate::languages::{self, Language, Runs, SHELL};
use crate::place;
use bstr::ByteSlice;
use keeneye_facts::{FdTarget, Process, Program, ProgramKind, Text};

/// The program of a process whose executable, arguments, directory and descriptors are known.
///
/// Which interpreter it is says the executable and not the first argument, which anyone may choose; only busybox,
/// which is many programs in one, takes its name from there. The script's path is what the arguments say.
pub(super) fn of(process: &Process) -> Option<Program> {
    let exe = process.exe.as_ref()?;
    let mut arguments: Vec<&[u8]> = process.cmdline.iter().map(Text::as_slice).collect();
    // What a title left of the room of longer arguments.
    while arguments.len() > 1 && arguments.last().is_some_and(|argument| argument.is_empty()) {
        arguments.pop();
    }
    let (language, arguments) = if exe.path.file_name().starts_with(b"busybox") {
        applet(&arguments)
    } else {
        (languages::named(exe.path.file_name()), arguments.get(1..).unwrap_or_default())
    };
    let interpreter = |kind| Some(Program { path: exe.path.clone(), kind });
    // A process that wiped or rewrote its arguments does not tell what it runs.
    let (Some(language), false) = (language, process.cmdline.is_empty()) else {
        return interpreter(ProgramKind::Executable);
    };
    // Which module or script wrote the title is not told any more. Shells write none.
    if !std::ptr::eq(language, &raw const SHELL) && is_titled(process) {
        return interpreter(ProgramKind::Module);
    }
    match language.read(arguments) {
        Runs::Script(path) => script(process, path).or_else(|| interpreter(ProgramKind::Interactive)),
        Runs::Inline => interpreter(ProgramKind::Inline),
        Runs::Module => interpreter(ProgramKind::Module),
        Runs::Interactive => interpreter(ProgramKind::Interactive),
    }
}

/// A daemon wrote a title over its arguments, as `puma 6.4 (tcp://...)` and `gunicorn: master [app]` do: one argument
/// that does not name the interpreter and reads like a sentence, and nobody talks to it on its standard input. Names
/// that kernel threads and files have are no titles.
fn is_titled(process: &Process) -> bool {
    let mut arguments = process.cmdline.iter().filter(|argument| !argument.is_empty());
    let (Some(title), None) = (arguments.next(), arguments.next()) else { return false };
    let word = title.split(|b| *b == b' ').next().unwrap_or_default();
    let name = word.rsplit_str("/").next().unwrap_or_default();
    let input = process.fds.iter().find(|fd| fd.number == 0).map(|fd| &fd.target);
    let talks = match input {
        Some(FdTarget::Socket(_)) => true,
        Some(FdTarget::File { path, .. }) => path.starts_with(b"/dev/pts/") || path.starts_with(b"/dev/tty"),
        _ => false,
    };
    let sentence = title.iter().any(|b| b" :(".contains(b)) && !title.starts_with(b"/") && !title.starts_with(b"[");
    sentence && !talks && languages::named(name).is_none()
}

/// `sh` of `busybox sh x`, or of a link named `sh`: the applet's language and its arguments.
fn applet<'a, 'b>(arguments: &'b [&'a [u8]]) -> (Option<&'static Language>, &'b [&'a [u8]]) {
    let Some((first, rest)) = arguments.split_first() else { return (None, &[]) };
    let name = first.rsplit_str("/").next().unwrap_or_default();
    let name = name.strip_prefix(b"-").unwrap_or(name);
    match rest.split_first() {
        Some((applet, rest)) if name.starts_with(b"busybox") => (applet_language(applet), rest),
        _ => (applet_language(name), rest),
    }
}

fn applet_language(name: &[u8]) -> Option<&'static Language> {
    if name == b"hush" { Some(&SHELL) } else { languages::named(name) }
}

/// The script at that path, relative to the current directory. `None` when the path is a descriptor that holds no
/// file: then the code comes through a pipe, a socket or a terminal.
fn script(process: &Process, path: &[u8]) -> Option<Program> {
    if let Some(number) = descriptor(path) {
        let open = |number: u32| process.fds.iter().find(|fd| fd.number == number);
        // bash moves the script out of the way and closes the number that it was given.
        let path = match open(number).or_else(|| open(255)).map(|fd| &fd.target) {
            Some(FdTarget::File { path, .. }) if !path.starts_with(b"/dev/") => path.clone(),
            Some(FdTarget::Memory(name)) => Text::from([b"/memfd:", name.as_slice()].concat()),
            _ => return None,
        };
        return Some(Program { path, kind: ProgramKind::Script });
    }
    let mut rest = path;
    while let Some(behind) = rest.strip_prefix(b"./") {
        rest = behind.trim_start_with(|c| c == '/');
    }
    let path = match &process.cwd {
        Some(cwd) if !path.starts_with(b"/") => cwd.join(rest),
        _ => Text::from(path),
    };
    // `sh dir/.ci/../x.sh` runs nothing in `.ci`.
    let climbs = path.starts_with(b"/") && path.split(|b| *b == b'/').any(|part| part == b"..");
    let path = if climbs { place::led_to(&path, &path) } else { path };
    Some(Program { path, kind: ProgramKind::Script })
}

/// The number in `/dev/fd/63`, `/proc/self/fd/3`; 0 for `/dev/stdin`.
fn descriptor(path: &[u8]) -> Option<u32> {
    if path == b"/dev/stdin" {
        return Some(0);
    }
    let number = path.strip_prefix(b"/dev/fd/").or_else(|| path.strip_prefix(b"/proc/self/fd/"))?;
    number.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;
    use keeneye_facts::{Executable, Fd};

    fn process(exe: &str, cmdline: &[u8]) -> Process {
        let executable = Executable { path: exe.into(), ..Executable::default() };
        let fds = vec![
            Fd { number: 0, target: FdTarget::File { path: "/dev/pts/3".into(), deleted: false } },
            Fd { number: 3, target: FdTarget::Memory("x".into()) },
            Fd { number: 63, target: FdTarget::Pipe(77) },
            Fd { number: 255, target: FdTarget::File { path: "/opt/real.sh".into(), deleted: false } },
        ];
        let cmdline = cmdline.split_str(" ").map(Text::from).collect();
        Process { exe: Some(executable), cmdline, cwd: Some("/home/anna".into()), fds, ..Process::default() }
    }
    #[track_caller]
    fn check(exe: &str, cmdline: &str, expected: &str) {
        let program = of(&process(exe, cmdline.as_bytes())).unwrap();
        let kind = format!("{:?}", program.kind);
        let found = if program.path == exe { kind } else { format!("{kind} {}", program.path.lossy()) };
        assert_eq!(found, expected, "{exe} {cmdline}");
    }

    #[test]
    fn shells() {
        check("/usr/bin/bash", "bash /opt/x.sh a b", "Script /opt/x.sh");
        check("/usr/bin/bash", "anything ./x.sh", "Script /home/anna/x.sh");
        check("/usr/bin/dash", "sh -eu -- x.sh", "Script /home/anna/x.sh");
        check("/usr/bin/dash", "sh /srv/a/.ci/../x.sh", "Script /srv/a/x.sh");
        check("/usr/bin/dash", "sh ../.x/y.sh", "Script /home/.x/y.sh");
        check("/usr/bin/bash", "bash -euo pipefail /opt/x.sh", "Script /opt/x.sh");
        check("/usr/bin/bash", "bash -O extglob +o posix --rcfile /r --norc /opt/x.sh", "Script /opt/x.sh");
        check("/usr/bin/bash", "bash -lc echo /opt/x.sh", "Inline");
        check("/usr/bin/bash", "bash -o errexit -c echo", "Inline");
        check("/usr/bin/bash", "-bash", "Interactive");
        check("/usr/bin/bash", "bash -i", "Interactive");
        check("/usr/bin/bash", "bash -s -- a b", "Interactive");
        check("/usr/bin/bash", "bash -", "Interactive");
        check("/usr/bin/ksh93", "ksh /x", "Script /x");
        check("/usr/bin/bash", "bash /dev/fd/63", "Interactive");
        check("/usr/bin/bash", "bash /dev/stdin", "Interactive");
        check("/usr/bin/bash", "bash /dev/fd/255", "Script /opt/real.sh");
        check("/usr/bin/bash", "bash /dev/fd/7", "Script /opt/real.sh");
        check("/usr/bin/bash", "bash /proc/self/fd/3", "Script /memfd:x");
    }
    #[test]
    fn busybox_is_what_it_is_called() {
        check("/bin/busybox", "sh -c x", "Inline");
        check("/bin/busybox", "-ash", "Interactive");
        check("/bin/busybox", "/bin/busybox sh /x", "Script /x");
        check("/bin/busybox", "busybox httpd -f", "Executable");
        check("/bin/busybox", "httpd -f", "Executable");
    }
    #[test]
    fn python() {
        check("/usr/bin/python3.11", "python3 -u -W ignore -X dev -OO /opt/x.py", "Script /opt/x.py");
        check("/usr/bin/python3.11", "python3 -Wignore x.py", "Script /home/anna/x.py");
        check("/usr/bin/python3", "python3 -um http.server", "Module");
        check("/usr/bin/python3", "python3 -mhttp.server", "Module");
        check("/usr/bin/python3", "python3 -Ic import", "Inline");
        check("/usr/bin/python3", "python3 -", "Interactive");
        check("/usr/bin/python3", "python3", "Interactive");
        check("/usr/bin/python3", "python3 -- -x.py", "Script /home/anna/-x.py");
        check("/usr/bin/pythonista", "pythonista x.py", "Executable");
    }
    #[test]
    fn perl_ruby_php() {
        check("/usr/bin/perl", "perl -w -I /lib -MSocket /opt/x.pl", "Script /opt/x.pl");
        check("/usr/bin/perl", "perl -MIO -e x", "Inline");
        check("/usr/bin/perl", "perl -lane print", "Inline");
        check("/usr/bin/perl", "perl -i.bak -pe s", "Inline");
        check("/usr/bin/perl5.36-x86_64-linux-gnu", "perl -T x", "Script /home/anna/x");
        check("/usr/bin/ruby3.1", "ruby -rsocket -e x", "Inline");
        check("/usr/bin/ruby3.1", "ruby -r socket -W0 /x.rb", "Script /x.rb");
        check("/usr/bin/php8.2", "php -d a=b -f /x.php", "Script /x.php");
        check("/usr/bin/php8.2", "php -r code", "Inline");
        check("/usr/bin/php8.2", "php -n artisan queue:work", "Script /home/anna/artisan");
        check("/usr/bin/php8.2", "php -a", "Interactive");
        check("/usr/sbin/php-fpm8.2", "php-fpm: pool www", "Executable");
    }
    #[test]
    fn node_lua_tcl_awk_java() {
        check("/usr/bin/node", "node --max-old-space-size=9 -r dotenv /srv/x.js", "Script /srv/x.js");
        check("/usr/bin/node", "node --eval x", "Inline");
        check("/usr/bin/node", "node --eval=x", "Inline");
        check("/usr/bin/nodejs", "node -pe x", "Inline");
        check("/usr/bin/lua5.4", "lua -l socket /x.lua", "Script /x.lua");
        check("/usr/bin/tclsh8.6", "tclsh -encoding utf-8 /x.tcl", "Script /x.tcl");
        check("/usr/bin/expect", "expect -f /x.exp", "Script /x.exp");
        check("/usr/bin/mawk", "awk -F : -v a=b {print} /etc/passwd", "Inline");
        check("/usr/bin/gawk", "gawk -f /x.awk /etc/passwd", "Script /x.awk");
        check("/usr/lib/jvm/bin/java", "java -jar x.jar", "Executable");
    }
    #[test]
    fn a_title_is_no_code_from_the_standard_input() {
        let kind = |exe: &str, title: &str, input: FdTarget| {
            let mut process = process(exe, b"");
            process.cmdline = vec![title.into(), Text::new()];
            process.fds = vec![Fd { number: 0, target: input }];
            of(&process).unwrap().kind
        };
        let null = || FdTarget::File { path: "/dev/null".into(), deleted: false };
        let perl = "/usr/bin/perl";
        assert_eq!(kind("/usr/bin/ruby3.1", "puma 6.4.2 (tcp://0.0.0.0:3000)", null()), ProgramKind::Module);
        assert_eq!(kind(perl, "amavisd (master)", null()), ProgramKind::Module);
        assert_eq!(kind("/usr/bin/python3.11", "gunicorn: master [app]", null()), ProgramKind::Module);
        for title in ["perl", "perl -e x", "amavisd", "[kworker/0:1]", "/usr/sbin/apache2 -k start"] {
            assert_eq!(kind(perl, title, null()), ProgramKind::Interactive, "{title}");
        }
        assert_eq!(kind(perl, "spamd child", FdTarget::Socket(7)), ProgramKind::Interactive);
        assert_eq!(kind("/usr/bin/bash", "spamd child", null()), ProgramKind::Interactive);
    }
    #[test]
    fn wiped_arguments_tell_nothing() {
        let mut process = process("/usr/bin/bash", b"");
        process.cmdline.clear();
        assert_eq!(of(&process).unwrap().kind, ProgramKind::Executable);
    }
    #[test]
    fn mutated_arguments_never_panic() {
        let seeds: [&[u8]; 3] = [b"bash -euo pipefail /opt/x.sh", b"python3 -W x -m a", b"perl -I/x -- ./a.pl"];
        let exes = ["/usr/bin/bash", "/usr/bin/python3", "/usr/bin/perl", "/usr/bin/node", "/bin/busybox"];
        mutate::check(&seeds, |bytes| exes.iter().all(|exe| of(&process(exe, bytes)).is_some()));
    }
}
