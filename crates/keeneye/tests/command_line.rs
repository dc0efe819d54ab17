//! Exit codes, mistakes, and what is generated from the definitions.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test starts the program and reads its files"
)]

mod common;

use common::{Scratch, keeneye, parts, run};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

#[track_caller]
fn complains(arguments: &[&str], wanted: &str) {
    let (code, out, complaint) = parts(&run(arguments));
    assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
    assert!(complaint.contains(wanted), "{arguments:?}: {complaint}");
}

#[test]
fn what_cannot_be_run_is_said_on_standard_error() {
    let scratch = Scratch::new("mistakes");
    let config = scratch.write("keeneye.toml", "quiet = true\nformt = \"json\"\n");
    let config = config.to_str().unwrap();
    let open = scratch.write("open.toml", "quiet = true\n");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o666)).unwrap();
    complains(&["scan", "--config", open.to_str().unwrap()], "with mode 0666");
    let text = scratch.write("text.kee", "not a recording");
    let text = text.to_str().unwrap();
    complains(&[], "Usage");
    complains(&["scna"], "scan");
    complains(&["scan", "--formt", "json"], "--format");
    complains(&["scan", "--require-coverage", "101"], "101");
    complains(&["scan", "--from", "/nonexistent.kee"], "cannot read /nonexistent.kee");
    complains(&["scan", "--from", text], "not a keeneye recording");
    complains(&["scan", "--root", "/nonexistent"], "cannot open /nonexistent");
    complains(&["scan", "--config", config], "keeneye.toml:2: unknown key formt (did you mean format?)");
    complains(&["scan", "--config", "/nonexistent.toml"], "cannot read /nonexistent.toml");
    complains(&["scan", "--only", "proces/exe-deleted"], "did you mean process/exe-deleted?");
    complains(&["explain", "process/exe-delted"], "did you mean process/exe-deleted?");
    complains(&["list", "mounts", "--differs"], "one way only");
    complains(&["list", "mounts", "--format", "html"], "[possible values: text, concise, json, jsonl]");
    complains(&["look", "file", "relative"], "not an absolute path");
}

#[test]
fn monitoring_gets_its_own_codes() {
    let (code, status, _) = parts(&run(&["scan", "--from", "/nonexistent.kee", "--format", "nagios"]));
    assert_eq!(code, 3);
    assert!(status.starts_with("KEENEYE UNKNOWN - cannot read"), "{status}");
    let (code, status, _) = parts(&run(&["scan", "--format", "nagios", "--unknown-option"]));
    assert_eq!(code, 3);
    assert!(status.starts_with("KEENEYE UNKNOWN - "), "{status}");
}

#[test]
fn exit_codes_follow_the_findings_and_the_coverage() {
    let scratch = Scratch::new("codes");
    let empty = scratch.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let empty = empty.to_str().unwrap();
    assert_eq!(parts(&run(&["scan", "--root", empty])).0, 3);
    let (code, report, _) = parts(&run(&["scan", "--root", empty, "--require-coverage", "100", "--format", "concise"]));
    assert_eq!(code, 3);
    assert!(report.starts_with("verdict too-blind "), "{report}");
    let file = scratch.path("host.kee");
    let file = file.to_str().unwrap();
    assert_eq!(parts(&run(&["capture", "--quick", "-o", file])).0, 0);
    // What is out of time is a gap, and gaps blind.
    let (code, report, _) = parts(&run(&["scan", "--from", file, "--format", "json"]));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let found = report["findings"].as_array().unwrap().len();
    assert_eq!(report["schema"], 1);
    let (strict, _, _) = parts(&run(&["scan", "--from", file, "--fail-on", "note"]));
    assert_eq!(strict, if found > 0 { 1 } else { code });
}

#[test]
fn every_detector_has_a_page() {
    let (code, pages, _) = parts(&run(&["explain", "--all"]));
    assert_eq!(code, 0);
    let (code, page, _) = parts(&run(&["explain", "process/exe-deleted"]));
    assert_eq!(code, 0);
    assert!(pages.contains(&page));
    for heading in ["What it sees", "Why it matters", "Innocent causes", "What to do"] {
        assert!(page.contains(heading), "{page}");
    }
}

