//! A program in a mount namespace of its own works in the root directory of the machine.
//!
//! # What it sees
//! A process sees other mounts than the machine does, and among them the machine's own root directory in a second
//! place. It runs inside that directory (chroot), or it is a shell, an interpreter or a program of no package that
//! has it at hand. No container engine waits for it.
//!
//! # Why it matters
//! That is what an escape from a container looks like, and how somebody works on a machine out of sight: what is done
//! in such a namespace does not show in the machine's own mounts.
//!
//! # Innocent causes
//! Agents in containers of an engine reach the root of the machine on purpose: a shell that works in it is unusual
//! there, all else is left alone. A program of an image that has it at hand read-only, without an engine, is unusual.
//! So are applications of an image (snap), which have it at hand by design, and packaged daemons. A person who is
//! logged in and does so is unusual.
//!
//! # What to do
//! See what is mounted there and who began it: `cat /proc/PID/mountinfo`, `keeneye look pid PID`.

use crate::standing::{self, Standing};
use crate::{Detector, Scene, place, portrait, shells, subject};
use keeneye_facts::{Finding, HostRoot, Level, Process};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/host-root-inside",
    title: "a program works in the machine's root from another mount namespace",
    level: Level::Suspicious,
    attack: &["T1611"],
    absolute: false,
    source: include_str!("host_root_inside.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.host_roots.iter().filter_map(|root| judge(scene, root)).collect()
}

fn judge(scene: &Scene<'_>, root: &HostRoot) -> Option<Finding> {
    let inside = scene.world.processes.values().filter(|process| process.namespaces.mnt == Some(root.mnt));
    let mut seen: Vec<Seen<'_>> = inside.filter_map(|process| Seen::of(scene, root, process)).collect();
    seen.sort_by_key(|seen| {
        (std::cmp::Reverse(seen.level), !seen.chrooted, seen.process.id.start, seen.process.id.pid)
    });
    let (first, rest) = seen.split_first()?;
    let place = root.point.lossy();
    let how = if first.chrooted { "works in" } else { "has" };
    let name = standing::program_path(first.process).lossy();
    let summary = format!(
        "{name} (pid {}) {how} the root directory of the machine, mounted at {place} in a namespace of its own",
        first.process.id.pid
    );
    let finding = DETECTOR
        .finding(first.level, subject::process(first.process), summary)
        .evidence("mounted at", root.point.clone())
        .evidence("mount namespace", root.mnt.to_string());
    let finding = rest.iter().take(5).fold(finding, |finding, seen| finding.related(subject::process(seen.process)));
    let finding = finding
        .innocent("an agent in a container of an engine", !first.engine, "by its control group and its ancestors")
        .innocent("a person at work", !first.attended, "by the login program among its ancestors");
    Some(portrait::add(finding, scene, first.process))
}

/// A process that matters there.
struct Seen<'a> {
    process: &'a Process,
    level: Level,
    chrooted: bool,
    engine: bool,
    attended: bool,
}

