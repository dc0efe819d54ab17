//! What a kernel (6.18) really wrote in a network namespace with one socket of each kind, and mutants of it.

use crate::mutate;
use crate::senses::{net_tables, netlink, services};
use keeneye_facts::{Interface, Protocol, Socket, SocketState};

const TCP: &[u8] = include_bytes!("../../../tests/net/tcp.netlink");
const TCP6: &[u8] = include_bytes!("../../../tests/net/tcp6.netlink");
const UNIX: &[u8] = include_bytes!("../../../tests/net/unix.netlink");
const PACKET: &[u8] = include_bytes!("../../../tests/net/packet.netlink");
const INTERFACES: &[u8] = include_bytes!("../../../tests/net/interfaces.netlink");
const TCP_TABLE: &[u8] = include_bytes!("../../../tests/net/tcp.table");
const TCP6_TABLE: &[u8] = include_bytes!("../../../tests/net/tcp6.table");
const UDP_TABLE: &[u8] = include_bytes!("../../../tests/net/udp.table");
const RAW_TABLE: &[u8] = include_bytes!("../../../tests/net/raw.table");
const PACKET_TABLE: &[u8] = include_bytes!("../../../tests/net/packet.table");
const UNIX_TABLE: &[u8] = include_bytes!("../../../tests/net/unix.table");
const SERVICES: &[u8] = include_bytes!("../../../tests/net/services");

fn dumped(bytes: &[u8], parse: impl Fn(&[u8]) -> Option<Socket>) -> Vec<Socket> {
    netlink::messages(bytes).0.into_iter().filter_map(|(_, body)| parse(body)).collect()
}
fn interfaces(bytes: &[u8]) -> Vec<Interface> {
    netlink::messages(bytes).0.into_iter().filter_map(|(_, body)| netlink::interface(body)).collect()
}
/// State, ends and inode of those that have one.
fn listed(sockets: &[Socket]) -> Vec<String> {
    let end = |a: Option<keeneye_facts::Address>| a.map_or("-".into(), |a| format!("{}:{}", a.ip, a.port));
    let held = sockets.iter().filter(|s| s.inode != 0);
    let mut lines: Vec<String> =
        held.map(|s| format!("{:?} {} {} {}", s.state, end(s.local), end(s.remote), s.inode)).collect();
    lines.sort();
    lines
}

#[test]
fn dumps_and_tables_tell_the_same() {
    let parse = |body: &[u8]| netlink::inet_socket(body, Protocol::Tcp);
    let mut dump = dumped(TCP, parse);
    assert!(dump.iter().any(|s| s.state == SocketState::Bound && s.local.is_some_and(|end| end.port == 45_454)));
    dump.retain(|s| s.state != SocketState::Bound);
    assert_eq!(listed(&dump), listed(&net_tables::table(TCP_TABLE, Protocol::Tcp).0));
    assert!(listed(&dump).iter().any(|line| line.starts_with("Listening 0.0.0.0:45455 -")));
    assert_eq!(listed(&dumped(TCP6, parse)), listed(&net_tables::table(TCP6_TABLE, Protocol::Tcp).0));

    let unix = dumped(UNIX, netlink::unix_socket);
    assert_eq!((unix[0].name.lossy().as_ref(), unix[0].state), ("@keeneye-x", SocketState::Listening));
    let unix_table = net_tables::table(UNIX_TABLE, Protocol::Unix).0;
    assert_eq!((&unix_table[0].name, unix_table[0].inode), (&unix[0].name, unix[0].inode));

    let packet = dumped(PACKET, netlink::packet_socket);
    let detail = packet[0].packet.as_ref().unwrap();
    assert_eq!((detail.protocol, detail.interface, detail.filter), (3, 0, Some(true)));
    let in_table = &net_tables::table(PACKET_TABLE, Protocol::Packet).0[0];
    assert_eq!((in_table.inode, in_table.packet.as_ref().unwrap().protocol), (packet[0].inode, 3));
}

#[test]
fn other_tables() {
    let (udp, strange) = net_tables::table(UDP_TABLE, Protocol::Udp);
    assert_eq!((udp.len(), strange, udp[0].state), (1, 0, SocketState::Bound));
    assert_eq!(listed(&udp)[0].split(" - ").next(), Some("Bound 127.0.0.1:45456"));
    let (raw, _) = net_tables::table(RAW_TABLE, Protocol::Raw);
    assert_eq!(raw[0].packet.as_ref().map(|detail| detail.protocol), Some(1));
}

#[test]
fn promiscuous_interfaces() {
    let found = interfaces(INTERFACES);
    let get = |name: &str| found.iter().find(|i| i.name == name).unwrap();
    assert_eq!((get("lo").index, get("lo").promiscuity, get("lo").master), (1, 0, 0));
    assert_eq!(get("br0").kind, "bridge");
    assert_eq!((get("v0").master, get("v0").promiscuity), (get("br0").index, 1), "a part of the bridge");
    assert_eq!((get("v1").promiscuity, get("v1").kind.lossy().as_ref()), (1, "veth"));
}

#[test]
fn mutants_are_parsed_or_refused() {
    mutate::check(&[TCP, TCP6], |bytes| !dumped(bytes, |body| netlink::inet_socket(body, Protocol::Tcp)).is_empty());
    mutate::check(&[UNIX], |bytes| !dumped(bytes, netlink::unix_socket).is_empty());
    mutate::check(&[PACKET], |bytes| !dumped(bytes, netlink::packet_socket).is_empty());
    mutate::check(&[INTERFACES], |bytes| !interfaces(bytes).is_empty());
    for (seed, protocol) in [
        (TCP_TABLE, Protocol::Tcp),
        (TCP6_TABLE, Protocol::Tcp),
        (UDP_TABLE, Protocol::Udp),
        (RAW_TABLE, Protocol::Raw),
        (PACKET_TABLE, Protocol::Packet),
        (UNIX_TABLE, Protocol::Unix),
    ] {
        mutate::check(&[seed], |bytes| !net_tables::table(bytes, protocol).0.is_empty());
    }
    mutate::check(&[SERVICES], |bytes| bytes.split(|b| *b == b'\n').filter_map(services::service).count() > 3);
}

#[test]
fn the_list_of_services() {
    let services: Vec<_> = SERVICES.split(|b| *b == b'\n').filter_map(services::service).collect();
    let port = |name: &str| services.iter().find(|s| s.name == name).map(|s| (s.protocol, s.port));
    assert_eq!(port("ssh"), Some((Protocol::Tcp, 22)));
    assert_eq!(port("openvpn"), Some((Protocol::Tcp, 1194)));
    for line in ["", "# ssh 22/tcp", "ssh", "ssh 22", "ssh 22/sctp", "ssh 99999/tcp", "ssh x/tcp"] {
        assert_eq!(services::service(line.as_bytes()), None, "{line}");
    }
}
