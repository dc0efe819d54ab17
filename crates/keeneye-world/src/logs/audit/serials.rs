//! Numbers of events, and which of them are missing.

use super::Record;
use crate::journal::{Hole, Sequence, holes};

/// Events that come out of order are this close together; a number that is smaller by more begins the count anew.
const MIXED: u32 = 64;
/// Counts that are told apart: each start of the system begins one, and each start of auditd.
const MAX_COUNTS: usize = 1_000;

/// The numbers of all events of a log, and of the rotated ones before it. The kernel numbers events one after the other,
/// also those that programs send. What is missing was lost, because auditd could not follow or the disk was full, or was
/// taken out.
#[derive(Clone, Debug, Default)]
pub struct Serials {
    counts: Vec<Sequence>,
    highest: u32,
    begins_anew: bool,
}

impl Serials {
    /// Takes the next record.
    pub fn see(&mut self, record: &Record<'_>) {
        // auditd numbers its own events itself; while it did not run, nobody wrote.
        if record.kind.starts_with(b"DAEMON_") {
            self.begins_anew |= record.kind == "DAEMON_START";
            return;
        }
        let serial = record.serial;
        if self.counts.is_empty() || self.begins_anew || serial.saturating_add(MIXED) < self.highest {
            if self.counts.len() >= MAX_COUNTS {
                return;
            }
            let id = (self.counts.len() as u128).to_be_bytes();
            self.counts.push(Sequence { id, ..Sequence::default() });
            (self.highest, self.begins_anew) = (serial, false);
        }
        self.highest = self.highest.max(serial);
        let Some(count) = self.counts.last_mut() else { return };
        let is_known = |range: &crate::journal::Range| (range.first..=range.last).contains(&serial.into());
        if !count.ranges.last().is_some_and(is_known) {
            let micros = record.seconds.saturating_mul(1_000_000).saturating_add(i64::from(record.millis) * 1_000);
            count.add(serial.into(), micros.unsigned_abs());
        }
    }

    /// Numbers that no event has, between two events of the same count.
    pub fn holes(&self) -> Vec<Hole> {
        holes(&self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(records: &[&str]) -> Vec<(u64, u64)> {
        let mut serials = Serials::default();
        for record in records {
            let (kind, rest) = record.split_once(' ').expect("a type");
            let line = format!("type={kind} msg=audit({rest}): a=1");
            serials.see(&Record::read(line.as_bytes()).expect("a record"));
        }
        serials.holes().into_iter().map(|hole| (hole.first, hole.last)).collect()
    }

    #[test]
    fn numbers_that_are_missing() {
        assert_eq!(missing(&["A 5.1:10", "B 5.1:10", "A 5.2:12", "A 5.2:11", "A 5.2:12", "A 5.3:15"]), [(13, 14)]);
    }

    #[test]
    fn starts_of_the_system_and_of_auditd_begin_anew() {
        assert_eq!(missing(&["A 5.1:4294967295", "A 5.2:0", "A 5.3:1"]), []);
        assert_eq!(missing(&["A 5.1:900", "A 900.2:3", "A 900.3:4", "A 900.3:6"]), [(5, 5)]);
        assert_eq!(missing(&["A 5.1:900", "DAEMON_END 6.1:77", "DAEMON_START 9.1:5000", "A 9.2:950"]), []);
    }
}
