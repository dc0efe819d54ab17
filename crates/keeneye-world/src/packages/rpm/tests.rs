#![allow(clippy::disallowed_methods, reason = "some of these tests read data that is too large for the source tree")]
//! Real databases, and what an intruder would make of them.

mod forged;
mod hostile;
mod on_host;
mod real;
#[cfg(feature = "pgp")]
mod signed;

use super::*;
use crate::packages::{Expected, Owner};
use std::path::Path;

/// CBL-Mariner 2.0: sqlite.
const MARINER: &str = "cbl-mariner-2.0/rpmdb.sqlite";
/// SUSE Linux Enterprise 15, a base container: ndb.
const SUSE: &str = "sle15-bci/Packages.db";
/// RHEL 8, one package: Berkeley DB.
const RED_HAT: &str = "libuuid/Packages";

/// A file of a real database as it lies in `shared/data/rpmdb` beside the source tree (from the tests of
/// knqyf263/go-rpmdb). A test that needs it fails without it: it would test nothing.
fn data(name: &str) -> Vec<u8> {
    let place = Path::new("shared/data/rpmdb").join(name);
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let Some(file) = above.find_map(|directory| std::fs::read(directory.join(&place)).ok()) else {
        eprintln!("TEST DATA IS MISSING: {} in no directory above the source tree", place.display());
        panic!("test data is missing: {}", place.display());
    };
    file
}

/// A database and its log as rpm 4.18 left them while somebody else was reading: the database has the packages first
/// and second; since then third and moved (with --prefix) were installed, second erased, and a key imported.
fn with_log() -> (Vec<u8>, Vec<u8>) {
    let unpack = |packed: &[u8]| zstd::decode_all(packed).unwrap();
    (unpack(include_bytes!("samples/rpmdb.sqlite.zst")), unpack(include_bytes!("samples/rpmdb.sqlite-wal.zst")))
}

/// A record of a real database.
fn package(database: &str, name: &str) -> Package {
    let (packages, _) = read(&data(database), None);
    packages.into_iter().find(|package| package.name == name).unwrap()
}

/// What a file must be, in one line: path, mode, owner, group, size, digest, link target, time, device, capabilities,
/// and what it is for; `-` for what is not compared.
fn line(file: &Expected) -> String {
    fn shown<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
        value.map_or("-".into(), show)
    }
    let owner = |owner: &Owner| match owner {
        Owner::Named(name) => name.clone(),
        Owner::Number(number) => number.to_string(),
    };
    let role = file.role;
    let flags =
        [(role.config, 'c'), (role.keeps_edits, 'n'), (role.ghost, 'g'), (role.doc, 'd'), (role.may_be_missing, 'm')];
    let words = [
        file.path.lossy().into_owned(),
        shown(file.mode, |mode| format!("{mode:o}")),
        shown(file.owner.as_ref(), owner),
        shown(file.group.as_ref(), owner),
        shown(file.size, |size| size.to_string()),
        shown(file.digest.as_ref(), |sum| sum.hexadecimal.clone()),
        shown(file.link.as_ref(), |link| link.lossy().into_owned()),
        shown(file.modified, |time| time.to_string()),
        shown(file.device, |device| device.to_string()),
        shown(file.capabilities.as_ref(), |capabilities| capabilities.lossy().into_owned()),
        flags.iter().filter(|(is_set, _)| *is_set).map(|(_, letter)| letter).collect(),
    ];
    words.join("|")
}

/// All files of all packages, sorted.
fn lines(packages: &[Package]) -> Vec<String> {
    let mut lines = Vec::new();
    for package in packages {
        let (files, troubles) = package.files();
        assert!(troubles.is_empty(), "{}: {troubles:?}", package.name);
        lines.extend(files.iter().map(|file| format!("{}|{}\n", package.name, line(file))));
    }
    lines.sort();
    lines
}
