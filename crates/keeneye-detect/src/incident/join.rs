//! Which findings belong together.

use super::Item;
use super::site::Site;
use super::time::TOGETHER;
use super::touch::{Key, Touch};
use crate::{standing, stay};
use keeneye_facts::{Level, Text};
use std::collections::BTreeMap;

/// How far apart, in seconds, what services' accounts do still has to do with each other.
const SAME_ACCOUNT: u64 = 1800;
/// Findings of one account, or of the time of one login, that are held against each other.
const MAX_OF_ACCOUNT: usize = 256;

/// Sets of findings that were joined (union-find).
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }
    fn root(&mut self, mut index: usize) -> usize {
        while let Some(parent) = self.0.get(index).copied().filter(|parent| *parent != index) {
            let above = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(index) {
                *slot = above;
            }
            index = above;
        }
        index
    }
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.0.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }
    fn join_all(&mut self, indexes: &[usize]) {
        for pair in indexes.windows(2) {
            if let [one, other] = pair {
                self.join(*one, *other);
            }
        }
    }
    /// The sets, each with its members in order.
    fn groups(mut self, members: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in members {
            groups.entry(self.root(index)).or_default().push(index);
        }
        groups.into_values().collect()
    }
}

/// Findings that belong together; each is in one group. Alerts first.
pub(super) fn groups<'a, 'f>(site: &Site<'_>, items: &'a [Item<'f>]) -> Vec<Vec<&'a Item<'f>>> {
    let of_level = |alert: bool| -> Vec<usize> {
        items.iter().enumerate().filter(|(_, item)| item.is_alert() == alert).map(|(index, _)| index).collect()
    };
    let mut sets = Sets::new(items.len());
    let (alerts, others) = (of_level(true), of_level(false));
    join_by(&mut sets, items, &alerts, |item| item.touch.keys.iter().chain(&item.touch.loose));
    by_account(site, &mut sets, items, &alerts);
    by_web_server(&mut sets, items, &alerts);
    by_time(&mut sets, items, &alerts);
    by_stay(&mut sets, items, &alerts);
    let mut cases = sets.groups(alerts.iter().copied());
    let rest = oddities(items, others);
    gather_timeless(items, &mut cases);
    let rest = attach(items, &mut cases, rest);
    let named = |group: Vec<usize>| group.into_iter().filter_map(|index| items.get(index)).collect();
    cases.into_iter().chain(rest).map(named).collect()
}

/// What is unusual is joined among itself, and only by what is strong: it must not connect alerts. Notes stay alone.
fn oddities(items: &[Item<'_>], others: Vec<usize>) -> Vec<Vec<usize>> {
    let mut sets = Sets::new(items.len());
    let is_unusual = |index: &usize| items.get(*index).is_some_and(|item| item.finding.level == Level::Unusual);
    let unusual: Vec<usize> = others.iter().copied().filter(is_unusual).collect();
    join_by(&mut sets, items, &unusual, |item| item.touch.keys.iter());
    sets.groups(others.into_iter())
}

fn join_by<'a, K: Iterator<Item = &'a Key>>(
    sets: &mut Sets,
    items: &'a [Item<'_>],
    among: &[usize],
    keys: impl Fn(&'a Item<'_>) -> K,
) {
    let mut first: BTreeMap<&Key, usize> = BTreeMap::new();
    for index in among {
        let Some(item) = items.get(*index) else { continue };
        for key in keys(item) {
            let other = *first.entry(key).or_insert(*index);
            sets.join(other, *index);
        }
    }
}

/// One is about an account, the other runs as it or is about it too.
fn by_account(site: &Site<'_>, sets: &mut Sets, items: &[Item<'_>], alerts: &[usize]) {
    let mut about: BTreeMap<&Text, Vec<usize>> = BTreeMap::new();
    let mut runs: BTreeMap<&Text, Vec<usize>> = BTreeMap::new();
    for index in alerts {
        let Some(item) = items.get(*index) else { continue };
        item.touch.about.iter().for_each(|name| about.entry(name).or_default().push(*index));
        item.touch.runs_as.iter().for_each(|name| runs.entry(name).or_default().push(*index));
    }
    for (name, about) in about {
        let runs = runs.get(name).map_or(&[][..], Vec::as_slice);
        if !is_of_services(site, name) {
            sets.join_all(&[&about, runs].concat());
            continue;
        }
        let all: Vec<usize> = about.iter().chain(runs).copied().take(MAX_OF_ACCOUNT).collect();
        for one in about.iter().take(MAX_OF_ACCOUNT) {
            for other in all.iter().filter(|other| are_near(items, *one, **other, SAME_ACCOUNT)) {
                sets.join(*one, *other);
            }
        }
    }
}

