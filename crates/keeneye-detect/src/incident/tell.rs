//! An incident in words: title, order, lineage, what to do.

use super::entry::{self, Entry};
use super::restart::{self, Restarter};
use super::site::Site;
use super::{Item, nearby};
use crate::stay::{self, Deed};
use crate::{Detector, place, standing};
use keeneye_facts::{Finding, Incident, Level, Process, ProcessId, Protocol, SocketState, Subject, Text, Trace};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// Processes of a lineage, and connections, that are named.
const MAX_NAMED: usize = 20;
/// Steps about logins that are told.
const MAX_OF_LOGINS: usize = 8;

/// Tells it.
pub(super) fn incident(site: &Site<'_>, mut group: Vec<&Item<'_>>, level: Level, detectors: &[&Detector]) -> Incident {
    let absolute = |finding: &Finding| detectors.iter().any(|d| d.absolute && d.name == finding.detector);
    let weight = |item: &&Item<'_>| {
        let finding = item.finding;
        Reverse((finding.level, absolute(finding), finding.subject.process.is_some()))
    };
    group.sort_by_key(weight);
    let processes = processes(site, &group);
    let entry = entry::entry(site, &group, &processes);
    let restarters = restart::restarters(site, &group);
    let title = group.first().map(|lead| title(lead.finding, detectors, entry.as_ref(), &restarters));
    group.sort_by_key(|item| (item.touch.first.is_none(), item.touch.first));
    let first_trace = group.iter().filter_map(|item| item.touch.first).min();
    Incident {
        id: group.first().map(|item| item.finding.id.clone()).unwrap_or_default(),
        level: Some(level),
        title: title.unwrap_or_default(),
        first_trace,
        findings: group.iter().map(|item| item.finding.id.clone()).collect(),
        times: group.iter().map(|item| item.touch.first).collect(),
        lineage: lineage(site, &processes, entry.as_ref()),
        nearby: nearby::nearby(site, &group, &restarters, entry.as_ref(), first_trace),
        during: during(site, &group),
        connections: connections(site, &processes),
        next: next(site, &group, &processes, &restarters),
        entry: entry.map(|entry| entry.trace),
        restarters: restarters.into_iter().map(|restarter| restarter.trace).collect(),
    }
}

