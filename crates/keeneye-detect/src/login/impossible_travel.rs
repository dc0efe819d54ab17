//! An account came from two places between which nobody travels so fast.
//!
//! # What it sees
//! Two logins of one account in a row from two countries, at least 500 km apart, in less time than a flight takes. The
//! distance is a lower bound: from border to border, or with databases of cities less both radii. Alone it is a `note`, and
//! only the first time for a pair of countries; with a new key or a new method it is `unusual`, and after failed
//! attempts from there `suspicious`; of one account that is told three times a day, and then how often more. Data centres
//! and VPNs, where a database knows them, and one network in two countries are quiet.
//!
//! # Why it matters
//! Two people use the account. One of them may not be meant to.
//!
//! # Innocent causes
//! A VPN, a mobile carrier whose addresses are registered elsewhere, an office whose way out is abroad. So it is weak alone.
//!
//! # What to do
//! Ask the person. `keeneye logins --user NAME` shows all logins of the account.

use super::came::{self, Came, DAY};
use super::travel;
use crate::{Detector, Scene};
use keeneye_facts::{Country, Failures, Finding, Level};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/impossible-travel",
    title: "two logins that are too far apart",
    level: Level::Suspicious,
    attack: &["T1078"],
    absolute: false,
    source: include_str!("impossible_travel.rs"),
    run,
};

/// Failed attempts from there, within the day before.
const FAILED: u64 = 5;
/// So often within a day it is told of one account: one that is used everywhere at once says nothing new thereafter.
const OF_DAY: usize = 3;

/// When it was told, and as which finding.
type Told = Vec<(i64, usize)>;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let all = came::all(scene.world);
    let failures = came::failures(scene.world);
    let mut last: BTreeMap<&[u8], &Came<'_>> = BTreeMap::new();
    let mut known: BTreeSet<(&[u8], [Country; 2])> = BTreeSet::new();
    let mut told: BTreeMap<(&[u8], Level), Told> = BTreeMap::new();
    let mut findings: Vec<(Finding, u32)> = Vec::new();
    for came in &all {
        let Some(country) = came.login.place.as_ref().and_then(|place| place.country) else { continue };
        let user = came.login.user.as_slice();
        let Some(before) = last.insert(user, came) else { continue };
        let Some(distance) = travel::impossible(before.login, came.login) else { continue };
        let mut pair = [country, before.login.place.as_ref().and_then(|place| place.country).unwrap_or(country)];
        pair.sort_unstable();
        let time = came.login.time.seconds;
        let failed = failed_before(came, &failures);
        let Some(level) = level(scene, came, failed) else { continue };
        let told = told.entry((user, level)).or_default();
        let is_news = match level {
            Level::Note => !known.contains(&(user, pair)),
            _ => told.iter().rev().take_while(|(then, _)| time.saturating_sub(*then) <= DAY).count() < OF_DAY,
        };
        if is_news {
            known.insert((user, pair));
            told.push((time, findings.len()));
            findings.push((said(scene, before, came, distance, (level, failed)), 0));
        } else if level > Level::Note
            && let Some((_, more)) = told.last().and_then(|(_, newest)| findings.get_mut(*newest))
        {
            *more += 1;
        }
    }
    let with_more = |(finding, more): (Finding, u32)| match more {
        0 => finding,
        _ => finding.evidence("too far apart again within that day, times", more.to_string()),
    };
    findings.into_iter().map(with_more).collect()
}

/// Attempts that failed from the same address within the day before.
fn failed_before(came: &Came<'_>, failures: &BTreeMap<IpAddr, Vec<&Failures>>) -> u64 {
    let time = came.login.time.seconds;
    let of_address = came.address.and_then(|address| failures.get(&address)).into_iter().flatten();
    of_address.map(|failures| came::of_day_before(failures, time)).sum()
}

/// How much it says. `None` where it is little and long ago.
fn level(scene: &Scene<'_>, came: &Came<'_>, failed: u64) -> Option<Level> {
    let new_method = came.by_password() && came.by_password == 0 && came.before > 0;
    let level = match (failed >= FAILED, came.new_key && came.by_key > 0 || new_method) {
        (true, _) => Level::Suspicious,
        (false, true) => Level::Unusual,
        (false, false) => Level::Note,
    };
    (level == Level::Suspicious || came.is_recent(scene.world)).then_some(level)
}

