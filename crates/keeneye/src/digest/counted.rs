//! What logs say again and again, counted.

use super::period::{Share, Sum};
use super::{MOST, more};
use crate::digest::page::Page;
use crate::names::concat;
use keeneye_facts::{LogEvent, LogKind, Text};
use keeneye_report::Section;
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Page<'_> {
    /// Events that are told in the same words, the most frequent first.
    pub(super) fn counted(
        &mut self,
        name: &'static str,
        kinds: &[LogKind],
        say: &dyn Fn(&LogEvent) -> (String, Text),
    ) -> Section {
        let mut by: BTreeMap<(String, Text), Sum> = BTreeMap::new();
        for event in self.world.log_events.iter().filter(|event| kinds.contains(&event.kind)) {
            let Some(first) = event.time.map(|time| time.seconds) else { continue };
            let share = self.period.share(first, event.until.unwrap_or(first));
            if share != Share::None {
                by.entry(say(event)).or_default().add(event.times.map_or(1, u64::from), share);
            }
        }
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, sum)| Reverse(sum.count));
        let mut section = Section::new(name);
        for ((what, value), sum) in rows.iter().take(MOST) {
            self.has_whole_days |= sum.at_most;
            let times = if value.is_empty() { sum.times() } else { format!("{} ", sum.times()) };
            section.row(what.clone(), concat(&[times.as_bytes(), value]));
        }
        more(&mut section, rows.len());
        section
    }

    /// What events say, one by one.
    pub(super) fn each(&self, name: &'static str, kinds: &[LogKind], say: &dyn Fn(&LogEvent) -> Text) -> Section {
        let mut section = Section::new(name);
        let told = |event: &&LogEvent| event.time.is_some_and(|time| self.period.has(time.seconds));
        let events: Vec<&LogEvent> =
            self.world.log_events.iter().filter(|event| kinds.contains(&event.kind)).filter(told).collect();
        for event in events.iter().take(MOST) {
            let time = event.time.map(|time| time.seconds).unwrap_or_default();
            section.moment(time, self.zone, say(event));
        }
        more(&mut section, events.len());
        section
    }
}
