//! A TCP port that is held but not listened on.
//!
//! # What it sees
//! A TCP socket that is bound to a port and neither listens nor is connected, held by a program that no package brought
//! unchanged, or by an interpreter that runs such code.
//!
//! # Why it matters
//! Neither `netstat` nor `ss -l` shows such a socket. A backdoor can hold its port like this and listen only after a
//! signal; a rootkit that hides its listener can look like it.
//!
//! # Innocent causes
//! Programs that reserve a port for later, or that bind before they connect. When a package brought them they are left
//! alone, as are containers.
//!
//! # What to do
//! See what it is: `keeneye look pid PID`.

use super::code::{Code, Holder};
use super::said;
use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, Protocol, Socket, SocketState};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/bound-not-listening",
    title: "a TCP port that is held but not listened on",
    level: Level::Suspicious,
    attack: &["T1205"],
    absolute: false,
    source: include_str!("bound_not_listening.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let bound = |socket: &&Socket| (socket.protocol, socket.state) == (Protocol::Tcp, SocketState::Bound);
    let sockets = scene.world.sockets.values().filter(bound);
    sockets.filter_map(|socket| judge(scene, socket)).collect()
}

fn judge(scene: &Scene<'_>, socket: &Socket) -> Option<Finding> {
    let port = socket.local.map(|local| local.port).filter(|port| *port != 0)?;
    let holder = Holder::of(scene, scene.world.holders(socket).into_iter().next()?);
    let level = level(&holder)?;
    let at = said::address(socket);
    let summary = format!("{} holds {at} and does not listen on it", holder.name());
    let finding = DETECTOR
        .finding(level, said::held_port(socket, port, &holder), summary)
        .evidence_by("holds", at, socket.seen.by.iter().copied())
        .related(subject::process(holder.process))
        .innocent("a program that reserves a port for later", false, "what it does later would tell");
    Some(said::about(finding, &holder))
}

fn level(holder: &Holder<'_>) -> Option<Level> {
    match holder.code {
        _ if holder.standing.contained => None,
        Code::Packaged | Code::Unknown => None,
        Code::Gone => Some(Level::Suspicious),
        _ if holder.hidden => Some(Level::Suspicious),
        Code::Foreign | Code::Loose => Some(Level::Unusual),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const BASE: &str =
        "package python3 1 owns /usr/bin/python3\npackage d 1 owns /usr/sbin/d\nbound tcp 0.0.0.0:4444 pid=41\n";

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("network/bound-not-listening", &format!("{BASE}{host}"), expected);
    }

    #[test]
    fn code_given_to_an_interpreter() {
        says(
            "process 41 exe=/usr/bin/python3 cmdline=\"python3 -c x\"",
            &["unusual: code given to /usr/bin/python3 (pid 41) holds tcp 0.0.0.0:4444 and does not listen on it"],
        );
        says("process 41 exe=/usr/sbin/d", &[]);
    }
    #[test]
    fn a_program_in_a_hidden_place() {
        says(
            "process 41 exe=/dev/shm/.x/y",
            &["suspicious: /dev/shm/.x/y (pid 41) holds tcp 0.0.0.0:4444 and does not listen on it"],
        );
    }
    #[test]
    fn a_listener_is_another_matter() {
        check("network/bound-not-listening", "process 41 exe=/opt/x\nlisten tcp 0.0.0.0:4444 pid=41", &[]);
    }
}
