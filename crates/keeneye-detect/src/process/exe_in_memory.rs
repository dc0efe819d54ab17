//! A program that was executed from memory and never lay on a disk.
//!
//! # What it sees
//! The program file of a process is a memory file (memfd), or an interpreter was given such a file as its script.
//! Programs that only keep one open or mapped, as many do, are not meant.
//!
//! # Why it matters
//! Nothing is left on disk to be found, scanned or hashed; it is a common way to run a tool that was just fetched.
//!
//! # Innocent causes
//! Container runtimes execute a sealed copy of themselves, so that a container cannot overwrite them. That is quiet
//! when the content is that of a packaged file, unchanged, and the same package brought one of the ancestors, or the
//! copy is on its way into namespaces of its own below a packaged, unchanged parent. The content alone is not enough:
//! a packaged shell in memory is still a shell in memory. Of a runtime that no package brought, or whose package cannot
//! be told, such a copy is unusual, as long as the program that it is a copy of runs above it or beside it.
//!
//! # What to do
//! Copy the program out while it runs: `keeneye capture --with-files -o host.kee`, or `cp /proc/PID/exe`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, shells, subject};
use bstr::ByteSlice;
use keeneye_facts::{FileFact, Finding, Level, Ownership, Process, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/exe-in-memory",
    title: "a program that never lay on a disk",
    level: Level::Suspicious,
    attack: &["T1620"],
    absolute: false,
    source: include_str!("exe_in_memory.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene
        .world
        .processes
        .values()
        .filter_map(|process| judge(scene, process).or_else(|| script(scene, process)))
        .collect()
}

/// An interpreter whose script lies in memory: `python3 /proc/self/fd/3`. A pipe there is another matter: shells hand
/// each other scripts through pipes all the time.
fn script(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let script = standing::script_path(process)?.strip_prefix(b"/memfd:")?.as_bstr();
    let level = if Standing::of(scene, process).contained { Level::Unusual } else { Level::Suspicious };
    let interpreter = process.exe_path().lossy();
    let summary = format!(
        "{interpreter} runs a script that lies in memory only, under the name {script:?}, as pid {}",
        process.id.pid
    );
    let finding = DETECTOR.finding(level, subject::process(process), summary);
    Some(portrait::add(finding, scene, process).innocent("a script that is piped to a shell", true, "it is no pipe"))
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let exe = process.exe.as_ref().filter(|exe| exe.in_memory())?;
    let original = original(scene, process);
    if original.is_some_and(|original| is_self_copy(scene, process, original)) {
        return None;
    }
    let name = exe.path.strip_prefix(b"/memfd:").unwrap_or_default().as_bstr();
    let summary =
        format!("a program that lies in memory only, under the name {name:?}, runs as pid {}", process.id.pid);
    let standing = Standing::of(scene, process);
    let running = running_original(scene, process);
    let level = if running.is_some() { Level::Unusual } else { Level::Suspicious };
    let finding = DETECTOR.finding(level, subject::process(process), summary);
    let finding = match (&exe.digest, original.or(running)) {
        (Some(_), Some(original)) => finding.evidence("same content as", original.path.clone()),
        (Some(digest), None) => finding.evidence("sha256", digest.sha256.as_str()),
        (None, _) => finding,
    };
    let copy = match running {
        Some(_) => "no package is known to have brought the program that it is a copy of",
        None => "no package that brought an ancestor brought this content",
    };
    let finding = portrait::add(finding, scene, process).innocent(
        "a container runtime's copy of itself",
        exe.digest.is_some(),
        copy,
    );
    Some(if standing.on_network() {
        finding.evidence("network", "it talks with other machines, or could")
    } else {
        finding
    })
}

/// The packaged, unchanged file with the same content.
fn original<'a>(scene: &Scene<'a>, process: &Process) -> Option<&'a FileFact> {
    let digest = process.exe.as_ref()?.digest.as_ref()?;
    let same = |file: &&FileFact| file.digest.as_ref().is_some_and(|theirs| theirs.sha256 == digest.sha256);
    scene.world.files.values().filter(|file| file.owner.is_intact()).find(same)
}

/// The file with the same content that an ancestor, or another child of the parent, executes: one of which packages
/// say nothing, in a place for programs. A copy of what takes code is more than a copy of itself.
fn running_original<'a>(scene: &Scene<'a>, process: &'a Process) -> Option<&'a FileFact> {
    let world = scene.world;
    let digest = process.exe.as_ref()?.digest.as_ref()?;
    let ancestors = world.ancestors(process).filter(|ancestor| world.processes.contains_key(&ancestor.id));
    let beside = |other: &&Process| process.ppid > 1 && other.ppid == process.ppid && other.id != process.id;
    let siblings = world.processes.values().filter(beside);
    let at_path = |other: &&Process| other.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true));
    let files = ancestors.chain(siblings).filter(at_path).filter_map(|other| world.file(other.exe_path()));
    let unsaid = |file: &&FileFact| matches!(file.owner, Ownership::Unknown | Ownership::Unowned);
    let place = |path: &Text| {
        let hides = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &world.accounts);
        !place::is_volatile(path) && !hides && !shells::takes_code(path)
    };
    let same = |file: &&FileFact| file.digest.as_ref().is_some_and(|theirs| theirs.sha256 == digest.sha256);
    files.filter(unsaid).filter(|file| place(&file.path)).find(same)
}

