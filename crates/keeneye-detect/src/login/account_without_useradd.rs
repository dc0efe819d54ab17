//! An account is there that no line of a log tells was made.
//!
//! # What it sees
//! An account that people can log in to, with a password that was set, or with a key and a locked password, on a day
//! that the log covers, and of which the log knows neither that it was made nor that its password was set. Or
//! /etc/passwd was written at a time that the log covers, no line of that time tells of any account and none ever of
//! the last account in it, and that account is new by then: by the day of its password, by its home, or because shadow
//! does not know it. Both are `unusual`, and `suspicious` where the account is root by its number. The log has to have
//! lines of accounts or of logins, and it covers all the time until now where a program still has it open.
//!
//! # Why it matters
//! `useradd` and `passwd` write a line each. An editor, or a program of an intruder's, does not.
//!
//! # Innocent causes
//! Tools that write /etc/passwd themselves: installers, some configuration management, `vipw`, the `adduser` of
//! busybox. `chsh` and `chfn` of util-linux write no line either: an account that was there before is not told. An
//! account that was restored from a backup.
//!
//! # What to do
//! Ask who made it. `keeneye look user NAME` shows its keys, rules and processes.

use super::{came::DAY, keys_of, portrait, subject};
use crate::{Detector, Scene, coverage, place};
use keeneye_facts::{Account, Finding, Level, LogEvent, LogKind, Password};
use keeneye_world::{World, rfc3339};

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

/// Seconds between the line of a tool and what it wrote.
const SLACK: u64 = 600;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let last = world.accounts.iter().max_by_key(|account| account.line);
    let appended = || last.and_then(|account| appended(world, account));
    let mut findings: Vec<Finding> = world.accounts.iter().filter_map(|account| of_that_day(world, account)).collect();
    let is_told = |found: &Finding| findings.iter().any(|other| other.subject == found.subject);
    let appended = appended().filter(|found| !is_told(found));
    findings.extend(appended);
    findings
}

/// By the day on which its password was set, or locked when it was made.
fn of_that_day(world: &World, account: &Account) -> Option<Finding> {
    let has_hash = matches!(account.password, Some(Password::Hash(_)));
    // Root is there from the start, and an account without either lets nobody in.
    let can_come = has_hash || account.uid != 0 && keys_of(world, account).next().is_some();
    let day = account.password_day.filter(|_| can_come && place::is_login(account))?;
    // Both ends of that day, in whatever zone it was counted, lie within the log; or the beginning and what was
    // written.
    let (from, to) = (day.saturating_sub(1).saturating_mul(DAY), day.saturating_add(2).saturating_mul(DAY));
    let written = ["/etc/passwd", "/etc/shadow"].into_iter().filter_map(|path| written(world, path)).max();
    let to = written.map_or(to, |written| to.min(written)).min(world.host.now - 1);
    if !is_covered(world, from, to) || lines(world).any(|event| event.user.as_ref() == Some(&account.name)) {
        return None;
    }
    let what = if has_hash { "the password of {} was set on" } else { "account {} dates from" };
    let summary = format!(
        "{} a day that the log covers, and no line tells of it or of the account",
        what.replace("{}", &account.name.lossy())
    );
    Some(said(world, account, summary).evidence("password set on day", day.to_string()))
}

/// By when passwd was written last: what is appended to it stands at its end.
fn appended(world: &World, account: &Account) -> Option<Finding> {
    let written = written(world, "/etc/passwd").filter(|_| place::is_login(account))?;
    let near = |event: &LogEvent| event.time.is_some_and(|time| time.seconds.abs_diff(written) <= SLACK);
    let told = |event: &LogEvent| near(event) || event.user.as_ref() == Some(&account.name);
    let covered = is_covered(world, written.saturating_sub(DAY), written);
    if !covered || lines(world).any(told) || !is_new(world, account, written) {
        return None;
    }
    let name = account.name.lossy();
    let summary = format!("/etc/passwd was written, and no line tells of it or of its last account, {name}");
    Some(said(world, account, summary).evidence("written", rfc3339(written)))
}

