//! `keeneye logins`: who came in, from where, how and for how long.

use crate::cli::{Format, Logins};
use crate::judge::judge;
use crate::list::blindness;
use crate::output::{complain, print};
use crate::settings::Settings;
use crate::since;
use crate::source::Source;
use anyhow::{Result, bail};
use keeneye_facts::{Ending, Failures, Finding, Login, LoginRecord, Text};
use keeneye_live::Stopwatch;
use keeneye_report::words::{Zone, duration, refusal};
use keeneye_report::{Cell, Table};
use keeneye_world::World;
use std::collections::{BTreeMap, BTreeSet};

/// Logs that could not be read which are named.
const MAX_UNSEEN: usize = 10;

/// Looks and prints; gives the exit code.
pub(crate) fn run(logins: &Logins, settings: &Settings) -> Result<u8> {
    let watch = Stopwatch::start();
    let mut source = Source::open(&logins.place, settings)?;
    source.plan.only_logs = !source.is_recording;
    let world = source.look(settings);
    let report = judge(&world, settings, source.is_recording, watch.milliseconds());
    let zone = Zone::of(&world.host);
    let since = logins.since.as_deref().map(|since| since::parse(since, world.host.now, &zone)).transpose()?;
    let wanted = Wanted { user: logins.user.as_deref(), since: since.unwrap_or(i64::MIN) };
    let table = match logins.failed {
        true => failed(&world, &wanted, &zone),
        false => came(&world, &report.findings, &wanted, &zone),
    };
    print(match settings.format {
        Format::Text if logins.failed => table.text(&settings.layout()),
        Format::Text => table.text(&settings.layout()) + &tried(&world, &wanted),
        Format::Concise => table.concise(),
        Format::Json => table.json(),
        Format::Jsonl => table.jsonl(),
        Format::Html | Format::Nagios => bail!("logins can be text, concise, json or jsonl"),
    })?;
    unseen(&world).iter().for_each(|line| complain(line));
    Ok(blindness(&report, settings))
}

/// What could not be read of logs and login records, in sentences.
pub(crate) fn unseen(world: &World) -> Vec<String> {
    let of_logs = world.gaps.iter().filter(|gap| gap.sense == "logs");
    let told = of_logs.map(|gap| format!("could not see {}: {}", gap.what.lossy(), refusal(&gap.why)));
    let mut told: Vec<String> = told.take(MAX_UNSEEN).collect();
    if world.log_files.is_empty() {
        told.push("no log and no login record was found".into());
    }
    told
}

/// Which logins.
struct Wanted<'a> {
    user: Option<&'a str>,
    since: i64,
}

impl Wanted<'_> {
    fn has(&self, user: &Text, time: i64) -> bool {
        self.user.is_none_or(|wanted| *user == wanted) && time >= self.since
    }
}

fn came(world: &World, findings: &[Finding], wanted: &Wanted<'_>, zone: &Zone) -> Table {
    let row = |login: &Login| {
        let place = login.place.as_ref();
        let network = place.and_then(|place| place.as_name.clone()).unwrap_or_default();
        let seen: Vec<&str> = login.seen.iter().map(|record| word(*record)).collect();
        vec![
            zone.short(login.time.seconds).into(),
            (&login.user).into(),
            login.from.as_ref().map_or(Cell::None, Cell::from),
            place.and_then(|place| place.country).map(|country| country.to_string()).into(),
            (&network).into(),
            login.method.as_ref().map_or(Cell::None, Cell::from),
            login.tty.as_ref().map_or(Cell::None, Cell::from),
            lasted(login),
            seen.join(" ").into(),
            odd(findings, login).into(),
            login.key.as_ref().map_or(Cell::None, Cell::from),
        ]
    };
    let logins = world.logins.iter().filter(|login| wanted.has(&login.user, login.time.seconds));
    Table {
        name: "logins",
        columns: &["time", "user", "from", "country", "network", "how", "tty", "for", "records", "odd", "key"],
        rows: logins.map(row).collect(),
    }
}

/// For how long, and how it ended where nobody logged out.
fn lasted(login: &Login) -> Cell {
    let long = login.until.map(|until| duration(u64::try_from(until - login.time.seconds).unwrap_or_default()));
    let ending = login.ending.filter(|ending| *ending != Ending::Logout).map(|ending| ending.words().to_owned());
    match (long, ending) {
        (Some(long), Some(ending)) => format!("{long}, {ending}").into(),
        (long, ending) => long.or(ending).into(),
    }
}

fn word(record: LoginRecord) -> &'static str {
    match record {
        LoginRecord::Daemon => "log",
        LoginRecord::Pam => "pam",
        LoginRecord::Logind => "logind",
        LoginRecord::Wtmp => "wtmp",
        LoginRecord::Wtmpdb => "wtmpdb",
        LoginRecord::Utmp => "utmp",
        LoginRecord::Lastlog => "lastlog",
        LoginRecord::Audit => "audit",
    }
}

/// Names of detectors that speak of this very login.
fn odd(findings: &[Finding], login: &Login) -> String {
    let about = |finding: &&Finding| {
        let same = finding.subject.account.as_ref() == Some(&login.user);
        same && finding.first_seen == Some(login.time.seconds) && finding.detector.starts_with("login/")
    };
    let names: Vec<&str> = findings.iter().filter(about).map(|finding| finding.detector.as_str()).collect();
    names.join(" ")
}

/// Attempts of one address.
struct Tried<'a> {
    count: u64,
    users: BTreeSet<&'a Text>,
    first: i64,
    last: i64,
}

/// Failed attempts by address, the most first.
fn failed(world: &World, wanted: &Wanted<'_>, zone: &Zone) -> Table {
    let mut by: BTreeMap<&Text, Tried<'_>> = BTreeMap::new();
    for Failures { from, user, count, first, last, .. } in &world.failures {
        if wanted.has(user, *last) {
            let tried =
                by.entry(from).or_insert(Tried { count: 0, users: BTreeSet::new(), first: *first, last: *last });
            tried.count += count;
            tried.users.insert(user);
            (tried.first, tried.last) = (tried.first.min(*first), tried.last.max(*last));
        }
    }
    let mut rows: Vec<_> = by.into_iter().collect();
    rows.sort_by_key(|(_, tried)| std::cmp::Reverse(tried.count));
    let row = |(from, tried): (&Text, Tried<'_>)| {
        let users = u64::try_from(tried.users.len()).unwrap_or(u64::MAX);
        let (first, last) = (zone.short(tried.first), zone.short(tried.last));
        vec![tried.count.into(), from.into(), users.into(), first.into(), last.into()]
    };
    Table {
        name: "failed logins",
        columns: &["attempts", "from", "users", "first", "last"],
        rows: rows.into_iter().map(row).collect(),
    }
}

/// One line about those who were not let in.
fn tried(world: &World, wanted: &Wanted<'_>) -> String {
    let failures = world.failures.iter().filter(|failures| wanted.has(&failures.user, failures.last));
    let (mut count, mut from) = (0, BTreeSet::new());
    for failures in failures {
        count += failures.count;
        from.insert(&failures.from);
    }
    match count {
        0 => String::new(),
        _ => format!("\n{count} attempts failed, from {} addresses: keeneye logins --failed\n", from.len()),
    }
}
