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
use keeneye_world::baseline::{Header, Reader, Writer};
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

impl Remembered {
    /// What a scan says: its code, the document, and `level detector path` of what is about the baseline.
    #[track_caller]
    fn scan(&self, words: &[&str]) -> (i32, serde_json::Value, Vec<String>) {
        let (root, state) = (self.scratch.path("root"), self.scratch.path("state"));
        let place = ["--root", root.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
        let (code, said, complaint) = parts(&run(&[&["scan", "--format", "json"][..], &place, words].concat()));
        assert_eq!(complaint, "");
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let found = about_the_baseline(&said["findings"]);
        (code, said, found)
    }
    fn file(&self, number: u32) -> std::path::PathBuf {
        self.scratch.path(&format!("state/baselines/{number:06}.baseline"))
    }
}

fn about_the_baseline(findings: &serde_json::Value) -> Vec<String> {
    let findings = findings.as_array().unwrap().iter();
    let about = findings.filter(|finding| {
        let detector = finding["detector"].as_str().unwrap();
        detector.ends_with("-since-baseline") || detector == "integrity/baseline-doubtful"
    });
    let word = |value: &serde_json::Value| value.as_str().unwrap().trim_start_matches("integrity/").to_owned();
    let line = |f: &serde_json::Value| {
        format!("{} {} {}", word(&f["level"]), word(&f["detector"]), word(&f["subject"]["path"]))
    };
    about.map(line).collect()
}

#[test]
fn a_scan_tells_what_changed_and_a_recording_of_it_says_the_same() {
    let host = Remembered::new("scan-changed");
    assert_eq!(host.scan(&[]).1["baseline"], serde_json::json!({ "state": "none" }));
    host.learn();
    let (_, said, found) = host.scan(&[]);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!((&said["baseline"]["state"], &said["baseline"]["number"]), (&"compared".into(), &1.into()));
    host.write("usr/bin/tool", "forged!");
    host.chmod("usr/bin/tool", 0o755);
    host.write("etc/tool.conf", "a = 2\n");
    host.write("srv/www/other.html", "an ordinary new file");
    let kee = host.scratch.path("host.kee");
    let (code, said, found) = host.scan(&["--record", kee.to_str().unwrap()]);
    let wanted = ["suspicious changed-since-baseline /usr/bin/tool", "note changed-since-baseline /etc/tool.conf"];
    assert_eq!((code, found), (1, wanted.map(str::to_owned).to_vec()));
    let (_, again, _) = parts(&run(&["scan", "--format", "json", "--from", kee.to_str().unwrap()]));
    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!((&again["findings"], &again["baseline"]), (&said["findings"], &said["baseline"]));
    for without in ["--quick", "--without-baseline"] {
        let (_, said, found) = host.scan(&[without]);
        assert_eq!((found, said.get("baseline")), (Vec::new(), None));
    }
}

#[test]
fn what_a_person_accepts_by_cause_is_accepted() {
    let host = Remembered::new("scan-accept");
    host.learn();
    host.write("etc/tool.conf", "a = 2\n");
    let config = host.scratch.write("keeneye.toml", "");
    let config = ["--config", config.to_str().unwrap()];
    let words = ["accept", "--cause", "settings", "--because", "a new port", "--until", "2027-03-01"];
    let (code, _, complaint) = parts(&run(&[&words[..], &config].concat()));
    assert_eq!((code, complaint.as_str()), (0, ""));
    let (_, said, found) = host.scan(&config);
    assert_eq!(found, Vec::<String>::new());
    assert!(said["accepted"][0]["because"].as_str().unwrap().starts_with("a new port ("), "{said}");
}

#[test]
fn a_scan_tells_of_baselines_that_do_not_hold_together() {
    let host = Remembered::new("scan-doubt");
    host.learn();
    host.learn();
    let key = host.scratch.path("key");
    let key = key.to_str().unwrap();
    assert_eq!(parts(&run(&["baseline", "keygen", key])).0, 0);
    let doubt = |number: u32, level: &str| vec![format!("{level} baseline-doubtful {}", host.file(number).display())];
    let public = std::fs::read_to_string(format!("{key}.pub")).unwrap();
    let config = host.scratch.write("keeneye.toml", format!("baseline-key = \"{}\"\n", public.trim()));
    let config = ["--config", config.to_str().unwrap()];
    let none = format!("suspicious baseline-doubtful {}", host.file(2).parent().unwrap().display());
    let (_, said, found) = host.scan(&config);
    assert_eq!((&said["baseline"]["state"], found), (&"unusable".into(), vec![none]), "not signed yet: not compared");
    assert_eq!(host.baseline(&["sign", "1", "--key", key]).0, 0);
    let (_, said, found) = host.scan(&config);
    assert_eq!((&said["baseline"]["number"], found), (&1.into(), doubt(2, "unusual")), "the signed one is believed");
    let newest = std::fs::read(host.file(2)).unwrap();
    std::fs::remove_file(host.file(2)).unwrap();
    assert_eq!(host.scan(&[]).2, doubt(1, "suspicious"), "an older one was put back");
    std::fs::write(host.file(2), newest.get(..newest.len() / 2).unwrap()).unwrap();
    let (code, said, found) = host.scan(&[]);
    assert_eq!((code, &said["baseline"]["state"], found), (1, &"unusable".into(), doubt(2, "suspicious")), "cut off");
    assert!(said["coverage"]["gaps"].to_string().contains("no baseline can be used"), "{said}");
}

#[test]
fn a_look_at_a_file_tells_what_the_baseline_knew() {
    let host = Remembered::new("look-known");
    host.learn();
    host.write("usr/bin/tool", "forged!");
    let (root, state) = (host.scratch.path("root"), host.scratch.path("state"));
    let place = ["--root", root.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
    let look = |path: &str| parts(&run(&[&["look", "file", path][..], &place].concat())).1;
    let said = look("/usr/bin/tool");
    // Of "program" and of "forged!".
    for digest in ["1310ca2c8932", "f8ffc5ecc317"] {
        assert!(said.contains(digest), "{said}");
    }
    host.write("usr/bin/fresh", "x");
    assert!(look("/usr/bin/fresh").contains("was not there"));
    std::fs::remove_file(host.scratch.path("root/usr/bin/tool")).unwrap();
    assert!(look("/usr/bin/tool").contains("0755"), "also of a file that is gone");
}

/// Writes the baseline anew with another clock or boot.
fn rewritten(file: &std::path::Path, change: impl FnOnce(&mut Header)) {
    let mut reader = Reader::new(std::fs::read(file).map(std::io::Cursor::new).unwrap()).unwrap();
    let mut header = reader.header().clone();
    change(&mut header);
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    reader.by_ref().for_each(|entry| writer.push(&entry.unwrap()).unwrap());
    std::fs::write(file, writer.finish(None).unwrap().0).unwrap();
}

#[test]
fn after_a_step_of_the_clock_or_another_boot_everything_is_read() {
    let host = Remembered::new("baseline-clock");
    let (tree, state) = (host.scratch.path("root"), host.scratch.path("state"));
    let state = ["--state-dir", state.to_str().unwrap()];
    let learn = [&["baseline", "learn", tree.to_str().unwrap()][..], &state].concat();
    assert_eq!(parts(&run(&learn)).0, 0);
    let diff = || parts(&run(&[&["baseline", "diff"][..], &state].concat())).1;
    assert!(!diff().contains("everything was read"));
    rewritten(&host.file(1), |header| header.clock_offset += 3_600_000_000_000);
    assert!(diff().contains("everything was read: somebody set the clock"), "{}", diff());
    rewritten(&host.file(1), |header| header.boot = "another".into());
    assert!(diff().contains("everything was read: the machine was started anew"), "{}", diff());
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

#[test]
fn what_is_saved_in_spite_of_findings_is_told() {
    let host = Remembered::new("baseline-save-findings");
    let (root, state) = (host.scratch.path("root"), host.scratch.path("state"));
    let save = ["scan", "--save", "--root", root.to_str().unwrap(), "--state-dir", state.to_str().unwrap()];
    host.write("etc/cron.d/x", "*/5 * * * * root /dev/shm/.x/k\n");
    let (code, said, complaint) = parts(&run(&save));
    assert!(code == 1 && said.contains("SUSPICIOUS"), "{code} {said}");
    assert!(
        complaint.starts_with("keeneye: --save: the verdict is suspicious, and what is remembered now"),
        "{complaint}"
    );
}
