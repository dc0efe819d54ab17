//! What is told of one file: `lstat`, kind, owner, digest.

use super::{Plan, Wanted};
use crate::packages::Packages;
use crate::{Answer, AskHost, Look, Question};
use bstr::ByteSlice;
use keeneye_facts::{Digest, DigestCheck, FileFact, FileKind, FileStat, Interest, Ownership, Refusal, Shape, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Programs above this size are not digested in a quick look, in bytes.
const QUICK_DIGEST_BYTES: u64 = 20 << 20;
/// How many refused digests are named one by one.
const MAX_NAMED_REFUSALS: usize = 10;

/// dpkg unpacks a file before it lists it: while it is at work, nobody can say of a file this new, in seconds, that no
/// package brings it.
const NEW_SECONDS: i64 = 600;
const PRELINK: &[u8] = b"/usr/sbin/prelink";
const AT_WORK: &str = "the package manager is at work";

pub(super) fn of(
    look: &mut Look<'_>,
    packages: &mut Packages,
    wanted: &Wanted,
    plan: &Plan,
    now: i64,
) -> Vec<FileFact> {
    let mut digests = Digests::default();
    let mut looked: Vec<Looked<'_>> = wanted.files.iter().map(|(path, why)| Looked::at(look, path, why)).collect();
    looked.retain(|looked| !looked.only_lies_about());
    expect_digests(look, &looked, plan);
    let mut facts: Vec<FileFact> =
        looked.into_iter().map(|looked| fact(look, packages, &mut digests, looked, wanted, plan)).collect();
    digests.tell_refusals(look);
    let is_odd = |fact: &FileFact| fact.owner.is_changed() || fact.owner.is_not_listed();
    if facts.iter().any(is_odd) {
        packages.refresh(look);
        let exchanging = Exchanging { any: packages.is_exchanging(look), others: packages.others_exchange(look) };
        for fact in facts.iter_mut().filter(|fact| is_odd(fact)) {
            confirm(look, packages, fact, exchanging);
        }
    }
    let is_new = |fact: &FileFact| fact.stat.is_none_or(|stat| stat.changed > now.saturating_sub(NEW_SECONDS));
    if facts.iter().any(|fact| fact.owner.is_unowned() && is_new(fact)) && packages.is_busy(look) {
        for fact in facts.iter_mut().filter(|fact| fact.owner.is_unowned() && is_new(fact)) {
            fact.owner = Ownership::Unknown;
        }
    }
    facts
}

/// Who puts other files into the place of packages' files just now.
#[derive(Clone, Copy)]
struct Exchanging {
    any: bool,
    /// A manager that does not say which of its packages it has in hand: any but dpkg.
    others: bool,
}

/// A wanted file, its `lstat` and what it is.
struct Looked<'a> {
    path: &'a Text,
    why: &'a BTreeSet<Interest>,
    stat: Option<FileStat>,
    kind: FileKind,
}

impl<'a> Looked<'a> {
    fn at(look: &mut Look<'_>, path: &'a Text, why: &'a BTreeSet<Interest>) -> Self {
        let stat = look.optional_stat(path);
        let kind = match stat {
            None => FileKind::Missing,
            // What the door looked into for the web is told by its shape: its first lines may hold passwords.
            Some(_) if why.iter().eq([&Interest::Web]) => FileKind::Other,
            Some(stat) if stat.is_regular() => head(look, path),
            Some(_) => FileKind::Other,
        };
        Self { path, why, stat, kind }
    }

    /// Found by its place alone, and it is no code.
    fn only_lies_about(&self) -> bool {
        let executable = self.stat.is_some_and(|stat| stat.executable());
        let code = match self.kind {
            FileKind::Elf | FileKind::Unknown => true,
            FileKind::Script(_) => executable || self.why.contains(&Interest::Volatile),
            FileKind::Other | FileKind::Missing => false,
        };
        !code && self.why.iter().all(|why| matches!(why, Interest::Stray | Interest::Volatile))
    }

    /// A quick look digests what lies to the admin first, and programs of ordinary size. What was met on a sweep is
    /// worth a digest when it is code.
    fn wants_digest(&self, plan: &Plan) -> bool {
        let Some(stat) = self.stat.filter(FileStat::is_regular) else { return false };
        let has = |interest| self.why.contains(&interest);
        let first = has(Interest::Command) || has(Interest::Linker);
        if has(Interest::Asked) {
            return true;
        }
        if plan.quick {
            return stat.size <= FileStat::LARGE && first || (has(Interest::Running) && stat.size < QUICK_DIGEST_BYTES);
        }
        self.kind != FileKind::Other || !self.why.iter().all(is_of_the_sweep)
    }
}

/// Found by the sweep over the tree, and not because anything uses it.
fn is_of_the_sweep(why: &Interest) -> bool {
    use Interest::{Device, History, Immutable, OddName, Privileged, Stray, Volatile, Web};
    matches!(why, Device | History | Immutable | OddName | Privileged | Stray | Volatile | Web)
}

/// Says which digests [`Digests::get`] is going to ask for, since a host may make several at once.
fn expect_digests(look: &Look<'_>, looked: &[Looked<'_>], plan: &Plan) {
    let mut seen = BTreeSet::new();
    let mut questions = Vec::new();
    for file in looked.iter().filter(|file| file.wants_digest(plan)) {
        if file.stat.is_some_and(|stat| seen.insert((stat.device, stat.inode))) {
            questions.push(Question::Digest(file.path.clone()));
        }
    }
    look.host().expect(&questions);
}

