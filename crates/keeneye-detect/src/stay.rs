//! The time in which a login lasted, and what logs tell of it.

use keeneye_facts::{Ending, LogEvent, LogKind, Login, Text};
use keeneye_world::World;
use std::collections::BTreeSet;

/// Seconds that are looked at where nothing tells when a session ended.
const HOUR: i64 = 3_600;
/// Sessions may last for weeks; what happens long after a login has less and less to do with it.
pub(crate) const LONGEST: i64 = 86_400;
/// Changes of accounts, and commands as somebody else, that are told of one login.
const CHANGES: usize = 12;
const COMMANDS: usize = 5;

/// From a login to its end; seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Stay {
    /// Until the logout, where that is known, but no longer than a day.
    pub(crate) fn of(login: &Login) -> Self {
        let from = login.time.seconds;
        let long = match (login.until, login.ending) {
            (Some(until), _) => until.saturating_sub(from).clamp(0, LONGEST),
            (None, Some(Ending::Lasting)) => LONGEST,
            (None, _) => HOUR,
        };
        Self { from, to: from.saturating_add(long) }
    }

    pub(crate) fn has(self, time: i64) -> bool {
        (self.from..=self.to).contains(&time)
    }
}

/// Something that happened while a login lasted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deed {
    pub(crate) time: i64,
    pub(crate) what: Text,
}

/// Accounts and groups that were changed, crontabs too, and what the account did as somebody else, in order of time. Of
/// changes the logs seldom say who made them: then it is only said that they were made in that time.
pub(crate) fn deeds(world: &World, login: &Login) -> Vec<Deed> {
    let stay = Stay::of(login);
    let made = made(world, login);
    let is_theirs =
        |event: &LogEvent| event.by.as_ref().is_none_or(|by| *by == login.user || *by == "root" || made.contains(by));
    let deed = |event: &LogEvent, what| Some(Deed { time: event.time?.seconds, what });
    let (mut changes, mut commands): (Vec<&LogEvent>, Vec<&LogEvent>) = Default::default();
    for event in about(world, stay) {
        if tells_a_change(event.kind) && is_theirs(event) {
            changes.push(event);
        } else if commands.len() < COMMANDS && is_command(event, login) {
            commands.push(event);
        }
    }
    // What gives rights first: whoever changes a dozen expiry dates hides nothing behind them.
    changes.sort_by_key(|event| rank(event));
    let changes = changes.into_iter().take(CHANGES).filter_map(|event| deed(event, change(event)));
    let commands = commands.into_iter().filter_map(|event| deed(event, command(event)));
    let mut deeds: Vec<Deed> = changes.chain(commands).collect();
    deeds.sort();
    deeds.dedup();
    deeds
}

/// Accounts that were made while it lasted.
pub(crate) fn made<'a>(world: &'a World, login: &Login) -> BTreeSet<&'a Text> {
    let stay = Stay::of(login);
    let new = about(world, stay).filter(|event| event.kind == LogKind::AccountAdded);
    new.filter_map(|event| event.user.as_ref()).take(CHANGES).collect()
}

/// Events of that time, with those that are counted by the day and began before.
fn about(world: &World, stay: Stay) -> impl Iterator<Item = &LogEvent> {
    let seconds = |event: &LogEvent| event.time.map_or(i64::MIN, |time| time.seconds);
    let begin = world.log_events.partition_point(|event| seconds(event) < stay.from.saturating_sub(LONGEST));
    let events = world.log_events.iter().skip(begin).take_while(move |event| seconds(event) <= stay.to);
    events.filter(move |event| stays(stay, event))
}

fn stays(stay: Stay, event: &LogEvent) -> bool {
    let first = event.time.map(|time| time.seconds);
    first.is_some_and(|first| stay.has(first) || first < stay.from && event.until.is_some_and(|last| last >= stay.from))
}

/// A group that is made, or goes, with its account says nothing more.
fn tells_a_change(kind: LogKind) -> bool {
    let of_groups = matches!(kind, LogKind::GroupAdded | LogKind::GroupRemoved);
    kind.is_of_accounts() && !of_groups || kind == LogKind::CrontabChanged
}

/// The most telling have the lowest.
fn rank(event: &LogEvent) -> u8 {
    match event.kind {
        _ if event.makes_root() => 0,
        LogKind::AccountAdded => 1,
        LogKind::GroupChanged => 2,
        _ => 3,
    }
}

fn is_command(event: &LogEvent, login: &Login) -> bool {
    matches!(event.kind, LogKind::Ran | LogKind::Became) && event.by.as_ref() == Some(&login.user)
}

fn change(event: &LogEvent) -> Text {
    match (event.kind, &event.user) {
        (LogKind::CrontabChanged, Some(user)) => {
            Text::from([event.kind.words().as_bytes(), b": ", user.as_slice()].concat())
        }
        _ => event.done_to_account(),
    }
}

