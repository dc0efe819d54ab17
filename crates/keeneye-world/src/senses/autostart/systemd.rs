//! Units and drop-ins of systemd, of the system and of users: systemd.unit(5).

use super::places::{self, Place};
use super::programs::{self, Shell};
use super::unit::{self, Unit};
use super::{entry, environment};
use crate::{AskHost, EntryKind, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Event, Interest, Refusal, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Where the system's units lie, the first that has a name wins.
const SYSTEM: [&str; 12] = [
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
/// Where units of all users lie.
const USER: [&str; 7] = [
    "/etc/systemd/user",
    "/run/systemd/user",
    "/usr/local/lib/systemd/user",
    "/usr/local/share/systemd/user",
    "/usr/share/systemd/user",
    "/usr/lib/systemd/user",
    "/lib/systemd/user",
];
/// Where a user's own units lie, below the home.
const IN_HOME: [&str; 3] = [".config/systemd/user", ".config/systemd/user.control", ".local/share/systemd/user"];
/// Names in one directory.
const MAX_NAMES: usize = 10_000;
/// Units above this size are no units, in bytes.
const MAX_SIZE: u64 = 4 << 20;
/// Settings that make another unit start.
const WANTS: [&str; 8] = ["Wants", "Requires", "Requisite", "BindsTo", "Upholds", "OnFailure", "OnSuccess", "Unit"];
/// Units that start another of the same name.
const TRIGGERS: [&[u8]; 3] = [b".timer", b".socket", b".path"];

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    let root = Some(Text::from("root"));
    manager(look, world, SYSTEM.map(Text::from).to_vec(), root.as_ref());
    manager(look, world, USER.map(Text::from).to_vec(), None);
    for (user, home) in users(world) {
        manager(look, world, IN_HOME.map(|dir| home.join(dir)).to_vec(), Some(&user));
    }
}

/// Homes with the first account that has each.
fn users(world: &World) -> Vec<(Text, Text)> {
    let homes = places::homes(world).into_iter();
    let account = |home: &Text| world.accounts.iter().find(|account| account.home == *home);
    homes.filter_map(|home| Some((account(&home)?.name.clone(), home))).collect()
}

/// A file of units.
struct File {
    /// What people call the unit.
    name: Text,
    path: Text,
    unit: Unit,
    kind: AutostartKind,
}

/// What one manager reads.
#[derive(Default)]
struct Read {
    files: Vec<File>,
    /// Names of units that something wants.
    wanted: BTreeSet<Text>,
    /// Other names of units, by links, with the name that each leads to.
    aliases: BTreeMap<Text, Text>,
    /// Directories that were read, resolved.
    dirs: BTreeSet<Text>,
    /// Names that are links to nothing, with their paths.
    masked: Vec<(Text, Text)>,
}

fn manager(look: &mut Look<'_>, world: &World, dirs: Vec<Text>, user: Option<&Text>) {
    let mut read = Read::default();
    for dir in dirs {
        if let Some(dir) = look.optional_resolve(&dir).filter(|dir| read.dirs.insert(dir.clone())) {
            directory(look, &dir, &mut read);
        }
    }
    read.follow_wants();
    read.name_drop_ins();
    for (name, path) in std::mem::take(&mut read.masked) {
        let entry = Autostart { kind: AutostartKind::Unit, path, name, dormant: true, ..Autostart::default() };
        entry::saw_nothing(look, entry);
    }
    for file in &read.files {
        tell(look, world, file, user, &read.wanted);
    }
}

fn directory(look: &mut Look<'_>, dir: &Text, read: &mut Read) {
    let mut names = look.optional_list(dir).unwrap_or_default();
    if names.len() > MAX_NAMES {
        look.gap(dir.clone(), Refusal::Cut(format!("{MAX_NAMES} names a directory")));
        names.truncate(MAX_NAMES);
    }
    for entry in names {
        let path = dir.join(&entry.name);
        if entry.name.ends_with(b".d") {
            drop_ins(look, &path, &entry.name, read);
        } else if [b".wants".as_slice(), b".requires", b".upholds"].iter().any(|end| entry.name.ends_with(end)) {
            wants(look, &path, read);
        } else if is_unit_name(&entry.name) {
            unit_file(look, &path, &entry.name, entry.kind, read);
        }
    }
}

fn is_unit_name(name: &[u8]) -> bool {
    const TYPES: [&[u8]; 8] =
        [b".service", b".socket", b".timer", b".path", b".mount", b".automount", b".swap", b".target"];
    TYPES.iter().any(|end| name.ends_with(end) && name.len() > end.len())
}

/// A link to a unit of another name is an alias: whoever wants one wants the other. One that leads out of the
/// directories of units is a unit that lies elsewhere.
fn unit_file(look: &mut Look<'_>, path: &Text, name: &Text, kind: EntryKind, read: &mut Read) {
    if kind == EntryKind::File {
        add(look, path, name, AutostartKind::Unit, read);
        return;
    }
    if look.optional_link(path).is_some_and(|target| target == "/dev/null") {
        read.masked.push((name.clone(), path.clone()));
        return;
    }
    let Some(place) = places::file(look, path) else { return };
    if SYSTEM.iter().chain(&USER).any(|dir| place.target.is_within(dir)) && place.target != *path {
        if place.target.file_name() != name.file_name() {
            let unit = Text::from(place.target.file_name());
            read.aliases.insert(name.clone(), unit.clone());
            read.wanted.insert(unit);
        }
        return;
    }
    add(look, &place.target, name, AutostartKind::Unit, read);
}

fn add(look: &mut Look<'_>, path: &Text, name: &Text, kind: AutostartKind, read: &mut Read) {
    if look.host().stat(path).is_ok_and(|stat| stat.size > MAX_SIZE) {
        look.gap(path.clone(), Refusal::Cut(format!("{MAX_SIZE} bytes a unit")));
        return;
    }
    let Some(text) = look.optional_read(path) else { return };
    let unit = unit::parse(&text);
    look.full(path, unit.settings.len(), unit::MAX_SETTINGS, "settings a unit");
    read.files.push(File { name: name.clone(), path: path.clone(), unit, kind });
}

/// `ssh.service.d`, `service.d` for all services, `foo-.service.d` for all of a prefix.
fn drop_ins(look: &mut Look<'_>, dir: &Text, name: &Text, read: &mut Read) {
    let of = Text::from(name.strip_suffix(b".d").unwrap_or(name));
    for Place { path, target, .. } in places::files_of(look, dir) {
        if path.ends_with(b".conf") {
            add(look, &target, &of, AutostartKind::DropIn, read);
        }
    }
}

/// Names count; a link to a file outside of the directories of units is read as one.
fn wants(look: &mut Look<'_>, dir: &Text, read: &mut Read) {
    let names = look.optional_list(dir).unwrap_or_default();
    for entry in look.first(dir, names, MAX_NAMES, "names") {
        read.wanted.insert(entry.name.clone());
        if entry.kind != EntryKind::Link {
            continue;
        }
        let Some(target) = look.resolve_if_there(&dir.join(&entry.name)) else { continue };
        let known = SYSTEM.iter().chain(&USER).any(|known| target.is_within(known));
        if !known && target != "/dev/null" && !IN_HOME.iter().any(|part| target.contains_str(part)) {
            add(look, &target, &entry.name, AutostartKind::Unit, read);
        }
    }
}

impl Read {
    /// A drop-in for another name of a unit, or for an instance of a template, is one for that unit (systemd.unit(5)).
    fn name_drop_ins(&mut self) {
        let known: BTreeSet<Text> =
            self.files.iter().filter(|file| file.kind == AutostartKind::Unit).map(|file| file.name.clone()).collect();
        for file in
            self.files.iter_mut().filter(|file| file.kind == AutostartKind::DropIn && !known.contains(&file.name))
        {
            let template = template(&file.name).filter(|template| known.contains(template));
            if let Some(unit) = self.aliases.get(&file.name).cloned().or(template) {
                file.name = unit;
            }
        }
    }
    /// Adds what units want of others: by name, and timers, sockets and paths by theirs.
    fn follow_wants(&mut self) {
        for file in &self.files {
            for value in WANTS.iter().flat_map(|key| file.unit.values(key)) {
                let names = value.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty());
                self.wanted.extend(names.map(Text::from));
            }
        }
        let started: Vec<Text> = self.wanted.iter().filter_map(|name| triggered(name)).collect();
        self.wanted.extend(started);
        // A trigger that says nothing of how to enable it is wanted by whoever wrote it.
        let own = self.files.iter().filter(|file| !file.unit.has_install).filter_map(|file| triggered(&file.name));
        let own: Vec<Text> = own.collect();
        self.wanted.extend(own);
    }
}

