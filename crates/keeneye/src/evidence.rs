//! Which program files are worth keeping as evidence: pure.

use keeneye_facts::{Finding, Level, Process, ProcessId, Text};
use keeneye_world::{World, proc_path};
use std::collections::BTreeSet;

/// Bytes of one file that is copied; larger ones are copied up to here.
const MAX_FILE: u64 = 64 << 20;

/// `/proc/N/exe` of every process that a suspicious finding names or whose program is deleted or only in memory, with
/// the bytes that copying it takes. Those that findings name come first; each file comes once.
pub(crate) fn worth_copying(world: &World, findings: &[Finding]) -> Vec<(Text, u64)> {
    let alerts = || findings.iter().filter(|f| f.level >= Level::Suspicious);
    let subjects = || alerts().flat_map(|f| std::iter::once(&f.subject).chain(&f.related));
    let named: BTreeSet<ProcessId> = subjects().filter_map(|subject| subject.process).collect();
    let paths: BTreeSet<&Text> = subjects().filter_map(|subject| subject.path.as_ref()).collect();
    let is_named = |p: &&Process| named.contains(&p.id) || paths.contains(p.exe_path());
    let is_gone = |p: &&Process| p.exe.as_ref().is_some_and(|exe| exe.deleted || exe.in_memory());
    let processes = || world.processes.values().filter(|p| p.exe.is_some());
    let mut seen = BTreeSet::new();
    let chosen = processes().filter(is_named).chain(processes().filter(is_gone));
    chosen.filter(|process| seen.insert(identity(process))).map(|process| (exe(process), size(process))).collect()
}

fn exe(process: &Process) -> Text {
    proc_path::of(process.id.pid, "exe")
}

/// Device and inode tell files apart; a process whose file could not be asked stands for itself.
fn identity(process: &Process) -> (u64, u64, u32) {
    match process.exe.as_ref().and_then(|exe| exe.stat) {
        Some(stat) => (stat.device, stat.inode, 0),
        None => (0, 0, process.id.pid),
    }
}

fn size(process: &Process) -> u64 {
    let stat = process.exe.as_ref().and_then(|exe| exe.stat);
    stat.map_or(MAX_FILE, |stat| stat.size.min(MAX_FILE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Subject;
    use keeneye_world::fixture::Fixture;
    use keeneye_world::senses::Plan;

    fn chosen(host: &str, named: &[u32]) -> Vec<String> {
        let world = keeneye_world::scan(&Fixture::new(host), &Plan::default());
        let detector = keeneye_detect::ALL.first().unwrap();
        let finding = |pid: &u32| {
            let process = world.process(*pid).map(|p| p.id);
            detector.finding(Level::Suspicious, Subject { process, ..Subject::default() }, "x")
        };
        let findings: Vec<Finding> = named.iter().map(finding).collect();
        worth_copying(&world, &findings).into_iter().map(|(path, _)| path.lossy().into_owned()).collect()
    }

    const HOST: &str = "process 1 exe=/sbin/init\n\
        process 41 exe=/opt/x/agent deleted\n\
        process 42 exe=/usr/bin/nc\n\
        process 43 exe=/usr/bin/nc\n\
        process 44 comm=kworker kernel";

    #[test]
    fn deleted_programs_are_kept_and_ordinary_ones_are_not() {
        assert_eq!(chosen(HOST, &[]), ["/proc/41/exe"]);
    }
    #[test]
    fn what_findings_name_comes_first_and_each_file_once() {
        assert_eq!(chosen(HOST, &[43, 42]), ["/proc/42/exe", "/proc/41/exe"]);
    }
}
