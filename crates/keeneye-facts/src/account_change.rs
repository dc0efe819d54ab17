//! What was done to accounts and groups, as far as a log tells it, and in words.

use crate::{LogEvent, LogKind, Text};
use serde::{Deserialize, Serialize};

/// What of an account or a group was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changed {
    /// The name.
    Name,
    /// The number of the account.
    Uid,
    /// The number of the group, or of an account's own group.
    Gid,
    /// The home directory.
    Home,
    /// The login shell.
    Shell,
    /// The person's name, room and telephone.
    Comment,
    /// The last day of the account.
    Expiry,
    /// For how many days somebody with an expired password may still come in.
    Inactivity,
    /// How long a password holds.
    PasswordAge,
    /// The password was locked.
    Locked,
    /// It was unlocked.
    Unlocked,
    /// Somebody was put into the group.
    MemberAdded,
    /// Somebody was taken out of it.
    MemberRemoved,
    /// All members were set anew.
    Members,
    /// Those who may put others into the group.
    Administrators,
    /// The password of the group.
    Password,
}

/// One change to an account or a group, as far as a log tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    /// What.
    pub what: Changed,
    /// What it was; empty where that is not told.
    #[serde(default, skip_serializing_if = "Text::is_empty_text")]
    pub before: Text,
    /// What it is now.
    #[serde(default, skip_serializing_if = "Text::is_empty_text")]
    pub after: Text,
}

impl LogEvent {
    /// An account got the number of root: all that root may, it may.
    pub fn makes_root(&self) -> bool {
        let is_account = matches!(self.kind, LogKind::AccountAdded | LogKind::AccountChanged);
        let root = |change: &AccountChange| change.what == Changed::Uid && is_zero(&change.after);
        is_account && self.change.as_ref().is_some_and(root) && self.user.as_ref().is_none_or(|user| *user != "root")
    }

    /// Of what was done to accounts: `new account bob, uid 1001`, `changed account bob: uid 1001 → 0, by root`,
    /// `group sudo: bob added, by root`.
    pub fn done_to_account(&self) -> Text {
        let by = self.by.as_ref().map(|by| concat(&[b", by ", by])).unwrap_or_default();
        let word = self.kind.words().as_bytes();
        let what = match self.kind {
            LogKind::GroupChanged => of_group(self),
            LogKind::GroupAdded | LogKind::GroupRemoved => {
                concat(&[word, b" ", self.group.as_deref().unwrap_or_default()])
            }
            _ => concat(&[word, b" ", self.user.as_deref().unwrap_or_default(), &of_account(self)]),
        };
        concat(&[&what, &by])
    }
}

fn is_zero(number: &Text) -> bool {
    !number.is_empty() && number.iter().all(|byte| *byte == b'0')
}

fn concat(parts: &[&[u8]]) -> Text {
    Text::from(parts.concat())
}

/// `: shell /bin/sh → /bin/bash`; empty where nothing is told.
fn of_account(event: &LogEvent) -> Text {
    let Some(change) = &event.change else { return Text::new() };
    let colon: &[u8] = if event.kind == LogKind::AccountAdded { b", " } else { b": " };
    match (event.kind, change.after.is_empty()) {
        (LogKind::AccountAdded, true) => Text::new(),
        _ => concat(&[colon, &turned(change)]),
    }
}

/// `group sudo: bob added`, `group sudo: members set to bob,eve`, `group sudo: gid 0`.
fn of_group(event: &LogEvent) -> Text {
    let group: &[u8] = event.group.as_ref().map_or(b"", Text::as_slice);
    let user: &[u8] = event.user.as_ref().map_or(b"somebody", Text::as_slice);
    let Some(change) = &event.change else {
        let user = event.user.as_ref().map(|user| concat(&[b": ", user])).unwrap_or_default();
        return concat(&[b"changed group ", group, &user]);
    };
    let names: &[u8] = if change.after.is_empty() { b"nobody" } else { &change.after };
    let what = match change.what {
        Changed::MemberAdded => concat(&[user, b" added"]),
        Changed::MemberRemoved => concat(&[user, b" removed"]),
        Changed::Members => concat(&[b"members set to ", names]),
        Changed::Administrators => concat(&[b"administrators set to ", names]),
        _ => turned(change),
    };
    concat(&[b"group ", group, b": ", &what])
}

