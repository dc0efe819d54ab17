//! One login out of all the records that tell of it.

use crate::records::utmp;
use keeneye_facts::{Ending, LogEvent, LogKind, LogTime, Login, LoginRecord, Text, TimeCertainty};
use std::collections::{BTreeMap, HashMap};

/// Seconds between records of one login.
const SLACK: i64 = 10;
/// The same between a line and a terminal: modules of PAM may take their time.
const SLACK_OF_TERMINALS: i64 = 90;
/// Bytes of a name in login records.
const NAME: usize = 32;
/// Logins of one account in a few seconds that are held against a record.
const MAX_NEAR: usize = 256;
/// The same between two logs with one line.
const SAME_LINE: i64 = 2;
/// Who opens sessions that are no logins: jobs, and users who become others.
const NO_LOGIN: [&[u8]; 12] = [
    b"CRON", b"cron", b"crond", b"CROND", b"atd", b"su", b"su-l", b"sudo", b"sudo-i", b"runuser", b"systemd", b"pkexec",
];

/// Logins so far.
#[derive(Default)]
pub(super) struct Joined {
    logins: Vec<Login>,
    /// By account and time.
    by_user: HashMap<Text, BTreeMap<i64, Vec<usize>>>,
    /// The last method of several that was accepted.
    partial: Option<LogEvent>,
}

impl Joined {
    /// Takes what makes up logins out of the events, which are in order of time; gives the others, each once.
    pub(super) fn take_events(&mut self, events: Vec<LogEvent>) -> Vec<LogEvent> {
        let mut others: Vec<LogEvent> = Vec::new();
        for event in events {
            match event.kind {
                LogKind::Accepted => self.accepted(event),
                LogKind::Partial => self.partial = Some(event),
                LogKind::SessionOpened => self.session(&event),
                LogKind::SessionClosed | LogKind::Disconnected => self.ended(&event),
                _ => {
                    let time = |event: &LogEvent| event.time.map_or(0, |time| time.seconds);
                    let near = others.iter_mut().rev().take_while(|other| time(&event) - time(other) <= SAME_LINE);
                    match near.take(64).find(|other| is_same_event(other, &event)) {
                        Some(known) => more_of(known, event),
                        None => others.push(event),
                    }
                }
            }
        }
        others
    }

    /// All of them, oldest first.
    pub(super) fn logins(self) -> Vec<Login> {
        let mut logins = self.logins;
        logins.sort_by(|a, b| (a.time.seconds, &a.source, a.at).cmp(&(b.time.seconds, &b.source, b.at)));
        logins
    }

    fn accepted(&mut self, event: LogEvent) {
        let (Some(user), Some(time)) = (event.user.clone(), event.time) else { return };
        let record = if is_audit(&event) { LoginRecord::Audit } else { LoginRecord::Daemon };
        let slack = if record == LoginRecord::Audit { SLACK } else { SAME_LINE };
        let is_new = |login: &Login| !login.seen.contains(&record) || login.port == event.port;
        let is_same = |login: &Login| {
            let same_end = record == LoginRecord::Audit || login.port == event.port || login.port.is_none();
            login.from == event.from && same_end && is_new(login)
        };
        if let Some(login) = self.near(&user, time.seconds, slack, is_same) {
            login.seen.insert(record);
            fill(login, event);
            return;
        }
        let method = self.method(&event);
        self.add(Login {
            user,
            service: service(&event.program),
            from: event.from,
            port: event.port,
            time,
            method,
            key: event.key,
            tty: event.tty,
            pid: event.pid,
            seen: [record].into(),
            source: event.source,
            at: event.at,
            ..Login::default()
        });
    }

    /// By which method, or by which ones one after the other: `publickey, keyboard-interactive/pam`.
    fn method(&mut self, event: &LogEvent) -> Option<Text> {
        let before = self
            .partial
            .take()
            .filter(|partial| partial.pid == event.pid && partial.user == event.user && partial.from == event.from);
        match (before.and_then(|partial| partial.method), &event.method) {
            (Some(first), Some(second)) => Some(Text::from([first.as_slice(), b", ", second].concat())),
            (first, second) => second.clone().or(first),
        }
    }

