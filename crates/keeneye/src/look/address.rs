//! Everything known about an IP address or a port.

use super::findings_about;
use super::logins::{By, came, failed};
use crate::logins::is_about;
use crate::names;
use keeneye_facts::{Finding, Login, Place, Reach, Socket, Text};
use keeneye_report::{Section, Sheet};
use keeneye_world::World;
use std::net::IpAddr;

/// Where it is, who logged in or tried to from there, who talks to it, and what is bound to it.
pub(super) fn of_ip(world: &World, findings: &[Finding], ip: IpAddr, place: &Place) -> Sheet {
    let ip = ip.to_canonical();
    let is = |socket: &Socket| {
        let ends = [socket.local, socket.remote];
        ends.into_iter().flatten().any(|end| end.ip.to_canonical() == ip)
    };
    let mut sheet = sheet(world, findings, format!("address {ip}"), is);
    let is_from = |from: &[u8]| keeneye_facts::address(from) == Some(ip);
    let came_from = |login: &Login| login.from.as_ref().is_some_and(|from| is_from(from));
    let logins = came(world, findings, came_from);
    let failed = failed(world, By::Account, |failures| is_from(&failures.from));
    sheet.sections.splice(0..0, [whereabouts(place), logins, failed]);
    let known: Vec<String> = sheet.findings.iter().map(|finding| finding.id.clone()).collect();
    let speaks = |finding: &&Finding| {
        let named = finding.subject.kind == "address" && is_from(&finding.subject.name);
        let login = || world.logins.iter().any(|login| came_from(login) && is_about(finding, login));
        !known.contains(&finding.id) && (named || login())
    };
    sheet.findings.extend(findings.iter().filter(speaks).cloned());
    sheet
}

/// What databases say of it.
fn whereabouts(place: &Place) -> Section {
    let mut section = Section::new("place");
    let reach = match place.reach {
        Reach::Public => "",
        Reach::Private => "a private network",
        Reach::CarrierNat => "behind a carrier's translation",
        Reach::Loopback => "this machine",
        Reach::LinkLocal => "this wire",
        Reach::Documentation => "for examples in texts",
        Reach::Multicast => "many machines",
        Reach::Tunnel => "a tunnel of IPv4 through IPv6: where it ends cannot be said",
        Reach::Reserved => "nobody's",
    };
    section.row("it is", reach);
    let told_by = |from: &Option<keeneye_facts::PlaceSource>| {
        from.as_ref().map(|source| format!(", says {}", source.database.lossy())).unwrap_or_default()
    };
    if let Some(country) = place.country {
        section.row("country", format!("{country}{}", told_by(&place.country_from)));
    }
    if let Some(asn) = place.asn {
        let name = place.as_name.as_ref().map(Text::lossy).unwrap_or_default();
        section.row("network", format!("AS{asn} {name}{}", told_by(&place.as_from)));
    }
    if place.hosting == Some(true) {
        section.row("kind", "a data centre, a VPN, a proxy or Tor: who comes from there may sit anywhere");
    }
    section
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
    match (world.host.live, section.rows.is_empty()) {
        (false, true) => section.row("not looked at", "only files are at hand, and no running system"),
        (true, true) => section.row("none", "no socket that is seen has to do with it"),
        _ => (),
    }
    let own = findings_about(findings, |subject| subject.process.is_some_and(|id| holders.contains(&id)));
    Sheet { about: about.into(), sections: vec![section], findings: own, period: None }
}