/// `shell /bin/sh → /bin/bash`, `shell /bin/bash`, `shell`: as much as is told.
fn turned(change: &AccountChange) -> Text {
    let what: &[u8] = match change.what {
        Changed::Name => b"name",
        Changed::Uid => b"uid",
        Changed::Gid => b"gid",
        Changed::Home => b"home",
        Changed::Shell => b"shell",
        Changed::Comment => b"comment",
        Changed::Expiry => b"expiry",
        Changed::Inactivity => b"days after the password's expiry",
        Changed::PasswordAge => b"age of the password",
        Changed::Locked => b"password locked",
        Changed::Unlocked => b"password unlocked",
        Changed::Password => b"password",
        Changed::MemberAdded | Changed::MemberRemoved | Changed::Members | Changed::Administrators => b"members",
    };
    let (before, arrow): (&[u8], &[u8]) =
        if change.before.is_empty() { (b"", b"") } else { (&change.before, " \u{2192} ".as_bytes()) };
    let blank: &[u8] = if change.after.is_empty() { b"" } else { b" " };
    concat(&[what, blank, before, arrow, &change.after])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: LogKind, what: Option<(Changed, &str, &str)>) -> String {
        let change =
            what.map(|(what, before, after)| AccountChange { what, before: before.into(), after: after.into() });
        let group = matches!(kind, LogKind::GroupChanged | LogKind::GroupAdded).then(|| "ops".into());
        let event = LogEvent { kind, user: Some("bob".into()), group, change, ..LogEvent::default() };
        event.done_to_account().lossy().into_owned()
    }

    #[test]
    fn what_was_changed_and_from_what_to_what() {
        use LogKind::{AccountAdded, AccountChanged, GroupAdded, GroupChanged};
        for (kind, what, expected) in [
            (AccountAdded, None, "new account bob"),
            (AccountAdded, Some((Changed::Uid, "", "1001")), "new account bob, uid 1001"),
            (AccountAdded, Some((Changed::Uid, "", "")), "new account bob"),
            (AccountAdded, Some((Changed::Uid, "", "0")), "new account bob, uid 0"),
            (AccountChanged, Some((Changed::Uid, "7", "0")), "changed account bob: uid 7 → 0"),
            (AccountChanged, Some((Changed::Uid, "0", "7")), "changed account bob: uid 0 → 7"),
            (AccountChanged, Some((Changed::Shell, "", "/bin/sh")), "changed account bob: shell /bin/sh"),
            (AccountChanged, Some((Changed::Locked, "", "")), "changed account bob: password locked"),
            (AccountChanged, None, "changed account bob"),
            (GroupAdded, None, "new group ops"),
            (GroupChanged, None, "changed group ops: bob"),
            (GroupChanged, Some((Changed::MemberAdded, "", "")), "group ops: bob added"),
            (GroupChanged, Some((Changed::MemberRemoved, "", "")), "group ops: bob removed"),
            (GroupChanged, Some((Changed::Members, "", "")), "group ops: members set to nobody"),
            (GroupChanged, Some((Changed::Gid, "", "0")), "group ops: gid 0"),
        ] {
            assert_eq!(told(kind, what), expected);
        }
    }

    #[test]
    fn root_may_have_its_own_number() {
        let change = Some(AccountChange { what: Changed::Uid, before: "7".into(), after: "0".into() });
        let event = |user: &str| LogEvent {
            kind: LogKind::AccountChanged,
            user: Some(user.into()),
            change: change.clone(),
            ..LogEvent::default()
        };
        assert!(event("bob").makes_root() && !event("root").makes_root());
    }
}
