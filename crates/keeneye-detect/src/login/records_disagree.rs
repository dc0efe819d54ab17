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
use crate::{Detector, Scene, coverage, sessions, subject};
use keeneye_facts::{Finding, Level, LogForm, Login, LoginRecord, Text, TimeCertainty};
use keeneye_world::World;

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
const MOST_OFF: u64 = 14 * 3_600;
/// Seconds between records of one login: modules of PAM may take their time between them.
const SLACK: i64 = 90;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let has_lines = world.logins.iter().any(|login| login.seen.contains(&LoginRecord::Daemon));
    let mut without: Vec<Finding> = Vec::new();
    if has_lines {
        without.extend(world.logins.iter().filter_map(|login| without_a_line(scene, login)));
    }
    // Another server than sshd lets people in here, and has no such log.
    if without.len() > REGULAR {
        without.clear();
    }
    without.into_iter().chain(last_logins(scene)).take(MAX).collect()
}

/// sshd writes a line of each login; at which level of its log it does not, all are missing.
fn without_a_line(scene: &Scene<'_>, login: &Login) -> Option<Finding> {
    let world = scene.world;
    let elsewhere = [LoginRecord::Wtmp, LoginRecord::Wtmpdb, LoginRecord::Utmp, LoginRecord::Audit];
    let lines = [LoginRecord::Daemon, LoginRecord::Pam, LoginRecord::Logind];
    let has_line = lines.iter().any(|record| login.seen.contains(record));
    let time = login.time.seconds;
    // A connection may be a day old when another terminal is opened over it.
    let covered = coverage::covers_sshd(world, time) && coverage::covers_sshd(world, time.saturating_sub(came::DAY));
    if !is_by_ssh(login) || has_line || !covered || is_over_another(world, login) {
        return None;
    }
    let told = elsewhere.iter().find(|record| login.seen.contains(record))?;
    let summary = format!(
        "{} tells that {} came from {}, and the log of sshd, which covers that time, does not",
        name(*told),
        login.user.lossy(),
        came::whence(login)
    );
    Some(said(world, login, summary))
}

/// On a terminal, from an address: terminals of tmux(1) and its like name no address.
fn is_by_ssh(login: &Login) -> bool {
    let address = login.from.as_ref().and_then(|from| keeneye_facts::address(from));
    // PAM is told of no terminal, or of that one, before there is one.
    address.is_some() && login.tty.as_ref().is_some_and(|tty| tty.starts_with(b"pts/") || *tty == "ssh")
}

/// Several terminals may be opened over one connection (ControlMaster in ssh_config(5)), which may be older than the log;
/// PAM may take its time; and a log in local time may be of another zone than the host's.
fn is_over_another(world: &World, login: &Login) -> bool {
    let address = |login: &Login| login.from.as_ref().and_then(|from| keeneye_facts::address(from));
    let time = login.time.seconds;
    let of_a_log = world.logins.iter().filter(|other| other.seen.contains(&LoginRecord::Daemon));
    let mut same = of_a_log.filter(|other| other.user == login.user && address(other) == address(login));
    let is_told = same.any(|other| {
        let begun = other.time.seconds <= time.saturating_add(SLACK);
        let until = other.until.unwrap_or(other.time.seconds.saturating_add(came::DAY));
        let apart = other.time.seconds.abs_diff(time);
        let off = apart % QUARTER;
        let zone = other.time.certainty > TimeCertainty::Written && apart <= MOST_OFF;
        begun && until.saturating_add(SLACK) >= time
            || zone && (off <= SLACK.unsigned_abs() || off >= QUARTER - SLACK.unsigned_abs())
    });
    is_told || sessions::of(world, &login.user).any(|begun| begun <= time.saturating_add(SLACK))
}

/// lastlog and wtmp are written together for each login on a terminal.
fn last_logins<'a>(scene: &'a Scene<'a>) -> impl Iterator<Item = Finding> + 'a {
    let world = scene.world;
    let in_lastlog = world.logins.iter().filter(|login| login.seen.contains(&LoginRecord::Lastlog));
    in_lastlog.filter_map(move |login| {
        let sessions = || {
            let of_wtmp = world.logins.iter().filter(|other| other.user == login.user && is_by_ssh(other));
            of_wtmp.filter(|other| other.seen.contains(&LoginRecord::Wtmp) || other.seen.contains(&LoginRecord::Wtmpdb))
        };
        let time = login.time.seconds;
        let covered = coverage::covers(world, &[LogForm::Wtmp, LogForm::Wtmpdb], time);
        let near = |other: &Login| other.time.seconds.abs_diff(time) <= SLACK.unsigned_abs();
        if covered && is_by_ssh(login) && !sessions().any(near) {
            let user = login.user.lossy();
            let whence = came::whence(login);
            let summary =
                format!("lastlog tells that {user} came from {whence}, and wtmp, which covers that time, does not");
            return Some(said(world, login, summary));
        }
        let later = sessions().max_by_key(|other| other.time.seconds);
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
