use crate::geo::encode::{Draft, Row};
use crate::geo::{Day, Entry, Table};
use crate::mutate;
use keeneye_facts::Country;
use std::net::IpAddr;

fn country(code: &str) -> Country {
    Country::new(code.as_bytes()).unwrap()
}

fn row<T>(first: &str, last: &str, what: T) -> Row<T> {
    Row { first: first.parse().unwrap(), last: last.parse().unwrap(), what: Some(what) }
}

fn draft() -> Draft {
    Draft {
        built: [2026, 6, 17],
        countries: vec![
            row("1.0.0.0", "1.0.3.255", country("DE")),
            row("1.0.4.0", "1.0.4.255", country("DE")),
            row("1.0.1.7", "1.0.1.7", country("FR")),
            row("9.255.255.0", "11.0.0.255", country("US")),
            row("223.255.255.0", "255.255.255.255", country("JP")),
            row("2400::", "2400:0:ffff:ffff:ffff:ffff:ffff:ffff", country("JP")),
            row("2400:0:0:1::", "2400::1:ffff:ffff:ffff:ffff", country("FR")),
        ],
        systems: vec![
            row("1.0.0.0", "1.0.0.255", 64_496),
            row("1.0.1.0", "1.0.1.255", 4_200_000_000),
            row("2400::", "2400::ffff", 3),
        ],
        names: [(64_496, "Example Räder and Sons of the Rather Long Name"), (3, "x")]
            .map(|(system, name)| (system, name.to_owned()))
            .into(),
        distances: [
            ((country("DE"), country("FR")), 0),
            ((country("DE"), country("JP")), 7_456),
            ((country("FR"), country("JP")), 8_009),
        ]
        .into(),
    }
}

fn says(table: &Table, address: &str) -> String {
    let Entry { country, asn, as_name } = table.lookup(address.parse().unwrap());
    let country = country.map_or_else(|| "-".into(), |country| country.to_string());
    let asn = asn.map_or_else(|| "-".into(), |asn| asn.to_string());
    format!("{country} {asn} {}", as_name.unwrap_or("-"))
}

#[test]
fn edges_and_holes_of_ranges() {
    let table = Table::read(&draft().file().unwrap()).unwrap();
    let name = "Example Räder and Sons of the Rather Lo";
    let cases = [
        ("0.255.255.255", "- - -".to_owned()),
        ("1.0.0.0", format!("DE 64496 {name}")),
        ("1.0.0.255", format!("DE 64496 {name}")),
        ("::ffff:1.0.0.255", format!("DE 64496 {name}")),
        ("1.0.1.0", "DE 4200000000 -".into()),
        ("1.0.1.6", "DE 4200000000 -".into()),
        ("1.0.1.7", "FR 4200000000 -".into()),
        ("1.0.1.8", "DE 4200000000 -".into()),
        ("1.0.2.0", "DE - -".into()),
        ("1.0.4.255", "DE - -".into()),
        ("1.0.5.0", "- - -".into()),
        ("9.255.255.255", "US - -".into()),
        ("11.0.0.0", "US - -".into()),
        ("223.255.255.255", "JP - -".into()),
        ("2400::", "JP 3 x".into()),
        ("2400::ffff", "JP 3 x".into()),
        ("2400::1:0", "JP - -".into()),
        ("2400:0:0:1::", "FR - -".into()),
        ("2400::1:ffff:ffff:ffff:ffff", "FR - -".into()),
        ("2400:0:0:2::", "JP - -".into()),
        ("2400:1::", "- - -".into()),
        ("23ff:ffff::", "- - -".into()),
    ];
    for (address, expected) in cases {
        assert_eq!(says(&table, address), expected, "{address}");
    }
}

