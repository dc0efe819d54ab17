//! What is told of one file: `lstat`, kind, owner, digest.

use super::{Plan, Wanted};
use crate::packages::Packages;
use crate::{Answer, AskHost, Look, Question};
use bstr::ByteSlice;
use keeneye_facts::{Digest, DigestCheck, FileFact, FileKind, FileStat, Interest, Ownership, Refusal, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Programs above this size are not digested in a quick look, in bytes.
const QUICK_DIGEST_BYTES: u64 = 20 << 20;
/// How many refused digests are named one by one.
const MAX_NAMED_REFUSALS: usize = 10;

/// dpkg unpacks a file before it lists it: while it is at work, nobody can say of a file this new, in seconds, that no
/// package brings it.
const NEW_SECONDS: i64 = 600;

pub(super) fn of(
    look: &mut Look<'_>,
    packages: &mut Packages,
    wanted: &Wanted,
    plan: &Plan,
    now: i64,
) -> Vec<FileFact> {
    let mut digests = Digests::default();
    let looked: Vec<Looked<'_>> =
        wanted.0.iter().map(|(path, why)| Looked { path, why, stat: look.optional_stat(path) }).collect();
    expect_digests(look, &looked, plan);
    let mut facts: Vec<FileFact> =
        looked.iter().map(|looked| fact(look, packages, &mut digests, looked, plan)).collect();
    digests.tell_refusals(look);
    // Of what only lies about, programs and libraries matter.
    facts.retain(|fact| {
        matches!(fact.kind, FileKind::Elf | FileKind::Unknown) || !fact.interests.iter().eq([&Interest::Stray])
    });
    let is_odd = |fact: &FileFact| fact.owner.is_changed() || fact.owner.is_not_listed();
    if facts.iter().any(is_odd) {
        packages.refresh(look);
        let exchanging = packages.is_exchanging(look);
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

/// A wanted file and its `lstat`.
struct Looked<'a> {
    path: &'a Text,
    why: &'a BTreeSet<Interest>,
    stat: Option<FileStat>,
}

/// Says which digests [`Digests::get`] is going to ask for, since a host may make several at once.
fn expect_digests(look: &Look<'_>, looked: &[Looked<'_>], plan: &Plan) {
    let mut seen = BTreeSet::new();
    let mut questions = Vec::new();
    for Looked { path, why, stat } in looked {
        if let Some(stat) = stat.filter(FileStat::is_regular)
            && wants_digest(why, &stat, plan)
            && seen.insert((stat.device, stat.inode))
        {
            questions.push(Question::Digest((*path).clone()));
        }
    }
    look.host().expect(&questions);
}

fn fact(
    look: &mut Look<'_>,
    packages: &mut Packages,
    digests: &mut Digests,
    looked: &Looked<'_>,
    plan: &Plan,
) -> FileFact {
    let Looked { path, why, stat } = *looked;
    let regular = stat.filter(FileStat::is_regular);
    let digest = match regular {
        Some(stat) if wants_digest(why, &stat, plan) => digests.get(look, path, &stat),
        _ => None,
    };
    FileFact {
        kind: match (stat, regular) {
            (None, _) => FileKind::Missing,
            (_, Some(_)) => head(look, path),
            _ => FileKind::Other,
        },
        owner: packages.owner(look, path, digest.as_ref()),
        diversion: packages.diversion(path),
        path: path.clone(),
        stat,
        digest,
        interests: why.clone(),
    }
}

/// A quick look digests what lies to the admin first, and programs of ordinary size.
fn wants_digest(why: &BTreeSet<Interest>, stat: &FileStat, plan: &Plan) -> bool {
    let has = |interest| why.contains(&interest);
    let first = has(Interest::Command) || has(Interest::Linker);
    if !plan.quick || has(Interest::Asked) {
        return true;
    }
    stat.size <= FileStat::LARGE && first || (has(Interest::Running) && stat.size < QUICK_DIGEST_BYTES)
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

/// What a file is, by its first bytes.
pub(super) fn kind(head: &[u8]) -> FileKind {
    if head.starts_with(b"\x7fELF") {
        return FileKind::Elf;
    }
    let Some(line) = head.strip_prefix(b"#!").and_then(|rest| rest.lines().next()) else { return FileKind::Other };
    let interpreter = line.trim_ascii_start().split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    FileKind::Script(Text::from(interpreter))
}

/// Looks again at a file that differs from its package's. An upgrade may just have been exchanging it, so only what
/// two looks agree on is told.
fn confirm(look: &mut Look<'_>, packages: &mut Packages, fact: &mut FileFact, exchanging: bool) {
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
            // dpkg puts the list of files and the list of digests in place one after the other.
            DigestCheck::NotListed if !steady || exchanging => {
                look.gap([b"package of ", fact.path.as_slice()].concat(), Refusal::Cut("dpkg is at work".into()));
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