/// `getty@.service` of `getty@tty1.service`.
fn template(name: &[u8]) -> Option<Text> {
    let (stem, rest) = name.split_once_str("@")?;
    let (_, end) = rest.rsplit_once_str(".")?;
    Some(Text::from([stem, b"@.", end].concat()))
}

fn triggered(name: &[u8]) -> Option<Text> {
    let stem = TRIGGERS.iter().find_map(|end| name.strip_suffix(*end))?;
    Some(Text::from([stem, b".service"].concat()))
}

/// Something wants it by this name, or wants an instance of the template that it is.
fn is_wanted(name: &Text, wanted: &BTreeSet<Text>) -> bool {
    let Some((stem, end)) = name.split_once_str("@.") else { return wanted.contains(name) };
    let prefix = Text::from([stem, b"@"].concat());
    let instances = wanted.range(prefix.clone()..).take_while(|name| name.starts_with(&prefix));
    instances.into_iter().any(|name| name.ends_with(end))
}

fn tell(look: &mut Look<'_>, world: &World, file: &File, user: Option<&Text>, wanted: &BTreeSet<Text>) {
    let unit = &file.unit;
    let user = unit.last("User").filter(|user| !user.is_empty()).or(user).cloned();
    let of = Autostart {
        kind: file.kind,
        path: file.path.clone(),
        name: file.name.clone(),
        dormant: file.kind == AutostartKind::Unit && unit.has_install && !is_wanted(&file.name, wanted),
        user: user.clone(),
        ..Autostart::default()
    };
    let shell = Shell::of_user(world, user.as_ref()).cwd(unit.last("WorkingDirectory").cloned());
    // systemd.exec(5): the connection is what the commands read and write.
    let on_socket = unit.last("StandardInput").is_some_and(|input| input == "socket");
    if on_socket {
        socket_wanted(look, file);
    }
    for setting in unit.commands() {
        // The home is the one specifier that leads to a file on the host as it is.
        let words = unit::command_words(&setting.value.replace("%h", "$HOME"));
        let named: Vec<Text> = words.iter().flat_map(|words| programs::of_words(words, &shell)).collect();
        let (line, command) = (Some(setting.line), setting.value.clone());
        let how: &[u8] = if on_socket { b" StandardInput=socket" } else { b"" };
        let when = Text::from([setting.key.as_slice(), how].concat());
        entry::saw(look, Autostart { line, when, command, ..of.clone() }, named);
    }
    for value in unit.values("EnvironmentFile") {
        environment_file(look, &of, Text::from(value.strip_prefix(b"-").unwrap_or(value)));
    }
    for setting in unit.settings.iter().filter(|setting| setting.key == "Environment") {
        for word in unit::words(&setting.value) {
            if let Some((name, value)) = environment::assignment(&word) {
                environment::saw(look, &of, setting.line, name, value);
            }
        }
    }
}

