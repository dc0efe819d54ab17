//! What findings about sockets have in common: subjects, addresses, evidence.

use super::code::Holder;
use keeneye_facts::{Finding, Protocol, Socket, Subject, Text};
use std::net::SocketAddr;

/// `tcp`, `udp`, `raw`, `packet`, `unix`.
pub(super) fn word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Raw => "raw",
        Protocol::Packet => "packet",
        Protocol::Unix => "unix",
    }
}

/// A port: `tcp port 443`.
pub(super) fn port(net: u64, protocol: Protocol, port: u16) -> Subject {
    Subject {
        kind: "port".into(),
        name: Text::from(format!("{} port {port}", word(protocol))),
        protocol: Some(word(protocol).into()),
        port: Some(port),
        net: Some(net),
        ..Subject::default()
    }
}

/// The port and who holds it.
pub(super) fn held_port(socket: &Socket, number: u16, holder: &Holder<'_>) -> Subject {
    Subject {
        process: Some(holder.process.id),
        path: Some(holder.path().clone()),
        ..port(socket.net, socket.protocol, number)
    }
}

/// `tcp 0.0.0.0:443`, `packet socket for every packet`.
pub(super) fn address(socket: &Socket) -> String {
    let word = word(socket.protocol);
    let end = |address: keeneye_facts::Address| SocketAddr::new(address.ip, address.port).to_string();
    match (&socket.packet, socket.local, socket.remote) {
        (Some(detail), ..) if socket.protocol == Protocol::Packet => match detail.protocol {
            3 => "packet socket for every packet".into(),
            kind => format!("packet socket for packets of type {kind:04x}"),
        },
        (Some(detail), ..) => format!("raw socket for IP protocol {}", detail.protocol),
        (None, Some(local), Some(remote)) => format!("{word} {} to {}", end(local), end(remote)),
        (None, Some(local), None) => format!("{word} {}", end(local)),
        (None, None, _) => format!("{word} {}", socket.name.lossy()),
    }
}

/// Reaches from this machine only.
pub(super) fn is_loopback(socket: &Socket) -> bool {
    socket.local.is_some_and(|local| local.ip.to_canonical().is_loopback())
}

/// Evidence about who holds a socket, and where to look next.
pub(super) fn about(finding: Finding, holder: &Holder<'_>) -> Finding {
    let process = holder.process;
    let command: Vec<&[u8]> = process.cmdline.iter().map(Text::as_slice).collect();
    let mut finding = finding.evidence("exe", process.exe_path().clone());
    if !command.is_empty() {
        finding = finding.evidence("command line", command.join(&b' '));
    }
    if let Some(package) = holder.standing.exe.package() {
        finding = finding.evidence("package of the executable", package);
    }
    finding.evidence("user id", process.uid().to_string()).next(format!("keeneye look pid {}", process.id.pid))
}