    /// A session of PAM or logind, or of the audit log.
    fn session(&mut self, event: &LogEvent) {
        let (Some(user), Some(time)) = (event.user.clone(), event.time) else { return };
        let record = match event.program.as_slice() {
            _ if is_audit(event) => LoginRecord::Audit,
            b"systemd-logind" => LoginRecord::Logind,
            _ => LoginRecord::Pam,
        };
        let program = event.program.as_slice();
        if record == LoginRecord::Pam && NO_LOGIN.contains(&program.strip_prefix(b"(").unwrap_or(program)) {
            return;
        }
        let of_process = |login: &Login| event.pid.is_some() && login.pid == event.pid;
        let known = self.near(&user, time.seconds, SLACK, of_process).is_some();
        let fits = |login: &Login| !known || of_process(login);
        if let Some(login) = self.near(&user, time.seconds, SLACK, fits) {
            login.seen.insert(record);
            return;
        }
        // logind also knows sessions of jobs, and audit of whatever PAM does.
        if record == LoginRecord::Pam {
            self.add(Login {
                user,
                service: service(&event.program),
                time,
                pid: event.pid,
                tty: event.tty.clone(),
                seen: [record].into(),
                source: event.source.clone(),
                at: event.at,
                ..Login::default()
            });
        }
    }

    fn ended(&mut self, event: &LogEvent) {
        let (Some(user), Some(time), Some(pid)) = (&event.user, event.time, event.pid) else { return };
        let Some(times) = self.by_user.get(user) else { return };
        let before = times.range(..=time.seconds).rev().flat_map(|(_, numbers)| numbers).take(64);
        let open = |login: &Login| login.pid == Some(pid) && login.until.is_none();
        let found = before.copied().find(|number| self.logins.get(*number).is_some_and(open));
        if let Some(login) = found.and_then(|number| self.logins.get_mut(number)) {
            login.until = Some(time.seconds);
        }
    }

    /// A session of login records.
    pub(super) fn span(&mut self, span: &utmp::Span, record: LoginRecord, source: &Text) {
        let from = (!span.host.is_empty()).then(|| span.host.clone());
        let address = span.address.map(|address| Text::from(address.to_string()));
        // X servers and screens of the machine itself write `:0`.
        let from = address.or(from).filter(|from| !from.starts_with(b":"));
        let fits = |login: &Login| match (&login.from, &from) {
            (Some(one), Some(other)) => keeneye_facts::address(one) == keeneye_facts::address(other),
            _ => true,
        } && (login.tty.is_none() || login.tty.as_ref() == Some(&span.tty));
        // A record has 32 bytes for a name, and the log has all of it.
        let long = |name: &&Text| span.user.len() == NAME && name.len() > NAME && name.starts_with(&span.user);
        let user = self.by_user.keys().find(long).cloned().unwrap_or_else(|| span.user.clone());
        let free = |login: &Login| fits(login) && !login.seen.contains(&record);
        if let Some(login) = self.near(&user, span.from, SLACK_OF_TERMINALS, free) {
            login.seen.insert(record);
            login.tty = Some(span.tty.clone());
            login.from = login.from.take().or(from);
            login.until = login.until.or(span.until);
            login.ending = login.ending.or(ending(span));
            return;
        }
        self.add(Login {
            ending: ending(span),
            user: span.user.clone(),
            service: if span.tty.starts_with(b"pts/") { Text::from("sshd") } else { Text::from("login") },
            from,
            time: LogTime { seconds: span.from, certainty: TimeCertainty::Written },
            until: span.until,
            tty: Some(span.tty.clone()),
            pid: (span.pid > 0).then_some(span.pid),
            seen: [record].into(),
            source: source.clone(),
            at: span.at,
            ..Login::default()
        });
    }

