//! Sums of lines that say the same.

use super::told::Slot;
use super::{Attempts, Failures, Repeats};
use crate::logs::{Head, Moment, Resolver, Said};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use keeneye_facts::{LogKind, LogTime, Text};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

/// As much of a name is told apart; sshd cuts names there too.
const LONGEST_NAME: usize = 100;
/// As much of what cron ran.
const LONGEST_COMMAND: usize = 200;
const LONGEST_ADDRESS: usize = 255;
/// So many sums that were added to a moment ago are found without a search.
const RECENT: usize = 1024;

/// So many addresses from which somebody came in are known apart; later ones are as if nobody had.
const CAME: usize = 4_096;

/// Failures by day, address and user, then by day and address, then one number; and what repeats besides.
pub(super) struct Folds {
    /// A seed of its own: who writes names into logs cannot choose them to meet in one place.
    seed: RandomState,
    programs: Programs,
    failures: Sums,
    by_address: Sums,
    repeats: Sums,
    /// One attempt writes several lines: where the one before was counted, by the hash of its key.
    recent: Vec<(u64, Counted)>,
    /// Where the line before was counted.
    last: Option<Counted>,
    came: Came,
    pub(super) uncounted: u64,
}

impl Default for Folds {
    fn default() -> Self {
        Self {
            seed: RandomState::default(),
            programs: Programs::default(),
            failures: Sums::default(),
            by_address: Sums::default(),
            repeats: Sums::default(),
            recent: vec![(0, Counted::Nowhere); RECENT],
            last: None,
            came: Came::default(),
            uncounted: 0,
        }
    }
}

/// Where a failure was counted.
#[derive(Clone, Copy)]
enum Counted {
    Nowhere,
    Failures(u32),
    ByAddress(u32),
}

/// What lines of one sum have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key<'a> {
    day: u32,
    /// What repeats, or how often somebody had come in from that address.
    kind: u8,
    /// An address or a command; at most 255 bytes.
    one: &'a [u8],
    /// A user; at most 255 bytes.
    other: &'a [u8],
}

impl Key<'_> {
    #[inline(always)]
    fn hash(&self, seed: &RandomState) -> u64 {
        let mut hasher = seed.build_hasher();
        hasher.write_u64(u64::from(self.day) | u64::from(self.kind) << 32 | (self.one.len() as u64) << 40);
        hasher.write(self.one);
        hasher.write(self.other);
        hasher.finish()
    }
}

/// Sums by key.
#[derive(Default)]
struct Sums {
    /// Which of `sums` a key has.
    places: HashTable<u32>,
    /// In the order of their first lines.
    sums: Vec<Fold>,
    /// The texts of all keys, one behind the other.
    texts: Vec<u8>,
}

struct Fold {
    day: u32,
    /// Where the texts of its key begin, and how long they are.
    texts: u32,
    one: u8,
    other: u8,
    kind_of_key: u8,
    program: u8,
    kind: LogKind,
    /// What the last line was counted as.
    again: Slot,
    attempts: Attempts,
    first: Place,
    last: Place,
}

/// Where a line stands and when it was written.
type Place = (u64, Option<Moment>);

/// The names of those who wrote, few as they are.
#[derive(Default)]
struct Programs(Vec<Box<[u8]>>);

impl Programs {
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

impl Fold {
    #[inline]
    fn add(&mut self, slot: Slot, times: u32, place: Place) {
        self.attempts.add(slot, times);
        self.again = slot;
        self.last = place;
    }

    #[inline]
    fn key<'a>(&self, texts: &'a [u8]) -> Key<'a> {
        let (one, other) = (usize::from(self.one), usize::from(self.other));
        let texts = texts.get(self.texts as usize..).unwrap_or_default();
        let (one, rest) = texts.split_at_checked(one).unwrap_or_default();
        Key { day: self.day, kind: self.kind_of_key, one, other: rest.get(..other).unwrap_or_default() }
    }
}

impl Sums {
    /// The sum of a key, if there is one.
    #[inline]
    fn find(&mut self, hash: u64, key: &Key<'_>) -> Option<u32> {
        let Self { places, sums, texts } = self;
        let is = |at: &u32| sums.get(*at as usize).is_some_and(|sum| sum.key(texts) == *key);
        places.find(hash, is).copied()
    }

