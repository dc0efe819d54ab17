#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a part of tests")]
//! Hostile input for parsers, the same on every run: real bytes with bits flipped, cut, doubled and spliced.

/// How many mutants one check makes.
const MUTANTS: usize = 10_000;

/// Runs a parser over 10,000 mutants of the seeds. `parse` says whether it made sense of the bytes.
///
/// Panics when a mutant makes the parser panic (showing the mutant), when a seed itself makes no sense, and when
/// less than 30 % of the mutants still do: then the mutants do not get past the door and test nothing.
#[track_caller]
pub fn check(seeds: &[&[u8]], mut parse: impl FnMut(&[u8]) -> bool) {
    for seed in seeds {
        assert!(parse(seed), "the parser makes no sense of a seed: {}", String::from_utf8_lossy(seed));
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut made_sense = 0;
    for _ in 0..MUTANTS {
        let mutant = mutant(seeds, &mut random);
        let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| parse(&mutant)));
        match parsed {
            Ok(sense) => made_sense += usize::from(sense),
            Err(_) => panic!("the parser panics over {:?}", bstr::BStr::new(&mutant)),
        }
    }
    let percent = made_sense * 100 / MUTANTS;
    assert!(percent >= 30, "the parser makes sense of only {percent} % of the mutants");
}

/// A seed with one to three changes.
fn mutant(seeds: &[&[u8]], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].to_vec();
    for _ in 0..=random.below(3) {
        change(&mut bytes, seeds, random);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[&[u8]], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let to = at + random.below(bytes.len() - at + 1).min(64);
    match random.below(8) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        2 if at < bytes.len() => bytes[at] = [0, 1, b'\n', b' ', b'0', b'9', 0x7f, 0xff][random.below(8)],
        3 => bytes.truncate(bytes.len() - (bytes.len() - at).min(64)),
        4 => drop(bytes.splice(to..to, bytes[at..to].to_vec())),
        5 => drop(bytes.drain(at..to)),
        6 => {
            let other = seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            let length = random.below(other.len() - from + 1).min(64);
            bytes.splice(at..to, other[from..from + length].iter().copied());
        }
        _ => drop(bytes.splice(
            at..at,
            [b"99999999999999999999", b"-1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"][random.below(2)].iter().copied(),
        )),
    }
}

/// xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("below a usize")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mutants_differ_from_their_seed_and_from_each_other() {
        let mut seen = std::collections::BTreeSet::new();
        super::check(&[b"some bytes of a real file\n", b"and of another"], |bytes| {
            seen.insert(bytes.to_vec());
            true
        });
        assert!(seen.len() > 6_000, "{}", seen.len());
    }
    #[test]
    #[should_panic(expected = "the parser panics")]
    fn a_panic_is_found() {
        super::check(&[b"0123456789"], |bytes| bytes[5] != 0xfe);
    }
    #[test]
    #[should_panic(expected = "only")]
    fn mutants_that_never_parse_test_nothing() {
        super::check(&[b"0123456789"], |bytes| bytes == b"0123456789");
    }
}
