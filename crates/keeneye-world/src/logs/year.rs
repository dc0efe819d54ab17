//! Which year a stamp without a year belongs to.
//!
//! Lines are read forwards once, as a stream; whenever the calendar jumps back by more than a clock is set back, a year
//! has begun. How many there were is known at the end, and the last line is not younger than its file.

use super::{Stamp, When};
use crate::calendar;
use keeneye_facts::{LogTime, TimeCertainty};
use std::num::NonZeroU64;

/// A clock that is set back by so many days is no new year; nor is the hour that ends summer time.
const SET_BACK: i32 = 7;
/// A clock that came up in January of its own year and was then set lies at most this many days behind where it was.
const RETURNS: i32 = 2;
/// A file may say it is older than its last line: clocks differ, and zones.
const SLACK: i64 = 86_400;
const SECONDS_OF_DAY: i64 = 86_400;

/// A stamp, and how many years had begun before it in its file, for a stamp without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(NonZeroU64);

impl Moment {
    fn new(stamp: Stamp, turn: u16) -> Self {
        Self(stamp.with(turn))
    }

    /// As it stands there.
    #[inline]
    pub fn stamp(self) -> Stamp {
        Stamp::apart(self.0).0
    }

    /// Years that began since the first line.
    #[inline]
    pub(super) fn turn(self) -> u16 {
        Stamp::apart(self.0).1
    }

    /// A number for the day that no other day of the same file has; not ordered.
    #[inline]
    pub fn day(self) -> u32 {
        match self.stamp().when() {
            When::Absolute(seconds) | When::Local(seconds) => {
                u32::try_from(seconds.div_euclid(SECONDS_OF_DAY).clamp(0, 0x7fff_ffff)).unwrap_or_default()
            }
            When::Yearless { month, day, .. } => {
                0x8000_0000 | u32::from(self.turn()) << 9 | u32::from(month) << 5 | u32::from(day)
            }
        }
    }

    /// A number for the hour that no other hour of the same file has; not ordered.
    #[inline]
    pub fn hour(self) -> i64 {
        match self.stamp().when() {
            When::Absolute(seconds) | When::Local(seconds) => seconds.div_euclid(3_600),
            // Below all hours since 1970.
            When::Yearless { second, .. } => -(i64::from(self.day()) << 5 | i64::from(second / 3_600)),
        }
    }
}

/// Follows the stamps of one file.
#[derive(Clone, Debug, Default)]
pub struct Years {
    turn: u16,
    /// The last stamp without a year: its day counted from the begin of a leap year, and itself.
    last: Option<(i32, [u8; 2], u32)>,
    /// The day before the calendar jumped back the last time.
    before: Option<i32>,
    /// The last turn that has a 29 February.
    leap: Option<u16>,
}

impl Years {
    /// Takes the next stamp.
    #[inline]
    pub fn note(&mut self, stamp: Stamp) -> Moment {
        let When::Yearless { month, day, second } = stamp.when() else { return Moment::new(stamp, self.turn) };
        if let Some((_, date, last)) = &mut self.last
            && *date == [month, day]
        {
            *last = second;
            return Moment::new(stamp, self.turn);
        }
        let today = day_of_year(month, day);
        if let Some((last, _, _)) = self.last {
            if today < last - SET_BACK {
                self.turn = self.turn.saturating_add(1);
                self.before = Some(last);
            } else if today > last + SET_BACK && self.before.is_some_and(|day| (day..=day + RETURNS).contains(&today)) {
                // A clock that had lost its time and got it back: no year went by.
                self.turn = self.turn.saturating_sub(1);
                self.before = None;
            }
        }
        if [month, day] == [2, 29] {
            self.leap = Some(self.turn);
        }
        self.last = Some((today, [month, day], second));
        Moment::new(stamp, self.turn)
    }

    /// How many times the calendar jumped back.
    pub fn turns(&self) -> u16 {
        self.turn
    }

    /// Fixes the years: `written` is when the file was written last (or its rotation, or its successor's first line) in
    /// seconds since 1970, `offset` how many seconds local time is ahead of UTC at a local time.
    pub fn resolve<'a>(&self, written: i64, offset: &'a dyn Fn(i64) -> i64) -> Resolver<'a> {
        let mut year = i64::from(calendar::year(written)) + 1;
        if let Some((_, [month, day], second)) = self.last {
            let late = |year| local(year, month, day, second).is_none_or(|at| at - offset(at) > written + SLACK);
            for _ in 0..12 {
                if !late(year) {
                    break;
                }
                year -= 1;
            }
        }
        if let Some(leap) = self.leap {
            let turns_ago = i64::from(self.turn.saturating_sub(leap));
            for _ in 0..8 {
                if calendar::is_leap(year - turns_ago) {
                    break;
                }
                year -= 1;
            }
        }
        Resolver { first: year - i64::from(self.turn), limit: written + SLACK, offset }
    }
}

