//! Login records as sessions and logins.

use super::files::Found;
use crate::World;
use crate::log_read::{Extents, oddities};
use crate::records::utmp::{Facts, Layout, LoneLogout, Pairing, Records, Span, What};
use crate::records::{faillog, lastlog};
use keeneye_facts::{
    Failures, LogEvent, LogFile, LogForm, LogKind, LogOddity, LogTime, Login, LoginRecord, Text, TimeCertainty,
};
use std::collections::{BTreeMap, HashMap};

/// Accounts whose last login is looked at.
const MAX_LAST: usize = 50_000;
/// Zeros between accounts that are not looked at: more than the record of an account.
const HOLE: u64 = 4_096;
/// Logouts without a login that are told of one file.
const MAX_LONE: usize = 20;

/// wtmp and what was rotated away of it, and utmp, by the numbers of the files: those of a series in order of time.
#[derive(Default)]
pub(super) struct Sessions {
    files: BTreeMap<usize, (LogForm, Extents)>,
}

#[derive(Default)]
struct Series {
    pairing: Pairing,
    spans: Vec<Span>,
    /// Paths of the files that were paired.
    paths: Vec<Text>,
}

impl Sessions {
    pub(super) fn take(&mut self, number: usize, found: &Found, records: Extents) {
        self.files.insert(number, (found.form, records));
    }

    /// Logins, with the record and the file that tell of them; starts of the machine are added to the events.
    pub(super) fn finish(self, files: &mut [LogFile], events: &mut Vec<LogEvent>) -> Vec<(Span, LoginRecord, Text)> {
        let (mut wtmp, mut utmp) = (Series::default(), Series::default());
        for (number, (form, records)) in self.files {
            let series = if form == LogForm::Utmp { &mut utmp } else { &mut wtmp };
            if let Some(file) = files.get_mut(number) {
                series.take(file, &records);
            }
        }
        let mut logins = wtmp.finish(LoginRecord::Wtmp, files, events);
        logins.extend(utmp.finish(LoginRecord::Utmp, files, events));
        logins
    }
}

impl Series {
    fn take(&mut self, file: &mut LogFile, read: &Extents) {
        if !self.paths.is_empty() {
            self.pairing.next_file();
        }
        self.paths.push(file.path.clone());
        if read.from > 0 {
            self.pairing.lose_track(&mut |span| self.spans.push(span));
        }
        let bytes = read.whole();
        let Some(layout) = Layout::sniff(&bytes) else { return };
        let first = read.from / layout.stride() as u64;
        let (mut facts, mut records) = (Facts::default(), Records::numbered(&bytes, layout, first));
        for record in records.by_ref() {
            facts.see(&record);
            self.pairing.see(&record, &mut |span| self.spans.push(span));
        }
        let time = |seconds| LogTime { seconds, certainty: TimeCertainty::Written };
        (file.first, file.last) =
            facts.times.map_or((None, None), |(first, last)| (Some(time(first)), Some(time(last))));
        file.entries = facts.records;
        // utmp is written in place: its records stand in no order.
        let odd = oddities(&facts, records.rest().len() as u64);
        let is_odd = |odd: &LogOddity| file.form != LogForm::Utmp || matches!(odd, LogOddity::Torn { .. });
        let odd: Vec<LogOddity> = odd.into_iter().filter(is_odd).collect();
        file.oddities.extend(odd);
    }

    fn finish(
        mut self,
        record: LoginRecord,
        files: &mut [LogFile],
        events: &mut Vec<LogEvent>,
    ) -> Vec<(Span, LoginRecord, Text)> {
        let lone = self.pairing.finish(&mut |_| false, &mut |span| self.spans.push(span));
        let path = |file: usize| self.paths.get(file).cloned().unwrap_or_default();
        if record == LoginRecord::Wtmp {
            let worth = lone.into_iter().filter(|lone| lone.is_after_boot || lone.file == 0 && lone.at > 0);
            worth.take(MAX_LONE).for_each(|lone| tell_lone(&path(lone.file), lone, files));
        }
        let mut logins = Vec::new();
        for span in self.spans {
            let source = path(span.file);
            match span.what {
                What::Login => logins.push((span, record, source)),
                What::Up | What::Down if record == LoginRecord::Wtmp => events.push(LogEvent {
                    source,
                    at: span.at,
                    time: Some(LogTime { seconds: span.from, certainty: TimeCertainty::Written }),
                    kind: if span.what == What::Up { LogKind::Booted } else { LogKind::Stopped },
                    ..LogEvent::default()
                }),
                What::Up | What::Down => (),
            }
        }
        logins
    }
}

