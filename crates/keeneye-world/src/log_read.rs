//! A file of logs or login records as a stream: what of it enters an answer.
//!
//! A log may have gigabytes, most of them attempts of strangers. What lets somebody in and what changes accounts is kept
//! line by line; attempts are counted. So an answer stays small, whatever somebody writes into a log.

mod budget;
mod extents;
mod tail;
#[cfg(test)]
mod tests;

use crate::journal::{self, Field, Sequence, Walker};
use crate::logs::tally::{Tallied, Tally};
use crate::logs::{self, audit};
use crate::packages::history::History;
use crate::packages::unpack;
use crate::records::utmp;
use crate::reduce;
use bstr::ByteSlice;
pub use budget::Budget;
pub use extents::Extents;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use keeneye_facts::{Behind, Failures, LogForm, LogKind, LogOddity, PackageStep, Text};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use tail::Tail;
pub use tail::begin;

/// Places in one file at which time runs backwards.
const MAX_ODDITIES: usize = 20;
/// A line of the journal is read up to here.
const MAX_MESSAGE: usize = 4 << 10;

/// Bytes of a value that tells who wrote a line. Longer ones would push those of others out of memory.
const MAX_VALUE: usize = 256;
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

/// What a journal tells of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JournalRead {
    /// Entries.
    pub entries: u64,
    /// The numbers of its entries.
    pub sequence: Sequence,
    /// It was not read to its end, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
    /// Values of entries that were forgotten when the entries came, because there were too many.
    pub lost: u64,
    /// Lines that root's daemons and tools alone write and that came from somebody else's process.
    pub forged: u64,
    /// The account whose process wrote the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forger: Option<u32>,
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
        lines: Box<Lines>,
    },
    /// btmp, which strangers make grow.
    Attempts(Box<Attempts>),
    Packages(Box<History>),
    Records(Tail),
}

#[derive(Default)]
struct Attempts {
    reader: utmp::Reader,
    failures: utmp::Failures,
    facts: utmp::Facts,
}

/// Entries of a journal as lines of a log.
struct Lines {
    tally: Tally,
    line: Vec<u8>,
    forged: u64,
    forger: Option<u32>,
}

