//! A directory of keeneye's own.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why something cannot be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("{}: {why}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// Others could have written what keeneye is about to believe.
    #[error("{}: uid {owner} owns it with mode {mode:04o}: it must be yours or root's, and no one else may write it", path.display())]
    NotOurs {
        /// Which file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// Its permission bits.
        mode: u32,
    },
}

/// A directory that only root and the user that keeneye runs as may write.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Nothing is made or asked yet.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a file for reading; `None` when there is none. Links are not followed.
    pub fn read(&self, name: &str) -> Result<Option<BufReader<File>>, StoreError> {
        let path = self.path.join(name);
        let file = match open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(StoreError::Io { path, why }),
        };
        believed(&self.path, &std::fs::metadata(&self.path).map_err(|why| io(&self.path, why))?)?;
        believed(&path, &file.metadata().map_err(|why| io(&path, why))?)?;
        Ok(Some(BufReader::with_capacity(256 << 10, file)))
    }

    /// The text of a small file.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, StoreError> {
        let Some(file) = self.read(name)? else { return Ok(None) };
        let mut text = String::new();
        file.take(4096).read_to_string(&mut text).map_err(|why| io(&self.path.join(name), why))?;
        Ok(Some(text))
    }

    /// Names of the files in it; none when it is not there.
    pub(crate) fn names(&self) -> Result<Vec<String>, StoreError> {
        match std::fs::read_dir(&self.path) {
            Ok(entries) => Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(why) => Err(io(&self.path, why)),
        }
    }

    /// Makes the directory, for its owner alone, where it is not there yet.
    pub(crate) fn make(&self) -> Result<(), StoreError> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path).map_err(|why| io(&self.path, why))?;
        believed(&self.path, &std::fs::metadata(&self.path).map_err(|why| io(&self.path, why))?)
    }

    /// Writes a file (0600), whole or not at all.
    pub fn write<E: From<StoreError>>(
        &self,
        name: &str,
        write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, E>,
    ) -> Result<(), E> {
        self.make()?;
        let (path, beside) = (self.path.join(name), self.path.join(format!(".{name}.{}", std::process::id())));
        let written = self.write_beside(&beside, write).and_then(|()| Ok(rename(&beside, &path)?));
        if written.is_err() {
            std::fs::remove_file(&beside).ok();
        }
        written
    }

    fn write_beside<E: From<StoreError>>(
        &self,
        path: &Path,
        write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, E>,
    ) -> Result<(), E> {
        let failed = |why| io(path, why);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        let file = write(BufWriter::with_capacity(256 << 10, file))?;
        let file = file.into_inner().map_err(|why| failed(why.into_error()))?;
        file.sync_all().map_err(failed)?;
        Ok(())
    }

    pub(crate) fn write_text(&self, name: &str, text: &str) -> Result<(), StoreError> {
        self.write(name, |mut file| {
            file.write_all(text.as_bytes()).map_err(|why| io(&self.path.join(name), why))?;
            Ok(file)
        })
    }
}

/// The name is only safe once the directory is.
fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    let directory = to.parent().unwrap_or(Path::new("/"));
    std::fs::rename(from, to).and_then(|()| File::open(directory)?.sync_all()).map_err(|why| io(to, why))
}

/// Opens a file that a person named, such as a baseline on another disk. Whose it is does not matter.
pub fn open_file(path: &Path) -> Result<BufReader<File>, StoreError> {
    open(path).map(|file| BufReader::with_capacity(256 << 10, file)).map_err(|why| io(path, why))
}

/// Writes a file (0600) that is not there yet.
pub fn write_fresh_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|why| io(path, why))
}

/// Appends to a file of keeneye's own. Links are not followed.
pub fn append(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let write = || {
        let mut file = OpenOptions::new().append(true).custom_flags(flags.bits().cast_signed()).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|why| io(path, why))
}

fn open(path: &Path) -> std::io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(std::io::Error::other("not a regular file")) }
}

fn believed(path: &Path, about: &std::fs::Metadata) -> Result<(), StoreError> {
    let (owner, mode) = (about.uid(), about.mode() & 0o7777);
    let user = rustix::process::geteuid().as_raw();
    if (owner == 0 || owner == user) && mode & 0o022 == 0 {
        return Ok(());
    }
    Err(StoreError::NotOurs { path: path.to_owned(), owner, mode })
}

fn io(path: &Path, why: std::io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), why }
}
