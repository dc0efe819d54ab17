//! Words for facts, shared by `list` and `look`: pure. What comes out is still unsanitised; the report sees to that.

use keeneye_facts::{
    Address, DigestCheck, FdTarget, Finding, Ownership, Place, Process, Protocol, Reach, Seen, Socket, SocketState,
    Text,
};
use keeneye_world::World;
use std::net::{IpAddr, SocketAddr};

/// The account's name, or the number when no account has it.
pub(crate) fn user(world: &World, uid: u32) -> Text {
    let account = world.accounts.iter().find(|account| account.uid == uid);
    account.map_or_else(|| uid.to_string().into(), |account| account.name.clone())
}

/// Path of the program; `[name]` for what has none.
pub(crate) fn program(process: &Process) -> Text {
    match (&process.program, &process.exe) {
        (Some(program), _) => program.path.clone(),
        (None, Some(exe)) => exe.path.clone(),
        (None, None) => concat(&[b"[", process.comm.as_slice(), b"]"]),
    }
}

/// The arguments, separated by blanks.
pub(crate) fn arguments(process: &Process) -> Text {
    let parts: Vec<&[u8]> = process.cmdline.iter().map(Text::as_slice).collect();
    Text::from(parts.join(&b' '))
}

/// The arguments, or the program where there are none, as in kernel threads.
pub(crate) fn command(process: &Process) -> Text {
    let arguments = arguments(process);
    if arguments.is_empty() { program(process) } else { arguments }
}

/// `sshd 812`.
pub(crate) fn short(process: &Process) -> Text {
    let path = program(process);
    concat(&[path.file_name().as_ref(), format!(" {}", process.id.pid).as_bytes()])
}

/// The package, and what is known of the content.
pub(crate) fn owner(owner: &Ownership) -> String {
    match owner {
        Ownership::Unknown => String::new(),
        Ownership::Unowned => "no package".into(),
        Ownership::Owned { package, digest, .. } => match digest {
            DigestCheck::Matches => package.clone(),
            DigestCheck::Differs { .. } => format!("{package} (changed)"),
            DigestCheck::NotChecked => format!("{package} (not checked)"),
            DigestCheck::NoneKept => format!("{package} (no digest kept)"),
            DigestCheck::NotListed => format!("{package} (not in its digests)"),
        },
    }
}

/// The package of a running program; the engine where it runs in a container.
pub(crate) fn package(world: &World, process: &Process) -> String {
    match &process.container {
        Some(container) => format!("{} container", container.engine),
        None => owner(world.exe_owner(process)),
    }
}

/// `5 ways`, or `not by readdir, lookup` when views disagree.
pub(crate) fn views(seen: &Seen) -> String {
    let missing: Vec<&str> = seen.not_by.iter().map(|way| way.word()).collect();
    if !missing.is_empty() {
        return format!("not by {}", missing.join(", "));
    }
    match seen.by.len() {
        1 => "1 way".into(),
        number => format!("{number} ways"),
    }
}

/// `readdir, lookup, pidfd`.
pub(crate) fn ways(seen: &Seen) -> String {
    seen.by.iter().map(|way| way.word()).collect::<Vec<_>>().join(", ")
}

/// Names of the detectors whose findings are about something.
pub(crate) fn odd(findings: &[Finding], about: impl Fn(&Finding) -> bool) -> String {
    let mut names: Vec<&str> = findings.iter().filter(|f| about(f)).map(|f| f.detector.as_str()).collect();
    names.dedup();
    names.join(", ")
}

/// `tcp`.
pub(crate) fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Raw => "raw",
        Protocol::Packet => "packet",
        Protocol::Unix => "unix",
    }
}

/// `listening`.
pub(crate) fn state(state: SocketState) -> &'static str {
    match state {
        SocketState::Listening => "listening",
        SocketState::Established => "established",
        SocketState::Bound => "bound",
        SocketState::Other => "opening or closing",
    }
}

/// `192.0.2.1:443`, `[::1]:53`, `*:22`.
pub(crate) fn address(address: Option<Address>) -> String {
    match address {
        None => String::new(),
        Some(Address { ip, port }) if ip.is_unspecified() => {
            let family = if matches!(ip, IpAddr::V6(_)) { "[*]" } else { "*" };
            format!("{family}:{port}")
        }
        Some(Address { ip, port }) => SocketAddr::new(ip, port).to_string(),
    }
}

/// `tcp *:22 listening`, `tcp 10.0.0.1:22 → 10.0.0.9:50000 established`.
pub(crate) fn socket(socket: &Socket) -> Text {
    let ends = match (socket.local, socket.remote) {
        (None, None) => return concat(&[protocol(socket.protocol).as_bytes(), b" ", socket.name.as_slice()]),
        (local, None) => address(local),
        (local, remote) => format!("{} → {}", address(local), address(remote)),
    };
    format!("{} {ends} {}", protocol(socket.protocol), state(socket.state)).into()
}

/// What a file descriptor points at, and the word for its kind.
pub(crate) fn target(world: &World, target: &FdTarget) -> (&'static str, Text) {
    match target {
        FdTarget::Socket(inode) => {
            let known = world.sockets.values().find(|s| s.inode == *inode);
            ("socket", known.map_or_else(|| format!("inode {inode}").into(), socket))
        }
        FdTarget::Pipe(inode) => ("pipe", format!("inode {inode}").into()),
        FdTarget::Anonymous(name) => ("kernel", name.clone()),
        FdTarget::Memory(name) => ("memory", name.clone()),
        FdTarget::NetNamespace(inode) => ("namespace", format!("net {inode}").into()),
        FdTarget::File { path, deleted: false } => ("file", path.clone()),
        FdTarget::File { path, deleted: true } => ("deleted", path.clone()),
    }
}

/// `NL, Example Hosting (AS64500)`; `private` for what is on no internet; empty where nothing is known.
pub(crate) fn place(place: &Place) -> String {
    if place.reach != Reach::Public {
        return match place.reach {
            Reach::Private | Reach::LinkLocal => "private".into(),
            Reach::Loopback => "this machine".into(),
            _ => String::new(),
        };
    }
    let country = place.country.map(|country| country.to_string());
    let network = place.asn.map(|number| match &place.as_name {
        Some(name) => format!("{} (AS{number})", name.lossy()),
        None => format!("AS{number}"),
    });
    [country, network].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Bytes one after the other.
pub(crate) fn concat(parts: &[&[u8]]) -> Text {
    Text::from(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Way;
    #[test]
    fn addresses_read_as_admins_write_them() {
        let at = |ip: &str, port| address(Some(Address { ip: ip.parse().unwrap(), port }));
        assert_eq!(at("0.0.0.0", 22), "*:22");
        assert_eq!(at("::", 22), "[*]:22");
        assert_eq!(at("::1", 53), "[::1]:53");
        assert_eq!(at("192.0.2.1", 443), "192.0.2.1:443");
    }
    #[test]
    fn a_view_that_is_missing_is_named() {
        let mut seen = Seen::by(Way::Pidfd);
        assert_eq!(views(&seen), "1 way");
        seen.not_by.insert(Way::Readdir);
        assert_eq!(views(&seen), "not by readdir");
    }
}
