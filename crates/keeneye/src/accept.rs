//! `keeneye accept`: writes an acceptance into the configuration.

use crate::cli::AcceptArgs;
use crate::output::print;
use crate::{config, settings};
use anyhow::{Context, Result, bail, ensure};
use jiff::civil::Date;
use keeneye_facts::Cause;
use keeneye_live::{Live, Options};
use keeneye_world::glob;
use keeneye_world::{Answer, Host, Question};
use std::io::ErrorKind;
use std::path::Path;

/// An acceptance is looked at again after two years at the latest.
const MAX_DAYS: i32 = 2 * 366;
/// Hexadecimal digits of a finding's id.
const ID: usize = 16;

/// Checks the acceptance, says it, and writes it unless `--dry-run` is given.
pub(crate) fn run(arguments: &AcceptArgs, file: Option<&Path>) -> Result<u8> {
    let path = file.unwrap_or(Path::new(settings::CONFIG));
    let shown = path.display();
    let today = today()?;
    let entry = checked(arguments, today, &keeneye_live::person())?;
    let before = read(path)?;
    config::parse(&before).map_err(|why| anyhow::anyhow!("{shown}:{why}"))?;
    let after = appended(&before, &entry);
    config::parse(&after)
        .map_err(|why| anyhow::anyhow!("an entry cannot be added to {shown}; write it by hand ({why})"))?;
    if !arguments.dry_run {
        keeneye_live::replace_own_file(path, after.as_bytes()).with_context(|| format!("cannot write {shown}"))?;
    }
    let done = if arguments.dry_run { "would be written to" } else { "was written to" };
    let absolute = if arguments.finding.is_none() { NOT_ALL } else { "" };
    print(format!("{entry}\nThis {done} {shown}.{absolute}\n"))?;
    Ok(0)
}

const NOT_ALL: &str = " It does not speak for detectors that are accepted by finding id only.";

/// The text of the entry, when everything about it is in order.
fn checked(arguments: &AcceptArgs, today: Date, by: &str) -> Result<String> {
    let AcceptArgs { finding, detector, path, account, package, cause, because, until, .. } = arguments;
    if let Some(id) = finding {
        let digits = id.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        ensure!(
            id.len() == ID && digits,
            "{id} is not the id of a finding: `keeneye scan -v` and --format json tell them"
        );
    }
    if let Some(pattern) = detector {
        speaks_for_some(pattern)?;
    }
    if let Some(path) = path {
        ensure!(path.starts_with('/') || path.starts_with('*'), "{path} is not an absolute path");
        let vague = path.chars().all(|c| matches!(c, '*' | '?' | '/'));
        ensure!(!vague, "{path} means every file: name a directory at least");
    }
    if let Some(cause) = cause {
        let names = Cause::NAMES.join(", ");
        ensure!(Cause::NAMES.contains(&cause.as_str()), "{cause} brings no change about; these do: {names}");
    }
    ensure!(!because.trim().is_empty(), "--because wants a reason");
    let last: Date = until.parse().with_context(|| format!("{until} is not a day such as 2027-01-31"))?;
    ensure!(last >= today, "{last} is past");
    let days = today.until(last)?.get_days();
    ensure!(days <= MAX_DAYS, "{last} is more than two years away: an acceptance is to be looked at again");
    let given = [
        ("finding", finding),
        ("detector", detector),
        ("path", path),
        ("account", account),
        ("package", package),
        ("cause", cause),
    ];
    let mut entry = "[[accept]]\n".to_owned();
    for (key, value) in given {
        if let Some(value) = value {
            entry.push_str(&format!("{key} = {}\n", quoted(value)));
        }
    }
    entry.push_str(&format!("because = {}\nuntil = {last}\n", quoted(because.trim())));
    if !by.is_empty() {
        entry.push_str(&format!("by = {}\n", quoted(by)));
    }
    Ok(entry)
}