fn is_of_services(site: &Site<'_>, name: &Text) -> bool {
    let account = site.world.accounts.iter().find(|account| account.name == *name);
    account.is_some_and(|account| standing::is_service_account(site.world, account.uid))
}

fn are_near(items: &[Item<'_>], one: usize, other: usize, seconds: u64) -> bool {
    let first = |index: usize| items.get(index)?.touch.first;
    first(one).zip(first(other)).is_some_and(|(one, other)| one.abs_diff(other) <= seconds)
}

/// A script of a web server's account, and what that account runs: the script let them in.
fn by_web_server(sets: &mut Sets, items: &[Item<'_>], alerts: &[usize]) {
    let mut scripts: BTreeMap<&Text, Vec<usize>> = BTreeMap::new();
    let alert = |index: &usize| items.get(*index).map(|item| (*index, item));
    for (index, item) in alerts.iter().filter_map(alert).filter(|(_, item)| item.touch.web) {
        item.touch.runs_as.iter().for_each(|name| scripts.entry(name).or_default().push(index));
    }
    for (index, item) in alerts.iter().filter_map(alert).filter(|(_, item)| !item.touch.processes.is_empty()) {
        for script in item.touch.runs_as.iter().filter_map(|name| scripts.get(name)?.first()) {
            sets.join(*script, index);
        }
    }
}

/// Their first traces, in order of time.
fn timed(items: &[Item<'_>], alerts: &[usize]) -> Vec<(i64, usize)> {
    let timed = |index: &usize| Some((items.get(*index)?.touch.first?, *index));
    let mut timed: Vec<(i64, usize)> = alerts.iter().filter_map(timed).collect();
    timed.sort_unstable();
    timed
}

/// An odd login, and what was done while it lasted.
fn by_stay(sets: &mut Sets, items: &[Item<'_>], alerts: &[usize]) {
    let timed = timed(items, alerts);
    for (one, item) in alerts.iter().filter_map(|index| Some((*index, items.get(*index)?))) {
        let stay = item.touch.stay.into_iter();
        let then = stay.flat_map(|stay| between(&timed, stay.from, stay.to)).take(MAX_OF_ACCOUNT);
        let is_of = |other: &usize| items.get(*other).is_some_and(|other| item.touch.stays_through(&other.touch));
        then.map(|(_, other)| *other).filter(is_of).for_each(|other| sets.join(one, other));
    }
}

/// Those of these times; both ends belong to it.
fn between<T>(timed: &[(i64, T)], from: i64, to: i64) -> impl Iterator<Item = &(i64, T)> {
    let begin = timed.partition_point(|(time, _)| *time < from);
    timed.iter().skip(begin).take_while(move |(time, _)| *time <= to)
}

/// Alerts whose first traces lie within ten minutes.
fn by_time(sets: &mut Sets, items: &[Item<'_>], alerts: &[usize]) {
    for pair in timed(items, alerts).windows(2) {
        if let [(before, one), (after, other)] = pair
            && after.abs_diff(*before) <= TOGETHER
        {
            sets.join(*one, *other);
        }
    }
}

/// Alerts without time that share nothing belong to the one incident that has a time, where there is only one.
fn gather_timeless(items: &[Item<'_>], cases: &mut Vec<Vec<usize>>) {
    let is_timed =
        |case: &Vec<usize>| case.iter().any(|i| items.get(*i).is_some_and(|item| item.touch.first.is_some()));
    let (mut timed, timeless): (Vec<Vec<usize>>, Vec<Vec<usize>>) = cases.drain(..).partition(is_timed);
    match timed.as_mut_slice() {
        [only] => only.extend(timeless.into_iter().flatten()),
        _ => timed.extend(timeless),
    }
    *cases = timed;
}

/// Adds what is no alert to the case that it shares something with, or that happened at the same time or while an odd
/// login lasted. What is left stays as it is.
fn attach(items: &[Item<'_>], cases: &mut [Vec<usize>], rest: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut by_key: BTreeMap<&Key, usize> = BTreeMap::new();
    let mut by_account: BTreeMap<&Text, usize> = BTreeMap::new();
    let mut times: Vec<(i64, usize)> = Vec::new();
    let stays = Stays::of(items, cases);
    for (case, members) in cases.iter().enumerate() {
        for touch in members.iter().filter_map(|index| items.get(*index)).map(|item| &item.touch) {
            for key in &touch.keys {
                by_key.entry(key).or_insert(case);
            }
            for name in &touch.about {
                by_account.entry(name).or_insert(case);
            }
            times.extend(touch.first.map(|first| (first, case)));
        }
    }
    times.sort_unstable();
    let mut left = Vec::new();
    for group in rest {
        let touches = || group.iter().filter_map(|index| items.get(*index)).map(|item| &item.touch);
        let shared = || touches().find_map(|touch| touch.keys.iter().find_map(|key| by_key.get(key)));
        let names = || touches().find_map(|touch| touch.about.iter().find_map(|name| by_account.get(name)));
        let then = || touches().find_map(|touch| nearest(&times, touch.first?));
        let during = || touches().find_map(|touch| stays.case_of(touch));
        match shared().or_else(names).copied().or_else(during).or_else(then).and_then(|case| cases.get_mut(case)) {
            Some(case) => case.extend(group),
            None => left.push(group),
        }
    }
    left
}

/// What happened while logins lasted.
struct Stays<'a> {
    /// What alerts touch by their first traces, in order of time, each with its case.
    traces: Vec<(i64, (&'a Touch, usize))>,
    /// The same of those that are about logins.
    logins: Vec<(i64, (&'a Touch, usize))>,
}

impl<'a> Stays<'a> {
    fn of(items: &'a [Item<'_>], cases: &[Vec<usize>]) -> Self {
        let of_case = |(case, members): (usize, &Vec<usize>)| {
            let touches = members.iter().filter_map(|index| items.get(*index)).map(|item| &item.touch);
            touches.filter_map(move |touch| Some((touch.first?, (touch, case)))).collect::<Vec<_>>()
        };
        let mut traces: Vec<_> = cases.iter().enumerate().flat_map(of_case).collect();
        traces.sort_by_key(|(time, (_, case))| (*time, *case));
        let logins = traces.iter().filter(|(_, (touch, _))| touch.stay.is_some()).copied().collect();
        Self { traces, logins }
    }

    /// The case with a login during which this happened, or which happened during the login that this is about.
    fn case_of(&self, touch: &Touch) -> Option<usize> {
        let first = touch.first?;
        let before = between(&self.logins, first.saturating_sub(stay::LONGEST), first).take(MAX_OF_ACCOUNT);
        let of_login = || before.map(|(_, found)| found).find(|(login, _)| login.stays_through(touch));
        let stay = touch.stay.into_iter();
        let then = stay.flat_map(|stay| between(&self.traces, stay.from, stay.to)).take(MAX_OF_ACCOUNT);
        let of_trace = || then.map(|(_, found)| found).find(|(trace, _)| touch.stays_through(trace));
        of_login().or_else(of_trace).map(|(_, case)| *case)
    }
}

/// The case that left a trace nearest to a time, not farther than ten minutes from it.
fn nearest(times: &[(i64, usize)], time: i64) -> Option<usize> {
    let at = times.partition_point(|(other, _)| *other < time);
    let around = times.get(at.saturating_sub(1)..times.len().min(at + 1)).unwrap_or_default();
    let (other, case) = around.iter().min_by_key(|(other, _)| other.abs_diff(time))?;
    (other.abs_diff(time) <= TOGETHER).then_some(*case)
}
