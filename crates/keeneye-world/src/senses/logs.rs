//! Logs and login records: who came in, who tried, and whether the records are whole.

mod databases;
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
use crate::log_read::LogRead;
use crate::logs::{self, audit, tally};
use crate::{Answer, Look, Question, World};
use files::Found;
use join::Joined;
use keeneye_facts::{
    Event, LogEvent, LogFile, LogForm, LogKind, LogOddity, LogTime, Login, Refusal, Text, TimeCertainty,
};

/// Logins, and other things that logs say, which are told; of more, the newest.
const MAX_LOGINS: usize = 50_000;
const MAX_EVENTS: usize = 50_000;
/// Holes in the numbers of a journal that are told.
const MAX_HOLES: usize = 50;
/// Of so many lines of sshd one in a hundred may be unknown.
const ENOUGH_LINES: u64 = 200;

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    let found = files::find(look, world, plan.quick);
    let mut slate = Slate { journals_are_whole: found.whole, ..Slate::default() };
    let (of_packages, files): (Vec<Found>, Vec<Found>) =
        found.files.into_iter().partition(|found| found.form == LogForm::Packages);
    packages::look(look, &of_packages, plan);
    // One after the other: several answers at once would be several times the memory.
    for found in files {
        let question = found.question();
        slate.read(look, world, found, &question);
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
    events: Vec<LogEvent>,
    joined: Joined,
    /// Rows of wtmpdb, and last logins: they are joined to what logs tell.
    rows: Vec<Login>,
    lasts: Vec<Login>,
    failures: failures::Counted,
    sessions: records::Sessions,
    /// Numbers of the entries of each journal, with its place among the files.
    sequences: Vec<(usize, Sequence)>,
    silence: silence::Hours,
    /// All files of the journal were read to their ends: only then a number that is missing is a hole.
    journals_are_whole: bool,
    /// Lines of sshd, and those that were understood.
    sshd: (u64, u64),
}

impl Slate {
    fn read(&mut self, look: &mut Look<'_>, world: &World, found: Found, question: &Question) {
        let mut file = found.file();
        if found.leads_away {
            self.files.push(file);
            return;
        }
        match found.form {
            LogForm::Wtmpdb | LogForm::Lastlog2 => {
                let opened = databases::read(look, &found, &mut file, &mut self.rows, &mut self.lasts);
                self.read += usize::from(opened);
            }
            _ => match look.ask(question, found.path.clone()) {
                Some(Answer::Log(read)) => self.take(look, world, &found, &mut file, *read),
                Some(other) => look.misfit(found.path.clone(), &other),
                None => self.journals_are_whole &= found.form != LogForm::Journal,
            },
        }
        self.files.push(file);
    }

    fn take(&mut self, look: &mut Look<'_>, world: &World, found: &Found, file: &mut LogFile, read: LogRead) {
        if let Some(why) = &read.cut {
            look.gap(found.path.clone(), Refusal::Cut(why.clone()));
            self.journals_are_whole &= found.form != LogForm::Journal;
        }
        self.read += 1;
        let series = found.series();
        if let Some(tallied) = read.tallied {
            (file.entries, file.first, file.last) = (tallied.counts.lines, tallied.first, tallied.last);
            (file.sshd, file.sshd_understood) = (tallied.counts.sshd, tallied.counts.sshd_known);
            self.sshd = (self.sshd.0 + file.sshd, self.sshd.1 + file.sshd_understood);
            if tallied.lines_cut > 0 {
                let why = format!("the newest lines; {} older ones were left out", tallied.lines_cut);
                look.gap(found.path.clone(), Refusal::Cut(why));
            }
            let before = self.events.len();
            self.events.extend(tallied.lines.iter().filter_map(|line| event(found, line)));
            let own = self.events.get(before..).unwrap_or_default();
            let mut accepted =
                own.iter().filter(|event| event.kind == LogKind::Accepted).filter_map(|event| event.time);
            // Where older lines were left out, the file tells nothing of the time before.
            file.logins_from = accepted.next().map(|first| match tallied.lines_cut {
                0 => file.first.unwrap_or(first),
                _ => first,
            });
            self.events.extend(tallied.repeats.iter().map(|repeats| repeated(&found.path, repeats)));
            if found.form == LogForm::Syslog && file.sshd > 0 {
                self.silence.take(&series, self.files.len(), &tallied.hours);
            }
            self.failures.take(&series, tallied.failures.into_iter().chain(tallied.by_address));
        }
        if let Some(journal) = &read.journal {
            file.entries = journal.entries;
            let time = |micros: u64| LogTime { seconds: seconds(micros), certainty: TimeCertainty::Written };
            file.first = journal.sequence.ranges.first().map(|range| time(range.from));
            file.last = journal.sequence.ranges.last().map(|range| time(range.until));
            self.sequences.push((self.files.len(), journal.sequence.clone()));
            if let Some(why) = &journal.damage {
                self.journals_are_whole = false;
                look.gap(found.path.clone(), Refusal::Garbled(why.clone()));
            }
            if journal.forged > 0 {
                file.oddities
                    .push(LogOddity::Forged { lines: journal.forged, uid: journal.forger.unwrap_or_default() });
            }
        }
        for failures in read.failures {
            self.failures.add(&series, failures);
        }
        file.oddities.extend(read.oddities);
        match found.form {
            LogForm::Wtmp | LogForm::Utmp => self.sessions.take(found, file, &read.records),
            LogForm::Lastlog => self.lasts.extend(records::lastlog(world, found, file, &read.records)),
            _ => (),
        }
    }

    fn tell(mut self, look: &mut Look<'_>, world: &World) {
        self.holes();
        let spans = self.sessions.finish(&mut self.files, &mut self.events);
        self.silence.tell(&mut stops(&self.events, world), &mut self.files);
        let (sshd, understood) = self.sshd;
        if sshd >= ENOUGH_LINES && understood.saturating_mul(100) < sshd.saturating_mul(99) {
            let why = format!("{} of {sshd} lines: keeneye does not know them, please report", sshd - understood);
            look.gap("lines of sshd", Refusal::Garbled(why));
        }
        self.events.sort_by_key(|event| event.time.map(|time| time.seconds));
        // What a daemon says of a login tells most, so that comes first.
        let mut others = self.joined.take_events(self.events);
        spans.iter().for_each(|(span, record, source)| self.joined.span(span, *record, source));
        self.rows.into_iter().for_each(|row| self.joined.session_of_database(row));
        self.lasts.into_iter().for_each(|login| self.joined.last(login));
        let mut logins = self.joined.logins();
        newest(look, &mut logins, MAX_LOGINS, "logins");
        newest(look, &mut others, MAX_EVENTS, "events in logs");
        let failures = self.failures.tell();
        places::find(look, &mut logins, &failures);
        logins.into_iter().for_each(|login| look.saw(Event::LoginSeen(Box::new(login))));
        failures.into_iter().for_each(|failures| look.saw(Event::FailuresSeen(Box::new(failures))));
        others.into_iter().for_each(|event| look.saw(Event::LogEventSeen(Box::new(event))));
        self.files.into_iter().for_each(|file| look.saw(Event::LogFileSeen(Box::new(file))));
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
                file.oddities.push(LogOddity::SequenceHole {
                    after: hole.first.saturating_sub(1),
                    before: hole.last.saturating_add(1),
                    from: seconds(hole.from),
                    to: seconds(hole.until),
                });
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