#[test]
fn special_addresses_have_no_country_whatever_the_rows_say() {
    let table = Table::read(&draft().file().unwrap()).unwrap();
    for address in ["10.0.0.1", "10.255.255.255", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255", "127.0.0.1", "::1"]
    {
        assert_eq!(says(&table, address), "- - -", "{address}");
    }
}

#[test]
fn distances_are_rounded_down() {
    let table = Table::read(&draft().file().unwrap()).unwrap();
    let km = |one, other| table.distance_km(country(one), country(other));
    assert_eq!(km("DE", "JP"), Some(7_450));
    assert_eq!(km("JP", "FR"), Some(8_000));
    assert_eq!(km("FR", "DE"), Some(0));
    assert_eq!(km("US", "US"), Some(0));
    assert_eq!(km("US", "DE"), None, "the map does not know it");
    assert_eq!(km("SE", "SE"), None);
}

#[test]
fn the_same_rows_give_the_same_file() {
    let file = draft().file().unwrap();
    assert_eq!(draft().file().unwrap(), file);
    assert_eq!(Table::read(&file).unwrap().built(), Some(Day { year: 2026, month: 6, day: 17 }));
}

fn columns_of(mut file: &[u8]) -> Vec<&[u8]> {
    let mut columns = Vec::new();
    while let [length, rest @ ..] = file {
        assert!(*length < 0x80, "the columns of this table are short");
        let (column, rest) = rest.split_at(usize::from(*length));
        columns.push(column);
        file = rest;
    }
    columns
}

fn joined(columns: &[&[u8]]) -> Vec<u8> {
    let mut file = Vec::new();
    for column in columns {
        // In two bytes always, which is as good.
        file.extend([(column.len() & 0x7f) as u8 | 0x80, (column.len() >> 7) as u8]);
        file.extend(*column);
    }
    file
}

#[test]
fn damaged_tables() {
    let columns = draft().columns();
    let ask = |table: Table| {
        for address in ["1.0.0.0", "1.0.1.7", "223.255.255.1", "2400::", "2400:0:0:1::1", "ffff::"] {
            table.lookup(address.parse().unwrap());
        }
        table.distance_km(country("DE"), country("JP"));
        table.is_whole()
    };
    // Each column by itself, between the others as they are: so every mutant is met by what reads that column.
    let columns_of = columns_of(&columns);
    assert_eq!(columns_of.len(), 17);
    for (at, column) in columns_of.iter().enumerate() {
        let mut read = 0_usize;
        mutate::check(&[column], |mutant| {
            let mut all = columns_of.clone();
            all[at] = mutant;
            read += usize::from(Table::unpacked(&joined(&all)).is_ok_and(ask));
            true
        });
        assert!(read > 1, "no mutant of column {at} was read");
    }
    for length in 0..columns.len() {
        assert!(!Table::unpacked(&columns[..length]).is_ok_and(ask), "{length} bytes");
    }
    let file = draft().file().unwrap();
    for length in 0..file.len() {
        assert!(Table::read(&file[..length]).is_err(), "{length} bytes");
    }
}

/// Addresses of the registries' blocks, not of single networks: what is in use today need not be tomorrow.
#[test]
fn keeneyes_own_table() {
    let table = Table::embedded();
    assert!(table.ranges() > 500_000, "{}", table.ranges());
    assert_eq!(table.built(), Table::embedded_day());
    assert!(table.is_whole() && table.built().is_some());
    let mut random = 0x9e37_79b9_u32;
    let (mut asked, mut placed, mut announced) = (0, 0, 0);
    while asked < 10_000 {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        let address = IpAddr::from(random.to_be_bytes());
        if keeneye_facts::Reach::of(address) == keeneye_facts::Reach::Public {
            let entry = table.lookup(address);
            asked += 1;
            placed += usize::from(entry.country.is_some());
            announced += usize::from(entry.asn.is_some() && entry.as_name.is_some());
        }
    }
    assert!(placed >= 9_000, "{placed} of {asked} have a country");
    assert!(announced >= 7_000, "{announced} of {asked} have a network");
    // The addresses of the universities of Vienna and Cambridge and of Deutsche Telekom, theirs for decades.
    for (address, code) in [("131.130.1.1", "AT"), ("131.111.8.42", "GB"), ("217.80.0.1", "DE"), ("2003::1", "DE")] {
        assert_eq!(table.lookup(address.parse().unwrap()).country, Some(country(code)), "{address}");
    }
}

#[test]
fn distances_on_the_map() {
    let table = Table::embedded();
    let km = |one, other| table.distance_km(country(one), country(other)).unwrap();
    for (one, other) in [("DE", "FR"), ("US", "CA"), ("CN", "RU"), ("ZA", "LS"), ("FR", "RE"), ("XK", "RS")] {
        assert_eq!(km(one, other), 0, "{one} {other}");
    }
    // Dover and Calais are 33 km apart.
    assert!((10..34).contains(&km("GB", "FR")), "{}", km("GB", "FR"));
    assert!(km("US", "RU") < 4, "the Diomedes: {}", km("US", "RU"));
    // Hokkaido is 7,800 km from the east of Iceland.
    assert!((7_000..7_800).contains(&km("IS", "JP")), "{}", km("IS", "JP"));
    assert_eq!(km("JP", "IS"), km("IS", "JP"));
}
