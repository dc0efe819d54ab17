//! /etc/services: which service the host itself expects on which port.

use super::Plan;
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, Protocol, Service, Text};

/// More lines than the longest list in use (IANA's has 14,000) are cut.
const MAX_LINES: usize = 50_000;

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    let path = Text::from("/etc/services");
    let Some(text) = look.optional_read_lines(&path, MAX_LINES) else { return };
    let services = text.lines().take(MAX_LINES).filter_map(service).collect();
    look.saw(Event::ServicesSeen(services));
}

/// `name port/protocol aliases # comment`, services(5).
pub(crate) fn service(line: &[u8]) -> Option<Service> {
    let line = line.split(|b| *b == b'#').next()?;
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let name = Text::from(words.next()?);
    let (port, protocol) = words.next()?.to_str().ok()?.split_once('/')?;
    let protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => return None,
    };
    Some(Service { name, protocol, port: port.parse().ok()? })
}
