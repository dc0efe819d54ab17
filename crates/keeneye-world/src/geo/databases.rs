//! Databases that the person names or that lie on the server, before keeneye's own table.

use super::great_circle;
use super::mmdb::{Mmdb, Record};
use super::table::Table;
use super::text::Countries;
use keeneye_facts::{Place, PlaceSource, Reach, Text};
use std::net::IpAddr;
use std::sync::Arc;

/// What `PlaceSource::database` says of keeneye's own table.
pub const OWN_TABLE: &str = "keeneye's own table";
/// Addresses change hands: what is older than a year is not what it was.
const STALE_SECONDS: i64 = 365 * 86_400;
/// Files where packages and `geoipupdate` put them, those that tell most first.
const USUAL_PLACES: &[&str] = &[
    "/var/lib/GeoIP/GeoLite2-City.mmdb",
    "/usr/share/GeoIP/GeoLite2-City.mmdb",
    "/var/lib/GeoIP/GeoIP2-City.mmdb",
    "/usr/share/GeoIP/GeoIP2-City.mmdb",
    "/var/lib/GeoIP/dbip-city-lite.mmdb",
    "/usr/share/GeoIP/dbip-city-lite.mmdb",
    "/var/lib/GeoIP/ipinfo_lite.mmdb",
    "/usr/share/GeoIP/ipinfo_lite.mmdb",
    "/var/lib/GeoIP/GeoLite2-Country.mmdb",
    "/usr/share/GeoIP/GeoLite2-Country.mmdb",
    "/var/lib/GeoIP/dbip-country-lite.mmdb",
    "/usr/share/GeoIP/dbip-country-lite.mmdb",
    "/var/lib/GeoIP/GeoLite2-ASN.mmdb",
    "/usr/share/GeoIP/GeoLite2-ASN.mmdb",
    "/var/lib/GeoIP/dbip-asn-lite.mmdb",
    "/usr/share/GeoIP/dbip-asn-lite.mmdb",
    "/usr/share/tor/geoip",
    "/usr/share/tor/geoip6",
];

/// Where databases lie on servers that have some; in this order they win over one another.
pub fn usual_places() -> &'static [&'static str] {
    USUAL_PLACES
}

/// True for what was made more than twelve months before `now`; what does not say when it was made is stale too.
pub fn is_stale(source: &PlaceSource, now: i64) -> bool {
    source.built.is_none_or(|built| now.saturating_sub(built) > STALE_SECONDS)
}

/// All databases, the first that knows something wins; keeneye's own table is the last.
#[derive(Clone, Debug, Default)]
pub struct Databases(Vec<Database>);

#[derive(Clone, Debug)]
struct Database {
    source: PlaceSource,
    content: Arc<Content>,
}

#[derive(Debug)]
enum Content {
    Mmdb(Mmdb),
    Text(Countries),
}

impl Databases {
    /// Files as they were read, those that win first, and the paths of those that are no databases.
    pub fn new(files: Vec<(Text, Vec<u8>)>) -> (Self, Vec<Text>) {
        let (mut databases, mut refused) = (Vec::new(), Vec::new());
        for (path, bytes) in files {
            match Content::read(bytes) {
                Some((content, built)) => databases
                    .push(Database { source: PlaceSource { database: path, built }, content: Arc::new(content) }),
                None => refused.push(path),
            }
        }
        (Self(databases), refused)
    }

    /// What there is besides keeneye's own table, as it wins.
    pub fn sources(&self) -> impl Iterator<Item = &PlaceSource> {
        self.0.iter().map(|database| &database.source)
    }

    /// Those of which lines were not understood, and how many lines: a file that was cut off or edited.
    pub fn left_out(&self) -> impl Iterator<Item = (&Text, u64)> {
        let lines = |database: &Database| match &*database.content {
            Content::Text(text) => text.left_out(),
            // Its description stands at its end: one that is cut off is none.
            Content::Mmdb(_) => 0,
        };
        let all = self.0.iter().map(move |database| (&database.source.database, lines(database)));
        all.filter(|(_, lines)| *lines > 0)
    }

    /// Where an address is. Each of country, network and class comes from the first database that tells it. keeneye's own
    /// table says nothing of addresses that are not public; a database of one's own networks may.
    pub fn lookup(&self, address: IpAddr) -> Place {
        let address = address.to_canonical();
        let mut place = Place { reach: Reach::of(address), ..Place::default() };
        for database in &self.0 {
            add(&mut place, database.content.lookup(address), &database.source);
        }
        if place.reach == Reach::Public && (place.country.is_none() || place.asn.is_none()) {
            let (record, source) = own(address);
            add(&mut place, record, &source);
        }
        place
    }

    /// At least so many km lie between two places; 0 where they may be the same. `None` where nothing tells.
    pub fn distance_km(one: &Place, other: &Place) -> Option<u16> {
        let points = one.point.zip(other.point).map(|(one, other)| great_circle::least_km(one, other));
        let countries =
            one.country.zip(other.country).and_then(|(one, other)| Table::embedded().distance_km(one, other));
        // Both are lower bounds, so the greater is one too.
        points.max(countries)
    }
}

impl Content {
    fn read(bytes: Vec<u8>) -> Option<(Self, Option<i64>)> {
        if let Some(text) = Countries::read(&bytes) {
            let built = text.built();
            return Some((Self::Text(text), built));
        }
        let mmdb = Mmdb::read(bytes)?;
        let built = mmdb.built();
        Some((Self::Mmdb(mmdb), built))
    }

    fn lookup(&self, address: IpAddr) -> Record {
        match self {
            Self::Mmdb(mmdb) => mmdb.lookup(address),
            Self::Text(text) => Record { country: text.country(address), ..Record::default() },
        }
    }
}

fn own(address: IpAddr) -> (Record, PlaceSource) {
    let table = Table::embedded();
    let entry = table.lookup(address);
    let as_name = entry.as_name.map(Text::from);
    let record = Record { country: entry.country, asn: entry.asn, as_name, ..Record::default() };
    let built = table.built().and_then(|day| day.seconds());
    (record, PlaceSource { database: Text::from(OWN_TABLE), built })
}

/// What is not yet known. A point without a country, or with another than the one before, is of no use.
fn add(place: &mut Place, record: Record, source: &PlaceSource) {
    if place.country.is_none() && record.country.is_some() {
        place.country = record.country;
        place.country_from = Some(source.clone());
    }
    if record.country.is_some() && record.country == place.country {
        place.point = place.point.or(record.point);
    }
    if place.asn.is_none() && record.asn.is_some() {
        place.asn = record.asn;
        place.as_name = record.as_name;
        place.as_from = Some(source.clone());
    }
    place.hosting = place.hosting.or(record.hosting);
    place.anycast = place.anycast.or(record.anycast);
}
