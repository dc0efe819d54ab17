//! What starts it again, and by which doors they come back.

use super::Item;
use super::site::Site;
use super::time::{self, TOGETHER};
use crate::subject;
use keeneye_facts::{AuthorizedKey, Autostart, AutostartKind, Subject, Text, Trace};
use std::collections::{BTreeMap, BTreeSet};

/// Things that are named.
const MAX_NAMED: usize = 20;
/// Bytes of a command that are shown.
const MAX_COMMAND: usize = 200;

/// ld.so(8).
const PRELOAD: &str = "/etc/ld.so.preload";

/// Something that brings it back.
#[derive(Clone, Debug)]
pub(super) struct Restarter {
    /// What is said of it.
    pub(super) trace: Trace,
    /// For the title: `cron`, `an ssh key`.
    pub(super) name: &'static str,
    /// It lets people in and starts nothing.
    pub(super) is_door: bool,
}

/// Entries, preload lists, keys, accounts, rights: what starts programs first.
pub(super) fn restarters(site: &Site<'_>, group: &[&Item<'_>]) -> Vec<Restarter> {
    let indexes: BTreeSet<usize> = group.iter().flat_map(|item| &item.touch.entries).copied().collect();
    let entries: Vec<&Autostart> = indexes.into_iter().filter_map(|index| site.entry(index)).collect();
    let mut all: Vec<Restarter> = entries.iter().map(|entry| of_entry(site, entry)).collect();
    let known: BTreeSet<&Text> = entries.iter().map(|entry| &entry.path).collect();
    for item in group.iter().filter(|item| item.is_alert()) {
        let covered = item.finding.subject.path.as_ref().is_some_and(|path| known.contains(path));
        all.extend(of_finding(site, item).filter(|_| !covered));
    }
    all.extend(keys_of_then(site, group));
    all.sort_by(|a, b| (a.is_door, &a.trace.subject.path).cmp(&(b.is_door, &b.trace.subject.path)));
    all.dedup_by(|a, b| a.trace.subject == b.trace.subject && a.name == b.name);
    all.truncate(MAX_NAMED);
    all
}

fn of_entry(site: &Site<'_>, entry: &Autostart) -> Restarter {
    let line = entry.line.map_or_else(String::new, |line| format!(":{line}"));
    let subject = Subject {
        kind: "file".into(),
        name: Text::from([entry.path.as_slice(), line.as_bytes()].concat()),
        path: Some(entry.path.clone()),
        line: entry.line,
        ..Subject::default()
    };
    let command = entry.command.get(..MAX_COMMAND).unwrap_or(&entry.command);
    let parts = [entry.name.as_slice(), entry.when.as_slice(), command];
    let said: Vec<&[u8]> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let dormant: &[u8] = if entry.dormant { b" (nothing starts it now)" } else { b"" };
    let what = [entry.kind.word().as_bytes(), b": ", &said.join(&b", "[..]), dormant].concat();
    let is_door = entry.kind == AutostartKind::Pam;
    let trace = Trace { subject, what: what.into(), time: time::change_of(site, &entry.path) };
    Restarter { trace, name: title_of(entry.kind), is_door }
}

/// As a title says it: `kept alive by cron`.
fn title_of(kind: AutostartKind) -> &'static str {
    match kind {
        AutostartKind::Cron | AutostartKind::CronScript => "cron",
        AutostartKind::Unit | AutostartKind::DropIn => "systemd",
        AutostartKind::Generator => "a systemd generator",
        AutostartKind::Linker | AutostartKind::NameService => "the dynamic linker",
        AutostartKind::At => "an at job",
        AutostartKind::InitScript => "an init script",
        AutostartKind::Inetd => "inetd",
        AutostartKind::Shell => "a start file of shells",
        AutostartKind::Login => "a hook of logins",
        AutostartKind::Udev => "a udev rule",
        AutostartKind::Module => "a module list",
        AutostartKind::Modprobe => "a hook of modprobe",
        AutostartKind::Initramfs => "the initramfs",
        AutostartKind::Pam => "PAM",
        AutostartKind::Sysctl => "a setting of the kernel",
        AutostartKind::Network => "a hook of the network",
        AutostartKind::PackageManager => "a hook of the package manager",
        AutostartKind::Php => "a setting of PHP",
        AutostartKind::Python => "a start file of python",
        AutostartKind::Git => "a git hook",
        AutostartKind::Dbus => "D-Bus",
        AutostartKind::Polkit => "a polkit rule",
        AutostartKind::Desktop => "the desktop",
        AutostartKind::Daemon => "a hook of a daemon",
    }
}

