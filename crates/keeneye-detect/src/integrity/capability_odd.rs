//! A program gives its caller capabilities, and no package brought it so.
//!
//! # What it sees
//! File capabilities of the whole tree (capabilities(7)). Those that amount to root (`cap_setuid`, `cap_dac_override`,
//! `cap_sys_admin`, `cap_sys_ptrace`, `cap_sys_module` and the like) on an interpreter, a shell or another program that
//! does as it is told, or on a program of no package among packages' own: suspicious. Any on a program in a volatile or
//! hidden place: suspicious. On other programs of no package: unusual.
//!
//! # Why it matters
//! A capability is as good as a setuid bit and stands in no `ls -l`: `python3` with `cap_setuid` makes anybody root.
//!
//! # Innocent causes
//! Agents that watch the system come with such rights and lie in `/opt`. Rights to use low ports or raw sockets are
//! given to interpreters and servers every day, and are not told. Programs of a system in a directory of this one are
//! left to `integrity/rights-unjudged`.
//!
//! # What to do
//! Show it (`getcap PATH`), look at the file (`keeneye look file PATH`), take it away (`setcap -r PATH`).

use super::rights::Packaged;
use super::{portrait, rights};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{FileCapabilities, FileFact, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/capability-odd",
    title: "a program gives its caller capabilities that no package gave it",
    level: Level::Suspicious,
    attack: &["T1548"],
    absolute: false,
    source: include_str!("capability_odd.rs"),
    run,
};

/// Capabilities with which one gets all others: to become any user, to write any file, to change another program or the
/// kernel. By their numbers in linux/capability.h.
const AS_GOOD_AS_ROOT: u64 = bits(&[0, 1, 2, 3, 6, 7, 8, 16, 17, 18, 19, 21, 27, 31, 33, 38, 39, 40]);
/// cap_net_bind_service: ports below 1024.
const LOW_PORTS: u64 = bits(&[10]);

const fn bits(numbers: &[u32]) -> u64 {
    let mut set = 0;
    let mut rest = numbers;
    while let [first, more @ ..] = rest {
        set |= 1 << *first;
        rest = more;
    }
    set
}

/// Who has them can get all others.
pub(super) fn is_strong(capabilities: &FileCapabilities) -> bool {
    (capabilities.permitted | capabilities.inheritable) & AS_GOOD_AS_ROOT != 0
}

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let packaged = Packaged::of(scene.world);
    let mut findings = Vec::new();
    for fact in scene.world.files.values().filter(|fact| rights::is_code(fact)) {
        let Some(capabilities) = fact.capabilities.filter(|_| !rights::is_on_image(scene.world, &fact.path)) else {
            continue;
        };
        if let Some((level, why)) = judge(scene, &packaged, fact, &capabilities) {
            findings.push(said(scene, fact, &capabilities, level, &why));
        }
    }
    findings
}

fn judge(
    scene: &Scene<'_>,
    packaged: &Packaged<'_>,
    fact: &FileFact,
    capabilities: &FileCapabilities,
) -> Option<(Level, String)> {
    let given = capabilities.permitted | capabilities.inheritable;
    let strong = is_strong(capabilities);
    if strong && rights::does_as_asked(&fact.path) {
        return Some((Level::Suspicious, "and does as it is told".into()));
    }
    if fact.owner.is_owned() {
        return None;
    }
    if let Some(original) = packaged.copied_from(fact).filter(|_| strong) {
        return Some((Level::Suspicious, format!("and is a copy of {}", original.lossy())));
    }
    if let Some(place) = rights::odd_place(&fact.path, &scene.world.accounts).filter(|_| given & !LOW_PORTS != 0) {
        return Some((Level::Suspicious, format!("and lies {place}")));
    }
    if !strong || !fact.owner.is_unowned() || rights::of_another_system(scene.world, packaged, fact).is_some() {
        return None;
    }
    let level = if place::is_packaged(&fact.path) { Level::Suspicious } else { Level::Unusual };
    Some((level, "and no package owns it".into()))
}

fn said(scene: &Scene<'_>, fact: &FileFact, capabilities: &FileCapabilities, level: Level, why: &str) -> Finding {
    let names = capabilities.names().join(" ");
    let summary = format!("{} gives its caller {names}, {why}", fact.path.lossy());
    let mut finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("path", fact.path.clone())
        .evidence("capabilities", names);
    if let Some(root) = capabilities.root {
        finding = finding.evidence("holds in the namespace of user id", root.to_string());
    }
    finding = finding
        .innocent("an agent that watches the system", level == Level::Suspicious, "by its place and what it is")
        .next(format!("getcap {}", fact.path.lossy()));
    portrait(finding, scene.world, fact)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/capability-odd";
    const SETUID: &str = "caps=80";
    const BIND: &str = "caps=400";
    const RAW: &str = "caps=2000";

    #[track_caller]
    fn says(path: &str, caps: &str, expected: &[&str]) {
        let host = format!("package base 1 owns /usr/bin/python3.11,/usr/bin/ping\n{path} : mode=100755 {caps}");
        check(NAME, &host, expected);
    }

    #[test]
    fn interpreters_that_make_anybody_root() {
        for path in ["/usr/bin/python3.11", "/usr/local/bin/perl", "/usr/bin/tar", "/opt/node/bin/node"] {
            let said = format!("suspicious: {path} gives its caller cap_setuid, and does as it is told");
            says(path, SETUID, &[&said]);
            says(path, BIND, &[]);
            says(path, RAW, &[]);
        }
    }
    #[test]
    fn places_where_nobody_installs() {
        let said = "suspicious: /var/tmp/.x/p gives its caller cap_net_raw, and lies in /var/tmp";
        says("/var/tmp/.x/p", RAW, &[said]);
        says("/var/tmp/.x/p", BIND, &[]);
        says("/home/anna/.cargo/bin/p", RAW, &[]);
    }
    #[test]
    fn other_programs() {
        says("/usr/bin/ping", SETUID, &[]);
        says(
            "/opt/agent/probe",
            SETUID,
            &["unusual: /opt/agent/probe gives its caller cap_setuid, and no package owns it"],
        );
        says("/opt/agent/probe", RAW, &[]);
        says("/usr/lib/x/p", SETUID, &["suspicious: /usr/lib/x/p gives its caller cap_setuid, and no package owns it"]);
    }
    #[test]
    fn a_copy_of_an_interpreter() {
        let host = "package base 1 owns /usr/bin/python3.11\nprocess 41 exe=/usr/bin/python3.11\n\
                    /usr/bin/python3.11 = \\x7fELF python\n/opt/x/p = \\x7fELF python\n/opt/x/p : mode=100755 caps=80";
        let said = "suspicious: /opt/x/p gives its caller cap_setuid, and is a copy of /usr/bin/python3.11";
        check(NAME, host, &[said]);
        check(NAME, &host.replace(" caps=80", ""), &[]);
        let idle = host.replace("process 41 exe=/usr/bin/python3.11\n", "");
        check(NAME, &idle, &[said]);
        let other = idle.replace("/opt/x/p = \\x7fELF python", "/opt/x/p = \\x7fELF p");
        check(NAME, &other, &["unusual: /opt/x/p gives its caller cap_setuid, and no package owns it"]);
    }
}
