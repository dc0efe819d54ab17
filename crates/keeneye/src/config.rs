//! The configuration file: defaults for the options, and what is accepted. Pure.

use crate::accepted::Accept;
use crate::cli::{Color, Format, LevelName};
use crate::nearest::did_you_mean;
use clap::ValueEnum;
use jiff::civil::Date;
use keeneye_facts::{Cause, Level};
use keeneye_world::baseline::{Class, PublicKey};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the file says; nothing by default.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) format: Option<Format>,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: Option<Color>,
    pub(crate) only: Vec<String>,
    pub(crate) skip: Vec<String>,
    pub(crate) fail_on: Option<Level>,
    pub(crate) require_coverage: Option<u8>,
    pub(crate) max_time: Option<u64>,
    pub(crate) accept: Vec<Accept>,
    /// Patterns of paths and what is expected there.
    pub(crate) baseline: Vec<(String, Class)>,
    /// The key that baselines are signed with.
    pub(crate) baseline_key: Option<PublicKey>,
}

const KEYS: [&str; 12] = [
    "format",
    "quiet",
    "verbose",
    "color",
    "only",
    "skip",
    "fail-on",
    "require-coverage",
    "max-time",
    "accept",
    "baseline",
    "baseline-key",
];
const CLASSES: [Class; 4] = [Class::Fixed, Class::Grows, Class::Changes, Class::Skipped];
const ACCEPT_KEYS: [&str; 9] = ["detector", "path", "account", "package", "cause", "finding", "because", "until", "by"];

type Value<'a> = Spanned<DeValue<'a>>;

/// Why a file is not understood, and at which byte.
struct Mistake(Range<usize>, String);

/// Reads the file. An error begins with the line: `3: unknown key formt (did you mean format?)`.
pub(crate) fn parse(text: &str) -> Result<Config, String> {
    let at_line = |Mistake(span, what): Mistake| {
        let before = text.as_bytes().get(..span.start).unwrap_or_default();
        format!("{}: {what}", 1 + before.iter().filter(|b| **b == b'\n').count())
    };
    let table = DeTable::parse(text).map_err(|e| at_line(Mistake(e.span().unwrap_or(0..0), e.message().to_owned())))?;
    config(table.get_ref()).map_err(at_line)
}

fn config(table: &DeTable<'_>) -> Result<Config, Mistake> {
    let mut config = Config::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "format" => config.format = Some(choice(value)?),
            "quiet" => config.quiet = boolean(value)?,
            "verbose" => config.verbose = boolean(value)?,
            "color" => config.color = Some(choice(value)?),
            "only" => config.only = strings(value)?,
            "skip" => config.skip = strings(value)?,
            "fail-on" => config.fail_on = Some(choice::<LevelName>(value)?.into()),
            "require-coverage" => config.require_coverage = Some(number(value, 100)?.try_into().unwrap_or(100)),
            "max-time" => config.max_time = Some(number(value, u32::MAX.into())?),
            "accept" => config.accept = accepts(value)?,
            "baseline" => config.baseline = rules(value)?,
            "baseline-key" => config.baseline_key = Some(public_key(value)?),
            other => return Err(unknown(key.span(), other, &KEYS)),
        }
    }
    Ok(config)
}

/// The line of a file that `baseline keygen` made, the one that ends in .pub.
fn public_key(value: &Value<'_>) -> Result<PublicKey, Mistake> {
    PublicKey::parse(&string(value)?).ok_or_else(|| wanted(value, "the line of a .pub file of `baseline keygen`"))
}

/// `[baseline]`: for each class the patterns of paths that are of it.
fn rules(value: &Value<'_>) -> Result<Vec<(String, Class)>, Mistake> {
    let table = value.get_ref().as_table().ok_or_else(|| wanted(value, "a table [baseline]"))?;
    let mut rules = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let class = CLASSES.into_iter().find(|class| class.name() == name);
        let class = class.ok_or_else(|| unknown(key.span(), name, &CLASSES.map(Class::name)))?;
        for pattern in strings(value)? {
            if !pattern.starts_with('/') {
                return Err(wanted(value, "a list of absolute paths, such as \"/srv/data/*\""));
            }
            rules.push((pattern, class));
        }
    }
    Ok(rules)
}

fn accepts(value: &Value<'_>) -> Result<Vec<Accept>, Mistake> {
    let entries = value.get_ref().as_array().ok_or_else(|| wanted(value, "entries [[accept]]"))?;
    entries.iter().map(accept).collect()
}

fn accept(entry: &Value<'_>) -> Result<Accept, Mistake> {
    let table = entry.get_ref().as_table().ok_or_else(|| wanted(entry, "an entry [[accept]]"))?;
    let mut accept = Accept::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "detector" => accept.detector = Some(string(value)?),
            "path" => accept.path = Some(string(value)?),
            "account" => accept.account = Some(string(value)?),
            "package" => accept.package = Some(string(value)?),
            "cause" => accept.cause = Some(cause(value)?),
            "finding" => accept.finding = Some(string(value)?),
            "because" => accept.because = string(value)?,
            "by" => accept.by = string(value)?,
            "until" => (accept.until, accept.ends) = day(value)?,
            other => return Err(unknown(key.span(), other, &ACCEPT_KEYS)),
        }
    }
    let Accept { detector, finding, path, account, package, cause, .. } = &accept;
    let of_what = [detector, finding, path, account, package, cause];
    let missing = if of_what.iter().all(|part| part.is_none()) {
        "a detector, path, account, package, cause or the id of a finding"
    } else if accept.because.trim().is_empty() {
        "because = \"the reason\""
    } else if accept.until.is_empty() {
        "until = 2027-01-31, the last day"
    } else {
        return Ok(accept);
    };
    Err(Mistake(entry.span(), format!("this [[accept]] lacks {missing}")))
}

