//! What the dynamic linker is told to load: /etc/ld.so.preload and /etc/ld.so.cache.

use super::Wanted;
use crate::Look;
use crate::packages::Packages;
use bstr::ByteSlice;
use keeneye_facts::{Event, Interest, LinkerEntry, Refusal, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Entries of the cache that are looked at; real ones have a few thousand.
const MAX_ENTRIES: usize = 50_000;
/// Libraries without a package that are told of.
const MAX_UNOWNED: usize = 500;

/// The preload list: names separated by blanks or colons, comments behind `#` (glibc, elf/rtld.c).
pub(super) fn preload(look: &mut Look<'_>, wanted: &mut Wanted, dirs: &BTreeSet<Text>) {
    let named = Text::from("/etc/ld.so.preload");
    let Some(path) = look.optional_resolve(&named) else {
        // A link that leads nowhere is no list; one that cannot be followed was told as a gap.
        return;
    };
    let Some(text) = look.optional_read(&path) else { return };
    for name in preload_names(&text) {
        let found = candidates(name, dirs).into_iter().find_map(|path| look.resolve_if_there(&path));
        let library = found.unwrap_or_else(|| Text::from(name));
        if library.starts_with(b"/") {
            wanted.add(library.clone(), Interest::Linker);
        }
        look.saw(Event::PreloadSeen(library));
    }
}

fn preload_names(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let code = text.lines().map(|line| line.split(|b| *b == b'#').next().unwrap_or_default());
    code.flat_map(|line| line.split(|b| b.is_ascii_whitespace() || *b == b':'))
        .filter(|name| !name.is_empty())
        .take(100)
}

/// Where a name of the preload list may lead: `$LIB` is a library directory, a bare name is searched there.
fn candidates(name: &[u8], dirs: &BTreeSet<Text>) -> Vec<Text> {
    for variable in ["${LIB}", "$LIB"] {
        if let Some((before, after)) = name.split_once_str(variable) {
            let full = |dir: &Text| {
                let dir = dir.strip_prefix(b"/usr/").or(dir.strip_prefix(b"/")).unwrap_or_default();
                Text::from([before, dir, after].concat())
            };
            return dirs.iter().map(full).collect();
        }
    }
    if name.starts_with(b"/") { vec![Text::from(name)] } else { dirs.iter().map(|dir| dir.join(name)).collect() }
}

/// Libraries that the cache leads to and that no package owns.
pub(super) fn cache(look: &mut Look<'_>, wanted: &mut Wanted, packages: &Packages, dirs: &BTreeSet<Text>) {
    let path = Text::from("/etc/ld.so.cache");
    let Some(bytes) = look.optional_read(&path).filter(|_| !packages.databases().is_empty()) else { return };
    let (entries, trouble) = parse(&bytes);
    if let Some(why) = trouble {
        look.gap(path, why);
    }
    let mut resolved: BTreeMap<&[u8], Option<Text>> = BTreeMap::new();
    let mut owned: BTreeMap<(&[u8], u32), (usize, Text)> = BTreeMap::new();
    let mut unowned = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let file = resolved.entry(entry.path).or_insert_with(|| look.resolve_if_there(&Text::from(entry.path)));
        // A library that is gone cannot be loaded.
        let Some(file) = file else { continue };
        if packages.package_of(file).is_some() {
            owned.entry((entry.name, entry.flags)).or_insert((number, file.clone()));
        } else if unowned.len() < MAX_UNOWNED {
            unowned.push((number, entry, file.clone()));
        }
    }
    for (number, entry, file) in unowned {
        let later = owned.get(&(entry.name, entry.flags)).filter(|(other, _)| *other > number || entry.hwcap != 0);
        let shadows = later.map(|(_, path)| path.clone()).or_else(|| uncached(packages, dirs, entry.name));
        let shadowed_package = shadows.as_ref().and_then(|path| packages.package_of(path)).map(str::to_owned);
        wanted.add(file.clone(), Interest::Linker);
        look.saw(Event::LinkerEntrySeen(LinkerEntry {
            name: Text::from(entry.name),
            path: file,
            shadows,
            shadowed_package,
        }));
    }
}

/// A package's library of that name in an ordinary directory, though the cache does not lead there.
fn uncached(packages: &Packages, dirs: &BTreeSet<Text>, name: &[u8]) -> Option<Text> {
    dirs.iter().map(|dir| dir.join(name)).find(|path| packages.package_of(path).is_some())
}

/// An entry of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CacheEntry<'a> {
    name: &'a [u8],
    path: &'a [u8],
    /// Kind of library: libraries of other architectures have other flags.
    flags: u32,
    /// Processor features that it needs; such libraries win over those that need none.
    hwcap: u64,
}

/// Parses the cache of glibc 2.2 and later (sysdeps/generic/dl-cache.h, `cache_file_new`): a head of 48 bytes, entries
/// of 24, then strings. Older glibc put it behind a table of its own form.
fn parse(bytes: &[u8]) -> (Vec<CacheEntry<'_>>, Option<Refusal>) {
    let garbled = |why: &str| Some(Refusal::Garbled(why.into()));
    let Some(start) = bytes.find(b"glibc-ld.so.cache1.1") else { return (Vec::new(), garbled("not a linker cache")) };
    let cache = bytes.get(start..).unwrap_or_default();
    // cache_file_new_flags_endian_big is 3 in the lowest two bits; little is 2, unset 0.
    let big = cache.get(28).is_some_and(|flags| flags & 3 == 3);
    let number = |at: usize| {
        let four: [u8; 4] = cache.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let string = |at: usize| {
        let rest = cache.get(at..cache.len().min(at.checked_add(4096)?))?;
        rest.find_byte(0).and_then(|end| rest.get(..end)).filter(|s| !s.is_empty())
    };
    let entry = |at: usize| {
        let (low, high) = (number(at + 16)?, number(at + 20)?);
        let (low, high) = if big { (high, low) } else { (low, high) };
        Some(CacheEntry {
            flags: number(at)?,
            name: string(number(at + 4)? as usize)?,
            path: string(number(at + 8)? as usize)?,
            hwcap: u64::from(high) << 32 | u64::from(low),
        })
    };
    let count = number(20).unwrap_or_default() as usize;
    let entries: Vec<_> = (0..count.min(MAX_ENTRIES)).map_while(|n| entry(48 + n * 24)).collect();
    let trouble = match entries.len() {
        read if read == count => None,
        MAX_ENTRIES => Some(Refusal::Cut(format!("{MAX_ENTRIES} entries"))),
        read => garbled(&format!("entry {} of {count} is cut off", read + 1)),
    };
    (entries, trouble)
}

#[cfg(test)]
#[path = "linker_tests.rs"]
mod tests;