/// The unit that hands the connection over has the same name (systemd.socket(5)).
fn socket_wanted(look: &mut Look<'_>, file: &File) {
    let stem = file.name.strip_suffix(b".service").unwrap_or(&file.name);
    let name = [stem.strip_suffix(b"@").unwrap_or(stem), b".socket"].concat();
    let path = Text::from(file.path.parent()).join(&name);
    if look.listed(&path) {
        look.saw(Event::FileWanted { path, interest: Interest::Entry });
    }
}

/// Variables of a file that a package's unit reads; applications keep their secrets in files of their own.
fn environment_file(look: &mut Look<'_>, of: &Autostart, path: Text) {
    if !["/etc/default", "/etc/sysconfig", "/etc/conf.d"].iter().any(|dir| path.is_within(dir)) {
        return;
    }
    let Some(place) = places::file(look, &path) else { return };
    let Some(text) = look.optional_read_lines(&place.target, MAX_NAMES) else { return };
    let of = Autostart { path: place.target, ..of.clone() };
    for (index, line) in text.lines().enumerate().take(MAX_NAMES) {
        let words = unit::words(line.trim_ascii());
        if let Some((name, value)) = words.first().and_then(|word| environment::assignment(word)) {
            environment::saw(look, &of, entry::line_number(index), name, value);
        }
    }
}
