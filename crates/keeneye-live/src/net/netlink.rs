//! A small netlink client: asks for a dump and gives back the kernel's messages as they are.

use crate::deadline::Deadline;
use crate::refused;
use keeneye_facts::{Refusal, Text};
use keeneye_world::{Answer, Reply};
use rustix::buffer::spare_capacity;
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};
use std::time::Duration;

/// A dump that is larger is cut off.
const MAX_DUMP: usize = 64 << 20;
/// The kernel writes at most 32 KiB at once, or one message if that is larger.
const BUFFER: usize = 256 << 10;
/// How often a dump is begun again when the list changed while it was given out.
const TRIES: usize = 8;
/// The kernel answers at once. One that does not within this time does not speak to us.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of `struct nlmsghdr`.
const HEADER: usize = 16;
/// NLM_F_REQUEST, NLM_F_ROOT and NLM_F_MATCH; NLM_F_DUMP_INTR.
const DUMP: u16 = 0x301;
const INTERRUPTED: u16 = 0x10;
/// Types of messages: NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN; SOCK_DIAG_BY_FAMILY, RTM_GETLINK.
const NOOP: u16 = 1;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const OVERRUN: u16 = 4;
const BY_FAMILY: u16 = 20;
const GET_LINK: u16 = 18;

/// All sockets of one family and protocol, in every state.
pub(crate) fn sockets(family: u8, protocol: u8, deadline: &Deadline) -> Reply {
    /// Every state, those that have no name yet too: bit 13 is "bound, and no more".
    const ALL: u32 = u32::MAX;
    /// UDIAG_SHOW_NAME, _PEER, _UID; PACKET_SHOW_INFO, _FILTER.
    const SHOW_LOCAL: u32 = 0x45;
    const SHOW_PACKET: u32 = 0x21;
    let words = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_ne_bytes()).collect::<Vec<u8>>();
    let rest = match i32::from(family) {
        // struct inet_diag_req_v2: states, and an empty struct inet_diag_sockid.
        libc::AF_INET | libc::AF_INET6 => [words(&[ALL]), vec![0; 48]].concat(),
        // struct unix_diag_req: states, inode, what to show, cookie.
        libc::AF_UNIX => words(&[ALL, 0, SHOW_LOCAL, 0, 0]),
        // struct packet_diag_req: inode, what to show, cookie.
        libc::AF_PACKET => words(&[0, SHOW_PACKET, 0, 0]),
        _ => return Err(refused(Errno::INVAL)),
    };
    let body = [vec![family, protocol, 0, 0], rest].concat();
    dump(Some(netlink::SOCK_DIAG), BY_FAMILY, &body, deadline)
}

/// All interfaces.
pub(crate) fn interfaces(deadline: &Deadline) -> Reply {
    // struct ifinfomsg: of any kind.
    // No protocol is NETLINK_ROUTE.
    dump(None, GET_LINK, &[0; 16], deadline)
}

/// All rules of nf_tables.
pub(crate) fn rules(deadline: &Deadline) -> Reply {
    /// NFNL_SUBSYS_NFTABLES, NFT_MSG_GETRULE.
    const GET_RULE: u16 = 10 << 8 | 7;
    // struct nfgenmsg: of every family.
    dump(Some(netlink::NETFILTER), GET_RULE, &[0; 4], deadline)
}

fn dump(protocol: Option<Protocol>, kind: u16, body: &[u8], deadline: &Deadline) -> Reply {
    for _ in 0..TRIES {
        if let Some(messages) = try_dump(protocol, kind, body, deadline)? {
            return Ok(Answer::Dump(Text::from(messages)));
        }
    }
    Err(Refusal::Garbled("the list changed each time while the kernel gave it out".into()))
}

/// `None` when the list changed meanwhile.
fn try_dump(
    protocol: Option<Protocol>,
    kind: u16,
    body: &[u8],
    deadline: &Deadline,
) -> Result<Option<Vec<u8>>, Refusal> {
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol).map_err(refused)?;
    set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE)).map_err(refused)?;
    ask(&socket, kind, body)?;
    let mut collected = Collected::default();
    while !collected.done {
        deadline.check()?;
        collected.take(&receive(&socket)?)?;
        if collected.messages.len() > MAX_DUMP {
            return Err(Refusal::Cut("64 MiB a dump".into()));
        }
    }
    Ok((!collected.interrupted).then_some(collected.messages))
}

