//! Lines of a log that are kept as they are, the newest.

use super::tally::KeptLine;
use keeneye_facts::{LogTime, Text};
use std::collections::VecDeque;

/// What a line costs besides its bytes.
const BESIDES: usize = 64;

/// Lines with the byte at which they begin and a time of whatever kind their log has.
#[derive(Default)]
pub(super) struct Kept<T> {
    lines: VecDeque<(u64, T, Box<[u8]>)>,
    bytes: usize,
    /// How many older ones were let go.
    pub(super) cut: u64,
}

impl<T> Kept<T> {
    /// Keeps a line, and lets go the oldest beyond `limit` bytes.
    pub(super) fn push(&mut self, limit: usize, line: &[u8], at: u64, time: T) {
        self.bytes += line.len() + BESIDES;
        self.lines.push_back((at, time, line.into()));
        while self.bytes > limit
            && let Some((_, _, oldest)) = self.lines.pop_front()
        {
            self.bytes -= oldest.len() + BESIDES;
            self.cut += 1;
        }
    }

    pub(super) fn lines(self, time: impl Fn(T) -> Option<LogTime>) -> impl Iterator<Item = KeptLine> {
        self.lines.into_iter().map(move |(at, when, text)| KeptLine {
            at,
            time: time(when),
            text: Text::from(text.into_vec()),
        })
    }
}
