//! The baselines of a host, numbered, and the highest number that was ever seen.

use crate::directory::{Directory, StoreError};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// The newest baseline that was ever seen here. An older one in its place was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its counter.
    pub counter: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// Baselines in keeneye's directory: `baselines/000001.baseline` and so on, and `counter`.
#[derive(Clone, Debug)]
pub struct Baselines {
    state: Directory,
    files: Directory,
}

const COUNTER: &str = "counter";
const SUFFIX: &str = ".baseline";

impl Baselines {
    /// Below keeneye's own directory, which need not be there yet.
    pub fn new(state: &Path) -> Self {
        Self { state: Directory::new(state), files: Directory::new(&state.join("baselines")) }
    }

    /// Their numbers, ascending.
    pub fn numbers(&self) -> Result<Vec<u64>, StoreError> {
        let number = |name: &String| name.strip_suffix(SUFFIX)?.parse().ok();
        let mut numbers: Vec<u64> = self.files.names()?.iter().filter_map(number).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }
    /// Where they all lie.
    pub fn directory(&self) -> &Path {
        self.files.path()
    }
    /// Where a baseline lies.
    pub fn path(&self, number: u64) -> PathBuf {
        self.files.path().join(name(number))
    }
    /// Opens a baseline; `None` when there is none of that number.
    pub fn read(&self, number: u64) -> Result<Option<BufReader<File>>, StoreError> {
        self.files.read(&name(number))
    }
    /// Writes a baseline, whole or not at all.
    pub fn write<E: From<StoreError>>(
        &self,
        number: u64,
        write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, E>,
    ) -> Result<(), E> {
        self.state.make()?;
        self.files.write(&name(number), write)
    }
    /// The newest that was ever seen; `None` when nobody took note.
    pub fn seen(&self) -> Result<Option<Seen>, StoreError> {
        let Some(text) = self.state.text(COUNTER)? else { return Ok(None) };
        let seen = || {
            let (counter, hash) = text.trim_end().split_once(' ')?;
            Some(Seen { counter: counter.parse().ok()?, hash: hash.to_owned() })
        };
        Ok(seen())
    }
    /// Takes note of a baseline that is newer than all that were seen.
    pub fn take_note(&self, seen: &Seen) -> Result<(), StoreError> {
        match self.seen()? {
            Some(known) if known.counter >= seen.counter => Ok(()),
            _ => self.state.write_text(COUNTER, &format!("{} {}\n", seen.counter, seen.hash)),
        }
    }
}

fn name(number: u64) -> String {
    format!("{number:06}{SUFFIX}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::fs::PermissionsExt;

    struct Scratch(PathBuf);
    impl Scratch {
        fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("keeneye-store-{}-{name}", std::process::id())))
        }
    }
    impl Drop for Scratch {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).ok();
        }
    }
    fn put(baselines: &Baselines, number: u64, text: &str) {
        let write = |mut file: BufWriter<File>| {
            file.write_all(text.as_bytes()).unwrap();
            Ok::<_, StoreError>(file)
        };
        baselines.write(number, write).unwrap();
    }

    #[test]
    fn what_is_kept_is_found() {
        let scratch = Scratch::new("kept");
        let baselines = Baselines::new(&scratch.0);
        assert_eq!(baselines.numbers().unwrap(), []);
        assert!(baselines.read(1).unwrap().is_none());
        put(&baselines, 2, "two");
        put(&baselines, 1, "one");
        assert_eq!(baselines.numbers().unwrap(), [1, 2]);
        let mut text = String::new();
        baselines.read(2).unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "two");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(&baselines.path(1)), mode(&scratch.0)), (0o600, 0o700));
    }
    #[test]
    fn a_failure_leaves_nothing_behind() {
        let scratch = Scratch::new("failure");
        let baselines = Baselines::new(&scratch.0);
        put(&baselines, 1, "one");
        let path = baselines.path(1);
        let broken = StoreError::Io { path: path.clone(), why: std::io::Error::other("full") };
        assert!(baselines.write(1, |_| Err(broken)).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
    #[test]
    fn the_counter_never_goes_back() {
        let scratch = Scratch::new("counter");
        let baselines = Baselines::new(&scratch.0);
        assert_eq!(baselines.seen().unwrap(), None);
        let seen = |counter| Seen { counter, hash: format!("hash{counter}") };
        for counter in [3, 2, 4, 1] {
            baselines.take_note(&seen(counter)).unwrap();
        }
        assert_eq!(baselines.seen().unwrap(), Some(seen(4)));
    }
    #[test]
    fn what_others_may_write_is_not_believed() {
        let scratch = Scratch::new("others");
        let baselines = Baselines::new(&scratch.0);
        put(&baselines, 1, "one");
        std::fs::set_permissions(baselines.path(1), std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(matches!(baselines.read(1), Err(StoreError::NotOurs { .. })));
        std::fs::remove_file(baselines.path(1)).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", baselines.path(1)).unwrap();
        assert!(matches!(baselines.read(1), Err(StoreError::Io { .. })));
    }
}
