//! A detector's test is a host in a few lines and the sentences it must bring out.

use crate::{ALL, Scene};
use keeneye_facts::Event;
use keeneye_world::World;
use keeneye_world::fixture::Fixture;
use keeneye_world::senses::Plan;

/// dpkg holds its lock.
pub(crate) const DPKG_AT_WORK: &str = "process 812 exe=/usr/bin/dpkg\n/var/lib/dpkg/lock : ino=131075 dev=2049\n/proc/locks = 1: POSIX  ADVISORY  WRITE 812 08:01:131075 0 EOF\\n\n";

/// Runs one detector over a host written in the fixture language; each finding as `level: summary`.
#[track_caller]
pub(crate) fn check(detector: &str, host: &str, expected: &[&str]) {
    assert_eq!(findings(detector, host, &[]), expected);
}

/// The same with a plan of the look.
#[track_caller]
pub(crate) fn check_with(detector: &str, host: &str, plan: &Plan, expected: &[&str]) {
    assert_eq!(found(detector, &keeneye_world::scan(&Fixture::new(host), plan)), expected);
}

/// The same after more events were folded in.
#[track_caller]
pub(crate) fn findings(detector: &str, host: &str, then: &[Event]) -> Vec<String> {
    found(detector, &world(host, then))
}

/// A host written in the fixture language after more events were folded in.
pub(crate) fn world(host: &str, then: &[Event]) -> World {
    let plan = Plan { baseline: true, raw: true, ..Plan::default() };
    let mut world = keeneye_world::scan(&Fixture::new(host), &plan);
    for event in then {
        world.fold(event.clone());
    }
    world
}

#[track_caller]
fn found(detector: &str, world: &World) -> Vec<String> {
    let detector = ALL.iter().find(|d| d.name == detector).expect("a detector of that name is in the list");
    let found = detector.look(&Scene { world });
    for finding in &found {
        assert!(!finding.evidence.is_empty(), "a finding without evidence: {finding:?}");
        assert!(finding.level <= detector.level, "above the detector's own level: {finding:?}");
    }
    found.iter().map(|f| format!("{}: {}", f.level.word(), f.summary.lossy())).collect()
}
