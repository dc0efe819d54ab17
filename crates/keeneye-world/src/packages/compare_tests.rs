//! What several packages say of one file.

use super::*;
use crate::fixture::Fixture;

/// Of the word `fake`.
const OF_FAKE: &str = "Z:Q1wFPs+e1B3wMRud8TzGw7YHjS08I=\n";
/// A digest of nothing that is there.
const ANOTHER: &str = "Z:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

/// A record of apk that lists /usr/bin/ps.
fn record(name: &str, mode: &str, digest: &str) -> String {
    format!("P:{name}\nV:1\nA:x86_64\nF:usr/bin\nR:ps\na:0:0:{mode}\n{digest}\n")
}

/// Packages that differ and how, where packages may share files as those of rpm do, and that of this name is signed.
fn told(records: &str, signed: &str, host: &str) -> Vec<(String, Vec<Difference>)> {
    differing_of(records, signed, host, true)
}

fn differing_of(records: &str, signed: &str, host: &str, sharing: bool) -> Vec<(String, Vec<Difference>)> {
    let mut host = Fixture::new(host);
    host.file("/lib/apk/db/installed", records.as_bytes());
    let mut look = Look::new(&host, "files");
    let mut packages = Packages::read(&mut look, 0, &[], None);
    packages.trusted = (0..packages.packages.len()).filter(|n| packages.packages[*n].name == signed).collect();
    packages.sharing = (0..packages.packages.len()).filter(|_| sharing).collect();
    let changes = packages.compare(&mut look, Names { accounts: &[], groups: &[] });
    changes.into_iter().map(|change| (change.package, change.differs)).collect()
}

fn content(told: &[(String, Vec<Difference>)]) -> Vec<&str> {
    let differs = |differs: &[Difference]| differs.iter().any(|d| matches!(d, Difference::Content { .. }));
    told.iter().filter(|(_, all)| differs(all)).map(|(package, _)| package.as_str()).collect()
}

#[test]
fn another_record_of_the_same_path_erases_no_difference() {
    let host = "/usr/bin/ps = fake\n";
    // It lists the path with other rights and keeps no digest.
    let forged = record("forged", "700", "");
    let real = |digest| record("real", "644", digest);
    for (before, behind) in [(forged.as_str(), ""), ("", forged.as_str())] {
        let told = |digest| told(&format!("{before}{}{behind}", real(digest)), "real", host);
        assert_eq!(content(&told(ANOTHER)), ["real"]);
        assert_eq!(content(&told("")), [""; 0]);
    }
}
#[test]
fn what_fits_to_an_unsigned_record_excuses_no_signed_one() {
    let host = "/usr/bin/ps = fake\n";
    let records = format!("{}{}", record("fits", "644", OF_FAKE), record("real", "644", ANOTHER));
    assert_eq!(content(&told(&records, "real", host)), ["real"]);
    assert_eq!(content(&told(&records, "", host)), [""; 0]);
    assert_eq!(content(&told(&records, "fits", host)), [""; 0]);
}
#[test]
fn no_package_of_apk_vouches_for_the_file_of_another() {
    let records = format!("{}{}", record("fits", "644", OF_FAKE), record("real", "644", ANOTHER));
    let host = "/usr/bin/ps = fake\n";
    assert_eq!(content(&differing_of(&records, "", host, false)), ["real"]);
    assert_eq!(content(&differing_of(&records, "", host, true)), [""; 0]);
}
#[test]
fn the_same_difference_is_told_of_the_signed_record() {
    let host = "/usr/bin/ps = fake\n";
    let records = format!("{}{}", record("a", "644", ANOTHER), record("b", "644", ANOTHER));
    assert_eq!(content(&told(&records, "b", host)), ["b"]);
    assert_eq!(content(&told(&records, "", host)), ["a"]);
}
#[test]
fn thousands_of_records_of_one_missing_path_are_told_once() {
    // Each held against each other would take minutes.
    let records: String = (0..10_000).map(|n| record(&format!("p{n}"), "644", ANOTHER)).collect();
    let all = told(&records, "p9999", "/usr/bin/x = y\n");
    assert_eq!(all, [("p9999".to_owned(), vec![Difference::Missing])]);
}
#[test]
fn the_first_of_several_accounts_of_a_name_counts() {
    let account = |uid| Account { name: "a".into(), uid, ..Account::default() };
    let accounts = [account(5), account(6)];
    let numbers = Numbers::new(Names { accounts: &accounts, groups: &[] });
    let resolved = |name: &str| {
        let mut expected = Expected { owner: Some(Owner::Named(name.into())), ..Expected::default() };
        numbers.resolve(&mut expected);
        expected.owner
    };
    assert_eq!(resolved("a"), Some(Owner::Number(5)));
    assert_eq!(resolved("b"), None);
}
