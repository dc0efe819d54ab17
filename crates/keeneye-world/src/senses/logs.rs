//! Logs and login records: who came in, who tried, and whether the records are whole.

mod databases;
mod endings;
mod failures;
mod files;
mod join;
mod packages;
mod places;
mod records;
mod silence;
#[cfg(test)]
mod tests;

use super::Plan;
use crate::journal::{self, Sequence};
use crate::log_read::{JournalRead, LogRead};
use crate::logs::{self, audit, tally};
use crate::{Answer, Look, World};
use files::Found;
use join::Joined;
use keeneye_facts::{
    Event, LogEvent, LogFile, LogForm, LogKind, LogOddity, LogTime, Login, Refusal, Text, TimeCertainty,
};
use std::collections::BTreeMap;

/// Logins, and other things that logs say, which are told; of more, the newest.
const MAX_LOGINS: usize = 50_000;
const MAX_EVENTS: usize = 50_000;
/// Holes in the numbers of a journal that are told.
const MAX_HOLES: usize = 50;
/// Of so many lines of sshd one in a hundred may be unknown.
const ENOUGH_LINES: u64 = 200;

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    let found = files::find(look, world, plan.quick);
    let (of_packages, logs): (Vec<Found>, Vec<Found>) =
        found.files.into_iter().partition(|found| found.form == LogForm::Packages);
    packages::look(look, &of_packages, plan);
    let files = logs.iter().map(Found::file).collect();
    let journals_are_whole = found.whole && !found.unseen.contains(&LogForm::Journal);
    let audit_is_whole = !found.unseen.contains(&LogForm::Audit);
    let mut slate = Slate { files, journals_are_whole, audit_is_whole, ..Slate::default() };
    // One after the other: several answers at once would be several times the memory. The newest first: all of them have
    // one budget.
    let mut order: Vec<(usize, &Found)> = logs.iter().enumerate().collect();
    order.sort_by_key(|(_, found)| std::cmp::Reverse(found.stat.modified));
    for (number, found) in order {
        slate.read(look, world, found, number);
    }
    if slate.read == 0 {
        nothing(look, &slate.files);
    }
    slate.tell(look, world);
}

/// That nothing tells who logged in is told in one sentence, besides what was refused.
fn nothing(look: &mut Look<'_>, files: &[LogFile]) {
    let why = match files.len() {
        0 => "no log and no login record was found".to_owned(),
        all => format!("none of {all} logs and login records could be read"),
    };
    look.gap("who logged in", Refusal::Nothing(why));
}

/// What was read so far.
#[derive(Default)]
struct Slate {
    /// Logs and login records that were opened.
    read: usize,
    files: Vec<LogFile>,
    /// Of each file, by its number.
    events: BTreeMap<usize, Vec<LogEvent>>,
    joined: Joined,
    /// Rows of wtmpdb, and last logins: they are joined to what logs tell.
    rows: Vec<Login>,
    lasts: Vec<Login>,
    failures: failures::Counted,
    sessions: records::Sessions,
    /// Numbers of the entries of each journal, with its place among the files.
    sequences: Vec<(usize, Sequence)>,
    /// Numbers of the events of the audit logs, by their numbers among the files.
    serials: BTreeMap<usize, audit::Serials>,
    /// See `journals_are_whole`.
    audit_is_whole: bool,
    silence: silence::Hours,
    /// All files of the journal were read to their ends: only then a number that is missing is a hole.
    journals_are_whole: bool,
    /// Lines of sshd, and those that were understood.
    sshd: (u64, u64),
    /// Failed attempts for which there was no room.
    uncounted: u64,
}

