//! `/proc/N/maps`: proc_pid_maps(5). The door keeps the lines of code and of deleted files only.

use crate::proc_path;
use bstr::ByteSlice;
use keeneye_facts::{Mapping, Text};

/// All lines; those that make no sense are left out, and the second value counts them.
pub(super) fn parse(text: &[u8]) -> (Vec<Mapping>, usize) {
    let mut garbled = 0;
    let mut mappings = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match mapping(line) {
            Some(mapping) => mappings.push(mapping),
            None => garbled += 1,
        }
    }
    (mappings, garbled)
}

/// `557b4c3ed000-557b4c3f3000 r-xp 00002000 fe:00 247282      /usr/bin/head`. Line ends in a path are written `\012`.
fn mapping(line: &[u8]) -> Option<Mapping> {
    let mut rest = line;
    let mut word = || {
        let (word, behind) = rest.split_once_str(" ").unwrap_or((rest, b""));
        rest = behind;
        word.to_str().ok()
    };
    let (start, end) = word()?.split_once('-')?;
    let mode = word()?.as_bytes();
    let _offset = word()?;
    let (major, minor) = word()?.split_once(':')?;
    let inode = word()?.parse().ok()?;
    let has = |n: usize, letter: u8| mode.get(n) == Some(&letter);
    let path = rest.trim_start_with(|c| c == ' ').replace(b"\\012", b"\n");
    let (path, deleted) = proc_path::without_deleted_mark(Text::from(path));
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    Some(Mapping {
        start: hex(start)?,
        end: hex(end)?,
        read: has(0, b'r'),
        write: has(1, b'w'),
        execute: has(2, b'x'),
        device: device(hex(major)?, hex(minor)?),
        inode,
        path,
        deleted,
        private: has(3, b'p'),
    })
}

/// The number that `stat` gives for the same device: the C library's `makedev`.
/// On btrfs and some overlays `stat` has another device than the kernel's own lists.
fn device(major: u64, minor: u64) -> u64 {
    (major & 0xffff_f000) << 32 | (major & 0xfff) << 8 | (minor & 0xffff_ff00) << 12 | (minor & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const REAL: &[u8] = b"557b4c3ed000-557b4c3f3000 r-xp 00002000 fe:00 247282                     /usr/bin/head\n7f10aa000000-7f10aa021000 rwxp 00000000 00:00 0 \n7f10ab000000-7f10ab001000 r-xp 00000000 00:01 1030                       /memfd:x y (deleted)\n7ffc1b5d1000-7ffc1b5d3000 r-xp 00000000 00:00 0                          [vdso]\n7f10ac000000-7f10ac001000 r-xp 00000000 08:01 12 /opt/a\\012b.so (deleted)\n";

    #[test]
    fn real_lines() {
        let (mappings, garbled) = parse(REAL);
        assert_eq!((mappings.len(), garbled), (5, 0));
        assert_eq!(
            (mappings[0].path.clone(), mappings[0].inode, mappings[0].device),
            ("/usr/bin/head".into(), 247_282, 0xfe00)
        );
        assert!(mappings.iter().all(|mapping| mapping.private));
        assert!(mappings[0].read && mappings[0].execute && !mappings[0].write && !mappings[0].deleted);
        assert!(mappings[1].is_anonymous_code() && mappings[1].write && mappings[1].path.is_empty());
        assert_eq!((mappings[2].path.clone(), mappings[2].deleted), ("/memfd:x y".into(), true));
        assert!(!mappings[3].is_anonymous_code());
        assert_eq!((mappings[4].path.clone(), mappings[4].deleted), ("/opt/a\nb.so".into(), true));
    }
    #[test]
    fn shared_memory_is_not_private() {
        let (mappings, _) = parse(b"7f10ab000000-7f10ab001000 rw-s 00000000 00:01 1030 /memfd:x (deleted)\n");
        assert!(mappings.iter().all(|mapping| !mapping.private));
    }
    #[test]
    fn a_line_that_makes_no_sense_is_counted() {
        let (mappings, garbled) = parse(b"x\n1-2 r-xp 0 08:01 5 /x\n\n1-2 r-xp 0 0801 5 /x\n");
        assert_eq!((mappings.len(), garbled), (1, 2));
    }
    #[test]
    fn mutated_lines_never_panic() {
        mutate::check(&[REAL], |bytes| !parse(bytes).0.is_empty());
    }
}