    /// Begins the sum of a key that has none. `None` where there is no room.
    fn begin(&mut self, seed: &RandomState, limit: usize, key: &Key<'_>, first: Fold) -> Option<u32> {
        let at = u32::try_from(self.sums.len()).ok()?;
        if self.sums.len() >= limit {
            return None;
        }
        let fold = Fold {
            day: key.day,
            texts: u32::try_from(self.texts.len()).ok()?,
            one: u8::try_from(key.one.len()).ok()?,
            other: u8::try_from(key.other.len()).ok()?,
            kind_of_key: key.kind,
            ..first
        };
        self.texts.extend_from_slice(key.one);
        self.texts.extend_from_slice(key.other);
        self.sums.push(fold);
        let Self { places, sums, texts } = self;
        let hash_of = |at: &u32| sums.get(*at as usize).map_or(0, |sum| sum.key(texts).hash(seed));
        places.insert_unique(key.hash(seed), at, hash_of);
        Some(at)
    }
}

impl Sums {
    /// Makes room: of the sums the half that was added to longest ago goes. How many lines are in those.
    fn forget_the_older(&mut self, seed: &RandomState) -> u64 {
        let Self { sums, texts, .. } = std::mem::take(self);
        let mut places: Vec<u64> = sums.iter().map(|sum| sum.last.0).collect();
        if places.is_empty() {
            return 0;
        }
        let middle = places.len().saturating_sub(1) / 2;
        let (_, middle, _) = places.select_nth_unstable(middle);
        let (younger, older): (Vec<Fold>, Vec<Fold>) = sums.into_iter().partition(|sum| sum.last.0 > *middle);
        for sum in younger {
            let key = sum.key(&texts);
            self.begin(seed, usize::MAX, &key, sum);
        }
        older.iter().map(|sum| sum.attempts.all()).sum()
    }
}

/// A sum of nothing, of what these lines say.
fn begun(said: &Said<'_>, program: u8, place: Place) -> Fold {
    Fold {
        day: 0,
        texts: 0,
        one: 0,
        other: 0,
        kind_of_key: 0,
        program,
        kind: said.kind,
        again: Attempts::slot(said),
        attempts: Attempts::default(),
        first: place,
        last: place,
    }
}

/// How often somebody came in from an address, up to 255 times.
struct Came {
    times: HashMap<Box<[u8]>, u8, RandomState>,
    /// A bit for each address that is among `times`, by its first and last bytes: most of those who fail are not.
    bits: [u64; 64],
}

impl Default for Came {
    fn default() -> Self {
        Self { times: HashMap::default(), bits: [0; 64] }
    }
}

impl Came {
    #[inline]
    fn bit(from: &[u8]) -> (usize, u64) {
        let ends = [from.first_chunk::<4>(), from.last_chunk::<4>()];
        let [first, last] = ends.map(|end| end.map_or(0, |end| u64::from(u32::from_ne_bytes(*end))));
        let hash = (first << 32 | last).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
        (hash as usize / 64, 1 << (hash % 64))
    }

    #[inline]
    fn times(&self, from: &[u8]) -> u8 {
        let (word, bit) = Self::bit(from);
        match self.bits.get(word) {
            Some(bits) if bits & bit != 0 => self.times.get(from).copied().unwrap_or_default(),
            _ => 0,
        }
    }

    fn again(&mut self, from: &[u8]) {
        let (word, bit) = Self::bit(from);
        if let Some(times) = self.times.get_mut(from) {
            *times = times.saturating_add(1);
        } else if self.times.len() < CAME {
            self.times.insert(from.into(), 1);
            self.bits.get_mut(word).into_iter().for_each(|bits| *bits |= bit);
        }
    }
}

impl Folds {
    /// Counts a failed attempt.
    #[inline]
    pub(super) fn fail(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, from: Option<&[u8]>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let one = cut(from.unwrap_or_default(), LONGEST_ADDRESS);
        let kind = self.came.times(one);
        let key = Key { day, kind, one, other: cut(said.user.unwrap_or_default(), LONGEST_NAME) };
        let hash = key.hash(&self.seed);
        let at = hash as usize % RECENT;
        // Two keys of one hash of 64 bits under a seed that nobody knows do not meet.
        let counted = match self.recent.get(at) {
            Some((known, counted)) if *known == hash => *counted,
            _ => {
                let counted = self.place_of(limit, head, said, hash, &key, place);
                if let Some(recent) = self.recent.get_mut(at) {
                    *recent = (hash, counted);
                }
                counted
            }
        };
        self.last = Some(counted);
        match self.sum(counted) {
            Some(sum) => sum.add(Attempts::slot(said), head.times, place),
            None => self.uncounted += u64::from(head.times),
        }
    }

