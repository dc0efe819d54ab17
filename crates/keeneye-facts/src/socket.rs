//! Sockets, network namespaces, interfaces.

use crate::{ProcessId, Seen, Text};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a socket speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP over IPv4 or IPv6.
    Tcp,
    /// UDP over IPv4 or IPv6.
    Udp,
    /// Raw IP.
    Raw,
    /// Link-layer packets.
    Packet,
    /// Local.
    Unix,
}

/// State of a socket; TCP's names. UDP sockets are `Bound` or `Established` (connected).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SocketState {
    /// Accepts connections.
    Listening,
    /// A connection, or a UDP socket with a fixed peer.
    Established,
    /// Bound to a port, neither listening nor connected: `netstat` and `ss` do not show such TCP sockets.
    Bound,
    /// Any state of opening or closing.
    Other,
}

/// Where a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// IP address; unspecified for "any".
    pub ip: IpAddr,
    /// Port, 0 for none.
    pub port: u16,
}

/// A socket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Socket {
    /// Inode of its network namespace, 0 when unknown.
    pub net: u64,
    /// What it speaks.
    pub protocol: Protocol,
    /// Its state.
    pub state: SocketState,
    /// Near end.
    pub local: Option<Address>,
    /// Far end.
    pub remote: Option<Address>,
    /// Inode, 0 when the kernel gives none (time-wait and the like).
    pub inode: u64,
    /// Owner's user id.
    pub uid: u32,
    /// Unix socket's name; an abstract one begins with `@`.
    #[serde(default)]
    pub name: Text,
    /// For packet and raw sockets.
    #[serde(default)]
    pub packet: Option<PacketDetail>,
    /// Processes that hold it, with the descriptor number.
    #[serde(default)]
    pub owners: Vec<(ProcessId, u32)>,
    /// The ways that showed it and did not.
    #[serde(default)]
    pub seen: Seen,
}

/// More about a packet or raw socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PacketDetail {
    /// EtherType (3 = every packet) or IP protocol number.
    pub protocol: u16,
    /// Interface index, 0 for all.
    pub interface: u32,
    /// A classic filter program is attached; `None` when it could not be told. The kernel does not report an
    /// eBPF one here.
    pub filter: Option<bool>,
}

/// A network namespace and a way in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NetNamespace {
    /// Inode.
    pub inode: u64,
    /// A path that leads to it: `/proc/N/ns/net`, a mount such as `/run/netns/x`, a descriptor.
    /// Empty for the namespace that keeneye runs in.
    pub via: Text,
}

/// A network interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interface {
    /// Inode of its network namespace.
    pub net: u64,
    /// Index.
    pub index: u32,
    /// Name.
    pub name: Text,
    /// `bridge`, `veth`, `tun`, ...; empty for hardware.
    pub kind: Text,
    /// Interface flags; 0x100 is promiscuous as `ifconfig` shows it.
    pub flags: u32,
    /// How many users have asked for every packet; packet sockets count here and not in the flags.
    pub promiscuity: u32,
    /// Index of the bridge or bond it belongs to, 0 for none.
    pub master: u32,
}

/// A line of services(5): which service the host itself expects on a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: Text,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// Port.
    pub port: u16,
}
