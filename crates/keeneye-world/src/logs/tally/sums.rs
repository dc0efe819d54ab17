//! Sums of lines by what these have in common, and how they become fewer where there is no room.

use super::names::Names;
use super::told::{Counters, Slot};
use crate::logs::Moment;
use crate::logs::peers::Hashed;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use keeneye_facts::LogKind;
use std::cmp::Reverse;
use std::collections::HashSet;
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
    /// The same where it is no longer than sixteen.
    pub(super) short: Option<u128>,
}

impl Key<'_> {
    #[inline(always)]
    pub(super) fn hash(&self, seed: &RandomState) -> u64 {
        let mut hasher = seed.build_hasher();
        hasher.write_u64(self.one.hash);
        match self.short {
            Some(short) => hasher.write_u128(short),
            None => hasher.write(self.other),
        }
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

#[derive(Clone, Copy)]
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
    /// Of the names of those that were joined.
    names: Names,
    /// What the last line was counted as.
    pub(super) again: Slot,
    pub(super) attempts: Counters,
    pub(super) first: Place,
    pub(super) last: Place,
}

/// What of the sums of one address stays apart where days are joined. What fails before a login and behind it is joined
/// last: guesses that are spread over the days after a login explain it no more.
#[derive(Clone, Copy)]
enum Apart {
    /// That, and names that do not exist from others.
    Logins,
    LoginsOnly,
    Nothing,
}

impl Apart {
    fn of(self, sum: Fold) -> Fold {
        let (kind_of_key, is_invented) = match self {
            Self::Logins => (sum.kind_of_key, sum.is_invented),
            Self::LoginsOnly => (sum.kind_of_key, false),
            Self::Nothing => (0, false),
        };
        Fold { day: 0, kind_of_key, is_invented, ..sum }
    }
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
    /// None yet. `is_invented` where the name does not exist, or none is told.
    #[inline(always)]
    pub(super) fn of_failures(is_invented: bool, first: Place) -> Self {
        Self { is_invented, ..Self::of_repeats(LogKind::Other, 0, first) }
    }

