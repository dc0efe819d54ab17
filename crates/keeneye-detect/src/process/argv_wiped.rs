//! A program that blanked its own command line.
//!
//! # What it sees
//! The area where a process keeps its arguments holds nothing but zero bytes or blanks, in two looks.
//!
//! # Why it matters
//! `ps` then shows no more than a bare name. Tools overwrite their arguments so that no address, pool or password that
//! was given to them is seen.
//!
//! # Innocent causes
//! A few packaged daemons clear the area before they write a title there: a note. Programs started by a careless
//! parent with no arguments at all.
//!
//! # What to do
//! The program and its environment at the start may still be in memory: `keeneye look pid PID`, then
//! `keeneye capture --with-files -o host.kee`.

use crate::standing::Standing;
use crate::{Detector, Scene, portrait, shells, subject};
use keeneye_facts::{Finding, Level, Process};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/argv-wiped",
    title: "a program blanked its own command line",
    level: Level::Suspicious,
    attack: &["T1036.011", "T1070"],
    absolute: false,
    source: include_str!("argv_wiped.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let programs = !process.is_kernel_thread() && !process.is_zombie();
    let exe = process.exe.as_ref().filter(|_| programs && process.cmdline_wiped)?;
    let standing = Standing::of(scene, process);
    // An interpreter is a package's, but the code that runs in it may be anybody's.
    let daemon = standing.intact() && !shells::takes_code(&exe.path);
    let level = match () {
        () if daemon => Level::Note,
        () if standing.contained => Level::Unusual,
        () => Level::Suspicious,
    };
    let also = if process.environment.wiped { " and its environment" } else { "" };
    let summary = format!("{} (pid {}) blanked its command line{also}", exe.path.lossy(), process.id.pid);
    let finding = DETECTOR.finding(level, subject::process(process), summary).evidence("name", process.comm.clone());
    let why = if daemon { "a package brought the program, unchanged" } else { "no package vouches for the program" };
    Some(portrait::add(finding, scene, process).innocent("a packaged daemon that writes a title", !daemon, why))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn nothing_but_zero_bytes() {
        check(
            "process/argv-wiped",
            "process 41 exe=/opt/x cmdline=\\0\\0\\0\\0 env=\\0\\0\\0",
            &["suspicious: /opt/x (pid 41) blanked its command line and its environment"],
        );
        check("process/argv-wiped", "process 41 exe=/opt/x cmdline=x\\0\\0\\0", &[]);
    }
    #[test]
    fn nothing_but_blanks() {
        let said = "suspicious: /usr/bin/perl (pid 41) blanked its command line";
        check("process/argv-wiped", "process 41 exe=/usr/bin/perl cmdline=\" \\0\"", &[said]);
        check("process/argv-wiped", "process 41 exe=/usr/bin/perl cmdline=\" \\0x\\0\"", &[]);
    }
    #[test]
    fn a_packaged_daemon_is_a_note() {
        check(
            "process/argv-wiped",
            "package d 1 owns /usr/sbin/d\nprocess 41 exe=/usr/sbin/d cmdline=\\0\\0\\0",
            &["note: /usr/sbin/d (pid 41) blanked its command line"],
        );
    }
    #[test]
    fn threads_of_the_kernel_and_zombies_have_none() {
        check("process/argv-wiped", "process 41 comm=kworker/0:1 kernel\nprocess 42 comm=x state=Z", &[]);
    }
}
