//! Which service a port belongs to, by the host's own list.

use keeneye_facts::{Process, Protocol, Text};
use keeneye_world::World;

/// Ports below this are given out by IANA for services of the system, and need a privilege to be bound.
const WELL_KNOWN: u16 = 1024;

/// Ports above those that databases have by IANA's registry or by habit: SQL Server, Oracle, MySQL, PostgreSQL,
/// CouchDB, Redis, Elasticsearch, memcached, MongoDB.
const DATABASES: [u16; 9] = [1433, 1521, 3306, 5432, 5984, 6379, 9200, 11211, 27017];

/// The service that everybody expects on this port. Without a list every well-known port counts.
pub(super) fn trusted(world: &World, protocol: Protocol, port: u16) -> Option<String> {
    let database = protocol == Protocol::Tcp && DATABASES.contains(&port);
    if port >= WELL_KNOWN && !database {
        return None;
    }
    let named = world.services.iter().find(|service| (service.protocol, service.port) == (protocol, port));
    match named {
        Some(service) => Some(service.name.lossy().into_owned()),
        None if database => Some("a database".into()),
        None if world.services.is_empty() => Some("a system service".into()),
        None => None,
    }
}

/// The service by whose name a process calls itself, on that service's port or one that is spelt like it: `sshd` on
/// 22, 2222 or 10022.
pub(super) fn posed_as(world: &World, process: &Process, protocol: Protocol, port: u16) -> Option<Text> {
    let claim = claimed_name(process)?;
    let own = |path: &Text| path.file_name() == claim.file_name();
    if own(process.exe_path()) || process.program.as_ref().is_some_and(|program| own(&program.path)) {
        return None;
    }
    let digits = port.to_string();
    let fits = |service: &&keeneye_facts::Service| {
        let stem = claim.strip_suffix(b"d").unwrap_or(&claim);
        let named = service.name == claim || service.name.as_slice() == stem;
        service.protocol == protocol
            && service.port < WELL_KNOWN
            && digits.ends_with(&service.port.to_string())
            && named
    };
    world.services.iter().find(fits).map(|_| claim)
}

/// `sshd` of `/usr/sbin/sshd -D` or `sshd: listener`, as the first argument says.
fn claimed_name(process: &Process) -> Option<Text> {
    let first = process.cmdline.first()?;
    let word = first.split(|b| matches!(b, b' ' | b':')).next()?;
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let name = Text::from(Text::from(word).file_name());
    (!name.is_empty()).then_some(name)
}
