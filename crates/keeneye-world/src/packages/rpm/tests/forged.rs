//! What an intruder writes into the database to hide what he changed.

use super::super::header::MAGIC;
use super::*;
use sha2::{Digest as _, Sha256};

/// An entry of a header: tag, kind, count, data.
pub(super) type Raw<'a> = (u32, u32, u32, &'a [u8]);

/// The header of a real package, with other entries behind its signed part.
pub(super) fn beside(package: &Package, entries: &[Raw<'_>]) -> Vec<u8> {
    let signed = &package.signed_bytes().unwrap()[MAGIC.len()..];
    let count = u32::from_be_bytes(*signed.first_chunk().unwrap()) as usize;
    let (index, data) = signed[8..].split_at(count * 16);
    header(index, data, entries)
}

/// An index and its data, and entries more.
pub(super) fn header(index: &[u8], data: &[u8], entries: &[Raw<'_>]) -> Vec<u8> {
    let (mut index, mut data) = (index.to_vec(), data.to_vec());
    for (tag, kind, count, content) in entries {
        while data.len() % 8 != 0 {
            data.push(0);
        }
        let offset = u32::try_from(data.len()).unwrap();
        index.extend([*tag, *kind, offset, *count].map(u32::to_be_bytes).as_flattened());
        data.extend(*content);
    }
    let counts = [index.len() / 16, data.len()].map(|count| u32::try_from(count).unwrap().to_be_bytes());
    [counts.as_flattened(), &index, &data].concat()
}

/// Reads one record; with what was wrong.
pub(super) fn parse(blob: &[u8]) -> (Option<Package>, Vec<Trouble>) {
    let mut troubles = Vec::new();
    (Package::read(1, blob, &mut |trouble| troubles.push(trouble)), troubles)
}

/// The SHA-256 that rpm keeps beside the signed part.
pub(super) fn sum(package: &Package) -> Vec<u8> {
    let digest = Sha256::digest(package.signed_bytes().unwrap());
    [keeneye_facts::Text::from(digest.as_slice()).hex().as_bytes(), b"\0"].concat()
}

#[test]
fn digests_appended_outside_of_the_signed_part_are_not_believed() {
    let real = package(MARINER, "bash");
    let (files, _) = real.files();
    let forged: Vec<u8> = files.iter().flat_map(|_| [&[b'0'; 64][..], b"\0"].concat()).collect();
    let count = u32::try_from(files.len()).unwrap();
    let blob = beside(&real, &[(273, 6, 1, &sum(&real)), (1035, 8, count, &forged)]);
    let (package, troubles) = parse(&blob);
    let package = package.unwrap();
    assert_eq!(troubles, []);
    assert_eq!(package.files(), real.files());
    assert_eq!(package.signed_bytes(), real.signed_bytes());
    assert_eq!((package.digests_agree, package.replaced), (Some(true), vec![1035]));
    let header = Header::parse(&blob).unwrap();
    assert_eq!(header.signed(1035).unwrap().strings().map(|digests| digests.len()), Some(files.len()));
    assert_eq!(header.beside(1035).next().and_then(|entry| entry.text()), Some(&[b'0'; 64][..]));
    assert_eq!(header.said(1035), header.signed(1035));
}
#[test]
fn a_flipped_byte_of_the_signed_part_is_seen() {
    let real = package(MARINER, "mariner-release");
    let sum = sum(&real);
    let blob = beside(&real, &[(273, 6, 1, &sum)]);
    assert_eq!(parse(&blob).0.unwrap().digests_agree, Some(true));
    let signed = real.signed_bytes().unwrap();
    // The counts of a record are those of all its entries; the signed ones are in the trailer.
    let (index, data) = (8, 8 + u32::from_be_bytes(*blob.first_chunk().unwrap()) as usize * 16);
    let entries = u32::from_be_bytes(*signed[8..].first_chunk().unwrap()) as usize * 16;
    let places = (index..index + entries).chain(data..data + signed.len() - 16 - entries);
    for at in places {
        for bit in [1, 0x80] {
            let mut blob = blob.clone();
            blob[at] ^= bit;
            let (package, troubles) = parse(&blob);
            let package = package.unwrap();
            assert_ne!(package.signed_bytes(), Some(signed), "byte {at}");
            let is_seen = package.digests_agree == Some(false) || package.unsigned;
            assert!(is_seen, "byte {at}: {:?} {troubles:?}", package.digests_agree);
        }
    }
}
#[test]
fn a_flipped_byte_of_a_database_is_seen() {
    for (name, step) in [(MARINER, 64), (SUSE, 24), (RED_HAT, 1)] {
        let real = data(name);
        let (packages, _) = read(&real, None);
        let (mut seen, mut harmless) = (0, 0);
        for at in (1000..real.len()).step_by(step * 4096) {
            let mut changed = real.clone();
            changed[at] ^= 0x10;
            let (now, troubles) = read(&changed, None);
            assert!(now.len() == packages.len() || !troubles.is_empty(), "{name}: {at}: a record vanished silently");
            let is_old = |package: &Package| packages.iter().any(|old| old.signed_bytes() == package.signed_bytes());
            let mut forged = now.iter().filter(|package| !is_old(package)).peekable();
            if forged.peek().is_some() || !troubles.is_empty() {
                seen += 1
            } else {
                harmless += 1
            }
            assert!(forged.all(|package| package.digests_agree == Some(false) || package.unsigned), "{name}: {at}");
        }
        assert!(seen > harmless, "{name}: {seen} seen, {harmless} in free space, indexes and unsigned parts");
    }
}
#[test]
fn states_and_times_are_kept_apart() {
    let real = package(RED_HAT, "libuuid");
    let blob = beside(&real, &[(1008, 4, 1, &[0, 0, 0, 9]), (1029, 1, 7, &[2; 7])]);
    let package = parse(&blob).0.unwrap();
    assert_eq!((package.installed, package.states.as_slice(), package.digests_agree), (Some(9), &[2; 7][..], None));
    for (now, then) in package.files().0.into_iter().zip(real.files().0) {
        let may_be_missing = now.role.doc || now.kind() == Some(0o040_000);
        assert_eq!(now.role.may_be_missing, may_be_missing, "a state of `not installed` hides no program");
        assert_eq!(Expected { role: then.role, ..now }, then, "and changes nothing of what is compared");
    }
}
#[test]
fn signatures_of_every_kind() {
    let real = package(RED_HAT, "libuuid");
    let two = b"b25l\0dHdv\0";
    let many = vec![(268, 7, 3, b"rsa".as_slice()); 40];
    let found = |entries: &[Raw<'_>]| parse(&beside(&real, entries)).0.unwrap().signatures;
    let signature = |kind, packets: &[u8]| Signature { kind, packets: packets.to_vec() };
    assert_eq!(
        found(&[(267, 7, 3, b"dsa"), (278, 8, 2, two), (268, 7, 3, b"rsa"), (268, 7, 900_000, b"cut")]),
        [
            signature(SignatureKind::Rsa, b"rsa"),
            signature(SignatureKind::Dsa, b"dsa"),
            signature(SignatureKind::OpenPgp, b"one"),
            signature(SignatureKind::OpenPgp, b"two"),
        ]
    );
    assert_eq!(found(&many).len(), 16);
    assert_eq!(found(&[(268, 4, 1, b"1234"), (278, 6, 1, b"!\0")]), [], "another kind, no base64");
}
#[test]
fn without_a_signed_part_all_is_taken_and_it_is_said() {
    let entries: [Raw<'_>; 5] = [
        (61, 7, 16, &[0; 16]),
        (1000, 6, 1, b"old\0"),
        (1027, 8, 2, b"/bin/a\0/bin/b\0"),
        (1030, 3, 2, &[0x81, 0xed, 0x81, 0xa4]),
        (1035, 8, 2, b"0123456789abcdef0123456789ABCDEF\0\0"),
    ];
    let (package, troubles) = parse(&header(&[], &[], &entries));
    let package = package.unwrap();
    assert_eq!(troubles, []);
    assert!(package.unsigned && package.signed_bytes().is_none() && package.digests_agree.is_none());
    assert_eq!(
        lines(&[package]),
        ["old|/bin/a|100755|-|-|-|0123456789abcdef0123456789abcdef|-|-|-||\n", "old|/bin/b|100644|-|-|-|-|-|-|-||\n"]
    );
}
#[test]
fn a_broken_region_is_told_and_nothing_counts_as_signed() {
    let real = package(RED_HAT, "libuuid");
    let blob = beside(&real, &[(268, 7, 3, b"rsa")]);
    // The offset of the trailer.
    let mut broken = blob.clone();
    broken[16] = 0x7f;
    let (package, troubles) = parse(&broken);
    let package = package.unwrap();
    assert!(package.unsigned && package.name == "libuuid" && package.files() == real.files());
    assert_eq!(troubles.len(), 1);
    assert!(troubles[0].why.contains("signed region"), "{troubles:?}");
}
#[test]
fn nothing_beside_the_signed_part_says_what_a_file_must_be() {
    // Flags, what is to be compared, names and directories, modes, capabilities: all that could hide a file.
    let real = package(MARINER, "bash");
    let files = real.files();
    let count = u32::try_from(files.0.len()).unwrap();
    let words = |word: u32| word.to_be_bytes().repeat(files.0.len());
    let (ghosts, nothing, zeros) = (words(0x40 | 1), words(0), words(0));
    let names = b"x\0".repeat(files.0.len());
    let entries: [Raw<'_>; 6] = [
        (1037, 4, count, &ghosts),
        (1045, 4, count, &nothing),
        (1117, 8, count, &names),
        (1116, 4, count, &zeros),
        (1118, 8, 1, b"/tmp/\0"),
        (5010, 8, count, &names),
    ];
    for entry in entries {
        let (package, _) = parse(&beside(&real, &[entry]));
        let package = package.unwrap();
        assert_eq!(package.files(), files, "tag {}", entry.0);
        // Capabilities are in no part of that package: beside it they are a stranger's, and nobody asks for them there.
        assert_eq!(package.replaced, if entry.0 == 5010 { vec![] } else { vec![entry.0] });
    }
}
#[test]
fn a_second_region_signs_nothing() {
    let real = package(MARINER, "bash");
    let trailer = [63_u32, 7, (-32_i32).cast_unsigned(), 16].map(u32::to_be_bytes);
    let other = [b"/bin/forged\0".as_slice(), &[0; 4], trailer.as_flattened()].concat();
    let (package, _) = parse(&beside(&real, &[(63, 7, 16, &other), (1117, 8, 1, b"forged\0")]));
    let package = package.unwrap();
    assert_eq!((package.signed_bytes(), package.files()), (real.signed_bytes(), real.files()));
    assert_eq!(package.replaced, [63, 1117]);
}
#[test]
fn a_region_that_lies_about_its_size_is_not_what_was_signed() {
    let real = package(MARINER, "mariner-release");
    let blob = beside(&real, &[(273, 6, 1, &sum(&real)), (1035, 8, 1, b"forged\0")]);
    let entries = u32::from_be_bytes(*blob.first_chunk().unwrap()) as usize;
    let at = 8 + entries * 16 + u32::from_be_bytes(*blob[16..].first_chunk().unwrap()) as usize + 8;
    let signed = real.signed_bytes().unwrap();
    for lie in [0, 1, 2, entries - 1, entries, entries + 1, 60_000] {
        let back = -i32::try_from(lie * 16).unwrap();
        let mut blob = blob.clone();
        blob[at..at + 4].copy_from_slice(&back.to_be_bytes());
        let package = parse(&blob).0.unwrap();
        assert!(package.signed_bytes() != Some(signed), "{lie}: a signature would be over other bytes");
        assert_ne!(package.digests_agree, Some(true), "{lie}");
    }
}
#[test]
fn what_was_left_out_may_be_missing_where_the_signed_part_agrees() {
    let entries: [Raw<'_>; 7] = [
        (1000, 6, 1, b"x\0"),
        (1027, 8, 4, b"/bin/x\0/doc\0/de\0/kept\0"),
        (1030, 3, 4, &[0x81, 0xed, 0x81, 0xa4, 0x81, 0xa4, 0x81, 0xa4]),
        (1037, 4, 4, &[0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2]),
        (1097, 8, 4, b"\0\0de\0\0"),
        (1035, 8, 4, b"0123456789abcdef0123456789abcdef\0\0\0\0"),
        (1029, 1, 4, &[2, 2, 2, 0]),
    ];
    let (files, _) = parse(&header(&[], &[], &entries)).0.unwrap().files();
    let missing: Vec<_> = files.iter().map(|file| file.role.may_be_missing).collect();
    assert_eq!(missing, [false, true, true, false], "a program is missed whatever the database says");
    let digest = files[0].digest.as_ref().map(|sum| sum.hexadecimal.as_str());
    assert_eq!(digest, Some("0123456789abcdef0123456789abcdef"), "and compared");
}
