//! Logins as last(1) prints them, beside what it printed. `list` of login-utils/last.c makes the lines.

use super::{compare, read, utc};
use crate::conformance::Score;
use anyhow::{Context, Result, bail};
use keeneye_world::records::utmp::{Ending, Layout, Pairing, Record, Records, Span, What};
use std::collections::HashMap;
use std::path::Path;

/// How the calls of the test differ: the heading in the expected output, and last's options behind `-f FILE`. The test
/// runs in GMT.
const CALLS: &[(&str, Options)] = &[
    ("basic output", Options::SHORT),
    ("include system", Options { is_extended: true, ..Options::SHORT }),
    ("show ip", Options { only: Some("torvalds"), shows_address: true, ..Options::SHORT }),
    ("no host", Options { only: Some("torvalds"), host: Host::None, ..Options::SHORT }),
    ("full times shortopt", Options { times: Times::Full, ..Options::SHORT }),
    ("full times longopt", Options { times: Times::Full, ..Options::SHORT }),
    ("no time", Options { times: Times::None, ..Options::SHORT }),
    ("iso-8601 time", Options { times: Times::Iso, is_wide: true, ..Options::SHORT }),
    // 2013-08-28 02:20 and 08:20
    ("since and until", Options { within: Some((1_377_656_400, 1_377_678_000)), ..Options::SHORT }),
    // 2013-08-28 11:20
    ("present", Options { present: Some(1_377_688_800), ..Options::SHORT }),
];
const CALLS_IPV6: &[(&str, Options)] = &[
    ("show ip", Options { shows_address: true, ..Options::SHORT }),
    ("show ip last", Options { shows_address: true, host: Host::Behind, ..Options::SHORT }),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    None,
    Short,
    Full,
    Iso,
}
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    None,
    Before,
    Behind,
}
#[derive(Clone, Copy)]
struct Options {
    is_extended: bool,
    shows_address: bool,
    is_wide: bool,
    host: Host,
    times: Times,
    only: Option<&'static str>,
    within: Option<(i64, i64)>,
    present: Option<i64>,
}

impl Options {
    const SHORT: Self = Self {
        is_extended: false,
        shows_address: false,
        is_wide: false,
        host: Host::Before,
        times: Times::Short,
        only: None,
        within: None,
        present: None,
    };
}

pub(super) fn run(data: &Path) -> Result<Score> {
    let tests = data.join("logs/util-linux/tests");
    let mut score = Score::default();
    for (name, expected, calls) in [("wtmp-a", "last-nodns", CALLS), ("wtmp-ipv6", "last-ipv6-nodns", CALLS_IPV6)] {
        let text = String::from_utf8(read(&tests.join("expected/utmp").join(expected))?)?;
        let expected = sections(&text);
        if expected.len() != calls.len() {
            bail!("{name}: {} calls are known, and the expected output has {}", calls.len(), expected.len());
        }
        for order in ["LE", "BE"] {
            let bytes = read(&tests.join(format!("ts/utmp/{name}.{order}")))?;
            for (heading, options) in calls {
                let wanted = expected.get(heading).with_context(|| format!("{name}: no {heading} is expected"))?;
                let lines = lines(&bytes, name, options)?;
                compare(&mut score, &format!("{name}.{order}: {heading}"), wanted, &lines);
            }
        }
    }
    score
        .left_out
        .push("last-dns, last-ipv6-dns: six calls look names up; keeneye never does for what a log says".into());
    Ok(score)
}

/// `~~~ heading ~~~` and what follows.
fn sections(text: &str) -> HashMap<&str, String> {
    let mut sections: HashMap<&str, String> = HashMap::new();
    let mut heading = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("~~~ ").and_then(|line| line.strip_suffix(" ~~~")) {
            heading = name;
        } else {
            let section = sections.entry(heading).or_default();
            section.push_str(line);
            section.push('\n');
        }
    }
    sections
}

