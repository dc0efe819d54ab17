//! Reading a baseline, entry by entry.

use super::codec::{Before, Cursor};
use super::{End, FormatError, Header, MAGIC, MAX_BLOCK, MAX_JSON, MAX_PACKED, VERSION};
use crate::baseline::{Entry, Signature, signature};
use sha2::{Digest as _, Sha256};
use std::io::{ErrorKind, Read};

/// A baseline that is being read. An iterator over its entries; the last thing that it gives is an error when the file
/// is not what was written once, and all that came before is then worth nothing.
pub struct Reader<R> {
    source: R,
    hash: Sha256,
    unpacker: zstd::bulk::Decompressor<'static>,
    header: Header,
    block: Vec<u8>,
    /// Bytes of the block that were read.
    at: usize,
    before: Before,
    entries: u64,
    end: Option<End>,
    failed: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub fn new(source: R) -> Result<Self, FormatError> {
        let mut reader = Self {
            source,
            hash: Sha256::new(),
            unpacker: zstd::bulk::Decompressor::new()?,
            header: Header::default(),
            block: Vec::new(),
            at: 0,
            before: Before::default(),
            entries: 0,
            end: None,
            failed: false,
        };
        let magic: [u8; 8] = reader.array().map_err(|_| FormatError::NotABaseline)?;
        if magic != MAGIC {
            return Err(FormatError::NotABaseline);
        }
        let version = u16::from_le_bytes(reader.array()?);
        if version != VERSION {
            return Err(FormatError::Newer(version));
        }
        reader.header = reader.json()?;
        Ok(reader)
    }

    /// What it says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }
    /// Known after the last entry.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn entry(&mut self) -> Result<Option<Entry>, FormatError> {
        loop {
            let rest = self.block.get(self.at..).unwrap_or_default();
            let mut cursor = Cursor(rest);
            if let Some(entry) = cursor.entry(&mut self.before, self.at == 0)? {
                self.at = self.block.len() - cursor.0.len();
                self.entries += 1;
                return Ok(Some(entry));
            }
            if self.end.is_some() || !self.next_block()? {
                return Ok(None);
            }
        }
    }

    /// False at the end.
    fn next_block(&mut self) -> Result<bool, FormatError> {
        let packed = self.length(MAX_PACKED)?;
        if packed == 0 {
            self.finish()?;
            return Ok(false);
        }
        let plain = self.length(MAX_BLOCK)?;
        let packed = self.bytes(packed)?;
        let broken = FormatError::Damaged("a block that does not unpack");
        self.block = self.unpacker.decompress(&packed, plain).map_err(|_| broken)?;
        if self.block.len() != plain || plain == 0 {
            return Err(FormatError::Damaged("a block of another length"));
        }
        self.at = 0;
        self.before.restart();
        Ok(true)
    }

    fn finish(&mut self) -> Result<(), FormatError> {
        (self.block, self.at) = (Vec::new(), 0);
        let mut end: End = self.json()?;
        end.hash = self.hash.clone().finalize().into();
        let written: [u8; 32] = self.array()?;
        if end.hash != written || end.entries != self.entries {
            return Err(FormatError::Hash);
        }
        let mut behind = Vec::new();
        self.source.by_ref().take(signature::LENGTH as u64 + 1).read_to_end(&mut behind)?;
        end.signature = match behind.as_slice() {
            [] => None,
            block => {
                let signature = block.try_into().ok().and_then(Signature::parse);
                Some(signature.ok_or(FormatError::Damaged("bytes behind the end that are no signature"))?)
            }
        };
        self.end = Some(end);
        Ok(())
    }

    fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, FormatError> {
        let length = self.length(MAX_JSON)?;
        let text = self.bytes(length)?;
        serde_json::from_slice(&text).map_err(|_| FormatError::Damaged("a header that makes no sense"))
    }
    fn length(&mut self, max: usize) -> Result<usize, FormatError> {
        let length = usize::try_from(u32::from_le_bytes(self.array()?)).unwrap_or(usize::MAX);
        if length > max { Err(FormatError::Damaged("a part that is too long")) } else { Ok(length) }
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
    /// `length` was checked.
    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, FormatError> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), FormatError> {
        self.source.read_exact(bytes).map_err(|why| match why.kind() {
            ErrorKind::UnexpectedEof => FormatError::Damaged("it breaks off"),
            _ => why.into(),
        })?;
        self.hash.update(&*bytes);
        Ok(())
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Entry, FormatError>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let entry = self.entry().transpose();
        self.failed = matches!(entry, Some(Err(_)));
        entry
    }
}
