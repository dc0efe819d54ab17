//! The names of one directory, kept small: there may be a million.

use crate::directory;
use keeneye_facts::Refusal;
use rustix::fd::BorrowedFd;

/// Sorted names.
pub(super) struct Names {
    bytes: Vec<u8>,
    /// Where each begins and how long it is.
    places: Vec<(u32, u16)>,
    next: usize,
}

impl Names {
    /// Of an open directory.
    pub(super) fn of(dir: BorrowedFd<'_>) -> Result<Self, Refusal> {
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        directory::each(dir, &mut |name, _| {
            // A name has at most 255 bytes, a directory at most a million names.
            if let (Ok(at), Ok(length)) = (u32::try_from(bytes.len()), u16::try_from(name.len())) {
                places.push((at, length));
                bytes.extend_from_slice(name);
            }
        })?;
        let of = |place: &(u32, u16)| slice(&bytes, *place);
        places.sort_unstable_by(|a, b| of(a).cmp(of(b)));
        places.shrink_to_fit();
        Ok(Self { bytes, places, next: 0 })
    }

    /// The next in order.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let place = self.places.get(self.next)?;
        self.next += 1;
        Some(slice(&self.bytes, *place))
    }
}

fn slice(bytes: &[u8], (at, length): (u32, u16)) -> &[u8] {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    bytes.get(at..at.saturating_add(length.into())).unwrap_or_default()
}
