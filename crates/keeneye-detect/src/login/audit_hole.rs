//! Events are missing in the audit log.
//!
//! # What it sees
//! The kernel numbers all events of the audit system. Numbers that no audit log has, between others that are there and
//! without a start or a pause of auditd between them: lines were taken out, or a log between two others was deleted. 64
//! events or more over ten minutes or more are `unusual`, and `suspicious` where other logs went on in that time. Fewer
//! are a `note`. Where kernel or auditd say that events were lost on that day, nothing is told.
//!
//! # Why it matters
//! The audit log says who logged in and what was run. Who wants to hide that edits it, or deletes the file of that
//! time.
//!
//! # Innocent causes
//! A limit of the rate (`auditctl -r`) and queues that overflow: the kernel says so in the system's log. A full disk. A
//! setting by which auditd wrote nothing for a while (`write_logs`): ask who wanted that. Rules that exclude events leave
//! no hole: those get no number. Rotation deletes the oldest log, which leaves none either. Where time runs backwards
//! behind a hole the machine may have been started: that is told as a gap.
//!
//! # What to do
//! Look at what other records tell of that time: `keeneye logins`, the system's log, the central log server.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, LogEvent, LogFile, LogForm, LogKind, LogOddity};
use keeneye_world::{World, rfc3339};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/audit-hole",
    title: "events that are missing in the audit log",
    level: Level::Suspicious,
    attack: &["T1070.002"],
    absolute: false,
    source: include_str!("audit_hole.rs"),
    run,
};

/// Queues that overflow lose fewer events, or all of them within a short time.
const MANY: u64 = 64;
const LONG: i64 = 600;
const DAY: i64 = 86_400;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let logs = scene.world.log_files.iter().filter(|file| file.form == LogForm::Audit);
    logs.filter_map(|file| judge(scene.world, file)).collect()
}

/// What is missing between two numbers, and the times around it.
#[derive(Clone, Copy)]
struct Hole {
    after: u64,
    before: u64,
    from: i64,
    to: i64,
}

impl Hole {
    fn of(oddity: &LogOddity) -> Option<Self> {
        let LogOddity::SequenceHole { after, before, from, to } = oddity else { return None };
        Some(Self { after: *after, before: *before, from: *from, to: *to })
    }
    fn events(self) -> u64 {
        self.before.saturating_sub(self.after).saturating_sub(1)
    }
    fn is_large(self) -> bool {
        self.events() >= MANY && self.to.saturating_sub(self.from) >= LONG
    }
    fn has(self, time: i64) -> bool {
        time > self.from && time < self.to
    }
}

fn judge(world: &World, file: &LogFile) -> Option<Finding> {
    let holes: Vec<Hole> = file.oddities.iter().filter_map(Hole::of).filter(|hole| !was_lost(world, *hole)).collect();
    let worst = holes.iter().copied().max_by_key(|hole| (hole.is_large(), hole.events()))?;
    let others = others_went_on(world, worst);
    let level = match (worst.is_large(), others) {
        (true, true) => Level::Suspicious,
        (true, false) => Level::Unusual,
        (false, _) => Level::Note,
    };
    let events: u64 = holes.iter().map(|hole| hole.events()).sum();
    let what = if events == 1 { "an event is".into() } else { format!("{events} events are") };
    let also = if level == Level::Suspicious { ", of a time at which other logs went on" } else { "" };
    let mut finding =
        DETECTOR.finding(level, subject::file(&file.path), format!("{}: {what} missing{also}", file.path.lossy()));
    for Hole { after, before, from, to } in holes.iter().copied().take(20) {
        let (from, to) = (rfc3339(from), rfc3339(to));
        finding = finding.evidence("numbers", format!("{after} at {from} is followed by {before} at {to}"));
    }
    Some(
        finding
            .innocent("the kernel lost events", worst.is_large(), "it would say so, and not lose all for so long")
            .innocent("the audit log's disk was full", false, "auditd says so in the system's log")
            .since(worst.from)
            .next("keeneye logins"),
    )
}

