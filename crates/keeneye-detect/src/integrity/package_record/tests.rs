use super::said;
use crate::testing::{check, check_with};
use keeneye_facts::{DoubtKind, Level, PackageDoubt};
use keeneye_world::Plan;
use keeneye_world::packages::Vendor;
const NAME: &str = "integrity/package-record";
/// SHA-256 of `real`.
const REAL: &str = "aa33996d60e89311b4d1a920dae03c6d7fa3ae1956c52662e273aad4683e577f";

/// Its vendor's procps 2 has that ps.
fn vendor() -> Plan {
    let package = format!("package procps 2 amd64 {REAL}\n100755 root:root {REAL} - /usr/bin/ps\n");
    let vendor = Vendor { manifest: format!("keeneye-manifest 1\n{package}").into(), ..Vendor::default() };
    Plan { vendor: Some(vendor), ..Plan::default() }
}

#[test]
fn a_list_of_digests_that_vouches_for_what_the_vendor_did_not_make() {
    let host = |content: &str| {
        format!("/usr/bin/ps = {content}\n/usr/bin/ps : mode=100755\npackage procps 2 owns /usr/bin/ps\n")
    };
    let text = "compromised: the list of digests of package procps was changed: it vouches for /usr/bin/ps, which is \
                not the vendor's";
    check_with(NAME, &host("fake"), &vendor(), &[text]);
    check_with(NAME, &host("real"), &vendor(), &[]);
    check_with(NAME, &host("fake"), &Plan::default(), &[]);
    // The list tells it by itself.
    check_with(NAME, &format!("{}tampered /usr/bin/ps\n", host("real")), &vendor(), &[]);
}
#[test]
fn a_list_of_files_that_has_more_than_the_package() {
    let host = "/usr/bin/ps = real\n/usr/bin/ps : mode=100755\npackage procps 2 owns ";
    let text =
        "suspicious: the list of files of package procps was changed: /usr/bin/kk is in no package of its vendor";
    check_with(NAME, &format!("{host}/usr/bin/ps,/usr/bin/kk\n"), &vendor(), &[text]);
    check_with(NAME, &format!("{host}/usr/bin/ps\n"), &vendor(), &[]);
}

