//! Days of the civil calendar.

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

#[cfg(test)]
mod tests {
    use super::seconds;

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
