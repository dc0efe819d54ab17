//! Lines that a parser could not understand: one gap a file, which names the first and counts the rest.

use crate::Look;
use keeneye_facts::{Refusal, Text};

/// What one file held that nobody understands.
#[derive(Debug, Default)]
pub(super) struct Garbage {
    first: Option<u32>,
    more: usize,
}

impl Garbage {
    /// A line that was not understood, from 1.
    pub(super) fn line(&mut self, number: u32) {
        match self.first {
            None => self.first = Some(number),
            Some(_) => self.more += 1,
        }
    }
    /// Says so; `what` is what the line should have been: `an account`.
    pub(super) fn tell(&self, look: &mut Look<'_>, path: &Text, what: &str) {
        let Some(first) = self.first else { return };
        let more = if self.more > 0 { format!(", and {} more lines", self.more) } else { String::new() };
        look.gap(path.clone(), Refusal::Garbled(format!("line {first} is not {what}{more}")));
    }
}
