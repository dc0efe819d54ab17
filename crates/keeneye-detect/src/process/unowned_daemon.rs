//! A program that no package owns runs in the background as root or for a service.
//!
//! # What it sees
//! A process without a terminal, started by nobody who is logged in, as root or under an account that only services
//! use, whose program no package brought. Each program once.
//!
//! # Why it matters
//! Alone it says little; together with a connection, a start by cron or a recent date it tells what to look at first.
//!
//! # Innocent causes
//! Software that admins install by hand: what lies in /opt, /srv, /usr/local, /snap or in somebody's home is not
//! mentioned, nor are containers. Applications below /var/lib or /var/www are a note.
//!
//! # What to do
//! Find out who installed it: `keeneye look file PATH`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Process, Text};
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/unowned-daemon",
    title: "a background program that no package owns",
    level: Level::Unusual,
    attack: &["T1543"],
    absolute: false,
    source: include_str!("unowned_daemon.rs"),
    run,
};

/// Where applications keep themselves that are neither packages nor an admin's tools.
const APPLICATIONS: &[&str] = &["/var/lib", "/var/www", "/var/opt", "/data", "/app", "/mnt", "/media", "/nix", "/gnu"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut programs: BTreeMap<&Text, Vec<&Process>> = BTreeMap::new();
    for process in scene.world.processes.values() {
        if is_daemon(scene, process) {
            programs.entry(standing::program_path(process)).or_default().push(process);
        }
    }
    programs.into_iter().filter_map(|(path, processes)| finding(scene, path, &processes)).collect()
}

fn is_daemon(scene: &Scene<'_>, process: &Process) -> bool {
    let standing = Standing::of(scene, process);
    let important = process.uid() == 0 || standing.service_account;
    let background = (standing.detached || standing.orphaned) && !standing.attended;
    important && background && standing.unowned() && !standing.contained
}

fn finding(scene: &Scene<'_>, path: &Text, processes: &[&Process]) -> Option<Finding> {
    let process = *processes.first()?;
    let accounts = &scene.world.accounts;
    let mounted = place::own_image(path, &scene.world.mounts).is_some();
    // Volatile and hidden places have a detector of their own.
    let elsewhere = place::is_volatile(path) || place::hidden_component(path).is_some();
    if elsewhere || mounted || place::is_admin(path, accounts) || path.is_within("/snap") {
        return None;
    }
    let application = APPLICATIONS.iter().any(|dir| path.is_within(dir));
    let level = if application { Level::Note } else { Level::Unusual };
    let name = subject::process(process).name;
    let many = if processes.len() == 1 { String::new() } else { format!(" and {} more", processes.len() - 1) };
    let user = portrait::user(scene, process.uid());
    let summary =
        format!("{}{many} runs {} for {}, and no package brought it", name.lossy(), path.lossy(), user.lossy());
    let finding = DETECTOR
        .finding(level, subject::process(process), summary)
        .evidence("program", path.clone())
        .related(subject::file(path))
        .innocent("software that an admin installed by hand", false, "ask who installed it")
        .next(format!("keeneye look file {}", path.lossy()));
    Some(portrait::add(finding, scene, process))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/unowned-daemon";

    #[test]
    fn a_program_among_those_of_packages() {
        let host = "process 41 exe=/usr/sbin/x\nprocess 42 exe=/usr/sbin/x";
        check(
            NAME,
            &format!("package base 1\n{host}"),
            &["unusual: x (pid 41) and 1 more runs /usr/sbin/x for root (0), and no package brought it"],
        );
        check(NAME, &format!("package x 1 owns /usr/sbin/x\n{host}"), &[]);
        check(NAME, &format!("/var/lib/rpm/rpmdb.sqlite = x\n{host}"), &[]);
    }
    #[test]
    fn an_application_is_a_note() {
        check(
            NAME,
            "package base 1\nprocess 41 uid=33 exe=/var/www/app/server",
            &["note: server (pid 41) runs /var/www/app/server for 33, and no package brought it"],
        );
    }
    #[test]
    fn an_admins_programs_and_sessions_are_quiet() {
        for process in ["exe=/opt/x/y", "exe=/usr/local/bin/y", "tty=34816 exe=/usr/sbin/x", "uid=1000 exe=/usr/sbin/x"]
        {
            check(NAME, &format!("package base 1\nprocess 41 {process}"), &[]);
        }
    }
}
