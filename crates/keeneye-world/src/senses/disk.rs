//! Directories as the file system on the block device holds them, beside the kernel's listing. Asked on demand alone.

use super::Plan;
use crate::{Answer, DiskComparison, DiskEntry, EntryKind, Look, Question, World, mount_tree};
use keeneye_facts::{Event, Lister, ListingDifference, Mount, Refusal, Text};
use std::ops::RangeInclusive;

/// Views of the kernel, which are on no disk.
const NO_FILES: [&[u8]; 2] = [b"proc", b"sys"];
/// Mounts that are compared one by one.
const MAX_MOUNTS: usize = 200;
/// Looks after which a difference is told.
const LOOKS: usize = 2;
/// What the kernel has changed is on the device after so many seconds at the latest: it begins to write after 30, and
/// the journal follows within 5 (vm.dirty_expire_centisecs; `commit=` of ext4(5)). Doubled.
const WRITTEN_BACK: i64 = 70;

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    if !plan.raw {
        return;
    }
    let mut refused: Vec<(Refusal, Text, usize)> = Vec::new();
    for (dir, deep) in places(look, world) {
        let reply = look.host().ask(&Question::Disk { dir: dir.clone(), deep });
        look.count(1, u64::from(reply.is_ok()));
        match reply {
            Ok(Answer::Disk(comparison)) => tell(look, &dir, *comparison),
            Ok(other) => look.misfit(dir, &other),
            Err(why) => match refused.iter_mut().find(|(known, _, _)| *known == why) {
                Some((_, _, count)) => *count += 1,
                None => refused.push((why, dir, 1)),
            },
        }
    }
    for (why, first, count) in refused {
        look.gap(on_the_device(&first, count), why);
    }
}

/// Each directory of the root, then what is mounted deeper. What lies on no disk is passed by, and another file system
/// than ext4 is a gap.
fn places(look: &mut Look<'_>, world: &World) -> Vec<(Text, bool)> {
    let root = Text::from("/");
    let mut dirs = vec![(root.clone(), false)];
    for entry in look.list(&root).unwrap_or_default() {
        if entry.kind == EntryKind::Dir && !NO_FILES.contains(&entry.name.as_slice()) {
            dirs.push((root.join(&entry.name), true));
        }
    }
    if !world.host.live || world.mounts.is_empty() {
        return dirs;
    }
    let deeper = world.mounts.iter().filter(|mount| mount.point.parent() != "/" && is_ext4(mount));
    let deeper: Vec<Text> = deeper.map(|mount| mount.point.clone()).collect();
    let deeper = look.first(&Text::from("mounts of ext4"), deeper, MAX_MOUNTS, "mounts");
    dirs.extend(deeper.into_iter().filter(|point| *point != "/").map(|point| (point, true)));
    let mut others: Vec<&Mount> = Vec::new();
    dirs.retain(|(dir, _)| match mount_tree::at(&world.mounts, dir) {
        Some(mount) if is_ext4(mount) => true,
        Some(mount) => {
            if !is_in_memory(mount) && !others.iter().any(|known| known.id == mount.id) {
                others.push(mount);
            }
            false
        }
        None => true,
    });
    for mount in others {
        look.gap(on_the_device(&mount.point, 1), Refusal::Garbled(format!("{}, not ext4", mount.kind.lossy())));
    }
    dirs
}

fn is_ext4(mount: &Mount) -> bool {
    ["ext2", "ext3", "ext4"].iter().any(|kind| mount.kind == *kind)
}

fn is_in_memory(mount: &Mount) -> bool {
    ["tmpfs", "ramfs", "devtmpfs", "rootfs", "proc", "sysfs"].iter().any(|kind| mount.kind == *kind)
}

fn tell(look: &mut Look<'_>, dir: &Text, comparison: DiskComparison) {
    let looks = comparison.begun..=comparison.ended.unwrap_or(i64::MAX);
    for entry in comparison.differ {
        if let Some(difference) = persistent(entry, &looks) {
            look.saw(Event::ListingDifferenceSeen(difference));
        }
    }
    if let Some((first, why)) = comparison.unread.first() {
        look.gap(on_the_device(first, comparison.unread.len()), Refusal::Garbled(why.clone()));
    }
    if let Some(limit) = comparison.cut {
        look.gap(on_the_device(dir, 1), Refusal::Cut(limit));
    }
}

fn on_the_device(first: &Text, count: usize) -> Text {
    let more = if count > 1 { format!(" and {} more places", count - 1) } else { String::new() };
    Text::from([first.as_slice(), b" on its block device", more.as_bytes()].concat())
}

