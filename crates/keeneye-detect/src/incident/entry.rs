//! How they came in, as far as the facts tell: from the process up to the service or the login that started it.

use super::Item;
use super::site::Site;
use super::tree;
use crate::{place, shells, standing, subject};
use keeneye_facts::{Finding, Process, ProcessId, ProgramKind, Protocol, Socket, SocketState, Subject, Text, Trace};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// A way in.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// What is said of it.
    pub(super) trace: Trace,
    /// For the title: `php-fpm`, `a login of deploy`.
    pub(super) name: String,
    /// The process that stands at the beginning of the lineage.
    pub(super) process: Option<ProcessId>,
    /// It is a login.
    pub(super) is_login: bool,
}

/// The surest way in. Processes are those of the incident, the leading one first.
pub(super) fn entry(site: &Site<'_>, group: &[&Item<'_>], processes: &[&Process]) -> Option<Entry> {
    let own: BTreeSet<ProcessId> = processes.iter().map(|process| process.id).collect();
    let of_each = |way: &dyn Fn(&Process) -> Option<Entry>| processes.iter().find_map(|process| way(process));
    of_each(&|process| by_lineage(site, process, &own))
        .or_else(|| by_login(group))
        .or_else(|| by_script(site, group))
        .or_else(|| of_each(&|process| by_group(site, process)))
        .or_else(|| of_each(&|process| by_account(site, process, &own)))
        .or_else(|| of_each(&|process| by_environment(process)))
        .or_else(|| by_owner(site, group, &own))
        .or_else(|| of_each(&|process| by_starter(site, process)))
}

fn said(process: Option<&Process>, name: impl Into<String>, what: String) -> Entry {
    let named = |process| {
        let name = format!("{} (pid {})", program_name(process), process.id.pid);
        Subject { name: name.into(), ..subject::process(process) }
    };
    let subject = process.map(named).unwrap_or_default();
    let process = process.map(|process| process.id);
    Entry { trace: Trace { subject, what: what.into(), time: None }, name: name.into(), process, is_login: false }
}

/// Sure: the kernel says who started whom.
fn by_lineage(site: &Site<'_>, process: &Process, own: &BTreeSet<ProcessId>) -> Option<Entry> {
    let mut service = None;
    let theirs = |ancestor: &&Process| own.contains(&ancestor.id) && !may_serve(site, ancestor);
    for ancestor in site.world.ancestors(process).filter(|ancestor| !theirs(ancestor)) {
        let name = program_name(ancestor);
        let pid = ancestor.id.pid;
        if standing::is_login_program(site.world, ancestor) {
            let who = user(site, process.login_uid.unwrap_or_else(|| process.uid()));
            let what = format!("{name} (pid {pid}) let them in: a login of {who}, by lineage");
            let entry = said(Some(ancestor), format!("a login of {who}"), what);
            return Some(Entry { is_login: true, ..entry });
        }
        if tree::is_boundary(site, ancestor) && ancestor.id.pid == 1 || tree::is_starter(ancestor) {
            break;
        }
        if let Some(port) = listening(site, ancestor) {
            let what = format!("{name} (pid {pid}), which listens on {port}, started it, by lineage");
            return Some(said(Some(ancestor), name, what));
        }
        let plain = !shells::is_shell(site.world, ancestor) && !site.is_own(standing::program_path(ancestor));
        service = plain.then_some(ancestor).or(service);
    }
    let top = service.filter(|top| top.id != process.id && !tree::is_boundary(site, top) && top.tty == 0)?;
    let name = program_name(top);
    let what = format!("{name} (pid {}) started it, by lineage", top.id.pid);
    Some(said(Some(top), name, what))
}

/// A packaged program that serves what it was told to, even where a finding speaks of it: `php -S`, but no code that
/// was given on the command line.
fn may_serve(site: &Site<'_>, process: &Process) -> bool {
    let inline = process.program.as_ref().is_none_or(|program| program.kind == ProgramKind::Inline);
    !inline && !site.is_own(standing::program_path(process))
}

/// The findings speak of a login themselves: of several the first is the way in.
fn by_login(group: &[&Item<'_>]) -> Option<Entry> {
    let logins = group.iter().filter(|item| item.is_alert() && speaks_of_login(item.finding));
    let finding = logins.min_by_key(|item| item.finding.first_seen.unwrap_or(i64::MAX))?.finding;
    let who = finding.subject.account.as_ref().map_or_else(String::new, |who| format!(" of {}", who.lossy()));
    let trace = Trace { subject: finding.subject.clone(), what: finding.summary.clone(), time: finding.first_seen };
    Some(Entry { trace, name: format!("a login{who}"), process: None, is_login: true })
}

/// A login is what the finding is about.
pub(super) fn speaks_of_login(finding: &Finding) -> bool {
    matches!(finding.subject.kind.as_str(), "login" | "session")
}

/// A script that a web server would run: they came through it, or left it to come back.
fn by_script(site: &Site<'_>, group: &[&Item<'_>]) -> Option<Entry> {
    let item = group.iter().find(|item| item.is_alert() && item.touch.web)?;
    let path = item.finding.subject.path.as_ref().or_else(|| item.touch.files.first())?;
    let owner = site.world.file(path).and_then(|file| file.stat).map(|stat| user(site, stat.uid));
    let owner = owner.map_or_else(String::new, |owner| format!(", a file of {owner}"));
    let what = format!("probably through the web server: {}{owner}", path.lossy());
    let trace = Trace { subject: subject::file(path), what: what.into(), time: item.touch.first };
    Some(Entry { trace, name: "the web server".into(), process: None, is_login: false })
}

