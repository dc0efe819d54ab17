//! `keeneye digest`: what happened on one page.

use crate::cli::{Digest, Format};
use crate::judge::{self, judge};
use crate::list::blindness;
use crate::output::print;
use crate::settings::Settings;
use crate::since;
use crate::source::Source;
use anyhow::{Result, bail};
use keeneye_facts::{LogEvent, LogKind, Text};
use keeneye_live::Stopwatch;
use keeneye_report::words::{Zone, duration};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;
use std::collections::BTreeMap;

/// A day, in seconds.
const DAY: i64 = 86_400;
/// Lines of one section: the page stays one.
const MOST: usize = 12;

/// Looks and prints; gives the exit code.
pub(crate) fn run(digest: &Digest, settings: &Settings) -> Result<u8> {
    let watch = Stopwatch::start();
    let mut source = Source::open(&digest.place, settings)?;
    source.plan.only_logs = !source.is_recording;
    let world = source.look(settings);
    let report = judge(&world, settings, source.is_recording, watch.milliseconds());
    let zone = Zone::of(&world.host);
    let period = period(digest, world.host.now, &zone)?;
    let page = Page { world: &world, zone, period };
    let mut sheet = page.sheet();
    let is_told = |since: Option<i64>| since.is_none_or(|since| period.has(since));
    sheet.findings = report.findings.iter().filter(|finding| is_told(finding.first_seen)).cloned().collect();
    print(match settings.format {
        Format::Text => sheet.text(&settings.layout()),
        Format::Concise => sheet.concise(),
        Format::Json => sheet.json(),
        Format::Jsonl => sheet.jsonl(),
        Format::Html => keeneye_report::sheet_html(&sheet),
        Format::Nagios => bail!("a digest can be text, concise, json, jsonl or html"),
    })?;
    if sheet.findings.iter().any(|finding| finding.level >= settings.fail_on()) {
        return Ok(judge::FINDINGS);
    }
    Ok(blindness(&report, settings))
}

/// Seconds since 1970, the last not included.
#[derive(Clone, Copy)]
struct Period {
    from: i64,
    to: i64,
}

impl Period {
    fn has(self, time: i64) -> bool {
        (self.from..self.to).contains(&time)
    }
}

fn period(digest: &Digest, now: i64, zone: &Zone) -> Result<Period> {
    if digest.yesterday {
        let midnight = zone.date(now).and_then(|day| zone.midnight(day)).unwrap_or(now);
        let before = zone.date(midnight - DAY / 2).and_then(|day| zone.midnight(day));
        return Ok(Period { from: before.unwrap_or(midnight - DAY), to: midnight });
    }
    let from = since::parse(digest.since.as_deref().unwrap_or("24h"), now, zone)?;
    Ok(Period { from, to: now.saturating_add(1) })
}

/// An account, from where it came and how.
type Way<'a> = (&'a Text, Option<&'a Text>, Option<&'a Text>);

/// Who became whom, and the command.
fn became(event: &LogEvent) -> (String, Text) {
    let who = event.by.clone().or_else(|| event.user.clone()).unwrap_or_default();
    let whom = event.by.as_ref().and(event.user.clone()).unwrap_or_default();
    (format!("{} as {}", who.lossy(), whom.lossy()), event.command.clone().unwrap_or_default())
}

struct Page<'a> {
    world: &'a World,
    zone: Zone,
    period: Period,
}

