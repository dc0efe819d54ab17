//! `keeneye logins`: who came in, from where, how and for how long.

use crate::cli::{Format, Logins, Where, quoted};
use crate::judge;
use crate::list;
use crate::output::{complain, print};
use crate::places;
use crate::settings::Settings;
use crate::since;
use crate::source::Source;
use anyhow::{Result, bail};
use keeneye_facts::{Ending, Failures, Finding, Gap, Login, LoginRecord, Place, Refusal, Text};
use keeneye_report::sanitise::clean;
use keeneye_report::words::{Zone, counted, refusal, thousands};
use keeneye_report::{Cell, Table};
use keeneye_world::World;
use std::collections::{BTreeMap, BTreeSet};

/// Logs that could not be read which are named.
const MAX_UNSEEN: usize = 10;

/// Looks and prints; gives the exit code.
pub(crate) fn run(logins: &Logins, settings: &Settings) -> Result<u8> {
    let mut source = Source::open(&logins.place, settings)?;
    source.plan.only_logs = !source.is_recording;
    let world = source.look(settings);
    let (findings, broken) = if logins.failed { Default::default() } else { judge::logins(&world, settings) };
    let zone = Zone::of(&world.host);
    let now = world.host.now;
    let since = logins.since.as_deref().map(|since| since::since(since, now, &zone)).transpose()?.unwrap_or(i64::MIN);
    let until = logins.until.as_deref().map(|until| since::until(until, since, now, &zone)).transpose()?;
    let wanted = Wanted { user: logins.user.as_deref(), since, until: until.unwrap_or(i64::MAX) };
    let table = match logins.failed {
        true => failed(&world, &wanted, &zone),
        false => came(&world, &findings, &wanted, &zone),
    };
    if let Some(name) = wanted.user.filter(|name| is_unknown(&world, name)) {
        blindness(&world, &broken, settings, &logins.place);
        bail!("there is no account {name}, and no login of it");
    }
    print(match settings.format {
        Format::Text if logins.failed => table.text(&settings.layout()),
        Format::Text => table.text(&settings.layout()) + &tried(&world, &wanted, logins),
        Format::Concise => table.concise(),
        Format::Json => table.json(),
        Format::Jsonl => table.jsonl(),
        Format::Html | Format::Nagios => bail!("logins can be text, concise, json or jsonl"),
    })?;
    if table.rows.is_empty() && !world.gaps.iter().any(is_nothing) {
        complain("nothing of the kind is on record, as far as logs and login records reach back");
    }
    unseen(&world).iter().for_each(|line| complain(&format!("could not see {line}")));
    places::stale(&world).iter().for_each(|line| complain(line));
    let shown = |login: &&Login| !logins.failed && wanted.has(&login.user, login.time.seconds);
    let is_alert = |finding: &&Finding| finding.level >= settings.fail_on();
    let mut alerts = findings.iter().filter(is_alert);
    if alerts.any(|finding| world.logins.iter().filter(shown).any(|login| is_about(finding, login))) {
        return Ok(judge::FINDINGS);
    }
    Ok(blindness(&world, &broken, settings, &logins.place))
}

/// What could not be read of logs and login records, and why: what weighs most comes first.
pub(crate) fn unseen(world: &World) -> Vec<String> {
    let mut of_logs: Vec<&Gap> = world.gaps.iter().filter(|gap| gap.sense == "logs").collect();
    of_logs.sort_by_key(|gap| !is_nothing(gap));
    of_logs.into_iter().take(MAX_UNSEEN).map(|gap| format!("{}: {}", gap.what.lossy(), refusal(&gap.why))).collect()
}

/// Nothing at all tells of logins.
fn is_nothing(gap: &Gap) -> bool {
    gap.sense == "logs" && matches!(gap.why, Refusal::Nothing(_))
}

/// The exit code where nothing was found: who asks for logins is blind without any log. `broken` is what detectors could
/// not tell.
pub(crate) fn blindness(world: &World, broken: &[Gap], settings: &Settings, place: &Where) -> u8 {
    let coverage = world.coverage.percent();
    let is_blind = judge::sees_too_little(coverage, world.gaps.iter().chain(broken), world.host.live, settings);
    let blind = list::blindness(is_blind, coverage, place);
    if world.gaps.iter().any(is_nothing) { judge::TOO_BLIND } else { blind }
}

/// Which logins.
struct Wanted<'a> {
    user: Option<&'a str>,
    since: i64,
    /// Not included.
    until: i64,
}

impl Wanted<'_> {
    fn has(&self, user: &Text, time: i64) -> bool {
        self.user.is_none_or(|wanted| *user == wanted) && (self.since..self.until).contains(&time)
    }

    /// Attempts of a whole day, of which a part may lie outside.
    fn has_any(&self, failures: &Failures) -> bool {
        self.user.is_none_or(|wanted| failures.user == wanted)
            && failures.last >= self.since
            && failures.first < self.until
    }
}

/// Nothing knows the name: neither passwd, where that could be read, nor any login.
fn is_unknown(world: &World, name: &str) -> bool {
    let known = world.accounts.is_empty() || world.accounts.iter().any(|account| account.name == name);
    let tried = || world.failures.iter().any(|failures| failures.user == name);
    !known && !world.logins.iter().any(|login| login.user == name) && !tried()
}

