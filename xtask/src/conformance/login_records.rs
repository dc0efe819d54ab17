//! util-linux and plaso: login records, and what last(1), utmpdump(1) and plaso say of them.

mod last;
mod lastlog2;

use super::{Score, Suite};
use anyhow::{Context, Result};
use keeneye_world::records::utmp::{Layout, Reader, Record, Records};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

pub(super) const LAST: Suite = Suite { name: "util-linux last", bar: 100.0, run: last::run };
pub(super) const UTMPDUMP: Suite = Suite { name: "util-linux utmpdump", bar: 100.0, run: utmpdump };
pub(super) const LASTLOG2: Suite = Suite { name: "util-linux lastlog2", bar: 100.0, run: lastlog2::run };
pub(super) const PLASO: Suite = Suite { name: "plaso utmp", bar: 100.0, run: plaso };

/// Seconds since 1970 in UTC, as text.
fn utc(seconds: i64, format: &str) -> Result<String> {
    Ok(jiff::Timestamp::from_second(seconds)?.strftime(format).to_string())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Sets what is read beside what is expected, line by line.
fn compare(score: &mut Score, what: &str, expected: &str, said: &[String]) {
    let expected: Vec<&str> = expected.lines().collect();
    for at in 0..expected.len().max(said.len()) {
        let (wanted, line) = (expected.get(at).copied(), said.get(at).map(String::as_str));
        if wanted == line {
            score.right += 1;
        } else {
            score.wrong.push(format!("{what}: line {}: {wanted:?} is expected, not {line:?}", at + 1));
        }
    }
}

/// The dumps of both byte orders have to be the text that utmpdump(1) makes.
fn utmpdump(data: &Path) -> Result<Score> {
    let tests = data.join("logs/util-linux/tests");
    let mut score = Score::default();
    for (name, expected) in [
        ("wtmp-a", "ts/utmp/txt-a"),
        ("wtmp-b", "expected/utmp/utmpdump-totxt"),
        ("wtmp-ipv6", "expected/utmp/utmpdump-totxt-ipv6"),
    ] {
        let expected = String::from_utf8(read(&tests.join(expected))?)?;
        for order in ["LE", "BE"] {
            let bytes = read(&tests.join(format!("ts/utmp/{name}.{order}")))?;
            let layout = Layout::sniff(&bytes).with_context(|| format!("{name}.{order} has no layout"))?;
            let lines = Records::new(&bytes, layout).map(|record| dumped(&record)).collect::<Result<Vec<_>>>()?;
            compare(&mut score, &format!("{name}.{order}"), &expected, &lines);
        }
    }
    score.left_out.push("utmpdump-tobin, -circle, -subsecond: they turn text into records; keeneye writes none".into());
    Ok(score)
}

/// As `print_utline` of login-utils/utmpdump.c writes it.
fn dumped(record: &Record<'_>) -> Result<String> {
    let address = record.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_string();
    let id = String::from_utf8_lossy(&record.id).trim_end_matches('\0').to_owned();
    let time = utc(record.seconds, "%Y-%m-%dT%H:%M:%S")?;
    Ok(format!(
        "[{}] [{:05}] [{id:<4}] [{:<8}] [{:<12}] [{:<20}] [{address:<15}] [{time},{:06}+00:00]",
        record.kind,
        record.pid,
        record.user.to_string(),
        record.line.to_string(),
        record.host.to_string(),
        record.micros
    ))
}

/// What plaso's test says of a file: how many records it makes events of, how many it cannot read, and single records by
/// their number: number, type, pid, terminal, account, host, address, number of `ut_id`, time. An empty host and the
/// display `:0` are `localhost` to plaso, and no address `0.0.0.0`.
struct Case {
    file: &'static str,
    records: usize,
    unreadable: u64,
    trailing: u64,
    single: &'static [&'static str],
}

