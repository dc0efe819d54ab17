//! The databases of rpm that a host has, and which of them counts.

use super::others::{Database, Record};
use super::rpm_needs::Needs;
use super::trust::Judge;
use super::{Installed, history, rpm};
use crate::pieces::{Content, Windows};
use crate::{EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::{DoubtKind, Event, FileStat, PackageDoubt, PackageStep, Refusal, Text};
use std::collections::{BTreeSet, HashSet};

/// Where distributions keep the database, and the names that it has had, with what rpm calls their form.
const DIRS: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
const FILES: [(&str, &str); 3] = [("rpmdb.sqlite", "sqlite"), ("Packages.db", "ndb"), ("Packages", "bdb_ro")];
/// Bytes of a database that is read; large servers have 300 MB.
const MAX_DATABASE: u64 = 4 << 30;
/// Where rpm's settings stand, in the order in which they are read.
const MACROS: [&str; 2] = ["/usr/lib/rpm/macros", "/etc/rpm/macros"];
const MACRO_DIRS: [&str; 2] = ["/usr/lib/rpm/macros.d", "/etc/rpm"];
/// Of a hundred packages of an old database, as many must be in the one that was made from it.
const SAME: usize = 80;

/// A file of rpm's databases, or its log, also below the layer of a container. Nothing in them is a secret.
pub(crate) fn is_database(path: &Text) -> bool {
    let name = path.file_name();
    let name = name.strip_suffix(b"-wal").unwrap_or(name);
    let is_known = FILES.iter().any(|(known, _)| name == known.as_bytes());
    is_known && DIRS.iter().any(|dir| path.parent().ends_with(dir.as_bytes()))
}

/// When the packages of each database were put in place, for who asks nothing else of them.
pub(crate) fn placed(look: &mut Look<'_>) -> Vec<PackageStep> {
    let mut steps = Vec::new();
    for (path, _, stat) in there(look) {
        let opened = Opened::new(look, &path, &stat);
        let troubles = opened.each(&|_| true, &mut |package| {
            if let Some(time) = package.installed.filter(|_| package.key.is_none()) {
                steps.push(history::placed(&package.name, &package.full_version(), time, &path));
            }
        });
        opened.tell(look, &path, &troubles);
    }
    steps
}

/// Each database that is there: its path, and what rpm calls its form.
fn there(look: &mut Look<'_>) -> Vec<(Text, &'static str, FileStat)> {
    let mut found: Vec<(Text, &'static str, FileStat)> = Vec::new();
    for dir in DIRS {
        for (name, form) in FILES {
            let path = Text::from(dir).join(name.as_bytes());
            let stat = look.optional_stat(&path).filter(|stat| stat.is_regular() && stat.size > 0);
            // One of the two places may be a link to the other.
            let Some(stat) = stat.filter(|stat| !found.iter().any(|(.., other)| other.same_file(stat))) else {
                continue;
            };
            found.push((path, form, stat));
        }
    }
    let (fit, large): (Vec<_>, Vec<_>) = found.into_iter().partition(|(.., stat)| stat.size <= MAX_DATABASE);
    for (path, ..) in large {
        look.count(1, 0);
        look.gap(path, Refusal::Cut("4 GiB a package database".into()));
    }
    fit
}

/// A database that is read in windows, with the log of what is not yet in it.
struct Opened<'a> {
    main: Windows<'a>,
    log: Option<Windows<'a>>,
    log_path: Text,
    log_stat: Option<FileStat>,
}

impl<'a> Opened<'a> {
    fn new(look: &mut Look<'a>, path: &Text, stat: &FileStat) -> Self {
        let log_path = Text::from([path.as_slice(), b"-wal"].concat());
        let log_stat = look.optional_stat(&log_path);
        let main = Windows::new(look.host(), path.clone(), stat.size);
        let log_size = log_stat.map_or(0, |stat| stat.size).min(MAX_DATABASE);
        let log = (log_size > 0).then(|| Windows::new(look.host(), log_path.clone(), log_size));
        Self { main, log, log_path, log_stat }
    }

    fn each(&self, wanted: &dyn Fn(u32) -> bool, visit: &mut dyn FnMut(rpm::Package)) -> Vec<rpm::Trouble> {
        rpm::each(Content::OnHost(&self.main), self.log.as_ref().map(Content::OnHost), wanted, visit)
    }

    /// What could not be read of it; true where that is nothing.
    fn tell(&self, look: &mut Look<'_>, path: &Text, troubles: &[rpm::Trouble]) -> bool {
        let refused = self.main.refused().or(self.log.as_ref().and_then(Windows::refused));
        look.count(1, u64::from(refused.is_none()));
        let whole = troubles.is_empty() && refused.is_none();
        match refused {
            Some(why) => look.gap(path.clone(), why),
            None => tell(look, path, troubles),
        }
        whole
    }
}

/// A database with packages in it.
struct Candidate {
    path: Text,
    form: &'static str,
    stats: Vec<(Text, Option<FileStat>)>,
    records: Vec<Record>,
    whole: bool,
    judge: Judge,
    needs: Needs,
}

/// The one that counts. Who makes another one beside it, however small, hides nothing: they are all read.
pub(super) fn database(look: &mut Look<'_>, keys: &[Text]) -> Option<Database> {
    let mut candidates = Vec::new();
    for (path, form, stat) in there(look) {
        candidates.push(read(look, path, form, stat, keys));
    }
    // Debian's rpm makes an empty one as soon as somebody runs it.
    candidates.retain(|candidate| !candidate.records.is_empty());
    let configured = if candidates.len() > 1 { backend(look) } else { None };
    let is_configured = |candidate: &Candidate| Some(candidate.form) == configured.as_deref();
    let is_left = |one: &Candidate| !is_configured(one) && candidates.iter().any(|other| one.is_old_form_of(other));
    let left: Vec<bool> = candidates.iter().map(is_left).collect();
    let mut candidates: Vec<Candidate> =
        candidates.into_iter().zip(left).filter_map(|(c, left)| (!left).then_some(c)).collect();
    // What a vendor signed nobody can make; and a small one shall not hide a large one.
    let rank = |c: &Candidate| (c.signed(), c.records.len(), is_configured(c), c.newest(), c.changed());
    let at = (0..candidates.len()).max_by_key(|at| candidates.get(*at).map(rank))?;
    let main = candidates.swap_remove(at);
    for other in &candidates {
        look.saw(Event::PackageDoubtSeen(Box::new(PackageDoubt {
            package: "rpm".into(),
            version: String::new(),
            kind: DoubtKind::SecondDatabase {
                packages: u32::try_from(other.records.len()).unwrap_or(u32::MAX),
                beside: main.path.clone(),
                believed: is_configured(other),
            },
            path: other.path.clone(),
            when: other.changed(),
        })));
    }
    Some(main.told(look))
}

impl Candidate {
    /// How many packages are signed by those whom keeneye trusts.
    fn signed(&self) -> usize {
        self.records.iter().filter(|record| record.trusted).count()
    }

    /// When the last package was installed, as it says.
    fn newest(&self) -> i64 {
        self.records.iter().filter_map(|record| record.installed).max().unwrap_or_default()
    }

    fn changed(&self) -> i64 {
        self.stats.first().and_then(|(_, stat)| *stat).map_or(0, |stat| stat.changed)
    }

    /// rpm leaves the old file where it was when it goes over to another form. One with more that vendors signed is none.
    fn is_old_form_of(&self, other: &Self) -> bool {
        let names: HashSet<&str> = other.records.iter().map(|record| record.name.as_str()).collect();
        let same = self.records.iter().filter(|record| names.contains(record.name.as_str())).count();
        let is_older = self.form != other.form && self.changed() <= other.changed() && self.newest() <= other.newest();
        is_older && self.signed() <= other.signed() && same * 100 >= self.records.len() * SAME
    }

    fn told(self, look: &mut Look<'_>) -> Database {
        self.judge.tell(look, &self.path);
        self.judge.tell_of_system(look, &self.path, &self.records);
        let trusted = self.records.iter().filter(|record| record.trusted);
        let trusted: BTreeSet<&str> = trusted.map(|record| record.name.as_str()).collect();
        let is_trusted = |by: &str| self.whole && trusted.contains(by);
        self.needs.tell_misfits(look, &self.path, is_trusted);
        let unmet = self.needs.unmet(is_trusted);
        Database { manager: "rpm", stats: self.stats, packages: self.records, whole: self.whole, unmet, edited: None }
    }
}

fn read(look: &mut Look<'_>, path: Text, form: &'static str, stat: FileStat, keys: &[Text]) -> Candidate {
    let opened = Opened::new(look, &path, &stat);
    let mut judge = Judge::new(look, keys);
    let (mut records, mut needs, mut whole) = (Vec::new(), Needs::default(), true);
    let troubles = opened.each(&|_| true, &mut |package| {
        judge.take(&package);
        if package.key.is_none() {
            needs.take(&package);
            let (record, is_whole) = record(package);
            whole &= is_whole;
            records.push(record);
        }
    });
    let unsettled = judge.unsettled();
    if !unsettled.is_empty() {
        opened.each(&|number| unsettled.contains(&number), &mut |package| judge.take_again(&package));
    }
    whole &= opened.tell(look, &path, &troubles);
    let trusted = judge.trusted();
    records.iter_mut().for_each(|record| record.trusted = record.number.is_some_and(|n| trusted.contains(&n)));
    let stats = vec![(path.clone(), Some(stat)), (opened.log_path, opened.log_stat)];
    Candidate { path, form, stats, records, whole, judge, needs }
}

pub(super) fn record(package: rpm::Package) -> (Record, bool) {
    let (files, wrong) = package.files();
    let version = package.full_version();
    let rpm::Package { number, name, architecture, installed, .. } = package;
    let record = Record::new(Installed { name, version, architecture, files }, installed);
    (Record { number: Some(number), ..record }, wrong.is_empty())
}

fn tell(look: &mut Look<'_>, path: &Text, troubles: &[rpm::Trouble]) {
    for trouble in troubles.iter().take(5) {
        let record = trouble.record.map(|number| format!("record {number}: ")).unwrap_or_default();
        look.gap(path.clone(), Refusal::Garbled(format!("{record}{}", trouble.why)));
    }
}

/// The form that rpm is set to use: the last `%_db_backend`. Before there were several, it was that of Berkeley DB.
fn backend(look: &mut Look<'_>) -> Option<String> {
    let mut found = "bdb_ro".to_owned();
    for (file, dir) in MACROS.into_iter().zip(MACRO_DIRS) {
        let dir = Text::from(dir);
        let entries = look.optional_list(&dir).unwrap_or_default();
        let further = entries.into_iter().filter(|entry| entry.kind == EntryKind::File);
        let further = further.filter(|entry| entry.name.starts_with(b"macros")).map(|entry| dir.join(&entry.name));
        for path in [Text::from(file)].into_iter().chain(further) {
            let text = look.optional_read(&path).unwrap_or_default();
            let values = text.lines().filter_map(|line| line.trim_ascii_start().strip_prefix(b"%_db_backend"));
            let words = values.filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace));
            if let Some(value) = words.filter_map(|rest| rest.trim_ascii().to_str().ok()).next_back() {
                value.clone_into(&mut found);
            }
        }
    }
    Some(if found == "bdb" { "bdb_ro".to_owned() } else { found })
}