fn fact(
    look: &mut Look<'_>,
    packages: &mut Packages,
    digests: &mut Digests,
    looked: Looked<'_>,
    wanted: &Wanted,
    plan: &Plan,
) -> FileFact {
    let digest = match looked.stat {
        Some(stat) if looked.wants_digest(plan) => digests.get(look, looked.path, &stat),
        _ => None,
    };
    let Looked { path, why, stat, kind } = looked;
    let owner = packages.owner(look, path, digest.as_ref());
    let shape = match wanted.shapes.get(path) {
        Some(shape) => Some(shape.clone()),
        None if kind == FileKind::Elf && !owner.is_owned() => shape(look, path),
        // Where it is installed it may have changed any of them, and says so in what it changed.
        None if kind == FileKind::Elf && owner.is_changed() && packages.package_of(PRELINK).is_some() => {
            shape(look, path)
        }
        None => None,
    };
    let link = stat.filter(FileStat::is_link).and_then(|_| look.optional_link(path));
    FileFact {
        kind,
        owner,
        diversion: packages.diversion(path),
        path: path.clone(),
        stat,
        digest,
        interests: why.clone(),
        link,
        capabilities: wanted.capabilities.get(path).copied(),
        shape,
        commands: None,
    }
}

fn head(look: &mut Look<'_>, path: &Text) -> FileKind {
    match look.ask(&Question::Head(path.clone()), path.clone()) {
        Some(Answer::Bytes { data, .. }) => kind(&data),
        Some(other) => {
            look.misfit(path.clone(), &other);
            FileKind::Unknown
        }
        None => FileKind::Unknown,
    }
}

fn shape(look: &mut Look<'_>, path: &Text) -> Option<Shape> {
    match look.ask(&Question::Shape(path.clone()), [b"shape of ", path.as_slice()].concat())? {
        Answer::Shape(shape) => Some(*shape),
        other => {
            look.misfit(path.clone(), &other);
            None
        }
    }
}

/// What a file is, by its first bytes.
pub(in crate::senses) fn kind(head: &[u8]) -> FileKind {
    if head.starts_with(b"\x7fELF") {
        return FileKind::Elf;
    }
    let Some(line) = head.strip_prefix(b"#!").and_then(|rest| rest.lines().next()) else { return FileKind::Other };
    let interpreter = line.trim_ascii_start().split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    FileKind::Script(Text::from(interpreter))
}

/// Looks again at a file that differs from its package's. An upgrade may just have been exchanging it, so only what
/// two looks agree on is told.
fn confirm(look: &mut Look<'_>, packages: &mut Packages, fact: &mut FileFact, exchanging: Exchanging) {
    let now = look.optional_stat(&fact.path);
    let digest = look.host().digest(&fact.path).ok();
    if digest.is_none() {
        look.gap([b"second digest of ", fact.path.as_slice()].concat(), Refusal::Cut("a second look".into()));
    }
    let steady = digest.is_some() && digest == fact.digest;
    let mut owner = packages.owner(look, &fact.path, digest.as_ref());
    if let Ownership::Owned { digest: check, .. } = &mut owner {
        match check {
            DigestCheck::Differs { .. } if !steady => *check = DigestCheck::NotChecked,
            DigestCheck::Differs { .. } if exchanging.others && now.is_some_and(|stat| packages.is_new(&stat)) => {
                look.gap([b"package of ", fact.path.as_slice()].concat(), Refusal::Cut(AT_WORK.into()));
                *check = DigestCheck::NotChecked;
            }
            // dpkg puts the list of files and the list of digests in place one after the other.
            DigestCheck::NotListed if !steady || exchanging.any => {
                look.gap([b"package of ", fact.path.as_slice()].concat(), Refusal::Cut(AT_WORK.into()));
                *check = DigestCheck::NotChecked;
            }
            _ => (),
        }
    }
    fact.owner = owner;
    fact.stat = now.or(fact.stat);
    fact.digest = digest;
}

/// Digests that were made, by device and inode: many names and processes share one file.
#[derive(Default)]
struct Digests {
    made: BTreeMap<(u64, u64), Option<Digest>>,
    refused: Vec<(Text, Refusal)>,
}

impl Digests {
    fn get(&mut self, look: &mut Look<'_>, path: &Text, stat: &FileStat) -> Option<Digest> {
        if let Some(made) = self.made.get(&(stat.device, stat.inode)) {
            return made.clone();
        }
        let reply = look.host().digest(path);
        look.count(1, u64::from(reply.is_ok()));
        let made = reply.map_err(|why| self.refused.push((path.clone(), why))).ok();
        self.made.insert((stat.device, stat.inode), made.clone());
        made
    }

    fn tell_refusals(self, look: &mut Look<'_>) {
        let more = self.refused.len().saturating_sub(MAX_NAMED_REFUSALS);
        let last = self.refused.last().cloned();
        for (path, why) in self.refused.into_iter().take(MAX_NAMED_REFUSALS) {
            look.gap([b"digest of ", path.as_slice()].concat(), why);
        }
        if let Some((_, why)) = last.filter(|_| more > 0) {
            look.gap(format!("digests of {more} more files"), why);
        }
    }
}
