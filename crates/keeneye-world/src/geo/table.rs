//! keeneye's own table, unpacked: ranges of addresses, networks' names, distances between countries.

use super::format::{Column, DAMAGED, HEADER, MAX_UNPACKED, NAME, STEP_KM};
use super::ranges::Ranges;
use crate::calendar;
use keeneye_facts::{Country, Reach};
use std::net::IpAddr;
use std::sync::OnceLock;

/// Made by `cargo xtask geo`; `data/README.md` says out of what.
static EMBEDDED: &[u8] = include_bytes!("data/table.bin");

/// Whom to thank for keeneye's own table, as their licences ask.
pub const ATTRIBUTION: &str = "\
Countries and networks of addresses: ip-location-db, https://github.com/sapics/ip-location-db,
from data of the NRO (https://www.nro.net), RouteViews (https://www.routeviews.org) and
DB-IP (https://db-ip.com); changed; CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
Distances between countries: made with Natural Earth, https://www.naturalearthdata.com";

/// What keeneye's own table says of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Where it is.
    pub country: Option<Country>,
    /// The autonomous system that announces it.
    pub asn: Option<u32>,
    /// Its name, at most 40 bytes of it.
    pub as_name: Option<&'a str>,
}

/// Countries and autonomous systems of all addresses, and how far countries are apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    built: Option<Day>,
    countries: Vec<Country>,
    systems: Vec<u32>,
    names: String,
    /// Where each name ends.
    ends: Vec<usize>,
    /// One for each two countries, the first before the second; in tens of km and 1.
    distances: Vec<u16>,
    country_v4: Ranges<u32>,
    system_v4: Ranges<u32>,
    v6: Later,
}

/// Countries and systems of IPv6. Few look-ups meet such an address, so they are taken apart when the first does.
#[derive(Clone, Debug, Default)]
struct Later {
    columns: Vec<u8>,
    ranges: OnceLock<Result<[Ranges<u128>; 2], &'static str>>,
}

impl Later {
    /// The rest of the columns.
    fn new(columns: Column<'_>) -> Self {
        Self { columns: columns.0.to_vec(), ranges: OnceLock::new() }
    }

    /// # Errors
    /// When they are damaged.
    fn ranges(&self) -> Result<&[Ranges<u128>; 2], &'static str> {
        let read = || {
            let mut columns = Column(&self.columns);
            let ranges = [Ranges::read(&mut columns)?, Ranges::read(&mut columns)?];
            columns.is_empty().then_some(ranges).ok_or(DAMAGED)
        };
        self.ranges.get_or_init(read).as_ref().map_err(|why| *why)
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns
    }
}
impl Eq for Later {}

/// The day on which a table was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Such as 2026.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
}

impl Day {
    /// As the header holds it.
    pub(super) fn read(number: u32) -> Option<Self> {
        let day = Self {
            year: u16::try_from(number / 10_000).ok()?,
            month: u8::try_from(number / 100 % 100).ok()?,
            day: u8::try_from(number % 100).ok()?,
        };
        day.seconds().map(|_| day)
    }

    /// Its first second, since 1970, in UTC.
    pub fn seconds(self) -> Option<i64> {
        calendar::seconds([self.year.into(), self.month.into(), self.day.into()], [0, 0, 0])
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Table {
    /// The table that is a part of keeneye. It is unpacked when it is first asked for, once.
    pub fn embedded() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        // A test reads it, so it is never the empty one.
        TABLE.get_or_init(|| Self::read(EMBEDDED).unwrap_or_default())
    }

    /// When the table that is a part of keeneye was made; without unpacking it.
    pub fn embedded_day() -> Option<Day> {
        header(EMBEDDED).map(|(day, _)| day)
    }

    /// Reads a table as it lies in a file. What it says of IPv6 is looked at later: see [`Table::is_whole`].
    ///
    /// # Errors
    /// When it is none or damaged.
    pub fn read(file: &[u8]) -> Result<Self, &'static str> {
        let (day, packed) = header(file).ok_or("it does not begin as a table of keeneye's")?;
        let unpacked = zstd::bulk::decompress(packed, MAX_UNPACKED).map_err(|_| DAMAGED)?;
        Ok(Self { built: Some(day), ..Self::unpacked(&unpacked)? })
    }

