//! A file of logs or login records as a stream: what of it enters an answer.
//!
//! A log may have gigabytes, most of them attempts of strangers. What lets somebody in and what changes accounts is kept
//! line by line; attempts are counted. So an answer stays small, whatever somebody writes into a log.

mod attempts;
mod budget;
mod entries;
mod extents;
mod masks;
mod tail;
#[cfg(test)]
mod tests;

use crate::journal::Walker;
use crate::logs::audit;
use crate::logs::tally::{Tallied, Tally};
use crate::packages::history::History;
use crate::packages::unpack;
use attempts::Attempts;
pub(crate) use attempts::oddities;
pub use budget::Budget;
use entries::Entries;
pub use entries::JournalRead;
pub use extents::Extents;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use keeneye_facts::{Failures, LogForm, LogOddity, PackageStep};
use masks::masked;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use tail::Tail;
pub use tail::begin;

/// Bytes of which nothing more is read of a file that is not compressed.
const MAX_BYTES: u64 = 64 << 30;
/// Bytes of a file with a record for each account, without its holes: some file systems do not tell where those are.
const MAX_SPARSE: u64 = 1 << 30;
/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// A file of logs or login records.
pub struct Source<'a, R> {
    /// What it holds.
    pub form: LogForm,
    /// Its bytes.
    pub bytes: R,
    /// The byte at which they begin: see [`begin`]. 0 for all but login records.
    pub from: u64,
    /// When it was written last, in seconds since 1970.
    pub written: i64,
    /// The host's /etc/localtime.
    pub zone: &'a [u8],
}

/// Reads a whole file, which may be compressed. What cannot be read to its end is read as far as it goes, and says why.
pub fn read(source: Source<'_, impl Read>, budget: &mut Budget) -> LogRead {
    let Source { form, mut bytes, from, written, zone } = source;
    let mut reader = LogReader::new(form, from, budget);
    let mut head = Vec::new();
    if let Err(why) = bytes.by_ref().take(8).read_to_end(&mut head) {
        reader.cut(&why.to_string());
    }
    let is_packed = is_packed(&head);
    let most = if is_packed { budget.unpacked() } else { MAX_BYTES };
    match unpack::reader(unpack::form_of(&head), head.chain(bytes)) {
        Ok(unpacked) => reader.take_all(unpacked, most),
        Err(why) => reader.cut(why),
    }
    let zone = TimeZone::tzif("host", zone).unwrap_or(TimeZone::UTC);
    let read = reader.finish(written, &|local| offset(&zone, local), budget);
    budget.spend(&read, is_packed);
    read
}

/// Whether a file that begins so is compressed.
pub fn is_packed(head: &[u8]) -> bool {
    !unpack::form_of(head).is_empty()
}

/// Reads a file with a record for each account number, of which the stretches are given that are not holes.
pub fn read_sparse(stretches: impl Iterator<Item = io::Result<(u64, Vec<u8>)>>, budget: &mut Budget) -> LogRead {
    let mut read = LogRead::default();
    for stretch in stretches {
        match stretch {
            Ok((at, bytes)) => {
                read.extents.add(at, &bytes);
                read.bytes += bytes.len() as u64;
            }
            Err(why) => {
                read.cut = Some(format!("behind byte {}: {why}", read.extents.end));
                break;
            }
        }
        if read.extents.weight() > budget.records() {
            read.cut = Some(format!("byte {}: more accounts than any server has", read.extents.end));
            break;
        }
        if read.bytes > MAX_SPARSE {
            read.cut = Some(format!("byte {}: it has no holes", read.extents.end));
            break;
        }
    }
    budget.spend(&read, false);
    read
}

/// How many seconds local time is ahead of UTC, at a local time that is counted as if it were UTC.
fn offset(zone: &TimeZone, local: i64) -> i64 {
    let civil = Timestamp::from_second(local).map_or(DateTime::default(), |time| TimeZone::UTC.to_datetime(time));
    let offset = zone.to_ambiguous_timestamp(civil).compatible().map(|time| zone.to_offset(time));
    offset.map_or(0, |offset| i64::from(offset.seconds()))
}

