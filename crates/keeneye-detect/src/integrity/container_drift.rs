//! A program in a running container that its image has not.
//!
//! # What it sees
//! The layer that a running container writes to (the `upperdir` of its overlay) is looked at as a root of its own.
//! Programs, scripts and libraries in it that the image has not, or has otherwise, and that no package of the image
//! brings as they are: unusual, told a container at a time. Suspicious: one that gives rights; another content in place
//! of a package's program; one that runs though it was made long after the container began; one that runs from a
//! directory for temporary files or under a name that hides.
//!
//! # Why it matters
//! Containers are made from images and thrown away, so nobody installs programs in a running one. Whoever breaks into the
//! service inside does: tools, miners, web shells' helpers. The image stays as it was, and a scan of images finds nothing.
//!
//! # Innocent causes
//! Package managers that ran inside: what their database lists with its digest is no more than unusual. It is not passed
//! by, since whoever has the container can write that database as well; only the image's own records silence. A start
//! script that changes owners or rights of files, which copies them as they are, or edits scripts and settings. Programs
//! that a start script fetches or builds; they are made within minutes of the start, and then even running they are no
//! more than unusual. Applications that update
//! themselves.
//!
//! # What to do
//! Look at the file on the host, under the path of the layer (`keeneye look file PATH`). `docker diff` and
//! `podman diff` list all that changed. Copy the layer before the container is removed: it goes with it.

use crate::{Detector, Scene, place, subject};
use keeneye_facts::{ContainerDrift, DriftKind, FileKind, Finding, Level, Subject};
use keeneye_world::place::Hiding;
use std::collections::BTreeMap;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/container-drift",
    title: "a program that the container's image has not",
    level: Level::Suspicious,
    attack: &["T1610", "T1105"],
    absolute: false,
    source: include_str!("container_drift.rs"),
    run,
};

/// A start script is done after so many seconds.
const START: i64 = 600;
/// Times of the kernel's and of an engine differ by no more seconds.
const SLACK: i64 = 5;
/// How many programs of one container are named.
const NAMED: usize = 5;

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut quiet: BTreeMap<_, Vec<&ContainerDrift>> = BTreeMap::new();
    let mut findings = Vec::new();
    for drift in &scene.world.container_drifts {
        match why(drift) {
            Some(why) => findings.push(alone(scene, drift, why)),
            None => quiet.entry(&drift.container).or_default().push(drift),
        }
    }
    findings.extend(quiet.into_values().filter_map(|drifts| together(&drifts)));
    findings
}

/// What makes it more than unusual.
fn why(drift: &ContainerDrift) -> Option<String> {
    let mode = drift.stat.mode;
    let gives_rights = drift.stat.executable() && (mode & 0o4000 != 0 || mode & 0o2010 == 0o2010);
    let runs = !drift.runs.is_empty();
    let packaged = matches!(drift.how, DriftKind::Packaged(_));
    let script = matches!(drift.kind, FileKind::Script(_));
    let hides = place::hidden_component(&drift.path).is_some_and(|hidden| matches!(hidden.how, Hiding::Disguised(_)));
    match &drift.how {
        DriftKind::Rights => Some("gives rights, and does not in the image".into()),
        _ if gives_rights && !packaged => Some("gives rights, and is not in the image".into()),
        DriftKind::Changed(Some(package)) if !(script && at_start(drift)) => {
            Some(format!("is not what package {package} of the container brings"))
        }
        _ if runs && place::is_volatile(&drift.path) => {
            Some("runs from a directory for temporary files, and is not in the image".into())
        }
        _ if hides => Some("has a name that hides it, and is not in the image".into()),
        _ if runs && !packaged && drift.stat.changed > drift.started.saturating_add(START) => {
            Some("runs, and was made long after the container began".into())
        }
        _ => None,
    }
}

/// It was changed when the container was made or began: a container that was begun again keeps what was changed before.
fn at_start(drift: &ContainerDrift) -> bool {
    let begins = [Some(drift.started), drift.created].into_iter().flatten();
    let mut times = begins.map(|begin| begin.saturating_sub(SLACK)..=begin.saturating_add(START));
    times.any(|time| time.contains(&drift.stat.changed))
}

