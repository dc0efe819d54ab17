//! Login records from which something was taken.
//!
//! # What it sees
//! In wtmp, btmp and their rotated predecessors: records of nothing but zeros, a session that ends and never began although the
//! start of the machine before it is on record, a record that is older than the one before it, a file that is no whole
//! number of records. In wtmpdb: rows that are missing between others. Zeros, missing rows and an end without a beginning
//! are `suspicious`, the others `unusual`; two kinds in one file are `suspicious`. A few zeros at the end of a file or where
//! the machine was started next are what a crash leaves, and `unusual`. In the oldest file, an end whose beginning may
//! have stood before it is a `note`.
//!
//! # Why it matters
//! Tools that clean login records overwrite them with zeros or cut them out. `last` says nothing of either.
//!
//! # Innocent causes
//! A crash in the midst of a record leaves a part of one, and file systems fill what was not written yet with zeros. A
//! clock that was set back makes times run backwards: then the records say so themselves. A full disk.
//!
//! # What to do
//! Hold the records beside the others: `keeneye logins` shows which records tell of each login. Times around the
//! gap tell when somebody had something to hide.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Behind, Finding, Level, LogFile, LogForm, LogKind, LogOddity};
use keeneye_world::{World, rfc3339};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/record-tampered",
    title: "login records do not hold together",
    level: Level::Suspicious,
    attack: &["T1070.002", "T1070"],
    absolute: false,
    source: include_str!("record_tampered.rs"),
    run,
};

/// A crash takes what was written in the half minute before it, which the kernel had not brought to the disk
/// (`vm.dirty_expire_centisecs`). No ordinary server has more logins, or failed ones, in that time.
const LOST_IN_A_CRASH: u64 = 256;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.log_files.iter().filter_map(|file| judge(scene.world, file)).collect()
}

fn judge(world: &World, file: &LogFile) -> Option<Finding> {
    if !file.form.is_of_records() {
        return None;
    }
    let said: Vec<Said> = file.oddities.iter().filter_map(|oddity| say(world, file, oddity)).collect();
    let torn = file.oddities.iter().any(|oddity| matches!(oddity, LogOddity::Torn { .. }));
    // Sessions may have been open when the file began: that says something only beside a file that was cut.
    let counts = said.iter().filter(|said| said.level > Level::Note || torn);
    let kinds = counts.map(|said| said.kind).collect::<std::collections::BTreeSet<_>>().len();
    let first = said.iter().max_by_key(|said| said.level)?;
    let level = if kinds > 1 { Level::Suspicious } else { first.level };
    let more = said.len() - 1;
    let more = if more > 0 { format!(", and {more} more such") } else { String::new() };
    let summary = format!("{}: {}{more}", file.path.lossy(), first.text);
    let mut finding = DETECTOR.finding(level, subject::file(&file.path), summary);
    for said in said.iter().take(20) {
        finding = finding.evidence("odd", said.text.clone());
    }
    for oddity in file.oddities.iter().take(20) {
        if let LogOddity::Zeroed { from: Some(from), to: Some(to), .. } = oddity {
            let times = format!("records of {} and {}", rfc3339(*from), rfc3339(*to));
            finding = finding.evidence("zeros between", times);
        }
    }
    let finding = finding
        .evidence("records", file.entries.to_string())
        .innocent(
            "the machine crashed while a record was written",
            level >= Level::Suspicious,
            "that leaves a part of one, or zeros at the place where the file ended then",
        )
        .next("keeneye logins");
    Some(match said.iter().filter_map(|said| said.since).min() {
        Some(since) => finding.since(since),
        None => finding,
    })
}

struct Said {
    level: Level,
    kind: u8,
    text: String,
    since: Option<i64>,
}

/// Kinds of oddities. What a crash may have left is all of one.
const CRASH: u8 = 3;

