//! The annotated lines of fail2ban: above each stands whether its filter has to see a failure, of which host and when.
//!
//! fail2ban judges connections, not lines: a key that is refused before another is accepted is no failure, and a line
//! without an address belongs to its process. `Judge` does the same over what keeneye reads out of single lines.

use super::Score;
use anyhow::{Context as _, Result};
use keeneye_facts::LogKind::{Aborted, Accepted, Denied, Failed, Probed, UnknownUser};
use keeneye_facts::{LogKind, LogTime, Text, address};
use keeneye_world::logs::audit::{self, Record};
use keeneye_world::logs::{Head, Line, Moment, Peers, Said, When, Years, said_by};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The tests of fail2ban run at 14 August 2005, 12:00 (`setUpMyTime`), in Zurich.
const NOW: i64 = 1_124_013_600;

/// A line and what is expected of it.
struct Case {
    line: String,
    /// The modes of the filter in which it is tried; empty is the normal one.
    modes: Vec<String>,
    expected: Expected,
}

/// The JSON above a line.
#[derive(Deserialize)]
struct Expected {
    #[serde(rename = "match", default)]
    failure: bool,
    host: Option<String>,
    user: Option<String>,
    time: Option<String>,
    /// In which modes the line is tried.
    constraint: Option<String>,
}

pub(super) fn sshd(data: &Path) -> Result<Score> {
    judged(data, "sshd", |_| None)
}

pub(super) fn pam(data: &Path) -> Result<Score> {
    judged(data, "pam-generic", |case| {
        let old = !case.expected.failure && case.line.contains("(pam_unix)[");
        old.then_some(
            "form of Linux-PAM before 0.99.2: fail2ban's filter gave it up, its vsftpd filter and keeneye read it",
        )
    })
}

pub(super) fn dropbear(data: &Path) -> Result<Score> {
    judged(data, "dropbear", |_| None)
}

pub(super) fn vsftpd(data: &Path) -> Result<Score> {
    judged(data, "vsftpd", |_| None)
}

pub(super) fn proftpd(data: &Path) -> Result<Score> {
    judged(data, "proftpd", |_| None)
}

pub(super) fn dovecot(data: &Path) -> Result<Score> {
    judged(data, "dovecot", |_| None)
}

pub(super) fn postfix(data: &Path) -> Result<Score> {
    judged(data, "postfix", |case| {
        let narrow = !case.expected.failure && case.modes.iter().any(|mode| mode == "errors");
        narrow.then_some("the mode is there to leave out what the next mode has to match")
    })
}

pub(super) fn selinux(data: &Path) -> Result<Score> {
    judged(data, "selinux-ssh", |_| None)
}

/// Reads a file and judges each line in every mode that it names.
fn judged(data: &Path, name: &str, leave_out: impl Fn(&Case) -> Option<&'static str>) -> Result<Score> {
    let path = data.join("logs/fail2ban").join(name);
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut score = Score::default();
    let mut judges: BTreeMap<String, Judge> = BTreeMap::new();
    for case in cases(&text)? {
        if let Some(reason) = leave_out(&case) {
            score.left_out.push(format!("{reason}: {}", case.line));
            continue;
        }
        let mut wrong = None;
        for mode in case.modes.iter().filter(|mode| applies(&case, mode)) {
            let judge = judges.entry(mode.clone()).or_insert_with(|| Judge::new(name, mode));
            if let Err(why) = case.check(judge.hear(&case.line)) {
                wrong.get_or_insert(format!("{why} in mode {mode:?}: {}", case.line));
            }
        }
        match wrong {
            None => score.right += 1,
            Some(wrong) => score.wrong.push(wrong),
        }
    }
    Ok(score)
}

/// Some lines are only tried in some modes; all tests here are those of the filter itself.
fn applies(case: &Case, mode: &str) -> bool {
    match case.expected.constraint.as_deref() {
        Some("opts.get('mode') == 'aggressive'") => mode == "aggressive",
        Some("opts.get('mode') != 'aggressive'") => mode != "aggressive",
        _ => true,
    }
}

