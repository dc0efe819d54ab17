//! Who came in and who tried, on an image whose logs are known.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod common;

use common::{Scratch, parts, run};
use std::os::unix::fs::symlink;

const AUTH: &str = "\
2026-03-01T08:00:00Z web1 sshd[3]: Failed password for invalid user oracle from 45.95.147.236 port 3 ssh2
2026-03-01T08:00:05Z web1 sshd[3]: Failed password for invalid user oracle from 45.95.147.236 port 3 ssh2
2026-03-01T08:01:00Z web1 sshd[4]: Failed password for anna from 45.95.147.236 port 4 ssh2
2026-03-02T09:00:00Z web1 sshd[41]: Accepted publickey for anna from 192.168.0.7 port 4 ssh2: ED25519 SHA256:abc
2026-03-02T09:00:00Z web1 sshd[41]: pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)
2026-03-02T09:05:00Z web1 usermod[45]: add 'anna' to group 'sudo'
2026-03-02T09:10:00Z web1 sshd[41]: pam_unix(sshd:session): session closed for user anna
2026-03-03T09:00:00Z web1 sshd[51]: Accepted password for gone from 45.95.147.236 port 9 ssh2
";

fn machine(name: &str) -> Scratch {
    let image = Scratch::new(name);
    image.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\n");
    image.write("etc/shadow", "root:!:19000:0:99999:7:::\nanna:!:19000:0:99999:7:::\n");
    image.write("etc/group", "root:x:0:\nanna:x:1000:\n");
    image
}

fn with_logs(name: &str) -> Scratch {
    let image = machine(name);
    let tries = (10..40).map(|second| {
        format!("2026-03-03T08:59:{second}Z web1 sshd[50]: Failed password for gone from 45.95.147.236 port 8 ssh2\n")
    });
    let (before, login) = AUTH.split_at(AUTH.find("2026-03-03").unwrap());
    image.write("var/log/auth.log", before.to_owned() + &tries.collect::<String>() + login);
    image
}

#[track_caller]
fn said(image: &Scratch, arguments: &[&str]) -> (i32, String, String) {
    let root = image.path("");
    parts(&run(&[arguments, &["--root", root.to_str().unwrap()]].concat()))
}