/// The last login of each account, by its number.
pub(super) fn lastlog(world: &World, found: &Found, file: &mut LogFile, read: &Extents) -> Vec<Login> {
    let stretches = read.stretches(HOLE);
    let layout = stretches.iter().find_map(|(at, bytes)| lastlog::Layout::sniff(*at, bytes));
    let Some(layout) = layout else { return Vec::new() };
    let mut entries: Vec<Login> = Vec::new();
    let names = names(world);
    let mut each = |entry: &lastlog::Entry<'_>, _| {
        if let Some(name) = names.get(&entry.uid).filter(|_| entries.len() < MAX_LAST) {
            entries.push(last_login(found, (*name).clone(), entry.seconds, entry.line, entry.host));
        }
    };
    let mut reader = lastlog::Reader::new(layout);
    stretches.iter().for_each(|(at, bytes)| reader.extent(*at, bytes, &mut each));
    reader.finish(&mut each);
    let times = || entries.iter().map(|login| login.time.seconds);
    file.entries = entries.len() as u64;
    file.first = times().min().map(|seconds| LogTime { seconds, certainty: TimeCertainty::Written });
    file.last = times().max().map(|seconds| LogTime { seconds, certainty: TimeCertainty::Written });
    entries
}

/// Failed logins of each account since its last login. Only the time of the last one stands there.
pub(super) fn faillog(world: &World, file: &mut LogFile, read: &Extents) -> Vec<Failures> {
    let stretches = read.stretches(HOLE);
    let stretches = || stretches.iter().map(|(at, bytes)| (*at, bytes.as_slice()));
    let Some(layout) = faillog::Layout::sniff(stretches()) else { return Vec::new() };
    let (mut told, names) = (Vec::new(), names(world));
    faillog::entries(stretches(), layout, &mut |entry| {
        let is_failure = entry.count > 0 && entry.is_plausible() && told.len() < MAX_LAST;
        if let Some(name) = names.get(&entry.uid).filter(|_| is_failure) {
            let (user, time) = ((*name).clone(), entry.seconds);
            let (kind, count) = (LogKind::Failed, entry.count.into());
            told.push(Failures { kind, user, count, first: time, last: time, ..Failures::default() });
        }
    });
    file.entries = told.len() as u64;
    told
}

/// Accounts by their numbers.
fn names(world: &World) -> HashMap<u32, &Text> {
    world.accounts.iter().rev().map(|account| (account.uid, &account.name)).collect()
}

pub(super) fn last_login(found: &Found, user: Text, seconds: i64, tty: &[u8], from: &[u8]) -> Login {
    let some = |text: &[u8]| (!text.is_empty()).then(|| Text::from(text));
    Login {
        user,
        service: if tty.starts_with(b"pts/") { Text::from("sshd") } else { Text::from("login") },
        from: some(from).filter(|from| !from.starts_with(b":")),
        time: LogTime { seconds, certainty: TimeCertainty::Written },
        tty: some(tty.strip_prefix(b"/dev/").unwrap_or(tty)),
        seen: [LoginRecord::Lastlog].into(),
        source: found.path.clone(),
        ..Login::default()
    }
}

/// Terminals of the machine end sessions that a prompt began.
fn tell_lone(path: &Text, lone: LoneLogout, files: &mut [LogFile]) {
    let LoneLogout { at, tty, time, is_after_boot, .. } = lone;
    if let Some(file) = files.iter_mut().find(|file| file.path == *path) {
        file.oddities.push(LogOddity::EndWithoutBegin { at, time, tty, sure: is_after_boot });
    }
}
