//! A file of logs or login records as a stream: what of it enters an answer.
//!
//! A log may have gigabytes, most of them attempts of strangers. What lets somebody in and what changes accounts is kept
//! line by line; attempts are counted. So an answer stays small, whatever somebody writes into a log.

use crate::journal::{self, Field, Sequence, Walker};
use crate::logs::tally::{Limits, Tallied, Tally};
use crate::logs::{self, audit};
use crate::packages::history::History;
use crate::packages::unpack;
use crate::records::utmp;
use crate::reduce;
use bstr::ByteSlice;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use keeneye_facts::{Failures, LogForm, LogKind, LogOddity, PackageStep, Text};
use serde::{Deserialize, Serialize};
use std::io::Read;

/// Bytes of login records that are kept: 87,000 of 384 bytes.
const MAX_RECORDS: usize = 32 << 20;
/// What is kept of one log: a look holds it several times over, and shall stay small.
const LIMITS: Limits = Limits { lines: 4 << 20, sums: 20_000, hours: 90_000 };
/// Places in one file at which time runs backwards.
const MAX_ODDITIES: usize = 20;
/// A line of the journal is read up to here.
const MAX_MESSAGE: usize = 4 << 10;

/// Bytes of a value that tells who wrote a line. Longer ones would push those of others out of memory.
const MAX_VALUE: usize = 256;
/// Bytes of which nothing more is read of a compressed file: somebody may have made it of zeros.
const MAX_UNPACKED: u64 = 2 << 30;
/// Of any other file.
const MAX_BYTES: u64 = 64 << 30;
/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// Reads a whole file, which may be compressed. `written`: when it was written last, in seconds since 1970; `zone`: the
/// host's /etc/localtime. What cannot be read to its end is read as far as it goes, and says why.
pub fn read(form: LogForm, mut source: impl Read, written: i64, zone: &[u8]) -> LogRead {
    let mut reader = LogReader::new(form);
    let mut head = Vec::new();
    if let Err(why) = source.by_ref().take(8).read_to_end(&mut head) {
        reader.cut(&why.to_string());
    }
    let packing = unpack::form_of(&head);
    let most = if packing.is_empty() { MAX_BYTES } else { MAX_UNPACKED };
    match unpack::reader(packing, head.chain(source)) {
        Ok(unpacked) => reader.take_all(unpacked, most),
        Err(why) => reader.cut(why),
    }
    let zone = TimeZone::tzif("host", zone).unwrap_or(TimeZone::UTC);
    reader.finish(written, &|local| offset(&zone, local))
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
    /// Failed logins of btmp and of the audit log, counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failures>,
    /// What is odd about the records of btmp.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<LogOddity>,
    /// Other login records, as they are.
    #[serde(skip_serializing_if = "is_empty")]
    pub records: Text,
    /// What a package manager did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<PackageStep>,
    /// Bytes of the file, unpacked.
    pub bytes: u64,
    /// Why the rest of it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
}

fn is_empty(text: &Text) -> bool {
    text.as_slice().is_empty()
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
    Records(Vec<u8>),
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
    /// For a file of this form.
    fn new(form: LogForm) -> Self {
        let tally = || Tally::new(LIMITS);
        let kind = match form {
            LogForm::Syslog => Kind::Lines(Box::new(tally())),
            LogForm::Audit => Kind::Audit(Box::default()),
            LogForm::Journal => Kind::Journal {
                walker: Box::new(Walker::default()),
                lines: Box::new(Lines { tally: tally(), line: Vec::new(), forged: 0, forger: None }),
            },
            LogForm::Btmp => Kind::Attempts(Box::default()),
            LogForm::Packages => Kind::Packages(Box::default()),
            _ => Kind::Records(Vec::new()),
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
            if !self.feed(bytes) {
                return;
            }
            if self.bytes >= most {
                return self.cut(&format!("{} GiB a log", most >> 30));
            }
        }
    }

    /// Takes the next bytes; false when no more are wanted.
    fn feed(&mut self, bytes: &[u8]) -> bool {
        self.bytes += bytes.len() as u64;
        match &mut self.kind {
            Kind::Lines(tally) => tally.feed(bytes),
            Kind::Audit(tally) => tally.feed(bytes),
            Kind::Journal { walker, lines } => walker.feed(bytes, &mut keeps, &mut |entry| lines.take(entry)),
            Kind::Attempts(attempts) => attempts.feed(bytes),
            Kind::Packages(history) => history.feed(bytes),
            Kind::Records(records) => {
                let room = MAX_RECORDS.saturating_sub(records.len());
                records.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
                if room < bytes.len() {
                    self.cut = Some("32 MiB of login records".into());
                    return false;
                }
            }
        }
        true
    }

    /// The rest is not read.
    fn cut(&mut self, why: &str) {
        self.cut = Some(why.to_owned());
    }

    /// The file has ended.
    fn finish(self, written: i64, offset: &dyn Fn(i64) -> i64) -> LogRead {
        let Self { kind, bytes, cut } = self;
        let read = LogRead { bytes, cut, ..LogRead::default() };
        match kind {
            Kind::Lines(tally) => LogRead { tallied: Some(masked(tally.finish(written, offset))), ..read },
            Kind::Audit(tally) => {
                let (tallied, failures) = tally.finish();
                LogRead { tallied: Some(masked(tallied)), failures, ..read }
            }
            Kind::Journal { walker, lines } => {
                let Lines { tally, forged, forger, .. } = *lines;
                let journal = JournalRead { forged, forger, ..of_facts(walker.finish()) };
                LogRead { tallied: Some(masked(tally.finish(written, offset))), journal: Some(journal), ..read }
            }
            Kind::Attempts(attempts) => attempts.finish(read),
            Kind::Packages(history) => {
                let (packages, left_out) = history.finish(offset);
                let newest = || format!("the newest steps; {left_out} older ones were left out");
                LogRead { packages, cut: read.cut.or_else(|| (left_out > 0).then(newest)), ..read }
            }
            Kind::Records(records) => LogRead { records: Text::from(records), ..read },
        }
    }
}

