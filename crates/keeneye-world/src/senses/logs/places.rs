//! Where the other sides of logins are, and those that tried most.

use crate::geo::Databases;
use crate::{Answer, Look, Question};
use keeneye_facts::{Event, Failures, Login, Place};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Addresses that are looked up.
const MAX_ADDRESSES: usize = 50_000;
/// Of those that were not let in, the ones with the most attempts.
const MAX_FAILED: usize = 200;

/// As the host answers: by the databases of the person who looks, and keeneye's own table. A host that cannot say, such as
/// a recording of an earlier version, leaves it to that table.
pub(super) fn find(look: &mut Look<'_>, logins: &mut [Login], failures: &[Failures]) {
    let address = |login: &Login| login.from.as_ref().and_then(|from| keeneye_facts::address(from));
    let mut places: BTreeMap<IpAddr, Place> =
        logins.iter().filter_map(address).take(MAX_ADDRESSES).map(|address| (address, Place::default())).collect();
    places.extend(most(failures).into_iter().map(|address| (address, Place::default())));
    if places.is_empty() {
        return;
    }
    let question = Question::Places(places.keys().copied().collect());
    match look.host().ask(&question) {
        Ok(Answer::Places(found)) => places.values_mut().zip(found).for_each(|(place, found)| *place = found),
        Ok(other) => look.misfit("where addresses are", &other),
        Err(_) => {
            let own = Databases::default();
            places.iter_mut().for_each(|(address, place)| *place = own.lookup(*address));
        }
    }
    for login in logins {
        login.place = address(login).and_then(|address| places.get(&address)).cloned();
    }
    look.saw(Event::PlacesSeen(places));
}

/// Addresses with the most attempts.
fn most(failures: &[Failures]) -> Vec<IpAddr> {
    let mut counts: BTreeMap<IpAddr, u64> = BTreeMap::new();
    for failures in failures {
        if let Some(address) = keeneye_facts::address(&failures.from) {
            *counts.entry(address).or_default() += failures.count;
        }
    }
    let mut counts: Vec<(IpAddr, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(MAX_FAILED).map(|(address, _)| address).collect()
}