#[test]
fn logins_for_people_and_for_programs() {
    let image = with_logs("logins");
    let (code, text, trouble) = said(&image, &["logins", "--user", "anna"]);
    assert_eq!((code, trouble.as_str()), (0, ""));
    let hint = format!("keeneye logins --failed --user anna --root {}", image.path("").display());
    let expected = "\
TIME                  USER  FROM         COUNTRY  NETWORK  HOW        TTY  FOR         ENDED       RECORDS  ODD  KEY
02 Mar 2026 09:00:00  anna  192.168.0.7  -        -        publickey  -    10 minutes  logged out  log pam  -    ED25519 SHA256:abc

1 failed attempt from 1 address: ";
    assert_eq!(text, format!("{expected}{hint}\n"));
    let (_, json, _) = said(&image, &["logins", "--user", "anna", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["list"], "logins");
    assert_eq!((&json["rows"][0]["time"], &json["rows"][0]["for"]), (&"2026-03-02T09:00:00Z".into(), &600.into()));
    let (_, json, _) = said(&image, &["logins", "--failed", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["rows"][0]["first"], &json["rows"][0]["last"]),
        (&"2026-03-01T08:00:00Z".into(), &"2026-03-03T08:59:39Z".into())
    );
    assert_eq!((&json["rows"][0]["country"], &json["rows"][0]["network"]), (&"NL".into(), &"Alsycon B.V.".into()));
    let (_, concise, _) = said(&image, &["logins", "--user", "anna", "--format", "concise"]);
    assert!(concise.starts_with("2026-03-02T09:00:00Z anna 192.168.0.7 - - publickey - 600 "), "{concise}");
}

#[test]
fn logins_of_a_time() {
    let image = with_logs("logins-until");
    let users = |since: &str, until: &str| {
        let (_, text, _) = said(&image, &["logins", "--since", since, "--until", until, "--format", "concise"]);
        text.lines().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(users("2026-03-02", "2026-03-03"), ["anna"]);
    assert_eq!(users("2026-03-02", "2026-03-04"), ["anna", "gone"]);
    for command in ["logins", "digest"] {
        let (code, text, trouble) = said(&image, &[command, "--since", "2999-01-01"]);
        assert_eq!((code, text.as_str()), (2, ""), "{trouble}");
        assert!(trouble.contains("--since: 2999-01-01 is still to come"), "{trouble}");
    }
}

#[test]
fn a_name_that_nothing_knows() {
    let image = with_logs("logins-unknown");
    let (code, text, trouble) = said(&image, &["logins", "--user", "nosuch"]);
    assert_eq!(
        (code, text.as_str(), trouble.as_str()),
        (2, "", "keeneye: there is no account nosuch, and no login of it\n")
    );
    // Somebody tried that name: this is something to tell.
    assert_eq!(said(&image, &["logins", "--failed", "--user", "oracle"]).0, 0);
}

#[test]
fn the_exit_code_obeys_what_a_finding_weighs() {
    let image = with_logs("logins-codes");
    let (code, text, _) = said(&image, &["logins"]);
    assert!(text.contains("login/"), "one login is odd: {text}");
    let (strict, _, _) = said(&image, &["logins", "--fail-on", "note"]);
    let (lax, _, _) = said(&image, &["logins", "--fail-on", "compromised"]);
    let (other, _, _) = said(&image, &["logins", "--fail-on", "note", "--user", "anna"]);
    assert_eq!((code, strict, lax, other), (1, 1, 0, 0));
}

#[test]
fn where_nobody_looks_nothing_is_said_to_be_in_order() {
    let image = with_logs("logins-unjudged");
    for nobody in [["--skip", "*"], ["--only", "process/*"]] {
        assert_eq!(said(&image, &[&["logins"][..], &nobody].concat()).0, 3, "{nobody:?}");
        assert_eq!(said(&image, &[&["logins", "--failed"][..], &nobody].concat()).0, 0, "no login is shown");
    }
}

#[test]
fn without_any_log_nothing_is_known_of_logins() {
    let image = machine("logins-none");
    let (code, _, trouble) = said(&image, &["logins"]);
    assert_eq!(
        (code, trouble.as_str()),
        (3, "keeneye: could not see who logged in: no log and no login record was found\n")
    );
    let (code, text, _) = said(&image, &["digest"]);
    assert!(code == 3 && text.contains("who logged in: no log and no login record was found"), "{code} {text}");
    let (code, report, _) = said(&image, &["scan", "--format", "json"]);
    assert!(report.contains("no log and no login record was found"), "{report}");
    assert_eq!(code, 0, "an image without logs is ordinary");
}

#[test]
fn logs_that_lead_nowhere_are_no_logs() {
    let image = machine("logins-away");
    std::fs::create_dir_all(image.path("var/log")).unwrap();
    symlink("/nowhere", image.path("var/log/auth.log")).unwrap();
    let (code, _, trouble) = said(&image, &["logins"]);
    assert_eq!(code, 3);
    assert!(trouble.contains("who logged in: none of 1 logs and login records could be read"), "{trouble}");
}

#[test]
fn all_of_one_account() {
    let image = with_logs("look-user");
    let (code, text, trouble) = said(&image, &["look", "user", "anna"]);
    assert_eq!((code, trouble.as_str()), (0, ""));
    for line in [
        "\naccount changes\n  02 Mar 2026 09:05:00  group sudo: anna added\n",
        "\nlogins\n  02 Mar 2026 09:00:00  anna from 192.168.0.7, private, publickey, ED25519 SHA256:abc, 10 minutes\n",
        "\nfailed logins\n  45.95.147.236         1 ×, NL, Alsycon B.V. (AS49870), 01 Mar 2026 08:01:00 to ",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let (code, text, _) = said(&image, &["look", "user", "gone"]);
    assert_eq!(code, 1, "a finding speaks of it");
    assert!(text.contains("passwd") && text.contains("has no such name") && text.contains("gone from 45."), "{text}");
    let (code, _, trouble) = said(&image, &["look", "user", "nosuch"]);
    assert_eq!((code, trouble.as_str()), (2, "keeneye: there is no account nosuch, and no log tells of one\n"));
    let (code, text, _) = said(&image, &["look", "user", "oracle"]);
    assert!(code == 0 && text.contains("45.95.147.236  2 ×"), "somebody tried that name: {code} {text}");
}

#[test]
fn what_was_changed_of_one_account() {
    let image = machine("look-changes");
    image
        .write("var/log/auth.log", "2026-03-01T08:00:00Z web1 usermod[3]: change user 'anna' UID from '1000' to '0'\n");
    let (_, text, _) = said(&image, &["look", "user", "anna"]);
    let line = "\naccount changes\n  01 Mar 2026 08:00:00  ROOT'S NUMBER: changed account anna: uid 1000 → 0\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn an_incident_tells_what_was_done_after_a_login() {
    let image = with_logs("logins-story");
    let log = std::fs::read_to_string(image.path("var/log/auth.log")).unwrap();
    let during = |time: &str| {
        let line = format!(
            "2026-03-03T{time}Z web1 useradd[70]: new user: name=evil, UID=1001, GID=1001, home=/, shell=/bin/sh\n"
        );
        image.write("var/log/auth.log", log.clone() + &line);
        let (_, json, _) = said(&image, &["scan", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let told = &json["incidents"][0]["during"];
        told.as_array().unwrap().iter().map(|trace| trace["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(during("09:50:00"), ["new account evil, uid 1001"]);
    assert_eq!(during("10:30:00"), [""; 0], "more than an hour later");
}

#[test]
fn all_of_one_address() {
    let image = with_logs("look-addr");
    let (code, text, trouble) = said(&image, &["look", "addr", "45.95.147.236"]);
    assert_eq!((code, trouble.as_str()), (1, ""), "a finding speaks of it");
    for line in [
        "  country               NL, says keeneye's own table\n",
        "  network               AS49870 Alsycon B.V., says keeneye's own table\n",
        "\nlogins\n  03 Mar 2026 09:00:00  gone from 45.95.147.236, NL, Alsycon B.V. (AS49870), password",
        "\n  oracle                2 ×, 01 Mar 2026 08:00:00 to 01 Mar 2026 08:00:05\n  anna                  1 ×, ",
        "\nfindings\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let (_, text, _) = said(&image, &["look", "addr", "192.168.0.7"]);
    assert!(text.contains("a private network"), "{text}");
    assert!(text.contains("not looked at         only files are at hand"), "{text}");
    let (_, text, _) = said(&image, &["look", "addr", "1.1.1.1"]);
    assert!(text.contains("country") && !text.contains("failed logins"), "{text}");
}

/// What `--geoip` says of a file: exit code and trouble.
fn geoip(image: &Scratch, path: &str) -> (i32, String) {
    let (code, _, trouble) = said(image, &["logins", "--geoip", path]);
    (code, trouble)
}

#[test]
fn a_database_that_cannot_be_used_is_named() {
    let image = with_logs("geoip");
    let at = |name: &str| image.path(name).display().to_string();
    symlink("b", image.path("a")).unwrap();
    symlink("a", image.path("b")).unwrap();
    image.write("empty", "");
    image.write("words", "no table\n");
    let missing = at("missing");
    for (path, why) in [
        (missing.as_str(), "cannot read"),
        (&at("a"), "Too many levels of symbolic links"),
        ("/dev/zero", "not a regular file"),
        ("/dev/null", "not a regular file"),
        ("/proc/self/maps", "is no database"),
        ("/proc/self/mem", "cannot read"),
        (&at("etc"), "not a regular file"),
        (&at("empty"), "is no database"),
        (&at("words"), "is no database"),
    ] {
        let (code, trouble) = geoip(&image, path);
        assert_eq!(code, 2, "{path}: {trouble}");
        assert!(trouble.contains(path) && trouble.contains(why), "{path}: {trouble}");
    }
    // Larger than any: nothing of it is read.
    let large = std::fs::File::create(image.path("large")).unwrap();
    large.set_len((512 << 20) + 1).unwrap();
    let (code, trouble) = geoip(&image, &at("large"));
    assert!(code == 2 && trouble.contains(&format!("{}: larger than", at("large"))), "{trouble}");
}

#[test]
fn a_database_that_was_cut_off_is_told_and_the_rest_of_it_used() {
    let image = with_logs("geoip-cut");
    let table = image.write("geoip", "761237504,761241599,FR\n761241600,7612");
    let table = table.display().to_string();
    let (code, text, trouble) = said(&image, &["logins", "--geoip", &table, "--user", "gone"]);
    assert_eq!(code, 1, "{text}");
    assert!(trouble.contains(&format!("1 line of {table} could not be read")), "{trouble}");
    assert!(trouble.contains("does not say when it was made"), "{trouble}");
    assert!(text.contains("45.95.147.236  FR "), "{text}");
}
