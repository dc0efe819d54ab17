//! One account came from several countries within a short time.
//!
//! # What it sees
//! Three countries within a day, none of which anybody reaches from the others in the time between: `suspicious`. The
//! distance is a lower bound, from border to border. One of them has to be new to the account: people who share one come from
//! the same countries every day. Addresses of which a database knows that they are data centres or
//! VPNs do not count.
//!
//! # Why it matters
//! A stolen password is sold, and used from wherever its buyers are. A person is in one country, and may use a VPN that
//! ends in a second.
//!
//! # Innocent causes
//! An account that several people share. Automation that runs at a provider with machines all over the world: use keys of
//! their own for each.
//!
//! # What to do
//! Ask the person where they were. Set a new password or take the key out, and look at what the sessions did:
//! `keeneye logins --user NAME`.

use super::came::{self, Came, DAY};
use super::travel;
use crate::{Detector, Scene};
use keeneye_facts::{Country, Finding, Level};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/several-countries",
    title: "logins from several countries within a short time",
    level: Level::Suspicious,
    attack: &["T1078"],
    absolute: false,
    source: include_str!("several_countries.rs"),
    run,
};

/// Logins of one account within a day that are held against each other.
const MOST: usize = 60;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let all = came::all(scene.world);
    let mut by_account: BTreeMap<&[u8], Vec<&Came<'_>>> = BTreeMap::new();
    for came in all.iter().filter(|came| country(came).is_some()) {
        by_account.entry(came.login.user.as_slice()).or_default().push(came);
    }
    by_account.values().filter_map(|logins| judge(scene, logins)).collect()
}

fn country(came: &Came<'_>) -> Option<Country> {
    came.login.place.as_ref().and_then(|place| place.country)
}

/// The first day on which it was so tells it.
fn judge(scene: &Scene<'_>, logins: &[&Came<'_>]) -> Option<Finding> {
    for (number, last) in logins.iter().enumerate() {
        let since = last.login.time.seconds.saturating_sub(DAY);
        let before = logins.iter().take(number).rev().take(MOST);
        let apart: Vec<&Came<'_>> = before
            .take_while(|came| came.login.time.seconds >= since)
            .filter(|came| travel::impossible(came.login, last.login).is_some())
            .copied()
            .collect();
        let pair = apart.iter().enumerate().find_map(|(at, one)| {
            let third = apart.iter().skip(at + 1).find(|other| travel::impossible(one.login, other.login).is_some());
            Some((*one, *third?))
        });
        let is_new = |came: &Came<'_>| came.new_country || came.new_key || came.before == 0;
        if let Some((second, first)) = pair.filter(|(one, other)| [*one, *other, *last].into_iter().any(is_new)) {
            return Some(said(scene, [first, second, last]));
        }
    }
    None
}

fn said(scene: &Scene<'_>, logins: [&Came<'_>; 3]) -> Finding {
    let [first, _, last] = logins;
    let countries: Vec<String> = logins.iter().filter_map(|came| country(came)).map(|c| c.to_string()).collect();
    let summary = format!(
        "{} came from {} within {}: nobody travels so fast",
        last.login.user.lossy(),
        countries.join(", "),
        travel::time_between(first.login, last.login)
    );
    let mut finding = DETECTOR.finding(Level::Suspicious, came::subject(last.login), summary);
    for came in logins {
        finding = finding.evidence("came from", came::whence(came.login));
    }
    let finding = finding.innocent("an account that several people share", false, "ask who uses it");
    came::portrait(finding, scene.world, last).since(first.login.time.seconds)
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, placed};
    const NAME: &str = "login/several-countries";
    const ONE: Came<'static> = Came { user: "deploy", from: "192.0.2.1", method: "password", key: "", ago: 7_000 };

    fn said(places: &[(&str, i64)]) -> Vec<String> {
        let events: Vec<_> = places.iter().map(|(country, ago)| placed(Came { ago: *ago, ..ONE }, country)).collect();
        crate::testing::findings(NAME, "", &events)
    }

    #[test]
    fn three_countries_in_two_hours_are_loud_and_a_traveller_quiet() {
        let text = "suspicious: deploy came from DE, BR, JP within 100 minutes: nobody travels so fast";
        assert_eq!(said(&[("DE", 7_000), ("BR", 4_000), ("JP", 1_000)]), [text]);
        let at_once = said(&[("DE", 7_000), ("BR", 6_990), ("JP", 6_970)]);
        assert_eq!(at_once, [text.replace("100 minutes", "a minute")]);
        let soon = said(&[("DE", 7_000), ("BR", 6_990), ("JP", 6_920)]);
        assert_eq!(soon, [text.replace("100 minutes", "2 minutes")]);
        assert_eq!(said(&[("DE", 7_000), ("BR", 4_000), ("DE", 1_000)]), [""; 0], "a VPN that ends in Brazil");
        assert_eq!(said(&[("DE", 80_000), ("BR", 30_000), ("JP", 1_000)]), [""; 0], "a day of flying");
        assert_eq!(said(&[("DE", 7_000), ("FR", 4_000), ("BE", 1_000)]), [""; 0], "neighbours");
    }
    #[test]
    fn one_of_them_has_to_be_new() {
        let day = [("DE", 7_000), ("BR", 4_000), ("JP", 1_000)];
        // Each of them for itself, a week apart, and then all of them.
        let known = |countries: usize| {
            let weeks = (0_i64..).zip(day).take(countries).map(|(week, (country, _))| (country, (week + 2) * 604_800));
            let mut places: Vec<_> = weeks.collect();
            places.reverse();
            said(&[places, day.to_vec()].concat()).len()
        };
        assert_eq!(known(2), 1);
        assert_eq!(known(3), 0, "an account that people of three countries share");
    }
}
