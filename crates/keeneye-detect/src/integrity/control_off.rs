//! What keeps records of the machine, or keeps people out, is switched off.
//!
//! # What it sees
//! A packaged service that keeps logs, audits, or guards the machine is wanted at boot and masked all the same; the
//! journal is told to keep nothing; a rule throws away every message, or every message about logins; the audit rules
//! look at nothing.
//!
//! # Why it matters
//! Who breaks in switches off first what would tell of it.
//!
//! # Innocent causes
//! Admins who send all logs elsewhere, or who do without auditing: each alone is unusual. Several together are an
//! alert, unless a package brought the settings so. On a machine or in a container where no service manager runs, units
//! say nothing.
//!
//! # What to do
//! Ask who switched it off and when; switch it on again: `systemctl unmask NAME`. Take missing records from elsewhere.

use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{ControlOff, ControlOffKind, Finding, Level, Subject};
use keeneye_world::World;
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/control-off",
    title: "what keeps records or keeps people out is switched off",
    level: Level::Suspicious,
    attack: &["T1562.001", "T1562.012"],
    absolute: false,
    source: include_str!("control_off.rs"),
    run,
};

/// Parts of names of services that log, audit or guard, in whatever package: what a masked unit is for stands nowhere
/// but in its name.
const GUARDS: &[&str] = &[
    "audit",
    "syslog",
    "journald",
    "firewall",
    "nftables",
    "iptables",
    "ufw",
    "apparmor",
    "selinux",
    "fail2ban",
    "sshguard",
    "crowdsec",
    "falco",
    "wazuh",
    "ossec",
    "osquery",
    "clam",
    "aide",
    "tripwire",
    "samhain",
    "sysmon",
    "falcon-sensor",
    "mdatp",
    "cbdaemon",
    "auditbeat",
    "filebeat",
    "tetragon",
];
/// So many ways, or so many controls, together are an alert: one way for two is one thought of an admin.
const KINDS: usize = 2;
const CONTROLS: usize = 3;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let off: Vec<&ControlOff> = world.controls_off.iter().filter(|off| counts(world, off)).collect();
    let Some(first) = off.first() else { return Vec::new() };
    let controls: BTreeSet<_> = off.iter().map(|off| &off.control).collect();
    let kinds: BTreeSet<_> = off.iter().map(|off| off.kind).collect();
    let together = kinds.len() >= KINDS || controls.len() >= CONTROLS;
    let level = if together { Level::Suspicious } else { Level::Unusual };
    let words: Vec<String> = off.iter().map(|off| say(off)).collect();
    let subject = Subject { line: first.line, ..subject::file(&first.path) };
    let mut finding = DETECTOR.finding(level, subject, words.join("; "));
    for one in &off {
        finding = finding.evidence(&one.path.lossy(), one.setting.clone());
        finding = finding.related(Subject { line: one.line, ..subject::file(&one.path) });
    }
    if let Some(stat) = world.file(&first.path).and_then(|fact| fact.stat) {
        finding = finding.since(stat.changed);
    }
    vec![
        finding
            .innocent("an admin who keeps records elsewhere", false, "ask who switched it off")
            .innocent("a package that is set so", true, "no package brought this setting")
            .next(format!("keeneye look file {}", first.path.lossy())),
    ]
}

fn counts(world: &World, off: &ControlOff) -> bool {
    if off.kind != ControlOffKind::Masked {
        return !world.owner(&off.path).is_intact();
    }
    let guards = GUARDS.iter().any(|part| off.control.contains_str(part));
    let packaged = world.owner(&off.setting).is_owned();
    let manager =
        world.process(1).is_some_and(|init| init.exe_path().file_name() == "systemd" || init.comm == "systemd");
    guards && packaged && (manager || !world.host.live)
}

fn say(off: &ControlOff) -> String {
    let (control, path) = (off.control.lossy(), off.path.lossy());
    match off.kind {
        ControlOffKind::Masked => format!("{control} is wanted at boot and masked"),
        ControlOffKind::NotKept => format!("{path} has {control} keep nothing"),
        ControlOffKind::Discarded => format!("{path} has {control} throw messages away"),
        ControlOffKind::NotAudited => format!("{path} has nothing audited"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "integrity/control-off";
    const AUDIT: &str = "/etc/systemd/system/auditd.service @ /dev/null\n\
                         /etc/systemd/system/multi-user.target.wants/auditd.service @ /x\n\
                         package auditd 3 owns /usr/lib/systemd/system/auditd.service";
    const INIT: &str = "process 1 exe=/usr/lib/systemd/systemd ppid=0";

    #[test]
    fn a_guard_that_is_masked() {
        check(NAME, &format!("{INIT}\n{AUDIT}"), &["unusual: auditd.service is wanted at boot and masked"]);
        check(NAME, &format!("process 1 exe=/usr/bin/tini ppid=0\n{AUDIT}"), &[]);
        check(NAME, &format!("{INIT}\n{}", AUDIT.replace("auditd.service", "bluetooth.service")), &[]);
    }
    #[test]
    fn several_are_an_alert() {
        check(
            NAME,
            &format!("{INIT}\n{AUDIT}\n/etc/systemd/journald.conf = Storage=none\\n"),
            &[
                "suspicious: auditd.service is wanted at boot and masked; /etc/systemd/journald.conf has journald keep nothing",
            ],
        );
    }
    #[test]
    fn settings_that_a_package_brought() {
        let rules = "/etc/audit/rules.d/no-audit.rules = -a task,never\\n";
        check(
            NAME,
            &format!("package base 1\n{rules}"),
            &["unusual: /etc/audit/rules.d/no-audit.rules has nothing audited"],
        );
        check(NAME, &format!("{rules}\npackage audit 3 owns /etc/audit/rules.d/no-audit.rules"), &[]);
    }
    #[test]
    fn ordinary_settings() {
        check(NAME, &format!("{INIT}\n/etc/rsyslog.conf = *.*;auth,authpriv.none -/var/log/syslog\\n& stop\\n"), &[]);
    }
}
