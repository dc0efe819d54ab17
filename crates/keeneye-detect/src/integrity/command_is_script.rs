//! A trusted command that is another kind of file than the package's.
//!
//! # What it sees
//! A command that packages bring as a program (ELF) is a script now, or one that they bring as a script is a program;
//! its digest is not the package's. Or dpkg-divert moved the package's command aside and another file took its place.
//!
//! # Why it matters
//! The easiest way to make `ps`, `netstat` or `sudo` lie is a script of that name that calls the real one and filters
//! what it says, or writes down what is typed.
//!
//! # Innocent causes
//! Wrappers that an admin or a package put in place with dpkg-divert: a note that says who did it. Before a command
//! that shows what goes on or asks for passwords, a wrapper of no package is `suspicious` all the same.
//!
//! # What to do
//! Read the script. Call the moved command by its full path and compare. `keeneye look file PATH`.

use super::{is_viewer, portrait, put_back};
use crate::{Detector, Scene, subject};
use bstr::ByteSlice;
use keeneye_facts::{Diversion, FileFact, FileKind, Finding, Interest, Level};
use keeneye_world::World;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/command-is-script",
    title: "a trusted command is another kind of file",
    level: Level::Compromised,
    attack: &["T1554", "T1036.005"],
    absolute: false,
    source: include_str!("command_is_script.rs"),
    run,
};

/// Trusted commands that distributions bring as scripts.
const SCRIPTS: [&[u8]; 4] = [b"ldd", b"service", b"debsums", b"yum"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let commands = scene.world.files.values().filter(|fact| fact.interests.contains(&Interest::Command));
    commands.filter_map(|fact| judge(scene.world, fact)).collect()
}

fn judge(world: &World, fact: &FileFact) -> Option<Finding> {
    let finding = match &fact.diversion {
        Some(diversion) => diverted(fact, diversion)?,
        None => exchanged(world, fact)?,
    };
    Some(portrait(finding.next(format!("keeneye look file {}", fact.path.lossy())), world, fact))
}

/// The package's command was moved aside, and a file of nobody took its place.
fn diverted(fact: &FileFact, diversion: &Diversion) -> Option<Finding> {
    if !fact.owner.is_unowned() {
        return None;
    }
    let who = diversion.by.as_ref().map_or("the administrator".to_owned(), |package| format!("package {package}"));
    // A wrapper is what diversions are for; a whole program instead of another is rarer.
    // Packages bring the wrapper that they divert for, so this one is somebody's own.
    let level = match fact.kind {
        _ if is_viewer(fact.path.file_name()) => Level::Suspicious,
        FileKind::Elf => Level::Unusual,
        _ => Level::Note,
    };
    let (path, to) = (fact.path.lossy(), diversion.to.lossy());
    let summary = format!("{path} is not the package's command: {who} moved that to {to} with dpkg-divert");
    let finding = DETECTOR.finding(level, subject::file(&fact.path), summary);
    Some(finding.evidence("diverted to", diversion.to.clone()).innocent(
        "a wrapper put in place on purpose",
        false,
        "read it",
    ))
}

fn exchanged(world: &World, fact: &FileFact) -> Option<Finding> {
    let brought_as_script = SCRIPTS.contains(&fact.path.file_name().as_bytes());
    let name_is_known = world.commands.iter().any(|command| command.path == fact.path);
    let (level, now) = match (&fact.kind, brought_as_script) {
        (FileKind::Script(_), false) => (Level::Compromised, "a script"),
        (FileKind::Elf, true) => (Level::Suspicious, "a program"),
        _ => return None,
    };
    let package = fact.owner.package().filter(|_| fact.owner.is_changed() && name_is_known)?;
    let summary = format!("{} of package {package} is {now} now", fact.path.lossy());
    let mut finding = DETECTOR.finding(level, subject::file(&fact.path), summary);
    if let FileKind::Script(interpreter) = &fact.kind {
        finding = finding.evidence("interpreter", interpreter.clone());
    }
    Some(
        finding
            .evidence("path", fact.path.clone())
            .innocent("a wrapper put in place with dpkg-divert", true, "no diversion of this path is recorded")
            .next(format!("after a copy was kept: {}", put_back(world, package))),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/command-is-script";
    /// The digest that the package keeps is another one.
    const OTHER: &str = "/var/lib/dpkg/info/procps.md5sums = 00000000000000000000000000000000  usr/bin/ps\\n\n";
    const SCRIPT: &str = "package procps 2 owns /usr/bin/ps\n/usr/bin/ps = #!/bin/sh\\n/usr/bin/.ps | grep -v x\\n\n";

    #[test]
    fn a_program_that_became_a_script() {
        check(NAME, &format!("{SCRIPT}{OTHER}"), &["compromised: /usr/bin/ps of package procps is a script now"]);
        check(NAME, SCRIPT, &[]);
    }
    #[test]
    fn a_changed_program_is_still_a_program() {
        check(NAME, &format!("package procps 2 owns /usr/bin/ps\n{OTHER}"), &[]);
    }
    #[test]
    fn a_wrapper_by_diversion_is_a_note_unless_the_command_shows_what_goes_on() {
        let df = "package base 2 owns /usr/bin/df\n/usr/bin/df = #!/bin/sh\\nexec nice /usr/bin/df.distrib\\n\n\
                     /var/lib/dpkg/info/base.md5sums = 00000000000000000000000000000000  usr/bin/df\\n\n\
                     /var/lib/dpkg/diversions = /usr/bin/df\\n/usr/bin/df.distrib\\n:\\n\n\
                     /usr/bin/df.distrib : mode=100755\n";
        let text = "note: /usr/bin/df is not the package's command: the administrator moved that to \
                    /usr/bin/df.distrib with dpkg-divert";
        check(NAME, df, &[text]);
        let diversion = "/var/lib/dpkg/diversions = /usr/bin/ps\\n/usr/bin/ps.distrib\\n:\\n\n\
                         /usr/bin/ps.distrib : mode=100755\n";
        let text = "suspicious: /usr/bin/ps is not the package's command: the administrator moved that to \
                    /usr/bin/ps.distrib with dpkg-divert";
        check(NAME, &format!("{SCRIPT}{OTHER}{diversion}"), &[text]);
    }
    #[test]
    fn a_script_that_became_a_program() {
        let host = "package libc-bin 2 owns /usr/bin/ldd\ntampered /usr/bin/ldd";
        check(NAME, host, &["suspicious: /usr/bin/ldd of package libc-bin is a program now"]);
        check(NAME, "package libc-bin 2 owns /usr/bin/ldd", &[]);
    }
}
