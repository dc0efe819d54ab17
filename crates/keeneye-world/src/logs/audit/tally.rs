//! A whole audit log as a stream: what happened is kept line by line, failed attempts are counted.

use super::{Record, Serials, event};
use crate::logs::tally::{Counts, KeptLine, Limits, Tallied};
use keeneye_facts::{Failures, LogKind, LogTime, Text, TimeCertainty};
use std::collections::HashMap;

/// auditd writes no longer lines: MAX_AUDIT_MESSAGE_LENGTH of libaudit.h is 8970.
const LONGEST: usize = 16 << 10;
const DAY: i64 = 86_400;

/// Takes the log in pieces.
#[derive(Default)]
pub struct Tally {
    limits: Limits,
    partial: Vec<u8>,
    counts: Counts,
    first: Option<LogTime>,
    last: Option<LogTime>,
    kept: std::collections::VecDeque<KeptLine>,
    kept_bytes: usize,
    lines_cut: u64,
    failures: HashMap<(i64, Text, Text), Failures>,
    uncounted: u64,
    serials: Serials,
}

impl Tally {
    /// An empty tally. Of the lines that are kept the newest win.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = (rest.get(..end).unwrap_or_default(), rest.get(end + 1..).unwrap_or_default());
            if self.partial.is_empty() {
                self.line(line);
            } else {
                let mut whole = std::mem::take(&mut self.partial);
                whole.extend_from_slice(line);
                self.line(&whole);
            }
            rest = behind;
        }
        let room = LONGEST.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(rest.get(..room.min(rest.len())).unwrap_or_default());
    }

    /// The log has ended.
    pub fn finish(mut self) -> (Tallied, Vec<Failures>, Serials) {
        if !self.partial.is_empty() {
            let line = std::mem::take(&mut self.partial);
            self.line(&line);
        }
        let tallied = Tallied {
            lines: self.kept.into(),
            lines_cut: self.lines_cut,
            first: self.first,
            last: self.last,
            counts: self.counts,
            uncounted: self.uncounted,
            ..Tallied::default()
        };
        let mut failures: Vec<Failures> = self.failures.into_values().collect();
        failures.sort();
        (tallied, failures, self.serials)
    }

    fn line(&mut self, line: &[u8]) {
        let at = self.counts.bytes;
        self.counts.lines += 1;
        self.counts.bytes += line.len() as u64 + 1;
        let Some(record) = Record::read(line) else { return };
        self.serials.see(&record);
        // Nearly all records of a busy server are about system calls.
        if record.kind.starts_with(b"SYSCALL") {
            return;
        }
        let time = LogTime { seconds: record.seconds, certainty: TimeCertainty::Written };
        self.first = self.first.or(Some(time));
        self.last = Some(time);
        let Some(event) = event(&Text::new(), at, &record) else { return };
        match event.kind {
            LogKind::Other => (),
            // Modules of PAM and keys that are offered have records of their own, for one attempt several.
            LogKind::Failed | LogKind::UnknownUser | LogKind::Denied if record.kind != "USER_LOGIN" => (),
            LogKind::Failed | LogKind::UnknownUser | LogKind::Denied => {
                let (from, user) = (event.from.unwrap_or_default(), event.user.unwrap_or_default());
                self.failed(event.kind, from, user, record.seconds);
            }
            _ => self.keep(at, line, time),
        }
    }

    fn failed(&mut self, kind: LogKind, from: Text, user: Text, time: i64) {
        let key = (time.div_euclid(DAY), from.clone(), user.clone());
        if let Some(known) = self.failures.get_mut(&key) {
            known.count += 1;
            (known.first, known.last) = (known.first.min(time), known.last.max(time));
        } else if self.failures.len() < self.limits.sums {
            self.failures.insert(key, Failures { kind, from, user, count: 1, first: time, last: time });
        } else {
            self.uncounted += 1;
        }
    }

    fn keep(&mut self, at: u64, line: &[u8], time: LogTime) {
        self.kept_bytes += line.len();
        self.kept.push_back(KeptLine { at, time: Some(time), text: Text::from(line) });
        while self.kept_bytes > self.limits.lines {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.kept_bytes -= oldest.text.len();
            self.lines_cut += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &[u8] = b"type=SYSCALL msg=audit(1700000000.100:1): arch=c000003e syscall=59 success=yes\n\
        type=USER_LOGIN msg=audit(1700000001.100:2): pid=41 uid=0 auid=1000 ses=3 msg='op=login id=1000 exe=\"/usr/sbin/sshd\" hostname=192.0.2.7 addr=192.0.2.7 terminal=/dev/pts/0 res=success'\n\
        type=USER_LOGIN msg=audit(1700000002.100:3): pid=42 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=\"root\" exe=\"/usr/sbin/sshd\" hostname=? addr=198.51.100.9 terminal=ssh res=failed'\n\
        type=USER_LOGIN msg=audit(1700000003.100:4): pid=42 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=\"root\" exe=\"/usr/sbin/sshd\" hostname=? addr=198.51.100.9 terminal=ssh res=failed'\n";

    fn tallied(piece: usize) -> (Tallied, Vec<Failures>, Serials) {
        let mut tally = Tally::default();
        LOG.chunks(piece).for_each(|piece| tally.feed(piece));
        tally.finish()
    }

    #[test]
    fn logins_are_kept_and_failures_counted() {
        for piece in [1, 7, 100, 10_000] {
            let (tallied, failures, serials) = tallied(piece);
            assert_eq!((tallied.counts.lines, tallied.lines.len()), (4, 1), "{piece}");
            assert_eq!(serials.counts.iter().map(|count| count.ranges.len()).sum::<usize>(), 1, "{piece}");
            let told: Vec<_> = failures.iter().map(|f| (f.from.lossy(), f.user.lossy(), f.count)).collect();
            assert_eq!(told, [("198.51.100.9".into(), "root".into(), 2)], "{piece}");
        }
    }
    #[test]
    fn hostile_bytes() {
        crate::mutate::check(&[LOG], |bytes| {
            let mut tally = Tally::default();
            tally.feed(bytes);
            !tally.finish().1.is_empty()
        });
    }
}
