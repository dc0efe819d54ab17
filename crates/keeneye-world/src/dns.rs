//! Questions to a name server and its answers: RFC 1035, sections 3 and 4. The name service of the C library is not asked,
//! since it loads modules that the host chooses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest name, and longest part of one, in bytes.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;
/// Bytes of the header before the question.
const HEADER: usize = 12;
/// Records of an answer that are looked at.
const MAX_RECORDS: usize = 64;
/// Parts of a name that are passed over.
const MAX_LABELS: usize = 128;
/// An address of IPv4, of IPv6, and the class IN.
const A: u16 = 1;
const AAAA: u16 = 28;
const IN: u16 = 1;

/// Which addresses are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// The packet that asks for the addresses of a host. `None`: it is no name of a host.
pub fn question(id: u16, host: &str, family: Family) -> Option<Vec<u8>> {
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() || host.len() > MAX_NAME {
        return None;
    }
    // One question, and the server may ask others.
    let mut packet = [&id.to_be_bytes()[..], &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]].concat();
    for label in host.split('.') {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let length = u8::try_from(label.len()).ok().filter(|_| label.len() <= MAX_LABEL)?;
        if length == 0 || !label.bytes().all(plain) {
            return None;
        }
        packet.push(length);
        packet.extend_from_slice(label.as_bytes());
    }
    packet.push(0);
    let kind = if family == Family::V4 { A } else { AAAA };
    packet.extend_from_slice(&kind.to_be_bytes());
    packet.extend_from_slice(&IN.to_be_bytes());
    Some(packet)
}

/// The addresses in the answer to this question; none where the name has none. `None`: it is not the answer to it.
pub fn addresses(question: &[u8], answer: &[u8]) -> Option<Vec<IpAddr>> {
    let word = |at: usize| Some(u16::from_be_bytes(answer.get(at..at + 2)?.try_into().ok()?));
    let is_response = answer.get(2)? & 0x80 != 0;
    // The server repeats what it was asked.
    let same = answer.get(..2) == question.get(..2) && answer.get(HEADER..question.len()) == question.get(HEADER..);
    if !is_response || !same || word(4)? != 1 {
        return None;
    }
    let mut found = Vec::new();
    let mut at = question.len();
    for _ in 0..usize::from(word(6)?).min(MAX_RECORDS) {
        // What a limit of UDP cut off was not there.
        let Some(end) = behind_name(answer, at) else { break };
        let (Some(kind), Some(class), Some(length)) = (word(end), word(end + 2), word(end + 8)) else { break };
        let start = end + 10;
        at = start + usize::from(length);
        let Some(data) = answer.get(start..at) else { break };
        let address = match kind {
            A => <[u8; 4]>::try_from(data).ok().map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))),
            AAAA => <[u8; 16]>::try_from(data).ok().map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes))),
            _ => None,
        };
        found.extend(address.filter(|_| class == IN));
    }
    Some(found)
}

/// Where a name ends: at an empty part, or at a reference to an earlier place.
fn behind_name(packet: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..MAX_LABELS {
        match packet.get(at)? {
            0 => return Some(at + 1),
            length if length & 0xc0 == 0xc0 => return Some(at + 2),
            length => at += usize::from(*length) + 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To `deb.example.org`: a canonical name, and two addresses of it.
    fn sample() -> (Vec<u8>, Vec<u8>) {
        let question = question(0x1234, "deb.example.org", Family::V4).expect("a name");
        let mut answer = [&question[..2], &[0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0], &question[12..]].concat();
        answer.extend_from_slice(&[0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, b'x', 0xc0, 16]);
        for last in [7, 8] {
            answer.extend_from_slice(&[0xc0, 45, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, last]);
        }
        (question, answer)
    }

    #[test]
    fn addresses_of_a_host() {
        let (question, answer) = sample();
        assert_eq!(question.len(), 12 + 17 + 4);
        let expected: Vec<IpAddr> = ["192.0.2.7", "192.0.2.8"].map(|a| a.parse().unwrap()).to_vec();
        assert_eq!(addresses(&question, &answer), Some(expected));
        let other = super::question(0x1235, "deb.example.org", Family::V4).unwrap();
        assert_eq!(addresses(&other, &answer), None, "to another question");
        let other = super::question(0x1234, "deb.example.com", Family::V4).unwrap();
        assert_eq!(addresses(&other, &answer), None, "to another name");
        assert_eq!(addresses(&question, &question), None, "a question");
    }
    #[test]
    fn what_is_no_name() {
        let long = "a".repeat(64);
        for host in ["", ".", "a..b", "a b", "x\n", &long, &"a.".repeat(200)] {
            assert_eq!(question(1, host, Family::V6), None, "{host}");
        }
    }
    #[test]
    fn hostile_bytes_survive() {
        let (question, answer) = sample();
        crate::mutate::check(&[&answer], |bytes| addresses(&question, bytes).is_some());
        (0..answer.len()).for_each(|end| drop(addresses(&question, &answer[..end])));
    }
}
