use super::*;
use crate::fixture::Fixture;
use crate::{Plan, World, scan};

/// A cache in glibc's form: name, path, flags.
fn cache_of(entries: &[(&str, &str, u32)]) -> Vec<u8> {
    let mut bytes = b"glibc-ld.so.cache1.1".to_vec();
    let head = 48 + entries.len() * 24;
    let mut strings = Vec::new();
    let mut table = Vec::new();
    for (name, path, flags) in entries {
        table.extend(flags.to_le_bytes());
        for text in [name, path] {
            table.extend(u32::try_from(head + strings.len()).unwrap().to_le_bytes());
            strings.extend_from_slice(text.as_bytes());
            strings.push(0);
        }
        table.extend([0; 12]);
    }
    bytes.extend(u32::try_from(entries.len()).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(strings.len()).unwrap().to_le_bytes());
    bytes.extend([2, 0, 0, 0]);
    bytes.extend([0; 16]);
    bytes.extend(table);
    bytes.extend(strings);
    bytes
}

fn world(text: &str, entries: &[(&str, &str, u32)]) -> World {
    let mut fixture = Fixture::new(text);
    fixture.file("/etc/ld.so.cache", &cache_of(entries));
    scan(&fixture, &Plan::default())
}

#[test]
fn entries_come_out() {
    let bytes = cache_of(&[("libc.so.6", "/lib/libc.so.6", 0x303), ("libx.so.1", "/opt/x/libx.so.1", 0x303)]);
    let (entries, trouble) = parse(&bytes);
    assert_eq!(trouble, None);
    let seen: Vec<_> = entries.iter().map(|e| (e.name.as_bstr(), e.path.as_bstr(), e.flags, e.hwcap)).collect();
    assert_eq!(
        seen,
        [
            ("libc.so.6".into(), "/lib/libc.so.6".into(), 0x303, 0),
            ("libx.so.1".into(), "/opt/x/libx.so.1".into(), 0x303, 0)
        ]
    );
}
#[test]
fn a_cut_cache_gives_what_is_left_and_says_so() {
    let bytes = cache_of(&[("a", "/a", 1), ("b", "/b", 1)]);
    let (entries, trouble) = parse(&bytes[..bytes.len() - 3]);
    assert_eq!(entries.len(), 1);
    assert_eq!(trouble, Some(Refusal::Garbled("entry 2 of 2 is cut off".into())));
    assert!(parse(b"ld.so-1.7.0").1.is_some());
}
#[test]
fn a_library_of_no_package_before_the_package_s_own() {
    let host = "package libz1 1 owns /usr/lib/libz.so.1\n/usr/local/lib/libz.so.1 : mode=100644";
    let entries = [("libz.so.1", "/usr/local/lib/libz.so.1", 3), ("libz.so.1", "/usr/lib/libz.so.1", 3)];
    let world = world(host, &entries);
    let [entry] = world.linker_entries.as_slice() else { panic!("{:?}", world.linker_entries) };
    assert_eq!(entry.path, "/usr/local/lib/libz.so.1");
    assert_eq!(entry.shadows, Some(Text::from("/usr/lib/libz.so.1")));
    assert_eq!(entry.shadowed_package.as_deref(), Some("libz1"));
}
#[test]
fn behind_the_package_s_own_it_shadows_nothing_and_owned_ones_are_not_told() {
    let host = "package libz1 1 owns /usr/lib/libz.so.1\n/opt/lib/libz.so.1 : mode=100644";
    let first = [("libz.so.1", "/usr/lib/libz.so.1", 3), ("libq.so", "/opt/lib/libz.so.1", 3)];
    let world = world(host, &first);
    assert_eq!(world.linker_entries.len(), 1);
    assert_eq!(world.linker_entries[0].shadows, None);
}
#[test]
fn the_preload_list() {
    let names: Vec<_> = preload_names(b"/a.so:/b.so # /c.so\n\t/d.so\n").map(Text::from).collect();
    assert_eq!(names, ["/a.so", "/b.so", "/d.so"].map(Text::from));
    let dirs = BTreeSet::from([Text::from("/usr/lib/x86_64-linux-gnu")]);
    assert_eq!(candidates(b"/usr/$LIB/l.so", &dirs), [Text::from("/usr/lib/x86_64-linux-gnu/l.so")]);
    assert_eq!(candidates(b"l.so", &dirs), [Text::from("/usr/lib/x86_64-linux-gnu/l.so")]);
    let host = Fixture::new("/etc/ld.so.preload = /lib/l.so\n/lib @ usr/lib\n/usr/lib/l.so : mode=100644");
    let world = scan(&host, &Plan::default());
    assert_eq!(world.preloads, [Text::from("/usr/lib/l.so")]);
    assert!(world.file(b"/usr/lib/l.so").is_some());
}

#[test]
fn the_cache_survives_hostile_bytes() {
    let entries = [
        ("libz3.so.4", "/lib/x86_64-linux-gnu/libz3.so.4", 0x303),
        ("libz3.so", "/lib/x86_64-linux-gnu/libz3.so", 0x303),
        ("libzstd.so.1", "/lib/x86_64-linux-gnu/libzstd.so.1", 0x303),
    ];
    crate::mutate::check(&[&cache_of(&entries)], |bytes| !parse(bytes).0.is_empty());
}
#[test]
fn the_preload_list_survives_hostile_bytes() {
    let seed: &[u8] = b"/usr/lib/x86_64-linux-gnu/libsnoopy.so # logs\n/usr/$LIB/libjemalloc.so.2:libx.so\n";
    let dirs = BTreeSet::from([Text::from("/usr/lib")]);
    crate::mutate::check(&[seed], |bytes| preload_names(bytes).any(|name| !candidates(name, &dirs).is_empty()));
}
