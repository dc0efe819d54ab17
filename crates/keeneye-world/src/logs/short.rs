//! Short texts as numbers.

/// A text of at most sixteen bytes as one number, its first byte the lowest; `None` of longer ones.
///
/// `whole` is what it stands in. It is read together with what stands before it and moved: to ask how long it is would
/// cost more, for no processor can foretell that of a name. A text that stands elsewhere is copied.
#[inline(always)]
pub(super) fn short(whole: &[u8], text: &[u8]) -> Option<u128> {
    let unused = BYTES.checked_sub(text.len())?;
    let end = text.as_ptr().addr().wrapping_add(text.len()).wrapping_sub(whole.as_ptr().addr());
    let block = whole.get(end.wrapping_sub(BYTES)..end).and_then(|block| block.first_chunk::<BYTES>());
    let block = block.copied().unwrap_or_else(|| moved(text));
    Some(u128::from_le_bytes(block).checked_shr(8 * unused as u32).unwrap_or_default())
}

const BYTES: usize = 16;

/// The same bytes at the end of a block.
fn moved(text: &[u8]) -> [u8; BYTES] {
    let mut block = [0; BYTES];
    block.iter_mut().rev().zip(text.iter().rev()).for_each(|(to, from)| *to = *from);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_it_stands() {
        let whole = b"0123456789abcdefghijklmnopqrstuvwxyz";
        for begin in 0..whole.len() {
            for end in begin..whole.len() {
                let text = &whole[begin..end];
                let slowly = text.iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte));
                let expected = (text.len() <= BYTES).then_some(slowly);
                assert_eq!(short(whole, text), expected);
                assert_eq!(short(b"elsewhere, and far from it", text), expected);
            }
        }
        assert_eq!(short(b"x", b""), Some(0));
    }
}