impl Slate {
    fn read(&mut self, look: &mut Look<'_>, world: &World, found: &Found, number: usize) {
        if found.leads_away {
            return;
        }
        let Some(mut file) = self.files.get(number).cloned() else { return };
        match found.form {
            LogForm::Wtmpdb | LogForm::Lastlog2 => {
                let opened = databases::read(look, found, &mut file, &mut self.rows, &mut self.lasts);
                self.read += usize::from(opened);
            }
            _ => match look.ask(&found.question(), found.path.clone()) {
                Some(Answer::Log(read)) => self.take(look, world, found, number, &mut file, *read),
                Some(other) => look.misfit(found.path.clone(), &other),
                None => self.is_not_whole(found),
            },
        }
        if let Some(place) = self.files.get_mut(number) {
            *place = file;
        }
    }

    /// What is missing in what was read of a file is not missing in the file.
    fn is_not_whole(&mut self, found: &Found) {
        match found.form {
            LogForm::Audit => self.audit_is_whole = false,
            LogForm::Journal => self.journals_are_whole = false,
            LogForm::Syslog => self.silence.spoil(&found.series()),
            _ => (),
        }
    }

    fn take(
        &mut self,
        look: &mut Look<'_>,
        world: &World,
        found: &Found,
        number: usize,
        file: &mut LogFile,
        read: LogRead,
    ) {
        if let Some(why) = &read.cut {
            look.gap(found.path.clone(), Refusal::Cut(why.clone()));
            self.is_not_whole(found);
        }
        self.read += 1;
        self.uncounted += read.uncounted;
        if let Some(tallied) = read.tallied {
            self.take_lines(look, found, number, file, tallied);
        }
        // Copies that somebody made of a log have another name.
        if let Some(serials) = read.serials.filter(|_| found.series().file_name() == b"audit.log") {
            self.serials.insert(number, serials);
        }
        if let Some(journal) = read.journal {
            self.take_journal(look, found, number, file, journal);
        }
        let time = |seconds| LogTime { seconds, certainty: TimeCertainty::Written };
        if found.form == LogForm::Btmp {
            file.entries = read.entries;
            (file.first, file.last) = read.times.map(|(first, last)| (time(first), time(last))).unzip();
        }
        let series = found.series();
        read.failures.into_iter().for_each(|failures| self.failures.add(&series, failures));
        file.oddities.extend(read.oddities);
        match found.form {
            LogForm::Wtmp | LogForm::Utmp => self.sessions.take(number, found, read.extents),
            LogForm::Faillog => {
                let failures = records::faillog(world, file, &read.extents);
                failures.into_iter().for_each(|failures| self.failures.add(&series, failures));
            }
            LogForm::Lastlog => self.lasts.extend(records::lastlog(world, found, file, &read.extents)),
            _ => (),
        }
    }

    fn take_lines(
        &mut self,
        look: &mut Look<'_>,
        found: &Found,
        number: usize,
        file: &mut LogFile,
        tallied: tally::Tallied,
    ) {
        let series = found.series();
        (file.entries, file.first, file.last) = (tallied.counts.lines, tallied.first, tallied.last);
        (file.sshd, file.sshd_understood) = (tallied.counts.sshd, tallied.counts.sshd_known);
        self.sshd = (self.sshd.0 + file.sshd, self.sshd.1 + file.sshd_understood);
        if tallied.lines_cut > 0 {
            let why = format!("the newest lines; {} older ones were left out", tallied.lines_cut);
            look.gap(found.path.clone(), Refusal::Cut(why));
        }
        self.uncounted += tallied.uncounted;
        let events = self.events.entry(number).or_default();
        events.extend(tallied.lines.iter().filter_map(|line| event(found, line)));
        // Mail servers let people in as well, and keep their logs for another time.
        let of_ssh = |event: &&LogEvent| logs::is_sshd(&event.program) || event.program == "dropbear";
        let accepted = events.iter().filter(|event| event.kind == LogKind::Accepted);
        let mut accepted = accepted.filter(of_ssh).filter_map(|event| event.time);
        // Where older lines were left out, the file tells nothing of the time before.
        file.logins_from = accepted.next().map(|first| match tallied.lines_cut {
            0 => file.first.unwrap_or(first),
            _ => first,
        });
        events.extend(tallied.repeats.iter().map(|repeats| repeated(&found.path, repeats)));
        if found.form == LogForm::Syslog && file.sshd > 0 {
            self.silence.take(&series, number, &tallied.hours);
        }
        if tallied.hours_cut > 0 {
            look.gap(found.path.clone(), Refusal::Cut("hours with lines: there are too many".into()));
            self.silence.spoil(&series);
        }
        let sums = [tallied.failures, tallied.by_address].concat();
        self.failures.take(&series, &sums, &tallied.addresses);
    }

