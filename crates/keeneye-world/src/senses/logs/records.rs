//! Login records as sessions and logins.

use super::files::Found;
use super::join::Joined;
use crate::World;
use crate::log_read::oddities;
use crate::records::lastlog;
use crate::records::utmp::{Facts, Layout, LoneLogout, Pairing, Records, Span, What};
use keeneye_facts::{LogEvent, LogFile, LogForm, LogKind, LogOddity, LogTime, Login, LoginRecord, Text, TimeCertainty};

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

    pub(super) fn tell(self, files: &mut [LogFile], joined: &mut Joined, events: &mut Vec<LogEvent>) {
        let Self { wtmp, utmp } = self;
        for (series, record) in [(wtmp, LoginRecord::Wtmp), (utmp, LoginRecord::Utmp)] {
            series.tell(record, files, joined, events);
        }
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

    fn tell(mut self, record: LoginRecord, files: &mut [LogFile], joined: &mut Joined, events: &mut Vec<LogEvent>) {
        let lone = self.pairing.finish(&mut |_| false, &mut |span| self.spans.push(span));
        let path = |file: usize| self.paths.get(file).cloned().unwrap_or_default();
        for span in &self.spans {
            let source = path(span.file);
            match span.what {
                What::Login => joined.span(span, record, &source),
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
        if record == LoginRecord::Wtmp {
            lone.into_iter().take(MAX_LONE).for_each(|lone| tell_lone(&path(lone.file), lone, files));
        }
    }
}

/// The last login of each account, by its number.
pub(super) fn lastlog(world: &World, found: &Found, file: &mut LogFile, bytes: &[u8], joined: &mut Joined) {
    let Some(layout) = lastlog::Layout::sniff(0, bytes) else { return };
    let mut entries: Vec<Login> = Vec::new();
    let mut each = |entry: &lastlog::Entry<'_>, _| {
        let account = world.accounts.iter().find(|account| account.uid == entry.uid);
        if let Some(account) = account.filter(|_| entries.len() < MAX_LAST) {
            entries.push(last_login(found, account.name.clone(), entry.seconds, entry.line, entry.host));
        }
    };
    let mut reader = lastlog::Reader::new(layout);
    reader.extent(0, bytes, &mut each);
    reader.finish(&mut each);
    let times = || entries.iter().map(|login| login.time.seconds);
    file.entries = entries.len() as u64;
    file.first = times().min().map(|seconds| LogTime { seconds, certainty: TimeCertainty::Written });
    file.last = times().max().map(|seconds| LogTime { seconds, certainty: TimeCertainty::Written });
    entries.into_iter().for_each(|login| joined.last(login));
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
    let LoneLogout { file: number, at, tty, time, is_after_boot, .. } = lone;
    let begins_a_series = number == 0 && at > 0;
    if let Some(file) = files.iter_mut().find(|file| file.path == *path)
        && (is_after_boot || begins_a_series)
    {
        file.oddities.push(LogOddity::EndWithoutBegin { at, time, tty, sure: is_after_boot });
    }
}