    /// The columns, as `format` lists them.
    pub(crate) fn unpacked(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut columns = Column(bytes);
        let countries: Vec<Country> = columns.bytes()?.chunks(2).map_while(Country::new).collect();
        let systems = systems(columns.column()?)?;
        let ends: Vec<usize> = ends(columns.bytes()?);
        let names = std::str::from_utf8(columns.bytes()?).map_err(|_| DAMAGED)?.to_owned();
        let distances = distances(columns.column()?)?;
        let (country_v4, system_v4) = (Ranges::read(&mut columns)?, Ranges::read(&mut columns)?);
        let v6 = Later::new(columns);
        let table = Self { built: None, countries, systems, names, ends, distances, country_v4, system_v4, v6 };
        let pairs = table.countries.len() * table.countries.len().saturating_sub(1) / 2;
        let fits = table.ends.len() == table.systems.len()
            && table.ends.last().copied().unwrap_or_default() == table.names.len()
            && table.distances.len() == pairs;
        fits.then_some(table).ok_or(DAMAGED)
    }

    /// Nothing in it is damaged, what it says of IPv6 neither.
    pub fn is_whole(&self) -> bool {
        self.v6.ranges().is_ok()
    }

    /// When it was made.
    pub fn built(&self) -> Option<Day> {
        self.built
    }

    /// What it says of an address; an IPv4 address written as IPv6 is the former. Of one that is not public it says nothing.
    pub fn lookup(&self, address: IpAddr) -> Entry<'_> {
        let (country, system) = match address.to_canonical() {
            _ if Reach::of(address) != Reach::Public => return Entry::default(),
            IpAddr::V4(v4) => (self.country_v4.at(v4.into()), self.system_v4.at(v4.into())),
            IpAddr::V6(v6) => {
                let Ok([countries, systems]) = self.v6.ranges() else { return Entry::default() };
                (countries.at(v6.into()), systems.at(v6.into()))
            }
        };
        let system = before(system);
        Entry {
            country: before(country).and_then(|at| self.countries.get(at)).copied(),
            asn: system.and_then(|at| self.systems.get(at)).copied(),
            as_name: system.and_then(|at| self.name(at)),
        }
    }

    fn name(&self, at: usize) -> Option<&str> {
        let begin = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.names.get(begin..*self.ends.get(at)?).filter(|name| !name.is_empty())
    }

    /// How far two countries are apart at least, in km: 0 for neighbours and for the same. It is a lower bound: the least
    /// distance between their borders, overseas parts included, rounded down. `None` where the map knows one of them not.
    pub fn distance_km(&self, one: Country, other: Country) -> Option<u16> {
        let (one, other) = (self.countries.binary_search(&one).ok()?, self.countries.binary_search(&other).ok()?);
        let (first, second) = (one.min(other), one.max(other));
        if first == second {
            return Some(0);
        }
        let steps = self.distances.get(second * (second - 1) / 2 + first)?.checked_sub(1)?;
        steps.checked_mul(STEP_KM)
    }

    /// How many ranges it holds.
    pub fn ranges(&self) -> usize {
        let v6 = self.v6.ranges().map_or(0, |ranges| ranges.iter().map(Ranges::len).sum());
        self.country_v4.len() + self.system_v4.len() + v6
    }
}

fn header(file: &[u8]) -> Option<(Day, &[u8])> {
    let (header, packed) = file.split_at_checked(HEADER)?;
    let day = header.strip_prefix(NAME)?;
    Some((Day::read(u32::from_le_bytes(day.try_into().ok()?))?, packed))
}

/// Counted from 1, 0 is none.
fn before(number: u32) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

fn systems(mut column: Column<'_>) -> Result<Vec<u32>, &'static str> {
    let (mut systems, mut last) = (Vec::new(), 0_i64);
    while !column.is_empty() {
        let zigzag = i64::try_from(column.wide()?).map_err(|_| DAMAGED)?;
        let step = if zigzag & 1 == 0 { zigzag >> 1 } else { -(zigzag >> 1) - 1 };
        last = last.checked_add(step).ok_or(DAMAGED)?;
        systems.push(u32::try_from(last).map_err(|_| DAMAGED)?);
    }
    Ok(systems)
}

fn ends(lengths: &[u8]) -> Vec<usize> {
    let sum = |end: &mut usize, length: &u8| {
        *end += usize::from(*length);
        Some(*end)
    };
    lengths.iter().scan(0, sum).collect()
}

fn distances(mut column: Column<'_>) -> Result<Vec<u16>, &'static str> {
    let mut distances = Vec::new();
    while !column.is_empty() {
        distances.push(u16::try_from(column.value()?).map_err(|_| DAMAGED)?);
    }
    Ok(distances)
}
