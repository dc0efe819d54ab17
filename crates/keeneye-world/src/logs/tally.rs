//! A whole log as a stream: what is rare is kept line by line, what is many is counted.
//!
//! The file may be of any size and cut into any pieces. Memory is bounded by [`Limits`]; what went beyond them is told.

mod fold;
mod hours;
mod names;
mod store;
mod sums;
mod told;

pub use told::{Attempts, Counts, Failures, KeptLine, OfAddress, Repeats, Tallied};

use super::ends::Ends;
use super::heads::Heads;
use super::peers::Hashed;
use super::said::Visitor;
use super::{Head, Moment, Peers, Years, is_sshd, said_by, sshd};
use hours::Hours;
use keeneye_facts::LogKind;
use store::Store;
use sums::Place;
use told::Slot;

/// A longer line is read up to here; syslogd's own limit is 8 KiB, journald's 48 KiB.
const LONGEST: usize = 64 * 1024;
/// So many places at which the calendar jumped back are told.
const JUMPS: usize = 64;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of whole lines. Half is for what is rare (logins, accounts, boots), half for the rest (sessions, sudo).
    pub lines: usize,
    /// Different failures by day, address and user, the newest; as many of names that do not exist.
    pub sums: usize,
    /// Sums by address, of the older ones.
    pub addresses: usize,
    /// Different repeats.
    pub repeats: usize,
    /// Hours whose lines are counted.
    pub hours: usize,
}

impl Default for Limits {
    /// For one log among several: ten years of hours.
    fn default() -> Self {
        Self { lines: 8 << 20, sums: 100_000, addresses: 100_000, repeats: 100_000, hours: 90_000 }
    }
}

/// A line, and what its head tells.
#[derive(Clone, Copy)]
struct Whole<'a> {
    text: &'a [u8],
    /// Where it begins.
    at: u64,
    moment: Option<Moment>,
    pid: Option<u32>,
    /// How often it was said.
    times: u32,
}

impl Whole<'_> {
    fn place(&self) -> Place {
        (self.at, self.moment)
    }
}

/// Stands for each name of its process. With the name of their program only repeats are told, and sshd says none.
const SSHD: &[u8] = b"sshd";

/// Reads one log.
#[derive(Default)]
pub struct Tally {
    counts: Counts,
    /// The begin of a line whose end has not come.
    partial: Vec<u8>,
    /// Where that line begins.
    partial_at: u64,
    heads: Heads,
    years: Years,
    peers: Peers,
    store: Store,
    hours: Hours,
    /// The stamp of `last`.
    stamp: Option<super::Stamp>,
    first: Option<Moment>,
    last: Option<Moment>,
    jumps: Vec<u64>,
}

impl Tally {
    /// An empty tally.
    pub fn new(limits: Limits) -> Self {
        Self { store: Store { limits, ..Store::default() }, ..Self::default() }
    }