    fn take_journal(
        &mut self,
        look: &mut Look<'_>,
        found: &Found,
        number: usize,
        file: &mut LogFile,
        journal: JournalRead,
    ) {
        file.entries = journal.entries;
        let time = |micros: u64| LogTime { seconds: seconds(micros), certainty: TimeCertainty::Written };
        file.first = journal.sequence.ranges.first().map(|range| time(range.from));
        file.last = journal.sequence.ranges.last().map(|range| time(range.until));
        if journal.sequence.is_cut {
            let why = "numbers of entries: they change too often between its file and others";
            look.gap(found.path.clone(), Refusal::Cut(why.into()));
        }
        self.sequences.push((number, journal.sequence));
        if let Some(why) = journal.damage {
            self.journals_are_whole = false;
            look.gap(found.path.clone(), Refusal::Garbled(why));
        }
        if journal.lost > 0 {
            let why = format!("as many values as are kept; {} that entries name were not there any more", journal.lost);
            look.gap(found.path.clone(), Refusal::Cut(why));
        }
        if journal.forged > 0 {
            file.oddities.push(LogOddity::Forged { lines: journal.forged, uid: journal.forger.unwrap_or_default() });
        }
    }

    fn tell(mut self, look: &mut Look<'_>, world: &World) {
        self.holes();
        self.audit_holes(look);
        let (failures, beyond) = std::mem::take(&mut self.failures).tell();
        let uncounted = self.uncounted + beyond;
        if uncounted > 0 {
            let why = format!("so many addresses and accounts that {uncounted} lines were not counted");
            look.gap("failed logins", Refusal::Cut(why));
        }
        let mut events: Vec<LogEvent> = self.events.into_values().flatten().collect();
        let spans = self.sessions.finish(&mut self.files, &mut events);
        self.silence.tell(&mut stops(&events, world), &mut self.files);
        let (sshd, understood) = self.sshd;
        if sshd >= ENOUGH_LINES && understood.saturating_mul(100) < sshd.saturating_mul(99) {
            let why = format!("{} of {sshd} lines: keeneye does not know them, please report", sshd - understood);
            look.gap("lines of sshd", Refusal::Garbled(why));
        }
        events.sort_by_key(|event| event.time.map(|time| time.seconds));
        // What a daemon says of a login tells most, so that comes first.
        let mut others = self.joined.take_events(events);
        spans.iter().for_each(|(span, record, source)| self.joined.span(span, *record, source));
        self.rows.into_iter().for_each(|row| self.joined.session_of_database(row));
        self.lasts.into_iter().for_each(|login| self.joined.last(login));
        let mut logins = self.joined.logins();
        newest(look, &mut logins, MAX_LOGINS, "logins");
        newest(look, &mut others, MAX_EVENTS, "events in logs");
        places::find(look, &mut logins, &failures);
        endings::tell(look, world, &mut logins);
        logins.into_iter().for_each(|login| look.saw(Event::LoginSeen(Box::new(login))));
        failures.into_iter().for_each(|failures| look.saw(Event::FailuresSeen(Box::new(failures))));
        others.into_iter().for_each(|event| look.saw(Event::LogEventSeen(Box::new(event))));
        self.files.into_iter().for_each(|file| look.saw(Event::LogFileSeen(Box::new(file))));
    }