impl LogReader {
    /// For a file of this form, of which the bytes from `from` on are read.
    fn new(form: LogForm, from: u64, budget: &Budget) -> Self {
        let limits = budget.limits();
        let tally = || Tally::new(limits);
        let kind = match form {
            LogForm::Syslog => Kind::Lines(Box::new(tally())),
            LogForm::Audit => Kind::Audit(Box::new(audit::Tally::new(limits))),
            LogForm::Journal => Kind::Journal {
                walker: Box::new(Walker::default()),
                lines: Box::new(Lines { tally: tally(), line: Vec::new(), forged: 0, forger: None }),
            },
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
            Kind::Journal { walker, lines } => walker.feed(bytes, &mut keeps, &mut |entry| lines.take(entry)),
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
                let Lines { tally, forged, forger, .. } = *lines;
                let mut journal = JournalRead { forged, forger, ..of_facts(walker.finish()) };
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

impl Attempts {
    fn new(groups: usize) -> Self {
        Self { failures: utmp::Failures::new(groups), ..Self::default() }
    }

    fn feed(&mut self, bytes: &[u8]) {
        let Self { reader, failures, facts } = self;
        reader.feed(bytes, &mut |record| {
            facts.see(record);
            failures.see(record);
        });
    }

    fn finish(self, read: LogRead) -> LogRead {
        let Self { reader, mut failures, mut facts } = self;
        let end = reader.finish(&mut |record| {
            facts.see(record);
            failures.see(record);
        });
        let uncounted = failures.uncounted();
        let failed = |(group, tally): (&utmp::Group, utmp::Tally)| Failures {
            kind: LogKind::Failed,
            from: group.from.clone(),
            user: group.user.clone(),
            count: tally.count,
            first: tally.first,
            last: tally.last,
        };
        LogRead {
            failures: failures.groups().into_iter().map(failed).collect(),
            oddities: oddities(&facts, end.map_or(0, |end| end.trailing)),
            entries: facts.records,
            times: facts.times,
            uncounted,
            ..read
        }
    }
}

/// What is odd about records: `trailing` bytes are left over behind the last whole one.
pub(crate) fn oddities(facts: &utmp::Facts, trailing: u64) -> Vec<LogOddity> {
    // What stands between ordinary records comes first: nothing may push that out.
    let is_apart = |run: &&utmp::Run| run.behind != Behind::Record;
    let (apart, between): (Vec<_>, Vec<_>) = facts.zeroed_runs.iter().partition(is_apart);
    let zeroed = |run: &utmp::Run| {
        let utmp::Run { first, count, behind, from, to } = *run;
        LogOddity::Zeroed { first, records: count, behind, from, to }
    };
    let mut found: Vec<LogOddity> = between.into_iter().chain(apart).map(zeroed).take(MAX_ODDITIES).collect();
    for back in facts.backwards.iter().filter(|back| !back.is_explained).take(MAX_ODDITIES) {
        found.push(LogOddity::BackInTime { at: back.after.0, from: back.before.1, to: back.after.1 });
    }
    if trailing > 0 {
        found.push(LogOddity::Torn { bytes: trailing });
    }
    found
}

/// Commands hold passwords: what is secret in them stays behind, as everywhere.
fn masked(mut tallied: Tallied) -> Tallied {
    const COMMANDS: [&str; 3] = ["COMMAND=", "CMD (", "cmd="];
    for line in &mut tallied.lines {
        if COMMANDS.iter().any(|word| line.text.contains_str(word)) {
            mask(&mut line.text);
        }
    }
    tallied.repeats.iter_mut().for_each(|repeats| mask(&mut repeats.command));
    tallied
}

fn mask(text: &mut Text) {
    let mut bytes = text.as_slice().to_vec();
    reduce::line(&mut bytes);
    *text = Text::from(bytes);
}

/// Which values of a journal are wanted. What tells who wrote is short where it is honest.
fn keeps(field: Field, value: &[u8]) -> bool {
    match field {
        Field::Message => true,
        Field::Identifier | Field::SyslogPid | Field::Pid | Field::Uid | Field::Exe | Field::Transport => {
            value.len() <= MAX_VALUE
        }
        _ => false,
    }
}

impl Lines {
    /// Makes the line that syslog would have of it: `2026-01-02T03:04:05Z - sshd[12]: message`.
    fn take(&mut self, entry: &journal::Entry<'_>) {
        let (Some(message), Some(program)) = (entry.get(Field::Message), entry.get(Field::Identifier)) else { return };
        let seconds = i64::try_from(entry.realtime / 1_000_000).unwrap_or_default();
        let Ok(time) = Timestamp::from_second(seconds) else { return };
        self.line.clear();
        self.line.extend_from_slice(format!("{time} - ").as_bytes());
        self.line.extend(program.iter().filter(|byte| byte.is_ascii_graphic() && !b"[]():/".contains(byte)));
        if let Some(pid) = entry.get(Field::SyslogPid).or(entry.get(Field::Pid)).and_then(number) {
            self.line.extend_from_slice(format!("[{pid}]").as_bytes());
        }
        self.line.extend_from_slice(b": ");
        let message = message.get(..MAX_MESSAGE).unwrap_or(message);
        self.line.extend(message.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
        if self.is_forged(entry) {
            // Who wrote it may be what was forgotten: then it is left out, and nobody is accused.
            if !entry.is_whole {
                return;
            }
            self.forged += 1;
            self.forger = self.forger.or(entry.get(Field::Uid).and_then(number));
            return;
        }
        self.line.push(b'\n');
        self.tally.feed(&self.line);
    }

    /// The line says what root's daemons and tools alone say, and comes from a process of somebody else that is no
    /// program of the system of that name.
    fn is_forged(&self, entry: &journal::Entry<'_>) -> bool {
        let of_kernel = entry.get(Field::Transport) == Some(b"kernel");
        if of_kernel || entry.get(Field::Uid).and_then(number) == Some(0) {
            return false;
        }
        let Some(line) = logs::parse(&self.line) else { return false };
        let Some(kind) = line.said.map(|said| said.kind) else { return false };
        let of_root = matches!(
            kind,
            LogKind::Accepted
                | LogKind::Partial
                | LogKind::Failed
                | LogKind::UnknownUser
                | LogKind::Denied
                | LogKind::SessionOpened
                | LogKind::AccountAdded
                | LogKind::AccountRemoved
                | LogKind::AccountChanged
                | LogKind::GroupAdded
                | LogKind::GroupRemoved
                | LogKind::GroupChanged
                | LogKind::PasswordChanged
                | LogKind::Booted
                | LogKind::Stopped
                | LogKind::Slept
                | LogKind::ClockChanged
        );
        let exe = entry.get(Field::Exe);
        of_root && !is_program(exe, line.head.program) || is_foreign(exe, line.head.program, kind)
    }
}

/// A line of sudo and the like, or of a daemon that fails, by a program that is known to be another. What sudo runs may be
/// over before the journal looks who wrote; pkexec and doas have become what they started.
fn is_foreign(exe: Option<&[u8]>, program: &[u8], kind: LogKind) -> bool {
    let of_tools = matches!(kind, LogKind::Ran | LogKind::Became | LogKind::BecomeFailed | LogKind::ServiceFailed);
    let stays = !matches!(program, b"pkexec" | b"doas");
    of_tools && stays && exe.is_some() && !is_program(exe, program)
}

/// A file of that name where only root puts programs.
fn is_program(exe: Option<&[u8]>, program: &[u8]) -> bool {
    const DIRS: [&str; 10] = [
        "/usr/bin/",
        "/usr/sbin/",
        "/bin/",
        "/sbin/",
        "/usr/lib/",
        "/usr/libexec/",
        "/usr/local/bin/",
        "/usr/local/sbin/",
        "/nix/store/",
        "/run/wrappers/",
    ];
    let Some(exe) = exe.filter(|exe| DIRS.iter().any(|dir| exe.starts_with(dir.as_bytes()))) else { return false };
    let name = exe.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name == program || logs::is_sshd(program) && logs::is_sshd(name)
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn of_facts(facts: journal::Facts) -> JournalRead {
    let damage = match facts.end {
        journal::End::Whole if facts.damaged == 0 => None,
        journal::End::Whole => Some(format!("{} bytes of it are damaged", facts.damaged)),
        journal::End::Truncated => Some(format!("it ends at byte {}, before its last entry", facts.read_to)),
        journal::End::Unsupported(flags) => Some(format!("it has features that keeneye does not know ({flags:#x})")),
        journal::End::NotJournal => Some("it is no journal".to_owned()),
    };
    let (sequence, entries, lost) = (facts.sequence, facts.entries, facts.lost);
    JournalRead { sequence, entries, damage, lost, ..JournalRead::default() }
}
