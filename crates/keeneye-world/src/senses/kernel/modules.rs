//! Modules by three ways: /proc/modules, /sys/module, and the kernel's symbols in /proc/kallsyms.
//!
//! The kernel keeps these from one list and one tree of objects. A module that hides takes itself out of the list, and
//! forgets the tree or the other way round.

mod files;

use crate::{AskHost, Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Kernel, Module, Refusal, Text, Way};
use std::collections::{BTreeMap, BTreeSet};

/// Modules that are taken from one list: the largest hosts load some hundreds.
const MAX_MODULES: usize = 10_000;

pub(super) fn look(look: &mut Look<'_>, world: &World, kernel: &mut Kernel) -> Vec<Module> {
    let views = Views::of(look);
    kernel.modular = views.proc.is_some();
    let mut unseen = views.differences();
    // Modules come and go: only what two looks agree on is told.
    if !unseen.is_empty() {
        let again = Views::of(look).differences();
        unseen.retain(|difference| again.contains(difference));
    }
    let mut found = views.modules();
    for module in found.values_mut() {
        let not_by = unseen.iter().filter(|(name, _)| *name == module.name).map(|(_, way)| *way);
        module.seen.not_by.extend(not_by);
    }
    if kernel.modular || !found.is_empty() {
        files::find(look, world, kernel, &mut found);
    }
    found.into_values().collect()
}

/// What one way says of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    /// It is neither being loaded nor unloaded.
    live: bool,
    /// Letters of its taint.
    taint: Text,
}

/// What each way shows; `None` where the way cannot be gone.
#[derive(Debug, Default)]
struct Views {
    proc: Option<BTreeMap<Text, Entry>>,
    sys: Option<BTreeMap<Text, Entry>>,
    symbols: Option<BTreeSet<Text>>,
}

impl Views {
    fn of(look: &mut Look<'_>) -> Self {
        let mut views = Self { proc: proc_modules(look), sys: sys_modules(look), symbols: None };
        // A kernel without modules has a hundred thousand symbols all the same.
        if views.proc.is_some() || views.sys.as_ref().is_some_and(|sys| !sys.is_empty()) {
            views.symbols = look.optional_read(&"/proc/kallsyms".into()).map(|text| symbols(&text));
        }
        views
    }

    /// Modules that one way shows as living and another does not show at all. A module may have no symbol to show, so
    /// the symbols prove what is there and never what is not.
    fn differences(&self) -> BTreeSet<(Text, Way)> {
        let mut found = BTreeSet::new();
        let living = |view: &Option<BTreeMap<Text, Entry>>| -> Vec<Text> {
            view.iter().flatten().filter(|(_, entry)| entry.live).map(|(name, _)| name.clone()).collect()
        };
        if let Some(proc) = &self.proc {
            let others = living(&self.sys).into_iter().chain(self.symbols.iter().flatten().cloned());
            found.extend(others.filter(|name| !proc.contains_key(name)).map(|name| (name, Way::ProcModules)));
        }
        // Where not one module is shown, sysfs is not the kernel's.
        if let Some(sys) = self.sys.as_ref().filter(|sys| !sys.is_empty()) {
            let others = living(&self.proc).into_iter();
            found.extend(others.filter(|name| !sys.contains_key(name)).map(|name| (name, Way::SysModule)));
        }
        found
    }

    fn modules(&self) -> BTreeMap<Text, Module> {
        let mut found: BTreeMap<Text, Module> = BTreeMap::new();
        let mut add = |name: &Text, taint: &Text, way| {
            let module =
                found.entry(name.clone()).or_insert_with(|| Module { name: name.clone(), ..Module::default() });
            module.seen.by.insert(way);
            if module.taint.is_empty() {
                module.taint = taint.clone();
            }
        };
        for (name, entry) in self.proc.iter().flatten() {
            add(name, &entry.taint, Way::ProcModules);
        }
        for (name, entry) in self.sys.iter().flatten() {
            add(name, &entry.taint, Way::SysModule);
        }
        for name in self.symbols.iter().flatten() {
            add(name, &Text::new(), Way::Kallsyms);
        }
        found
    }
}

/// `NAME SIZE COUNT USERS STATE ADDRESS (TAINT)`, proc_modules(5).
fn proc_modules(look: &mut Look<'_>) -> Option<BTreeMap<Text, Entry>> {
    let path = Text::from("/proc/modules");
    let text = look.optional_read(&path)?;
    let (mut found, mut garbled) = (BTreeMap::new(), Vec::new());
    for (number, line) in text.lines().enumerate().take(MAX_MODULES) {
        match module(line) {
            Some((name, entry)) => drop(found.insert(name, entry)),
            None => garbled.push(number + 1),
        }
    }
    if let Some(first) = garbled.first() {
        look.gap(
            path.clone(),
            Refusal::Garbled(format!("{} lines are no modules, the first is {first}", garbled.len())),
        );
    }
    if text.lines().count() > MAX_MODULES {
        look.gap(path, Refusal::Cut(format!("{MAX_MODULES} modules")));
    }
    Some(found)
}

