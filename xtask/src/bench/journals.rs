//! A journal in several files, as systemd's own writer makes them: journald itself needs a machine to itself.

use crate::conformance;
use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// Entries, one a minute until now: four files of them.
const ENTRIES: u64 = 6_000;
const MINUTE: u64 = 60_000_000;
/// The writer begins a new file when one is full, and makes them small on a small file system.
const WRITE: &str =
    r#"mount -t tmpfs -o size=48m,mode=755 journals "$1" && "$2" -o "$1/system.journal" - && cp -a "$1/." "$3""#;

/// Writes `system.journal` and its predecessors, the numbers of whose entries go on from one to the next.
pub(super) fn write(into: &Path) -> Result<()> {
    let space = into.with_extension("space");
    for directory in [into, &space] {
        fs::create_dir_all(directory)?;
    }
    let mut command = Command::new("unshare");
    command.args(["--mount", "--", "sh", "-ec", WRITE, "sh"]).arg(&space).arg(conformance::journal_writer()?).arg(into);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    child.stdin.take().context("no pipe")?.write_all(entries()?.as_bytes())?;
    ensure!(child.wait()?.success(), "a journal could not be written: systemd-journal-remote failed, or the mount");
    fs::remove_dir(&space)?;
    let files = fs::read_dir(into)?.count();
    ensure!(files >= 4, "a journal of {files} files is too short to take one out of its middle");
    Ok(())
}

/// What cron says when it runs something, in the format of `journalctl -o export`.
fn entries() -> Result<String> {
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros())?;
    let mut text = String::new();
    for at in 0..ENTRIES {
        let time = now - (ENTRIES - at) * MINUTE;
        let message = if at % 60 == 17 { "cd / && run-parts --report /etc/cron.hourly" } else { "/usr/sbin/health" };
        writeln!(text, "__REALTIME_TIMESTAMP={time}\n__MONOTONIC_TIMESTAMP={}", 1 + at * MINUTE)?;
        writeln!(text, "_BOOT_ID=0123456789abcdef0123456789abcdef\n_TRANSPORT=syslog\nSYSLOG_IDENTIFIER=CRON")?;
        writeln!(text, "_UID=0\n_EXE=/usr/sbin/cron\n_PID={}\nPRIORITY=6\nMESSAGE=(root) CMD ({message})\n", 300 + at)?;
    }
    Ok(text)
}
