//! Everything known about an IP address or a port.

use super::findings_about;
use crate::names;
use keeneye_facts::{Finding, Socket};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;
use std::net::IpAddr;

/// Who talks to it, and what is bound to it.
pub(super) fn of_ip(world: &World, findings: &[Finding], ip: IpAddr) -> Sheet {
    let ip = ip.to_canonical();
    let is = |socket: &Socket| {
        let ends = [socket.local, socket.remote];
        ends.into_iter().flatten().any(|end| end.ip.to_canonical() == ip)
    };
    sheet(world, findings, format!("address {ip}"), is)
}

/// Who listens on it or is connected by it, and whether it is taken though no view shows by whom.
pub(super) fn of_port(world: &World, findings: &[Finding], port: u16) -> Sheet {
    let is = |socket: &Socket| [socket.local, socket.remote].into_iter().flatten().any(|end| end.port == port);
    let mut sheet = sheet(world, findings, format!("port {port}"), is);
    let mut about = Section::new("port");
    for service in world.services.iter().filter(|service| service.port == port) {
        let protocol = names::protocol(service.protocol);
        about.row(format!("{protocol} is meant for"), service.name.clone());
    }
    for (net, protocol, _) in world.hidden_ports.iter().filter(|(_, _, hidden)| *hidden == port) {
        let protocol = names::protocol(*protocol);
        about.row(format!("{protocol} is taken"), format!("in network namespace {net}, and no view shows by whom"));
    }
    sheet.sections.insert(0, about);
    let known: Vec<String> = sheet.findings.iter().map(|f| f.id.clone()).collect();
    let more = findings_about(findings, |subject| subject.port == Some(port)).into_iter();
    sheet.findings.extend(more.filter(|f| !known.contains(&f.id)));
    sheet
}

fn sheet(world: &World, findings: &[Finding], about: String, is: impl Fn(&Socket) -> bool) -> Sheet {
    let mut section = Section::new("sockets");
    let mut holders = Vec::new();
    for socket in world.sockets.values().filter(|s| is(s)) {
        let mut who = Vec::new();
        for process in world.holders(socket) {
            holders.push(process.id);
            who.push(names::short(process).lossy().into_owned());
        }
        let who = if who.is_empty() { "no process that is seen".into() } else { who.join(", ") };
        section.row(who, names::socket(socket));
    }
    if section.rows.is_empty() {
        section.row("none", "no socket that is seen has to do with it");
    }
    let own = findings_about(findings, |subject| subject.process.is_some_and(|id| holders.contains(&id)));
    Sheet { about: about.into(), sections: vec![section], findings: own, period: None }
}
