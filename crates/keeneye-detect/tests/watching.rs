//! Watching is looking once and folding in what happens: detectors speak when it begins and fall quiet when it ends.
#![allow(clippy::expect_used, reason = "a test says what it relies on")]

use keeneye_detect::{Scene, detect};
use keeneye_facts::Event;
use keeneye_world::fixture::Fixture;
use keeneye_world::{Plan, Recorder, Recording, World, scan};

/// A server before anything happened.
const BEFORE: &str = "package systemd 252 owns /usr/lib/systemd/systemd\n\
    package nginx 1.22 owns /usr/sbin/nginx\n\
    process 1 exe=/usr/lib/systemd/systemd ppid=0 comm=systemd start=1\n\
    process 41 exe=/usr/sbin/nginx comm=nginx uid=33 start=700\n\
    listen tcp 0.0.0.0:80 pid=41 inode=410";

/// What happened then, one event a line.
const EVENTS: &str = include_str!("watching.jsonl");

/// The look before, as a recording that was written and read again.
fn replayed() -> World {
    let fixture = Fixture::new(BEFORE);
    let recorder = Recorder::new(&fixture);
    let live = scan(&recorder, &Plan::default());
    let mut bytes = Vec::new();
    recorder.write("test", &Plan::default(), &mut bytes).expect("it is written to memory");
    let replayed = scan(&Recording::read(&bytes).expect("just written"), &Plan::default());
    assert_eq!(replayed, live, "a recording tells what the host told");
    replayed
}

fn said(world: &World) -> Vec<String> {
    let findings = detect(&Scene { world });
    findings.iter().map(|f| format!("{} {}", f.detector, f.subject.name.lossy())).collect()
}

#[test]
fn detectors_speak_when_it_begins_and_fall_quiet_when_it_ends() {
    let mut world = replayed();
    let calm = said(&world);
    let mut steps = Vec::new();
    for line in EVENTS.lines() {
        world.fold(serde_json::from_str::<Event>(line).expect("an event in each line"));
        let new: Vec<String> = said(&world).into_iter().filter(|finding| !calm.contains(finding)).collect();
        steps.push(new);
    }
    assert_eq!(
        steps,
        [
            vec!["process/exe-deleted worker (pid 70)"],
            vec!["network/unexpected-listener tcp port 4444", "process/exe-deleted worker (pid 70)"],
            vec!["network/unexpected-listener tcp port 4444", "process/exe-deleted worker (pid 70)"],
            vec![],
        ],
    );
    assert_eq!(said(&world), calm);
    let child = world.process(71).expect("the child lives on");
    let lineage: Vec<u32> = world.ancestors(child).map(|ancestor| ancestor.id.pid).collect();
    assert_eq!(lineage, [70, 41, 1], "an ended parent is still the parent");
}
