//! Sockets of every network namespace, by independent ways: sock_diag, the tables under /proc/net, descriptors of
//! processes, and `bind`.
//!
//! Sockets come and go while we look, and the kernel hands out both lists in pieces, between which entries move.
//! So a difference counts only when it is there in each of several rounds.

mod ports;

use super::{Plan, net_tables, netlink};
use crate::host::wrong_shape;
use crate::{Answer, Host, Look, Question, World};
use keeneye_facts::{Address, Event, NetNamespace, ProcessId, Protocol, Refusal, Socket, SocketState, Text, Way};
use std::collections::{BTreeMap, BTreeSet};

/// SOCK_DIAG_BY_FAMILY.
const BY_FAMILY: u16 = 20;
/// How often a difference between two views must be seen.
const ROUNDS: usize = 3;
/// Namespaces other than keeneye's own whose ports are probed.
pub(super) const MAX_PROBED: usize = 3;

/// A kind of socket and where it is listed.
struct Kind {
    protocol: Protocol,
    family: u8,
    number: u8,
    table: &'static str,
    /// Kernels without it are ordinary.
    optional: bool,
}

const KINDS: [Kind; 8] = [
    Kind { protocol: Protocol::Tcp, family: 2, number: 6, table: "tcp", optional: false },
    Kind { protocol: Protocol::Tcp, family: 10, number: 6, table: "tcp6", optional: true },
    Kind { protocol: Protocol::Udp, family: 2, number: 17, table: "udp", optional: false },
    Kind { protocol: Protocol::Udp, family: 10, number: 17, table: "udp6", optional: true },
    Kind { protocol: Protocol::Raw, family: 2, number: 255, table: "raw", optional: false },
    Kind { protocol: Protocol::Raw, family: 10, number: 255, table: "raw6", optional: true },
    Kind { protocol: Protocol::Packet, family: 17, number: 0, table: "packet", optional: true },
    Kind { protocol: Protocol::Unix, family: 1, number: 0, table: "unix", optional: false },
];

type Holders = BTreeMap<u64, Vec<(ProcessId, u32)>>;
/// What makes two entries the same socket in two views.
type Key = (u64, Option<Address>, Option<Address>);

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    let holders = holders(world);
    for (index, net) in world.net_namespaces.iter().enumerate() {
        let Some(mut sockets) = namespace(look, net) else { continue };
        if !plan.quick && index <= MAX_PROBED {
            for protocol in [Protocol::Tcp, Protocol::Udp] {
                ports::probe(look, net, protocol, &mut sockets, world);
            }
        }
        for mut socket in sockets {
            if let Some(owners) = holders.get(&socket.inode) {
                socket.owners.clone_from(owners);
                socket.seen.by.insert(Way::Fd);
            }
            socket.net = net.inode;
            look.saw(Event::SocketSeen(Box::new(socket)));
        }
    }
    let unprobed = world.net_namespaces.len().saturating_sub(MAX_PROBED + 1);
    if !plan.quick && unprobed > 0 {
        look.count(1, 0);
        look.gap(
            "hidden ports in further network namespaces",
            Refusal::Cut(format!("{} of {} are probed", MAX_PROBED + 1, world.net_namespaces.len())),
        );
    }
}

fn holders(world: &World) -> Holders {
    let mut holders = Holders::new();
    for process in world.processes.values() {
        for (fd, inode) in process.sockets() {
            holders.entry(inode).or_default().push((process.id, fd));
        }
    }
    holders
}

/// All sockets of one namespace; `None` when it is gone.
fn namespace(look: &mut Look<'_>, net: &NetNamespace) -> Option<Vec<Socket>> {
    let mut sockets = Vec::new();
    for kind in &KINDS {
        let dump = dump(look.host(), net, kind);
        if is_gone(look, net, dump.as_ref().err()) {
            return None;
        }
        let table = table(look.host(), net, kind);
        sockets.append(&mut both_views(look, net, kind, dump, table));
    }
    forget_passing(look, net, &mut sockets);
    Some(sockets)
}

