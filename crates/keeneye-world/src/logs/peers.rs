//! Whom each process of sshd talks to.
//!
//! Some messages have no address, and some can be read in two ways; another line of the same process settles both.
//! One process serves one connection, so what it said a moment ago holds.

use super::{Moment, Peer, Said, When};
use foldhash::fast::RandomState;
use keeneye_facts::LogKind;
use std::hash::{BuildHasher, Hasher};

/// So many processes are remembered, the younger in place of the older.
const SLOTS: usize = 1024;
/// sshd's own limit for a login is two minutes (`LoginGraceTime`); numbers of processes are used again.
const REMEMBERED: i64 = 600;
/// The longest address, with a zone.
const LONGEST: usize = 64;

/// Peers by process.
#[derive(Clone, Debug)]
pub struct Peers {
    /// A seed of its own: who writes addresses into logs cannot choose them to have one hash.
    seed: RandomState,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    pid: u32,
    length: u8,
    port: Option<u16>,
    /// Of the address.
    hash: u64,
    seen: Option<Moment>,
    from: [u8; LONGEST],
}

impl Default for Peers {
    fn default() -> Self {
        let none = Slot { pid: 0, length: 0, port: None, hash: 0, seen: None, from: [0; LONGEST] };
        Self { seed: RandomState::default(), slots: vec![none; SLOTS] }
    }
}

/// A text, above all an address, and its hash under a seed that nobody knows: two of one hash of 64 bits are one.
#[derive(Clone, Copy)]
pub(super) struct Hashed<'a> {
    pub(super) text: &'a [u8],
    pub(super) hash: u64,
}

impl Hashed<'_> {
    /// Where no address is told: with a hash that none has but by chance, as any two may.
    pub(super) const NONE: Hashed<'static> = Hashed { text: b"", hash: 0 };
}

impl Peers {
    /// The peer of the process that wrote this line, if it said it a moment ago.
    pub fn known(&self, pid: Option<u32>, moment: Option<Moment>) -> Option<Peer<'_>> {
        let pid = pid?;
        let slot = self.slots.get(pid as usize % SLOTS)?;
        let near = slot.length > 0 && slot.pid == pid && (count(moment) - count(slot.seen)).abs() <= REMEMBERED;
        near.then_some(Peer { from: slot.from.get(..slot.length.into())?, port: slot.port })
    }

    /// Remembers the peer that a line names; a line that ends a connection ends the memory.
    pub fn note(&mut self, pid: Option<u32>, moment: Option<Moment>, said: &Said<'_>) {
        let Some(from) = said.from else { return };
        self.remember(pid, moment, said.kind, self.hashed(from), said.port);
    }

    /// With its hash.
    #[inline(always)]
    pub(super) fn hashed<'a>(&self, text: &'a [u8]) -> Hashed<'a> {
        let mut hasher = self.seed.build_hasher();
        hasher.write(text);
        // Else a text of zeros is as one that is shorter.
        hasher.write_u64(text.len() as u64);
        Hashed { text, hash: hasher.finish() }
    }

    /// The same, of an address whose hash is known.
    #[inline(always)]
    pub(super) fn remember(
        &mut self,
        pid: Option<u32>,
        moment: Option<Moment>,
        kind: LogKind,
        from: Hashed<'_>,
        port: Option<u16>,
    ) {
        let Some(pid) = pid else { return };
        let Some(slot) = self.slots.get_mut(pid as usize % SLOTS) else { return };
        if matches!(kind, LogKind::Aborted | LogKind::Disconnected) {
            if slot.pid == pid {
                slot.length = 0;
            }
            return;
        }
        if slot.pid == pid && slot.length > 0 && slot.hash == from.hash {
            // PAM knows no port; what is known stays.
            slot.port = port.or(slot.port);
            slot.seen = moment;
            return;
        }
        slot.begin(pid, moment, from, port);
    }
}

impl Slot {
    #[inline(never)]
    fn begin(&mut self, pid: u32, moment: Option<Moment>, from: Hashed<'_>, port: Option<u16>) {
        let (Ok(length), Some(place)) = (u8::try_from(from.text.len()), self.from.get_mut(..from.text.len())) else {
            return;
        };
        place.copy_from_slice(from.text);
        (self.pid, self.seen, self.port, self.length, self.hash) = (pid, moment, port, length, from.hash);
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
    use crate::logs::{Head, Years, said_by};

    /// What each line says of the address, with the memory of those before.
    fn addresses(lines: &[&str]) -> Vec<String> {
        let (mut peers, mut years) = (Peers::default(), Years::default());
        let mut shown = Vec::new();
        for line in lines {
            let head = Head::read(line.as_bytes()).unwrap();
            let moment = head.stamp.map(|stamp| years.note(stamp));
            let known = peers.known(head.pid, moment);
            let said = said_by(head.program, head.message, known).unwrap();
            let from = said.from.or(known.map(|peer| peer.from)).unwrap_or(b"-");
            shown.push(String::from_utf8_lossy(from).into_owned());
            peers.note(head.pid, moment, &said);
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