const PLASO_CASES: &[Case] = &[
    Case {
        file: "utmp",
        records: 14,
        unreadable: 0,
        trailing: 0,
        single: &[
            "2 6 1115 tty4 LOGIN localhost 0.0.0.0 52 2013-12-13T14:45:09.000000",
            "12 7 2684 pts/4 moxilo localhost 0.0.0.0 13359 2013-12-18T22:46:56.305504",
        ],
    },
    Case {
        file: "wtmp.1",
        records: 4,
        unreadable: 0,
        trailing: 1,
        single: &["0 7 20060 pts/32 userA 10.10.122.1 10.10.122.1 842084211 2011-12-01T17:36:38.432935"],
    },
    Case {
        file: "utmp_corrupted",
        records: 2,
        unreadable: 2,
        trailing: 50,
        single: &["3 7 3003 pts/0 bob 10.0.0.5 10.0.0.5 0 2023-11-14T22:46:40.000000"],
    },
    Case {
        file: "utmp_aarch64",
        records: 6,
        unreadable: 0,
        trailing: 0,
        single: &[
            "1 8 18 tty2 - localhost 4.3.2.1 12916 2026-07-03T14:57:58.000000",
            "2 2 18 system_boot reboot 0.0.0.0 4.3.2.1 126 2026-07-03T14:57:58.000000",
            "5 3 18 } date localhost 4.3.2.1 32382 2026-07-03T15:02:58.000000",
        ],
    },
    Case {
        file: "utmp_x86_64",
        records: 6,
        unreadable: 0,
        trailing: 0,
        single: &["1 8 19 tty2 - localhost 4.3.2.1 12916 2026-07-03T14:58:29.000000"],
    },
    Case {
        file: "utmp_s390",
        records: 6,
        unreadable: 0,
        trailing: 0,
        single: &[
            "1 8 32 tty2 - localhost 1.2.3.4 1949433856 2026-07-04T05:00:25.000000",
            "2 2 32 system_boot reboot 0.0.0.0 1.2.3.4 2113929216 2026-07-04T05:00:25.000000",
        ],
    },
];

fn plaso(data: &Path) -> Result<Score> {
    let mut score = Score::default();
    for case in PLASO_CASES {
        let bytes = read(&data.join("logs/plaso/test_data/utmp").join(case.file))?;
        let layout = Layout::sniff(&bytes).with_context(|| format!("{} has no layout", case.file))?;
        let (mut said, mut unreadable) = (Vec::new(), 0);
        let mut reader = Reader::default();
        let mut each = |record: &Record<'_>| {
            unreadable += u64::from(record.kind > 9);
            said.push(plaso_line(record, layout));
        };
        reader.feed(&bytes, &mut each);
        let read = reader.finish(&mut each).context("no records")?;
        let said = said.into_iter().collect::<Result<Vec<_>>>()?;
        let counts = (said.len() - unreadable as usize, unreadable, read.trailing);
        let wanted = (case.records, case.unreadable, case.trailing);
        if counts == wanted {
            score.right += 1;
        } else {
            score.wrong.push(format!("{}: {wanted:?} records are expected, not {counts:?}", case.file));
        }
        for expected in case.single {
            if said.iter().any(|line| line == expected) {
                score.right += 1;
            } else {
                score.wrong.push(format!("{}: {expected} is expected in {said:#?}", case.file));
            }
        }
    }
    score.left_out.push("wording of plaso's messages; utmpx of macOS, another format".into());
    Ok(score)
}

fn plaso_line(record: &Record<'_>, layout: Layout) -> Result<String> {
    let address = record.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text.replace(' ', "_") };
    let id = if layout.is_big_endian { u32::from_be_bytes(record.id) } else { u32::from_le_bytes(record.id) };
    let (line, user, host) = (record.line.to_string(), record.user.to_string(), record.host.to_string());
    Ok(format!(
        "{} {} {} {} {} {} {address} {id} {}.{:06}",
        record.number,
        record.kind,
        record.pid,
        or(line, "-"),
        or(user, "-"),
        or(host.strip_prefix(":0").map_or(host.clone(), str::to_owned), "localhost"),
        utc(record.seconds, "%Y-%m-%dT%H:%M:%S")?,
        record.micros
    ))
}
