//! Who came in, for those who ask again and again: a jump host has tens of thousands of logins, and thousands of
//! processes of people.

use keeneye_facts::{Login, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Logins by process and by account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginIndex {
    processes: BTreeSet<u32>,
    times: BTreeMap<Text, BTreeSet<i64>>,
}

impl LoginIndex {
    pub(crate) fn take(&mut self, login: &Login) {
        self.processes.extend(login.pid);
        self.times.entry(bare(&login.user)).or_default().insert(login.time.seconds);
    }

    /// A process of this number let somebody in.
    pub fn has_process(&self, pid: u32) -> bool {
        self.processes.contains(&pid)
    }

    /// Somebody came as this account, at some time.
    pub fn has(&self, account: &Text) -> bool {
        self.times.contains_key(&bare(account))
    }

    /// Somebody came as this account, not more than `slack` seconds before or after that time.
    pub fn has_about(&self, account: &Text, time: i64, slack: u64) -> bool {
        let span = time.saturating_sub_unsigned(slack)..=time.saturating_add_unsigned(slack);
        self.times.get(&bare(account)).is_some_and(|times| times.range(span).next().is_some())
    }
}

/// sshd logs the name as it was typed, `Anna`, `CORP\anna` or `anna@corp.example`; the account may be `anna`.
fn bare(name: &Text) -> Text {
    let name = name.as_slice().rsplit(|byte| *byte == b'\\').next().unwrap_or_default();
    Text::from(name.split(|byte| *byte == b'@').next().unwrap_or_default().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::LogTime;

    #[test]
    fn by_process_and_by_account() {
        let time = LogTime { seconds: 1_000, ..LogTime::default() };
        let mut index = LoginIndex::default();
        for user in ["Anna@corp.example", "CORP\\ben"] {
            index.take(&Login { user: user.into(), time, pid: Some(41), ..Login::default() });
        }
        assert_eq!([41, 42].map(|pid| index.has_process(pid)), [true, false]);
        assert_eq!(["anna", "ben", "carla"].map(|name| index.has(&name.into())), [true, true, false]);
        let about = |time| index.has_about(&"anna".into(), time, 10);
        assert_eq!([989, 990, 1_010, 1_011].map(about), [false, true, true, false]);
    }
}
