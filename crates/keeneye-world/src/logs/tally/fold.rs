//! Sums of lines that say the same.

use super::told::{Counters, Slot};
use super::{Failures, Limits, Repeats};
use crate::logs::peers::Hashed;
use crate::logs::said::Visitor;
use crate::logs::{Head, Moment, Resolver, Said};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use keeneye_facts::{LogKind, LogTime, Text};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

/// As much of a name is told apart; sshd cuts names there too.
const LONGEST_NAME: usize = 100;
/// As much of what cron ran.
const LONGEST_COMMAND: usize = 200;
const LONGEST_ADDRESS: usize = 255;
/// So many sums that were added to a moment ago are found without a search.
const RECENT: usize = 1024;

/// An odd number whose multiples are far from each other: 2 to the 64th by the golden ratio.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

/// So many addresses from which somebody came in are known apart; later ones are as if nobody had.
const CAME: usize = 4_096;

/// Failures by day, address and user, the older ones by address, then one number; and what repeats besides.
pub(super) struct Folds {
    /// A seed of its own: who writes names into logs cannot choose them to meet in one place.
    seed: RandomState,
    programs: Programs,
    /// Failures of names that do not exist, then those of all others: whoever invents names pushes no real one out.
    pools: [Pool; 2],
    /// The failures before those, by address and day.
    by_address: Sums,
    repeats: Sums,
    /// One attempt writes several lines: where the one before was counted, by the hash of its key.
    recent: Vec<Recent>,
    /// Where the line before was counted.
    last: Option<Counted>,
    came: Came,
    /// That of the last line that has one, as [`Moment::day`].
    day: u32,
    pub(super) uncounted: u64,
}

impl Default for Folds {
    fn default() -> Self {
        Self {
            seed: RandomState::default(),
            programs: Programs::default(),
            pools: Default::default(),
            by_address: Sums::default(),
            repeats: Sums::default(),
            recent: vec![Recent::default(); RECENT],
            last: None,
            came: Came::default(),
            day: 0,
            uncounted: 0,
        }
    }
}

/// Where the attempts of a key were counted a moment ago.
#[derive(Clone, Copy, Default)]
struct Recent {
    /// Of the key, without how often somebody had come in.
    hash: u64,
    counted: Counted,
    /// How many logins there had been from addresses like this one; the next may be from there.
    logins: u32,
}

/// Where a failure was counted.
#[derive(Clone, Copy, Default)]
enum Counted {
    #[default]
    Nowhere,
    Younger(Number),
    Older(Number),
}

/// The number of a pool, and of a sum in it.
type Number = (u8, u32);

/// The newest failures.
#[derive(Default)]
struct Pool {
    /// Half of what there is room for.
    younger: Sums,
    /// Those before them; the other half.
    older: Sums,
}

/// What lines of one sum have in common.
#[derive(Clone, Copy)]
struct Key<'a> {
    day: u32,
    /// What repeats, or how often somebody had come in from that address.
    kind: u8,
    /// An address or a command; of the text at most 255 bytes are told.
    one: Hashed<'a>,
    /// A user; at most 255 bytes.
    other: &'a [u8],
}

impl Key<'_> {
    #[inline(always)]
    fn hash(&self, seed: &RandomState) -> u64 {
        let mut hasher = seed.build_hasher();
        hasher.write_u64(self.one.hash);
        hasher.write(self.other);
        hasher.write_u64(u64::from(self.day) | u64::from(self.kind) << 32 | (self.other.len() as u64) << 40);
        hasher.finish()
    }
}

/// Sums by key.
#[derive(Default)]
struct Sums {
    /// Which of `sums` a key has, by its hash.
    places: HashTable<(u64, u32)>,
    /// In the order of their first lines.
    sums: Vec<Fold>,
    /// The texts of all keys, one behind the other.
    texts: Vec<u8>,
}

struct Fold {
    /// The `day` of its key; 0 where days were joined.
    day: u32,
    /// The hash of what its key has as `one`.
    one_hash: u64,
    /// The `kind` of its key.
    kind_of_key: u8,
    /// Where the texts of its key begin, and how long they are.
    texts: u32,
    one: u8,
    other: u8,
    program: u8,
    kind: LogKind,
    /// What the last line was counted as.
    again: Slot,
    attempts: Counters,
    first: Place,
    last: Place,
}

/// Where no address is told.
const NOWHERE: Hashed<'_> = Hashed { text: b"", hash: 0 };

