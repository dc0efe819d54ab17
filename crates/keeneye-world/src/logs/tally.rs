//! A whole log as a stream: what is rare is kept line by line, what is many is counted.
//!
//! The file may be of any size and cut into any pieces. Memory is bounded by [`Limits`]; what went beyond them is told.

mod fold;
mod hours;
mod sums;
mod told;

pub use told::{Attempts, Counts, Failures, KeptLine, OfAddress, Repeats, Tallied};

use super::heads::Heads;
use super::kept::Kept;
use super::peers::Hashed;
use super::said::{Visitor, is_failure};
use super::{Head, Moment, Peers, Said, Years, is_sshd, said_by, sshd};
use fold::Folds;
use hours::Hours;
use keeneye_facts::LogKind;
use sums::Place;

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
            self.line(&line, self.partial_at, b"");
            self.partial = line;
            self.partial.clear();
            rest = behind;
        }
        let begin = self.counts.bytes;
        let (mut from, mut before) = (0, b"".as_slice());
        for end in memchr::memchr_iter(b'\n', rest) {
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

    /// Takes a line. Gives what of a line of sshd stands behind its stamp; `before` is that of the line before.
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
        let Some(head) = self.heads.read(line, stamp, rest) else {
            self.counts.headless += 1;
            return b"";
        };
        if self.take(line, &head, at, Some(moment)) { rest } else { b"" }
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
    #[inline(always)]
    fn take(&mut self, line: &[u8], head: &Head<'_>, at: u64, moment: Option<Moment>) -> bool {
        if let Some(times) = head.times_of_the_last() {
            self.store.folds.again(times, (at, moment));
            return false;
        }
        self.store.folds.forget();
        if is_sshd(head.program) {
            self.sshd(line, head, at, moment);
            return true;
        }
        if let Some(said) = said_by(head.program, head.message, None) {
            let from = said.from.map(|from| self.peers.hashed(from));
            self.store.told(&self.peers, line, head, &said, from, (at, moment));
        }
        false
    }

    #[inline(always)]
    fn sshd(&mut self, line: &[u8], head: &Head<'_>, at: u64, moment: Option<Moment>) {
        self.counts.sshd += 1;
        let message = sshd::Message::of(head.message);
        // Never moved: a copy of what was just put together byte by byte waits for the processor's stores.
        let visitor = &message.visitor(|| self.peers.known(head, moment));
        let Some(visitor) = visitor else { return self.otherwise(line, head, &message, at, moment) };
        self.counts.sshd_known += 1;
        if let Some(from) = visitor.from {
            let from = self.peers.hashed(from);
            self.store.take(line, head, visitor, Some(from), at, moment);
            self.peers.remember(head.pid, moment, visitor.kind, from, visitor.port);
        } else if visitor.kind != LogKind::Other {
            self.without_address(line, head, visitor, at, moment);
        }
    }

    /// A line that tells no address: that of its process, where that is known.
    #[inline(never)]
    fn without_address(
        &mut self,
        line: &[u8],
        head: &Head<'_>,
        visitor: &Visitor<'_>,
        at: u64,
        moment: Option<Moment>,
    ) {
        let from = self.peers.known(head, moment).map(|peer| self.peers.hashed(peer.from));
        self.store.take(line, head, visitor, from, at, moment);
    }

    /// What sshd says besides.
    #[inline(never)]
    fn otherwise(
        &mut self,
        line: &[u8],
        head: &Head<'_>,
        message: &sshd::Message<'_>,
        at: u64,
        moment: Option<Moment>,
    ) {
        let Some(said) = message.otherwise() else { return };
        self.counts.sshd_known += 1;
        let from = said.from.or_else(|| self.peers.known(head, moment).map(|peer| peer.from));
        let from = from.map(|from| self.peers.hashed(from));
        self.store.told(&self.peers, line, head, &said, from, (at, moment));
        self.peers.note(head, moment, &said);
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
            self.line(&line, self.partial_at, b"");
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

/// What is kept, and what is counted.
#[derive(Default)]
struct Store {
    limits: Limits,
    rare: Kept<Option<Moment>>,
    common: Kept<Option<Moment>>,
    folds: Folds,
}

impl Store {
    #[inline(always)]
    fn take(
        &mut self,
        line: &[u8],
        head: &Head<'_>,
        visitor: &Visitor<'_>,
        from: Option<Hashed<'_>>,
        at: u64,
        moment: Option<Moment>,
    ) {
        if is_failure(visitor.kind) {
            return self.folds.fail(self.limits, head, visitor, from, at, moment);
        }
        self.keep(line, head.program, visitor.kind, from, at, moment);
    }

    /// The same of any program, and of what repeats.
    #[inline(never)]
    fn told(
        &mut self,
        peers: &Peers,
        line: &[u8],
        head: &Head<'_>,
        said: &Said<'_>,
        from: Option<Hashed<'_>>,
        place: Place,
    ) {
        if is_repeat(said.kind) {
            let what = peers.hashed(fold::begin_of_command(said));
            return self.folds.repeat(self.limits.repeats, head, said, what, place);
        }
        self.take(line, head, &said.visitor(), from, place.0, place.1);
    }

    #[inline(never)]
    fn keep(
        &mut self,
        line: &[u8],
        program: &[u8],
        kind: LogKind,
        from: Option<Hashed<'_>>,
        at: u64,
        moment: Option<Moment>,
    ) {
        if let (LogKind::Accepted, Some(from)) = (kind, from) {
            self.folds.came(from);
        }
        match handling(program, kind) {
            Handling::Drop => {}
            Handling::Rare => self.rare.push(self.limits.lines / 2, line, at, moment),
            Handling::Common => self.common.push(self.limits.lines / 2, line, at, moment),
        }
    }
}

/// What becomes of a line that tells of no failure and is no repeat.
enum Handling {
    Drop,
    Rare,
    Common,
}

fn handling(program: &[u8], kind: LogKind) -> Handling {
    use LogKind::{BecomeFailed, Disconnected, Other, Ran, SessionClosed, SessionOpened};
    match kind {
        Other => Handling::Drop,
        // cron opens one for each thing that it runs.
        SessionOpened | SessionClosed if matches!(program, b"CRON" | b"cron" | b"crond" | b"CROND") => Handling::Drop,
        // Anybody on the server can write these as often as he likes.
        SessionOpened | SessionClosed | Disconnected | Ran | BecomeFailed => Handling::Common,
        _ => Handling::Rare,
    }
}

/// What happens again and again, and is told as a sum.
fn is_repeat(kind: LogKind) -> bool {
    matches!(kind, LogKind::CronRan | LogKind::ServiceFailed | LogKind::DiskFailed | LogKind::OutOfMemory)
}

/// The first line and what stands behind its end.
fn first_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

#[cfg(test)]
mod tests;