/// What was read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogRead {
    /// Lines, of logs and of the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tallied: Option<Tallied>,
    /// Entries of the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalRead>,
    /// The numbers of events of the audit log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serials: Option<audit::Serials>,
    /// Failed logins of btmp and of the audit log, counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failures>,
    /// Failed logins for which there was no room among them.
    pub uncounted: u64,
    /// What is odd about the records of btmp.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<LogOddity>,
    /// What a package manager did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<PackageStep>,
    /// Records of btmp.
    pub entries: u64,
    /// The earliest and the latest time in them, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<(i64, i64)>,
    /// Other login records, as they are: of those that were read the newest.
    #[serde(skip_serializing_if = "Extents::is_empty")]
    pub extents: Extents,
    /// Bytes of the file, unpacked.
    pub bytes: u64,
    /// Why the rest of it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
}

/// Takes a file in pieces.
struct LogReader {
    kind: Kind,
    bytes: u64,
    cut: Option<String>,
}

enum Kind {
    Lines(Box<Tally>),
    Audit(Box<audit::Tally>),
    Journal {
        walker: Box<Walker>,
        lines: Box<Entries>,
    },
    /// btmp, which strangers make grow.
    Attempts(Box<Attempts>),
    Packages(Box<History>),
    Records(Tail),
}

impl LogReader {
    /// For a file of this form, of which the bytes from `from` on are read.
    fn new(form: LogForm, from: u64, budget: &Budget) -> Self {
        let limits = budget.limits();
        let tally = || Tally::new(limits);
        let kind = match form {
            LogForm::Syslog => Kind::Lines(Box::new(tally())),
            LogForm::Audit => Kind::Audit(Box::new(audit::Tally::new(limits))),
            LogForm::Journal => {
                Kind::Journal { walker: Box::new(Walker::default()), lines: Box::new(Entries::new(tally())) }
            }
            LogForm::Btmp => Kind::Attempts(Box::new(Attempts::new(limits.sums))),
            LogForm::Packages => Kind::Packages(Box::default()),
            _ => Kind::Records(Tail::new(from)),
        };
        Self { kind, bytes: 0, cut: None }
    }

    fn take_all(&mut self, mut source: impl Read, most: u64) {
        let mut chunk = vec![0; CHUNK];
        loop {
            let bytes = match source.read(&mut chunk) {
                Ok(0) => return,
                Ok(count) => chunk.get(..count).unwrap_or_default(),
                Err(why) if why.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(why) => return self.cut(&format!("behind byte {}: {why}", self.bytes)),
            };
            self.feed(bytes);
            if self.bytes >= most {
                return self.cut(&format!("{} MiB of it, unpacked", most >> 20));
            }
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        match &mut self.kind {
            Kind::Lines(tally) => tally.feed(bytes),
            Kind::Audit(tally) => tally.feed(bytes),
            Kind::Journal { walker, lines } => walker.feed(bytes, &mut entries::keeps, &mut |entry| lines.take(entry)),
            Kind::Attempts(attempts) => attempts.feed(bytes),
            Kind::Packages(history) => history.feed(bytes),
            Kind::Records(tail) => tail.feed(bytes),
        }
    }

    /// The rest is not read.
    fn cut(&mut self, why: &str) {
        self.cut = Some(why.to_owned());
    }

    /// The file has ended.
    fn finish(self, written: i64, offset: &dyn Fn(i64) -> i64, budget: &Budget) -> LogRead {
        let Self { kind, bytes, cut } = self;
        let read = LogRead { bytes, cut, ..LogRead::default() };
        match kind {
            Kind::Lines(tally) => LogRead { tallied: Some(masked(tally.finish(written, offset))), ..read },
            Kind::Audit(tally) => {
                let (tallied, failures, serials) = tally.finish();
                LogRead { tallied: Some(masked(tallied)), failures, serials: Some(serials), ..read }
            }
            Kind::Journal { walker, lines } => {
                let (tally, mut journal) = lines.finish(walker.finish());
                journal.sequence.shorten(budget.ranges());
                LogRead { tallied: Some(masked(tally.finish(written, offset))), journal: Some(journal), ..read }
            }
            Kind::Attempts(attempts) => attempts.finish(read),
            Kind::Packages(history) => {
                let (packages, left_out) = history.finish(offset);
                let newest = || format!("the newest steps; {left_out} older ones were left out");
                LogRead { packages, cut: read.cut.or_else(|| (left_out > 0).then(newest)), ..read }
            }
            Kind::Records(tail) => {
                let extents = tail.finish(budget.records());
                let older = format!("the newest of it; what stands before byte {} was left out", extents.from);
                LogRead { cut: read.cut.or((extents.from > 0).then_some(older)), extents, ..read }
            }
        }
    }
}
