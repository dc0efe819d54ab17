//! Signatures of real databases and what an intruder can do about them.

use super::*;
use crate::packages::openpgp::{Keyring, Origin, Trust, Verdict};
use bstr::ByteSlice;

const DATABASES: [(&str, usize, &str); 3] = [
    (MARINER, 129, "Microsoft CBL-Mariner and Azure Linux"),
    (SUSE, 35, "SUSE Linux Enterprise 12 and 15"),
    (RED_HAT, 1, "Red Hat, Inc. (release key 2)"),
];

fn keyring() -> Keyring {
    let mut keyring = Keyring::default();
    for key in ["0CD9FED33135CE90", "199E2F91FD431D51", "70AF9E8139DB7C82"] {
        // As if it had been found on the host: what makes it the vendor's is its fingerprint.
        assert_eq!(keyring.add(&data(&format!("keys/{key}.asc")), Origin::Host), 1);
    }
    keyring
}

fn verdict(keyring: &Keyring, package: &Package) -> Verdict {
    let signed = package.signed_bytes().expect("a signed part");
    let [signature] = package.signatures.as_slice() else { panic!("{} signatures", package.signatures.len()) };
    keyring.verify(signed, &signature.packets)
}

/// The packages of a database, without the keys that rpm keeps there, and how many of them a vendor signed.
fn good(keyring: &Keyring, database: &[u8], vendor: &'static str) -> (usize, usize) {
    let (mut packages, _) = read(database, None);
    packages.retain(|package| package.name != "gpg-pubkey");
    let by_vendor = |package: &&Package| matches!(verdict(keyring, package), Verdict::Good(good) if good.trust == Trust::Vendor(vendor) && !good.by_sha1);
    (packages.len(), packages.iter().filter(by_vendor).count())
}

#[test]
fn one_bit_of_a_database_is_seen() {
    let keyring = keyring();
    for (name, count, vendor) in DATABASES {
        let mut database = data(name);
        let (packages, _) = read(&database, None);
        let signed = packages.iter().find_map(Package::signed_bytes).expect("a signed part");
        // A place of the signed part that lies whole in one page, and nowhere else.
        let once = |piece: &&[u8]| database.find_iter(piece).take(2).count() == 1;
        let piece = signed[signed.len() / 2..].chunks(32).find(once).expect("such a place");
        let at = database.find(piece).expect("found before");
        database[at + 7] ^= 4;
        assert_eq!(good(&keyring, &database, vendor), (count, count - 1), "{name}");
    }
}
#[test]
fn without_the_vendors_key_nothing_is_believed() {
    let package = package(RED_HAT, "libuuid");
    let verdict = verdict(&Keyring::default(), &package);
    assert_eq!(verdict, Verdict::NoKey { key: "199e2f91fd431d51".into() });
}
#[test]
fn another_package_s_signature_is_bad() {
    let keyring = keyring();
    let (packages, _) = read(&data(SUSE), None);
    let mut packages = packages.into_iter().filter(|package| package.signed_bytes().is_some());
    let (one, other) = (packages.next().expect("a package"), packages.next().expect("another"));
    let verdict = keyring.verify(one.signed_bytes().expect("a signed part"), &other.signatures[0].packets);
    assert!(matches!(verdict, Verdict::Bad { why: "it is over other bytes", .. }), "{verdict:?}");
}
#[test]
fn a_key_from_the_hosts_own_database_is_the_vendors_by_its_fingerprint() {
    let (database, log) = with_log();
    let (packages, _) = read(&database, Some(&log));
    let key = packages.iter().find_map(|package| package.key.as_ref()).expect("a key");
    let mut keyring = Keyring::default();
    assert_eq!(keyring.add(key, Origin::Host), 1);
    assert_eq!(good(&keyring, &data(MARINER), DATABASES[0].2), (129, 129));
}