/// Turns stamps into times.
pub struct Resolver<'a> {
    /// The year of the first line.
    first: i64,
    limit: i64,
    offset: &'a dyn Fn(i64) -> i64,
}

impl Resolver<'_> {
    /// The time of a stamp, and how sure it is. `None` for a day that its year does not have.
    pub fn time(&self, moment: Moment) -> Option<LogTime> {
        let (local, certainty) = match moment.stamp().when() {
            When::Absolute(seconds) => return Some(LogTime { seconds, certainty: TimeCertainty::Written }),
            When::Local(local) => (local, TimeCertainty::Zone),
            When::Yearless { month, day, second } => {
                let year = self.first + i64::from(moment.turn());
                let at = local(year, month, day, second)?;
                // Only a clock that had lost its time is a year ahead of the end of its file.
                let at = if at > self.limit + SLACK { local(year - 1, month, day, second)? } else { at };
                (at, TimeCertainty::Year)
            }
        };
        Some(LogTime { seconds: local - (self.offset)(local), certainty })
    }
}

fn local(year: i64, month: u8, day: u8, second: u32) -> Option<i64> {
    if month == 2 && day == 29 && !calendar::is_leap(year) {
        return None;
    }
    Some(calendar::seconds([year, month.into(), day.into()], [0; 3])? + i64::from(second))
}

/// From 0, in a leap year.
fn day_of_year(month: u8, day: u8) -> i32 {
    const BEFORE: [i32; 12] = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
    BEFORE.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default() + i32::from(day) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::stamp;

    /// The years of the lines of a file that was written last at `written`.
    fn years(lines: &[&str], written: [i64; 3]) -> Vec<i32> {
        let mut years = Years::default();
        let stamps = lines.iter().map(|line| stamp::read(line.as_bytes()).unwrap().0);
        let moments: Vec<Moment> = stamps.map(|stamp| years.note(stamp)).collect();
        let resolver = years.resolve(calendar::seconds(written, [12, 0, 0]).unwrap(), &|_| 0);
        moments.into_iter().map(|moment| resolver.time(moment).map_or(0, |time| calendar::year(time.seconds))).collect()
    }

    #[test]
    fn the_last_line_is_not_younger_than_the_file() {
        assert_eq!(years(&["Mar  1 00:00:00 x"], [2026, 3, 1]), [2026]);
        assert_eq!(years(&["Mar  2 00:00:00 x"], [2026, 3, 1]), [2026]);
        assert_eq!(years(&["Mar  3 13:00:00 x"], [2026, 3, 1]), [2025]);
        assert_eq!(years(&["Jan  1 00:00:30 x"], [2025, 12, 31]), [2026]);
    }

    #[test]
    fn a_year_begins_where_the_calendar_jumps_back() {
        let lines = ["Dec 30 23:00:00 x", "Dec 31 23:59:59 x", "Jan  1 00:00:00 x", "Mar  1 00:00:00 x"];
        assert_eq!(years(&lines, [2026, 3, 1]), [2025, 2025, 2026, 2026]);
        let lines = ["Sep  1 00:00:00 x", "Mar  1 00:00:00 x", "Feb  1 00:00:00 x"];
        assert_eq!(years(&lines, [2026, 3, 1]), [2024, 2025, 2026]);
    }

    #[test]
    fn a_clock_that_is_set_back_begins_no_year() {
        let lines = ["Jun  1 00:10:00 x", "May 31 23:50:00 x", "May 27 00:00:00 x", "Jun  2 00:00:00 x"];
        assert_eq!(years(&lines, [2026, 6, 3]), [2026; 4]);
        let lines = ["Nov 20 10:00:00 x", "Jan  1 00:00:07 x", "Nov 20 10:01:00 x", "Nov 21 00:00:00 x"];
        assert_eq!(years(&lines, [2025, 11, 21]), [2025; 4]);
    }

    #[test]
    fn a_leap_day_lies_in_a_leap_year() {
        assert_eq!(years(&["Feb 29 01:00:00 x", "Mar  1 00:00:00 x"], [2026, 3, 2]), [2024, 2024]);
        let lines = ["Feb 29 01:00:00 x", "Jan  1 00:00:00 x", "Jan  5 00:00:00 x"];
        assert_eq!(years(&lines, [2026, 3, 2]), [2024, 2025, 2025]);
    }

    #[test]
    fn local_time_is_moved_by_its_offset() {
        let (stamp, _) = stamp::read(b"2024-01-05 01:00:00 x").unwrap();
        let mut years = Years::default();
        let moment = years.note(stamp);
        let time = years.resolve(1_800_000_000, &|_| 3_600).time(moment).unwrap();
        // date -u -d '2024-01-05 00:00:00' +%s
        assert_eq!((time.seconds, time.certainty), (1_704_412_800, TimeCertainty::Zone));
    }
}
