//! A socket that one view withholds.
//!
//! # What it sees
//! The kernel lists its sockets in two ways: by netlink (sock_diag, which `ss` reads) and in tables under /proc/net
//! (which `netstat` reads). A socket is in one of them in several rounds, and in none of these rounds in the other.
//!
//! # Why it matters
//! Rootkits hide their connections by editing what such a list shows, and often forget the other one.
//!
//! # Innocent causes
//! None is known. Sockets that come or go while keeneye looks do not stay in all rounds; kinds that only one view
//! lists are not compared.
//!
//! # What to do
//! Do not trust this machine's own tools. Isolate it, do not reboot it: `keeneye capture -o host.kee`.

use super::said;
use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, Socket, Subject, Text, Way};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/hidden-socket",
    title: "a socket that one view withholds",
    level: Level::Compromised,
    attack: &["T1014", "T1562.006"],
    absolute: true,
    source: include_str!("hidden_socket.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let withheld = scene.world.sockets.values().filter(|socket| !socket.seen.not_by.is_empty());
    withheld.map(|socket| say(scene, socket)).collect()
}

fn say(scene: &Scene<'_>, socket: &Socket) -> Finding {
    let what = said::address(socket);
    let list = |ways: &BTreeSet<Way>| ways.iter().filter_map(|way| name(*way)).collect::<Vec<_>>().join(", ");
    let hidden = list(&socket.seen.not_by);
    let summary = format!("{what} is shown by {}, but withheld by {hidden}", list(&socket.seen.by));
    let mut finding = DETECTOR
        .finding(Level::Compromised, about(socket, &what), summary)
        .evidence_by("socket", what, socket.seen.by.iter().copied())
        .evidence("withheld by", hidden)
        .innocent("a socket that came or went meanwhile", true, "it was the same in every round");
    for process in scene.world.holders(socket) {
        finding = finding.related(subject::process(process)).next(format!("keeneye look pid {}", process.id.pid));
    }
    finding
}

fn about(socket: &Socket, what: &str) -> Subject {
    Subject {
        kind: "socket".into(),
        name: Text::from(what),
        protocol: Some(said::word(socket.protocol).into()),
        port: socket.local.map(|local| local.port).filter(|port| *port != 0),
        net: Some(socket.net),
        ..Subject::default()
    }
}

/// The two lists of the kernel's.
fn name(way: Way) -> Option<&'static str> {
    match way {
        Way::SockDiag => Some("sock_diag"),
        Way::ProcNet => Some("/proc/net"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    #[test]
    fn withheld_by_a_table() {
        check(
            "network/hidden-socket",
            "process 41 exe=/x\nlisten tcp 0.0.0.0:31337 pid=41 hidden-from=proc-net",
            &["compromised: tcp 0.0.0.0:31337 is shown by sock_diag, but withheld by /proc/net"],
        );
        check("network/hidden-socket", "process 41 exe=/x\nlisten tcp 0.0.0.0:31337 pid=41", &[]);
    }
    #[test]
    fn withheld_by_netlink() {
        check(
            "network/hidden-socket",
            "connect tcp 10.0.0.5:5000 192.0.2.1:443 hidden-from=sock-diag",
            &["compromised: tcp 10.0.0.5:5000 to 192.0.2.1:443 is shown by /proc/net, but withheld by sock_diag"],
        );
        check("network/hidden-socket", "connect tcp 10.0.0.5:5000 192.0.2.1:443", &[]);
    }
    #[test]
    fn what_only_one_view_lists_is_quiet() {
        check("network/hidden-socket", "bound tcp 0.0.0.0:4444", &[]);
    }
}
