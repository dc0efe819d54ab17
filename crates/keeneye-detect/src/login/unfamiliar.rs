//! A login that does not fit what the account did before.
//!
//! # What it sees
//! Of an account that came at least five times over a week or longer: it came from a country that it never came from (or,
//! where no table knows the country, from another network), with a key that it never used, at an hour of the day at which
//! it was never seen. One of them is a `note`, two are `unusual`, three are `suspicious`. A key that
//! is no longer listed, while others of the account are, counts as one more. The hour alone says nothing.
//!
//! # Why it matters
//! Who stole a password or added a key comes from elsewhere, by other means, at other hours. The records that a server
//! keeps anyway hold months of an account's habits.
//!
//! # Innocent causes
//! People travel, change their provider, use a VPN, get a new laptop with a new key. Rarely all at once.
//!
//! # What to do
//! Ask the person. `keeneye logins --user NAME` shows all logins of the account, odd ones marked.

use super::came::{self, Came, DAY};
use crate::{Detector, Scene};
use keeneye_facts::{Finding, Level, Login};
use keeneye_world::World;
use std::collections::HashMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/unfamiliar",
    title: "a login unlike those before",
    level: Level::Suspicious,
    attack: &["T1078"],
    absolute: false,
    source: include_str!("unfamiliar.rs"),
    run,
};

/// Hours are habits after so many logins over so many days.
const LOGINS: u32 = 20;
const DAYS: i64 = 14;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut hours: HashMap<&[u8], Hours> = HashMap::new();
    let mut findings = Vec::new();
    for came in came::all(scene.world) {
        let hours = hours.entry(came.login.user.as_slice()).or_default();
        let odd_hour = hours.is_odd(&came);
        hours.take(came.login);
        findings.extend(judge(scene, &came, odd_hour));
    }
    findings
}

fn judge(scene: &Scene<'_>, came: &Came<'_>, odd_hour: bool) -> Option<Finding> {
    if !came.has_habits() {
        return None;
    }
    let login = came.login;
    let no_country = login.place.as_ref().is_none_or(|place| place.country.is_none());
    let mut odd = Vec::new();
    if came.new_country {
        odd.push("from a country that is new");
    } else if no_country && came.new_network && came.is_from_outside() {
        odd.push("from a network that is new");
    }
    if came.new_key && came.by_key > 0 {
        odd.push("with a key that is new");
        if is_no_longer_listed(scene.world, login) {
            odd.push("which is no longer listed");
        }
    }
    if odd_hour && !odd.is_empty() {
        odd.push("at an hour that is new");
    }
    let level = match odd.len() {
        0 => return None,
        1 => Level::Note,
        2 => Level::Unusual,
        _ => Level::Suspicious,
    };
    if level < Level::Suspicious && !came.is_recent(scene.world) {
        return None;
    }
    let summary = format!("{} came from {}: {}", login.user.lossy(), came::whence(login), odd.join(", "));
    let finding = DETECTOR.finding(level, came::subject(login), summary).innocent(
        "a journey, another provider, a VPN, a new machine",
        false,
        "ask the person",
    );
    Some(came::portrait(finding, scene.world, came))
}

/// Other keys that the account used are listed, and this one is not.
fn is_no_longer_listed(world: &World, login: &Login) -> bool {
    let is_listed = |key: &[u8]| world.authorized_keys.iter().any(|line| came::has_fingerprint(key, &line.fingerprint));
    let others = world.logins.iter().filter(|other| other.user == login.user).filter_map(|other| other.key.as_ref());
    login.key.as_ref().is_some_and(|key| !is_listed(key)) && others.into_iter().any(|key| is_listed(key))
}

/// At which hours of the day, in UTC, an account came.
#[derive(Default)]
struct Hours {
    counts: [u32; 24],
}

impl Hours {
    fn hour(login: &Login) -> usize {
        usize::try_from(login.time.seconds.rem_euclid(DAY) / 3_600).unwrap_or_default()
    }

    fn take(&mut self, login: &Login) {
        if let Some(count) = self.counts.get_mut(Self::hour(login)) {
            *count += 1;
        }
    }

