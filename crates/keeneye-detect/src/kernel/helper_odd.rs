//! The kernel was told to start a program that does not belong to the system.
//!
//! # What it sees
//! A setting of the kernel names a program that it starts by itself: for core dumps (core_pattern), for modules that
//! are missing (modprobe), for devices (hotplug, uevent_helper), for empty control groups (release_agent), to power
//! off, or for programs of foreign formats (binfmt_misc). That program belongs to no package, lies in a volatile or
//! hidden place, is a shell, or is not there.
//!
//! # Why it matters
//! It runs as root, outside of every container, whenever anybody makes a program crash or asks for an unknown format:
//! a way out of containers, and a way to stay that no list of services shows. A format with the flag `C` gives its
//! interpreter the rights of setuid programs.
//!
//! # Innocent causes
//! systemd-coredump, apport and abrt are packaged. Handlers of core dumps that an admin wrote and put into /usr/local
//! or /opt are unusual. Emulators (qemu) may be registered by a container and have no file on the host: they are left
//! alone as long as they serve another processor's programs. Inside a container nothing is said: the setting is the
//! machine's, and its file system is not seen.
//!
//! # What to do
//! Look at the program: `keeneye look file PATH`. Keep a copy, then set the value back; the package of the handler says
//! what it was.

use super::sees_the_machine;
use crate::{Detector, Scene, place, shells, subject};
use bstr::ByteSlice;
use keeneye_facts::{Finding, KernelHelper, Level, Subject, Text};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "kernel/helper-odd",
    title: "the kernel would start a program that is not the system's",
    level: Level::Suspicious,
    attack: &["T1611", "T1546", "T1068"],
    absolute: false,
    source: include_str!("helper_odd.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    if !sees_the_machine(world) {
        return Vec::new();
    }
    let helpers = world.kernel.iter().flat_map(|kernel| &kernel.helpers);
    helpers.filter_map(|helper| judge(world, helper)).collect()
}

fn judge(world: &World, helper: &KernelHelper) -> Option<Finding> {
    let (level, what) = level(world, helper)?;
    let setting = helper.setting.lossy();
    let summary = format!("{setting} has the kernel start {}, {what}", helper.program.lossy());
    let odd = helper.script.as_ref().filter(|script| takes_code(helper) && world.file(script).is_some());
    let path = odd.or(helper.path.as_ref()).unwrap_or(&helper.program);
    let subject = Subject { name: helper.setting.clone(), ..subject::file(path) };
    let mut finding = DETECTOR.finding(level, subject, summary).evidence(&setting, helper.value.clone());
    if let Some(fact) = world.file(path) {
        if let Some(digest) = &fact.digest {
            finding = finding.evidence("sha256 of the program", digest.sha256.clone());
        }
        if let Some(stat) = fact.stat {
            finding = finding.since(stat.changed);
        }
    }
    Some(
        finding
            .related(subject::file(&helper.setting))
            .innocent("a handler that a package brought", true, "no package owns what is started")
            .innocent("a handler that an admin wrote", false, "ask who set it; /etc/sysctl.d would hold it")
            .next(format!("keeneye look file {}", path.lossy())),
    )
}

fn level(world: &World, helper: &KernelHelper) -> Option<(Level, &'static str)> {
    let program = &helper.program;
    let is_format = helper.setting.contains_str("binfmt_misc");
    if !program.starts_with(b"/") {
        return None;
    }
    if hides(program) || helper.path.as_ref().is_some_and(hides) {
        return Some((Level::Suspicious, "in a place for temporary or hidden files"));
    }
    let Some(path) = &helper.path else { return missing(world, helper, is_format) };
    let owner = world.owner(path);
    if takes_code(helper) && (!is_format || helper.credentials) {
        return match &helper.script {
            Some(script) if world.owner(script).is_owned_unchanged() => None,
            Some(_) => Some((Level::Suspicious, "a program that runs whatever it is given")),
            None if is_format || shells::is_shell_name(name(helper)) => {
                Some((Level::Suspicious, "a program that runs whatever it is given"))
            }
            None => None,
        };
    }
    if !owner.is_unowned() {
        return None;
    }
    let admin = [b"/opt/".as_slice(), b"/srv/", b"/usr/local/"].iter().any(|dir| path.starts_with(dir));
    let plain = helper.setting.ends_with(b"core_pattern") || is_format && !helper.credentials;
    let level = if admin && plain { Level::Unusual } else { Level::Suspicious };
    Some((level, "which no package owns"))
}

