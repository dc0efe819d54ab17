//! Somebody was let in after many failed attempts from the same place.
//!
//! # What it sees
//! A login with a password from an address that failed at least twenty times within the day before, or ten times with
//! five names or more, and that the account did not come from earlier. Where the account always came from that network,
//! it is a `note`: a script there has an old password. An address from which others came for a week is an office, and
//! it is `unusual`. A login with a key from such an address is `unusual`. A password login from a network (a /24 or a
//! /48) whose other addresses failed a hundred times is `unusual` too, and so is one after five failed attempts at that
//! very account, where an account that has habits came from that network never before.
//!
//! # Why it matters
//! Every server is tried all day long. That one of those who try is let in means that a password was guessed. Tools
//! that block addresses look for failures alone, and stay silent about the one that succeeded.
//!
//! # Innocent causes
//! A person who forgot a password tries a handful of times, not twenty; five times from a hotel may be one. Many people
//! behind one address, or a forgotten script on a known machine: such networks are known to the account.
//!
//! # What to do
//! Ask the person. Set a new password or lock the account (`passwd -l NAME`), end its sessions, and look at what it did
//! since: `keeneye look user NAME`.

use super::came::{self, Came, DAY};
use crate::{Detector, Scene};
use keeneye_facts::{Failures, Finding, Level, LogKind};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/success-after-failures",
    title: "a login after many failed ones",
    level: Level::Suspicious,
    attack: &["T1110", "T1078"],
    absolute: false,
    source: include_str!("success_after_failures.rs"),
    run,
};

/// Failures of one address within a day before it was let in: more than a person makes.
const MANY: u64 = 20;
/// Names that it tried, and failures, which together say the same.
const NAMES: usize = 5;
const FEW: u64 = 10;
/// Days after which an address that others come from is known.
const KNOWN_DAYS: i64 = 7;
/// Failures against the very account, from where it never came: as many as a person makes who is elsewhere.
const GUESSES: u64 = 5;
/// Failures of other addresses of its network.
const OF_NETWORK: u64 = 100;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let failures = came::failures(scene.world);
    let mut said = BTreeSet::new();
    // Since when anybody comes from an address.
    let mut known: BTreeMap<IpAddr, i64> = BTreeMap::new();
    let mut findings = Vec::new();
    for came in came::all(scene.world) {
        let Some(address) = came.address else { continue };
        let since = *known.entry(address).or_insert(came.login.time.seconds);
        let long = came.login.time.seconds.saturating_sub(since) >= KNOWN_DAYS * DAY;
        // The first such login of an account from an address tells it all.
        if !said.contains(&(came.login.user.clone(), address))
            && let Some(finding) = judge(scene, &came, address, &failures, long)
        {
            said.insert((came.login.user.clone(), address));
            findings.push(finding);
        }
    }
    findings
}

/// `others_come`: others have come from that address for a week.
fn judge(
    scene: &Scene<'_>,
    came: &Came<'_>,
    address: IpAddr,
    failures: &BTreeMap<IpAddr, Vec<&Failures>>,
    others_come: bool,
) -> Option<Finding> {
    let tried = Tried::before(came, failures.get(&address).into_iter().flatten().copied());
    let many = tried.count >= MANY || tried.count >= FEW && tried.names() >= NAMES;
    if many {
        let known = !came.new_network && came.before > 0;
        let level = match (came.by_password() && !others_come, known) {
            (_, true) => Level::Note,
            (true, false) => Level::Suspicious,
            (false, false) => Level::Unusual,
        };
        return Some(said(scene, came, &tried, level, "that address"));
    }
    if !came.by_password() || !came.new_network || !came.is_from_outside() {
        return None;
    }
    let at_account = failures.get(&address).into_iter().flatten().filter(|failures| failures.user == came.login.user);
    let guesses = Tried::before(came, at_account.copied());
    if guesses.count >= GUESSES && came.has_habits() && came.is_recent(scene.world) {
        return Some(said(scene, came, &guesses, Level::Unusual, "that address, which is new to it"));
    }
    let network = came::network(address);
    let neighbours = failures.range(network..).take_while(|(other, _)| came::network(**other) == network);
    let beside = neighbours.filter(|(other, _)| **other != address);
    let tried = Tried::before(came, beside.flat_map(|(_, failures)| failures.iter().copied()));
    let odd = tried.count >= OF_NETWORK;
    odd.then(|| said(scene, came, &tried, Level::Unusual, "other addresses of that network"))
}

