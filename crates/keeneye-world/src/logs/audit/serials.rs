//! Numbers of events, and which of them are missing.
//!
//! The kernel gives an event its number behind all filters (`exclude` rules, the limit of its backlog): what they drop has
//! none, and leaves no hole. See `audit_log_start` of kernel/audit.c. A number is lost with its event where the rate is
//! limited, where queues overflow and where auditd cannot write; kernel and auditd tell that in the system's log.

use super::Record;
use crate::journal::{Hole, Range, Sequence, holes};
use serde::{Deserialize, Serialize};

/// Counts of one log: each start of auditd begins one.
const MAX_COUNTS: usize = 100;
/// Ranges of all its counts. Events come out of order, but not far: a whole log has a handful.
const MAX_RANGES: usize = 2_000;

/// So near to the last number one knows that the count begins anew.
const NEAR: u32 = 1 << 16;

/// The numbers of all events of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Serials {
    /// In the order of the log. The first goes on with the count of the log before it, unless `begins_anew`.
    pub counts: Vec<Sequence>,
    /// The log begins with a start of auditd.
    pub begins_anew: bool,
    /// Records of several machines, each with numbers of its own, or more than can be told: nothing can be said.
    pub is_unclear: bool,
    #[serde(skip)]
    node: Option<Vec<u8>>,
    #[serde(skip)]
    ends: bool,
    /// How often the count began anew behind its last number, 4294967295.
    #[serde(skip)]
    turns: u64,
    #[serde(skip)]
    last: u32,
}

impl Serials {
    /// Takes the next record.
    pub fn see(&mut self, record: &Record<'_>) {
        let node: &[u8] = record.node.map_or(b"", AsRef::as_ref);
        self.is_unclear |= self.node.get_or_insert_with(|| node.to_vec()).as_slice() != node;
        // auditd numbers its own events itself. It did not write before it started or went on. While it reads its settings
        // anew the kernel keeps events for it; a pause that ends by that was told in the system's log when it began
        // (src/auditd-reconfig.c of audit-userspace).
        if record.kind.starts_with(b"DAEMON_") {
            self.ends |= record.kind != "DAEMON_ROTATE" && record.kind != "DAEMON_CONFIG";
            return;
        }
        if self.counts.is_empty() {
            self.begins_anew = self.ends;
        }
        if self.counts.is_empty() || self.ends {
            if self.counts.len() >= MAX_COUNTS {
                self.is_unclear = true;
                return;
            }
            self.counts.push(Sequence::default());
            self.ends = false;
        }
        let (number, is_first) = self.number(record.serial);
        let others: usize = self.counts.iter().rev().skip(1).map(|count| count.ranges.len()).sum();
        let Some(count) = self.counts.last_mut() else { return };
        let micros = record.seconds.saturating_mul(1_000_000).saturating_add(i64::from(record.millis) * 1_000);
        let (micros, room) = (micros.unsigned_abs(), MAX_RANGES.saturating_sub(others));
        // Older kernels leave 0 out.
        let zero = is_first.then_some(number & !u64::from(u32::MAX));
        let has_room = zero.into_iter().chain([number]).all(|number| insert(&mut count.ranges, number, micros, room));
        self.is_unclear |= !has_room;
    }

    /// The number with the turns before it, and whether a turn begins with it. Events come out of order there too.
    fn number(&mut self, serial: u32) -> (u64, bool) {
        let before = std::mem::replace(&mut self.last, serial);
        let is_first = before > u32::MAX - NEAR && serial < NEAR;
        let is_late = self.turns > 0 && before < NEAR && serial > u32::MAX - NEAR;
        self.turns += u64::from(is_first);
        self.turns -= u64::from(is_late);
        (self.turns << 32 | u64::from(serial), is_first)
    }

    /// Numbers without a gap between them, of all counts.
    pub fn ranges(&self) -> impl Iterator<Item = &Range> {
        self.counts.iter().flat_map(|count| &count.ranges)
    }

    /// Bytes that they take in a recording.
    pub(crate) fn weight(&self) -> usize {
        90 * self.ranges().count()
    }
}

/// Numbers that no event has, between two of the same count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// In order of time.
    pub holes: Vec<Hole>,
    /// Those behind which time runs backwards. The system may have been started there, and that is not on record; or
    /// somebody took out events and gave those behind them another time.
    pub unclear: Vec<Hole>,
}

/// Over all logs of a series, oldest first.
pub fn missing<'a>(logs: impl IntoIterator<Item = &'a Serials>) -> Missing {
    let mut number = 0_u128;
    let mut counts = Vec::new();
    for log in logs {
        for (count, place) in log.counts.iter().zip(0..) {
            number += u128::from(place > 0 || log.begins_anew);
            counts.push(Sequence { id: number.to_be_bytes(), ..count.clone() });
        }
    }
    let (holes, unclear) = holes(&counts).into_iter().partition(|hole| hole.from <= hole.until);
    Missing { holes, unclear }
}

