//! The superblock of ext2, ext3 and ext4: 1024 bytes at offset 1024 (the kernel's Documentation/filesystems/ext4).
//!
//! Only what must be known before anything else of a file system is believed: that it is one, and that its own numbers
//! fit the device it lies on.

/// Where it lies, in bytes.
pub const OFFSET: u64 = 1024;
/// Its size in bytes.
pub const SIZE: usize = 1024;
/// `s_magic`.
const MAGIC: u16 = 0xef53;
/// Blocks of more than 64 KiB do not exist.
const MAX_BLOCK_BITS: u32 = 6;
/// A descriptor of a group of blocks is kept in memory. A group has 128 MiB as mkfs makes it: this is a petabyte.
const MAX_GROUPS: u64 = 1 << 23;
/// `s_feature_incompat`: the journal holds what is not in its place yet.
const RECOVERY: u32 = 4;
/// `s_feature_ro_compat`: metadata has checksums.
const CHECKSUMS: u32 = 0x400;
/// Offsets of fields.
mod at {
    pub(super) const BLOCKS_LOW: usize = 0x4;
    pub(super) const LOG_BLOCK_SIZE: usize = 0x18;
    pub(super) const BLOCKS_PER_GROUP: usize = 0x20;
    pub(super) const MAGIC: usize = 0x38;
    pub(super) const INCOMPATIBLE: usize = 0x60;
    pub(super) const READ_ONLY: usize = 0x64;
    pub(super) const BLOCKS_HIGH: usize = 0x150;
    pub(super) const CHECKSUM: usize = 0x3fc;
}

/// Why a superblock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Something else lies on the device.
    #[error("there is no ext4 file system on it")]
    NoExt4,
    /// It claims what cannot be.
    #[error("its file system claims more than the device holds")]
    TooLarge,
}

/// Whether the superblock fits a device of that many bytes.
pub fn check(superblock: &[u8], device: u64) -> Result<(), Unfit> {
    let bits = number(superblock, at::LOG_BLOCK_SIZE).filter(|bits| *bits <= MAX_BLOCK_BITS);
    let magic = superblock.get(at::MAGIC..).and_then(|rest| rest.first_chunk::<2>());
    let (Some(bits), true) = (bits, magic.is_some_and(|magic| u16::from_le_bytes(*magic) == MAGIC)) else {
        return Err(Unfit::NoExt4);
    };
    let field = |at| number(superblock, at).map(u64::from).ok_or(Unfit::NoExt4);
    let blocks = field(at::BLOCKS_HIGH)? << 32 | field(at::BLOCKS_LOW)?;
    let groups = blocks.checked_div(field(at::BLOCKS_PER_GROUP)?).ok_or(Unfit::NoExt4)?;
    let bytes = blocks.checked_mul(1024 << bits);
    if bytes.is_some_and(|bytes| bytes <= device) && groups <= MAX_GROUPS { Ok(()) } else { Err(Unfit::TooLarge) }
}

/// Makes the superblock say that the journal holds nothing.
///
/// Of a mounted file system the newest directories are what the device gives: the kernel keeps both in the same pages.
/// The journal holds older copies of them.
pub fn without_journal(superblock: &mut [u8]) {
    let Some(features) = number(superblock, at::INCOMPATIBLE) else { return };
    put(superblock, at::INCOMPATIBLE, features & !RECOVERY);
    if number(superblock, at::READ_ONLY).is_some_and(|features| features & CHECKSUMS != 0) {
        let sum = superblock.get(..at::CHECKSUM).map(crc32c).unwrap_or_default();
        put(superblock, at::CHECKSUM, sum);
    }
}

/// CRC-32C, with ones before and nothing after, as ext4 has it.
fn crc32c(bytes: &[u8]) -> u32 {
    let bit = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0x82f6_3b78 } else { sum >> 1 };
    bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), bit))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|field| u32::from_le_bytes(*field))
}

fn put(bytes: &mut [u8], at: usize, value: u32) {
    if let Some(field) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<4>()) {
        *field = value.to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 64 MiB in blocks of 1 KiB, mounted: the journal is in use.
    fn superblock() -> Vec<u8> {
        let mut bytes = vec![0; SIZE];
        put(&mut bytes, at::BLOCKS_LOW, 65_536);
        put(&mut bytes, at::BLOCKS_PER_GROUP, 8192);
        put(&mut bytes, at::MAGIC, u32::from(MAGIC));
        put(&mut bytes, at::INCOMPATIBLE, 0x2c6);
        put(&mut bytes, at::READ_ONLY, 0x46b);
        bytes
    }

    #[test]
    fn numbers_that_fit_the_device() {
        let whole = superblock();
        assert_eq!(check(&whole, 64 << 20), Ok(()));
        assert_eq!(check(&whole, (64 << 20) - 1), Err(Unfit::TooLarge));
        assert_eq!(check(&[0; SIZE], 64 << 20), Err(Unfit::NoExt4));
        for (field, value) in [(at::LOG_BLOCK_SIZE, 7), (at::BLOCKS_PER_GROUP, 0), (at::MAGIC, 0x5846)] {
            let mut bytes = superblock();
            put(&mut bytes, field, value);
            assert_eq!(check(&bytes, u64::MAX), Err(Unfit::NoExt4), "{field:x}");
        }
        let mut many = superblock();
        put(&mut many, at::BLOCKS_HIGH, 1);
        put(&mut many, at::BLOCKS_PER_GROUP, 1);
        assert_eq!(check(&many, u64::MAX), Err(Unfit::TooLarge));
        assert!((0..SIZE).all(|end| check(&whole[..end], u64::MAX) == Ok(()) || end < at::BLOCKS_HIGH + 4));
    }
    #[test]
    fn the_journal_is_left_out() {
        let mut bytes = superblock();
        without_journal(&mut bytes);
        assert_eq!(number(&bytes, at::INCOMPATIBLE), Some(0x2c2));
        assert_eq!(number(&bytes, at::CHECKSUM), Some(crc32c(&bytes[..at::CHECKSUM])));
        // The check value of CRC-32C, before the last complement.
        assert_eq!(!crc32c(b"123456789"), 0xe306_9283);
        let mut plain = superblock();
        put(&mut plain, at::READ_ONLY, 0);
        without_journal(&mut plain);
        assert_eq!(number(&plain, at::CHECKSUM), Some(0), "no checksums, none made");
    }
    #[test]
    fn mutated_superblocks_never_panic() {
        crate::mutate::check(&[&superblock()], |mutant| {
            without_journal(&mut mutant.to_vec());
            check(mutant, 64 << 20).is_ok()
        });
    }
}
