//! A program that accepts connections and has no business to.
//!
//! # What it sees
//! A listening TCP port or a bound UDP port, held by a program that no package brought: from a hidden place or a place
//! for temporary files, in memory or deleted, code given to an interpreter, a script on the port of a system service or
//! a database, or one that calls itself a daemon which it is not. Any program that was told to start a shell for
//! whoever connects: `nc -l -e /bin/sh`.
//!
//! # Why it matters
//! A door that an intruder leaves open is a listener. On a port that everybody expects to be open it is overlooked.
//!
//! # Innocent causes
//! Software of the admin's own in /opt, /srv, /usr/local or a home is a note, or unusual on the port of a system
//! service. Programs that packages brought and containers are left alone, as are the passing UDP ports of clients. A
//! script on a low port that has a unit of its own, or that somebody runs in a terminal, is unusual at most.
//!
//! # What to do
//! See who started it and what it talks to: `keeneye look pid PID`. If it is yours, let a unit start it or accept the
//! finding.

use super::code::{Code, Holder};
use super::{offered, said, service};
use crate::process::false_name;
use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, Protocol, SocketState};
use keeneye_world::Listener;
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/unexpected-listener",
    title: "a program accepts connections and has no business to",
    level: Level::Suspicious,
    attack: &["T1571", "T1036.004"],
    absolute: false,
    source: include_str!("unexpected_listener.rs"),
    run,
};

/// The kernel gives clients ports from here on (`ip_local_port_range`), unless told otherwise.
const FIRST_PASSING: u16 = 32_768;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    // Many sockets and many workers of one program are one door.
    let mut found = BTreeMap::new();
    for listener in scene.world.listeners().filter(is_door) {
        for process in &listener.owners {
            let holder = Holder::of(scene, process);
            let key = (listener.socket.net, listener.socket.protocol, listener.port, holder.path().clone());
            if let Some(finding) = judge(scene, &listener, &holder) {
                match found.entry(key) {
                    std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(finding)),
                    std::collections::btree_map::Entry::Occupied(mut place) if place.get().level < finding.level => {
                        place.insert(finding);
                    }
                    std::collections::btree_map::Entry::Occupied(_) => (),
                }
            }
        }
    }
    found.into_values().collect()
}

/// Clients that use UDP are bound to a passing port.
fn is_door(listener: &Listener<'_>) -> bool {
    match (listener.socket.protocol, listener.socket.state) {
        (Protocol::Tcp, state) => state == SocketState::Listening,
        (Protocol::Udp, _) => listener.port < FIRST_PASSING,
        _ => false,
    }
}

fn judge(scene: &Scene<'_>, listener: &Listener<'_>, holder: &Holder<'_>) -> Option<Finding> {
    let offers = offered::shell(holder.process);
    if holder.standing.contained || holder.code == Code::Packaged && offers.is_none() {
        return None;
    }
    let socket = listener.socket;
    let offers = offers.map(|shell| (Level::Suspicious, format!("it starts {} for whoever connects", shell.lossy())));
    let (level, why) = match offers.or_else(|| by_place(scene, listener, holder)) {
        Some(loud) if loud.0 >= Level::Suspicious => loud,
        quiet => heavier(quiet, by_port(scene, listener, holder))?,
    };
    let at = said::address(socket);
    let summary = format!("{} listens on {at}: {why}", holder.name());
    let finding = DETECTOR
        .finding(level, said::held_port(socket, listener.port, holder), summary)
        .evidence_by("listens on", at, socket.seen.by.iter().copied())
        .related(subject::process(holder.process))
        .innocent("a program that a package brought", true, "no package brought it as it is")
        .innocent(
            "software that the admin put there",
            level >= Level::Suspicious,
            if holder.looked_after {
                "a person or a unit of its own runs it"
            } else {
                "neither a person nor a unit runs it"
            },
        );
    Some(said::about(finding, holder))
}

