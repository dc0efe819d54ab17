//! Login records as sessions and logins.

use super::files::Found;
use super::join::Joined;
use crate::log_read::oddities;
use crate::records::utmp::{Facts, Layout, LoneLogout, Pairing, Records, Span, What};
use keeneye_facts::{LogEvent, LogFile, LogForm, LogKind, LogOddity, LogTime, LoginRecord, Text, TimeCertainty};

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
