use super::*;
use crate::packages::deb;

const IN_RELEASE: &[u8] = include_bytes!("samples/InRelease");
const RELEASE: &[u8] = include_bytes!("samples/Release");
const PACKAGES_XZ: &[u8] = include_bytes!("samples/Packages.xz");
const PACKAGES_GZ: &[u8] = include_bytes!("samples/Packages.gz");
const PATH: &str = "main/binary-amd64/Packages.xz";

fn release() -> Release {
    let (release, troubles) = Release::read(RELEASE);
    assert_eq!(troubles, []);
    release
}

#[test]
fn a_release() {
    let release = release();
    assert_eq!([&release.origin, &release.suite, &release.codename], ["Sample", "stable", "sample"]);
    assert_eq!((release.date, release.valid_until), (Some(1_742_029_529), Some(1_742_634_329)));
    assert_eq!(release.paths().count(), 3);
    assert!(release.has(PATH.as_bytes(), PACKAGES_XZ));
    assert!(!release.has(b"main/binary-amd64/Packages.gz", PACKAGES_XZ));
    assert!(!release.has(b"main/binary-amd64/Other", PACKAGES_XZ));
}
#[test]
fn the_package_that_was_asked_for() {
    for (path, bytes) in [(PATH, PACKAGES_XZ), ("main/binary-amd64/Packages.gz", PACKAGES_GZ)] {
        let (found, troubles) = offered(&release(), path, bytes, |name| name == "sample").expect("offers");
        assert_eq!((found.len(), troubles), (1, Vec::new()));
        assert_eq!(found[0].filename, "pool/main/s/sample/sample_1.2-3_amd64.deb");
        let archive = deb::read(include_bytes!("../deb/samples/xz.deb").as_slice()).expect("a package");
        assert!(found[0].is(&archive));
        // The same files, packed otherwise: not what was offered.
        let other = deb::read(include_bytes!("../deb/samples/gzip.deb").as_slice()).expect("a package");
        assert!(!found[0].is(&other));
        assert!(!Offered { version: "1:1.2-2".into(), ..found[0].clone() }.is(&archive));
    }
}
#[test]
fn a_list_that_the_release_does_not_name_is_refused() {
    let mut changed = PACKAGES_XZ.to_vec();
    changed[100] ^= 1;
    assert!(offered(&release(), PATH, &changed, |_| true).is_err());
    assert!(offered(&release(), "main/binary-arm64/Packages.xz", PACKAGES_XZ, |_| true).is_err());
}
#[test]
fn names_that_lead_elsewhere_and_what_is_left_out() {
    let of = |text: &str| packages(text.as_bytes(), |_| true);
    let digest = "0".repeat(64);
    let (found, troubles) = of(&format!("Package: x\nVersion: 1\nFilename: ../../etc/x\nSHA256: {digest}\n\n"));
    assert_eq!(found, []);
    assert_eq!(troubles[0].why, "a file name that leads elsewhere");
    let (found, troubles) = of("Package: y\nVersion: 1\n\nPackage: x\n");
    assert_eq!((found.len(), troubles.iter().map(|t| t.line).collect::<Vec<_>>()), (0, vec![1, 4]));
}
#[test]
fn a_release_without_digests_is_told() {
    let (release, troubles) = Release::read(b"Origin: x\nMD5Sum:\n 0123 1 main/Packages\n");
    assert_eq!((release.paths().count(), troubles.len()), (0, 1));
    let (_, troubles) = Release::read(b"SHA256:\n 0123 1 main/Packages\n");
    assert_eq!(troubles[0], Trouble { line: 2, why: "neither a digest nor a path" });
}
#[test]
fn dates() {
    assert_eq!(seconds("Sat, 5 Jul 2025 00:00:00 +0000"), Some(1_751_673_600));
    for date in ["", "Sat, 5 Jul 2025", "Sat, 5 Jul 2025 00:00:00 CEST", "Sat, 5 July 2025 00:00:00 UTC", "2025-07-05"]
    {
        assert_eq!(seconds(date), None, "{date}");
    }
    let (_, troubles) = Release::read(b"Valid-Until: never\nSHA256:\n");
    assert_eq!(troubles[0], Trouble { line: 1, why: "not a date" });
}
#[test]
fn hostile_bytes_survive() {
    crate::mutate::check(&[RELEASE], |bytes| Release::read(bytes).0.paths().next().is_some());
    let text = unpack::file(b".xz", PACKAGES_XZ, 10_000).expect("xz");
    crate::mutate::check(&[&text], |bytes| !packages(bytes, |_| true).0.is_empty());
    (0..RELEASE.len()).for_each(|end| assert!(Release::read(&RELEASE[..end]).0.paths().count() <= 3));
    (0..text.len()).for_each(|end| assert!(packages(&text[..end], |_| true).0.len() <= 2));
}

#[cfg(feature = "pgp")]
mod signed {
    use super::*;
    use crate::packages::openpgp::{Keyring, Origin, Verdict};

    fn keyring(origin: Origin) -> Keyring {
        let mut keyring = Keyring::default();
        keyring.add(include_bytes!("../openpgp/samples/signer.asc"), origin);
        keyring
    }

    #[test]
    fn both_forms_of_a_signed_release() {
        let keyring = keyring(Origin::Given);
        let inline = SignedRelease::read(&keyring, IN_RELEASE).expect("a signed text");
        assert_eq!(inline.trusted(), Some(&release()));
        let detached = SignedRelease::detached(&keyring, RELEASE, include_bytes!("samples/Release.gpg"));
        assert_eq!(detached.trusted(), Some(&release()));
    }
    #[test]
    fn what_is_changed_or_signed_by_the_hosts_own_key_is_not_trusted() {
        let digest = "2975d98c913afe2151d5ddbdbf574c6c63f054c0f9f99e8d0bb78e2cb0f1b9b7";
        let changed = String::from_utf8_lossy(IN_RELEASE).replace(digest, &"0".repeat(64));
        let signed = SignedRelease::read(&keyring(Origin::Given), changed.as_bytes()).expect("a signed text");
        assert!(matches!(signed.verdict, Verdict::Bad { .. }), "{:?}", signed.verdict);
        assert_eq!(signed.trusted(), None);
        let own = SignedRelease::read(&keyring(Origin::Host), IN_RELEASE).expect("a signed text");
        assert!(matches!(own.verdict, Verdict::Good(_)));
        assert_eq!(own.trusted(), None);
        assert_eq!(SignedRelease::read(&Keyring::default(), IN_RELEASE).expect("a signed text").trusted(), None);
    }
}
