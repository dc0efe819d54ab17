//! A pid or lock file of a daemon that is not installed.
//!
//! # What it sees
//! A `.pid` or `.lock` file below /run or /var/run whose name belongs to no program, unit, package, account or running
//! process, and which is empty or names no process of that name; or it is the name of something installed, and the
//! process that it names is a program of no package.
//!
//! # Why it matters
//! Malware keeps such a file so that it does not start twice. Its name imitates a daemon's, and it stays behind when
//! all else was cleaned up.
//!
//! # Innocent causes
//! Software that was removed, and home-made services, which name their files as they like.
//!
//! # What to do
//! Look at its owner and date: `keeneye look file PATH`. If it holds a number: `keeneye look pid PID`.

use crate::standing::Standing;
use crate::{Detector, Scene, portrait, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, Level, PidFile, Process};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/orphan-pid-file",
    title: "a pid file of a daemon that is not installed",
    level: Level::Note,
    attack: &["T1480.002"],
    absolute: false,
    source: include_str!("orphan_pid_file.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.pid_files.iter().filter_map(|file| judge(scene, file)).collect()
}

fn judge(scene: &Scene<'_>, file: &PidFile) -> Option<Finding> {
    let named = file.pid.and_then(|pid| scene.world.process(pid));
    // A file that holds something else than a number is some program's own kind of lock.
    let foreign = file.pid.is_none() && file.size > 0;
    let borrowed = named.filter(|process| file.known_name == Some(true) && borrows(scene, process, file));
    if borrowed.is_none() && file.known_name != Some(false)
        || foreign
        || named.is_some_and(|process| mentions(process, file))
    {
        return None;
    }
    let what = match (file.pid, named) {
        (None, _) => "is empty".to_owned(),
        (Some(pid), None) => format!("names process {pid}, which does not run"),
        (Some(_), Some(process)) => format!("names {}", subject::process(process).name.lossy()),
    };
    let why = match borrowed {
        Some(_) => "which no package brought under that name",
        None => "and nothing of that name is installed",
    };
    let summary = format!("{} {what}, {why}", file.path.lossy());
    let mut finding = DETECTOR
        .finding(Level::Note, subject::file(&file.path), summary)
        .evidence("pid file", file.path.clone())
        .evidence("size", format!("{} bytes", file.size))
        .evidence("owner", portrait::user(scene, file.uid))
        .since(file.modified)
        .innocent("software that was removed", false, "the package manager's log would tell")
        .innocent("a service of the admin's own", false, "ask who runs it")
        .next(format!("keeneye look file {}", file.path.lossy()));
    if let Some(process) = named {
        finding = finding.related(subject::process(process)).next(format!("keeneye look pid {}", process.id.pid));
    }
    Some(finding)
}

/// A program of no package under the name of something that is installed. A number that was given to another process
/// later says nothing.
fn borrows(scene: &Scene<'_>, process: &Process, file: &PidFile) -> bool {
    let began = scene.world.host.time_of_ticks(process.id.start);
    Standing::of(scene, process).unowned() && began <= file.modified
}

/// The process says the file's name in its command line, directory or control group: a service that names its file
/// after itself and not after its program.
fn mentions(process: &Process, file: &PidFile) -> bool {
    let name = file.path.file_name();
    let parts = name.split(|b| *b == b'.').filter(|part| !matches!(*part, b"pid" | b"lock"));
    let name = parts.max_by_key(|part| part.len()).unwrap_or_default();
    let said = process.cmdline.iter().chain(&process.cwd).chain([&process.cgroup, &process.comm]);
    name.len() >= 3 && said.into_iter().any(|text| text.contains_str(name))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "process/orphan-pid-file";

    #[test]
    fn an_empty_file_of_nobodys_name() {
        check(
            NAME,
            "/run/haldrund.pid =",
            &["note: /run/haldrund.pid is empty, and nothing of that name is installed"],
        );
        check(NAME, "/run/haldrund.pid =\n/usr/sbin/haldrund : mode=100755", &[]);
    }
    #[test]
    fn a_file_that_names_another_program() {
        check(
            NAME,
            "/run/lock/abcd.lock = 41\nprocess 41 comm=k exe=/usr/sbin/k",
            &["note: /run/lock/abcd.lock names k (pid 41), and nothing of that name is installed"],
        );
        check(
            NAME,
            "/run/lock/abcd.lock = 43",
            &["note: /run/lock/abcd.lock names process 43, which does not run, and nothing of that name is installed"],
        );
    }
    #[test]
    fn a_name_that_is_borrowed() {
        let host = |modified: i64, owned: &str| {
            format!(
                "package a 1 owns /usr/sbin/crond{owned}\nprocess 41 comm=k exe=/opt/k/k start=1000\n\
                 /run/crond.pid = 41\n/run/crond.pid : modified={modified}"
            )
        };
        let said = "note: /run/crond.pid names k (pid 41), which no package brought under that name";
        check(NAME, &host(1_699_999_999, ""), &[said]);
        check(NAME, &host(1_699_999_999, ",/opt/k/k"), &[]);
        check(NAME, &host(1, ""), &[]);
    }
    #[test]
    fn a_service_named_after_itself_is_quiet() {
        check(
            NAME,
            "/run/shop.pid = 41\nprocess 41 comm=java exe=/usr/bin/java cmdline=\"java -jar /opt/shop/a.jar\"",
            &[],
        );
    }
    #[test]
    fn a_lock_with_words_in_it_is_quiet() {
        check(NAME, "/run/zzz.lock = held by somebody", &[]);
    }
}
