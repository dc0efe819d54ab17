#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the tree that the program remembers"
)]
//! What is remembered, and what is told of what changed.

mod common;

use common::{Scratch, parts, run};
use std::os::unix::fs::{PermissionsExt, symlink};

/// A tree, and beside it the directory that keeneye keeps its own files in.
struct Remembered {
    scratch: Scratch,
}

impl Remembered {
    fn new(name: &str) -> Self {
        let remembered = Self { scratch: Scratch::new(name) };
        remembered.write("usr/bin/tool", "program");
        remembered.chmod("usr/bin/tool", 0o755);
        remembered.write("etc/tool.conf", "a = 1\n");
        remembered.write("var/log/tool.log", "one\n");
        remembered.write("srv/www/index.html", "hello");
        symlink("tool", remembered.scratch.path("root/usr/bin/link")).unwrap();
        remembered
    }
    fn write(&self, name: &str, content: &str) {
        self.scratch.write(&format!("root/{name}"), content);
    }
    fn chmod(&self, name: &str, mode: u32) {
        let path = self.scratch.path(&format!("root/{name}"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    #[track_caller]
    fn baseline(&self, words: &[&str]) -> (i32, String, String) {
        let (root, state) = (self.scratch.path("root"), self.scratch.path("state"));
        let place = ["--root", root.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
        parts(&run(&[&["baseline"], words, &place].concat()))
    }
    #[track_caller]
    fn learn(&self) {
        let (code, said, complaint) = self.baseline(&["learn"]);
        assert_eq!((code, complaint.as_str()), (0, ""));
        assert!(said.contains("not signed"), "{said}");
    }
    /// `cause path` of everything that changed.
    fn changes(&self, words: &[&str]) -> (i32, Vec<String>) {
        let (code, said, complaint) = self.baseline(&[&["diff", "--format", "json"], words].concat());
        assert_eq!(complaint, "");
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let mut found = Vec::new();
        for group in said["groups"].as_array().unwrap() {
            for change in group["changes"].as_array().unwrap() {
                found.push(format!("{} {}", group["cause"].as_str().unwrap(), change["path"].as_str().unwrap()));
            }
        }
        found.sort();
        (code, found)
    }
}

#[test]
fn what_changed_is_told_by_cause_and_what_did_not_is_not() {
    let host = Remembered::new("baseline-diff");
    host.learn();
    assert_eq!(host.changes(&[]), (0, Vec::new()));
    let (root, state) = (host.scratch.path("root"), host.scratch.path("state"));
    let place = ["--root", root.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
    let (_, said, complaint) = parts(&run(&[&["scan", "--save"][..], &place].concat()));
    assert!(complaint.is_empty() && said.contains("baseline 2 of"), "{said}{complaint}");
    host.write("usr/bin/tool", "forged!");
    host.write("etc/tool.conf", "a = 2\n");
    host.write("var/log/tool.log", "one\ntwo\n");
    host.write("usr/bin/new", "x");
    host.chmod("srv/www/index.html", 0o666);
    std::fs::remove_file(host.scratch.path("root/usr/bin/link")).unwrap();
    let wanted = [
        "gone /usr/bin/link",
        "new /usr/bin/new",
        "rights /srv/www/index.html",
        "settings /etc/tool.conf",
        "unexplained /usr/bin/tool",
    ];
    for full in [&[][..], &["--full"]] {
        assert_eq!(host.changes(full), (1, wanted.map(str::to_owned).to_vec()));
    }
    host.learn();
    assert_eq!(host.changes(&[]), (0, Vec::new()));
    assert_eq!(host.changes(&["2", "3"]), (1, wanted.map(str::to_owned).to_vec()));
    host.write("var/log/tool.log", "three\n");
    assert_eq!(host.changes(&[]).1, ["unexplained /var/log/tool.log"]);
}

#[test]
fn what_is_skipped_or_may_change_is_said_in_the_configuration() {
    let host = Remembered::new("baseline-policy");
    let rules = "[baseline]\nskip = [\"/srv/*\"]\nchanges = [\"/etc/tool.conf\"]\n";
    let config = host.scratch.write("keeneye.toml", rules);
    let config = ["--config", config.to_str().unwrap()];
    assert_eq!(host.baseline(&[&["learn"][..], &config].concat()).0, 0);
    host.write("etc/tool.conf", "a = 2\n");
    host.write("srv/new", "x");
    assert_eq!(host.changes(&config), (0, Vec::new()));
}

#[test]
fn a_baseline_that_was_damaged_or_taken_away_is_noticed() {
    let host = Remembered::new("baseline-chain");
    let (_, _, complaint) = host.baseline(&["diff"]);
    assert!(complaint.contains("there is no baseline yet"), "{complaint}");
    host.learn();
    host.learn();
    let file = |number: u32| host.scratch.path(&format!("state/baselines/{number:06}.baseline"));
    let first = host.baseline(&["show", "1"]).1;
    let hash = first.lines().find_map(|line| line.strip_prefix("hash")).unwrap().trim();
    assert!(host.baseline(&["show", "2"]).1.contains(&format!("before it   {hash}")));
    std::fs::remove_file(file(2)).unwrap();
    let (_, _, complaint) = host.baseline(&["diff"]);
    assert!(complaint.contains("number 2 was seen here"), "{complaint}");
    let mut bytes = std::fs::read(file(1)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file(1), bytes).unwrap();
    let (code, _, complaint) = host.baseline(&["diff"]);
    assert!(code == 2 && complaint.contains("damaged"), "{complaint}");
    std::fs::set_permissions(file(1), std::fs::Permissions::from_mode(0o666)).unwrap();
    let (code, _, complaint) = host.baseline(&["diff"]);
    assert!(code == 2 && complaint.contains("no one else may write it"), "{complaint}");
}

#[test]
fn a_signature_tells_who_vouches_for_a_baseline() {
    let host = Remembered::new("baseline-sign");
    host.learn();
    let key = host.scratch.path("key");
    let (secret, public) = (key.to_str().unwrap().to_owned(), format!("{}.pub", key.display()));
    let other = host.scratch.path("other");
    for key in [&secret, &other.to_str().unwrap().to_owned()] {
        assert_eq!(parts(&run(&["baseline", "keygen", key])).0, 0);
    }
    assert_eq!(parts(&run(&["baseline", "keygen", &secret])).0, 2);
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let verify = |key: &str| {
        let (code, said, complaint) = host.baseline(&["verify", "--key", key]);
        (code, format!("{said}{complaint}"))
    };
    assert!(verify(&public).1.contains("is not signed"));
    assert_eq!(host.baseline(&["sign", "--key", &secret]).0, 0);
    let (code, said) = verify(&public);
    assert!(code == 0 && said.contains("whole and signed by this key"), "{said}");
    assert_eq!(verify(&format!("{}.pub", other.display())).0, 1);
    assert_eq!(host.changes(&[]), (0, Vec::new()));
    // An older one that was signed too is put back.
    host.learn();
    std::fs::remove_file(host.scratch.path("state/baselines/000002.baseline")).unwrap();
    let (code, said) = verify(&public);
    assert!(code == 1 && said.contains("number 2 was seen here"), "{said}");
}
