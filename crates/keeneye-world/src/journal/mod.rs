//! The files of systemd-journald, read directly: forward, in pieces, and as far as they go.
//!
//! See <https://systemd.io/JOURNAL_FILE_FORMAT>. journalctl(1) trusts the tables and chains of a file and shows nothing of
//! one that is cut; here every object is visited in the order in which it was written, so the loss of a table, of an
//! object or of the end costs nothing else. Damaged places are passed over and told.

mod header;
mod kept;
mod lz4;
mod payload;
#[cfg(test)]
pub(crate) mod samples;
mod sequence;
#[cfg(test)]
mod tests;
mod walker;

pub use header::{Header, State};
pub use sequence::{Hole, Range, Sequence, holes};
pub use walker::{Damage, End, Entry, Facts, Stamp, Walker};

/// The first bytes of every journal.
pub const MAGIC: &[u8; 8] = b"LPKSHHRH";

/// Fields that are read. Those with an underscore in front are written by journald itself; what has none can be said by
/// anybody: `logger -t sshd` makes lines of an sshd that never ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    /// The line.
    Message,
    /// What kind of line it is, 32 hexadecimal digits.
    MessageId,
    /// 0 is the worst, 7 the least.
    Priority,
    /// The program as it calls itself.
    Identifier,
    /// The process as it says itself.
    SyslogPid,
    /// The account that it is about, of lines of logind.
    UserId,
    /// The session that it is about, of lines of logind.
    SessionId,
    /// `syslog`, `journal`, `stdout`, `audit`, `kernel`.
    Transport,
    /// The process.
    Pid,
    /// Its account.
    Uid,
    /// Its name.
    Comm,
    /// Its program.
    Exe,
    /// The service it belongs to.
    Unit,
    /// The account that somebody logged in with.
    LoginUid,
    /// The kind of an audit record, by number: `1112`.
    AuditType,
    /// Its sequence number.
    AuditId,
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = 16;
    const NAMES: [(&'static [u8], Self); Self::COUNT] = [
        (b"MESSAGE", Self::Message),
        (b"MESSAGE_ID", Self::MessageId),
        (b"PRIORITY", Self::Priority),
        (b"SYSLOG_IDENTIFIER", Self::Identifier),
        (b"SYSLOG_PID", Self::SyslogPid),
        (b"USER_ID", Self::UserId),
        (b"SESSION_ID", Self::SessionId),
        (b"_TRANSPORT", Self::Transport),
        (b"_PID", Self::Pid),
        (b"_UID", Self::Uid),
        (b"_COMM", Self::Comm),
        (b"_EXE", Self::Exe),
        (b"_SYSTEMD_UNIT", Self::Unit),
        (b"_AUDIT_LOGINUID", Self::LoginUid),
        (b"_AUDIT_TYPE", Self::AuditType),
        (b"_AUDIT_ID", Self::AuditId),
    ];
    /// Bytes of the longest name.
    const LONGEST: usize = 17;

    fn named(name: &[u8]) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default())
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default())
}

fn id_at(bytes: &[u8], at: usize) -> [u8; 16] {
    bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default()
}