fn lines(bytes: &[u8], name: &str, options: &Options) -> Result<Vec<String>> {
    let layout = Layout::sniff(bytes).with_context(|| format!("{name} has no layout"))?;
    let (mut pairing, mut spans) = (Pairing::default(), Vec::new());
    let is_within = |record: &Record<'_>| options.within.is_none_or(|(from, to)| (from..=to).contains(&record.seconds));
    for record in Records::new(bytes, layout).filter(is_within) {
        pairing.see(&record, &mut |span| spans.push(span));
    }
    pairing.finish(&mut |_| false, &mut |span| spans.push(span));
    spans.sort_by_key(|span| std::cmp::Reverse(span.at));
    let is_shown = |span: &&Span| {
        let is_present = |time| span.from <= time && span.until.is_none_or(|until| until >= time);
        (span.what != What::Down || options.is_extended)
            && options.only.is_none_or(|only| *span.user == only || *span.tty == only)
            && options.present.is_none_or(is_present)
    };
    let mut lines = Vec::new();
    for span in spans.iter().filter(is_shown) {
        lines.push(line(span, options)?);
    }
    if options.times != Times::None {
        let first = Records::new(bytes, layout).next().context("no records")?.seconds;
        let time = match options.times {
            Times::Iso => utc(first, "%Y-%m-%dT%H:%M:%S+00:00")?,
            _ => utc(first, "%a %b %e %H:%M:%S %Y")?,
        };
        lines.push(String::new());
        lines.push(format!("{name} begins {time}"));
    }
    Ok(lines)
}

fn line(span: &Span, options: &Options) -> Result<String> {
    let (in_width, out_width) = match options.times {
        Times::None => (0, 0),
        Times::Short => (16, 7),
        Times::Full => (24, 26),
        Times::Iso => (25, 27),
    };
    let (from, (until, length)) = (from(span, options.times)?, until(span, options.times)?);
    let tty = match span.what {
        What::Login => span.tty.to_string(),
        What::Up => "system boot".into(),
        What::Down => "system down".into(),
    };
    let host = match span.address {
        Some(address) if options.shows_address => address.to_string(),
        _ => span.host.to_string(),
    };
    let (user, host) = if options.is_wide {
        (span.user.to_string(), host)
    } else {
        (clipped(&span.user.to_string(), 8), if options.host == Host::Behind { host } else { clipped(&host, 16) })
    };
    let columns = format!("{user:<8} {tty:<12.12} ");
    let times = format!("{from:<in_width$.in_width$} {until:<out_width$.out_width$} ");
    let line = match options.host {
        Host::None => format!("{columns}{times}{length}"),
        Host::Before => format!("{columns}{host:<16} {times}{length}"),
        Host::Behind => format!("{columns}{times}{length:<12.12} {host}"),
    };
    Ok(line.trim_end().to_owned())
}

/// A name that is too long ends in a star.
fn clipped(name: &str, width: usize) -> String {
    if name.len() <= width { name.to_owned() } else { format!("{name:.0$}*", width - 1) }
}

fn from(span: &Span, times: Times) -> Result<String> {
    Ok(match times {
        Times::None => String::new(),
        Times::Short | Times::Full => utc(span.from, "%a %b %e %H:%M:%S %Y")?,
        Times::Iso => utc(span.from, "%Y-%m-%dT%H:%M:%S+00:00")?,
    })
}

/// The end, and how long it lasted.
fn until(span: &Span, times: Times) -> Result<(String, String)> {
    let is_long = matches!(times, Times::Full | Times::Iso);
    let open = |whole: &str, head: &str, tail: &str| {
        if is_long { (whole.to_owned(), String::new()) } else { (head.to_owned(), tail.to_owned()) }
    };
    let Some(until) = span.until else {
        return Ok(match (span.ending, span.what) {
            (Ending::Gone, _) if times == Times::None => (String::new(), "no logout".into()),
            (Ending::Gone, _) => open("  gone - no logout", "   gone", "- no logout"),
            (_, What::Login) => open("  still logged in", "  still", "logged in"),
            _ => open("  still running", "  still", "running"),
        });
    };
    let end = match (span.ending, times) {
        (Ending::Down, _) => "- down ".to_owned(),
        (Ending::Crashed, _) => "- crash".to_owned(),
        (_, Times::None) => "- ".to_owned(),
        (_, Times::Short) => format!("- {}", utc(until, "%H:%M")?),
        (_, Times::Full) => format!("- {}", utc(until, "%a %b %e %H:%M:%S %Y")?),
        (_, Times::Iso) => format!("- {}", utc(until, "%Y-%m-%dT%H:%M:%S+00:00")?),
    };
    let minutes = (until - span.from) / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let length =
        if days > 0 { format!("({days}+{hours:02}:{minutes:02})") } else { format!(" ({hours:02}:{minutes:02})") };
    Ok((end, length))
}
