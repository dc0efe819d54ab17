//! Deleted libraries that processes still execute: what lies now where they lay?

use super::Plan;
use crate::{AskHost, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, LostLibrary, Process, Refusal, Text};
use std::collections::BTreeSet;

/// An upgrade of everything at once leaves some hundreds.
const MAX_LIBRARIES: usize = 5_000;

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    let mut paths = BTreeSet::new();
    // Inside a container a path that leads nowhere on the host says nothing.
    for process in world.processes.values().filter(|process| shares_files(world, process)) {
        let deleted = process.mappings.iter().filter(|m| m.deleted && m.execute && !is_memory(&m.path));
        paths.extend(deleted.map(|m| m.path.clone()));
    }
    if paths.len() > MAX_LIBRARIES {
        look.gap("deleted libraries in use", Refusal::Cut(format!("{MAX_LIBRARIES} libraries")));
    }
    for path in paths.iter().take(MAX_LIBRARIES) {
        if let Some(library) = library(look, path) {
            look.saw(Event::LostLibrarySeen(library));
        }
    }
}

/// Sees the host's files, but perhaps for a private /tmp: a mount namespace alone is what many services have.
fn shares_files(world: &World, process: &Process) -> bool {
    let (own, theirs) = (world.host.own_namespaces, process.namespaces);
    let same = |a: Option<u64>, b: Option<u64>| a.is_none() || b.is_none() || a == b;
    let at_root = process.root.as_ref().is_none_or(|root| root == "/");
    at_root && (same(own.mnt, theirs.mnt) || process.container.is_none() && same(own.pid, theirs.pid))
}

/// Paths that the kernel makes up for memory that never was a file.
fn is_memory(path: &Text) -> bool {
    path.starts_with(b"/memfd:") || path.starts_with(b"/SYSV") || path == "/dev/zero" || !path.starts_with(b"/")
}

/// `None` when it could not be asked; that is a gap.
fn library(look: &mut Look<'_>, path: &Text) -> Option<LostLibrary> {
    let mut library = LostLibrary { path: path.clone(), directory: true, ..LostLibrary::default() };
    let reply = look.host().stat(path);
    look.count(1, u64::from(reply.as_ref().is_ok_and(|_| true) || reply.as_ref().is_err_and(Refusal::is_absent)));
    match reply {
        Ok(stat) => library.replaced = stat.is_regular() || stat.is_link(),
        Err(why) if why.is_absent() => match look.host().list(&Text::from(path.parent())) {
            Ok(names) => {
                let other = names.iter().find(|entry| is_version_of(&entry.name, path.file_name()));
                library.sibling = other.map(|entry| Text::from(path.parent()).join(&entry.name));
            }
            Err(why) if why.is_absent() => library.directory = false,
            Err(why) => look.gap(Text::from(path.parent()), why),
        },
        Err(why) => {
            look.gap(path.clone(), why);
            return None;
        }
    }
    Some(library)
}

/// `libglib-2.0.so.0.7400.7` is a version of `libglib-2.0.so.0.7400.6`: the same up to `.so`.
fn is_version_of(name: &[u8], lost: &[u8]) -> bool {
    let stem = |name: &[u8]| name.find(b".so").and_then(|at| name.get(..at + 3).map(<[u8]>::to_vec));
    name != lost && stem(lost).is_some_and(|lost| !lost.starts_with(b".so") && stem(name) == Some(lost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_library() {
        assert!(is_version_of(b"libglib-2.0.so.0.7400.7", b"libglib-2.0.so.0.7400.6"));
        assert!(is_version_of(b"libx.so.2", b"libx.so"));
        assert!(!is_version_of(b"libx.so", b"libx.so"), "itself");
        assert!(!is_version_of(b"liby.so.1", b"libx.so.1"));
        assert!(!is_version_of(b".so.1", b".so.2"));
        assert!(!is_version_of(b"plain", b"plain2"));
    }
    #[test]
    fn memory_is_no_library() {
        for path in ["/memfd:x", "/SYSV00000000", "/dev/zero", "[heap]", ""] {
            assert!(is_memory(&path.into()), "{path}");
        }
        assert!(!is_memory(&"/dev/shm/x.so".into()));
    }
}
