//! `--vendor apt` against an archive on this machine.

use super::archive::{Archive, Comes};
use super::{
    DEB, FAKE, FORGED, IN_RELEASE, KEY, OTHER_DEB, PACKAGES, REAL, RELEASE, gaps, image, remarks, said, scan, text,
};
use crate::common::Scratch;
use std::time::{Duration, Instant};

const RELEASE_PATH: &str = "/debian/dists/stable/InRelease";
const LIST_PATH: &str = "/debian/dists/stable/main/binary-amd64/Packages.xz";
const DEB_PATH: &str = "/debian/pool/main/s/sample/sample_1.2-3_amd64.deb";

/// A suspect: a file of its package is missing.
fn suspect(name: &str, program: &str) -> Scratch {
    let image = image(name, program);
    image.write("root/var/lib/dpkg/info/sample.list", "/.\n/usr\n/usr/bin\n/usr/bin/sample\n/usr/share/sample/far\n");
    image.write("key.asc", KEY);
    image
}
/// An archive as its maker left it, and the host's source of it.
fn archive(image: &Scratch) -> Archive {
    let archive = Archive::start();
    archive.has(RELEASE_PATH, Comes::File(IN_RELEASE.to_vec()));
    archive.has(LIST_PATH, Comes::File(PACKAGES.to_vec()));
    archive.has(DEB_PATH, Comes::File(DEB.to_vec()));
    image.write("root/etc/apt/sources.list", format!("deb {}/debian stable main\n", archive.address));
    archive
}
fn fetched(image: &Scratch) -> serde_json::Value {
    let key = text(&image.path("key.asc"));
    scan(image, &["--vendor", "apt", "--keyring", &key])
}

#[test]
fn what_an_archive_signed_tells_a_forged_record() {
    let image = suspect("fetch-forged", FAKE);
    let archive = archive(&image);
    let report = fetched(&image);
    assert!(said(&report).contains(&FORGED.to_owned()), "{:?} {}", said(&report), gaps(&report));
    assert_eq!(archive.asked(), [RELEASE_PATH, LIST_PATH, DEB_PATH]);
    assert!(remarks(&report).contains("1 were fetched"), "{}", remarks(&report));
    let old = "its release was to be believed until 2025-03-22";
    assert!(gaps(&report).contains(old), "an old release is told: {}", gaps(&report));

    let honest = suspect("fetch-honest", REAL);
    let _archive = self::archive(&honest);
    assert_eq!(said(&fetched(&honest)), Vec::<String>::new());
}
#[test]
fn deb822_and_the_hosts_own_lists_and_cache_first() {
    let image = suspect("fetch-own", FAKE);
    let archive = archive(&image);
    let sources = format!("Types: deb\nURIs: {}/debian/\nSuites: stable\nComponents: main\n", archive.address);
    image.write("root/etc/apt/sources.list", "");
    image.write("root/etc/apt/sources.list.d/x.sources", sources);
    let place = archive.address.trim_start_matches("http://");
    let lists = format!("root/var/lib/apt/lists/{place}_debian_dists_stable");
    image.write(&format!("{lists}_InRelease"), IN_RELEASE);
    image.write(&format!("{lists}_main_binary-amd64_Packages.xz"), PACKAGES);
    assert!(said(&fetched(&image)).contains(&FORGED.to_owned()));
    assert_eq!(archive.asked(), [DEB_PATH]);
    image.write("root/var/cache/apt/archives/sample.deb", DEB);
    assert!(said(&fetched(&image)).contains(&FORGED.to_owned()));
    assert_eq!(archive.asked(), [DEB_PATH], "nothing more was fetched");
}
#[test]
fn nothing_is_fetched_during_a_plain_scan() {
    let image = suspect("fetch-plain", FAKE);
    let archive = archive(&image);
    scan(&image, &[]);
    assert_eq!(archive.asked(), Vec::<String>::new());
}
/// With an archive that gives something else for one path, nothing is believed, and why is told.
#[track_caller]
fn refused(name: &str, path: &str, comes: Comes, why: &str) {
    let image = suspect(&format!("fetch-{name}"), FAKE);
    let archive = archive(&image);
    archive.has(path, comes);
    let report = fetched(&image);
    assert_eq!(said(&report), Vec::<String>::new(), "{name}");
    let gaps = gaps(&report);
    assert!(gaps.contains("no archive that could be asked has this version") && gaps.contains(why), "{name}: {gaps}");
}
#[test]
fn what_does_not_verify_is_not_believed() {
    refused("unsigned", RELEASE_PATH, Comes::File(RELEASE.to_vec()), "InRelease is not signed");
    let changed = String::from_utf8_lossy(IN_RELEASE).replace("Origin: S", "Origin: s");
    refused("badly-signed", RELEASE_PATH, Comes::File(changed.into_bytes()), "its signature does not hold");
    refused("other-list", LIST_PATH, Comes::File(b"Package: sample\n".to_vec()), "not the file that the release names");
    refused("other-deb", DEB_PATH, Comes::File(OTHER_DEB.to_vec()), "not the file that the signed list names");
    refused("cut", DEB_PATH, Comes::Cut(DEB.to_vec(), 600), DEB_PATH);
    refused("cut-release", RELEASE_PATH, Comes::Cut(IN_RELEASE.to_vec(), 300), "/debian/dists/stable");
    refused("no-release", RELEASE_PATH, Comes::Elsewhere("/debian/nowhere".into()), "404");
}
#[test]
fn an_archive_that_does_not_end_is_left() {
    refused("huge-release", RELEASE_PATH, Comes::Endless, "4194304");
    refused("huge-list", LIST_PATH, Comes::Endless, "/debian/dists/stable");
    refused("huge-deb", DEB_PATH, Comes::Endless, DEB_PATH);
    refused("loop", RELEASE_PATH, Comes::Elsewhere(RELEASE_PATH.into()), "redirect");
    refused("to-https", RELEASE_PATH, Comes::Elsewhere("https://127.0.0.1:9/x".into()), "/debian/dists/stable");
}
#[test]
fn a_slow_archive_costs_its_time_and_no_more() {
    let image = suspect("fetch-slow", FAKE);
    let archive = archive(&image);
    archive.has(DEB_PATH, Comes::Slowly(DEB.to_vec()));
    let begun = Instant::now();
    let report = fetched(&image);
    // Twice the patience for one answer, and two looks.
    assert!(begun.elapsed() < Duration::from_secs(300), "{:?}", begun.elapsed());
    assert!(gaps(&report).contains("timeout"), "{}", gaps(&report));
}
#[test]
fn a_key_that_only_the_host_has_is_nobodys() {
    let image = suspect("fetch-own-key", FAKE);
    let _archive = archive(&image);
    image.write("root/usr/share/keyrings/x.gpg", KEY);
    let report = scan(&image, &["--vendor", "apt"]);
    assert_eq!(said(&report), Vec::<String>::new());
    assert!(gaps(&report).contains("neither built in nor given"), "{}", gaps(&report));
}