/// Failed attempts within a day before a login.
#[derive(Default)]
struct Tried<'a> {
    count: u64,
    names: BTreeSet<&'a [u8]>,
    /// Of attempts that were counted without their names.
    more_names: usize,
    first: Option<i64>,
}

impl<'a> Tried<'a> {
    fn before(came: &Came<'_>, failures: impl Iterator<Item = &'a Failures>) -> Self {
        let time = came.login.time.seconds;
        let mut tried = Self::default();
        for failures in failures.filter(|f| f.first <= time && f.last >= time.saturating_sub(DAY)) {
            if matches!(failures.kind, LogKind::Failed | LogKind::UnknownUser | LogKind::Denied) {
                tried.count += came::of_day_before(failures, time);
                if !failures.user.is_empty() {
                    tried.names.insert(&failures.user);
                }
                // Names that were counted over months say nothing of the day before.
                if failures.first >= time.saturating_sub(DAY) {
                    tried.more_names = tried.more_names.max(failures.names as usize);
                }
                tried.first = Some(tried.first.map_or(failures.first, |first| first.min(failures.first)));
            }
        }
        tried
    }

    /// How many, about: those that were counted may be those that are told.
    fn names(&self) -> usize {
        self.names.len().max(self.more_names)
    }
}

fn said(scene: &Scene<'_>, came: &Came<'_>, tried: &Tried<'_>, level: Level, who: &str) -> Finding {
    let login = came.login;
    let summary = format!(
        "{} was let in from {} after {} failed attempts by {who}",
        login.user.lossy(),
        came::whence(login),
        tried.count
    );
    let known = came.before > 0 && !came.new_network;
    let often = tried.count >= FEW;
    let person = if often { "nobody types so often" } else { "ask: it came from where it never came before" };
    let finding = DETECTOR
        .finding(level, came::subject(login), summary)
        .evidence("failed attempts within a day before", tried.count.to_string())
        .evidence("names that were tried", tried.names().to_string())
        .innocent(
            "a script on a machine that the account knows has an old password",
            !known,
            "then it came from there before",
        )
        .innocent("a person who forgot the password", often, person);
    let finding = if level < Level::Suspicious { finding } else { came::shut_out(finding, came) };
    came::portrait(finding, scene.world, came)
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{self, Came};
    const NAME: &str = "login/success-after-failures";

    fn said(failures: u64, came: &[Came<'_>]) -> Vec<String> {
        let mut events = testing::logins(came);
        events.extend(testing::failures("192.0.2.7", "root", failures, 100, 60));
        crate::testing::findings(NAME, "", &events)
    }
    const GUESSED: Came<'static> = Came { user: "deploy", from: "192.0.2.7", method: "password", key: "", ago: 50 };

    #[test]
    fn a_guessed_password_is_loud_and_a_few_mistakes_are_quiet() {
        let text = "suspicious: deploy was let in from 192.0.2.7 after 60 failed attempts by that address";
        assert_eq!(said(60, &[GUESSED]), [text]);
        assert_eq!(said(6, &[GUESSED]), [""; 0]);
        let elsewhere = Came { from: "198.51.100.7", ..GUESSED };
        assert_eq!(said(60, &[elsewhere]), [""; 0]);
        let earlier = Came { ago: 5_000, ..GUESSED };
        assert_eq!(said(60, &[earlier]), [""; 0], "before the failures");
    }
    #[test]
    fn names_that_were_counted_within_the_day_and_over_months() {
        let said = |count, first| {
            let mut sums = testing::failures("192.0.2.7", "", count, first, 60);
            if let Some(keeneye_facts::Event::FailuresSeen(sum)) = sums.first_mut() {
                sum.names = 20;
            }
            crate::testing::findings(NAME, "", &[testing::logins(&[GUESSED]), sums].concat())
        };
        let text = "suspicious: deploy was let in from 192.0.2.7 after 15 failed attempts by that address";
        assert_eq!(said(15, 100), [text]);
        assert_eq!(said(600, 40 * 86_400), [""; 0], "fifteen a day as well, and the names of forty");
    }
    #[test]
    fn a_key_is_not_guessed() {
        let text = "unusual: deploy was let in from 192.0.2.7 after 60 failed attempts by that address";
        assert_eq!(said(60, &[Came { method: "publickey", key: "ED25519 SHA256:a", ..GUESSED }]), [text]);
    }
    #[test]
    fn a_known_network_has_a_script_with_an_old_password() {
        let text = "note: deploy was let in from 192.0.2.7 after 60 failed attempts by that address";
        assert_eq!(said(60, &[Came { ago: 900_000, ..GUESSED }, GUESSED]), [text]);
    }
    #[test]
    fn another_address_of_the_network_succeeds() {
        let text =
            "unusual: deploy was let in from 192.0.2.9 after 300 failed attempts by other addresses of that network";
        let other = Came { from: "192.0.2.9", ..GUESSED };
        assert_eq!(said(300, &[other]), [text]);
        assert_eq!(said(60, &[other]), [""; 0]);
        assert_eq!(said(300, &[Came { ago: 900_000, ..other }, other]), [""; 0]);
    }
    #[test]
    fn a_few_guesses_from_where_it_never_came() {
        let said = |days, from: &str, count, at: &str| {
            let mut came = testing::habit("deploy", "203.0.113.5", days);
            came.push(Came { from, ..GUESSED });
            let mut events = testing::logins(&came);
            events.extend(testing::failures("192.0.2.7", at, count, 100, 60));
            crate::testing::findings(NAME, "", &events)
        };
        let text =
            "unusual: deploy was let in from 192.0.2.7 after 6 failed attempts by that address, which is new to it";
        assert_eq!(said(9, "192.0.2.7", 6, "deploy"), [text]);
        assert_eq!(said(9, "192.0.2.7", 3, "deploy"), [""; 0], "somebody mistyped it elsewhere");
        assert_eq!(said(9, "203.0.113.5", 6, "deploy"), [""; 0], "and at home");
        assert_eq!(said(9, "192.0.2.7", 6, "root"), [""; 0], "at another account");
        assert_eq!(said(3, "192.0.2.7", 6, "deploy"), [""; 0], "it has no habits yet");
    }
    #[test]
    fn a_person_may_type_five_times_and_not_sixty() {
        let forgot = |count| {
            let mut came = testing::habit("deploy", "203.0.113.5", 9);
            came.push(GUESSED);
            let mut world = keeneye_world::World::default();
            let events = [testing::logins(&came), testing::failures("192.0.2.7", "deploy", count, 100, 60)];
            events.into_iter().flatten().for_each(|event| world.fold(event));
            let found = super::DETECTOR.look(&crate::Scene { world: &world });
            let person = found[0].innocent.iter().find(|one| one.cause == "a person who forgot the password");
            person.map(|one| one.ruled_out)
        };
        assert_eq!(forgot(5), Some(false));
        assert_eq!(forgot(60), Some(true));
    }
    #[test]
    fn a_guessed_password_says_how_to_shut_somebody_out() {
        let first_step = |came: Came<'_>| {
            let mut world = keeneye_world::World::default();
            let events = [testing::logins(&[came]), testing::failures("192.0.2.7", "root", 60, 100, 60)];
            events.into_iter().flatten().for_each(|event| world.fold(event));
            super::DETECTOR.look(&crate::Scene { world: &world })[0].next[0].clone()
        };
        assert_eq!(first_step(GUESSED), "loginctl terminate-user deploy");
        assert_eq!(first_step(Came { method: "publickey", ..GUESSED }), "keeneye logins --user deploy");
    }
    #[test]
    fn said_once_for_an_account_and_an_address() {
        assert_eq!(said(60, &[GUESSED, Came { ago: 40, ..GUESSED }]).len(), 1);
    }
}
