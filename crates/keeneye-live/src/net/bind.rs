//! Which ports are in use, as `bind` says: the view that no list can be edited for.
//!
//! Each port is bound for some microseconds and never listened on, so that nobody can connect. Without
//! SO_REUSEADDR every socket on that port is in the way, whatever its state and address.

use crate::deadline::Deadline;
use crate::refused;
use keeneye_facts::{Protocol, Refusal};
use keeneye_world::{Answer, Reply};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::sockopt::set_ipv6_v6only;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// After how many ports the clock is looked at.
const BETWEEN_CHECKS: u16 = 4096;

/// Ports from 1 to 65535 that are in use, ascending.
pub(crate) fn ports(protocol: Protocol, deadline: &Deadline) -> Reply {
    let kind = match protocol {
        Protocol::Tcp => SocketType::STREAM,
        Protocol::Udp => SocketType::DGRAM,
        _ => return Err(refused(Errno::INVAL)),
    };
    let family = family(kind)?;
    let mut used = Vec::new();
    for port in 1..=u16::MAX {
        if port % BETWEEN_CHECKS == 0 {
            deadline.check()?;
        }
        if in_use(family, kind, port)? {
            used.push(port);
        }
    }
    Ok(Answer::Ports(used))
}

/// IPv6 where the kernel has it: such a socket stands for IPv4 as well.
fn family(kind: SocketType) -> Result<AddressFamily, Refusal> {
    match socket(AddressFamily::INET6, kind) {
        Ok(_) => Ok(AddressFamily::INET6),
        Err(Errno::AFNOSUPPORT) => Ok(AddressFamily::INET),
        Err(errno) => Err(refused(errno)),
    }
}

fn socket(family: AddressFamily, kind: SocketType) -> Result<OwnedFd, Errno> {
    let socket = socket_with(family, kind, SocketFlags::CLOEXEC, None)?;
    if family == AddressFamily::INET6 {
        set_ipv6_v6only(&socket, false)?;
    }
    Ok(socket)
}

/// EACCES (a low port and not root, or a security module) tells nothing about the port.
fn in_use(family: AddressFamily, kind: SocketType, port: u16) -> Result<bool, Refusal> {
    let any = match family {
        AddressFamily::INET6 => SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)),
        _ => SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
    };
    let socket = socket(family, kind).map_err(refused)?;
    match bind(&socket, &any) {
        Ok(()) | Err(Errno::ACCESS) => Ok(false),
        Err(Errno::ADDRINUSE) => Ok(true),
        Err(errno) => Err(refused(errno)),
    }
}
