#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the image that the program looks at"
)]
//! `--vendor` over images whose records were forged. Nothing is fetched here but from this very machine.

#[cfg(feature = "fetch")]
#[path = "vendor/archive.rs"]
mod archive;
mod common;
#[cfg(feature = "fetch")]
#[path = "vendor/fetch.rs"]
mod fetch;

use common::{Scratch, parts, run};
use std::path::Path;

const DEB: &[u8] = include_bytes!("../../keeneye-world/src/packages/deb/samples/xz.deb");
/// The same files, packed otherwise.
const OTHER_DEB: &[u8] = include_bytes!("../../keeneye-world/src/packages/deb/samples/gzip.deb");
const IN_RELEASE: &[u8] = include_bytes!("../../keeneye-world/src/packages/apt/samples/InRelease");
const RELEASE: &[u8] = include_bytes!("../../keeneye-world/src/packages/apt/samples/Release");
const PACKAGES: &[u8] = include_bytes!("../../keeneye-world/src/packages/apt/samples/Packages.xz");
const KEY: &[u8] = include_bytes!("../../keeneye-world/src/packages/openpgp/samples/signer.asc");
/// What the package brings as /usr/bin/sample, and what was put in its place.
const REAL: &str = "#!/bin/sh\necho sample\n";
const FAKE: &str = "#!/bin/sh\necho simple\n";
/// MD5 of these.
const MD5_OF_REAL: &str = "bdb8a6b27d1fd1d2565c5851601e69f1";
const MD5_OF_FAKE: &str = "b0a79bb283ca06f4b895e9d4a15b92f3";

