//! Values of fields, unpacked as far as they are wanted.

use super::{Field, lz4};
use std::io::Read as _;
use zstd::stream::raw::{DParameter, Decoder, Operation as _};

/// Bytes of a value that are read. A line of syslog is shorter, and what somebody logged in with is cut by sshd.
const MAX_VALUE: usize = 16 << 10;
/// Memory for the window of xz, in KiB; journald packs with 1 MiB.
const XZ_KIB: u32 = 4 << 10;
/// The same for zstd, as a power of two.
const ZSTD_WINDOW_LOG: u32 = 23;

/// What the flags of an object say.
const XZ: u8 = 1;
const LZ4: u8 = 2;
const ZSTD: u8 = 4;

/// Unpacks values; one decoder serves them all.
pub(super) struct Unpacker {
    zstd: Option<Decoder<'static>>,
    room: Vec<u8>,
    /// Values that could not be unpacked.
    pub(super) unreadable: u64,
}

/// Name and value of a field.
pub(super) struct Value<'a> {
    pub(super) field: Field,
    pub(super) value: &'a [u8],
    /// There is more of it.
    pub(super) is_cut: bool,
}

impl Unpacker {
    pub(super) fn new() -> Self {
        let zstd = Decoder::new().ok().and_then(|mut decoder| {
            decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).ok()?;
            Some(decoder)
        });
        Self { zstd, room: vec![0; MAX_VALUE], unreadable: 0 }
    }

    /// `None` for fields that nobody wants, and for what cannot be unpacked.
    pub(super) fn value<'a>(&'a mut self, flags: u8, payload: &'a [u8]) -> Option<Value<'a>> {
        let payload = match flags {
            0 => payload,
            _ => match self.unpack(flags, payload) {
                Some(length) => self.room.get(..length)?,
                None => {
                    self.unreadable += 1;
                    return None;
                }
            },
        };
        let cut = payload.get(..Field::LONGEST + 1).unwrap_or(payload);
        let end = cut.iter().position(|byte| *byte == b'=')?;
        let (name, value) = payload.split_at_checked(end)?;
        let value = value.get(1..)?;
        let short = value.get(..MAX_VALUE - 64).unwrap_or(value);
        Some(Value { field: Field::named(name)?, value: short, is_cut: short.len() < value.len() })
    }

    /// Into the room that there is; how much of it is used then.
    fn unpack(&mut self, flags: u8, packed: &[u8]) -> Option<usize> {
        match flags {
            XZ => xz(packed, &mut self.room),
            // Eight bytes say how long it is unpacked.
            LZ4 => {
                let unpacked = lz4::unpack(packed.get(8..)?, self.room.len())?;
                self.room.get_mut(..unpacked.len())?.copy_from_slice(&unpacked);
                Some(unpacked.len())
            }
            ZSTD => zstd(self.zstd.as_mut()?, packed, &mut self.room),
            _ => None,
        }
    }
}

fn xz(packed: &[u8], room: &mut [u8]) -> Option<usize> {
    let mut reader = lzma_rust2::XzReader::new_mem_limit(packed, false, XZ_KIB);
    let mut length = 0;
    loop {
        let free = room.get_mut(length..).filter(|free| !free.is_empty());
        match free.map_or(Ok(0), |free| reader.read(free)).ok()? {
            0 => return Some(length),
            read => length += read,
        }
    }
}

fn zstd(decoder: &mut Decoder<'_>, mut packed: &[u8], room: &mut [u8]) -> Option<usize> {
    decoder.reinit().ok()?;
    let mut length = 0;
    loop {
        let status = decoder.run_on_buffers(packed, room.get_mut(length..)?).ok()?;
        packed = packed.get(status.bytes_read..)?;
        length += status.bytes_written;
        let is_stuck = status.bytes_read == 0 && status.bytes_written == 0;
        if status.remaining == 0 || is_stuck || length == room.len() {
            return Some(length);
        }
    }
}
