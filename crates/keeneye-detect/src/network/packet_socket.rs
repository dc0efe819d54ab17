//! A program that reads packets past the firewall.
//!
//! # What it sees
//! A packet socket or a raw socket that is held by a program which no package brought unchanged, or by an interpreter
//! that runs such code.
//!
//! # Why it matters
//! A backdoor that waits for a magic packet needs no open port: it reads all traffic through such a socket, with a
//! filter in the kernel. So do programs that steal passwords from the network.
//!
//! # Innocent causes
//! Programs that packages brought (DHCP clients, capture tools, routing daemons) are left alone. Programs of the
//! admin's own that a person or a unit runs are unusual, as are those that only send pings; inside a container they
//! are a note.
//!
//! # What to do
//! See what it is and who started it: `keeneye look pid PID`. Keep a copy of it:
//! `keeneye capture --with-files -o host.kee`.

use super::code::{Code, Holder};
use super::said;
use crate::{Detector, Scene, subject};
use keeneye_facts::{Finding, Level, Protocol, Socket};
use std::collections::BTreeSet;

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/packet-socket",
    title: "a program reads packets past the firewall",
    level: Level::Compromised,
    attack: &["T1205.002", "T1040"],
    absolute: false,
    source: include_str!("packet_socket.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let mut said = BTreeSet::new();
    let mut found = Vec::new();
    for socket in scene.world.sockets.values() {
        if !matches!(socket.protocol, Protocol::Packet | Protocol::Raw) {
            continue;
        }
        for process in scene.world.holders(socket) {
            // One finding for each process and kind of socket.
            if said.insert((process.id, said::address(socket))) {
                found.extend(judge(scene, socket, &Holder::of(scene, process)));
            }
        }
    }
    found
}

fn judge(scene: &Scene<'_>, socket: &Socket, holder: &Holder<'_>) -> Option<Finding> {
    let level = level(scene, socket, holder)?;
    let filter = socket.packet.as_ref().and_then(|detail| detail.filter).unwrap_or(false);
    let what = said::address(socket);
    let with = if filter { ", with a filter" } else { "" };
    let summary = format!("{} holds a {what}{with}", holder.name());
    let mut about = subject::process(holder.process);
    about.protocol = Some(said::word(socket.protocol).into());
    about.net = Some(socket.net);
    let mut finding = DETECTOR
        .finding(level, about, summary)
        .evidence_by("holds", what, socket.seen.by.iter().copied())
        .evidence("socket", socket.inode.to_string());
    if filter {
        finding = finding.evidence("filter", "attached");
    }
    let packaged = holder.code == Code::Unknown || holder.standing.contained;
    Some(said::about(finding, holder).innocent(
        "a capture or network tool of a package",
        !packaged,
        if packaged { "who brought it is not known" } else { "no package brought it as it is" },
    ))
}

fn level(scene: &Scene<'_>, socket: &Socket, holder: &Holder<'_>) -> Option<Level> {
    let quieter = |loud: bool| if loud { Level::Suspicious } else { Level::Unusual };
    let badly_placed = holder.code == Code::Gone || holder.hidden || holder.volatile;
    let waits = socket.packet.as_ref().is_some_and(|detail| detail.filter == Some(true)) && !holder.standing.listens;
    match holder.code {
        _ if holder.standing.contained => Some(Level::Note),
        Code::Packaged => None,
        _ if badly_placed && waits && !holder.standing.attended => Some(Level::Compromised),
        _ if badly_placed => Some(Level::Suspicious),
        // What wrote a title over its arguments does not want to be known as a script.
        Code::Unknown if holder.titled => Some(quieter(!holder.looked_after)),
        Code::Unknown if holder.interpreter => Some(Level::Unusual),
        Code::Unknown => Some(Level::Note),
        Code::Loose => Some(quieter(!holder.looked_after)),
        _ if holder.interpreter => Some(quieter(!holder.looked_after)),
        _ if is_ping(socket) => Some(Level::Unusual),
        _ => Some(quieter(!(holder.looked_after && holder.in_admin_place(scene.world)))),
    }
}

/// A raw socket for ICMP (1) or ICMPv6 (58).
fn is_ping(socket: &Socket) -> bool {
    let number = socket.packet.as_ref().map(|detail| detail.protocol);
    socket.protocol == Protocol::Raw && matches!(number, Some(1 | 58))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const BASE: &str = "package tcpdump 1 owns /usr/bin/tcpdump\npackage python3 1 owns /usr/bin/python3\n";

    #[track_caller]
    fn says(host: &str, expected: &[&str]) {
        check("network/packet-socket", &format!("{BASE}{host}"), expected);
    }

    #[test]
    fn an_interpreter_with_loose_code() {
        says(
            "process 41 exe=/usr/bin/python3 cmdline=\"/sbin/udevd -d\\0-c\\0x\"\npacket protocol=3 pid=41",
            &["suspicious: code given to /usr/bin/python3 (pid 41) holds a packet socket for every packet"],
        );
        says("process 41 exe=/usr/bin/tcpdump\npacket protocol=3 filter pid=41", &[]);
    }
    #[test]
    fn an_interpreter_under_a_title() {
        let host =
            |cmdline: &str| format!("process 41 exe=/usr/bin/python3 cmdline=\"{cmdline}\"\npacket protocol=3 pid=41");
        let said = |level: &str| format!("{level}: /usr/bin/python3 (pid 41) holds a packet socket for every packet");
        says(&host("lldpd:"), &[&said("suspicious")]);
        says(&host("python3 -m sniff"), &[&said("unusual")]);
    }
    #[test]
    fn a_script_of_no_package() {
        let host = |login: &str| {
            format!(
                "process 41 exe=/usr/bin/python3 cmdline=\"python3 /opt/x.py\" tty=34816 {login}\n/opt/x.py : mode=100644\n\
                 raw protocol=6 pid=41"
            )
        };
        says(&host(""), &["suspicious: /opt/x.py (pid 41) holds a raw socket for IP protocol 6"]);
        says(&host("login=1000"), &["unusual: /opt/x.py (pid 41) holds a raw socket for IP protocol 6"]);
    }
    #[test]
    fn a_deleted_program_that_waits_for_a_packet() {
        let host = |more: &str| format!("process 41 exe=/dev/shm/kdm deleted\npacket protocol=0800 pid=41{more}");
        let said = "/dev/shm/kdm (pid 41) holds a packet socket for packets of type 0800";
        says(&host(" filter"), &[&format!("compromised: {said}, with a filter")]);
        says(&host(""), &[&format!("suspicious: {said}")]);
        says(&host(" filter\nlisten tcp 0.0.0.0:80 pid=41"), &[&format!("suspicious: {said}, with a filter")]);
    }
    #[test]
    fn pings_of_the_admins_own_monitoring() {
        let host = |protocol: u32| format!("process 41 exe=/usr/local/bin/mon\nraw protocol={protocol} pid=41");
        says(&host(1), &["unusual: /usr/local/bin/mon (pid 41) holds a raw socket for IP protocol 1"]);
        says(&host(255), &["suspicious: /usr/local/bin/mon (pid 41) holds a raw socket for IP protocol 255"]);
    }
    #[test]
    fn a_container_is_a_note() {
        says(
            "process 41 exe=/var/lib/machines/a/bin/speaker root=/var/lib/machines/a\n\
             /proc/self/mountinfo = 36 25 0:32 / /var/lib/machines/a rw - overlay overlay rw\\n\npacket protocol=0806 pid=41",
            &["note: /var/lib/machines/a/bin/speaker (pid 41) holds a packet socket for packets of type 0806"],
        );
    }
}
