//! Netlink messages as the kernel writes them: include/uapi/linux/{netlink,inet_diag,unix_diag,packet_diag}.h and
//! if_link.h. Numbers are in the order of bytes of the machine, but for ports and addresses.

use bstr::ByteSlice;
use keeneye_facts::{Address, Interface, PacketDetail, Protocol, Seen, Socket, SocketState, Text, Way};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// NLMSG_DONE: the end of a dump.
const DONE: u16 = 3;
/// Bytes of `struct nlmsghdr`.
const HEADER: usize = 16;

/// Types and bodies of the messages of a dump, and whether all of it fit: behind a message that does not, nothing can
/// be told apart any more.
pub(crate) fn messages(dump: &[u8]) -> (Vec<(u16, &[u8])>, bool) {
    let mut found = Vec::new();
    let mut rest = dump;
    while !rest.is_empty() {
        let Some((kind, body, behind)) = message(rest) else { return (found, false) };
        if kind == DONE {
            break;
        }
        found.push((kind, body));
        rest = behind;
    }
    (found, true)
}

/// Type and body of the first message, and what is behind it.
fn message(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
    let body = bytes.get(HEADER..length)?;
    Some((u16_at(bytes, 4)?, body, bytes.get(length.next_multiple_of(4)..).unwrap_or_default()))
}

/// Attributes (type, value) behind a fixed part; ends at the first that does not fit.
pub(super) fn attributes(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(rest, 0)?);
        // The two top bits say "nested" and "network byte order".
        let kind = u16_at(rest, 2)? & 0x3fff;
        let value = rest.get(4..length)?;
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// `struct inet_diag_msg`: TCP, UDP and raw sockets.
pub(crate) fn inet_socket(body: &[u8], protocol: Protocol) -> Option<Socket> {
    let family = *body.first()?;
    let end = |port: usize, ip: usize| {
        let port = u16::from_be_bytes(*body.get(port..)?.first_chunk()?);
        Some(Address { ip: address(family, body.get(ip..)?.first_chunk()?)?, port })
    };
    let (mut local, remote) = (end(4, 8)?, end(6, 24)?);
    let mut socket = blank(protocol, u64::from(u32_at(body, 68)?));
    socket.state = inet_state(protocol, *body.get(1)?);
    socket.uid = u32_at(body, 64)?;
    if protocol == Protocol::Raw {
        let interface = u32_at(body, 40)?;
        socket.packet = Some(PacketDetail { protocol: local.port, interface, filter: None });
        local.port = 0;
    }
    socket.local = Some(local);
    socket.remote = is_set(&remote).then_some(remote);
    Some(socket)
}

/// `struct unix_diag_msg`.
pub(crate) fn unix_socket(body: &[u8]) -> Option<Socket> {
    /// UNIX_DIAG_NAME and UNIX_DIAG_UID.
    const NAME: u16 = 0;
    const UID: u16 = 7;
    let mut socket = blank(Protocol::Unix, u64::from(u32_at(body, 4)?));
    socket.state = match *body.get(2)? {
        10 => SocketState::Listening,
        1 => SocketState::Established,
        _ => SocketState::Bound,
    };
    for (kind, value) in attributes(body.get(16..)?) {
        match kind {
            NAME => socket.name = unix_name(value),
            UID => socket.uid = u32_at(value, 0).unwrap_or_default(),
            _ => (),
        }
    }
    Some(socket)
}

/// A name that begins with NUL is abstract and has no file; a path may be followed by one NUL.
fn unix_name(value: &[u8]) -> Text {
    match value.strip_prefix(b"\0") {
        Some(rest) => Text::from([b"@", rest].concat()),
        None => Text::from(value.trim_end_with(|c| c == '\0')),
    }
}

/// `struct packet_diag_msg`.
pub(crate) fn packet_socket(body: &[u8]) -> Option<Socket> {
    /// PACKET_DIAG_INFO, PACKET_DIAG_UID and PACKET_DIAG_FILTER.
    const INFO: u16 = 0;
    const UID: u16 = 5;
    const FILTER: u16 = 7;
    let mut socket = blank(Protocol::Packet, u64::from(u32_at(body, 4)?));
    let mut detail = PacketDetail { protocol: u16_at(body, 2)?, interface: 0, filter: Some(false) };
    for (kind, value) in attributes(body.get(16..)?) {
        match kind {
            INFO => detail.interface = u32_at(value, 0).unwrap_or_default(),
            UID => socket.uid = u32_at(value, 0).unwrap_or_default(),
            // An empty attribute means that the kernel does not tell us.
            FILTER => detail.filter = (!value.is_empty()).then_some(true),
            _ => (),
        }
    }
    socket.packet = Some(detail);
    Some(socket)
}

/// `struct ifinfomsg`.
pub(crate) fn interface(body: &[u8]) -> Option<Interface> {
    /// IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO, IFLA_PROMISCUITY, and in IFLA_LINKINFO: IFLA_INFO_KIND.
    const NAME: u16 = 3;
    const MASTER: u16 = 10;
    const LINKINFO: u16 = 18;
    const PROMISCUITY: u16 = 30;
    const KIND: u16 = 1;
    let mut interface = Interface { index: u32_at(body, 4)?, flags: u32_at(body, 8)?, ..Interface::default() };
    let text = |value: &[u8]| Text::from(value.trim_end_with(|c| c == '\0'));
    for (kind, value) in attributes(body.get(16..)?) {
        match kind {
            NAME => interface.name = text(value),
            MASTER => interface.master = u32_at(value, 0).unwrap_or_default(),
            PROMISCUITY => interface.promiscuity = u32_at(value, 0).unwrap_or_default(),
            LINKINFO => {
                let named = attributes(value).find(|(kind, _)| *kind == KIND);
                interface.kind = named.map(|(_, value)| text(value)).unwrap_or_default();
            }
            _ => (),
        }
    }
    Some(interface)
}

/// A socket of which only the inode is known yet.
pub(crate) fn blank(protocol: Protocol, inode: u64) -> Socket {
    Socket {
        net: 0,
        protocol,
        state: SocketState::Other,
        local: None,
        remote: None,
        inode,
        uid: 0,
        name: Text::new(),
        packet: None,
        owners: Vec::new(),
        seen: Seen::by(Way::SockDiag),
    }
}

/// enum tcp_states (include/net/tcp_states.h). UDP and raw sockets know only 1 and 7; for TCP 7 is the state of a
/// bound socket that neither listens nor is connected, and 13 the number that dumps of such sockets are asked by.
pub(crate) fn inet_state(protocol: Protocol, state: u8) -> SocketState {
    match (protocol, state) {
        (_, 1) => SocketState::Established,
        (Protocol::Tcp, 10) => SocketState::Listening,
        (_, 7) | (Protocol::Tcp, 13) => SocketState::Bound,
        _ => SocketState::Other,
    }
}

/// An address in its family's form; IPv4 in IPv6 becomes IPv4, so that both views spell it alike.
fn address(family: u8, bytes: &[u8; 16]) -> Option<IpAddr> {
    match family {
        2 => Some(IpAddr::V4(Ipv4Addr::from(*bytes.first_chunk::<4>()?))),
        10 => Some(IpAddr::V6(Ipv6Addr::from(*bytes)).to_canonical()),
        _ => None,
    }
}

/// There is a far end.
pub(crate) fn is_set(end: &Address) -> bool {
    end.port != 0 || !end.ip.is_unspecified()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}