fn came(world: &World, findings: &[Finding], wanted: &Wanted<'_>, zone: &Zone) -> Table {
    let row = |login: &Login| {
        let [country, network] = whereabouts(login.place.as_ref());
        let seen: Vec<&str> = login.seen.iter().map(|record| word(*record)).collect();
        vec![
            Cell::time(login.time.seconds, zone),
            (&login.user).into(),
            login.from.as_ref().map_or(Cell::None, Cell::from),
            country,
            network,
            login.method.as_ref().map_or(Cell::None, Cell::from),
            login.tty.as_ref().map_or(Cell::None, Cell::from),
            lasted(login),
            ended(login),
            seen.join(" ").into(),
            odd(findings, login).into(),
            login.key.as_ref().map_or(Cell::None, Cell::from),
        ]
    };
    let logins = world.logins.iter().filter(|login| wanted.has(&login.user, login.time.seconds));
    Table {
        name: "logins",
        columns: &["time", "user", "from", "country", "network", "how", "tty", "for", "ended", "records", "odd", "key"],
        rows: logins.map(row).collect(),
    }
}

/// Country and network.
fn whereabouts(place: Option<&Place>) -> [Cell; 2] {
    let country = place.and_then(|place| place.country).map(|country| country.to_string());
    let network = place.and_then(|place| place.as_name.as_ref());
    [country.into(), network.into()]
}

fn ended(login: &Login) -> Cell {
    let ending = login.ending.or(login.until.map(|_| Ending::Logout));
    ending.map_or(Cell::None, |ending| ending.words().into())
}

fn lasted(login: &Login) -> Cell {
    let seconds = |until: i64| u64::try_from(until.saturating_sub(login.time.seconds)).unwrap_or_default();
    login.until.map_or(Cell::None, |until| Cell::Seconds(seconds(until)))
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
pub(crate) fn odd(findings: &[Finding], login: &Login) -> String {
    let about = findings.iter().filter(|finding| is_about(finding, login));
    about.map(|finding| finding.detector.as_str()).collect::<Vec<_>>().join(" ")
}

/// The finding speaks of this very login.
pub(crate) fn is_about(finding: &Finding, login: &Login) -> bool {
    let same = finding.subject.account.as_ref() == Some(&login.user);
    same && finding.first_seen == Some(login.time.seconds) && finding.detector.starts_with("login/")
}

/// Attempts of one address.
struct Tried<'a> {
    count: u64,
    users: BTreeSet<&'a Text>,
    /// Of attempts that were counted without their names.
    names: u32,
    first: i64,
    last: i64,
}

/// Failed attempts by address, the most first.
fn failed(world: &World, wanted: &Wanted<'_>, zone: &Zone) -> Table {
    let mut by: BTreeMap<&Text, Tried<'_>> = BTreeMap::new();
    for failures in world.failures.iter().filter(|failures| wanted.has_any(failures)) {
        let Failures { from, user, names, count, first, last, .. } = failures;
        let none = Tried { count: 0, users: BTreeSet::new(), names: 0, first: *first, last: *last };
        let tried = by.entry(from).or_insert(none);
        tried.count += count;
        if !user.is_empty() {
            tried.users.insert(user);
        }
        tried.names = tried.names.max(*names);
        (tried.first, tried.last) = (tried.first.min(*first), tried.last.max(*last));
    }
    let mut rows: Vec<_> = by.into_iter().collect();
    rows.sort_by_key(|(_, tried)| std::cmp::Reverse(tried.count));
    let row = |(from, tried): (&Text, Tried<'_>)| {
        let users = (tried.users.len() as u64).max(tried.names.into());
        let (first, last) = (Cell::time(tried.first, zone), Cell::time(tried.last, zone));
        let place = keeneye_facts::address(from).and_then(|address| world.places.get(&address));
        let [country, network] = whereabouts(place);
        vec![tried.count.into(), from.into(), country, network, users.into(), first, last]
    };
    Table {
        name: "failed logins",
        columns: &["attempts", "from", "country", "network", "users", "first", "last"],
        rows: rows.into_iter().map(row).collect(),
    }
}

/// `1 address`, `1,200 addresses`.
pub(crate) fn sources(number: u64) -> String {
    if number == 1 { "1 address".to_owned() } else { format!("{} addresses", thousands(number)) }
}

/// `12 names`, those that are told; of attempts that were counted without their names `about 12 names`.
pub(crate) fn tried_names(told: u64, about: u32) -> String {
    match about {
        _ if u64::from(about) <= told => counted(told, "name"),
        1 => "1 name".to_owned(),
        ..=400 => format!("about {about} names"),
        _ => "more than 400 names".to_owned(),
    }
}

/// One line about those who were not let in.
fn tried(world: &World, wanted: &Wanted<'_>, logins: &Logins) -> String {
    let failures = world.failures.iter().filter(|failures| wanted.has_any(failures));
    let (mut count, mut from) = (0, BTreeSet::new());
    for failures in failures {
        count += failures.count;
        from.insert(&failures.from);
    }
    match count {
        0 => String::new(),
        _ => {
            let (count, from) = (counted(count, "failed attempt"), sources(from.len() as u64));
            let option = |name: &str, value: &Option<String>| {
                value.as_ref().map(|value| format!(" {name} {}", quoted(value))).unwrap_or_default()
            };
            let [user, since, until] =
                [("--user", &logins.user), ("--since", &logins.since), ("--until", &logins.until)]
                    .map(|(name, value)| option(name, value));
            let command = format!("keeneye logins --failed{user}{since}{until}{}", logins.place.words());
            format!("\n{count} from {from}: {}\n", clean(&command))
        }
    }
}