/// It was made when passwd was written. Many tools change a line of passwd, or the file, and tell nobody.
fn is_new(world: &World, account: &Account, written: i64) -> bool {
    let of_that_day = account.password_day.is_some_and(|day| day.abs_diff(written / DAY) <= 1);
    let home = world.file(&account.home).and_then(|file| file.stat);
    let since = home.map(|stat| if stat.born > 0 { stat.born } else { stat.changed });
    let by_home = since.is_some_and(|since| since.abs_diff(written) <= SLACK);
    of_that_day || by_home || account.password_in_passwd || account.password == Some(Password::NotListed)
}

fn said(world: &World, account: &Account, summary: String) -> Finding {
    let level = if account.uid == 0 && account.name != "root" { Level::Suspicious } else { Level::Unusual };
    let finding = DETECTOR.finding(level, subject(account), summary).innocent(
        "a tool that writes /etc/passwd itself, such as vipw or the adduser of busybox",
        false,
        "ask who made the account",
    );
    portrait(finding, world, account)
}

/// Lines of accounts that were made or changed.
fn lines(world: &World) -> impl Iterator<Item = &LogEvent> {
    let of_accounts = |kind| {
        matches!(
            kind,
            LogKind::AccountAdded | LogKind::AccountRemoved | LogKind::AccountChanged | LogKind::PasswordChanged
        )
    };
    world.log_events.iter().filter(move |event| of_accounts(event.kind))
}

fn is_covered(world: &World, from: i64, to: i64) -> bool {
    let logs = coverage::OfAccounts::new(world, lines(world).map(|line| &line.source));
    logs.cover(from) && logs.reach(world, to)
}

fn written(world: &World, path: &str) -> Option<i64> {
    world.file(path.as_bytes()).and_then(|file| file.stat).map(|stat| stat.modified)
}

#[cfg(test)]
mod tests {
    use crate::login::testing::{NOW, covering};
    use keeneye_facts::{Event, LogEvent, LogForm, LogKind, LogTime};
    const NAME: &str = "login/account-without-useradd";

    const KK: &str = "kk:x:1001:1001::/home/kk:/bin/bash";

    /// Its password was set three days ago, and the log begins so many days ago.
    fn host(passwd: &str, password: &str) -> String {
        let name = passwd.split(':').next().unwrap();
        let day = NOW / 86_400 - 3;
        format!(
            "/etc/passwd = root:x:0:0::/root:/bin/bash\\n{passwd}\\n\n/etc/shadow = {name}:{password}:{day}::::::\\n\n"
        )
    }
    fn line_of(user: &str) -> Event {
        let time = Some(LogTime { seconds: NOW - 3 * 86_400, ..LogTime::default() });
        let line = LogEvent { kind: LogKind::AccountAdded, time, user: Some(user.into()), ..LogEvent::default() };
        Event::LogEventSeen(Box::new(line))
    }
    fn log(from: i64, to: i64) -> Event {
        covering("/var/log/auth.log", LogForm::Syslog, NOW - from * 86_400, NOW - to)
    }
    fn said(passwd: &str, days: i64, other: &str) -> Vec<String> {
        crate::testing::findings(NAME, &host(passwd, "$6$a$b"), &[log(days, 0), line_of(other)])
    }

