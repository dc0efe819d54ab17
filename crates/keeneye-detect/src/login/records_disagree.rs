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

use super::{came, coverage};
use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, LogForm, Login, LoginRecord, Text};

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

/// Findings; more is one cause, told by the first ones.
const MAX: usize = 10;
/// Seconds that clocks of records may differ by.
const SLACK: i64 = 10;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let without_line = scene.world.logins.iter().filter_map(|login| without_a_line(scene, login));
    without_line.chain(last_logins(scene)).take(MAX).collect()
}

/// sshd writes a line of each login; at which level of its log it does not, all are missing.
fn without_a_line(scene: &Scene<'_>, login: &Login) -> Option<Finding> {
    let world = scene.world;
    let elsewhere = [LoginRecord::Wtmp, LoginRecord::Wtmpdb, LoginRecord::Utmp, LoginRecord::Audit];
    let by_ssh =
        login.from.is_some() && (login.service == "sshd" || login.tty.as_ref().is_some_and(|t| t.starts_with(b"pts/")));
    let lines = [LoginRecord::Daemon, LoginRecord::Pam, LoginRecord::Logind];
    let has_line = lines.iter().any(|record| login.seen.contains(record));
    let others_have = world.logins.iter().any(|other| other.seen.contains(&LoginRecord::Daemon));
    if !by_ssh || has_line || !others_have || !coverage::covers_sshd(world, login.time.seconds) {
        return None;
    }
    let told = elsewhere.iter().find(|record| login.seen.contains(record))?;
    let summary = format!(
        "{} tells that {} came from {}, and the log of sshd, which covers that time, does not",
        name(*told),
        login.user.lossy(),
        came::whence(login)
    );
    Some(said(scene, login, summary))
}

/// lastlog and wtmp are written together for each login on a terminal.
fn last_logins<'a>(scene: &'a Scene<'a>) -> impl Iterator<Item = Finding> + 'a {
    let world = scene.world;
    let in_lastlog = world.logins.iter().filter(|login| login.seen.contains(&LoginRecord::Lastlog));
    in_lastlog.filter_map(move |login| {
        let sessions = || {
            let of_wtmp = world.logins.iter().filter(|other| other.user == login.user);
            of_wtmp.filter(|other| other.seen.contains(&LoginRecord::Wtmp) || other.seen.contains(&LoginRecord::Wtmpdb))
        };
        let time = login.time.seconds;
        let covered = coverage::covers(world, &[LogForm::Wtmp, LogForm::Wtmpdb], time);
        if covered && !sessions().any(|other| other.time.seconds.abs_diff(time) <= SLACK.unsigned_abs()) {
            let user = login.user.lossy();
            let whence = came::whence(login);
            let summary =
                format!("lastlog tells that {user} came from {whence}, and wtmp, which covers that time, does not");
            return Some(said(scene, login, summary));
        }
        let later = sessions().filter(|other| other.tty.is_some() && other.service != "ftp");
        let later = later.max_by_key(|other| other.time.seconds).filter(|other| other.time.seconds > time + SLACK)?;
        let summary = format!(
            "wtmp tells that {} came from {}, and lastlog has an older login as the last",
            login.user.lossy(),
            came::whence(later)
        );
        Some(said(scene, later, summary))
    })
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

fn said(scene: &Scene<'_>, login: &Login, summary: String) -> Finding {
    let told: Vec<&str> = login.seen.iter().map(|record| name(*record)).collect();
    DETECTOR
        .finding(Level::Suspicious, came::subject(scene.world, login), summary)
        .evidence("told by", told.join(", "))
        .evidence("record", Text::from(format!("{}, {}", login.source.lossy(), login.at)))
        .innocent("sshd was told to log less", false, "then no login of that time has a line")
        .related(subject::file(&login.source))
        .since(login.time.seconds)
        .next(format!("keeneye logins --user {}", login.user.lossy()))
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
        assert_eq!(said(vec![other.clone(), seen_in(ANNA, &[LoginRecord::Wtmp])], 90_000), [text]);
        let both = seen_in(ANNA, &[LoginRecord::Wtmp, LoginRecord::Daemon]);
        assert_eq!(said(vec![other.clone(), both], 90_000), [""; 0]);
        assert_eq!(said(vec![other, seen_in(ANNA, &[LoginRecord::Wtmp])], 4_000), [""; 0], "the log begins later");
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Wtmp])], 90_000), [""; 0], "sshd logs no logins at all");
    }
    #[test]
    fn lastlog_beside_wtmp() {
        let text =
            "suspicious: lastlog tells that anna came from 192.0.2.9, and wtmp, which covers that time, does not";
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Lastlog])], 90_000), [text]);
        let in_both = seen_in(Came { ago: 5_002, ..ANNA }, &[LoginRecord::Wtmp]);
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Lastlog]), in_both], 90_000), [""; 0]);
        let later = seen_in(Came { ago: 100, ..ANNA }, &[LoginRecord::Wtmp]);
        let first = seen_in(ANNA, &[LoginRecord::Wtmp]);
        let text = "suspicious: wtmp tells that anna came from 192.0.2.9, and lastlog has an older login as the last";
        assert_eq!(said(vec![seen_in(ANNA, &[LoginRecord::Lastlog]), first, later], 90_000), [text]);
    }
}
