//! A command that admins trust is found first where it is not the package's.
//!
//! # What it sees
//! Root's search path leads to a file that no package owns, although a later directory holds the package's command of
//! that name: `/usr/local/bin/ps` before `/usr/bin/ps`. Or a link among packages' commands, such as one of
//! update-alternatives(1), leads to a file of no package elsewhere.
//!
//! # Why it matters
//! Such a `ps` hides processes and such a `sudo` collects passwords, while every packaged file is unchanged.
//!
//! # Innocent causes
//! A newer version built by the admin: a whole suite of one package, or a multi-call program (busybox) under many
//! names, or a command that neither shows what goes on nor asks for passwords, is `unusual`. Nobody builds a suite of
//! scripts that show what goes on, so those are no suite. Links to packaged files are quiet.
//!
//! # What to do
//! Call the packaged one by its full path and compare what the two say. Look at the file: `keeneye look file PATH`.

use super::{is_viewer, portrait};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{Command, FileFact, FileKind, Finding, Level, Ownership};
use keeneye_world::World;
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/command-shadowed",
    title: "another program stands before a trusted command",
    level: Level::Suspicious,
    attack: &["T1574.007"],
    absolute: false,
    source: include_str!("command_shadowed.rs"),
    run,
};

/// Commands of one package, or names of one file, that make a suite.
const SUITE: usize = 3;

/// A command that stands before the packaged one.
struct Shadow<'a> {
    command: &'a Command,
    fact: &'a FileFact,
    packaged: &'a Command,
    package: &'a str,
}

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let shadows: Vec<Shadow<'_>> = world.commands.iter().filter_map(|command| shadow(world, command)).collect();
    let mut findings: Vec<Finding> = shadows.iter().map(|one| judge(world, one, &shadows)).collect();
    let away = world.commands.iter().filter(|command| !shadows.iter().any(|one| std::ptr::eq(one.command, *command)));
    findings.extend(away.filter_map(|command| led_away(world, command)));
    findings
}

/// Its name stands among packages' commands, and its file elsewhere. What lies among them is told for that.
fn led_away(world: &World, command: &Command) -> Option<Finding> {
    let fact = world.file(&command.path).filter(|fact| fact.owner.is_unowned() && fact.diversion.is_none())?;
    if !place::is_packaged(&command.place) || place::is_packaged(&fact.path) {
        return None;
    }
    let loud = is_odd_place(fact) || is_viewer(&command.name);
    let level = if loud { Level::Suspicious } else { Level::Unusual };
    let (place, path) = (command.place.lossy(), command.path.lossy());
    let summary = format!("{place} leads to {path}, outside of packages' directories; no package owns it");
    let finding = DETECTOR
        .finding(level, subject::file(&command.place), summary)
        .evidence("leads to", command.path.clone())
        .innocent("an alternative that the admin chose", false, "ask: update-alternatives(1) keeps such choices")
        .next(format!("keeneye look file {path}"));
    Some(portrait(finding, world, fact))
}

fn is_odd_place(fact: &FileFact) -> bool {
    place::is_volatile(&fact.path) || place::hidden_component(&fact.path).is_some()
}

fn shadow<'a>(world: &'a World, command: &'a Command) -> Option<Shadow<'a>> {
    let fact = world.file(&command.path).filter(|fact| fact.owner.is_unowned())?;
    // A place that dpkg-divert(1) made free for it is told by another detector.
    if fact.diversion.is_some() {
        return None;
    }
    let at = world.commands.iter().position(|other| std::ptr::eq(other, command))?;
    let mut later = world.commands.iter().skip(at + 1).filter(|other| other.name == command.name);
    later.find_map(|packaged| match world.owner(&packaged.path) {
        Ownership::Owned { package, .. } => Some(Shadow { command, fact, packaged, package }),
        _ => None,
    })
}

