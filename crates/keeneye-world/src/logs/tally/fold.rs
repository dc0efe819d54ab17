//! Sums of lines that say the same.

use super::Sum;
use crate::logs::{Head, Moment, Resolver, Said};
use keeneye_facts::{LogKind, Text};
use std::collections::HashMap;

/// As much of a name is told apart; sshd cuts names there too.
const LONGEST_NAME: usize = 100;
/// As much of what cron ran.
const LONGEST_COMMAND: usize = 200;

/// Sums by day, address, user and kind, then by address, then one.
#[derive(Default)]
pub(super) struct Folds {
    /// Where keys are written before they are looked up: no line needs memory of its own.
    key: Vec<u8>,
    sums: HashMap<Box<[u8]>, Fold>,
    by_address: HashMap<Box<[u8]>, Fold>,
    uncounted: u64,
}

/// The key holds the texts: their lengths, then they.
struct Fold {
    kind: LogKind,
    program: Box<[u8]>,
    count: u64,
    first: (u64, Option<Moment>),
    last: (u64, Option<Moment>),
}

/// Day, kind, and the lengths of address, user, method and command stand before the texts.
const HEAD: usize = 9;

impl Folds {
    pub(super) fn add(
        &mut self,
        limit: usize,
        head: &Head<'_>,
        said: &Said<'_>,
        from: Option<&[u8]>,
        at: u64,
        moment: Option<Moment>,
    ) {
        let day = moment.map_or(u32::MAX, Moment::day);
        let texts = [
            cut(from.unwrap_or_default(), 255),
            cut(said.user.unwrap_or_default(), LONGEST_NAME),
            cut(said.method.unwrap_or_default(), LONGEST_NAME),
            cut(said.command.unwrap_or_default(), LONGEST_COMMAND),
        ];
        write_key(&mut self.key, day, said.kind, &texts);
        let place = (at, moment);
        if let Some(fold) = self.sums.get_mut(self.key.as_slice()) {
            return fold.add(head.times, place);
        }
        let new = || Fold {
            kind: said.kind,
            program: head.program.into(),
            count: head.times.into(),
            first: place,
            last: place,
        };
        if self.sums.len() < limit {
            self.sums.insert(self.key.as_slice().into(), new());
            return;
        }
        let [from, ..] = texts;
        write_key(&mut self.key, 0, said.kind, &[from, b"", b"", b""]);
        if let Some(fold) = self.by_address.get_mut(self.key.as_slice()) {
            return fold.add(head.times, place);
        }
        if self.by_address.len() < limit {
            self.by_address.insert(self.key.as_slice().into(), new());
            return;
        }
        self.uncounted += u64::from(head.times);
    }

    /// Both tables in the order of their first lines, and what fitted into neither.
    pub(super) fn finish(self, resolver: &Resolver<'_>) -> (Vec<Sum>, Vec<Sum>, u64) {
        (table(self.sums, resolver), table(self.by_address, resolver), self.uncounted)
    }
}

impl Fold {
    fn add(&mut self, times: u32, place: (u64, Option<Moment>)) {
        self.count += u64::from(times);
        self.last = place;
    }
}

fn write_key(key: &mut Vec<u8>, day: u32, kind: LogKind, texts: &[&[u8]; 4]) {
    key.clear();
    key.extend_from_slice(&day.to_le_bytes());
    key.push(kind as u8);
    key.extend(texts.map(|text| u8::try_from(text.len()).unwrap_or(u8::MAX)));
    texts.iter().for_each(|text| key.extend_from_slice(text));
}

fn table(folds: HashMap<Box<[u8]>, Fold>, resolver: &Resolver<'_>) -> Vec<Sum> {
    let place = |(at, moment): (u64, Option<Moment>)| (at, moment.and_then(|moment| resolver.time(moment)));
    let sum = |(key, fold): (Box<[u8]>, Fold)| {
        let [from, user, method, command] = texts(&key);
        Sum {
            kind: fold.kind,
            program: Text::from(fold.program.into_vec()),
            user,
            from,
            method,
            command,
            count: fold.count,
            first: place(fold.first),
            last: place(fold.last),
        }
    };
    let mut sums: Vec<Sum> = folds.into_iter().map(sum).collect();
    sums.sort_by(|one, two| (one.first.0, one.kind).cmp(&(two.first.0, two.kind)));
    sums
}

/// The four texts of a key.
fn texts(key: &[u8]) -> [Text; 4] {
    let mut rest = key.get(HEAD..).unwrap_or_default();
    [5, 6, 7, 8].map(|at| {
        let length = usize::from(key.get(at).copied().unwrap_or_default());
        let (text, behind) = rest.split_at_checked(length).unwrap_or((rest, b""));
        rest = behind;
        Text::from(text)
    })
}

fn cut(text: &[u8], longest: usize) -> &[u8] {
    text.get(..longest).unwrap_or(text)
}
