//! Databases in MaxMind's format: GeoLite2, DB-IP, IPinfo and others that write the same names.
//!
//! Names of fields: GeoLite2 and DB-IP have `country.iso_code`, `autonomous_system_number`, `location.latitude`; IPinfo has
//! `country_code` (older ones `country`) and `asn` as text, `AS13335`; ip-location-db has `country_code`.
//! `registered_country` is where the owner sits and is not read.

use keeneye_facts::{Country, Point, Text};
use maxminddb::{LookupResult, PathElement, Reader};
use std::net::IpAddr;

/// Most bytes of a name.
const MAX_NAME: usize = 200;

/// A database, and its bytes.
#[derive(Debug)]
pub(super) struct Mmdb(Reader<Vec<u8>>);

/// What it says of an address.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) country: Option<Country>,
    pub(super) point: Option<Point>,
    pub(super) asn: Option<u32>,
    pub(super) as_name: Option<Text>,
    pub(super) hosting: Option<bool>,
    pub(super) anycast: Option<bool>,
}

impl Mmdb {
    /// `None` when the bytes are no such database.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Self> {
        Reader::from_source(bytes).ok().map(Self)
    }

    /// When it was made, in seconds since 1970, as it says.
    pub(super) fn built(&self) -> Option<i64> {
        i64::try_from(self.0.metadata().build_epoch).ok()
    }

    pub(super) fn lookup(&self, address: IpAddr) -> Record {
        // What cannot be decoded is as good as not there.
        let Ok(found) = self.0.lookup(address) else { return Record::default() };
        if !found.has_data() {
            return Record::default();
        }
        let found = Fields(found);
        Record {
            country: found.country(),
            point: found.point(),
            asn: found.asn(),
            as_name: found.text(&NAMES).and_then(|name| name.get(..name.floor_char_boundary(MAX_NAME))).map(Text::from),
            hosting: found.any(&HOSTING),
            anycast: found.any(&ANYCAST),
        }
    }
}

/// Names of fields, one within the other.
type Path = &'static [&'static str];

const NUMBERS: [Path; 3] = [&["autonomous_system_number"], &["asn"], &["traits", "autonomous_system_number"]];
const NAMES: [Path; 3] =
    [&["autonomous_system_organization"], &["as_name"], &["traits", "autonomous_system_organization"]];
const COUNTRIES: [Path; 3] = [&["country", "iso_code"], &["country_code"], &["country"]];
/// Who comes from there may sit anywhere.
const HOSTING: [Path; 12] = [
    &["is_hosting"],
    &["is_hosting_provider"],
    &["hosting"],
    &["is_anonymous"],
    &["is_anonymous_vpn"],
    &["vpn"],
    &["proxy"],
    &["is_public_proxy"],
    &["tor"],
    &["is_tor_exit_node"],
    &["traits", "is_hosting_provider"],
    &["traits", "is_anonymous_proxy"],
];
const ANYCAST: [Path; 3] = [&["is_anycast"], &["anycast"], &["traits", "is_anycast"]];

struct Fields<'a>(LookupResult<'a, Vec<u8>>);

impl<'a> Fields<'a> {
    /// A field of exactly this type; one of another type is as good as none.
    fn get<T: serde::Deserialize<'a>>(&self, path: Path) -> Option<T> {
        let path: Vec<PathElement<'_>> = path.iter().map(|name| PathElement::Key(name)).collect();
        self.0.decode_path(&path).ok().flatten()
    }

    /// Of whatever width: databases differ in it.
    fn number<N: TryFrom<i64>>(&self, path: Path) -> Option<N> {
        N::try_from(self.get::<i64>(path)?).ok()
    }

    fn text(&self, paths: &[Path]) -> Option<&'a str> {
        paths.iter().find_map(|path| self.get::<&str>(path)).filter(|text| !text.is_empty())
    }

    fn country(&self) -> Option<Country> {
        COUNTRIES.iter().find_map(|path| Country::new(self.get::<&str>(path)?.as_bytes()))
    }

    /// A number, or text such as `AS13335`. 0 is no system.
    fn asn(&self) -> Option<u32> {
        let number = |path: &Path| {
            let text = || self.get::<&str>(path)?.trim_start_matches("AS").parse().ok();
            self.number(path).or_else(text)
        };
        NUMBERS.iter().find_map(number).filter(|number| *number != 0)
    }

    /// True when one of them is true, false when there are some and all are false. IPinfo writes them as text.
    fn any(&self, paths: &[Path]) -> Option<bool> {
        let says = |path: &Path| self.get::<bool>(path).or_else(|| self.get::<&str>(path)?.parse().ok());
        paths.iter().filter_map(says).reduce(|one, other| one || other)
    }

    /// Only where it is said how exact it is: else it is no bound of anything.
    fn point(&self) -> Option<Point> {
        let radius = self.number(&["location", "accuracy_radius"])?;
        let degrees = |path, most: f64| {
            let degrees: f64 = self.get(path)?;
            (degrees.abs() <= most).then_some((degrees * 10_000.0).round() as i32)
        };
        Some(Point {
            latitude: degrees(&["location", "latitude"], 90.0)?,
            longitude: degrees(&["location", "longitude"], 180.0)?,
            radius,
        })
    }
}
