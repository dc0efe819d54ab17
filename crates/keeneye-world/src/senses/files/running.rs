//! Files of running processes, where the host's own path leads to them: inside containers packages say nothing.

use super::Wanted;
use crate::linker_line;
use crate::{Look, World};
use keeneye_facts::{Interest, Process, ProgramKind, Text};
use std::collections::{BTreeMap, BTreeSet};

/// How many libraries of environments are looked at: a process may name as many as it likes.
const MAX_PRELOADS: usize = 1_000;

/// Programs that run.
pub(super) fn programs(wanted: &mut Wanted, world: &World) {
    for process in world.processes.values() {
        let Some(exe) = process.exe.as_ref().filter(|exe| exe.at_path == Some(true) && !exe.in_memory()) else {
            continue;
        };
        // Asked by path and not through the process, which may meanwhile execute another program.
        wanted.add(exe.path.clone(), Interest::Running);
    }
}

/// Scripts that run, by processes whose interpreter is the host's.
pub(super) fn scripts(look: &mut Look<'_>, wanted: &mut Wanted, world: &World) {
    for process in world.processes.values() {
        let script = process.program.as_ref().filter(|program| program.kind == ProgramKind::Script);
        let Some(script) = script.filter(|_| is_on_host(process)) else { continue };
        let path = match (&process.cwd, script.path.starts_with(b"/")) {
            (_, true) => script.path.clone(),
            (Some(cwd), false) => cwd.join(&script.path),
            (None, false) => continue,
        };
        // Another mount namespace may have its own /tmp: only what is there on the host is the same file.
        if shares_mounts(process, world) || look.resolve_if_there(&path).is_some() {
            wanted.add_resolved(look, &path, Interest::RunningScript);
        }
    }
}

/// Libraries that are mapped as code.
pub(super) fn libraries(look: &mut Look<'_>, wanted: &mut Wanted, world: &World) {
    let mut known: BTreeSet<&Text> = BTreeSet::new();
    let mut inodes: BTreeMap<&Text, BTreeSet<u64>> = BTreeMap::new();
    for process in world.processes.values() {
        let sure = is_on_host(process) && shares_mounts(process, world);
        for mapping in &process.mappings {
            let program = process.exe_path() == &mapping.path;
            if !mapping.execute || mapping.deleted || mapping.inode == 0 || program || !mapping.path.starts_with(b"/") {
                continue;
            }
            if sure {
                known.insert(&mapping.path);
            } else {
                inodes.entry(&mapping.path).or_default().insert(mapping.inode);
            }
        }
    }
    // The device that maps tells is not the one that stat tells on btrfs and overlay file systems.
    let elsewhere = inodes.iter().filter(|(path, inodes)| {
        !known.contains(*path) && look.optional_stat(path).is_some_and(|stat| inodes.contains(&stat.inode))
    });
    for path in elsewhere.map(|(path, _)| *path).chain(known.iter().copied()) {
        wanted.add(path.clone(), Interest::Mapped);
    }
}

/// Libraries that the environment of a process names, or its linker's command line, loaded or not: see ld.so(8). Names
/// without a slash are known by their mappings only.
pub(super) fn preloads(look: &mut Look<'_>, wanted: &mut Wanted, world: &World) {
    let mut named: BTreeSet<Text> = BTreeSet::new();
    for process in world.processes.values().filter(|process| is_on_host(process) && shares_mounts(process, world)) {
        let variables = [b"LD_PRELOAD".as_slice(), b"LD_AUDIT"];
        let values = variables.iter().filter_map(|variable| process.environment.values.get(*variable));
        named.extend(values.flat_map(|value| value.split(|b| b": \t\n".contains(b))).map(Text::from));
        named.extend(linker_line::preloads(&process.cmdline).into_iter().map(|(_, library)| library));
    }
    let paths = named.into_iter().filter(|path| path.starts_with(b"/"));
    for path in look.first(&Text::from("preloaded libraries"), paths, MAX_PRELOADS, "libraries") {
        wanted.add_resolved(look, &path, Interest::Preloaded);
    }
}

fn is_on_host(process: &Process) -> bool {
    let at_path = process.exe.as_ref().is_some_and(|exe| exe.at_path == Some(true));
    at_path && process.container.is_none() && process.root.as_ref().is_none_or(|root| root == "/")
}

fn shares_mounts(process: &Process, world: &World) -> bool {
    process.namespaces.mnt.is_some() && process.namespaces.mnt == world.host.own_namespaces.mnt
}
