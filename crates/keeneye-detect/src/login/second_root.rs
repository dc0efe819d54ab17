//! An account other than root with root's user id, or with root's group.
//!
//! # What it sees
//! A line of /etc/passwd that gives user id 0 to a second name, however the number is spelt. An account that somebody
//! can log in to and whose main group is that of root is `unusual`, and so is user id 0 where nobody is called root.
//!
//! # Why it matters
//! The kernel knows numbers, not names: whoever logs in to such an account is root, with a password or a key of its
//! own, and logs and `who` show another name. It is one of the oldest ways to stay.
//!
//! # Innocent causes
//! None on a server that people look after. Some appliances ship a second name for root (`admin`), and BSD has `toor`,
//! which Linux has not. An account with root's group may read and write what that group may; some container images want
//! it so.
//!
//! # What to do
//! Do not remove the line first: look who logged in under that name, and when /etc/passwd was changed. Compare with
//! /etc/passwd- and a backup. `keeneye look user NAME` shows its keys and processes.

use super::{is_service, portrait, subject};
use crate::{Detector, Scene, place};
use keeneye_facts::{Account, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/second-root",
    title: "another account is root",
    level: Level::Compromised,
    attack: &["T1136.001", "T1098"],
    absolute: true,
    source: include_str!("second_root.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let roots = || scene.world.accounts.iter().filter(|account| account.uid == 0);
    // Where root was given another name, that is root.
    let first = roots().find(|account| account.name == "root").or_else(|| roots().next());
    let others = roots().filter(|account| first.is_none_or(|first| first.line != account.line));
    let of_group = scene.world.accounts.iter().filter(|account| account.uid != 0 && account.gid == 0);
    let of_group = of_group.filter(|account| place::is_login(account));
    let renamed = first.filter(|account| account.name != "root").map(|account| renamed(scene, account));
    let others = others.map(|account| root(scene, account)).chain(renamed);
    others.chain(of_group.map(|account| group(scene, account))).collect()
}

fn root(scene: &Scene<'_>, account: &Account) -> Finding {
    let name = account.name.lossy();
    let (level, what) = if account.name == "root" {
        (Level::Suspicious, "names root a second time".to_owned())
    } else if place::is_login(account) {
        (Level::Compromised, format!("makes {name} root: its user id is 0"))
    } else {
        (Level::Suspicious, format!("gives {name} the user id of root, with a shell that lets nobody in"))
    };
    let finding = DETECTOR
        .finding(level, subject(account), format!("/etc/passwd:{} {what}", account.line))
        .innocent("an appliance's second name for root", false, "its maker would say so; ask who put it there")
        .next("look for logins under this name before you remove the line");
    portrait(finding, scene.world, account)
}

fn renamed(scene: &Scene<'_>, account: &Account) -> Finding {
    let summary = format!("no account is called root: {} has its user id", account.name.lossy());
    let finding = DETECTOR.finding(Level::Unusual, subject(account), summary).innocent(
        "an admin who gave root another name",
        false,
        "ask; it was so since the machine was set up",
    );
    portrait(finding, scene.world, account)
}

fn group(scene: &Scene<'_>, account: &Account) -> Finding {
    let name = account.name.lossy();
    let what = if is_service(scene.world, account) { "a service's account" } else { "an account" };
    let summary = format!("{name}, {what} that can log in, has root's group as its own");
    let finding = DETECTOR.finding(Level::Unusual, subject(account), summary).innocent(
        "an image that was made for containers",
        false,
        "then most of its accounts are so",
    );
    portrait(finding, scene.world, account)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/second-root";

    #[track_caller]
    fn is(lines: &str, expected: &[&str]) {
        check(NAME, &format!("/etc/passwd = root:x:0:0:root:/root:/bin/bash\\n{lines}\\n"), expected);
    }

    #[test]
    fn a_second_name_for_root_is_loud_and_another_number_quiet() {
        is("vebalo:x:0:0::/root:/bin/bash", &["compromised: /etc/passwd:2 makes vebalo root: its user id is 0"]);
        is("vebalo:x:1000:1000::/root:/bin/bash", &[]);
    }
    #[test]
    fn however_it_is_spelt() {
        for line in
            ["x::0:0:::", "x:x:00:100:a:/home/x:/bin/sh", "x:x:+0:7", "x:x:-0:0:::/bin/sh", "  x:x: 0:0:::/bin/zsh"]
        {
            is(line, &["compromised: /etc/passwd:2 makes x root: its user id is 0"]);
        }
    }
    #[test]
    fn one_that_nobody_logs_in_to() {
        let text = "suspicious: /etc/passwd:2 gives x the user id of root, with a shell that lets nobody in";
        is("x:x:0:0::/:/usr/sbin/nologin", &[text]);
    }
    #[test]
    fn wherever_it_stands() {
        check(
            NAME,
            "/etc/passwd = evil:x:0:0:::/bin/sh\\nroot:x:0:0:root:/root:/bin/bash\\n",
            &["compromised: /etc/passwd:1 makes evil root: its user id is 0"],
        );
        is("root:$6$a$b:0:0::/tmp:/bin/sh", &["suspicious: /etc/passwd:2 names root a second time"]);
    }
    #[test]
    fn root_under_another_name_is_root() {
        let host = "/etc/passwd = chief:x:0:0::/root:/bin/bash\\nanna:x:1000:1000:::/bin/bash\\n";
        check(NAME, host, &["unusual: no account is called root: chief has its user id"]);
    }
    #[test]
    fn roots_group() {
        is("x:x:1000:0::/home/x:/bin/bash", &["unusual: x, an account that can log in, has root's group as its own"]);
        for line in ["sync:x:5:0:sync:/sbin:/bin/sync", "operator:x:11:0:operator:/root:/sbin/nologin"] {
            is(line, &[]);
        }
    }
    #[test]
    fn comments_are_no_accounts() {
        is("#x:x:0:0:::/bin/bash", &[]);
    }
}
