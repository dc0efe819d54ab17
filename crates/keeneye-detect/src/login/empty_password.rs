//! An account that asks for no password.
//!
//! # What it sees
//! An empty password field, in shadow or in passwd itself, of an account whose shell lets somebody in.
//!
//! # Why it matters
//! Anybody who reaches a login prompt, `su`, or an sshd that permits empty passwords, is in. Emptying the field of an
//! account is a quiet way to keep a door open: nothing new appears anywhere.
//!
//! # Innocent causes
//! Live systems, installers and images for trying things out. Accounts whose shell lets nobody in are quiet.
//!
//! # What to do
//! Set a password or lock it (`passwd -l NAME`); find out when /etc/shadow was changed, and by whom.

use super::{portrait, subject};
use crate::{Detector, Scene, place};
use keeneye_facts::{Finding, Level, Password};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/empty-password",
    title: "an account that asks for no password",
    level: Level::Suspicious,
    attack: &["T1098"],
    absolute: false,
    source: include_str!("empty_password.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let open = scene.world.accounts.iter().filter(|a| a.password == Some(Password::Empty) && place::is_login(a));
    let finding = |account| {
        let summary = format!("{}, an account that can log in, has an empty password", account_name(account));
        let finding = DETECTOR
            .finding(Level::Suspicious, subject(account), summary)
            .innocent("a live system or an image for trials", false, "then nobody depends on it")
            .next(format!("passwd -l {}", account_name(account)));
        portrait(finding, scene.world, account)
    };
    open.map(finding).collect()
}

fn account_name(account: &keeneye_facts::Account) -> String {
    account.name.lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/empty-password";

    fn host(field: &str, shell: &str, shadow: &str) -> String {
        format!(
            "/etc/passwd = root:x:0:0::/root:/bin/bash\\nx:{field}:33:33::/x:{shell}\\n\n/etc/shadow = x:{shadow}:1::::::\\n"
        )
    }

    #[test]
    fn an_empty_field_is_loud_and_a_locked_one_quiet() {
        let text = "suspicious: x, an account that can log in, has an empty password";
        check(NAME, &host("x", "/bin/sh", ""), &[text]);
        check(NAME, &host("", "/bin/sh", "*"), &[text]);
        check(NAME, &host("x", "", ""), &[text]);
        for field in ["*", "!", "!!", "!$6$a$b", "$y$j9T$a$b"] {
            check(NAME, &host("x", "/bin/sh", field), &[]);
        }
    }
    #[test]
    fn where_nobody_gets_a_shell_it_is_quiet() {
        for shell in ["/usr/sbin/nologin", "/bin/false", "/bin/sync", "/dev/null"] {
            check(NAME, &host("x", shell, ""), &[]);
        }
    }
    #[test]
    fn what_could_not_be_read_is_not_said() {
        check(NAME, "/etc/shadow ! EACCES", &[]);
        check(NAME, "/etc/passwd = x:x:33:33::/:/bin/sh\\n", &[]);
    }
}
