//! From when on somebody wants to be told.

use anyhow::{Context, Result, bail};
use jiff::civil::{Date, Time};
use keeneye_report::words::Zone;

/// Seconds since 1970 of `2026-11-01`, its midnight in the host's zone, of `2026-11-01 14:30` there, or of `36h` before
/// `now`.
pub(crate) fn parse(text: &str, now: i64, zone: &Zone) -> Result<i64> {
    let (day, time) = text.split_once(['T', ' ']).map_or((text, None), |(day, time)| (day, Some(time)));
    if let (Ok(day), Some(time)) = (day.parse::<Date>(), time) {
        let time: Time = time.parse().with_context(|| format!("--since: there is no such time: {text}"))?;
        let midnight = zone.midnight(day).with_context(|| format!("--since: there is no such day: {text}"))?;
        return Ok(midnight + time.duration_since(Time::midnight()).as_secs());
    }
    if let Ok(day) = day.parse::<Date>() {
        return zone.midnight(day).with_context(|| format!("--since: there is no such day: {text}"));
    }
    let unit = text.chars().last().map_or(0, |unit| match unit {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => 0,
    });
    let count = text.get(..text.len().saturating_sub(1)).and_then(|count| count.parse::<u32>().ok());
    let Some(count) = count.filter(|_| unit > 0) else {
        bail!(
            "--since: {text} is neither a day or time (2026-11-01, 2026-11-01T14:30) nor a time ago (90m, 36h, 7d, 4w)"
        );
    };
    Ok(now.saturating_sub(i64::from(count).saturating_mul(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Host;

    #[test]
    fn days_and_times_ago() {
        let zone = Zone::of(&Host::default());
        let at = |text| parse(text, 1_700_000_000, &zone).ok();
        assert_eq!(at("2023-11-14"), Some(1_699_920_000));
        assert_eq!(at("2023-11-14T01:30"), Some(1_699_920_000 + 5_400));
        assert_eq!(at("2023-11-14 01:30:05"), Some(1_699_920_000 + 5_405));
        assert_eq!(at("36h"), Some(1_700_000_000 - 36 * 3_600));
        assert_eq!(at("2w"), Some(1_700_000_000 - 14 * 86_400));
        for wrong in ["", "h", "7", "-1d", "yesterday", "2023-13-01", "2023-11-14T25:00", "7ä"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
