#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the image that the program looks at"
)]
//! Roots that rpm itself made, with a file of every kind, beside what `rpm -Va` says of them.

mod common;

use common::{Scratch, parts, run};
use std::collections::BTreeMap;
use std::fs::{Permissions, remove_file, set_permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

/// A package with a file of every kind that rpm tells apart.
const SPEC: &str = r#"
Name: kinds
Version: 1
Release: %{rel}
Summary: files of every kind
License: MIT
BuildArch: noarch
%description
Files of every kind.
%install
cd %{buildroot}
mkdir -p usr/bin usr/dir etc usr/share/doc/kinds usr/share/locale/de var/log
for name in content size mode owner group gone locked kept; do echo %{rel} $name > usr/bin/$name; done
for name in edited kept missing; do echo $name > etc/$name; done
echo doc > usr/share/doc/kinds/doc
echo optional > usr/bin/optional
echo free > usr/bin/free
echo de > usr/share/locale/de/kinds.mo
ln -s content usr/bin/link
touch var/log/ghost
%files
%attr(755,root,root) /usr/bin/content
%attr(755,root,root) /usr/bin/size
%attr(755,root,root) /usr/bin/mode
%attr(755,root,root) /usr/bin/owner
%attr(755,root,root) /usr/bin/group
%attr(755,root,root) /usr/bin/gone
%attr(4755,root,root) /usr/bin/locked
%attr(755,root,root) /usr/bin/kept
/usr/bin/link
%missingok /usr/bin/optional
%verify(not md5 size mtime) /usr/bin/free
%attr(755,root,root) %dir /usr/dir
%config /etc/edited
%config(noreplace) /etc/kept
%config /etc/missing
%doc /usr/share/doc/kinds/doc
%lang(de) /usr/share/locale/de/kinds.mo
%ghost %attr(644,root,root) /var/log/ghost
"#;

/// The tools, or a loud word. Where CI runs they must be there.
fn has_rpm() -> bool {
    let there = Command::new("rpmbuild").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("RPMBUILD IS MISSING, NOT TESTED: what rpm itself says of its files");
        assert!(std::env::var_os("CI").is_none(), "rpmbuild is missing");
    }
    there
}

