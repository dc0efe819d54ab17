//! A key that lets somebody in where nobody logs in, or that does more than let somebody in.
//!
//! # What it sees
//! In the `authorized_keys` files that sshd is told of, for every account: a key of a service's account that has no
//! home of its own, or whose shell lets nobody in; `command=` that fetches or decodes code or runs something from a
//! volatile or hidden place; `environment=` that loads code. A key of a service in its own home without a fixed
//! command, a second file (`authorized_keys2`), and a file that others than its owner may change are `unusual`.
//!
//! # Why it matters
//! A key is the most used way to come back: it outlives every change of passwords, and nobody looks for it in the home
//! of `games` or `www-data`.
//!
//! # Innocent causes
//! Keys of people and of root are what sshd is for, and quiet. Services such as `git` and `backup` take keys with a
//! fixed command: quiet. `postgres` and others copy data between machines with keys in their own home: `unusual`.
//! Accounts for sftp alone have keys and no shell: quiet where sshd has its internal sftp server.
//!
//! # What to do
//! Ask whose key it is; `ssh-keygen -lf FILE` shows the fingerprints. Look in the log of sshd for the fingerprint: it
//! says from where somebody came with it. Take the line out only when that is known.

use super::{forced, is_service, key_line};
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{Account, AuthorizedKey, FileStat, Finding, Level, Subject, Text};
use keeneye_world::World;
use keeneye_world::secure_shell::options;
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "login/key-odd",
    title: "a key lets somebody in where nobody logs in",
    level: Level::Suspicious,
    attack: &["T1098.004"],
    absolute: false,
    source: include_str!("key_odd.rs"),
    run,
};

/// Keys with options that do more than they should which are told of one file.
const MAX_TOLD: usize = 20;

/// What is the same for all keys of a file.
struct File<'a> {
    account: Option<&'a Account>,
    /// Accounts for sftp alone get a server inside of sshd.
    internal_sftp: bool,
    own_home: bool,
    /// Who else may change it, or that few people look into it.
    odd: Option<Odd>,
}

/// What is wrong with a key or with its file.
#[derive(Clone)]
struct Odd {
    level: Level,
    what: String,
}

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut by_file: BTreeMap<&Text, Vec<&AuthorizedKey>> = BTreeMap::new();
    for key in &scene.world.authorized_keys {
        by_file.entry(&key.path).or_default().push(key);
    }
    by_file.values().flat_map(|keys| of_file(scene, keys)).collect()
}

/// Each key that does more than it should, and one finding for all that is odd about the whole file.
fn of_file(scene: &Scene<'_>, keys: &[&AuthorizedKey]) -> Vec<Finding> {
    let Some(file) = keys.first().map(|first| file(scene.world, first)) else { return Vec::new() };
    let mut findings = Vec::new();
    let mut worst: Option<(&AuthorizedKey, Odd, usize)> = None;
    for key in keys {
        if findings.len() < MAX_TOLD
            && let Some(odd) = odd_options(scene, key)
        {
            findings.push(finding(scene, key, &odd, 0));
            continue;
        }
        let odd = odd_account(scene.world, &file, key).into_iter().chain(file.odd.clone());
        let Some(odd) = odd.max_by_key(|odd| odd.level) else { continue };
        match &mut worst {
            Some((_, _, more)) => *more += 1,
            None => worst = Some((key, odd, 0)),
        }
    }
    findings.extend(worst.map(|(key, odd, more)| finding(scene, key, &odd, more)));
    findings
}

/// Options that run or load something.
fn odd_options(scene: &Scene<'_>, key: &AuthorizedKey) -> Option<Odd> {
    options(&key.options).into_iter().find_map(|option| {
        let what = match option.name.as_bytes() {
            b"command" => forced::wrong(scene, &option.value).map(|what| format!("runs a command that {what}")),
            b"environment" => {
                let name = option.value.split(|b| *b == b'=').next().unwrap_or_default();
                let loads =
                    name.starts_with(b"LD_") || matches!(name, b"BASH_ENV" | b"ENV" | b"PERL5OPT" | b"PYTHONPATH");
                loads.then(|| format!("sets {}, by which code is loaded,", name.as_bstr()))
            }
            _ => None,
        };
        what.map(|what| Odd { level: Level::Suspicious, what })
    })
}

fn file<'a>(world: &'a World, key: &AuthorizedKey) -> File<'a> {
    let account = world.accounts.iter().find(|account| account.name == key.account);
    File {
        account: account.filter(|account| account.uid != 0),
        internal_sftp: has_internal_sftp(world),
        own_home: account.is_some_and(|account| has_own_home(world, account)),
        odd: odd_file(world, key, account),
    }
}

