//! Programs that were told to start a shell for whoever connects: `nc -l -e /bin/sh`,
//! `socat TCP-LISTEN:1,fork EXEC:sh`.

use crate::shells;
use bstr::ByteSlice;
use keeneye_facts::{Process, ProgramKind, Text};
use keeneye_world::shell_line;

/// Long options of ncat(1) that take a command.
const COMMAND_OPTIONS: [&[u8]; 2] = [b"--exec", b"--sh-exec"];
/// Addresses of socat(1) that start a command.
const COMMAND_ADDRESSES: [&[u8]; 3] = [b"exec", b"system", b"shell"];

/// The command that the arguments of a program that listens hand to whoever connects, when it is a shell or an
/// interpreter that waits for what it is told. One that was given its code serves something.
pub(super) fn shell(process: &Process) -> Option<Text> {
    let plain = process.program.as_ref().is_some_and(|program| program.kind == ProgramKind::Executable);
    let words = process.cmdline.get(1..).filter(|_| plain)?;
    let applet = shells::is_multicall(process.exe_path());
    let telnet = process.cmdline.iter().take(2).any(|word| shells::command_name(word).ends_with(b"telnetd"));
    let letters: &[u8] = if telnet { b"l" } else { b"ec" };
    (0..words.len()).flat_map(|at| commands(words, at, letters, applet)).find(waits)
}

/// What the argument at this place names as a command to start.
fn commands(words: &[Text], at: usize, letters: &[u8], applet: bool) -> Vec<Text> {
    let (Some(word), behind) = (words.get(at), words.get(at + 1..).unwrap_or_default()) else { return Vec::new() };
    // The netcat of a multicall program takes all that follows for the command.
    let next = || if applet { Some(Text::from(bstr::join(" ", behind))) } else { behind.first().cloned() };
    if let Some((_, value)) = word.split_once_str("=").filter(|(name, _)| COMMAND_OPTIONS.contains(name)) {
        return vec![Text::from(value)];
    }
    if COMMAND_OPTIONS.contains(&word.as_slice()) {
        return next().into_iter().collect();
    }
    if let Some(option) = word.strip_prefix(b"-").filter(|option| !option.starts_with(b"-")) {
        let takes = option.last().is_some_and(|letter| letters.contains(letter));
        let glued = option.split_once_str("/").filter(|(before, _)| before.last().is_some_and(|b| letters.contains(b)));
        let glued = glued.map(|(_, path)| Text::from([b"/", path].concat()));
        return takes.then(next).flatten().into_iter().chain(glued).collect();
    }
    address(word).into_iter().collect()
}

/// `/bin/sh` of `EXEC:/bin/sh,pty,stderr`; one address may stand for both directions: `A!!B`.
fn address(word: &[u8]) -> Option<Text> {
    word.split_str("!!").find_map(|part| {
        let (kind, rest) = part.split_once_str(":")?;
        let names = COMMAND_ADDRESSES.iter().any(|name| kind.eq_ignore_ascii_case(name));
        let command = rest.split(|b| *b == b',').next().unwrap_or(rest);
        names.then(|| Text::from(command.trim_with(|c| matches!(c, '"' | '\''))))
    })
}

/// A shell or an interpreter in it takes its code from its input.
fn waits(command: &Text) -> bool {
    let first = command.split(|b| *b == b' ').next().unwrap_or_default();
    let behind = command.get(first.len()..).unwrap_or_default().trim_start_with(|c| c == ' ');
    let line = if shells::is_multicall(&Text::from(first)) { behind } else { command.as_slice() };
    shell_line::commands(line).iter().any(shell_line::ShellCommand::reads_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::{Executable, Program};

    fn offers(line: &str) -> bool {
        let words: Vec<Text> = line.split('|').map(Text::from).collect();
        let path = Text::from("/usr/bin").join(words[0].as_slice());
        let process = Process {
            exe: Some(Executable { path: path.clone(), ..Executable::default() }),
            program: Some(Program { path, kind: ProgramKind::Executable }),
            cmdline: words,
            ..Process::default()
        };
        shell(&process).is_some()
    }

    #[test]
    fn shells_that_wait() {
        for line in [
            "nc|-l|-p|4444|-e|/bin/sh",
            "nc|-e|/bin/bash|-lp|4444",
            "nc|-lvp|4444|-e/bin/sh",
            "nc.traditional|-lp|1|-c|bash -i",
            "busybox|nc|-ll|-p|1|-e|/bin/sh",
            "busybox|nc|-ll|-p|1|-e|busybox|sh",
            "busybox|telnetd|-p|1|-l|/bin/sh",
            "ncat|-lk|1|--exec|/bin/sh",
            "ncat|-lk|1|--sh-exec=exec python3 -",
            "socat|TCP-LISTEN:1,fork|EXEC:/bin/sh,pty,stderr",
            "socat|exec:'bash -li',pty|tcp-l:1",
            "socat|UDP-LISTEN:1|SYSTEM:sh",
        ] {
            assert!(offers(line), "{line}");
        }
    }
    #[test]
    fn what_only_serves() {
        for line in [
            "nc|-l|4444",
            "nc|-lk|-p|4444|-e|/usr/bin/date",
            "busybox|nc|-l|-p|1|-e|/bin/sh|-c|cat /srv/x",
            "ncat|-l|80|--sh-exec|cat /srv/index.html",
            "socat|TCP-LISTEN:1,fork|UNIX-CONNECT:/run/x",
            "socat|TCP-LISTEN:1,fork|SYSTEM:date",
            "redis-server|-c|/etc/redis.conf",
            "busybox|telnetd|-l|/bin/login",
            "busybox|httpd|-f|-p|80|-c|/etc/httpd.conf",
        ] {
            assert!(!offers(line), "{line}");
        }
    }
}
