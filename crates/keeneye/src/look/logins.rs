//! Logins and failed attempts of one account or one address, and changes of the account.

use crate::digest::accounts;
use crate::logins::{odd, tried_names};
use crate::names;
use keeneye_facts::{Failures, Finding, LogEvent, Login, Text};
use keeneye_report::Section;
use keeneye_report::words::{Zone, counted, duration};
use keeneye_world::World;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Logins, and sources of attempts, that are told one by one.
pub(super) const MOST: usize = 20;

/// Logins that pass the test, the newest first.
pub(super) fn came(world: &World, findings: &[Finding], is: impl Fn(&Login) -> bool) -> Section {
    let zone = Zone::of(&world.host);
    let mut section = Section::new("logins");
    let logins: Vec<&Login> = world.logins.iter().rev().filter(|login| is(login)).collect();
    for login in logins.iter().take(MOST) {
        section.moment(login.time.seconds, &zone, said(login, findings));
    }
    if let (true, Some(oldest)) = (logins.len() > MOST, logins.last()) {
        let more = counted((logins.len() - MOST) as u64, "login");
        section.row("more", format!("{more} before, the first on {}", zone.moment(oldest.time.seconds)));
    }
    section
}

/// `anna from 192.0.2.7, NL, Example (AS64500), publickey, ED25519 SHA256:..., 10 minutes, login/new-network`.
fn said(login: &Login, findings: &[Finding]) -> Text {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.lossy().into_owned());
    let from = text(&login.from).unwrap_or_else(|| "a console".into());
    let long = login.until.map(|until| duration(u64::try_from(until - login.time.seconds).unwrap_or_default()));
    let parts = [
        Some(format!("{} from {from}", login.user.lossy())),
        login.place.as_ref().map(names::place),
        text(&login.method),
        text(&login.key),
        text(&login.tty),
        long,
        Some(odd(findings, login)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(", ").into()
}

/// What logs tell of an account that was made, removed or changed, its password and its groups; the newest first.
pub(super) fn changed(world: &World, name: &str) -> Section {
    let zone = Zone::of(&world.host);
    let mut section = Section::new("account changes");
    let is_of =
        |event: &&LogEvent| event.kind.is_of_accounts() && event.user.as_ref().is_some_and(|user| *user == name);
    let changes: Vec<&LogEvent> = world.log_events.iter().rev().filter(is_of).collect();
    for event in changes.iter().take(MOST) {
        match event.time {
            Some(time) => section.moment(time.seconds, &zone, accounts::said(event)),
            None => section.row("at some time", accounts::said(event)),
        }
    }
    if changes.len() > MOST {
        section.row("more", format!("{} before", counted((changes.len() - MOST) as u64, "change")));
    }
    section
}

/// What attempts are summed up by.
#[derive(Clone, Copy)]
pub(super) enum By {
    Address,
    Account,
}

/// Attempts that failed and pass the test, the most first.
pub(super) fn failed(world: &World, by: By, is: impl Fn(&Failures) -> bool) -> Section {
    let zone = Zone::of(&world.host);
    let mut sums: BTreeMap<&Text, Failures> = BTreeMap::new();
    for failures in world.failures.iter().filter(|failures| is(failures)) {
        let key = match by {
            By::Address => &failures.from,
            By::Account => &failures.user,
        };
        let sum = sums.entry(key).or_insert_with(|| Failures { count: 0, ..failures.clone() });
        sum.count += failures.count;
        sum.names = sum.names.max(failures.names);
        (sum.first, sum.last) = (sum.first.min(failures.first), sum.last.max(failures.last));
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| Reverse(sum.count));
    let mut section = Section::new("failed logins");
    for (key, sum) in sums.iter().take(MOST) {
        let what = match (key.is_empty(), by) {
            (false, _) => key.lossy().into_owned(),
            (true, By::Address) => "no address".to_owned(),
            (true, By::Account) if sum.names > 0 => tried_names(0, sum.names),
            (true, By::Account) => "no name".to_owned(),
        };
        let place = keeneye_facts::address(&sum.from).filter(|_| matches!(by, By::Address));
        let place = place.and_then(|address| world.places.get(&address)).map(names::place);
        let place = place.filter(|place| !place.is_empty()).map(|place| format!(", {place}")).unwrap_or_default();
        let (first, last) = (zone.short(sum.first), zone.short(sum.last));
        section.row(what, format!("{} ×{place}, {first} to {last}", sum.count));
    }
    if sums.len() > MOST {
        section.row("more", format!("{} more", sums.len() - MOST));
    }
    section
}
