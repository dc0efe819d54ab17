//! Numbers, times and reasons in the words of people.

use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt::strtime};
use keeneye_facts::{Host, Refusal};

/// The time zone in which a host's admin thinks.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of the host's own /etc/localtime; UTC when it has none or it is garbage.
    pub fn of(host: &Host) -> Self {
        Self(TimeZone::tzif("host", host.time_zone.as_slice()).unwrap_or(TimeZone::UTC))
    }
    /// `12 Mar 2026 02:11:40`.
    pub fn short(&self, seconds: i64) -> String {
        self.shaped(seconds, "%d %b %Y %H:%M:%S")
    }
    /// `12 Mar 2026 02:11:40 CET`.
    pub fn moment(&self, seconds: i64) -> String {
        self.shaped(seconds, "%d %b %Y %H:%M:%S %Z")
    }
    /// `12 Mar 2026`.
    pub fn day(&self, seconds: i64) -> String {
        self.shaped(seconds, "%-d %b %Y")
    }
    /// The seconds since 1970 at which that day begins; `None` for one outside of the calendar.
    pub fn midnight(&self, day: jiff::civil::Date) -> Option<i64> {
        day.to_zoned_datetime(self.0.clone()).ok().map(|midnight| midnight.timestamp().as_second())
    }
    /// The day of that second.
    pub fn date(&self, seconds: i64) -> Option<jiff::civil::Date> {
        Timestamp::from_second(seconds).ok().map(|time| time.to_zoned_datetime(self.0.clone()).date())
    }
    fn shaped(&self, seconds: i64, form: &str) -> String {
        let zoned = Timestamp::from_second(seconds).map(|t| t.to_zoned_datetime(self.0.clone()));
        let text = zoned.ok().and_then(|z| strtime::format(form, &z).ok());
        text.unwrap_or_else(|| format!("{seconds} s since 1970"))
    }
}

/// `2026-03-12T01:11:40Z`.
pub fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| format!("{seconds} s since 1970"), |t| t.to_string())
}

/// `41 days`, `3 hours`, `12 minutes`, `1 second`.
pub fn duration(seconds: u64) -> String {
    let (number, unit) = match seconds {
        172_800.. => (seconds / 86_400, "day"),
        7200.. => (seconds / 3600, "hour"),
        120.. => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    counted(number, unit)
}

/// `4.1 s`, `2 minutes`.
pub fn took(milliseconds: u64) -> String {
    if milliseconds < 120_000 {
        format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
    } else {
        duration(milliseconds / 1000)
    }
}

/// `1 note`, `2 notes`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// `61,290`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `4.2 MiB`.
pub fn bytes(number: u64) -> String {
    let mut unit = 0;
    let mut scaled = number as f64;
    while scaled >= 1024.0 && unit < 4 {
        scaled /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => counted(number, "byte"),
        1 => format!("{scaled:.1} KiB"),
        2 => format!("{scaled:.1} MiB"),
        3 => format!("{scaled:.1} GiB"),
        _ => format!("{scaled:.1} TiB"),
    }
}

/// Why there was no answer. May hold bytes of the host: the sinks sanitise.
pub fn refusal(why: &Refusal) -> String {
    match why {
        Refusal::Errno(number) => errno(*number),
        Refusal::NotRecorded => "the recording does not hold it".into(),
        Refusal::OutOfTime => "the time given had run out".into(),
        Refusal::NotRegular => "not a regular file, so it was not opened".into(),
        Refusal::NotHere => "it cannot be asked here".into(),
        Refusal::Garbled(how) => format!("could not be understood: {how}"),
        Refusal::Cut(limit) => format!("cut off at {limit}"),
        Refusal::Nothing(why) | Refusal::NotBelieved(why) => why.clone(),
    }
}

/// errno(3): the ones that reading files, procfs and netlink gives.
fn errno(number: i32) -> String {
    let words = match number {
        1 => "operation not permitted (EPERM)",
        2 => "no such file (ENOENT)",
        3 => "no such process (ESRCH)",
        4 => "interrupted (EINTR)",
        5 => "input/output error (EIO)",
        9 => "bad file descriptor (EBADF)",
        11 => "try again (EAGAIN)",
        12 => "out of memory (ENOMEM)",
        13 => "permission denied (EACCES)",
        16 => "busy (EBUSY)",
        19 => "no such device (ENODEV)",
        20 => "not a directory (ENOTDIR)",
        21 => "is a directory (EISDIR)",
        22 => "invalid argument (EINVAL)",
        23 | 24 => "too many open files",
        36 => "name too long (ENAMETOOLONG)",
        38 => "the kernel does not have this call (ENOSYS)",
        40 => "too many symbolic links (ELOOP)",
        93 | 97 => "the kernel does not have this protocol",
        95 => "not supported (EOPNOTSUPP)",
        110 => "timed out (ETIMEDOUT)",
        116 => "stale file handle (ESTALE)",
        126 => "needed key not available (ENOKEY)",
        _ => return format!("errno {number}"),
    };
    words.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(thousands(61_290), "61,290");
        assert_eq!(thousands(100), "100");
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!(counted(1, "note"), "1 note");
        assert_eq!(counted(0, "note"), "0 notes");
        assert_eq!(duration(41 * 86_400), "41 days");
        assert_eq!(duration(90), "90 seconds");
        assert_eq!(took(4_120), "4.1 s");
        assert_eq!(bytes(4_404_019), "4.2 MiB");
    }
    #[test]
    fn times_stand_in_the_zone_of_the_host_or_in_utc() {
        let utc = Zone::of(&Host::default());
        assert_eq!(utc.moment(1_700_000_000), "14 Nov 2023 22:13:20 UTC");
        // The footer of a TZif file is enough for a zone without history.
        let zone = b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x04\0\0\0\0\0\0CET\0\
            TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x04\0\0\x0e\x10\0\0CET\0\nCET-1\n";
        let host = Host { time_zone: zone[..].into(), ..Host::default() };
        assert_eq!(Zone::of(&host).moment(1_700_000_000), "14 Nov 2023 23:13:20 CET");
        let garbage = Host { time_zone: "TZif".into(), ..Host::default() };
        assert_eq!(Zone::of(&garbage).moment(0), "01 Jan 1970 00:00:00 UTC");
        assert_eq!(rfc3339(1_700_000_000), "2023-11-14T22:13:20Z");
        assert_eq!(rfc3339(i64::MAX), "9223372036854775807 s since 1970");
    }
}
