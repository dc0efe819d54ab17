//! Somebody came with a password, as an account that has none.
//!
//! # What it sees
//! sshd let an account in with a password, and shadow has no password that could be right (`!`, `*`, a locked hash);
//! nor was shadow written since: `suspicious`. Only logins of this host count: a record that no other host writes to
//! tells of them as well, or the journal does, or the logger that has the log open listens to nobody else.
//!
//! # Why it matters
//! A module of PAM, or an sshd, that was changed to know a password of its own lets its owner in as whom he likes. The
//! line in the log looks like every other one.
//!
//! # Innocent causes
//! The account was locked later: then shadow was written later, and nothing is said; a time whose zone the log does not
//! tell is given 14 hours. Passwords that are checked elsewhere (LDAP, Kerberos, a directory): where PAM or
//! nsswitch.conf asks for that, or PAM includes rules that were not read, nothing is said either. A log that another
//! host wrote into before.
//!
//! # What to do
//! Compare sshd and the modules of PAM with their packages (`keeneye scan`), and look at what the session did:
//! `keeneye look user NAME`.

use super::came::{self, Came, DAY};
use crate::persistence::pam_stack;
use crate::standing::Standing;
use crate::{Detector, Scene, standing};
use keeneye_facts::{
    Account, AutostartKind, Fd, FdTarget, Finding, Level, Login, LoginRecord, Password, Process, Text, TimeCertainty,
};
use keeneye_world::{World, log_name};
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
/// Records into which no other host writes.
const OF_THIS_HOST: [LoginRecord; 5] =
    [LoginRecord::Wtmp, LoginRecord::Wtmpdb, LoginRecord::Utmp, LoginRecord::Lastlog, LoginRecord::Audit];
/// Seconds that a zone may lie away from another one's time of day: UTC+14 is the farthest.
const ZONE: i64 = 14 * 3_600;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    if pam_stack::asks_elsewhere(world) || has_directory(world) {
        return Vec::new();
    }
    let mut said = BTreeSet::new();
    let all = came::all(world);
    let found = all.iter().filter_map(|came| Some((came, of_a_locked_one(scene, came)?)));
    // The first such login of an account tells it all.
    found
        .filter(|(came, _)| said.insert(&came.login.user))
        .map(|(came, account)| finding(scene, came, account))
        .collect()
}

fn of_a_locked_one<'a>(scene: &Scene<'a>, came: &Came<'_>) -> Option<&'a Account> {
    let (world, login) = (scene.world, came.login);
    let asks_pam = login.service == "sshd" || login.service == "dropbear";
    if !asks_pam || login.method.as_ref().is_none_or(|method| *method != "password") {
        return None;
    }
    let account = came::account(world, login).filter(|account| account.password == Some(Password::Locked))?;
    let written = world.file(b"/etc/shadow")?.stat?.modified;
    let set = account.password_day.map_or(0, |day| day.saturating_add(1).saturating_mul(DAY));
    let slack = if login.time.certainty == TimeCertainty::Written { 0 } else { ZONE };
    let since = login.time.seconds > written.max(set).saturating_add(slack);
    (since && is_of_this_host(scene, login)).then_some(account)
}

/// A log may hold lines of other hosts, whose accounts have the same names.
fn is_of_this_host(scene: &Scene<'_>, login: &Login) -> bool {
    // systemd-journal-remote(8) writes below a directory of this name.
    let journal = login.source.ends_with(b".journal") && !Text::from(login.source.parent()).ends_with(b"/remote");
    journal || OF_THIS_HOST.iter().any(|record| login.seen.contains(record)) || has_own_logger(scene, &login.source)
}

