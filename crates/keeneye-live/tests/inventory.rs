#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests make the tree that is walked"
)]
//! The walk that a baseline is made of: in order and whole.

use keeneye_facts::Text;
use keeneye_live::{Before, Inventory, Live, Options, Taken};
use keeneye_world::baseline::{Content, Entry, Moment, Policy, walk_order};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("keeneye-inventory-{}-{name}", std::process::id()));
        std::fs::create_dir_all(path.join("root/usr/bin")).unwrap();
        Self(path)
    }
    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.0.join(name), content).unwrap();
    }
    fn take(&self, before: Option<(&[Entry], Moment, u64)>) -> (Vec<Entry>, Taken) {
        let live = Live::new(&self.0.join("root"), &Options::default()).unwrap();
        let before = before.map(|(entries, made, one_in)| {
            let entries = Box::new(entries.iter().cloned().map(Ok));
            Before { entries, made, one_in, seed: 1 }
        });
        let (roots, policy) = ([Text::from("/")], Policy::default());
        let mut found = Vec::new();
        let inventory = Inventory { roots: &roots, policy: &policy, before };
        let taken = live
            .inventory(inventory, &mut |entry| {
                found.push(entry);
                Ok(())
            })
            .unwrap();
        (found, taken)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn find<'a>(entries: &'a [Entry], path: &str) -> &'a Entry {
    entries.iter().find(|entry| entry.path == path).unwrap()
}

/// Long after everything was made.
const LATER: Moment = Moment { seconds: i64::MAX / 2, nanoseconds: 0 };

#[test]
fn entries_come_in_order_with_all_that_is_known() {
    let tree = Tree::new("order");
    for name in ["a", "a-b", "usr/bin/tool", "usr-local", "z"] {
        tree.write(&format!("root/{name}"), b"abc");
    }
    symlink("../../../../etc/passwd", tree.0.join("root/usr/link")).unwrap();
    std::fs::set_permissions(tree.0.join("root/usr/bin/tool"), std::fs::Permissions::from_mode(0o4755)).unwrap();
    let (entries, taken) = tree.take(None);
    assert!(entries.windows(2).all(|pair| walk_order(&pair[0].path, &pair[1].path).is_lt()));
    assert_eq!((taken.entries, taken.read, taken.bytes, taken.unread_count), (9, 5, 15, 0));
    let tool = find(&entries, "/usr/bin/tool");
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let Content::Sha256(digest) = tool.content else { panic!("{tool:?}") };
    assert_eq!((Text::from(digest.as_slice()).hex(), tool.mode), (abc.to_owned(), 0o104_755));
    assert_eq!(find(&entries, "/usr/link").target.as_ref().unwrap(), &"../../../../etc/passwd");
}

#[test]
fn what_looks_untouched_is_believed_but_for_a_sample() {
    let tree = Tree::new("believed");
    for number in 0..1000 {
        tree.write(&format!("root/usr/{number}"), b"x");
    }
    let (entries, _) = tree.take(None);
    let read = |made, one_in| tree.take(Some((&entries, made, one_in))).1.read;
    assert_eq!((read(LATER, 0), read(LATER, 1)), (0, 1000));
    let sample = read(LATER, 10);
    assert!((30..300).contains(&sample), "{sample}");
    // What changed when the earlier walk began may have changed again in the same moment.
    assert_eq!(read(Moment::default(), 0), 1000);
    tree.write("root/usr/7", b"another");
    let (now, taken) = tree.take(Some((&entries, LATER, 0)));
    assert_eq!((taken.read, taken.believed), (1, 999));
    assert_ne!(find(&now, "/usr/7").content, find(&entries, "/usr/7").content);
    assert_eq!(find(&now, "/usr/7").begins_as_before, Some(false));
}

#[test]
fn restlessness_is_counted() {
    let tree = Tree::new("restless");
    let mut before = Vec::new();
    for round in 0..4_u8 {
        tree.write("root/usr/counter", &[round]);
        before = tree.take(Some((&before, Moment::default(), 1))).0;
        assert_eq!(find(&before, "/usr/counter").restless, round);
    }
}

#[test]
fn pipes_and_devices_are_not_opened() {
    let tree = Tree::new("pipe");
    let path = tree.0.join("root/usr/pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .unwrap();
    let (entries, taken) = tree.take(None);
    assert_eq!((find(&entries, "/usr/pipe").content, taken.unread_count), (Content::NotAsked, 0));
}
