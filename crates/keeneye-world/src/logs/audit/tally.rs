//! A whole audit log as a stream: what happened is kept line by line, failed attempts are counted.

use super::{Record, Serials, event, is_execution};
use crate::logs::kept::Kept;
use crate::logs::tally::{Counts, KeptLine, Limits, Tallied};
use keeneye_facts::{Failures, LogKind, LogTime, Text, TimeCertainty};
use std::collections::HashMap;

/// Bytes of lines about programs that were started with root's rights or crashed: anybody can do that as often as he likes.
const MAX_OF_PROGRAMS: usize = 1 << 20;
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
    kept: Kept<LogTime>,
    programs: Kept<LogTime>,
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
        let lines_cut = self.kept.cut + self.programs.cut;
        let (kept, programs) = (self.kept.lines(Some), self.programs.lines(Some));
        let mut lines: Vec<KeptLine> = kept.chain(programs).collect();
        lines.sort_by_key(|line| line.at);
        let tallied = Tallied {
            lines,
            lines_cut,
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
        let time = LogTime { seconds: record.seconds, certainty: TimeCertainty::Written };
        // Nearly all records of a busy server are about system calls.
        if record.kind == "SYSCALL" {
            if becomes_root(&record) {
                self.programs.push(self.of_programs(), line, at, time);
            }
            return;
        }
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
            LogKind::Crashed => self.programs.push(self.of_programs(), line, at, time),
            _ => self.kept.push(self.limits.lines - self.of_programs(), line, at, time),
        }
    }

    fn of_programs(&self) -> usize {
        MAX_OF_PROGRAMS.min(self.limits.lines / 4)
    }

    fn failed(&mut self, kind: LogKind, from: Text, user: Text, time: i64) {
        let key = (time.div_euclid(DAY), from.clone(), user.clone());
        if let Some(known) = self.failures.get_mut(&key) {
            known.count += 1;
            (known.first, known.last) = (known.first.min(time), known.last.max(time));
        } else if self.failures.len() < self.limits.sums {
            self.failures.insert(key, Failures { kind, from, user, names: 0, count: 1, first: time, last: time });
        } else {
            self.uncounted += 1;
        }
    }
}

/// Somebody who is not root started a program that is, as setuid programs are.
fn becomes_root(record: &Record<'_>) -> bool {
    let is = |name: &str, wanted: &str| record.get(name).is_some_and(|value| value.raw() == wanted);
    is("success", "yes") && is_execution(record) && is("euid", "0") && !is("uid", "0")
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
    fn programs_that_make_somebody_root_are_kept_apart() {
        let call = |n: u32, uid: u32| {
            format!(
                "type=SYSCALL msg=audit(1700000000.100:{n}): arch=c000003e syscall=59 success=yes exit=0 pid=7 uid={uid} \
                 euid=0 exe=\"/usr/bin/su\"\n"
            )
        };
        let kept = |lines: &[u8]| {
            let mut tally = Tally::default();
            tally.feed(lines);
            tally.finish().0
        };
        assert_eq!(kept(call(1, 1_000).as_bytes()).lines.len(), 1);
        assert_eq!(kept(call(1, 0).as_bytes()).lines.len(), 0, "root starts programs all day");
        let flood: String = (0..20_000).map(|n| call(n, 1_000)).collect();
        let tallied = kept(&[LOG, flood.as_bytes()].concat());
        assert!(tallied.lines_cut > 0, "a megabyte of them is enough");
        assert!(tallied.lines.iter().any(|line| line.text.starts_with(b"type=USER_LOGIN")), "logins stay");
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