/// Where a line stands and when it was written.
pub(super) type Place = (u64, Option<Moment>);

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
    fn add(&mut self, slot: Slot, times: u32, at: u64, moment: Option<Moment>) {
        self.attempts.add(slot, times);
        self.again = slot;
        self.last = (at, moment);
    }

    /// What is hashed already needs no more than to differ.
    fn hash_by_address(&self) -> u64 {
        let other = u64::from(self.kind_of_key) << 32 | u64::from(self.day);
        self.one_hash.wrapping_add(other.wrapping_mul(APART))
    }

    /// Takes in what another sum of the same counts.
    fn join(&mut self, other: &Self) {
        self.attempts.join(other.attempts);
        if other.first.0 < self.first.0 {
            self.first = other.first;
        }
        if other.last.0 > self.last.0 {
            self.last = other.last;
        }
    }

    /// The texts of its key.
    fn texts<'a>(&self, texts: &'a [u8]) -> [&'a [u8]; 2] {
        let (one, other) = (usize::from(self.one), usize::from(self.other));
        let texts = texts.get(self.texts as usize..).unwrap_or_default();
        let (one, rest) = texts.split_at_checked(one).unwrap_or_default();
        [one, rest.get(..other).unwrap_or_default()]
    }
}

impl Sums {
    /// The sum of a key, if there is one.
    #[inline]
    fn find(&self, hash: u64) -> Option<u32> {
        self.places.find(hash, |(known, _)| *known == hash).map(|(_, at)| *at)
    }

    /// Begins the sum of a key that has none. `None` where there is no room.
    fn begin(&mut self, limit: usize, hash: u64, key: &Key<'_>, first: Fold) -> Option<u32> {
        let at = u32::try_from(self.sums.len()).ok()?;
        if self.sums.len() >= limit {
            return None;
        }
        let Key { day, kind, one, other } = *key;
        let fold = Fold {
            day,
            one_hash: one.hash,
            kind_of_key: kind,
            texts: u32::try_from(self.texts.len()).ok()?,
            one: u8::try_from(one.text.len()).ok()?,
            other: u8::try_from(other.len()).ok()?,
            ..first
        };
        self.texts.extend_from_slice(one.text);
        self.texts.extend_from_slice(other);
        self.sums.push(fold);
        self.places.insert_unique(hash, (hash, at), |(hash, _)| *hash);
        Some(at)
    }
}

impl Pool {
    /// What was older is told by address from now on, and what was younger is older. How many lines were let go.
    fn make_room(&mut self, by_address: &mut Sums, addresses: usize) -> u64 {
        // The room of what is forgotten serves for what comes.
        let mut forgotten = std::mem::replace(&mut self.older, std::mem::take(&mut self.younger));
        let Sums { places, sums, texts } = &mut forgotten;
        let let_go = sums.drain(..).map(|sum| by_address.join(addresses, sum, texts)).sum();
        places.clear();
        texts.clear();
        self.younger = forgotten;
        let_go
    }
}

impl Sums {
    /// Adds a sum to that of its address. How many lines were let go to make room.
    fn join(&mut self, limit: usize, sum: Fold, texts: &[u8]) -> u64 {
        let hash = sum.hash_by_address();
        if let Some(all) = self.find(hash).and_then(|at| self.sums.get_mut(at as usize)) {
            all.join(&sum);
            return 0;
        }
        let let_go = if self.sums.len() < limit { 0 } else { self.make_less(limit) };
        self.begin_by_address(hash, sum, texts);
        let_go
    }

    /// Joins the days of the older half. Where that is little, addresses are let go.
    fn make_less(&mut self, limit: usize) -> u64 {
        let Self { mut sums, texts, .. } = std::mem::take(self);
        sums.sort_unstable_by_key(|sum| sum.last.0);
        let younger = sums.split_off(sums.len() / 2);
        for sum in sums {
            self.join(usize::MAX, Fold { day: 0, ..sum }, &texts);
        }
        for sum in younger {
            self.join(usize::MAX, sum, &texts);
        }
        if self.sums.len() <= limit / 4 * 3 { 0 } else { self.let_go_the_least() }
    }

    /// Those before and those behind a login stay apart.
    fn begin_by_address(&mut self, hash: u64, sum: Fold, texts: &[u8]) {
        let [text, _] = sum.texts(texts);
        let one = Hashed { text, hash: sum.one_hash };
        self.begin(usize::MAX, hash, &Key { day: sum.day, kind: sum.kind_of_key, one, other: b"" }, sum);
    }

