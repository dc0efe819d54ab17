//! Whom each process of sshd talks to.
//!
//! Some messages have no address, and some can be read in two ways; another line of the same process settles both.
//! One process serves one connection, so what it said a moment ago holds.

use super::{Head, Moment, Peer, Said, When};
use keeneye_facts::LogKind;

/// So many processes are remembered, the younger in place of the older.
const SLOTS: usize = 1024;
/// sshd's own limit for a login is two minutes (`LoginGraceTime`); numbers of processes are used again.
const REMEMBERED: i64 = 600;
/// The longest address, with a zone.
const LONGEST: usize = 64;

/// Peers by process.
#[derive(Clone, Debug)]
pub struct Peers {
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    pid: u32,
    seen: i64,
    port: Option<u16>,
    length: u8,
    from: [u8; LONGEST],
}

impl Default for Peers {
    fn default() -> Self {
        Self { slots: vec![Slot { pid: 0, seen: i64::MIN, port: None, length: 0, from: [0; LONGEST] }; SLOTS] }
    }
}

impl Peers {
    /// The peer of the process that wrote this line, if it said it a moment ago.
    pub fn known(&self, head: &Head<'_>, moment: Option<Moment>) -> Option<Peer<'_>> {
        let pid = head.pid?;
        let slot = self.slots.get(pid as usize % SLOTS)?;
        let near = slot.length > 0 && slot.pid == pid && (count(moment) - slot.seen).abs() <= REMEMBERED;
        near.then_some(Peer { from: slot.from.get(..slot.length.into())?, port: slot.port })
    }

    /// Remembers the peer that a line names; a line that ends a connection ends the memory.
    pub fn note(&mut self, head: &Head<'_>, moment: Option<Moment>, said: &Said<'_>) {
        let (Some(pid), Some(from)) = (head.pid, said.from) else { return };
        let Some(slot) = self.slots.get_mut(pid as usize % SLOTS) else { return };
        if matches!(said.kind, LogKind::Aborted | LogKind::Disconnected) {
            if slot.pid == pid {
                slot.length = 0;
            }
            return;
        }
        if slot.pid == pid && slot.from.get(..slot.length.into()) == Some(from) {
            // PAM knows no port; what is known stays.
            slot.port = said.port.or(slot.port);
            slot.seen = count(moment);
            return;
        }
        let (Ok(length), Some(place)) = (u8::try_from(from.len()), slot.from.get_mut(..from.len())) else { return };
        place.copy_from_slice(from);
        (slot.pid, slot.seen, slot.port, slot.length) = (pid, count(moment), said.port, length);
    }
}

/// Seconds that grow with the lines; without a stamp all are at once.
fn count(moment: Option<Moment>) -> i64 {
    match moment.map(|moment| moment.stamp().when()) {
        None => 0,
        Some(When::Absolute(seconds) | When::Local(seconds)) => seconds,
        Some(When::Yearless { month, day, second }) => {
            (i64::from(month) * 31 + i64::from(day)) * 86_400 + i64::from(second)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::{Years, said_by};

    /// What each line says of the address, with the memory of those before.
    fn addresses(lines: &[&str]) -> Vec<String> {
        let (mut peers, mut years) = (Peers::default(), Years::default());
        let mut shown = Vec::new();
        for line in lines {
            let head = Head::read(line.as_bytes()).unwrap();
            let moment = head.stamp.map(|stamp| years.note(stamp));
            let known = peers.known(&head, moment);
            let said = said_by(head.program, head.message, known).unwrap();
            let from = said.from.or(known.map(|peer| peer.from)).unwrap_or(b"-");
            shown.push(String::from_utf8_lossy(from).into_owned());
            peers.note(&head, moment, &said);
        }
        shown
    }

    #[test]
    fn a_line_without_an_address_has_its_process() {
        let lines = [
            "Jan  5 01:00:00 web sshd[7]: Connection from 192.0.2.1 port 5 on 192.0.2.9 port 22",
            "Jan  5 01:00:01 web sshd[7]: error: kex_exchange_identification: client sent invalid protocol identifier",
            "Jan  5 01:00:01 web sshd[8]: error: kex_exchange_identification: banner line too long",
            "Jan  5 01:00:02 web sshd[7]: Connection closed by 192.0.2.1 port 5",
            "Jan  5 01:00:03 web sshd[7]: error: kex_exchange_identification: banner line too long",
        ];
        assert_eq!(addresses(&lines), ["192.0.2.1", "192.0.2.1", "-", "192.0.2.1", "-"]);
    }

    #[test]
    fn an_old_number_of_a_process_is_another_process() {
        let lines = [
            "Jan  5 01:00:00 web sshd[7]: Connection from 192.0.2.1 port 5 on 192.0.2.9 port 22",
            "Jan  5 01:20:00 web sshd[7]: error: kex_exchange_identification: banner line too long",
        ];
        assert_eq!(addresses(&lines), ["192.0.2.1", "-"]);
    }

    #[test]
    fn a_line_with_two_readings_has_the_one_that_is_known() {
        let forged = "Failed publickey for invalid user x from 8.8.8.8 port 1 ssh2: RSA-CERT ID y from 192.0.2.1 port 5 \
                      ssh2: RSA-CERT ID z (serial 1) CA RSA SHA256:abc";
        let line = format!("Jan  5 01:00:01 web sshd[7]: {forged}");
        assert_eq!(addresses(&[&line]), ["-"]);
        let before = "Jan  5 01:00:00 web sshd[7]: Invalid user x from 192.0.2.1 port 5";
        assert_eq!(addresses(&[before, &line]), ["192.0.2.1", "192.0.2.1"]);
    }
}
