//! A process that is being traced by a program or by code which no package owns.
//!
//! # What it sees
//! The kernel names another process as this one's tracer, and no package brought the tracer's program, or it is an
//! interpreter that was given its code as an argument or through a pipe, or the tracer cannot be seen.
//!
//! # Why it matters
//! A tracer reads and changes everything in the other process: passwords on their way through sshd, code that is put
//! in.
//!
//! # Innocent causes
//! Debuggers and tracers of packages are not mentioned, nor is a person who traces a program of their own. Some
//! programs trace a child of their own to report its crashes.
//!
//! # What to do
//! See who the tracer is: `keeneye look pid PID`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Process, ProgramKind};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/traced",
    title: "a process is traced by a program that no package owns",
    level: Level::Unusual,
    attack: &["T1055.008"],
    absolute: false,
    source: include_str!("traced.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter(|p| p.tracer != 0).filter_map(|p| judge(scene, p)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let tracer = tracer(scene, process);
    if tracer.is_some_and(|tracer| is_ordinary(scene, process, tracer)) {
        return None;
    }
    let own = tracer.is_some_and(|tracer| tracer.uid() == process.uid() && process.uid() != 0);
    let level = if own { Level::Note } else { Level::Unusual };
    let name = subject::process(process).name;
    let by = tracer.map_or_else(
        || format!("process {}, which is not shown", process.tracer),
        |tracer| format!("{} (pid {})", standing::program_path(tracer).lossy(), tracer.id.pid),
    );
    let summary = format!("{} is traced by {by}", name.lossy());
    let mut finding = DETECTOR
        .finding(level, subject::process(process), summary)
        .evidence("tracer", process.tracer.to_string())
        .innocent("a debugger of a package", true, "no package is known to have brought the tracer")
        .next(format!("keeneye look pid {}", process.tracer));
    if let Some(tracer) = tracer {
        finding = finding
            .evidence("tracer's program", standing::program_path(tracer).clone())
            .related(subject::process(tracer));
    }
    Some(portrait::add(finding, scene, process))
}

/// The kernel may name a thread.
fn tracer<'a>(scene: &Scene<'a>, process: &Process) -> Option<&'a Process> {
    let by_thread = || scene.world.processes.values().find(|p| p.threads.iter().any(|t| t.tid == process.tracer));
    scene.world.process(process.tracer).or_else(by_thread)
}

/// A program of a package or of a container, a program that traces its own kind, or a person at their own program.
fn is_ordinary(scene: &Scene<'_>, process: &Process, tracer: &Process) -> bool {
    let standing = Standing::of(scene, tracer);
    let program = standing::program_path(tracer);
    let own_kind = tracer.exe_path() == process.exe_path() && tracer.uid() == process.uid();
    let given =
        tracer.program.as_ref().is_some_and(|p| matches!(p.kind, ProgramKind::Inline | ProgramKind::Interactive));
    let person = standing.attended && !place::is_volatile(program) && tracer.uid() == process.uid();
    !standing.unowned() && !given || standing.contained || own_kind || person
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/traced";

    #[test]
    fn by_a_program_of_no_package() {
        let host = "process 41 exe=/usr/sbin/sshd tracer=50\nprocess 50 exe=/var/x/spy";
        check(NAME, &format!("package base 1\n{host}"), &["unusual: sshd (pid 41) is traced by /var/x/spy (pid 50)"]);
        check(NAME, &format!("package spy 1 owns /var/x/spy\n{host}"), &[]);
    }
    #[test]
    fn by_code_that_an_interpreter_was_given() {
        let host = |what: &str| {
            format!(
                "package python 1 owns /usr/bin/python3,/usr/bin/trace.py\nprocess 41 exe=/usr/sbin/sshd tracer=50\n\
                 process 50 exe=/usr/bin/python3 cmdline=\"python3 {what}\"\n/usr/bin/trace.py = x"
            )
        };
        let said = "unusual: sshd (pid 41) is traced by /usr/bin/python3 (pid 50)";
        check(NAME, &host("-c spy()"), &[said]);
        check(NAME, &host("/usr/bin/trace.py"), &[]);
    }
    #[test]
    fn by_somebody_who_is_not_shown() {
        check(
            NAME,
            "process 41 exe=/usr/sbin/sshd tracer=50",
            &["unusual: sshd (pid 41) is traced by process 50, which is not shown"],
        );
    }
    #[test]
    fn a_person_at_their_own_program_is_quiet() {
        check(
            NAME,
            "package base 1\nprocess 41 uid=1000 exe=/home/a/x tracer=50\n\
             process 50 uid=1000 tty=34816 login=1000 exe=/home/a/go/bin/dlv",
            &[],
        );
    }
}
