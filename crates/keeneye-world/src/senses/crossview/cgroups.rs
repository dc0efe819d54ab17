//! `cgroup.procs`: the processes of every control group, cgroups(7).

use crate::{AskHost, EntryKind, Look, World, proc_path};
use bstr::ByteSlice;
use keeneye_facts::{Refusal, Text};
use std::collections::BTreeSet;

/// Groups that are read; hosts with thousands of containers have some ten thousand.
const MAX_GROUPS: usize = 20_000;

/// All processes of the version 2 hierarchy, else of systemd's. `None` when neither is mounted.
pub(super) fn processes(look: &mut Look<'_>, world: &World) -> Option<BTreeSet<u32>> {
    let systemd = |options: &Text| options.split_str(",").any(|option| option == b"name=systemd");
    let mut mounts = world.mounts.iter().filter(|m| m.point.is_within("/sys/fs/cgroup"));
    let top = mounts
        .clone()
        .find(|m| m.kind == "cgroup2")
        .or_else(|| mounts.find(|m| m.kind == "cgroup" && systemd(&m.super_options)))?
        .point
        .clone();
    let mut found = BTreeSet::new();
    let mut refused: Vec<(Refusal, Text, u64)> = Vec::new();
    let mut todo = vec![top.clone()];
    let mut groups = 0;
    while let Some(group) = todo.pop() {
        if groups == MAX_GROUPS {
            look.gap(top, Refusal::Cut(format!("{MAX_GROUPS} control groups")));
            break;
        }
        groups += 1;
        let reply = look.host().read(&group.join("cgroup.procs")).and_then(|text| {
            found.extend(text.lines().filter_map(proc_path::pid));
            look.host().list(&group)
        });
        match reply {
            Ok(names) => {
                let inner = names.iter().filter(|entry| entry.kind == EntryKind::Dir);
                todo.extend(inner.map(|entry| group.join(entry.name.as_slice())));
            }
            Err(why) => note(&mut refused, why, group),
        }
    }
    let mut count = 0;
    for (why, first, times) in refused {
        count += times;
        look.gap(Text::from([first.as_slice(), format!(" and {} more", times - 1).as_bytes()].concat()), why);
    }
    look.count(groups as u64, (groups as u64).saturating_sub(count));
    Some(found)
}

/// A group may be removed meanwhile; EOPNOTSUPP (95) is what the inner groups of threads give, whose processes the
/// group above lists.
fn note(refused: &mut Vec<(Refusal, Text, u64)>, why: Refusal, group: Text) {
    if why.is_absent() || why == Refusal::Errno(95) {
        return;
    }
    match refused.iter_mut().find(|(known, _, _)| *known == why) {
        Some((_, _, times)) => *times += 1,
        None => refused.push((why, group, 1)),
    }
}
