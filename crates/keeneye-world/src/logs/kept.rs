//! Lines of a log that are kept as they are, the newest.

use super::tally::KeptLine;
use keeneye_facts::{LogTime, Text};
use std::collections::VecDeque;

/// What a line costs besides its bytes.
const BESIDES: usize = 64;

/// Lines with the byte at which they begin and a time of whatever kind their log has.
#[derive(Default)]
pub(super) struct Kept<T> {
    /// With the length of each.
    lines: VecDeque<(u64, T, usize)>,
    /// The lines themselves, one behind the other: a log has millions, and most of them are let go again.
    texts: VecDeque<u8>,
    /// How many older ones were let go.
    pub(super) cut: u64,
}

impl<T> Kept<T> {
    /// Keeps a line, and lets go the oldest beyond `limit` bytes.
    pub(super) fn push(&mut self, limit: usize, line: &[u8], at: u64, time: T) {
        self.texts.extend(line);
        self.lines.push_back((at, time, line.len()));
        while self.texts.len() + self.lines.len() * BESIDES > limit
            && let Some((_, _, length)) = self.lines.pop_front()
        {
            self.texts.drain(..length.min(self.texts.len()));
            self.cut += 1;
        }
    }

    pub(super) fn lines(self, time: impl Fn(T) -> Option<LogTime>) -> impl Iterator<Item = KeptLine> {
        let texts = Vec::from(self.texts);
        let mut begin = 0;
        self.lines.into_iter().map(move |(at, when, length)| {
            let text = texts.get(begin..begin + length).unwrap_or_default();
            begin += length;
            KeptLine { at, time: time(when), text: Text::from(text) }
        })
    }
}