    /// Of the addresses the half that tried least goes. How many lines are in those.
    fn let_go_the_least(&mut self) -> u64 {
        let Self { mut sums, texts, .. } = std::mem::take(self);
        sums.sort_unstable_by_key(|sum| Reverse(sum.attempts.all()));
        let least = sums.split_off(sums.len() / 2);
        for sum in sums {
            self.begin_by_address(sum.hash_by_address(), sum, &texts);
        }
        least.iter().map(|sum| sum.attempts.all()).sum()
    }
}

/// A sum of nothing.
fn begun(kind: LogKind, program: u8, place: Place) -> Fold {
    Fold {
        day: 0,
        one_hash: 0,
        kind_of_key: 0,
        texts: 0,
        one: 0,
        other: 0,
        program,
        kind,
        again: Slot::Other,
        attempts: Counters::default(),
        first: place,
        last: place,
    }
}

/// How often somebody came in from an address, up to 255 times.
struct Came {
    /// By the hash of the address.
    times: HashMap<u64, u8, RandomState>,
    /// Logins from all addresses of which the hash begins alike.
    logins: [u32; 256],
}

impl Default for Came {
    fn default() -> Self {
        Self { times: HashMap::default(), logins: [0; 256] }
    }
}

impl Came {
    fn times(&self, hash: u64) -> u8 {
        self.times.get(&hash).copied().unwrap_or_default()
    }

    #[inline(always)]
    fn logins(&self, hash: u64) -> u32 {
        self.logins.get((hash >> 56) as usize).copied().unwrap_or_default()
    }

    fn again(&mut self, hash: u64) {
        if let Some(logins) = self.logins.get_mut((hash >> 56) as usize) {
            *logins = logins.wrapping_add(1);
        }
        if let Some(times) = self.times.get_mut(&hash) {
            *times = times.saturating_add(1);
        } else if self.times.len() < CAME {
            self.times.insert(hash, 1);
        }
    }
}

impl Folds {
    /// Counts a failed attempt.
    #[inline(always)]
    pub(super) fn fail(
        &mut self,
        limits: Limits,
        head: &Head<'_>,
        said: &Visitor<'_>,
        from: Option<Hashed<'_>>,
        at: u64,
        moment: Option<Moment>,
    ) {
        let day = if moment.is_some() { self.day } else { u32::MAX };
        let one = from.unwrap_or(NOWHERE);
        let key = Key { day, kind: 0, one, other: cut(said.user.unwrap_or_default(), LONGEST_NAME) };
        let hash = key.hash(&self.seed);
        let slot = hash as usize % RECENT;
        let logins = self.came.logins(one.hash);
        let counted = match self.recent.get(slot) {
            Some(recent) if recent.hash == hash && recent.logins == logins => recent.counted,
            _ => {
                let counted = self.place_of(limits, &key, (said.kind, head.program), (at, moment));
                if let Some(recent) = self.recent.get_mut(slot) {
                    *recent = Recent { hash, counted, logins };
                }
                counted
            }
        };
        self.last = Some(counted);
        match self.sum(counted) {
            Some(sum) => sum.add(Slot::of(said), head.times, at, moment),
            None => self.uncounted += u64::from(head.times),
        }
    }

    /// Takes the day of the lines that come.
    pub(super) fn today(&mut self, moment: Moment) {
        self.day = moment.day();
    }

    /// Somebody came in from there: what fails from now on is another sum.
    pub(super) fn came(&mut self, from: Hashed<'_>) {
        self.came.again(from.hash);
    }

    /// Where an attempt is to be counted.
    #[inline(never)]
    fn place_of(&mut self, limits: Limits, key: &Key<'_>, (kind, program): (LogKind, &[u8]), place: Place) -> Counted {
        let one = Hashed { text: cut(key.one.text, LONGEST_ADDRESS), ..key.one };
        let key = Key { kind: self.came.times(one.hash), one, ..*key };
        let hash = key.hash(&self.seed);
        for (number, pool) in (0..).zip(&self.pools) {
            if let Some(at) = pool.younger.find(hash) {
                return Counted::Younger((number, at));
            }
            if let Some(at) = pool.older.find(hash) {
                return Counted::Older((number, at));
            }
        }
        let program = self.programs.number(program);
        let number = u8::from(kind != LogKind::UnknownUser && !key.other.is_empty());
        let Some(pool) = self.pools.get_mut(usize::from(number)) else { return Counted::Nowhere };
        let half = (limits.sums / 2).max(1);
        if pool.younger.sums.len() >= half {
            self.uncounted += pool.make_room(&mut self.by_address, limits.addresses);
            // What was found without a search has another place now.
            self.recent.fill(Recent::default());
        }
        let at = pool.younger.begin(half, hash, &key, begun(kind, program, place));
        at.map_or(Counted::Nowhere, |at| Counted::Younger((number, at)))
    }