    /// Numbers of audit events that no log has.
    fn audit_holes(&mut self, look: &mut Look<'_>) {
        if !self.audit_is_whole {
            return;
        }
        if self.serials.values().any(|log| log.is_unclear) {
            let why = "what can be followed: several machines write there, or auditd was started very often";
            look.gap("holes in the audit log", Refusal::Cut(why.into()));
            return;
        }
        let missing = audit::missing(self.serials.values());
        if let Some(first) = missing.unclear.first() {
            let why = format!(
                "time runs backwards behind {} of them; number {} is the first that is missing there",
                missing.unclear.len(),
                first.first
            );
            look.gap("holes in the audit log", Refusal::Garbled(why));
        }
        for hole in missing.holes.into_iter().take(MAX_HOLES) {
            let mut ranges =
                self.serials.iter().flat_map(|(number, log)| log.ranges().map(move |range| (number, range)));
            let behind = ranges.find(|(_, range)| range.first == hole.last.saturating_add(1));
            if let Some(file) = behind.and_then(|(number, _)| self.files.get_mut(*number)) {
                file.oddities.push(sequence_hole(&hole));
            }
        }
    }

    /// Numbers of journal entries that no file has.
    fn holes(&mut self) {
        if !self.journals_are_whole {
            return;
        }
        let holes = journal::holes(self.sequences.iter().map(|(_, sequence)| sequence));
        for hole in holes.into_iter().take(MAX_HOLES) {
            let goes_on = |(_, sequence): &&(usize, Sequence)| {
                sequence.id == hole.id && sequence.ranges.iter().any(|range| range.first == hole.last.saturating_add(1))
            };
            let number = self.sequences.iter().find(goes_on).map(|(number, _)| *number);
            if let Some(file) = number.and_then(|number| self.files.get_mut(number)) {
                file.oddities.push(sequence_hole(&hole));
            }
        }
    }
}

/// When the machine was started, stopped or put to sleep, or its clock was set.
fn stops(events: &[LogEvent], world: &World) -> Vec<i64> {
    use LogKind::{Booted, ClockChanged, Slept, Stopped};
    let is_stop = |event: &&LogEvent| matches!(event.kind, Booted | Stopped | Slept | ClockChanged);
    let times = events.iter().filter(is_stop).filter_map(|event| event.time).map(|time| time.seconds);
    times.chain(world.host.live.then(|| world.host.time_of_ticks(0))).collect()
}

fn sequence_hole(hole: &journal::Hole) -> LogOddity {
    LogOddity::SequenceHole {
        after: hole.first.saturating_sub(1),
        before: hole.last.saturating_add(1),
        from: seconds(hole.from),
        to: seconds(hole.until),
    }
}

/// Of microseconds, as journals count.
fn seconds(micros: u64) -> i64 {
    i64::try_from(micros / 1_000_000).unwrap_or_default()
}

/// What a line that was kept says.
fn event(found: &Found, line: &tally::KeptLine) -> Option<LogEvent> {
    match found.form {
        LogForm::Audit => audit::event(&found.path, line.at, &audit::Record::read(&line.text)?),
        _ => logs::parse(&line.text)?.event(&found.path, line.at, line.time),
    }
}

/// What happened again and again on one day, as one event.
fn repeated(source: &Text, repeats: &tally::Repeats) -> LogEvent {
    let text = |text: &Text| (!text.as_slice().is_empty()).then(|| text.clone());
    LogEvent {
        source: source.clone(),
        at: repeats.first.0,
        time: repeats.first.1,
        kind: repeats.kind,
        program: repeats.program.clone(),
        user: text(&repeats.user),
        command: text(&repeats.command),
        times: Some(repeats.count),
        until: repeats.last.1.map(|last| last.seconds),
        ..LogEvent::default()
    }
}

/// What is oldest is left out where there is too much.
fn newest<T>(look: &mut Look<'_>, all: &mut Vec<T>, most: usize, what: &str) {
    if all.len() > most {
        look.gap(what, Refusal::Cut(format!("the newest {most}")));
        all.drain(..all.len() - most);
    }
}
