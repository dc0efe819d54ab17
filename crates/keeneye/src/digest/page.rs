//! The page: one section for each thing that people look for in the morning.

use super::period::Period;
use super::{MOST, accounts, more, tool};
use keeneye_facts::{Finding, LogEvent, LogKind, Login, Place, Text};
use keeneye_report::words::{Zone, duration};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;
use std::cmp::Reverse;
use std::collections::BTreeMap;

const BECAME: [LogKind; 2] = [LogKind::Ran, LogKind::Became];
const CRON: [LogKind; 2] = [LogKind::CronRan, LogKind::CrontabChanged];
const TROUBLES: [LogKind; 4] = [LogKind::ServiceFailed, LogKind::Crashed, LogKind::DiskFailed, LogKind::OutOfMemory];
const MACHINE: [LogKind; 4] = [LogKind::Booted, LogKind::Stopped, LogKind::Slept, LogKind::ClockChanged];

/// What sections are made from.
pub(super) struct Page<'a> {
    pub(super) world: &'a World,
    pub(super) zone: &'a Zone,
    pub(super) period: Period,
    /// Something is told that was counted by whole days, of which the period has a part.
    pub(super) has_whole_days: bool,
}

/// All that happened in a period, and the findings that began in it.
pub(super) fn sheet(world: &World, findings: &[Finding], zone: &Zone, period: Period) -> Sheet {
    let Period { from, to } = period;
    let mut page = Page { world, zone, period, has_whole_days: false };
    let mut sections = vec![
        unseen(world),
        page.logins(),
        page.failures(),
        page.counted("sudo and su", &BECAME, &became),
        page.refused(),
        page.each("accounts and groups", &LogKind::OF_ACCOUNTS, &accounts::said),
        page.counted("cron", &CRON, &ran),
        page.counted("services and disks", &TROUBLES, &failed),
        page.packages(),
        page.each("machine", &MACHINE, &|event| Text::from(event.kind.words())),
    ];
    if page.has_whole_days {
        let mut section = Section::new("counts");
        section.row("up to", "logs are counted by whole days, and of these days only a part is told of here");
        sections.push(section);
    }
    let mut remarks = Section::new("remarks");
    crate::places::stale(world).into_iter().for_each(|line| remarks.row("", line));
    sections.push(remarks);
    let is_told = |since: Option<i64>| since.is_none_or(|since| period.has(since));
    let findings = findings.iter().filter(|finding| is_told(finding.first_seen)).cloned().collect();
    let host = if world.host.name.is_empty() { "a host without a name".into() } else { world.host.name.lossy() };
    let about = format!("{host}, {} to {}", zone.short(from), zone.moment(to));
    Sheet { about: about.into(), sections, findings, period: Some((from, to)) }
}

/// An account, from where it came and how.
type Way<'a> = (&'a Text, Option<&'a Text>, Option<&'a Text>);
/// How often, how long, and where that is.
type Stay<'a> = (u64, i64, Option<&'a Place>);

impl Page<'_> {
    /// Accounts, with from where and how often.
    fn logins(&self) -> Section {
        let mut by: BTreeMap<Way<'_>, Stay<'_>> = BTreeMap::new();
        let logins = self.world.logins.iter().filter(|login| self.period.has(login.time.seconds));
        for login in logins {
            let entry = by.entry((&login.user, login.from.as_ref(), login.method.as_ref())).or_default();
            entry.0 += 1;
            entry.1 += login.until.map_or(0, |until| until.saturating_sub(login.time.seconds).max(0));
            entry.2 = entry.2.or(login.place.as_ref());
        }
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, (count, ..))| Reverse(*count));
        let mut section = Section::new("logins");
        for ((user, from, method), (count, seconds, place)) in rows.iter().take(MOST) {
            let from = from.map_or_else(|| "a console".into(), |from| from.lossy());
            let method = method.map(|method| method.lossy().into_owned());
            let long = u64::try_from(*seconds).ok().filter(|long| *long > 0).map(duration);
            let place = place.map(crate::names::place).filter(|place| !place.is_empty());
            let parts: Vec<String> = [place, method, long].into_iter().flatten().collect();
            let parts = if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) };
            section.row(user.lossy(), format!("{count} × from {from}{parts}"));
        }
        more(&mut section, rows.len());
        self.there(&mut section);
        section
    }

    /// Who came before and was there in that time.
    fn there(&self, section: &mut Section) {
        let stayed = |login: &&Login| {
            let until = login.until.is_some_and(|until| until >= self.period.from);
            login.time.seconds < self.period.from && until
        };
        let count = self.world.logins.iter().filter(stayed).count();
        if count > 0 {
            section.row("before", format!("{count} more had come before and were still there"));
        }
    }
}

/// What could not be read of logs.
fn unseen(world: &World) -> Section {
    let mut section = Section::new("could not see");
    crate::logins::unseen(world).into_iter().for_each(|line| section.row("", line));
    section
}

/// Who became whom, and the command, or the program where he got a shell.
pub(super) fn became(event: &LogEvent) -> (String, Text) {
    let who = event.by.clone().or_else(|| event.user.clone()).unwrap_or_default();
    let whom = event.by.as_ref().and(event.user.as_ref());
    let what = match whom {
        Some(whom) => format!("{} as {}", who.lossy(), whom.lossy()),
        None => who.lossy().into_owned(),
    };
    (what, event.command.clone().unwrap_or_else(|| tool(&event.program).as_ref().into()))
}

/// For whom, and what.
fn ran(event: &LogEvent) -> (String, Text) {
    let what = event.command.clone().unwrap_or_else(|| event.kind.words().into());
    (event.user.clone().unwrap_or_default().lossy().into_owned(), what)
}

/// What failed, or who says so.
fn failed(event: &LogEvent) -> (String, Text) {
    (event.kind.words().to_owned(), event.command.clone().unwrap_or_else(|| event.program.clone()))
}
