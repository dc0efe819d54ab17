//! Paths under /proc, so that they are spelt in one place.

use keeneye_facts::Text;

/// `/proc/PID/FILE`.
pub fn of(pid: u32, file: &str) -> Text {
    Text::from(format!("/proc/{pid}/{file}"))
}

/// A process id, when a name in /proc is one.
pub fn pid(name: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(name).ok()?;
    if digits.starts_with(['0', '+']) {
        return None;
    }
    digits.parse().ok()
}

/// The mark that the kernel puts behind the path of a deleted file, taken off.
pub fn without_deleted_mark(path: Text) -> (Text, bool) {
    match path.as_slice().strip_suffix(b" (deleted)") {
        Some(rest) => (Text::from(rest), true),
        None => (path, false),
    }
}
