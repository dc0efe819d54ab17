//! Bytes that nobody's rpm wrote.

use super::forged::{Raw, beside, header, parse};
use super::*;
use crate::mutate;

/// A small ndb: the first records of a real one, each as it lies there.
fn small_ndb() -> Vec<u8> {
    let real = data(SUSE);
    let word = |at: usize| u32::from_le_bytes(*real[at..].first_chunk().unwrap()) as usize;
    let mut file = real[..4096].to_vec();
    file[12..16].copy_from_slice(&1_u32.to_le_bytes());
    for slot in (32..4096).step_by(16) {
        let (from, blocks) = (word(slot + 8) * 16, word(slot + 12));
        let is_small = word(slot + 4) != 0 && blocks < 600 && file.len() < 20_000;
        if is_small {
            let at = u32::try_from(file.len() / 16).unwrap();
            file[slot + 8..slot + 12].copy_from_slice(&at.to_le_bytes());
            file.extend(&real[from..from + blocks * 16]);
        } else {
            file[slot + 4..slot + 16].fill(0);
        }
    }
    file
}

/// All that can be asked of a database; whether something came out.
fn look(bytes: &[u8], log: Option<&[u8]>) -> bool {
    let (packages, troubles) = read(bytes, log);
    assert!(troubles.len() <= 21);
    packages.iter().map(|package| package.files().0.len()).sum::<usize>() > 0
}

