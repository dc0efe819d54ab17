//! Of which time somebody wants to be told.

use anyhow::{Context, Result, bail};
use jiff::civil::{Date, Time};
use keeneye_report::words::Zone;

/// The time since when, as `--since` says it.
pub(crate) fn since(text: &str, now: i64, zone: &Zone) -> Result<i64> {
    let since = parse("--since", text, now, zone)?;
    if since > now {
        bail!("--since: {text} is still to come: it is {}", zone.moment(now));
    }
    Ok(since)
}

/// The time before which, as `--until` says it; it has to be later than `since`.
pub(crate) fn until(text: &str, since: i64, now: i64, zone: &Zone) -> Result<i64> {
    let until = parse("--until", text, now, zone)?;
    if until <= since {
        bail!("--until: {text} is not later than --since, {}", zone.moment(since));
    }
    Ok(until)
}

/// Seconds since 1970 of `2026-11-01`, its midnight in the host's zone, of `2026-11-01 14:30` there, or of `36h` before
/// `now`.
pub(crate) fn parse(option: &str, text: &str, now: i64, zone: &Zone) -> Result<i64> {
    let (day, time) = text.split_once(['T', ' ']).map_or((text, None), |(day, time)| (day, Some(time)));
    if let (Ok(day), Some(time)) = (day.parse::<Date>(), time) {
        let time: Time = time.parse().with_context(|| format!("{option}: there is no such time: {text}"))?;
        let midnight = zone.midnight(day).with_context(|| format!("{option}: there is no such day: {text}"))?;
        return Ok(midnight + time.duration_since(Time::midnight()).as_secs());
    }
    if let Ok(day) = day.parse::<Date>() {
        return zone.midnight(day).with_context(|| format!("{option}: there is no such day: {text}"));
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
            "{option}: {text} is neither a day or time (2026-11-01, 2026-11-01T14:30) nor a time ago (90m, 36h, 7d, 4w)"
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
        let at = |text| parse("--since", text, 1_700_000_000, &zone).ok();
        assert_eq!(at("2023-11-14"), Some(1_699_920_000));
        assert_eq!(at("2023-11-14T01:30"), Some(1_699_920_000 + 5_400));
        assert_eq!(at("2023-11-14 01:30:05"), Some(1_699_920_000 + 5_405));
        assert_eq!(at("36h"), Some(1_700_000_000 - 36 * 3_600));
        assert_eq!(at("2w"), Some(1_700_000_000 - 14 * 86_400));
        for wrong in ["", "h", "7", "-1d", "yesterday", "2023-13-01", "2023-11-14T25:00", "7ä"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_still_to_come_is_no_time_since_when() {
        let zone = Zone::of(&Host::default());
        let why = since("2023-11-15", 1_700_000_000, &zone).unwrap_err().to_string();
        assert_eq!(why, "--since: 2023-11-15 is still to come: it is 14 Nov 2023 22:13:20 UTC");
        let until = |text, since| until(text, since, 1_700_000_000, &zone).map_err(|why| why.to_string());
        assert_eq!(until("2023-11-15", 1_699_920_000), Ok(1_700_006_400));
        let why = "--until: 2023-11-14 is not later than --since, 14 Nov 2023 00:00:00 UTC".to_owned();
        assert_eq!(until("2023-11-14", 1_699_920_000), Err(why));
    }
}
