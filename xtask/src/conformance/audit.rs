//! go-libaudit: records of the audit system, and what it reads out of them.

use super::{Score, Suite};
use anyhow::{Context, Result};
use keeneye_world::logs::audit::{Event, Groups, Record, Serials};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

pub(super) const RECORDS: Suite = Suite { name: "go-libaudit records", bar: 99.0, run: records };
pub(super) const EVENTS: Suite = Suite { name: "go-libaudit events", bar: 99.0, run: events };
pub(super) const GROUPS: Suite = Suite { name: "go-libaudit order", bar: 100.0, run: groups };

/// Beginnings of the types that are about people, accounts, and the system's start and end.
const ABOUT_PEOPLE: &[&str] =
    &["user_", "cred_", "login", "add_", "del_", "grp_", "acct_", "system_", "daemon_", "config_change", "usys_config"];
/// Fields that hold text, of which go-libaudit unpacks the hexadecimal form.
const TEXT: &[(&str, &str)] = &[("user_login", "acct"), ("user_cmd", "cmd"), ("", "cwd"), ("user_tty", "data")];
/// Fields of an event that are go-libaudit's own words: what it concludes, not what it read.
const OWN_WORDS: &str = "category, summary, ecs, names of numbers that it looks up on the machine";

fn is_about_people(kind: &str) -> bool {
    ABOUT_PEOPLE.iter().any(|beginning| kind.starts_with(beginning))
}

/// Files of a directory that end so, in their order.
fn files(directory: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory).with_context(|| format!("{} cannot be listed", directory.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut paths: Vec<PathBuf> = paths.into_iter().filter(|path| path.to_string_lossy().ends_with(end)).collect();
    paths.sort();
    anyhow::ensure!(!paths.is_empty(), "{} holds no file *{end}", directory.display());
    Ok(paths)
}

/// Lines and what go-libaudit made of each: type, time, number, and the fields of records about people.
fn records(data: &Path) -> Result<Score> {
    let (mut score, mut other) = (Score::default(), BTreeSet::new());
    for log in files(&data.join("logs/go-libaudit/auparse/testdata"), ".log")? {
        let lines = fs::read_to_string(&log)?;
        let golden: Vec<Option<Value>> =
            serde_json::from_str(&fs::read_to_string(format!("{}.golden", log.display()))?)?;
        anyhow::ensure!(lines.lines().count() == golden.len(), "{}: not a line for each record", log.display());
        for (at, (line, golden)) in lines.lines().zip(&golden).enumerate() {
            let place = format!("{}:{}", log.file_name().unwrap_or_default().to_string_lossy(), at + 1);
            let record = Record::read(line.as_bytes());
            let (Some(golden), Some(record)) = (golden, &record) else {
                let is_right = golden.is_none() == record.is_none();
                count(&mut score, is_right, || format!("{place}: only one of the two reads it"));
                continue;
            };
            let kind = text(golden, "record_type").unwrap_or_default();
            let mut expected = expected_head(golden);
            let mut said = head_of(record);
            if is_about_people(kind) {
                let data = golden.get("data").and_then(Value::as_object).into_iter().flatten();
                expected.extend(data.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().into())));
                said.extend(fields(record, kind));
            } else {
                other.insert(kind.to_owned());
            }
            compare(&mut score, &place, &expected, &said);
        }
    }
    score.left_out.push(format!("fields of {}: not about logins or accounts", Vec::from_iter(other).join(", ")));
    Ok(score)
}

fn count(score: &mut Score, is_right: bool, wrong: impl FnOnce() -> String) {
    if is_right {
        score.right += 1;
    } else {
        score.wrong.push(wrong());
    }
}