/// `anna ran /usr/bin/id as root, 12 times on that day`, `anna became root`.
fn command(event: &LogEvent) -> Text {
    let [by, user, command] =
        [&event.by, &event.user, &event.command].map(|text| text.as_ref().map_or(&b""[..], |text| text.as_slice()));
    let user = if user.is_empty() { b"somebody else" } else { user };
    let times = event.times.filter(|times| *times > 1).map(|times| format!(", {times} times on that day"));
    let times = times.unwrap_or_default();
    Text::from(match command {
        b"" => [by, b" became ", user, times.as_bytes()].concat(),
        command => [by, b" ran ", command, b" as ", user, times.as_bytes()].concat(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::testing::{Came, NOW};
    use keeneye_facts::{Event, LogTime};

    const LOGIN: Came<'static> = Came { user: "anna", from: "192.0.2.7", method: "password", key: "", ago: 5_000 };

    fn event(kind: LogKind, user: &str, by: Option<&str>, ago: i64) -> LogEvent {
        let time = Some(LogTime { seconds: NOW - ago, ..LogTime::default() });
        LogEvent { kind, time, user: Some(user.into()), by: by.map(Text::from), ..LogEvent::default() }
    }
    fn told(until: Option<i64>, events: &[LogEvent]) -> Vec<String> {
        let mut world = World::default();
        events.iter().for_each(|event| world.fold(Event::LogEventSeen(Box::new(event.clone()))));
        let login = Login { until: until.map(|ago| NOW - ago), ..LOGIN.login() };
        deeds(&world, &login).iter().map(|deed| deed.what.lossy().into_owned()).collect()
    }

    #[test]
    fn many_small_changes_hide_no_new_account() {
        let small = (0..20).map(|n| event(LogKind::AccountChanged, "ben", Some("root"), 4_000 - n));
        let events: Vec<LogEvent> = small.chain([event(LogKind::AccountAdded, "evil", Some("root"), 3_000)]).collect();
        assert!(told(None, &events).iter().any(|deed| deed.contains("new account evil")));
    }
    #[test]
    fn what_happened_from_login_to_logout() {
        let added = |ago| told(Some(3_000), &[event(LogKind::AccountAdded, "evil", None, ago)]);
        assert_eq!(added(4_000), ["new account evil"]);
        assert_eq!(added(2_999), [""; 0], "after the logout");
        assert_eq!(added(5_001), [""; 0], "before the login");
    }
    #[test]
    fn an_hour_where_no_end_is_known() {
        let added = |ago| told(None, &[event(LogKind::AccountAdded, "evil", None, ago)]).len();
        assert_eq!([1_400, 1_399].map(added), [1, 0]);
    }
    #[test]
    fn what_another_person_did_is_not_told() {
        let ran = |by| {
            let command = Some("/usr/bin/id".into());
            told(None, &[LogEvent { command, ..event(LogKind::Ran, "root", Some(by), 4_000) }])
        };
        assert_eq!(ran("anna"), ["anna ran /usr/bin/id as root"]);
        assert_eq!(ran("ben"), [""; 0]);
        let added = |by| told(None, &[event(LogKind::AccountAdded, "evil", Some(by), 4_000)]);
        assert_eq!(added("root"), ["new account evil, by root"]);
        assert_eq!(added("ben"), [""; 0], "the audit log tells who it was");
    }
    #[test]
    fn groups_and_rights() {
        let joined = LogEvent { group: Some("sudo".into()), ..event(LogKind::GroupChanged, "evil", None, 3_900) };
        let events = [
            LogEvent { group: Some("evil".into()), user: None, ..event(LogKind::GroupAdded, "", None, 4_000) },
            event(LogKind::AccountAdded, "evil", None, 4_000),
            joined,
            event(LogKind::Became, "root", Some("anna"), 3_800),
            event(LogKind::CrontabChanged, "anna", None, 3_700),
        ];
        let expected =
            ["new account evil", "changed group sudo: evil", "anna became root", "the crontab was changed: anna"];
        assert_eq!(told(None, &events), expected);
    }
    #[test]
    fn what_is_counted_by_the_day() {
        let ran = |last: i64| {
            let command = Some("/usr/bin/id".into());
            let (times, until) = (Some(40), Some(NOW - last));
            told(None, &[LogEvent { command, times, until, ..event(LogKind::Ran, "root", Some("anna"), 9_000) }])
        };
        assert_eq!(ran(4_000), ["anna ran /usr/bin/id as root, 40 times on that day"]);
        assert_eq!(ran(5_001), [""; 0], "all of them before the login");
    }
    #[test]
    fn many_commands_leave_room_for_accounts() {
        let command = |n: i64| {
            let command = Some(format!("/usr/bin/tool {n}").into());
            LogEvent { command, ..event(LogKind::Ran, "root", Some("anna"), 4_900 - n) }
        };
        let mut events: Vec<LogEvent> = (0..500).map(command).collect();
        events.push(event(LogKind::AccountAdded, "evil", None, 4_000));
        let told = told(None, &events);
        assert_eq!((told.len(), told.last().map(String::as_str)), (COMMANDS + 1, Some("new account evil")));
    }
}
