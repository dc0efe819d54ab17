//! Numbers that follow from the seed, and short names for long lists.

/// FNV-1a, 64 bits: the same in every build, which the standard library's hasher does not promise.
pub(crate) fn hash(parts: &[&[u8]]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|part| part.iter().chain(&[0])) {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state
}

/// The seed of one row: 15 bits, which is what bash's RANDOM takes.
pub(super) fn of_row(seed: u64, id: &str) -> u64 {
    let state = hash(&[&seed.to_le_bytes(), id.as_bytes()]);
    // FNV's last bytes reach the low bits only: fold and spread them (the finaliser of splitmix64).
    let state = (state ^ state >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (state >> 40) % 32_768
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn rows_differ_and_repeat() {
        assert_eq!(of_row(1, "P01"), of_row(1, "P01"));
        assert_ne!(of_row(1, "P01"), of_row(1, "P03"));
        assert_ne!(of_row(1, "P01"), of_row(2, "P01"));
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }
}
