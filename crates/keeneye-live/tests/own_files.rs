//! Files of keeneye's own: recordings that it writes, files that it was given.
#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "tests make the files to look at")]

use keeneye_live::{read_own_file, write_new_file};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

fn place(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("own-{name}-{}", std::process::id()));
    fs::remove_dir_all(&path).ok();
    fs::create_dir_all(&path).expect("a place for files");
    path
}

#[test]
fn a_written_file_is_for_its_owner_and_replaces_an_older_one() {
    let dir = place("new");
    let path = dir.join("host.kee");
    write_new_file(&path, b"a longer first one").expect("written");
    write_new_file(&path, b"second").expect("written again");
    assert_eq!(read_own_file(&path, 6).expect("read"), b"second");
    assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
    fs::remove_dir_all(dir).expect("cleaned up");
}

#[test]
fn a_link_is_not_written_through() {
    let dir = place("link");
    fs::write(dir.join("victim"), "as it was").expect("a file");
    symlink("victim", dir.join("host.kee")).expect("a link");
    assert!(write_new_file(&dir.join("host.kee"), b"x").is_err());
    assert!(write_new_file(&dir, b"x").is_err());
    assert_eq!(fs::read(dir.join("victim")).expect("there"), b"as it was");
    fs::remove_dir_all(dir).expect("cleaned up");
}

#[test]
fn a_given_file_is_regular_and_not_too_large() {
    let dir = place("given");
    fs::write(dir.join("big"), "1234567").expect("a file");
    let error = read_own_file(&dir.join("big"), 6).expect_err("too large");
    assert!(error.to_string().contains("larger than 6 bytes"), "{error}");
    assert!(read_own_file(Path::new("/dev/zero"), 6).is_err());
    assert!(read_own_file(&dir, 6).is_err());
    fs::remove_dir_all(dir).expect("cleaned up");
}
