//! What real databases say, compared with what rpm itself says of them.

use super::*;
use sha2::{Digest as _, Sha256};

#[test]
fn the_files_are_those_that_rpm_names() {
    // Packages, files, and the digest of all lines as Debian's rpm 4.18 prints them from the same database
    // (`--qf '[%{=NAME}|%{FILENAMES}|%{FILEMODES}|...\n]'`), less what rpm does not compare.
    for (name, packages, files, digest) in [
        (MARINER, 129, 7269, "43bab13edc4e135e90719e30d2a6ca1aa3703450763a7f00cde1f47bc94bd8c9"),
        (SUSE, 35, 2837, "fefd3e086c8b000ab33ccc46310e8310c438fee26255190f58f5f1494106d723"),
        (RED_HAT, 1, 7, "ac3acfda76c57689f2b23f80cfd051f5e54c37fc44bd01493ca216c8e78bcc8e"),
    ] {
        let (mut read, troubles) = read(&data(name), None);
        assert_eq!(troubles, [], "{name}");
        // What rpm says it left out is no part of what the package says.
        read.iter_mut().for_each(|package| package.states.clear());
        let lines = lines(&read);
        assert_eq!((read.len(), lines.len()), (packages, files), "{name}");
        let found = keeneye_facts::Text::from(Sha256::digest(lines.concat()).as_slice()).hex();
        assert_eq!(found, digest, "{name}");
    }
}
#[test]
fn a_container_without_documentation_misses_none() {
    let (packages, _) = read(&data(SUSE), None);
    let left_out = |package: &Package| {
        let (files, states) = (package.files().0, package.states.clone());
        let left = files.iter().zip(states).filter(|(_, state)| *state == 2);
        left.map(|(file, _)| (file.role.doc, file.role.may_be_missing)).collect::<Vec<_>>()
    };
    let left_out: Vec<_> = packages.iter().flat_map(left_out).collect();
    let docs: Vec<_> = left_out.iter().filter(|(is_doc, _)| *is_doc).collect();
    assert!(docs.len() > 50 && docs.iter().all(|(_, may_be_missing)| *may_be_missing), "{left_out:?}");
}
#[test]
fn every_header_has_a_signature_and_whole_digests() {
    for (name, length) in [(MARINER, 287), (SUSE, 280), (RED_HAT, 536)] {
        for package in read(&data(name), None).0 {
            let [Signature { kind: SignatureKind::Rsa, packets }] = package.signatures.as_slice() else {
                panic!("{name}: {}: {:?}", package.name, package.signatures);
            };
            assert_eq!((packets.len(), package.digests_agree), (length, Some(true)), "{name}: {}", package.name);
            assert_eq!((package.unsigned, package.replaced.len()), (false, 0), "{name}: {}", package.name);
            assert!(package.installed.is_some_and(|time| time > 1_600_000_000), "{name}: {}", package.name);
            assert_eq!(package.states.len(), package.files().0.len(), "{name}: {}", package.name);
        }
    }
}
#[cfg(feature = "pgp")]
#[test]
fn every_signature_holds_and_none_over_other_bytes() {
    use crate::packages::openpgp::{Keyring, Origin, Verdict};
    let mut keyring = Keyring::default();
    for key in ["0CD9FED33135CE90", "199E2F91FD431D51", "70AF9E8139DB7C82"] {
        assert_eq!(keyring.add(&data(&format!("keys/{key}.asc")), Origin::Given), 1);
    }
    let mut good = 0;
    for name in [MARINER, SUSE, RED_HAT] {
        for package in read(&data(name), None).0 {
            let (signed, packets) = (package.signed_bytes().unwrap(), &package.signatures[0].packets);
            let verdict = keyring.verify(signed, packets);
            assert!(matches!(verdict, Verdict::Good(_)), "{name}: {}: {verdict:?}", package.name);
            good += 1;
            if good % 20 == 1 {
                let mut changed = signed.to_vec();
                changed[signed.len() / 2] ^= 1;
                assert!(matches!(keyring.verify(&changed, packets), Verdict::Bad { .. }), "{name}: {}", package.name);
            }
        }
    }
    assert_eq!(good, 129 + 35 + 1);
}
#[test]
fn a_package_is_called_as_rpm_calls_it() {
    let package = package(RED_HAT, "libuuid");
    assert_eq!((package.full_version().as_str(), package.architecture.as_str()), ("2.32.1-42.el8_8", "x86_64"));
    assert_eq!((package.number, package.installed, package.key), (1, Some(1_696_444_673), None));
}
#[test]
fn the_log_of_a_running_rpm_is_laid_over() {
    let (main, log) = with_log();
    let names = |packages: &[Package]| {
        packages.iter().map(|package| (package.number, package.name.clone())).collect::<Vec<_>>()
    };
    let named = |names: &[(u32, &str)]| names.iter().map(|(n, name)| (*n, (*name).to_owned())).collect::<Vec<_>>();
    let (old, troubles) = read(&main, None);
    assert_eq!((names(&old), troubles), (named(&[(1, "second"), (2, "first")]), vec![]));
    let (new, troubles) = read(&main, Some(&log));
    assert_eq!(troubles, []);
    assert_eq!(names(&new), named(&[(2, "first"), (3, "third"), (4, "moved"), (5, "gpg-pubkey")]));
    let [first, third, moved, key] = new.as_slice() else { panic!() };
    let wanted = include_str!("../samples/files.txt");
    assert_eq!(lines(&[first.clone(), third.clone()]).concat(), wanted, "as rpm -qa prints them");
    assert_eq!((first.epoch, first.full_version().as_str()), (Some(2), "2:1.0-3"));
    assert!(first.signatures.is_empty() && first.digests_agree == Some(true) && !first.unsigned);
    assert_eq!(moved.files().0[0].path, "/opt/moved", "as it was packed, not where --prefix had it go");
    assert!(moved.replaced.contains(&1118), "{:?}", moved.replaced);
    assert_eq!((key.version.as_str(), key.files().0.len()), ("3135ce90", 0));
    assert!(key.key.as_ref().is_some_and(|key| key.starts_with(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")));
}
#[test]
fn a_broken_log_is_told() {
    let (main, mut log) = with_log();
    log[500] ^= 1;
    let (packages, troubles) = read(&main, Some(&log));
    assert_eq!((packages.len(), troubles.len()), (2, 1), "{troubles:?}");
}
