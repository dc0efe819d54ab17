//! Who came in, as the host's own records tell.

use crate::{FileStat, LogKind, LogTime, Place, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What kind of record a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogForm {
    /// Lines of syslog: auth.log, secure, messages.
    Syslog,
    /// Lines of auditd.
    Audit,
    /// A file of systemd's journal.
    Journal,
    /// Records of sessions, utmp(5).
    Wtmp,
    /// Records of failed logins in the same form.
    Btmp,
    /// Who is there now, in the same form.
    Utmp,
    /// The last login of each account, by number.
    Lastlog,
    /// Failed logins of each account since its last login, by number.
    Faillog,
    /// Sessions in SQLite.
    Wtmpdb,
    /// The last login of each account in SQLite.
    Lastlog2,
    /// What a package manager did: dpkg.log, pacman.log, dnf.rpm.log, zypper's history.
    Packages,
}

impl LogForm {
    /// It holds records of logins, no lines and no entries.
    pub fn is_of_records(self) -> bool {
        use LogForm::{Btmp, Faillog, Lastlog, Lastlog2, Utmp, Wtmp, Wtmpdb};
        matches!(self, Wtmp | Btmp | Utmp | Wtmpdb | Lastlog | Lastlog2 | Faillog)
    }

    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Syslog => "the system's log",
            Self::Audit => "the audit log",
            Self::Journal => "the journal",
            Self::Wtmp => "wtmp",
            Self::Btmp => "btmp",
            Self::Utmp => "utmp",
            Self::Lastlog => "lastlog",
            Self::Faillog => "faillog",
            Self::Wtmpdb => "wtmpdb",
            Self::Lastlog2 => "lastlog2",
            Self::Packages => "the package manager's log",
        }
    }
}

/// What stands behind records that are all zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behind {
    /// A record of a login, a logout or the like.
    #[default]
    Record,
    /// The record of a start of the machine.
    Boot,
    /// Nothing: the file ends.
    End,
}

/// What is odd about a file of records, whatever they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogOddity {
    /// Records of nothing but zeros, one after the other.
    Zeroed {
        /// The number of the first, from 0.
        first: u64,
        /// How many.
        records: u64,
        /// What follows them.
        #[serde(default)]
        behind: Behind,
        /// When the record before them was, in seconds since 1970.
        #[serde(default)]
        from: Option<i64>,
        /// And the one behind them.
        #[serde(default)]
        to: Option<i64>,
    },
    /// A record is older than the one before it by more than a clock is set back.
    BackInTime {
        /// Its number, from 0.
        at: u64,
        /// When the one before it was, in seconds since 1970.
        from: i64,
        /// When it was.
        to: i64,
    },
    /// A terminal's session ends that never began.
    EndWithoutBegin {
        /// The record's number, from 0.
        at: u64,
        /// When, in seconds since 1970.
        time: i64,
        /// The terminal.
        tty: Text,
        /// The machine was started on record before it, so the beginning can stand in no other file.
        sure: bool,
    },
    /// The size is no whole number of records.
    Torn {
        /// Bytes that are left over.
        bytes: u64,
    },
    /// The numbers of entries that a journal counts up have a hole.
    SequenceHole {
        /// The last number before it.
        after: u64,
        /// The first behind it.
        before: u64,
        /// When the entry before it was written, in seconds since 1970.
        from: i64,
        /// And the one behind it.
        to: i64,
    },
    /// Lines that say to be of sshd were written by somebody else's process.
    Forged {
        /// How many.
        lines: u64,
        /// The number of that account.
        uid: u32,
    },
    /// Rows of a database are missing between others.
    RowsMissing {
        /// How many.
        rows: u64,
        /// The number of the first.
        first: u64,
    },
    /// Nothing was written for longer than is usual for this log, while the machine was up.
    Silent {
        /// No line is younger before it, in seconds since 1970.
        from: i64,
        /// The first line behind it.
        to: i64,
        /// The longest silence but for a few, in seconds.
        usual: i64,
    },
    /// It is a symbolic link, and leads there.
    Link {
        /// Where.
        to: Text,
    },
}

/// A file of logs or records, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFile {
    /// Where.
    pub path: Text,
    /// What it holds.
    pub form: LogForm,
    /// Its `lstat`.
    #[serde(default)]
    pub stat: Option<FileStat>,
    /// Lines, entries or records that were read.
    pub entries: u64,
    /// The first of them, in time.
    #[serde(default)]
    pub first: Option<LogTime>,
    /// The last.
    #[serde(default)]
    pub last: Option<LogTime>,
    /// Lines of sshd.
    #[serde(default)]
    pub sshd: u64,
    /// Those of them that keeneye understands.
    #[serde(default)]
    pub sshd_understood: u64,
    /// From when on it tells of logins, where it does; older lines may have been left out.
    #[serde(default)]
    pub logins_from: Option<LogTime>,
    /// What is odd about it.
    #[serde(default)]
    pub oddities: Vec<LogOddity>,
}

/// Failures of one source against one account, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Failures {
    /// What they were.
    pub kind: LogKind,
    /// The other side, as it is written.
    pub from: Text,
    /// The account, as it is written; empty where more were counted together.
    pub user: Text,
    /// Where more were counted together, how many names, about; 0 where that is not known.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub names: u32,
    /// How many.
    pub count: u64,
    /// The first, in seconds since 1970.
    pub first: i64,
    /// The last.
    pub last: i64,
}

/// Most failures have a name.
fn is_zero(names: &u32) -> bool {
    *names == 0
}

/// Somebody was let in: one login, whichever records tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Login {
    /// The account.
    pub user: Text,
    /// Who let him in: `sshd`, `login`, `vsftpd`.
    pub service: Text,
    /// The other side, as it is written; `None` at a console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Text>,
    /// The other side's port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Where that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// When.
    pub time: LogTime,
    /// When it ended, in seconds since 1970, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// How it ended, as login records tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// `password`, `publickey` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// Kind and fingerprint of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Text>,
    /// The terminal, without `/dev/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<Text>,
    /// The process that let him in, or the session's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Which records tell of it.
    pub seen: BTreeSet<LoginRecord>,
    /// The file and the place in it where it was found first.
    pub source: Text,
    /// See [`crate::LogEvent::at`].
    pub at: u64,
}

/// How a session ended, in the terms of last(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Somebody logged out.
    Logout,
    /// The machine was shut down.
    Down,
    /// The machine was started, and neither a logout nor a shutdown stands before that.
    Crash,
    /// Nothing ends it, and its process is not there any more.
    Gone,
    /// It goes on.
    Lasting,
}

impl Ending {
    /// As last(1) says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Logout => "logged out",
            Self::Down => "down",
            Self::Crash => "crash",
            Self::Gone => "gone, no logout",
            Self::Lasting => "still logged in",
        }
    }
}

/// A record that tells of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginRecord {
    /// The daemon's own line: sshd's `Accepted`.
    Daemon,
    /// PAM's line of a session.
    Pam,
    /// logind's line of a session.
    Logind,
    /// wtmp.
    Wtmp,
    /// wtmpdb.
    Wtmpdb,
    /// utmp.
    Utmp,
    /// lastlog or lastlog2.
    Lastlog,
    /// auditd.
    Audit,
}