fn ask(socket: &OwnedFd, kind: u16, body: &[u8]) -> Result<(), Refusal> {
    let length = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
    let mut request = length.to_ne_bytes().to_vec();
    request.extend(kind.to_ne_bytes());
    request.extend(DUMP.to_ne_bytes());
    // Sequence number and port id: one question a socket needs neither.
    request.extend([0; 8]);
    request.extend(body);
    send(socket, &request, SendFlags::empty()).map_err(refused).map(drop)
}

fn receive(socket: &OwnedFd) -> Result<Vec<u8>, Refusal> {
    let mut buffer = Vec::with_capacity(BUFFER);
    loop {
        match recv(socket.as_fd(), spare_capacity(&mut buffer), RecvFlags::TRUNC) {
            Ok((_, length)) if length > BUFFER => return Err(Refusal::Cut("256 KiB a message".into())),
            Ok(_) => return Ok(buffer),
            Err(Errno::INTR) => (),
            Err(Errno::AGAIN) => return Err(Refusal::OutOfTime),
            Err(errno) => return Err(refused(errno)),
        }
    }
}

#[derive(Default)]
struct Collected {
    messages: Vec<u8>,
    interrupted: bool,
    done: bool,
}

impl Collected {
    /// Takes the messages of one datagram, the kernel's words about the dump itself left out.
    fn take(&mut self, datagram: &[u8]) -> Result<(), Refusal> {
        let garbled = || Refusal::Garbled("a netlink message does not fit".into());
        let mut rest = datagram;
        if rest.is_empty() {
            return Err(garbled());
        }
        while !rest.is_empty() {
            let (length, kind, flags) = header(rest).ok_or_else(garbled)?;
            let message = rest.get(..length).filter(|m| m.len() >= HEADER).ok_or_else(garbled)?;
            self.interrupted |= flags & INTERRUPTED != 0;
            match kind {
                NOOP => (),
                OVERRUN => return Err(refused(Errno::NOBUFS)),
                ERROR | DONE => {
                    self.done = true;
                    return refusal_in(message).map_or(Ok(()), Err);
                }
                _ => {
                    self.messages.extend_from_slice(message);
                    self.messages.resize(self.messages.len().next_multiple_of(4), 0);
                }
            }
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
        Ok(())
    }
}

/// Length, type, flags.
fn header(bytes: &[u8]) -> Option<(usize, u16, u16)> {
    let length = usize::try_from(u32::from_ne_bytes(*bytes.first_chunk()?)).ok()?;
    let word = |at: usize| Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?));
    Some((length, word(4)?, word(6)?))
}

/// NLMSG_ERROR and NLMSG_DONE carry a negative errno, or 0, or nothing at all.
fn refusal_in(message: &[u8]) -> Option<Refusal> {
    let number = i32::from_ne_bytes(*message.get(HEADER..)?.first_chunk()?);
    (number < 0).then(|| Refusal::Errno(number.saturating_neg()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + body.len()).unwrap();
        [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &flags.to_ne_bytes(), &[0; 8], body].concat()
    }

    #[test]
    fn the_end_of_a_dump_may_carry_a_refusal() {
        let mut collected = Collected::default();
        collected.take(&message(BY_FAMILY, 0, &[1; 8])).unwrap();
        collected.take(&message(DONE, 0, &0_i32.to_ne_bytes())).unwrap();
        assert!(collected.done && !collected.interrupted);
        assert_eq!(collected.messages.len(), HEADER + 8);
        for kind in [DONE, ERROR] {
            let refused = Collected::default().take(&message(kind, 0, &(-2_i32).to_ne_bytes()));
            assert_eq!(refused, Err(Refusal::ABSENT));
        }
    }

    #[test]
    fn a_list_that_changed_is_asked_for_again() {
        let mut collected = Collected::default();
        collected.take(&message(GET_LINK, INTERRUPTED, &[1; 8])).unwrap();
        assert!(collected.interrupted);
    }

    #[test]
    fn every_cut_of_a_datagram_is_taken_or_refused() {
        let whole = [message(BY_FAMILY, 0, &[7; 20]), message(DONE, 0, &0_i32.to_ne_bytes())].concat();
        for end in 0..whole.len() {
            let mut collected = Collected::default();
            let taken = collected.take(&whole[..end]);
            assert!(taken.is_err() || end >= HEADER + 20, "{end}");
        }
        for length in [0_u32, 1, 15, u32::MAX] {
            let mut forged = message(BY_FAMILY, 0, &[7; 20]);
            forged[..4].copy_from_slice(&length.to_ne_bytes());
            assert!(Collected::default().take(&forged).is_err(), "{length}");
        }
    }
}
