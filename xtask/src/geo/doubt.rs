//! Rows of the sources that are known to be wrong.
//!
//! APNIC, which gives out addresses for Asia and the Pacific, sits in Australia, and what the registry says of its own
//! large IPv6 blocks is taken for the country of all that no narrower row tells of. So IPv6 of Bangladesh or Japan counts
//! as Australian. Australia is therefore believed for IPv6 only where the autonomous system that announces the addresses
//! has IPv4 in Australia as well; else nothing is said.

use keeneye_facts::Country;
use keeneye_world::geo::encode::{Draft, Piece, Row, pieces};
use std::collections::BTreeSet;
use std::net::Ipv6Addr;

/// Puts holes over what is not believed.
pub(super) fn leave_out(draft: &mut Draft) {
    let Some(registry) = Country::new(b"AU") else { return };
    let v4 = joined(&pieces(&draft.countries, false), &pieces(&draft.systems, false));
    let at_home: BTreeSet<u32> =
        v4.iter().filter(|(_, country, _)| *country == Some(registry)).filter_map(|(_, _, system)| *system).collect();

    let v6 = joined(&pieces(&draft.countries, true), &pieces(&draft.systems, true));
    let believed = |system: Option<u32>| system.is_some_and(|system| at_home.contains(&system));
    let ends = v6.iter().skip(1).map(|(start, _, _)| start - 1).chain([u128::MAX]);
    let pieces = v6.iter().zip(ends).map(|((start, country, system), end)| {
        let what = country.filter(|country| *country != registry || believed(*system));
        Row { first: Ipv6Addr::from(*start).into(), last: Ipv6Addr::from(end).into(), what }
    });
    let pieces: Vec<Row<Country>> = pieces.collect();
    draft.countries.retain(|row| row.first.is_ipv4());
    draft.countries.extend(pieces);
}

/// Both kinds of pieces cut at the starts of either.
fn joined(countries: &[Piece<Country>], systems: &[Piece<u32>]) -> Vec<(u128, Option<Country>, Option<u32>)> {
    let starts: BTreeSet<u128> =
        countries.iter().map(|(start, _)| *start).chain(systems.iter().map(|(start, _)| *start)).collect();
    let (mut countries, mut systems) = (countries.iter().peekable(), systems.iter().peekable());
    let (mut country, mut system) = (None, None);
    let mut joined = Vec::new();
    for start in starts {
        if let Some((_, what)) = countries.next_if(|(at, _)| *at == start) {
            country = *what;
        }
        if let Some((_, what)) = systems.next_if(|(at, _)| *at == start) {
            system = *what;
        }
        joined.push((start, country, system));
    }
    joined
}
