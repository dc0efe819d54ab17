//! Login records that tests write: one line for each.

use super::Layout;
use std::net::IpAddr;

pub(super) const LAYOUTS: [Layout; 4] = Layout::ALL;

/// A line holds `ut_type`, pid, line, user, host and seconds, `-` for nothing; a type alone makes a record of zeros. An
/// address as host is the address of the record, too.
pub(super) fn file(lines: &str, layout: Layout) -> Vec<u8> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| record(&line.split(' ').collect::<Vec<_>>(), layout)).collect()
}

fn record(words: &[&str], layout: Layout) -> Vec<u8> {
    let mut bytes = vec![0; layout.stride()];
    let [kind, pid, line, user, host, seconds] = words else { return bytes };
    let number = |word: &str| word.parse::<u64>().expect("a number");
    put(&mut bytes, 0, number(kind), 2, layout);
    put(&mut bytes, 4, number(pid), 4, layout);
    for (at, word) in [(8, line), (44, user), (76, host)] {
        if *word != "-" {
            bytes[at..at + word.len()].copy_from_slice(word.as_bytes());
        }
    }
    let (width, address) = if layout.is_wide { (8, 360) } else { (4, 348) };
    put(&mut bytes, if layout.is_wide { 344 } else { 340 }, number(seconds), width, layout);
    put(&mut bytes, if layout.is_wide { 352 } else { 344 }, 123_456, width, layout);
    match host.parse() {
        Ok(IpAddr::V4(peer)) => bytes[address..address + 4].copy_from_slice(&peer.octets()),
        Ok(IpAddr::V6(peer)) => bytes[address..address + 16].copy_from_slice(&peer.octets()),
        Err(_) => {}
    }
    bytes
}

fn put(bytes: &mut [u8], at: usize, value: u64, width: usize, layout: Layout) {
    let (big, little) = (value.to_be_bytes(), value.to_le_bytes());
    bytes[at..at + width].copy_from_slice(if layout.is_big_endian { &big[8 - width..] } else { &little[..width] });
}
