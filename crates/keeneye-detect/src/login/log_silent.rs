//! A log was silent for much longer than is usual for it.
//!
//! # What it sees
//! In a log of the system: a time of three hours or more without any line, three times as long as all its silences but
//! one in a thousand, while the machine was up: `unusual`. Silences that come back every day or week are a rhythm.
//! Where other records have logins or failed logins of that very time, it is `suspicious`.
//!
//! # Why it matters
//! Servers write something all day long: cron, strangers who try passwords. Lines that were cut out leave a hole, and
//! so does a logger that was stopped.
//!
//! # Innocent causes
//! The machine was off, it slept, or its clock was set: then nothing is said. A virtual machine that was paused. A
//! logger that hung. A long holiday.
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

/// So many times the usual silence.
const TIMES: i64 = 3;
/// Shorter silences, in seconds, are nobody's.
const SHORT: i64 = 3 * 3_600;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let logs = scene.world.log_files.iter().filter(|file| file.form == LogForm::Syslog);
    logs.flat_map(|file| file.oddities.iter().filter_map(|oddity| judge(scene.world, file, oddity))).collect()
}

fn judge(world: &World, file: &LogFile, oddity: &LogOddity) -> Option<Finding> {
    let LogOddity::Silent { from, to, usual } = oddity else { return None };
    let silence = to.saturating_sub(*from);
    if silence < SHORT || silence < usual.saturating_mul(TIMES) || was_paused(world, *from, *to) {
        return None;
    }
    let inside = |time: i64| time > from.saturating_add(60) && time < to.saturating_sub(60);
    let logins = world.logins.iter().filter(|login| inside(login.time.seconds) && login.from.is_some()).count();
    let failed = world.failures.iter().any(|failures| inside(failures.first) && inside(failures.last));
    let (level, also) = match (logins > 0, failed) {
        (true, _) => (Level::Suspicious, ", and other records have logins in that time"),
        (false, true) => (Level::Suspicious, ", and other records have failed logins in that time"),
        (false, false) => (Level::Unusual, ""),
    };
    let hours = silence / 3_600;
    let summary = format!("{} was silent for {hours} hours{also}", file.path.lossy());
    Some(
        DETECTOR
            .finding(level, subject::file(&file.path), summary)
            .evidence("from and to", format!("{} and {}", rfc3339(*from), rfc3339(*to)))
            .evidence("usual silences last up to, in seconds", usual.to_string())
            .innocent("the machine was off", true, "a start of the machine would follow")
            .innocent("the logger hung, or was stopped for maintenance", false, "ask")
            .since(*from)
            .next("keeneye logins"),
    )
}

/// A virtual machine that is paused does not count the time. So it seems to have been started later than its logs tell,
/// by about as much as it was paused.
fn was_paused(world: &World, from: i64, to: i64) -> bool {
    let boots = world.log_events.iter().filter(|event| event.kind == LogKind::Booted).filter_map(|event| event.time);
    let told = boots.map(|boot| boot.seconds).max().filter(|boot| *boot <= from && world.host.live);
    let later = told.map(|told| world.host.time_of_ticks(0).saturating_sub(told));
    later.is_some_and(|later| later >= to.saturating_sub(from) / 2)
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
        assert_eq!(said(&[silent(2, 60)]), [""; 0]);
    }
    #[test]
    fn a_virtual_machine_that_was_paused_says_nothing() {
        // By its own count it was started a million seconds ago.
        let boot = |before: i64| {
            let time = Some(LogTime { seconds: NOW - 1_000_000 - before, ..LogTime::default() });
            Event::LogEventSeen(Box::new(LogEvent { kind: LogKind::Booted, time, ..LogEvent::default() }))
        };
        assert_eq!(said(&[silent(20, 3_600), boot(19 * 3_600)]), [""; 0]);
        assert_eq!(said(&[silent(20, 3_600), boot(30)]).len(), 1);
    }
    #[test]
    fn while_others_were_active() {
        let text = "suspicious: /var/log/auth.log was silent for 20 hours, and other records have logins in that time";
        let mut events = failures("192.0.2.7", "root", 30, 60_000, 50_000);
        events.push(silent(20, 3_600));
        assert_eq!(said(&events), [text.replace("have logins", "have failed logins")]);
        let mut events = logins(&[Came { user: "a", from: "192.0.2.7", method: "", key: "", ago: 50_000 }]);
        events.push(silent(20, 3_600));
        assert_eq!(said(&events), [text]);
    }
}
