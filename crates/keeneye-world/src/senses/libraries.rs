//! Deleted libraries that processes still execute: what lies now where they lay?

use super::Plan;
use crate::{AskHost, DirEntry, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Event, LostLibrary, Process, Refusal, Text};
use std::collections::BTreeSet;

/// An upgrade of everything at once leaves some hundreds.
const MAX_LIBRARIES: usize = 5_000;
/// A library and its links lie side by side in some versions.
const MAX_VERSIONS: usize = 20;

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    let mut paths = BTreeSet::new();
    // Inside a container a path that leads nowhere on the host says nothing.
    for process in world.processes.values().filter(|process| shares_files(world, process)) {
        let deleted = process.mappings.iter().filter(|m| m.deleted && m.is_of_library() && !is_memory(&m.path));
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
                if let Some((changed, sibling)) = newest_version(look, path, &names) {
                    (library.sibling, library.sibling_changed) = (Some(sibling), changed);
                }
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

/// The version that was changed last, of all that lie beside the lost one.
fn newest_version(look: &mut Look<'_>, lost: &Text, names: &[DirEntry]) -> Option<(i64, Text)> {
    let parent = Text::from(lost.parent());
    let versions = names.iter().filter(|entry| is_version_of(&entry.name, lost.file_name()));
    let versions = look.first(&parent, versions, MAX_VERSIONS, "versions of a library");
    let paths: Vec<Text> = versions.into_iter().map(|entry| parent.join(&entry.name)).collect();
    let stated = paths.into_iter().filter_map(|path| Some((look.optional_stat(&path)?.changed, path)));
    stated.collect::<Vec<_>>().into_iter().max()
}

/// `libglib-2.0.so.0.7400.7` is a version of `libglib-2.0.so.0.7400.6`, and `libpython3.12.so.1.0` of
/// `libpython3.11.so.1.0`: the same but for the number before and all that is behind `.so`.
fn is_version_of(name: &[u8], lost: &[u8]) -> bool {
    name != lost && stem(lost).is_some_and(|lost| !lost.is_empty() && stem(name) == Some(lost))
}

fn stem(name: &[u8]) -> Option<&[u8]> {
    let name = name.get(..name.find(b".so")?)?;
    Some(name.trim_end_with(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_library() {
        assert!(is_version_of(b"libglib-2.0.so.0.7400.7", b"libglib-2.0.so.0.7400.6"));
        assert!(is_version_of(b"libx.so.2", b"libx.so"));
        assert!(is_version_of(b"libpython3.12.so.1.0", b"libpython3.11.so.1.0"));
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
