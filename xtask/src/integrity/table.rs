//! The table, and whether a line of it is good enough.

use super::race::Took;
use super::tree::Size;
use anyhow::Result;
use std::fmt::Write as _;

/// What is asked of a run. Peers go by their number among the entrants.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bar {
    /// The peer takes at least so many times as long.
    TimesFaster(usize, f64),
    /// It takes at most so many times as long as the peer.
    AtMostTimes(usize, f64),
    Seconds(f64),
    Megabytes(u64),
}

impl Bar {
    pub(super) fn peer(self) -> Option<usize> {
        match self {
            Self::TimesFaster(peer, _) | Self::AtMostTimes(peer, _) => Some(peer),
            Self::Seconds(_) | Self::Megabytes(_) => None,
        }
    }
}

/// A line of the table.
pub(super) struct Line {
    pub(super) size: Size,
    pub(super) own: (&'static str, Took),
    pub(super) peer: Option<(&'static str, Took)>,
    pub(super) bar: Bar,
}

impl Line {
    pub(super) fn is_good(&self) -> bool {
        let (_, own) = self.own;
        match self.bar {
            Bar::TimesFaster(_, times) => self.peers_time() >= times * own.seconds,
            Bar::AtMostTimes(_, times) => own.seconds <= times * self.peers_time(),
            Bar::Seconds(seconds) => own.seconds <= seconds,
            Bar::Megabytes(megabytes) => own.kilobytes <= megabytes * 1000,
        }
    }

    fn peers_time(&self) -> f64 {
        self.peer.map_or(0.0, |(_, took)| took.seconds)
    }

    /// What is asked, and what is.
    fn judged(&self) -> (String, String) {
        let (_, own) = self.own;
        match self.bar {
            Bar::TimesFaster(_, times) => {
                (format!("{times} × faster"), format!("{:.1} × faster", self.peers_time() / own.seconds))
            }
            Bar::AtMostTimes(_, times) => {
                (format!("{times} × its time"), format!("{:.2} × its time", own.seconds / self.peers_time()))
            }
            Bar::Seconds(seconds) => (format!("{seconds} s"), format!("{:.2} s", own.seconds)),
            Bar::Megabytes(megabytes) => (format!("{megabytes} MB"), format!("{} MB", own.kilobytes / 1000)),
        }
    }
}

/// All lines, in Markdown.
pub(super) fn of(lines: &[Line]) -> Result<String> {
    let mut table = "| files | keeneye | beside | bar | measured |\n|---|---|---|---|---|\n".to_owned();
    for line in lines {
        let Size { files, bytes } = line.size;
        let (own, peer) = (told(line.own), line.peer.map(told).unwrap_or_default());
        let (asked, measured) = line.judged();
        let fails = if line.is_good() { "" } else { ": BELOW THE BAR" };
        writeln!(table, "| {files}, {} MB | {own} | {peer} | {asked} | {measured}{fails} |", bytes / 1_000_000)?;
    }
    Ok(table)
}

fn told((name, took): (&str, Took)) -> String {
    let Took { seconds, processor_seconds, kilobytes } = took;
    format!("`{name}` {seconds:.2} s ({processor_seconds:.2} s of processors, {} MB)", kilobytes / 1000)
}
