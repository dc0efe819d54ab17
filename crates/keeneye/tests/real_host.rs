//! The program on the machine that runs the tests: what it records it replays, without rights it says so, and nothing
//! around it has a say.
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
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};

/// JSON without the one value that may differ between a look and its replay.
fn without_took(json: &str) -> String {
    json.lines().filter(|line| !line.trim_start().starts_with("\"took_ms\":")).collect::<Vec<_>>().join("\n")
}

/// The lines of a recording.
fn unpacked(recording: &Path) -> Vec<u8> {
    zstd::decode_all(std::fs::File::open(recording).expect("it was written")).expect("it is zstd")
}

#[test]
fn a_replay_says_what_the_look_said() {
    let scratch = Scratch::new("replay");
    let file = scratch.path("host.kee");
    let file = file.to_str().unwrap();
    let (code, live, complaint) = parts(&run(&["scan", "--quick", "--format", "json", "--record", file]));
    assert!(matches!(code, 0 | 1 | 3), "{code}: {complaint}");
    let (again, replay, _) = parts(&run(&["scan", "--format", "json", "--from", file]));
    assert_eq!(again, code);
    assert_eq!(without_took(&replay), without_took(&live));
    assert_eq!(std::fs::metadata(file).unwrap().mode() & 0o777, 0o600);
    for list in ["processes", "listeners", "files", "accounts"] {
        let (code, rows, _) = parts(&run(&["list", list, "--format", "jsonl", "--from", file]));
        assert!(matches!(code, 0 | 3));
        rows.lines().for_each(|row| drop(serde_json::from_str::<serde_json::Value>(row).expect(row)));
    }
}

#[test]
fn a_damaged_recording_is_a_gap_with_its_place() {
    let scratch = Scratch::new("damage");
    let file = scratch.path("host.kee");
    let file = file.to_str().unwrap();
    assert!(matches!(parts(&run(&["scan", "--quick", "--record", file])).0, 0 | 1 | 3));
    let bytes = std::fs::read(file).unwrap();
    let cut = scratch.write("cut.kee", &bytes[..bytes.len() / 2]);
    let (code, report, _) = parts(&run(&["scan", "--format", "json", "--from", cut.to_str().unwrap()]));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let damage = gaps.iter().find(|gap| gap["sense"] == "recording").expect("the damage is a gap");
    assert!(damage["why"].as_str().unwrap().contains("line "), "{damage}");
    assert_eq!(damage["blinding"], true);
    assert!(matches!(code, 1 | 3), "{code}");
}

#[test]
fn without_rights_it_says_what_it_could_not_see() {
    let scratch = Scratch::new("rights");
    let program = scratch.path("keeneye");
    std::fs::copy(env!("CARGO_BIN_EXE_keeneye"), &program).unwrap();
    let mut command = Command::new(&program);
    command.args(["scan", "--quick", "--format", "json"]).current_dir("/");
    // For root this also clears the supplementary groups.
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let (code, report, _) = parts(&command.output().unwrap());
    // Whatever runs on the machine of the test may be found even so.
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let alerts =
        report["findings"].as_array().unwrap().iter().filter(|f| f["level"] != "note" && f["level"] != "unusual");
    assert_eq!(code, if alerts.count() > 0 { 1 } else { 3 });
    assert_ne!(report["verdict"], "no-sign");
    let gaps = report["coverage"]["gaps"].as_array().unwrap();
    let refused = |gap: &&serde_json::Value| gap["why"].as_str().unwrap().contains("denied");
    assert!(gaps.iter().filter(refused).any(|gap| gap["sense"] == "processes"), "{gaps:?}");
    assert!(gaps.iter().any(|gap| gap["blinding"] == true), "{gaps:?}");
}