    /// Neither in this hour nor in those around it; summer time moves people by one.
    fn is_odd(&self, came: &Came<'_>) -> bool {
        let hour = Self::hour(came.login);
        let around = [hour + 23, hour, hour + 1].map(|hour| self.counts.get(hour % 24).copied().unwrap_or_default());
        let known = self.counts.iter().sum::<u32>() >= LOGINS && came.known_for >= DAYS * DAY;
        known && around == [0; 3]
    }
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, habit, logins};
    use keeneye_facts::{Country, Event, Place};
    const NAME: &str = "login/unfamiliar";
    const OTHER: Came<'static> =
        Came { user: "anna", from: "192.0.2.9", method: "publickey", key: "ED25519 SHA256:known", ago: 60 };

    fn events(days: i64, then: &[Came<'_>]) -> Vec<Event> {
        let mut came = habit("anna", "203.0.113.5", days);
        came.extend_from_slice(then);
        logins(&came)
    }
    fn said(days: i64, then: &[Came<'_>]) -> Vec<String> {
        crate::testing::findings(NAME, "", &events(days, then))
    }
    /// The same, with countries: the last login from one of its own.
    fn said_with(countries: [&str; 2], then: Came<'_>) -> Vec<String> {
        let mut events = events(9, &[then]);
        let last = events.len() - 1;
        for (number, event) in events.iter_mut().enumerate() {
            if let Event::LoginSeen(login) = event {
                let country = Country::new(countries[usize::from(number == last)].as_bytes());
                login.place = Some(Place { country, ..Place::default() });
            }
        }
        crate::testing::findings(NAME, "", &events)
    }

    #[test]
    fn another_network_and_another_key() {
        assert_eq!(said(9, &[OTHER]), ["note: anna came from 192.0.2.9: from a network that is new"]);
        let text = "unusual: anna came from 192.0.2.9: from a network that is new, with a key that is new";
        assert_eq!(said(9, &[Came { key: "ED25519 SHA256:other", ..OTHER }]), [text]);
        assert_eq!(said(3, &[Came { key: "ED25519 SHA256:other", ..OTHER }]), [""; 0], "it has no habits yet");
        assert_eq!(said(9, &[Came { from: "203.0.113.77", ..OTHER }]), [""; 0]);
    }
    #[test]
    fn at_another_hour_as_well() {
        let night = Came { key: "ED25519 SHA256:other", ago: 6 * 3_600, ..OTHER };
        let text = "suspicious: anna came from 192.0.2.9: from a network that is new, with a key that is new, at an hour \
                    that is new";
        assert_eq!(said(30, &[night]), [text]);
        assert_eq!(said(30, &[Came { from: "203.0.113.77", key: "ED25519 SHA256:known", ..night }]), [""; 0]);
    }
    #[test]
    fn a_country_weighs_where_it_is_known() {
        let text = "note: anna came from 192.0.2.9 (FR): from a country that is new";
        assert_eq!(said_with(["DE", "FR"], OTHER), [text]);
        assert_eq!(said_with(["DE", "DE"], OTHER), [""; 0]);
    }
    #[test]
    fn what_is_long_ago_is_told_only_where_it_is_grave() {
        let mut came = habit("anna", "203.0.113.5", 60);
        came.insert(20, Came { ago: 40 * 86_400, ..OTHER });
        assert_eq!(crate::testing::findings(NAME, "", &logins(&came)), [""; 0]);
    }
    #[test]
    fn a_key_that_was_taken_out_again() {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPGZ6vBx9e0WQdGrQ8gkMEIWKQLJzLgJYQ5qMBAkLNW";
        let host = format!(
            "/etc/passwd = anna:x:1000:1000::/home/anna:/bin/bash\\n\n/home/anna/.ssh/authorized_keys = {key}\\n\n"
        );
        let listed = "ED25519 SHA256:HPEdPmJeNssl32W8cVqDyE84uacVbYsfRB6sRCr86Go";
        let came = |known: &'static str| {
            let mut came = habit("anna", "203.0.113.5", 9);
            came.iter_mut().for_each(|came| came.key = known);
            came.push(Came { key: "ED25519 SHA256:other", ..OTHER });
            crate::testing::findings(NAME, &host, &logins(&came))
        };
        let text = "suspicious: anna came from 192.0.2.9: from a network that is new, with a key that is new, which is no \
                    longer listed";
        assert_eq!(came(listed), [text]);
        assert_eq!(came("ED25519 SHA256:elsewhere").len(), 1);
    }
}
