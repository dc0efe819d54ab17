//! A log was silent for much longer than ever.
//!
//! # What it sees
//! In a log of the system: a time without any line, several times as long as the longest other one, while the machine was
//! up: `unusual`. Where failed logins were recorded in that very time, which are lines of that log too, it is
//! `suspicious`.
//!
//! # Why it matters
//! Servers write something all day long: cron, strangers who try passwords. Lines that were cut out leave a hole, and so
//! does a logger that was stopped.
//!
//! # Innocent causes
//! The machine was off: then its start follows, and nothing is said. It slept. A logger that hung.
//!
//! # What to do
//! Look at what other records tell of that time: `keeneye logins`, the journal, the central log server.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, LogFile, LogForm, LogKind, LogOddity};
use keeneye_world::{World, rfc3339};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/log-silent",
    title: "a log that was silent for long",
    level: Level::Suspicious,
    attack: &["T1070.002", "T1562.001"],
    absolute: false,
    source: include_str!("log_silent.rs"),
    run,
};

/// So many times the longest other silence.
const TIMES: i64 = 3;
/// Shorter silences, in seconds, are nobody's.
const SHORT: i64 = 6 * 3_600;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let logs = scene.world.log_files.iter().filter(|file| file.form == LogForm::Syslog);
    logs.flat_map(|file| file.oddities.iter().filter_map(|oddity| judge(scene.world, file, oddity))).collect()
}

fn judge(world: &World, file: &LogFile, oddity: &LogOddity) -> Option<Finding> {
    let LogOddity::Silent { from, to, usual } = oddity else { return None };
    let silence = to.saturating_sub(*from);
    if silence < SHORT || silence < usual.saturating_mul(TIMES) || was_off(world, *from, *to) {
        return None;
    }
    let inside = |time: i64| time > from.saturating_add(60) && time < to.saturating_sub(60);
    let logins = world.logins.iter().filter(|login| inside(login.time.seconds) && login.from.is_some()).count();
    let failed = world.failures.iter().any(|failures| inside(failures.first) && inside(failures.last));
    let active = logins > 0 || failed;
    let level = if active { Level::Suspicious } else { Level::Unusual };
    let hours = silence / 3_600;
    let also = if active { ", and other records have logins in that time" } else { "" };
    let summary = format!("{} was silent for {hours} hours{also}", file.path.lossy());
    Some(
        DETECTOR
            .finding(level, subject::file(&file.path), summary)
            .evidence("from and to", format!("{} and {}", rfc3339(*from), rfc3339(*to)))
            .evidence("the longest other silence, in seconds", usual.to_string())
            .innocent("the machine was off", true, "a start of the machine would follow")
            .innocent("the logger hung, or was stopped for maintenance", false, "ask")
            .since(*from)
            .next("keeneye logins"),
    )
}

/// It was started or stopped in that time, or at its end.
fn was_off(world: &World, from: i64, to: i64) -> bool {
    let is_start = |kind| matches!(kind, LogKind::Booted | LogKind::Stopped);
    let starts = world.log_events.iter().filter(|event| is_start(event.kind)).filter_map(|event| event.time);
    let boot = world.host.time_of_ticks(0);
    let mut times = starts.map(|time| time.seconds).chain([boot]);
    times.any(|time| time >= from.saturating_sub(600) && time <= to.saturating_add(600))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, failures, file, logins};
    use keeneye_facts::{Event, LogEvent, LogForm, LogKind, LogOddity, LogTime};
    const NAME: &str = "login/log-silent";
    const HOST: &str = "";

    fn silent(hours: i64, usual: i64) -> Event {
        let to = NOW - 20_000;
        let silence = LogOddity::Silent { from: to - hours * 3_600, to, usual };
        file("/var/log/auth.log", LogForm::Syslog, vec![silence])
    }
    fn said(events: &[Event]) -> Vec<String> {
        crate::testing::findings(NAME, HOST, events)
    }

    #[test]
    fn a_long_silence_is_told_and_a_usual_one_is_not() {
        assert_eq!(said(&[silent(20, 3_600)]), ["unusual: /var/log/auth.log was silent for 20 hours"]);
        assert_eq!(said(&[silent(20, 12 * 3_600)]), [""; 0]);
        assert_eq!(said(&[silent(3, 60)]), [""; 0]);
    }
    #[test]
    fn a_machine_that_was_off_says_nothing() {
        let time = Some(LogTime { seconds: NOW - 20_010, ..LogTime::default() });
        let boot = Event::LogEventSeen(Box::new(LogEvent { kind: LogKind::Booted, time, ..LogEvent::default() }));
        assert_eq!(said(&[silent(20, 3_600), boot]), [""; 0]);
    }
    #[test]
    fn while_others_were_active() {
        let text = "suspicious: /var/log/auth.log was silent for 20 hours, and other records have logins in that time";
        let mut events = failures("192.0.2.7", "root", 30, 60_000, 50_000);
        events.push(silent(20, 3_600));
        assert_eq!(said(&events), [text]);
        let mut events = logins(&[Came { user: "a", from: "192.0.2.7", method: "", key: "", ago: 50_000 }]);
        events.push(silent(20, 3_600));
        assert_eq!(said(&events), [text]);
    }
}
