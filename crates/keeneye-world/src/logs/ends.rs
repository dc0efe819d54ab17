//! Where the lines of a text end, 64 bytes at a time.
//!
//! A search begun anew for each line costs twice as much: lines of logs have a hundred bytes.

use wide::u8x16;

const BLOCK: usize = 64;

/// The places of all line ends.
pub(super) struct Ends<'a> {
    blocks: std::slice::Iter<'a, [u8; BLOCK]>,
    /// What is behind the last whole block.
    rest: &'a [u8],
    /// Where the block begins whose ends are given.
    begin: usize,
    /// Its ends that were not given yet, a bit for each byte.
    ends: u64,
    /// Where the next block begins.
    next: usize,
}

impl<'a> Ends<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        Self { blocks: blocks.iter(), rest, begin: 0, ends: 0, next: 0 }
    }

    /// Those of what is behind the last whole block.
    #[inline(never)]
    fn of_rest(&mut self) -> Option<u64> {
        let rest = std::mem::take(&mut self.rest);
        let mut block = [0; BLOCK];
        block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        (!rest.is_empty()).then(|| ends(&block))
    }
}

impl Iterator for Ends<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.ends == 0 {
            self.ends = match self.blocks.next() {
                Some(block) => ends(block),
                None => self.of_rest()?,
            };
            self.begin = self.next;
            self.next += BLOCK;
        }
        let end = self.begin + self.ends.trailing_zeros() as usize;
        self.ends &= self.ends - 1;
        Some(end)
    }
}

/// A bit for each byte that is an end.
#[inline(always)]
fn ends(block: &[u8; BLOCK]) -> u64 {
    let ([a, b, c, d], []) = block.as_chunks::<16>() else { return 0 };
    let of = |quarter: &[u8; 16]| u64::from(u8x16::new(*quarter).simd_eq(u8x16::splat(b'\n')).to_bitmask());
    of(a) | of(b) << 16 | of(c) << 32 | of(d) << 48
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_once() {
        // All lengths around two blocks; ends at distances that grow, so that some blocks have many and some none.
        for length in 0..3 * BLOCK {
            for step in 1..length + 2 {
                let text: Vec<u8> = (0..length)
                    .map(|at| if at % step == step / 2 || at * at % 71 == step { b'\n' } else { b'x' })
                    .collect();
                let slowly: Vec<usize> = (0..length).filter(|at| text[*at] == b'\n').collect();
                assert_eq!(Ends::of(&text).collect::<Vec<_>>(), slowly, "{length} {step}");
            }
        }
    }
}