impl<'a> Seen<'a> {
    fn of(scene: &Scene<'a>, root: &HostRoot, process: &'a Process) -> Option<Self> {
        let standing = Standing::of(scene, process);
        let chrooted = process.root.as_ref().is_some_and(|dir| *dir == root.point || place::below(dir, &root.point));
        let takes_code = shells::is_shell(scene.world, process) || shells::takes_code(process.exe_path());
        let own = takes_code || standing.unowned();
        let engine = standing::has_engine(scene.world, process);
        // A snap's own root is an image.
        let image = !root.copy && root.around.as_ref().is_some_and(place::is_image);
        if chrooted && engine && takes_code {
            return Some(Self { process, level: Level::Unusual, chrooted, engine, attended: standing.attended });
        }
        if engine || !chrooted && (image || !own) {
            return None;
        }
        // A watcher in an image of its own that can write nothing outside.
        let apart = !root.copy || process.root.as_ref().is_some_and(|dir| *dir != "/");
        let watches = root.read_only && apart && !chrooted;
        let level = if standing.attended || watches { Level::Unusual } else { Level::Suspicious };
        Some(Self { process, level, chrooted, engine, attended: standing.attended })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "process/host-root-inside";
    const ROOT: &str = "9 8 8:1 / / rw - ext4 /dev/sda1 rw\\n";
    const BASE: &str = "package base 1 owns /usr/bin/bash,/usr/bin/sleep,/usr/sbin/daemon,/usr/bin/shim,/usr/bin/python3\n\
                        process 1 exe=/sbin/init ppid=0";

    #[track_caller]
    fn says(processes: &str, mounts: &str, expected: &[&str]) {
        check(NAME, &format!("{BASE}\n{processes}\n/proc/41/mountinfo = {mounts}"), expected);
    }
    fn bound() -> String {
        format!("{ROOT}10 9 8:1 / /run/h rw - ext4 /dev/sda1 rw\\n")
    }

    #[test]
    fn a_shell_that_works_in_it() {
        says(
            "process 41 ppid=30 exe=/usr/bin/bash ns=mnt:7 root=/run/h\n\
             process 42 ppid=41 exe=/usr/bin/sleep start=600 ns=mnt:7 root=/run/h",
            ROOT,
            &["suspicious: /usr/bin/bash (pid 41) works in the root directory of the machine, mounted at /run/h in a \
               namespace of its own"],
        );
        // Another root directory, and a directory of the machine's own namespace.
        says("process 41 exe=/usr/bin/bash ns=mnt:7 root=/run/h", "9 8 8:2 / / rw - ext4 /dev/sdb1 rw\\n", &[]);
        says("process 41 exe=/usr/bin/bash root=/run/h", ROOT, &[]);
    }
    #[test]
    fn a_shell_that_has_it_at_hand() {
        let said = "suspicious: /usr/bin/bash (pid 41) has the root directory of the machine, mounted at /run/h in a \
                    namespace of its own";
        says("process 41 exe=/usr/bin/bash ns=mnt:7", &bound(), &[said]);
        says("process 41 exe=/usr/sbin/daemon ns=mnt:7", &bound(), &[]);
        says("process 41 exe=/usr/bin/bash ns=mnt:7", ROOT, &[]);
        says(
            "process 41 exe=/opt/x ns=mnt:7",
            &bound(),
            &[
                "suspicious: /opt/x (pid 41) has the root directory of the machine, mounted at /run/h in a namespace of \
               its own",
            ],
        );
    }
    #[test]
    fn a_watcher_that_can_write_nothing_is_odd() {
        let mounts = |options: &str| {
            format!("9 8 0:40 / / rw - overlay overlay rw\\n10 9 8:1 / /host {options} - ext4 /dev/sda1 rw\\n")
        };
        let said = |options: &str| {
            let host = format!("{BASE}\nprocess 41 exe=/opt/x ns=mnt:7\n/proc/41/mountinfo = {}", mounts(options));
            crate::testing::findings(NAME, &host, &[]).concat()
        };
        assert!(said("rw,nosuid").starts_with("suspicious: "), "{}", said("rw"));
        assert!(said("ro,nosuid").starts_with("unusual: "), "{}", said("ro"));
    }
    #[test]
    fn an_application_of_an_image_has_it_by_design() {
        let snap =
            "9 8 7:3 / / ro - squashfs /dev/loop3 ro\\n10 9 8:1 / /var/lib/snapd/hostfs rw - ext4 /dev/sda1 rw\\n";
        says("process 41 exe=/usr/bin/bash ns=mnt:7", snap, &[]);
        let made = snap.replace("7:3 / / ro - squashfs /dev/loop3 ro", "0:30 / / rw - tmpfs tmpfs rw");
        says(
            "process 41 exe=/usr/bin/bash ns=mnt:7",
            &made,
            &["suspicious: /usr/bin/bash (pid 41) has the root directory of the machine, mounted at \
               /var/lib/snapd/hostfs in a namespace of its own"],
        );
    }
    #[test]
    fn an_agent_in_a_container_of_an_engine() {
        let id = "0123456789abcdef".repeat(4);
        let host = |root: &str| {
            format!(
                "process 30 ppid=1 exe=/usr/bin/shim\nprocess 41 ppid=30 session=41 exe=/usr/bin/bash root={root} \
                 cgroup=/system.slice/docker-{id}.scope ns=mnt:7"
            )
        };
        let image = "9 8 0:40 / / rw - overlay overlay rw\\n10 9 8:1 / /host ro - ext4 /dev/sda1 rw\\n";
        says(&host("/"), image, &[]);
        says(
            &host("/host"),
            ROOT,
            &["unusual: /usr/bin/bash (pid 41) works in the root directory of the machine, mounted at /host in a \
               namespace of its own"],
        );
    }
    #[test]
    fn a_person_at_work_is_unusual() {
        says(
            "process 20 exe=/usr/sbin/sshd\npackage ssh 1 owns /usr/sbin/sshd\n\
             process 41 ppid=20 exe=/usr/bin/bash tty=34816 login=1000 ns=mnt:7",
            &bound(),
            &[
                "unusual: /usr/bin/bash (pid 41) has the root directory of the machine, mounted at /run/h in a namespace \
               of its own",
            ],
        );
    }
}