/// Of two reasons the one that weighs more, else the first.
fn heavier(first: Option<(Level, String)>, second: Option<(Level, String)>) -> Option<(Level, String)> {
    let outweighs = |other: &(Level, String)| first.as_ref().is_none_or(|first| other.0 > first.0);
    second.filter(outweighs).or(first)
}

/// What is wrong wherever it listens.
fn by_place(scene: &Scene<'_>, listener: &Listener<'_>, holder: &Holder<'_>) -> Option<(Level, String)> {
    let loud = !said::is_loopback(listener.socket) && !holder.standing.attended;
    let level = if loud { Level::Suspicious } else { Level::Unusual };
    let serves = service::trusted(scene.world, listener.socket.protocol, listener.port).is_some();
    match () {
        () if holder.code == Code::Gone => Some((Level::Suspicious, "its program lies in no file".into())),
        () if holder.hidden => Some((Level::Suspicious, "it runs from a hidden place".into())),
        () if holder.volatile => Some((level, "it runs from a place for temporary files".into())),
        // A UDP port is the same for one who waits and for one who only sends: the tunnel of a private network.
        () if holder.code == Code::Loose && listener.socket.protocol == Protocol::Udp && !serves => {
            Some((Level::Unusual, "its code lies in no file".into()))
        }
        () if holder.code == Code::Loose => Some((level, "its code lies in no file".into())),
        () if holder.titled && !holder.looked_after && !said::is_loopback(listener.socket) => {
            Some((Level::Unusual, "its arguments do not tell what it runs".into()))
        }
        () => None,
    }
}

