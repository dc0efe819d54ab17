//! What package managers write of what they did.
//!
//! - dpkg.log, `log_action` in dpkg's src/main: `2023-11-14 10:00:00 upgrade bash:amd64 5.2-1 5.2-2`, in local time.
//! - pacman.log, `alpm_logaction`: `[2023-11-14T10:00:00+0100] [ALPM] upgraded bash (5.2-1 -> 5.2-2)`; before 2019
//!   `[2018-11-14 10:00]` in local time.
//! - dnf.rpm.log, `filelog` in dnf's rpmtrans.py: `2023-11-14T10:00:00+0000 SUBDEBUG Upgrade: bash-5.2-2.x86_64`.
//! - zypper's history, `HistoryLog` of libzypp: `2023-11-14 10:00:00|install|bash|5.2-2|x86_64|...`, in local time.
//!
//! Each line shows by its begin which of them wrote it.

mod grammar;
#[cfg(test)]
mod tests;

use crate::logs::{Stamp, When};
use grammar::Line;
use keeneye_facts::{LogTime, PackageStep, StepKind, Text, TimeCertainty};
use std::collections::VecDeque;

/// Steps of one log; of more, the newest. A server of ten years has some 20,000.
const MAX_STEPS: usize = 50_000;
/// A longer line is none of these.
const LONGEST: usize = 4 << 10;

/// Reads the log of a package manager, in pieces.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// The begin of a line whose end has not come.
    partial: Vec<u8>,
    steps: VecDeque<(Stamp, PackageStep)>,
    left_out: u64,
}

impl History {
    /// Takes the next piece of the file.
    pub(crate) fn feed(&mut self, chunk: &[u8]) {
        let mut lines = chunk.split(|byte| *byte == b'\n');
        let mut piece = lines.next().unwrap_or_default();
        for next in lines {
            self.put_aside(piece);
            self.line();
            piece = next;
        }
        self.put_aside(piece);
    }

    /// One byte more than is read shows that the line is too long.
    fn put_aside(&mut self, piece: &[u8]) {
        let room = (LONGEST + 1).saturating_sub(self.partial.len()).min(piece.len());
        self.partial.extend_from_slice(piece.get(..room).unwrap_or_default());
    }

    fn line(&mut self) {
        let line = if self.partial.len() > LONGEST { None } else { grammar::read(&self.partial) };
        if let Some(Line { stamp, step }) = line {
            self.steps.push_back((stamp, step));
            if self.steps.len() > MAX_STEPS {
                self.steps.pop_front();
                self.left_out += 1;
            }
        }
        self.partial.clear();
    }

    /// Ends the file: its steps, and how many older ones were left out. `offset` tells how many seconds local time is
    /// ahead of UTC at a local time.
    pub(crate) fn finish(mut self, offset: &dyn Fn(i64) -> i64) -> (Vec<PackageStep>, u64) {
        self.line();
        let timed = |(stamp, step): (Stamp, PackageStep)| {
            let (seconds, certainty) = match stamp.when() {
                When::Absolute(seconds) => (seconds, TimeCertainty::Written),
                When::Local(local) => (local.saturating_sub(offset(local)), TimeCertainty::Zone),
                When::Yearless { .. } => return None,
            };
            Some(PackageStep { time: LogTime { seconds, certainty }, ..step })
        };
        (self.steps.into_iter().filter_map(timed).collect(), self.left_out)
    }
}

/// What a database tells of a package that is there: `installed` is in seconds since 1970.
pub(super) fn placed(package: &str, version: &str, installed: i64, source: &Text) -> PackageStep {
    PackageStep {
        time: LogTime { seconds: installed, certainty: TimeCertainty::Written },
        kind: StepKind::Placed,
        package: package.into(),
        after: version.into(),
        source: source.clone(),
        ..PackageStep::default()
    }
}
