//! Failed logins of btmp, which strangers make grow, as sums.

use super::LogRead;
use crate::records::utmp;
use keeneye_facts::{Behind, Failures, LogKind, LogOddity};

/// Places in one file at which time runs backwards.
const MAX_ODDITIES: usize = 20;

#[derive(Default)]
pub(super) struct Attempts {
    reader: utmp::Reader,
    failures: utmp::Failures,
    facts: utmp::Facts,
}

impl Attempts {
    pub(super) fn new(groups: usize) -> Self {
        Self { failures: utmp::Failures::new(groups), ..Self::default() }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let Self { reader, failures, facts } = self;
        reader.feed(bytes, &mut |record| {
            facts.see(record);
            failures.see(record);
        });
    }

    pub(super) fn finish(self, read: LogRead) -> LogRead {
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
            names: 0,
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