fn cases(text: &str) -> Result<Vec<Case>> {
    let mut modes = vec![String::new()];
    let mut expected = None;
    let mut cases = Vec::new();
    for line in text.lines() {
        let told = line.trim_start_matches('#').trim_start();
        if line.starts_with('#') {
            if let Some(json) = told.strip_prefix("filterOptions:") {
                let options: Value = serde_json::from_str(json).with_context(|| line.to_owned())?;
                let list = options.as_array().cloned().unwrap_or_else(|| vec![options]);
                modes = list.iter().map(mode).collect();
            } else if let Some(json) = told.strip_prefix("failJSON:") {
                expected = Some(serde_json::from_str(json).with_context(|| line.to_owned())?);
            }
            continue;
        }
        if let Some(expected) = expected.take() {
            cases.push(Case { line: line.to_owned(), modes: modes.clone(), expected });
        }
    }
    Ok(cases)
}

fn mode(options: &Value) -> String {
    options.get("mode").and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Case {
    fn check(&self, verdict: Option<Verdict>) -> Result<(), String> {
        let expected = self.expected.failure;
        let Some(verdict) = verdict else {
            return if expected { Err("no failure was seen".into()) } else { Ok(()) };
        };
        if !expected {
            return Err(format!("a failure of {} was seen", verdict.host));
        }
        let same = |one: &str, other: &str| match (address(&plain(one)), address(&plain(other))) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        };
        if let Some(host) = &self.expected.host
            && !same(host, &verdict.host)
        {
            return Err(format!("host {} instead of {host}", verdict.host));
        }
        if let Some(user) = &self.expected.user
            && !user.eq_ignore_ascii_case(&verdict.user)
        {
            return Err(format!("user {:?} instead of {user:?}", verdict.user));
        }
        let time = self.expected.time.as_deref().and_then(local);
        match (time, verdict.time) {
            (Some(expected), Some(told)) if !told.is(expected) => Err(format!("another time than {expected}")),
            _ => Ok(()),
        }
    }
}

/// `192.030.0.6`: numbers may have zeros before them.
fn plain(host: &str) -> Vec<u8> {
    let four: Vec<&str> = host.split('.').collect();
    let numbers: Option<Vec<String>> = four.iter().map(|part| Some(part.parse::<u8>().ok()?.to_string())).collect();
    numbers
        .filter(|numbers| numbers.len() == 4)
        .map_or_else(|| host.to_owned(), |numbers| numbers.join("."))
        .into_bytes()
}

/// A failure as fail2ban would report it.
struct Verdict {
    host: String,
    user: String,
    time: Option<Told>,
}

/// Follows the connections of one log in one mode.
struct Judge {
    peers: Peers,
    years: Years,
    /// Whether lines of sshd are judged, which come in connections.
    connections: bool,
    /// Whether the lines are records of the audit system.
    records: bool,
    /// What counts by itself.
    counted: &'static [LogKind],
    open: BTreeMap<Option<u32>, Connection>,
}

#[derive(Default)]
struct Connection {
    /// Accounts for which a key or a module of PAM failed, which another method may make good.
    tried: BTreeSet<Vec<u8>>,
    /// Something failed, and no address was known.
    pending: bool,
    /// It was reported that this connection broke off.
    broke_off: bool,
    /// Whom sshd denied last.
    denied: Option<Vec<u8>>,
}

impl Judge {
    fn new(filter: &str, mode: &str) -> Self {
        let counted: &[LogKind] = match (filter, mode) {
            ("postfix", "auth") => &[Failed, UnknownUser],
            ("postfix" | "dropbear", _) => &[Failed, UnknownUser, Denied, Aborted, Probed],
            (_, "") => &[Failed, UnknownUser, Denied],
            _ => &[Failed, UnknownUser, Denied, Aborted, Probed],
        };
        let (connections, records) = (filter == "sshd", filter == "selinux-ssh");
        Self { records, peers: Peers::default(), years: Years::default(), connections, counted, open: BTreeMap::new() }
    }

