//! Stories: a host, what was noticed on it, and the incidents that must come out.
//!
//! Beside the fixture language, a story has lines of its own:
//!
//! ```text
//! starts cron /etc/cron.d/x:1 www-data "*/5 * * * *" "/dev/shm/.x/k -d" /dev/shm/.x/k
//! found suspicious process/volatile-exe pid 41
//! found suspicious persistence/cron-risky file /etc/cron.d/x:1
//! found unusual login/new-account account deploy [@1699990000]
//! came anna 192.0.2.7 @1699990000 [@1699993000]
//! found suspicious login/x login "anna from 192.0.2.7" @1699990000
//! made evil @1699990600
//! ```

mod logins;
mod rules;
mod stories;

use super::incidents;
use crate::{Detector, subject};
use keeneye_facts::{
    Autostart, AutostartKind, Event, Finding, Incident, Level, LogEvent, LogKind, LogTime, Login, Subject, Text,
};
use keeneye_world::World;
use keeneye_world::fixture::Fixture;
use keeneye_world::senses::Plan;

/// The host of most stories: the machine was started long ago, and two services of packages run.
pub(super) const HOST: &str = "clock 1700000000\n\
    package base 1 owns /sbin/init,/usr/bin/bash,/usr/bin/dash,/usr/bin/python3,/usr/bin/sleep\n\
    package web 1 owns /usr/sbin/nginx,/usr/sbin/php-fpm8.2\n\
    package ssh 1 owns /usr/sbin/sshd\n\
    package cron 1 owns /usr/sbin/cron\n\
    /etc/passwd = root:x:0:0:root:/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\\nanna:x:1000:1000::/home/anna:/bin/bash\n\
    process 1 ppid=0 exe=/sbin/init\n\
    process 700 exe=/usr/sbin/cron\n\
    process 800 exe=/usr/sbin/sshd\n\
    listen tcp 0.0.0.0:22 pid=800\n\
    process 900 exe=/usr/sbin/php-fpm8.2 cgroup=/system.slice/php8.2-fpm.service\n\
    process 901 ppid=900 uid=33 exe=/usr/sbin/php-fpm8.2 cgroup=/system.slice/php8.2-fpm.service\n\
    listen tcp 127.0.0.1:9000 pid=900\n";

/// Ticks since boot of a moment so many seconds before the look.
pub(super) fn ticks_before(seconds: u64) -> u64 {
    (1_000_000 - seconds) * 100
}

const fn plain(name: &'static str, title: &'static str) -> Detector {
    Detector { name, title, level: Level::Compromised, attack: &[], absolute: false, source: "", run: |_| Vec::new() }
}

/// Stand-ins, so that stories keep their words when detectors change theirs.
static DETECTORS: &[&Detector] = &[
    &Detector { absolute: true, ..plain("integrity/preload-list", "a library that is loaded into every program") },
    &Detector { absolute: true, ..plain("process/fake-kernel-thread", "a program bears the name of a kernel thread") },
    &Detector { absolute: true, ..plain("login/second-root", "another account is root") },
    &plain("process/volatile-exe", "a program runs from a place for temporary files"),
    &plain("process/hidden-path", "a program runs from a hidden place"),
    &plain("process/exe-in-memory", "a program that never lay on a disk"),
    &plain("persistence/unit-risky", "a unit starts what nobody honest makes a service of"),
    &plain("login/new-key", "a key that nobody knows lets somebody in"),
];

#[derive(Debug)]
pub(super) struct Story {
    pub(super) world: World,
    pub(super) findings: Vec<Finding>,
}

