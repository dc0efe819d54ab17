//! Addresses in ascending order, each with what holds from it up to the next.

use super::format::{Column, DAMAGED};

/// Nothing is known from here on.
pub(super) const NOTHING: u32 = 0;

/// Ranges of IPv4 (`u32`) or IPv6 (`u128`) addresses. Neighbours differ, and a hole is a range with [`NOTHING`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges<A> {
    starts: Vec<A>,
    values: Vec<u32>,
}

/// An IPv4 or an IPv6 address.
pub(super) trait Address: Copy + Ord + Default {
    /// The one that is as far behind as the next number of the column says, times that power of two.
    fn ahead(self, odds: &mut Column<'_>, power: u32) -> Result<Self, &'static str>;
}

impl Address for u32 {
    #[inline]
    fn ahead(self, odds: &mut Column<'_>, power: u32) -> Result<Self, &'static str> {
        let odd = odds.value()?;
        let length = odd.checked_shl(power).filter(|length| length >> power == odd);
        length.and_then(|length| self.checked_add(length)).ok_or(DAMAGED)
    }
}

impl Address for u128 {
    fn ahead(self, odds: &mut Column<'_>, power: u32) -> Result<Self, &'static str> {
        let odd = odds.wide()?;
        let length = odd.checked_shl(power).filter(|length| length >> power == odd);
        length.and_then(|length| self.checked_add(length)).ok_or(DAMAGED)
    }
}

impl<A: Copy + Ord> Ranges<A> {
    /// What holds for an address.
    pub(super) fn at(&self, address: A) -> u32 {
        let behind = self.starts.partition_point(|start| *start <= address);
        behind.checked_sub(1).and_then(|at| self.values.get(at)).copied().unwrap_or(NOTHING)
    }

    /// Adds a range; `start` must lie behind those that are there already, or it is not added.
    pub(super) fn push(&mut self, start: A, value: u32) -> bool {
        let behind = self.starts.last().is_none_or(|last| *last < start);
        if behind && self.values.last().copied().unwrap_or(NOTHING) != value {
            self.starts.push(start);
            self.values.push(value);
        }
        behind
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Each range's first address and what holds from there.
    #[cfg(any(test, feature = "fixture"))]
    pub(super) fn iter(&self) -> impl Iterator<Item = (A, u32)> {
        self.starts.iter().copied().zip(self.values.iter().copied())
    }
}

impl<A: Address> Ranges<A> {
    /// Out of three columns: how far each start is behind the one before, as an odd number times a power of two, and the
    /// values. Ranges of addresses are mostly powers of two long.
    pub(super) fn read(columns: &mut Column<'_>) -> Result<Self, &'static str> {
        let powers = columns.bytes()?;
        let (mut odds, mut values) = (columns.column()?, columns.column()?);
        let mut ranges = Self { starts: Vec::with_capacity(powers.len()), values: Vec::with_capacity(powers.len()) };
        let mut start = A::default();
        for power in powers {
            start = start.ahead(&mut odds, (*power).into())?;
            if !ranges.push(start, values.value()?) {
                return Err(DAMAGED);
            }
        }
        Ok(ranges)
    }
}