    #[test]
    fn an_account_of_which_no_line_tells() {
        let text = "unusual: the password of kk was set on a day that the log covers, and no line tells of it or of the \
                    account";
        assert_eq!(said(KK, 30, "other"), [text]);
        assert_eq!(said(KK, 30, "kk"), [""; 0]);
        assert_eq!(said(KK, 2, "other"), [""; 0], "the log begins later");
        assert_eq!(said(&KK.replace("/bin/bash", "/usr/sbin/nologin"), 30, "other"), [""; 0]);
        assert_eq!(said(&KK.replace("1001:1001", "0:0"), 30, "other"), [text.replace("unusual", "suspicious")]);
    }
    #[test]
    fn an_account_without_a_password() {
        let text =
            "unusual: account kk dates from a day that the log covers, and no line tells of it or of the account";
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPGZ6vBx9e0WQdGrQ8gkMEIWKQLJzLgJYQ5qMBAkLNW";
        let of = |home: &str, line: &str| {
            let host = format!("{}{home}/.ssh/authorized_keys = {key}\\n\n", host(KK, "!"));
            crate::testing::findings(NAME, &host, &[log(30, 0), line_of(line)])
        };
        assert_eq!(of("/home/kk", "other"), [text]);
        assert_eq!(of("/home/kk", "kk"), [""; 0]);
        assert_eq!(of("/srv/kk", "other"), [""; 0], "it has no key: nobody comes in so");
    }
    /// passwd was written so many seconds ago, today, with an account that has no line in shadow.
    fn today(written: i64, log: &Event, then: &[Event], holder: &str) -> Vec<String> {
        let accounts = format!("root:x:0:0::/root:/bin/bash\\n{KK}\\n");
        let host = format!(
            "/etc/passwd = {accounts}\n/etc/passwd : modified={}\n/etc/shadow = root:*:19000::::::\\n\n{holder}",
            NOW - written
        );
        crate::testing::findings(NAME, &host, &[std::slice::from_ref(log), then].concat())
    }
    #[test]
    fn an_account_that_was_appended_today() {
        let text = "unusual: /etc/passwd was written, and no line tells of it or of its last account, kk";
        assert_eq!(today(900, &log(30, 0), &[], ""), [text]);
        assert_eq!(today(900, &log(30, 0), &[line_of("kk")], ""), [""; 0]);
        assert_eq!(today(3 * 86_400, &log(30, 0), &[line_of("other")], ""), [""; 0], "written for another");
        assert_eq!(today(900, &log(1, 0), &[], ""), [""; 0], "the log begins later");
        assert_eq!(today(40 * 86_400, &log(30, 0), &[], ""), [""; 0], "before the log");
        let of_mail = covering("/var/log/mail.log", LogForm::Syslog, NOW - 30 * 86_400, NOW);
        let Event::LogFileSeen(mut file) = of_mail else { panic!("a file") };
        file.logins_from = None;
        assert_eq!(today(900, &Event::LogFileSeen(file), &[], ""), [""; 0], "nobody writes of accounts into it");
    }
    #[test]
    fn a_tool_that_changes_an_old_account_writes_no_line() {
        let text = "unusual: /etc/passwd was written, and no line tells of it or of its last account, kk";
        let of = |day: i64, more: &str| {
            let shadow = format!("/etc/shadow = root:*:19000::::::\\nkk:!:{day}::::::\\n\n{more}");
            today(900, &log(30, 0), &[], &shadow)
        };
        assert_eq!(of(NOW / 86_400 - 300, ""), [""; 0], "chsh");
        assert_eq!(of(NOW / 86_400, ""), [text]);
        let home = |made: i64| {
            let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPGZ6vBx9e0WQdGrQ8gkMEIWKQLJzLgJYQ5qMBAkLNW";
            format!("/home/kk/.ssh/authorized_keys = {key}\\n\n/home/kk : mode=40700 born={}\n", NOW - made)
        };
        assert_eq!(of(NOW / 86_400 - 300, &home(880)), [text], "a line that was copied, and a home of that time");
        assert_eq!(of(NOW / 86_400 - 300, &home(8_800_000)), [""; 0]);
    }
    #[test]
    fn a_quiet_log_reaches_until_now_while_somebody_writes_it() {
        let quiet = log(30, 5_000);
        let text = "unusual: /etc/passwd was written, and no line tells of it or of its last account, kk";
        let writer = "process 812 exe=/usr/sbin/rsyslogd\nfd 812 7 /var/log/auth.log\n";
        assert_eq!(today(900, &quiet, &[], writer), [text]);
        assert_eq!(today(900, &quiet, &[], ""), [""; 0]);
        assert_eq!(today(900, &quiet, &[], &writer.replace("auth", "other")), [""; 0]);
        assert_eq!(today(10, &quiet, &[], writer), [""; 0], "its line may be on its way");
    }
}