    /// Takes the next piece of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        if !self.partial.is_empty() {
            let Some((end, behind)) = first_line(rest) else { return self.put_aside(rest) };
            self.put_aside(end);
            self.counts.bytes += 1;
            let line = std::mem::take(&mut self.partial);
            self.single(&line);
            self.partial = line;
            self.partial.clear();
            rest = behind;
        }
        let begin = self.counts.bytes;
        let (mut from, mut before) = (0, b"".as_slice());
        for end in Ends::of(rest) {
            let line = rest.get(from..end).unwrap_or_default();
            before = self.line(line, begin + from as u64, before);
            from = end + 1;
        }
        self.counts.bytes += from as u64;
        self.put_aside(rest.get(from..).unwrap_or_default());
    }

    /// Keeps the begin of a line, up to the longest.
    fn put_aside(&mut self, part: &[u8]) {
        if part.is_empty() {
            return;
        }
        if self.partial.is_empty() {
            self.partial_at = self.counts.bytes;
        }
        self.counts.bytes += part.len() as u64;
        // One byte more than is read shows that the line is too long.
        let room = (LONGEST + 1).saturating_sub(self.partial.len()).min(part.len());
        self.partial.extend_from_slice(part.get(..room).unwrap_or_default());
    }

    /// Takes a line that came in parts. Apart from the others, so that [`Self::line`] is in one place.
    #[inline(never)]
    fn single(&mut self, line: &[u8]) {
        self.line(line, self.partial_at, b"");
    }

    /// Takes a line. Gives what of a line of sshd stands behind its stamp; `before` is that of the line before.
    #[inline(always)]
    fn line<'a>(&mut self, line: &'a [u8], at: u64, before: &[u8]) -> &'a [u8] {
        self.counts.lines += 1;
        let line = match line.get(..LONGEST) {
            Some(begin) if line.len() > LONGEST => {
                self.counts.long += 1;
                begin
            }
            _ => line,
        };
        let Some((stamp, rest)) = self.heads.stamp(line) else {
            self.without_stamp(line, at);
            return b"";
        };
        let moment = self.moment(stamp, at);
        // Who guesses makes sshd say the same again and again.
        if !rest.is_empty() && rest == before && self.store.folds.said_again((at, Some(moment))) {
            self.counts.sshd += 1;
            self.counts.sshd_known += 1;
            return rest;
        }
        if let Some((pid, message)) = self.heads.of_sshd(rest) {
            self.store.folds.forget();
            self.sshd(Whole { text: line, at, moment: Some(moment), pid, times: 1 }, message);
            return rest;
        }
        if self.other(line, (stamp, rest), at, moment) { rest } else { b"" }
    }

    /// A line that does not begin as those of sshd before it. Whether it is one of sshd.
    #[inline(never)]
    fn other(&mut self, line: &[u8], (stamp, rest): (super::Stamp, &[u8]), at: u64, moment: Moment) -> bool {
        let Some(head) = self.heads.read(line, stamp, rest) else {
            self.counts.headless += 1;
            return false;
        };
        self.take(line, &head, at, Some(moment))
    }

    #[inline(never)]
    fn without_stamp(&mut self, line: &[u8], at: u64) {
        let Some(head) = Head::read(line) else {
            self.counts.headless += 1;
            return;
        };
        let moment = head.stamp.map(|stamp| self.moment(stamp, at));
        self.take(line, &head, at, moment);
    }

    /// Takes a line that has a head. Whether it is one of sshd.
    fn take(&mut self, line: &[u8], head: &Head<'_>, at: u64, moment: Option<Moment>) -> bool {
        if let Some(times) = head.times_of_the_last() {
            self.store.folds.again(times, (at, moment));
            return false;
        }
        self.store.folds.forget();
        let whole = Whole { text: line, at, moment, pid: head.pid, times: head.times };
        if is_sshd(head.program) {
            self.sshd(whole, head.message);
            return true;
        }
        if let Some(said) = said_by(head.program, head.message, None) {
            let from = self.hashed(said.from);
            self.store.told(&self.peers, whole, head.program, &said, from);
        }
        false
    }

    /// What sshd says. What is usual is passed by value and stays in registers.
    #[inline(always)]
    fn sshd(&mut self, line: Whole<'_>, message: &[u8]) {
        self.counts.sshd += 1;
        let message = sshd::Message::of(message);
        match message.usual() {
            Some(visitor) => self.visited(line, visitor),
            None => self.unusual(line, &message),
        }
    }

    #[inline(always)]
    fn visited(&mut self, line: Whole<'_>, visitor: Visitor<'_>) {
        self.counts.sshd_known += 1;
        let Visitor { kind, user, from, port, .. } = visitor;
        let slot = Slot::of(visitor);
        match from {
            Some(from) => {
                let from = self.peers.hashed(from);
                self.store.take(line, SSHD, kind, user, slot, from);
                self.peers.remember(line.pid, line.moment, kind, from, port);
            }
            None if kind == LogKind::Other => {}
            None => self.without_address(line, kind, user, slot),
        }
    }

    /// A line that tells no address: that of its process, where that is known.
    #[inline(never)]
    fn without_address(&mut self, line: Whole<'_>, kind: LogKind, user: Option<&[u8]>, slot: Slot) {
        let from = self.hashed(self.peers.known(line.pid, line.moment).map(|peer| peer.from));
        self.store.take(line, SSHD, kind, user, slot, from);
    }

    /// An address with its hash, or that there is none.
    fn hashed<'a>(&self, from: Option<&'a [u8]>) -> Hashed<'a> {
        from.map_or(Hashed::NONE, |from| self.peers.hashed(from))
    }

    /// What sshd says besides.
    #[inline(never)]
    fn unusual(&mut self, line: Whole<'_>, message: &sshd::Message<'_>) {
        if let Some(visitor) = message.unusual(|| self.peers.known(line.pid, line.moment)) {
            return self.visited(line, visitor);
        }
        let Some(said) = message.otherwise() else { return };
        self.counts.sshd_known += 1;
        let from = said.from.or_else(|| self.peers.known(line.pid, line.moment).map(|peer| peer.from));
        self.store.told(&self.peers, line, SSHD, &said, self.hashed(from));
        self.peers.note(line.pid, line.moment, &said);
    }

    #[inline(always)]
    fn moment(&mut self, stamp: super::Stamp, at: u64) -> Moment {
        // Lines come in bursts.
        if self.stamp == Some(stamp)
            && let Some(last) = self.last
        {
            self.hours.again();
            return last;
        }
        self.new_moment(stamp, at)
    }

    #[inline(never)]
    fn new_moment(&mut self, stamp: super::Stamp, at: u64) -> Moment {
        let turns = self.years.turns();
        let moment = self.years.note(stamp);
        if moment.turn() > turns && self.jumps.len() < JUMPS {
            self.jumps.push(at);
        }
        self.first.get_or_insert(moment);
        self.last = Some(moment);
        self.stamp = Some(stamp);
        self.store.folds.today(moment);
        self.hours.count(self.store.limits.hours, moment);
        moment
    }

    /// Ends the file. `written` is when it was written last, in seconds since 1970; `offset` tells how many seconds
    /// local time is ahead of UTC at a local time.
    pub fn finish(mut self, written: i64, offset: &dyn Fn(i64) -> i64) -> Tallied {
        if !self.partial.is_empty() {
            let line = std::mem::take(&mut self.partial);
            self.single(&line);
        }
        let resolver = self.years.resolve(written, offset);
        let time = |moment: Option<Moment>| resolver.time(moment?);
        let lines_cut = self.store.rare.cut + self.store.common.cut;
        let (rare, common) = (self.store.rare.lines(time), self.store.common.lines(time));
        let mut lines: Vec<KeptLine> = rare.chain(common).collect();
        lines.sort_by_key(|line| line.at);
        let (hours, hours_cut) = self.hours.finish(self.store.limits.hours);
        let mut folds = self.store.folds;
        let addresses = folds.addresses(self.store.limits.addresses, &resolver);
        Tallied {
            lines,
            lines_cut,
            failures: folds.failures(&resolver),
            addresses,
            by_address: Vec::new(),
            repeats: folds.repeats(&resolver),
            uncounted: folds.uncounted,
            hours: hours.into_iter().filter_map(|(hour, lines)| Some((resolver.time(hour)?, lines))).collect(),
            hours_cut,
            first: time(self.first),
            last: time(self.last),
            jumps: self.jumps,
            counts: self.counts,
        }
    }
}

/// The first line and what stands behind its end.
fn first_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

#[cfg(test)]
mod tests;
