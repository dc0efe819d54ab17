//! An account is there that no line of a log tells was made.
//!
//! # What it sees
//! An account that people can log in to, whose password was set on a day that the log covers, and of which the log knows
//! neither that it was made nor that its password was set, although it has such lines of others: `suspicious` where it
//! is root by its number, else `unusual`.
//!
//! # Why it matters
//! `useradd` and `passwd` write a line each. An editor, or a program of an intruder's, does not.
//!
//! # Innocent causes
//! Tools that write /etc/passwd themselves: installers, some configuration management, `vipw`. An account that was
//! restored from a backup.
//!
//! # What to do
//! Ask who made it. `keeneye look user NAME` shows its keys, rules and processes.

use super::{came::DAY, coverage, portrait, subject};
use crate::{Detector, Scene, place};
use keeneye_facts::{Account, Finding, Level, LogForm, LogKind, Password};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/account-without-useradd",
    title: "an account that no log saw being made",
    level: Level::Suspicious,
    attack: &["T1136.001"],
    absolute: false,
    source: include_str!("account_without_useradd.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.accounts.iter().filter_map(|account| judge(scene.world, account)).collect()
}

fn judge(world: &World, account: &Account) -> Option<Finding> {
    let has_hash = matches!(account.password, Some(Password::Hash(_)));
    let day = account.password_day.filter(|_| has_hash && place::is_login(account))?;
    // Both ends of that day, in whatever zone it was counted, lie within the log.
    let (from, to) = (day.saturating_sub(1).saturating_mul(DAY), day.saturating_add(2).saturating_mul(DAY));
    let logs = [LogForm::Syslog, LogForm::Journal, LogForm::Audit];
    if !coverage::covers(world, &logs, from) || !coverage::covers(world, &logs, to.min(world.host.now - 1)) {
        return None;
    }
    let of_accounts = |kind| matches!(kind, LogKind::AccountAdded | LogKind::AccountChanged | LogKind::PasswordChanged);
    let mut lines = world.log_events.iter().filter(|event| of_accounts(event.kind)).peekable();
    lines.peek()?;
    if lines.any(|event| event.user.as_ref() == Some(&account.name)) {
        return None;
    }
    let level = if account.uid == 0 && account.name != "root" { Level::Suspicious } else { Level::Unusual };
    let summary = format!(
        "the password of {} was set on a day that the log covers, and no line tells of it or of the account",
        account.name.lossy()
    );
    let finding = DETECTOR
        .finding(level, subject(account), summary)
        .evidence("password set on day", day.to_string())
        .innocent("a tool that writes /etc/passwd itself, or vipw", false, "ask who made the account");
    Some(portrait(finding, world, account))
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{NOW, covering};
    use keeneye_facts::{Event, LogEvent, LogForm, LogKind, LogTime};
    const NAME: &str = "login/account-without-useradd";

    /// Its password was set three days ago, and the log begins so many days ago.
    fn said(passwd: &str, days: i64, line_of: &str) -> Vec<String> {
        let host = format!(
            "/etc/passwd = root:x:0:0::/root:/bin/bash\\n{passwd}\\n\n/etc/shadow = {}:$6$a$b:{}::::::\\n\n",
            passwd.split(':').next().unwrap(),
            NOW / 86_400 - 3
        );
        let time = Some(LogTime { seconds: NOW - 3 * 86_400, ..LogTime::default() });
        let line = LogEvent { kind: LogKind::AccountAdded, time, user: Some(line_of.into()), ..LogEvent::default() };
        let log = covering("/var/log/auth.log", LogForm::Syslog, NOW - days * 86_400, NOW);
        crate::testing::findings(NAME, &host, &[log, Event::LogEventSeen(Box::new(line))])
    }

    #[test]
    fn an_account_of_which_no_line_tells() {
        let text = "unusual: the password of kk was set on a day that the log covers, and no line tells of it or of the \
                    account";
        let kk = "kk:x:1001:1001::/home/kk:/bin/bash";
        assert_eq!(said(kk, 30, "other"), [text]);
        assert_eq!(said(kk, 30, "kk"), [""; 0]);
        assert_eq!(said(kk, 2, "other"), [""; 0], "the log begins later");
        assert_eq!(said(&kk.replace("/bin/bash", "/usr/sbin/nologin"), 30, "other"), [""; 0]);
        assert_eq!(said(&kk.replace("1001:1001", "0:0"), 30, "other"), [text.replace("unusual", "suspicious")]);
    }
}