    /// Somebody came in from there: what fails from now on is another sum.
    pub(super) fn came(&mut self, from: &[u8]) {
        self.came.again(cut(from, LONGEST_ADDRESS));
    }

    /// Where an attempt is to be counted.
    fn place_of(
        &mut self,
        limit: usize,
        head: &Head<'_>,
        said: &Said<'_>,
        hash: u64,
        key: &Key<'_>,
        place: Place,
    ) -> Counted {
        if let Some(at) = self.failures.find(hash, key) {
            return Counted::Failures(at);
        }
        let program = self.programs.number(head.program);
        if let Some(at) = self.failures.begin(&self.seed, limit, key, begun(said, program, place)) {
            return Counted::Failures(at);
        }
        let key = Key { other: b"", ..*key };
        let at = self.by_address.find(key.hash(&self.seed), &key);
        if at.is_none() && self.by_address.sums.len() >= limit {
            self.uncounted += self.by_address.forget_the_older(&self.seed);
            // What was found without a search has another place now.
            self.recent.fill((0, Counted::Nowhere));
        }
        at.or_else(|| self.by_address.begin(&self.seed, limit, &key, begun(said, program, place)))
            .map_or(Counted::Nowhere, Counted::ByAddress)
    }

    #[inline]
    fn sum(&mut self, counted: Counted) -> Option<&mut Fold> {
        match counted {
            Counted::Nowhere => None,
            Counted::Failures(at) => self.failures.sums.get_mut(at as usize),
            Counted::ByAddress(at) => self.by_address.sums.get_mut(at as usize),
        }
    }

    /// The line before was said so many times more.
    pub(super) fn again(&mut self, times: u32, place: Place) {
        let Some(counted) = self.last else { return };
        match self.sum(counted) {
            Some(sum) => sum.add(sum.again, times, place),
            None => self.uncounted += u64::from(times),
        }
    }

    /// The line before was no failure.
    #[inline]
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// Counts what happens again and again.
    pub(super) fn repeat(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let one = cut(said.command.unwrap_or_default(), LONGEST_COMMAND);
        let key = Key { day, kind: said.kind as u8, one, other: cut(said.user.unwrap_or_default(), LONGEST_NAME) };
        let at = self.repeats.find(key.hash(&self.seed), &key).or_else(|| {
            let program = self.programs.number(head.program);
            self.repeats.begin(&self.seed, limit, &key, begun(said, program, place))
        });
        match at.and_then(|at| self.repeats.sums.get_mut(at as usize)) {
            Some(sum) => sum.add(Attempts::slot(said), head.times, place),
            None => self.uncounted += u64::from(head.times),
        }
    }

    /// The failures in the order of their first lines, and those that are only told by address.
    pub(super) fn failures(&mut self, resolver: &Resolver<'_>) -> [Vec<Failures>; 2] {
        [std::mem::take(&mut self.failures), std::mem::take(&mut self.by_address)].map(|sums| {
            let failure = |fold: &Fold| {
                let Key { one: from, other: user, .. } = fold.key(&sums.texts);
                Failures {
                    program: self.programs.name(fold.program),
                    user: Text::from(user),
                    from: Text::from(from),
                    attempts: fold.attempts,
                    first: resolved(resolver, fold.first),
                    last: resolved(resolver, fold.last),
                }
            };
            sums.sums.iter().map(failure).collect()
        })
    }

    /// What repeats, in the order of first lines.
    pub(super) fn repeats(&mut self, resolver: &Resolver<'_>) -> Vec<Repeats> {
        let sums = std::mem::take(&mut self.repeats);
        let repeat = |fold: &Fold| {
            let Key { one: command, other: user, .. } = fold.key(&sums.texts);
            Repeats {
                kind: fold.kind,
                program: self.programs.name(fold.program),
                user: Text::from(user),
                command: Text::from(command),
                count: fold.attempts.other,
                first: resolved(resolver, fold.first),
                last: resolved(resolver, fold.last),
            }
        };
        sums.sums.iter().map(repeat).collect()
    }
}

fn resolved(resolver: &Resolver<'_>, (at, moment): Place) -> (u64, Option<LogTime>) {
    (at, moment.and_then(|moment| resolver.time(moment)))
}

#[inline]
fn cut(text: &[u8], longest: usize) -> &[u8] {
    text.get(..longest).unwrap_or(text)
}