/// Kernel or auditd say that events were lost about then.
fn was_lost(world: &World, hole: Hole) -> bool {
    let says_so = |event: &&LogEvent| {
        let by = event.program == "kernel" || event.program == "auditd";
        by && event.kind == LogKind::ServiceFailed && event.command.as_ref().is_some_and(|what| *what == "audit")
    };
    let mut times = world.log_events.iter().filter(says_so).filter_map(|event| event.time);
    times.any(|time| (hole.from.saturating_sub(DAY)..=hole.to.saturating_add(DAY)).contains(&time.seconds))
}

fn others_went_on(world: &World, hole: Hole) -> bool {
    let of_logs = |path: &[u8]| !path.starts_with(b"/var/log/audit/");
    let logins = world.logins.iter().filter(|login| of_logs(&login.source)).map(|login| login.time.seconds);
    let events = world.log_events.iter().filter(|event| of_logs(&event.source)).filter_map(|event| event.time);
    logins.chain(events.map(|time| time.seconds)).any(|time| hole.has(time))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, file, logins};
    use keeneye_facts::{Event, LogEvent, LogForm, LogKind, LogOddity, LogTime};
    const NAME: &str = "login/audit-hole";
    const PATH: &str = "/var/log/audit/audit.log";

    fn hole(missing: u64, seconds: i64) -> Event {
        let from = NOW - 9_000;
        let hole = LogOddity::SequenceHole { after: 1_000, before: 1_001 + missing, from, to: from + seconds };
        file(PATH, LogForm::Audit, vec![hole])
    }
    fn said(events: &[Event]) -> Vec<String> {
        crate::testing::findings(NAME, "", events)
    }
    /// Somebody came in while events are missing, as the system's log tells.
    fn meanwhile(mut events: Vec<Event>) -> Vec<Event> {
        events.extend(logins(&[Came { user: "a", from: "192.0.2.7", method: "", key: "", ago: 8_000 }]));
        events
    }

    #[test]
    fn a_log_that_was_deleted_is_loud_and_whole_logs_are_quiet() {
        let text = ": /var/log/audit/audit.log: 400 events are missing";
        let also = ", of a time at which other logs went on";
        assert_eq!(said(&meanwhile(vec![hole(400, 2_000)])), [format!("suspicious{text}{also}")]);
        assert_eq!(said(&[hole(400, 2_000)]), [format!("unusual{text}")]);
        assert_eq!(said(&[hole(400, 500)]), [format!("note{text}")]);
        assert_eq!(said(&[hole(1, 2_000)]), ["note: /var/log/audit/audit.log: an event is missing"]);
        assert_eq!(said(&meanwhile(vec![file(PATH, LogForm::Audit, vec![])])), [""; 0]);
        let journal = LogOddity::SequenceHole { after: 1, before: 900, from: 0, to: 9_000 };
        assert_eq!(said(&[file("/j", LogForm::Journal, vec![journal])]), [""; 0]);
    }

    #[test]
    fn events_that_the_kernel_says_it_lost() {
        let lost = |program: &str, ago| {
            let time = Some(LogTime { seconds: NOW - ago, ..LogTime::default() });
            let (kind, command) = (LogKind::ServiceFailed, Some("audit".into()));
            let event = LogEvent { kind, time, program: program.into(), command, ..LogEvent::default() };
            meanwhile(vec![hole(400, 2_000), Event::LogEventSeen(Box::new(event))])
        };
        assert_eq!(said(&lost("kernel", 9_500)), [""; 0]);
        assert_eq!(said(&lost("auditd", 9_500)), [""; 0]);
        assert_eq!(said(&lost("kernel", 9 * 86_400)).len(), 1, "long before");
        assert_eq!(said(&lost("audit-tool", 9_500)).len(), 1);
    }
}