/// An image on which the sample package is installed, with a record that fits its program.
fn image(name: &str, program: &str) -> Scratch {
    let image = Scratch::new(name);
    image.write("root/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    image.write("root/etc/group", "root:x:0:\n");
    image.write(
        "root/var/lib/dpkg/status",
        "Package: sample\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:1.2-3\n\n",
    );
    image.write("root/var/lib/dpkg/info/sample.list", "/.\n/usr\n/usr/bin\n/usr/bin/sample\n");
    let md5 = if program == REAL { MD5_OF_REAL } else { MD5_OF_FAKE };
    image.write("root/var/lib/dpkg/info/sample.md5sums", format!("{md5}  usr/bin/sample\n"));
    let path = image.write("root/usr/bin/sample", program);
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    image
}

/// The report on it as JSON.
fn scan(image: &Scratch, arguments: &[&str]) -> serde_json::Value {
    let root = image.path("root").display().to_string();
    let all = [&["scan", "--format", "json", "--require-coverage", "0", "--root", &root], arguments].concat();
    let (_, report, trouble) = parts(&run(&all));
    assert_eq!(trouble, "");
    serde_json::from_str(&report).unwrap()
}
/// Sentences about records of packages and about the program.
fn said(report: &serde_json::Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let of = findings.filter(|f| {
        f["detector"] == "integrity/package-record" || f["summary"].as_str().unwrap().starts_with("/usr/bin/sample ")
    });
    of.map(|f| format!("{}: {}", f["level"].as_str().unwrap(), f["summary"].as_str().unwrap())).collect()
}
fn text(path: &Path) -> String {
    path.display().to_string()
}
fn gaps(report: &serde_json::Value) -> String {
    report["coverage"]["gaps"].to_string()
}
fn remarks(report: &serde_json::Value) -> String {
    report["remarks"].to_string()
}

const FORGED: &str = "compromised: the list of digests of package sample was changed: it vouches for /usr/bin/sample, \
                      which is not the vendor's";

#[test]
fn package_files_that_a_person_brings_are_believed() {
    let image = image("vendor-brought", FAKE);
    let stick = image.write("stick/any name.deb", DEB);
    let stick = text(stick.parent().unwrap());
    assert_eq!(said(&scan(&image, &[])), Vec::<String>::new(), "the host vouches for it");
    let report = scan(&image, &["--vendor", &stick]);
    assert!(said(&report).contains(&FORGED.to_owned()), "{:?}", said(&report));
    assert!(remarks(&report).contains("1 of 1 packages were compared"), "{}", remarks(&report));
    assert!(remarks(&report).contains("believed because you gave it"), "{}", remarks(&report));

    let honest = self::image("vendor-honest", REAL);
    assert_eq!(said(&scan(&honest, &["--vendor", &stick])), Vec::<String>::new());
}
#[test]
fn a_manifest_serves_other_servers_and_recordings() {
    let image = image("vendor-manifest", FAKE);
    let deb = image.write("sample.deb", DEB);
    let (kept, recording) = (image.path("share/kept"), image.path("host.kee"));
    std::fs::create_dir(image.path("share")).unwrap();
    let arguments = ["--vendor", &text(&deb), "--vendor-keep", &text(&kept), "--record", &text(&recording)];
    let first = scan(&image, &arguments);
    let lines = std::fs::read_to_string(&kept).unwrap();
    assert!(lines.contains("\npackage sample 1:1.2-3 amd64 "), "{lines}");

    let by_manifest = scan(&image, &["--vendor", &text(kept.parent().unwrap()), "--vendor-keep", &text(&kept)]);
    assert!(said(&by_manifest).contains(&FORGED.to_owned()));
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), lines, "nothing new");

    let (_, replayed, _) =
        parts(&run(&["scan", "--format", "json", "--require-coverage", "0", "--from", &text(&recording)]));
    let replayed: serde_json::Value = serde_json::from_str(&replayed).unwrap();
    for part in ["findings", "incidents", "coverage", "remarks", "verdict"] {
        assert_eq!(replayed[part], first[part], "{part}");
    }
    let other = image.write("notes", "mine\n");
    let root = text(&image.path("root"));
    let (code, _, why) =
        parts(&run(&["scan", "--root", &root, "--vendor", &text(&deb), "--vendor-keep", &text(&other)]));
    assert!(code == 2 && why.contains("not a manifest of keeneye"), "{code} {why}");
    assert_eq!(std::fs::read_to_string(other).unwrap(), "mine\n");
}
#[test]
fn what_lies_on_the_host_counts_when_a_vendor_signed_it() {
    let image = image("vendor-cache", FAKE);
    let cache = "root/var/cache/apt/archives";
    image.write(&format!("{cache}/sample_1%3a1.2-3_amd64.deb"), DEB);
    let archives = text(&image.path(cache));
    let key = text(&image.write("key.asc", KEY));
    let lists = "root/var/lib/apt/lists/x.example.org_dists_stable";
    let list = format!("{lists}_main_binary-amd64_Packages.xz");
    let in_release = format!("{lists}_InRelease");
    let trusted = ["--vendor", &archives, "--keyring", &key];
    let not_believed = |report: &serde_json::Value, why: &str| {
        assert_eq!(said(report), Vec::<String>::new(), "{why}");
        let gaps = gaps(report);
        assert!(gaps.contains("no signed list of its vendor names it") && gaps.contains(why), "{why}: {gaps}");
    };
    not_believed(&scan(&image, &trusted), "");

    image.write(&in_release, IN_RELEASE);
    image.write(&list, PACKAGES);
    assert!(said(&scan(&image, &trusted)).contains(&FORGED.to_owned()));

    not_believed(&scan(&image, &["--vendor", &archives]), "key");
    image.write(&in_release, RELEASE);
    not_believed(&scan(&image, &trusted), "it is not signed");
    image.write(&in_release, String::from_utf8_lossy(IN_RELEASE).replace("Origin: S", "Origin: s"));
    not_believed(&scan(&image, &trusted), "its signature does not hold");
    image.write(&in_release, IN_RELEASE);
    let mut changed = PACKAGES.to_vec();
    changed[100] ^= 1;
    image.write(&list, changed);
    not_believed(&scan(&image, &trusted), "it was not believed");
    image.write(&list, PACKAGES);
    image.write(&format!("{cache}/sample_1%3a1.2-3_amd64.deb"), OTHER_DEB);
    not_believed(&scan(&image, &trusted), "");
    // A key of the host's own does not do.
    image.write("root/usr/share/keyrings/own.asc", KEY);
    not_believed(&scan(&image, &["--vendor", &archives]), "neither built in nor given");
    let manifest = "keeneye-manifest 1\n";
    image.write(&format!("{cache}/kept"), manifest);
    assert!(gaps(&scan(&image, &trusted)).contains("a manifest is not signed"));
}
#[test]
fn what_cannot_be_read_is_told() {
    let image = image("vendor-damaged", REAL);
    let deb = image.write("stick/sample.deb", &DEB[..DEB.len() - 100]);
    image.write("stick/kept", "keeneye-manifest 1\nrubbish\n");
    image.write("stick/notes.txt", "nothing\n");
    let report = scan(&image, &["--vendor", &text(deb.parent().unwrap())]);
    let gaps = gaps(&report);
    assert!(gaps.contains("cut or damaged") && gaps.contains("line 2"), "{gaps}");
    assert!(!gaps.contains("notes.txt"), "{gaps}");
    assert!(remarks(&report).contains("0 of 1 packages"), "{}", remarks(&report));
    let (code, _, why) = parts(&run(&["scan", "--vendor", "/nowhere"]));
    assert!(code == 2 && why.contains("--vendor: cannot read /nowhere"), "{code} {why}");
}
#[cfg(not(feature = "fetch"))]
#[test]
fn without_the_feature_nothing_is_fetched() {
    let image = image("vendor-no-fetch", REAL);
    let (code, _, why) = parts(&run(&["scan", "--root", &text(&image.path("root")), "--vendor", "apt"]));
    assert!(code == 2 && why.contains("--features fetch") && why.contains("--vendor DIR"), "{code} {why}");
}

#[test]
fn a_directory_without_packages_is_told() {
    let image = image("vendor-empty", REAL);
    let empty = image.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let (root, empty) = (text(&image.path("root")), text(&empty));
    let (_, report, trouble) = parts(&run(&["scan", "--format", "json", "--root", &root, "--vendor", &empty]));
    let why = "there is no package file (.deb) and no manifest in";
    assert_eq!(trouble, format!("keeneye: --vendor: {why} {empty}\n"));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert!(gaps(&report).contains(&format!("{why} it")), "{report}");
}
