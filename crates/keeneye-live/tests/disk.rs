//! Directories of real ext4 file systems, through the kernel and from the device.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    reason = "tests make the file systems to look at"
)]

use keeneye_facts::{Lister, Refusal, Text};
use keeneye_live::{Live, Options};
use keeneye_world::{Answer, DiskComparison, DiskLook, Host, Plan, Question, scan};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// A directory that goes away with the test.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a place for files");
        Self(path)
    }
    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn run(program: &str, arguments: &[&Path]) {
    let status = Command::new(program).args(arguments).stdout(std::process::Stdio::null()).status();
    let status = status.unwrap_or_else(|why| panic!("{program}: {why}; setup/test.sh installs what tests need"));
    assert!(status.success(), "{program} {arguments:?}");
}

/// A file system of 16 MiB with the files of a directory in it.
fn make(image: &Path, files: &Path) {
    fs::File::create(image).and_then(|file| file.set_len(16 << 20)).expect("an image");
    run("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), "-d".as_ref(), files, image]);
}

fn tree(dir: &Dir) -> PathBuf {
    let tree = dir.at("tree");
    for name in ["etc/cron.d", "usr/lib/many", "lost+found"] {
        fs::create_dir_all(tree.join(name)).expect("a directory");
    }
    for name in ["etc/passwd", "etc/cron.d/job", "usr/lib/a.so"] {
        fs::write(tree.join(name), name).expect("a file");
    }
    // More than one block of names, so that the directory has an index.
    for number in 0..200 {
        fs::write(tree.join(format!("usr/lib/many/a-name-that-takes-its-room-{number:03}")), "").expect("a file");
    }
    tree
}

fn live(root: &Path, image: Option<PathBuf>) -> Live {
    let mut options = Options::default();
    options.image = image;
    Live::new(root, &options).expect("the root can be opened")
}

fn compare(live: &Live, dir: &str) -> DiskComparison {
    match live.ask(&Question::Disk { dir: dir.into(), deep: true }) {
        Ok(Answer::Disk(comparison)) => *comparison,
        other => panic!("{other:?}"),
    }
}

fn raw() -> Plan {
    Plan { quick: true, without_packages: true, raw: true, ..Plan::default() }
}

#[test]
fn a_tree_and_the_image_of_it_agree() {
    let dir = Dir::new("agree");
    let tree = tree(&dir);
    make(&dir.at("image"), &tree);
    let live = live(&tree, Some(dir.at("image")));
    let comparison = compare(&live, "/usr");
    assert_eq!((comparison.directories, comparison.differ, comparison.unread), (3, Vec::new(), Vec::new()));
    let comparison = compare(&live, "/etc");
    assert_eq!((comparison.directories, comparison.differ, comparison.unread), (2, Vec::new(), Vec::new()));
}

#[test]
fn what_one_shows_and_the_other_hides() {
    let dir = Dir::new("differ");
    let tree = tree(&dir);
    make(&dir.at("image"), &tree);
    fs::remove_file(tree.join("usr/lib/many/a-name-that-takes-its-room-150")).expect("removed");
    fs::remove_dir_all(tree.join("etc/cron.d")).expect("removed");
    fs::write(tree.join("etc/more"), "x").expect("a file");
    let live = live(&tree, Some(dir.at("image")));
    let differ = [compare(&live, "/etc").differ, compare(&live, "/usr").differ].concat();
    let told: Vec<_> = differ.iter().map(|entry| (entry.path.lossy().into_owned(), entry.directory)).collect();
    let hidden = "/usr/lib/many/a-name-that-takes-its-room-150".to_owned();
    assert_eq!(told, [("/etc/cron.d".to_owned(), true), ("/etc/more".to_owned(), false), (hidden.clone(), false)]);
    let disk = DiskLook { before: false, disk: true, after: false };
    let kernel = DiskLook { before: true, disk: false, after: true };
    assert_eq!(differ[0].looks, [disk; 3]);
    assert_eq!(differ[1].looks, [kernel; 3]);
    assert!(differ.iter().all(|entry| entry.since.is_some()));
    // What the tree got a moment ago may not have been written yet; what it lacks is hidden, when the image is older.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let world = scan(&live, &raw());
    let told: Vec<_> = world.listing_differences.iter().map(|d| (d.path.lossy().into_owned(), d.shown_by)).collect();
    assert_eq!(told, [("/etc/cron.d".to_owned(), Lister::Disk), (hidden, Lister::Disk)]);
}

#[test]
fn what_is_no_ext4_is_refused() {
    let dir = Dir::new("none");
    let tree = tree(&dir);
    let question = Question::Disk { dir: "/".into(), deep: true };
    fs::write(dir.at("short"), "x").expect("a file");
    fs::write(dir.at("zeros"), vec![0; 1 << 20]).expect("a file");
    make(&dir.at("cut"), &tree);
    fs::File::options().write(true).open(dir.at("cut")).and_then(|file| file.set_len(8 << 20)).expect("cut");
    for image in ["short", "zeros", "cut"] {
        let reply = live(&tree, Some(dir.at(image))).ask(&question);
        assert!(matches!(reply, Err(Refusal::Garbled(_))), "{image}: {reply:?}");
    }
    let missing = live(&tree, Some(dir.at("missing"))).ask(&question);
    assert_eq!(missing, Err(Refusal::ABSENT));
}

#[test]
fn damaged_file_systems_give_an_answer_and_never_a_panic() {
    let dir = Dir::new("damaged");
    let tree = dir.at("tree");
    fs::create_dir_all(tree.join("etc/x")).expect("a directory");
    fs::write(tree.join("etc/x/y"), "z").expect("a file");
    let image = dir.at("image");
    fs::File::create(&image).and_then(|file| file.set_len(1 << 20)).expect("an image");
    // Without checksums damage reaches the reader.
    run(
        "mkfs.ext4",
        &["-q", "-F", "-b", "1024", "-N", "16", "-O", "^metadata_csum,^has_journal", "-d"]
            .map(Path::new)
            .into_iter()
            .chain([tree.as_path(), image.as_path()])
            .collect::<Vec<_>>(),
    );
    let whole = fs::read(&image).expect("the image");
    let used = whole.iter().rposition(|byte| *byte != 0).unwrap_or_default();
    let mut seed = 7_u64;
    for _ in 0..12 {
        let mut bytes = whole.clone();
        for _ in 0..40 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Past the superblock, whose own test is elsewhere.
            let at = 2048 + usize::try_from(seed >> 33).unwrap_or_default() % (used - 2048);
            bytes[at] = (seed >> 25) as u8;
        }
        fs::write(&image, &bytes).expect("the image");
        let reply = live(&tree, Some(image.clone())).ask(&Question::Disk { dir: "/".into(), deep: true });
        assert!(matches!(reply, Ok(Answer::Disk(_)) | Err(Refusal::Garbled(_))), "{reply:?}");
    }
}