/// Takes out TCP sockets that were bound when they were listed and are not any more: a program that was about to
/// listen or to connect. When the list cannot be had again they stay out too, since a race is no fact.
fn forget_passing(look: &mut Look<'_>, net: &NetNamespace, sockets: &mut Vec<Socket>) {
    let is_bound = |s: &Socket| (s.protocol, s.state) == (Protocol::Tcp, SocketState::Bound);
    if !sockets.iter().any(is_bound) {
        return;
    }
    let mut still = BTreeSet::new();
    for kind in KINDS.iter().filter(|kind| kind.protocol == Protocol::Tcp) {
        match dump(look.host(), net, kind) {
            Ok(again) => still.extend(again.iter().filter(|s| is_bound(s)).map(key)),
            Err(why) if not_built(&why) => (),
            Err(why) => look.gap(format!("{} sockets that are only bound, of net:[{}]", kind.table, net.inode), why),
        }
    }
    sockets.retain(|s| !is_bound(s) || still.contains(&key(s)));
}

/// A namespace whose last process ended between finding it and looking into it: what led to it leads nowhere.
pub(super) fn is_gone(look: &Look<'_>, net: &NetNamespace, why: Option<&Refusal>) -> bool {
    let absent = why.is_some_and(Refusal::is_absent) && net.via.starts_with(b"/proc/");
    absent && look.host().ask(&Question::Link(net.via.clone())).is_err_and(|why| why.is_absent())
}

fn both_views(
    look: &mut Look<'_>,
    net: &NetNamespace,
    kind: &Kind,
    dump: Result<Vec<Socket>, Refusal>,
    table: Result<Vec<Socket>, Refusal>,
) -> Vec<Socket> {
    let name = |what: &str| Text::from(format!("{what} {} of net:[{}]", kind.table, net.inode));
    look.count(1, u64::from(dump.is_ok() || table.is_ok()));
    match (dump, table) {
        (Ok(dump), Ok(table)) => compare(look.host(), net, kind, dump, table),
        (Ok(dump), Err(why)) => {
            // Without the table there are no such sockets either.
            if !(kind.optional && why.is_absent() && dump.is_empty()) {
                look.gap(name("/proc/net table"), why);
            }
            dump
        }
        (Err(why), Ok(table)) => {
            // Most kernels list raw sockets in the table only; of all else the second view is missed.
            if !(not_built(&why) && kind.protocol == Protocol::Raw) {
                look.gap(name("sock_diag"), why);
            }
            table
        }
        (Err(dump), Err(table)) => {
            if kind.table == "tcp" && net.via.is_empty() {
                look.blinding_gap(name("sockets"), table);
            } else if kind.optional && not_built(&dump) && table.is_absent() {
                look.count(0, 1);
            } else {
                look.gap(name("sockets"), table);
            }
            Vec::new()
        }
    }
}

/// ENOENT: this kernel lists no such family. EPROTONOSUPPORT: it has no sock_diag at all.
fn not_built(why: &Refusal) -> bool {
    matches!(why, Refusal::Errno(2 | 93))
}

fn dump(host: &dyn Host, net: &NetNamespace, kind: &Kind) -> Result<Vec<Socket>, Refusal> {
    let question = Question::SockDiag { net: net.clone(), family: kind.family, protocol: kind.number };
    let bytes = match host.ask(&question)? {
        Answer::Dump(bytes) => bytes,
        other => return Err(wrong_shape(&other)),
    };
    let garbled = || Refusal::Garbled("a netlink message does not fit".into());
    let (messages, true) = netlink::messages(&bytes) else { return Err(garbled()) };
    let sockets = messages.into_iter().filter(|(kind, _)| *kind == BY_FAMILY).map(|(_, body)| match kind.protocol {
        Protocol::Tcp | Protocol::Udp | Protocol::Raw => netlink::inet_socket(body, kind.protocol),
        Protocol::Packet => netlink::packet_socket(body),
        Protocol::Unix => netlink::unix_socket(body),
    });
    sockets.collect::<Option<_>>().ok_or_else(garbled)
}