/// What the kernel was built with is named there whether it is installed or not: below the directories of the system a
/// missing program says nothing, unless somebody must have written it.
fn missing(world: &World, helper: &KernelHelper, is_format: bool) -> Option<(Level, &'static str)> {
    let known = world.process(1).is_some_and(|init| init.namespaces.mnt.is_some());
    let built_in = !is_format && !helper.setting.ends_with(b"core_pattern") && place::is_packaged(&helper.program);
    let emulator = is_format && helper.opened && is_for_another_processor(&helper.value);
    (known && !built_in && !emulator).then_some((Level::Unusual, "which is not there"))
}

/// In a place where no helper of the kernel lies, or in procfs: the root directory of some process.
fn hides(path: &Text) -> bool {
    place::is_volatile(path) || place::hidden_component(path).is_some() || path.is_within("/proc")
}

/// The name by which it is started decides what a file of many commands does.
fn name(helper: &KernelHelper) -> &[u8] {
    helper.program.file_name().as_bytes()
}

fn takes_code(helper: &KernelHelper) -> bool {
    let resolved = helper.path.as_ref().unwrap_or(&helper.program);
    let path = if shells::is_multicall(resolved) { &helper.program } else { resolved };
    shells::takes_code(path)
}

/// The magic of an ELF header for a processor other than x86: `e_machine` is the 19th and 20th byte (elf(5)).
fn is_for_another_processor(value: &Text) -> bool {
    let Some((_, magic)) = value.rsplit_once_str("7f454c46") else { return false };
    let machine = magic.get(28..32).unwrap_or_default();
    machine.len() == 4 && machine != b"3e00" && machine != b"0300"
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "kernel/helper-odd";
    const BASE: &str = "process 1 exe=/usr/lib/systemd/systemd ppid=0\n\
                        package base 1 owns /usr/bin/bash,/usr/lib/systemd/systemd-coredump,/usr/share/apport/apport";

    #[track_caller]
    fn core(pattern: &str, file: &str, expected: &[&str]) {
        check(NAME, &format!("{BASE}\n/proc/sys/kernel/core_pattern = {pattern}\\n\n{file}"), expected);
    }

    #[test]
    fn ordinary_handlers_of_core_dumps() {
        for pattern in [
            "core",
            "",
            "/var/crash/core.%p",
            "|/usr/lib/systemd/systemd-coredump %P %u %g %s %t 9223372036854775808 %h",
            "|/usr/share/apport/apport -p%p -s%s -c%c -d%d -P%P -u%u -g%g -- %E",
            "|/bin/false",
        ] {
            core(pattern, "/bin/false : mode=100755\npackage coreutils 1 owns /bin/false", &[]);
        }
    }
    #[test]
    fn a_program_in_a_volatile_or_hidden_place() {
        let said = |path: &str| {
            format!(
                "suspicious: /proc/sys/kernel/core_pattern has the kernel start {path}, in a place for temporary or hidden files"
            )
        };
        core("|/tmp/x %p", "/tmp/x : mode=100755", &[&said("/tmp/x")]);
        core("|/dev/shm/x", "", &[&said("/dev/shm/x")]);
        core("|/usr/lib/.x/y %e", "/usr/lib/.x/y : mode=100755", &[&said("/usr/lib/.x/y")]);
        core("|/proc/%P/root/x", "", &[&said("/proc/%P/root/x")]);
        core("|/opt/l", "/opt/l @ /var/tmp/x\n/var/tmp/x : mode=100755", &[&said("/opt/l")]);
    }
    #[test]
    fn a_program_of_no_package() {
        let said = |level: &str, path: &str| {
            format!("{level}: /proc/sys/kernel/core_pattern has the kernel start {path}, which no package owns")
        };
        core("|/usr/lib/core-save", "/usr/lib/core-save : mode=100755", &[&said("suspicious", "/usr/lib/core-save")]);
        core("|/root/save", "/root/save : mode=100755", &[&said("suspicious", "/root/save")]);
        core(
            "|/usr/local/bin/save %e",
            "/usr/local/bin/save : mode=100755",
            &[&said("unusual", "/usr/local/bin/save")],
        );
    }
    #[test]
    fn a_shell_with_a_script() {
        let said = "suspicious: /proc/sys/kernel/core_pattern has the kernel start /usr/bin/bash, a program that runs \
                    whatever it is given";
        core("|/usr/bin/bash /opt/x.sh", "/opt/x.sh = #!/bin/sh\\n", &[said]);
        core("|/usr/bin/bash -c id", "", &[said]);
        core("|/usr/bin/bash /usr/share/apport/apport", "", &[]);
    }
    #[test]
    fn what_is_not_there() {
        core(
            "|/srv/gone %p",
            "",
            &["unusual: /proc/sys/kernel/core_pattern has the kernel start /srv/gone, which is not there"],
        );
        check(NAME, &format!("{BASE}\n/proc/sys/kernel/modprobe = /sbin/modprobe\\n"), &[]);
        check(NAME, &format!("{BASE}\n/proc/sys/kernel/poweroff_cmd = /sbin/poweroff\\n"), &[]);
    }
    #[test]
    fn other_settings() {
        for (setting, path) in [
            ("/proc/sys/kernel/modprobe", "/usr/local/bin/m"),
            ("/sys/kernel/uevent_helper", "/opt/u"),
            ("/proc/sys/kernel/hotplug", "/srv/h"),
        ] {
            let said = format!("suspicious: {setting} has the kernel start {path}, which no package owns");
            check(NAME, &format!("{BASE}\n{setting} = {path}\\n\n{path} : mode=100755"), &[&said]);
            check(NAME, &format!("{BASE},{path}\n{setting} = {path}\\n"), &[]);
        }
    }
    #[test]
    fn a_release_agent() {
        let host = |agent: &str| {
            format!(
                "{BASE}\n/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\\n\
                 2 1 0:9 / /sys/fs/cgroup/rdma rw - cgroup cgroup rw,rdma\\n\n\
                 /sys/fs/cgroup/rdma/release_agent = {agent}\\n"
            )
        };
        check(
            NAME,
            &host("/var/lib/docker/overlay2/a/diff/cmd"),
            &[
                "unusual: /sys/fs/cgroup/rdma/release_agent has the kernel start /var/lib/docker/overlay2/a/diff/cmd, which \
               is not there",
            ],
        );
        check(NAME, &host(""), &[]);
    }
    #[test]
    fn formats_of_programs() {
        let host = |flags: &str, magic: &str, file: &str| {
            format!(
                "{BASE}\n/proc/self/mountinfo = 1 0 8:1 / / rw - ext4 /dev/sda1 rw\\n\
                 2 1 0:9 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw\\n\n\
                 /proc/sys/fs/binfmt_misc/status = enabled\\n\n\
                 /proc/sys/fs/binfmt_misc/x = enabled\\ninterpreter /usr/bin/x\\nflags: {flags}\\noffset 0\\nmagic {magic}\\n\n\
                 {file}"
            )
        };
        let there = "/usr/bin/x : mode=100755";
        let arm = "7f454c460101010000000000000000000200b700";
        let said = "/proc/sys/fs/binfmt_misc/x has the kernel start /usr/bin/x, which";
        check(NAME, &host("C", "7f454c46", there), &[&format!("suspicious: {said} no package owns")]);
        check(NAME, &host("OCF", arm, ""), &[]);
        check(NAME, &host("OCF", "7f454c46", ""), &[&format!("unusual: {said} is not there")]);
        check(NAME, &host("C", "7f454c46", "package x 1 owns /usr/bin/x"), &[]);
    }
    #[test]
    fn a_container_sees_the_machines_setting_and_not_its_files() {
        let host = format!("{BASE}\n/proc/sys/kernel/core_pattern = |/tmp/x\\n");
        check(NAME, &format!("{host}\n/proc/self/ns/pid @ pid:[4026532999]"), &[]);
        check(NAME, &host.replace("ppid=0", "ppid=0 ns=mnt:77"), &[]);
    }
}
