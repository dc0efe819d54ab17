//! Login records as sessions and logins.

use super::files::Found;
use crate::World;
use crate::log_read::oddities;
use crate::records::lastlog;
use crate::records::utmp::{Facts, Layout, LoneLogout, Pairing, Records, Span, What};
use keeneye_facts::{LogEvent, LogFile, LogForm, LogKind, LogOddity, LogTime, Login, LoginRecord, Text, TimeCertainty};
use std::collections::HashMap;

/// Accounts whose last login is looked at.
const MAX_LAST: usize = 50_000;
/// Logouts without a login that are told of one file.
const MAX_LONE: usize = 20;

/// wtmp and what was rotated away of it, in order of time, and utmp.
#[derive(Default)]
pub(super) struct Sessions {
    wtmp: Series,
    utmp: Series,
}

#[derive(Default)]
struct Series {
    pairing: Pairing,
    spans: Vec<Span>,
    /// Paths of the files that were paired.
    paths: Vec<Text>,
}

impl Sessions {
    pub(super) fn take(&mut self, found: &Found, file: &mut LogFile, bytes: &[u8]) {
        let series = if found.form == LogForm::Utmp { &mut self.utmp } else { &mut self.wtmp };
        series.take(found, file, bytes);
    }

    /// Logins, with the record and the file that tell of them; starts of the machine are added to the events.
    pub(super) fn finish(self, files: &mut [LogFile], events: &mut Vec<LogEvent>) -> Vec<(Span, LoginRecord, Text)> {
        let mut logins = self.wtmp.finish(LoginRecord::Wtmp, files, events);
        logins.extend(self.utmp.finish(LoginRecord::Utmp, files, events));
        logins
    }
}

impl Series {
    fn take(&mut self, found: &Found, file: &mut LogFile, bytes: &[u8]) {
        if !self.paths.is_empty() {
            self.pairing.next_file();
        }
        self.paths.push(found.path.clone());
        let Some(layout) = Layout::sniff(bytes) else { return };
        let (mut facts, mut records) = (Facts::default(), Records::new(bytes, layout));
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
        let is_odd = |odd: &LogOddity| found.form != LogForm::Utmp || matches!(odd, LogOddity::Torn { .. });
        file.oddities.extend(odd.into_iter().filter(is_odd));
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
pub(super) fn lastlog(world: &World, found: &Found, file: &mut LogFile, bytes: &[u8]) -> Vec<Login> {
    let Some(layout) = lastlog::Layout::sniff(0, bytes) else { return Vec::new() };
    let mut entries: Vec<Login> = Vec::new();
    let names: HashMap<u32, &Text> = world.accounts.iter().rev().map(|account| (account.uid, &account.name)).collect();
    let mut each = |entry: &lastlog::Entry<'_>, _| {
        if let Some(name) = names.get(&entry.uid).filter(|_| entries.len() < MAX_LAST) {
            entries.push(last_login(found, (*name).clone(), entry.seconds, entry.line, entry.host));
        }
    };
    let mut reader = lastlog::Reader::new(layout);
    reader.extent(0, bytes, &mut each);
    reader.finish(&mut each);
    let times = || entries.iter().map(|login| login.time.seconds);
    file.entries = entries.len() as u64;
    file.first = times().min().map(|seconds| LogTime { seconds, certainty: TimeCertainty::Written });
    file.last = times().max().map(|seconds| LogTime { seconds, certainty: TimeCertainty::Written });
    entries
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
