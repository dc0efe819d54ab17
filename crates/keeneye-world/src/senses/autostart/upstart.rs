//! Jobs of upstart, which came before systemd: init(5) of upstart.

use super::places;
use super::{entry, programs};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Commands that are told of one job.
const MAX_COMMANDS: usize = 50;
/// Lines that are read of one job.
const MAX_LINES: usize = 5_000;
/// Moments that a command may belong to; without one it is the job itself.
const MOMENTS: [&[u8]; 4] = [b"pre-start", b"post-start", b"pre-stop", b"post-stop"];

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    for place in places::files(look, "/etc/init") {
        let name = place.name();
        if ![b".conf".as_slice(), b".override"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let text = look.optional_read_lines(&place.target, MAX_LINES).unwrap_or_default();
        for Command { line, when, text } in look.first(&place.target, commands(&text), MAX_COMMANDS, "commands") {
            let named = programs::of_shell(&text);
            let entry = Autostart {
                kind: AutostartKind::InitScript,
                path: place.target.clone(),
                line: Some(line),
                name: name.clone(),
                user: Some(Text::from("root")),
                when,
                command: Text::from(text),
                ..Autostart::default()
            };
            entry::saw(look, entry, named);
        }
    }
}

/// What a job runs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Command {
    line: u32,
    /// `exec`, `pre-start script`.
    when: Text,
    text: Vec<u8>,
}

fn commands(text: &[u8]) -> Vec<Command> {
    let mut found = Vec::new();
    let mut open: Option<Command> = None;
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let line = line.trim_ascii();
        if let Some(mut script) = open.take() {
            if line.strip_prefix(b"end").is_some_and(|rest| rest.trim_ascii() == b"script") {
                found.push(script);
            } else {
                script.text.extend_from_slice(line);
                script.text.push(b'\n');
                open = Some(script);
            }
            continue;
        }
        let (first, rest) = word(line);
        let (moment, (stanza, rest)) =
            if MOMENTS.contains(&first) { (first, word(rest)) } else { (b"".as_slice(), (first, rest)) };
        let when = Text::from([moment, b" ", stanza].concat().trim_ascii());
        let command = Command { line: entry::line_number(index), when, text: rest.to_vec() };
        match stanza {
            b"exec" if !rest.is_empty() => found.push(command),
            b"script" => open = Some(Command { text: Vec::new(), ..command }),
            _ => {}
        }
        if found.len() > MAX_COMMANDS {
            return found;
        }
    }
    found.extend(open);
    found
}

fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, b""));
    (word, rest.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_a_job_runs() {
        let text =
            b"# exec /no\nstart on runlevel [2345]\nrespawn\npre-start exec /bin/a -x\nscript\n  . /etc/default/b\n\
            exec /bin/b\nend script\nexec\npost-stop script\n rm /x\n";
        let said: Vec<String> = commands(text)
            .iter()
            .map(|c| format!("{} {}: {}", c.line, c.when.lossy(), Text::from(c.text.clone()).lossy()))
            .collect();
        assert_eq!(
            said,
            [
                "4 pre-start exec: /bin/a -x",
                "5 script: . /etc/default/b\nexec /bin/b\n",
                "10 post-stop script: rm /x\n"
            ]
        );
        crate::mutate::check(&[text], |bytes| !commands(bytes).is_empty());
    }
}
