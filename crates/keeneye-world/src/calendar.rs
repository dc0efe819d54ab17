//! Days of the civil calendar.

use jiff::Timestamp;

/// Seconds since 1970 of a day and a time in UTC: year, month from 1, day; hour, minute, second.
pub(crate) fn seconds([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<i64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    // Years begin in March, so that leap days come last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// `2026-03-12T01:11:40Z`, of seconds since 1970: for those who know no zone.
pub fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| format!("{seconds} s since 1970"), |time| time.to_string())
}

/// The year of seconds since 1970, in UTC.
pub(crate) fn year(seconds: i64) -> i32 {
    // Years begin in March here too; the cycle of 400 years has 146,097 days.
    let days = seconds.div_euclid(86_400) + 719_468;
    let of_cycle = days.rem_euclid(146_097);
    let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let year = days.div_euclid(146_097) * 400 + year + i64::from(of_year >= 306);
    i32::try_from(year).unwrap_or(i32::MAX)
}

/// Whether a year has a 29 February.
pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::{rfc3339, seconds, year};

    #[test]
    fn moments() {
        assert_eq!(rfc3339(1_709_251_200), "2024-03-01T00:00:00Z");
        assert_eq!(rfc3339(i64::MAX), "9223372036854775807 s since 1970");
    }

    #[test]
    fn years() {
        for number in 1970..2200 {
            let [first, last] =
                [seconds([number, 1, 1], [0; 3]).unwrap(), seconds([number, 12, 31], [23, 59, 59]).unwrap()];
            assert_eq!([year(first), year(last)].map(i64::from), [number; 2]);
        }
    }

    #[test]
    fn days() {
        assert_eq!(seconds([1970, 1, 1], [0, 0, 0]), Some(0));
        // date -u -d '2024-02-29 23:59:60' +%s
        assert_eq!(seconds([2024, 2, 29], [23, 59, 60]), Some(1_709_251_200));
        assert_eq!(seconds([2025, 3, 15], [9, 5, 29]), Some(1_742_029_529));
        for (day, time) in [([1969, 1, 1], [0, 0, 0]), ([2025, 13, 1], [0, 0, 0]), ([2025, 1, 1], [24, 0, 0])] {
            assert_eq!(seconds(day, time), None);
        }
    }
}