fn table(host: &dyn Host, net: &NetNamespace, kind: &Kind) -> Result<Vec<Socket>, Refusal> {
    let question = Question::NetTable { net: net.clone(), table: kind.table.into() };
    match host.ask(&question)? {
        Answer::Bytes { data, cut: false } => {
            let (sockets, strange) = net_tables::table(&data, kind.protocol);
            // Names of local sockets may hold line ends.
            if strange > 0 && kind.protocol != Protocol::Unix {
                return Err(Refusal::Garbled(format!("{strange} lines are no sockets")));
            }
            Ok(sockets)
        }
        Answer::Bytes { cut: true, .. } => Err(Refusal::Cut("32 MiB a table".into())),
        other => Err(wrong_shape(&other)),
    }
}

fn key(socket: &Socket) -> Key {
    match socket.protocol {
        Protocol::Tcp | Protocol::Udp | Protocol::Raw => (socket.inode, socket.local, socket.remote),
        Protocol::Packet | Protocol::Unix => (socket.inode, None, None),
    }
}

/// Both views list such sockets. /proc/net never shows a TCP socket that is only bound; sockets without an inode
/// (time-wait, not yet accepted) are too short-lived to be told apart. One without a port is about to be bound or let
/// go: the kernel puts it into its tables before it writes the port down.
fn comparable(socket: &Socket) -> bool {
    let has_port = socket.protocol == Protocol::Raw || socket.local.is_none_or(|local| local.port != 0);
    socket.inode != 0 && has_port && !(socket.protocol == Protocol::Tcp && socket.state == SocketState::Bound)
}

fn keys(sockets: &[Socket]) -> BTreeSet<Key> {
    sockets.iter().filter(|s| comparable(s)).map(key).collect()
}

/// Joins two views of one kind; marks what one of them withholds in every round.
fn compare(host: &dyn Host, net: &NetNamespace, kind: &Kind, dumped: Vec<Socket>, listed: Vec<Socket>) -> Vec<Socket> {
    let (in_dump, in_table) = (keys(&dumped), keys(&listed));
    let mut not_listed: BTreeSet<Key> = in_dump.difference(&in_table).copied().collect();
    // Anyone can forge lines of the table of local sockets by a name with a line end in it.
    let mut not_dumped: BTreeSet<Key> = in_table.difference(&in_dump).copied().collect();
    if kind.protocol == Protocol::Unix {
        not_dumped.clear();
    }
    for _ in 1..ROUNDS {
        if not_listed.is_empty() && not_dumped.is_empty() {
            break;
        }
        let (Ok(dumped), Ok(listed)) = (dump(host, net, kind), table(host, net, kind)) else {
            not_listed.clear();
            not_dumped.clear();
            break;
        };
        // A socket that was there before the table was read and is there after it was there all the while.
        let Ok(after) = dump(host, net, kind) else { continue };
        let (dumped, listed, after) = (keys(&dumped), keys(&listed), keys(&after));
        not_listed.retain(|k| dumped.contains(k) && after.contains(k) && !listed.contains(k));
        not_dumped.retain(|k| listed.contains(k) && !dumped.contains(k) && !after.contains(k));
    }
    let mut joined = dumped;
    for socket in &mut joined {
        let key = key(socket);
        if in_table.contains(&key) {
            socket.seen.by.insert(Way::ProcNet);
        } else if comparable(socket) && not_listed.contains(&key) {
            socket.seen.not_by.insert(Way::ProcNet);
        }
    }
    if kind.protocol == Protocol::Unix {
        return joined;
    }
    joined.extend(listed.into_iter().filter(|s| comparable(s) && !in_dump.contains(&key(s))).map(|mut socket| {
        if not_dumped.contains(&key(&socket)) {
            socket.seen.not_by.insert(Way::SockDiag);
        }
        socket
    }));
    joined
}

#[cfg(test)]
mod real;
#[cfg(test)]
mod tests;
