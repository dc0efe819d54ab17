//! What is looked up again and again while findings are joined.

use crate::login::came;
use crate::{place, standing};
use keeneye_facts::{Autostart, FileFact, Finding, Login, Ownership, Process, ProcessId, Text};
use keeneye_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A library that more processes than this have loaded joins nobody with anybody.
const MAX_LOADED: usize = 8;
/// More accounts come from an address of many people, or of an office.
const MAX_ACCOUNTS: usize = 4;
/// Seconds after which an address is one that people come from, and no intruder's.
const KNOWN: i64 = 7 * 86_400;

/// The world, and indexes into it.
#[derive(Debug)]
pub(super) struct Site<'a> {
    /// Facts now.
    pub(super) world: &'a World,
    runs: BTreeMap<&'a Text, Vec<ProcessId>>,
    loads: BTreeMap<&'a Text, Vec<ProcessId>>,
    starts: BTreeMap<&'a Text, Vec<usize>>,
    stands_in: BTreeMap<&'a Text, Vec<usize>>,
    listens: BTreeMap<u16, BTreeSet<ProcessId>>,
    /// Times at which files were changed that are as a package brought them, sorted.
    packaged: Vec<i64>,
    /// Times at which other files were changed, sorted, and the files.
    changed: Vec<(i64, &'a FileFact)>,
    /// Contents that packages brought.
    contents: BTreeSet<&'a str>,
    /// Logins of each account, oldest first.
    logins: BTreeMap<&'a Text, Vec<&'a Login>>,
    /// Who came from an address, and when the first of them did.
    came_from: BTreeMap<IpAddr, (i64, BTreeSet<&'a Text>)>,
}

impl<'a> Site<'a> {
    /// Reads through the world once.
    pub(super) fn of(world: &'a World) -> Self {
        let mut site = Self {
            world,
            runs: BTreeMap::new(),
            loads: BTreeMap::new(),
            starts: BTreeMap::new(),
            stands_in: BTreeMap::new(),
            listens: BTreeMap::new(),
            packaged: Vec::new(),
            changed: Vec::new(),
            contents: BTreeSet::new(),
            logins: BTreeMap::new(),
            came_from: BTreeMap::new(),
        };
        for process in world.processes.values() {
            site.runs.entry(process.exe_path()).or_default().push(process.id);
            if let Some(script) = standing::script_path(process) {
                site.runs.entry(script).or_default().push(process.id);
            }
            for mapping in process.mappings.iter().filter(|m| m.is_of_library()) {
                let loads = site.loads.entry(&mapping.path).or_default();
                if loads.last() != Some(&process.id) {
                    loads.push(process.id);
                }
            }
        }
        for (index, entry) in world.autostarts.iter().enumerate() {
            site.stands_in.entry(&entry.path).or_default().push(index);
            for program in &entry.programs {
                site.starts.entry(program).or_default().push(index);
            }
        }
        for listener in world.listeners() {
            site.listens.entry(listener.port).or_default().extend(listener.owners.iter().map(|owner| owner.id));
        }
        site.index_files();
        site.index_logins();
        site
    }

    fn index_logins(&mut self) {
        for login in &self.world.logins {
            self.logins.entry(&login.user).or_default().push(login);
            if let Some(address) = address(login) {
                let (first, accounts) = self.came_from.entry(address).or_insert((login.time.seconds, BTreeSet::new()));
                *first = login.time.seconds.min(*first);
                accounts.insert(&login.user);
            }
        }
        self.logins.values_mut().for_each(|logins| logins.sort_by_key(|login| login.time.seconds));
    }

    fn index_files(&mut self) {
        for file in self.world.files.values() {
            match file.stat {
                // A directory bears the time of whatever was last put into it.
                Some(stat) if stat.is_dir() && file.owner.is_owned() => {}
                Some(stat) if file.owner.is_owned_unchanged() => self.packaged.push(stat.changed),
                Some(stat) => self.changed.push((stat.changed, file)),
                None => {}
            }
            let intact = file.digest.as_ref().filter(|_| file.owner.is_intact());
            self.contents.extend(intact.map(|digest| digest.sha256.as_str()));
        }
        self.packaged.sort_unstable();
        self.changed.sort_by_key(|(time, file)| (*time, &file.path));
    }

    /// The login that a finding is about: the first of that name since the finding's first trace.
    pub(super) fn login_of(&self, finding: &Finding) -> Option<&'a Login> {
        let (account, since) = (finding.subject.account.as_ref()?, finding.first_seen?);
        let logins = self.logins.get(account).filter(|_| finding.subject.kind == "login")?;
        let begin = logins.partition_point(|login| login.time.seconds < since);
        logins.get(begin..)?.iter().copied().find(|login| came::subject(login).name == finding.subject.name)
    }
    /// Where an odd login came from, if nothing else comes from there: no network of one's own, no address that people
    /// came from a week before, or many accounts.
    pub(super) fn strange_address(&self, login: &Login) -> Option<IpAddr> {
        let address = address(login).filter(|address| !came::is_private(*address))?;
        let (first, accounts) = self.came_from.get(&address)?;
        let is_new = login.time.seconds.saturating_sub(*first) < KNOWN;
        (is_new && accounts.len() <= MAX_ACCOUNTS).then_some(address)
    }
    /// A running process, or one that ended.
    pub(super) fn process(&self, id: ProcessId) -> Option<&'a Process> {
        self.world.processes.get(&id).or_else(|| self.world.ended.get(&id))
    }
    /// Processes that execute a file, as a program or as a script.
    pub(super) fn runners(&self, path: &Text) -> &[ProcessId] {
        self.runs.get(path).map_or(&[], Vec::as_slice)
    }
    /// Processes that have a library loaded, unless it is loaded by everybody.
    pub(super) fn loaders(&self, path: &Text) -> &[ProcessId] {
        let loaders = self.loads.get(path).map_or(&[][..], Vec::as_slice);
        if loaders.len() > MAX_LOADED || self.world.preloads.contains(path) { &[] } else { loaders }
    }
    /// Entries that start a file.
    pub(super) fn starters(&self, path: &Text) -> &[usize] {
        self.starts.get(path).map_or(&[], Vec::as_slice)
    }
    /// Entries that stand in a file; all of them where no line is given or the entry has none.
    pub(super) fn entries_in(&self, path: &Text, line: Option<u32>) -> impl Iterator<Item = usize> + '_ {
        let all = self.stands_in.get(path).map_or(&[][..], Vec::as_slice);
        let fits = move |entry: &Autostart| line.is_none() || entry.line.is_none() || entry.line == line;
        all.iter().copied().filter(move |index| self.entry(*index).is_some_and(fits))
    }
    /// An entry by its place in the world.
    pub(super) fn entry(&self, index: usize) -> Option<&'a Autostart> {
        self.world.autostarts.get(index)
    }
    /// A file that is somebody's own doing: not as a package brought it. Where nobody knows about packages, what lies
    /// in packages' directories is taken for theirs.
    pub(super) fn is_own(&self, path: &Text) -> bool {
        let owner = self.world.owner(path);
        !(owner.is_owned_unchanged() || *owner == Ownership::Unknown && place::is_packaged(path))
    }
    /// Processes that listen on a port.
    pub(super) fn listeners(&self, port: u16) -> impl ExactSizeIterator<Item = ProcessId> + '_ {
        static NONE: BTreeSet<ProcessId> = BTreeSet::new();
        self.listens.get(&port).unwrap_or(&NONE).iter().copied()
    }
    /// Content that a package brought: a copy of it says nothing about who made the copy.
    pub(super) fn is_packaged_content(&self, sha256: &str) -> bool {
        self.contents.contains(sha256)
    }
    /// Files that are not as a package brought them and were changed from one second to another, in order of time.
    pub(super) fn changed_between(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, &'a FileFact)> + '_ {
        let begin = self.changed.partition_point(|(time, _)| *time < from);
        self.changed.iter().skip(begin).copied().take_while(move |(time, _)| *time <= to)
    }
    /// The account's name.
    pub(super) fn account(&self, uid: u32) -> Option<&'a Text> {
        self.world.accounts.iter().find(|account| account.uid == uid).map(|account| &account.name)
    }
    /// How many packaged files were changed from one second to another, and how many are known at all.
    pub(super) fn packaged_between(&self, from: i64, to: i64) -> (usize, usize) {
        let before = |time: i64| self.packaged.partition_point(|changed| *changed < time);
        (before(to.saturating_add(1)).saturating_sub(before(from)), self.packaged.len())
    }
}

fn address(login: &Login) -> Option<IpAddr> {
    login.from.as_ref().and_then(|from| keeneye_facts::address(from))
}
