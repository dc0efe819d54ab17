//! What of a log is kept line by line, and what is counted.

use super::fold::{self, Folds};
use super::told::Slot;
use super::{Limits, Whole};
use crate::logs::kept::Kept;
use crate::logs::peers::Hashed;
use crate::logs::said::is_failure;
use crate::logs::{Moment, Peers, Said};
use keeneye_facts::LogKind;

/// What is kept, and what is counted.
#[derive(Default)]
pub(super) struct Store {
    pub(super) limits: Limits,
    pub(super) rare: Kept<Option<Moment>>,
    pub(super) common: Kept<Option<Moment>>,
    pub(super) folds: Folds,
}

impl Store {
    #[inline(always)]
    pub(super) fn take(
        &mut self,
        line: Whole<'_>,
        program: &[u8],
        kind: LogKind,
        user: Option<&[u8]>,
        slot: Slot,
        from: Hashed<'_>,
    ) {
        if is_failure(kind) {
            return self.folds.fail(&self.limits, line, kind, user, slot, from);
        }
        if kind == LogKind::Accepted && !from.text.is_empty() {
            self.folds.came(from.hash);
        }
        self.keep(line, program, kind);
    }

    /// The same of any program, and of what repeats.
    #[inline(never)]
    pub(super) fn told(&mut self, peers: &Peers, line: Whole<'_>, program: &[u8], said: &Said<'_>, from: Hashed<'_>) {
        if is_repeat(said.kind) {
            let what = peers.hashed(fold::begin_of_command(said));
            return self.folds.repeat(self.limits.repeats, line, program, said, what);
        }
        self.take(line, program, said.kind, said.user, Slot::of(said.visitor()), from);
    }

    #[inline(never)]
    fn keep(&mut self, line: Whole<'_>, program: &[u8], kind: LogKind) {
        let kept = match handling(program, kind) {
            Handling::Drop => return,
            Handling::Rare => &mut self.rare,
            Handling::Common => &mut self.common,
        };
        kept.push(self.limits.lines / 2, line.text, line.at, line.moment);
    }
}

/// What becomes of a line that tells of no failure and is no repeat.
enum Handling {
    Drop,
    Rare,
    Common,
}

fn handling(program: &[u8], kind: LogKind) -> Handling {
    use LogKind::{BecomeFailed, Disconnected, Other, Ran, SessionClosed, SessionOpened};
    match kind {
        Other => Handling::Drop,
        // cron opens one for each thing that it runs.
        SessionOpened | SessionClosed if matches!(program, b"CRON" | b"cron" | b"crond" | b"CROND") => Handling::Drop,
        // Anybody on the server can write these as often as he likes.
        SessionOpened | SessionClosed | Disconnected | Ran | BecomeFailed => Handling::Common,
        _ => Handling::Rare,
    }
}

/// What happens again and again, and is told as a sum.
fn is_repeat(kind: LogKind) -> bool {
    matches!(kind, LogKind::CronRan | LogKind::ServiceFailed | LogKind::DiskFailed | LogKind::OutOfMemory)
}