/// Somebody has the log open for whom no other machine writes.
fn has_own_logger(scene: &Scene<'_>, log: &Text) -> bool {
    let is_it = |fd: &Fd| {
        matches!(&fd.target, FdTarget::File { path, .. } if path.parent() == log.parent()
            && path.file_name() == log_name::base(log.file_name()))
    };
    let holds = |process: &&Process| process.fds.iter().any(is_it) && !standing::is_contained(scene.world, process);
    let mut loggers = scene.world.processes.values().filter(holds).peekable();
    loggers.peek().is_some() && !loggers.any(|logger| Standing::of(scene, logger).listens)
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
    use crate::login::testing::{Came, NOW, seen_in};
    use keeneye_facts::{Event, LoginRecord, TimeCertainty};
    const NAME: &str = "login/locked-password-used";
    const TYPED: Came<'static> = Came { user: "backup", from: "192.0.2.9", method: "password", key: "", ago: 5_000 };

    /// shadow was written so many seconds ago.
    fn said(password: &str, written: i64, came: &[Came<'_>], more: &str) -> Vec<String> {
        let events: Vec<Event> = came.iter().map(|came| seen_in(*came, &[LoginRecord::Wtmp])).collect();
        of_logins(password, written, &events, more)
    }
    fn of_logins(password: &str, written: i64, events: &[Event], more: &str) -> Vec<String> {
        let host = format!(
            "/etc/passwd = backup:x:34:34::/var/backups:/bin/sh\\n\n/etc/shadow = backup:{password}:19000::::::\\n\n\
             /etc/shadow : modified={}\n{more}",
            NOW - written
        );
        crate::testing::findings(NAME, &host, events)
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
    fn a_log_server_has_lines_of_others() {
        let of = |records: &[LoginRecord], more: &str| of_logins("*", 90_000, &[seen_in(TYPED, records)], more);
        let lines = [LoginRecord::Daemon, LoginRecord::Pam];
        assert_eq!(of(&lines, ""), [""; 0], "nothing tells whose they are");
        assert_eq!(of(&[LoginRecord::Daemon, LoginRecord::Audit], ""), [TEXT]);
        let logger = "process 812 exe=/usr/sbin/rsyslogd\nfd 812 7 /var/log/auth.log\n";
        assert_eq!(of(&lines, logger), [TEXT]);
        let server = format!("{logger}fd 812 8 socket:[77]\nlisten tcp 0.0.0.0:514 pid=812 inode=77\n");
        assert_eq!(of(&lines, &server), [""; 0], "others may write to it");
        let journal = |path: &str| {
            let Event::LoginSeen(mut login) = seen_in(TYPED, &lines) else { panic!("a login") };
            login.source = path.into();
            of_logins("*", 90_000, &[Event::LoginSeen(login)], "")
        };
        assert_eq!(journal("/var/log/journal/0123/system.journal"), [TEXT]);
        assert_eq!(journal("/var/log/journal/remote/remote-web.journal"), [""; 0]);
    }
    #[test]
    fn a_time_without_a_zone_may_be_before_the_lock() {
        let of = |certainty, written| {
            let Event::LoginSeen(mut login) = seen_in(TYPED, &[LoginRecord::Wtmp]) else { panic!("a login") };
            login.time.certainty = certainty;
            of_logins("*", written, &[Event::LoginSeen(login)], "")
        };
        assert_eq!(of(TimeCertainty::Written, 30_000), [TEXT]);
        assert_eq!(of(TimeCertainty::Zone, 30_000), [""; 0]);
        assert_eq!(of(TimeCertainty::Year, 30_000), [""; 0]);
        assert_eq!(of(TimeCertainty::Year, 60_000), [TEXT]);
    }
    #[test]
    fn rules_of_pam_that_were_included() {
        let stack = |file: &str, rules: &str| {
            let host = format!("/etc/pam.d/sshd = {file}\n\n{rules}");
            said("*", 90_000, &[TYPED], &host)
        };
        let site = |module: &str| format!("/etc/pam.d/site-auth = auth sufficient {module}\n\n");
        for line in ["@include site-auth", "auth include site-auth", "auth substack site-auth"] {
            assert_eq!(stack(line, &site("pam_ldap.so")), [""; 0], "{line}");
            assert_eq!(stack(line, &site("pam_unix.so")), [TEXT], "{line}");
            assert_eq!(stack(line, ""), [""; 0], "nobody read it: {line}");
        }
        assert_eq!(stack("@include common-auth", ""), [""; 0], "nor this one");
        assert_eq!(stack("account include site-account", ""), [TEXT], "it asks for no password");
        let deeper = "/etc/pam.d/site-auth = @include deep\n\n/etc/pam.d/deep = auth required pam_krb5.so\n\n";
        assert_eq!(stack("@include site-auth", deeper), [""; 0]);
        assert_eq!(stack("@include /etc/pam.d/site-auth", &site("pam_unix.so")), [TEXT]);
        assert_eq!(stack("@include sshd", ""), [TEXT], "it includes itself");
        assert_eq!(stack("auth required pam_unix.so", &site("pam_ldap.so")), [TEXT], "another program's");
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
