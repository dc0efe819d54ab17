//! A running program whose file is gone from the disk.
//!
//! # What it sees
//! The kernel marks the program file of a process as deleted, and no file lies at that path any more.
//!
//! # Why it matters
//! Intruders delete their tool after starting it, so that nobody finds it on disk and no scanner can hash it.
//!
//! # Innocent causes
//! A package upgrade replaces a running daemon's file: then a new file lies at the same path, and the daemon only
//! needs a restart. Installers that run from a temporary directory and clean up behind themselves.
//!
//! # What to do
//! Copy the program out while it runs (`keeneye capture --with-files -o host.kee`, or `cp /proc/PID/exe`), then look
//! at who started it and what it talks to: `keeneye look pid PID`.

use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, Process};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/exe-deleted",
    title: "a running program whose file is gone",
    level: Level::Suspicious,
    attack: &["T1070.004"],
    absolute: false,
    source: include_str!("exe_deleted.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(judge).collect()
}

fn judge(process: &Process) -> Option<Finding> {
    let exe = process.exe.as_ref().filter(|exe| exe.deleted && !exe.in_memory())?;
    let name = exe.path.lossy();
    let summary = format!("{name} (pid {}) runs, but its file was deleted", process.id.pid);
    let finding = DETECTOR.finding(Level::Suspicious, subject::process(process), summary);
    Some(finding.evidence("exe", exe.path.clone()).next(format!("keeneye look pid {}", process.id.pid)))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    #[test]
    fn a_tool_that_deleted_itself() {
        check(
            "process/exe-deleted",
            "process 41 exe=/opt/x/agent deleted",
            &["suspicious: /opt/x/agent (pid 41) runs, but its file was deleted"],
        );
    }
    #[test]
    fn a_program_that_is_still_there_is_quiet() {
        check("process/exe-deleted", "process 41 exe=/opt/x/agent", &[]);
    }
}
