//! `authorized_keys`, wherever sshd is told to look for it.

use crate::secure_shell::{arguments, key};
use crate::senses::Garbage;
use crate::{AskHost, EntryKind, Look, World, place};
use bstr::ByteSlice;
use keeneye_facts::{Account, AuthorizedKey, Event, Interest, Refusal, SshdSetting, Text};
use std::collections::BTreeSet;

/// Where sshd looks when it is told nothing (sshd_config(5)).
const DEFAULT: &str = ".ssh/authorized_keys .ssh/authorized_keys2";
/// Keys of root that other servers take: dropbear(8), also in the first file system at boot.
const DROPBEAR: [&str; 3] = [
    "/etc/dropbear/authorized_keys",
    "/etc/dropbear/initramfs/authorized_keys",
    "/etc/dropbear-initramfs/authorized_keys",
];
/// Accounts that are looked at, and keys of all of them together.
const MAX_ACCOUNTS: usize = 5_000;
const MAX_KEYS: usize = 20_000;
/// Lies in a home of eCryptfs that is not mounted, in place of what it holds.
const LOCKED_HOME: &[u8] = b"Access-Your-Private-Data.desktop";

/// Reads all keys of all accounts.
pub(super) fn read(look: &mut Look<'_>, world: &World, settings: &[SshdSetting]) {
    let places = places(settings);
    let mut reader = Reader::default();
    if world.accounts.len() > MAX_ACCOUNTS {
        look.gap("authorized_keys", Refusal::Cut(format!("{MAX_ACCOUNTS} accounts")));
    }
    for account in world.accounts.iter().take(MAX_ACCOUNTS) {
        for place in places.iter().filter(|place| place.concerns(account)) {
            reader.place(look, place, account);
        }
        if reader.homes.insert(account.home.clone()) {
            locked_home(look, account);
        }
    }
    unknown_homes(look, world, &places, &mut reader);
    for path in DROPBEAR {
        reader.file(look, &path.into(), &"root".into());
    }
    unmounted_homes(look, world);
}

/// Templates of one setting.
struct Place {
    templates: Vec<Text>,
    /// The accounts that a `Match User` names; `None` for all.
    users: Option<Vec<Text>>,
}

impl Place {
    fn concerns(&self, account: &Account) -> bool {
        self.users.as_ref().is_none_or(|users| users.contains(&account.name))
    }
}

/// The first setting outside of `Match` counts, and those inside of it may.
fn places(settings: &[SshdSetting]) -> Vec<Place> {
    let named = settings.iter().filter(|setting| setting.key == "authorizedkeysfile");
    let mut places: Vec<Place> = Vec::new();
    let mut global = None;
    for setting in named {
        let place = Place { templates: templates(&setting.value), users: setting.matched.as_ref().and_then(users) };
        match setting.matched {
            None => drop(global.get_or_insert(place)),
            Some(_) => places.push(place),
        }
    }
    places.insert(0, global.unwrap_or_else(|| Place { templates: templates(DEFAULT.as_bytes()), users: None }));
    places
}

fn templates(value: &[u8]) -> Vec<Text> {
    let mut words = arguments(value);
    words.retain(|word| !word.eq_ignore_ascii_case(b"none"));
    words
}

/// Names of `User a,b`, when that is all that is asked for and no pattern.
fn users(criteria: &Text) -> Option<Vec<Text>> {
    let words = arguments(criteria);
    let [key, names] = words.as_slice() else { return None };
    let plain = key.eq_ignore_ascii_case(b"user") && !names.iter().any(|b| b"*?!".contains(b));
    plain.then(|| names.split(|b| *b == b',').map(Text::from).collect())
}

/// `%h`, `%u`, `%U` and `%%` filled in; relative to the home. `None` for tokens that sshd does not know either.
fn expanded(template: &Text, account: &Account) -> Option<Text> {
    let home: &[u8] = if account.home.is_empty() { b"/" } else { &account.home };
    let mut path = Vec::new();
    let mut bytes = template.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, (byte == b'%').then(|| bytes.next())) {
            (b'%', Some(Some(b'%'))) => path.push(b'%'),
            (b'%', Some(Some(b'h'))) => path.extend_from_slice(home),
            (b'%', Some(Some(b'u'))) => path.extend_from_slice(&account.name),
            (b'%', Some(Some(b'U'))) => path.extend_from_slice(account.uid.to_string().as_bytes()),
            (b'%', _) => return None,
            _ => path.push(byte),
        }
    }
    let path = Text::from(path);
    Some(if path.starts_with(b"/") { path } else { Text::from(home).join(&path) })
}

