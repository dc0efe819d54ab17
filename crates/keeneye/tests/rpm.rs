#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the image that the program looks at"
)]
//! Databases of rpm that were taken from real systems, as images: what their vendors signed, and what was changed in it.

mod common;

use common::{Scratch, parts, run};
use std::path::Path;

/// Directory and file of each below `shared/data/rpmdb`, and the key of its packages.
const DATABASES: [(&str, &str, &str); 3] = [
    ("cbl-mariner-2.0", "rpmdb.sqlite", "0CD9FED33135CE90"),
    ("sle15-bci", "Packages.db", "70AF9E8139DB7C82"),
    ("libuuid", "Packages", "199E2F91FD431D51"),
];

/// A file of the test data that lies beside the source tree. Where CI runs it must be there.
fn data(name: &str) -> Option<Vec<u8>> {
    let place = Path::new("shared/data/rpmdb").join(name);
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let found = above.find_map(|directory| std::fs::read(directory.join(&place)).ok());
    if found.is_none() {
        eprintln!("TEST DATA IS MISSING, NOT TESTED: {} in no directory above the source tree", place.display());
        assert!(std::env::var_os("CI").is_none(), "test data is missing: {}", place.display());
    }
    found
}

/// The report on an image with this database, without its files.
fn report(name: &str, file: &str, bytes: &[u8], keys: &[&str]) -> serde_json::Value {
    let image = Scratch::new(name);
    image.write(&format!("var/lib/rpm/{file}"), bytes);
    let mut arguments =
        vec!["scan".to_owned(), "--format".into(), "json".into(), "--require-coverage".into(), "0".into()];
    arguments.extend(["--root".into(), image.path("").display().to_string()]);
    for key in keys {
        let bytes = data(&format!("keys/{key}.asc")).expect("keys lie beside the databases");
        arguments.extend(["--keyring".into(), image.write(key, bytes).display().to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (_, report, trouble) = parts(&run(&arguments));
    assert_eq!(trouble, "");
    serde_json::from_str(&report).unwrap()
}

fn records(report: &serde_json::Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let of_records = findings.filter(|finding| finding["detector"] == "integrity/package-record");
    of_records
        .map(|finding| format!("{}: {}", finding["level"].as_str().unwrap(), finding["summary"].as_str().unwrap()))
        .collect()
}

/// Where the digests of a package's files stand one behind the other, so in the signed part.
fn file_digest(bytes: &[u8]) -> usize {
    let is_digest = |at: usize| bytes.get(at..at + 64).is_some_and(|text| text.iter().all(u8::is_ascii_hexdigit));
    let pair = |at: &usize| is_digest(*at) && bytes.get(at + 64) == Some(&0) && is_digest(at + 65);
    (0..bytes.len()).find(pair).expect("two digests")
}

#[test]
fn what_vendors_signed_holds_and_one_changed_byte_does_not() {
    for (name, file, key) in DATABASES {
        let Some(mut bytes) = data(&format!("{name}/{file}")) else { return };
        let honest = report(&format!("rpm-{name}"), file, &bytes, &[key]);
        assert_eq!(records(&honest), Vec::<String>::new(), "{name}");
        let gaps = honest["coverage"]["gaps"].to_string();
        assert!(!gaps.contains("signatures"), "{name}: {gaps}");

        let at = file_digest(&bytes);
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        let forged = records(&report(&format!("rpm-{name}-forged"), file, &bytes, &[key]));
        let [signature, digests] = forged.as_slice() else { panic!("{name}: {forged:?}") };
        assert!(signature.starts_with("compromised: a signature over the record of package"), "{signature}");
        assert!(digests.contains("does not agree with its own digests"), "{digests}");
    }
}

#[test]
fn a_key_that_nobody_brought_is_a_gap() {
    let (name, file, _) = DATABASES[2];
    let Some(bytes) = data(&format!("{name}/{file}")) else { return };
    let report = report("rpm-no-key", file, &bytes, &[]);
    assert_eq!(records(&report), Vec::<String>::new());
    let gaps = report["coverage"]["gaps"].to_string();
    assert!(gaps.contains("signatures of 1 packages by key") && gaps.contains("--keyring"), "{gaps}");
}