impl Page<'_> {
    fn sheet(&self) -> Sheet {
        let Period { from, to } = self.period;
        let host = self.world.host.name.lossy();
        let about = format!("{host}, {} to {}", self.zone.short(from), self.zone.short(to));
        let sections = vec![
            unseen(self.world),
            self.logins(),
            self.failures(),
            self.counted("sudo and su", &[LogKind::Ran, LogKind::Became], &became),
            self.counted("sudo and su, refused", &[LogKind::BecomeFailed], &became),
            self.each("accounts", &ACCOUNTS, &|event| {
                let what = event.user.clone().or_else(|| event.group.clone()).unwrap_or_default();
                Text::from(format!("{} {}", word(event.kind), what.lossy()))
            }),
            self.counted("cron", &[LogKind::CronRan, LogKind::CrontabChanged], &|event| {
                (event.user.clone().unwrap_or_default().lossy().into_owned(), event.command.clone().unwrap_or_default())
            }),
            self.counted("services and disks", &TROUBLES, &|event| {
                (word(event.kind).to_owned(), event.command.clone().unwrap_or_else(|| event.program.clone()))
            }),
            self.each("machine", &MACHINE, &|event| Text::from(word(event.kind))),
        ];
        Sheet { about: about.into(), sections, findings: Vec::new() }
    }

    /// Accounts, with from where and how often.
    fn logins(&self) -> Section {
        let mut section = Section::new("logins");
        let mut by: BTreeMap<Way<'_>, (u64, i64)> = BTreeMap::new();
        let logins = self.world.logins.iter().filter(|login| self.period.has(login.time.seconds));
        for login in logins {
            let entry = by.entry((&login.user, login.from.as_ref(), login.method.as_ref())).or_default();
            entry.0 += 1;
            entry.1 += login.until.map_or(0, |until| until.saturating_sub(login.time.seconds).max(0));
        }
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for ((user, from, method), (count, seconds)) in rows.iter().take(MOST) {
            let from = from.map_or_else(|| "a console".into(), |from| from.lossy());
            let method = method.map(|method| format!(", {}", method.lossy())).unwrap_or_default();
            let long = u64::try_from(*seconds).unwrap_or_default();
            let long = if long > 0 { format!(", {}", duration(long)) } else { String::new() };
            section.row(user.lossy(), format!("{count} × from {from}{method}{long}"));
        }
        more(&mut section, rows.len());
        section
    }

    fn failures(&self) -> Section {
        let mut section = Section::new("failed logins");
        let mut by: BTreeMap<&Text, (u64, BTreeMap<&Text, u64>)> = BTreeMap::new();
        for failures in self.world.failures.iter().filter(|failures| self.period.has(failures.last)) {
            let (count, users) = by.entry(&failures.from).or_default();
            *count += failures.count;
            *users.entry(&failures.user).or_default() += failures.count;
        }
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        let all: u64 = rows.iter().map(|(_, (count, _))| count).sum();
        if all > 0 {
            section.row("in all", format!("{all} from {} addresses", rows.len()));
        }
        for (from, (count, users)) in rows.iter().take(MOST) {
            let most = users.iter().max_by_key(|(_, count)| **count).map(|(user, _)| user.lossy()).unwrap_or_default();
            section.row(from.lossy(), format!("{count} × against {} names, mostly {most}", users.len()));
        }
        more(&mut section, rows.len());
        section
    }

    /// What events say, alike ones counted.
    fn counted(&self, name: &'static str, kinds: &[LogKind], say: &dyn Fn(&LogEvent) -> (String, Text)) -> Section {
        let mut section = Section::new(name);
        let mut by: BTreeMap<(String, Text), u64> = BTreeMap::new();
        for event in self.events(kinds) {
            *by.entry(say(event)).or_default() += event.times.map_or(1, u64::from);
        }
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for ((what, value), count) in rows.iter().take(MOST) {
            let times = if value.is_empty() { format!("{count} ×") } else { format!("{count} × ") };
            section.row(what.clone(), crate::names::concat(&[times.as_bytes(), value]));
        }
        more(&mut section, rows.len());
        section
    }

    /// What events say, one by one.
    fn each(&self, name: &'static str, kinds: &[LogKind], say: &dyn Fn(&LogEvent) -> Text) -> Section {
        let mut section = Section::new(name);
        let events: Vec<&LogEvent> = self.events(kinds).collect();
        for event in events.iter().take(MOST) {
            let time = event.time.map(|time| self.zone.short(time.seconds)).unwrap_or_default();
            section.row(time, say(event));
        }
        more(&mut section, events.len());
        section
    }

    fn events<'a>(&'a self, kinds: &'a [LogKind]) -> impl Iterator<Item = &'a LogEvent> {
        let told = |event: &&LogEvent| event.time.is_some_and(|time| self.period.has(time.seconds));
        self.world.log_events.iter().filter(|event| kinds.contains(&event.kind)).filter(told)
    }
}

/// What could not be read of logs.
fn unseen(world: &World) -> Section {
    let mut section = Section::new("could not see");
    for line in crate::logins::unseen(world) {
        section.row("", line);
    }
    section
}

fn more(section: &mut Section, rows: usize) {
    if rows > MOST {
        section.row("more", format!("{} more", rows - MOST));
    }
}

const ACCOUNTS: [LogKind; 7] = [
    LogKind::AccountAdded,
    LogKind::AccountRemoved,
    LogKind::AccountChanged,
    LogKind::GroupAdded,
    LogKind::GroupRemoved,
    LogKind::GroupChanged,
    LogKind::PasswordChanged,
];
const MACHINE: [LogKind; 4] = [LogKind::Booted, LogKind::Stopped, LogKind::Slept, LogKind::ClockChanged];
const TROUBLES: [LogKind; 4] = [LogKind::ServiceFailed, LogKind::Crashed, LogKind::DiskFailed, LogKind::OutOfMemory];

fn word(kind: LogKind) -> &'static str {
    match kind {
        LogKind::AccountAdded => "new account",
        LogKind::AccountRemoved => "removed account",
        LogKind::AccountChanged => "changed account",
        LogKind::GroupAdded => "new group",
        LogKind::GroupRemoved => "removed group",
        LogKind::GroupChanged => "changed group",
        LogKind::PasswordChanged => "new password of",
        LogKind::ServiceFailed => "failed",
        LogKind::Crashed => "crashed",
        LogKind::DiskFailed => "disk",
        LogKind::OutOfMemory => "out of memory",
        LogKind::Booted => "started",
        LogKind::Stopped => "shut down",
        LogKind::Slept => "slept or woke up",
        LogKind::ClockChanged => "the clock was set",
        _ => "",
    }
}
