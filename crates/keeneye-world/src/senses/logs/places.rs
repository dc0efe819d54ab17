//! Where the other sides of logins are.

use crate::geo::Databases;
use crate::{Answer, Look, Question};
use keeneye_facts::{Login, Place};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Addresses that are looked up.
const MAX_ADDRESSES: usize = 50_000;

/// By the databases of the person who looks, where `given`, else by keeneye's own table.
pub(super) fn find(look: &mut Look<'_>, given: bool, logins: &mut [Login]) {
    let address = |login: &Login| login.from.as_ref().and_then(|from| keeneye_facts::address(from));
    let mut places: BTreeMap<IpAddr, Place> =
        logins.iter().filter_map(address).take(MAX_ADDRESSES).map(|address| (address, Place::default())).collect();
    if places.is_empty() {
        return;
    }
    let question = Question::Places(places.keys().copied().collect());
    let answer = if given { look.ask(&question, "where addresses are") } else { None };
    match answer {
        Some(Answer::Places(found)) => places.values_mut().zip(found).for_each(|(place, found)| *place = found),
        Some(other) => look.misfit("where addresses are", &other),
        None => {
            let own = Databases::default();
            places.iter_mut().for_each(|(address, place)| *place = own.lookup(*address));
        }
    }
    for login in logins {
        login.place = address(login).and_then(|address| places.get(&address)).cloned();
    }
}
