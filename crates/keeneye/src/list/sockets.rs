//! Open ports and connections, one row for each process that holds one.

use super::Scene;
use crate::names;
use keeneye_facts::{Process, Protocol, Socket, SocketState};
use keeneye_report::{Cell, Table};

const COLUMNS: &[&str] =
    &["protocol", "local", "remote", "state", "user", "pid", "package", "seen", "odd", "program", "net"];

/// What accepts connections or datagrams, and ports that are taken though no view shows by whom.
pub(super) fn listeners(scene: &Scene<'_>) -> Table {
    let open = |s: &&Socket| {
        matches!(s.state, SocketState::Listening | SocketState::Bound) && s.local.is_some_and(|local| local.port != 0)
            || matches!(s.protocol, Protocol::Raw | Protocol::Packet)
    };
    let mut rows = rows(scene, open);
    rows.extend(scene.world.hidden_ports.iter().map(|(net, protocol, port)| {
        let odd = names::odd(scene.findings, |f| f.subject.port == Some(*port));
        let mut row = vec![Cell::None; COLUMNS.len()];
        let known: [(&str, Cell); 5] = [
            ("protocol", names::protocol(*protocol).into()),
            ("local", format!("*:{port}").into()),
            ("seen", "by bind only".into()),
            ("odd", odd.into()),
            ("net", (*net).into()),
        ];
        for (name, cell) in known {
            if let Some(place) = COLUMNS.iter().position(|c| *c == name).and_then(|i| row.get_mut(i)) {
                *place = cell;
            }
        }
        row
    }));
    Table { name: "listeners", columns: COLUMNS, rows }
}

/// What talks to somebody.
pub(super) fn connections(scene: &Scene<'_>) -> Table {
    let connected = |s: &&Socket| {
        s.remote.is_some() && !matches!(s.state, SocketState::Listening) && !matches!(s.protocol, Protocol::Unix)
    };
    Table { name: "connections", columns: COLUMNS, rows: rows(scene, connected) }
}

fn rows(scene: &Scene<'_>, wanted: impl Fn(&&Socket) -> bool) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let differs = |s: &&Socket| !scene.differs || !s.seen.not_by.is_empty();
    for socket in scene.world.sockets.values().filter(wanted).filter(differs) {
        let holders = scene.world.holders(socket);
        if holders.is_empty() {
            rows.push(row(scene, socket, None));
        }
        rows.extend(holders.into_iter().map(|holder| row(scene, socket, Some(holder))));
    }
    rows
}

fn row(scene: &Scene<'_>, socket: &Socket, holder: Option<&Process>) -> Vec<Cell> {
    let world = scene.world;
    let port = socket.local.map(|local| local.port).filter(|port| *port != 0);
    let odd = names::odd(scene.findings, |f| {
        let same_port = port.is_some() && f.subject.port == port && f.subject.net.is_none_or(|net| net == socket.net);
        same_port || holder.is_some_and(|p| f.subject.process == Some(p.id))
    });
    vec![
        names::protocol(socket.protocol).into(),
        names::address(socket.local).into(),
        names::address(socket.remote).into(),
        names::state(socket.state).into(),
        (&names::user(world, socket.uid)).into(),
        holder.map(|p| p.id.pid).into(),
        holder.map(|p| names::package(world, p)).into(),
        names::views(&socket.seen).into(),
        odd.into(),
        holder.map_or(Cell::None, |p| Cell::from(&names::program(p))),
        socket.net.into(),
    ]
}
