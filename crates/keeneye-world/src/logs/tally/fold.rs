//! Sums of lines that say the same.

use super::{Attempts, Failures, Repeats};
use crate::logs::{Head, Moment, Resolver, Said};
use foldhash::fast::RandomState;
use keeneye_facts::{LogKind, LogTime, Text};
use std::collections::HashMap;

/// As much of a name is told apart; sshd cuts names there too.
const LONGEST_NAME: usize = 100;
/// As much of what cron ran.
const LONGEST_COMMAND: usize = 200;
const LONGEST_ADDRESS: usize = 255;

/// A hash with a seed of its own for each table: who writes names into logs cannot choose them to meet in one place.
type Table<T> = HashMap<Box<[u8]>, T, RandomState>;

/// Failures by day, address and user, then by address, then one number; and what repeats besides.
#[derive(Default)]
pub(super) struct Folds {
    /// Where keys are written before they are looked up: no line needs memory of its own.
    key: Vec<u8>,
    failures: Table<Fold>,
    by_address: Table<Fold>,
    repeats: Table<(LogKind, Fold)>,
    pub(super) uncounted: u64,
}

struct Fold {
    attempts: Attempts,
    first: Place,
    last: Place,
    program: Box<[u8]>,
}

/// Where a line stands and when it was written.
type Place = (u64, Option<Moment>);

impl Fold {
    fn new(head: &Head<'_>, place: Place) -> Self {
        Self { attempts: Attempts::default(), first: place, last: place, program: head.program.into() }
    }
}

impl Folds {
    /// Counts a failed attempt.
    pub(super) fn fail(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, from: Option<&[u8]>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let from = cut(from.unwrap_or_default(), LONGEST_ADDRESS);
        write_key(&mut self.key, day, 0, from, cut(said.user.unwrap_or_default(), LONGEST_NAME));
        if let Some(fold) = entry(&mut self.failures, &self.key, limit, || Fold::new(head, place)) {
            return fold.fail(head.times, said, place);
        }
        write_key(&mut self.key, 0, 0, from, b"");
        match entry(&mut self.by_address, &self.key, limit, || Fold::new(head, place)) {
            Some(fold) => fold.fail(head.times, said, place),
            None => self.uncounted += u64::from(head.times),
        }
    }

    /// Counts what happens again and again.
    pub(super) fn repeat(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let command = cut(said.command.unwrap_or_default(), LONGEST_COMMAND);
        write_key(&mut self.key, day, said.kind as u8, command, cut(said.user.unwrap_or_default(), LONGEST_NAME));
        match entry(&mut self.repeats, &self.key, limit, || (said.kind, Fold::new(head, place))) {
            Some((_, fold)) => fold.fail(head.times, said, place),
            None => self.uncounted += u64::from(head.times),
        }
    }

    /// The failures in the order of their first lines.
    pub(super) fn failures(&mut self, resolver: &Resolver<'_>) -> Vec<Failures> {
        failures(std::mem::take(&mut self.failures), resolver)
    }

    /// Those that are only told by address.
    pub(super) fn by_address(&mut self, resolver: &Resolver<'_>) -> Vec<Failures> {
        failures(std::mem::take(&mut self.by_address), resolver)
    }

    /// What repeats, in the order of first lines.
    pub(super) fn repeats(&mut self, resolver: &Resolver<'_>) -> Vec<Repeats> {
        let repeat = |(key, (kind, fold)): (Box<[u8]>, (LogKind, Fold))| {
            let (command, user) = texts(&key);
            Repeats {
                kind,
                program: Text::from(fold.program.into_vec()),
                user,
                command,
                count: fold.attempts.other,
                first: resolved(resolver, fold.first),
                last: resolved(resolver, fold.last),
            }
        };
        let mut all: Vec<Repeats> = std::mem::take(&mut self.repeats).into_iter().map(repeat).collect();
        all.sort_by(|one, two| one.first.0.cmp(&two.first.0));
        all
    }
}

impl Fold {
    #[inline]
    fn fail(&mut self, times: u32, said: &Said<'_>, place: Place) {
        self.attempts.add(said, times);
        self.last = place;
    }
}

/// The entry of a key; a new one where there is room.
#[inline]
fn entry<'a, T>(table: &'a mut Table<T>, key: &[u8], limit: usize, new: impl FnOnce() -> T) -> Option<&'a mut T> {
    // Two look-ups for a new key, one for an old one, and none of them makes a box for nothing.
    if !table.contains_key(key) {
        if table.len() >= limit {
            return None;
        }
        table.insert(key.into(), new());
    }
    table.get_mut(key)
}

/// Day, a number, and two texts, the first with its length.
#[inline]
fn write_key(key: &mut Vec<u8>, day: u32, kind: u8, one: &[u8], other: &[u8]) {
    key.clear();
    let [a, b, c, d] = day.to_le_bytes();
    key.extend_from_slice(&[a, b, c, d, kind, u8::try_from(one.len()).unwrap_or(u8::MAX)]);
    key.extend_from_slice(one);
    key.extend_from_slice(other);
}

/// Day, number and length stand before the texts.
const HEAD: usize = 6;

fn texts(key: &[u8]) -> (Text, Text) {
    let length = usize::from(key.get(HEAD - 1).copied().unwrap_or_default());
    let (one, other) = key.get(HEAD..).and_then(|texts| texts.split_at_checked(length)).unwrap_or_default();
    (Text::from(one), Text::from(other))
}

fn failures(table: Table<Fold>, resolver: &Resolver<'_>) -> Vec<Failures> {
    let failure = |(key, fold): (Box<[u8]>, Fold)| {
        let (from, user) = texts(&key);
        Failures {
            program: Text::from(fold.program.into_vec()),
            user,
            from,
            attempts: fold.attempts,
            first: resolved(resolver, fold.first),
            last: resolved(resolver, fold.last),
        }
    };
    let mut all: Vec<Failures> = table.into_iter().map(failure).collect();
    all.sort_by(|one, two| one.first.0.cmp(&two.first.0));
    all
}

fn resolved(resolver: &Resolver<'_>, (at, moment): Place) -> (u64, Option<LogTime>) {
    (at, moment.and_then(|moment| resolver.time(moment)))
}

#[inline]
fn cut(text: &[u8], longest: usize) -> &[u8] {
    text.get(..longest).unwrap_or(text)
}
