//! A program that runs from a place for temporary files.
//!
//! # What it sees
//! The executable of a process, or the script that an interpreter runs, lies in /tmp, /var/tmp, /dev, /dev/shm,
//! /run/user or a lock directory.
//!
//! # Why it matters
//! Everybody may write there and nobody looks there, so what breaks in through a web application is stored and
//! started there first.
//!
//! # Innocent causes
//! Builds and tests, installers that unpack themselves, configuration management that copies a script over: all of
//! them run below a living parent in the same session, for a short time. Programs that bring a mounted image of their
//! own (AppImage). It is an alert when the place is hidden as well, when nobody waits for the program, when it talks
//! with other machines, or when it runs for an account that nobody logs in to.
//!
//! # What to do
//! Look at who started it and what it talks to: `keeneye look pid PID`. Keep a copy of the file before anything else:
//! `keeneye capture --with-files -o host.kee`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, subject};
use keeneye_facts::{Finding, Level, Mount, Process, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/volatile-exe",
    title: "a program runs from a place for temporary files",
    level: Level::Suspicious,
    attack: &["T1036.005", "T1059"],
    absolute: false,
    source: include_str!("volatile_exe.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.processes.values().filter_map(|process| judge(scene, process)).collect()
}

fn judge(scene: &Scene<'_>, process: &Process) -> Option<Finding> {
    let exe = process.exe.as_ref().filter(|exe| !exe.in_memory())?;
    let inside = inside_root(process, &exe.path);
    let paths = standing::script_path(process).into_iter().chain([&exe.path]).chain(&inside);
    let path = paths.into_iter().find(|path| place::is_volatile(path))?;
    let standing = Standing::of(scene, process);
    let image = own_image(scene, path);
    let reasons = reasons(scene, process, path, &standing);
    let level = level(path, &standing, image, reasons.is_empty())?;
    let dir = place::volatile_dir(path)?;
    let mut summary = format!("{} (pid {}) runs from {dir}", path.lossy(), process.id.pid);
    for reason in &reasons {
        summary.push_str(", ");
        summary.push_str(reason);
    }
    let finding = DETECTOR.finding(level, subject::process(process), summary).evidence("program", path.clone());
    Some(innocent(portrait::add(finding, scene, process), &standing, image))
}

/// The path as a process with a root directory of its own sees it.
fn inside_root(process: &Process, path: &Text) -> Option<Text> {
    let root = process.root.as_ref().filter(|root| *root != "/" && place::below(path, root))?;
    path.get(root.len()..).map(Text::from)
}

/// `None` when there is nothing to say: paths inside a container are the container's, and an image of one's own that
/// talks to nobody is an ordinary program.
fn level(path: &Text, standing: &Standing<'_>, image: Option<&Mount>, harmless: bool) -> Option<Level> {
    let mounted = image.is_some_and(place::is_image);
    if (standing.contained && place::hidden_component(path).is_none()) || (mounted && !standing.on_network()) {
        return None;
    }
    let more_memory = image.is_some() && !(standing.orphaned && standing.on_network());
    if harmless || standing.contained || mounted || more_memory {
        return Some(Level::Unusual);
    }
    Some(Level::Suspicious)
}

/// What makes it an alert.
fn reasons(scene: &Scene<'_>, process: &Process, path: &Text, standing: &Standing<'_>) -> Vec<&'static str> {
    let hiding = place::hidden_component(path).map(|hidden| hidden.how);
    let hidden = match hiding {
        None => None,
        Some(place::Hiding::Dot) => Some("in a hidden place"),
        Some(place::Hiding::SocketPlace) => Some("in a directory for sockets"),
        Some(place::Hiding::Disguised(_)) => Some("under a name made to be overlooked"),
    };
    let child = is_child_of_a_living_parent(scene, process);
    let nobodys = scene.world.accounts.iter().find(|account| account.uid == process.uid());
    let nobody_logs_in = nobodys.is_some_and(|account| !place::is_login(account));
    let reason = |holds: bool, reason| holds.then_some(reason);
    [
        hidden,
        reason(standing.orphaned && !standing.attended, "left behind by whoever started it"),
        reason(
            standing.detached && !standing.orphaned && !standing.attended && place::is_data_only(path),
            "cut loose from whoever started it",
        ),
        reason(standing.on_network() && !standing.attended, "and talks with other machines"),
        reason(
            standing.service_account && (nobody_logs_in || !child) && !standing.contained,
            "for an account that only services use",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Waited for by a parent of the same session that does not run from such a place itself: a build, a test, an
/// installer.
fn is_child_of_a_living_parent(scene: &Scene<'_>, process: &Process) -> bool {
    let parent = scene.world.parent(process).filter(|p| scene.world.processes.contains_key(&p.id));
    parent.is_some_and(|parent| {
        parent.id.pid != 1 && parent.session == process.session && !place::is_volatile(standing::program_path(parent))
    })
}

/// A mount below the volatile directory that the program lies on.
fn own_image<'a>(scene: &Scene<'a>, path: &Text) -> Option<&'a Mount> {
    place::own_mount(path, &scene.world.mounts).filter(|mount| place::is_volatile(&mount.point))
}

fn innocent(finding: Finding, standing: &Standing<'_>, image: Option<&Mount>) -> Finding {
    let alone = standing.orphaned || standing.detached;
    let why = if alone { "no parent in its session waits for it" } else { "a living parent in its session started it" };
    finding.innocent("a build, a test or an installer", alone && !standing.attended, why).innocent(
        "a program that brings a mounted image of its own",
        image.is_none(),
        "by the mount table",
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/volatile-exe", host, expected);
    }

    #[test]
    fn left_behind_in_a_hidden_place() {
        says(
            "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 exe=/dev/shm/.q/srv",
            &[
                "suspicious: /dev/shm/.q/srv (pid 41) runs from /dev/shm, in a hidden place, left behind by whoever started it",
            ],
        );
    }
    #[test]
    fn a_test_below_its_build_tool_is_no_alert() {
        says(
            "process 20 ppid=19 session=20 exe=/usr/bin/go\nprocess 41 ppid=20 session=20 exe=/tmp/go-build7/b1/x.test",
            &["unusual: /tmp/go-build7/b1/x.test (pid 41) runs from /tmp"],
        );
    }
    #[test]
    fn the_same_test_left_behind_is() {
        says(
            "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 session=20 exe=/tmp/go-build7/b1/x.test",
            &["suspicious: /tmp/go-build7/b1/x.test (pid 41) runs from /tmp, left behind by whoever started it"],
        );
    }
    #[test]
    fn an_image_of_its_own_is_quiet() {
        let process = "process 20 ppid=19 session=20 exe=/usr/bin/bash\n\
                       process 41 ppid=20 session=20 exe=/tmp/.mount_a/usr/bin/a";
        let mount = "36 25 0:32 / /tmp/.mount_a ro,nosuid,nodev - fuse.a a ro";
        says(&format!("{process}\n/proc/self/mountinfo = {mount}\\n"), &[]);
        says(process, &["suspicious: /tmp/.mount_a/usr/bin/a (pid 41) runs from /tmp, in a hidden place"]);
    }
    #[test]
    fn a_mount_that_nobody_writes_to_is_an_image() {
        let host = |mode: &str| {
            format!(
                "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 exe=/tmp/.m/a\n\
                 /proc/self/mountinfo = 36 25 0:32 / /tmp/.m {mode} - tmpfs a.img rw\\n"
            )
        };
        says(&host("ro"), &[]);
        says(
            &host("rw"),
            &["unusual: /tmp/.m/a (pid 41) runs from /tmp, in a hidden place, left behind by whoever started it"],
        );
    }
    #[test]
    fn more_memory_mounted_there_is_no_image() {
        says(
            "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=20 session=20 exe=/tmp/.m/a\nprocess 20 ppid=19 session=20 \
             exe=/usr/bin/bash\n/proc/self/mountinfo = 36 25 0:32 / /tmp/.m rw - tmpfs tmpfs rw\\n",
            &["unusual: /tmp/.m/a (pid 41) runs from /tmp, in a hidden place"],
        );
    }
    #[test]
    fn a_service_account_is_an_alert_also_below_a_living_parent() {
        let host = |uid: &str| {
            format!(
                "/etc/passwd = root:x:0:0::/root:/bin/bash\\nwww:x:33:33::/var/www:/usr/sbin/nologin\n\
                 process 20 ppid=19 session=20 exe=/usr/sbin/php-fpm\n\
                 process 41 ppid=20 session=20 exe=/tmp/x uid={uid}"
            )
        };
        says(&host("33"), &["suspicious: /tmp/x (pid 41) runs from /tmp, for an account that only services use"]);
        says(&host("0"), &["unusual: /tmp/x (pid 41) runs from /tmp"]);
    }
    #[test]
    fn talks_with_other_machines() {
        let host = |at: &str| {
            format!(
                "process 20 ppid=19 session=20 exe=/usr/bin/make\nprocess 41 ppid=20 session=20 exe=/tmp/x\nlisten tcp {at}:4444 pid=41"
            )
        };
        says(&host("0.0.0.0"), &["suspicious: /tmp/x (pid 41) runs from /tmp, and talks with other machines"]);
        says(&host("127.0.0.1"), &["unusual: /tmp/x (pid 41) runs from /tmp"]);
    }
    #[test]
    fn inside_a_container_the_path_is_the_containers() {
        let id = "0123456789abcdef".repeat(4);
        let host = |shim: &str, owner: &str, exe: &str| {
            format!(
                "package base 1 owns {owner}\nprocess 1 exe=/sbin/init ppid=0\nprocess 30 ppid=1 exe={shim}\n\
                 process 41 ppid=30 session=41 exe={exe} root=/ cgroup=/system.slice/docker-{id}.scope\n\
                 listen tcp 0.0.0.0:80 pid=41"
            )
        };
        let said = "suspicious: /tmp/x (pid 41) runs from /tmp, and talks with other machines";
        says(&host("/usr/bin/shim", "/usr/bin/shim", "/tmp/x"), &[]);
        says(&host("/usr/bin/shim", "/usr/bin/other", "/tmp/x"), &[said]);
        says(&host("/usr/bin/bash", "/usr/bin/bash", "/tmp/x"), &[said]);
        says(&host("/usr/sbin/sshd", "/usr/sbin/sshd", "/tmp/x"), &[said]);
        says(
            &host("/usr/bin/shim", "/usr/bin/shim", "/tmp/x").replace("ppid=30", "ppid=1"),
            &[
                "suspicious: /tmp/x (pid 41) runs from /tmp, left behind by whoever started it, and talks with other machines",
            ],
        );
    }
    #[test]
    fn namespaces_alone_are_no_container() {
        says(
            "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 exe=/tmp/t1/x root=/ ns=mnt:7,pid:8",
            &["suspicious: /tmp/t1/x (pid 41) runs from /tmp, left behind by whoever started it"],
        );
        // What systemd gives to services.
        says("process 41 ppid=1 exe=/usr/sbin/x ns=mnt:7", &[]);
    }
    #[test]
    fn a_root_directory_alone_is_no_container() {
        let host = |mount: &str| {
            format!(
                "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 exe=/srv/j/tmp/x root=/srv/j\n\
                 /proc/self/mountinfo = 36 25 0:32 / {mount} rw - overlay overlay rw\\n"
            )
        };
        let said = "suspicious: /tmp/x (pid 41) runs from /tmp, left behind by whoever started it";
        says(&host("/srv/j"), &[]);
        for elsewhere in ["/srv/k", "/srv", "/srv/j/tmp"] {
            says(&host(elsewhere), &[said]);
        }
    }
    #[test]
    fn a_program_elsewhere_is_quiet() {
        says("process 41 exe=/usr/bin/x", &[]);
    }
}