#[derive(Default)]
struct Reader {
    read: BTreeSet<Text>,
    homes: BTreeSet<Text>,
    keys: usize,
}

impl Reader {
    fn place(&mut self, look: &mut Look<'_>, place: &Place, account: &Account) {
        for template in &place.templates {
            let Some(path) = expanded(template, account) else { continue };
            // One file for everybody belongs to nobody.
            let shared = path == *template && place.users.is_none();
            let owner = if shared { Text::new() } else { account.name.clone() };
            let before = self.keys;
            if !self.file(look, &path, &owner) {
                return;
            }
            // Whose home it is tells a service's own keys from planted ones.
            if self.keys > before && account.home.len() > 1 {
                look.saw(Event::FileWanted { path: account.home.clone(), interest: Interest::Setting });
            }
        }
    }

    /// False when the directory could not be looked into: then its other files cannot be either.
    fn file(&mut self, look: &mut Look<'_>, path: &Text, account: &Text) -> bool {
        if !self.read.insert(path.clone()) {
            return true;
        }
        if let Err(why) = look.host().resolve(path)
            && !why.is_absent()
        {
            look.count(1, 0);
            look.gap(path.clone(), why);
            return false;
        }
        let Some(resolved) = look.resolve_if_there(path) else { return true };
        if resolved != *path && !self.read.insert(resolved.clone()) {
            return true;
        }
        // A directory of that name holds no keys.
        if look.optional_stat(&resolved).is_none_or(|stat| !stat.is_regular()) {
            return true;
        }
        let Some(text) = look.optional_read(&resolved) else { return true };
        look.saw(Event::FileWanted { path: resolved.clone(), interest: Interest::Setting });
        self.lines(look, &resolved, account, &text);
        true
    }

    fn lines(&mut self, look: &mut Look<'_>, path: &Text, account: &Text, text: &Text) {
        let mut garbage = Garbage::default();
        for (line, text) in (1_u32..).zip(text.lines()) {
            let text = text.trim_ascii();
            if text.is_empty() || text.starts_with(b"#") {
                continue;
            }
            if self.keys >= MAX_KEYS {
                look.gap(path.clone(), Refusal::Cut(format!("{MAX_KEYS} keys")));
                return;
            }
            let Some(key) = key(text) else {
                garbage.line(line);
                continue;
            };
            self.keys += 1;
            look.saw(Event::AuthorizedKeySeen(AuthorizedKey {
                path: path.clone(),
                line,
                account: account.clone(),
                options: key.options,
                algorithm: key.algorithm,
                fingerprint: key.fingerprint,
                comment: key.comment,
            }));
        }
        garbage.tell(look, path, "a key");
    }
}

/// An encrypted home shows a note in place of its files until its owner logs in.
fn locked_home(look: &mut Look<'_>, account: &Account) {
    if !account.home.is_within("/home") || !place::is_login(account) {
        return;
    }
    let names = look.host().list(&account.home).unwrap_or_default();
    if names.iter().any(|entry| entry.name.as_slice() == LOCKED_HOME) {
        look.count(1, 0);
        look.gap([account.home.as_slice(), b"/.ssh (encrypted home, not mounted)"].concat(), Refusal::NotHere);
    }
}

/// Homes of accounts that come from a directory service: passwd does not name them.
fn unknown_homes(look: &mut Look<'_>, world: &World, places: &[Place], reader: &mut Reader) {
    let dir = Text::from("/home");
    let homes = look.host().list(&dir).unwrap_or_default();
    let known: BTreeSet<&Text> = world.accounts.iter().map(|account| &account.home).collect();
    let homes = homes.iter().filter(|entry| entry.kind == EntryKind::Dir);
    for entry in look.first(&dir, homes, MAX_ACCOUNTS, "homes") {
        let home = dir.join(&entry.name);
        if !known.contains(&home) {
            let account = Account { name: entry.name.clone(), home, ..Account::default() };
            places.iter().filter(|place| place.users.is_none()).for_each(|place| reader.place(look, place, &account));
        }
    }
}

/// An image whose /home lay on a partition of its own.
fn unmounted_homes(look: &mut Look<'_>, world: &World) {
    let below_home = |account: &&Account| place::is_login(account) && account.home.starts_with(b"/home/");
    let some = world.accounts.iter().any(|account| below_home(&account));
    if some && look.host().list(&"/home".into()).is_ok_and(|names| names.is_empty()) {
        look.count(1, 0);
        look.gap("/home (empty, though passwd names homes there: not mounted?)", Refusal::NotHere);
    }
}
