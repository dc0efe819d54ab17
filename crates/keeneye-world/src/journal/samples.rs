//! Journals that tests write: those that today's journald does not, and damaged ones.

use super::{Facts, Field, Walker};
use std::collections::HashMap;

/// `xz --check=none --lzma2=dict=1MiB` of [`packed_message`], as journald packs.
pub(super) const XZ_MESSAGE: &[u8] = &[
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x00, 0xff, 0x12, 0xd9, 0x41, 0x02, 0x00, 0x21, 0x01, 0x10, 0x00, 0x00,
    0x00, 0xa8, 0x70, 0x8e, 0x86, 0xe0, 0x02, 0x9b, 0x00, 0x4d, 0x5d, 0x00, 0x26, 0x91, 0x46, 0xc0, 0xd1, 0x94, 0x57,
    0xe4, 0x8f, 0x91, 0xd0, 0x74, 0x58, 0xa3, 0x6b, 0xce, 0x89, 0x9d, 0x32, 0x6f, 0x10, 0x40, 0xad, 0x8f, 0x7e, 0xdd,
    0x25, 0xf3, 0x7b, 0x34, 0x2d, 0x87, 0x44, 0x49, 0xc9, 0x30, 0xb2, 0x91, 0x88, 0xbb, 0xda, 0x37, 0x03, 0x3b, 0x7c,
    0xa5, 0x4c, 0xf5, 0x0f, 0xe3, 0xe0, 0x24, 0xa6, 0x6f, 0xd5, 0x07, 0xb1, 0x54, 0x4e, 0x9a, 0xb7, 0xe3, 0x29, 0x68,
    0x70, 0x0c, 0xc8, 0xbf, 0xaa, 0x9c, 0x23, 0x77, 0xd1, 0x4d, 0x27, 0x60, 0x2e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
    0x61, 0x9c, 0x05, 0x00, 0x00, 0x00, 0x01, 0x32, 0xd5, 0x23, 0xa8, 0x00, 0x0a, 0xfc, 0x02, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x59, 0x5a,
];
/// The block in `lz4 -9` of the same.
pub(super) const LZ4_MESSAGE: &[u8] = &[
    0xff, 0x1b, 0x4d, 0x45, 0x53, 0x53, 0x41, 0x47, 0x45, 0x3d, 0x46, 0x61, 0x69, 0x6c, 0x65, 0x64, 0x20, 0x70, 0x61,
    0x73, 0x73, 0x77, 0x6f, 0x72, 0x64, 0x20, 0x66, 0x6f, 0x72, 0x20, 0x69, 0x6e, 0x76, 0x61, 0x6c, 0x69, 0x64, 0x20,
    0x75, 0x73, 0x65, 0x72, 0x20, 0x78, 0x01, 0x00, 0xff, 0xff, 0x46, 0xf0, 0x0c, 0x20, 0x66, 0x72, 0x6f, 0x6d, 0x20,
    0x31, 0x39, 0x32, 0x2e, 0x30, 0x2e, 0x32, 0x2e, 0x37, 0x20, 0x70, 0x6f, 0x72, 0x74, 0x20, 0x35, 0x20, 0x73, 0x73,
    0x68, 0x32,
];

/// What the two hold.
pub(super) fn packed_message() -> String {
    format!("MESSAGE=Failed password for invalid user {} from 192.0.2.7 port 5 ssh2", "x".repeat(600))
}

/// A journal that grows by objects.
pub(crate) struct Built {
    pub(crate) bytes: Vec<u8>,
    is_compact: bool,
    values: HashMap<Vec<u8>, u64>,
    entries: u64,
}

impl Built {
    /// `header_size` was 208 once, and is 272 now.
    pub(crate) fn new(header_size: usize, incompatible: u32) -> Self {
        let mut bytes = vec![0; header_size];
        bytes[..8].copy_from_slice(b"LPKSHHRH");
        bytes[12..16].copy_from_slice(&incompatible.to_le_bytes());
        bytes[72..88].copy_from_slice(&[7; 16]);
        bytes[88..96].copy_from_slice(&(header_size as u64).to_le_bytes());
        let mut built = Self { bytes, is_compact: incompatible & 16 != 0, values: HashMap::new(), entries: 0 };
        built.object(4, 0, &[0; 32]);
        built
    }

    /// Where it was put.
    fn object(&mut self, kind: u8, flags: u8, body: &[u8]) -> u64 {
        let at = self.bytes.len() as u64;
        self.bytes.extend([kind, flags, 0, 0, 0, 0, 0, 0]);
        self.bytes.extend((16 + body.len() as u64).to_le_bytes());
        self.bytes.extend(body);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let arena = self.bytes.len() as u64 - u64::from_le_bytes(*self.bytes[88..].first_chunk().expect("a header"));
        self.bytes[96..104].copy_from_slice(&arena.to_le_bytes());
        self.bytes[136..144].copy_from_slice(&at.to_le_bytes());
        at
    }

    pub(super) fn data(&mut self, flags: u8, payload: &[u8]) -> u64 {
        if let Some(at) = self.values.get(payload) {
            return *at;
        }
        let mut body = vec![0; if self.is_compact { 56 } else { 48 }];
        body.extend(payload);
        let at = self.object(1, flags, &body);
        self.values.insert(payload.to_vec(), at);
        at
    }

    /// An entry of values that were put before, with this number; its time is as many seconds.
    pub(super) fn entry(&mut self, seqnum: u64, values: &[u64]) {
        let mut body = Vec::new();
        body.extend(seqnum.to_le_bytes());
        body.extend((seqnum * 1_000_000).to_le_bytes());
        body.extend([0; 32]);
        for at in values {
            body.extend_from_slice(&at.to_le_bytes()[..if self.is_compact { 4 } else { 8 }]);
            body.resize(body.len() + if self.is_compact { 0 } else { 8 }, 0);
        }
        self.object(3, 0, &body);
        self.entries += 1;
        self.bytes[152..160].copy_from_slice(&self.entries.to_le_bytes());
    }

    /// An entry of plain values, with a table behind it as journald has them.
    pub(crate) fn line(&mut self, seqnum: u64, values: &[&str]) {
        let places: Vec<u64> = values.iter().map(|value| self.data(0, value.as_bytes())).collect();
        self.entry(seqnum, &places);
        self.object(6, 0, &[0; 40]);
    }
}

/// Every entry in one line, and what was found out about the file. It comes in pieces of so many bytes.
pub(super) fn walked(bytes: &[u8], piece: usize) -> (Vec<String>, Facts) {
    let (mut walker, mut lines) = (Walker::default(), Vec::new());
    for piece in bytes.chunks(piece) {
        walker.feed(piece, &mut |_, _| true, &mut |entry| {
            let value = |field| String::from_utf8_lossy(entry.get(field).unwrap_or(b"-")).into_owned();
            let (who, comm, uid) = (value(Field::Identifier), value(Field::Comm), value(Field::Uid));
            lines.push(format!("{} {} {who} {comm} {uid} {}", entry.seqnum, entry.realtime, value(Field::Message)));
        });
    }
    (lines, walker.finish())
}