fn module(line: &[u8]) -> Option<(Text, Entry)> {
    let mut words = line.split(|b| *b == b' ').filter(|word| !word.is_empty());
    let name = words.next()?;
    let size = words.next()?;
    let state = words.nth(2)?;
    let taint = words.nth(1).and_then(|word| word.strip_prefix(b"(")?.strip_suffix(b")")).unwrap_or_default();
    let states: [&[u8]; 3] = [b"Live", b"Loading", b"Unloading"];
    let sound = size.iter().all(u8::is_ascii_digit) && states.contains(&state);
    let letters = taint.iter().copied().filter(u8::is_ascii_alphabetic).collect::<Vec<u8>>();
    sound.then(|| (name_of(name), Entry { live: state == b"Live", taint: Text::from(letters) }))
}

/// Directories of modules that were loaded have the file `initstate`; those of built-in ones do not
/// (kernel/module/sysfs.c).
fn sys_modules(look: &mut Look<'_>) -> Option<BTreeMap<Text, Entry>> {
    let top = Text::from("/sys/module");
    let names = look.optional_list(&top)?;
    let mut found = BTreeMap::new();
    for entry in look.first(&top, names, MAX_MODULES, "modules") {
        let dir = top.join(&entry.name);
        match look.host().read(&dir.join("initstate")) {
            Ok(state) => {
                look.count(1, 1);
                let taint = look.host().read(&dir.join("taint")).unwrap_or_default();
                let live = state.trim_ascii() == b"live";
                found.insert(name_of(&entry.name), Entry { live, taint: Text::from(taint.trim_ascii()) });
            }
            Err(why) if why.is_absent() => (),
            Err(why) => {
                look.count(1, 0);
                look.gap(dir.join("initstate"), why);
                break;
            }
        }
    }
    Some(found)
}

/// Names in brackets behind a tab: `ffffffffc0a01000 t name [module]`. Programs of BPF and trampolines have names of
/// their own there (kernel/kallsyms.c).
fn symbols(text: &[u8]) -> BTreeSet<Text> {
    let mut found: BTreeSet<Text> = BTreeSet::new();
    let mut last: &[u8] = b"";
    for line in text.lines() {
        let Some(name) = line.trim_ascii_end().strip_suffix(b"]").and_then(|rest| rest.rsplit_once_str("\t[")) else {
            continue;
        };
        let name = name.1;
        if name == last {
            continue;
        }
        last = name;
        let own = name != b"bpf" && !name.starts_with(b"__builtin__") && !name.is_empty();
        if own && found.len() < MAX_MODULES {
            found.insert(name_of(name));
        }
    }
    found
}

/// The kernel writes `_` where files have `-`.
fn name_of(name: &[u8]) -> Text {
    Text::from(name.replace("-", "_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    const LINES: &[u8] =
        b"nvidia_uvm 1540096 0 - Live 0xffffffffc1e0b000 (POE)\next4 1003520 1 - Live 0x0000000000000000\n\
        vboxdrv 569344 2 vboxnetadp,vboxnetflt, Live 0x0000000000000000 (OE)\nx 16384 0 [permanent], Loading 0x0\n";

    #[test]
    fn a_line_of_proc_modules() {
        let of = |line: &str| module(line.as_bytes()).map(|(name, e)| (name.lossy().into_owned(), e.live, e.taint));
        assert_eq!(
            of("vboxdrv 569344 2 vboxnetadp,vboxnetflt, Live 0xffffffffc0 (OE)"),
            Some(("vboxdrv".into(), true, "OE".into()))
        );
        assert_eq!(of("ext4 1003520 1 - Live 0x0"), Some(("ext4".into(), true, Text::new())));
        assert_eq!(of("x 16384 0 - Unloading 0x0 (F-)"), Some(("x".into(), false, "F".into())));
        for bad in ["", "x", "x y 0 - Live 0x0", "x 1 0 - Alive 0x0", "x 1 0"] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
    #[test]
    fn symbols_of_modules_only() {
        let text = b"0000000000000000 T _text\n0 t f\t[ext4]\n0 t g\t[ext4]\n0 t bpf_prog_1\t[bpf]\n\
            0 t x\t[__builtin__ftrace]\n0 d y\t[snd-x]\n";
        assert_eq!(symbols(text).into_iter().collect::<Vec<_>>(), ["ext4", "snd_x"].map(Text::from));
    }
    #[test]
    fn mutated_lists_never_panic() {
        mutate::check(&[LINES], |bytes| bytes.lines().filter_map(module).count() > 1);
        mutate::check(&[b"0 t f\t[ext4]\n0 t g\t[nfsd]\n0 T h\n0 t i\t[x]\n"], |bytes| !symbols(bytes).is_empty());
    }
}
