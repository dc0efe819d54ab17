//! A hash as words that two people can compare on the telephone.

/// One consonant and one vowel stand for six bits, four such syllables for three bytes.
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";
/// Words that are told.
const WORDS: usize = 6;

/// The first 144 bits as six pronounceable words: `bodatiku-...`. Enough that nobody finds another file with the same
/// words, and few enough to be read aloud.
pub fn words(hash: &[u8; 32]) -> String {
    let (chunks, _) = hash.as_chunks::<3>();
    let word = |[a, b, c]: &[u8; 3]| {
        let bits = u32::from(*a) << 16 | u32::from(*b) << 8 | u32::from(*c);
        [18, 12, 6, 0].into_iter().flat_map(|shift| syllable(bits >> shift & 63)).collect::<String>()
    };
    chunks.iter().take(WORDS).map(word).collect::<Vec<_>>().join("-")
}

fn syllable(six: u32) -> [char; 2] {
    let pick = |letters: &[u8], at: u32| {
        let at = usize::try_from(at).unwrap_or(0);
        letters.get(at).map_or('?', |letter| char::from(*letter))
    };
    [pick(CONSONANTS, six >> 2), pick(VOWELS, six & 3)]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn words_can_be_said_and_tell_hashes_apart() {
        assert_eq!(words(&[0; 32]), "babababa-babababa-babababa-babababa-babababa-babababa");
        let mut seen = std::collections::BTreeSet::new();
        for at in 0..18 {
            for bit in 0..8 {
                let mut hash = [0x5a; 32];
                hash[at] ^= 1 << bit;
                assert!(seen.insert(words(&hash)));
            }
        }
        assert!(seen.iter().all(|words| words.len() == 6 * 8 + 5));
    }
}
