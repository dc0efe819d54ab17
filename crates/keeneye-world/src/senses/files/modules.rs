//! Code that gets into many programs by its place: PAM and name service modules, the C library, the dynamic linker.

use super::Wanted;
use crate::{EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::{Interest, Text};
use std::collections::BTreeSet;

/// Directories of libraries, on merged and unmerged hosts, of Debian's and the other layouts.
const DIRS: [&str; 7] = ["/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32"];

/// The directories of libraries that are there, links resolved, those of each architecture included.
pub(super) fn library_dirs(look: &mut Look<'_>) -> BTreeSet<Text> {
    let tops: BTreeSet<Text> = DIRS.iter().filter_map(|dir| look.optional_resolve(&Text::from(*dir))).collect();
    let mut dirs = tops.clone();
    for top in &tops {
        // `x86_64-linux-gnu`, `arm-linux-gnueabihf`, `aarch64-linux-musl`.
        let names = look.optional_list(top).unwrap_or_default();
        let is_dir = |kind| matches!(kind, EntryKind::Dir | EntryKind::Unknown);
        let triplets = names.iter().filter(|entry| is_dir(entry.kind) && entry.name.contains_str("-linux-"));
        dirs.extend(triplets.map(|entry| top.join(&entry.name)));
    }
    dirs
}

pub(super) fn modules(look: &mut Look<'_>, wanted: &mut Wanted, dirs: &BTreeSet<Text>) {
    for dir in dirs {
        for entry in look.optional_list(dir).unwrap_or_default() {
            if let Some(interest) = interest(&entry.name) {
                wanted.add_resolved(look, &dir.join(&entry.name), interest);
            }
            if entry.name == "security" {
                pam(look, wanted, &dir.join(b"security"));
            }
        }
    }
}

fn pam(look: &mut Look<'_>, wanted: &mut Wanted, dir: &Text) {
    for entry in look.optional_list(dir).unwrap_or_default() {
        if entry.name.ends_with(b".so") {
            wanted.add_resolved(look, &dir.join(&entry.name), Interest::Pam);
        }
    }
}

fn interest(name: &[u8]) -> Option<Interest> {
    let library = name.contains_str(".so");
    if library && name.starts_with(b"libnss_") {
        return Some(Interest::Nss);
    }
    let linker = name.starts_with(b"ld-") || name.starts_with(b"libc.so.") || name.starts_with(b"libc-");
    (library && linker).then_some(Interest::Linker)
}