/// The processes of the incident, those of the leading finding first.
fn processes<'a>(site: &Site<'a>, group: &[&Item<'_>]) -> Vec<&'a Process> {
    let mut seen: BTreeSet<ProcessId> = BTreeSet::new();
    let alerts = group.iter().filter(|item| item.is_alert()).chain(group.iter().filter(|item| !item.is_alert()));
    let subject = |item: &&Item<'_>| item.finding.subject.process;
    let ids = alerts.flat_map(|item| subject(item).into_iter().chain(item.touch.processes.iter().copied()));
    ids.filter(|id| seen.insert(*id)).filter_map(|id| site.process(id)).collect()
}

/// `a hidden program, started from nginx, kept alive by cron, with a way back in: an ssh key`.
fn title(lead: &Finding, detectors: &[&Detector], entry: Option<&Entry>, restarters: &[Restarter]) -> Text {
    let known = detectors.iter().find(|detector| detector.name == lead.detector);
    let mut title = known.map_or_else(|| lead.summary.lossy().into_owned(), |detector| detector.title.to_owned());
    let of_login = entry::speaks_of_login(lead);
    if of_login {
        title.push_str(&format!(": {}", lead.subject.name.lossy()));
    }
    // A login does not come from a login.
    if let Some(entry) = entry.filter(|entry| !(of_login && entry.is_login)) {
        title.push_str(", started from ");
        title.push_str(&entry.name);
    }
    let names = |doors: bool| {
        let mut names: Vec<&str> = Vec::new();
        for restarter in restarters.iter().filter(|restarter| restarter.is_door == doors) {
            if !names.contains(&restarter.name) {
                names.push(restarter.name);
            }
        }
        words(&names)
    };
    for (words, lead_in) in [(names(false), ", kept alive by "), (names(true), ", with a way back in: ")] {
        if !words.is_empty() {
            title.push_str(lead_in);
            title.push_str(&words);
        }
    }
    title.into()
}

/// `a, b and c`.
fn words(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// From what let them in down to the program that talks to others, else to the leading one.
fn lineage(site: &Site<'_>, processes: &[&Process], entry: Option<&Entry>) -> Vec<Subject> {
    let depth = |process: &&&Process| site.world.ancestors(process).count();
    let talks = |process: &&Process| !peers(site, process).is_empty();
    let talking = processes.iter().filter(|process| talks(process)).max_by_key(depth);
    let Some(end) = talking.or_else(|| processes.first()) else { return Vec::new() };
    let above = site.world.ancestors(end).take(MAX_NAMED);
    let mut chain: Vec<&Process> = std::iter::once(*end).collect();
    for ancestor in above {
        if ancestor.id.pid == 1 {
            break;
        }
        chain.push(ancestor);
        if entry.is_some_and(|entry| entry.process == Some(ancestor.id)) {
            break;
        }
    }
    chain.iter().rev().map(|process| step(process)).collect()
}

/// `php-fpm 901`.
fn step(process: &Process) -> Subject {
    let path = standing::program_path(process);
    let name = if path.is_empty() { process.comm.as_slice() } else { path.file_name() };
    let name = Text::from([name, format!(" {}", process.id.pid).as_bytes()].concat());
    let path = Some(path.clone()).filter(|path| !path.is_empty());
    Subject { kind: "process".into(), name, process: Some(process.id), path, ..Subject::default() }
}

/// Whom the processes talk to: `tcp 192.0.2.1:443`.
fn connections(site: &Site<'_>, processes: &[&Process]) -> Vec<Text> {
    let all: BTreeSet<Text> = processes.iter().flat_map(|process| peers(site, process)).collect();
    all.into_iter().take(MAX_NAMED).collect()
}

fn peers(site: &Site<'_>, process: &Process) -> Vec<Text> {
    let sockets = standing::sockets_of(site.world, process);
    let open = sockets.into_iter().filter(|socket| socket.state == SocketState::Established);
    let named = open.filter_map(|socket| {
        let word = match socket.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            _ => return None,
        };
        let remote = socket.remote.filter(|remote| !remote.ip.to_canonical().is_loopback())?;
        Some(Text::from(format!("{word} {}", SocketAddr::new(remote.ip.to_canonical(), remote.port))))
    });
    named.take(MAX_NAMED).collect()
}

/// What logs tell of the time in which its odd logins lasted, each once.
fn during(site: &Site<'_>, group: &[&Item<'_>]) -> Vec<Trace> {
    let odd = group.iter().map(|item| item.finding).filter(|finding| finding.level >= Level::Unusual);
    let mut told: BTreeSet<Deed> = BTreeSet::new();
    let mut traces = Vec::new();
    for finding in odd {
        let Some(login) = site.login_of(finding) else { continue };
        for deed in stay::deeds(site.world, login).into_iter().filter(|deed| told.insert(deed.clone())) {
            traces.push(Trace { subject: finding.subject.clone(), what: deed.what, time: Some(deed.time) });
        }
    }
    traces.sort_by_key(|trace| trace.time);
    traces.truncate(MAX_NAMED);
    traces
}

/// What the findings about logins say is to be done, each step once.
fn of_logins(group: &[&Item<'_>]) -> Vec<String> {
    let alerts = group.iter().filter(|item| item.is_alert() && entry::speaks_of_login(item.finding));
    let mut steps: Vec<String> = Vec::new();
    for step in alerts.flat_map(|item| &item.finding.next) {
        if steps.len() < MAX_OF_LOGINS && !steps.contains(step) {
            steps.push(step.clone());
        }
    }
    steps
}

/// What to do, most urgent first. Names only commands that exist.
fn next(site: &Site<'_>, group: &[&Item<'_>], processes: &[&Process], restarters: &[Restarter]) -> Vec<String> {
    let mut steps = Vec::new();
    let live = site.world.host.live;
    if live {
        let memory = processes.iter().any(|p| p.exe.as_ref().is_some_and(|exe| exe.deleted || exe.in_memory()));
        let shared = processes.iter().any(|p| place::is_data_only(standing::program_path(p)));
        let holds = match (memory, shared) {
            (_, true) => "memory and /dev/shm hold the evidence",
            (true, _) => "the program is only in memory",
            _ => "memory holds evidence",
        };
        steps.push(format!("isolate the machine, do not reboot: {holds}"));
        steps.push("keeneye capture --with-files -o host.kee".into());
        steps.extend(of_logins(group));
    }
    if let Some(process) = processes.first().filter(|_| live) {
        steps.push(format!("keeneye look pid {}", process.id.pid));
    }
    let starts = restarters.iter().find(|restarter| !restarter.is_door);
    if let Some(name) = starts.map(|restarter| restarter.trace.subject.name.lossy()) {
        steps.push(format!("take away what starts it, before the program itself: {name}"));
    }
    let door = restarters.iter().find(|restarter| restarter.is_door);
    if let Some(name) = door.map(|restarter| restarter.trace.subject.name.lossy()) {
        steps.push(format!("close the way back in: {name}"));
    }
    steps
}
