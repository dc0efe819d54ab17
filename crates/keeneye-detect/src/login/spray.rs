//! Somebody inside tries many accounts.
//!
//! # What it sees
//! Thirty failed logins or more within a day, against ten accounts or more, from an address of one's own networks, or from any
//! address if all the accounts that it tried exist here: `unusual`. Strangers who try names at random all day long are
//! no finding; `keeneye digest` counts them.
//!
//! # Why it matters
//! A machine inside that tries accounts was itself broken into. A stranger who tries only names that exist has a list of
//! them.
//!
//! # Innocent causes
//! A scanner of one's own security team.
//!
//! # What to do
//! Look at the machine with that address. Where it is a scanner, accept it by its address.

use super::came::{self, DAY};
use crate::{Detector, Scene};
use keeneye_facts::{Failures, Finding, Level, LogKind, Subject, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/spray",
    title: "many accounts tried from one place",
    level: Level::Unusual,
    attack: &["T1110.003"],
    absolute: false,
    source: include_str!("spray.rs"),
    run,
};

/// Accounts and failures: the figures of rules that others publish.
const ACCOUNTS: usize = 10;
const FAILURES: u64 = 30;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let by_address = came::failures(scene.world);
    by_address.iter().filter_map(|(address, failures)| of_address(scene, *address, failures)).collect()
}

/// The first day on which it was so tells it.
fn of_address(scene: &Scene<'_>, address: IpAddr, failures: &[&Failures]) -> Option<Finding> {
    let mut days: BTreeMap<i64, Vec<&Failures>> = BTreeMap::new();
    // What was counted over many days says nothing of one of them.
    for one in failures.iter().filter(|failures| failures.last.saturating_sub(failures.first) <= DAY) {
        days.entry(one.first.div_euclid(DAY)).or_default().push(one);
    }
    days.values().find_map(|failures| judge(scene, address, failures))
}

fn judge(scene: &Scene<'_>, address: IpAddr, failures: &[&Failures]) -> Option<Finding> {
    let tried = failures.iter().filter(|f| matches!(f.kind, LogKind::Failed | LogKind::UnknownUser | LogKind::Denied));
    let (nameless, named): (Vec<&&Failures>, Vec<&&Failures>) = tried.clone().partition(|f| f.user.is_empty());
    let names: BTreeSet<&Text> = named.into_iter().map(|failures| &failures.user).collect();
    let counted = nameless.iter().map(|failures| failures.names as usize).max().unwrap_or_default();
    let number = names.len().max(counted);
    let count: u64 = tried.clone().map(|failures| failures.count).sum();
    if number < ACCOUNTS || count < FAILURES || address.is_loopback() {
        return None;
    }
    let exist = |name: &Text| scene.world.accounts.iter().any(|account| account.name == *name);
    let all_exist = nameless.is_empty() && names.iter().all(|name| exist(name));
    if !all_exist && !came::is_private(address) {
        return None;
    }
    let which = if all_exist { "accounts, all of which exist" } else { "accounts" };
    let summary = format!("{address} tried {number} {which}, and failed {count} times");
    let subject = Subject { kind: "address".into(), name: address.to_string().into(), ..Subject::default() };
    let mut finding = DETECTOR
        .finding(Level::Unusual, subject, summary)
        .evidence("failed attempts", count.to_string())
        .innocent("a scanner of one's own security team", false, "ask whose machine it is");
    for name in names.iter().take(10) {
        finding = finding.evidence("tried", (*name).clone());
    }
    let first = tried.map(|failures| failures.first).min();
    Some(match first {
        Some(first) => finding.since(first),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use crate::login::testing::failures;
    const NAME: &str = "login/spray";

    fn said(from: &str, names: usize, each: u64) -> Vec<String> {
        let events: Vec<_> = (0..names).flat_map(|n| failures(from, &format!("u{n}"), each, 900, 100)).collect();
        let accounts: String = (0..12).map(|n| format!("u{n}:x:{}:1::/home/u{n}:/bin/sh\\n", 1000 + n)).collect();
        crate::testing::findings(NAME, &format!("/etc/passwd = {accounts}\n"), &events)
    }

    #[test]
    fn one_inside_is_loud_and_a_stranger_quiet() {
        let text = "unusual: 10.1.2.3 tried 20 accounts, and failed 60 times";
        assert_eq!(said("10.1.2.3", 20, 3), [text]);
        assert_eq!(said("192.0.2.3", 20, 3), [""; 0]);
        assert_eq!(said("10.1.2.3", 5, 30), [""; 0]);
        assert_eq!(said("10.1.2.3", 20, 1), [""; 0]);
    }
    #[test]
    fn a_stranger_who_knows_the_names() {
        let text = "unusual: 192.0.2.3 tried 12 accounts, all of which exist, and failed 36 times";
        assert_eq!(said("192.0.2.3", 12, 3), [text]);
    }
    #[test]
    fn names_that_were_counted_on_one_day_and_over_many() {
        let counted = |first: i64| {
            let mut events = failures("10.1.2.3", "", 60, first, 60);
            if let Some(keeneye_facts::Event::FailuresSeen(sum)) = events.first_mut() {
                sum.names = 20;
            }
            crate::testing::findings(NAME, "", &events)
        };
        assert_eq!(counted(900), ["unusual: 10.1.2.3 tried 20 accounts, and failed 60 times"]);
        assert_eq!(counted(40 * 86_400), [""; 0], "two a day are people who forget");
    }
    #[test]
    fn within_one_day() {
        let on_days = |days: usize| {
            let day = |n: usize| 900 + i64::try_from(n % days).unwrap() * 86_400;
            let of = |n: usize| failures("10.1.2.3", &format!("u{n}"), 3, day(n), day(n) - 60);
            crate::testing::findings(NAME, "", &(0..20).flat_map(of).collect::<Vec<_>>())
        };
        assert_eq!(on_days(1), ["unusual: 10.1.2.3 tried 20 accounts, and failed 60 times"]);
        assert_eq!(on_days(4), [""; 0], "five accounts a day are people who forget");
    }
}
