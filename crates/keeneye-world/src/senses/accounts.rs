//! Accounts and groups, read by keeneye itself: the name service of the host may load an intruder's library.

mod group;
mod passwd;
mod shadow;

use super::Plan;
use crate::{AskHost, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Account, Event, Interest, Password, Refusal, Text};
use shadow::Shadow;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of one file that are read; directories of a hundred thousand accounts live elsewhere.
const MAX_LINES: usize = 50_000;
/// Shells that are looked at.
const MAX_SHELLS: usize = 200;

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    first_person(look);
    let path = Text::from("/etc/passwd");
    let reply = look.host().read(&path);
    look.count(1, u64::from(reply.is_ok()));
    let found = match reply {
        Ok(text) => accounts(look, &path, &text),
        Err(why) => {
            look.blinding_gap(path, why);
            Vec::new()
        }
    };
    let shadow = shadow(look);
    let mut shells = BTreeSet::new();
    for account in found {
        if account.0.shell.starts_with(b"/") {
            shells.insert(account.0.shell.clone());
        }
        look.saw(Event::AccountSeen(with_shadow(account, shadow.as_ref())));
    }
    let path = Text::from("/etc/group");
    if let Some(text) = look.optional_read(&path) {
        for group in parsed(look, &path, &text, "a group", group::group) {
            look.saw(Event::GroupSeen(group));
        }
    }
    let files = ["/etc/passwd", "/etc/shadow", "/etc/group"].map(Text::from);
    let shells = look.first(&Text::from("/etc/passwd"), shells, MAX_SHELLS, "shells");
    for path in files.into_iter().chain(shells) {
        look.saw(Event::FileWanted { path, interest: Interest::Setting });
    }
}

/// Accounts with what their own line says of the password.
fn accounts(look: &mut Look<'_>, path: &Text, text: &Text) -> Vec<(Account, Option<Password>)> {
    // Lines that bring in accounts of NIS (nsswitch.conf(5), `compat`) are no accounts, nor are they nothing.
    let compat = |line: &[u8]| line.starts_with(b"+") || line.starts_with(b"-");
    if let Some(index) = text.lines().position(|line| compat(line.trim_ascii_start())) {
        look.gap(path.clone(), Refusal::Garbled(format!("line {} brings in accounts of a name service", index + 1)));
    }
    let account = |line: &[u8], number| {
        let found = passwd::account(line, number)?;
        Some((found, passwd::password(line)))
    };
    let parse = |line: &[u8], number| if compat(line) { Parsed::Skip } else { account(line, number).into() };
    parsed_or_skipped(look, path, text, "an account", parse)
}

/// `None` when it could not be read, or is not there.
fn shadow(look: &mut Look<'_>) -> Option<BTreeMap<Text, Shadow>> {
    let path = Text::from("/etc/shadow");
    let text = look.optional_read(&path)?;
    let mut entries = BTreeMap::new();
    for (name, entry) in parsed(look, &path, &text, "a password", |line, _| shadow::entry(line)) {
        entries.entry(name).or_insert(entry);
    }
    Some(entries)
}

/// A password in passwd itself counts unless it says `x`: look in shadow.
fn with_shadow(found: (Account, Option<Password>), shadow: Option<&BTreeMap<Text, Shadow>>) -> Account {
    let (account, own) = found;
    if own.is_some() {
        return Account { password: own, password_in_passwd: true, ..account };
    }
    match shadow.map(|shadow| shadow.get(&account.name)) {
        None => account,
        Some(None) => Account { password: Some(Password::NotListed), ..account },
        Some(Some(entry)) => {
            Account { password: Some(entry.password.clone()), password_day: entry.changed_day, ..account }
        }
    }
}

/// `UID_MIN` of login.defs(5): 1000 today, 500 on older systems.
fn first_person(look: &mut Look<'_>) {
    let Some(text) = look.optional_read(&"/etc/login.defs".into()) else { return };
    if let Some(uid) = uid_min(&text) {
        look.saw(Event::FirstPersonSeen(uid));
    }
}

fn uid_min(text: &[u8]) -> Option<u32> {
    let mut values = text.lines().filter_map(|line| {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        (words.next() == Some(b"UID_MIN".as_slice())).then(|| words.next()?.to_str().ok()?.parse().ok())?
    });
    values.next_back()
}

/// What a line holds.
enum Parsed<T> {
    Thing(T),
    Skip,
    Garbage,
}

impl<T> From<Option<T>> for Parsed<T> {
    fn from(found: Option<T>) -> Self {
        found.map_or(Self::Garbage, Self::Thing)
    }
}

fn parsed<T>(
    look: &mut Look<'_>,
    path: &Text,
    text: &Text,
    what: &str,
    parse: impl Fn(&[u8], u32) -> Option<T>,
) -> Vec<T> {
    parsed_or_skipped(look, path, text, what, |line, number| parse(line, number).into())
}

/// Every line but blank ones and comments, as glibc reads these files. The first that is garbage becomes a gap which
/// says how many there are.
fn parsed_or_skipped<T>(
    look: &mut Look<'_>,
    path: &Text,
    text: &Text,
    what: &str,
    parse: impl Fn(&[u8], u32) -> Parsed<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    let mut garbage = super::Garbage::default();
    for (number, line) in (1_u32..).zip(text.lines()) {
        let line = line.trim_ascii_start();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if found.len() >= MAX_LINES {
            look.gap(path.clone(), Refusal::Cut(format!("{MAX_LINES} lines")));
            break;
        }
        match parse(line, number) {
            Parsed::Thing(thing) => found.push(thing),
            Parsed::Skip => (),
            Parsed::Garbage => garbage.line(number),
        }
    }
    garbage.tell(look, path, what);
    found
}

#[cfg(test)]
mod tests;