    /// None yet.
    #[inline(always)]
    pub(super) fn of_repeats(kind: LogKind, program: u8, first: Place) -> Self {
        Self {
            day: 0,
            one_hash: 0,
            kind_of_key: 0,
            is_invented: false,
            texts: 0,
            one: 0,
            other: 0,
            program,
            kind,
            names: Names::default(),
            again: Slot::Other,
            attempts: Counters::default(),
            first,
            last: first,
        }
    }

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
        self.names.join(other.names);
        if other.first.0 < self.first.0 {
            self.first = other.first;
        }
        if other.last.0 > self.last.0 {
            self.last = other.last;
        }
    }

    /// How many names those had that were joined, about.
    pub(super) fn names(&self) -> u32 {
        self.names.count()
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

    /// Begins the sum of a key that has none. `None` where there is no room. In the caller's own code, so that a sum is
    /// written where it stays and not copied there.
    #[inline(always)]
    pub(super) fn begin(&mut self, limit: usize, hash: u64, key: &Key<'_>, first: &Fold) -> Option<u32> {
        let at = u32::try_from(self.sums.len()).ok()?;
        if self.sums.len() >= limit {
            return None;
        }
        let Key { day, kind, one, other, .. } = *key;
        let fold = Fold {
            day,
            one_hash: one.hash,
            kind_of_key: kind,
            texts: u32::try_from(self.texts.len()).ok()?,
            one: u8::try_from(one.text.len()).ok()?,
            other: u8::try_from(other.len()).ok()?,
            ..*first
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
    pub(super) fn make_room(&mut self, by_address: &mut Sums, addresses: usize, seed: &RandomState) -> u64 {
        // The room of what is forgotten serves for what comes.
        let mut forgotten = std::mem::replace(&mut self.older, std::mem::take(&mut self.younger));
        let Sums { places, sums, texts } = &mut forgotten;
        // Not joined in the same breath: what was just written in parts and is read as a whole is waited for.
        for sum in sums.iter_mut() {
            let [_, name] = sum.texts(texts);
            sum.names = Names::of(name, seed);
        }
        sums.iter().for_each(|sum| by_address.join(sum, texts));
        places.clear();
        sums.clear();
        texts.clear();
        self.younger = forgotten;
        // More than are told in the end: to sort them out each time would take longer than to read the lines.
        let most = addresses.saturating_mul(2);
        if by_address.sums.len() <= most { 0 } else { by_address.make_fit(most / 4 * 3, addresses, seed) }
    }
}

impl Sums {
    /// Adds a sum to that of its address.
    fn join(&mut self, sum: &Fold, texts: &[u8]) {
        let hash = sum.hash_by_address();
        match self.find(hash).and_then(|at| self.sums.get_mut(at as usize)) {
            Some(all) => all.join(sum),
            None => {
                let [text, _] = sum.texts(texts);
                let one = Hashed { text, hash: sum.one_hash };
                let key = Key { day: sum.day, kind: sum.kind_of_key, one, other: b"", short: None };
                self.begin(usize::MAX, hash, &key, sum);
            }
        }
    }

    /// No more than so many: the sums of each address are joined as far as that helps. Where it does not, since there
    /// are too many addresses, no more than `rest` are left, those that tried most. How many lines are in the others.
    pub(super) fn make_fit(&mut self, limit: usize, rest: usize, seed: &RandomState) -> u64 {
        if self.sums.len() <= limit {
            return 0;
        }
        for newest in [limit / 4, 0] {
            let older = self.older(newest);
            for apart in [Apart::Logins, Apart::LoginsOnly, Apart::Nothing] {
                if self.number_joined(apart, older, seed) <= limit {
                    self.join_older(apart, older);
                    return 0;
                }
            }
        }
        self.join_older(Apart::Logins, self.sums.len());
        self.let_go_the_least(rest)
    }

    /// How many there would be if the first of them, so many, were joined by address.
    fn number_joined(&self, apart: Apart, older: usize, seed: &RandomState) -> usize {
        let keys = self.sums.iter().take(older).map(|sum| apart.of(*sum).hash_by_address());
        let mut known = HashSet::with_capacity_and_hasher(older, seed.clone());
        known.extend(keys);
        known.len() + self.sums.len() - older
    }

    /// Puts all but the newest first; how many those are.
    fn older(&mut self, newest: usize) -> usize {
        let older = self.sums.len().saturating_sub(newest);
        if older < self.sums.len() {
            self.sums.select_nth_unstable_by_key(older, |sum| sum.last.0);
        }
        older
    }

    /// The first of them, so many, are joined by address.
    fn join_older(&mut self, apart: Apart, older: usize) {
        let Self { sums, texts, .. } = self.emptied();
        for (number, sum) in sums.into_iter().enumerate() {
            self.join(&if number < older { apart.of(sum) } else { sum }, &texts);
        }
    }

    /// What was in it. As much room stays: what is joined goes back into it, and as many others come.
    fn emptied(&mut self) -> Self {
        let room = self.sums.capacity();
        let texts = Vec::with_capacity(self.texts.capacity());
        std::mem::replace(self, Self { places: HashTable::with_capacity(room), sums: Vec::with_capacity(room), texts })
    }

    /// How many lines are in those that go. Which of those that tried as often go is left open: if always the same stayed,
    /// as many as there is room for, what failed before a login would be joined with what failed behind it.
    fn let_go_the_least(&mut self, limit: usize) -> u64 {
        let Self { mut sums, texts, .. } = self.emptied();
        sums.sort_unstable_by_key(|sum| Reverse(sum.attempts.all()));
        let least = sums.split_off(limit.min(sums.len()));
        sums.iter().for_each(|sum| self.join(sum, &texts));
        least.iter().map(|sum| sum.attempts.all()).sum()
    }
}
