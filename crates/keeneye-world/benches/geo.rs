//! How long keeneye's own table takes to unpack and an address to look up, and what memory that costs.
//!
//! `cargo bench -p keeneye-world --bench geo`. Addresses are random, so most of the table is gone through. Times are
//! those of the processor: what a busy machine does besides does not count.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench is not part of the product: it reads the kernel's clock and memory of itself"
)]

use keeneye_facts::Text;
use keeneye_world::geo::{Databases, Table};
use std::hint::black_box;
use std::net::IpAddr;

const ADDRESSES: usize = 1_000_000;

fn main() {
    let before = memory();
    let began = processor();
    let table = Table::embedded();
    println!("unpacked in {:.1} ms, {} ranges", (processor() - began) / 1e6, table.ranges());
    println!("memory before {}; after, and the most: {}", before, memory());
    let v4 = addresses(|random| IpAddr::from((random as u32).to_be_bytes()));
    // Below 2000::/3, where addresses are given out: 2a00::/12 and 2400::/12 hold most.
    let v6 = addresses(|random| {
        let top = if random & 1 == 0 { 0x2a00_u128 } else { 0x2400 };
        IpAddr::from(((top << 112) | (u128::from(random) << 52)).to_be_bytes())
    });
    let databases = Databases::new(vec![(Text::from("x"), b"16777216,16777471,AU\n".to_vec())]).0;
    for (family, addresses) in [("IPv4", &v4), ("IPv6", &v6)] {
        let placed = addresses.iter().filter(|address| table.lookup(**address).country.is_some()).count();
        println!("{family}: {} % have a country", placed * 100 / ADDRESSES);
        said(family, "the table", addresses, |address| _ = black_box(table.lookup(address)));
        said(family, "a place with all that is said of it", addresses, |address| {
            drop(black_box(databases.lookup(address)))
        });
    }
    println!("memory at the end, and the most: {}", memory());
}

fn said(family: &str, what: &str, addresses: &[IpAddr], look: impl Fn(IpAddr)) {
    let began = processor();
    addresses.iter().for_each(|address| look(*address));
    println!("{family}, {what}: {:.0} ns", (processor() - began) / ADDRESSES as f64);
}

fn addresses(of: impl Fn(u64) -> IpAddr) -> Vec<IpAddr> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let next = |_| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        of(random)
    };
    (0..ADDRESSES).map(next).collect()
}

/// Nanoseconds that this thread ran.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split_ascii_whitespace().next().and_then(|ran| ran.parse().ok()).unwrap()
}

/// Now, and at most so far.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    format!("{}, {}", of("VmRSS:"), of("VmHWM:"))
}
