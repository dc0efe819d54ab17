//! An interface that takes every packet.
//!
//! # What it sees
//! Somebody asked the kernel to take packets that are not for this machine, the interface is no part of a bridge or
//! bond, and no program that a package brought holds a packet socket there.
//!
//! # Why it matters
//! Who steals passwords from the network listens like this.
//!
//! # Innocent causes
//! Bridges and bonds do it for their parts: left alone. Virtual interfaces on top of this one (macvlan, vlan) may ask
//! for it too: then it is a note. Capture tools of a package explain it.
//!
//! # What to do
//! Look for who holds a packet socket: `keeneye list listeners`, and for virtual machines and containers that share the
//! interface.

use super::code::{Code, Holder};
use crate::{Detector, Scene};
use keeneye_facts::{Finding, Interface, Level, Protocol, Subject};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/promiscuous",
    title: "an interface takes every packet",
    level: Level::Unusual,
    attack: &["T1040"],
    absolute: false,
    source: include_str!("promiscuous.rs"),
    run,
};

/// Kinds of interfaces that lie on top of others and may want all of their packets.
const UPPER: &[&str] = &["macvlan", "macvtap", "ipvlan", "vlan", "bridge", "bond", "team", "openvswitch"];

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.interfaces.iter().filter_map(|interface| judge(scene, interface)).collect()
}

fn judge(scene: &Scene<'_>, interface: &Interface) -> Option<Finding> {
    let is_upper = |interface: &Interface| UPPER.iter().any(|kind| interface.kind == *kind);
    let part = interface.master != 0 || is_upper(interface);
    if interface.promiscuity == 0 || part || is_explained(scene, interface) {
        return None;
    }
    let beside = |other: &Interface| other.net == interface.net && is_upper(other);
    let shared = scene.world.interfaces.iter().any(beside);
    let level = if shared { Level::Note } else { Level::Unusual };
    let name = interface.name.lossy();
    let subject = Subject {
        kind: "interface".into(),
        name: interface.name.clone(),
        net: Some(interface.net),
        ..Subject::default()
    };
    let summary = format!("{name} takes every packet, and no packaged program explains why");
    let finding = DETECTOR
        .finding(level, subject, summary)
        .evidence("asked for every packet", interface.promiscuity.to_string())
        .evidence("flags", format!("{:#x}", interface.flags));
    Some(finding.innocent(
        "a virtual interface on top of it",
        !shared,
        if shared { "there are such interfaces beside it" } else { "there are no such interfaces beside it" },
    ))
}

/// A program of a package, or one in a container, holds a packet socket there.
fn is_explained(scene: &Scene<'_>, interface: &Interface) -> bool {
    let there = |socket: &&keeneye_facts::Socket| {
        let index = socket.packet.as_ref().map_or(0, |detail| detail.interface);
        socket.protocol == Protocol::Packet && socket.net == interface.net && (index == 0 || index == interface.index)
    };
    let mut sockets = scene.world.sockets.values().filter(there);
    sockets.any(|socket| {
        scene.world.holders(socket).into_iter().any(|process| {
            let holder = Holder::of(scene, process);
            holder.code == Code::Packaged || holder.standing.contained
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("network/promiscuous", host, expected);
    }
    const LOUD: &str = "unusual: eth0 takes every packet, and no packaged program explains why";

    #[test]
    fn nobody_explains_it() {
        says("interface eth0 promiscuity=1", &[LOUD]);
        says("interface eth0 promiscuity=0", &[]);
    }
    #[test]
    fn parts_of_a_bridge_are_quiet() {
        says("interface br0 kind=bridge index=9\ninterface eth0 promiscuity=1 master=9", &[]);
    }
    #[test]
    fn a_capture_tool_of_a_package_explains_it() {
        let host = |package: &str| {
            format!(
                "package {package} 1 owns /usr/bin/{package}\ninterface eth0 promiscuity=1 index=2\n\
                 process 41 exe=/usr/bin/tcpdump\npacket protocol=3 interface=2 pid=41"
            )
        };
        says(&host("tcpdump"), &[]);
        says(&host("other"), &[LOUD]);
    }
    #[test]
    fn interfaces_on_top_make_it_a_note() {
        says(
            "interface eth0 promiscuity=1\ninterface mac0 kind=macvlan",
            &["note: eth0 takes every packet, and no packaged program explains why"],
        );
    }
}