fn say(world: &World, file: &LogFile, oddity: &LogOddity) -> Option<Said> {
    let (level, kind, text, since) = match oddity {
        LogOddity::Zeroed { first, records, .. } => {
            let what = if *records == 1 { "a record is".into() } else { format!("{records} records are") };
            match crashed(world, file, oddity) {
                Some(place) => {
                    (Level::Unusual, CRASH, format!("{what} all zeros {place}, the first is number {first}"), None)
                }
                None => {
                    let said = format!("{what} overwritten with zeros, the first is number {first}");
                    (Level::Suspicious, 0, said, None)
                }
            }
        }
        LogOddity::EndWithoutBegin { at, time, tty, sure } => (
            if *sure { Level::Suspicious } else { Level::Note },
            1,
            format!("record {at} ends a session on {} that no record begins", tty.lossy()),
            Some(*time),
        ),
        LogOddity::BackInTime { at, from, to } => {
            let back = from.saturating_sub(*to);
            (Level::Unusual, 2, format!("record {at} is {back} seconds older than the one before it"), Some(*to))
        }
        LogOddity::Torn { bytes } => {
            let said = format!("it ends with {bytes} bytes of a record, the rest of which is not there");
            (Level::Unusual, CRASH, said, None)
        }
        LogOddity::RowsMissing { rows, first } => {
            let what = if *rows == 1 { "a row is".into() } else { format!("{rows} rows are") };
            (Level::Suspicious, 4, format!("{what} missing between others, the first is number {first}"), None)
        }
        LogOddity::SequenceHole { .. }
        | LogOddity::Silent { .. }
        | LogOddity::Link { .. }
        | LogOddity::Forged { .. } => {
            return None;
        }
    };
    Some(Said { level, kind, text, since })
}

/// Where zeros stand that a crash may have left: at the place at which the file ended then. `None` for all others.
fn crashed(world: &World, file: &LogFile, oddity: &LogOddity) -> Option<&'static str> {
    let LogOddity::Zeroed { records, behind, from, to, .. } = oddity else { return None };
    if *records > LOST_IN_A_CRASH || *records >= file.entries {
        return None;
    }
    match behind {
        // A start of the machine after the crash has its own record: with none behind the zeros, they are younger.
        Behind::End => {
            let since = from.unwrap_or(i64::MIN);
            (!world.host.live || was_started(world, since, world.host.now)).then_some("at its end")
        }
        Behind::Boot => Some("before a start of the machine"),
        // Starts are not on record in btmp.
        Behind::Record if file.form == LogForm::Btmp => {
            let (from, to) = from.zip(*to)?;
            was_started(world, from, to).then_some("around a start of the machine")
        }
        Behind::Record => None,
    }
}

