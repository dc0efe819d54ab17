//! What logs say again and again, counted.

use super::period::{Share, Sum};
use super::{MOST, more};
use crate::digest::page::Page;
use crate::names::concat;
use keeneye_facts::{LogEvent, LogKind, Text};
use keeneye_report::Section;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How often something was told in the same words.
pub(super) type Counts = BTreeMap<(String, Text), Sum>;

impl Page<'_> {
    /// Events that are told in the same words, the most frequent first.
    pub(super) fn counted(
        &mut self,
        name: &'static str,
        kinds: &[LogKind],
        say: &dyn Fn(&LogEvent) -> (String, Text),
    ) -> Section {
        let mut by = Counts::new();
        for (event, count, share) in self.events(kinds) {
            by.entry(say(event)).or_default().add(count, share);
        }
        let mut section = Section::new(name);
        self.rows(&mut section, by);
        section
    }

    /// Events of the period, how often each happened, and how much of that lies within.
    pub(super) fn events(&self, kinds: &[LogKind]) -> impl Iterator<Item = (&LogEvent, u64, Share)> {
        self.world.log_events.iter().filter(|event| kinds.contains(&event.kind)).filter_map(|event| {
            let first = event.time?.seconds;
            let share = self.period.share(first, event.until.unwrap_or(first));
            (share != Share::None).then(|| (event, event.times.map_or(1, u64::from), share))
        })
    }

    /// The most frequent first.
    pub(super) fn rows(&mut self, section: &mut Section, by: Counts) {
        let mut rows: Vec<_> = by.into_iter().collect();
        rows.sort_by_key(|(_, sum)| Reverse(sum.count));
        for ((what, value), sum) in rows.iter().take(MOST) {
            self.has_whole_days |= sum.at_most;
            let times = if value.is_empty() { sum.times() } else { format!("{} ", sum.times()) };
            section.row(what.clone(), concat(&[times.as_bytes(), value]));
        }
        more(section, rows.len());
    }

    /// What events say, one by one.
    pub(super) fn each(&self, name: &'static str, kinds: &[LogKind], say: &dyn Fn(&LogEvent) -> Text) -> Section {
        let mut section = Section::new(name);
        let told = |event: &&LogEvent| event.time.is_some_and(|time| self.period.has(time.seconds));
        let mut events: Vec<&LogEvent> =
            self.world.log_events.iter().filter(|event| kinds.contains(&event.kind)).filter(told).collect();
        // What is odd is not among those that are left out.
        events.sort_by_key(|event| !event.makes_root());
        for event in events.iter().take(MOST) {
            let time = event.time.map(|time| time.seconds).unwrap_or_default();
            section.moment(time, self.zone, say(event));
        }
        more(&mut section, events.len());
        section
    }
}
