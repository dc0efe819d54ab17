//! Logins for tests.

use keeneye_facts::{Event, Failures, LogFile, LogForm, LogKind, LogOddity, LogTime, Login, LoginRecord};

/// The clock of hosts that tests write.
pub(crate) const NOW: i64 = 1_700_000_000;

/// A login; texts may be empty.
#[derive(Clone, Copy)]
pub(crate) struct Came<'a> {
    pub(crate) user: &'a str,
    pub(crate) from: &'a str,
    pub(crate) method: &'a str,
    pub(crate) key: &'a str,
    /// Seconds before now.
    pub(crate) ago: i64,
}

impl Came<'_> {
    pub(crate) fn login(&self) -> Login {
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        Login {
            user: self.user.into(),
            service: "sshd".into(),
            from: some(self.from),
            time: LogTime { seconds: NOW - self.ago, ..LogTime::default() },
            method: some(self.method),
            key: some(self.key),
            source: "/var/log/auth.log".into(),
            ..Login::default()
        }
    }
}

pub(crate) fn logins(came: &[Came<'_>]) -> Vec<Event> {
    came.iter().map(|came| Event::LoginSeen(Box::new(came.login()))).collect()
}

/// Failures of an address against an account, from so many seconds before now until so many.
pub(crate) fn failures(from: &str, user: &str, count: u64, first: i64, last: i64) -> Vec<Event> {
    vec![Event::FailuresSeen(Box::new(Failures {
        kind: LogKind::Failed,
        from: from.into(),
        user: user.into(),
        names: 0,
        count,
        first: NOW - first,
        last: NOW - last,
    }))]
}

/// Daily logins by the same key from the same place, from so many days before now.
pub(crate) fn habit<'a>(user: &'a str, from: &'a str, days: i64) -> Vec<Came<'a>> {
    let day = |n| Came { user, from, method: "publickey", key: "ED25519 SHA256:known", ago: n * 86_400 };
    (1..=days).rev().map(day).collect()
}

/// A file of logs with these oddities.
pub(crate) fn file(path: &str, form: LogForm, oddities: Vec<LogOddity>) -> Event {
    let file = LogFile {
        path: path.into(),
        form,
        stat: None,
        entries: 10,
        first: None,
        last: None,
        sshd: 0,
        sshd_understood: 0,
        logins_from: None,
        oddities,
    };
    Event::LogFileSeen(Box::new(file))
}

/// The same from one time to another, in seconds since 1970, with lines of sshd.
pub(crate) fn covering(path: &str, form: LogForm, from: i64, to: i64) -> Event {
    let time = |seconds| Some(LogTime { seconds, ..LogTime::default() });
    let Event::LogFileSeen(mut seen) = file(path, form, Vec::new()) else { panic!("a file") };
    (seen.first, seen.last, seen.sshd, seen.sshd_understood) = (time(from), time(to), 10, 10);
    seen.logins_from = seen.first;
    Event::LogFileSeen(seen)
}

/// A login on a terminal of which these records tell.
pub(crate) fn seen_in(came: Came<'_>, records: &[LoginRecord]) -> Event {
    let seen = records.iter().copied().collect();
    Event::LoginSeen(Box::new(Login { seen, tty: Some("pts/0".into()), ..came.login() }))
}

/// A login from a country.
pub(crate) fn placed(came: Came<'_>, country: &str) -> Event {
    let country = keeneye_facts::Country::new(country.as_bytes());
    let place = Some(keeneye_facts::Place { country, ..keeneye_facts::Place::default() });
    Event::LoginSeen(Box::new(Login { place, ..came.login() }))
}