fn alone(scene: &Scene<'_>, drift: &ContainerDrift, why: String) -> Finding {
    let summary = format!("{} in container {} {why}", drift.path.lossy(), drift.container.lossy());
    let mut finding = told(DETECTOR.finding(Level::Suspicious, subject::file(&drift.on_host), summary), drift);
    finding = finding.since(drift.stat.changed);
    for process in drift.runs.iter().filter_map(|id| scene.world.processes.get(id)) {
        finding = finding.related(subject::process(process));
    }
    finding
        .innocent("a package manager that ran inside", true, "no package of the container brings it so")
        .innocent("an application that updates itself", false, "its maker's digest would tell")
        .next(format!("keeneye look file {}", drift.on_host.lossy()))
}

fn told(finding: Finding, drift: &ContainerDrift) -> Finding {
    let finding = finding
        .evidence("path in the container", drift.path.clone())
        .evidence("path on the host", drift.on_host.clone())
        .evidence("size", format!("{} bytes, mode {:o}, owner {}", drift.stat.size, drift.stat.mode, drift.stat.uid));
    let finding = if drift.image.is_empty() { finding } else { finding.evidence("image", drift.image.clone()) };
    match &drift.sha256 {
        Some(digest) => finding.evidence("sha256", digest.clone()),
        None => finding,
    }
}

