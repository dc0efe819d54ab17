//! Failed logins, by where they came from.

use super::page::Page;
use super::period::{Share, Sum};
use super::{MOST, more};
use crate::logins::{sources, tried_names};
use crate::names;
use keeneye_facts::Text;
use keeneye_report::Section;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Attempts of one address.
#[derive(Default)]
struct Tried<'a> {
    sum: Sum,
    by_user: BTreeMap<&'a Text, u64>,
    /// Of attempts that were counted without their names.
    names: u32,
}

impl Page<'_> {
    pub(super) fn failures(&mut self) -> Section {
        let mut by: BTreeMap<&Text, Tried<'_>> = BTreeMap::new();
        let mut all = Sum::default();
        for failures in &self.world.failures {
            let share = self.period.share(failures.first, failures.last);
            if share != Share::None {
                let tried = by.entry(&failures.from).or_default();
                tried.sum.add(failures.count, share);
                *tried.by_user.entry(&failures.user).or_default() += failures.count;
                tried.names = tried.names.max(failures.names);
                all.add(failures.count, share);
            }
        }
        self.has_whole_days |= all.at_most;
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, tried)| Reverse(tried.sum.count));
        let mut section = Section::new("failed logins");
        if all.count > 0 {
            let addresses = rows.iter().filter(|(from, _)| !from.is_empty()).count() as u64;
            let whence = match (addresses, addresses == rows.len() as u64) {
                (0, _) => "consoles".to_owned(),
                (_, true) => sources(addresses),
                (_, false) => format!("{} and from consoles", sources(addresses)),
            };
            section.row("in all", format!("{} from {whence}", all.words()));
        }
        for (from, tried) in rows.iter().take(MOST) {
            let what = if from.is_empty() { "no address".into() } else { from.lossy() };
            let place = keeneye_facts::address(from).and_then(|address| self.world.places.get(&address));
            let place = place.map(names::place).filter(|place| !place.is_empty());
            let place = place.map(|place| format!(", {place}")).unwrap_or_default();
            section.row(what, format!("{} against {}{place}", tried.sum.times(), against(tried)));
        }
        more(&mut section, rows.len());
        section
    }
}

/// `root`, `12 names, mostly root`.
fn against(tried: &Tried<'_>) -> String {
    let named = tried.by_user.iter().filter(|(user, _)| !user.is_empty());
    let told = named.clone().count() as u64;
    let names = tried_names(told, tried.names);
    match (told.max(tried.names.into()), named.max_by_key(|(_, count)| **count)) {
        (0, _) => "names that are not told".to_owned(),
        (1, Some((user, _))) => user.lossy().into_owned(),
        (_, Some((user, count))) if count * 2 > tried.by_user.values().sum() => {
            format!("{names}, mostly {}", user.lossy())
        }
        _ => names,
    }
}
