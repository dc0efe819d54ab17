//! Raw LZ4 blocks, unpacked as far as they are wanted. See lz4_Block_format.md of lz4.
//!
//! The crate that reads frames unpacks a block as a whole or not at all, into as much memory as the block claims.

/// Unpacks up to `limit` bytes. `None` where the block makes no sense before.
pub(super) fn unpack(mut block: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    while unpacked.len() < limit {
        let (token, rest) = block.split_first()?;
        block = rest;
        let literals = length(token >> 4, &mut block)?;
        let (copied, rest) = block.split_at_checked(literals)?;
        unpacked.extend_from_slice(copied.get(..limit - unpacked.len()).unwrap_or(copied));
        block = rest;
        if block.is_empty() {
            return Some(unpacked);
        }
        let (offset, rest) = block.split_first_chunk::<2>()?;
        block = rest;
        let offset = usize::from(u16::from_le_bytes(*offset));
        let matched = length(token & 15, &mut block)?.checked_add(4)?;
        let from = unpacked.len().checked_sub(offset).filter(|_| offset > 0)?;
        for at in from..from + matched.min(limit.saturating_sub(unpacked.len())) {
            unpacked.push(*unpacked.get(at)?);
        }
    }
    Some(unpacked)
}

/// 15 goes on in the bytes that follow, until one is not 255.
fn length(short: u8, block: &mut &[u8]) -> Option<usize> {
    let mut length = usize::from(short);
    if short == 15 {
        loop {
            let (more, rest) = block.split_first()?;
            *block = rest;
            length = length.checked_add(usize::from(*more))?;
            if *more != 255 {
                break;
            }
        }
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::unpack;

    #[test]
    fn literals_matches_and_long_lengths() {
        // "abc" and then 20 bytes from 3 before: length 4 + 15 + 1; at the end the literals "xyz".
        let block = [0x3f, b'a', b'b', b'c', 3, 0, 1, 0x30, b'x', b'y', b'z'];
        assert_eq!(unpack(&block, 100).as_deref(), Some(&b"abcabcabcabcabcabcabcabxyz"[..]));
        assert_eq!(unpack(&block, 5).as_deref(), Some(&b"abcab"[..]));
        assert_eq!(unpack(&block[..7], 100), None);
        assert_eq!(unpack(&[0x10, b'a', 2, 0], 100), None);
        assert_eq!(unpack(&[], 100), None);
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let mut bomb = vec![0x1f, 0, 1, 0];
        bomb.resize(1 << 20, 255);
        bomb.push(0);
        assert_eq!(unpack(&bomb, 1000).map(|bytes| bytes.len()), Some(1000));
    }
}
