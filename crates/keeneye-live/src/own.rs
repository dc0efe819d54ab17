//! What keeneye does for itself: priority, terminal, its own files.

use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Lowest priority for processor and disk: nice 19 and the idle class of ioprio_set(2). Looking must not slow down
/// what is looked at. It holds for the calling thread and those that it starts from then on, so it comes first. What
/// the kernel refuses stays as it was.
pub fn be_gentle() {
    /// IOPRIO_WHO_PROCESS
    const WHO_PROCESS: libc::c_int = 1;
    /// IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT
    const IDLE: libc::c_int = 3 << 13;
    rustix::process::setpriority_process(None, 19).ok();
    // SAFETY: ioprio_set takes three integers and touches no memory of ours.
    unsafe { libc::syscall(libc::SYS_ioprio_set, WHO_PROCESS, 0, IDLE) };
}

/// Measures how long keeneye itself takes; never the time of a fact.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins now.
    pub fn start() -> Self {
        Self(Instant::now())
    }
    /// Milliseconds since then.
    pub fn milliseconds(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Nanoseconds between the time since 1970 and the time since boot. Both go at the same pace, so that it only changes
/// when somebody sets the clock.
pub fn clock_offset() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    let nanoseconds = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
    };
    nanoseconds(ClockId::Realtime).saturating_sub(nanoseconds(ClockId::Boottime))
}

/// A number that nobody can foresee; without entropy the clock has to do.
pub fn random_seed() -> u64 {
    let mut seed = [0; 8];
    match rustix::rand::getrandom(&mut seed, rustix::rand::GetRandomFlags::NONBLOCK) {
        Ok(8) => u64::from_le_bytes(seed),
        _ => clock_offset().cast_unsigned(),
    }
}

/// A key that nobody can foresee; `None` when the kernel gives no random numbers.
pub fn random_key() -> Option<[u8; 32]> {
    let mut key = [0; 32];
    let read = rustix::rand::getrandom(&mut key, rustix::rand::GetRandomFlags::empty());
    (read == Ok(32)).then_some(key)
}

/// Columns of the terminal behind a descriptor (1 is standard output); `None` when there is none.
pub fn terminal_width(fd: &impl std::os::fd::AsFd) -> Option<u16> {
    rustix::termios::tcgetwinsize(fd).ok().map(|size| size.ws_col).filter(|columns| *columns > 0)
}

/// The variable is set and not empty, as NO_COLOR wants it.
pub fn env_is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Who sits at this: the name under which sudo(8), doas(1) or login(1) know the person, else the user's number. Nobody
/// verified it.
pub fn person() -> String {
    let names = ["SUDO_USER", "DOAS_USER", "LOGNAME", "USER"].into_iter();
    let mut told = names.filter_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    told.next().unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

/// Writes a file of keeneye's own, for its owner alone (0600). A regular file of that name is written over; a link or
/// anything else is not.
pub fn write_new_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)?;
    must_be_regular(&file)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts a file of keeneye's own in the place of another, whole or not at all: written beside it, then renamed. Owner
/// and mode stay as they were; a new file is readable by all (0644), and so is the directory that it may need. A link
/// is followed. Anything but a regular file is an error.
pub fn replace_own_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let (target, before) = match std::fs::metadata(path) {
        Ok(before) if before.is_file() => (std::fs::canonicalize(path)?, Some(before)),
        Ok(_) => return Err(std::io::Error::other("not a regular file")),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => (path.to_owned(), None),
        Err(why) => return Err(why),
    };
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !directory.exists() {
        std::fs::DirBuilder::new().mode(0o755).create(directory)?;
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let beside = directory.join(name);
    let written = write_beside(&beside, bytes, before.as_ref()).and_then(|()| std::fs::rename(&beside, &target));
    if written.is_err() {
        std::fs::remove_file(&beside).ok();
        return written;
    }
    // The name is only safe once the directory is.
    std::fs::File::open(directory)?.sync_all()
}

fn write_beside(path: &Path, bytes: &[u8], like: Option<&std::fs::Metadata>) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            std::os::unix::fs::fchown(&file, Some(like.uid()), Some(like.gid()))?;
        }
    }
    let mode = like.map_or(0o644, |like| like.mode() & 0o7777);
    file.set_permissions(std::fs::Permissions::from_mode(mode))?;
    file.sync_all()
}

/// Reads a file that keeneye was given by name: its configuration, a recording. Links are followed; more than
/// `limit` bytes are an error.
pub fn read_own_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let file = std::fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?;
    must_be_regular(&file)?;
    // What says beforehand that it is too large need not be read.
    if file.metadata()?.len() > limit {
        return Err(too_large(limit));
    }
    read_limited(file, limit)
}

/// Opens a file that keeneye was given by name, or that lies in a directory that it was given. Links are followed.
pub fn open_own_file(path: &Path) -> std::io::Result<impl Read> {
    let file = std::fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?;
    must_be_regular(&file)?;
    Ok(file)
}

/// Regular files in a directory that keeneye was given, in order of name, and no more than `most`; a path that is a file
/// gives that file.
pub fn own_files(path: &Path, most: usize) -> std::io::Result<Vec<PathBuf>> {
    if std::fs::metadata(path)?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if std::fs::metadata(&path).is_ok_and(|about| about.is_file()) {
            if files.len() == most {
                return Err(std::io::Error::other(format!("more than {most} files")));
            }
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The path with all links followed.
pub fn real_path(path: &Path) -> std::io::Result<PathBuf> {
    std::fs::canonicalize(path)
}

/// Reads a file that decides what keeneye says. An error of kind `PermissionDenied` names owner and mode when somebody
/// other than root and the user that keeneye runs as owns it, or group or others may write it.
pub fn read_trusted_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let file = std::fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?;
    must_be_regular(&file)?;
    let (owner, mode) = file.metadata().map(|about| (about.uid(), about.mode() & 0o7777))?;
    if !is_trusted(owner, mode, rustix::process::geteuid().as_raw()) {
        let why = format!(
            "uid {owner} owns it with mode {mode:04o}: it must be yours or root's, and no one else may write it"
        );
        return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, why));
    }
    read_limited(file, limit)
}

fn is_trusted(owner: u32, mode: u32, user: u32) -> bool {
    (owner == 0 || owner == user) && mode & 0o022 == 0
}

/// Reads standard input to its end; more than `limit` bytes are an error.
pub fn read_standard_input(limit: u64) -> std::io::Result<Vec<u8>> {
    read_limited(std::io::stdin().lock(), limit)
}

fn must_be_regular(file: &std::fs::File) -> std::io::Result<()> {
    if file.metadata()?.is_file() { Ok(()) } else { Err(std::io::Error::other("not a regular file")) }
}

fn read_limited(from: impl Read, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

fn too_large(limit: u64) -> std::io::Error {
    std::io::Error::other(format!("larger than {limit} bytes"))
}

#[cfg(test)]
mod tests {
    use super::is_trusted;

    #[test]
    fn only_root_and_the_user_are_believed() {
        assert!(is_trusted(0, 0o644, 0) && is_trusted(0, 0o644, 1000) && is_trusted(1000, 0o600, 1000));
        assert!(!is_trusted(33, 0o644, 0) && !is_trusted(33, 0o644, 1000) && !is_trusted(1000, 0o644, 0));
        assert!(!is_trusted(0, 0o664, 0) && !is_trusted(0, 0o646, 0));
    }
}
