//! The live host asked about a directory that holds another machine.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    reason = "tests make the files to look at"
)]

use keeneye_facts::{Refusal, Text};
use keeneye_live::{Live, Options};
use keeneye_world::{Answer, AskHost, EntryKind, Host, PidProbe, Question};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A directory that goes away with the test.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a place for files");
        Self(path)
    }
    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
    fn write(&self, name: &str, content: &[u8]) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("a directory");
        fs::write(path, content).expect("a file");
    }
    fn live(&self) -> Live {
        Live::new(&self.0, &Options::default()).expect("the root can be opened")
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn not_regular<T: std::fmt::Debug + PartialEq>(reply: Result<T, Refusal>) {
    assert_eq!(reply, Err(Refusal::NotRegular));
}

#[test]
fn links_do_not_lead_out_of_the_root() {
    let dir = Dir::new("escape");
    dir.write("etc/passwd", b"inside");
    symlink("/etc", dir.at("absolute")).expect("a link");
    symlink("../../../../../../../../etc", dir.at("relative")).expect("a link");
    let live = dir.live();
    for path in ["/etc/passwd", "/absolute/passwd", "/relative/passwd", "/../../etc/passwd"] {
        assert_eq!(live.read(&path.into()).expect(path), "inside", "{path}");
        assert_eq!(live.resolve(&path.into()).expect(path), "/etc/passwd", "{path}");
    }
    assert_eq!(live.list(&"/absolute".into()).expect("names").len(), 1);
    assert_eq!(live.resolve(&"/".into()).expect("the root"), "/");
    assert_eq!(live.read(&"/etc/shadow".into()), Err(Refusal::ABSENT));
    assert_eq!(live.read(&"etc/passwd".into()), Err(Refusal::Errno(22)));
}

#[test]
fn only_regular_files_are_opened() {
    let dir = Dir::new("kinds");
    dir.write("file", b"x");
    symlink("file", dir.at("link")).expect("a link");
    rustix::fs::mknodat(rustix::fs::CWD, dir.at("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("a pipe");
    let _socket = std::os::unix::net::UnixListener::bind(dir.at("s")).expect("a socket");
    let live = dir.live();
    for path in ["/pipe", "/link", "/s", "/"] {
        not_regular(live.read(&path.into()));
        not_regular(live.head(&path.into()));
        not_regular(live.digest(&path.into()));
        not_regular(live.ask(&Question::Copy(path.into())));
    }
    assert_eq!(live.link(&"/link".into()).expect("a target"), "file");
    assert_eq!(live.link(&"/file".into()), Err(Refusal::Errno(22)));
    assert!(live.stat(&"/link".into()).expect("facts").is_link());
    let names = live.list(&"/".into()).expect("names");
    let kinds: Vec<(String, EntryKind)> = names.iter().map(|e| (e.name.lossy().into_owned(), e.kind)).collect();
    let expected =
        [("file", EntryKind::File), ("link", EntryKind::Link), ("pipe", EntryKind::Other), ("s", EntryKind::Other)];
    assert_eq!(kinds, expected.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn a_file_of_a_terabyte_costs_only_its_head() {
    let dir = Dir::new("sparse");
    let file = fs::File::create(dir.at("big")).expect("a file");
    file.set_len(1 << 40).expect("a sparse file");
    let live = dir.live();
    assert_eq!(live.head(&"/big".into()).expect("its head").len(), 4096);
    let Ok(Answer::Bytes { data, cut }) = live.ask(&Question::Read("/big".into())) else { panic!("refused") };
    assert_eq!((data.len(), cut), (32 << 20, true));
    assert_eq!(live.stat(&"/big".into()).expect("facts").size, 1 << 40);
}

#[test]
fn digests_are_those_of_the_content() {
    let dir = Dir::new("digest");
    dir.write("abc", b"abc");
    let digest = dir.live().digest(&"/abc".into()).expect("a digest");
    assert_eq!(digest.md5, "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(digest.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(digest.size, 3);
}

#[test]
fn a_walk_finds_all_and_follows_nothing() {
    let dir = Dir::new("walk");
    dir.write("a/b/c/file", b"x");
    dir.write("a/other", b"xy");
    symlink("/", dir.at("a/loop")).expect("a link");
    let Ok(Answer::Walk { files, cut, unread }) = dir.live().ask(&Question::Walk("/a".into())) else {
        panic!("refused")
    };
    let paths: Vec<&Text> = files.iter().map(|f| &f.path).collect();
    assert_eq!(paths, ["/a/b", "/a/b/c", "/a/b/c/file", "/a/loop", "/a/other"].map(Text::from).each_ref());
    assert_eq!((cut, unread), (None, vec![]));
    assert_eq!(files[4].stat.size, 2);
}

#[test]
fn an_image_does_not_run() {
    let dir = Dir::new("still");
    dir.write("proc/1/stat", b"planted");
    let live = dir.live();
    let questions = [
        Question::List("/proc".into()),
        Question::Read("/proc/1/stat".into()),
        Question::MountedList("/proc".into()),
        Question::OwnProc,
        Question::ProbePids { how: PidProbe::Kill, max: 10 },
        Question::Persist(vec![1]),
    ];
    for question in questions {
        assert_eq!(live.ask(&question), Err(Refusal::NotHere), "{question:?}");
    }
    assert!(live.ask(&Question::Clock).is_ok());
}

#[test]
fn nothing_is_answered_after_the_deadline() {
    let dir = Dir::new("late");
    dir.write("file", b"x");
    let live = dir.live();
    live.set_deadline(std::time::Instant::now());
    assert_eq!(live.read(&"/file".into()), Err(Refusal::OutOfTime));
}

#[test]
fn a_root_that_is_not_there_is_named() {
    let Err(error) = Live::new(Path::new("/nowhere/at/all"), &Options::default()) else { panic!("opened") };
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
}
