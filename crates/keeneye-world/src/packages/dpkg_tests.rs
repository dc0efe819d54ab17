use super::*;

const STATUS: &str = "Package: adduser
Status: install ok installed
Architecture: all
Version: 3.134
Conffiles:
 /etc/adduser.conf cc3493ecd2d09837ffdcc3e25fdfff18
 /etc/my file 11a06baf8245fd8d690b99024d228c1f obsolete
 /etc/new newconffile
Description: add and remove users and groups
 .
 Conffiles: of nothing

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: never
Status: unknown ok not-installed
Architecture: amd64

Package: libc6
Status: install ok installed
Installed-Size: 12345
Architecture: amd64
Multi-Arch: same
Version: 2.36-9
";

#[test]
fn status_gives_packages_that_have_files() {
    let (packages, troubles) = status(STATUS.as_bytes());
    assert_eq!(troubles, []);
    let names: Vec<_> = packages.iter().map(|p| (p.name.as_str(), p.version.as_str(), p.is_present())).collect();
    assert_eq!(names, [("adduser", "3.134", true), ("gone", "1", false), ("libc6", "2.36-9", true)]);
    assert_eq!(packages[2].most_bytes(), Some(2 * 12_345 * 1_024));
    assert_eq!(packages[0].most_bytes(), None);
    let conffiles = &packages[0].conffiles;
    assert_eq!(conffiles.len(), 2);
    assert_eq!(conffiles.get(b"/etc/my file".as_slice()).unwrap(), "11a06baf8245fd8d690b99024d228c1f");
}
#[test]
fn a_cut_status_says_where() {
    let (packages, troubles) = status(b"Package: a\nVersion: 1\n\nPackage: b\nVers");
    assert_eq!(packages.len(), 2);
    let told: Vec<_> = troubles.iter().map(|t| (t.line, t.why)).collect();
    assert_eq!(
        told,
        [
            (5, "neither a field nor a continuation"),
            (5, "the file ends in the middle of a line"),
            (5, "a package without a version: the paragraph is cut off"),
        ]
    );
}
#[test]
fn a_name_cannot_lead_out_of_the_directory() {
    let (packages, troubles) = status(b"Package: ../../../root/x\nVersion: 1\n\nPackage: .x\nVersion: 1\n");
    assert_eq!(packages, []);
    assert_eq!(troubles.len(), 2);
}
#[test]
fn digests_are_found_by_path() {
    let text = "d017d976328c091c70977d2cf89a0cdd  usr/bin/b\n791C681aec9fccb161c1f83123e9d33c  usr/bin/a b\nshort\n\
                d017d976328c091c70977d2cf89a0cdd  ./opt/d\n";
    let (sums, troubles) = Sums::new(Text::from(text));
    assert_eq!(sums.get(b"usr/bin/b").unwrap(), "d017d976328c091c70977d2cf89a0cdd");
    assert_eq!(sums.get(b"usr/bin/a b").unwrap(), "791c681aec9fccb161c1f83123e9d33c");
    assert_eq!(sums.get(b"usr/bin/c"), None);
    assert_eq!(sums.get(b"opt/d").unwrap(), "d017d976328c091c70977d2cf89a0cdd");
    assert_eq!(troubles, [Trouble { line: 3, why: "neither a digest nor a path" }]);
}
#[test]
fn diversions_come_in_threes() {
    let text = "/usr/bin/a\n/usr/bin/a.distrib\ndash\n/b\n/b.real\n:\n/c\n";
    let (found, troubles) = diversions(text.as_bytes());
    let by: Vec<_> = found.iter().map(|d| (d.from.lossy().into_owned(), d.by.clone())).collect();
    assert_eq!(by, [("/usr/bin/a".to_owned(), Some("dash".to_owned())), ("/b".to_owned(), None)]);
    assert_eq!(troubles, [Trouble { line: 7, why: "a diversion of fewer than three lines" }]);
}
