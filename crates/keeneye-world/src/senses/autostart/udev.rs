//! Programs that rules of udev run: udev(7).

use super::{entry, lines, places, programs};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};
use std::collections::BTreeSet;

const DIRS: [&str; 5] = [
    "/etc/udev/rules.d",
    "/run/udev/rules.d",
    "/usr/local/lib/udev/rules.d",
    "/usr/lib/udev/rules.d",
    "/lib/udev/rules.d",
];
/// Where programs lie that are named without a directory.
const PROGRAMS: &str = "/usr/lib/udev";
/// Commands that are told of one file.
const MAX_COMMANDS: usize = 1_000;
/// Keys of one rule.
const MAX_KEYS: usize = 200;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut seen = BTreeSet::new();
    for dir in DIRS {
        for place in places::files(look, dir) {
            if !place.name().ends_with(b".rules") || !seen.insert(place.target.clone()) {
                continue;
            }
            let text = look.optional_read(&place.target).unwrap_or_default();
            for Command { line, key, value } in look.first(&place.target, commands(&text), MAX_COMMANDS, "commands") {
                let entry = Autostart {
                    kind: AutostartKind::Udev,
                    path: place.target.clone(),
                    line: Some(line),
                    name: place.name(),
                    user: Some("root".into()),
                    when: key,
                    command: value.clone(),
                    ..Autostart::default()
                };
                entry::saw(look, entry, named(&value));
            }
        }
    }
}

/// A program without a directory is one of udev's own.
fn named(command: &[u8]) -> Vec<Text> {
    let own = |path: Text| if path.contains(&b'/') { path } else { Text::from(PROGRAMS).join(path) };
    let first = command.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    let mut named: Vec<Text> = programs::of_shell(command).into_iter().filter(|p| p.as_slice() != first).collect();
    if !first.is_empty() && !first.contains(&b'$') && !first.contains(&b'%') {
        named.push(own(Text::from(first.trim_with(|c| c == '\''))));
    }
    named
}

/// A key of a rule that runs something.
struct Command {
    line: u32,
    /// `RUN`, `PROGRAM`, `IMPORT{program}`.
    key: Text,
    value: Text,
}

fn commands(text: &[u8]) -> Vec<Command> {
    let mut found = Vec::new();
    for (line, rule) in lines::joined(text) {
        for (key, operator, value) in keys(&rule) {
            let sets = operator != b"==" && operator != b"!=";
            let runs = match key {
                b"RUN" | b"RUN{program}" => sets,
                b"PROGRAM" | b"IMPORT{program}" => operator != b"!=",
                _ => false,
            };
            if runs && !value.is_empty() && found.len() <= MAX_COMMANDS {
                found.push(Command { line, key: Text::from(key), value });
            }
        }
    }
    found
}

/// `KEY op "value"`, with commas between. In a value behind `e` backslashes escape; in all `\"` stands for a quote.
fn keys(rule: &[u8]) -> Vec<(&[u8], &[u8], Text)> {
    let mut found = Vec::new();
    let mut rest = rule;
    while found.len() < MAX_KEYS {
        rest = rest.trim_start_with(|c| c.is_ascii_whitespace() || c == ',');
        let Some(end) = rest.iter().position(|b| b"=!+-:".contains(b) || b.is_ascii_whitespace()) else { break };
        let (key, behind) = rest.split_at_checked(end).unwrap_or((rest, b""));
        let behind = behind.trim_ascii_start();
        let length = behind.iter().take_while(|b| b"=!+-:".contains(b)).count();
        let (operator, behind) = behind.split_at_checked(length).unwrap_or((behind, b""));
        let behind = behind.trim_ascii_start();
        let behind = behind.strip_prefix(b"e\"").or_else(|| behind.strip_prefix(b"i\""));
        let Some(value) = behind.or_else(|| after_operator(rest, end, length)) else { break };
        let (value, behind) = quoted(value);
        found.push((key, operator, value));
        rest = behind;
    }
    found
}

/// What stands behind the opening quote of a plain value.
fn after_operator(rest: &[u8], end: usize, length: usize) -> Option<&[u8]> {
    let behind = rest.get(end..)?.trim_ascii_start().get(length..)?.trim_ascii_start();
    behind.strip_prefix(b"\"")
}

/// The value up to its closing quote, and what follows it.
fn quoted(text: &[u8]) -> (Text, &[u8]) {
    let mut value = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return (Text::from(value), text.get(at + 1..).unwrap_or_default()),
            b'\\' if text.get(at + 1) == Some(&b'"') => {
                bytes.next();
                value.push(b'"');
            }
            _ => value.push(*byte),
        }
    }
    (Text::from(value), b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let found = commands(text.as_bytes());
        found.iter().map(|c| format!("{} {}={}", c.line, c.key.lossy(), c.value.lossy())).collect()
    }

    #[test]
    fn keys_that_run_something() {
        for (text, expected) in [
            ("ACTION==\"add\", RUN+=\"/bin/x a\"", "1 RUN=/bin/x a"),
            ("# RUN+=\"/x\"\nKERNEL==\"sd*\", \\\n  RUN{program}+=\"/x\"", "2 RUN{program}=/x"),
            ("PROGRAM==\"/x %k\", SYMLINK+=\"%c\"", "1 PROGRAM=/x %k"),
            (
                "IMPORT{program}=\"ata_id --export $devnode\", IMPORT{builtin}=\"kmod\"",
                "1 IMPORT{program}=ata_id --export $devnode",
            ),
            ("RUN+=\"/bin/sh -c 'echo \\\"a\\\"; /x'\"", "1 RUN=/bin/sh -c 'echo \"a\"; /x'"),
            ("RUN=e\"/x\", RUN:=\"/y\"", "1 RUN=/x 1 RUN=/y"),
            ("RUN{builtin}+=\"uaccess\", ENV{RUN}=\"/x\", RUN==\"/y\", RUN+=\"\"", ""),
            ("RUN+=\"/x", "1 RUN=/x"),
        ] {
            assert_eq!(said(text).join(" "), expected, "{text}");
        }
    }
    #[test]
    fn programs_of_rules() {
        assert_eq!(named(b"ata_id --export $devnode"), ["/usr/lib/udev/ata_id"].map(Text::from));
        assert_eq!(named(b"/opt/x y"), ["/opt/x"].map(Text::from));
        let shell = named(b"/bin/sh -c '/tmp/.x/y &'");
        assert!(shell.contains(&"/bin/sh".into()) && shell.contains(&"/tmp/.x/y".into()), "{shell:?}");
        assert!(named(b"$env{X}").is_empty());
    }
    #[test]
    fn mutated_rules_never_panic() {
        let real: &[u8] = b"# x\nSUBSYSTEM!=\"block\", GOTO=\"end\"\nKERNEL==\"sd*[!0-9]\", ENV{ID}!=\"?*\", \\\n\
            IMPORT{program}=\"scsi_id --export -d $devnode\", RUN+=\"/usr/bin/x '%k'\"\nLABEL=\"end\"\n";
        crate::mutate::check(&[real], |bytes| {
            commands(bytes).iter().all(|c| !named(&c.value).is_empty() || c.line > 0)
        });
    }
}
