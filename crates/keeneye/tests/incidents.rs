//! A break-in from a recording to what is printed, and what acceptances can do about it.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test starts the program and reads its files"
)]

mod common;

use common::{Scratch, parts, run};
use keeneye_world::fixture::Fixture;
use keeneye_world::{Plan, Recorder};
use serde_json::Value;

/// A web server whose child runs a program out of memory-backed space that calls itself a kernel thread.
const HOST: &str = "clock 1700000000\n\
    package base 1 owns /sbin/init,/usr/sbin/php-fpm8.2,/usr/bin/dash\n\
    /etc/passwd = root:x:0:0:root:/root:/bin/bash\\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n\
    process 1 ppid=0 exe=/sbin/init\n\
    process 900 exe=/usr/sbin/php-fpm8.2\n\
    listen tcp 127.0.0.1:9000 pid=900\n\
    process 4120 ppid=900 start=99300000 uid=33 exe=/usr/bin/dash cmdline=\"sh -c id\"\n\
    /dev/shm/.k/k : mode=100755 uid=33 changed=1699992900\n\
    process 4127 ppid=4120 start=99300100 uid=33 comm=kworker/0:1 exe=/dev/shm/.k/k cmdline=[kworker/0:1]\n\
    connect tcp 10.0.0.5:4000 192.0.2.7:443 pid=4127";

fn recorded(scratch: &Scratch) -> String {
    let fixture = Fixture::new(HOST);
    let recorder = Recorder::new(&fixture);
    keeneye_world::scan(&recorder, &Plan::default());
    let mut bytes = Vec::new();
    recorder.write("0.1.0", &Plan::default(), &mut bytes).unwrap();
    scratch.write("host.kee", bytes).to_str().unwrap().to_owned()
}

fn json(file: &str, arguments: &[&str]) -> Value {
    let (_, report, complaint) = parts(&run(&[&["scan", "--from", file, "--format", "json"], arguments].concat()));
    serde_json::from_str(&report).expect(&complaint)
}

#[test]
fn a_break_in_is_told_once() {
    let scratch = Scratch::new("incident");
    let file = recorded(&scratch);
    let (code, text, _) = parts(&run(&["scan", "--from", &file]));
    assert_eq!(code, 1);
    assert!(text.contains("\nINCIDENT 1 · COMPROMISED · "), "{text}");
    assert!(text.contains("started from php-fpm8.2"), "{text}");
    assert!(text.contains("php-fpm8.2 900 ─ dash 4120 ─ k 4127 ─ tcp → 192.0.2.7:443"), "{text}");
    assert_eq!(text.matches("20:15:00  process/fake-kernel-thread  ").count(), 1, "{text}");
    let report = json(&file, &[]);
    let incident = &report["incidents"][0];
    assert_eq!(incident["level"], "compromised");
    let ids: Vec<&Value> = report["findings"].as_array().unwrap().iter().map(|finding| &finding["id"]).collect();
    let told = incident["findings"].as_array().unwrap();
    assert!(told.len() > 1 && told.iter().all(|id| ids.contains(&id)), "{incident}");
    assert_eq!(incident["times"].as_array().unwrap().len(), told.len());
}

#[test]
fn what_is_absolute_is_accepted_by_its_id_alone() {
    let scratch = Scratch::new("absolute");
    let file = recorded(&scratch);
    let entry = |what: &str| format!("[[accept]]\n{what}\nbecause = \"a test\"\nuntil = 2999-12-31\n");
    let config = scratch.write("all.toml", entry("detector = \"*\"") + &entry("path = \"/srv/nothing\""));
    let report = json(&file, &["--config", config.to_str().unwrap()]);
    let open = report["findings"].as_array().unwrap();
    assert!(!open.is_empty() && open.iter().all(|f| f["detector"] == "process/fake-kernel-thread"), "{open:?}");
    let said = |report: &Value, part: &str| {
        report["remarks"].as_array().unwrap().iter().filter(|r| r.as_str().unwrap().contains(part)).count()
    };
    assert_eq!(said(&report, "is accepted by the id of one finding only"), 1);
    assert_eq!(said(&report, "the acceptance of /srv/nothing covers nothing that was found"), 1);
    assert_eq!(report["incidents"].as_array().unwrap().len(), 1);
    let id = open[0]["id"].as_str().unwrap();
    let by_id = scratch.write("id.toml", entry("detector = \"*\"") + &entry(&format!("finding = \"{id}\"")));
    let report = json(&file, &["--config", by_id.to_str().unwrap()]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    assert_eq!(report["incidents"].as_array().unwrap().len(), 0, "what is accepted takes no part");
    assert_eq!(said(&report, "covers nothing"), 0);
}

#[test]
fn an_acceptance_that_ended_is_told_and_has_no_effect() {
    let scratch = Scratch::new("ended");
    let file = recorded(&scratch);
    let config = scratch.write(
        "old.toml",
        "[[accept]]\ndetector = \"process/volatile-exe\"\nbecause = \"a test\"\nuntil = 2023-01-31\n",
    );
    let report = json(&file, &["--config", config.to_str().unwrap()]);
    let ended = "the acceptance of process/volatile-exe ended on 2023-01-31 and no longer applies";
    assert!(report["remarks"].as_array().unwrap().iter().any(|remark| *remark == ended), "{report}");
    assert_eq!(report["accepted"].as_array().unwrap().len(), 0);
}
