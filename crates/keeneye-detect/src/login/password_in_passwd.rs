//! A password that stands in passwd, where everybody may read it.
//!
//! # What it sees
//! A hash in the second field of a line of /etc/passwd, on a host that keeps its passwords in /etc/shadow. It counts in
//! place of what shadow says.
//!
//! # Why it matters
//! Whoever can write to /etc/passwd once, through a hole in the kernel or a careless right, sets a password this way:
//! no other file has to change, and the password in shadow stays as its owner knows it. Tools for such holes write the
//! line of root anew.
//!
//! # Innocent causes
//! Systems that never had a shadow file keep their passwords so, and are quiet. Accounts that were copied from such a
//! system: `pwconv` puts them right.
//!
//! # What to do
//! Look when /etc/passwd was changed and compare it with /etc/passwd- and a backup. `pwconv` moves the hash to shadow;
//! lock the account before (`passwd -l NAME`).

use super::{has_password, portrait, subject};
use crate::{Detector, Scene};
use keeneye_facts::{Account, Finding, Level, Password};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/password-in-passwd",
    title: "a password where everybody may read it",
    level: Level::Suspicious,
    attack: &["T1098"],
    absolute: false,
    source: include_str!("password_in_passwd.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let accounts = &scene.world.accounts;
    // Where every line has its own, there is no shadow.
    let uses_shadow = accounts.iter().any(|account| !account.password_in_passwd && account.password.is_some());
    let own = accounts.iter().filter(|account| account.password_in_passwd && has_password(account) && uses_shadow);
    let finding = |account: &Account| {
        let Account { name, line, .. } = account;
        let summary = format!("/etc/passwd:{line} holds a password of {} itself, in place of shadow", name.lossy());
        let mut finding = DETECTOR.finding(Level::Suspicious, subject(account), summary);
        if let Some(Password::Hash(scheme)) = &account.password {
            finding = finding.evidence("scheme", scheme.clone());
        }
        let finding = finding
            .innocent("copied from a system without shadow", false, "then it is not alone, and as old as the machine")
            .next(format!("passwd -l {}", name.lossy()));
        portrait(finding, scene.world, account)
    };
    own.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/password-in-passwd";
    const SHADOW: &str = "\n/etc/shadow = root:$6$a$b:1::::::\\nx:*:1::::::\\n";

    #[test]
    fn a_hash_in_passwd_is_loud_and_one_in_shadow_quiet() {
        let line = |field: &str| {
            format!("/etc/passwd = root:x:0:0::/root:/bin/sh\\nx:{field}:1000:1000::/x:/bin/sh\\n{SHADOW}")
        };
        let text = "suspicious: /etc/passwd:2 holds a password of x itself, in place of shadow";
        for hash in ["$6$salt$hash", "$1$a$b", "fik57D3GJz/tk"] {
            check(NAME, &line(hash), &[text]);
        }
        for field in ["x", "*", "!", "!!", ""] {
            check(NAME, &line(field), &[]);
        }
    }
    #[test]
    fn root_written_anew() {
        let host = format!("/etc/passwd = boss:fik57D3GJz/tk:0:0:pwned:/root:/bin/bash\\nx:x:1:1:::\\n{SHADOW}");
        check(NAME, &host, &["suspicious: /etc/passwd:1 holds a password of boss itself, in place of shadow"]);
    }
    #[test]
    fn a_system_without_shadow_is_quiet() {
        check(NAME, "/etc/passwd = root:$1$a$b:0:0::/root:/bin/sh\\nx:$1$a$c:1:1::/:/bin/sh\\n", &[]);
    }
}
