//! The stamps with which lines of logs begin.
//!
//! RFC 3164 (`Jan  5 01:31:41`, no year and no zone), what some write of it with a year, the form of ctime(3), ISO 8601
//! as rsyslog, systemd and dovecot write it, seconds since 1970 and the labels of daemontools.

use crate::calendar;
use std::num::NonZeroU64;

/// When a line was written, as far as the line itself says: a [`When`] in one word, since a log has millions of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stamp(NonZeroU64);

/// What a stamp says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Seconds since 1970: the zone stands there, or it is such a number.
    Absolute(i64),
    /// Local time, as the seconds since 1970 that it would be in UTC.
    Local(i64),
    /// Local time without a year.
    Yearless {
        /// From 1.
        month: u8,
        /// From 1.
        day: u8,
        /// Of the day.
        second: u32,
    },
}

/// The lower bits of a stamp: seconds, or what stands there of a date without a year.
const BITS: u32 = 46;
const LOWER: u64 = (1 << BITS) - 1;
/// Added to seconds, so that those before 1970 are numbers as well: half of what fits.
const ZERO: i64 = 1 << (BITS - 1);
/// The highest bits tell which of the three it is; those between are free for [`super::Moment`].
const ABSOLUTE: u64 = 1 << 62;
const LOCAL: u64 = 1 << 63;

impl Stamp {
    /// The second, or the nearest that fits: a million years.
    fn of(form: u64, seconds: i64) -> Self {
        Self::new(form | u64::try_from(seconds.saturating_add(ZERO)).unwrap_or_default().min(LOWER))
    }

    /// A form stands in each word, so it is never zero.
    #[inline]
    fn new(word: u64) -> Self {
        Self(NonZeroU64::new(word).unwrap_or(NonZeroU64::MIN))
    }

    pub(super) fn absolute(seconds: i64) -> Self {
        Self::of(ABSOLUTE, seconds)
    }

    pub(super) fn local(seconds: i64) -> Self {
        Self::of(LOCAL, seconds)
    }

    #[inline]
    pub(super) fn yearless(month: u8, day: u8, second: u32) -> Self {
        Self::new(ABSOLUTE | LOCAL | u64::from(month) << 32 | u64::from(day) << 24 | u64::from(second & 0xff_ffff))
    }

    /// The stamp at the begin of a line, and what stands behind it and its blank.
    pub(crate) fn read(line: &[u8]) -> Option<(Self, &[u8])> {
        read(line)
    }

    /// What it says.
    #[inline]
    pub fn when(self) -> When {
        let lower = self.0.get() & LOWER;
        let seconds = || i64::try_from(lower).unwrap_or_default() - ZERO;
        match (self.0.get() & ABSOLUTE != 0, self.0.get() & LOCAL != 0) {
            (true, true) => {
                let [.., month, day, a, b, c] = lower.to_be_bytes();
                When::Yearless { month, day, second: u32::from_be_bytes([0, a, b, c]) }
            }
            (true, false) => When::Absolute(seconds()),
            _ => When::Local(seconds()),
        }
    }

    /// Of one without a year, that of another second of its minute.
    #[inline(always)]
    pub(super) fn in_the_same_minute(self, second: u32) -> Self {
        let known = self.0.get() & 0xff_ffff;
        Self::new(self.0.get() - known % 60 + u64::from(second))
    }

    /// With a number of 16 bits in the bits that are free.
    #[inline]
    pub(super) fn with(self, number: u16) -> NonZeroU64 {
        self.0 | u64::from(number) << BITS
    }

    /// What [`Self::with`] put together.
    #[inline]
    pub(super) fn apart(word: NonZeroU64) -> (Self, u16) {
        let free = u64::from(u16::MAX) << BITS;
        let number = u16::try_from((word.get() & free) >> BITS).unwrap_or_default();
        (Self::new(word.get() & !free), number)
    }
}

impl std::fmt::Debug for Stamp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.when().fmt(out)
    }
}

/// Seconds between the epoch of a TAI64 label (daemontools) and that of Unix, as daemontools count.
const TAI_AHEAD: i64 = 10;

