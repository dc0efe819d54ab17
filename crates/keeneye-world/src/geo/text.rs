//! Tor's files of countries, `geoip` and `geoip6`: `first,last,code` in each line, IPv4 addresses as decimal numbers; `??`
//! where nobody knows, and comments behind `#`.

use super::ranges::{NOTHING, Ranges};
use crate::calendar;
use keeneye_facts::Country;
use std::net::{IpAddr, Ipv6Addr};

/// Countries of addresses.
#[derive(Debug, Default)]
pub(super) struct Countries {
    v4: Ranges<u32>,
    v6: Ranges<u128>,
    built: Option<i64>,
    left_out: u64,
}

impl Countries {
    /// `None` when it is no text or no line is one of theirs. Lines that are not, or not in order, are left out.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut read = Self::default();
        let (mut v4, mut v6) = (0_u128, 0_u128);
        for line in std::str::from_utf8(bytes).ok()?.lines() {
            if let Some(comment) = line.strip_prefix('#') {
                read.built = read.built.or_else(|| generated(comment));
            } else if !line.is_empty() {
                let taken = row(line).is_some_and(|(first, last, value)| match (first, last) {
                    (Start::V4(first), Start::V4(last)) => put(&mut read.v4, &mut v4, first.into(), last.into(), value),
                    (Start::V6(first), Start::V6(last)) => put(&mut read.v6, &mut v6, first, last, value),
                    _ => false,
                });
                read.left_out += u64::from(!taken);
            }
        }
        close(&mut read.v4, v4);
        close(&mut read.v6, v6);
        (v4 > 0 || v6 > 0).then_some(read)
    }

    /// How many lines were not understood.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// When it was made, as a comment in it says.
    pub(super) fn built(&self) -> Option<i64> {
        self.built
    }

    pub(super) fn country(&self, address: IpAddr) -> Option<Country> {
        let value = match address.to_canonical() {
            IpAddr::V4(v4) => self.v4.at(v4.into()),
            IpAddr::V6(v6) => self.v6.at(v6.into()),
        };
        let [_, _, one, two] = value.to_be_bytes();
        Country::new(&[one, two])
    }
}

enum Start {
    V4(u32),
    V6(u128),
}

/// `next` is the first address behind the ranges that are there. False for a range that is not in order.
fn put<A: Copy + Ord + TryFrom<u128>>(
    ranges: &mut Ranges<A>,
    next: &mut u128,
    first: u128,
    last: u128,
    value: u32,
) -> bool {
    if first < *next || last < first {
        return false;
    }
    if first > *next {
        close(ranges, *next);
    }
    if let Ok(first) = A::try_from(first) {
        ranges.push(first, value);
    }
    *next = last.saturating_add(1);
    true
}

/// From `next` on nothing is known.
fn close<A: Copy + Ord + TryFrom<u128>>(ranges: &mut Ranges<A>, next: u128) {
    if let Ok(next) = A::try_from(next) {
        ranges.push(next, NOTHING);
    }
}

fn row(line: &str) -> Option<(Start, Start, u32)> {
    let mut fields = line.split(',');
    let (first, last, code) = (fields.next()?, fields.next()?, fields.next()?);
    let start = |text: &str| {
        let v6 = || text.parse::<Ipv6Addr>().ok().map(|address| Start::V6(address.into()));
        text.parse().ok().map(Start::V4).or_else(v6)
    };
    let value = match Country::new(code.as_bytes()) {
        Some(country) => u16::from_be_bytes(country.code()).into(),
        None => NOTHING,
    };
    Some((start(first)?, start(last)?, value))
}

/// ` Generated: Thu, 25 Jun 2026 04:33:59 GMT`: the day of it.
fn generated(comment: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = comment.trim().strip_prefix("Generated:")?.split_ascii_whitespace();
    let (day, month, year) = (words.nth(1)?, words.next()?, words.next()?);
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    calendar::seconds([year.parse().ok()?, month, day.parse().ok()?], [0, 0, 0])
}
