//! Tables under /proc/net: the second view of sockets.

use super::netlink::{self, inet_state, is_set};
use bstr::ByteSlice;
use keeneye_facts::{Address, PacketDetail, Protocol, Seen, Socket, SocketState, Text, Way};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// All sockets of a table. Lines that are none are left out and counted: a name in `unix` may hold line ends.
pub(crate) fn table(text: &[u8], protocol: Protocol) -> (Vec<Socket>, usize) {
    let mut sockets = Vec::new();
    let mut strange = 0;
    for line in text.lines().skip(1).filter(|line| !line.trim_ascii().is_empty()) {
        let socket = match protocol {
            Protocol::Tcp | Protocol::Udp | Protocol::Raw => inet_line(line, protocol),
            Protocol::Packet => packet_line(line),
            Protocol::Unix => unix_line(line),
        };
        match socket {
            Some(socket) => sockets.push(socket),
            None => strange += 1,
        }
    }
    (sockets, strange)
}

/// `sl local remote st tx:rx tr:when retrnsmt uid timeout inode ...` of tcp, tcp6, udp, udp6, raw, raw6.
fn inet_line(line: &[u8], protocol: Protocol) -> Option<Socket> {
    let mut fields = line.to_str().ok()?.split_ascii_whitespace().skip(1);
    let mut local = end(fields.next()?)?;
    let remote = end(fields.next()?)?;
    let state = inet_state(protocol, u8::from_str_radix(fields.next()?, 16).ok()?);
    let uid = fields.nth(3)?.parse().ok()?;
    let inode = fields.nth(1)?.parse().ok()?;
    let mut packet = None;
    if protocol == Protocol::Raw {
        packet = Some(PacketDetail { protocol: local.port, interface: 0, filter: None });
        local.port = 0;
    }
    Some(Socket {
        state,
        local: Some(local),
        remote: is_set(&remote).then_some(remote),
        uid,
        packet,
        ..blank(protocol, inode)
    })
}

/// `0100007F:1F90`: words of four bytes, each printed as a number in the machine's order of bytes.
fn end(text: &str) -> Option<Address> {
    let (ip, port) = text.split_once(':')?;
    let word = |digits: &[u8]| Some(u32::from_str_radix(digits.to_str().ok()?, 16).ok()?.to_ne_bytes());
    let (words, rest) = ip.as_bytes().as_chunks::<8>();
    let ip = match (words, rest) {
        ([only], []) => IpAddr::V4(Ipv4Addr::from(word(only)?)),
        ([a, b, c, d], []) => {
            let bytes = [word(a)?, word(b)?, word(c)?, word(d)?].concat();
            IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)).to_canonical()
        }
        _ => return None,
    };
    Some(Address { ip, port: u16::from_str_radix(port, 16).ok()? })
}

/// `sk RefCnt Type Proto Iface R Rmem User Inode`.
fn packet_line(line: &[u8]) -> Option<Socket> {
    let mut fields = line.to_str().ok()?.split_ascii_whitespace().skip(3);
    let protocol = u16::from_str_radix(fields.next()?, 16).ok()?;
    let interface = fields.next()?.parse().ok()?;
    let uid = fields.nth(2)?.parse().ok()?;
    let inode = fields.next()?.parse().ok()?;
    let packet = Some(PacketDetail { protocol, interface, filter: None });
    Some(Socket { state: SocketState::Bound, uid, packet, ..blank(Protocol::Packet, inode) })
}

/// `Num RefCount Protocol Flags Type St Inode Path`; flag 0x10000 is "accepts connections".
fn unix_line(line: &[u8]) -> Option<Socket> {
    let mut rest = line;
    let mut field = || {
        rest = rest.trim_ascii_start();
        let end = rest.find_byte(b' ').unwrap_or(rest.len());
        let (field, tail) = rest.split_at_checked(end)?;
        rest = tail;
        field.to_str().ok()
    };
    field()?.strip_suffix(':')?;
    let _references = field()?;
    let _protocol = field()?;
    let flags = u32::from_str_radix(field()?, 16).ok()?;
    let _type = field()?;
    let connected = field()? == "03";
    let inode = field()?.parse().ok()?;
    let state = match (flags & 0x1_0000 != 0, connected) {
        (true, _) => SocketState::Listening,
        (false, true) => SocketState::Established,
        (false, false) => SocketState::Bound,
    };
    let name = Text::from(rest.strip_prefix(b" ").unwrap_or(rest));
    Some(Socket { state, name, ..blank(Protocol::Unix, inode) })
}

fn blank(protocol: Protocol, inode: u64) -> Socket {
    Socket { seen: Seen::by(Way::ProcNet), ..netlink::blank(protocol, inode) }
}