/// What is wrong on this port, for programs that other machines can reach.
fn by_port(scene: &Scene<'_>, listener: &Listener<'_>, holder: &Holder<'_>) -> Option<(Level, String)> {
    let (world, protocol, port) = (scene.world, listener.socket.protocol, listener.port);
    if said::is_loopback(listener.socket) {
        return None;
    }
    let posed = || false_name::title(scene, holder.process).filter(|_| protocol == Protocol::Tcp);
    if let Some(name) = service::posed_as(world, holder.process, protocol, port).or_else(posed) {
        return Some((Level::Suspicious, format!("it is not the {} that it calls itself", name.lossy())));
    }
    if let Some(name) = service::trusted(world, protocol, port) {
        let level = if holder.interpreter && !holder.looked_after { Level::Suspicious } else { Level::Unusual };
        let known = holder.interpreter || holder.code == Code::Foreign;
        // A module that the interpreter finds by itself may be a package's, but it is not that service.
        let whose = if holder.code == Code::Foreign { "no package brought it" } else { "an interpreter runs it" };
        return known.then(|| (level, format!("{whose}, and that is the port of {name}")));
    }
    let level = if holder.in_admin_place(world) { Level::Note } else { Level::Unusual };
    (holder.code == Code::Foreign).then(|| (level, "no package brought it".into()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const BASE: &str = "package python3 3.11 owns /usr/bin/python3\n\
        /etc/services = ssh 22/tcp\\nsmtp 25/tcp mail\\ndomain 53/udp\\nhttp 80/tcp www\\nhttps 443/tcp\\nopenvpn 1194/udp\n";

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("network/unexpected-listener", &format!("{BASE}{host}"), expected);
    }
    /// A script that listens.
    fn script(path: &str, listen: &str) -> String {
        format!(
            "process 41 exe=/usr/bin/python3 cmdline=\"python3 {path}\"\n{path} : mode=100644\nlisten {listen} pid=41"
        )
    }

    #[test]
    fn a_script_in_a_hidden_place() {
        for at in ["0.0.0.0:31337", "127.0.0.1:31337"] {
            let expected = format!(
                "suspicious: /var/tmp/.X11-unix/d.py (pid 41) listens on tcp {at}: it runs from a hidden place"
            );
            says(&script("/var/tmp/.X11-unix/d.py", &format!("tcp {at}")), &[&expected]);
        }
        says(&script("/home/anna/.venv/bin/d.py", "tcp 127.0.0.1:31337"), &[]);
    }
    #[test]
    fn a_mount_of_ones_own_hides_nothing() {
        let host = |kind: &str| {
            format!(
                "{}\n/proc/self/mountinfo = 36 25 0:32 / /opt/.h rw - {kind} x rw\\n",
                script("/opt/.h/d.py", "tcp 0.0.0.0:9000")
            )
        };
        let said = "/opt/.h/d.py (pid 41) listens on tcp 0.0.0.0:9000:";
        says(&host("ext4"), &[&format!("suspicious: {said} it runs from a hidden place")]);
        says(&host("squashfs"), &[&format!("unusual: {said} no package brought it")]);
    }
    #[test]
    fn a_place_for_temporary_files() {
        says(
            &script("/tmp/d.py", "tcp 0.0.0.0:8000"),
            &["suspicious: /tmp/d.py (pid 41) listens on tcp 0.0.0.0:8000: it runs from a place for temporary files"],
        );
        says(
            &script("/tmp/d.py", "tcp 127.0.0.1:8000"),
            &["unusual: /tmp/d.py (pid 41) listens on tcp 127.0.0.1:8000: it runs from a place for temporary files"],
        );
    }
    #[test]
    fn a_terminal_that_outlived_its_login() {
        let host = |path: &str, login: &str| {
            script(path, "tcp 0.0.0.0:8000").replace("exe=", &format!("tty=34816 {login} exe="))
        };
        let said = "/tmp/d.py (pid 41) listens on tcp 0.0.0.0:8000: it runs from a place for temporary files";
        says(&host("/tmp/d.py", "login=1000"), &[&format!("suspicious: {said}")]);
        let loose = |login: &str| host("-c x", login).replace("-c x : mode=100644\n", "");
        let said = "code given to /usr/bin/python3 (pid 41) listens on tcp 0.0.0.0:8000: its code lies in no file";
        says(&loose(""), &[&format!("suspicious: {said}")]);
        says(&loose("login=1000"), &[&format!("unusual: {said}")]);
    }
    #[test]
    fn code_that_lies_in_no_file() {
        let host = |server: &str| {
            format!(
                "package ssh 9 owns /usr/sbin/sshd\nprocess 30 exe={server}\n\
                 process 41 ppid=30 exe=/usr/bin/python3 cmdline=\"python3 -c x\" tty=34816\nlisten tcp 0.0.0.0:4444 pid=41"
            )
        };
        let said = "code given to /usr/bin/python3 (pid 41) listens on tcp 0.0.0.0:4444: its code lies in no file";
        says(&host("/usr/bin/script"), &[&format!("suspicious: {said}")]);
        says(&host("/opt/sshd"), &[&format!("suspicious: {said}")]);
        says(&host("/usr/sbin/sshd"), &[&format!("unusual: {said}")]);
    }
    #[test]
    fn a_daemon_that_wrote_itself_a_title() {
        let host = |arguments: &str, group: &str| {
            format!(
                "process 41 ppid=1 exe=/usr/bin/python3 cmdline=\"{arguments}\\0\" cgroup={group}\nlisten tcp 0.0.0.0:8000 pid=41"
            )
        };
        let said = "/usr/bin/python3 (pid 41) listens on tcp 0.0.0.0:8000: its";
        let title = "gunicorn: master [app]";
        says(&host(title, "/system.slice/app.service"), &[]);
        says(&host(title, "/"), &[&format!("unusual: {said} arguments do not tell what it runs")]);
        let loose = format!("suspicious: code given to {said} code lies in no file");
        says(&host("python3", "/system.slice/app.service"), &[&loose]);
        says(&host("python3\\0-c\\0x: y", "/system.slice/app.service"), &[&loose]);
    }
    #[test]
    fn loose_code_with_a_udp_port_may_only_send() {
        let host = |at: &str| format!("process 41 exe=/usr/bin/python3 cmdline=\"python3 -c x\"\nlisten {at} pid=41");
        let said =
            |at: &str| format!("code given to /usr/bin/python3 (pid 41) listens on {at}: its code lies in no file");
        for (level, at) in [("unusual", "udp 0.0.0.0:1194"), ("suspicious", "udp 0.0.0.0:53")] {
            says(&host(at), &[&format!("{level}: {}", said(at))]);
        }
        says(&host("tcp 0.0.0.0:1194"), &[&format!("suspicious: {}", said("tcp 0.0.0.0:1194"))]);
    }
    #[test]
    fn a_program_whose_file_is_gone() {
        let gone = "process 41 exe=/opt/x/agent deleted\nlisten tcp 0.0.0.0:4444 pid=41";
        says(gone, &["suspicious: /opt/x/agent (pid 41) listens on tcp 0.0.0.0:4444: its program lies in no file"]);
        says(
            "process 41 exe=/usr/bin/python2 deleted\nlisten tcp 0.0.0.0:4444 pid=41\npackage p 2 owns /usr/bin/p",
            &["suspicious: /usr/bin/python2 (pid 41) listens on tcp 0.0.0.0:4444: its program lies in no file"],
        );
    }
    #[test]
    fn a_script_on_the_port_of_a_service() {
        says(
            &script("/opt/svc/w.py", "tcp 0.0.0.0:443"),
            &["suspicious: /opt/svc/w.py (pid 41) listens on tcp 0.0.0.0:443: no package brought it, and that is the \
               port of https"],
        );
        says(&script("/opt/svc/w.py", "tcp 127.0.0.1:443"), &[]);
        says(&format!("package w 1 owns /usr/share/w.py\n{}", script("/usr/share/w.py", "tcp 0.0.0.0:443")), &[]);
    }
    #[test]
    fn a_script_on_the_port_of_a_database() {
        let said = |port: u16, name: &str| {
            format!(
                "suspicious: /opt/svc/w.pl (pid 41) listens on tcp 0.0.0.0:{port}: no package brought it, and that is \
                 the port of {name}"
            )
        };
        says(&script("/opt/svc/w.pl", "tcp 0.0.0.0:3306"), &[&said(3306, "a database")]);
        says(&script("/opt/svc/w.pl", "tcp 127.0.0.1:3306"), &[]);
        says(&format!("package w 1 owns /usr/share/w.pl\n{}", script("/usr/share/w.pl", "tcp 0.0.0.0:3306")), &[]);
    }
    #[test]
    fn a_shell_for_whoever_connects() {
        let host = |arguments: &str| {
            format!(
                "package busybox 1 owns /usr/bin/busybox\n\
                 process 41 exe=/usr/bin/busybox cmdline=\"busybox nc -ll -p 8443 {arguments}\"\n\
                 listen tcp 0.0.0.0:8443 pid=41"
            )
        };
        let said = "/usr/bin/busybox (pid 41) listens on tcp 0.0.0.0:8443: it starts /bin/sh for whoever connects";
        says(&host("-e /bin/sh"), &[&format!("suspicious: {said}")]);
        says(&host(""), &[]);
    }
    #[test]
    fn a_script_with_the_title_of_a_daemon() {
        let host = |title: &str, at: &str| {
            format!("process 41 ppid=1 exe=/usr/bin/python3 cmdline=\"{title}\\0\"\nlisten tcp {at} pid=41")
        };
        let said =
            |level: &str, why: &str| format!("{level}: /usr/bin/python3 (pid 41) listens on tcp 0.0.0.0:8443: {why}");
        let nginx = "nginx: master process /usr/sbin/nginx";
        says(&host(nginx, "0.0.0.0:8443"), &[&said("suspicious", "it is not the nginx that it calls itself")]);
        says(&host(nginx, "127.0.0.1:8443"), &[]);
        let untold = said("unusual", "its arguments do not tell what it runs");
        says(&host("gunicorn: master [app]", "0.0.0.0:8443"), &[&untold]);
    }
    #[test]
    fn a_module_on_the_port_of_a_service() {
        let host = |unit: &str| {
            format!(
                "process 1 exe=/sbin/init ppid=0\nprocess 41 ppid=1 exe=/usr/bin/python3 {unit} \
                 cmdline=\"python3 -m http.server 80\"\nlisten tcp 0.0.0.0:80 pid=41"
            )
        };
        let said =
            "/usr/bin/python3 (pid 41) listens on tcp 0.0.0.0:80: an interpreter runs it, and that is the port of http";
        says(&host(""), &[&format!("suspicious: {said}")]);
        says(&host("cgroup=/system.slice/files.service"), &[&format!("unusual: {said}")]);
    }
    #[test]
    fn a_unit_of_its_own_makes_it_unusual() {
        let unit = |older: &str| {
            format!(
                "process 1 exe=/sbin/init ppid=0\n{older}process 41 ppid=1 start=900 exe=/usr/bin/python3 \
                 cmdline=\"python3 /opt/w.py\" cgroup=/system.slice/w.service\n/opt/w.py : mode=100644\n\
                 listen tcp 0.0.0.0:80 pid=41"
            )
        };
        let said = "/opt/w.py (pid 41) listens on tcp 0.0.0.0:80: no package brought it, and that is the port of http";
        says(&unit(""), &[&format!("unusual: {said}")]);
        let left_behind = "process 30 ppid=1 start=800 exe=/usr/sbin/crond cgroup=/system.slice/w.service\n";
        says(&unit(left_behind), &[&format!("suspicious: {said}")]);
    }
    #[test]
    fn software_of_the_admins_own() {
        let said = "/opt/app/w.py (pid 41) listens on tcp 0.0.0.0:5000: no package brought it";
        says(&script("/opt/app/w.py", "tcp 0.0.0.0:5000"), &[&format!("note: {said}")]);
        says(
            "process 41 exe=/usr/local/bin/proxy\nlisten tcp [::]:443 pid=41",
            &[
                "unusual: /usr/local/bin/proxy (pid 41) listens on tcp [::]:443: no package brought it, and that is the \
               port of https",
            ],
        );
        says(
            &script("/usr/local/sbin/tunneld", "udp 0.0.0.0:1194"),
            &["note: /usr/local/sbin/tunneld (pid 41) listens on udp 0.0.0.0:1194: no package brought it"],
        );
    }
    #[test]
    fn a_script_that_calls_itself_by_the_services_name() {
        let host = |first: &str| {
            format!(
                "process 41 exe=/usr/bin/python3 cmdline=\"{first}\\0/opt/x.py\"\n/opt/x.py : mode=100644\n\
                 listen tcp 0.0.0.0:2222 pid=41"
            )
        };
        for first in ["sshd", "/usr/sbin/sshd", "sshd: /usr/sbin/sshd -D [listener]"] {
            says(
                &host(first),
                &[
                    "suspicious: /opt/x.py (pid 41) listens on tcp 0.0.0.0:2222: it is not the sshd that it calls itself",
                ],
            );
        }
        says(&host("python3"), &["note: /opt/x.py (pid 41) listens on tcp 0.0.0.0:2222: no package brought it"]);
    }
    #[test]
    fn packaged_programs_containers_and_clients_are_quiet() {
        says("package nginx 1 owns /usr/sbin/nginx\nprocess 41 exe=/usr/sbin/nginx\nlisten tcp 0.0.0.0:80 pid=41", &[]);
        says(
            "process 41 exe=/var/lib/machines/a/server root=/var/lib/machines/a\n/proc/self/mountinfo = 36 25 0:32 / /var/lib/machines/a rw - overlay overlay rw\\n\nlisten tcp 0.0.0.0:80 pid=41",
            &[],
        );
        says(&script("/opt/app/c.py", "udp 0.0.0.0:40000"), &[]);
        says("listen tcp 0.0.0.0:2049", &[]);
    }
    #[test]
    fn workers_of_one_program_are_one_door() {
        let host = "process 41 exe=/opt/w\nprocess 42 exe=/opt/w\nlisten tcp 0.0.0.0:9000 pid=41 pid=42\n\
                    listen tcp [::]:9000 pid=42";
        says(host, &["note: /opt/w (pid 41) listens on tcp 0.0.0.0:9000: no package brought it"]);
    }
}
