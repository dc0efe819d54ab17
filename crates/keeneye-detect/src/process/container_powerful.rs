//! A container that could take over the machine.
//!
//! # What it sees
//! A running container is privileged, or the root directory of the machine or the socket of its engine can be written
//! from inside, and in it a shell or an interpreter talks with other machines through its own input and output. All
//! such containers together are a note.
//!
//! # Why it matters
//! Whoever gets into such a container has the machine.
//!
//! # Innocent causes
//! Agents that watch a machine (exporters of metrics, security agents), proxies and managers of containers, builders of
//! images: they are made so on purpose. Without such a shell they are a note, as long as somebody could change the
//! machine by them.
//!
//! # What to do
//! See what it is and who made it: `docker inspect NAME`. Give it only what it needs.

use crate::{Detector, Scene, shells, standing, subject};
use keeneye_facts::{ContainerMount, EngineContainer, Finding, Level, Process, Subject, Text};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "process/container-powerful",
    title: "a container could take over the machine",
    level: Level::Suspicious,
    attack: &["T1611", "T1610"],
    absolute: false,
    source: include_str!("container_powerful.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let powerful: Vec<(&EngineContainer, String)> = scene
        .world
        .engine_containers
        .iter()
        .filter(|container| container.running)
        .filter_map(|container| Some((container, powers(container)?)))
        .collect();
    let used: Vec<Finding> = powerful.iter().filter_map(|(container, powers)| used(scene, container, powers)).collect();
    let plain: Vec<&(&EngineContainer, String)> = powerful.iter().filter(|(c, _)| is_open(c)).collect();
    used.into_iter().chain(note(&plain)).collect()
}

/// What lets it take over the machine.
fn powers(container: &EngineContainer) -> Option<String> {
    let mut powers = Vec::new();
    if container.privileged {
        powers.push("is privileged".to_owned());
    }
    let mounts = container.mounts.iter().filter(|mount| mount.writable && gives_the_machine(mount));
    powers.extend(mounts.map(|mount| format!("can write to {} of the machine", mount.source.lossy())));
    (!powers.is_empty()).then(|| powers.join(" and "))
}

/// More than a socket of the engine, which proxies and managers of containers are given everywhere.
fn is_open(container: &EngineContainer) -> bool {
    let writes = container.mounts.iter().any(|mount| mount.writable && is_root(&mount.source));
    container.privileged || writes
}

fn gives_the_machine(mount: &ContainerMount) -> bool {
    is_root(&mount.source) || mount.source.ends_with(b"/docker.sock") || mount.source.ends_with(b"/containerd.sock")
}

/// The root, or a directory whose files run as root.
fn is_root(source: &Text) -> bool {
    ["/", "/etc", "/root", "/usr", "/boot", "/var/spool/cron"].iter().any(|dir| source == dir)
}

fn subject(container: &EngineContainer) -> Subject {
    Subject {
        kind: "container".into(),
        name: container.name.clone(),
        path: Some(container.path.clone()),
        ..Subject::default()
    }
}

/// A shell in it talks with other machines.
fn used(scene: &Scene<'_>, container: &EngineContainer, powers: &str) -> Option<Finding> {
    let world = scene.world;
    let inside = |process: &&Process| process.container.as_ref().is_some_and(|c| c.id == container.id);
    let talks = |process: &&Process| {
        let code = shells::is_shell(world, process) || shells::takes_code(process.exe_path());
        code && standing::sockets_of(world, process).iter().any(|socket| {
            let ends = process.sockets().any(|(fd, inode)| fd <= 2 && inode == socket.inode);
            standing::is_inet(socket) && socket.remote.is_some() && ends
        })
    };
    let process = world.processes.values().filter(inside).find(talks)?;
    let name = container.name.lossy();
    let summary = format!("container {name} {powers}, and a shell in it talks with another machine");
    let finding = DETECTOR
        .finding(Level::Suspicious, subject(container), summary)
        .evidence("container", container.id.clone())
        .evidence("image", container.image.clone())
        .related(subject::process(process))
        .next(format!("keeneye look pid {}", process.id.pid));
    Some(finding)
}

/// All of them in one.
fn note(containers: &[&(&EngineContainer, String)]) -> Option<Finding> {
    let (first, _) = containers.first()?;
    let names: Vec<_> = containers.iter().map(|(container, _)| container.name.lossy().into_owned()).collect();
    let summary = match names.as_slice() {
        [name] => format!("container {name} could take over the machine"),
        names => format!("{} containers could take over the machine: {}", names.len(), names.join(", ")),
    };
    let finding = DETECTOR.finding(Level::Note, subject(first), summary);
    let finding = containers.iter().take(20).fold(finding, |finding, (container, powers)| {
        finding.evidence(&container.name.lossy(), format!("image {}: {powers}", container.image.lossy()))
    });
    let why = "their images and names tell; ask who started them";
    Some(finding.innocent("agents, builders and managers of containers", false, why).next("docker inspect NAME"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "process/container-powerful";

    fn host(name: &str, privileged: bool, source: &str, writable: bool) -> String {
        let id = "0123456789abcdef".repeat(4);
        let dir = format!("/var/lib/docker/containers/{id}");
        format!(
            r#"{dir}/config.v2.json = {{"ID":"{id}","Name":"/{name}","State":{{"Running":true}},"MountPoints":{{"/h":{{"Source":"{source}","Destination":"/h","RW":{writable}}}}}}}
            {dir}/hostconfig.json = {{"Privileged":{privileged}}}
            package base 1 owns /usr/bin/shim
            process 30 exe=/usr/bin/shim
            process 41 ppid=30 exe=/bin/sh root=/ cgroup=/system.slice/docker-{id}.scope"#
        )
    }

    #[test]
    fn agents_of_every_kind() {
        check(NAME, &host("cadvisor", true, "/sys", false), &["note: container cadvisor could take over the machine"]);
        check(NAME, &host("node-exporter", false, "/", false), &[]);
        check(NAME, &host("traefik", false, "/var/run/docker.sock", true), &[]);
        check(NAME, &host("web", false, "/srv", true), &[]);
    }
    #[test]
    fn a_shell_in_it_talks_with_another_machine() {
        let shell = "connect tcp 10.0.0.5:40000 198.51.100.7:4444 pid=41 fd=0";
        check(
            NAME,
            &format!("{}\n{shell}", host("tool", false, "/", true)),
            &[
                "suspicious: container tool can write to / of the machine, and a shell in it talks with another machine",
                "note: container tool could take over the machine",
            ],
        );
        check(NAME, &format!("{}\n{shell}", host("tool", false, "/srv", true)), &[]);
    }
    #[test]
    fn several_are_one_note() {
        let second = host("b", true, "/x", false).replace("0123456789abcdef", "fedcba9876543210").replace("41", "51");
        check(
            NAME,
            &format!("{}\n{second}", host("a", true, "/x", false)),
            &["note: 2 containers could take over the machine: a, b"],
        );
    }
    #[test]
    fn one_that_does_not_run() {
        check(NAME, &host("a", true, "/", true).replace("\"Running\":true", "\"Running\":false"), &[]);
    }
}