impl Story {
    #[track_caller]
    pub(super) fn new(text: &str) -> Self {
        let own = ["starts ", "found ", "came ", "made "];
        let is_own = |line: &&str| own.iter().any(|word| line.starts_with(word));
        let lines = || text.lines().map(str::trim);
        let host: Vec<&str> = lines().filter(|line| !is_own(line)).collect();
        let mut world = keeneye_world::scan(&Fixture::new(&host.join("\n")), &Plan::default());
        let mut findings = Vec::new();
        for line in lines().filter(is_own) {
            let words = words(line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words.as_slice() {
                ["starts", rest @ ..] => world.fold(Event::AutostartSeen(Box::new(entry(rest)))),
                ["came", rest @ ..] => world.fold(Event::LoginSeen(Box::new(login(rest)))),
                ["made", name, rest @ ..] => {
                    let made =
                        LogEvent { kind: LogKind::AccountAdded, user: Some((*name).into()), ..LogEvent::default() };
                    let time = times(rest).next().map(|seconds| LogTime { seconds, ..LogTime::default() });
                    world.fold(Event::LogEventSeen(Box::new(LogEvent { time, ..made })));
                }
                ["found", rest @ ..] => findings.push(finding(&world, rest)),
                _ => unreachable!(),
            }
        }
        findings.sort_by_key(|finding: &Finding| std::cmp::Reverse(finding.level));
        Self { world, findings }
    }
    pub(super) fn incidents(&self) -> Vec<Incident> {
        incidents(&self.world, &self.findings, DETECTORS)
    }
}

/// What is said of every incident, a line each.
pub(super) fn told(incidents: &[Incident]) -> String {
    let mut out = String::new();
    for incident in incidents {
        let level = incident.level.map_or("none", Level::word);
        out.push_str(&format!("{level}: {}\n", incident.title.lossy()));
        let names: Vec<_> = incident
            .lineage
            .iter()
            .map(|s| s.name.lossy())
            .chain(incident.connections.iter().map(|c| c.lossy()))
            .collect();
        out.push_str(&format!("  lineage {}\n", names.join(" - ")));
        out.extend(incident.entry.iter().map(|e| format!("  entry {}\n", e.what.lossy())));
        out.extend(
            incident.restarters.iter().map(|r| format!("  back {}: {}\n", r.subject.name.lossy(), r.what.lossy())),
        );
        out.extend(incident.during.iter().map(|d| format!("  during {} {}\n", d.subject.name.lossy(), d.what.lossy())));
        out.extend(incident.nearby.iter().map(|n| format!("  near {} {}\n", n.subject.name.lossy(), n.what.lossy())));
        out.extend(incident.next.iter().map(|n| format!("  do {n}\n")));
        out.push_str(&format!("  {} findings\n", incident.findings.len()));
    }
    out
}

fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    quoted
        .flat_map(|(index, part)| {
            let whole = index % 2 == 1;
            let parts: Vec<String> =
                if whole { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() };
            parts
        })
        .collect()
}

/// Words that begin with `@`: seconds since 1970.
fn times(words: &[&str]) -> impl Iterator<Item = i64> {
    words.iter().filter_map(|word| word.strip_prefix('@')).map(|time| time.parse().expect("seconds"))
}

#[track_caller]
fn login(words: &[&str]) -> Login {
    let [user, from, rest @ ..] = words else { panic!("{words:?}") };
    let mut times = times(rest);
    let time = LogTime { seconds: times.next().expect("when"), ..LogTime::default() };
    Login { user: (*user).into(), from: Some((*from).into()), time, until: times.next(), ..Login::default() }
}

#[track_caller]
fn entry(words: &[&str]) -> Autostart {
    let [kind, place, user, when, command, programs @ ..] = words else { panic!("{words:?}") };
    let kind: AutostartKind = serde_json::from_str(&format!("\"{kind}\"")).expect("a kind of entry");
    let (path, line) = place.rsplit_once(':').map_or((*place, None), |(path, line)| (path, line.parse().ok()));
    Autostart {
        kind,
        path: path.into(),
        line,
        name: Text::from(path).file_name().into(),
        user: Some((*user).into()).filter(|user: &Text| *user != "-"),
        when: (*when).into(),
        command: (*command).into(),
        programs: programs.iter().map(|program| Text::from(*program)).collect(),
        ..Autostart::default()
    }
}

#[track_caller]
fn finding(world: &World, words: &[&str]) -> Finding {
    let [level, detector, kind, name, rest @ ..] = words else { panic!("{words:?}") };
    let level: Level = serde_json::from_str(&format!("\"{level}\"")).expect("a level");
    let about = match *kind {
        "pid" => subject::process(world.process(name.parse().expect("a pid")).expect("it runs")),
        "account" => Subject {
            kind: "account".into(),
            name: (*name).into(),
            account: Some((*name).into()),
            ..Subject::default()
        },
        "login" => {
            let account = name.split(' ').next().map(Text::from);
            Subject { kind: "login".into(), name: (*name).into(), account, ..Subject::default() }
        }
        "port" => Subject { kind: "port".into(), name: (*name).into(), port: name.parse().ok(), ..Subject::default() },
        "file" => {
            let (path, line) = name.rsplit_once(':').map_or((*name, None), |(path, line)| (path, line.parse().ok()));
            Subject { line, ..subject::file(&path.into()) }
        }
        _ => Subject { kind: (*kind).into(), name: (*name).into(), ..Subject::default() },
    };
    let summary = format!("{detector} says something of {}", about.name.lossy());
    let other = Detector { name: String::leak((*detector).to_owned()), ..plain("", "something odd") };
    let maker = DETECTORS.iter().find(|known| known.name == *detector).copied().unwrap_or(&other);
    let mut finding = maker.finding(level, about, summary).evidence("what", "seen");
    if let Some(time) = times(rest).next() {
        finding = finding.since(time);
    }
    finding
}
