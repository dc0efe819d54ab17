//! One record tells of a login, and another that should does not.
//!
//! # What it sees
//! A login by ssh that wtmp, wtmpdb, utmp or the audit log tell of, and that the log of sshd does not, although it covers
//! that time and has other lines of sshd: its lines were taken out. A login on a terminal that lastlog tells of, and that
//! wtmp does not, although it covers that time; and a login on a terminal in wtmp that is younger than what lastlog says
//! is the last. All are `suspicious`.
//!
//! # Why it matters
//! A login leaves traces in five places that are written by different programs. Who cleans up forgets one.
//!
//! # Innocent causes
//! Records that begin later than others, because they are rotated more often: only times that both cover are compared.
//! Logins without a terminal, such as copies of files, are not in wtmp and not in lastlog. An sshd that was told to
//! log less (`LogLevel QUIET`), or not to use PAM.
//!
//! # What to do
//! Believe the record that has more. Look at what happened around that time, and who was there.

use super::came;
use super::running::{self, Session};
use crate::{Detector, Scene, coverage, subject};
use keeneye_facts::{Finding, Level, LogForm, Login, LoginRecord, Text, TimeCertainty};
use keeneye_world::World;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/records-disagree",
    title: "login records that do not agree",
    level: Level::Suspicious,
    attack: &["T1070.002", "T1070"],
    absolute: false,
    source: include_str!("records_disagree.rs"),
    run,
};

/// More logins without a line than this are not cut out: something else than sshd writes login records.
const REGULAR: usize = 20;
/// Findings; more is one cause, told by the first ones.
const MAX: usize = 10;
/// Zones differ by quarters of an hour, up to fourteen hours.
const QUARTER: u64 = 900;
const MOST_OFF: i64 = 14 * 3_600;
/// Seconds between records of one login: modules of PAM may take their time between them.
const SLACK: i64 = 90;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let told = Told::of(world);
    let mut without: Vec<Finding> = Vec::new();
    if told.has_lines {
        without.extend(world.logins.iter().filter_map(|login| without_a_line(world, login, &told)).take(REGULAR + 1));
    }
    // Another server than sshd lets people in here, and has no such log.
    if without.len() > REGULAR {
        without.clear();
    }
    without.into_iter().chain(last_logins(world, &told)).take(MAX).collect()
}

/// Logins to hold others against.
struct Told<'a> {
    /// The log of sshd tells of some.
    has_lines: bool,
    /// Those that the log of sshd tells of, by account and address, oldest first.
    by_log: HashMap<(&'a Text, Option<IpAddr>), Vec<&'a Login>>,
    /// Until when at least one of these had lasted, of those up to each of them.
    until: HashMap<(&'a Text, Option<IpAddr>), Vec<i64>>,
    /// Those on terminals that wtmp or wtmpdb tell of, by account, oldest first.
    by_wtmp: HashMap<&'a Text, Vec<&'a Login>>,
    /// Sessions that run.
    running: BTreeMap<Text, Vec<Session>>,
}

impl<'a> Told<'a> {
    fn of(world: &'a World) -> Self {
        let mut by_log: HashMap<_, Vec<&Login>> = HashMap::new();
        let mut by_wtmp: HashMap<_, Vec<&Login>> = HashMap::new();
        for login in &world.logins {
            if login.seen.contains(&LoginRecord::Daemon) {
                by_log.entry((&login.user, address(login))).or_default().push(login);
            }
            let of_wtmp = [LoginRecord::Wtmp, LoginRecord::Wtmpdb].iter().any(|record| login.seen.contains(record));
            if of_wtmp && is_by_ssh(login) {
                by_wtmp.entry(&login.user).or_default().push(login);
            }
        }
        by_log.values_mut().chain(by_wtmp.values_mut()).for_each(|logins| logins.sort_by_key(|login| seconds(login)));
        let latest = |logins: &Vec<&Login>| {
            let latest = logins.iter().scan(i64::MIN, |latest, login| {
                *latest = login.until.unwrap_or(seconds(login).saturating_add(came::DAY)).max(*latest);
                Some(*latest)
            });
            latest.collect()
        };
        let until = by_log.iter().map(|(of, logins)| (*of, latest(logins))).collect();
        let has_lines = !by_log.is_empty();
        Self { has_lines, by_log, until, by_wtmp, running: running::sessions(world) }
    }

    /// Several terminals may be opened over one connection (ControlMaster in ssh_config(5)), which may be older than the
    /// log; PAM may take its time; and a log in local time may be of another zone than the host's.
    fn is_over_another(&self, login: &Login) -> bool {
        let (of, time) = ((&login.user, address(login)), seconds(login));
        let same = self.by_log.get(&of).map_or(&[][..], Vec::as_slice);
        let begun = same.partition_point(|other| seconds(other) <= time.saturating_add(SLACK));
        let until = begun.checked_sub(1).and_then(|last| self.until.get(&of)?.get(last));
        if until.is_some_and(|until| until.saturating_add(SLACK) >= time) {
            return true;
        }
        let is_off = |other: &&Login| {
            let off = seconds(other).abs_diff(time) % QUARTER;
            let zone = other.time.certainty > TimeCertainty::Written;
            zone && (off <= SLACK.unsigned_abs() || off >= QUARTER - SLACK.unsigned_abs())
        };
        let near = between(same, time.saturating_sub(MOST_OFF), time.saturating_add(MOST_OFF));
        let mut running = self.running.get(&login.user).into_iter().flatten();
        let serves = |session: &Session| {
            let from_there = session.peers.is_empty() || of.1.is_some_and(|address| session.peers.contains(&address));
            from_there && session.begun <= time.saturating_add(SLACK)
        };
        near.iter().any(is_off) || running.any(serves)
    }
}

/// Those of these times, of logins in order of time; both ends belong to it.
fn between<'l, 'a>(logins: &'l [&'a Login], from: i64, to: i64) -> &'l [&'a Login] {
    let begin = logins.partition_point(|login| seconds(login) < from);
    let end = logins.partition_point(|login| seconds(login) <= to);
    logins.get(begin..end).unwrap_or_default()
}

