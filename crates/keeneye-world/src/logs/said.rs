//! What one line says, borrowed from it.

use super::line::Head;
use keeneye_facts::{Changed, LogEvent, LogKind, LogTime, Text};

/// What a message says: the parts of a [`LogEvent`] before anything is copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// What happened.
    pub kind: LogKind,
    /// The account that it is about.
    pub user: Option<&'a [u8]>,
    /// The account that did it.
    pub by: Option<&'a [u8]>,
    /// The other side. `None` too where several addresses stand in the line and an attacker may have written any.
    pub from: Option<&'a [u8]>,
    /// The other side's port.
    pub port: Option<u16>,
    /// How somebody proved who he is.
    pub method: Option<&'a [u8]>,
    /// Of a key, what stands there: `ED25519 SHA256:...`, of a certificate its id and CA as well.
    pub key: Option<&'a [u8]>,
    /// Without `/dev/`.
    pub tty: Option<&'a [u8]>,
    /// The number of the session.
    pub session: Option<&'a [u8]>,
    /// What was run; the unit, the process or the disk that failed.
    pub command: Option<&'a [u8]>,
    /// The user number that stands there.
    pub uid: Option<u32>,
    /// The group that was made, removed or changed.
    pub group: Option<&'a [u8]>,
    /// What of the account or the group was changed.
    pub change: Option<Change<'a>>,
    /// How often it happened, where the line says so.
    pub times: Option<u32>,
}

/// One change to an account or a group; what was and what is are empty where they are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// What.
    pub what: Changed,
    /// What it was.
    pub before: &'a [u8],
    /// What it is now.
    pub after: &'a [u8],
}

impl<'a> Change<'a> {
    /// Only what was changed.
    pub(super) fn new(what: Changed) -> Self {
        Self { what, before: b"", after: b"" }
    }
}

impl<'a> Said<'a> {
    /// Only what happened.
    pub(super) fn new(kind: LogKind) -> Self {
        Self { kind, ..Self::default() }
    }

    pub(super) fn user(self, user: &'a [u8]) -> Self {
        Self { user: Some(user), ..self }
    }

    /// True for attempts that failed, whoever made them: these are many, and are told as sums.
    pub fn is_failure(&self) -> bool {
        is_failure(self.kind)
    }

    /// What of it says who was on the other side.
    pub(super) fn visitor(&self) -> Visitor<'a> {
        let Self { kind, user, from, port, method, key, .. } = *self;
        Visitor { kind, user, from, port, method, key }
    }
}

/// See [`Said::is_failure`].
#[inline]
pub(super) fn is_failure(kind: LogKind) -> bool {
    use LogKind::{Aborted, Denied, Failed, Probed, UnknownUser};
    matches!(kind, Failed | UnknownUser | Denied | Aborted | Probed)
}

/// What most lines of servers tell, and no more: somebody on the other side. Small, since such lines are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Visitor<'a> {
    pub(super) kind: LogKind,
    pub(super) user: Option<&'a [u8]>,
    pub(super) from: Option<&'a [u8]>,
    pub(super) port: Option<u16>,
    pub(super) method: Option<&'a [u8]>,
    pub(super) key: Option<&'a [u8]>,
}

impl<'a> Visitor<'a> {
    /// Only what happened.
    #[inline]
    pub(super) fn new(kind: LogKind) -> Self {
        Self { kind, ..Self::default() }
    }

    #[inline]
    pub(super) fn user(self, user: &'a [u8]) -> Self {
        Self { user: Some(user), ..self }
    }

    /// As what any line says.
    #[inline]
    pub(super) fn said(self) -> Said<'a> {
        let Self { kind, user, from, port, method, key } = self;
        Said { kind, user, from, port, method, key, ..Said::default() }
    }
}

/// A line that was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its parts.
    pub head: Head<'a>,
    /// What it says; `None` where nothing of it concerns logins, accounts, services and disks.
    pub said: Option<Said<'a>>,
}

impl Line<'_> {
    /// How often it happened: a line that was said again tells it by its head.
    fn times(&self, said: Option<u32>) -> Option<u32> {
        let times = said.unwrap_or(1).saturating_mul(self.head.times);
        (times != 1).then_some(times)
    }

    /// The event, with everything copied. `None` where the line says nothing.
    pub fn event(&self, source: &Text, at: u64, time: Option<LogTime>) -> Option<LogEvent> {
        let Said { kind, user, by, from, port, method, key, tty, session, command, uid, group, change, times } =
            self.said?;
        let text = |bytes: Option<&[u8]>| bytes.map(Text::from);
        Some(LogEvent {
            source: source.clone(),
            at,
            time,
            kind,
            program: Text::from(self.head.program),
            pid: self.head.pid,
            user: text(user),
            by: text(by),
            from: text(from),
            port,
            method: text(method),
            key: text(key),
            tty: text(tty),
            session: text(session),
            command: text(command),
            uid,
            group: text(group),
            change: change.map(|Change { what, before, after }| keeneye_facts::AccountChange {
                what,
                before: before.into(),
                after: after.into(),
            }),
            times: self.times(times),
            until: None,
        })
    }
}