#[test]
fn a_record_of_rpm_that_owns_what_is_the_vendors() {
    let level = |kind| {
        let path = "/var/lib/rpm/rpmdb.sqlite".into();
        let doubt = PackageDoubt { package: "x".into(), version: "1".into(), kind, path, when: 0 };
        said(&doubt).map(|finding| (finding.level, finding.summary))
    };
    let text = "package x says to own /usr/bin/ps, but it is not signed by a vendor as most packages here are";
    let forged = DoubtKind::NotOfVendor { owns: "/usr/bin/ps".into() };
    assert_eq!(level(forged), Some((Level::Suspicious, text.into())));
    let own = DoubtKind::Unsigned { packages: 1, others_are_signed: true };
    assert_eq!(level(own).map(|(level, _)| level), Some(Level::Unusual));
}
#[test]
fn what_is_said_of_databases_of_rpm() {
    let told = |kind| {
        let path = "/var/lib/rpm/rpmdb.sqlite".into();
        let doubt = PackageDoubt { package: "x".into(), version: "1-1".into(), kind, path, when: 0 };
        said(&doubt).map(|finding| format!("{}: {}", finding.level.word(), finding.summary.lossy())).unwrap_or_default()
    };
    let beside = || "/var/lib/rpm/Packages.db".into();
    assert_eq!(
        told(DoubtKind::SecondDatabase { packages: 2, beside: beside(), believed: true }),
        "suspicious: /var/lib/rpm/rpmdb.sqlite, which the package manager believes, is a second database of 2 packages \
         beside /var/lib/rpm/Packages.db"
    );
    assert_eq!(
        told(DoubtKind::SecondDatabase { packages: 2, beside: beside(), believed: false }),
        "unusual: /var/lib/rpm/rpmdb.sqlite is a second database of 2 packages beside /var/lib/rpm/Packages.db"
    );
    assert_eq!(
        told(DoubtKind::UnsignedOfVendor { packages: 1, vendor: "V".into() }),
        "suspicious: package x is not signed, although V signs what it builds"
    );
    assert_eq!(
        told(DoubtKind::NeedsRemoved { needs: "libz.so.1".into() }),
        "suspicious: package x needs libz.so.1, which no package brings: but it is there (/var/lib/rpm/rpmdb.sqlite)"
    );
    assert_eq!(
        told(DoubtKind::VersionsMisfit { by: "y".into(), needs: "2-1".into() }),
        "suspicious: package x is there in version 1-1, but y needs 2-1: the record of one is an older one"
    );
    assert_eq!(
        told(DoubtKind::KeyNowhere { key: "ab12".into(), packages: 2 }),
        "note: 2 packages, x the first, are signed by a key that nobody has here: ab12"
    );
    assert_eq!(
        told(DoubtKind::KeyOfThisHost { key: "ab12".into(), packages: 1 }),
        "note: package x is signed by a key that only this host knows: ab12"
    );
}
#[test]
fn a_list_of_digests_that_was_edited() {
    let host = "package procps 2 owns /usr/bin/ps\npackage grep 2 owns /usr/bin/grep\n\
                /var/lib/dpkg/info/procps.list : changed=1600000000\n\
                /var/lib/dpkg/info/grep.list : changed=1600000000\n\
                /var/lib/dpkg/info/grep.md5sums : changed=1600000000\n";
    let text = "suspicious: /var/lib/dpkg/info/procps.md5sums was written after package procps was installed, without \
                the rest of it";
    check(NAME, &format!("{host}/var/lib/dpkg/info/procps.md5sums : changed=1600009999\n"), &[text]);
    check(NAME, &format!("{host}/var/lib/dpkg/info/procps.md5sums : changed=1600000001\n"), &[]);
}
#[test]
fn a_package_that_was_taken_out_of_the_list() {
    let host = "package procps 2 owns /usr/bin/ps\n";
    let text = "suspicious: package gone has a list of files (/var/lib/dpkg/info/gone.list), but the database does \
                not name it";
    check(NAME, &format!("{host}/var/lib/dpkg/info/gone.list = /usr/bin/gone\\n\n"), &[text]);
    check(NAME, &format!("{host}/var/lib/dpkg/info/procps.list = /usr/bin/ps\\n\n"), &[]);
}
#[test]
fn a_touched_list_hides_no_edited_digests() {
    let host = "package procps 2 owns /usr/bin/ps\npackage grep 2 owns /usr/bin/grep\n\
                /var/lib/dpkg/info/procps.postinst = #!/bin/sh\\n\n\
                /var/lib/dpkg/info/procps.postinst : modified=1500000000 changed=1600000000\n\
                /var/lib/dpkg/info/procps.list : changed=1600009999 modified=1600009999\n";
    let text = "suspicious: /var/lib/dpkg/info/procps.md5sums was written after package procps was installed, without \
                the rest of it";
    let sums = "/var/lib/dpkg/info/procps.md5sums : changed=1600009999 modified=1600009999\n";
    check(NAME, &format!("{host}{sums}/var/lib/dpkg/status : changed=1600020000\n"), &[text]);
    // Nor does another package that comes in that minute.
    let other = "/var/lib/dpkg/info/grep.list : changed=1600009950\n/var/lib/dpkg/status : changed=1600020000\n";
    check(NAME, &format!("{host}{sums}{other}"), &[text]);
    // dpkg itself writes a list anew when another package takes a file over.
    check(NAME, &format!("{host}{other}"), &[]);
}
#[test]
fn a_record_that_was_written_after_all_that_dpkg_did() {
    let host = "package a 2 owns /usr/bin/a\n/var/lib/dpkg/status : changed=1600000000\n\
                /var/lib/dpkg/info/a.md5sums : changed=1600000000\n";
    let list = |time: i64| format!("/var/lib/dpkg/info/a.list : changed={time} modified={time}\n");
    let text = "suspicious: /var/lib/dpkg/info/a.list was written after package a was installed, without \
                the rest of it";
    check(NAME, &format!("{host}{}", list(1_600_009_999)), &[text]);
    check(NAME, &format!("{host}{}", list(1_600_000_060)), &[]);
}
#[test]
fn a_record_that_is_younger_than_its_files() {
    let others: String = (0..3).map(|n| format!("package o{n} 1 owns /usr/bin/o{n}\n")).collect();
    let host = |files: i64| {
        format!(
            "{others}package a 2 owns /usr/bin/a,/usr/share/doc/a/x\n/var/lib/dpkg/status : changed=1600020000\n\
             /var/lib/dpkg/info/a.list : changed=1600009999 modified=1600009999\n\
             /var/lib/dpkg/info/a.md5sums : changed=1600009999 modified=1600009999\n\
             /usr/bin/a : mode=100755 modified=1500000000 changed={files}\n\
             /usr/share/doc/a/x : mode=100644 modified=1500000000 changed={files}\n"
        )
    };
    let text = "suspicious: /var/lib/dpkg/info/a.list was written after package a was installed, without \
                the rest of it";
    check(NAME, &host(1_600_000_000), &[text]);
    check(NAME, &host(1_600_009_950), &[]);
}
/// The records of all packages and `status` bear this time, and their files and the rest of /var those.
fn all_written(record: i64, files: i64, rest: i64) -> String {
    let one = |n: i32| {
        let info = format!("/var/lib/dpkg/info/o{n}");
        format!(
            "package o{n} 1 owns /usr/bin/o{n}\n/usr/bin/o{n} : mode=100755 modified=1500000000 changed={files}\n\
             {info}.list : changed={record} modified=1500000001\n\
             {info}.md5sums : changed={record} modified=1500000000\n"
        )
    };
    let all: String = (0..8).map(one).collect();
    let state: String = ["/var/local", "/var/lib", "/var/lib/misc", "/var/lib/dpkg"]
        .map(|dir| format!("{dir} : mode=40755 changed={rest}\n"))
        .concat();
    format!("{all}{state}/var/lib/dpkg/status : changed={record}\n")
}
#[test]
fn the_records_of_all_packages_were_touched() {
    let (then, now) = (1_600_000_000, 1_690_000_000);
    let said = |level, how| {
        format!("{level}: the records of 8 packages in /var/lib/dpkg/info were written after the packages, and {how}")
    };
    check(NAME, &all_written(now, then, then), &[&said("suspicious", "the rest of /var was not")]);
    // A disk of its own for /var.
    check(NAME, &all_written(now, then, now - 60), &[&said("unusual", "so was all of /var")]);
    // A machine that is some hours old, of which the records alone were touched.
    check(NAME, &all_written(now, then, now - 3 * 3_600), &[&said("suspicious", "the rest of /var was not")]);
    // A machine that was copied, which takes its time.
    check(NAME, &all_written(now, now - 3_600, now - 60), &[]);
}
#[test]
fn digests_that_were_taken_away() {
    let host = "package a 2 owns /usr/bin/a\npackage b 2 owns /usr/bin/b\npackage c 2 owns /usr/bin/c\n";
    let empty = |names: &str| -> String {
        names.chars().map(|name| format!("/var/lib/dpkg/info/{name}.md5sums = \\n\n")).collect()
    };
    let text = "unusual: package a has no list of digests (/var/lib/dpkg/info/a.md5sums): its manager keeps \
                one of every package";
    check(NAME, &format!("{host}{}", empty("a")), &[text]);
    // What took it out of the directory was no package manager.
    let taken = "/var/lib/dpkg/info : mode=40755 changed=1600009999\n";
    let alone = text.replace("unusual: ", "suspicious: ");
    check(NAME, &format!("{host}{}{taken}", empty("a")), &[&alone]);
    let status = "/var/lib/dpkg/status : changed=1600009990\n";
    check(NAME, &format!("{host}{}{taken}{status}", empty("a")), &[text]);
    // What cannot be read may be there.
    check(NAME, &format!("{host}/var/lib/dpkg/info/a.md5sums ! EPERM\n"), &[]);
    let text = "unusual: 3 packages, a the first, have no list of digests: their files are not compared";
    check(NAME, &format!("{host}{}", empty("abc")), &[text]);
    let old = "/var/lib/dpkg/info/a.list : changed=1300000000\n/var/lib/dpkg/info/a.md5sums : changed=1300000000\n";
    check(NAME, &format!("{host}{}{old}", empty("a")), &[]);
    check(NAME, &format!("{host}/usr/bin/a @ b\n{}", empty("a")), &[]);
}
#[test]
fn digests_that_were_there_when_the_baseline_was_made() {
    let host = "baseline 3\npackage a 2 owns /usr/bin/a\npackage b 2 owns /usr/bin/b\n";
    let empty = "/var/lib/dpkg/info/a.md5sums = \\n\n/var/lib/dpkg/info/b.md5sums = \\n\n";
    let gone = "change /var/lib/dpkg/info/a.md5sums gone\nchange /var/lib/dpkg/info/b.md5sums gone\n";
    let never = "unusual: 2 packages, a the first, have no list of digests: their files are not compared";
    let since = "suspicious: the lists of digests of 2 packages, a the first, were there when the baseline was \
                 made, and are gone";
    check(NAME, &format!("{host}{empty}{gone}"), &[never, since]);
    check(NAME, &format!("{host}{empty}"), &[never]);
}
#[test]
fn a_package_that_counts_as_removed() {
    let host = |list: &str| {
        let removed = "Package: a\\nStatus: deinstall ok config-files\\nArchitecture: amd64\\nVersion: 2\\n\
                       Conffiles:\\n /etc/a.conf 00000000000000000000000000000000\\n /opt/a.conf \
                       00000000000000000000000000000000\\n";
        format!(
            "package a 2 owns /usr/bin/a\n/etc/a.conf = x\n/opt/a.conf = x\n/var/lib/dpkg/info/a.list = {list}\n\
             /var/lib/dpkg/status = {removed}\n"
        )
    };
    let text = "suspicious: package a counts as removed, but /usr/bin/a, which it brought, is there";
    check(NAME, &host("/etc\\n/etc/a.conf\\n/opt/a.conf\\n/usr/bin/a\\n"), &[text]);
    check(NAME, &host("/etc\\n/etc/a.conf\\n/opt/a.conf\\n"), &[]);
}
/// Its digests changed since the baseline; all of its record and files bear this time.
fn since_the_baseline(record: i64, files: i64) -> String {
    let others: String = (0..3).map(|n| format!("package o{n} 1 owns /usr/bin/o{n}\n")).collect();
    format!(
        "baseline 3\n{others}package a 2 owns /usr/bin/a,/usr/share/doc/a/x\n\
         change /var/lib/dpkg/info/a.md5sums content changed=1699900000\n\
         /var/lib/dpkg/status : changed=1699900001\n/var/lib/dpkg/info/o1.list : changed=1699900000\n\
         /var/lib/dpkg/info/a.list : changed=1699900000 modified=1699900000\n\
         /var/lib/dpkg/info/a.md5sums : changed=1699900000 modified=1500000000\n\
         /var/lib/dpkg/info/a.postinst = x\n\
         /var/lib/dpkg/info/a.postinst : changed={record} modified=1500000000\n\
         /usr/bin/a : mode=100755 modified=1500000000 changed=1699900000\n\
         /usr/share/doc/a/x : mode=100644 modified=1500000000 changed={files}\n"
    )
}
#[test]
fn digests_that_changed_since_the_baseline_without_the_package() {
    let said = |old: &str| {
        format!(
            "suspicious: /var/lib/dpkg/info/a.md5sums is not as in the baseline, but package a was not installed \
             since: {old} is older"
        )
    };
    // Another package came in that minute, so that the times alone tell nothing.
    let upgraded = 1_699_900_000;
    let before = 1_690_000_000;
    check(NAME, &since_the_baseline(upgraded, upgraded), &[]);
    check(NAME, &since_the_baseline(upgraded, before), &[&said("/usr/share/doc/a/x")]);
    let late = "suspicious: /var/lib/dpkg/info/a.md5sums was written after package a was installed, without the rest \
                of it";
    check(NAME, &since_the_baseline(before, upgraded), &[late]);
}
#[test]
fn digests_that_changed_and_nobody_logged_it() {
    let host = since_the_baseline(1_699_900_000, 1_699_900_000);
    let log = |package: &str| {
        format!(
            "{host}/var/log/dpkg.log = 2023-11-01 10:00:00 startup\\n2023-11-13 18:26:40 upgrade {package}:amd64 1 2\\n\n"
        )
    };
    let said = "suspicious: /var/lib/dpkg/info/a.md5sums is not as in the baseline, and dpkg's log names no package \
                a in that time";
    check(NAME, &log("o1"), &[said]);
    check(NAME, &log("a"), &[]);
    check(NAME, &log("o1").replace("baseline 3\n", ""), &[]);
}
#[test]
fn a_database_of_apk_that_was_edited() {
    let db = "/lib/apk/db/installed = P:a\\nV:1\\nF:usr/bin\\nR:a\\na:0:0:755\\n\
              Z:Q1W6pQFEXkO3C8LQ9X3cxgj2XGoSw=\\n\\n\n/lib/apk/db/triggers = \n\
              /lib/apk/db/triggers : changed=1600000000\n/usr/bin/a = x\n";
    let host = |written: i64, file: i64| {
        format!("{db}/lib/apk/db/installed : changed={written}\n/usr/bin/a : mode=100755 changed={file}\n")
    };
    let text = "suspicious: /lib/apk/db/installed was changed after /lib/apk/db/triggers, which is written together \
                with it";
    check(NAME, &host(1_600_009_999, 1_600_009_990), &[&format!("{text}; so were files of package a")]);
    check(NAME, &host(1_600_009_999, 1_500_000_000), &[text]);
    check(NAME, &host(1_600_000_001, 1_600_009_990), &[]);
}
fn pacman(mtree: i64, file: i64) -> String {
    let one = |name: &str| {
        let dir = format!("/var/lib/pacman/local/{name}-1-1");
        let list = "#mtree\\n./usr/bin/NAME type=file mode=755 uid=0 gid=0 sha256digest=\
                    2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\\n"
            .replace("NAME", name);
        format!(
            "{dir}/desc = %NAME%\\n{name}\\n\\n%VERSION%\\n1-1\\n\\n\n{dir}/files = %FILES%\\nusr/bin/{name}\\n\n\
             {dir}/mtree = {list}\n{dir}/files : changed=1600000000\n{dir}/mtree : changed=1600000000\n\
             /usr/bin/{name} = x\n/usr/bin/{name} : mode=100755 changed=1600000000\n"
        )
    };
    let touched =
        format!("/var/lib/pacman/local/a-1-1/mtree : changed={mtree}\n/usr/bin/a : mode=100755 changed={file}\n");
    format!("{}{}{}{touched}", one("a"), one("b"), one("c"))
}
#[test]
fn a_list_of_pacman_that_was_made_anew() {
    let text = "suspicious: /var/lib/pacman/local/a-1-1/mtree was written after package a was installed, without \
                the rest of it";
    check(NAME, &pacman(1_600_009_999, 1_600_000_000), &[text]);
    check(NAME, &pacman(1_600_000_003, 1_600_000_000), &[]);
    let desc = "/var/lib/pacman/local/a-1-1/desc : changed=1600009999\n";
    check(NAME, &format!("{}{desc}", pacman(1_600_000_000, 1_600_000_000)), &[]);
}
#[test]
fn a_list_of_pacman_that_is_gone() {
    let gone = pacman(1_600_000_000, 1_600_000_000).replace("/a-1-1/mtree", "/a-1-1/other");
    let text = "unusual: package a has no list of digests (/var/lib/pacman/local/a-1-1/mtree): its manager keeps \
                one of every package";
    check(NAME, &gone, &[text]);
}
