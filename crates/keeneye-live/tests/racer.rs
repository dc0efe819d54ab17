#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the tree that is looked at, and measure the racer"
)]
//! Somebody swaps directories and files of the root for links that lead out of it, ten thousand times a second, during
//! fifty looks of each kind. The kernel tells what is opened outside: nothing; and no answer tells of what is there.

use keeneye_facts::Text;
use keeneye_live::{Inventory, Live, Options};
use keeneye_world::baseline::Policy;
use keeneye_world::packages::{Algorithm, Expectations, Expected, Sum};
use keeneye_world::{Answer, Host, Question};
use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::fs::{create_dir_all, read_dir, remove_dir_all, write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

const LOOKS: usize = 50;
const SWAPS_A_SECOND: f64 = 10_000.0;

/// Size of what nobody may open, and of nothing else.
const SIZE: usize = 47_113;

/// What is swapped, by its path below the root.
const SWAPPED: [&str; 4] = ["usr/far", "usr/near", "usr/file", "usr/bin/program"];

/// A root, and beside it what nobody may open.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let place = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("racer-{name}-{}", std::process::id())));
        for directory in ["outside/below", "root/usr/bin", "root/usr/far/below", "root/usr/near/below"] {
            create_dir_all(place.0.join(directory)).unwrap();
        }
        for file in ["outside/secret", "outside/below/secret"] {
            write(place.0.join(file), [b'x'; SIZE]).unwrap();
        }
        for file in ["root/usr/far/secret", "root/usr/near/secret", "root/usr/file", "root/usr/bin/program"] {
            write(place.0.join(file), file).unwrap();
        }
        let outside = place.0.join("outside");
        let secret = outside.join("secret");
        let links = [outside.as_path(), Path::new("../../outside"), &secret, Path::new("../../../outside/secret")];
        for (swapped, target) in SWAPPED.iter().zip(links) {
            symlink(target, place.link(swapped)).unwrap();
        }
        place
    }
    fn root(&self) -> PathBuf {
        self.0.join("root")
    }
    fn outside(&self) -> PathBuf {
        self.0.join("outside")
    }
    fn link(&self, swapped: &str) -> PathBuf {
        self.root().join(format!("{swapped}-link"))
    }
    /// Swaps until told to stop; says how often.
    fn race(&self, stop: &AtomicBool) -> u64 {
        let pairs = SWAPPED.map(|swapped| (self.root().join(swapped), self.link(swapped)));
        let mut swaps = 0;
        while !stop.load(Ordering::Relaxed) {
            for (plain, link) in &pairs {
                renameat_with(CWD, plain, CWD, link, RenameFlags::EXCHANGE).unwrap();
                swaps += 1;
            }
        }
        swaps
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        remove_dir_all(&self.0).ok();
    }
}

/// What the kernel tells of everything that is opened, listed or read outside.
struct Watch(OwnedFd);

impl Watch {
    fn over(outside: &Path) -> Self {
        let watch = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
        let flags = WatchFlags::OPEN | WatchFlags::ACCESS;
        for directory in [outside.to_path_buf(), outside.join("below")] {
            add_watch(&watch, &directory, flags).unwrap();
        }
        Self(watch)
    }
    fn seen(&self) -> Vec<String> {
        let mut buffer = [const { std::mem::MaybeUninit::uninit() }; 4096];
        let mut reader = Reader::new(&self.0, &mut buffer);
        let mut seen = Vec::new();
        while let Ok(event) = reader.next() {
            seen.push(format!("{:?} {:?}", event.events(), event.file_name()));
        }
        seen
    }
}

/// Looks fifty times while the racer runs; `look` gives what it was told, as text.
fn look(name: &str, look: impl Fn(&Live) -> String) {
    let place = Place::new(name);
    let watch = Watch::over(&place.outside());
    let stop = AtomicBool::new(false);
    let began = Instant::now();
    let swaps = std::thread::scope(|scope| {
        let racer = scope.spawn(|| place.race(&stop));
        for _ in 0..LOOKS {
            let live = Live::new(&place.root(), &Options::default()).expect("the root can be opened");
            let told = look(&live);
            assert!(!told.contains(&format!("size: {SIZE}")), "told of what is outside: {told}");
        }
        stop.store(true, Ordering::Relaxed);
        racer.join().unwrap()
    });
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(watch.seen(), Vec::<String>::new(), "opened outside of the root");
    // What the kernel would have told.
    std::fs::read(place.outside().join("below/secret")).unwrap();
    assert_eq!(read_dir(place.outside()).unwrap().count(), 2);
    assert!(watch.seen().len() >= 3, "the watch does not see what is opened");
    let rate = f64::from(u32::try_from(swaps).unwrap_or(u32::MAX)) / seconds;
    assert!(rate >= SWAPS_A_SECOND, "{rate:.0} swaps a second are no race");
}

#[test]
fn packaged_files_are_compared_inside() {
    let digest = Sum { algorithm: Algorithm::Md5, hexadecimal: "0".repeat(32) };
    let file = |path: &str| Expected {
        path: Text::from(path),
        mode: Some(0o100_755),
        digest: Some(digest.clone()),
        ..Expected::default()
    };
    let paths = ["/usr/far/secret", "/usr/near/below/secret", "/usr/file", "/usr/bin/program", "/usr/near/secret"];
    let files: Vec<Expected> = paths.iter().cycle().take(1000).map(|path| file(path)).collect();
    let question = Question::Compare(Expectations::new(files));
    look("compare", |live| {
        let answer = live.ask(&question).expect("a comparison answers");
        let Answer::Compared(found) = &answer else { panic!("{answer:?}") };
        assert_eq!(found.len(), 1000, "none of them is as expected");
        format!("{answer:?}")
    });
}

#[test]
fn a_baseline_is_walked_inside() {
    let (roots, policy) = ([Text::from("/")], Policy::default());
    look("inventory", |live| {
        let mut told = String::new();
        // Several walks make one look: each is over before the racer has swapped everything.
        for _ in 0..20 {
            let inventory = Inventory { roots: &roots, policy: &policy, before: None };
            let tell = &mut |entry| {
                told.push_str(&format!("{entry:?}"));
                Ok(())
            };
            live.inventory(inventory, tell).expect("a walk comes to an end");
        }
        told
    });
}

#[test]
fn every_other_question_about_files_stays_inside() {
    let paths = ["/usr/far", "/usr/near", "/usr/far/secret", "/usr/near/secret", "/usr/file", "/usr/bin/program"];
    let asks: [fn(Text) -> Question; 11] = [
        Question::Read,
        Question::Head,
        Question::Link,
        Question::List,
        Question::Stat,
        Question::Resolve,
        Question::Digest,
        Question::Shape,
        Question::Copy,
        Question::Walk,
        Question::Sweep,
    ];
    look("questions", |live| {
        let questions = asks.iter().flat_map(|ask| paths.map(|path| ask(Text::from(path))));
        questions.map(|question| format!("{:?}", live.ask(&question))).collect()
    });
}
