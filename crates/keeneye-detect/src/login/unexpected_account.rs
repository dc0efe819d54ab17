//! A login of an account that people do not log in to.
//!
//! # What it sees
//! A login over the network of a service's account: with a password it is `suspicious`, with a key `unusual`. An account
//! that is used so again and again, such as that of a code repository or of replication, is quiet. An account that was
//! made, came in and was removed within two days is `suspicious`.
//!
//! # Why it matters
//! Accounts of services have no password and no key when they are installed. Whoever gave them one wants a way back that
//! no list of people shows. An account that is made for one visit leaves nothing in passwd.
//!
//! # Innocent causes
//! `git`, `postgres` or `backup`, to which other machines come with a key: after five logins over a week they are known.
//! An admin who tried something out.
//!
//! # What to do
//! `keeneye look user NAME` shows its keys, rules and processes. Ask who needs it.

use super::came::{self, Came, DAY};
use super::is_service;
use crate::{Detector, Scene};
use keeneye_facts::{Finding, Level, LogEvent, LogKind, Text};
use keeneye_world::rfc3339;
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/unexpected-account",
    title: "a login of an account that is not for people",
    level: Level::Suspicious,
    attack: &["T1078.003", "T1136.001"],
    absolute: false,
    source: include_str!("unexpected_account.rs"),
    run,
};

/// Accounts that came for a visit which are told.
const MAX_VISITS: usize = 20;
/// An account that lived no longer than this, in seconds, was made for a visit.
const VISIT: i64 = 2 * DAY;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let all = came::all(scene.world);
    let mut findings: Vec<Finding> = all.iter().filter_map(|came| of_a_service(scene, came)).collect();
    let removed = |event: &&LogEvent| event.kind == LogKind::AccountRemoved;
    let removed: BTreeSet<&Text> =
        scene.world.log_events.iter().filter(removed).filter_map(|event| event.user.as_ref()).collect();
    let visitors = all.iter().filter(|came| removed.contains(&came.login.user));
    findings.extend(visitors.filter_map(|came| of_a_visit(scene, came)).take(MAX_VISITS));
    findings
}

fn of_a_service(scene: &Scene<'_>, came: &Came<'_>) -> Option<Finding> {
    // One finding tells it: the first login.
    if came.address.is_none() || came.before > 0 && !(came.by_password() && came.by_password == 0) {
        return None;
    }
    let account = came::account(scene.world, came.login).filter(|account| is_service(scene.world, account))?;
    let used = scene.world.logins.iter().filter(|login| login.user == account.name);
    let (first, last) = used.clone().fold((i64::MAX, i64::MIN), |(first, last), login| {
        (first.min(login.time.seconds), last.max(login.time.seconds))
    });
    let regular = used.count() > 5 && last.saturating_sub(first) >= 7 * DAY;
    let level = match (came.by_password(), regular) {
        (_, true) => return None,
        (true, false) => Level::Suspicious,
        (false, false) => Level::Unusual,
    };
    let how = if came.by_password() { " with a password" } else { "" };
    let summary = format!(
        "{}, a service's account (user id {}), was let in{how} from {}",
        account.name.lossy(),
        account.uid,
        came::whence(came.login)
    );
    let finding =
        DETECTOR.finding(level, came::subject(came.login), summary).evidence("shell", account.shell.clone()).innocent(
            "another machine that comes with a key of its own",
            came.by_password(),
            "then it comes again and again",
        );
    Some(came::portrait(finding, scene.world, came))
}

fn of_a_visit(scene: &Scene<'_>, came: &Came<'_>) -> Option<Finding> {
    let (login, time) = (came.login, came.login.time.seconds);
    let about = |kind: LogKind, event: &&LogEvent| event.kind == kind && event.user.as_ref() == Some(&login.user);
    let when = |event: &LogEvent| event.time.map(|time| time.seconds);
    let events = &scene.world.log_events;
    let added = events.iter().filter(|event| about(LogKind::AccountAdded, event)).filter_map(when);
    let added = added.filter(|added| *added <= time).max()?;
    let removed = events.iter().filter(|event| about(LogKind::AccountRemoved, event)).filter_map(when);
    let removed = removed.filter(|removed| (time..=added.saturating_add(VISIT)).contains(removed)).min()?;
    // The first login of that visit tells it.
    let earlier =
        |other: &&keeneye_facts::Login| other.user == login.user && (added..time).contains(&other.time.seconds);
    if scene.world.logins.iter().any(|other| earlier(&other)) {
        return None;
    }
    let hours = removed.saturating_sub(added).max(0) / 3_600;
    let summary = format!(
        "account {} was made, let in from {} and removed, all within {} hours",
        login.user.lossy(),
        came::whence(login),
        hours + 1
    );
    let finding = DETECTOR
        .finding(Level::Suspicious, came::subject(login), summary)
        .evidence("made", rfc3339(added))
        .evidence("removed", rfc3339(removed))
        .innocent("somebody tried something out", false, "ask who made it");
    Some(came::portrait(finding, scene.world, came))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, habit, logins};
    use keeneye_facts::{Event, LogEvent, LogKind, LogTime};
    const NAME: &str = "login/unexpected-account";
    const HOST: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww-data:x:33:33::/var/www:/bin/sh\\ngit:x:998:998::/srv/git:/bin/sh\\n\
                        anna:x:1000:1000::/home/anna:/bin/bash\\n\n";
    const WEB: Came<'static> = Came { user: "www-data", from: "192.0.2.9", method: "password", key: "", ago: 60 };

    fn said(events: &[Event]) -> Vec<String> {
        crate::testing::findings(NAME, HOST, events)
    }

    #[test]
    fn a_service_that_comes_is_loud_and_a_person_quiet() {
        let text = "suspicious: www-data, a service's account (user id 33), was let in with a password from 192.0.2.9";
        assert_eq!(said(&logins(&[WEB])), [text]);
        let text = "unusual: www-data, a service's account (user id 33), was let in from 192.0.2.9";
        assert_eq!(said(&logins(&[Came { method: "publickey", ..WEB }])), [text]);
        assert_eq!(said(&logins(&[Came { user: "anna", ..WEB }])), [""; 0]);
        assert_eq!(said(&logins(&[Came { user: "root", ..WEB }])), [""; 0]);
        assert_eq!(said(&logins(&[Came { from: "", ..WEB }])), [""; 0], "at a console");
    }
    #[test]
    fn a_service_that_comes_with_a_key_every_day_is_known() {
        assert_eq!(said(&logins(&habit("git", "203.0.113.5", 9))), [""; 0]);
        assert_eq!(said(&logins(&habit("git", "203.0.113.5", 3))).len(), 1);
    }
    #[test]
    fn an_account_for_one_visit() {
        let event = |kind, ago| {
            let time = Some(LogTime { seconds: NOW - ago, ..LogTime::default() });
            Event::LogEventSeen(Box::new(LogEvent { kind, time, user: Some("tmp1".into()), ..LogEvent::default() }))
        };
        let visit = |removed| {
            let mut events = logins(&[Came { user: "tmp1", ago: 5_000, ..WEB }]);
            events.extend([event(LogKind::AccountAdded, 6_000), event(removed, 2_000)]);
            said(&events)
        };
        let text = "suspicious: account tmp1 was made, let in from 192.0.2.9 and removed, all within 2 hours";
        assert_eq!(visit(LogKind::AccountRemoved), [text]);
        assert_eq!(visit(LogKind::AccountChanged), [""; 0]);
    }
}
