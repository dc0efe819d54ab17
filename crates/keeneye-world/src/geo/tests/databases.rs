use super::mmdb_writer::{Value, database};
use crate::geo::mmdb::Mmdb;
use crate::geo::text::Countries;
use crate::geo::{Databases, OWN_TABLE, Table, is_stale, usual_places};
use crate::mutate;
use keeneye_facts::{Place, PlaceSource, Reach, Text};
use std::net::IpAddr;

fn map(fields: Vec<(&'static str, Value)>) -> Value {
    Value::Map(fields)
}

/// As GeoLite2-City writes it.
fn city() -> Vec<u8> {
    let record = |code, latitude, longitude, radius| {
        map(vec![
            ("city", map(vec![("names", map(vec![("en", Value::Text("Somewhere"))]))])),
            ("country", map(vec![("geoname_id", Value::Number(7)), ("iso_code", Value::Text(code))])),
            (
                "location",
                map(vec![
                    ("accuracy_radius", Value::Short(radius)),
                    ("latitude", Value::Double(latitude)),
                    ("longitude", Value::Double(longitude)),
                ]),
            ),
            ("registered_country", map(vec![("iso_code", Value::Text("US"))])),
        ])
    };
    database(&[
        ("1.1.1.0/24", record("DE", 52.52, 13.405, 20)),
        ("8.8.0.0/16", record("JP", 35.68, 139.65, 50)),
        ("2a00::/12", record("FR", 48.85, 2.35, 10)),
        ("9.9.9.0/24", map(vec![("registered_country", map(vec![("iso_code", Value::Text("CH"))]))])),
    ])
}

/// As IPinfo writes it.
fn ipinfo() -> Vec<u8> {
    let record = |fields: Vec<_>| {
        let mut all = vec![("country", Value::Text("Germany")), ("country_code", Value::Text("DE"))];
        all.extend(fields);
        map(all)
    };
    database(&[
        ("1.1.1.0/24", record(vec![("asn", Value::Text("AS13335")), ("as_name", Value::Text("Example Ltd"))])),
        ("4.4.4.0/24", record(vec![("hosting", Value::Text("true")), ("vpn", Value::Text("false"))])),
        ("5.5.5.0/24", map(vec![("country", Value::Text("SE")), ("is_anycast", Value::Bool(true))])),
        ("6.6.6.0/24", map(vec![("is_hosting", Value::Bool(false)), ("country_code", Value::Number(7))])),
    ])
}

/// As GeoLite2-ASN writes it.
fn networks() -> Vec<u8> {
    let record = map(vec![
        ("autonomous_system_number", Value::Number(64_496)),
        ("autonomous_system_organization", Value::Text("Example")),
    ]);
    database(&[("8.8.0.0/16", record)])
}

const TOR: &[u8] = b"# Location Database Export\n#\n# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n15726992,15726999,??\n\
    16777216,16777471,AU\n16777472,16778239,CN\n17000000,17000000,US\n16000000,16000001,XX\n\
    2001:4:112::,2001:4:112:ffff:ffff:ffff:ffff:ffff,NL\nffff,1,DE\n";

fn databases(files: &[(&str, &[u8])]) -> Databases {
    let files = files.iter().map(|(path, bytes)| (Text::from(*path), bytes.to_vec())).collect();
    let (databases, refused) = Databases::new(files);
    assert_eq!(refused, Vec::<Text>::new());
    databases
}

fn lookup(databases: &Databases, address: &str) -> Place {
    databases.lookup(address.parse().unwrap())
}

fn country(databases: &Databases, address: &str) -> String {
    let place = lookup(databases, address);
    let from = place.country_from.map(|source| source.database.lossy().into_owned());
    format!("{:?} by {}", place.country, from.unwrap_or_default())
}

#[test]
fn schemas_of_the_makers() {
    let databases = databases(&[("city", &city()), ("net", &networks()), ("ipinfo", &ipinfo())]);
    assert_eq!(country(&databases, "1.1.1.1"), "Some(DE) by city");
    assert_eq!(country(&databases, "::ffff:1.1.1.1"), "Some(DE) by city");
    assert_eq!(country(&databases, "2a01::1"), "Some(FR) by city");
    assert_eq!(country(&databases, "4.4.4.4"), "Some(DE) by ipinfo");
    assert_eq!(country(&databases, "5.5.5.5"), "Some(SE) by ipinfo");
    let google = lookup(&databases, "8.8.8.8");
    assert_eq!((google.asn, google.as_name), (Some(64_496), Some(Text::from("Example"))));
    assert_eq!(google.as_from.and_then(|source| source.built), Some(1_780_000_000));
    let first = lookup(&databases, "1.1.1.1");
    assert_eq!((first.asn, first.as_name), (Some(13_335), Some(Text::from("Example Ltd"))));
    assert_eq!(first.hosting, None, "nobody says");
    assert_eq!(lookup(&databases, "4.4.4.4").hosting, Some(true));
    assert_eq!(lookup(&databases, "5.5.5.5").anycast, Some(true));
    assert_eq!(lookup(&databases, "6.6.6.6").hosting, Some(false));
}

#[test]
fn where_the_owner_sits_is_not_where_the_address_is() {
    let own = format!("{:?} by {OWN_TABLE}", Table::embedded().lookup(IpAddr::from([9, 9, 9, 9])).country);
    assert_eq!(country(&databases(&[("city", &city())]), "9.9.9.9"), own);
}

#[test]
fn points_give_distances_without_both_radii() {
    let databases = databases(&[("city", &city())]);
    let km = |one, other| Databases::distance_km(&lookup(&databases, one), &lookup(&databases, other));
    // Berlin and Tokyo: 8,918 km on the ball.
    assert!((8_700..8_918 - 70).contains(&km("1.1.1.1", "8.8.8.8").unwrap()), "{:?}", km("1.1.1.1", "8.8.8.8"));
    assert!(
        (780..848).contains(&km("1.1.1.1", "2a01::1").unwrap()),
        "Berlin and Paris: {:?}",
        km("1.1.1.1", "2a01::1")
    );
    assert_eq!(km("1.1.1.1", "1.1.1.1"), Some(0));
    assert_eq!(km("1.1.1.1", "10.0.0.1"), None);
}

#[test]
fn the_text_of_tor() {
    let tor = Countries::read(TOR).unwrap();
    let code = |address: &str| tor.country(address.parse().unwrap()).map(|country| country.to_string());
    assert_eq!(code("0.239.248.16"), None);
    assert_eq!(code("0.255.255.255"), None);
    assert_eq!(code("1.0.0.0").as_deref(), Some("AU"));
    assert_eq!(code("1.0.0.255").as_deref(), Some("AU"));
    assert_eq!(code("1.0.1.0").as_deref(), Some("CN"));
    assert_eq!(code("1.0.4.0"), None);
    assert_eq!(code("1.3.102.64").as_deref(), Some("US"));
    assert_eq!(code("1.3.102.65"), None);
    assert_eq!(code("2001:4:112::1").as_deref(), Some("NL"));
    assert_eq!(code("2001:4:113::"), None);
    let one = databases(&[("tor", TOR)]);
    assert_eq!(one.left_out().collect::<Vec<_>>(), [(&Text::from("tor"), 2)], "one out of order, one that is none");
    // date -u -d '2026-06-25' +%s
    assert_eq!(tor.built(), Some(1_782_345_600));
    assert_eq!(country(&databases(&[("/usr/share/tor/geoip", TOR)]), "1.0.0.9"), "Some(AU) by /usr/share/tor/geoip");
}

#[test]
fn special_addresses_are_asked_of_nobody() {
    let databases = databases(&[("city", &city())]);
    assert_eq!(lookup(&databases, "10.1.1.1"), Place { reach: Reach::Private, ..Place::default() });
    assert_eq!(lookup(&databases, "100.64.0.1"), Place { reach: Reach::CarrierNat, ..Place::default() });
}

#[test]
fn what_is_no_database_is_named() {
    let (databases, refused) = Databases::new(vec![("x.mmdb".into(), b"no database".to_vec()), ("y".into(), vec![])]);
    assert_eq!(refused, [Text::from("x.mmdb"), Text::from("y")]);
    assert_eq!(databases.sources().count(), 0);
    assert!(!usual_places().is_empty());
}

#[test]
fn a_year_makes_stale() {
    let source = |built| PlaceSource { database: Text::new(), built };
    assert!(!is_stale(&source(Some(1_000)), 1_000 + 365 * 86_400));
    assert!(is_stale(&source(Some(1_000)), 1_001 + 365 * 86_400));
    assert!(is_stale(&source(None), 0));
    assert!(!is_stale(&source(Some(i64::MAX)), i64::MIN));
}

#[test]
fn hostile_databases() {
    let addresses: Vec<IpAddr> =
        ["1.1.1.1", "8.8.8.8", "4.4.4.4", "9.9.9.9", "2a01::1", "ffff::"].map(|text| text.parse().unwrap()).into();
    let ask = |bytes: &[u8]| {
        let database = Mmdb::read(bytes.to_vec());
        database.iter().for_each(|database| addresses.iter().for_each(|address| drop(database.lookup(*address))));
        database.is_some()
    };
    let (city, ipinfo) = (city(), ipinfo());
    mutate::check(&[&city, &ipinfo], ask);
    for length in 0..city.len() {
        ask(&city[..length]);
    }
    mutate::check(&[TOR], |bytes| Countries::read(&String::from_utf8_lossy(bytes).into_owned().into_bytes()).is_some());
    for length in 0..TOR.len() {
        Countries::read(&TOR[..length]);
    }
}