fn judge(world: &World, one: &Shadow<'_>, all: &[Shadow<'_>]) -> Finding {
    let Shadow { command, fact, packaged, package } = one;
    let same_dir = |other: &&Shadow<'_>| other.command.place.parent() == command.place.parent();
    let names = |of_suite: &dyn Fn(&Shadow<'_>) -> bool| {
        let suite = all.iter().filter(same_dir).filter(|other| of_suite(other));
        suite.map(|other| &other.command.name).collect::<BTreeSet<_>>().len()
    };
    let suite = names(&|other| other.package == *package) >= SUITE
        || names(&|other| other.command.path == command.path) >= SUITE;
    let level = match () {
        () if is_odd_place(fact) => Level::Suspicious,
        () if !is_viewer(&command.name) => Level::Unusual,
        () if suite && !matches!(fact.kind, FileKind::Script(_)) => Level::Unusual,
        () => Level::Suspicious,
    };
    let (place, name, real) = (command.place.lossy(), command.name.lossy(), packaged.place.lossy());
    let summary = format!("root's shell runs {place} for {name}, not {real} of package {package}; no package owns it");
    let finding = DETECTOR
        .finding(level, subject::file(&command.place), summary)
        .evidence("leads to", command.path.clone())
        .evidence("packaged", packaged.place.clone())
        .innocent("a whole suite built by the admin", !suite, "then other commands of the package would lie beside it")
        .innocent("a link to the packaged command", true, "it leads to a file that no package owns")
        .next(format!("keeneye look file {}", command.path.lossy()))
        .next(format!("compare what {place} and {real} say"));
    portrait(finding, world, fact)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/command-shadowed";
    const PS: &str = "package procps 2 owns /usr/bin/ps\n";

    #[test]
    fn an_unowned_command_before_the_package_s_own() {
        let text = "suspicious: root's shell runs /usr/local/bin/ps for ps, not /usr/bin/ps of package procps; no package owns it";
        check(NAME, &format!("{PS}/usr/local/bin/ps : mode=100755"), &[text]);
        check(NAME, &format!("{PS}package mine 1 owns /usr/local/bin/ps"), &[]);
        check(NAME, &format!("{PS}/usr/local/bin/ps @ /usr/bin/ps"), &[]);
        check(NAME, &format!("{PS}/usr/local/bin/psx : mode=100755"), &[]);
    }
    #[test]
    fn an_alternative_that_leads_out_of_packages() {
        let host = |name: &str, target: &str| {
            format!(
                "package base 1 owns /usr/bin/a,/usr/bin/mawk\n/usr/bin/{name} @ /etc/alternatives/{name}\n\
                 /etc/alternatives/{name} @ {target}\n{target} : mode=100755\n"
            )
        };
        let text = |level: &str, name: &str, target: &str| {
            format!("{level}: /usr/bin/{name} leads to {target}, outside of packages' directories; no package owns it")
        };
        check(NAME, &host("awk", "/opt/x/awk"), &[&text("unusual", "awk", "/opt/x/awk")]);
        check(NAME, &host("awk", "/var/tmp/awk"), &[&text("suspicious", "awk", "/var/tmp/awk")]);
        check(NAME, &host("w", "/opt/x/w"), &[&text("suspicious", "w", "/opt/x/w")]);
        check(NAME, &host("awk", "/usr/bin/mawk"), &[]);
    }
    #[test]
    fn behind_the_package_s_own_it_is_never_run() {
        check(
            NAME,
            &format!("{PS}/etc/environment = PATH=/usr/bin:/usr/local/bin\n/usr/local/bin/ps : mode=100755"),
            &[],
        );
    }
    #[test]
    fn a_search_path_that_a_start_file_changed() {
        let host = format!("{PS}/root/.bashrc = PATH=/root/.x:$PATH\\n\n/root/.x/ps : mode=100755");
        let text =
            "suspicious: root's shell runs /root/.x/ps for ps, not /usr/bin/ps of package procps; no package owns it";
        check(NAME, &host, &[text]);
    }
    #[test]
    fn a_suite_or_a_multi_call_program_is_unusual() {
        let suite = "package procps 2 owns /usr/bin/ps,/usr/bin/top,/usr/bin/pgrep\n/usr/local/bin/ps : mode=100755\n\
                     /usr/local/bin/top : mode=100755\n/usr/local/bin/pgrep : mode=100755";
        let said = crate::testing::findings(NAME, suite, &[]);
        assert_eq!(said.len(), 3);
        assert!(said.iter().all(|line| line.starts_with("unusual: ")), "{said:?}");
        let busybox = "package a 2 owns /usr/bin/ps\npackage b 2 owns /usr/bin/ls\npackage c 2 owns /usr/bin/find\n\
                       /usr/local/bin/busybox : mode=100755\n/usr/local/bin/ps @ busybox\n/usr/local/bin/ls @ busybox\n\
                       /usr/local/bin/find @ busybox";
        let said = crate::testing::findings(NAME, busybox, &[]);
        assert_eq!(said.len(), 3);
        assert!(said.iter().all(|line| line.starts_with("unusual: ")), "{said:?}");
    }
    #[test]
    fn scripts_are_no_suite() {
        let names = ["top", "pgrep", "w"];
        let owned = names.map(|name| format!("/usr/bin/{name}")).join(",");
        let script = "#!/bin/sh\\n/usr/bin/top | grep -v x\\n";
        let scripts =
            names.map(|name| format!("/usr/local/bin/{name} = {script}\n/usr/local/bin/{name} : mode=100755\n"));
        let said = crate::testing::findings(NAME, &format!("package procps 2 owns {owned}\n{}", scripts.concat()), &[]);
        assert_eq!(said.len(), 3);
        assert!(said.iter().all(|line| line.starts_with("suspicious: ")), "{said:?}");
    }
    #[test]
    fn a_merged_usr_shadows_nothing() {
        check(NAME, &format!("{PS}/bin @ usr/bin\n/sbin @ usr/sbin"), &[]);
    }
}