fn seconds(login: &Login) -> i64 {
    login.time.seconds
}

fn address(login: &Login) -> Option<IpAddr> {
    login.from.as_ref().and_then(|from| keeneye_facts::address(from))
}

/// sshd writes a line of each login; at which level of its log it does not, all are missing.
fn without_a_line(world: &World, login: &Login, told: &Told<'_>) -> Option<Finding> {
    let elsewhere = [LoginRecord::Wtmp, LoginRecord::Wtmpdb, LoginRecord::Utmp, LoginRecord::Audit];
    let lines = [LoginRecord::Daemon, LoginRecord::Pam, LoginRecord::Logind];
    let has_line = lines.iter().any(|record| login.seen.contains(record));
    let time = login.time.seconds;
    if !is_by_ssh(login) || has_line {
        return None;
    }
    // A connection may be a day old when another terminal is opened over it.
    let covered = coverage::covers_sshd(world, time) && coverage::covers_sshd(world, time.saturating_sub(came::DAY));
    if !covered || told.is_over_another(login) {
        return None;
    }
    let by = elsewhere.iter().find(|record| login.seen.contains(record))?;
    let summary = format!(
        "{} tells that {} came from {}, and the log of sshd, which covers that time, does not",
        name(*by),
        login.user.lossy(),
        came::whence(login)
    );
    Some(said(world, login, summary))
}

/// On a terminal, from an address: terminals of tmux(1) and its like name no address.
fn is_by_ssh(login: &Login) -> bool {
    // PAM is told of no terminal, or of that one, before there is one.
    address(login).is_some() && login.tty.as_ref().is_some_and(|tty| tty.starts_with(b"pts/") || *tty == "ssh")
}

/// lastlog and wtmp are written together for each login on a terminal.
fn last_logins<'a>(world: &'a World, told: &Told<'a>) -> impl Iterator<Item = Finding> {
    let in_lastlog = world.logins.iter().filter(|login| login.seen.contains(&LoginRecord::Lastlog));
    in_lastlog.filter_map(move |login| {
        let sessions = told.by_wtmp.get(&login.user).map_or(&[][..], Vec::as_slice);
        let time = login.time.seconds;
        let covered = coverage::covers(world, &[LogForm::Wtmp, LogForm::Wtmpdb], time);
        let near = between(sessions, time.saturating_sub(SLACK), time.saturating_add(SLACK));
        if covered && is_by_ssh(login) && near.is_empty() {
            let user = login.user.lossy();
            let whence = came::whence(login);
            let summary =
                format!("lastlog tells that {user} came from {whence}, and wtmp, which covers that time, does not");
            return Some(said(world, login, summary));
        }
        let later = sessions.last();
        let later =
            later.filter(|other| other.time.seconds > time.saturating_add(SLACK) && lastlog_is_kept(world, other))?;
        let summary = format!(
            "wtmp tells that {} came from {}, and lastlog has an older login as the last",
            login.user.lossy(),
            came::whence(later)
        );
        Some(said(world, later, summary))
    })
}

