use super::samples::{Built, LZ4_MESSAGE, XZ_MESSAGE, packed_message, walked};
use super::*;

/// Nine entries that `systemd-journal-remote` of systemd 252 wrote, from an export with three lines in turn: an accepted key, a
/// failure of 600 bytes and more, and `logger -t sshd`. In the order of their flags; `zstd -19`.
const WRITTEN: [(u32, &[u8]); 4] = [
    (0x08, include_bytes!("samples/zstd-legacy.journal.zst")),
    (0x0c, include_bytes!("samples/zstd-keyed.journal.zst")),
    (0x14, include_bytes!("samples/plain-compact.journal.zst")),
    (0x1c, include_bytes!("samples/zstd-compact.journal.zst")),
];

fn unpacked(sample: &[u8]) -> Vec<u8> {
    zstd::decode_all(sample).expect("a sample")
}

fn small(header_size: usize, flags: u32) -> Built {
    let mut built = Built::new(header_size, flags);
    built.line(41, &["MESSAGE=Accepted password for ann", "SYSLOG_IDENTIFIER=sshd", "_COMM=sshd", "_UID=0", "X=1"]);
    built.line(42, &["MESSAGE=Accepted password for ann", "SYSLOG_IDENTIFIER=sshd", "_COMM=logger", "_UID=1000"]);
    built.line(45, &["MESSAGE=bye", "SYSLOG_IDENTIFIER=sshd", "_COMM=sshd", "_UID=0"]);
    built
}

const SMALL: [&str; 3] = [
    "41 41000000 sshd sshd 0 Accepted password for ann",
    "42 42000000 sshd logger 1000 Accepted password for ann",
    "45 45000000 sshd sshd 0 bye",
];

#[test]
fn what_journald_writes() {
    for (flags, sample) in WRITTEN {
        let bytes = unpacked(sample);
        let (lines, facts) = walked(&bytes, 65_536);
        let header = facts.header.expect("a header");
        assert_eq!((header.incompatible, header.state, facts.end), (flags, State::Offline, End::Whole));
        assert_eq!((facts.entries, facts.objects), (header.entries, header.objects), "{flags:#x}");
        let ends = (facts.first.expect("entries").realtime, facts.last.expect("entries").realtime);
        assert_eq!(ends, (header.head_realtime, header.tail_realtime));
        let key = "abc".repeat(14);
        let accepted = format!("Accepted publickey for ann from 192.0.2.3 port 40003 ssh2: ED25519 SHA256:{key}");
        assert_eq!(lines[3], format!("4 1700000003000000 sshd sshd 0 {accepted}"));
        let failed = format!("Failed password for invalid user {}1 from 198.51.100.7 port 51 ssh2", "x".repeat(600));
        assert_eq!(lines[1], format!("2 1700000001000000 sshd sshd 0 {failed}"));
        assert_eq!(
            lines[2],
            "3 1700000002000000 sshd logger 1000 Accepted password for root from 203.0.113.9 port 1 ssh2"
        );
        assert_eq!((lines.len(), facts.damaged, facts.unordered, holes([&facts.sequence]).len()), (9, 0, 0, 0));
    }
}

#[test]
fn old_headers_and_places_of_32_bits() {
    for (header_size, flags) in [(208, 0), (240, 2), (256, 4), (272, 16 | 4)] {
        let built = small(header_size, flags);
        for piece in [1, 13, 4096] {
            let (lines, facts) = walked(&built.bytes, piece);
            assert_eq!(lines, SMALL);
            assert_eq!((facts.end, facts.read_to), (End::Whole, built.bytes.len() as u64));
            let hole = Hole { id: [7; 16], first: 43, last: 44, from: 42_000_000, until: 45_000_000 };
            assert_eq!(holes([&facts.sequence]), [hole]);
        }
    }
}

#[test]
fn every_packing_is_read() {
    let message = packed_message();
    let mut with_length = (message.len() as u64).to_le_bytes().to_vec();
    with_length.extend(LZ4_MESSAGE);
    let zstd = zstd::encode_all(message.as_bytes(), 3).expect("packed");
    for (flags, object, packed) in [(1, 1, XZ_MESSAGE), (2, 2, &with_length[..]), (8, 4, &zstd[..])] {
        let mut built = Built::new(240, flags);
        let at = built.data(object, packed);
        built.entry(1, &[at]);
        let expected = format!("1 1000000 - - - {}", message.trim_start_matches("MESSAGE="));
        assert_eq!(walked(&built.bytes, 100).0, [expected]);
    }
}

#[test]
fn a_bomb_is_cut() {
    let mut bomb = b"MESSAGE=".to_vec();
    bomb.resize(64 << 20, b'x');
    let zstd = zstd::encode_all(&bomb[..], 3).expect("packed");
    // Ten gigabytes, as the length says: eight literals, and then the last of them again and again.
    let mut lz4 = (10_u64 << 30).to_le_bytes().to_vec();
    lz4.extend(b"\x8fMESSAGE=\x01\0");
    lz4.resize(500_000, 255);
    lz4.push(0);
    let mut built = Built::new(240, 2 | 8);
    let places = [built.data(4, &zstd), built.data(2, &lz4)];
    places.iter().zip(1..).for_each(|(at, seqnum)| built.entry(seqnum, &[*at]));
    let (lines, facts) = walked(&built.bytes, 4096);
    assert_eq!((lines.len(), facts.cut, facts.end), (2, 2, End::Whole));
    assert!(lines.iter().all(|line| (10_000..20_000).contains(&line.len())));
}

