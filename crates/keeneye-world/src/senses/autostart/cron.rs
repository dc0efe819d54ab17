//! Tables of cron(8): `/etc/crontab`, `/etc/cron.d`, and those that users make with crontab(1).

use super::places::{self, Place};
use super::programs::{self, Shell};
use super::{entry, environment};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Refusal, Text};

/// Where users' tables lie, under the name of the user: Debian, Red Hat, SUSE, busybox.
const SPOOLS: [&str; 4] = ["/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs", "/etc/crontabs"];
/// Lines that are read of one table.
const MAX_LINES: usize = 10_000;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    if let Some(place) = places::file(look, &Text::from("/etc/crontab")) {
        system_table(look, world, &place, false);
    }
    let strict = look.optional_stat(&Text::from("/etc/debian_version")).is_some();
    for place in places::files(look, "/etc/cron.d") {
        let passed_by = !is_read(&place.name(), strict);
        system_table(look, world, &place, passed_by);
    }
    for spool in SPOOLS {
        for place in places::files(look, spool) {
            user_table(look, world, &place);
        }
    }
}

fn system_table(look: &mut Look<'_>, world: &World, place: &Place, dormant: bool) {
    let entry = Autostart { path: place.target.clone(), name: place.name(), dormant, ..Autostart::default() };
    table(look, world, &entry, true);
}

/// cron refuses a table that belongs to neither its user nor root.
fn user_table(look: &mut Look<'_>, world: &World, place: &Place) {
    let user = place.name();
    let owner = world.accounts.iter().find(|account| account.name == user).map(|account| account.uid);
    let foreign = owner.is_some_and(|uid| uid != place.stat.uid) && place.stat.uid != 0;
    let entry = Autostart {
        path: place.target.clone(),
        name: Text::from([b"crontab of ", user.as_slice()].concat()),
        dormant: foreign || user.starts_with(b".") || user.starts_with(b"tmp."),
        user: Some(user),
        ..Autostart::default()
    };
    table(look, world, &entry, false);
}

/// Names that cron reads in /etc/cron.d: on Debian those of run-parts(8), elsewhere all but leftovers of editors and
/// of rpm (cronie's `not_a_crontab`).
fn is_read(name: &[u8], strict: bool) -> bool {
    if strict {
        return is_run_parts_name(name);
    }
    let leftover = [b"~".as_slice(), b".rpmsave", b".rpmorig", b".rpmnew"].iter().any(|end| name.ends_with(end));
    !leftover && !name.starts_with(b".") && !name.starts_with(b"#")
}

/// Letters, digits, underscore and minus.
pub(super) fn is_run_parts_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b))
}

fn table(look: &mut Look<'_>, world: &World, of: &Autostart, has_user: bool) {
    let Some(text) = look.optional_read_lines(&of.path, MAX_LINES) else { return };
    let table = parse(&text, has_user);
    if let Some((line, more)) = table.garbled {
        let more = if more > 0 { format!(", and {more} more lines") } else { String::new() };
        look.gap(of.path.clone(), Refusal::Garbled(format!("line {line} is no line of a crontab{more}")));
    }
    for line in &table.settings {
        environment::saw(look, of, line.line, &line.name, &line.value);
    }
    let given: Vec<(Text, Text)> = table.settings.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
    let search_path = table.settings.iter().rfind(|setting| setting.name == "PATH").map(|setting| &setting.value);
    for Line { line, when, user, command } in table.lines {
        let user = user.or_else(|| of.user.clone());
        let shell = Shell::of_user(world, user.as_ref()).variables(given.clone());
        let named = programs::of_shell_in(&on_standard_input(&command), &shell);
        let kind = AutostartKind::Cron;
        let entry = Autostart { kind, line: Some(line), when, user, command, ..of.clone() };
        entry::saw_with(look, entry, named, search_path);
    }
}

/// What a table holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) lines: Vec<Line>,
    pub(super) settings: Vec<Setting>,
    /// The first line that is neither, and how many more.
    pub(super) garbled: Option<(u32, usize)>,
}

/// A command with its time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) line: u32,
    pub(super) when: Text,
    pub(super) user: Option<Text>,
    pub(super) command: Text,
}

/// `NAME = value`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) line: u32,
    pub(super) name: Text,
    pub(super) value: Text,
}

impl Table {
    pub(super) fn garbled(&mut self, line: u32) {
        match &mut self.garbled {
            Some((_, more)) => *more += 1,
            None => self.garbled = Some((line, 0)),
        }
    }
}

/// crontab(5).
fn parse(text: &[u8], has_user: bool) -> Table {
    let mut table = Table::default();
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let (number, line) = (entry::line_number(index), line.trim_ascii());
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if let Some((name, value)) = setting(line) {
            table.settings.push(Setting { line: number, name, value });
            continue;
        }
        match command(line, has_user) {
            Some((when, user, command)) => table.lines.push(Line { line: number, when, user, command }),
            None => table.garbled(number),
        }
    }
    table
}

/// A name and a value around `=`, blanks and quotes taken away.
pub(super) fn setting(line: &[u8]) -> Option<(Text, Text)> {
    let (name, value) = line.split_once_str("=")?;
    let name = unquoted(name);
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    is_name.then(|| (Text::from(name), Text::from(unquoted(value))))
}

fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    let inner = |quote: &[u8]| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner(b"\"").or_else(|| inner(b"'")).unwrap_or(value)
}

fn command(line: &[u8], has_user: bool) -> Option<(Text, Option<Text>, Text)> {
    // cronie: a minus before the time keeps the job out of the log.
    let line = line.strip_prefix(b"-").unwrap_or(line);
    let fields = if line.starts_with(b"@") { 1 } else { 5 };
    let (when, rest) = split_fields(line, fields)?;
    let words = when.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    if fields == 5 && !words.enumerate().all(|(index, word)| is_time(word, index >= 3)) {
        return None;
    }
    let (user, rest) = match split_fields(rest, 1) {
        Some((user, rest)) if has_user => (Some(Text::from(user)), rest),
        _ if has_user => return None,
        _ => (None, rest),
    };
    let command = rest.trim_ascii();
    (!command.is_empty()).then(|| (Text::from(when), user, Text::from(command)))
}

/// The first words, with the blanks between them, and what stands behind.
pub(super) fn split_fields(line: &[u8], count: usize) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    for _ in 0..count {
        let rest = line.get(at..)?;
        let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let word = rest.iter().skip(blanks).take_while(|b| !b.is_ascii_whitespace()).count();
        if word == 0 {
            return None;
        }
        at += blanks + word;
    }
    let (fields, rest) = line.split_at_checked(at)?;
    Some((fields.trim_ascii(), rest))
}

/// A field of a time: numbers, ranges, steps, and names of months and days.
fn is_time(field: &[u8], has_names: bool) -> bool {
    let first = field.first().is_some_and(|b| b.is_ascii_digit() || b"*?~".contains(b) || has_names);
    first && field.iter().all(|b| b.is_ascii_alphanumeric() || b"*/,-~?#".contains(b))
}

/// What stands behind the first `%` is handed to the command on its standard input, with `%` for line ends; a shell may
/// read it, so it counts as more lines. `\%` is a plain percent sign.
fn on_standard_input(command: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(command.len());
    for byte in command {
        if *byte == b'%' {
            let plain = out.pop_if(|last| *last == b'\\').is_some();
            out.push(if plain { b'%' } else { b'\n' });
        } else {
            out.push(*byte);
        }
    }
    out
}

#[cfg(test)]
mod tests;
