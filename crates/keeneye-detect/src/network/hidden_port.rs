//! A port that is in use although no socket is.
//!
//! # What it sees
//! `bind` says in several rounds that a port is taken, and in none of them any list of sockets, in any state and on any
//! address, has a socket on that port.
//!
//! # Why it matters
//! A rootkit in the kernel takes its port out of every list. That the port is taken it cannot hide.
//!
//! # Innocent causes
//! None is known. Ports of short connections are taken for a moment: they do not stay in all rounds. Kernels that
//! cannot list sockets which are only bound leave a gap, and no finding.
//!
//! # What to do
//! Do not trust this machine's own tools. Isolate it, do not reboot it, and look at the port from another machine.

use super::said;
use crate::{Detector, Scene};
use keeneye_facts::{Finding, Level, Way};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "network/hidden-port",
    title: "a port that is in use although no socket is",
    level: Level::Compromised,
    attack: &["T1014"],
    absolute: true,
    source: include_str!("hidden_port.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let say = |(net, protocol, port): &(u64, keeneye_facts::Protocol, u16)| {
        let subject = said::port(*net, *protocol, *port);
        let summary = format!("{} is in use, but no list of sockets shows who uses it", subject.name.lossy());
        DETECTOR
            .finding(Level::Compromised, subject, summary)
            .evidence_by("in use", port.to_string(), [Way::Bind])
            .evidence("not shown by", "sock_diag and /proc/net, in any state and on any address, in any round")
            .innocent("a short connection", true, "it stayed in use in every round")
            .next("isolate this machine, do not reboot it")
    };
    scene.world.hidden_ports.iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const KERNEL: &str = "/proc/sys/kernel/osrelease = 6.12.0\ninuse tcp 4444\n";
    #[test]
    fn in_use_and_in_no_list() {
        let expected = "compromised: tcp port 4444 is in use, but no list of sockets shows who uses it";
        check("network/hidden-port", KERNEL, &[expected]);
    }
    #[test]
    fn any_socket_on_that_port_explains_it() {
        for socket in ["listen tcp 10.0.0.1:4444", "bound tcp 0.0.0.0:4444", "connect tcp [::1]:4444 [::1]:80 inode=0"]
        {
            check("network/hidden-port", &format!("{KERNEL}{socket}"), &[]);
        }
    }
}
