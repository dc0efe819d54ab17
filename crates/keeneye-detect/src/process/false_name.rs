//! A program that calls itself by another program's name.
//!
//! # What it sees
//! The first argument of a process, which is what `ps` shows, names a program of the system (`/usr/sbin/cron`, `sshd`),
//! and that program is not what is executed: not the same file, not a script that this interpreter runs, not the
//! process's own title.
//!
//! # Why it matters
//! Anyone may choose the first argument. A tool that is listed as `sshd` or `/usr/sbin/cron -f` is overlooked.
//!
//! # Innocent causes
//! Wrappers that start the real program of the same package under their own name; programs that were replaced by an
//! upgrade; titles of the form `nginx: worker process`, which are unusual at most. Emulators and debuggers keep the
//! name of what they run: a note.
//!
//! # What to do
//! Look at what is really executed: `keeneye look pid PID`, and keep a copy:
//! `keeneye capture --with-files -o host.kee`.

use crate::standing::Standing;
use crate::{Detector, Scene, place, portrait, shells, subject};
use bstr::ByteSlice;
use keeneye_facts::{Claim, Finding, Level, Ownership, Process, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/false-name",
    title: "a program calls itself by another program's name",
    level: Level::Suspicious,
    attack: &["T1036.004", "T1036.011"],
    absolute: false,
    source: include_str!("false_name.rs"),
    run,
};

/// Daemons that an admin expects on a server and passes over in a list, as their packages name the program. A bare
/// name of these is a claim even where no such program is installed.
const DAEMONS: &[&str] = &[
    "accounts-daemon",
    "acpid",
    "agetty",
    "anacron",
    "apache2",
    "atd",
    "auditd",
    "avahi-daemon",
    "chronyd",
    "containerd",
    "cron",
    "crond",
    "cupsd",
    "dbus-broker",
    "dbus-daemon",
    "dhclient",
    "dhcpcd",
    "dockerd",
    "dovecot",
    "exim",
    "exim4",
    "getty",
    "gssproxy",
    "haproxy",
    "httpd",
    "inetd",
    "init",
    "iscsid",
    "irqbalance",
    "klogd",
    "ModemManager",
    "mariadbd",
    "memcached",
    "mingetty",
    "mdadm",
    "multipathd",
    "mysqld",
    "named",
    "NetworkManager",
    "nginx",
    "nmbd",
    "ntpd",
    "nscd",
    "php-fpm",
    "polkitd",
    "postgres",
    "proftpd",
    "redis-server",
    "rpcbind",
    "rsyslogd",
    "sendmail",
    "smartd",
    "smbd",
    "snapd",
    "sshd",
    "sshd-session",
    "sssd",
    "syslog-ng",
    "syslogd",
    "systemd",
    "systemd-journald",
    "systemd-logind",
    "systemd-machined",
    "systemd-networkd",
    "systemd-resolved",
    "systemd-timesyncd",
    "systemd-udevd",
    "udevd",
    "udisksd",
    "vsftpd",
    "winbindd",
    "wpa_supplicant",
    "xinetd",
];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let claims = scene.world.claims.values().filter(|claim| !claim.holds);
    claims.filter_map(|claim| judge(scene, scene.world.processes.get(&claim.process)?, claim)).collect()
}

/// The daemon that a process calls itself by a title, and is not, when it is an interpreter or a program of no package.
/// A title alone is no alert; who listens as well wants to be taken for that daemon.
pub(crate) fn title(scene: &Scene<'_>, process: &Process) -> Option<Text> {
    let claim = scene.world.claims.get(&process.id).filter(|claim| claim.title && !claim.holds)?;
    let standing = Standing::of(scene, process);
    let (level, _) = weigh(scene, process, claim, &standing);
    (level > Level::Note && is_false(scene, process, claim, &standing)).then(|| claim.name.clone())
}

