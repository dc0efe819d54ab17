//! Writes a table: for `cargo xtask geo` and for tests.

use super::format::{MAX_UNPACKED, NAME, STEP_KM};
use super::ranges::{NOTHING, Ranges};
use keeneye_facts::Country;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// Most bytes of a name; what is longer is cut.
const MAX_NAME: usize = 40;

/// What a range of addresses is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<T> {
    /// The first address.
    pub first: IpAddr,
    /// The last one, of the same family.
    pub last: IpAddr,
    /// The country, or the number of the autonomous system; `None` is a hole in wider rows.
    pub what: Option<T>,
}

/// What goes into a table. Rows may overlap: the narrowest holds, of several the first.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Year, month and day.
    pub built: [u32; 3],
    /// Countries of addresses.
    pub countries: Vec<Row<Country>>,
    /// Autonomous systems of addresses.
    pub systems: Vec<Row<u32>>,
    /// Names of autonomous systems.
    pub names: BTreeMap<u32, String>,
    /// The least distance in km between two countries, the first before the second.
    pub distances: BTreeMap<(Country, Country), u16>,
}

/// A piece of a family's addresses for which the same holds, up to the next piece.
pub type Piece<T> = (u128, Option<T>);

impl Draft {
    /// The file.
    ///
    /// # Errors
    /// When zstd fails, or the table is more than the reader takes.
    pub fn file(&self) -> std::io::Result<Vec<u8>> {
        let [year, month, day] = self.built;
        let columns = self.columns();
        if columns.len() > MAX_UNPACKED {
            return Err(std::io::Error::other("the table is larger than keeneye reads"));
        }
        let mut file = NAME.to_vec();
        file.extend((year * 10_000 + month * 100 + day).to_le_bytes());
        file.extend(zstd::bulk::compress(&columns, 22)?);
        Ok(file)
    }

    /// What is compressed.
    pub(super) fn columns(&self) -> Vec<u8> {
        let named = self.distances.keys().flat_map(|(one, other)| [*one, *other]);
        let countries: BTreeSet<Country> = self.countries.iter().filter_map(|row| row.what).chain(named).collect();
        let systems = self.numbered();
        let (country_of, system_of) = (numbers(countries.iter().copied()), numbers(systems.iter().copied()));

        let mut file = Vec::new();
        put_column(&mut file, &countries.iter().flat_map(|country| country.code()).collect::<Vec<u8>>());
        let mut last = 0;
        put_column(
            &mut file,
            &varints(systems.iter().map(|system| {
                let step = i64::from(*system) - i64::from(std::mem::replace(&mut last, *system));
                u128::from(((step << 1) ^ (step >> 63)).unsigned_abs())
            })),
        );
        let names: Vec<&str> = systems.iter().map(|system| self.name(*system)).collect();
        put_column(&mut file, &names.iter().filter_map(|name| u8::try_from(name.len()).ok()).collect::<Vec<u8>>());
        put_column(&mut file, names.concat().as_bytes());
        put_column(&mut file, &self.triangle(&countries));
        for v6 in [false, true] {
            put_ranges(&mut file, &pieces(&self.countries, v6), &country_of);
            put_ranges(&mut file, &pieces(&self.systems, v6), &system_of);
        }
        file
    }

    /// Systems by how often they are named, so that frequent ones have short numbers; ascending where that costs nothing.
    fn numbered(&self) -> Vec<u32> {
        let mut rows: BTreeMap<u32, usize> = BTreeMap::new();
        self.systems.iter().filter_map(|row| row.what).for_each(|system| *rows.entry(system).or_default() += 1);
        let mut systems: Vec<(std::cmp::Reverse<usize>, u32)> =
            rows.into_iter().map(|(system, rows)| (std::cmp::Reverse(rows), system)).collect();
        systems.sort_unstable();
        let mut systems: Vec<u32> = systems.into_iter().map(|(_, system)| system).collect();
        // Numbers of one byte, of two, of three; they count from 1.
        let mut rest = systems.as_mut_slice();
        for class in [(1 << 7) - 1, (1 << 14) - (1 << 7)] {
            let (of_class, others) = rest.split_at_mut(class.min(rest.len()));
            of_class.sort_unstable();
            rest = others;
        }
        rest.sort_unstable();
        systems
    }

    fn name(&self, system: u32) -> &str {
        let name = self.names.get(&system).map_or("", String::as_str);
        name.get(..name.floor_char_boundary(MAX_NAME)).unwrap_or_default().trim_end()
    }

    fn triangle(&self, countries: &BTreeSet<Country>) -> Vec<u8> {
        let pairs = countries.iter().flat_map(|second| countries.range(..second).map(move |first| (*first, *second)));
        varints(pairs.map(|pair| self.distances.get(&pair).map_or(0, |km| u128::from(km / STEP_KM) + 1)))
    }
}

/// What holds for a family's addresses, in ascending order; holes included.
pub fn pieces<T: Copy + PartialEq>(rows: &[Row<T>], v6: bool) -> Vec<Piece<T>> {
    let mut events: BTreeMap<u128, Vec<(bool, u128, usize)>> = BTreeMap::new();
    for (order, row) in rows.iter().enumerate().filter(|(_, row)| row.first.is_ipv6() == v6) {
        let (first, last) = (number(row.first), number(row.last));
        let Some(length) = last.checked_sub(first) else { continue };
        events.entry(first).or_default().push((true, length, order));
        if let Some(behind) = last.checked_add(1).filter(|behind| v6 || *behind <= u32::MAX.into()) {
            events.entry(behind).or_default().push((false, length, order));
        }
    }
    let mut open: BTreeSet<(u128, usize)> = BTreeSet::new();
    let mut pieces: Vec<Piece<T>> = Vec::new();
    for (at, events) in events {
        for (begins, length, order) in events {
            if begins {
                open.insert((length, order));
            } else {
                open.remove(&(length, order));
            }
        }
        let what = open.first().and_then(|(_, order)| rows.get(*order)).and_then(|row| row.what);
        if pieces.last().and_then(|(_, last)| *last) != what {
            pieces.push((at, what));
        }
    }
    pieces
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u32::from(v4).into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

fn numbers<T: std::hash::Hash + Eq>(things: impl Iterator<Item = T>) -> HashMap<T, u32> {
    things.zip(1..).collect()
}

fn put_ranges<T: std::hash::Hash + Eq>(file: &mut Vec<u8>, pieces: &[Piece<T>], number_of: &HashMap<T, u32>) {
    let mut ranges = Ranges::<u128>::default();
    for (start, what) in pieces {
        let value = what.as_ref().and_then(|what| number_of.get(what)).copied().unwrap_or(NOTHING);
        ranges.push(*start, value);
    }
    let (mut powers, mut odds, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = 0;
    for (start, value) in ranges.iter() {
        let length = start - std::mem::replace(&mut last, start);
        let power = if length == 0 { 0 } else { length.trailing_zeros() };
        powers.extend(u8::try_from(power));
        odds.push(length >> power);
        values.push(u128::from(value));
    }
    put_column(file, &powers);
    put_column(file, &varints(odds.into_iter()));
    put_column(file, &varints(values.into_iter()));
}

fn put_column(file: &mut Vec<u8>, column: &[u8]) {
    file.extend(varints(std::iter::once(column.len() as u128)));
    file.extend(column);
}

fn varints(numbers: impl Iterator<Item = u128>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for mut number in numbers {
        while number >= 0x80 {
            bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }
    bytes
}
