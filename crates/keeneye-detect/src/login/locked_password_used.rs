//! Somebody came with a password, as an account that has none.
//!
//! # What it sees
//! sshd let an account in with a password, and shadow has no password that could be right (`!`, `*`, a locked hash); nor
//! was shadow written since: `suspicious`.
//!
//! # Why it matters
//! A module of PAM, or an sshd, that was changed to know a password of its own lets its owner in as whom he likes. The line
//! in the log looks like every other one.
//!
//! # Innocent causes
//! The account was locked later: then shadow was written later, and nothing is said. Passwords that are checked elsewhere
//! (LDAP, Kerberos, a directory): where PAM or nsswitch.conf asks for that, nothing is said either.
//!
//! # What to do
//! Compare sshd and the modules of PAM with their packages (`keeneye scan`), and look at what the session did:
//! `keeneye look user NAME`.

use super::came::{self, Came, DAY};
use crate::persistence::pam_stack;
use crate::{Detector, Scene};
use keeneye_facts::{Account, AutostartKind, Finding, Level, Password};
use keeneye_world::World;
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/locked-password-used",
    title: "a login with a password that nobody can have",
    level: Level::Suspicious,
    attack: &["T1556.003", "T1078"],
    absolute: false,
    source: include_str!("locked_password_used.rs"),
    run,
};

/// Services of nsswitch.conf(5) that hold no passwords besides those of shadow.
const LOCAL: [&str; 5] = ["files", "compat", "systemd", "altfiles", "sss"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    if pam_stack::asks_elsewhere(world) || has_directory(world) {
        return Vec::new();
    }
    let mut said = BTreeSet::new();
    let all = came::all(world);
    let found = all.iter().filter_map(|came| Some((came, of_a_locked_one(world, came)?)));
    // The first such login of an account tells it all.
    found
        .filter(|(came, _)| said.insert(&came.login.user))
        .map(|(came, account)| finding(scene, came, account))
        .collect()
}

fn of_a_locked_one<'a>(world: &'a World, came: &Came<'_>) -> Option<&'a Account> {
    let login = came.login;
    let asks_pam = login.service == "sshd" || login.service == "dropbear";
    if !asks_pam || login.method.as_ref().is_none_or(|method| *method != "password") {
        return None;
    }
    let account = came::account(world, login).filter(|account| account.password == Some(Password::Locked))?;
    let written = world.file(b"/etc/shadow")?.stat?.modified;
    let set = account.password_day.map_or(0, |day| day.saturating_add(1).saturating_mul(DAY));
    (login.time.seconds > written.max(set)).then_some(account)
}

/// Passwords may come from a directory that stands before shadow.
fn has_directory(world: &World) -> bool {
    let services = world.autostarts.iter().filter(|entry| entry.kind == AutostartKind::NameService);
    let mut of_accounts = services.filter(|entry| entry.name == "passwd" || entry.name == "shadow");
    of_accounts.any(|entry| !LOCAL.iter().any(|name| entry.command == *name))
}

fn finding(scene: &Scene<'_>, came: &Came<'_>, account: &Account) -> Finding {
    let summary = format!(
        "{} was let in with a password from {}, and no password is right for it",
        account.name.lossy(),
        came::whence(came.login)
    );
    let finding = DETECTOR
        .finding(Level::Suspicious, came::subject(came.login), summary)
        .evidence("password", super::password(account))
        .innocent("the account was locked later", true, "shadow was not written since")
        .innocent("a directory that knows a password", true, "neither PAM nor nsswitch.conf asks one");
    came::portrait(finding, scene.world, came)
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{Came, NOW, logins};
    const NAME: &str = "login/locked-password-used";
    const TYPED: Came<'static> = Came { user: "backup", from: "192.0.2.9", method: "password", key: "", ago: 5_000 };

    /// shadow was written so many seconds ago.
    fn said(password: &str, written: i64, came: &[Came<'_>], more: &str) -> Vec<String> {
        let host = format!(
            "/etc/passwd = backup:x:34:34::/var/backups:/bin/sh\\n\n/etc/shadow = backup:{password}:19000::::::\\n\n\
             /etc/shadow : modified={}\n{more}",
            NOW - written
        );
        crate::testing::findings(NAME, &host, &logins(came))
    }
    const TEXT: &str = "suspicious: backup was let in with a password from 192.0.2.9, and no password is right for it";

    #[test]
    fn a_password_that_nobody_can_have() {
        assert_eq!(said("*", 90_000, &[TYPED], ""), [TEXT]);
        assert_eq!(said("!$6$a$b", 90_000, &[TYPED], ""), [TEXT]);
        assert_eq!(said("$6$a$b", 90_000, &[TYPED], ""), [""; 0]);
        assert_eq!(said("*", 90_000, &[Came { method: "publickey", ..TYPED }], ""), [""; 0]);
        assert_eq!(said("*", 90_000, &[Came { method: "keyboard-interactive/pam", ..TYPED }], ""), [""; 0], "a token");
        assert_eq!(said("*", 4_000, &[TYPED], ""), [""; 0], "it may have been locked since");
        assert_eq!(said("*", 90_000, &[TYPED, TYPED], ""), [TEXT]);
    }
    #[test]
    fn where_others_know_passwords() {
        let pam = |module: &str| format!("/etc/pam.d/sshd = auth sufficient {module}\\n\n");
        assert_eq!(said("*", 90_000, &[TYPED], &pam("pam_ldap.so")), [""; 0]);
        assert_eq!(said("*", 90_000, &[TYPED], &pam("pam_unix.so")), [TEXT]);
        let names = |service: &str| format!("/etc/nsswitch.conf = passwd: files {service}\\n\n");
        assert_eq!(said("*", 90_000, &[TYPED], &names("ldap")), [""; 0]);
        assert_eq!(said("*", 90_000, &[TYPED], &names("systemd")), [TEXT]);
        let daemon = "process 41 exe=/usr/sbin/sssd comm=sssd\n";
        assert_eq!(said("*", 90_000, &[TYPED], &pam("pam_sss.so")), [TEXT], "its daemon does not run");
        assert_eq!(said("*", 90_000, &[TYPED], &format!("{daemon}{}", pam("pam_sss.so"))), [""; 0]);
    }
    #[test]
    fn a_module_that_no_package_brought_is_no_directory() {
        let stack = "/etc/pam.d/sshd = auth sufficient pam_x.so\\n\n/usr/lib/x86_64-linux-gnu/security/pam_x.so = x\n";
        assert_eq!(said("*", 90_000, &[TYPED], &format!("{stack}package a 1\n")), [TEXT]);
        let owned = "package a 1 owns /usr/lib/x86_64-linux-gnu/security/pam_x.so\n";
        assert_eq!(said("*", 90_000, &[TYPED], &format!("{stack}{owned}")), [""; 0]);
    }
}