/// Systems that went over to another record leave lastlog as it was: what counts is that it was written since.
fn lastlog_is_kept(world: &World, later: &Login) -> bool {
    let files = world.log_files.iter().filter(|file| matches!(file.form, LogForm::Lastlog | LogForm::Lastlog2));
    files.filter_map(|file| file.stat).any(|stat| stat.modified >= later.time.seconds)
}

fn name(record: LoginRecord) -> &'static str {
    match record {
        LoginRecord::Daemon => "the daemon's log",
        LoginRecord::Pam => "PAM",
        LoginRecord::Logind => "logind",
        LoginRecord::Wtmp => "wtmp",
        LoginRecord::Wtmpdb => "wtmpdb",
        LoginRecord::Utmp => "utmp",
        LoginRecord::Lastlog => "lastlog",
        LoginRecord::Audit => "the audit log",
    }
}

fn said(world: &World, login: &Login, summary: String) -> Finding {
    let told: Vec<&str> = login.seen.iter().map(|record| name(*record)).collect();
    let finding = DETECTOR
        .finding(Level::Suspicious, came::subject(login), summary)
        .evidence("told by", told.join(", "))
        .evidence("record", Text::from(format!("{}, {}", login.source.lossy(), login.at)));
    came::meanwhile(finding, world, login)
        .innocent("sshd was told to log less", false, "then no login of that time has a line")
        .related(subject::file(&login.source))
        .since(login.time.seconds)
        .next(came::next(login))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, covering, seen_in};
    use keeneye_facts::{Event, LogForm, LoginRecord};
    const NAME: &str = "login/records-disagree";
    const ANNA: Came<'static> = Came { user: "anna", from: "192.0.2.9", method: "", key: "", ago: 5_000 };
    const OTHER: Came<'static> = Came { user: "ben", from: "192.0.2.5", method: "password", key: "", ago: 9_000 };

    fn said(logins: Vec<Event>, log_from: i64) -> Vec<String> {
        let mut events = vec![
            covering("/var/log/auth.log", LogForm::Syslog, NOW - log_from, NOW),
            covering("/var/log/wtmp", LogForm::Wtmp, NOW - 90_000, NOW),
        ];
        events.extend(logins);
        crate::testing::findings(NAME, "", &events)
    }

    #[test]
    fn a_line_of_sshd_that_is_not_there() {
        let other = seen_in(OTHER, &[LoginRecord::Daemon, LoginRecord::Wtmp]);
        let text = "suspicious: wtmp tells that anna came from 192.0.2.9, and the log of sshd, which covers that time, does \
                    not";
        assert_eq!(said(vec![other.clone(), seen_in(ANNA, &[LoginRecord::Wtmp])], 99_000), [text]);
        let both = seen_in(ANNA, &[LoginRecord::Wtmp, LoginRecord::Daemon]);
        assert_eq!(said(vec![other.clone(), both], 99_000), [""; 0]);
        let connection = seen_in(Came { ago: 50_000, ..ANNA }, &[LoginRecord::Daemon]);
        let second = vec![connection, seen_in(ANNA, &[LoginRecord::Wtmp])];
        assert_eq!(said(second, 99_000), [""; 0], "a second terminal over one connection");
        assert_eq!(said(vec![other, seen_in(ANNA, &[LoginRecord::Wtmp])], 4_000), [""; 0], "the log begins later");
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Wtmp])], 99_000), [""; 0], "sshd logs no logins at all");
    }
    #[test]
    fn a_terminal_over_an_old_connection() {
        let other = seen_in(OTHER, &[LoginRecord::Daemon, LoginRecord::Wtmp]);
        let said = |host: &str, since: i64| {
            let connection = seen_in(Came { ago: since, ..ANNA }, &[LoginRecord::Daemon]);
            let events = [
                covering("/var/log/auth.log", LogForm::Syslog, NOW - 990_000, NOW),
                covering("/var/log/wtmp", LogForm::Wtmp, NOW - 990_000, NOW),
                other.clone(),
                connection,
                seen_in(ANNA, &[LoginRecord::Wtmp]),
            ];
            crate::testing::findings(NAME, host, &events).len()
        };
        // It began 500,000 seconds ago.
        let served = "process 41 exe=/usr/sbin/sshd start=50000000 cmdline=\"sshd: anna@notty\"\n";
        assert_eq!(said("", 500_000), 1, "a day later");
        assert_eq!(said(served, 500_000), 0, "its process is still there");
        assert_eq!(said(&served.replace("anna", "ben"), 500_000), 1);
        let from = |peer: &str| format!("{served}connect tcp 10.0.0.5:22 {peer}:4000 pid=41\n");
        assert_eq!(said(&from("192.0.2.9"), 500_000), 0, "its connection is from there");
        assert_eq!(said(&from("192.0.2.10"), 500_000), 1, "it serves somebody elsewhere");
        assert_eq!(said(&served.replace("start=50000000", "start=99900000"), 500_000), 1, "a younger one");
        assert_eq!(said("", 50_000), 0, "within a day");
    }
    #[test]
    fn where_another_server_lets_people_in() {
        let other = seen_in(OTHER, &[LoginRecord::Daemon, LoginRecord::Wtmp]);
        let without = |count: usize| {
            let users: Vec<String> = (0..count).map(|n| format!("u{n}")).collect();
            let logins = users.iter().map(|user| seen_in(Came { user, ..ANNA }, &[LoginRecord::Wtmp]));
            said(logins.chain([other.clone()]).collect(), 99_000).len()
        };
        assert_eq!(without(20), 10, "more is one cause");
        assert_eq!(without(21), 0, "nobody cuts out so many");
    }
    #[test]
    fn a_log_of_another_zone_tells_it_hours_off() {
        let other = seen_in(OTHER, &[LoginRecord::Daemon, LoginRecord::Wtmp]);
        let in_log = |ago, certainty| {
            let Event::LoginSeen(mut login) = seen_in(Came { ago, ..ANNA }, &[LoginRecord::Daemon]) else { panic!() };
            (login.time.certainty, login.until) = (certainty, Some(login.time.seconds + 60));
            vec![other.clone(), Event::LoginSeen(login), seen_in(ANNA, &[LoginRecord::Wtmp])]
        };
        let (hour, zone) = (ANNA.ago + 3_600, keeneye_facts::TimeCertainty::Zone);
        assert_eq!(said(in_log(hour, zone), 99_000), [""; 0]);
        assert_eq!(said(in_log(hour, keeneye_facts::TimeCertainty::Written), 99_000).len(), 1);
        assert_eq!(said(in_log(hour + 450, zone), 99_000).len(), 1);
    }
    #[test]
    fn lastlog_beside_wtmp() {
        let text =
            "suspicious: lastlog tells that anna came from 192.0.2.9, and wtmp, which covers that time, does not";
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Lastlog])], 99_000), [text]);
        let in_both = seen_in(Came { ago: 5_040, ..ANNA }, &[LoginRecord::Wtmp]);
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Lastlog]), in_both], 99_000), [""; 0]);
        let later = seen_in(Came { ago: 100, ..ANNA }, &[LoginRecord::Wtmp]);
        let first = seen_in(ANNA, &[LoginRecord::Wtmp]);
        let text = "suspicious: wtmp tells that anna came from 192.0.2.9, and lastlog has an older login as the last";
        let records = |written| {
            let Event::LogFileSeen(mut file) = covering("/var/log/lastlog", LogForm::Lastlog, 0, NOW) else { panic!() };
            file.stat = Some(keeneye_facts::FileStat { modified: NOW - written, ..Default::default() });
            let lastlog = seen_in(ANNA, &[LoginRecord::Lastlog]);
            said(vec![Event::LogFileSeen(file), lastlog, first.clone(), later.clone()], 99_000)
        };
        assert_eq!(records(50), [text]);
        assert_eq!(records(4_000), [""; 0], "nobody writes lastlog here any more");
    }
}
