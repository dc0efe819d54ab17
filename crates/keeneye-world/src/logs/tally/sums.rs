//! Sums of lines by what these have in common, and how they become fewer where there is no room.

use super::told::{Counters, Slot};
use crate::logs::Moment;
use crate::logs::peers::Hashed;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use keeneye_facts::LogKind;
use std::cmp::Reverse;
use std::hash::{BuildHasher, Hasher};

/// An odd number whose multiples are far from each other: 2 to the 64th by the golden ratio.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

/// Where a line stands and when it was written.
pub(in crate::logs::tally) type Place = (u64, Option<Moment>);

/// What lines of one sum have in common.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) day: u32,
    /// What repeats, or how often somebody had come in from that address.
    pub(super) kind: u8,
    /// An address or a command; of the text at most 255 bytes are told.
    pub(super) one: Hashed<'a>,
    /// A user; at most 255 bytes.
    pub(super) other: &'a [u8],
}

impl Key<'_> {
    #[inline(always)]
    pub(super) fn hash(&self, seed: &RandomState) -> u64 {
        let mut hasher = seed.build_hasher();
        hasher.write_u64(self.one.hash);
        hasher.write(self.other);
        hasher.write_u64(u64::from(self.day) | u64::from(self.kind) << 32 | (self.other.len() as u64) << 40);
        hasher.finish()
    }
}

/// Sums by key.
#[derive(Default)]
pub(super) struct Sums {
    /// Which of `sums` a key has, by its hash.
    places: HashTable<(u64, u32)>,
    /// In the order of their first lines.
    pub(super) sums: Vec<Fold>,
    /// The texts of all keys, one behind the other.
    pub(super) texts: Vec<u8>,
}

pub(super) struct Fold {
    /// The `day` of its key; 0 where days were joined.
    day: u32,
    /// The hash of what its key has as `one`.
    one_hash: u64,
    /// The `kind` of its key.
    kind_of_key: u8,
    /// Its name does not exist, or none is told: see [`Pool`].
    is_invented: bool,
    /// Where the texts of its key begin, and how long they are.
    texts: u32,
    one: u8,
    other: u8,
    pub(super) program: u8,
    pub(super) kind: LogKind,
    /// What the last line was counted as.
    pub(super) again: Slot,
    pub(super) attempts: Counters,
    pub(super) first: Place,
    pub(super) last: Place,
}

/// The newest failures.
#[derive(Default)]
pub(super) struct Pool {
    /// Half of what there is room for.
    pub(super) younger: Sums,
    /// Those before them; the other half.
    pub(super) older: Sums,
}

impl Fold {
    #[inline]
    pub(super) fn add(&mut self, slot: Slot, times: u32, at: u64, moment: Option<Moment>) {
        self.attempts.add(slot, times);
        self.again = slot;
        self.last = (at, moment);
    }

    /// What is hashed already needs no more than to differ.
    fn hash_by_address(&self) -> u64 {
        let kind = u64::from(self.kind_of_key) << 1 | u64::from(self.is_invented);
        let other = kind << 32 | u64::from(self.day);
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
    pub(super) fn texts<'a>(&self, texts: &'a [u8]) -> [&'a [u8]; 2] {
        let (one, other) = (usize::from(self.one), usize::from(self.other));
        let texts = texts.get(self.texts as usize..).unwrap_or_default();
        let (one, rest) = texts.split_at_checked(one).unwrap_or_default();
        [one, rest.get(..other).unwrap_or_default()]
    }
}

impl Sums {
    /// The sum of a key, if there is one.
    #[inline]
    pub(super) fn find(&self, hash: u64) -> Option<u32> {
        self.places.find(hash, |(known, _)| *known == hash).map(|(_, at)| *at)
    }

    /// Begins the sum of a key that has none. `None` where there is no room.
    pub(super) fn begin(&mut self, limit: usize, hash: u64, key: &Key<'_>, first: Fold) -> Option<u32> {
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
    pub(super) fn make_room(&mut self, by_address: &mut Sums, addresses: usize) -> u64 {
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

    /// Those before and those behind a login stay apart, and so do names that do not exist from others.
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
pub(super) fn begun(kind: LogKind, program: u8, is_invented: bool, place: Place) -> Fold {
    Fold {
        day: 0,
        one_hash: 0,
        kind_of_key: 0,
        is_invented,
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
