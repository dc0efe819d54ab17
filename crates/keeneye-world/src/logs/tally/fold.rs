//! Sums of lines that say the same.

use super::sums::{Fold, Key, Place, Pool, Sums};
use super::told::Slot;
use super::{Failures, Limits, OfAddress, Repeats, Whole};
use crate::logs::peers::Hashed;
use crate::logs::short::short;
use crate::logs::{Moment, Resolver, Said};
use foldhash::fast::RandomState;
use keeneye_facts::{LogKind, LogTime, Text};
use std::collections::HashMap;

/// As much of a name is told apart; sshd cuts names there too.
const LONGEST_NAME: usize = 100;
/// As much of what cron ran.
const LONGEST_COMMAND: usize = 200;
const LONGEST_ADDRESS: usize = 255;
/// So many sums that were added to a moment ago are found without a search.
const RECENT: usize = 1024;

/// So many addresses from which somebody came in are known apart; later ones are as if nobody had.
const CAME: usize = 4_096;

/// Failures by day, address and user, the older ones by address, then one number; and what repeats besides.
pub(super) struct Folds {
    /// A seed of its own: who writes names into logs cannot choose them to meet in one place.
    seed: RandomState,
    programs: Programs,
    /// Failures of names of which the log says that they do not exist, then those of all others: whoever invents names
    /// pushes no real one out.
    pools: [Pool; 2],
    /// The failures before those, by address and day.
    by_address: Sums,
    repeats: Sums,
    /// One attempt writes several lines: where the one before was counted, by the hash of its key.
    recent: Vec<Recent>,
    /// Where the line before was counted.
    last: Option<Last>,
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

/// Where a failure was counted: two numbers, which fit into registers.
#[derive(Clone, Copy, Default)]
struct Counted {
    /// Nowhere where it is 0; else one more than twice the number of the pool, and one more for its older half.
    half: u32,
    at: u32,
}

/// The line before, where it was a failure.
#[derive(Clone, Copy)]
struct Last {
    counted: Counted,
    day: u32,
    times: u32,
}

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
        limits: &Limits,
        line: Whole<'_>,
        kind: LogKind,
        user: Option<&[u8]>,
        slot: Slot,
        from: Hashed<'_>,
    ) {
        let day = if line.moment.is_some() { self.day } else { u32::MAX };
        let other = cut(user.unwrap_or_default(), LONGEST_NAME);
        let key = Key { day, kind: 0, one: from, other, short: short(line.text, other) };
        let hash = key.hash(&self.seed);
        let place = hash as usize % RECENT;
        let logins = self.came.logins(from.hash);
        let counted = match self.recent.get(place) {
            Some(recent) if recent.hash == hash && recent.logins == logins => recent.counted,
            _ => {
                let counted = self.place_of(limits, key, hash, kind, line.place());
                if let Some(recent) = self.recent.get_mut(place) {
                    *recent = Recent { hash, counted, logins };
                }
                counted
            }
        };
        self.last = Some(Last { counted, day, times: line.times });
        match self.sum(counted) {
            Some(sum) => sum.add(slot, line.times, line.at, line.moment),
            None => self.uncounted += u64::from(line.times),
        }
    }

    /// Takes the day of the lines that come.
    pub(super) fn today(&mut self, moment: Moment) {
        self.day = moment.day();
    }

    /// Somebody came in from an address, told by its hash: what fails from now on is another sum.
    pub(super) fn came(&mut self, from: u64) {
        self.came.again(from);
    }

    /// Where an attempt is to be counted; `hash` is that of the key as if nobody had come in from there.
    #[inline(never)]
    fn place_of(&mut self, limits: &Limits, key: Key<'_>, hash: u64, kind: LogKind, place: Place) -> Counted {
        let one = Hashed { text: cut(key.one.text, LONGEST_ADDRESS), ..key.one };
        let key = Key { kind: self.came.times(one.hash), one, ..key };
        let hash = if key.kind == 0 { hash } else { key.hash(&self.seed) };
        let halves = self.pools.iter().flat_map(|pool| [&pool.younger, &pool.older]);
        for (half, sums) in (1..).zip(halves) {
            if let Some(at) = sums.find(hash) {
                return Counted { half, at };
            }
        }
        let is_invented = kind == LogKind::UnknownUser || key.other.is_empty();
        let number = u32::from(!is_invented);
        let Some(pool) = self.pools.get_mut(number as usize) else { return Counted::default() };
        let half = (limits.sums / 2).max(1);
        if pool.younger.sums.len() >= half {
            self.uncounted += pool.make_room(&mut self.by_address, limits.addresses, &self.seed);
            // What was found without a search has another place now.
            self.recent.fill(Recent::default());
        }
        let at = pool.younger.begin(half, hash, &key, &Fold::of_failures(is_invented, place));
        at.map_or(Counted::default(), |at| Counted { half: 1 + 2 * number, at })
    }

    #[inline]
    fn sum(&mut self, Counted { half, at }: Counted) -> Option<&mut Fold> {
        let half = half.checked_sub(1)?;
        let pool = self.pools.get_mut(half as usize / 2)?;
        let sums = if half % 2 == 0 { &mut pool.younger } else { &mut pool.older };
        sums.sums.get_mut(at as usize)
    }

    /// The line before was said so many times more.
    pub(super) fn again(&mut self, times: u32, place: Place) {
        if let Some(last) = self.last {
            self.more(last.counted, times, place);
        }
    }

    /// The line before stands there once more. Counts it if it was a failure of the same day; true then.
    #[inline]
    pub(super) fn said_again(&mut self, place: Place) -> bool {
        let Some(last) = self.last.filter(|last| last.day == self.day) else { return false };
        self.more(last.counted, last.times, place);
        true
    }

    #[inline]
    fn more(&mut self, counted: Counted, times: u32, (at, moment): Place) {
        match self.sum(counted) {
            Some(sum) => sum.add(sum.again, times, at, moment),
            None => self.uncounted += u64::from(times),
        }
    }

    /// The line before was no failure.
    #[inline]
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// Counts what happens again and again.
    pub(super) fn repeat(&mut self, limit: usize, line: Whole<'_>, program: &[u8], said: &Said<'_>, what: Hashed<'_>) {
        let day = line.moment.map_or(u32::MAX, Moment::day);
        let user = cut(said.user.unwrap_or_default(), LONGEST_NAME);
        let key = Key { day, kind: said.kind as u8, one: what, other: user, short: short(line.text, user) };
        let hash = key.hash(&self.seed);
        let at = self.repeats.find(hash).or_else(|| {
            let program = self.programs.number(program);
            self.repeats.begin(limit, hash, &key, &Fold::of_repeats(said.kind, program, line.place()))
        });
        match at.and_then(|at| self.repeats.sums.get_mut(at as usize)) {
            Some(sum) => sum.add(Slot::Other, line.times, line.at, line.moment),
            None => self.uncounted += u64::from(line.times),
        }
    }

    /// The newest failures, in the order of their first lines.
    pub(super) fn failures(&self, resolver: &Resolver<'_>) -> Vec<Failures> {
        let halves = self.pools.iter().flat_map(|pool| [&pool.older, &pool.younger]);
        let failure = |(fold, texts): (&Fold, &[u8])| {
            let [from, user] = fold.texts(texts);
            Failures {
                user: Text::from(user),
                from: Text::from(from),
                attempts: fold.attempts.attempts(),
                first: resolved(resolver, fold.first),
                last: resolved(resolver, fold.last),
            }
        };
        let folds = halves.flat_map(|half| half.sums.iter().map(|fold| (fold, half.texts.as_slice())));
        let mut failures: Vec<Failures> = folds.map(failure).collect();
        failures.sort_by_key(|sum| sum.first.0);
        failures
    }

    /// Older ones, by address, no more than so many.
    pub(super) fn addresses(&mut self, limit: usize, resolver: &Resolver<'_>) -> Vec<OfAddress> {
        self.uncounted += self.by_address.make_fit(limit, limit, &self.seed);
        let Sums { mut sums, texts, .. } = std::mem::take(&mut self.by_address);
        sums.sort_unstable_by_key(|sum| sum.first.0);
        let seconds = |place| resolved(resolver, place).1.map(|time| time.seconds);
        let of_address = |fold: &Fold| {
            let [from, _] = fold.texts(&texts);
            OfAddress {
                from: Text::from(from),
                attempts: fold.attempts.attempts(),
                names: fold.names(),
                times: seconds(fold.first).zip(seconds(fold.last)),
            }
        };
        sums.iter().map(of_address).collect()
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
