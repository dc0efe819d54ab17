//! A service's account that people can log in to with a password.
//!
//! # What it sees
//! An account with a number that the host does not give to people (`UID_MIN` of login.defs), a shell that lets
//! somebody in, and a password. With a password and no such shell it is `unusual`: mail and file services may take it.
//!
//! # Why it matters
//! Services get no password when they are installed. To give `www-data` a shell and a password leaves no new name in
//! passwd, and few people read that line again.
//!
//! # Innocent causes
//! An admin who set a password for an account such as `postgres` to log in under it. Accounts that packages make with a
//! shell and no password are quiet: `postgres`, `git`, `sync`. So are people with low numbers on systems that give them
//! such.
//!
//! # What to do
//! Ask who needs to log in as a service. `keeneye look user NAME` shows its keys, rules of sudo and processes. Lock the
//! password (`passwd -l NAME`) and give it the shell of its package back.

use super::{has_password, is_service, portrait, subject};
use crate::{Detector, Scene, place};
use keeneye_facts::{Account, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/service-account-login",
    title: "a service's account with a password",
    level: Level::Suspicious,
    attack: &["T1098", "T1078.003"],
    absolute: false,
    source: include_str!("service_account_login.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let services = scene.world.accounts.iter().filter(|account| is_service(scene.world, account));
    services.filter(|account| has_password(account)).map(|account| judge(scene, account)).collect()
}

fn judge(scene: &Scene<'_>, account: &Account) -> Finding {
    let (level, what) = if place::is_login(account) {
        (Level::Suspicious, "a shell that lets people in and a password")
    } else {
        (Level::Unusual, "a password")
    };
    let summary = format!("{}, a service's account (user id {}), has {what}", account.name.lossy(), account.uid);
    let finding = DETECTOR
        .finding(level, subject(account), summary)
        .innocent("an admin who logs in as the service", false, "ask; a password for it is not needed to become it")
        .next(format!("passwd -l {}", account.name.lossy()));
    portrait(finding, scene.world, account)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "login/service-account-login";

    fn host(uid: u32, shell: &str, shadow: &str) -> String {
        format!(
            "/etc/passwd = root:x:0:0::/root:/bin/bash\\nweb:x:{uid}:{uid}::/var/www:{shell}\\n\n\
             /etc/shadow = root:$6$a$b:1::::::\\nweb:{shadow}:1::::::\\n"
        )
    }

    #[test]
    fn a_shell_and_a_password_are_loud_and_one_of_them_is_not() {
        let text = "suspicious: web, a service's account (user id 33), has a shell that lets people in and a password";
        for shell in ["/bin/bash", "/bin/sh", "/usr/bin/zsh", ""] {
            for hash in ["$6$salt$hash", "$y$j9T$salt$hash", "$1$a$b", "abJnggxhB/yWI"] {
                check(NAME, &host(33, shell, hash), &[text]);
            }
        }
        for locked in ["*", "!", "!*", "!$6$salt$hash", "!!"] {
            check(NAME, &host(33, "/bin/bash", locked), &[]);
        }
        let text = "unusual: web, a service's account (user id 33), has a password";
        check(NAME, &host(33, "/usr/sbin/nologin", "$6$salt$hash"), &[text]);
    }
    #[test]
    fn nobody_is_a_service() {
        let text =
            "suspicious: web, a service's account (user id 65534), has a shell that lets people in and a password";
        check(NAME, &host(65_534, "/bin/bash", "$6$salt$hash"), &[text]);
    }
    #[test]
    fn people_are_quiet_whatever_numbers_the_host_gives_them() {
        for uid in [1000, 5000, 60_000, 1_668_400_500] {
            check(NAME, &host(uid, "/bin/bash", "$6$salt$hash"), &[]);
        }
        let old = host(500, "/bin/bash", "$6$salt$hash");
        check(NAME, &format!("{old}\n/etc/login.defs = UID_MIN\\t500\\n"), &[]);
    }
    #[test]
    fn services_with_a_shell_of_their_package_are_quiet() {
        check(
            NAME,
            "/etc/passwd = postgres:x:110:110::/var/lib/postgresql:/bin/bash\\nsync:x:4:65534:sync:/bin:/bin/sync\\n\
             git:x:998:998::/srv/git:/usr/bin/git-shell\\n\n/etc/shadow = postgres:!:1::::::\\nsync:*:1::::::\\ngit:*:1::::::\\n",
            &[],
        );
    }
    #[test]
    fn without_shadow_nothing_is_said() {
        check(NAME, "/etc/passwd = web:x:33:33::/:/bin/bash\\n\n/etc/shadow ! EACCES", &[]);
    }
}