impl Attempts {
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
            ..read
        }
    }
}

/// What is odd about records: `trailing` bytes are left over behind the last whole one.
pub(crate) fn oddities(facts: &utmp::Facts, trailing: u64) -> Vec<LogOddity> {
    let mut found = Vec::new();
    if let Some(run) = facts.zeroed_runs.first() {
        found.push(LogOddity::Zeroed { first: run.first, records: facts.zeroed });
    }
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
        of_root && !is_program(entry.get(Field::Exe), line.head.program)
    }
}

/// A file of that name where only root puts programs.
fn is_program(exe: Option<&[u8]>, program: &[u8]) -> bool {
    const DIRS: [&str; 6] = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/lib/", "/usr/libexec/"];
    let Some(exe) = exe.filter(|exe| DIRS.iter().any(|dir| exe.starts_with(dir.as_bytes()))) else { return false };
    let name = exe.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name == program || logs::is_sshd(program) && logs::is_sshd(name)
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn of_facts(facts: journal::Facts) -> JournalRead {
    let damage = match facts.end {
        journal::End::Whole if facts.lost > 0 => Some(format!("{} values of it were too many to keep", facts.lost)),
        journal::End::Whole if facts.damaged == 0 => None,
        journal::End::Whole => Some(format!("{} bytes of it are damaged", facts.damaged)),
        journal::End::Truncated => Some(format!("it ends at byte {}, before its last entry", facts.read_to)),
        journal::End::Unsupported(flags) => Some(format!("it has features that keeneye does not know ({flags:#x})")),
        journal::End::NotJournal => Some("it is no journal".to_owned()),
    };
    JournalRead { sequence: facts.sequence, entries: facts.entries, damage, ..JournalRead::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(form: LogForm, bytes: &[u8]) -> LogRead {
        read(form, bytes, 1_700_000_000, b"")
    }
    const LINE: &[u8] =
        b"2023-11-14T10:00:00+00:00 h sshd[41]: Accepted password for anna from 192.0.2.7 port 4 ssh2\n";

    #[test]
    fn a_compressed_log_is_read_whatever_its_name() {
        use std::io::Write as _;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(LINE).unwrap();
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(LINE).unwrap();
        let packed = [gz.finish().unwrap(), bz.finish().unwrap(), zstd::encode_all(LINE, 1).unwrap(), LINE.to_vec()];
        for packed in packed {
            let read = read_text(LogForm::Syslog, &packed);
            assert_eq!(read.tallied.map(|tallied| tallied.lines.len()), Some(1));
            assert_eq!((read.bytes, read.cut), (LINE.len() as u64, None));
            let cut = read_text(LogForm::Syslog, &packed[..packed.len() - 4]);
            assert!(cut.bytes <= LINE.len() as u64);
        }
    }
    #[test]
    fn commands_keep_their_secrets() {
        let line = b"2023-11-14T10:00:00+00:00 h sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/x --password=hunter2\n";
        let tallied = read_text(LogForm::Syslog, line).tallied.unwrap();
        assert_eq!(tallied.lines.len(), 1);
        assert!(!tallied.lines[0].text.contains_str("hunter2"), "{:?}", tallied.lines[0].text);
        let kept = read_text(LogForm::Syslog, LINE).tallied.unwrap();
        assert_eq!(kept.lines[0].text.as_slice(), &LINE[..LINE.len() - 1]);
    }
    #[test]
    fn local_time_is_of_the_hosts_zone() {
        // TZif of a fixed offset of one hour, without a daylight saving time.
        let block = [b"TZif2".as_slice(), &[0; 34], &[1, 0, 0, 0, 4, 0, 0, 0x0e, 0x10, 0, 0], b"CET\0"].concat();
        let zone = [block.as_slice(), &block, b"\nCET-1\n"].concat();
        let line = b"Nov 14 10:00:00 h sshd[41]: Accepted password for anna from 192.0.2.7 port 4 ssh2\n";
        let time = |zone: &[u8]| {
            let read = read(LogForm::Syslog, line.as_slice(), 1_700_000_000, zone);
            read.tallied.and_then(|tallied| tallied.first).map(|time| time.seconds)
        };
        assert_eq!(time(b""), Some(1_699_956_000));
        assert_eq!(time(&zone), Some(1_699_956_000 - 3_600));
    }
    #[test]
    fn hostile_bytes() {
        crate::mutate::check(&[LINE], |bytes| {
            let forms = [LogForm::Syslog, LogForm::Audit, LogForm::Journal, LogForm::Wtmp, LogForm::Btmp];
            forms.iter().any(|form| read_text(*form, bytes).tallied.is_some())
        });
    }
}
