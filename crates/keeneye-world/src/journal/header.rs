//! The first bytes of a journal.

use super::{MAGIC, id_at, u32_at, u64_at};

/// Values are packed with xz.
const XZ: u32 = 1;
/// With lz4.
const LZ4: u32 = 2;
/// The hashes in it are keyed; nothing to whoever does not look values up.
const KEYED_HASH: u32 = 4;
/// With zstd.
const ZSTD: u32 = 8;
/// Places in it are numbers of 32 bits.
const COMPACT: u32 = 16;

/// The header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// What a reader may ignore: 1 sealed, 2 sealed continuously, 4 the last boot's id.
    pub compatible: u32,
    /// What a reader has to know.
    pub incompatible: u32,
    /// Whether somebody writes it.
    pub state: State,
    /// The file.
    pub file_id: [u8; 16],
    /// The machine.
    pub machine_id: [u8; 16],
    /// Who counts the entries: files with the same one have one count between them.
    pub seqnum_id: [u8; 16],
    /// Bytes of the header, where the objects begin.
    pub header_size: u64,
    /// Bytes behind the header, mostly reserved ones.
    pub arena_size: u64,
    /// Where the last object begins.
    pub tail_object: u64,
    /// Objects in all.
    pub objects: u64,
    /// Entries among them.
    pub entries: u64,
    /// The number of the first entry.
    pub head_seqnum: u64,
    /// And of the last one.
    pub tail_seqnum: u64,
    /// The time of the first entry, in microseconds since 1970.
    pub head_realtime: u64,
    /// And of the last one.
    pub tail_realtime: u64,
}

/// Whether somebody writes a journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It was closed.
    #[default]
    Offline,
    /// It is written, or whoever wrote it was killed.
    Online,
    /// It was closed for good.
    Archived,
    /// No such state.
    Unknown(u8),
}

impl Header {
    /// The shortest header there ever was.
    pub(super) const SHORTEST: usize = 208;

    /// `None` for another format.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < Self::SHORTEST || !bytes.starts_with(MAGIC) {
            return None;
        }
        let header_size = u64_at(bytes, 88);
        let state = match bytes.get(16)? {
            0 => State::Offline,
            1 => State::Online,
            2 => State::Archived,
            other => State::Unknown(*other),
        };
        Some(Self {
            compatible: u32_at(bytes, 8),
            incompatible: u32_at(bytes, 12),
            state,
            file_id: id_at(bytes, 24),
            machine_id: id_at(bytes, 40),
            seqnum_id: id_at(bytes, 72),
            header_size,
            arena_size: u64_at(bytes, 96),
            tail_object: u64_at(bytes, 136),
            objects: u64_at(bytes, 144),
            entries: u64_at(bytes, 152),
            tail_seqnum: u64_at(bytes, 160),
            head_seqnum: u64_at(bytes, 168),
            head_realtime: u64_at(bytes, 184),
            tail_realtime: u64_at(bytes, 192),
        })
        .filter(|header| {
            header_size >= Self::SHORTEST as u64 && header_size.is_multiple_of(8) && header.header_size <= 1 << 16
        })
    }

    /// Places are numbers of 32 bits.
    pub(super) fn is_compact(&self) -> bool {
        self.incompatible & COMPACT != 0
    }

    /// Flags that nobody knew when this was written: the objects may mean something else.
    pub fn unknown_flags(&self) -> u32 {
        self.incompatible & !(XZ | LZ4 | KEYED_HASH | ZSTD | COMPACT)
    }
}
