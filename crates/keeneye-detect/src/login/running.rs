//! Sessions of sshd that run, and with whom they are connected.

use crate::{sessions, standing};
use keeneye_facts::{SocketState, Text};
use keeneye_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A session of sshd that runs.
pub(super) struct Session {
    /// When it began, in seconds since 1970.
    pub(super) begun: i64,
    /// The other ends of its connections; none where they could not be seen.
    pub(super) peers: BTreeSet<IpAddr>,
}

/// All of them, by account.
pub(super) fn sessions(world: &World) -> BTreeMap<Text, Vec<Session>> {
    let mut found: BTreeMap<Text, Vec<Session>> = BTreeMap::new();
    for process in world.processes.values() {
        if let Some(user) = sessions::served(process) {
            let begun = world.host.time_of_ticks(process.id.start);
            let sockets = standing::sockets_of(world, process).into_iter();
            let open = sockets.filter(|socket| socket.state == SocketState::Established);
            let peers = open.filter_map(|socket| Some(socket.remote?.ip.to_canonical())).collect();
            found.entry(user).or_default().push(Session { begun, peers });
        }
    }
    found
}
