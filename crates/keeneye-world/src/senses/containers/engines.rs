//! What docker, podman and containerd know of their containers.

mod docker;
mod oci;

use crate::calendar;
use crate::container_file::Known;
use crate::{EntryKind, Look, World};
use keeneye_facts::{Refusal, Text};

/// Containers of one engine.
const MAX_CONTAINERS: usize = 2_000;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    docker::look(look);
    oci::podman(look, world);
    oci::containerd(look);
}

/// Directories in a directory, as paths.
fn directories(look: &mut Look<'_>, dir: &Text) -> Vec<Text> {
    let names = look.optional_list(dir).unwrap_or_default();
    let dirs = names.into_iter().filter(|entry| matches!(entry.kind, EntryKind::Dir | EntryKind::Unknown));
    let found: Vec<Text> = dirs.take(MAX_CONTAINERS + 1).map(|entry| dir.join(&entry.name)).collect();
    if found.len() > MAX_CONTAINERS {
        look.gap(dir.clone(), Refusal::Cut(format!("{MAX_CONTAINERS} containers")));
    }
    found.into_iter().take(MAX_CONTAINERS).collect()
}

/// A file of known fields that need not be there.
fn read(look: &mut Look<'_>, path: &Text) -> Option<Known> {
    let text = look.optional_read(path)?;
    let known = crate::container_file::known(&text);
    if known.is_none() {
        look.gap(path.clone(), Refusal::Garbled("not what a container engine writes".into()));
    }
    known
}

/// Seconds since 1970 of `2024-01-02T03:04:05.678Z` (RFC 3339); the zone is left out.
fn seconds(time: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| time.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    calendar::seconds([year, month, day], [hour, minute, second])
}

#[cfg(test)]
mod tests;
