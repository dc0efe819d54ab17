//! Texts split at a word. A line is short: a search that is made ready first costs more than the search.

/// Splits at the first occurrence.
#[inline(always)]
pub(super) fn split<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = text.windows(at.len()).position(|part| part == at)?;
    Some((text.get(..place)?, text.get(place + at.len()..)?))
}

/// Splits at the last occurrence.
#[inline(always)]
pub(super) fn split_last<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = text.windows(at.len()).rposition(|part| part == at)?;
    Some((text.get(..place)?, text.get(place + at.len()..)?))
}
