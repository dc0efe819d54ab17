//! Entries of a journal as lines of a log.

use crate::journal::{self, Field, Sequence};
use crate::logs;
use crate::logs::tally::Tally;
use jiff::Timestamp;
use keeneye_facts::LogKind;
use serde::{Deserialize, Serialize};

/// A line of the journal is read up to here.
const MAX_MESSAGE: usize = 4 << 10;
/// Bytes of a value that tells who wrote a line. Longer ones would push those of others out of memory.
const MAX_VALUE: usize = 256;

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

/// Entries of a journal as lines of a log.
pub(super) struct Entries {
    tally: Tally,
    line: Vec<u8>,
    forged: u64,
    forger: Option<u32>,
}

/// Which values of a journal are wanted. What tells who wrote is short where it is honest.
pub(super) fn keeps(field: Field, value: &[u8]) -> bool {
    match field {
        Field::Message => true,
        Field::Identifier | Field::SyslogPid | Field::Pid | Field::Uid | Field::Exe | Field::Transport => {
            value.len() <= MAX_VALUE
        }
        _ => false,
    }
}

impl Entries {
    pub(super) fn new(tally: Tally) -> Self {
        Self { tally, line: Vec::new(), forged: 0, forger: None }
    }

    /// Makes the line that syslog would have of it: `2026-01-02T03:04:05Z - sshd[12]: message`.
    pub(super) fn take(&mut self, entry: &journal::Entry<'_>) {
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

    /// Their lines, and what the journal told of itself.
    pub(super) fn finish(self, facts: journal::Facts) -> (Tally, JournalRead) {
        let Self { tally, forged, forger, .. } = self;
        (tally, JournalRead { forged, forger, ..of_facts(facts) })
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