/// Shown by the same one in every look, and not made while keeneye looked, which is the time `made` stands for.
///
/// A name that comes and goes may be met by the device's reader alone again and again. But it is a new file each time.
/// What says that it will be made later has had its time written by hand.
fn persistent(entry: DiskEntry, made: &RangeInclusive<i64>) -> Option<ListingDifference> {
    let DiskEntry { path, directory, since, looks } = entry;
    let disk = looks.iter().all(|look| look.disk && !look.before && !look.after);
    let kernel = looks.iter().all(|look| !look.disk && look.before && look.after);
    let written = || since.is_some_and(|since| since < made.start().saturating_sub(WRITTEN_BACK));
    let shown_by = match (disk, kernel) {
        _ if looks.len() < LOOKS => return None,
        (true, _) if since.is_none_or(|since| !made.contains(&since)) => Lister::Disk,
        (_, true) if written() => Lister::Kernel,
        _ => return None,
    };
    let looks = u32::try_from(looks.len()).unwrap_or(u32::MAX);
    Some(ListingDifference { path, shown_by, directory, since, looks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DiskLook, Reply, fixture::Fixture, scan};

    const BEGUN: i64 = 1_700_000_000;
    const DISK: DiskLook = DiskLook { before: false, disk: true, after: false };
    const KERNEL: DiskLook = DiskLook { before: true, disk: false, after: true };

    fn entry(since: Option<i64>, looks: &[DiskLook]) -> DiskEntry {
        DiskEntry { path: "/usr/lib/.x".into(), directory: false, since, looks: looks.to_vec() }
    }
    fn host(text: &str, reply: Reply) -> Fixture {
        let mut host = Fixture::new(text);
        for (dir, deep) in [("/", false), ("/etc", true), ("/usr", true), ("/home", true)] {
            host.say(Question::Disk { dir: dir.into(), deep }, reply.clone());
        }
        host
    }
    fn gaps(world: &World) -> Vec<String> {
        let gaps = world.gaps.iter().filter(|gap| gap.sense == "disk");
        gaps.map(|gap| format!("{}: {:?}", gap.what.lossy(), gap.why)).collect()
    }
    fn plan(raw: bool) -> Plan {
        Plan { without_packages: true, raw, ..Plan::default() }
    }

    #[test]
    fn what_persists_is_told_and_nothing_else() {
        let shown = |entry| persistent(entry, &(BEGUN..=BEGUN + 9)).map(|difference| difference.shown_by);
        assert_eq!(shown(entry(Some(1), &[DISK, DISK])), Some(Lister::Disk));
        assert_eq!(shown(entry(None, &[DISK, DISK, DISK])), Some(Lister::Disk));
        assert_eq!(shown(entry(Some(1), &[KERNEL, KERNEL])), Some(Lister::Kernel));
        // A time that is yet to come excuses nothing.
        assert_eq!(shown(entry(Some(BEGUN + 10), &[DISK, DISK])), Some(Lister::Disk));
        for (since, looks) in [
            (Some(1), &[DISK][..]),
            (Some(1), &[DISK, KERNEL]),
            (Some(1), &[DISK, DiskLook { before: true, ..DISK }]),
            (Some(1), &[DISK, DiskLook { after: true, ..DISK }]),
            (Some(1), &[KERNEL, DiskLook { before: false, ..KERNEL }]),
            // Made while keeneye looked.
            (Some(BEGUN), &[DISK, DISK, DISK]),
            (Some(BEGUN + 9), &[DISK, DISK, DISK]),
            // Not yet written to the disk.
            (Some(BEGUN - 20), &[KERNEL, KERNEL, KERNEL]),
            (None, &[KERNEL, KERNEL, KERNEL]),
        ] {
            assert_eq!(shown(entry(since, looks)), None, "{since:?} {looks:?}");
        }
    }
    #[test]
    fn asked_on_demand_alone() {
        let comparison = DiskComparison { differ: vec![entry(Some(1), &[DISK, DISK])], ..DiskComparison::default() };
        let comparison = DiskComparison { begun: BEGUN, ..comparison };
        let host = host("/usr/bin/x = x", Ok(Answer::Disk(Box::new(comparison))));
        let found = |raw: bool| scan(&host, &plan(raw)).listing_differences.len();
        // The root, /etc and /usr give the same answer here.
        assert_eq!((found(true), found(false)), (3, 0));
    }
    #[test]
    fn other_file_systems_are_gaps_and_memory_is_not() {
        let table = r"/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /home rw - btrfs d rw\n3 1 0:9 / /tmp rw - tmpfs t rw\n";
        let world = |reply| scan(&host(&format!("{table}\n/usr/x = x\n/home/x = x\n/tmp/x = x"), reply), &plan(true));
        let empty = || Ok(Answer::Disk(Box::default()));
        assert_eq!(gaps(&world(empty())), ["/home on its block device: Garbled(\"btrfs, not ext4\")"]);
        let refused = gaps(&world(Err(Refusal::Errno(1))));
        assert!(refused.contains(&"/ on its block device and 2 more places: Errno(1)".to_owned()), "{refused:?}");
    }
    #[test]
    fn what_could_not_be_read_is_a_gap() {
        let unread = vec![("/usr/a".into(), "damaged".to_owned()), ("/usr/b".into(), "damaged".to_owned())];
        let comparison = DiskComparison { unread, cut: Some("20 s".into()), ..DiskComparison::default() };
        let gaps = gaps(&scan(&host("/usr/x = x", Ok(Answer::Disk(Box::new(comparison)))), &plan(true)));
        assert!(gaps.iter().any(|gap| gap.starts_with("/usr/a on its block device and 1 more places: ")), "{gaps:?}");
        assert!(gaps.iter().any(|gap| gap == "/usr on its block device: Cut(\"20 s\")"), "{gaps:?}");
    }
}
