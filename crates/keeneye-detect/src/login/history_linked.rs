//! The history of a shell goes nowhere.
//!
//! # What it sees
//! In homes of accounts that people log in to: a history (`.bash_history`, `.mysql_history` and the like) that is a
//! symbolic link to a device such as `/dev/null`, or is a device, a pipe or a socket itself: suspicious. One that leads
//! to a volatile directory, is a directory, or that nobody may change (chattr(1) `i`): unusual.
//!
//! # Why it matters
//! Whoever breaks in does not want to be read afterwards. Linking the history to `/dev/null` is one of the first things
//! that people do who got in, and hardly anything else needs it.
//!
//! # Innocent causes
//! Guides to hardening database servers advise it for the history of the client, since passwords get into it. A
//! container that was given a file that was not there leaves a directory of that name.
//!
//! # What to do
//! Ask whoever uses the account. The link's time tells when it was made; look at what else happened then.

use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, FileStat, Finding, Interest, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/history-linked",
    title: "a history that is not kept",
    level: Level::Suspicious,
    attack: &["T1562.003", "T1070.003"],
    absolute: false,
    source: include_str!("history_linked.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.files.values().filter(|fact| fact.interests.contains(&Interest::History));
    files.filter_map(|fact| said(scene, fact)).collect()
}

fn said(scene: &Scene<'_>, fact: &FileFact) -> Option<Finding> {
    let stat = fact.stat?;
    let target = fact.link.as_ref().map(|target| place::led_to(&fact.path, target));
    let (level, what) = match &target {
        Some(target) if target.is_within("/dev") && !target.is_within("/dev/shm") => {
            (Level::Suspicious, format!("is a link to {}", target.lossy()))
        }
        Some(target) if place::is_volatile(target) => (Level::Unusual, format!("is a link to {}", target.lossy())),
        None if stat.is_dir() => (Level::Unusual, "is a directory".to_owned()),
        None if !stat.is_regular() && !stat.is_link() => (Level::Suspicious, format!("is {}", special(&stat))),
        None if stat.immutable => (Level::Unusual, "can be changed by nobody".to_owned()),
        _ => return None,
    };
    let account = scene.world.accounts.iter().find(|account| *account.home == *fact.path.parent());
    let mut subject = subject::file(&fact.path);
    subject.account = account.map(|account| account.name.clone());
    let finding = DETECTOR
        .finding(level, subject, format!("{} {what}: no command is kept", fact.path.lossy()))
        .evidence("path", fact.path.clone())
        .evidence("owner", stat.uid.to_string())
        .since(stat.changed)
        .innocent("a person who wants no history", false, "ask; shells have a setting for it (HISTFILE)")
        .next(format!("ls -la {}", fact.path.parent().to_str_lossy()));
    Some(match &fact.link {
        Some(target) => finding.evidence("leads to", target.clone()),
        None => finding.evidence("mode", format!("{:o}", stat.mode)),
    })
}

/// What is neither a file, a directory nor a link (inode(7)).
fn special(stat: &FileStat) -> &'static str {
    match stat.mode & 0o170_000 {
        0o020_000 | 0o060_000 => "a device",
        0o010_000 => "a pipe",
        0o140_000 => "a socket",
        _ => "no file",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/history-linked";
    const ACCOUNTS: &str = "/etc/passwd = root:x:0:0::/root:/bin/bash\\nanna:x:1000:1000::/home/anna:/bin/bash\\n\
                            www:x:33:33::/var/www:/usr/sbin/nologin\n/dev/null : mode=020666\n/tmp/h = \n";

    #[test]
    fn a_history_that_goes_nowhere() {
        for path in ["/root/.bash_history", "/home/anna/.bash_history", "/root/.mysql_history", "/root/.zhistory"] {
            let said = format!("suspicious: {path} is a link to /dev/null: no command is kept");
            check(NAME, &format!("{ACCOUNTS}{path} @ /dev/null"), &[&said]);
            check(NAME, &format!("{ACCOUNTS}{path} @ /root/.history.d/h"), &[]);
            check(NAME, &format!("{ACCOUNTS}{path} = ls"), &[]);
        }
        let said = "suspicious: /root/.zsh_history is a link to /dev/null: no command is kept";
        check(NAME, &format!("{ACCOUNTS}/root/.zsh_history @ ../dev/null"), &[said]);
        let fish = "/root/.local/share/fish/fish_history";
        let said = format!("suspicious: {fish} is a link to /dev/null: no command is kept");
        check(NAME, &format!("{ACCOUNTS}{fish} @ /dev/null"), &[&said]);
        check(NAME, &format!("{ACCOUNTS}/var/www/.bash_history @ /dev/null"), &[]);
        check(NAME, &format!("{ACCOUNTS}/home/anna/x/.bash_history @ /dev/null"), &[]);
    }
    #[test]
    fn what_keeps_nothing_by_its_kind() {
        for (mode, what) in [("020666", "a device"), ("060600", "a device"), ("010600", "a pipe")] {
            let said = format!("suspicious: /root/.bash_history is {what}: no command is kept");
            check(NAME, &format!("{ACCOUNTS}/root/.bash_history : mode={mode}"), &[&said]);
        }
        check(NAME, &format!("{ACCOUNTS}/root/.bash_history : mode=100600"), &[]);
    }
    #[test]
    fn other_ways_not_to_keep_it() {
        let said = |what: &str| format!("unusual: /root/.bash_history {what}: no command is kept");
        check(NAME, &format!("{ACCOUNTS}/root/.bash_history @ /tmp/h"), &[&said("is a link to /tmp/h")]);
        check(NAME, &format!("{ACCOUNTS}/root/.bash_history : mode=040700"), &[&said("is a directory")]);
        check(NAME, &format!("{ACCOUNTS}/root/.bash_history : immutable"), &[&said("can be changed by nobody")]);
        check(NAME, &format!("{ACCOUNTS}/root/.bash_history : append-only"), &[]);
    }
}
