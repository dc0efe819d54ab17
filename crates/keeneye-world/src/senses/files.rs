//! Files that something made interesting: what runs, what is loaded, what admins trust, and who brought it.

mod changed;
mod commands;
mod compared;
mod facts;
mod linker;
mod modules;
mod namesakes;
mod originals;
mod running;
mod scripts;
mod start;
mod strays;
mod sweep;
mod web;

pub(super) use facts::kind;

use super::Plan;
use crate::packages::Packages;
use crate::{Look, World};
use keeneye_facts::{Event, FileCapabilities, Interest, Shape, Text};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn look(look: &mut Look<'_>, world: &World, plan: &Plan) {
    let mut packages = Packages::read(look, world.host.now, &plan.keys, plan.vendor.as_ref());
    for (database, count) in packages.databases() {
        look.saw(Event::PackagesSeen { database: (*database).into(), count: *count });
    }
    packages.placed().into_iter().for_each(|step| look.saw(Event::PackageStepSeen(Box::new(step))));
    let mut wanted = Wanted::default();
    if !plan.only_packages {
        of_interest(look, &mut wanted, &mut packages, world, plan);
    }
    let differing = compared::look(look, &mut wanted, &packages, world, plan);
    changed::look(look, &mut packages, &differing, plan);
    for (path, interest) in &world.wanted_files {
        // What is named and not there cannot do anything; whoever named it says so.
        if let Some(path) = look.resolve_if_there(path) {
            wanted.add(path, *interest);
        }
    }
    for path in &plan.files {
        wanted.add_resolved(look, path, Interest::Asked);
    }
    let mut facts = facts::of(look, &mut packages, &wanted, plan, world.host.now);
    scripts::read(look, &mut facts);
    for fact in facts {
        look.saw(Event::FileSeen(Box::new(fact)));
    }
}

/// What something on the host leads to.
fn of_interest(look: &mut Look<'_>, wanted: &mut Wanted, packages: &mut Packages, world: &World, plan: &Plan) {
    running::programs(wanted, world);
    if plan.only_accounts {
        running::scripts(look, wanted, world);
        return;
    }
    namesakes::of(wanted, world);
    running::scripts(look, wanted, world);
    running::libraries(look, wanted, world);
    running::preloads(look, wanted, world);
    let library_dirs = modules::library_dirs(look);
    modules::modules(look, wanted, &library_dirs);
    linker::preload(look, wanted, &library_dirs);
    linker::cache(look, wanted, packages, &library_dirs);
    let start_lines = start::look(look, wanted, world);
    commands::look(look, wanted, world, &start_lines);
    strays::look(look, wanted, packages, &library_dirs);
    let web_files = sweep::look(look, wanted, packages, world, plan);
    web::look(look, wanted, web_files);
    originals::of(look, wanted, packages);
}

/// Files to look at.
#[derive(Debug, Default)]
struct Wanted {
    /// By resolved path, and why.
    files: BTreeMap<Text, BTreeSet<Interest>>,
    /// Of those that bear any.
    capabilities: BTreeMap<Text, FileCapabilities>,
    /// Of those that were looked into already.
    shapes: BTreeMap<Text, Shape>,
}

impl Wanted {
    /// A path without symbolic links.
    fn add(&mut self, path: Text, interest: Interest) {
        self.files.entry(path).or_default().insert(interest);
    }
    /// A path as something names it. What leads nowhere is looked at under that name and found missing.
    fn add_resolved(&mut self, look: &mut Look<'_>, path: &Text, interest: Interest) -> Text {
        let resolved = look.resolve_if_there(path).unwrap_or_else(|| path.clone());
        self.add(resolved.clone(), interest);
        resolved
    }
}

#[cfg(test)]
mod tests;