fn said(
    scene: &Scene<'_>,
    before: &Came<'_>,
    came: &Came<'_>,
    distance: u16,
    (level, failed): (Level, u64),
) -> Finding {
    let summary = format!(
        "{} came from {} {} after it came from {}, at least {distance} km away",
        came.login.user.lossy(),
        came::whence(came.login),
        travel::time_between(before.login, came.login),
        came::whence(before.login)
    );
    let finding = DETECTOR
        .finding(level, came::subject(came.login), summary)
        .evidence("before, from", came::whence(before.login))
        .evidence("failed attempts from there", failed.to_string())
        .innocent("a VPN, or a carrier whose addresses are registered elsewhere", false, "ask the person");
    came::portrait(finding, scene.world, came)
}

#[cfg(test)]
mod tests {
    use super::OF_DAY;
    use crate::login::testing::{Came, failures, placed};
    const NAME: &str = "login/impossible-travel";
    const KEY: &str = "ED25519 SHA256:known";
    const HOME: Came<'static> = Came { user: "anna", from: "198.51.100.1", method: "publickey", key: KEY, ago: 7_000 };
    const AWAY: Came<'static> = Came { from: "192.0.2.1", ago: 4_000, ..HOME };

    fn said(then: Came<'_>, country: &str, failed: u64) -> Vec<String> {
        let mut events = vec![placed(HOME, "DE"), placed(then, country)];
        events.extend(failures("192.0.2.1", "anna", failed, 6_000, 5_000));
        crate::testing::findings(NAME, "", &events)
    }

    #[test]
    fn too_far_is_a_note_and_near_is_quiet() {
        let told = said(AWAY, "BR", 0);
        assert_eq!(told.len(), 1);
        assert!(
            told[0].starts_with("note: anna came from 192.0.2.1 (BR) 50 minutes after it came from 198.51.100.1 (DE)")
        );
        assert_eq!(said(AWAY, "FR", 0), [""; 0]);
        assert_eq!(said(AWAY, "DE", 0), [""; 0]);
    }
    #[test]
    fn what_raises_it() {
        assert!(said(Came { key: "ED25519 SHA256:other", ..AWAY }, "BR", 0)[0].starts_with("unusual: "));
        assert!(said(Came { method: "password", key: "", ..AWAY }, "BR", 0)[0].starts_with("unusual: "));
        assert!(said(AWAY, "BR", 9)[0].starts_with("suspicious: "));
        let mut events = vec![placed(HOME, "DE"), placed(AWAY, "BR")];
        events.extend(failures("192.0.2.1", "anna", 90, 90 * 86_400, 4_500));
        let told = crate::testing::findings(NAME, "", &events);
        assert!(told[0].starts_with("note: "), "one each day, for three months: {told:?}");
    }
    #[test]
    fn an_account_that_is_used_everywhere_is_told_three_times_a_day() {
        let keys: Vec<String> = (0..80).map(|n| format!("ED25519 SHA256:{n}")).collect();
        let told = |ago: i64, keys: &[String]| {
            let country = |n| if n % 2 == 0 { "DE" } else { "BR" };
            let hop = |(n, key): (i64, &String)| placed(Came { key, ago: ago - n * 60, ..HOME }, country(n));
            (0..).zip(keys).map(hop).collect::<Vec<_>>()
        };
        let (first, second) = (told(200_000, &keys[..40]), told(7_000, &keys[40..]));
        let world = crate::testing::world("", &first);
        let found = super::run(&crate::Scene { world: &world });
        let more = found.iter().map(|finding| finding.evidence.iter().find(|e| e.what.contains("again")));
        let more: Vec<String> = more.map(|e| e.map_or_else(String::new, |e| e.value.to_string())).collect();
        assert_eq!(more, ["", "", "36"], "39 travels, and three are told");
        let two_days = [first, second].concat();
        assert_eq!(crate::testing::findings(NAME, "", &two_days).len(), 2 * OF_DAY);
    }
    #[test]
    fn the_second_time_it_is_known() {
        let later = [(3_000, "DE"), (2_000, "BR"), (1_000, "DE")];
        let mut events = vec![placed(HOME, "DE"), placed(AWAY, "BR")];
        events.extend(later.map(|(ago, country)| placed(Came { ago, ..HOME }, country)));
        assert_eq!(crate::testing::findings(NAME, "", &events).len(), 1);
    }
}
