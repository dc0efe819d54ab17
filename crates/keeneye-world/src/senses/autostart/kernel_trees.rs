//! What the kernels that are installed here know by name: modules.dep(5), `modules.builtin`, `modules.alias`.

use crate::{EntryKind, Look, World};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::collections::BTreeMap;

/// Kernels that are looked at, the running one and the newest first.
const MAX_KERNELS: usize = 8;
/// Modules of one kernel; the largest have 7,000.
const MAX_MODULES: usize = 50_000;

/// Trees below /lib/modules.
pub(super) struct Trees {
    /// Module's name, dashes as underscores, and its file; `None` for one that is a part of the kernel.
    files: BTreeMap<Text, Option<Text>>,
    /// Directories of kernels that have lists of their modules.
    listed: Vec<Text>,
    /// Names that stand for modules, read when a name is not a module's own.
    aliases: Option<Vec<Text>>,
}

/// What is known of one name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// See [`keeneye_facts::Autostart::known`].
    pub(super) known: Option<bool>,
    /// The module's file.
    pub(super) file: Option<Text>,
}

impl Trees {
    pub(super) fn read(look: &mut Look<'_>) -> Self {
        let mut trees = Self { files: BTreeMap::new(), listed: Vec::new(), aliases: None };
        let Some(top) = look.optional_resolve(&Text::from("/lib/modules")) else { return trees };
        let mut names = look.optional_list(&top).unwrap_or_default();
        names.retain(|entry| matches!(entry.kind, EntryKind::Dir | EntryKind::Unknown | EntryKind::Link));
        for entry in look.first(&top, names.iter().rev(), MAX_KERNELS, "kernels") {
            let dir = top.join(&entry.name);
            let dep = look.optional_read_lines(&dir.join("modules.dep"), MAX_MODULES);
            let builtin = look.optional_read_lines(&dir.join("modules.builtin"), MAX_MODULES);
            if dep.is_none() && builtin.is_none() {
                continue;
            }
            for path in dep.iter().flat_map(|text| modules(text)) {
                let file = if path.starts_with(b"/") { Text::from(path) } else { dir.join(path) };
                trees.files.entry(name_of(path)).or_insert(Some(file));
            }
            for path in builtin.iter().flat_map(|text| modules(text)) {
                trees.files.entry(name_of(path)).or_insert(None);
            }
            trees.listed.push(dir);
        }
        trees
    }

    /// The lists of modules that were read.
    pub(super) fn lists(&self) -> impl Iterator<Item = Text> {
        self.listed.iter().map(|dir| dir.join("modules.dep"))
    }

    /// A kernel that runs knows what it has loaded too, wherever that came from.
    pub(super) fn find(&mut self, look: &mut Look<'_>, world: &World, name: &[u8]) -> Found {
        let name = normal(name);
        if let Some(file) = self.files.get(&name) {
            return Found { known: Some(true), file: file.clone() };
        }
        if name.contains(&b'/') {
            return Found { known: Some(false).filter(|_| !self.listed.is_empty()), file: None };
        }
        let live = world.host.live;
        let loaded = live && look.optional_stat(&Text::from("/sys/module").join(&name)).is_some();
        let known = if loaded || self.is_alias(look, &name) {
            Some(true)
        } else {
            (live || !self.listed.is_empty()).then_some(false)
        };
        Found { known, file: None }
    }

    fn is_alias(&mut self, look: &mut Look<'_>, name: &Text) -> bool {
        let listed = &self.listed;
        let aliases = self.aliases.get_or_insert_with(|| {
            let files = listed.iter().filter_map(|dir| look.optional_read(&dir.join("modules.alias")));
            files.flat_map(|text| aliases(&text)).collect()
        });
        aliases.iter().any(|alias| matches(alias, name))
    }
}

/// `kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz`, or the path alone.
fn modules(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let paths = text.lines().filter_map(|line| line.split(|b| *b == b':').next());
    paths.map(<[u8]>::trim_ascii).filter(|path| !path.is_empty()).take(MAX_MODULES)
}

/// `alias NAME MODULE`; those of devices (`pci:v0000...`) are none that a person writes.
fn aliases(text: &[u8]) -> Vec<Text> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
        (words.next()? == b"alias").then(|| words.next())?
    });
    let names = lines.filter(|name| !name.contains(&b':')).map(normal);
    names.take(MAX_MODULES).collect()
}

/// An alias may end with a star: `net-pf-16-proto-9*`.
fn matches(alias: &[u8], name: &[u8]) -> bool {
    alias == name || alias.strip_suffix(b"*").is_some_and(|start| !start.is_empty() && name.starts_with(start))
}

/// The kernel takes dashes and underscores for the same.
fn normal(name: &[u8]) -> Text {
    Text::from(name.iter().map(|b| if *b == b'-' { b'_' } else { *b }).collect::<Vec<u8>>())
}

fn name_of(path: &[u8]) -> Text {
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
    normal(name.find(".ko").and_then(|end| name.get(..end)).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn find(host: &str, name: &str, live: bool) -> Found {
        let fixture = Fixture::new(host);
        let mut look = Look::new(&fixture, "autostart");
        let mut world = World::default();
        world.host.live = live;
        Trees::read(&mut look).find(&mut look, &world, name.as_bytes())
    }
    const TREE: &str = "/lib/modules/6.1.0/modules.dep = kernel/drivers/md/dm-crypt.ko.xz: kernel/a.ko\\n\n\
        /lib/modules/6.1.0/modules.builtin = kernel/drivers/block/loop.ko\\n\n\
        /lib/modules/6.1.0/modules.alias = alias fs-xfs xfs\\nalias pci:v1 e1000\\nalias net-pf-16-proto-9* x\\n\n\
        /sys/module/overlay/refcnt = 1\\n";

    #[test]
    fn names_that_a_kernel_knows() {
        let file = Some(Text::from("/lib/modules/6.1.0/kernel/drivers/md/dm-crypt.ko.xz"));
        assert_eq!(find(TREE, "dm_crypt", false), Found { known: Some(true), file });
        for name in ["loop", "fs_xfs", "net-pf-16-proto-9-x"] {
            assert_eq!(find(TREE, name, false).known, Some(true), "{name}");
        }
        assert_eq!(find(TREE, "overlay", true).known, Some(true));
    }
    #[test]
    fn names_that_none_knows() {
        for name in ["overlay", "kxrtq", "pci:v1", "../x"] {
            assert_eq!(find(TREE, name, false), Found { known: Some(false), file: None }, "{name}");
        }
        assert_eq!(find("/etc/x = y", "loop", false), Found::default());
        assert_eq!(find("/etc/x = y", "loop", true).known, Some(false));
    }
    #[test]
    fn mutated_lists_never_panic() {
        let real: &[u8] = b"kernel/drivers/md/dm-crypt.ko.xz: kernel/drivers/md/dm-mod.ko.xz\nkernel/a.ko:\n";
        crate::mutate::check(&[real], |bytes| modules(bytes).map(name_of).count() > 0);
        let real: &[u8] = b"# Aliases extracted from modules themselves.\nalias fs-xfs xfs\nalias pci:v* e1000\n";
        crate::mutate::check(&[real], |bytes| !aliases(bytes).is_empty());
    }
}
