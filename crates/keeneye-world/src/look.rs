//! What a sense has in hand: the host, and a slate for facts and gaps.

use crate::host::wrong_shape;
use crate::{Answer, AskHost, DirEntry, Host, Question};
use bstr::ByteSlice;
use keeneye_facts::{Event, Gap, Refusal, SenseCoverage, Text};
use std::collections::{BTreeMap, BTreeSet};

/// One sense's look at a host. Counts what was asked and answered; collects facts and gaps.
///
/// Two kinds of question: the plain ones record a gap when they are refused; `optional_*` take "there is no such
/// file" for an answer. What a process that just ended does not answer is neither: such questions go through
/// [`Look::host`], and the sense says with [`Look::count`] how they went.
pub struct Look<'a> {
    host: &'a dyn Host,
    sense: &'static str,
    asked: u64,
    answered: u64,
    events: Vec<Event>,
    /// Names in directories that were asked for what they do not hold. Not of procfs: there names come and go.
    known: BTreeMap<Text, BTreeSet<Text>>,
    /// Limits that were told.
    cut: BTreeSet<(Text, String)>,
}

impl<'a> Look<'a> {
    /// A look by the sense of that name.
    pub fn new(host: &'a dyn Host, sense: &'static str) -> Self {
        Self { host, sense, asked: 0, answered: 0, events: Vec::new(), known: BTreeMap::new(), cut: BTreeSet::new() }
    }
    /// The host itself, for questions that are not counted.
    pub fn host(&self) -> &'a dyn Host {
        self.host
    }
    /// A fact.
    pub fn saw(&mut self, event: Event) {
        self.events.push(event);
    }
    /// What this sense has said so far.
    pub fn seen(&self) -> &[Event] {
        &self.events
    }
    /// A gap.
    pub fn gap(&mut self, what: impl Into<Text>, why: Refusal) {
        self.events.push(Event::GapSeen(Gap { sense: self.sense.into(), what: what.into(), why, blinding: false }));
    }
    /// A gap without which nothing of the kind can be judged.
    pub fn blinding_gap(&mut self, what: impl Into<Text>, why: Refusal) {
        self.events.push(Event::GapSeen(Gap { sense: self.sense.into(), what: what.into(), why, blinding: true }));
    }
    /// Counts questions that were asked through [`Look::host`].
    pub fn count(&mut self, asked: u64, answered: u64) {
        self.asked += asked;
        self.answered += answered;
    }
    /// All that was seen, with the coverage as the last event.
    pub fn finish(mut self) -> Vec<Event> {
        if self.asked > 0 {
            self.events.push(Event::SenseDone(SenseCoverage {
                sense: self.sense.into(),
                asked: self.asked,
                answered: self.answered,
            }));
        }
        self.events
    }

    /// Asks anything; a refusal is a gap under `what`.
    pub fn ask(&mut self, question: &Question, what: impl Into<Text>) -> Option<Answer> {
        let reply = self.host.ask(question);
        self.must(what, reply)
    }
    /// Content of a file that must be there.
    pub fn read(&mut self, path: &Text) -> Option<Text> {
        let reply = self.host.read(path);
        self.must(path.clone(), reply)
    }
    /// Names in a directory that must be there.
    pub fn list(&mut self, path: &Text) -> Option<Vec<DirEntry>> {
        let reply = self.host.list(path);
        self.must(path.clone(), reply)
    }
    /// Content of a file that need not be there.
    pub fn optional_read(&mut self, path: &Text) -> Option<Text> {
        let reply = self.host.read(path);
        self.may(path, reply)
    }
    /// The same, and no more than so many lines; that there are more is a gap.
    pub fn optional_read_lines(&mut self, path: &Text, most: usize) -> Option<Text> {
        let text = self.optional_read(path)?;
        let Some(end) = text.find_iter(b"\n").nth(most.saturating_sub(1)) else {
            return Some(text);
        };
        if end + 1 < text.len() {
            self.cut(path, most, "lines");
        }
        Some(Text::from(text.get(..end).unwrap_or(&text)))
    }
    /// The first ones; that there are more is a gap, which names the place.
    pub fn first<T>(&mut self, place: &Text, all: impl IntoIterator<Item = T>, most: usize, what: &str) -> Vec<T> {
        let mut found: Vec<T> = all.into_iter().take(most.saturating_add(1)).collect();
        if found.len() > most {
            self.cut(place, most, what);
            found.truncate(most);
        }
        found
    }
    /// A parser that stops at a limit has reached it: what follows is a gap.
    pub fn full(&mut self, place: &Text, count: usize, most: usize, what: &str) {
        if count >= most {
            self.cut(place, most, what);
        }
    }
    /// Told once for each place, however many entries of it reach the limit.
    fn cut(&mut self, place: &Text, most: usize, what: &str) {
        let why = format!("{most} {what}");
        if self.cut.insert((place.clone(), why.clone())) {
            self.gap(place.clone(), Refusal::Cut(why));
        }
    }
    /// Names in a directory that need not be there.
    pub fn optional_list(&mut self, path: &Text) -> Option<Vec<DirEntry>> {
        let reply = self.host.list(path);
        self.may(path, reply)
    }
    /// A path with links resolved; the file need not be there.
    pub fn optional_resolve(&mut self, path: &Text) -> Option<Text> {
        let reply = self.host.resolve(path);
        self.may(path, reply)
    }
    /// Target of a link that need not be there.
    pub fn optional_link(&mut self, path: &Text) -> Option<Text> {
        let reply = self.host.link(path);
        self.may(path, reply)
    }
    /// The same for a link that may lead nowhere.
    pub fn resolve_if_there(&mut self, path: &Text) -> Option<Text> {
        match self.host.resolve(path) {
            Err(why) if why.is_absent() && self.host.link(path).is_ok() => {
                self.count(1, 1);
                None
            }
            reply => self.may(path, reply),
        }
    }
    /// `lstat` of a file that need not be there.
    pub fn optional_stat(&mut self, path: &Text) -> Option<keeneye_facts::FileStat> {
        let reply = self.host.stat(path);
        self.may(path, reply)
    }
    /// An answer had the wrong shape: a forged recording.
    pub fn misfit(&mut self, what: impl Into<Text>, answer: &Answer) {
        self.gap(what, wrong_shape(answer));
    }

    fn must<T>(&mut self, what: impl Into<Text>, reply: Result<T, Refusal>) -> Option<T> {
        self.asked += 1;
        match reply {
            Ok(answer) => {
                self.answered += 1;
                Some(answer)
            }
            Err(why) => {
                self.gap(what, why);
                None
            }
        }
    }

    /// "There is no such file" counts as an answer, unless the directory lists the name all the same.
    fn may<T>(&mut self, path: &Text, reply: Result<T, Refusal>) -> Option<T> {
        match reply {
            Err(why) if why.is_absent() && !self.listed(path) => {
                self.asked += 1;
                self.answered += 1;
                None
            }
            reply => self.must(path.clone(), reply),
        }
    }

    /// The directory lists the name. Each directory is listed once, and that is no question of its own: what matters is
    /// asked for afterwards.
    pub fn listed(&mut self, path: &Text) -> bool {
        let (parent, name) = (Text::from(path.parent()), path.file_name());
        if parent.is_empty() {
            return false;
        }
        if let Some(names) = self.known.get(&parent) {
            return names.contains(name.as_bytes());
        }
        let names = self.host.list(&parent).unwrap_or_default();
        let names: BTreeSet<Text> = names.into_iter().map(|entry| entry.name).collect();
        let listed = names.contains(name.as_bytes());
        if !parent.is_within("/proc") {
            self.known.insert(parent, names);
        }
        listed
    }
}
