//! A container engine takes orders from the network, from anybody.
//!
//! # What it sees
//! The daemon of a container engine listens on a TCP port that other machines reach, by its command line or its
//! settings, and does not ask callers for a certificate.
//!
//! # Why it matters
//! Who can give orders to the engine can start a container with the root of the machine in it. Such ports are found and
//! used within hours.
//!
//! # Innocent causes
//! None on a machine that others can reach. A port that is for this machine only, or one that asks for certificates
//! (`--tlsverify`), says nothing; nor do the ports of a swarm.
//!
//! # What to do
//! Close the port: remove `-H tcp://...` from the unit or `hosts` from /etc/docker/daemon.json, and look at what was
//! started: `docker ps -a`, `docker images`.

use super::said;
use crate::{Detector, Scene, portrait, shells};
use bstr::ByteSlice;
use keeneye_facts::{Finding, Level, Process, Protocol, Subject, Text};
use keeneye_world::{Listener, World};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/engine-api-open",
    title: "a container engine takes orders from anybody",
    level: Level::Suspicious,
    attack: &["T1133", "T1610"],
    absolute: false,
    source: include_str!("engine_api_open.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let world = scene.world;
    let mut found = Vec::new();
    for listener in world.listeners().filter(|listener| listener.socket.protocol == Protocol::Tcp) {
        if said::is_loopback(listener.socket) {
            continue;
        }
        if let Some((process, said_by)) = listener.owners.iter().find_map(|owner| takes_orders(world, owner, &listener))
        {
            found.push(say(scene, &listener, process, said_by));
        }
    }
    found
}

/// The daemon, and what has it listen there.
fn takes_orders<'a>(world: &World, process: &'a Process, listener: &Listener<'_>) -> Option<(&'a Process, Text)> {
    let arguments = &process.cmdline;
    let fits = |argument: &Text| port_of(argument) == Some(listener.port);
    let has = |name: &str| arguments.iter().any(|argument| argument.starts_with(name.as_bytes()));
    let off = |argument: &Text| argument.ends_with(b"=false");
    let verifies = arguments.iter().any(|argument| argument.starts_with(b"--tlsverify") && !off(argument));
    let engine = is_engine(process);
    if !engine || verifies || has("--tlscacert") && has("--tls") && !has("--tls=false") {
        return None;
    }
    if let Some(argument) = arguments.iter().find(|argument| fits(argument)) {
        return Some((process, argument.clone()));
    }
    let daemon = process.exe_path().file_name() == "dockerd";
    let mut daemons = world.engine_daemons.iter().filter(|settings| daemon && !settings.verifies);
    let settings = daemons.find(|settings| settings.hosts.iter().any(fits))?;
    Some((process, settings.path.clone()))
}

/// dockerd takes orders on every port of `-H`; podman does when it is told to be a service. Programs that talk with an
/// engine name it in the same way, and shells that start one.
fn is_engine(process: &Process) -> bool {
    let name = process.exe_path().file_name();
    let service = process.cmdline.iter().any(|argument| *argument == "service");
    (name == "dockerd" || name.ends_with(b"podman") && service) && !shells::takes_code(process.exe_path())
}

/// 2375 of `tcp://0.0.0.0:2375`, `--host=tcp://:2375` and `-Htcp://0.0.0.0` (the port that dockerd takes by itself).
fn port_of(argument: &Text) -> Option<u16> {
    let (_, address) = argument.split_once_str("tcp:")?;
    let address = address.trim_start_with(|c| c == '/');
    let port = address.rsplit_once_str(":").map(|(_, port)| port).filter(|port| !port.ends_with(b"]"));
    let digits = port.unwrap_or(b"2375").split(|b| !b.is_ascii_digit()).next()?;
    digits.to_str().ok()?.parse().ok()
}

fn say(scene: &Scene<'_>, listener: &Listener<'_>, process: &Process, said_by: Text) -> Finding {
    let name = process.exe_path().lossy();
    let summary = format!(
        "{name} (pid {}) takes orders for containers from anybody who reaches tcp port {}",
        process.id.pid, listener.port
    );
    let subject = Subject {
        process: Some(process.id),
        path: Some(process.exe_path().clone()),
        ..said::port(listener.socket.net, Protocol::Tcp, listener.port)
    };
    let finding = DETECTOR
        .finding(Level::Suspicious, subject, summary)
        .evidence("listens on", said::address(listener.socket))
        .evidence("told so by", said_by)
        .innocent("callers are asked for a certificate", true, "by its command line and settings");
    portrait::add(finding, scene, process)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const NAME: &str = "network/engine-api-open";

    fn host(arguments: &str, address: &str) -> String {
        format!(
            "package docker 1 owns /usr/bin/dockerd\nprocess 41 exe=/usr/bin/dockerd cmdline=\"/usr/bin/dockerd {arguments}\"\n\
             listen tcp {address} pid=41"
        )
    }
    const SAID: &str =
        "suspicious: /usr/bin/dockerd (pid 41) takes orders for containers from anybody who reaches tcp port";

    #[test]
    fn by_its_command_line() {
        check(NAME, &host("-H fd:// -H tcp://0.0.0.0:2375", "0.0.0.0:2375"), &[&format!("{SAID} 2375")]);
        check(NAME, &host("--host=tcp://:4243", "0.0.0.0:4243"), &[&format!("{SAID} 4243")]);
        check(NAME, &host("-H tcp://0.0.0.0", "0.0.0.0:2375"), &[&format!("{SAID} 2375")]);
        check(NAME, &host("-H tcp://0.0.0.0:2376 --tlsverify --tlscacert=/c", "0.0.0.0:2376"), &[]);
        check(NAME, &host("-H tcp://127.0.0.1:2375", "127.0.0.1:2375"), &[]);
        // The ports of a swarm.
        check(NAME, &host("-H fd://", "0.0.0.0:2377"), &[]);
    }
    #[test]
    fn by_its_settings() {
        let settings = |more: &str| {
            format!(
                "{}\n/etc/docker/daemon.json = {{\"hosts\":[\"tcp://0.0.0.0:2375\"]{more}}}",
                host("", "0.0.0.0:2375")
            )
        };
        check(NAME, &settings(""), &[&format!("{SAID} 2375")]);
        check(NAME, &settings(",\"tlsverify\":true"), &[]);
    }
    #[test]
    fn a_client_that_names_an_engine_is_none() {
        check(
            NAME,
            "process 41 exe=/usr/bin/agent cmdline=\"agent tcp://10.0.0.1:2375\"\nlisten tcp 0.0.0.0:2375 pid=41",
            &[],
        );
    }
}
