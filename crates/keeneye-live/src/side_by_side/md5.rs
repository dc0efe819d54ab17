//! MD5 of several messages at once.
//!
//! MD5 waits for itself: each of its 64 steps needs the one before, and no processor has an instruction for it. Several
//! messages do not wait for each other, and a vector register holds a word of each. The arrays here become such
//! registers; RFC 1321 has the algorithm.

/// The message digest of each lane so far: A, B, C and D.
pub(super) type State = [[u32; LANES]; 4];
/// Messages at once.
pub(super) const LANES: usize = 16;
/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// Lanes at once where vectors are short.
const FEW: usize = 4;
/// A word of each message.
type Words<const L: usize> = [u32; L];

/// Where every message begins.
pub(super) const BEGIN: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// Takes in the blocks of all lanes: of each as many as of the first.
pub(super) fn take_in(state: &mut State, messages: &[&[u8]; LANES]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
        // SAFETY: the processor was asked.
        return unsafe { with_avx512(state, messages) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor was asked.
        return unsafe { with_avx2(state, messages) };
    }
    take_in_narrowly(state, messages);
}

/// The same where vectors are short.
pub(super) fn take_in_narrowly(state: &mut State, messages: &[&[u8]; LANES]) {
    for first in (0..LANES).step_by(FEW) {
        part::<FEW>(state, messages, first);
    }
}

/// Takes in the blocks of one lane alone.
pub(super) fn take_in_alone(state: &mut State, lane: usize, message: &[u8]) {
    let mut messages: [&[u8]; LANES] = [&[]; LANES];
    if let Some(place) = messages.get_mut(lane) {
        *place = message;
        part::<1>(state, &messages, lane);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl")]
fn with_avx512(state: &mut State, messages: &[&[u8]; LANES]) {
    blocks(state, messages);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(state: &mut State, messages: &[&[u8]; LANES]) {
    blocks(state, messages);
}

/// The lanes from `first`.
fn part<const L: usize>(state: &mut State, messages: &[&[u8]; LANES], first: usize) {
    let Some(messages) = messages.get(first..).and_then(|rest| rest.first_chunk::<L>()) else { return };
    let mut narrow =
        state.map(|words| words.get(first..).and_then(|rest| rest.first_chunk::<L>()).map_or([0; L], |w| *w));
    blocks(&mut narrow, messages);
    for (words, narrow) in state.iter_mut().zip(narrow) {
        if let Some(words) = words.get_mut(first..).and_then(|rest| rest.first_chunk_mut::<L>()) {
            *words = narrow;
        }
    }
}

#[inline(always)]
fn blocks<const L: usize>(state: &mut [Words<L>; 4], messages: &[&[u8]; L]) {
    let count = messages.first().map_or(0, |message| message.len() / BLOCK);
    for number in 0..count {
        let mut words = [[0; L]; BLOCK / 4];
        for (lane, message) in messages.iter().enumerate() {
            let block = message.as_chunks::<BLOCK>().0.get(number).unwrap_or(&[0; BLOCK]);
            for (words, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
                if let Some(word) = words.get_mut(lane) {
                    *word = u32::from_le_bytes(*bytes);
                }
            }
        }
        let after = rounds(*state, &words);
        for (word, after) in state.iter_mut().zip(after) {
            *word = both(*word, after, u32::wrapping_add);
        }
    }
}

/// The 64 steps, unrolled by hand: so the compiler keeps all in registers.
#[inline(always)]
fn rounds<const L: usize>(mut s: [Words<L>; 4], w: &[Words<L>; 16]) -> [Words<L>; 4] {
    let shifts = [7, 12, 17, 22];
    s = four(s, choose, shifts, [w[0], w[1], w[2], w[3]], [0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee]);
    s = four(s, choose, shifts, [w[4], w[5], w[6], w[7]], [0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501]);
    s = four(s, choose, shifts, [w[8], w[9], w[10], w[11]], [0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be]);
    s = four(s, choose, shifts, [w[12], w[13], w[14], w[15]], [0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821]);
    let shifts = [5, 9, 14, 20];
    s = four(s, swap, shifts, [w[1], w[6], w[11], w[0]], [0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa]);
    s = four(s, swap, shifts, [w[5], w[10], w[15], w[4]], [0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8]);
    s = four(s, swap, shifts, [w[9], w[14], w[3], w[8]], [0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed]);
    s = four(s, swap, shifts, [w[13], w[2], w[7], w[12]], [0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a]);
    let shifts = [4, 11, 16, 23];
    s = four(s, parity, shifts, [w[5], w[8], w[11], w[14]], [0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c]);
    s = four(s, parity, shifts, [w[1], w[4], w[7], w[10]], [0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70]);
    s = four(s, parity, shifts, [w[13], w[0], w[3], w[6]], [0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05]);
    s = four(s, parity, shifts, [w[9], w[12], w[15], w[2]], [0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665]);
    let shifts = [6, 10, 15, 21];
    s = four(s, odd, shifts, [w[0], w[7], w[14], w[5]], [0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039]);
    s = four(s, odd, shifts, [w[12], w[3], w[10], w[1]], [0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1]);
    s = four(s, odd, shifts, [w[8], w[15], w[6], w[13]], [0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1]);
    s = four(s, odd, shifts, [w[4], w[11], w[2], w[9]], [0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391]);
    s
}

/// Four steps, after which each word has its place again. `mix` is the round's function.
#[inline(always)]
fn four<const L: usize>(
    [a, b, c, d]: [Words<L>; 4],
    mix: impl Fn(u32, u32, u32) -> u32,
    [shift0, shift1, shift2, shift3]: [u32; 4],
    [word0, word1, word2, word3]: [Words<L>; 4],
    [constant0, constant1, constant2, constant3]: [u32; 4],
) -> [Words<L>; 4] {
    let a = step([a, b, c, d], &mix, shift0, word0, constant0);
    let d = step([d, a, b, c], &mix, shift1, word1, constant1);
    let c = step([c, d, a, b], &mix, shift2, word2, constant2);
    let b = step([b, c, d, a], &mix, shift3, word3, constant3);
    [a, b, c, d]
}

/// a = b + ((a + mix(b, c, d) + word + constant) <<< shift)
#[inline(always)]
fn step<const L: usize>(
    [a, b, c, d]: [Words<L>; 4],
    mix: impl Fn(u32, u32, u32) -> u32,
    shift: u32,
    word: Words<L>,
    constant: u32,
) -> Words<L> {
    let sum = both(a, word, |a, word| a.wrapping_add(word.wrapping_add(constant)));
    let mut mixed = b;
    for ((b, c), d) in mixed.iter_mut().zip(c).zip(d) {
        *b = mix(*b, c, d);
    }
    let turned = both(sum, mixed, |sum, mixed| sum.wrapping_add(mixed).rotate_left(shift));
    both(turned, b, u32::wrapping_add)
}

#[inline(always)]
fn both<const L: usize>(mut a: Words<L>, b: Words<L>, f: impl Fn(u32, u32) -> u32) -> Words<L> {
    for (a, b) in a.iter_mut().zip(b) {
        *a = f(*a, b);
    }
    a
}

#[inline(always)]
fn choose(b: u32, c: u32, d: u32) -> u32 {
    d ^ (b & (c ^ d))
}
#[inline(always)]
fn swap(b: u32, c: u32, d: u32) -> u32 {
    (d & b) | (!d & c)
}
#[inline(always)]
fn parity(b: u32, c: u32, d: u32) -> u32 {
    b ^ c ^ d
}
#[inline(always)]
fn odd(b: u32, c: u32, d: u32) -> u32 {
    c ^ (b | !d)
}
