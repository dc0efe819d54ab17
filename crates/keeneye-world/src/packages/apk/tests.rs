use super::*;

/// In the form of a real database: musl and busybox of an Alpine 3.16.
const DATABASE: &[u8] = b"C:Q1aCu0LmUDoAFSOX49uHvkYC1WasQ=
P:musl
V:1.2.3-r0
A:x86_64
S:383304
I:622592
T:the musl c library (libc) implementation
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1ZZqflKEvStJz4SXV0SDMi3wOtM0=
R:libc.musl-x86_64.so.1
a:0:0:777
Z:Q17yJ3JFNypA4mxhJJr0ou6CzsJVI=

C:Q1iZ+C2JJdBlm2KKtAOkSkM7zZegY=
P:busybox
V:1.35.0-r17
A:x86_64
D:so:libc.musl-x86_64.so.1
F:bin
R:busybox
a:0:0:4755
Z:Q1WUwBY0eOGgzgVxTZxJBZPyQUicI=
F:etc
R:securetty
Z:Q1mB95Hq2NUTZ599RDiSsj9w5FrOU=
F:tmp
M:0:0:1777
F:var/spool/cron
M:0:102:750:Q1mB95Hq2NUTZ599RDiSsj9w5FrOU=

";

fn file<'a>(packages: &'a [Installed], path: &str) -> &'a Expected {
    packages.iter().flat_map(|package| &package.files).find(|file| file.path == path).expect(path)
}

#[test]
fn packages_with_their_files() {
    let (packages, troubles) = read(DATABASE);
    assert_eq!(troubles, []);
    let names: Vec<_> = packages.iter().map(|p| (p.name.as_str(), p.version.as_str(), p.files.len())).collect();
    assert_eq!(names, [("musl", "1.2.3-r0", 3), ("busybox", "1.35.0-r17", 6)]);
    assert_eq!(packages[0].architecture, "x86_64");
    let busybox = file(&packages, "/bin/busybox");
    assert_eq!((busybox.mode, &busybox.owner), (Some(0o4755), &Some(Owner::Number(0))));
    assert_eq!(file(&packages, "/etc/securetty").mode, Some(0o644));
    assert_eq!(file(&packages, "/lib").mode, Some(0o040_755));
    assert_eq!(file(&packages, "/tmp").mode, Some(0o041_777));
    let cron = file(&packages, "/var/spool/cron");
    assert_eq!((cron.mode, &cron.group), (Some(0o040_750), &Some(Owner::Number(102))));
}
#[test]
fn the_digest_of_a_link_is_that_of_its_target() {
    let (packages, _) = read(DATABASE);
    let link = file(&packages, "/lib/libc.musl-x86_64.so.1").digest.clone().expect("a digest");
    // printf ld-musl-x86_64.so.1 | sha1sum
    assert_eq!(link.algorithm, Algorithm::Sha1);
    assert!(link.is("ef2277245372a40e26c61249af4a2ee82cec2552"), "{}", link.hexadecimal);
}
#[test]
fn settings_are_told_from_programs() {
    let database = b"P:x\nV:1\nF:etc\nR:x.conf\nF:etc/init.d\nR:x\nF:usr/bin\nR:x\n\n";
    let (packages, _) = read(database);
    let config = |path| file(&packages, path).role.config;
    assert_eq!([config("/etc/x.conf"), config("/etc/init.d/x"), config("/usr/bin/x")], [true, false, false]);
}
#[test]
fn digests_of_apk_3() {
    let shortened = b"P:x\nV:1\nf:S\nF:usr\nR:x\nZ:Q1ZZqflKEvStJz4SXV0SDMi3wOtM0=\n\n";
    let (packages, _) = read(shortened);
    let sum = file(&packages, "/usr/x").digest.clone().expect("a digest");
    assert_eq!((sum.algorithm, sum.hexadecimal.len()), (Algorithm::Sha256, 40));
    assert!(sum.is(&format!("{}{}", sum.hexadecimal, "0".repeat(24))));
    assert!(!sum.is(&"0".repeat(64)));
    let whole = b"P:x\nV:1\nF:usr\nR:x\nZ:Q247DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n";
    let (packages, _) = read(whole);
    // sha256sum of nothing
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(file(&packages, "/usr/x").digest.as_ref().map(|sum| sum.hexadecimal.as_str()), Some(empty));
}
#[test]
fn troubles_name_their_line() {
    let troubles = |text: &[u8]| read(text).1.into_iter().map(|t| (t.line, t.why)).collect::<Vec<_>>();
    assert_eq!(
        troubles(b"P:x\nV:1\nF:../etc\nR:x\n\n"),
        [(3, "not a directory of this host"), (4, "a file without a directory")]
    );
    assert_eq!(troubles(b"P:x\nV:1\nF:etc\nR:../x\n\n"), [(4, "not a file name")]);
    assert_eq!(troubles(b"P:x\nV:1\nF:etc\nR:x\nZ:Q1xx\n\n"), [(5, "not a digest")]);
    assert_eq!(troubles(b"P:x\nV:1\nF:etc\na:0:0:755\n\n"), [(4, "permissions of no file")]);
    assert_eq!(troubles(b"P:x\nV:1\nno field\n\n"), [(3, "neither a field nor an empty line")]);
    assert_eq!(troubles(b"V:1\n\n"), [(2, "a package without name or version")]);
    assert_eq!(troubles(b"P:x\nV:1"), [(2, "the file ends in the middle of a line")]);
}
#[test]
fn hostile_bytes_survive() {
    crate::mutate::check(&[DATABASE], |bytes| !read(bytes).0.is_empty());
}
#[test]
fn every_truncation_survives() {
    for end in 0..DATABASE.len() {
        let (packages, troubles) = read(&DATABASE[..end]);
        assert!(packages.len() <= 2 && troubles.len() <= 5);
    }
}
