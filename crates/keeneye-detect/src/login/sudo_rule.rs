//! A rule of sudo that lets a service, or everybody, become root.
//!
//! # What it sees
//! A rule of sudoers, of a file that it includes, or of doas.conf, aliases resolved, that lets a service's account or
//! everybody run everything as root: `ALL`, a shell or an interpreter, an editor, a program that they may change
//! themselves or that lies where anybody may write. Rules that lead to root in a roundabout way are `unusual`.
//!
//! # Why it matters
//! Who holds a web server holds its account. With such a rule that is root, at any time, without a trace but a line in
//! a log. The rule is one line in a directory that few people list.
//!
//! # Innocent causes
//! Monitoring and backup accounts with a few fixed commands (`/usr/lib/nagios/plugins/check_raid`) are quiet, and so
//! are rules for people, for the admins' groups, and those of a file that its package brought. Configuration management
//! and build servers that run as a service and were given everything.
//!
//! # What to do
//! Ask who wrote the rule; name the few commands that the service needs instead. `keeneye look user NAME` shows all
//! rules of an account.

use super::escape::{Reach, furthest};
use super::{has_password, is_service};
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{Account, Finding, Level, Subject, SudoRule, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/sudo-rule",
    title: "a service or everybody may become root",
    level: Level::Suspicious,
    attack: &["T1548.003"],
    absolute: false,
    source: include_str!("sudo_rule.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let foreign = |rule: &&SudoRule| !scene.world.owner(&rule.path).is_intact();
    scene.world.sudo_rules.iter().filter(foreign).filter_map(|rule| judge(scene, rule)).collect()
}

/// Members of a group that are looked at: two make it no service's own.
const MAX_MEMBERS: usize = 50;

/// Whom a rule is for.
enum Who<'a> {
    /// People, root, or nobody that is known.
    Fine,
    Everybody,
    Service(&'a Account),
    /// A number that no account has.
    NoAccount,
}

fn judge(scene: &Scene<'_>, rule: &SudoRule) -> Option<Finding> {
    let world = scene.world;
    let who = who(world, &rule.who);
    let account = if let Who::Service(account) = who { Some(account) } else { None };
    let reach = furthest(scene, &rule.commands, account);
    let as_root = becomes_root(world, rule);
    if super::forced::odd_place(scene, &rule.path).is_some() {
        let what = format!("lets {} run commands, from a place where no rules lie,", rule.who.lossy());
        return Some(finding(scene, rule, account, Level::Suspicious, &what));
    }
    let (level, whom) = match (&who, &reach) {
        (Who::Fine, _) | (_, Reach::Narrow) => return None,
        (Who::Everybody, _) if !rule.no_password && asks_for_roots_password(world) => return None,
        (Who::Everybody, Reach::Everything(_)) if rule.no_password && as_root => {
            (Level::Suspicious, "everybody".into())
        }
        (Who::Everybody, _) => (Level::Unusual, "everybody".into()),
        (Who::Service(account), Reach::Everything(_)) if as_root && (rule.no_password || has_password(account)) => {
            (Level::Suspicious, name(account))
        }
        (Who::Service(account), _) => (Level::Unusual, name(account)),
        (Who::NoAccount, Reach::Everything(_)) if rule.no_password && as_root => {
            (Level::Unusual, format!("{}, which is no account,", rule.who.lossy()))
        }
        (Who::NoAccount, _) => return None,
    };
    let what = match reach {
        Reach::Everything(what) => what,
        Reach::Wide(command) => command.lossy().into_owned(),
        Reach::Narrow => return None,
    };
    Some(finding(scene, rule, account, level, &format!("lets {whom} run {what}")))
}

fn finding(scene: &Scene<'_>, rule: &SudoRule, account: Option<&Account>, level: Level, what: &str) -> Finding {
    let place = format!("{}:{}", rule.path.lossy(), rule.line);
    let run_as = if rule.run_as.is_empty() { Text::from("root") } else { rule.run_as.clone() };
    let asked = if rule.no_password { ", without a password" } else { "" };
    let becomes = if becomes_root(scene.world, rule) { "root".into() } else { run_as.lossy().into_owned() };
    let subject = Subject {
        line: Some(rule.line),
        account: Some(account.map_or_else(|| rule.who.clone(), |account| account.name.clone())),
        ..subject::file(&rule.path)
    };
    let mut finding = DETECTOR
        .finding(level, subject, format!("{place} {what} as {becomes}{asked}"))
        .evidence("rule for", rule.who.clone())
        .evidence("as", run_as);
    for command in rule.commands.iter().take(10) {
        finding = finding.evidence("command", command.clone());
    }
    if let Some(account) = account {
        finding = finding
            .evidence("account", format!("user id {}, shell {}", account.uid, account.shell.lossy()))
            .related(super::subject(account))
            .next(format!("keeneye look user {}", account.name.lossy()));
    }
    let owner = scene.world.owner(&rule.path);
    if owner.is_unowned() {
        finding = finding.evidence("file", "no package owns it");
    }
    if let Some(stat) = scene.world.file(&rule.path).and_then(|file| file.stat) {
        finding = finding.since(stat.changed);
    }
    finding
        .innocent("configuration management wrote it", false, "its own records would say so")
        .innocent("a package brought it", owner.is_unowned(), "no package owns the file, or its content is another")
        .next(format!("keeneye look file {}", rule.path.lossy()))
}

fn name(account: &Account) -> String {
    format!("{}, a service's account,", account.name.lossy())
}

fn who<'a>(world: &'a World, who: &Text) -> Who<'a> {
    if *who == "ALL" {
        return Who::Everybody;
    }
    let service = |account: &&Account| is_service(world, account) || account.uid != 0 && !place::is_login(account);
    let mut accounts = world.accounts.iter();
    if let Some(group) = who.strip_prefix(b"%") {
        if is_everybodys(world, group) {
            return Who::Everybody;
        }
        // Members of a group that others share are said by login/service-in-group.
        return match own_group(world, group).filter(service) {
            Some(account) => Who::Service(account),
            None => Who::Fine,
        };
    }
    if let Some(id) = who.strip_prefix(b"#").and_then(|id| id.to_str().ok()?.parse::<u32>().ok()) {
        return match accounts.find(|account| account.uid == id) {
            Some(account) if service(&account) => Who::Service(account),
            Some(_) => Who::Fine,
            None if id == 0 => Who::Fine,
            None => Who::NoAccount,
        };
    }
    accounts.find(|account| account.name == *who).filter(service).map_or(Who::Fine, Who::Service)
}