/// What brings changes about.
fn cause(value: &Value<'_>) -> Result<String, Mistake> {
    let name = string(value)?;
    match Cause::NAMES.contains(&name.as_str()) {
        true => Ok(name),
        false => Err(wanted(value, &format!("one of {}", Cause::NAMES.join(", ")))),
    }
}

/// A date, or a string that holds one. Gives the day as written and the first second after it.
fn day(value: &Value<'_>) -> Result<(String, i64), Mistake> {
    let text = match value.get_ref() {
        DeValue::Datetime(datetime) => datetime.to_string(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let end = || {
        let day: Date = text.parse().ok()?;
        let end = day.tomorrow().ok()?.to_datetime(jiff::civil::Time::midnight());
        jiff::tz::TimeZone::UTC.to_timestamp(end).ok()
    };
    let end = end().ok_or_else(|| wanted(value, "a day such as 2027-01-31"))?;
    Ok((text, end.as_second()))
}

fn choice<T: ValueEnum>(value: &Value<'_>) -> Result<T, Mistake> {
    let text = string(value)?;
    T::from_str(&text, false).map_err(|_| {
        let names: Vec<String> =
            T::value_variants().iter().filter_map(|v| Some(v.to_possible_value()?.get_name().to_owned())).collect();
        wanted(value, &format!("one of {}", names.join(", ")))
    })
}

fn string(value: &Value<'_>) -> Result<String, Mistake> {
    value.get_ref().as_str().map(str::to_owned).ok_or_else(|| wanted(value, "a string"))
}

fn strings(value: &Value<'_>) -> Result<Vec<String>, Mistake> {
    let items = value.get_ref().as_array().ok_or_else(|| wanted(value, "a list of strings"))?;
    items.iter().map(string).collect()
}

fn boolean(value: &Value<'_>) -> Result<bool, Mistake> {
    value.get_ref().as_bool().ok_or_else(|| wanted(value, "true or false"))
}

fn number(value: &Value<'_>, max: u64) -> Result<u64, Mistake> {
    let integer = value.get_ref().as_integer();
    let number = integer.and_then(|i| u64::from_str_radix(i.as_str(), i.radix()).ok()).filter(|n| *n <= max);
    number.ok_or_else(|| wanted(value, &format!("a number from 0 to {max}")))
}

fn wanted(value: &Value<'_>, what: &str) -> Mistake {
    Mistake(value.span(), format!("here {what} is wanted"))
}

fn unknown(span: Range<usize>, key: &str, known: &[&str]) -> Mistake {
    Mistake(span, format!("unknown key {key}{}", did_you_mean(key, known.iter().copied())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        parse(text).expect_err(text)
    }
    #[test]
    fn an_empty_file_says_nothing() {
        let config = parse("# nothing\n").unwrap();
        assert!(config.format.is_none() && config.accept.is_empty() && !config.quiet);
    }
    #[test]
    fn everything_has_its_place() {
        let config = parse(
            "format = \"json\"\ncolor = \"never\"\nskip = [\"network/*\"]\nfail-on = \"unusual\"\nrequire-coverage = 60\n\
             max-time = 30\n[[accept]]\ndetector = \"process/exe-deleted\"\npath = \"/opt/*\"\nbecause = \"agent\"\n\
             until = 2027-01-31\n[[accept]]\nfinding = \"abc\"\nbecause = \"known\"\nuntil = \"2027-02-01\"\n",
        )
        .unwrap();
        assert_eq!((config.format, config.fail_on), (Some(Format::Json), Some(Level::Unusual)));
        assert_eq!((config.require_coverage, config.max_time), (Some(60), Some(30)));
        assert_eq!(config.accept.len(), 2);
        let first = config.accept.first().unwrap();
        assert_eq!((first.until.as_str(), first.ends), ("2027-01-31", 1_801_440_000));
    }
    #[test]
    fn the_example_of_the_manual_is_understood() {
        let config = parse(include_str!("../../../docs/keeneye.toml")).unwrap();
        assert_eq!((config.accept.len(), config.max_time), (1, Some(600)));
    }
    #[test]
    fn a_mistake_is_named_with_its_line() {
        assert_eq!(mistake("quiet = true\nformt = \"json\"\n"), "2: unknown key formt (did you mean format?)");
        assert_eq!(
            mistake("\n[[accept]]\ndetector = \"x\"\nbecuase = \"y\"\n"),
            "4: unknown key becuase (did you mean because?)"
        );
        assert_eq!(mistake("quiet = 1"), "1: here true or false is wanted");
        assert_eq!(mistake("require-coverage = 101"), "1: here a number from 0 to 100 is wanted");
        assert!(mistake("format = \"xml\"").starts_with("1: here one of text, concise, json"));
        assert!(
            mistake("[[accept]]\ndetector = \"x\"\nuntil = 2027-01-01\n")
                .starts_with("1: this [[accept]] lacks because")
        );
        assert!(mistake("[[accept]]\ndetector = \"x\"\nbecause = \"y\"\n").contains("lacks until"));
        assert!(mistake("[[accept]]\nbecause = \"y\"\nuntil = 2027-01-01\n").contains("lacks a detector"));
        assert_eq!(mistake("[[accept]]\nuntil = \"soon\"\n"), "2: here a day such as 2027-01-31 is wanted");
        assert!(mistake("quiet = \n").starts_with("1: "));
        assert_eq!(mistake("[baseline]\nchange = []\n"), "2: unknown key change (did you mean changes?)");
        assert!(mistake("[baseline]\ngrows = [\"var\"]\n").starts_with("2: here a list of absolute paths"));
    }
}
