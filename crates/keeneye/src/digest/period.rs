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
        let since = digest.since.as_deref().map(|since| since::since(since, now, zone)).transpose()?;
        let least = since.unwrap_or(i64::MIN);
        let until = digest.until.as_deref().map(|until| since::until(until, least, now, zone)).transpose()?;
        let to = until.unwrap_or(now.saturating_add(1));
        Ok(Self { from: since.unwrap_or_else(|| to.min(now).saturating_sub(DAY)), to })
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

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Host;

    #[test]
    fn what_the_command_line_says() {
        let zone = Zone::of(&Host::default());
        // 2023-11-14 22:13:20
        let now = 1_700_000_000;
        let midnight = now - now % DAY;
        let period = |since: Option<&str>, until: Option<&str>| {
            let [since, until] = [since, until].map(|time| time.map(str::to_owned));
            let digest = Digest { since, until, ..Digest::default() };
            Period::of(&digest, now, &zone).map(|period| (period.from, period.to)).ok()
        };
        assert_eq!(period(None, None), Some((now - DAY, now + 1)));
        assert_eq!(period(Some("2023-11-13"), None), Some((midnight - DAY, now + 1)));
        assert_eq!(period(Some("2023-11-12"), Some("2023-11-13")), Some((midnight - 2 * DAY, midnight - DAY)));
        assert_eq!(period(None, Some("2023-11-13")), Some((midnight - 2 * DAY, midnight - DAY)));
        assert_eq!(period(None, Some("2023-11-16")), Some((now - DAY, midnight + 2 * DAY)));
        assert_eq!(period(Some("2023-11-15"), None), None, "it is still to come");
        assert_eq!(period(Some("2023-11-13"), Some("2023-11-12")), None);
    }
}