/// Left behind, but still in the control group of what it was started from.
fn by_group(site: &Site<'_>, process: &Process) -> Option<Entry> {
    let group = tree::service_group(site, process)?;
    let unit = Text::from(tree::service_of(group)?).lossy().into_owned();
    let entry = site.world.autostarts.iter().find(|entry| entry.name == unit.as_str());
    if entry.is_some_and(|entry| site.is_own(&entry.path)) {
        return None;
    }
    let what = format!("it was started from {unit}: it still is in that control group");
    Some(said(None, unit.clone(), what)).map(|mut entry| {
        entry.trace.subject.kind = "service".into();
        entry.trace.subject.name = unit.into();
        entry
    })
}

/// Left behind, but it runs as an account of services, and one of that account listens.
fn by_account(site: &Site<'_>, process: &Process, own: &BTreeSet<ProcessId>) -> Option<Entry> {
    let uid = process.uid();
    if !standing::is_service_account(site.world, uid) {
        return None;
    }
    service_of(site, uid, own).map(|(service, port)| {
        let (name, who) = (program_name(service), user(site, uid));
        let listens = port.map_or_else(String::new, |port| format!(", which listens on {port}"));
        let what = format!("probably {name} (pid {}){listens}: both run as {who}", service.id.pid);
        said(Some(service), name, what)
    })
}

/// A service of this account: one that listens before one that does not, or whose parent does.
fn service_of<'a>(site: &Site<'a>, uid: u32, own: &BTreeSet<ProcessId>) -> Option<(&'a Process, Option<String>)> {
    let world = site.world;
    let plain = |process: &&Process| {
        process.uid() == uid
            && !own.contains(&process.id)
            && !shells::is_shell(world, process)
            && !site.is_own(standing::program_path(process))
    };
    let services = || world.processes.values().filter(plain);
    let listens = |process: &'a Process| {
        let port = listening(site, process).or_else(|| listening(site, world.parent(process)?))?;
        Some((process, Some(port)))
    };
    services().find_map(listens).or_else(|| services().next().map(|process| (process, None)))
}

/// What the names of its variables tell.
fn by_environment(process: &Process) -> Option<Entry> {
    let has = |names: &[&str]| process.environment.names.iter().any(|name| names.iter().any(|known| name == *known));
    if has(&["GATEWAY_INTERFACE", "SCRIPT_FILENAME", "REQUEST_METHOD", "SERVER_SOFTWARE"]) {
        let what = "probably through a web server: its environment is that of a request".to_owned();
        return Some(said(None, "a web server", what));
    }
    has(&["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"]).then(|| {
        let what = "probably a login over ssh: its environment is that of one".to_owned();
        Entry { is_login: true, ..said(None, "a login over ssh", what) }
    })
}

/// A file that belongs to an account of services was dropped by one of them.
fn by_owner(site: &Site<'_>, group: &[&Item<'_>], own: &BTreeSet<ProcessId>) -> Option<Entry> {
    let files = group.iter().filter(|item| item.is_alert()).flat_map(|item| &item.touch.files);
    let dropped = files.filter(|path| place::is_volatile(path) || place::hidden_component(path).is_some());
    let owner = |path: &Text| Some((path.clone(), site.world.file(path)?.stat?.uid));
    let (path, uid) = dropped.filter_map(owner).find(|(_, uid)| standing::is_service_account(site.world, *uid))?;
    let (service, port) = service_of(site, uid, own)?;
    let (name, who) = (program_name(service), user(site, uid));
    let listens = port.map_or_else(String::new, |port| format!(", which listens on {port}"));
    let (path, pid) = (path.lossy(), service.id.pid);
    let what = format!("probably {name} (pid {pid}){listens}: {path} belongs to its account {who}");
    Some(said(Some(service), name, what))
}

/// Nobody but an entry started it: that is how it comes back, not how it came.
fn by_starter(site: &Site<'_>, process: &Process) -> Option<Entry> {
    let starter = site.world.ancestors(process).find(|ancestor| tree::is_starter(ancestor))?;
    let name = program_name(starter);
    let what = format!("{name} (pid {}) started it; who made the entry is not known", starter.id.pid);
    Some(said(Some(starter), name, what))
}

/// Where a program of a package listens: `tcp 0.0.0.0:80`, or a socket of its own name. A shell or an intruder's
/// program that listens is no service.
fn listening(site: &Site<'_>, process: &Process) -> Option<String> {
    if shells::is_shell(site.world, process) || place::is_volatile(process.exe_path()) {
        return None;
    }
    let sockets = standing::sockets_of(site.world, process);
    let inet = |s: &&&Socket| s.state == SocketState::Listening && matches!(s.protocol, Protocol::Tcp);
    let udp = |s: &&&Socket| s.state == SocketState::Bound && s.protocol == Protocol::Udp;
    let at = |socket: &&Socket| {
        let word = if socket.protocol == Protocol::Tcp { "tcp" } else { "udp" };
        socket.local.map(|local| format!("{word} {}", SocketAddr::new(local.ip, local.port)))
    };
    sockets.iter().find(inet).or_else(|| sockets.iter().find(udp)).and_then(at)
}

/// `php-fpm8.2`; `node server.js` where an interpreter runs a script.
fn program_name(process: &Process) -> String {
    let exe = match process.exe_path() {
        none if none.is_empty() => process.comm.lossy(),
        path => String::from_utf8_lossy(path.file_name()),
    };
    let script = standing::script_path(process).map(|path| String::from_utf8_lossy(path.file_name()));
    script.map_or_else(|| exe.clone().into_owned(), |script| format!("{exe} {script}"))
}

fn user(site: &Site<'_>, uid: u32) -> String {
    site.account(uid).map_or_else(|| uid.to_string(), |name| name.lossy().into_owned())
}