/// The group that distributions put every person into (`USERGROUPS_ENAB`, adduser.conf(5)), or what has no group.
fn is_everybodys(world: &World, group: &[u8]) -> bool {
    let users = |gid: u32| world.groups.iter().any(|known| known.gid == gid && known.name == "users");
    match group.strip_prefix(b"#").map(|id| id.to_str().ok().and_then(|id| id.parse().ok())) {
        Some(id) => id.is_some_and(users),
        None => matches!(group, b"users" | b"nogroup" | b"nobody"),
    }
}

/// The account whose own group it is: the only one that is in it.
fn own_group<'a>(world: &'a World, group: &[u8]) -> Option<&'a Account> {
    let gid = match group.strip_prefix(b"#") {
        Some(id) => id.to_str().ok()?.parse().ok()?,
        None => world.groups.iter().find(|known| known.name.as_slice() == group)?.gid,
    };
    let listed = world.groups.iter().filter(|known| known.gid == gid).flat_map(|known| &known.members);
    let by_name = |name: &Text| world.accounts.iter().find(|account| account.name == *name);
    let mut members =
        world.accounts.iter().filter(|account| account.gid == gid).chain(listed.take(MAX_MEMBERS).filter_map(by_name));
    let first = members.next()?;
    members.all(|other| other.line == first.line).then_some(first)
}

/// Nothing said, `root`, `ALL` or its number among the users.
fn becomes_root(world: &World, rule: &SudoRule) -> bool {
    let users = rule.run_as.split(|b| *b == b':').next().unwrap_or_default();
    let root = |user: &[u8]| {
        let named = |account: &Account| account.uid == 0 && account.name.as_slice() == user;
        matches!(user, b"ALL" | b"#0" | b"root") || world.accounts.iter().any(named)
    };
    rule.run_as.is_empty() || users.split(|b| *b == b',').any(root)
}

/// `Defaults targetpw` or `rootpw`: whoever is asked has to know the password of root already (openSUSE).
fn asks_for_roots_password(world: &World) -> bool {
    let names = ["targetpw", "rootpw"];
    world
        .sudo_defaults
        .iter()
        .any(|default| default.scope.is_empty() && names.iter().any(|name| default.setting == *name))
}

#[cfg(test)]
mod tests;