/// What a finding itself is: a list of libraries that everybody loads, a key, an account, a right.
fn of_finding(site: &Site<'_>, item: &Item<'_>) -> Option<Restarter> {
    let (world, finding) = (site.world, item.finding);
    let path = finding.subject.path.as_ref();
    let on = |path: &Text, line: u32| {
        finding.subject.path.as_ref() == Some(path) && finding.subject.line.is_none_or(|at| at == line)
    };
    let setuid = |path: &Text| {
        let stat = world.file(path).and_then(|file| file.stat);
        stat.is_some_and(|stat| stat.is_regular() && stat.mode & 0o6000 != 0)
    };
    let within = |dir: &str| path.is_some_and(|path| path.is_within(dir));
    let (name, is_door) = if path.is_some_and(|path| world.preloads.contains(path)) {
        ("the dynamic linker", false)
    } else if world.authorized_keys.iter().any(|key| on(&key.path, key.line)) || path.is_some_and(is_key_file) {
        ("an ssh key", true)
    } else if world.sudo_rules.iter().any(|rule| on(&rule.path, rule.line)) || within("/etc/sudoers.d") {
        ("a sudo rule", true)
    } else if finding.subject.kind == "account" || path.is_some_and(|path| *path == "/etc/passwd") {
        ("an account", true)
    } else if world.sshd_settings.iter().any(|setting| on(&setting.path, setting.line)) || within("/etc/ssh") {
        ("settings of sshd", true)
    } else if path.is_some_and(setuid) && finding.subject.process.is_none() {
        ("a setuid program", true)
    } else if finding.detector.starts_with("persistence/") {
        ("something that starts by itself", false)
    } else {
        return None;
    };
    // The list is what loads it.
    let subject = if name == "the dynamic linker" { subject::file(&PRELOAD.into()) } else { finding.subject.clone() };
    let trace = Trace { subject, what: finding.summary.clone(), time: item.touch.first };
    Some(Restarter { trace, name, is_door })
}

/// Files of keys that were changed within ten minutes of a trace. A key that looks like any other is odd by that alone.
fn keys_of_then(site: &Site<'_>, group: &[&Item<'_>]) -> Vec<Restarter> {
    let told: BTreeSet<&Text> = group.iter().filter_map(|item| item.finding.subject.path.as_ref()).collect();
    let times: BTreeSet<i64> =
        group.iter().filter(|item| item.is_alert()).filter_map(|item| item.touch.first).collect();
    let near = |time: i64| {
        let (from, to) = (time.saturating_sub_unsigned(TOGETHER), time.saturating_add_unsigned(TOGETHER));
        times.range(from..=to).next().is_some()
    };
    let mut files: BTreeMap<&Text, Vec<&AuthorizedKey>> = BTreeMap::new();
    for key in site.world.authorized_keys.iter().filter(|key| !told.contains(&key.path)) {
        files.entry(&key.path).or_default().push(key);
    }
    let restarter = |(path, keys): (&Text, Vec<&AuthorizedKey>)| {
        let time = time::change_of(site, path).filter(|time| near(*time))?;
        let last = keys.last()?;
        let (account, number) = (last.account.lossy(), keys.len());
        let what = format!(
            "keys that let in as {account} were changed then: {number} in all, {} last",
            last.fingerprint.lossy()
        );
        let trace = Trace { subject: subject::file(path), what: what.into(), time: Some(time) };
        Some(Restarter { trace, name: "an ssh key", is_door: true })
    };
    files.into_iter().filter_map(restarter).collect()
}

/// As sshd_config(5) names it by default.
fn is_key_file(path: &Text) -> bool {
    path.file_name() == "authorized_keys" || path.file_name() == "authorized_keys2"
}