    fn hear(&mut self, line: &str) -> Option<Verdict> {
        if self.records {
            return record(line);
        }
        let head = Head::read(line.as_bytes())?;
        let moment = head.stamp.map(|stamp| self.years.note(stamp));
        let known = self.peers.known(head.pid, moment);
        let said = said_by(head.program, head.message, known)?;
        let from = said.from.or(known.map(|peer| peer.from)).map(<[u8]>::to_vec);
        self.peers.note(head.pid, moment, &said);
        let reported = if self.connections {
            let again = head.message.starts_with(b"Disconnecting");
            self.open.entry(head.pid).or_default().hear(&said, from.is_some(), again, self.counted)
        } else {
            self.counted.contains(&said.kind) && from.is_some()
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        reported.then(|| Verdict {
            host: text(&from.unwrap_or_default()),
            user: text(said.user.unwrap_or_default()),
            time: time_of(&Line { head, said: Some(said) }),
        })
    }
}

impl Connection {
    /// Whether this line makes a failure to report; `again` when it only says how a refusal before it ended.
    fn hear(&mut self, said: &Said<'_>, addressed: bool, again: bool, counted: &[LogKind]) -> bool {
        let user = said.user.unwrap_or_default().to_vec();
        let method = said.method.unwrap_or_default();
        let denied = self.denied.take();
        match said.kind {
            // Another account than those that failed before: those were no slips.
            Accepted => {
                let others = self.tried.iter().any(|tried| *tried != user);
                *self = Self::default();
                others
            }
            Failed if method == b"publickey" || method.starts_with(b"pam_") => {
                let another = !self.tried.is_empty() && !self.tried.contains(&user);
                self.tried.insert(user);
                another
            }
            Failed | UnknownUser | Denied if !addressed => {
                self.pending = true;
                false
            }
            // sshd says twice that there were too many attempts.
            Denied if again && denied.as_ref() == Some(&user) && said.from.is_some() => false,
            Failed | UnknownUser | Denied => {
                *self = Self { denied: said.from.map(|_| user).filter(|_| said.kind == Denied), ..Self::default() };
                true
            }
            Aborted | Probed if !addressed => {
                self.pending = true;
                false
            }
            Aborted | Probed => {
                let ends = said.kind == Aborted && said.from.is_some();
                let owed = self.pending || !self.tried.is_empty();
                let again = ends && self.broke_off;
                let reported = owed || (counted.contains(&said.kind) && !again);
                *self = Self { broke_off: !ends, ..Self::default() };
                reported
            }
            // `Connection from` and its like begin anew.
            _ => {
                if said.from.is_some() && said.user.is_none() {
                    *self = Self::default();
                }
                false
            }
        }
    }
}

/// The failure that a record of the audit system tells. `USER_LOGIN` tells how the attempts before it ended, which are
/// records of their own.
fn record(line: &str) -> Option<Verdict> {
    let record = Record::read(line.as_bytes())?;
    let event = audit::event(&Text::default(), 0, &record)?;
    let attempt = record.kind != "USER_LOGIN" && matches!(event.kind, Failed | UnknownUser | Denied);
    let text = |text: Option<Text>| text.unwrap_or_default().lossy().into_owned();
    let time = Some(Told::Absolute(record.seconds));
    attempt.then(|| Verdict { host: text(event.from), user: text(event.user), time })
}

/// When the line was written, by itself and by when the tests run.
fn time_of(line: &Line<'_>) -> Option<Told> {
    let stamp = line.head.stamp?;
    let mut years = Years::default();
    let moment: Moment = years.note(stamp);
    let LogTime { seconds, .. } = years.resolve(NOW, &|_| 0).time(moment)?;
    Some(if matches!(stamp.when(), When::Absolute(_)) { Told::Absolute(seconds) } else { Told::Local(seconds) })
}

/// A time that was read.
#[derive(Clone, Copy)]
enum Told {
    Absolute(i64),
    /// As seconds since 1970, were local time UTC.
    Local(i64),
}

impl Told {
    /// Whether a clock in Zurich shows that local time, in winter or in summer. The label of daemontools is ahead by
    /// ten seconds, which fail2ban leaves in.
    fn is(self, local: i64) -> bool {
        match self {
            Self::Absolute(seconds) => [3_600, 7_200].iter().any(|ahead| (seconds + ahead - local).abs() <= 10),
            Self::Local(seconds) => seconds == local,
        }
    }
}

/// `2005-06-21T16:47:48`
fn local(text: &str) -> Option<i64> {
    let line = format!("{text}Z x");
    match Head::read(format!("{} x: y", line.split(' ').next()?).as_bytes())?.stamp?.when() {
        When::Absolute(seconds) | When::Local(seconds) => Some(seconds),
        When::Yearless { .. } => None,
    }
}