/// Runs in a thread with mounts of its own: nothing of them is left behind.
fn in_own_mounts(test: impl FnOnce() + Send + 'static) {
    let outcome = std::thread::spawn(move || {
        let flags = rustix::thread::UnshareFlags::NEWNS | rustix::thread::UnshareFlags::FS;
        // SAFETY: no descriptor table is unshared, and the thread ends with the test.
        unsafe { rustix::thread::unshare_unsafe(flags) }.expect("a mount namespace of its own (as root)");
        let private = rustix::mount::MountPropagationFlags::PRIVATE | rustix::mount::MountPropagationFlags::REC;
        rustix::mount::mount_change("/", private).expect("private mounts");
        test();
    });
    if let Err(panic) = outcome.join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn a_mounted_file_system_agrees_while_it_changes() {
    in_own_mounts(|| {
        let dir = Dir::new("mounted");
        make(&dir.at("image"), &tree(&dir));
        let point = dir.at("mnt");
        fs::create_dir(&point).expect("a directory");
        run("mount", &["-o".as_ref(), "loop".as_ref(), &dir.at("image"), &point]);
        fs::create_dir(point.join("new")).expect("a directory");
        fs::write(point.join("new/file"), "not written back yet").expect("a file");
        fs::remove_file(point.join("etc/passwd")).expect("removed");
        fs::create_dir(point.join("covered")).expect("a directory");
        fs::write(point.join("covered/below"), "x").expect("a file");
        run(
            "mount",
            &["-t", "tmpfs", "none"]
                .map(Path::new)
                .into_iter()
                .chain([point.join("covered").as_path()])
                .collect::<Vec<_>>(),
        );

        let still = live(&point, None);
        let comparison = compare(&still, "/");
        assert_eq!((comparison.differ, comparison.unread), (Vec::new(), Vec::new()));
        assert!(comparison.directories >= 7, "{}", comparison.directories);

        let whole = live(Path::new("/"), None);
        let inside = point.join("etc").into_os_string().into_encoded_bytes();
        let reply = whole.ask(&Question::Disk { dir: Text::from(inside), deep: false });
        assert!(matches!(&reply, Ok(Answer::Disk(found)) if found.directories == 1), "{reply:?}");
        let reply = still.ask(&Question::Disk { dir: "/covered".into(), deep: false });
        assert!(matches!(reply, Err(Refusal::Garbled(why)) if why.ends_with("is tmpfs, not ext4")));

        let end = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !end.load(Ordering::Relaxed) {
                    for number in 0..20 {
                        let path = point.join(format!("etc/lock-{number}"));
                        fs::write(&path, "").expect("a file");
                        fs::rename(&path, point.join("new/lock")).expect("moved");
                    }
                    fs::remove_file(point.join("new/lock")).expect("removed");
                }
            });
            let world = scan(&still, &raw());
            end.store(true, Ordering::Relaxed);
            assert_eq!(world.listing_differences, []);
        });
        // Both hold directories open.
        drop((still, whole));
        run("umount", &[&point.join("covered")]);
        run("umount", &[&point]);
    });
}