fn judge(scene: &Scene<'_>, process: &Process, claim: &Claim) -> Option<Finding> {
    let exe = process.exe.as_ref()?;
    let standing = Standing::of(scene, process);
    if !is_false(scene, process, claim, &standing) {
        return None;
    }
    let (level, why) = weigh(scene, process, claim, &standing);
    let (name, pid, real) = (claim.name.lossy(), process.id.pid, exe.path.lossy());
    let summary = format!("pid {pid} calls itself {name}, but executes {real}, {why}");
    let finding =
        DETECTOR.finding(level, subject::process(process), summary).evidence("calls itself", claim.name.clone());
    let finding = match &claim.path {
        Some(path) => finding.evidence("that program is", path.clone()),
        None => finding.evidence("that program is", "not installed"),
    };
    let wrapped = "what is executed and what is named are not of one package";
    Some(portrait::add(finding, scene, process).innocent("a wrapper of the same package", true, wrapped))
}

/// The name is of the system, and what is executed has nothing to do with it.
fn is_false(scene: &Scene<'_>, process: &Process, claim: &Claim, standing: &Standing<'_>) -> bool {
    if standing.contained || !is_of_the_system(claim) || is_own_name(claim, process) {
        return false;
    }
    let claimed = claim.path.as_ref().map_or(&Ownership::Unknown, |path| scene.world.owner(path));
    let same_package = standing.exe.package().is_some() && standing.exe.package() == claimed.package();
    let own_script = claim.script && standing.exe.is_owned_unchanged() && !shells::takes_code(process.exe_path());
    !same_package && !own_script
}

/// The name is one that a list of processes makes nobody look at: a program in a directory of the system, or a daemon.
fn is_of_the_system(claim: &Claim) -> bool {
    if claim.name.starts_with(b"/") {
        return place::is_packaged(&claim.name);
    }
    let sbin = claim.path.as_ref().is_some_and(|path| path.parent().ends_with(b"/sbin") && place::is_packaged(path));
    sbin || DAEMONS.iter().any(|daemon| claim.name == *daemon)
}

/// The file has the same name, whatever its version or case: cron's children are listed as `/usr/sbin/CRON`, a daemon
/// may lie in /opt, a busybox is all of its commands. An absolute path that is false in spite of an equal name counts
/// where what is executed lies in no place for programs.
fn is_own_name(claim: &Claim, process: &Process) -> bool {
    let path = process.exe_path();
    let equal = stem(&claim.name).eq_ignore_ascii_case(stem(path));
    let odd = place::is_volatile(path) || place::hidden_component(path).is_some();
    let bare = !claim.name.starts_with(b"/");
    (equal && (bare || !odd)) || (shells::is_multicall(path) && !odd)
}

/// `python` of `/usr/bin/python3.11`.
fn stem(path: &Text) -> &[u8] {
    let name = path.file_name().as_bytes();
    let end = name.iter().position(u8::is_ascii_digit).unwrap_or(name.len());
    name.get(..end).unwrap_or(name).trim_end_with(|c| matches!(c, '-' | '.' | '_'))
}

