//! Standard output and standard error.

use anyhow::Result;
use keeneye_report::sanitise::clean;
use std::io::{ErrorKind, Write};

/// Writes to standard output. A reader that has gone (`| head`) is not an error.
pub(crate) fn print(bytes: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes.as_ref()).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// Says on standard error why keeneye could not run. When nobody listens, the exit code is all that is left.
pub(crate) fn complain(why: &str) {
    let mut stderr = std::io::stderr().lock();
    // Help is indented; what is hostile comes from an argument and is never only blanks.
    let line = |line: &str| {
        let words = line.trim_start_matches(' ');
        " ".repeat(line.len() - words.len()) + &clean(words) + "\n"
    };
    let text: String = why.lines().map(line).collect();
    stderr.write_all(format!("keeneye: {text}").as_bytes()).ok();
}