/// The stamp at the begin of a line, and what stands behind it and its blank.
#[inline]
pub(super) fn read(line: &[u8]) -> Option<(Stamp, &[u8])> {
    if let Some(stamp) = usual(line) {
        return Some(stamp);
    }
    match line.first()? {
        b'0'..=b'9' => iso(line, false).or_else(|| epoch(line)),
        b'@' => tai(line),
        b'A'..=b'S' => month_first(line).or_else(|| weekday_first(line)),
        b'T' | b'W' => weekday_first(line),
        _ => None,
    }
}

/// `Jan  5 01:31:41 ` and no year behind it, as most lines of most logs begin; everything else comes another way.
#[inline]
fn usual(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (head, rest) = line.split_first_chunk::<16>()?;
    let [m0, m1, m2, b' ', d0, d1, b' ', h0, h1, b':', n0, n1, b':', s0, s1, b' '] = *head else { return None };
    if rest.first().is_none_or(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: u8, ones: u8| {
        let [tens, ones] = [tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0')];
        // Anything else than two digits is more than any field may be.
        if tens < 10 && ones < 10 { tens * 10 + ones } else { u8::MAX }
    };
    let (day, hour, minute, second) =
        (two(if d0 == b' ' { b'0' } else { d0 }, d1), two(h0, h1), two(n0, n1), two(s0, s1));
    if !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let second = u32::from(hour) * 3_600 + u32::from(minute) * 60 + u32::from(second);
    Some((Stamp::yearless(month([m0, m1, m2])?, day, second), rest))
}

/// `Jan  5 01:31:41`, `Jan 5 01:31:41.123`, `Jan  5 2024 01:31:41`, `Jan  5 01:31:41 2024`.
fn month_first(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (name, rest) = line.split_first_chunk::<3>()?;
    let month = month(*name)?;
    let (day, rest) = match rest.split_first_chunk::<4>()? {
        ([b' ', b' ', ones, b' '], rest) => (digit(*ones)?, rest),
        ([b' ', tens, ones, b' '], rest) if ones.is_ascii_digit() => (digit(*tens)? * 10 + digit(*ones)?, rest),
        ([b' ', ones, b' ', _], _) => (digit(*ones)?, rest.get(3..)?),
        _ => return None,
    };
    if !(1..=31).contains(&day) {
        return None;
    }
    let (year, rest) = match (rest.get(2), year_of(rest)) {
        (Some(b':'), _) => (None, rest),
        (_, Some((year, rest))) => (Some(year), rest.strip_prefix(b" ")?),
        _ => return None,
    };
    let (second, rest) = time_of_day(rest)?;
    // `Jan  5 01:31:41: --- last message repeated 5 times ---`
    let rest = fraction(rest);
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").or(rest.is_empty().then_some(rest))?;
    let behind = || year_of(rest).filter(|(_, rest)| matches!(rest.first(), Some(b' ') | None));
    let (year, rest) = match year {
        Some(year) => (Some(year), rest),
        None => behind().map_or((None, rest), |(year, rest)| (Some(year), rest.strip_prefix(b" ").unwrap_or(rest))),
    };
    let stamp = match year {
        None => Stamp::yearless(month, day, second),
        Some(year) => Stamp::local(midnight(year, month, day)? + i64::from(second)),
    };
    Some((stamp, rest))
}

/// `Mon Jun  6 18:43:28 2016` of ctime(3), and `Fri 2024-01-05 01:31:41 CET` of `journalctl -o short-full`.
fn weekday_first(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (name, rest) = line.split_first_chunk::<4>()?;
    if !matches!(name, b"Mon " | b"Tue " | b"Wed " | b"Thu " | b"Fri " | b"Sat " | b"Sun ") {
        return None;
    }
    if rest.first()?.is_ascii_digit() { iso(rest, true) } else { month_first(rest) }
}

/// `2024-01-05T01:31:41.123456+01:00`, `2024-01-05 01:31:41,123`; `named` where the name of a zone follows.
fn iso(line: &[u8], named: bool) -> Option<(Stamp, &[u8])> {
    let (date, rest) = line.split_first_chunk::<11>()?;
    let [y0, y1, y2, y3, dash, m0, m1, dash_too, d0, d1, between] = *date;
    if (dash, dash_too) != (b'-', b'-') && (dash, dash_too) != (b'/', b'/') || !matches!(between, b'T' | b' ') {
        return None;
    }
    let year = digits(&[y0, y1, y2, y3])?;
    let [month, day] = [u8::try_from(digits(&[m0, m1])?).ok()?, u8::try_from(digits(&[d0, d1])?).ok()?];
    let (second, rest) = time_of_day(rest)?;
    let seconds = midnight(year, month, day)? + i64::from(second);
    let rest = fraction(rest);
    if let Some((ahead, rest)) = zone(rest) {
        return Some((Stamp::absolute(seconds - ahead), rest.strip_prefix(b" ").unwrap_or(rest)));
    }
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").or(rest.is_empty().then_some(rest))?;
    if !named {
        return Some((Stamp::local(seconds), rest));
    }
    let (zone, rest) = rest.split_at_checked(memchr::memchr(b' ', rest)?)?;
    let rest = rest.get(1..)?;
    let stamp = if matches!(zone, b"UTC" | b"GMT") { Stamp::absolute(seconds) } else { Stamp::local(seconds) };
    Some((stamp, rest))
}

/// How far a zone is ahead of UTC in seconds: `Z`, `+01:00`, `+0100`, `+01`.
fn zone(text: &[u8]) -> Option<(i64, &[u8])> {
    let (sign, rest) = text.split_first()?;
    let sign = match sign {
        b'Z' => return matches!(rest.first(), Some(b' ') | None).then_some((0, rest)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = rest.split_first_chunk::<2>()?;
    let minutes = rest.strip_prefix(b":").unwrap_or(rest);
    let (minutes, rest) = match minutes.split_first_chunk::<2>().and_then(|(two, rest)| Some((digits(two)?, rest))) {
        Some((minutes, rest)) => (minutes, rest),
        None => (0, rest),
    };
    Some((sign * (digits(hours)? * 3_600 + minutes * 60), rest))
}

/// `1704414701.123456`, as `journalctl -o short-unix` writes it.
fn epoch(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let length = line.iter().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = line.split_at_checked(length)?;
    if !(9..=10).contains(&length) {
        return None;
    }
    Some((Stamp::absolute(digits(number)?), fraction(rest).strip_prefix(b" ")?))
}

/// `@400000004c91b044077a9e94`: seconds from 2^62 on and nanoseconds, in hexadecimal.
fn tai(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (label, rest) = line.strip_prefix(b"@")?.split_first_chunk::<24>()?;
    let seconds = std::str::from_utf8(label.get(..16)?).ok()?;
    let seconds = u64::from_str_radix(seconds, 16).ok()?.checked_sub(1 << 62)?;
    Some((Stamp::absolute(i64::try_from(seconds).ok()?.checked_sub(TAI_AHEAD)?), rest.strip_prefix(b" ")?))
}

fn month(name: [u8; 3]) -> Option<u8> {
    Some(match &name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// `hh:mm:ss` as the second of the day.
fn time_of_day(text: &[u8]) -> Option<(u32, &[u8])> {
    let ([h0, h1, b':', m0, m1, b':', s0, s1], rest) = text.split_first_chunk::<8>()? else { return None };
    let [hour, minute, second] =
        [digit(*h0)? * 10 + digit(*h1)?, digit(*m0)? * 10 + digit(*m1)?, digit(*s0)? * 10 + digit(*s1)?];
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some((u32::from(hour) * 3_600 + u32::from(minute) * 60 + u32::from(second), rest))
}

/// What stands behind `.123456` or `,123`.
fn fraction(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else { return text };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(length..).unwrap_or_default()
}

fn year_of(text: &[u8]) -> Option<(i64, &[u8])> {
    let (year, rest) = text.split_first_chunk::<4>()?;
    Some((digits(year).filter(|year| (1970..2200).contains(year))?, rest))
}

fn midnight(year: i64, month: u8, day: u8) -> Option<i64> {
    calendar::seconds([year, month.into(), day.into()], [0; 3])
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// A number of at most ten digits.
fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |number: i64, byte| Some(number * 10 + i64::from(digit(*byte)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_as_programs_write_them() {
        let is = |line: &str| read(line.as_bytes()).map(|(stamp, rest)| (stamp, String::from_utf8_lossy(rest).into()));
        let yearless = |month, day, second, rest: &str| Some((Stamp::yearless(month, day, second), rest.to_owned()));
        assert_eq!(is("Jan  5 01:31:41 web sshd: x"), yearless(1, 5, 5_501, "web sshd: x"));
        assert_eq!(is("Jan 05 01:31:41 web"), yearless(1, 5, 5_501, "web"));
        assert_eq!(is("Jan 5 01:31:41.123 web"), yearless(1, 5, 5_501, "web"));
        assert_eq!(is("Jan 15 01:31:41: --- "), yearless(1, 15, 5_501, "--- "));
        // date -u -d '2024-01-05 01:31:41' +%s
        let at = 1_704_418_301;
        let local = |rest: &str| Some((Stamp::local(at), rest.to_owned()));
        let absolute = |ahead: i64, rest: &str| Some((Stamp::absolute(at - ahead), rest.to_owned()));
        assert_eq!(is("Jan  5 2024 01:31:41 web"), local("web"));
        assert_eq!(is("Fri Jan  5 01:31:41 2024 [pid 4] x"), local("[pid 4] x"));
        assert_eq!(is("2024-01-05 01:31:41,123 web x"), local("web x"));
        assert_eq!(is("2024-01-05T01:31:41.123456 web x"), local("web x"));
        assert_eq!(is("Fri 2024-01-05 01:31:41 CET web x"), local("web x"));
        assert_eq!(is("Fri 2024-01-05 01:31:41 UTC web x"), absolute(0, "web x"));
        assert_eq!(is("2024-01-05T01:31:41.123456+01:00 web x"), absolute(3_600, "web x"));
        assert_eq!(is("2024-01-05T01:31:41-0330 web x"), absolute(-12_600, "web x"));
        assert_eq!(is("2024-01-05T01:31:41Z web x"), absolute(0, "web x"));
        assert_eq!(is("1704418301.123456 web x"), absolute(0, "web x"));
        assert_eq!(is("@400000006597 5c"), None);
        assert_eq!(is("@4000000065975c072a3b4c5d x"), absolute(0, "x"));
    }

    #[test]
    fn a_word_says_what_went_in() {
        for seconds in [0, -1, 1, 1_704_418_301, -62_167_219_200, 253_402_300_799] {
            assert_eq!(Stamp::absolute(seconds).when(), When::Absolute(seconds));
            assert_eq!(Stamp::local(seconds).when(), When::Local(seconds));
        }
        assert_eq!(Stamp::absolute(i64::MAX).when(), When::Absolute(ZERO - 1));
        assert_eq!(Stamp::local(i64::MIN).when(), When::Local(-ZERO));
        let stamp = Stamp::yearless(12, 31, 86_400);
        assert_eq!(stamp.when(), When::Yearless { month: 12, day: 31, second: 86_400 });
        for number in [0, 1, u16::MAX] {
            assert_eq!(Stamp::apart(stamp.with(number)), (stamp, number));
            assert_eq!(Stamp::apart(Stamp::absolute(-5).with(number)), (Stamp::absolute(-5), number));
        }
    }

    #[test]
    fn what_is_no_stamp() {
        let lines =
            ["", "Jan", "Jan 32 01:31:41 x", "Jan  5 25:31:41 x", "MMM 22 07:54:32 x", "2024-13-05T01:31:41Z x"];
        for line in lines.iter().chain(&["\tmany parsers", "Mon", "17044", "99999999999999999999 x", "2024-01-05"]) {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }
}