#[test]
fn what_cannot_be_unpacked_is_counted() {
    let mut built = Built::new(240, 1 | 2 | 8);
    let places = [built.data(4, &[0; 9]), built.data(2, &[1; 40]), built.data(1, XZ_MESSAGE.split_at(60).0)];
    places.iter().zip(1..).for_each(|(at, seqnum)| built.entry(seqnum, &[*at]));
    let (lines, facts) = walked(&built.bytes, 4096);
    assert_eq!((lines.len(), facts.unreadable, facts.end), (3, 3, End::Whole));
}

#[test]
fn a_value_that_was_forgotten_is_told() {
    let mut built = Built::new(240, 0);
    let first = built.data(0, b"MESSAGE=said once and again");
    built.entry(1, &[first]);
    for number in 0..3_000_u64 {
        let long = format!("MESSAGE={number}{}", "x".repeat(12_000));
        let at = built.data(0, long.as_bytes());
        built.entry(number + 2, &[at]);
    }
    built.entry(4_000, &[first]);
    let (lines, facts) = walked(&built.bytes, 65_536);
    assert_eq!((lines.len(), facts.lost), (3_002, 1));
    assert!(lines[0].ends_with("again") && lines[3_001].ends_with(" -") && lines[3_000].len() > 12_000);
}

#[test]
fn only_what_is_wanted_is_kept() {
    let bytes = small(272, 16).bytes;
    let (mut walker, mut seen) = (Walker::default(), Vec::new());
    let mut keep = |field, value: &[u8]| field == Field::Message && value.starts_with(b"Accepted");
    walker.feed(&bytes, &mut keep, &mut |entry| {
        seen.push((entry.seqnum, entry.get(Field::Message).is_some(), entry.get(Field::Comm).is_some()));
    });
    assert_eq!(seen, [(41, true, false), (42, true, false), (45, false, false)]);
}

#[test]
fn a_file_is_read_as_far_as_it_goes() {
    let bytes = small(240, 0).bytes;
    let mut most = 0;
    for end in 0..=bytes.len() {
        let (lines, facts) = walked(&bytes[..end], 50);
        assert_eq!(lines, SMALL[..lines.len()]);
        assert!(lines.len() >= most && facts.read_to <= end as u64, "{end}");
        most = lines.len();
        // The table behind the last entry is the last object.
        let expected = match end {
            0..240 => None,
            _ if end == bytes.len() => Some(End::Whole),
            _ => Some(End::Truncated),
        };
        assert!(expected.is_none_or(|expected| facts.end == expected), "{end}: {facts:?}");
    }
    assert_eq!(most, 3);
}

#[test]
fn reserved_bytes_behind_the_end_are_no_damage() {
    let mut built = small(240, 0);
    let length = built.bytes.len() as u64;
    built.bytes.resize(built.bytes.len() + 100_000, 0);
    built.bytes[16] = 1;
    let (lines, facts) = walked(&built.bytes, 4096);
    assert_eq!((lines.len(), facts.damaged, facts.end, facts.read_to), (3, 0, End::Whole, length));
    assert_eq!(facts.header.map(|header| header.state), Some(State::Online));
}

#[test]
fn a_header_that_ends_too_early_hides_nothing() {
    let mut built = small(240, 0);
    let second = built.bytes.windows(16).position(|eight| eight[..8] == 42_u64.to_le_bytes()).expect("an entry") - 16;
    let size = u64_at(&built.bytes, second + 8) as usize;
    built.bytes[second..second + size].fill(0);
    built.bytes[136..144].copy_from_slice(&240_u64.to_le_bytes());
    let (lines, facts) = walked(&built.bytes, 64);
    assert_eq!((lines, facts.damaged), (vec![SMALL[0].to_owned(), SMALL[2].to_owned()], size as u64));
}

#[test]
fn a_header_that_was_wiped_hides_nothing() {
    let mut built = small(240, 0);
    // Sizes, places and counts; what is left says how objects are written.
    built.bytes[96..208].fill(0);
    assert_eq!(walked(&built.bytes, 64).0, SMALL);
}

#[test]
fn an_object_that_was_wiped_hides_nothing_else() {
    let mut built = small(240, 0);
    let second = built.bytes.windows(16).position(|eight| eight[..8] == 42_u64.to_le_bytes()).expect("an entry") - 16;
    let size = u64_at(&built.bytes, second + 8) as usize;
    for fill in [0, b'x'] {
        built.bytes[second..second + size].fill(fill);
        let (lines, facts) = walked(&built.bytes, 64);
        assert_eq!(lines, [SMALL[0], SMALL[2]]);
        let place = Damage { from: second as u64, to: (second + size) as u64 };
        assert_eq!((facts.damage, facts.damaged, facts.end), (vec![place], size as u64, End::Whole));
    }
}

#[test]
fn other_formats_and_flags_of_the_future() {
    assert_eq!(walked(&[b'x'; 10_000], 4096).1.end, End::NotJournal);
    assert_eq!(walked(b"", 1).1.end, End::NotJournal);
    assert_eq!(walked(&small(272, 32).bytes, 4096).1.end, End::Unsupported(32));
}

#[test]
fn any_bytes_are_borne() {
    let (plain, compact) = (small(240, 0).bytes, small(272, 16).bytes);
    crate::mutate::check(&[&plain, &compact], |bytes| walked(bytes, 200).1.header.is_some());
    let mut packed = Built::new(240, 1 | 2 | 8);
    let lz4 = [&700_u64.to_le_bytes()[..], LZ4_MESSAGE].concat();
    let zstd = zstd::encode_all(packed_message().as_bytes(), 3).expect("packed");
    let places = [packed.data(1, XZ_MESSAGE), packed.data(2, &lz4), packed.data(4, &zstd)];
    places.iter().zip(1..).for_each(|(at, seqnum)| packed.entry(seqnum, &[*at]));
    crate::mutate::check(&[&packed.bytes], |bytes| walked(bytes, 200).1.header.is_some());
}