fn compare(score: &mut Score, place: &str, expected: &BTreeMap<String, String>, said: &BTreeMap<String, String>) {
    for name in expected.keys().chain(said.keys()).collect::<BTreeSet<_>>() {
        let (wanted, found) = (expected.get(name), said.get(name));
        count(score, wanted == found, || format!("{place}: {name}: {wanted:?} is expected, not {found:?}"));
    }
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// Type, time to the millisecond, and number.
fn expected_head(golden: &Value) -> BTreeMap<String, String> {
    let time: Option<jiff::Timestamp> = text(golden, "@timestamp").and_then(|time| time.parse().ok());
    let time = time.map_or("no time".into(), |time| time.as_millisecond().to_string());
    let sequence = golden.get("sequence").map(Value::to_string).unwrap_or_default();
    let kind = text(golden, "record_type").unwrap_or_default().to_owned();
    [("type", kind), ("time", time), ("sequence", sequence)].map(|(name, value)| (name.to_owned(), value)).into()
}

fn head_of(record: &Record<'_>) -> BTreeMap<String, String> {
    let kind = record.kind.to_string().to_lowercase();
    let time = record.seconds * 1000 + i64::from(record.millis);
    let head = [("type", kind), ("time", time.to_string()), ("sequence", record.serial.to_string())];
    head.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The fields as go-libaudit writes them: what is not known is left out, `subj` is taken apart, `res` becomes `result`, and
/// numbers that stand for none become `unset`.
fn fields(record: &Record<'_>, kind: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in record.fields().filter(|(_, value)| value.is_known()) {
        let name = name.to_string().replace(' ', "_");
        let is_text = TEXT.iter().any(|(of, text)| *text == name && (of.is_empty() || *of == kind));
        let text = if is_text { value.text().into_owned() } else { value.raw().to_vec() };
        let text = String::from_utf8_lossy(&text).replace('\0', " ").trim_matches(['\'', '"', ' ']).to_owned();
        match name.as_str() {
            "key" => {}
            "res" | "success" => {
                let is_good = matches!(text.as_str(), "success" | "1" | "yes");
                fields.insert("result".into(), if is_good { "success" } else { "fail" }.into());
            }
            "subj" => {
                let parts = ["user", "role", "domain", "level", "category"];
                let named = parts.iter().zip(text.splitn(parts.len(), ':'));
                fields.extend(named.map(|(part, text)| (format!("subj_{part}"), text.to_owned())));
            }
            "auid" | "old-auid" | "ses" if matches!(text.as_str(), "4294967295" | "-1") => {
                fields.insert(name, "unset".into());
            }
            _ => {
                fields.insert(name, text);
            }
        }
    }
    // Old kernels write `old auid=1 new auid=2`; the new one is simply the login number to keeneye.
    for (old, name) in [("old_auid", "auid"), ("old_ses", "ses")] {
        if fields.contains_key(old) {
            let new = fields.remove(name);
            fields.extend(new.map(|value| (format!("new_{name}"), value)));
        }
    }
    fields
}

/// Whole events: what go-libaudit read of the first record about people.
fn events(data: &Path) -> Result<Score> {
    let mut score = Score::default();
    for path in files(&data.join("logs/go-libaudit/aucoalesce/testdata"), ".yaml")? {
        let tests = tests(&fs::read_to_string(&path)?);
        let golden = path.display().to_string().replace(".yaml", ".json.golden");
        let golden: Vec<Value> = serde_json::from_str(&fs::read_to_string(&golden)?)?;
        for case in &golden {
            let name = text(case, "test_name").unwrap_or_default();
            let event = case.get("event").with_context(|| format!("{name}: no event"))?;
            let kind = text(event, "record_type").unwrap_or_default();
            if !is_about_people(kind) {
                continue;
            }
            let place = format!("{}: {name}", path.file_name().unwrap_or_default().to_string_lossy());
            let lines = tests.get(name).with_context(|| format!("{place}: no lines"))?;
            let record = lines.iter().find_map(|line| Record::read(line.as_bytes())).with_context(|| place.clone())?;
            let mut said = head_of(&record);
            said.extend(fields(&record, kind));
            let mut expected = expected_head(event);
            for part in ["/data", "/user/ids", "/user/selinux", "/process"] {
                let named = event.pointer(part).and_then(Value::as_object).into_iter().flatten();
                expected.extend(named.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))));
            }
            for (name, under) in [("result", "result"), ("ses", "session")] {
                expected.extend(text(event, under).map(|value| (name.to_owned(), value.to_owned())));
            }
            for (name, wanted) in &expected {
                let found = said.get(name).or_else(|| said.get(&format!("subj_{name}")));
                count(&mut score, found == Some(wanted), || {
                    format!("{place}: {name}: {wanted} is expected, not {found:?}")
                });
            }
        }
    }
    score.left_out.push(OWN_WORDS.into());
    Ok(score)
}

/// Name and lines of each test: the part of YAML that the files use.
fn tests(text: &str) -> BTreeMap<String, Vec<String>> {
    let (mut tests, mut name): (BTreeMap<String, Vec<String>>, _) = (BTreeMap::new(), String::new());
    for line in text.lines() {
        if let Some(record) = line.strip_prefix("    ") {
            tests.entry(name.clone()).or_default().push(record.trim_matches('\'').to_owned());
        } else if let Some((found, rest)) = line.trim_start().split_once(':') {
            name = found.trim_matches(['"', '\'']).to_owned();
            let record = rest.trim().trim_matches('\'');
            if record.starts_with("type=") {
                tests.entry(name.clone()).or_default().push(record.to_owned());
            }
        }
    }
    tests
}

/// Serial numbers, how many records each event has and how many events are missing, as go-libaudit's own test expects them.
fn groups(data: &Path) -> Result<Score> {
    let ordered = [(58, 2), (59, 5), (60, 5), (61, 4), (62, 1)];
    let lost = [(49, 2), (59, 5), (60, 5), (61, 4), (62, 1)];
    let rollover = [(4_294_967_294, 1), (4_294_967_295, 1), (0, 1), (1, 1), (2, 1)];
    let mut score = Score::default();
    for (name, expected, missing) in
        [("normal", ordered, 0), ("out_of_order", ordered, 0), ("lost_messages", lost, 9), ("rollover", rollover, 0)]
    {
        let lines = fs::read(data.join(format!("logs/go-libaudit/testdata/{name}.log")))?;
        let (mut groups, mut serials, mut said) = (Groups::default(), Serials::default(), Vec::new());
        let mut each = |event: Event| said.push((event.serial, event.lines.len()));
        for line in lines.split(|byte| *byte == b'\n') {
            groups.see(line, &mut each);
            Record::read(line).iter().for_each(|record| serials.see(record));
        }
        groups.finish(&mut each);
        let lost: u64 =
            keeneye_world::logs::audit::missing([&serials]).holes.iter().map(|hole| hole.last - hole.first + 1).sum();
        count(&mut score, lost == missing, || format!("{name}: {missing} lost events are expected, not {lost}"));
        count(&mut score, said == expected, || format!("{name}: {expected:?} is expected, not {said:?}"));
    }
    Ok(score)
}
