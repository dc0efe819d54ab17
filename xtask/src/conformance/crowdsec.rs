//! The suites of CrowdSec's hub: lines, and what its parsers have to make of each.
//!
//! Read are the assertions on source address, user and kind: those of the parsers line by line, and those of the
//! events in its alerts, of which each has to be one of the lines.

use super::Score;
use anyhow::{Context as _, Result, ensure};
use keeneye_facts::LogKind::{Aborted, Accepted, BecomeFailed, Crashed, Denied, Executed, Failed, Probed, UnknownUser};
use keeneye_facts::{LogEvent, LogKind, address};
use keeneye_world::logs::audit::{Record, event};
use keeneye_world::logs::{Head, Said, said_by};
use std::collections::BTreeMap;
use std::path::Path;

/// Begins of the names of suites about logins.
const FAMILIES: &[&str] =
    &["ssh", "dropbear", "pam", "vsftpd", "proftpd", "dovecot", "postfix", "auditd", "opnsense-sshd"];

/// What one line or event has to have: by the name of the field.
type Expected = BTreeMap<String, String>;

pub(super) fn logins(data: &Path) -> Result<Score> {
    let tests = data.join("logs/crowdsec/tests");
    let mut names: Vec<String> = std::fs::read_dir(&tests)
        .with_context(|| format!("listing {}", tests.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| FAMILIES.iter().any(|family| name.starts_with(family)))
        .collect();
    names.sort();
    ensure!(!names.is_empty(), "no suite about logins in {}", tests.display());
    let mut score = Score::default();
    for name in names {
        suite(&tests.join(&name), &name, &mut score).with_context(|| format!("suite {name}"))?;
    }
    Ok(score)
}

fn suite(directory: &Path, name: &str, score: &mut Score) -> Result<()> {
    if let Some(reason) = left_out(name) {
        score.left_out.push(format!("{name}: {reason}"));
        return Ok(());
    }
    let read = |file: &str| std::fs::read_to_string(directory.join(file)).with_context(|| format!("reading {file}"));
    let config = read("config.yaml")?;
    let setting = |key: &str| config.lines().find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()));
    let log = read(&setting("log_file:").context("no log_file")?)?;
    let program = setting("log_type:").unwrap_or_default();
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    let heard: Vec<Heard<'_>> = lines.iter().map(|line| Heard::new(line, &program)).collect();
    let mut check = |what: String, right: bool| match right {
        true => score.right += 1,
        false => score.wrong.push(format!("{name}: {what}")),
    };
    for (number, expected) in parsed(&read("parser.assert").unwrap_or_default()) {
        let heard = heard.get(number);
        for (field, value) in &expected {
            let right = heard.is_some_and(|heard| heard.has(field, value));
            let line = lines.get(number).unwrap_or(&"no such line");
            check(format!("{field} == {value} is not read out of: {line}"), right);
        }
    }
    for (event, expected) in alerted(&read("scenario.assert").unwrap_or_default()) {
        let right = heard.iter().any(|heard| expected.iter().all(|(field, value)| heard.has(field, value)));
        // An event that is found has all of its assertions right.
        for (field, value) in &expected {
            check(format!("{event} with {field} == {value} is no line"), right);
        }
    }
    Ok(())
}

fn left_out(name: &str) -> Option<&'static str> {
    (name == "sshesame").then_some("the log of a honeypot that is no SSH server of a host, in a format of its own")
}

