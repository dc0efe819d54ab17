//! The live host asked what differs from packages, below a directory.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    reason = "tests make the files to look at"
)]

use keeneye_facts::{Difference, Refusal};
use keeneye_live::{Live, Options};
use keeneye_world::packages::{Algorithm, Expectations, Expected, Found, Owner, Sum};
use keeneye_world::{Answer, Host, Question};
use sha2::Digest;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Of the word `content`.
const MD5: &str = "9a0364b9e99bb480dd25e1f0284c8555";
const SHA1: &str = "040f06fd774092478d450774f5ba30c5da78acc8";
const SHA256: &str = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";

/// A directory that goes away with the test.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("usr/bin")).expect("a place for files");
        Self(path)
    }
    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
    fn write(&self, name: &str) -> PathBuf {
        fs::write(self.at(name), "content").expect("a file");
        fs::set_permissions(self.at(name), Permissions::from_mode(0o755)).expect("a mode");
        self.at(name)
    }
    fn compare(&self, expected: &[Expected]) -> Vec<Found> {
        let live = Live::new(&self.0, &Options::default()).expect("the root can be opened");
        match live.ask(&Question::Compare(Expectations::new(expected.to_vec()))) {
            Ok(Answer::Compared(found)) => found,
            other => panic!("{other:?}"),
        }
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn program(path: &str, algorithm: Algorithm, digest: &str) -> Expected {
    let digest = Some(Sum { algorithm, hexadecimal: digest.into() });
    Expected { path: path.into(), mode: Some(0o100_755), size: Some(7), digest, ..Expected::default() }
}

#[track_caller]
fn only(expected: &Expected, found: &[Found]) -> Vec<Difference> {
    let [Found { number: 0, is: Ok(actual) }] = found else { panic!("{found:?}") };
    expected.differences(actual)
}

#[test]
fn what_is_as_the_package_says_is_left_out() {
    let dir = Dir::new("as-said");
    dir.write("usr/bin/a");
    symlink("a", dir.at("usr/bin/b")).expect("a link");
    let link =
        Expected { path: "/usr/bin/b".into(), mode: Some(0o120_777), link: Some("a".into()), ..Expected::default() };
    let algorithms = [(Algorithm::Md5, MD5), (Algorithm::Sha1, SHA1), (Algorithm::Sha256, SHA256)];
    let mut expected: Vec<Expected> = algorithms.map(|(algorithm, sum)| program("/usr/bin/a", algorithm, sum)).into();
    expected.push(link);
    assert_eq!(dir.compare(&expected), []);
}

#[test]
fn every_way_to_differ() {
    let dir = Dir::new("differs");
    let a = dir.write("usr/bin/a");
    let expected = program("/usr/bin/a", Algorithm::Sha256, SHA256);
    fs::write(&a, "CONTENT").expect("a file");
    let found = only(&expected, &dir.compare(std::slice::from_ref(&expected)));
    assert!(matches!(found.as_slice(), [Difference::Content { expected, .. }] if expected == SHA256), "{found:?}");
    fs::write(&a, "content and more").expect("a file");
    let found = only(&expected, &dir.compare(std::slice::from_ref(&expected)));
    let by_size = Difference::Content { expected: "7 bytes".into(), found: "16 bytes".into() };
    assert_eq!(found, [by_size], "not worth a digest");
    fs::write(&a, "content").expect("a file");
    fs::set_permissions(&a, Permissions::from_mode(0o4755)).expect("a mode");
    let found = only(&expected, &dir.compare(std::slice::from_ref(&expected)));
    assert_eq!(found, [Difference::Mode { expected: 0o755, found: 0o4755 }]);
    let stranger = Some(Owner::Number(4_000_000));
    let owned = Expected { owner: stranger.clone(), group: stranger, mode: None, ..expected.clone() };
    assert_eq!(only(&owned, &dir.compare(std::slice::from_ref(&owned))).len(), 2);
    let link = Expected { mode: None, digest: None, link: Some("b".into()), ..expected.clone() };
    let found = only(&link, &dir.compare(std::slice::from_ref(&link)));
    assert!(matches!(found.as_slice(), [Difference::Kind { .. }]), "{found:?}");
    fs::remove_file(&a).expect("a file");
    symlink("c", &a).expect("a link");
    let found = only(&link, &dir.compare(std::slice::from_ref(&link)));
    assert_eq!(found, [Difference::Link { expected: "b".into(), found: "c".into() }]);
    fs::remove_file(&a).expect("a link");
    let missing = dir.compare(&[link]);
    assert!(matches!(missing.as_slice(), [Found { is: Err(why), .. }] if why.is_absent()), "{missing:?}");
}

/// More files than are read side by side, and some so large that they are left for last.
#[test]
fn of_many_files_of_all_sizes_those_that_differ_are_told() {
    let dir = Dir::new("many");
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let expect = |number: usize| {
        let length = if number.is_multiple_of(20) { (1 << 20) + number } else { number * 97 };
        let content: Vec<u8> = (0..length).map(|at| (at % (number + 7)) as u8).collect();
        let path = format!("/usr/bin/{number}");
        let by_sha256 = number.is_multiple_of(3);
        let (algorithm, digest) = match by_sha256 {
            true => (Algorithm::Sha256, hexadecimal(&sha2::Sha256::digest(&content))),
            false => (Algorithm::Md5, hexadecimal(&md5::Md5::digest(&content))),
        };
        let changed = number % 10 == 1 || number == 40 || number == 60;
        let mut there = content;
        if let Some(last) = there.last_mut().filter(|_| changed) {
            *last ^= 1;
        }
        fs::write(dir.at(path.trim_start_matches('/')), there).expect("a file");
        let digest = Some(Sum { algorithm, hexadecimal: digest });
        (changed, Expected { path: path.into(), digest, ..Expected::default() })
    };
    let (changed, expected): (Vec<bool>, Vec<Expected>) = (0..100).map(expect).unzip();
    let wanted: Vec<u32> = (0..).zip(changed).filter(|(_, changed)| *changed).map(|(number, _)| number).collect();
    let found = dir.compare(&expected);
    assert!(found.iter().all(|found| found.is.is_ok()), "{found:?}");
    assert_eq!(found.iter().map(|found| found.number).collect::<Vec<_>>(), wanted);
}

#[test]
fn a_pipe_in_the_place_of_a_program_is_told_and_not_opened() {
    let dir = Dir::new("pipe");
    let path = std::ffi::CString::new(dir.at("usr/bin/a").into_os_string().into_encoded_bytes()).expect("a path");
    // SAFETY: the path is a string that ends in a zero byte and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o644) }, 0);
    let expected = program("/usr/bin/a", Algorithm::Md5, MD5);
    let found = only(&expected, &dir.compare(std::slice::from_ref(&expected)));
    assert_eq!(found, [Difference::Kind { expected: 0o100_000, found: 0o010_000 }]);
}

#[test]
fn a_hole_of_terabytes_is_told_by_its_size() {
    let dir = Dir::new("hole");
    let file = fs::File::create(dir.at("usr/bin/a")).expect("a file");
    file.set_len(8 << 40).expect("a file system with holes");
    let expected = Expected { size: None, mode: None, most: Some(7), ..program("/usr/bin/a", Algorithm::Md5, MD5) };
    let differs = only(&expected, &dir.compare(std::slice::from_ref(&expected)));
    let [Difference::Content { expected: said, found }] = differs.as_slice() else { panic!("{differs:?}") };
    assert_eq!((said.as_str(), found.as_str()), ("at most 7 bytes", "8796093022208 bytes"));
    let unknown = Expected { most: None, ..expected };
    let [Found { is: Err(Refusal::Cut(_)), .. }] = dir.compare(&[unknown])[..] else { panic!("it was read") };
}
