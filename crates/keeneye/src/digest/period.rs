//! Of which time a digest tells.

use crate::cli::Digest;
use crate::since;
use anyhow::Result;
use keeneye_report::words::{Zone, thousands};

/// A day, in seconds.
const DAY: i64 = 86_400;

/// Seconds since 1970, the last not included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// How much of something that was counted as a whole lies within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    None,
    Part,
    All,
}

/// Something that was counted, of which a part may lie outside.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) count: u64,
    /// Some of it was perhaps at another time.
    pub(super) at_most: bool,
}

impl Period {
    /// What the command line says; `now` is in seconds since 1970.
    pub(super) fn of(digest: &Digest, now: i64, zone: &Zone) -> Result<Self> {
        if digest.yesterday {
            let midnight = zone.date(now).and_then(|day| zone.midnight(day)).unwrap_or(now);
            let before = zone.date(midnight - DAY / 2).and_then(|day| zone.midnight(day));
            return Ok(Self { from: before.unwrap_or(midnight - DAY), to: midnight });
        }
        let from = since::parse(digest.since.as_deref().unwrap_or("24h"), now, zone)?;
        Ok(Self { from, to: now.saturating_add(1) })
    }

    pub(super) fn has(self, time: i64) -> bool {
        (self.from..self.to).contains(&time)
    }

    /// Of what happened at these times, and between them.
    pub(super) fn share(self, first: i64, last: i64) -> Share {
        match (self.has(first), self.has(last)) {
            (true, true) => Share::All,
            (false, false) if last < self.from || first >= self.to => Share::None,
            _ => Share::Part,
        }
    }
}

impl Sum {
    pub(super) fn add(&mut self, count: u64, share: Share) {
        self.count = self.count.saturating_add(count);
        self.at_most |= share == Share::Part;
    }

    /// `12 ×`, `up to 12 ×`.
    pub(super) fn times(self) -> String {
        format!("{} ×", self.words())
    }

    /// `12`, `up to 12`.
    pub(super) fn words(self) -> String {
        let up_to = if self.at_most { "up to " } else { "" };
        format!("{up_to}{}", thousands(self.count))
    }
}
