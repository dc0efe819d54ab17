//! The trees that programs are measured on: the same every time, made once and kept.

use anyhow::{Context, Result};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files of each size, as on a Debian machine with compilers and databases: how many, from how many bytes, below how
/// many.
const MIX: &[(u64, u64, u64)] =
    &[(48_100, 0, 4 << 10), (17_050, 4 << 10, 64 << 10), (2_900, 64 << 10, 1 << 20), (170, 1 << 20, 8 << 20)];
/// Directories that they lie in.
const DIRECTORIES: u64 = 11_000;
/// Files of the tree that is about memory, and of one of its directories.
const MANY: u64 = 2_000_000;
const MANY_IN_ONE: u64 = 1_000;

/// How large a tree is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// A tree of files of all sizes.
pub(super) fn mixed(place: &Path) -> Result<PathBuf> {
    let tree = place.join("tree");
    once(&tree, |unfinished| fill(unfinished, MIX))?;
    Ok(tree)
}

/// The files of a large package: a third of the mixed tree, without its largest files.
pub(super) fn packaged(directory: &Path) -> Result<()> {
    let part: Vec<_> = MIX.iter().take(3).map(|(count, from, below)| (count * 3 / 10, *from, *below)).collect();
    fill(directory, &part)
}

/// A tree of two million empty files.
pub(super) fn many(place: &Path) -> Result<PathBuf> {
    let tree = place.join("many");
    once(&tree, |unfinished| {
        for directory in 0..MANY / MANY_IN_ONE {
            let directory = unfinished.join(format!("directory-{directory:04}"));
            fs::create_dir_all(&directory)?;
            for file in 0..MANY_IN_ONE {
                fs::File::create(directory.join(format!("file-{file:03}.dat")))?;
            }
        }
        Ok(())
    })?;
    Ok(tree)
}

/// Makes a directory unless it is there; an end in the middle leaves nothing that could be taken for it.
pub(super) fn once(directory: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if directory.exists() {
        return Ok(());
    }
    println!("making {} (once)", directory.display());
    let unfinished = directory.with_extension("new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).with_context(|| unfinished.display().to_string())?;
    }
    fs::create_dir_all(&unfinished)?;
    make(&unfinished)?;
    Ok(fs::rename(&unfinished, directory)?)
}

fn fill(tree: &Path, mix: &[(u64, u64, u64)]) -> Result<()> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut number = 0;
    for (count, from, below) in mix {
        for _ in 0..*count {
            let directory = random.next() % DIRECTORIES;
            let directory = tree.join(format!("lib-{}/part-{}/{directory:05}", directory % 100, directory % 1000));
            fs::create_dir_all(&directory)?;
            let file = directory.join(format!("{number:05}.dat"));
            fs::write(&file, random.bytes(*from, *below)).with_context(|| file.display().to_string())?;
            number += 1;
        }
    }
    Ok(())
}

/// Reads every file, so that what follows is warm, and counts.
pub(super) fn warm(tree: &Path) -> Result<Size> {
    let mut size = Size::default();
    let mut buffer = vec![0; 256 << 10];
    let mut directories = vec![tree.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).with_context(|| directory.display().to_string())? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                directories.push(entry.path());
            } else if kind.is_file() {
                size.files += 1;
                let mut file = fs::File::open(entry.path())?;
                loop {
                    match file.read(&mut buffer)? {
                        0 => break,
                        count => size.bytes += count as u64,
                    }
                }
            }
        }
    }
    Ok(size)
}

/// xorshift64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Bytes, as many as from `from` up to `below`; each power of two is as likely as another.
    fn bytes(&mut self, from: u64, below: u64) -> Vec<u8> {
        let doublings = (below / from.max(256)).ilog2().max(1);
        let ceiling = (from.max(256) << (self.next() % u64::from(doublings) + 1)).min(below);
        let length = from + self.next() % (ceiling - from);
        let mut bytes = vec![0; length as usize];
        for place in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            place.copy_from_slice(word.split_at(place.len()).0);
        }
        bytes
    }
}
