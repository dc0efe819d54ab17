//! Everything known about an account.

use super::findings_about;
use super::logins::{By, came, changed, failed};
use crate::{names, rights};
use keeneye_facts::{Account, Autostart, Finding, SudoRule, Text};
use keeneye_report::words::Zone;
use keeneye_report::{Section, Sheet};
use keeneye_world::World;

/// Seconds.
const DAY: i64 = 86_400;
/// Bytes of a command that are shown.
const MAX_COMMAND: usize = 300;

/// `None` when passwd has no such name, and no log tells of one.
pub(super) fn sheet(world: &World, findings: &[Finding], name: &str) -> Option<Sheet> {
    let mut line = Section::new("account");
    let (mut ways_in, mut autostart) = (Section::new("keys and sudo"), Section::new("starts by itself"));
    let mut uids = Vec::new();
    for account in world.accounts.iter().filter(|account| account.name == name) {
        uids.push(account.uid);
        line.row("line of passwd", account.line.to_string());
        line.row("uid, gid", format!("{}, {}", account.uid, account.gid));
        line.row("home", account.home.clone());
        line.row("shell", account.shell.clone());
        line.row("password", rights::password(account));
        if let Some(day) = account.password_day.filter(|day| *day > 0) {
            line.row("password changed", Zone::of(&world.host).moment(day.saturating_mul(DAY)));
        }
        for group in rights::groups(world, account) {
            line.row("group", names::concat(&[group.name.as_slice(), format!(" ({})", group.gid).as_bytes()]));
        }
        entry(world, account, &mut ways_in, &mut autostart);
    }
    let logins = came(world, findings, |login| login.user == name);
    let failed = failed(world, By::Address, |failures| failures.user == name);
    let changes = changed(world, name);
    if uids.is_empty() {
        if [&logins, &failed, &changes].iter().all(|section| section.rows.is_empty()) {
            return None;
        }
        line.row("passwd", "has no such name");
    }
    for other in world.accounts.iter().filter(|a| uids.contains(&a.uid) && a.name != name) {
        line.row("same uid as", other.name.clone());
    }
    let mut processes = Section::new("processes");
    for process in world.processes.values().filter(|p| p.uids.iter().any(|uid| uids.contains(uid))) {
        processes.row(process.id.pid.to_string(), names::command(process));
    }
    let mut sockets = Section::new("sockets");
    let own = |socket: &&keeneye_facts::Socket| uids.contains(&socket.uid) && socket.local.is_some();
    for socket in world.sockets.values().filter(own) {
        let holders: Vec<String> = world.holders(socket).iter().map(|p| p.id.pid.to_string()).collect();
        sockets.row(holders.join(", "), names::socket(socket));
    }
    let of_account = findings_about(findings, |subject| {
        let runs = |id| world.processes.get(&id).is_some_and(|p| uids.contains(&p.uid()));
        subject.account.as_ref().is_some_and(|a| *a == name) || subject.process.is_some_and(runs)
    });
    let about = format!("account {name}").into();
    let sections = vec![line, ways_in, logins, failed, changes, autostart, processes, sockets];
    Some(Sheet { about, sections, findings: of_account, period: None })
}

/// Keys that let somebody in, rules of sudo, and what starts under the account.
fn entry(world: &World, account: &Account, ways_in: &mut Section, autostart: &mut Section) {
    for key in rights::keys(world, account) {
        let place = format!("{}:{}", key.path.lossy(), key.line);
        let parts =
            [key.algorithm.as_slice(), key.fingerprint.as_slice(), key.comment.as_slice(), key.options.as_slice()];
        let said: Vec<&[u8]> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        ways_in.row(place, said.join(&b' '));
    }
    for rule in rights::rules(world, account) {
        ways_in.row(format!("{}:{}", rule.path.lossy(), rule.line), said(rule));
    }
    // Nearly all that a system starts is root's: there only what is not as a package left it tells something.
    let packaged = |start: &&Autostart| account.uid == 0 && world.owner(&start.path).is_owned_unchanged();
    let own = world.autostarts.iter().filter(|start| start.user.as_ref() == Some(&account.name));
    for start in own.filter(|start| !packaged(start)) {
        let Some(line) = start.line else {
            autostart.row(start.path.lossy(), start.kind.word());
            continue;
        };
        let command = start.command.get(..MAX_COMMAND).unwrap_or(&start.command);
        let when = if start.when.is_empty() { start.kind.word().as_bytes() } else { start.when.as_slice() };
        autostart.row(format!("{}:{line}", start.path.lossy()), names::concat(&[when, b" ", command]));
    }
}

/// `%sudo may run as ALL, without a password: ALL`.
fn said(rule: &SudoRule) -> Text {
    let run_as: &[u8] = if rule.run_as.is_empty() { b"root" } else { &rule.run_as };
    let asked: &[u8] = if rule.no_password { b", without a password: " } else { b": " };
    let commands: Vec<&[u8]> = rule.commands.iter().take(20).map(Text::as_slice).collect();
    names::concat(&[rule.who.as_slice(), b" may run as ", run_as, asked, &commands.join(&b", "[..])])
}
