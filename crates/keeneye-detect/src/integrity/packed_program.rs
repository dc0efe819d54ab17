//! A program was packed so that nobody can read it.
//!
//! # What it sees
//! Programs of no package, among those that keeneye had a reason to look at, without section headers (which every
//! linker writes) and with content that looks like noise or without need of any library. In a volatile or hidden place:
//! suspicious; with the mark of a packer that is still there, or where services keep their data: unusual. Quiet in
//! `/opt`, `/usr/local` and homes.
//!
//! # Why it matters
//! Packing hides what a program is from scanners, and taking the headers away breaks the tools that would unpack it.
//!
//! # Innocent causes
//! Some projects publish small programs packed by UPX, which leaves its mark.
//!
//! # What to do
//! Copy it away before it deletes itself, and look at who owns it (`keeneye look file PATH`).

use super::{portrait, rights, volatile_program};
use crate::{Detector, Scene, place, subject};
use keeneye_facts::{ElfShape, FileFact, Finding, Interest, Level, Shape};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/packed-program",
    title: "a program packed so that nobody can read it",
    level: Level::Suspicious,
    attack: &["T1027.002"],
    absolute: false,
    source: include_str!("packed_program.rs"),
    run,
};

/// Above this much noise, in percent, is what was packed or encrypted; machine code stays below 85.
const NOISE: u8 = 93;
/// Where services keep their data.
const DATA: &[&str] = &["/var/lib", "/var/cache", "/var/log", "/var/spool", "/var/www", "/run"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.files.values().filter(|fact| fact.owner.is_unowned() && !is_told(scene, fact));
    let packed = files.filter_map(|fact| match &fact.shape {
        Some(Shape::Elf(shape)) if is_packed(shape) => Some((fact, shape)),
        _ => None,
    });
    packed.filter_map(|(fact, shape)| said(scene, fact, shape)).collect()
}

/// Another detector gives an alert about the very file.
fn is_told(scene: &Scene<'_>, fact: &FileFact) -> bool {
    use Interest::{Device, OddName, Privileged};
    let told = [Device, OddName, Privileged].iter().any(|why| fact.interests.contains(why));
    told || rights::is_in_use(fact)
        || volatile_program::level(scene, fact) == Some(Level::Suspicious)
        || place::is_packaged(&fact.path)
        || rights::is_on_image(scene.world, &fact.path)
}

fn is_packed(shape: &ElfShape) -> bool {
    !shape.sections && (shape.entropy >= NOISE || shape.is_static)
}

fn said(scene: &Scene<'_>, fact: &FileFact, shape: &ElfShape) -> Option<Finding> {
    let odd = rights::odd_place(&fact.path, &scene.world.accounts);
    let level = match (&odd, &shape.packer) {
        (Some(_), None) => Level::Suspicious,
        (Some(_), Some(_)) => Level::Unusual,
        (None, _) if DATA.iter().any(|dir| fact.path.is_within(dir)) => Level::Unusual,
        _ => return None,
    };
    let place = odd.unwrap_or_else(|| "where services keep their data".into());
    let summary =
        format!("{} is a program without section headers, packed or stripped to hide, {place}", fact.path.lossy());
    let packer = shape.packer.as_ref();
    let finding = DETECTOR
        .finding(level, subject::file(&fact.path), summary)
        .evidence("path", fact.path.clone())
        .evidence("noise", format!("{} percent", shape.entropy))
        .evidence("mark of a packer", packer.map_or_else(|| "none".to_owned(), |mark| mark.lossy().into_owned()))
        .innocent("a release that was packed by UPX", packer.is_none(), "by the mark that it leaves")
        .next(format!("keeneye look file {}", fact.path.lossy()));
    Some(portrait(finding, scene.world, fact))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/packed-program";

    /// A static program of one segment and no sections.
    fn program(mark: &str) -> String {
        let header = "\\x7fELF\\x02\\x01\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x02\\0\\x3e\\0\\x01\\0\\0\\0";
        format!("{header}{}\\x40\\0\\x38\\0\\0\\0\\x40\\0\\0\\0\\0\\0{mark}", "\\0".repeat(28))
    }

    #[track_caller]
    fn says(path: &str, mark: &str, expected: Option<&str>) {
        let said = expected.map(|what| {
            let (level, place) = what.split_once(": ").unwrap();
            format!("{level}: {path} is a program without section headers, packed or stripped to hide, {place}")
        });
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let host = format!("package base 1 owns /usr/bin/a\n{path} = {}\n{path} : mode=100755", program(mark));
        check(NAME, &host, &said);
    }

    #[test]
    fn where_nobody_installs() {
        says("/tmp/x", "", Some("suspicious: in /tmp"));
        says("/tmp/x", "UPX!", Some("unusual: in /tmp"));
        says("/var/lib/a/.b/x", "", Some("suspicious: in a hidden place"));
        says("/opt/x", "", None);
        says("/usr/local/bin/x", "", None);
        // Hidden in memory: `integrity/volatile-program` says so.
        says("/dev/shm/.x/y", "", None);
    }
    #[test]
    fn a_program_with_headers_is_quiet() {
        check(NAME, "package base 1 owns /usr/bin/a\n/tmp/x = words\n/tmp/x : mode=100755", &[]);
    }
}
