//! What every finding about a process tells of it, so that a reader need not look it up.

use crate::Scene;
use bstr::ByteSlice;
use keeneye_facts::{Finding, Process, Text};

/// How many ancestors are named.
const MAX_PARENTS: usize = 8;
/// How much of a command line is shown, in bytes; the facts hold all of it.
const MAX_COMMAND: usize = 600;

/// Adds who the process is: program, command line, user, ancestors, start; and how to learn more.
pub(crate) fn add(finding: Finding, scene: &Scene<'_>, process: &Process) -> Finding {
    let mut finding = finding.since(scene.world.host.time_of_ticks(process.id.start));
    if let Some(exe) = &process.exe {
        let mark: &[u8] = if exe.deleted { b" (deleted)" } else { b"" };
        finding = finding.evidence("exe", [exe.path.as_slice(), mark].concat());
    }
    if !process.cmdline.is_empty() {
        finding = finding.evidence("cmdline", command(process));
    }
    finding = finding.evidence("user", user(scene, process.uid()));
    let parents = parents(scene, process);
    if !parents.is_empty() {
        finding = finding.evidence("started by", parents);
    }
    finding.next(format!("keeneye look pid {}", process.id.pid))
}

/// Arguments with blanks between them.
pub(crate) fn command(process: &Process) -> Text {
    let line = bstr::join(" ", process.cmdline.iter().map(Text::as_slice));
    match line.get(..MAX_COMMAND) {
        Some(shown) if shown.len() < line.len() => {
            Text::from([shown, format!(" ... ({} bytes more)", line.len() - shown.len()).as_bytes()].concat())
        }
        _ => Text::from(line),
    }
}

/// `www-data (33)`, or the number alone.
pub(crate) fn user(scene: &Scene<'_>, uid: u32) -> Text {
    match scene.world.accounts.iter().find(|account| account.uid == uid) {
        Some(account) => Text::from([account.name.as_slice(), format!(" ({uid})").as_bytes()].concat()),
        None => Text::from(uid.to_string()),
    }
}

/// `sh 4120 < php-fpm 901 < systemd 1`.
fn parents(scene: &Scene<'_>, process: &Process) -> Text {
    let named = |p: &Process| [p.comm.as_slice(), format!(" {}", p.id.pid).as_bytes()].concat();
    let chain: Vec<Vec<u8>> = scene.world.ancestors(process).take(MAX_PARENTS).map(named).collect();
    Text::from(bstr::join(" < ", chain).as_bytes())
}