/// Programs that admins' tools would call; each writes its name down when it is started.
fn stubs(scratch: &Scratch) -> (String, std::path::PathBuf) {
    let log = scratch.path("calls");
    for name in
        ["ps", "ss", "netstat", "lsof", "rpm", "dpkg", "dpkg-query", "systemctl", "ip", "sh", "bash", "cat", "getent"]
    {
        let stub = scratch.write(&format!("bin/{name}"), format!("#!/bin/sh\necho {name} >> {}\n", log.display()));
        std::fs::set_permissions(stub, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    (scratch.path("bin").to_str().unwrap().to_owned(), log)
}

#[test]
fn no_program_of_the_host_is_ever_started() {
    let scratch = Scratch::new("stubs");
    let (path, log) = stubs(&scratch);
    assert!(Command::new(scratch.path("bin/ps")).status().unwrap().success());
    assert_eq!(std::fs::read_to_string(&log).unwrap(), "ps\n", "the trap works");
    std::fs::remove_file(&log).unwrap();
    let recording = scratch.path("host.kee");
    let recording = recording.to_str().unwrap();
    for arguments in
        [&["scan"][..], &["capture", "--quick", "--with-files", "-o", recording], &["list", "files", "--quick"]]
    {
        let output = keeneye(arguments).env("PATH", &path).output().unwrap();
        assert!(matches!(parts(&output).0, 0 | 1 | 3));
    }
    assert!(!log.exists(), "called: {:?}", std::fs::read_to_string(&log));
}

#[test]
fn a_preloaded_library_has_no_way_in() {
    let scratch = Scratch::new("preload");
    let source =
        scratch.write("kill.c", "#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { abort(); }\n");
    let library = scratch.path("kill.so");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    assert!(compiled.expect("a C compiler is there: Rust links with it").success());
    let control = Command::new("/bin/true").env("LD_PRELOAD", &library).status().unwrap();
    assert!(control.signal().is_some(), "the library kills what loads it");
    let output = keeneye(&["scan", "--quick", "--format", "json"]).env("LD_PRELOAD", &library).output().unwrap();
    let (code, report, complaint) = parts(&output);
    assert!(matches!(code, 0 | 1 | 3), "{code}");
    assert_eq!(complaint, "");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["keeneye"]["static"], true);
}

#[test]
fn secrets_of_a_running_machine_stay_out_of_a_recording() {
    let scratch = Scratch::new("secrets");
    let file = scratch.path("host.kee");
    // In pieces, so that this very program's arguments and files do not hold it.
    let secret = ["correct", "horse", "battery", "staple"].join("-");
    let mut child =
        Command::new("sleep").arg("600").env("SERVICE_PASSWORD", &secret).stdout(Stdio::null()).spawn().unwrap();
    let output = run(&["capture", "--quick", "--with-files", "-o", file.to_str().unwrap()]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(parts(&output).0, 0);
    let recording = unpacked(&file);
    let holds = |needle: &str| recording.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("SERVICE_PASSWORD"), "the name is there, so the process was looked at");
    assert!(!holds(&secret));
}

#[test]
fn secrets_of_an_image_stay_out_of_a_recording() {
    let scratch = Scratch::new("image");
    // As long as a line of a key that ssh-keygen writes.
    let secret = &format!("{}c2VjcmU=", "c2VjcmV0".repeat(7));
    let key = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{secret}\n-----END OPENSSH PRIVATE KEY-----\n");
    scratch.write("root/etc/passwd", format!("root:$6$salt${secret}:0:0:root:/root:/bin/bash\n"));
    scratch.write("root/etc/shadow", format!("root:$6$salt${secret}:19000:0:99999:7:::\n"));
    scratch.write("root/etc/os-release", &key);
    scratch.write("root/root/.ssh/id_ed25519", &key);
    scratch.write("root/root/.bashrc", format!("export TOKEN={secret}\nalias ls='ls --color'\n"));
    let file = scratch.path("image.kee");
    let root = scratch.path("root");
    let output = run(&["capture", "--root", root.to_str().unwrap(), "-o", file.to_str().unwrap()]);
    assert_eq!(parts(&output).0, 0);
    let recording = unpacked(&file);
    let holds = |needle: &str| recording.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("root:$6$"), "passwd was read");
    assert!(holds("PRIVATE KEY"), "a key was met");
    assert!(!holds(secret));
}

#[test]
fn a_recording_goes_through_a_pipe() {
    let output = run(&["capture", "--quick", "-o", "-"]);
    assert_eq!(output.status.code(), Some(0));
    let mut child = keeneye(&["scan", "--from", "-", "--format", "concise"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &output.stdout).unwrap();
    let (code, report, _) = parts(&child.wait_with_output().unwrap());
    assert!(matches!(code, 0 | 1 | 3));
    assert!(report.lines().last().unwrap().starts_with("verdict "), "{report}");
}