fn odd_account(world: &World, file: &File<'_>, key: &AuthorizedKey) -> Option<Odd> {
    let account = file.account?;
    let service = is_service(world, account);
    // Whoever comes in gets git's commands and nothing else.
    if account.shell.file_name() == "git-shell" && file.own_home {
        return None;
    }
    let login = place::is_login(account);
    let odd = |level, what: &str| Some(Odd { level, what: format!("lets somebody in to {what}:") });
    match () {
        () if !service && !login && !file.internal_sftp => odd(Level::Unusual, "an account whose shell lets nobody in"),
        () if !service || world.owner(&key.path).is_intact() => None,
        () if !login && !file.internal_sftp => odd(Level::Suspicious, "a service's account that nobody logs in to"),
        () if !file.own_home => odd(Level::Suspicious, "a service's account that has no home of its own"),
        () if is_fixed(key) => None,
        () => odd(Level::Unusual, "a service's account"),
    }
}

/// The home is a directory that belongs to the account.
fn has_own_home(world: &World, account: &Account) -> bool {
    let stat = world.file(&account.home).and_then(|file| file.stat);
    stat.is_some_and(|stat| stat.is_dir() && stat.uid == account.uid) && !place::is_volatile(&account.home)
}

/// One command, whatever is asked for.
fn is_fixed(key: &AuthorizedKey) -> bool {
    options(&key.options).iter().any(|option| option.name == "command" && !option.value.trim_ascii().is_empty())
}

fn has_internal_sftp(world: &World) -> bool {
    world
        .sshd_settings
        .iter()
        .any(|setting| setting.key == "forcecommand" && setting.value.contains_str("internal-sftp"))
}

/// Who else may change the file, and files beside the usual one.
fn odd_file(world: &World, key: &AuthorizedKey, account: Option<&Account>) -> Option<Odd> {
    let stat = world.file(&key.path).and_then(|file| file.stat);
    let strict = !world.sshd_settings.iter().any(|s| s.key == "strictmodes" && s.value.eq_ignore_ascii_case(b"no"));
    if let Some(by) = stat.and_then(|stat| writer(world, &stat, account)) {
        let level = if strict { Level::Unusual } else { Level::Suspicious };
        return Some(Odd { level, what: format!("stands in a file that {by} may change:") });
    }
    let second = key.path.file_name() == "authorized_keys2";
    second.then(|| Odd { level: Level::Unusual, what: "stands in a second file, which few people look into:".into() })
}

/// Somebody else than the account and root, who may write the file.
fn writer(world: &World, stat: &FileStat, account: Option<&Account>) -> Option<&'static str> {
    let uid = account.map_or(0, |account| account.uid);
    let own_group = |gid: u32| {
        let alone = world.groups.iter().filter(|group| group.gid == gid).all(|group| group.members.is_empty());
        gid == 0 || account.is_some_and(|account| account.gid == gid) && alone
    };
    match () {
        () if stat.mode & 0o002 != 0 => Some("anybody"),
        () if stat.uid != uid && stat.uid != 0 => Some("another account"),
        () if stat.mode & 0o020 != 0 && !own_group(stat.gid) => Some("a group"),
        () => None,
    }
}

fn finding(scene: &Scene<'_>, key: &AuthorizedKey, odd: &Odd, more: usize) -> Finding {
    let world = scene.world;
    let comment =
        if key.comment.is_empty() { "without a comment".into() } else { format!("\"{}\"", key.comment.lossy()) };
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let whose = if key.account.is_empty() { "everybody".into() } else { key.account.lossy() };
    let Odd { level, what } = odd;
    let place = format!("{}:{}", key.path.lossy(), key.line);
    let summary = format!("the key {comment}{more} {what} {whose} ({place})").replace(", and", " and");
    let account = world.accounts.iter().find(|account| account.name == key.account);
    let subject = Subject {
        line: Some(key.line),
        account: Some(key.account.clone()).filter(|name| !name.is_empty()),
        ..subject::file(&key.path)
    };
    let mut finding = DETECTOR.finding(*level, subject, summary).evidence("key", key_line(key));
    if !key.options.is_empty() {
        finding = finding.evidence("options", key.options.clone());
    }
    if let Some(account) = account {
        let home = account.home.lossy();
        finding = finding
            .evidence("account", format!("user id {}, home {home}, shell {}", account.uid, account.shell.lossy()))
            .related(super::subject(account))
            .next(format!("keeneye look user {}", account.name.lossy()));
    }
    let same =
        world.authorized_keys.iter().filter(|other| other.fingerprint == key.fingerprint && other.path != key.path);
    for other in same.take(5) {
        finding = finding.evidence("the same key lets in", other.account.clone()).related(subject::file(&other.path));
    }
    if let Some(stat) = world.file(&key.path).and_then(|file| file.stat) {
        finding = finding
            .evidence("file", format!("mode {:o}, user id {}", stat.mode & 0o7777, stat.uid))
            .since(stat.changed);
    }
    finding
        .innocent("the service copies data between machines", false, "then another machine holds the key; ask which")
        .next(format!("ssh-keygen -lf {}", key.path.lossy()))
}

#[cfg(test)]
mod tests;