fn weigh(scene: &Scene<'_>, process: &Process, claim: &Claim, standing: &Standing<'_>) -> (Level, &'static str) {
    let path = process.exe_path();
    let exe = process.exe.as_ref();
    let (level, why) = match () {
        () if exe.is_some_and(keeneye_facts::Executable::in_memory) => (Level::Suspicious, "a program in memory"),
        () if place::is_volatile(path) => (Level::Suspicious, "which lies in a place for temporary files"),
        () if place::hidden_component(path).is_some() => (Level::Suspicious, "which lies in a hidden place"),
        () if shells::takes_code(path) => (Level::Suspicious, "which runs whatever it is given"),
        () if standing.exe.is_changed() => (Level::Suspicious, "which is not as its package brought it"),
        () if standing.exe.is_unowned() => (Level::Suspicious, "which no package brought"),
        () if place::home_of(path, &scene.world.accounts).is_some() => (Level::Suspicious, "which lies in a home"),
        () => (Level::Note, "a packaged program"),
    };
    (if claim.title { level.min(Level::Unusual) } else { level }, why)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("process/false-name", host, expected);
    }

    #[test]
    fn an_interpreter_under_a_daemons_name() {
        says(
            "process 41 exe=/usr/bin/python3.11 cmdline=\"sshd\\0/opt/x.py\"",
            &[
                "suspicious: pid 41 calls itself sshd, but executes /usr/bin/python3.11, which runs whatever it is given",
            ],
        );
        says("process 41 exe=/usr/bin/python3.11 cmdline=\"python3\\0/opt/x.py\"\n/usr/bin/python3 @ python3.11", &[]);
    }
    #[test]
    fn a_path_of_a_daemon_that_is_not_installed() {
        says(
            "process 41 exe=/usr/bin/python3 cmdline=\"/sbin/udevd -d\\0-c\\0x\"",
            &[
                "suspicious: pid 41 calls itself /sbin/udevd, but executes /usr/bin/python3, which runs whatever it is given",
            ],
        );
    }
    #[test]
    fn a_program_of_no_package() {
        let host = |package: &str, exe: &str| {
            format!(
                "package {package} 1 owns {exe}\npackage d 1 owns /usr/sbin/d\nprocess 41 exe=/usr/lib/d/d.bin cmdline=/usr/sbin/d"
            )
        };
        says(
            &host("x", "/usr/bin/x"),
            &["suspicious: pid 41 calls itself /usr/sbin/d, but executes /usr/lib/d/d.bin, which no package brought"],
        );
        says(
            &host("x", "/usr/lib/d/d.bin"),
            &["note: pid 41 calls itself /usr/sbin/d, but executes /usr/lib/d/d.bin, a packaged program"],
        );
        says("package d 1 owns /usr/sbin/d,/usr/lib/d/d.bin\nprocess 41 exe=/usr/lib/d/d.bin cmdline=/usr/sbin/d", &[]);
    }
    #[test]
    fn titles_are_no_alert() {
        says("process 41 exe=/opt/nginx/sbin/nginx cmdline=\"nginx: worker process\\0\"", &[]);
        says(
            "process 41 exe=/usr/bin/python3 cmdline=\"postgres: 15/main: walwriter\\0\"",
            &["unusual: pid 41 calls itself postgres, but executes /usr/bin/python3, which runs whatever it is given"],
        );
        says("process 41 exe=/usr/bin/python3 cmdline=\"gunicorn: master [app]\\0\"", &[]);
    }
    #[test]
    fn a_script_that_the_interpreter_runs() {
        let script = "/usr/sbin/spamd = #!/usr/bin/perl -T\\nx\n";
        says(&format!("{script}process 41 exe=/usr/bin/perl cmdline=\"spamd child\\0\""), &[]);
        says(
            &format!("{script}process 41 exe=/usr/bin/python3 cmdline=\"spamd child\\0\""),
            &["suspicious: pid 41 calls itself spamd, but executes /usr/bin/python3, which runs whatever it is given"],
        );
    }
    #[test]
    fn other_cases_of_the_same_name() {
        says("process 41 exe=/usr/sbin/cron cmdline=/usr/sbin/CRON\\0-f", &[]);
        says(
            "process 41 exe=/usr/bin/python3.9 cmdline=/usr/bin/python3\\0x deleted\n/usr/bin/python3 @ python3.11\n/usr/bin/python3.11 : mode=100755",
            &[],
        );
        says("process 41 exe=/bin/busybox cmdline=crond", &[]);
        says("process 41 exe=/usr/bin/bash cmdline=-su", &[]);
    }
    #[test]
    fn the_same_name_in_a_place_for_temporary_files() {
        says(
            "/usr/sbin/sshd : mode=100755\nprocess 41 exe=/tmp/sshd cmdline=/usr/sbin/sshd",
            &[
                "suspicious: pid 41 calls itself /usr/sbin/sshd, but executes /tmp/sshd, which lies in a place for temporary files",
            ],
        );
    }
}
