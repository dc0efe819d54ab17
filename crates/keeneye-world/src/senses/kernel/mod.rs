//! The running kernel: its modules, its settings, what hooks into it and what it would start by itself.
//!
//! An image has no kernel of its own that runs: nothing is asked there.

mod bpf;
mod helpers;
mod hooks;
mod modules;
mod settings;

use super::Plan;
use crate::{Look, World};
use keeneye_facts::{Event, Interest, Kernel, Text};

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    if !world.host.live {
        return;
    }
    let mut kernel = Kernel::default();
    settings::read(look, &mut kernel);
    let found = modules::look(look, world, &mut kernel);
    bpf::look(look, world);
    hooks::read(look, world, &mut kernel);
    kernel.helpers = helpers::read(look, world, &kernel);
    for module in found {
        let files = [&module.file, &module.source].into_iter().flatten();
        files.for_each(|path| look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Module }));
        look.saw(Event::ModuleSeen(module));
    }
    for path in kernel.helpers.iter().flat_map(|helper| [&helper.path, &helper.script]).flatten() {
        look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Autostart });
    }
    look.saw(Event::KernelSeen(Box::new(kernel)));
}

/// A file of one value, without the newline behind it. Not every kernel has every file.
fn value(look: &mut Look<'_>, path: &str) -> Option<Text> {
    look.optional_read(&Text::from(path)).map(|text| Text::from(text.trim_ascii()))
}

/// The place where a file system of that kind is mounted in keeneye's own mount namespace.
fn mount_point<'a>(world: &'a World, kind: &str) -> Option<&'a Text> {
    world.mounts.iter().find(|mount| mount.kind == kind && mount.root == "/").map(|mount| &mount.point)
}

#[cfg(test)]
mod tests;