#[test]
fn help_man_page_and_completions_know_every_command() {
    let (code, help, _) = parts(&run(&["--help"]));
    assert_eq!(code, 0);
    let (_, man, _) = parts(&run(&["man"]));
    let (_, bash, _) = parts(&run(&["completions", "bash"]));
    for command in ["scan", "capture", "list", "look", "explain", "accept", "completions", "man"] {
        for (name, text) in [("help", &help), ("man", &man.to_lowercase()), ("bash", &bash)] {
            assert!(text.contains(command), "{name} lacks {command}");
        }
    }
    for section in ["\n.SH EXAMPLES\n", "\n.SH FILES\n", "/etc/keeneye/keeneye.toml"] {
        assert!(man.contains(section), "{section}");
    }
    for option in ["fail\\-on", "require\\-coverage", "max\\-time", "record", "with\\-files"] {
        assert!(man.contains(option), "{option}");
    }
    let (code, version, _) = parts(&run(&["-V"]));
    assert_eq!((code, version.trim()), (0, concat!("keeneye ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn the_long_version_names_whose_data_is_in_the_program() {
    let (code, version, _) = parts(&run(&["--version"]));
    assert_eq!((code, version.lines().next()), (0, Some(concat!("keeneye ", env!("CARGO_PKG_VERSION")))));
    for name in ["ip-location-db", "NRO", "RouteViews", "DB-IP", "CC BY 4.0", "Natural Earth", "\nAs of 20"] {
        assert!(version.contains(name), "{name}: {version}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let mut child = keeneye(&["explain", "--all"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn what_is_accepted_is_said_apart() {
    let scratch = Scratch::new("accept");
    let file = scratch.path("host.kee");
    let file = file.to_str().unwrap();
    assert_eq!(parts(&run(&["capture", "--quick", "-o", file])).0, 0);
    let config =
        scratch.write("keeneye.toml", "[[accept]]\ndetector = \"*\"\nbecause = \"a test\"\nuntil = 2999-12-31\n");
    let config = config.to_str().unwrap();
    let json = |arguments: &[&str]| {
        let (_, report, _) = parts(&run(&[&["scan", "--from", file, "--format", "json"], arguments].concat()));
        serde_json::from_str::<serde_json::Value>(&report).unwrap()
    };
    let (open, accepted) = (json(&[]), json(&["--config", config]));
    let count = |report: &serde_json::Value, key: &str| report[key].as_array().unwrap().len();
    assert_eq!(count(&open, "findings"), count(&accepted, "findings") + count(&accepted, "accepted"));
    let remark = format!("the configuration {config} is in use, with 1 entries [[accept]]");
    assert!(accepted["remarks"].as_array().unwrap().iter().any(|said| *said == remark), "{accepted}");
    assert!(accepted["accepted"].as_array().unwrap().iter().all(|f| f["because"] == "a test"));
}

#[test]
fn accept_writes_an_entry_and_keeps_what_is_there() {
    let scratch = Scratch::new("accepting");
    let config = scratch.write("keeneye.toml", "# mine\nquiet = true # always\n");
    let file = config.to_str().unwrap();
    let accept = |arguments: &[&str]| {
        let common = ["--config", file, "--because", "it \"updates\" itself", "--until"];
        parts(&run(&[&["accept"], arguments, &common, &[&*near()]].concat()))
    };
    let (code, said, _) = accept(&["--path", "/opt/agent/*", "--dry-run"]);
    assert_eq!(code, 0);
    assert!(said.contains("path = \"/opt/agent/*\"") && said.contains("would be written to"), "{said}");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "# mine\nquiet = true # always\n");
    assert_eq!(accept(&["--path", "/opt/agent/*"]).0, 0);
    assert_eq!(accept(&["0123456789abcdef"]).0, 0);
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.starts_with("# mine\nquiet = true # always\n\n[[accept]]\npath = "), "{text}");
    assert_eq!(text.matches("[[accept]]").count(), 2);
    assert_eq!(std::fs::metadata(&config).unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(std::fs::read_dir(config.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    let new = scratch.path("new/keeneye.toml");
    let new = new.to_str().unwrap();
    let made = ["accept", "--account", "deploy", "--because", "x", "--until", &near(), "--config", new];
    assert_eq!(parts(&run(&made)).0, 0);
    assert!(std::fs::read_to_string(new).unwrap().starts_with("[[accept]]\naccount = \"deploy\"\n"));
}

/// The last day of the year after next would be too late, that of this one may be past.
fn near() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    format!("{}-06-30", 1971 + seconds / 31_557_600)
}

#[test]
fn accept_refuses_what_it_must_not_write() {
    let scratch = Scratch::new("refusing");
    let config = scratch.write("keeneye.toml", "accept = []\n");
    let file = config.to_str().unwrap();
    let day = near();
    let with = |what: &[&'static str], because: &'static str, until: &str, wanted: &str| {
        let rest = ["--because", because, "--until", until, "--config", file];
        complains(&[&["accept"], what, &rest].concat(), wanted);
    };
    with(&["--path", "/opt/*"], "x", "2020-01-01", "is past");
    with(&["--path", "/opt/*"], "x", "2999-01-01", "two years");
    with(&["--path", "/opt/*"], " ", &day, "wants a reason");
    with(&["--path", "/opt/*"], "x", &day, "write it by hand");
    with(&["0123"], "x", &day, "not the id of a finding");
    with(&["--detector", "process/hidden"], "x", &day, "by finding id only");
    with(&["--detector", "*"], "x", &day, "by finding id only");
    with(&[], "x", &day, "required");
    complains(&["accept", "--path", "/opt/*", "--until", &day], "--because");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "accept = []\n");
}
