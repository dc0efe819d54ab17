//! How fast a log of text is tallied, beside how fast its lines and a fixed string are found, in the same run.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a bench is no product")]

use keeneye_world::logs::tally::{Limits, Tally};
use std::hint::black_box;

/// Bytes of the log.
const SIZE: usize = 256 << 20;
/// As the live host reads a file.
const PIECE: usize = 1 << 20;
const ROUNDS: usize = 5;

fn main() {
    let log = keeneye_world::fixture::busy_log::log(SIZE);
    let lines = memchr::memchr_iter(b'\n', &log).count();
    let gigabytes = log.len() as f64 / 1e9;
    println!("{lines} lines, {gigabytes:.3} GB; median of {ROUNDS}, processor time");
    let show = |what: &str, ms: f64| println!("{what:40} {ms:8.1} ms {:6.2} GB/s", gigabytes / ms * 1e3);
    let ends = median(|| memchr::memchr_iter(b'\n', &log).count());
    show("floor: ends of all lines, with memchr", ends);
    // What `grep -cF Failed` has to do: find the string, and then the end of its line.
    let scan = median(|| fixed_string(&log));
    show("floor: lines with a fixed string", scan);
    let heads = median(|| each_line(&log, |line| keeneye_world::logs::Head::read(line).is_some()));
    show("heads of all lines", heads);
    let parsed = median(|| each_line(&log, |line| keeneye_world::logs::parse(line).is_some()));
    show("all lines parsed", parsed);
    let tally = median(|| tallied(&log).failures.len());
    show("tally, with all tables", tally);
    println!("tally: {:.2} times the fixed string", tally / scan);
    let told = tallied(&log);
    println!(
        "{} failures, {} by address, {} uncounted, {} lines kept, {} let go",
        told.failures.len(),
        told.addresses.len(),
        told.uncounted,
        told.lines.len(),
        told.lines_cut
    );
    println!("sshd: {} of {} lines known", told.counts.sshd_known, told.counts.sshd);
    assert_eq!(told.counts.sshd_known, told.counts.sshd);
}

fn tallied(log: &[u8]) -> keeneye_world::logs::tally::Tallied {
    let mut tally = Tally::new(Limits::default());
    log.chunks(PIECE).for_each(|piece| tally.feed(piece));
    tally.finish(1_767_268_800, &|_| 0)
}

fn each_line(log: &[u8], mut is: impl FnMut(&[u8]) -> bool) -> usize {
    let mut from = 0;
    let count = |end: usize| {
        let line = log.get(from..end).unwrap();
        from = end + 1;
        usize::from(is(line))
    };
    memchr::memchr_iter(b'\n', log).map(count).sum()
}

fn fixed_string(log: &[u8]) -> usize {
    let finder = memchr::memmem::Finder::new("Failed");
    let (mut rest, mut found) = (log, 0);
    while let Some(at) = finder.find(rest) {
        found += 1;
        rest = rest.get(at..).unwrap();
        rest = memchr::memchr(b'\n', rest).and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    }
    found
}

/// Processor time in ms: what a busy machine does besides does not count.
fn median<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = on_processor();
            black_box(run());
            (on_processor() - begun) / 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    *times.get(ROUNDS / 2).unwrap()
}

/// Nanoseconds that this thread was on a processor (`/proc/self/schedstat`, first field).
fn on_processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}
