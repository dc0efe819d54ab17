//! Numbers of a few digits and IPv4 addresses, eight or sixteen bytes at a time.
//!
//! Each line of a log has two or three: its process, a port, an address. Digit by digit they cost as much as all the rest.

use wide::u8x16;

/// The highest bits are set in each byte that is no digit. Bytes behind such a one may be wrong.
#[inline(always)]
fn not_digits(block: u64) -> u64 {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const THREES: u64 = 0x3030_3030_3030_3030;
    ((block & HIGH) ^ THREES) | ((block.wrapping_add(0x0606_0606_0606_0606) & HIGH) ^ THREES)
}

/// The value of eight digits, the first in the lowest byte; zeros count as `0`.
#[inline(always)]
fn value(block: u64) -> u32 {
    let tens = (block & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(10 << 8 | 1) >> 8;
    let hundreds = (tens & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 << 16 | 1) >> 16;
    let all = (hundreds & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 << 32 | 1) >> 32;
    u32::try_from(all & 0xffff_ffff).unwrap_or_default()
}

/// The number that a text begins with and how many digits it has, one to seven; the text has eight bytes or more.
#[inline(always)]
pub(super) fn first(text: &[u8]) -> Option<(u32, usize)> {
    let block = u64::from_le_bytes(*text.first_chunk::<8>()?);
    let length = not_digits(block).trailing_zeros() / 8;
    (1..8).contains(&length).then(|| (value(block << (64 - length * 8)), length as usize))
}

/// The number that a text ends with and how many digits it has, one to seven; the text has eight bytes or more.
#[inline(always)]
pub(super) fn last(text: &[u8]) -> Option<(u32, usize)> {
    // Reversed, so that bytes before the number do not carry into it.
    let block = u64::from_be_bytes(*text.last_chunk::<8>()?);
    let length = not_digits(block).trailing_zeros() / 8;
    if !(1..8).contains(&length) {
        return None;
    }
    let unused = 64 - length * 8;
    Some((value((block << unused).swap_bytes() << unused), length as usize))
}

/// How many bytes of digits and dots, one to fifteen, a text ends with behind a blank: an IPv4 address as any peer has it.
/// The text has sixteen bytes or more.
#[inline(always)]
pub(super) fn last_dotted(text: &[u8]) -> Option<usize> {
    let block = *text.last_chunk::<16>()?;
    let blanks = u8x16::new(block).simd_eq(u8x16::splat(b' ')).to_bitmask();
    let length = (blanks << 16).leading_zeros();
    let behind = u32::from(u16::MAX) << 16 >> (length % 32);
    ((1..16).contains(&length) && others(block) & behind & u32::from(u16::MAX) == 0).then_some(length as usize)
}

/// How many bytes of digits and dots, one to fifteen, a text begins with; the text has eight bytes or more.
#[inline(always)]
pub(super) fn first_dotted(text: &[u8]) -> Option<usize> {
    let length = match text.first_chunk::<16>() {
        Some(block) => others(*block).trailing_zeros() as usize,
        None => others(padded(text)?).trailing_zeros() as usize,
    };
    (1..16).contains(&length).then_some(length)
}

/// A text of eight to sixteen bytes, with zeros behind it.
#[inline(always)]
fn padded(text: &[u8]) -> Option<[u8; 16]> {
    let [first, last] = [text.first_chunk::<8>()?, text.last_chunk::<8>()?].map(|half| u64::from_le_bytes(*half));
    let shift = u32::try_from(text.len() - 8).ok()? * 8;
    Some((u128::from(first) | u128::from(last).checked_shl(shift)?).to_le_bytes())
}

/// The bits of the bytes that are neither a digit nor a dot.
#[inline(always)]
fn others(block: [u8; 16]) -> u32 {
    let block = u8x16::new(block);
    // From the dot on: the dot, the slash, ten digits.
    let number = block - u8x16::splat(b'.');
    let is_within = number.simd_eq(number.min(u8x16::splat(b'9' - b'.')));
    !(is_within.to_bitmask() & !block.simd_eq(u8x16::splat(b'/')).to_bitmask())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, digit by digit.
    fn slowly(digits: &str) -> Option<(u32, usize)> {
        Some((digits.parse().ok()?, digits.len()))
    }

    #[test]
    fn numbers_at_either_end() {
        let numbers = ["0", "7", "42", "007", "1234", "65535", "999999", "1000000", "9999999"];
        let behind = ["]: abcdefg", " abcdefgh", "/:;<=>?@", "\u{80}\u{ff}abcdef", "x1234567"];
        for number in numbers {
            for text in behind {
                assert_eq!(first(format!("{number}{text}").as_bytes()), slowly(number), "{number}{text}");
                assert_eq!(last(format!("{text}x{number}").as_bytes()), slowly(number), "{text}x{number}");
            }
        }
    }

    #[test]
    fn what_is_no_number_of_one_to_seven_digits() {
        for text in ["", "1234567", "x1234567", "12345678", "]       "] {
            assert_eq!(first(text.as_bytes()), None, "{text}");
        }
        for text in ["", "7654321", "1234567x", "12345678", "       ["] {
            assert_eq!(last(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn dotted_ends() {
        let slowly = |text: &[u8]| {
            let name = text.rsplit(|byte| *byte == b' ').next()?;
            let dotted = name.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
            (text.len() >= 16 && (1..16).contains(&name.len()) && dotted).then_some(name.len())
        };
        let seed = *b"from 203.0.113.254";
        for length in 0..seed.len() {
            for at in 0..seed.len() {
                for byte in 0..=255u8 {
                    let mut text = seed;
                    text[at] = byte;
                    text[length] = b' ';
                    assert_eq!(last_dotted(&text), slowly(&text), "{}", text.escape_ascii());
                }
            }
        }
        assert_eq!(last_dotted(b"from 203.0.113.2"), Some(11));
        assert_eq!(last_dotted(b"rom 203.0.113.2"), None);
    }

    #[test]
    fn dotted_begins() {
        let seed = *b"203.0.113.254  user=x";
        for length in 0..=seed.len() {
            for at in 0..length {
                for byte in 0..=255u8 {
                    let mut text = seed;
                    text[at] = byte;
                    let text = &text[..length];
                    let dotted = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
                    let slowly = (length >= 8 && (1..16).contains(&dotted)).then_some(dotted);
                    assert_eq!(first_dotted(text), slowly, "{}", text.escape_ascii());
                }
            }
        }
        assert_eq!(first_dotted(b"203.0.113.255"), Some(13));
    }

    #[test]
    fn each_byte_before_and_behind() {
        for byte in (0..=255u8).filter(|byte| !byte.is_ascii_digit()) {
            let mut text = *b"1234?567";
            text[4] = byte;
            assert_eq!(first(&text), Some((1234, 4)), "{byte}");
            assert_eq!(last(&text), Some((567, 3)), "{byte}");
        }
    }
}
