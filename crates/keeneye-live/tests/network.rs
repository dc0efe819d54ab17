//! The live host asked about sockets that these tests make. They need root, as CI has it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests make what the live host must see")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panic")]

use keeneye_facts::{Protocol, Refusal, Socket, SocketState, Way};
use keeneye_live::{Live, Options};
use keeneye_world::{Answer, Host, Plan, Question, World, scan};
use rustix::fd::{AsRawFd, OwnedFd};
use rustix::net::{AddressFamily, RawProtocol, SocketType, bind, getsockname, listen, socket};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::Path;

fn look() -> World {
    look_as(&Plan::default())
}

/// Without the bind probe.
fn look_quickly() -> World {
    look_as(&Plan { quick: true, ..Plan::default() })
}

fn look_as(plan: &Plan) -> World {
    assert!(rustix::process::geteuid().is_root(), "this test makes namespaces and packet sockets: run it as root");
    let live = Live::new(Path::new("/"), &Options::default()).expect("the root can be opened");
    scan(&live, plan)
}

fn inode(socket: &OwnedFd) -> u64 {
    rustix::fs::fstat(socket).expect("a socket has an inode").st_ino
}

#[track_caller]
fn find(world: &World, socket: &OwnedFd) -> Socket {
    let inode = inode(socket);
    let found = world.sockets.values().find(|s| s.inode == inode);
    found.unwrap_or_else(|| panic!("socket {inode} was not seen; gaps: {:#?}", world.gaps)).clone()
}

fn bound(family: AddressFamily, kind: SocketType) -> (OwnedFd, u16) {
    let socket = socket(family, kind, None).expect("a socket");
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).expect("bound to loopback");
    let name = SocketAddr::try_from(getsockname(&socket).expect("a name")).expect("an internet address");
    (socket, name.port())
}

#[track_caller]
fn assert_held_by_this_process(found: &Socket, socket: &OwnedFd) {
    let descriptor = u32::try_from(socket.as_raw_fd()).unwrap();
    let owners: Vec<(u32, u32)> = found.owners.iter().map(|(id, fd)| (id.pid, *fd)).collect();
    assert_eq!(owners, [(std::process::id(), descriptor)]);
}

#[test]
fn a_listener_is_seen_by_every_way() {
    let (socket, port) = bound(AddressFamily::INET, SocketType::STREAM);
    listen(&socket, 1).expect("listening");
    let world = look();
    let found = find(&world, &socket);
    assert_eq!((found.protocol, found.state), (Protocol::Tcp, SocketState::Listening));
    assert_eq!(found.local.map(|end| end.port), Some(port));
    assert_eq!(found.seen.by, [Way::SockDiag, Way::ProcNet, Way::Bind, Way::Fd].into());
    assert!(found.seen.not_by.is_empty());
    assert_eq!(Some(found.net), world.host.own_namespaces.net);
    assert_held_by_this_process(&found, &socket);
}

#[test]
fn a_socket_that_is_bound_and_does_not_listen() {
    let (socket, port) = bound(AddressFamily::INET, SocketType::STREAM);
    let world = look();
    let explained = world.sockets.values().any(|s| s.inode == inode(&socket));
    let told =
        world.gaps.iter().any(|gap| gap.sense == "sockets" && format!("{:?}", gap.why).contains(&port.to_string()));
    assert!(explained || told, "neither seen nor said: {:?}", world.gaps);
    assert!(!world.hidden_ports.iter().any(|(_, _, hidden)| *hidden == port));
    if explained {
        let found = find(&world, &socket);
        assert_eq!(found.state, SocketState::Bound);
        assert_held_by_this_process(&found, &socket);
    }
}

#[test]
fn a_datagram_socket_and_a_packet_socket() {
    let (datagrams, port) = bound(AddressFamily::INET, SocketType::DGRAM);
    let every = RawProtocol::new(0x0300).map(rustix::net::Protocol::from_raw);
    let packets = socket(AddressFamily::PACKET, SocketType::RAW, every).expect("a packet socket");
    let world = look_quickly();
    let found = find(&world, &datagrams);
    assert_eq!((found.protocol, found.local.map(|end| end.port)), (Protocol::Udp, Some(port)));
    assert_eq!(found.seen.by, [Way::SockDiag, Way::ProcNet, Way::Fd].into());
    let found = find(&world, &packets);
    let detail = found.packet.clone().expect("details of a packet socket");
    assert_eq!((found.protocol, detail.protocol, detail.filter), (Protocol::Packet, 3, Some(false)));
    assert_eq!(found.seen.by, [Way::SockDiag, Way::ProcNet, Way::Fd].into());
    assert_held_by_this_process(&found, &packets);
}

#[test]
fn a_listener_in_a_namespace_that_only_a_descriptor_keeps() {
    let made = std::thread::spawn(|| {
        // SAFETY: a network namespace takes no descriptors and no memory from other threads.
        let made = unsafe { rustix::thread::unshare_unsafe(rustix::thread::UnshareFlags::NEWNET) };
        made.expect("a network namespace: run it as root");
        let namespace: OwnedFd = std::fs::File::open("/proc/thread-self/ns/net").expect("a namespace").into();
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        bind(&socket, &SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 31_337)).expect("nobody else is in there");
        listen(&socket, 1).expect("listening");
        (namespace, socket)
    });
    let (namespace, socket) = made.join().expect("the thread has made it");
    let net = rustix::fs::fstat(&namespace).expect("a namespace has an inode").st_ino;
    let world = look_quickly();
    let found = find(&world, &socket);
    assert_eq!((found.net, found.local.map(|end| end.port)), (net, Some(31_337)));
    assert_held_by_this_process(&found, &socket);
    let own = world.host.own_namespaces.net;
    assert!(world.net_namespaces.iter().any(|n| n.inode == net && !n.via.is_empty()));
    assert!(world.net_namespaces.first().is_some_and(|n| Some(n.inode) == own && n.via.is_empty()));
    assert!(world.interfaces.iter().any(|i| i.net == net && i.name == "lo"));
}

#[test]
fn nothing_is_hidden_on_this_machine() {
    let world = look();
    assert_eq!(world.hidden_ports, []);
    let differing: Vec<_> = world.sockets.values().filter(|s| !s.seen.not_by.is_empty()).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn a_held_socket_tells_its_port() {
    let live = Live::new(Path::new("/"), &Options::default()).expect("the root can be opened");
    let mut child = std::process::Command::new("/bin/sleep");
    let (tcp, port) = bound(AddressFamily::INET, SocketType::STREAM);
    let (udp, _) = bound(AddressFamily::INET, SocketType::DGRAM);
    let mut child =
        child.arg("60").stdin(tcp).stdout(udp).stderr(std::process::Stdio::piped()).spawn().expect("sleep is there");
    let ask = |fd| live.ask(&Question::HeldPort { pid: child.id(), fd });
    let answers = [ask(0), ask(1), ask(2), ask(99)];
    child.kill().expect("it sleeps");
    child.wait().expect("a child of ours");
    let none = || Ok(Answer::Ports(Vec::new()));
    assert_eq!(answers, [Ok(Answer::Ports(vec![port])), none(), none(), Err(Refusal::Errno(9))]);
}
