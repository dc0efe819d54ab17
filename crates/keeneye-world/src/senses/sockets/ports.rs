//! Ports that `bind` calls in use and no view of sockets explains.

use super::{KINDS, dump, is_gone, netlink, table};
use crate::host::wrong_shape;
use crate::{Answer, Host, Look, Question, World};
use keeneye_facts::{Address, Event, NetNamespace, Protocol, Refusal, Seen, Socket, SocketState, Text, Way};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};

/// How often a port must be in use and unexplained. A client that opens thousands of short connections a second
/// makes many such ports in one round.
const BIND_ROUNDS: usize = 5;
/// More unexplained ports than this say that the probe is wrong, not that so many are hidden.
const MAX_HIDDEN: usize = 1000;

/// Asks `bind` which ports are in use, and looks for those that no socket in any state explains.
pub(super) fn probe(
    look: &mut Look<'_>,
    net: &NetNamespace,
    protocol: Protocol,
    sockets: &mut Vec<Socket>,
    world: &World,
) {
    let word = if protocol == Protocol::Tcp { "tcp" } else { "udp" };
    let what = Text::from(format!("hidden {word} ports of net:[{}]", net.inode));
    let question = Question::BindProbe { net: net.clone(), protocol };
    let reply = look.host().ask(&question);
    if is_gone(look, net, reply.as_ref().err()) {
        return;
    }
    look.count(1, u64::from(reply.is_ok()));
    let used = match reply {
        Ok(Answer::Ports(ports)) => ports.into_iter().collect::<BTreeSet<u16>>(),
        Ok(other) => return look.misfit(what, &other),
        Err(why) => return look.gap(what, why),
    };
    let mut explained = BTreeSet::new();
    for socket in sockets.iter_mut().filter(|s| s.protocol == protocol) {
        if let Some(port) = socket.local.map(|end| end.port) {
            explained.insert(port);
            if used.contains(&port) {
                socket.seen.by.insert(Way::Bind);
            }
        }
    }
    let hidden = unexplained(look.host(), &question, net, protocol, &used - &explained);
    match hidden {
        Err(why) => look.gap(what, why),
        Ok(hidden) if hidden.len() > MAX_HIDDEN => {
            look.gap(what, Refusal::Garbled(format!("{} ports are in use and unexplained", hidden.len())));
        }
        Ok(hidden) if hidden.is_empty() || lists_every_socket(look.host(), net, protocol, &world.host.kernel) => {
            say(look, net, protocol, hidden);
        }
        Ok(mut hidden) => {
            let sure = ask_holders(look.host(), world, net, sockets, &mut hidden);
            if sure || hidden.is_empty() {
                return say(look, net, protocol, hidden);
            }
            let ports: Vec<String> = hidden.iter().map(u16::to_string).collect();
            let why = "in use, perhaps by a socket that is only bound: this kernel lists no such sockets";
            look.gap(what, Refusal::Garbled(format!("{} {why}", ports.join(", "))));
        }
    }
}

fn say(look: &mut Look<'_>, net: &NetNamespace, protocol: Protocol, hidden: BTreeSet<u16>) {
    for port in hidden {
        look.saw(Event::HiddenPortSeen { net: net.inode, protocol, port });
    }
}

/// Asks every socket that a process of the namespace holds and no view lists for its port. Sockets found so are added,
/// and their ports are hidden no more. True when each holder could be asked.
fn ask_holders(
    host: &dyn Host,
    world: &World,
    net: &NetNamespace,
    sockets: &mut Vec<Socket>,
    hidden: &mut BTreeSet<u16>,
) -> bool {
    let listed: BTreeSet<u64> = sockets.iter().map(|s| s.inode).collect();
    let mut sure = true;
    for process in world.processes.values().filter(|p| p.namespaces.net.is_none_or(|inode| inode == net.inode)) {
        sure &= !process.unread.iter().any(|part| part.starts_with("fd"));
        for (fd, inode) in process.sockets().filter(|(_, inode)| !listed.contains(inode)) {
            match host.ask(&Question::HeldPort { pid: process.id.pid, fd }) {
                Ok(Answer::Ports(ports)) => {
                    let found = ports.into_iter().filter(|port| hidden.remove(port));
                    sockets.extend(found.map(|port| bound(inode, port)));
                }
                // ESRCH, EBADF: ended or closed meanwhile.
                Err(Refusal::Errno(3 | 9)) => (),
                Ok(_) | Err(_) => sure = false,
            }
        }
    }
    sure
}

/// A TCP socket that is only bound, known by its holder.
fn bound(inode: u64, port: u16) -> Socket {
    let local = Some(Address { ip: IpAddr::V6(Ipv6Addr::UNSPECIFIED), port });
    let by = BTreeSet::from([Way::Bind, Way::Fd]);
    Socket {
        state: SocketState::Bound,
        local,
        seen: Seen { by, ..Seen::default() },
        ..netlink::blank(Protocol::Tcp, inode)
    }
}

/// What of `suspects` stays in use and unexplained in every round.
fn unexplained(
    host: &dyn Host,
    question: &Question,
    net: &NetNamespace,
    protocol: Protocol,
    mut suspects: BTreeSet<u16>,
) -> Result<BTreeSet<u16>, Refusal> {
    for round in 0..BIND_ROUNDS {
        if round > 0 && !suspects.is_empty() {
            match host.ask(question)? {
                Answer::Ports(ports) => suspects.retain(|port| ports.binary_search(port).is_ok()),
                other => return Err(wrong_shape(&other)),
            }
        }
        if suspects.is_empty() {
            break;
        }
        for kind in KINDS.iter().filter(|kind| kind.protocol == protocol) {
            let views = [dump(host, net, kind), table(host, net, kind)];
            if views.iter().all(Result::is_err) && !kind.optional {
                return Err(Refusal::Garbled("the sockets could not be listed again".into()));
            }
            let ends = views.into_iter().flatten().flatten().filter_map(|socket| socket.local);
            suspects = &suspects - &ends.map(|end| end.port).collect();
        }
    }
    Ok(suspects)
}

/// TCP sockets that are only bound are in no table, and in dumps of newer kernels only.
fn lists_every_socket(host: &dyn Host, net: &NetNamespace, protocol: Protocol, kernel: &Text) -> bool {
    let mut kinds = KINDS.iter().filter(|kind| kind.protocol == protocol);
    protocol != Protocol::Tcp || (lists_bound_sockets(kernel) && kinds.all(|kind| dump(host, net, kind).is_ok()))
}

/// Linux 6.8 was the first to list TCP sockets that are only bound (commit 91051f003948).
pub(super) fn lists_bound_sockets(kernel: &Text) -> bool {
    let mut numbers = kernel
        .split(|b| !b.is_ascii_digit())
        .map(|digits| std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    version >= (6, 8)
}
