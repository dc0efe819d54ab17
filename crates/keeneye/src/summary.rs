//! What was looked at and compared, counted from the world: pure.

use keeneye_facts::{Protocol, Seen, SocketState, Way};
use keeneye_report::{Compared, Count};
use keeneye_world::World;
use std::collections::BTreeSet;

/// Numbers of things that were looked at; what is not there is left out.
pub(crate) fn looked_at(world: &World) -> Vec<Count> {
    let listeners = world.listeners().filter(|l| l.socket.state == SocketState::Listening).count();
    let counts = [
        ("processes", world.processes.len() as u64),
        ("threads", world.processes.values().map(|p| p.threads.len() as u64).sum()),
        ("sockets", world.sockets.len() as u64),
        ("listeners", listeners as u64),
        ("accounts", world.accounts.len() as u64),
        ("mounts", world.mounts.len() as u64),
        ("packages", world.packages.iter().map(|(_, count)| count).sum()),
        ("files", world.files.len() as u64),
        ("logins", world.logins.len() as u64),
    ];
    counts.into_iter().filter(|(_, number)| *number > 0).map(|(what, number)| Count { what, number }).collect()
}

/// Views that were held against each other: kinds of things that more than one way showed.
pub(crate) fn compared(world: &World) -> Vec<Compared> {
    let threads = world.processes.values().flat_map(|p| &p.threads).map(|t| &t.seen);
    let inet = |protocol: Protocol| matches!(protocol, Protocol::Tcp | Protocol::Udp);
    let sockets = world.sockets.values().filter(|s| inet(s.protocol)).map(|s| &s.seen);
    let mut kinds = vec![
        views("processes", world.processes.values().map(|p| &p.seen)),
        views("threads", threads),
        views("TCP and UDP sockets", sockets),
    ];
    if let Some(sockets) = kinds.last_mut() {
        sockets.disagree += world.hidden_ports.len();
    }
    kinds.retain(|views| views.ways.len() > 1);
    kinds
}

fn views<'a>(what: &'static str, things: impl Iterator<Item = &'a Seen>) -> Compared {
    let mut ways: BTreeSet<Way> = BTreeSet::new();
    let mut disagree = 0;
    for seen in things {
        ways.extend(seen.by.iter().chain(&seen.not_by));
        disagree += usize::from(!seen.not_by.is_empty());
    }
    Compared { what, ways, disagree }
}
