//! A file that the kernel's listing hides, or that no disk holds.
//!
//! # What it sees
//! With `--raw`, keeneye reads directories of ext4 file systems from the block device by itself and sets them beside
//! what the kernel lists. A name that the device holds and the kernel leaves out, look after look: compromised. A name
//! that the kernel lists and the device does not hold, though it is older than any write could wait: suspicious.
//!
//! # Why it matters
//! A rootkit in the kernel leaves its files out of every listing: `ls`, `find` and checkers of integrity all ask the
//! kernel. It does not change what lies on the disk, since a file must survive the next boot.
//!
//! # Innocent causes
//! A damaged file system, which e2fsck(8) finds. What lies below a mount point is hidden by the mount, which is no secret:
//! it is not compared. Files that come and go while keeneye looks are not told: each name has to be the same in every
//! look and older than the first.
//!
//! # What to do
//! Believe nothing that this kernel says. Take an image of the disk from outside, or boot another system and look at the
//! file there; `keeneye scan --root` looks at the image.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, Lister, ListingDifference};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/hidden-file",
    title: "a file that the kernel hides",
    level: Level::Compromised,
    attack: &["T1014", "T1564.001"],
    absolute: true,
    source: include_str!("hidden_file.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.listing_differences.iter().map(said).collect()
}

fn said(difference: &ListingDifference) -> Finding {
    let path = difference.path.lossy();
    let what = if difference.directory { "the directory" } else { "the file" };
    let (level, summary) = match difference.shown_by {
        Lister::Disk => (Level::Compromised, format!("{what} {path} is on the disk, and the kernel does not list it")),
        Lister::Kernel => (Level::Suspicious, format!("the kernel lists {path}, and it is not on the disk")),
    };
    let counted = format!("{} looks, the kernel before and after the disk in each", difference.looks);
    let finding = DETECTOR
        .finding(level, subject::file(&difference.path), summary)
        .evidence("path", difference.path.clone())
        .evidence("seen in", counted)
        .innocent("a damaged file system", false, "e2fsck on the unmounted disk would tell")
        .innocent("a mount over the directory", true, "what lies below mounts is not compared")
        .innocent("a file that came or went meanwhile", true, "it is older than the first look")
        .next("take an image of the disk from outside, and look at it with keeneye scan --root");
    match difference.since {
        Some(since) => finding.since(since),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/hidden-file";

    #[test]
    fn what_the_kernel_leaves_out() {
        check(
            NAME,
            "/usr/lib/a = x\ndisk /usr/lib/.rk only",
            &["compromised: the file /usr/lib/.rk is on the disk, and the kernel does not list it"],
        );
        check(
            NAME,
            "/etc/a = x\ndisk /etc/k only directory",
            &["compromised: the directory /etc/k is on the disk, and the kernel does not list it"],
        );
        check(NAME, "/usr/lib/a = x", &[]);
    }
    #[test]
    fn what_the_kernel_makes_up() {
        check(
            NAME,
            "/usr/bin/a = x\ndisk /usr/bin/a missing",
            &["suspicious: the kernel lists /usr/bin/a, and it is not on the disk"],
        );
        // Not written yet.
        check(NAME, "/usr/bin/a = x\ndisk /usr/bin/a missing since=1699999990", &[]);
    }
    #[test]
    fn one_look_is_none_and_what_is_made_meanwhile_is_not_hidden() {
        check(NAME, "/usr/lib/a = x\ndisk /usr/lib/b only looks=1", &[]);
        check(NAME, "/usr/lib/a = x\ndisk /usr/lib/b only since=1700000001", &[]);
    }
}