#[track_caller]
fn told(command: &mut Command) -> String {
    let output = command.output().expect("rpm starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // `rpm -V` ends with 1 where something differs.
    assert!(output.status.code().is_some_and(|code| code <= 1), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// A root into which rpm installed the package, and then a newer release of it.
struct Machine {
    image: Scratch,
}

impl Machine {
    fn new(name: &str) -> Self {
        let machine = Self { image: Scratch::new(&format!("rpm-{name}")) };
        machine.image.write("root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nbin:x:2:2::/:/bin/false\n");
        machine.image.write("root/etc/group", "root:x:0:\nbin:x:2:\n");
        machine.image.write("kinds.spec", SPEC);
        machine
    }

    fn put(&self, release: &str) {
        let top = self.image.path("").display().to_string();
        let spec = self.image.path("kinds.spec");
        told(Command::new("rpmbuild").args(["-bb", "--quiet"]).arg(spec).args([
            "--define",
            &format!("_topdir {top}"),
            "--define",
            &format!("rel {release}"),
        ]));
        let package = self.image.path(&format!("RPMS/noarch/kinds-1-{release}.noarch.rpm"));
        told(self.rpm().args(["--nodeps", "--force-debian", "-U"]).arg(package));
    }

    fn rpm(&self) -> Command {
        let mut rpm = Command::new("rpm");
        rpm.arg("--root").arg(self.root()).args(["--dbpath", "/var/lib/rpm"]);
        rpm
    }

    fn root(&self) -> std::path::PathBuf {
        self.image.path("root")
    }

    /// By path, what `rpm -Va` prints before it, mtimes left out: they are no evidence, and keeneye tells none alone.
    fn rpm_says(&self) -> BTreeMap<String, String> {
        let line = |line: &str| {
            let (flags, path) = line.split_once("  ")?;
            let path = path.trim_start().trim_start_matches(['c', 'd', 'g']).trim_start();
            let flags = if flags == "missing" { flags.to_owned() } else { flags.replace(['.', 'T'], "") };
            (!flags.is_empty()).then(|| (path.to_owned(), flags))
        };
        told(self.rpm().arg("-Va")).lines().filter_map(line).collect()
    }

    /// The same in the same letters, as keeneye lists it.
    fn keeneye_says(&self) -> BTreeMap<String, String> {
        let root = self.root().display().to_string();
        let (_, list, _) = parts(&run(&["list", "changes", "--format", "json", "--root", &root]));
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let row = |row: &serde_json::Value| {
            let words = row["differs"].as_str().unwrap().split(", ");
            let letter = |words: &str| match words.split(' ').next().unwrap_or_default() {
                "content" if words.ends_with(" bytes") => "S5",
                "content" => "5",
                "mode" => "M",
                "owner" => "U",
                "group" => "G",
                "leads" => "L",
                "it" => "missing",
                _ => "",
            };
            let flags: String = words.map(letter).collect();
            (row["file"].as_str().unwrap().to_owned(), flags)
        };
        list["rows"].as_array().unwrap().iter().map(row).collect()
    }

    /// Findings above a note.
    fn alarms(&self) -> Vec<String> {
        let root = self.root().display().to_string();
        let (_, report, _) = parts(&run(&["scan", "--format", "json", "--require-coverage", "0", "--root", &root]));
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["level"] != "note");
        findings.map(|finding| finding["summary"].as_str().unwrap().to_owned()).collect()
    }
}

/// What is done to each file, what rpm says then, and what keeneye says.
const TAMPERED: [(&str, &str, &str); 16] = [
    ("/usr/bin/content", "5", "5"),
    ("/usr/bin/size", "S5", "S5"),
    ("/usr/bin/mode", "M", "M"),
    ("/usr/bin/owner", "U", "U"),
    ("/usr/bin/group", "G", "G"),
    ("/usr/bin/gone", "missing", "missing"),
    ("/usr/bin/locked", "M", "M"),
    ("/usr/bin/link", "L", "L"),
    ("/usr/bin/optional", "", ""),
    ("/usr/bin/free", "", ""),
    ("/usr/dir", "M", "M"),
    ("/etc/edited", "S5", "S5"),
    ("/etc/kept", "S5", "S5"),
    // A setting that an admin removed is no news; documentation may be left out.
    ("/etc/missing", "missing", ""),
    ("/usr/share/doc/kinds/doc", "S5", "S5"),
    ("/var/log/ghost", "M", "M"),
];

fn tamper(root: &Path) {
    let at = |path: &str| root.join(path);
    let mode = |path: &str, mode| set_permissions(at(path), Permissions::from_mode(mode)).unwrap();
    let same = std::fs::metadata(at("usr/bin/content")).unwrap().modified().unwrap();
    std::fs::write(at("usr/bin/content"), "2 CONTENT\n").unwrap();
    std::fs::File::options().write(true).open(at("usr/bin/content")).unwrap().set_modified(same).unwrap();
    for path in ["usr/bin/size", "usr/bin/free", "etc/edited", "etc/kept", "usr/share/doc/kinds/doc", "var/log/ghost"] {
        std::fs::write(at(path), "something else, and longer").unwrap();
    }
    mode("usr/bin/mode", 0o777);
    mode("usr/bin/locked", 0o755);
    mode("usr/dir", 0o777);
    mode("var/log/ghost", 0o666);
    chown(at("usr/bin/owner"), Some(2), None).unwrap();
    chown(at("usr/bin/group"), None, Some(2)).unwrap();
    for path in ["usr/bin/gone", "usr/bin/optional", "usr/bin/link", "etc/missing"] {
        remove_file(at(path)).unwrap();
    }
    symlink("/tmp/content", at("usr/bin/link")).unwrap();
}

#[test]
fn what_rpm_says_of_every_kind_of_file() {
    if !has_rpm() {
        return;
    }
    let machine = Machine::new("verify");
    machine.put("1");
    assert_eq!(machine.alarms(), Vec::<String>::new(), "right after the installation");
    machine.put("2");
    assert_eq!(machine.alarms(), Vec::<String>::new(), "right after the upgrade");
    let untouched = BTreeMap::from([("/var/log/ghost".to_owned(), "missing".to_owned())]);
    let mut by_rpm = machine.rpm_says();
    by_rpm.retain(|path, _| !untouched.contains_key(path));
    assert_eq!((by_rpm, machine.keeneye_says()), Default::default());
    std::fs::create_dir_all(machine.root().join("var/log")).unwrap();
    std::fs::write(machine.root().join("var/log/ghost"), "").unwrap();

    tamper(&machine.root());
    let wanted = |of: fn(&(&str, &'static str, &'static str)) -> &'static str| {
        let told = TAMPERED.iter().map(|row| (row.0.to_owned(), of(row).to_owned()));
        told.filter(|(_, flags)| !flags.is_empty()).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(machine.rpm_says(), wanted(|row| row.1), "rpm");
    assert_eq!(machine.keeneye_says(), wanted(|row| row.2), "keeneye");
}

#[test]
fn a_forged_database_beside_the_real_one_hides_nothing() {
    if !has_rpm() {
        return;
    }
    let machine = Machine::new("forged");
    machine.put("1");
    std::fs::write(machine.root().join("usr/bin/content"), "1 CONTENT\n").unwrap();
    let changed = || machine.keeneye_says().get("/usr/bin/content").cloned();
    assert_eq!(changed().as_deref(), Some("5"));
    // The real one under the name of another form, and one of two packages under a name that comes first.
    let database = machine.root().join("var/lib/rpm");
    for end in ["", "-wal"] {
        let from = database.join(format!("rpmdb.sqlite{end}"));
        std::fs::rename(from, database.join(format!("Packages.db{end}"))).unwrap();
    }
    let forged = include_bytes!("../../keeneye-world/src/packages/rpm/samples/rpmdb.sqlite.zst");
    let forged = zstd::decode_all(forged.as_slice()).unwrap();
    machine.image.write("root/var/lib/rpm/rpmdb.sqlite", forged);
    machine.image.write("root/usr/lib/rpm/macros", "%_db_backend ndb\n");
    let doubt = || machine.alarms().into_iter().find(|alarm| alarm.contains("a second database"));
    let told = doubt().expect("a doubt");
    assert!(told.starts_with("/var/lib/rpm/") && told.contains(" packages beside "), "{told}");
    // Whoever may write the database may write what rpm believes as well.
    machine.image.write("root/etc/rpm/macros", "%_db_backend sqlite\n");
    assert!(doubt().is_some());
}