    /// A row of wtmpdb.
    pub(super) fn session_of_database(&mut self, row: Login) {
        let fits = |login: &Login| {
            let same_tty = login.tty.is_none() || row.tty.is_none() || login.tty == row.tty;
            same_tty && !login.seen.contains(&LoginRecord::Wtmpdb)
        };
        match self.near(&row.user.clone(), row.time.seconds, SLACK_OF_TERMINALS, fits) {
            Some(login) => {
                login.seen.insert(LoginRecord::Wtmpdb);
                login.tty = login.tty.take().or(row.tty);
                login.until = login.until.or(row.until);
                login.ending = login.ending.or(row.ending);
            }
            None => self.add(row),
        }
    }

    /// The last login of an account, as lastlog has it.
    pub(super) fn last(&mut self, login: Login) {
        let fits = |known: &Login| known.from.is_none() || login.from.is_none() || known.from == login.from;
        match self.near(&login.user.clone(), login.time.seconds, SLACK_OF_TERMINALS, fits) {
            Some(known) => drop(known.seen.insert(LoginRecord::Lastlog)),
            None => self.add(login),
        }
    }

    /// A login of this account about that time that fits: the nearest.
    fn near(&mut self, user: &Text, time: i64, slack: i64, fits: impl Fn(&Login) -> bool) -> Option<&mut Login> {
        let times = self.by_user.get(user)?;
        let around = times.range(time.saturating_sub(slack)..=time.saturating_add(slack));
        let numbers = around.flat_map(|(at, numbers)| numbers.iter().map(move |number| (at.abs_diff(time), *number)));
        let mut fitting = numbers
            .take(MAX_NEAR)
            .filter(|(_, number)| self.logins.get(*number).is_some_and(&fits))
            .collect::<Vec<_>>();
        fitting.sort_unstable();
        let (_, number) = fitting.first()?;
        self.logins.get_mut(*number)
    }

    fn add(&mut self, login: Login) {
        let times = self.by_user.entry(login.user.clone()).or_default();
        times.entry(login.time.seconds).or_default().push(self.logins.len());
        self.logins.push(login);
    }
}

/// Whether a session without an end goes on is another question.
fn ending(span: &utmp::Span) -> Option<Ending> {
    match span.ending {
        utmp::Ending::Ended => Some(Ending::Logout),
        utmp::Ending::Down => Some(Ending::Down),
        utmp::Ending::Crashed => Some(Ending::Crash),
        utmp::Ending::Lasting | utmp::Ending::Gone => None,
    }
}

/// Another log tells the same. What two tell differently are two events: anybody on the host can write lines of syslog.
fn is_same_event(known: &LogEvent, event: &LogEvent) -> bool {
    let both = known.change.as_ref().zip(event.change.as_ref());
    let is_one = |one: &Text, other: &Text| one == other || one.is_empty() || other.is_empty();
    known.kind == event.kind
        && known.user == event.user
        && known.group.as_ref().zip(event.group.as_ref()).is_none_or(|(known, event)| known == event)
        && known.command == event.command
        && known.source != event.source
        && both.is_none_or(|(known, event)| known.what == event.what && is_one(&known.after, &event.after))
}

/// The audit log tells what was changed, and others from what to what.
fn more_of(known: &mut LogEvent, event: LogEvent) {
    if known.change.as_ref().is_none_or(|change| change.after.is_empty()) && event.change.is_some() {
        known.change = event.change;
    }
    known.by = known.by.take().or(event.by);
    known.group = known.group.take().or(event.group);
}

/// auditd's own log, whatever program a record is about.
fn is_audit(event: &LogEvent) -> bool {
    event.source.file_name().starts_with(b"audit.log")
}

/// What another record of the same login tells besides.
fn fill(login: &mut Login, event: LogEvent) {
    login.method = login.method.take().or(event.method);
    login.key = login.key.take().or(event.key);
    login.port = login.port.or(event.port);
    login.pid = login.pid.or(event.pid);
}

/// `sshd` for all of its processes.
fn service(program: &Text) -> Text {
    if crate::logs::is_sshd(program) { Text::from("sshd") } else { program.clone() }
}
