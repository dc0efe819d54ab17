//! How many names there are, in sixteen bytes.

use foldhash::fast::RandomState;
use std::hash::BuildHasher;

/// A hash of sixteen bits that is not 0.
type Mark = u16;
const MARKS: usize = 7;
const BITS: u32 = MARKS as u32 * Mark::BITS;

/// Few are told apart by their hashes; of many, each has one of so many bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Names {
    /// 0 where there is none; no two are the same.
    Few([Mark; MARKS]),
    Many([u16; MARKS]),
}

impl Default for Names {
    fn default() -> Self {
        Self::Few([0; MARKS])
    }
}

impl Names {
    /// One name, or none where it is empty. With a seed that nobody knows: who writes names cannot choose them to be
    /// taken for one.
    pub(super) fn of(name: &[u8], seed: &RandomState) -> Self {
        let mut marks = [0; MARKS];
        if let ([first, ..], false) = (&mut marks, name.is_empty()) {
            *first = ((seed.hash_one(name) >> 48) as Mark).max(1);
        }
        Self::Few(marks)
    }

    pub(super) fn join(&mut self, others: Self) {
        match others {
            Self::Few(marks) => marks.into_iter().filter(|mark| *mark != 0).for_each(|mark| self.add(mark)),
            Self::Many(others) => {
                let mut bits = self.bits();
                bits.iter_mut().zip(others).for_each(|(bits, others)| *bits |= others);
                *self = Self::Many(bits);
            }
        }
    }

    fn add(&mut self, mark: Mark) {
        match self {
            Self::Many(bits) => set(bits, mark),
            Self::Few(marks) => match marks.iter_mut().find(|known| **known == mark || **known == 0) {
                Some(place) => *place = mark,
                None => {
                    let mut bits = self.bits();
                    set(&mut bits, mark);
                    *self = Self::Many(bits);
                }
            },
        }
    }

    fn bits(self) -> [u16; MARKS] {
        match self {
            Self::Many(bits) => bits,
            Self::Few(marks) => {
                let mut bits = [0; MARKS];
                marks.into_iter().filter(|mark| *mark != 0).for_each(|mark| set(&mut bits, mark));
                bits
            }
        }
    }

    /// Of few, how many there are: two of seven have one hash once in three thousand times. Of many, the number that
    /// leaves as many bits at 0 as there are (linear counting); several have one bit the sooner the more there are, so of
    /// more than a few hundred it is a lower bound. Many are more than fit as few.
    pub(super) fn count(self) -> u32 {
        match self {
            Self::Few(marks) => marks.iter().map(|mark| u32::from(*mark != 0)).sum(),
            Self::Many(bits) => {
                let left: u32 = bits.iter().map(|bits| bits.count_zeros()).sum();
                let (bits, left) = (f64::from(BITS), f64::from(left.max(1)));
                ((bits * (bits / left).ln()).round() as u32).max(MARKS as u32 + 1)
            }
        }
    }
}

fn set(bits: &mut [u16; MARKS], mark: Mark) {
    let bit = u32::from(mark) % BITS;
    if let Some(bits) = bits.get_mut((bit / u16::BITS) as usize) {
        *bits |= 1 << (bit % u16::BITS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(names: u32, seed: &RandomState) -> Names {
        let mut all = Names::default();
        (0..names).for_each(|n| all.join(Names::of(format!("u{n}").as_bytes(), seed)));
        all
    }

    #[test]
    fn few_names_are_counted_one_by_one() {
        let mut seen = [0; 8];
        for _ in 0..100 {
            let seed = RandomState::default();
            (0..8).for_each(|n| seen[n as usize] += u32::from(joined(n, &seed).count() == n));
        }
        assert!(seen.iter().all(|times| *times >= 97), "{seen:?}");
        assert_eq!(size_of::<Names>(), 16);
    }

    #[test]
    fn one_name_more_is_never_fewer() {
        for _ in 0..1_000 {
            let seed = RandomState::default();
            let (seven, eight) = (joined(7, &seed).count(), joined(8, &seed).count());
            assert!(seven <= eight, "{seven} {eight}");
        }
    }

    #[test]
    fn many_names_are_counted_about() {
        let mut sums = [(8, 0), (30, 0), (100, 0), (300, 0)];
        for _ in 0..100 {
            let seed = RandomState::default();
            sums.iter_mut().for_each(|(names, sum)| *sum += joined(*names, &seed).count());
        }
        assert!(sums.iter().all(|(names, sum)| sum.abs_diff(names * 100) <= names * 15), "{sums:?}");
    }

    #[test]
    fn a_name_that_is_told_again_is_no_other() {
        let seed = RandomState::default();
        for names in [3, 40] {
            let all = joined(names, &seed);
            let mut twice = all;
            twice.join(all);
            twice.join(Names::of(b"", &seed));
            assert_eq!(twice.count(), all.count());
        }
        let (mut few, many) = (joined(5, &seed), joined(40, &seed));
        few.join(many);
        assert_eq!(few.count(), many.count(), "in whichever order they are joined");
    }
}