#[test]
fn headers_survive() {
    let small = package(MARINER, "mariner-release");
    let large = package(SUSE, "system-user-root");
    let seeds = [beside(&small, &[(1029, 1, 3, b"\0\0\0")]), beside(&large, &[(268, 7, 3, b"rsa")])];
    mutate::check(&[&seeds[0], &seeds[1]], |blob| {
        let (package, _) = parse(blob);
        package.is_some_and(|package| package.name.len() + package.files().0.len() > 0)
    });
    for seed in &seeds {
        (0..seed.len()).for_each(|end| assert_eq!(parse(&seed[..end]).0, None));
    }
}
#[test]
fn ndb_survives() {
    let small = small_ndb();
    assert_eq!(read(&small, None).1, []);
    mutate::check(&[&small], |bytes| look(bytes, None));
    (0..small.len()).for_each(|end| _ = look(&small[..end], None));
}
#[test]
fn bdb_survives() {
    let real = data(RED_HAT);
    mutate::check(&[&real], |bytes| Kind::of(bytes) == Some(Kind::Bdb) && read(bytes, None).0.len() < 3);
    (0..real.len()).step_by(61).for_each(|end| _ = look(&real[..end], None));
}
#[test]
fn sqlite_survives() {
    let (main, log) = with_log();
    mutate::check(&[&main], |bytes| look(bytes, None));
    (0..log.len()).step_by(4001).for_each(|end| assert!(look(&main, Some(&log[..end]))));
}
#[test]
fn large_databases_survive_being_cut() {
    for (name, step) in [(MARINER, 80_021), (SUSE, 40_009)] {
        let real = data(name);
        (0..real.len()).step_by(step).for_each(|end| _ = look(&real[..end], None));
    }
}
#[test]
fn paths_are_not_multiplied() {
    let directory = [b"/".as_slice(), &[b'x'; 4000], b"\0"].concat();
    let names = b"n\0".repeat(50_000);
    let numbers = vec![0; 4 * 50_000];
    let entries: [Raw<'_>; 3] = [(1116, 4, 50_000, &numbers), (1117, 8, 50_000, &names), (1118, 8, 1, &directory)];
    let blob = header(&[], &[], &entries);
    let (files, troubles) = parse(&blob).0.unwrap().files();
    assert!(files.iter().map(|file| file.path.len()).sum::<usize>() <= 16 * (blob.len() + 8));
    assert_eq!(troubles, ["a path of a file is none"]);
}
#[test]
fn lists_that_do_not_fit_each_other_are_left_aside() {
    let entries: [Raw<'_>; 5] = [
        (1000, 6, 1, b"x\0"),
        (1117, 8, 3, b"a\0b\0c\0"),
        (1116, 4, 2, &[0, 0, 0, 0, 0, 0, 0, 9]),
        (1118, 8, 1, b"/bin/\0"),
        (1039, 8, 2, b"root\0root\0"),
    ];
    let (files, troubles) = parse(&header(&[], &[], &entries)).0.unwrap().files();
    assert_eq!(files.iter().map(line).collect::<Vec<_>>(), ["/bin/a|-|-|-|-|-|-|-|-||"]);
    assert_eq!(troubles, ["a path of a file is none", "a list has not one value for each file"]);
}
#[test]
fn counts_beyond_the_data_are_nothing() {
    let entries: [Raw<'_>; 4] =
        [(1000, 6, 1, b"x\0"), (1117, 8, u32::MAX, b"a\0"), (1030, 5, u32::MAX, b"12345678"), (1003, 4, 0, b"")];
    let (package, _) = parse(&header(&[], &[], &entries));
    let package = package.unwrap();
    assert_eq!((package.name.as_str(), package.epoch), ("x", None));
    let troubles = vec!["the list of its files is broken", "a list has not one value for each file"];
    assert_eq!(package.files(), (vec![], troubles));
}
#[test]
fn records_that_share_their_bytes_are_not_multiplied() {
    let mut file = small_ndb();
    let first: [u8; 16] = *file[32..].first_chunk().unwrap();
    (48..4096).step_by(16).for_each(|slot| file[slot..slot + 16].copy_from_slice(&first));
    let (packages, troubles) = read(&file, None);
    assert!(packages.len() < 30, "{}", packages.len());
    assert_eq!(troubles.last().map(|trouble| trouble.why.starts_with("and ")), Some(true));
}
#[test]
fn what_is_wrong_with_ndb_is_said() {
    let whole = small_ndb();
    let (packages, _) = read(&whole, None);
    let told = |at: usize, byte: u8| {
        let mut file = whole.clone();
        file[at] = byte;
        let (now, troubles) = read(&file, None);
        (packages.len() - now.len(), troubles.first().map(|trouble| trouble.why.clone()).unwrap_or_default())
    };
    assert_eq!(told(4, 1), (packages.len(), "a version of ndb that is not known".into()));
    assert_eq!(told(15, 1), (0, "the file ends before its slots do".into()));
    assert_eq!(told(32, b'x'), (1, "a slot that is none".into()));
    assert_eq!(told(43, 0xff), (1, "it lies outside of the file".into()));
    assert_eq!(told(36, 99), (1, "what its slot leads to is another record, or none".into()));
    assert_eq!(told(4096 + 3000, 0xfe), (0, "its checksum is wrong".into()));
}
#[test]
fn berkeley_db_of_either_byte_order_with_small_values_and_circles() {
    let blob = header(&[], &[], &[(1000, 6, 1, b"small\0")]);
    for big_endian in [false, true] {
        let word = |word: u32| if big_endian { word.to_be_bytes() } else { word.to_le_bytes() };
        let half = |half: u16| if big_endian { half.to_be_bytes() } else { half.to_le_bytes() };
        let mut file = vec![0; 3 * 512];
        file[12..16].copy_from_slice(&word(0x0006_1561));
        file[20..24].copy_from_slice(&word(512));
        let key = [&[1][..], &word(7)].concat();
        let circle = [&[3, 0, 0, 0][..], &word(2), &word(5000)].concat();
        let small = [&[1][..], &blob].concat();
        let mut end = 512;
        for (index, item) in [&key, &small, &key, &circle].into_iter().enumerate() {
            end -= item.len();
            file[512 + end..][..item.len()].copy_from_slice(item);
            file[512 + 26 + 2 * index..][..2].copy_from_slice(&half(u16::try_from(end).unwrap()));
        }
        file[512 + 20..][..2].copy_from_slice(&half(4));
        file[512 + 25] = 13;
        // The overflow page leads to itself.
        file[1024 + 16..][..4].copy_from_slice(&word(2));
        file[1024 + 22..][..2].copy_from_slice(&half(400));
        file[1024 + 25] = 7;
        let (packages, troubles) = read(&file, None);
        assert_eq!(
            packages.iter().map(|package| (package.number, package.name.as_str())).collect::<Vec<_>>(),
            [(7, "small")]
        );
        assert_eq!(troubles.len(), 1);
        assert!(troubles[0].why.contains("circle"), "{troubles:?}");
    }
}
#[test]
fn what_is_no_database_is_said() {
    for bytes in [&b""[..], b"x", b"SQLite format 3\0", b"RpmP"] {
        let (packages, troubles) = read(bytes, None);
        assert_eq!((packages.len(), troubles.is_empty()), (0, false), "{bytes:?}");
    }
}
