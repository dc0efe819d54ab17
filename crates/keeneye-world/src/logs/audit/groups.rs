//! Records put together to events.
//!
//! Records of one event have the same time and serial number. Those of several events may come mixed, and out of order.

use super::Record;
use keeneye_facts::Text;
use std::collections::VecDeque;

/// Events that may be open at a time: a record that comes later than this is an event of its own. Time does not tell, since
/// records of the same moment may be written long after one another.
const MAX_OPEN: usize = 64;
/// Records of an event: EXECVE with the longest command line has some hundred.
const MAX_RECORDS: usize = 1_000;

/// Records that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The machine, where it is told.
    pub node: Text,
    /// Since 1970.
    pub seconds: i64,
    /// Behind that.
    pub millis: u16,
    /// Its number.
    pub serial: u32,
    /// The lines, in the order they came in.
    pub lines: Vec<Text>,
    is_ended: bool,
}

/// Puts lines together as they come.
#[derive(Debug, Default)]
pub struct Groups {
    open: VecDeque<Event>,
}

impl Groups {
    /// Takes the next line; lines that are no records are passed over. `each` gets events that are complete, in the order
    /// of their first record.
    pub fn see(&mut self, line: &[u8], each: &mut dyn FnMut(Event)) {
        let Some(record) = Record::read(line) else { return };
        let node: &[u8] = record.node.map_or(b"", AsRef::as_ref);
        let is_same = |event: &&mut Event| {
            (event.serial, event.seconds, event.millis) == (record.serial, record.seconds, record.millis)
                && *event.node == *node
        };
        let is_end = record.kind == "EOE";
        if let Some(event) = self.open.iter_mut().rev().find(is_same) {
            event.is_ended |= is_end;
            if event.lines.len() < MAX_RECORDS {
                event.lines.push(line.into());
            }
        } else {
            let (seconds, millis, serial) = (record.seconds, record.millis, record.serial);
            let lines = vec![line.into()];
            self.open.push_back(Event { node: node.into(), seconds, millis, serial, lines, is_ended: is_end });
        }
        while self.open.len() > MAX_OPEN || self.open.front().is_some_and(|event| event.is_ended) {
            self.open.pop_front().into_iter().for_each(&mut *each);
        }
    }

    /// There are no more lines.
    pub fn finish(self, each: &mut dyn FnMut(Event)) {
        self.open.into_iter().for_each(each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(lines: &[&str]) -> Vec<String> {
        let (mut groups, mut said) = (Groups::default(), Vec::new());
        let mut each = |event: Event| said.push(format!("{} {}", event.serial, event.lines.len()));
        lines.iter().for_each(|line| groups.see(line.as_bytes(), &mut each));
        groups.finish(&mut each);
        said
    }

    #[test]
    fn records_that_come_mixed() {
        let said = grouped(&[
            "type=SYSCALL msg=audit(5.1:60): a=1",
            "type=SYSCALL msg=audit(5.2:61): a=1",
            "type=CWD msg=audit(5.1:60): cwd=\"/\"",
            "type=CWD msg=audit(5.2:61): cwd=\"/\"",
            "type=EOE msg=audit(5.2:61): ",
            "type=EOE msg=audit(5.1:60): ",
            "no record",
            "type=USER_CMD msg=audit(5.2:62): a=1",
        ]);
        assert_eq!(said, ["60 3", "61 3", "62 1"]);
    }

    #[test]
    fn numbers_begin_anew_and_other_machines_have_their_own() {
        let said = grouped(&[
            "type=A msg=audit(5.1:4294967295): ",
            "type=A msg=audit(5.1:0): ",
            "type=A msg=audit(900.1:0): ",
            "node=x type=A msg=audit(900.1:0): ",
        ]);
        assert_eq!(said, ["4294967295 1", "0 1", "0 1", "0 1"]);
    }

    #[test]
    fn open_events_are_bounded() {
        let lines: Vec<String> = (0..10_000).map(|serial| format!("type=A msg=audit(5.1:{serial}): ")).collect();
        assert_eq!(grouped(&lines.iter().map(String::as_str).collect::<Vec<_>>()).len(), 10_000);
    }
}
