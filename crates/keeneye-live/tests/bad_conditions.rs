//! Whole scans of trees that were made to stop them. Needs root: the trees lie on file systems of their own.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::panic,
    reason = "tests make the trouble to look at"
)]

use bstr::ByteSlice;
use keeneye_facts::{Interest, Refusal};
use keeneye_live::{Live, Options};
use keeneye_world::{Plan, World, scan};
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, FileType, Mode, OFlags, makedev, mkdirat, mknodat, openat};
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// ENAMETOOLONG, E2BIG, EREMOTE
const TOO_LONG: i32 = 36;
const TOO_BIG: i32 = 7;
const REMOTE: i32 = 66;
/// What a scan of any of these trees may take on a machine that does other things too.
const IN_TIME: Duration = Duration::from_secs(40);

/// Runs with an empty tmpfs in a mount namespace of this thread's own, and scans what the test made of it.
fn scanned(name: &str, make: impl FnOnce(&Path) -> Option<fs::File> + Send) -> World {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bad-{name}-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a place for files");
    let inside = || {
        let flags = rustix::thread::UnshareFlags::NEWNS | rustix::thread::UnshareFlags::FS;
        // SAFETY: neither flag touches descriptors or memory; only this thread's directory and mounts are split off.
        unsafe { rustix::thread::unshare_unsafe(flags) }.expect("a mount namespace of its own (as root)");
        mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC).expect("private mounts");
        mount("tmpfs", &dir, "tmpfs", MountFlags::empty(), Some(c"nr_inodes=0,size=4g")).expect("a tmpfs");
        let held = make(&dir);
        // What lies beside the trouble, and has to be seen all the same.
        write(&dir, "zz/marker", b"\x7fELF", 0o4755);
        let live = Live::new(&dir, &Options::default()).expect("the root can be opened");
        let begun = Instant::now();
        let world = scan(&live, &Plan::default());
        assert!(begun.elapsed() < IN_TIME, "{:?}", begun.elapsed());
        drop(held);
        world
    };
    let world = std::thread::scope(|scope| scope.spawn(inside).join()).expect("the test inside");
    fs::remove_dir(&dir).ok();
    let marker = world.file(b"/zz/marker").expect("what lies beside it is seen");
    assert!(marker.interests.contains(&Interest::Privileged));
    world
}

fn write(root: &Path, name: &str, content: &[u8], mode: u32) -> PathBuf {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("has a parent")).expect("a directory");
    fs::write(&path, content).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
    path
}

/// The gap that a refusal left, for a path that begins so.
#[track_caller]
fn has_gap(world: &World, what: &str, why: &Refusal) {
    let found = world.gaps.iter().any(|gap| gap.what.contains_str(what) && gap.why == *why);
    assert!(found, "no gap for {what}: {:?}", world.gaps);
}

/// Names that senses read or the sweep keeps.
const WANTED: [&str; 12] = [
    "etc/passwd",
    "etc/crontab",
    "etc/cron.d/job",
    "etc/profile",
    "etc/ld.so.preload",
    "root/.bash_history",
    "root/.bashrc",
    "root/.ssh/authorized_keys",
    "tmp/.x/program",
    "dev/shm/program",
    "var/www/html/x.php",
    "var/lib/dpkg/status",
];

#[test]
fn pipes_devices_and_sockets_are_never_opened() {
    for (name, kind, device) in [
        ("pipe", FileType::Fifo, 0),
        // /dev/zero never ends, and reading the console would wait.
        ("zero", FileType::CharacterDevice, makedev(1, 5)),
        ("console", FileType::CharacterDevice, makedev(5, 1)),
        ("socket", FileType::Socket, 0),
    ] {
        let world = scanned(name, |root| {
            for wanted in WANTED {
                let path = root.join(wanted);
                fs::create_dir_all(path.parent().expect("has a parent")).expect("a directory");
                mknodat(CWD, &path, kind, Mode::from(0o4777), device).expect("a node");
            }
            None
        });
        has_gap(&world, "/etc/passwd", &Refusal::NotRegular);
        assert!(world.file(b"/var/www/html/x.php").is_none());
    }
}

#[test]
fn files_of_a_terabyte_cost_what_is_read_of_them() {
    let world = scanned("sparse", |root| {
        for name in WANTED.iter().chain(&["usr/bin/large", "var/www/.htaccess"]) {
            let path = write(root, name, b"", 0o4755);
            fs::File::options().write(true).open(path).expect("the file").set_len(1 << 40).expect("a sparse file");
        }
        None
    });
    let cut =
        |what: &str| world.gaps.iter().any(|gap| gap.what.contains_str(what) && matches!(gap.why, Refusal::Cut(_)));
    assert!(cut("/etc/passwd") && cut("digest of"), "{:?}", world.gaps);
    assert_eq!(world.file(b"/dev/shm/program").and_then(|fact| fact.stat).map(|stat| stat.size), Some(1 << 40));
}

#[test]
fn a_file_system_that_never_answers_is_a_gap() {
    let world = scanned("silent", |root| {
        let fuse = fs::File::options().read(true).write(true).open("/dev/fuse").expect("FUSE");
        let data = format!("fd={},rootmode=40000,user_id=0,group_id=0,allow_other", fuse.as_raw_fd());
        let data = std::ffi::CString::new(data).expect("no zero in it");
        let at = root.join("srv/far");
        fs::create_dir_all(&at).expect("a mount point");
        mount("silent", &at, "fuse", MountFlags::empty(), data.as_c_str()).expect("a FUSE mount");
        write(root, "etc/passwd", b"root:x:0:0::/root:/bin/bash\nfar:x:1000:1000::/srv/far/home:/bin/bash\n", 0o644);
        Some(fuse)
    });
    has_gap(&world, "/srv/far", &Refusal::Errno(REMOTE));
    assert_eq!(world.accounts.len(), 2);
}

#[test]
fn a_tree_of_twenty_thousand_levels_ends_where_paths_end() {
    let world = scanned("deep", |root| {
        fs::create_dir_all(root.join("var/tmp")).expect("a directory");
        let mut dir: OwnedFd = fs::File::open(root.join("var/tmp")).expect("the directory").into();
        for _ in 0..20_000 {
            mkdirat(&dir, "d", Mode::from(0o755)).expect("a level");
            dir = openat(&dir, "d", OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).expect("the level");
        }
        None
    });
    has_gap(&world, "/var/tmp/d/d", &Refusal::Errno(TOO_LONG));
}

/// Makes two million files, which takes most of its time.
#[test]
fn a_directory_of_two_million_names_is_told_and_left() {
    let world = scanned("wide", |root| {
        let dir = root.join("var/spool/wide");
        fs::create_dir_all(&dir).expect("a directory");
        let first = dir.join("0");
        fs::write(&first, b"").expect("a file");
        let dir: OwnedFd = fs::File::open(&dir).expect("the directory").into();
        for number in 1..2_000_000_u32 {
            rustix::fs::linkat(CWD, &first, &dir, number.to_string(), rustix::fs::AtFlags::empty()).expect("a name");
        }
        None
    });
    has_gap(&world, "/var/spool/wide", &Refusal::Errno(TOO_BIG));
}
