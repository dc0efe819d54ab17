//! Whether the table answers as its sources do, asked in another way than it is read and written: by going through all
//! rows.

use anyhow::{Context, Result, ensure};
use keeneye_world::geo::encode::{Draft, Row};
use keeneye_world::geo::{Entry, Table};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

/// Addresses to ask for: half of each family, half of them within rows, half of them at their edges.
const ADDRESSES: usize = 10_000;

/// True when all answers are the same.
pub(super) fn check(file: &[u8], draft: &Draft) -> Result<bool> {
    let began = Instant::now();
    let table = Table::read(file).map_err(anyhow::Error::msg).context("the table cannot be read")?;
    ensure!(table.is_whole(), "the table cannot be read");
    let unpacked = began.elapsed();
    let addresses = addresses(draft);
    let began = Instant::now();
    let entries: Vec<Entry<'_>> = addresses.iter().map(|address| table.lookup(*address)).collect();
    let asked = began.elapsed();

    let mut agreed = 0;
    let (countries, systems) = (narrowest(&draft.countries, &addresses), narrowest(&draft.systems, &addresses));
    for ((address, entry), (country, system)) in addresses.iter().zip(&entries).zip(countries.iter().zip(&systems)) {
        let public = keeneye_facts::Reach::of(*address) == keeneye_facts::Reach::Public;
        let name = system.and_then(|system| draft.names.get(&system)).filter(|_| public);
        let same_name = name.is_none_or(|name| name.starts_with(entry.as_name.unwrap_or_default()));
        if entry.country == country.filter(|_| public) && entry.asn == system.filter(|_| public) && same_name {
            agreed += 1;
        } else {
            println!("{address}: the table says {entry:?}, the sources {country:?} {system:?} {name:?}");
        }
    }
    let distances = draft.distances.iter().all(|((one, other), km)| {
        table.distance_km(*one, *other) == Some(km / 10 * 10) && table.distance_km(*other, *one) == Some(km / 10 * 10)
    });
    println!(
        "{agreed} of {} addresses as the sources say; {} distances {}; {} ranges; unpacked in {} ms, {} ns a look-up",
        addresses.len(),
        draft.distances.len(),
        if distances { "the same" } else { "DIFFER" },
        table.ranges(),
        unpacked.as_millis(),
        asked.as_nanos() / addresses.len().max(1) as u128,
    );
    Ok(distances && agreed == addresses.len())
}

/// For each address what the narrowest row says that holds it, the first of several.
fn narrowest<T: Copy>(rows: &[Row<T>], addresses: &[IpAddr]) -> Vec<Option<T>> {
    let mut order: Vec<usize> = (0..addresses.len()).collect();
    order.sort_by_key(|at| addresses.get(*at));
    let sorted: Vec<IpAddr> = order.iter().filter_map(|at| addresses.get(*at)).copied().collect();
    let mut best: Vec<Option<(u128, Option<T>)>> = vec![None; sorted.len()];
    for row in rows {
        let (from, to) = (
            sorted.partition_point(|address| *address < row.first),
            sorted.partition_point(|address| *address <= row.last),
        );
        let length = number(row.last) - number(row.first);
        for best in best.get_mut(from..to).unwrap_or_default() {
            if best.is_none_or(|(least, _)| length < least) {
                *best = Some((length, row.what));
            }
        }
    }
    let mut answers = vec![None; addresses.len()];
    for (at, best) in order.into_iter().zip(best) {
        if let Some(answer) = answers.get_mut(at) {
            *answer = best.and_then(|(_, what)| what);
        }
    }
    answers
}

fn addresses(draft: &Draft) -> Vec<IpAddr> {
    let ends = |rows: &[Row<u32>], v6| -> Vec<(IpAddr, IpAddr)> {
        rows.iter().filter(|row| row.first.is_ipv6() == v6).map(|row| (row.first, row.last)).collect()
    };
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        u128::from(random)
    };
    let mut addresses = Vec::with_capacity(ADDRESSES);
    for v6 in [false, true] {
        let mut rows = ends(&draft.systems, v6);
        rows.extend(draft.countries.iter().filter(|row| row.first.is_ipv6() == v6).map(|row| (row.first, row.last)));
        for turn in 0..ADDRESSES / 2 {
            let Some((first, last)) = rows.get((next() % rows.len().max(1) as u128) as usize) else { continue };
            let (first, last) = (number(*first), number(*last));
            let address = match turn % 8 {
                0 => first,
                1 => last,
                2 => first.saturating_sub(1),
                3 => last.saturating_add(1),
                _ => first + (next() << 64 | next()) % (last - first).saturating_add(1).max(1),
            };
            let v4 = || u32::try_from(address).map_or(Ipv4Addr::BROADCAST, Ipv4Addr::from);
            addresses.push(if v6 { Ipv6Addr::from(address).into() } else { v4().into() });
        }
    }
    addresses
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u32::from(v4).into(),
        IpAddr::V6(v6) => v6.into(),
    }
}
