//! What a log comes to.

use crate::logs::said::Visitor;
use keeneye_facts::{LogKind, LogTime, Text};
use serde::{Deserialize, Serialize};

/// A line that is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLine {
    /// The byte at which it begins.
    pub at: u64,
    /// When it was written.
    pub time: Option<LogTime>,
    /// The line, without its end.
    pub text: Text,
}

/// Failed attempts of one day, of one address for one user; those before and behind a login from there are apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// The account, as it was typed, its first 100 bytes; empty where none is told.
    pub user: Text,
    /// The other side; empty where none is told.
    pub from: Text,
    /// How many.
    pub attempts: Attempts,
    /// The byte and the time of the first line.
    pub first: (u64, Option<LogTime>),
    /// Of the last one.
    pub last: (u64, Option<LogTime>),
}

/// Failed attempts of one address, whatever names it tried. Those of each day, before and behind a login from there, and
/// at names of which the log says that they do not exist, are apart while there is room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfAddress {
    /// The other side; empty where none is told.
    pub from: Text,
    /// How many.
    pub attempts: Attempts,
    /// How many names, about; 0 where none is told.
    pub names: u32,
    /// The first and the last, in seconds since 1970.
    pub times: Option<(i64, i64)>,
}

/// How many lines of which kind. One attempt writes several: who sums them up counts each kind by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attempts {
    /// A wrong password.
    #[serde(skip_serializing_if = "is_zero")]
    pub password: u32,
    /// A key that was not accepted, or the question which methods there are. Clients try one after the other, so this
    /// alone is no attack.
    #[serde(skip_serializing_if = "is_zero")]
    pub key: u32,
    /// What a module of PAM says, beside the line of the program itself.
    #[serde(skip_serializing_if = "is_zero")]
    pub pam: u32,
    /// Failures of another method.
    #[serde(skip_serializing_if = "is_zero")]
    pub other: u32,
    /// The account does not exist: a line beside those of the attempts.
    #[serde(skip_serializing_if = "is_zero")]
    pub unknown: u32,
    /// It may not enter, or tried too often.
    #[serde(skip_serializing_if = "is_zero")]
    pub denied: u32,
    /// Connections that ended before a login.
    #[serde(skip_serializing_if = "is_zero")]
    pub aborted: u32,
    /// Connections that made no sense.
    #[serde(skip_serializing_if = "is_zero")]
    pub probed: u32,
}

/// Most sums are of one kind alone: a recording holds thousands of them.
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// One of the counts of [`Attempts`].
#[derive(Clone, Copy)]
pub(super) enum Slot {
    Password,
    Key,
    Pam,
    Other,
    Unknown,
    Denied,
    Aborted,
    Probed,
}

impl Slot {
    /// What a line counts as.
    #[inline(always)]
    pub(super) fn of(said: Visitor<'_>) -> Self {
        match said.kind {
            LogKind::Denied => Self::Denied,
            LogKind::Aborted => Self::Aborted,
            LogKind::Probed => Self::Probed,
            // `Invalid user` stands beside the lines of each attempt.
            LogKind::UnknownUser if said.method.is_none() => Self::Unknown,
            LogKind::Failed | LogKind::UnknownUser => match said.method {
                Some(b"password") => Self::Password,
                Some(b"publickey" | b"none") => Self::Key,
                Some(method) if method.starts_with(b"pam") => Self::Pam,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// [`Attempts`] while they are counted, by [`Slot`].
#[derive(Clone, Copy, Default)]
pub(super) struct Counters([u32; 8]);

impl Counters {
    #[inline(always)]
    pub(super) fn add(&mut self, slot: Slot, times: u32) {
        let Self(counts) = self;
        if let Some(count) = counts.get_mut(slot as usize) {
            *count = count.saturating_add(times);
        }
    }

    pub(super) fn join(&mut self, others: Self) {
        for (count, other) in self.0.iter_mut().zip(others.0) {
            *count = count.saturating_add(other);
        }
    }

    /// How many lines of any kind.
    pub(super) fn all(self) -> u64 {
        self.0.into_iter().map(u64::from).sum()
    }

    pub(super) fn attempts(self) -> Attempts {
        let Self([password, key, pam, other, unknown, denied, aborted, probed]) = self;
        Attempts { password, key, pam, other, unknown, denied, aborted, probed }
    }
}

/// The same thing again and again within one day: a run of cron, a service, disk or process that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeats {
    /// What.
    pub kind: LogKind,
    /// Who wrote the first of them.
    pub program: Text,
    /// Whose; empty where none is told.
    pub user: Text,
    /// What cron ran, the unit that failed, the process that was ended; its first 200 bytes.
    pub command: Text,
    /// How many times.
    pub count: u32,
    /// The byte and the time of the first line.
    pub first: (u64, Option<LogTime>),
    /// Of the last one.
    pub last: (u64, Option<LogTime>),
}

/// What a log comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tallied {
    /// In the order of the file.
    pub lines: Vec<KeptLine>,
    /// How many lines were let go, the oldest first, since there was no room.
    pub lines_cut: u64,
    /// The newest, in the order of their first lines.
    pub failures: Vec<Failures>,
    /// Those for which there was no more room among `failures`, in the order of their first lines.
    #[serde(default)]
    pub addresses: Vec<OfAddress>,
    /// The same in older recordings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_address: Vec<Failures>,
    /// In the order of their first lines.
    pub repeats: Vec<Repeats>,
    /// Failures and repeats for which there was no room at all.
    pub uncounted: u64,
    /// Lines by hour: when the hour's first line was written, and how many there are.
    pub hours: Vec<(LogTime, u32)>,
    /// Lines for whose hour there was no room.
    pub hours_cut: u64,
    /// The first and the last stamp.
    pub first: Option<LogTime>,
    /// See `first`.
    pub last: Option<LogTime>,
    /// The bytes of lines at which the calendar jumped back by more than a clock is set back; at most 64.
    pub jumps: Vec<u64>,
    /// What was read.
    pub counts: Counts,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Bytes.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Lines without a stamp: they continue others, or are of another kind.
    pub headless: u64,
    /// Lines of which only the begin was read.
    pub long: u64,
    /// Lines of sshd.
    pub sshd: u64,
    /// Of these, those whose message is known.
    pub sshd_known: u64,
}
