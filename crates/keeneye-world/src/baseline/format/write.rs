//! Writing a baseline, entry by entry.

use super::codec::{self, Before};
use super::{BLOCK, End, FormatError, Header, MAGIC, VERSION};
use crate::baseline::Entry;
use sha2::{Digest as _, Sha256};
use std::io::Write;

/// Little is gained by more: digests do not get shorter.
const ZSTD_LEVEL: i32 = 1;

/// A baseline that is being written.
pub struct Writer<W> {
    out: W,
    hash: Sha256,
    packer: zstd::bulk::Compressor<'static>,
    block: Vec<u8>,
    before: Before,
    entries: u64,
}

impl<W: Write> Writer<W> {
    /// Begins with the header.
    pub fn new(out: W, header: &Header) -> Result<Self, FormatError> {
        let packer = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
        let hash = Sha256::new();
        let mut writer = Self { out, hash, packer, block: Vec::new(), before: Before::default(), entries: 0 };
        writer.put(&MAGIC)?;
        writer.put(&VERSION.to_le_bytes())?;
        writer.put_json(header)?;
        Ok(writer)
    }

    /// Adds an entry. They come in [`crate::baseline::walk_order`], each path once; any other is an error.
    pub fn push(&mut self, entry: &Entry) -> Result<(), FormatError> {
        let alone = self.block.is_empty();
        codec::put(&mut self.block, entry, &mut self.before, alone)?;
        self.entries += 1;
        if self.block.len() >= BLOCK { self.flush_block() } else { Ok(()) }
    }

    /// Writes what is left, the end and the hash. `cut` is the limit that ended the walk early.
    pub fn finish(mut self, cut: Option<String>) -> Result<(W, End), FormatError> {
        self.flush_block()?;
        let mut end = End { entries: self.entries, cut, ..End::default() };
        self.put(&0_u32.to_le_bytes())?;
        self.put_json(&end)?;
        end.hash = self.hash.finalize().into();
        self.out.write_all(&end.hash)?;
        self.out.flush()?;
        Ok((self.out, end))
    }

    fn flush_block(&mut self) -> Result<(), FormatError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let packed = self.packer.compress(&self.block)?;
        self.put_length(packed.len())?;
        self.put_length(self.block.len())?;
        self.put(&packed)?;
        self.block.clear();
        self.before.restart();
        Ok(())
    }
    fn put_json(&mut self, value: &impl serde::Serialize) -> Result<(), FormatError> {
        let text = serde_json::to_vec(value).map_err(std::io::Error::from)?;
        self.put_length(text.len())?;
        self.put(&text)
    }
    fn put_length(&mut self, length: usize) -> Result<(), FormatError> {
        let length = u32::try_from(length).map_err(|_| FormatError::Damaged("a part that is too long"))?;
        self.put(&length.to_le_bytes())
    }
    fn put(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.hash.update(bytes);
        Ok(self.out.write_all(bytes)?)
    }
}
