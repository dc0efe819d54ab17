#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the image that the program looks at"
)]
//! A directory that holds a machine which does not run: the same senses, the same detectors.

mod common;

use common::{Scratch, parts, run};
use std::os::unix::fs::{PermissionsExt, symlink};

const OWNED: &str = "usr/bin/rsync";

/// A small machine: accounts, one package, a cron table of the admin's.
fn machine(name: &str) -> Scratch {
    let image = Scratch::new(name);
    image.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\n");
    image.write("etc/shadow", "root:!:19000:0:99999:7:::\nanna:!:19000:0:99999:7:::\n");
    image.write("etc/group", "root:x:0:\nanna:x:1000:\n");
    image.write("etc/cron.d/backup", "15 3 * * * root /usr/bin/rsync -a /srv /backup\n");
    image.write("etc/ssh/sshd_config", "PermitRootLogin no\n");
    let program = b"\x7fELF\x02\x01\x01\0rsync";
    image.write(OWNED, program);
    std::fs::set_permissions(image.path(OWNED), std::fs::Permissions::from_mode(0o755)).unwrap();
    let status = "Package: rsync\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.2\n\n";
    image.write("var/lib/dpkg/status", status);
    image.write("var/lib/dpkg/info/rsync.list", format!("/.\n/{OWNED}\n"));
    image.write("var/lib/dpkg/info/rsync.md5sums", format!("9f6d65be6d1e3757d1c46266a4bf0e60  {OWNED}\n"));
    // Ways out of the image that must lead nowhere.
    symlink("/etc/cron.d", image.path("etc/cron.hourly")).unwrap();
    symlink("../../../../../../../../../etc", image.path("etc/cron.daily")).unwrap();
    image
}

/// The exit code, and `level detector path` of each finding above a note.
fn findings(image: &Scratch) -> (i32, Vec<String>) {
    let root = image.path("");
    let (code, report, trouble) = parts(&run(&["scan", "--format", "json", "--root", root.to_str().unwrap()]));
    assert_eq!(trouble, "");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let line = |f: &serde_json::Value| {
        format!("{} {} {}", text(&f["level"]), text(&f["detector"]), text(&f["subject"]["path"]))
    };
    let mut lines: Vec<String> = report["findings"].as_array().unwrap().iter().map(line).collect();
    lines.retain(|line| !line.starts_with("note "));
    lines.sort();
    (code, lines)
}

#[test]
fn an_ordinary_image_is_quiet_and_one_with_traces_is_not() {
    let image = machine("image-traces");
    assert_eq!(findings(&image), (0, Vec::new()));

    image.write("etc/cron.d/logs", "*/5 * * * * root /dev/shm/.x/logs\n");
    image.write("etc/systemd/system/helper.service", "[Service]\nExecStart=/var/tmp/.h/helper\n");
    image.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nsvc:x:0:0::/:/bin/sh\n");
    image.write("etc/ld.so.preload", "/usr/lib/libx.so\n");
    image.write("usr/lib/libx.so", b"\x7fELF\x02\x01\x01\0x");
    image.write("var/tmp/.s", b"\x7fELF\x02\x01\x01\0s");
    std::fs::set_permissions(image.path("var/tmp/.s"), std::fs::Permissions::from_mode(0o4755)).unwrap();
    let (code, after) = findings(&image);
    assert_eq!(code, 1);
    for path in
        ["/etc/cron.d/logs", "/etc/systemd/system/helper.service", "/etc/passwd", "/usr/lib/libx.so", "/var/tmp/.s"]
    {
        let loud = |line: &&String| line.ends_with(&format!(" {path}")) && !line.starts_with("unusual ");
        assert!(after.iter().any(|line| loud(&line)), "nothing is said of {path}: {after:#?}");
    }
    assert!(!after.iter().any(|line| line.contains(" process/") || line.contains(" network/")), "{after:#?}");
}
