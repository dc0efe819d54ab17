//! How many lines each hour has.

use crate::logs::Moment;

/// Hours in the order of the log.
#[derive(Default)]
pub(super) struct Hours {
    told: Vec<(Moment, u32)>,
    /// The hour whose lines are being counted, and its first line.
    open: Option<(i64, Moment)>,
    lines: u32,
    /// Lines for whose hour there was no room.
    cut: u64,
}

impl Hours {
    /// A line of the same moment as the one before.
    #[inline(always)]
    pub(super) fn again(&mut self) {
        self.lines += 1;
    }

    /// A line of another moment; no more than so many hours.
    pub(super) fn count(&mut self, limit: usize, moment: Moment) {
        let hour = moment.hour();
        if self.open.is_none_or(|(open, _)| open != hour) {
            self.close(limit);
            self.open = Some((hour, moment));
        }
        self.lines += 1;
    }

    fn close(&mut self, limit: usize) {
        let lines = std::mem::take(&mut self.lines);
        match self.open.take() {
            Some((_, first)) if self.told.len() < limit => self.told.push((first, lines)),
            _ => self.cut += u64::from(lines),
        }
    }

    /// Each hour with its first moment and its lines; and how many lines are in none of them.
    pub(super) fn finish(mut self, limit: usize) -> (Vec<(Moment, u32)>, u64) {
        self.close(limit);
        (self.told, self.cut)
    }
}
