//! A program that no package owns has kept a processor busy for most of its life.
//!
//! # What it sees
//! The CPU time on record for a process is at least 15 minutes and at least 60 % of one processor over its whole life,
//! and no package brought its program.
//!
//! # Why it matters
//! Most break-ins end in mining or in attacking others with the victim's processors.
//!
//! # Innocent causes
//! Batch and numerical jobs, video, builds: from a home, from /opt or /srv, or with a person at the terminal they are a
//! note. From a place for temporary files, a hidden one, or for an account that only services use they are an alert.
//! Containers and programs of packages are left out.
//!
//! # What to do
//! Ask the owner of the account, and see what it talks to: `keeneye look pid PID`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Process, ProgramKind};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/cpu-unowned",
    title: "a program that no package owns keeps a processor busy",
    level: Level::Suspicious,
    attack: &["T1496"],
    absolute: false,
    source: include_str!("cpu_unowned.rs"),
    run,
};

/// CPU time from which it counts as sustained, in seconds.
const MIN_SECONDS: u64 = 15 * 60;
/// Share of one processor over the whole life of the process, in percent.
const MIN_PERCENT: u64 = 60;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

/// CPU time in seconds, and the share of one processor in percent.
fn load(scene: &Scene<'_>, process: &Process) -> Option<(u64, u64)> {
    let host = &scene.world.host;
    let ticks = host.ticks.max(1);
    let age = host.uptime.checked_sub(process.id.start / ticks)?.max(1);
    let seconds = process.cpu_ticks / ticks;
    Some((seconds, seconds.saturating_mul(100) / age))
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let (seconds, percent) = load(scene, process)?;
    if seconds < MIN_SECONDS || percent < MIN_PERCENT || process.is_kernel_thread() {
        return None;
    }
    let standing = Standing::of(scene, process);
    let (level, why) = weigh(scene, process, &standing)?;
    let subject = subject::process(process);
    let summary = format!(
        "{} has used {} minutes of CPU time, {percent} % of a processor since it began: {why}",
        subject.name.lossy(),
        seconds / 60
    );
    let person = standing.attended || place::home_of(standing::program_path(process), &scene.world.accounts).is_some();
    let finding = DETECTOR
        .finding(level, subject, summary)
        .evidence("CPU time", format!("{seconds} s"))
        .evidence("share of one processor", format!("{percent} %"))
        .evidence("program", standing::program_path(process).clone())
        .innocent("a job of a person", !person, "told by its place and by who is logged in")
        .innocent("a program of a package", true, "no package is known to have brought it");
    Some(portrait::add(finding, scene, process))
}

fn weigh(scene: &Scene<'_>, process: &Process, standing: &Standing<'_>) -> Option<(Level, &'static str)> {
    let program = standing::program_path(process);
    let accounts = &scene.world.accounts;
    let exe = process.exe.as_ref()?;
    let gone = exe.in_memory() || exe.deleted && !standing.exe.is_owned();
    let inline =
        process.program.as_ref().is_some_and(|p| matches!(p.kind, ProgramKind::Inline | ProgramKind::Interactive));
    let home_dot = place::is_tool_dot_dir(program, accounts);
    let hidden = place::hidden_component(program).is_some() && !home_dot;
    let odd = (place::is_volatile(program) || hidden) && place::own_image(program, &scene.world.mounts).is_none();
    let admin = place::is_admin(program, accounts) || home_dot;
    match () {
        () if standing.contained => None,
        () if gone && !exe.in_memory() && admin && standing.attended => Some((Level::Unusual, "its file is gone")),
        () if gone => Some((Level::Suspicious, "its file is gone")),
        () if odd && standing.attended => Some((Level::Unusual, "it lies in an odd place")),
        () if odd => Some((Level::Suspicious, "it lies in an odd place")),
        () if inline && standing.service_account => {
            Some((Level::Unusual, "its code came from a command line, for an account that only services use"))
        }
        () if !standing.unowned() => None,
        () if admin && standing.service_account && !standing.attended => {
            Some((Level::Unusual, "no package brought it, and it runs for an account that only services use"))
        }
        () if admin || standing.attended => Some((Level::Note, "no package brought it")),
        () if standing.service_account => {
            Some((Level::Suspicious, "no package brought it, and it runs for an account that only services use"))
        }
        () => Some((Level::Unusual, "no package brought it")),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/cpu-unowned";

    /// Up for a million seconds; the process is 10,000 s old.
    fn host(process: &str, cpu: u64) -> String {
        format!("package base 1\nprocess 41 start=99000000 cpu={cpu} {process}")
    }
    #[test]
    fn a_miner_in_a_volatile_place() {
        check(
            NAME,
            &host("exe=/var/tmp/x", 900_000),
            &["suspicious: x (pid 41) has used 150 minutes of CPU time, 90 % of a processor since it began: \
               it lies in an odd place"],
        );
        check(NAME, &host("exe=/var/tmp/x", 500_000), &[]);
    }
    #[test]
    fn a_service_account() {
        check(
            NAME,
            &host("uid=33 exe=/var/lib/x/y", 900_000),
            &["suspicious: y (pid 41) has used 150 minutes of CPU time, 90 % of a processor since it began: \
               no package brought it, and it runs for an account that only services use"],
        );
    }
    #[test]
    fn a_job_of_a_person_is_a_note() {
        check(
            NAME,
            &host("uid=1000 exe=/home/anna/calc/model", 900_000),
            &["note: model (pid 41) has used 150 minutes of CPU time, 90 % of a processor since it began: \
               no package brought it"],
        );
    }
    #[test]
    fn a_program_of_a_package_is_quiet() {
        check(NAME, "package y 1 owns /usr/bin/y\nprocess 41 start=99000000 cpu=900000 exe=/usr/bin/y", &[]);
    }
    #[test]
    fn a_short_burst_is_quiet() {
        check(NAME, "package base 1\nprocess 41 start=99990000 cpu=9000 exe=/var/tmp/x", &[]);
    }
}