/// A pattern must fit a detector, and none that is accepted by the id of a finding alone.
fn speaks_for_some(pattern: &str) -> Result<()> {
    let fits = || keeneye_detect::ALL.iter().filter(|detector| glob::matches(pattern, detector.name.as_bytes()));
    if let Some(absolute) = fits().find(|detector| detector.absolute) {
        bail!(
            "{} is accepted by finding id only, and {pattern} covers it: `keeneye accept ID` or a narrower pattern",
            absolute.name
        );
    }
    let hint = || crate::nearest::did_you_mean(pattern, keeneye_detect::ALL.iter().map(|d| d.name));
    ensure!(fits().next().is_some(), "no detector is called {pattern}{}", hint());
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    match keeneye_live::read_trusted_file(path, settings::MAX_CONFIG) {
        Ok(bytes) => String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display())),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(why) => Err(why).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The file with the entry at its end; what is there stays as it is.
fn appended(before: &str, entry: &str) -> String {
    let gap = match before {
        "" => "",
        ended if ended.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{before}{gap}{entry}")
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn today() -> Result<Date> {
    let live = Live::new(Path::new("/"), &Options::default())?;
    let Ok(Answer::Clock { seconds, .. }) = live.ask(&Question::Clock) else { bail!("the clock does not answer") };
    Ok(jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(seconds)?).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-23".parse().unwrap()
    }
    fn arguments(because: &str, until: &str) -> AcceptArgs {
        AcceptArgs {
            path: Some("/opt/a/*".into()),
            because: because.into(),
            until: until.into(),
            ..AcceptArgs::default()
        }
    }
    #[track_caller]
    fn refused(arguments: &AcceptArgs, why: &str) {
        let said = checked(arguments, today(), "").expect_err("refused").to_string();
        assert!(said.contains(why), "{said}");
    }

    #[test]
    fn what_is_written_is_understood() {
        let entry = checked(&arguments("\"known\" \\ \u{7}", "2027-01-31"), today(), "anna").unwrap();
        let config = config::parse(&appended("quiet = true # mine", &entry)).unwrap();
        let accept = config.accept.first().unwrap();
        assert_eq!((accept.because.as_str(), accept.until.as_str()), ("\"known\" \\ \u{7}", "2027-01-31"));
        assert_eq!(accept.by, "anna");
        assert!(config.quiet);
    }
    #[test]
    fn days_are_near_and_to_come() {
        checked(&arguments("x", "2026-11-23"), today(), "").unwrap();
        refused(&arguments("x", "2026-11-22"), "is past");
        refused(&arguments("x", "2029-01-01"), "more than two years");
        refused(&arguments("x", "soon"), "not a day");
        refused(&arguments(" ", "2027-01-31"), "wants a reason");
    }
    #[test]
    fn patterns_speak_for_something_and_not_for_everything() {
        let detector = |pattern: &str| AcceptArgs { detector: Some(pattern.into()), ..arguments("x", "2027-01-31") };
        refused(&detector("process/hidden"), "accepted by finding id only");
        refused(&detector("*"), "accepted by finding id only");
        refused(&detector("process/exe-delted"), "did you mean process/exe-deleted?");
        checked(&detector("process/exe-deleted"), today(), "").unwrap();
        let path = |path: &str| AcceptArgs { path: Some(path.into()), ..arguments("x", "2027-01-31") };
        refused(&path("/*"), "means every file");
        refused(&path("opt/x"), "not an absolute path");
        let cause = |cause: &str| AcceptArgs { cause: Some(cause.into()), ..arguments("x", "2027-01-31") };
        refused(&cause("upgrade"), "brings no change about");
        checked(&cause("settings"), today(), "").unwrap();
        let id = |id: &str| AcceptArgs { finding: Some(id.into()), path: None, ..arguments("x", "2027-01-31") };
        refused(&id("0123"), "not the id of a finding");
        refused(&id("0123456789ABCDEF"), "not the id of a finding");
        checked(&id("0123456789abcdef"), today(), "").unwrap();
    }
}
