//! A daemon of the system is told to start what nobody honest has it start.
//!
//! # What it sees
//! A service of inetd or xinetd, a script of logrotate, or another command that a daemon starts now and then, that no
//! package brought as it is: a shell for whoever connects, a program in a volatile or hidden place, code that it
//! fetches or decodes.
//!
//! # Why it matters
//! `inetd` with a shell behind a port is the oldest back door of all, and logrotate runs its scripts as root every
//! night.
//!
//! # Innocent causes
//! Services that hand the connection to a program of a package, or scripts that tell a daemon to open its log again,
//! are not reported.
//!
//! # What to do
//! Read the file. Ask who uses the port.

use super::risk::{Sign, Weight};
use super::{foreign, judge, risky};
use crate::{Detector, Scene, shells};
use keeneye_facts::{Autostart, AutostartKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/daemon-hook",
    title: "a daemon starts what nobody honest has it start",
    level: Level::Suspicious,
    attack: &["T1543", "T1546"],
    absolute: false,
    source: include_str!("daemon_hook.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let entries = foreign(scene.world, &[AutostartKind::Inetd, AutostartKind::Daemon]);
    entries.filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let judged = judge(scene.world, entry).or_else(|| shell(entry))?;
    let finding = risky(&DETECTOR, scene, entry, judged)?;
    Some(finding.innocent("a service of an admin", false, "ask whose it is; read the program"))
}

/// inetd hands the connection to what it starts as its standard input and output.
fn shell(entry: &Autostart) -> Option<(Level, Vec<Sign>)> {
    let is_shell = |path: &&keeneye_facts::Text| shells::is_shell_name(path.file_name());
    let path = entry.programs.iter().find(is_shell).filter(|_| entry.kind == AutostartKind::Inetd)?;
    let alone = entry.programs.len() == 1;
    let sign = Sign { weight: Weight::Content, says: "gives a shell to whoever connects".into(), value: path.clone() };
    let level = if entry.dormant { Level::Unusual } else { Level::Suspicious };
    alone.then_some((level, vec![sign]))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/daemon-hook";

    #[test]
    fn a_shell_behind_a_port() {
        let inetd = "/bin/bash = x\n/etc/inetd.conf = 31337 stream tcp nowait root /bin/bash bash -i\\n";
        check(NAME, inetd, &["suspicious: /etc/inetd.conf line 1 gives a shell to whoever connects"]);
        let xinetd = "/bin/sh = x\n/etc/xinetd.d/x = service x\\n{\\n server = /bin/sh\\n server_args = -i\\n}\\n";
        check(NAME, xinetd, &["suspicious: /etc/xinetd.d/x line 1 gives a shell to whoever connects"]);
        let off = "/bin/sh = x\n/etc/xinetd.d/x = service x\\n{\\n disable = yes\\n server = /bin/sh\\n}\\n";
        check(
            NAME,
            off,
            &["unusual: /etc/xinetd.d/x line 1 gives a shell to whoever connects (does not start as it is)"],
        );
        check(NAME, "/etc/inetd.conf = ftp stream tcp nowait root /usr/sbin/tcpd /usr/sbin/ftpd\\n", &[]);
    }
    #[test]
    fn scripts_of_logrotate() {
        let file = |command: &str| {
            format!("package a 1\n/etc/logrotate.d/x = /var/log/x {{\\npostrotate\\n{command}\\nendscript\\n}}\\n")
        };
        let text = "suspicious: /etc/logrotate.d/x line 2 starts /tmp/k, which lies in /tmp and is not there now";
        check(NAME, &file("/tmp/k"), &[text]);
        check(NAME, &file("systemctl reload nginx"), &[]);
        check(NAME, &format!("{}\npackage x 1 owns /etc/logrotate.d/x", file("/tmp/k")), &[]);
    }
}
