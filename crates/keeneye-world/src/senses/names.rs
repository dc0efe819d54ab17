//! What names stand for on this host, and where its software comes from: hosts(5), resolv.conf(5), the sources of the
//! package manager.

mod hosts;
mod repositories;

use super::Plan;
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, Interest, Repository, Text};
use std::collections::BTreeSet;

/// Lines of hosts that become facts. Lists that block advertisements have hundreds of thousands: of what is beyond,
/// only names are told that software comes from.
const MAX_LINES: usize = 20_000;

pub(super) fn look(look: &mut Look<'_>, _: &World, _: &Plan) {
    let repositories = repositories::read(look);
    hosts(look, &repositories);
    for repository in repositories {
        look.saw(Event::RepositorySeen(repository));
    }
    resolvers(look);
}

fn hosts(look: &mut Look<'_>, repositories: &[Repository]) {
    let Some(path) = look.resolve_if_there(&"/etc/hosts".into()) else { return };
    let Some(text) = look.optional_read(&path) else { return };
    look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Setting });
    let domains: BTreeSet<Vec<u8>> = repositories.iter().filter_map(|one| hosts::domain(&one.host)).collect();
    let matters = |name: &Text| hosts::domain(name).is_some_and(|domain| domains.contains(&domain));
    let mut garbage = super::Garbage::default();
    let mut told = 0;
    for (line, text) in (1_u32..).zip(text.lines()) {
        match hosts::line(text, line) {
            Ok(Some(entry)) if told < MAX_LINES || entry.names.iter().any(matters) => {
                told += 1;
                look.saw(Event::HostNameSeen(entry));
            }
            Ok(_) => (),
            Err(hosts::NotAnEntry) => garbage.line(line),
        }
    }
    garbage.tell(look, &path, "an address with names");
}

fn resolvers(look: &mut Look<'_>) {
    // A link to what a running resolver writes leads nowhere in an image.
    let Some(path) = look.resolve_if_there(&"/etc/resolv.conf".into()) else { return };
    let Some(text) = look.optional_read(&path) else { return };
    look.saw(Event::FileWanted { path, interest: Interest::Setting });
    let servers: Vec<Text> = text.lines().filter_map(name_server).take(100).collect();
    if !servers.is_empty() {
        look.saw(Event::NameServersSeen(servers));
    }
}

fn name_server(line: &[u8]) -> Option<Text> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    (words.next() == Some(b"nameserver".as_slice())).then(|| words.next().map(Text::from))?
}

#[cfg(test)]
mod tests;
