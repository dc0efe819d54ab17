//! Sums of lines that say the same.

use super::told::Slot;
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

/// Failures by day, address and user, then by address, then one number; and what repeats besides.
#[derive(Default)]
pub(super) struct Folds {
    /// Where keys are written before they are looked up: no line needs memory of its own.
    key: Vec<u8>,
    programs: Programs,
    failures: Sums,
    by_address: Sums,
    repeats: Sums,
    /// Where the line before was counted: among those by address, and which.
    last: Option<(bool, usize)>,
    pub(super) uncounted: u64,
}

/// Sums by key.
#[derive(Default)]
struct Sums {
    /// Where in `sums` the sum of a key is. The hash has a seed of its own: who writes names into logs cannot choose
    /// them to meet in one place.
    places: HashMap<Box<[u8]>, u32, RandomState>,
    sums: Vec<Fold>,
}

struct Fold {
    attempts: Attempts,
    kind: LogKind,
    /// What the last line was counted as.
    again: Slot,
    program: u8,
    first: Place,
    last: Place,
}

/// Where a line stands and when it was written.
type Place = (u64, Option<Moment>);

/// The names of those who wrote, few as they are.
#[derive(Default)]
struct Programs(Vec<Box<[u8]>>);

impl Programs {
    #[inline]
    fn number(&mut self, program: &[u8]) -> u8 {
        let at = self.0.iter().position(|known| **known == *program).unwrap_or_else(|| {
            if self.0.len() < usize::from(u8::MAX) {
                self.0.push(program.into());
            }
            self.0.len() - 1
        });
        u8::try_from(at).unwrap_or_default()
    }

    fn name(&self, number: u8) -> Text {
        Text::from(self.0.get(usize::from(number)).map(|name| &**name).unwrap_or_default())
    }
}

impl Sums {
    /// Adds to the sum of a key, and says which it is. `None` where it is new and there is no room.
    #[inline]
    fn add(
        &mut self,
        key: &[u8],
        limit: usize,
        said: &Said<'_>,
        times: u32,
        program: u8,
        place: Place,
    ) -> Option<usize> {
        if let Some(at) = self.places.get(key).map(|at| *at as usize)
            && let Some(sum) = self.sums.get_mut(at)
        {
            sum.again = Attempts::slot(said);
            sum.attempts.add(sum.again, times);
            sum.last = place;
            return Some(at);
        }
        let at = u32::try_from(self.sums.len()).ok()?;
        if self.sums.len() >= limit {
            return None;
        }
        let mut attempts = Attempts::default();
        let again = Attempts::slot(said);
        attempts.add(again, times);
        self.sums.push(Fold { attempts, kind: said.kind, again, program, first: place, last: place });
        self.places.insert(key.into(), at);
        Some(at as usize)
    }

    /// Each key with its sum, in the order of their first lines.
    fn in_order(self) -> impl Iterator<Item = (Box<[u8]>, Fold)> {
        let mut keys: Vec<(Box<[u8]>, u32)> = self.places.into_iter().collect();
        keys.sort_unstable_by_key(|(_, at)| *at);
        keys.into_iter().map(|(key, _)| key).zip(self.sums)
    }
}

impl Folds {
    /// Counts a failed attempt.
    pub(super) fn fail(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, from: Option<&[u8]>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let from = cut(from.unwrap_or_default(), LONGEST_ADDRESS);
        let program = self.programs.number(head.program);
        write_key(&mut self.key, day, 0, from, cut(said.user.unwrap_or_default(), LONGEST_NAME));
        self.last = self.failures.add(&self.key, limit, said, head.times, program, place).map(|at| (false, at));
        if self.last.is_some() {
            return;
        }
        write_key(&mut self.key, 0, 0, from, b"");
        self.last = self.by_address.add(&self.key, limit, said, head.times, program, place).map(|at| (true, at));
        if self.last.is_none() {
            self.uncounted += u64::from(head.times);
        }
    }

    /// The line before was said so many times more.
    pub(super) fn again(&mut self, times: u32, place: Place) {
        let Some((by_address, at)) = self.last else { return };
        let sums = if by_address { &mut self.by_address } else { &mut self.failures };
        let Some(sum) = sums.sums.get_mut(at) else { return };
        sum.attempts.add(sum.again, times);
        sum.last = place;
    }

    /// The line before was no failure.
    #[inline]
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// Counts what happens again and again.
    pub(super) fn repeat(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let command = cut(said.command.unwrap_or_default(), LONGEST_COMMAND);
        let program = self.programs.number(head.program);
        write_key(&mut self.key, day, said.kind as u8, command, cut(said.user.unwrap_or_default(), LONGEST_NAME));
        if self.repeats.add(&self.key, limit, said, head.times, program, place).is_none() {
            self.uncounted += u64::from(head.times);
        }
    }

    /// The failures in the order of their first lines, and those that are only told by address.
    pub(super) fn failures(&mut self, resolver: &Resolver<'_>) -> [Vec<Failures>; 2] {
        [std::mem::take(&mut self.failures), std::mem::take(&mut self.by_address)].map(|sums| {
            let failure = |(key, fold): (Box<[u8]>, Fold)| {
                let (from, user) = texts(&key);
                Failures {
                    program: self.programs.name(fold.program),
                    user,
                    from,
                    attempts: fold.attempts,
                    first: resolved(resolver, fold.first),
                    last: resolved(resolver, fold.last),
                }
            };
            sums.in_order().map(failure).collect()
        })
    }

    /// What repeats, in the order of first lines.
    pub(super) fn repeats(&mut self, resolver: &Resolver<'_>) -> Vec<Repeats> {
        let repeat = |(key, fold): (Box<[u8]>, Fold)| {
            let (command, user) = texts(&key);
            Repeats {
                kind: fold.kind,
                program: self.programs.name(fold.program),
                user,
                command,
                count: fold.attempts.other,
                first: resolved(resolver, fold.first),
                last: resolved(resolver, fold.last),
            }
        };
        std::mem::take(&mut self.repeats).in_order().map(repeat).collect()
    }
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

fn resolved(resolver: &Resolver<'_>, (at, moment): Place) -> (u64, Option<LogTime>) {
    (at, moment.and_then(|moment| resolver.time(moment)))
}

#[inline]
fn cut(text: &[u8], longest: usize) -> &[u8] {
    text.get(..longest).unwrap_or(text)
}
