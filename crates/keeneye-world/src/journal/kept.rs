//! Values that entries may still point to.

use super::Field;
use std::collections::VecDeque;

/// Bytes of a segment; segments are forgotten as a whole.
const SEGMENT: usize = 1 << 20;
/// What a value takes beside its bytes.
const PLACE: usize = size_of::<Place>();

/// Values by where they stand in the file. They come in that order, and the oldest are forgotten.
pub(super) struct Kept {
    segments: VecDeque<Segment>,
    most: usize,
}

#[derive(Default)]
struct Segment {
    places: Vec<Place>,
    bytes: Vec<u8>,
}

struct Place {
    at: u64,
    start: u32,
    length: u16,
    field: Field,
}

impl Kept {
    /// `most` is the memory for them, in segments.
    pub(super) fn new(most: usize) -> Self {
        Self { segments: VecDeque::new(), most }
    }

    pub(super) fn add(&mut self, at: u64, field: Field, value: &[u8]) {
        let size = |segment: &Segment| segment.bytes.len() + segment.places.len() * PLACE;
        if self.segments.back().is_none_or(|segment| size(segment) + value.len() > SEGMENT) {
            if self.segments.len() >= self.most {
                self.segments.pop_front();
            }
            if let Some(full) = self.segments.back_mut() {
                full.places.shrink_to_fit();
                full.bytes.shrink_to_fit();
            }
            self.segments.push_back(Segment::default());
        }
        let Some(segment) = self.segments.back_mut() else { return };
        let (Ok(start), Ok(length)) = (u32::try_from(segment.bytes.len()), u16::try_from(value.len())) else { return };
        segment.places.push(Place { at, start, length, field });
        segment.bytes.extend_from_slice(value);
    }

    pub(super) fn get(&self, at: u64) -> Option<(Field, &[u8])> {
        let behind =
            self.segments.partition_point(|segment| segment.places.first().is_some_and(|first| first.at <= at));
        let segment = self.segments.get(behind.checked_sub(1)?)?;
        let place = segment.places.get(segment.places.binary_search_by_key(&at, |place| place.at).ok()?)?;
        let value = segment.bytes.get(place.start as usize..)?.get(..usize::from(place.length))?;
        Some((place.field, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten() {
        let mut kept = Kept::new(2);
        let value = vec![b'x'; 10_000];
        (0..1_000).for_each(|at| kept.add(at * 8, Field::Message, &value));
        assert_eq!(kept.get(0), None);
        assert_eq!(kept.get(999 * 8).map(|(_, value)| value.len()), Some(10_000));
        assert_eq!(kept.get(999 * 8 + 1), None);
        let there = (0..1_000).filter(|at| kept.get(at * 8).is_some()).count();
        assert!((104..210).contains(&there), "{there}");
    }
}