fn is_self_copy(scene: &Scene<'_>, process: &Process, original: &FileFact) -> bool {
    let package = original.owner.package();
    let owners = || scene.world.ancestors(process).map(|ancestor| scene.world.exe_owner(ancestor));
    if owners().any(|owner| owner.is_intact() && owner.package() == package) {
        return true;
    }
    let own = &scene.world.host.own_namespaces;
    let differs = |theirs: Option<u64>, ours: Option<u64>| matches!((theirs, ours), (Some(a), Some(b)) if a != b);
    let enters = differs(process.namespaces.mnt, own.mnt) && differs(process.namespaces.pid, own.pid);
    let general = shells::takes_code(&original.path);
    enters && !general && owners().next().is_some_and(keeneye_facts::Ownership::is_intact)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/exe-in-memory", host, expected);
    }

    const FOUND: &str = "suspicious: a program that lies in memory only, under the name \"x\", runs as pid 41";

    #[test]
    fn executed_from_memory() {
        says("process 41 exe=/memfd:x deleted", &[FOUND]);
    }
    #[test]
    fn a_memory_file_merely_open_or_mapped_is_quiet() {
        says("process 41 exe=/usr/bin/x\nfd 41 3 \"/memfd:x (deleted)\"\nmap 41 r-xp \"/memfd:x (deleted)\"", &[]);
    }
    #[test]
    fn a_script_in_memory_is_loud_and_one_in_a_pipe_is_quiet() {
        let host = "process 41 exe=/usr/bin/python3.11 cmdline=python3\\0/proc/self/fd/3\\0\nfd 41 3";
        says(
            &format!("{host} \"/memfd:x (deleted)\""),
            &[
                "suspicious: /usr/bin/python3.11 runs a script that lies in memory only, under the name \"x\", as pid 41",
            ],
        );
        says(&format!("{host} pipe:[77]"), &[]);
        says(&format!("{host} /opt/x.py"), &[]);
    }
    #[test]
    fn a_runtimes_copy_of_itself_is_quiet() {
        let host = |packages: &str, content: &str| {
            format!(
                "{packages}\n/usr/bin/runtime = code\nprocess 7 ppid=1 exe=/usr/bin/runtime\n\
                 process 20 ppid=1 exe=/usr/bin/shim\nprocess 41 ppid=20 exe=/memfd:x deleted\n/proc/41/exe = {content}"
            )
        };
        let together = "package runtime 1 owns /usr/bin/runtime,/usr/bin/shim";
        let apart = "package runtime 1 owns /usr/bin/runtime\npackage shim 1 owns /usr/bin/shim";
        says(&host(together, "code"), &[]);
        says(&host(together, "other"), &[FOUND]);
        says(&host(apart, "code"), &[FOUND]);
        let entering = host(apart, "code").replace("x deleted", "x deleted ns=mnt:7,pid:8");
        says(&entering, &[]);
        says(&entering.replace("/usr/bin/runtime", "/usr/bin/bash"), &[FOUND]);
    }
    #[test]
    fn a_copy_of_a_running_program_of_no_package_is_unusual() {
        let unusual = FOUND.replace("suspicious", "unusual");
        let host = |database: &str, exe: &str, content: &str, parents: &str| {
            format!(
                "{database}\n{exe} = code\n{exe} : mode=100755\nprocess 20 ppid=1 exe=/opt/k3s/shim\n\
                 process 30 ppid=20 exe={exe}\nprocess 41 {parents} exe=/memfd:x deleted\n/proc/41/exe = {content}"
            )
        };
        for database in ["", "package base 1"] {
            let says_of = |exe: &str, content: &str, parents: &str, expected: &str| {
                says(&host(database, exe, content, parents), &[expected]);
            };
            says_of("/opt/k3s/runtime", "code", "ppid=30", &unusual);
            says_of("/opt/k3s/runtime", "code", "ppid=20", &unusual);
            says_of("/opt/k3s/runtime", "other", "ppid=30", FOUND);
            says_of("/opt/k3s/runtime", "code", "ppid=1", FOUND);
            says_of("/tmp/runtime", "code", "ppid=30", FOUND);
            says_of("/opt/k3s/bash", "code", "ppid=30", FOUND);
        }
    }
}
