//! A recording holds answers and no findings: a detector that is written later runs on it.
#![allow(clippy::expect_used, reason = "a test says what it relies on")]

use keeneye_detect::{Detector, Scene};
use keeneye_facts::{Finding, Level, Subject};
use keeneye_world::{Recording, scan};

/// A small Debian 12 server with a web server of Python's own, recorded with `keeneye capture --quick` before the
/// detector below was written.
const OLD: &[u8] = include_bytes!("old.kee");

/// Knows something that no detector of the product asks.
static DETECTOR: Detector = Detector {
    name: "process/module",
    title: "an interpreter runs a module",
    level: Level::Note,
    attack: &[],
    absolute: false,
    source: "",
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let modules = scene.world.processes.values().filter(|p| p.cmdline.get(1).is_some_and(|word| *word == "-m"));
    let finding = |p: &keeneye_facts::Process| {
        let subject = Subject { kind: "process".into(), process: Some(p.id), ..Subject::default() };
        let ports: Vec<u16> = scene
            .world
            .listeners()
            .filter(|listener| listener.owners.iter().any(|owner| owner.id == p.id))
            .map(|listener| listener.port)
            .collect();
        let package = scene.world.exe_owner(p).package().unwrap_or("no package").to_owned();
        DETECTOR.finding(Level::Note, subject, format!("{package} {ports:?}")).evidence("exe", p.exe_path().clone())
    };
    modules.map(finding).collect()
}

#[test]
fn a_new_detector_looks_at_an_old_recording() {
    let recording = Recording::read(OLD).expect("a recording of an older keeneye is read");
    assert_eq!(recording.damage(), None);
    let world = scan(&recording, &recording.header().plan.clone());
    let found = DETECTOR.look(&Scene { world: &world });
    let said: Vec<_> = found.iter().map(|finding| finding.summary.lossy().into_owned()).collect();
    assert_eq!(said, ["python3.11-minimal [8000]"]);
}

#[test]
fn what_was_not_recorded_is_a_gap() {
    let recording = Recording::read(OLD).expect("a recording of an older keeneye is read");
    let known = scan(&recording, &recording.header().plan.clone()).gaps.len();
    let more = Recording::read(OLD).expect("a recording of an older keeneye is read");
    let world = scan(&more, &keeneye_world::Plan { quick: false, ..more.header().plan.clone() });
    assert!(world.gaps.len() > known, "the views that a quick look leaves out were never recorded");
}
