//! What logs and login records say.

use crate::{AccountChange, Text};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// How sure the time of an event is. Ordered: the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeCertainty {
    /// It stands there with its zone, or as seconds since 1970.
    #[default]
    Written,
    /// Local time, in the zone of the host.
    Zone,
    /// Local time without a year: that was worked out from the lines around it and from when the file was written.
    Year,
}

/// A moment as a log tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogTime {
    /// Since 1970.
    pub seconds: i64,
    /// How sure that is.
    #[serde(default)]
    pub certainty: TimeCertainty,
}

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    /// Somebody was let in: sshd's `Accepted`, a login at a console, a mail or FTP login.
    Accepted,
    /// One of several methods was accepted, and more is asked.
    Partial,
    /// A wrong password, key or the like.
    Failed,
    /// The account does not exist.
    UnknownUser,
    /// The account may not enter: its shell, a rule, an expired password, too many failures.
    Denied,
    /// Somebody connected and left or was thrown out before he was let in.
    Aborted,
    /// An attempt that makes no sense: no protocol, a scan.
    Probed,
    /// A connection that was let in has ended.
    Disconnected,
    /// A session began: PAM, logind, a login record.
    SessionOpened,
    /// It ended.
    SessionClosed,
    /// Somebody became another user: su, sudo without a command.
    Became,
    /// Somebody was not allowed to.
    BecomeFailed,
    /// A command was run as another user: sudo, doas, pkexec.
    Ran,
    /// A program was started, or it was tried, as the kernel tells.
    Executed,
    /// A program crashed.
    Crashed,
    /// cron(8) ran something.
    CronRan,
    /// A crontab was replaced or deleted.
    CrontabChanged,
    /// An account was made.
    AccountAdded,
    /// It was removed.
    AccountRemoved,
    /// Its shell, home, groups, number, lock or expiry was changed.
    AccountChanged,
    /// A group was made.
    GroupAdded,
    /// It was removed.
    GroupRemoved,
    /// Members were added to it or taken out.
    GroupChanged,
    /// A password was set.
    PasswordChanged,
    /// The machine was started.
    Booted,
    /// It was shut down.
    Stopped,
    /// It went to sleep or woke up.
    Slept,
    /// The clock was set.
    ClockChanged,
    /// A daemon that lets people in was started.
    DaemonStarted,
    /// It ended.
    DaemonStopped,
    /// A service failed.
    ServiceFailed,
    /// A disk or a file system failed.
    DiskFailed,
    /// The kernel ended a process for want of memory.
    OutOfMemory,
    /// Where lines are kept was rotated, emptied or begun anew, as it says itself.
    LogRotated,
    /// It was understood and tells nothing of the above.
    #[default]
    Other,
}

impl LogKind {
    /// What happened, in front of what it happened to; empty for what programs do all day long.
    pub fn words(self) -> &'static str {
        match self {
            Self::AccountAdded => "new account",
            Self::AccountRemoved => "removed account",
            Self::AccountChanged => "changed account",
            Self::GroupAdded => "new group",
            Self::GroupRemoved => "removed group",
            Self::GroupChanged => "changed group",
            Self::PasswordChanged => "new password of",
            Self::CrontabChanged => "the crontab was changed",
            Self::ServiceFailed => "failed",
            Self::Crashed => "crashed",
            Self::DiskFailed => "disk",
            Self::OutOfMemory => "out of memory",
            Self::Booted => "started",
            Self::Stopped => "shut down",
            Self::Slept => "slept or woke up",
            Self::ClockChanged => "the clock was set",
            _ => "",
        }
    }

    /// An account or a group was made, removed or changed.
    pub const OF_ACCOUNTS: [Self; 7] = [
        Self::AccountAdded,
        Self::AccountRemoved,
        Self::AccountChanged,
        Self::GroupAdded,
        Self::GroupRemoved,
        Self::GroupChanged,
        Self::PasswordChanged,
    ];

    /// One of [`Self::OF_ACCOUNTS`].
    pub fn is_of_accounts(self) -> bool {
        Self::OF_ACCOUNTS.contains(&self)
    }
}

/// One thing that a log or a login record says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogEvent {
    /// The file.
    pub source: Text,
    /// The byte at which the line begins, or the number of the record.
    pub at: u64,
    /// When; `None` where nothing tells.
    pub time: Option<LogTime>,
    /// What happened.
    pub kind: LogKind,
    /// Who wrote it, as it says: `sshd-session`.
    pub program: Text,
    /// Its process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// The account that it is about, as it is written: it may be whatever somebody typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Text>,
    /// The account that did it, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Text>,
    /// The other side, as it is written: an address or a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Text>,
    /// The other side's port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `password`, `publickey`, `keyboard-interactive/pam` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// Of a key: its kind and fingerprint, `ED25519 SHA256:...`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Text>,
    /// The terminal, without `/dev/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<Text>,
    /// The number of the session, as logind or audit counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Text>,
    /// What was run; the unit, the process or the disk that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Text>,
    /// How often it happened: on that day where that was counted, at once where the line says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// The last time of these, in seconds since 1970; `time` is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// The user number that stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// The group that was made, removed or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Text>,
    /// What of the account or the group was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<AccountChange>,
}

impl LogEvent {
    /// The other side's address, where it is one; an IPv4 address written as IPv6 is the former.
    pub fn address(&self) -> Option<IpAddr> {
        address(self.from.as_ref()?)
    }
}

/// An address as logs write it: with or without brackets, a zone (`%eth0`) left out.
pub fn address(text: &[u8]) -> Option<IpAddr> {
    let text = text.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(text);
    let text = text.split(|byte| *byte == b'%').next()?;
    let address: IpAddr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_logs_write_them() {
        let is = |text: &str| address(text.as_bytes()).map(|address| address.to_string());
        assert_eq!(is("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(is("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(is("[2001:DB8::1]").as_deref(), Some("2001:db8::1"));
        assert_eq!(is("fe80::1%eth0").as_deref(), Some("fe80::1"));
        assert_eq!(is("host.example"), None);
        assert_eq!(is("192.0.2.7 port 4"), None);
    }
}