/// All of one container, the first few named.
fn together(drifts: &[&ContainerDrift]) -> Option<Finding> {
    let first = drifts.first()?;
    let container = Subject { kind: "container".into(), name: first.container.clone(), ..Subject::default() };
    let name = first.container.lossy();
    let summary = match drifts.len() - 1 {
        0 => format!("{} in container {name} is not so in its image", first.path.lossy()),
        more => format!("{} and {more} more programs in container {name} are not so in its image", first.path.lossy()),
    };
    let mut finding = DETECTOR.finding(Level::Unusual, container, summary);
    for drift in drifts.iter().take(NAMED) {
        finding = finding.evidence("path on the host", drift.on_host.clone());
    }
    Some(
        finding
            .innocent(
                "programs that its start script fetches or builds",
                false,
                "the image's entry point would name them",
            )
            .innocent("files whose owner or rights a start script changes", true, "the content is compared")
            .innocent("a package manager that ran inside", false, "the image made anew would have its packages")
            .next(format!("keeneye look file {}", first.on_host.lossy())),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/container-drift";
    const CONTAINER: &str = r"
        process 41 exe=/usr/bin/app ns=mnt:7 start=100 cgroup=/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        /proc/41/mountinfo = 9 8 0:40 / / rw - overlay overlay rw,lowerdir=/s/a/diff,upperdir=/s/c/diff,workdir=/s/c/work
        /s/a/diff/usr/bin/app = \x7fELF app
        /s/a/diff/usr/bin/tool = \x7fELF tool
        /s/c/diff/etc/settings = a
    ";
    const IN: &str = "in container 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[track_caller]
    fn says(host: &str, expected: &[String]) {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(NAME, &format!("{CONTAINER}\n{host}"), &expected);
    }
    fn program(path: &str, settings: &str) -> String {
        format!("/s/c/diff{path} = \\x7fELF x\n/s/c/diff{path} : mode=100755 {settings}")
    }

    #[test]
    fn programs_that_the_image_has_not() {
        check(NAME, CONTAINER, &[]);
        says(&program("/opt/x", ""), &[format!("unusual: /opt/x {IN} is not so in its image")]);
        let two = [program("/opt/x", ""), program("/opt/y", "")].join("\n");
        says(&two, &[format!("unusual: /opt/x and 1 more programs {IN} are not so in its image")]);
    }
    #[test]
    fn a_copy_of_the_image_is_quiet() {
        let copy = |content: &str| format!("/s/c/diff/usr/bin/tool = {content}\n/s/c/diff/usr/bin/tool : mode=100755");
        check(NAME, &format!("{CONTAINER}\n{}", copy("\\x7fELF tool")), &[]);
        says(&copy("\\x7fELF evil"), &[format!("unusual: /usr/bin/tool {IN} is not so in its image")]);
    }
    #[test]
    fn what_gives_rights() {
        let said = format!("suspicious: /opt/x {IN} gives rights, and is not in the image");
        says(&program("/opt/x", "mode=104755"), &[said]);
        let same = "/s/c/diff/usr/bin/tool = \\x7fELF tool\n/s/c/diff/usr/bin/tool : mode=104755";
        says(same, &[format!("suspicious: /usr/bin/tool {IN} gives rights, and does not in the image")]);
    }
    #[test]
    fn what_runs() {
        let runs = |path: &str, changed: &str| {
            format!("{}\nprocess 42 exe={path} ns=mnt:7 start=99999999", program(path, changed))
        };
        // The container began a second after the boot, a million seconds ago.
        let late = format!("suspicious: /opt/x {IN} runs, and was made long after the container began");
        says(&runs("/opt/x", "changed=1699999000"), &[late]);
        says(&runs("/opt/x", "changed=1699000300"), &[format!("unusual: /opt/x {IN} is not so in its image")]);
        let why = "runs from a directory for temporary files, and is not in the image";
        says(&runs("/tmp/x", "changed=1699000300"), &[format!("suspicious: /tmp/x {IN} {why}")]);
    }
    #[test]
    fn what_hides() {
        let why = "has a name that hides it, and is not in the image";
        says(&program("/opt/.../x", ""), &[format!("suspicious: /opt/.../x {IN} {why}")]);
        says(&program("/opt/.x", ""), &[format!("unusual: /opt/.x {IN} is not so in its image")]);
    }
    #[test]
    fn another_program_in_place_of_a_packages() {
        let status = r"/s/a/diff/var/lib/dpkg/status = Package: x\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n";
        let list = r"/s/a/diff/var/lib/dpkg/info/x.list = /.\n/usr\n/usr/bin\n/usr/bin/x\n";
        let sums = r"/s/a/diff/var/lib/dpkg/info/x.md5sums = 3e2b31c72181b87149ff995e7202c0e3  usr/bin/x\n";
        let host = |content: &str| {
            format!("{status}\n{list}\n{sums}\n/s/c/diff/usr/bin/x = {content}\n/s/c/diff/usr/bin/x : mode=100755")
        };
        check(NAME, &format!("{CONTAINER}\n{}", host("#!/bin/sh\\n")), &[]);
        let said = format!("suspicious: /usr/bin/x {IN} is not what package x of the container brings");
        let other = host("#!/bin/sh\\nid\\n");
        says(&other, &[said]);
        // A start script that edits it; the container began a million seconds ago.
        let edited = format!("{other}\n/s/c/diff/usr/bin/x : mode=100755 changed=1699000300");
        says(&edited, &[format!("unusual: /usr/bin/x {IN} is not so in its image")]);
        let program = format!("{}\n/s/c/diff/usr/bin/x : mode=100755 changed=1699000300", host("\\x7fELF x"));
        says(&program, &[format!("suspicious: /usr/bin/x {IN} is not what package x of the container brings")]);
        // Long before the container was made.
        let before = format!("{other}\n/s/c/diff/usr/bin/x : mode=100755 changed=1690000000");
        says(&before, &[format!("suspicious: /usr/bin/x {IN} is not what package x of the container brings")]);
    }
    #[test]
    fn what_a_package_manager_brought_inside() {
        let database = r"/s/c/diff/lib/apk/db/installed = C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:sudo\nV:1\nA:x86_64\nF:usr/bin\nR:sudo\na:0:0:4755\nZ:Q1vZcb7IgUmVZFihD8nF7LPrmd1FI=\n\n";
        let sudo = "/s/c/diff/usr/bin/sudo = #!/bin/sh\\n\n/s/c/diff/usr/bin/sudo : mode=104755";
        says(&format!("{database}\n{sudo}"), &[format!("unusual: /usr/bin/sudo {IN} is not so in its image")]);
        let said = format!("suspicious: /usr/bin/sudo {IN} gives rights, and is not in the image");
        says(sudo, &[said]);
    }
}