/// The machine was started in that time, in seconds since 1970.
fn was_started(world: &World, from: i64, to: i64) -> bool {
    let boots = world.log_events.iter().filter(|event| event.kind == LogKind::Booted).filter_map(|event| event.time);
    boots.map(|time| time.seconds).chain([world.host.time_of_ticks(0)]).any(|time| (from..=to).contains(&time))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{NOW, file};
    use keeneye_facts::{Behind, Event, LogEvent, LogForm, LogKind, LogOddity, LogTime};
    const NAME: &str = "login/record-tampered";

    fn said(form: LogForm, oddities: Vec<LogOddity>) -> Vec<String> {
        crate::testing::findings(NAME, "", &[file("/var/log/wtmp", form, oddities)])
    }
    const ZEROED: LogOddity = zeroed(1, Behind::Record);

    const fn zeroed(records: u64, behind: Behind) -> LogOddity {
        LogOddity::Zeroed { first: 1, records, behind, from: Some(NOW - 9_000), to: Some(NOW - 7_000) }
    }
    fn boot(ago: i64) -> Event {
        let time = Some(LogTime { seconds: NOW - ago, ..LogTime::default() });
        Event::LogEventSeen(Box::new(LogEvent { kind: LogKind::Booted, time, ..LogEvent::default() }))
    }
    const TORN: LogOddity = LogOddity::Torn { bytes: 100 };

    #[test]
    fn zeros_are_loud_and_whole_records_quiet() {
        let text = "suspicious: /var/log/wtmp: a record is overwritten with zeros, the first is number 1";
        assert_eq!(said(LogForm::Wtmp, vec![ZEROED]), [text]);
        assert_eq!(said(LogForm::Wtmp, vec![]), [""; 0]);
        assert_eq!(said(LogForm::Syslog, vec![ZEROED]), [""; 0]);
    }
    #[test]
    fn zeros_that_a_crash_left_do_not_alert() {
        let text = |place| format!("unusual: /var/log/wtmp: a record is all zeros {place}, the first is number 1");
        let at_end = |ago| {
            let zeros = file("/var/log/wtmp", LogForm::Wtmp, vec![zeroed(1, Behind::End)]);
            crate::testing::findings(NAME, "", &[boot(ago), zeros])
        };
        assert_eq!(at_end(8_000), [text("at its end")]);
        let loud = "suspicious: /var/log/wtmp: a record is overwritten with zeros, the first is number 1";
        assert_eq!(at_end(10_000), [loud], "nothing crashed since");
        let booted = said(LogForm::Wtmp, vec![zeroed(1, Behind::Boot)]);
        assert_eq!(booted, [text("before a start of the machine")]);
        assert!(
            said(LogForm::Wtmp, vec![zeroed(1, Behind::Boot), TORN])[0].starts_with("unusual: "),
            "both of a crash"
        );
        let loud = |records, behind| {
            let said = said(LogForm::Wtmp, vec![zeroed(records, behind)]);
            said[0].starts_with("suspicious: ")
        };
        assert!(loud(1, Behind::Record));
        assert!(loud(10, Behind::End), "the whole file is zeros");
        assert!(loud(257, Behind::Boot), "more than a crash takes");
    }
    #[test]
    fn zeros_in_btmp_around_a_start() {
        let said = |form, ago| crate::testing::findings(NAME, "", &[boot(ago), file("/l", form, vec![ZEROED])]);
        let crashed = "unusual: /l: a record is all zeros around a start of the machine, the first is number 1";
        assert_eq!(said(LogForm::Btmp, 8_000), [crashed]);
        let text = "suspicious: /l: a record is overwritten with zeros, the first is number 1";
        assert_eq!(said(LogForm::Btmp, 6_000), [text]);
        assert_eq!(said(LogForm::Wtmp, 8_000), [text], "a start would stand there");
    }
    #[test]
    fn what_else_does_not_hold_together() {
        let ends = LogOddity::EndWithoutBegin { at: 4, time: 1_600_000_000, tty: "pts/1".into(), sure: true };
        let text = "suspicious: /var/log/wtmp: record 4 ends a session on pts/1 that no record begins";
        assert_eq!(said(LogForm::Wtmp, vec![ends]), [text]);
        let back = LogOddity::BackInTime { at: 4, from: 5_000, to: 1_000 };
        let text = "unusual: /var/log/wtmp: record 4 is 4000 seconds older than the one before it";
        assert_eq!(said(LogForm::Wtmp, vec![back.clone()]), [text]);
        let text = "unusual: /var/log/wtmp: it ends with 100 bytes of a record, the rest of which is not there";
        assert_eq!(said(LogForm::Wtmp, vec![TORN]), [text]);
        assert!(said(LogForm::Wtmp, vec![TORN, back])[0].starts_with("suspicious: "), "two kinds");
        let rows = LogOddity::RowsMissing { rows: 2, first: 7 };
        let text = "suspicious: /var/log/wtmp: 2 rows are missing between others, the first is number 7";
        assert_eq!(said(LogForm::Wtmpdb, vec![rows]), [text]);
    }
}