/// What is read out of a line.
enum Heard<'a> {
    Line(Option<Said<'a>>),
    Record(Option<Record<'a>>, Option<Box<LogEvent>>),
}

impl<'a> Heard<'a> {
    /// A line without a head is of the program that its log is of.
    fn new(line: &'a str, program: &'a str) -> Self {
        if program == "auditd" {
            let record = Record::read(line.as_bytes());
            return Self::Record(
                record,
                record.and_then(|record| event(&"audit.log".into(), 0, &record)).map(Box::new),
            );
        }
        let said = match Head::read(line.as_bytes()) {
            Some(head) => said_by(head.program, head.message, None),
            None => said_by(program.as_bytes(), line.as_bytes(), None),
        };
        Self::Line(said)
    }

    fn has(&self, field: &str, value: &str) -> bool {
        let said = match self {
            Self::Line(said) => said.as_ref(),
            Self::Record(record, event) => return record_has(record.as_ref(), event.as_deref(), field, value),
        };
        let failed = said.is_some_and(Said::is_failure) || self.is(&[BecomeFailed]);
        if field == "Success" {
            // What its parsers do not take is no failure; they do not look for logins that worked.
            return (value == "true") == failed || self.is(&[Accepted]);
        }
        let Some(said) = said else { return false };
        let text = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        match field {
            "source_ip" => match said.from.and_then(address) {
                Some(from) => Some(from) == address(value.as_bytes()),
                None => said.from == Some(value.as_bytes()),
            },
            "target_user" | "username" | "user" => text(said.user).as_deref() == Some(value),
            _ => kinds(value).is_some_and(|kinds| self.is(kinds)),
        }
    }

    fn is(&self, kinds: &[LogKind]) -> bool {
        matches!(self, Self::Line(Some(said)) if kinds.contains(&said.kind))
    }
}

/// Their parser takes records of programs that are started or crash, and passes over the others.
fn record_has(record: Option<&Record<'_>>, event: Option<&LogEvent>, field: &str, value: &str) -> bool {
    let of_programs = event.filter(|event| matches!(event.kind, Executed | Crashed));
    if field == "Success" {
        return (value == "true") == of_programs.is_some();
    }
    let (Some(record), Some(event)) = (record, of_programs) else { return false };
    match field {
        "log_type" => kinds(value).is_some_and(|kinds| kinds.contains(&event.kind)),
        "uid" => event.uid.is_some_and(|uid| uid.to_string() == value),
        "auid" => record.get("auid").is_some_and(|auid| auid.raw() == value),
        _ => false,
    }
}

/// What keeneye calls their kinds. `None` for one that has no counterpart.
fn kinds(value: &str) -> Option<&'static [LogKind]> {
    Some(match value {
        "ssh_failed-auth" => &[Failed, UnknownUser, Denied, Aborted, Probed],
        "ssh_bad_keyexchange" | "non-smtp-command" => &[Probed],
        "ssh_auth_timeout" => &[Aborted],
        "ssh_dispatch_fatal" => &[Probed, Aborted],
        "ssh_refused_conn" | "reject" => &[Denied],
        // Of sudo and su as well as of logins.
        "pam_user_lock" => &[Denied, BecomeFailed],
        "pam_failed_auth" => &[Failed, UnknownUser, BecomeFailed],
        // So it calls a wrong password given to a mail server.
        "spam-attempt" => &[Failed],
        "ftp_failed_auth" => &[Failed, UnknownUser, Denied],
        "auth_failed" => &[Failed, UnknownUser],
        "auth_success" => &[Accepted],
        "execve" => &[Executed],
        "anom_abend" => &[Crashed],
        "dovecot_logs" | "postfix" | "dropbear_failed_auth" => {
            &[Failed, UnknownUser, Denied, Aborted, Probed, Accepted]
        }
        _ => return None,
    })
}

/// Fields that tell a source address, a user or a kind; of the kinds, `service` is the program and not compared.
fn is_wanted(field: &str) -> bool {
    matches!(
        field,
        "source_ip"
            | "target_user"
            | "username"
            | "user"
            | "uid"
            | "auid"
            | "log_type"
            | "log_type_enh"
            | "dovecot_login_result"
            | "action"
    )
}

/// `results["s01-parse"]["crowdsecurity/sshd-logs"][3].Evt.Meta["source_ip"] == "192.0.2.1"`, by the line's number.
fn parsed(text: &str) -> BTreeMap<usize, Expected> {
    let mut all: BTreeMap<usize, Expected> = BTreeMap::new();
    for line in text.lines() {
        let fields = || {
            let (_, rest) = line.strip_prefix("results[\"s01-parse\"][\"")?.split_once("\"][")?;
            let (number, rest) = rest.split_once("].")?;
            let (field, value) = match rest.strip_prefix("Success == ") {
                Some(value) => ("Success", value),
                None => rest.strip_prefix("Evt.Meta[\"")?.split_once("\"] == ")?,
            };
            Some((number.parse().ok()?, field, value.trim_matches('"')))
        };
        if let Some((number, field, value)) = fields()
            && (field == "Success" || is_wanted(field))
        {
            all.entry(number).or_default().insert(field.to_owned(), value.to_owned());
        }
    }
    all
}

/// `results[0].Overflow.Alert.Events[1].GetMeta("source_ip") == "192.0.2.1"`, by alert and event.
fn alerted(text: &str) -> BTreeMap<String, Expected> {
    let mut all: BTreeMap<String, Expected> = BTreeMap::new();
    for line in text.lines() {
        let Some((event, rest)) = line.split_once(".GetMeta(\"") else { continue };
        let Some((field, value)) = rest.split_once("\") == ") else { continue };
        if is_wanted(field) {
            all.entry(event.to_owned()).or_default().insert(field.to_owned(), value.trim_matches('"').to_owned());
        }
    }
    all
}