    #[inline]
    fn sum(&mut self, counted: Counted) -> Option<&mut Fold> {
        match counted {
            Counted::Nowhere => None,
            Counted::Younger((pool, at)) => self.pools.get_mut(usize::from(pool))?.younger.sums.get_mut(at as usize),
            Counted::Older((pool, at)) => self.pools.get_mut(usize::from(pool))?.older.sums.get_mut(at as usize),
        }
    }

    /// The line before was said so many times more.
    pub(super) fn again(&mut self, times: u32, place: Place) {
        let Some(counted) = self.last else { return };
        match self.sum(counted) {
            Some(sum) => sum.add(sum.again, times, place.0, place.1),
            None => self.uncounted += u64::from(times),
        }
    }

    /// The line before was no failure.
    #[inline]
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// Counts what happens again and again.
    pub(super) fn repeat(&mut self, limit: usize, head: &Head<'_>, said: &Said<'_>, what: Hashed<'_>, place: Place) {
        let day = place.1.map_or(u32::MAX, Moment::day);
        let user = cut(said.user.unwrap_or_default(), LONGEST_NAME);
        let key = Key { day, kind: said.kind as u8, one: what, other: user };
        let hash = key.hash(&self.seed);
        let at = self.repeats.find(hash).or_else(|| {
            let program = self.programs.number(head.program);
            self.repeats.begin(limit, hash, &key, begun(said.kind, program, place))
        });
        match at.and_then(|at| self.repeats.sums.get_mut(at as usize)) {
            Some(sum) => sum.add(Slot::Other, head.times, place.0, place.1),
            None => self.uncounted += u64::from(head.times),
        }
    }

    /// The newest failures, and those that are only told by address; in the order of their first lines.
    pub(super) fn failures(&mut self, resolver: &Resolver<'_>) -> [Vec<Failures>; 2] {
        let pools = std::mem::take(&mut self.pools);
        let halves = pools.iter().flat_map(|pool| [&pool.older, &pool.younger]);
        let newest = halves.flat_map(|sums| self.told(sums, resolver)).collect();
        let by_address = std::mem::take(&mut self.by_address);
        let by_address = self.told(&by_address, resolver);
        [newest, by_address].map(|mut sums: Vec<Failures>| {
            sums.sort_by_key(|sum| sum.first.0);
            sums
        })
    }

    fn told(&self, sums: &Sums, resolver: &Resolver<'_>) -> Vec<Failures> {
        let failure = |fold: &Fold| {
            let [from, user] = fold.texts(&sums.texts);
            Failures {
                program: self.programs.name(fold.program),
                user: Text::from(user),
                from: Text::from(from),
                attempts: fold.attempts.attempts(),
                first: resolved(resolver, fold.first),
                last: resolved(resolver, fold.last),
            }
        };
        sums.sums.iter().map(failure).collect()
    }

    /// What repeats, in the order of first lines.
    pub(super) fn repeats(&mut self, resolver: &Resolver<'_>) -> Vec<Repeats> {
        let sums = std::mem::take(&mut self.repeats);
        let repeat = |fold: &Fold| {
            let [command, user] = fold.texts(&sums.texts);
            Repeats {
                kind: fold.kind,
                program: self.programs.name(fold.program),
                user: Text::from(user),
                command: Text::from(command),
                count: u32::try_from(fold.attempts.all()).unwrap_or(u32::MAX),
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

/// What is told of the command of a line that repeats.
pub(super) fn begin_of_command<'a>(said: &Said<'a>) -> &'a [u8] {
    cut(said.command.unwrap_or_default(), LONGEST_COMMAND)
}

#[inline]
fn cut(text: &[u8], longest: usize) -> &[u8] {
    text.get(..longest).unwrap_or(text)
}