/// Adds a number to ranges that are in order and do not touch. False where there would be too many.
fn insert(ranges: &mut Vec<Range>, number: u64, time: u64, most: usize) -> bool {
    let behind = ranges.partition_point(|range| range.first <= number);
    let joins_next = ranges.get(behind).is_some_and(|next| next.first == number.saturating_add(1));
    if let Some(before) = behind.checked_sub(1).and_then(|at| ranges.get_mut(at))
        && number <= before.last.saturating_add(1)
    {
        if number > before.last {
            (before.last, before.until) = (number, time);
            if joins_next {
                let next = ranges.remove(behind);
                if let Some(before) = ranges.get_mut(behind - 1) {
                    (before.last, before.until) = (next.last, next.until);
                }
            }
        }
        return true;
    }
    if let Some(next) = ranges.get_mut(behind).filter(|_| joins_next) {
        (next.first, next.from) = (number, time);
        return true;
    }
    let has_room = ranges.len() < most;
    if has_room {
        ranges.insert(behind, Range { first: number, last: number, from: time, until: time });
    }
    has_room
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serials(records: &[&str]) -> Serials {
        let mut serials = Serials::default();
        for record in records {
            let (kind, rest) = record.split_once(' ').expect("a type");
            let line = format!("type={kind} msg=audit({rest}): a=1");
            serials.see(&Record::read(line.as_bytes()).expect("a record"));
        }
        serials
    }
    fn missing(logs: &[&[&str]]) -> Vec<(u64, u64)> {
        let logs: Vec<Serials> = logs.iter().map(|records| serials(records)).collect();
        super::missing(&logs).holes.into_iter().map(|hole| (hole.first, hole.last)).collect()
    }
    fn unclear(records: &[&str]) -> Vec<(u64, u64)> {
        super::missing(&[serials(records)]).unclear.into_iter().map(|hole| (hole.first, hole.last)).collect()
    }

    #[test]
    fn numbers_that_are_missing() {
        assert_eq!(missing(&[&["A 5.1:10", "B 5.1:10", "A 5.2:12", "A 5.2:11", "A 5.2:12", "A 5.3:15"]]), [(13, 14)]);
    }

    #[test]
    fn events_out_of_order_take_no_room() {
        let mixed = serials(&["A 5.1:10", "A 5.2:14", "A 5.2:12", "A 5.3:11", "A 5.4:13", "A 5.5:9", "A 5.6:15"]);
        let range = Range { first: 9, last: 15, from: 5_005_000, until: 5_006_000 };
        assert_eq!(mixed.counts.iter().map(|count| count.ranges.clone()).collect::<Vec<_>>(), [vec![range]]);
    }

    #[test]
    fn a_rotated_log_goes_on_in_the_next() {
        assert_eq!(missing(&[&["A 5.1:10", "DAEMON_ROTATE 5.2:3"], &["A 6.1:11"]]), []);
        assert_eq!(missing(&[&["A 5.1:10"], &["A 6.1:31"]]), [(11, 30)], "a log between them was deleted");
        assert_eq!(missing(&[&["A 5.1:10"], &["DAEMON_START 6.0:9", "A 6.1:31"]]), []);
        assert_eq!(missing(&[&["A 5.1:10", "DAEMON_START 6.0:9", "A 6.1:31"], &["A 7.1:33"]]), [(32, 32)]);
    }

    #[test]
    fn starts_and_pauses_of_auditd_begin_anew() {
        assert_eq!(missing(&[&["A 5.1:4294967295", "A 5.1:1", "A 5.1:4294967294", "A 5.1:2"]]), []);
        assert_eq!(missing(&[&["A 5.1:4294967295", "A 5.1:2"]]), [((1 << 32) + 1, (1 << 32) + 1)]);
        assert_eq!(missing(&[&["A 5.1:4294967295"], &["A 6.1:1", "A 6.2:2"]]), []);
        assert_eq!(missing(&[&["A 5.1:900", "DAEMON_END 6.1:77", "DAEMON_START 9.1:5000", "A 9.2:950"]]), []);
        assert_eq!(missing(&[&["A 5.1:900", "DAEMON_RESUME 9.1:5000", "A 9.2:950"]]), []);
        assert_eq!(missing(&[&["A 5.1:900", "A 5.2:3", "A 5.3:4"]]), []);
    }

    #[test]
    fn settings_that_are_read_anew_lose_nothing() {
        let between = |kind: &str| missing(&[&["A 5.1:900", &format!("{kind} 9.1:5000"), "A 9.2:950"]]);
        assert_eq!(between("DAEMON_CONFIG"), [(901, 949)]);
        assert_eq!(between("DAEMON_START"), []);
    }

    #[test]
    fn where_time_runs_backwards_nothing_is_clear() {
        assert_eq!(unclear(&["A 9.1:900", "A 5.2:950"]), [(901, 949)]);
        assert_eq!(unclear(&["A 9.1:900", "A 9.2:950"]), [], "that is a hole");
    }

    #[test]
    fn records_of_several_machines_say_nothing() {
        let mut serials = serials(&["A 5.1:10"]);
        serials.see(&Record::read(b"node=x type=A msg=audit(5.1:90): a=1").expect("a record"));
        assert!(serials.is_unclear);
    }

    #[test]
    fn ranges_are_bounded() {
        let records: Vec<String> = (0..5_000).map(|n| format!("A 5.1:{}", n * 2)).collect();
        let serials = serials(&records.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(serials.is_unclear && serials.weight() <= 90 * MAX_RANGES);
    }
}
