//! Which file a module was loaded from: modules.dep(5) of the running kernel, and the trees of dkms(8).

use super::name_of;
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Kernel, Module, Text};
use std::collections::BTreeMap;

/// Lines of modules.dep: distributions' kernels have about 4,000 modules.
const MAX_LINES: usize = 100_000;
/// Source trees of dkms, and versions of one.
const MAX_TREES: usize = 200;
const MAX_VERSIONS: usize = 50;

pub(super) fn find(look: &mut Look<'_>, world: &World, kernel: &mut Kernel, found: &mut BTreeMap<Text, Module>) {
    let release = &world.host.kernel;
    if release.is_empty() || release.contains(&b'/') {
        return;
    }
    let dir = Text::from("/lib/modules").join(release);
    let dir = look.optional_resolve(&dir).unwrap_or(dir);
    if let Some(text) = look.optional_read_lines(&dir.join("modules.dep"), MAX_LINES) {
        let index = index(&text);
        kernel.indexed = !index.is_empty();
        for module in found.values_mut() {
            let path = index.get(&module.name).map(|path| dir.join(path));
            module.file = path.and_then(|path| look.resolve_if_there(&path));
        }
    }
    let built = dkms(look, release);
    for (name, source) in &built {
        if let Some(module) = found.get_mut(name) {
            module.dkms = true;
            module.source.clone_from(source);
        }
    }
    kernel.dkms = built.into_keys().collect();
}

/// The file of each module, as it is written: `kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz`.
fn index(text: &[u8]) -> BTreeMap<Text, Text> {
    let lines = text.lines().take(MAX_LINES);
    let entries = lines.filter_map(|line| {
        let (path, _) = line.split_once_str(":")?;
        let path = Text::from(path);
        Some((module_name(path.file_name())?, path))
    });
    entries.collect()
}

/// `ext4` of `ext4.ko`, `ext4.ko.xz` and their like.
fn module_name(file: &[u8]) -> Option<Text> {
    let (name, rest) = file.rsplit_once_str(".ko")?;
    let known: [&[u8]; 4] = [b"", b".gz", b".xz", b".zst"];
    (known.contains(&rest) && !name.is_empty()).then(|| name_of(name))
}

/// Modules that dkms built for this kernel, and the `dkms.conf` of their source:
/// `/var/lib/dkms/NAME/VERSION/RELEASE/ARCHITECTURE/module/*.ko`.
fn dkms(look: &mut Look<'_>, release: &Text) -> BTreeMap<Text, Option<Text>> {
    let top = Text::from("/var/lib/dkms");
    let mut built = BTreeMap::new();
    let trees = look.optional_list(&top).unwrap_or_default();
    for tree in look.first(&top, trees, MAX_TREES, "trees") {
        let tree = top.join(&tree.name);
        let versions = look.optional_list(&tree).unwrap_or_default();
        for version in look.first(&tree, versions, MAX_VERSIONS, "versions") {
            let version = tree.join(&version.name);
            let Some(names) = look.optional_list(&version) else { continue };
            if !names.iter().any(|entry| entry.name == *release) {
                continue;
            }
            let source = look.resolve_if_there(&version.join("source/dkms.conf"));
            for name in modules_below(look, &version.join(release)) {
                built.insert(name, source.clone());
            }
        }
    }
    built
}

fn modules_below(look: &mut Look<'_>, release: &Text) -> Vec<Text> {
    let mut names = Vec::new();
    let architectures = look.optional_list(release).unwrap_or_default();
    for architecture in look.first(release, architectures, MAX_VERSIONS, "architectures") {
        let dir = release.join(&architecture.name).join("module");
        let files = look.optional_list(&dir).unwrap_or_default();
        let files = look.first(&dir, files, MAX_TREES, "modules");
        names.extend(files.iter().filter_map(|file| module_name(&file.name)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const DEP: &[u8] =
        b"kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz\nupdates/dkms/nvidia-uvm.ko:\nextra/a.ko.zst:\n";

    #[test]
    fn names_and_files() {
        let index = index(DEP);
        assert_eq!(index.get(&Text::from("nvidia_uvm")), Some(&Text::from("updates/dkms/nvidia-uvm.ko")));
        assert_eq!(index.len(), 3);
        assert_eq!(module_name(b"x.ko.bak"), None);
        assert_eq!(module_name(b".ko"), None);
    }
    #[test]
    fn a_mutated_index_never_panics() {
        mutate::check(&[DEP], |bytes| !index(bytes).is_empty());
    }
}
