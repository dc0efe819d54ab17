//! Content that a parser reads piece by piece: a file that lies in memory, or one that is asked for as it goes.

use crate::{Answer, Host, Question};
use keeneye_facts::{Refusal, Text};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;

/// What is asked for at once, in bytes. Half of it and more would be indexes that nobody reads if it were much larger.
const WINDOW: usize = 32 << 10;
/// Windows that are kept: parsers go back to pages that they read a moment ago.
const KEPT: usize = 64;

/// The content of a file.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// As it is asked for.
    OnHost(&'a Windows<'a>),
}

impl<'a> Content<'a> {
    /// Bytes in all.
    pub fn length(&self) -> u64 {
        match self {
            Self::Whole(bytes) => bytes.len() as u64,
            Self::OnHost(windows) => windows.length,
        }
    }
    /// Exactly so many bytes; `None` where there are fewer, or where the host does not answer.
    pub fn at(&self, from: u64, length: usize) -> Option<Cow<'a, [u8]>> {
        match self {
            Self::Whole(bytes) => {
                let rest = bytes.get(usize::try_from(from).ok()?..)?;
                rest.get(..length).map(Cow::Borrowed)
            }
            Self::OnHost(windows) => windows.at(from, length).map(Cow::Owned),
        }
    }
}

impl<'a> From<&'a [u8]> for Content<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Whole(bytes)
    }
}

/// A file of a host, of which a few windows lie in memory.
pub struct Windows<'a> {
    host: &'a dyn Host,
    path: Text,
    length: u64,
    /// Number and content, the one that was used last at the end.
    kept: RefCell<VecDeque<(u64, Text)>>,
    refused: RefCell<Option<Refusal>>,
}

impl<'a> Windows<'a> {
    /// `length` is what `lstat` says, in bytes.
    pub fn new(host: &'a dyn Host, path: Text, length: u64) -> Self {
        Self { host, path, length, kept: RefCell::default(), refused: RefCell::default() }
    }
    /// The first refusal: what a parser then finds missing is not missing in the file.
    pub fn refused(&self) -> Option<Refusal> {
        self.refused.borrow().clone()
    }

    fn at(&self, from: u64, length: usize) -> Option<Vec<u8>> {
        let end = from.checked_add(length as u64).filter(|end| *end <= self.length)?;
        let mut bytes = Vec::with_capacity(length.min(WINDOW));
        let mut next = from;
        while next < end {
            let (number, skipped) = (next / WINDOW as u64, (next % WINDOW as u64) as usize);
            let wanted = usize::try_from(end - next).ok()?.min(WINDOW - skipped);
            let taken = self.within(number, |window| {
                let piece = window.get(skipped..)?.get(..wanted)?;
                bytes.extend_from_slice(piece);
                Some(())
            });
            taken?;
            next += wanted as u64;
        }
        Some(bytes)
    }

    fn within(&self, number: u64, take: impl FnOnce(&[u8]) -> Option<()>) -> Option<()> {
        let mut kept = self.kept.borrow_mut();
        let window = match kept.iter().rposition(|(kept, _)| *kept == number).and_then(|at| kept.remove(at)) {
            Some(window) => window,
            None => (number, self.ask(number)?),
        };
        let taken = take(&window.1);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(window);
        taken
    }

    fn ask(&self, number: u64) -> Option<Text> {
        if self.refused.borrow().is_some() {
            return None;
        }
        let from = number * WINDOW as u64;
        let length = u32::try_from((self.length - from).min(WINDOW as u64)).ok()?;
        let why = match self.host.ask(&Question::ReadAt { path: self.path.clone(), from, length }) {
            Ok(Answer::Bytes { data, .. }) => return Some(data),
            Ok(other) => crate::host::wrong_shape(&other),
            Err(why) => why,
        };
        *self.refused.borrow_mut() = Some(why);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::{AskHost, Reply};
    use std::cell::Cell;

    struct Counting(Fixture, Cell<usize>, Cell<bool>);
    impl Host for Counting {
        fn ask(&self, question: &Question) -> Reply {
            self.1.set(self.1.get() + 1);
            if self.2.get() { Err(Refusal::Errno(5)) } else { self.0.ask(question) }
        }
    }

    fn host(size: usize) -> (Counting, Vec<u8>) {
        let bytes: Vec<u8> = (0..size).map(|at| (at * 7 % 251) as u8).collect();
        let mut fixture = Fixture::new("");
        fixture.file("/var/lib/rpm/rpmdb.sqlite", &bytes);
        (Counting(fixture, Cell::new(0), Cell::new(false)), bytes)
    }

    #[test]
    fn pieces_are_those_of_the_whole() {
        let (host, bytes) = host(3 * WINDOW + 77);
        let path = Text::from("/var/lib/rpm/rpmdb.sqlite");
        let windows = Windows::new(&host, path.clone(), bytes.len() as u64);
        let (pieces, whole) = (Content::OnHost(&windows), Content::from(bytes.as_slice()));
        assert_eq!(pieces.length(), whole.length());
        for from in [0, 1, WINDOW - 1, WINDOW, 2 * WINDOW - 3, 3 * WINDOW + 70, 3 * WINDOW + 77, 9 * WINDOW] {
            for length in [0, 1, 7, 8, WINDOW, 2 * WINDOW + 5] {
                let from = from as u64;
                assert_eq!(pieces.at(from, length), whole.at(from, length), "{from} {length}");
            }
        }
        assert_eq!(host.1.get(), 4, "each window is asked for once");
        assert_eq!(host.read(&path).unwrap().as_slice(), bytes);
    }
    #[test]
    fn what_is_refused_is_told_and_not_asked_again() {
        let (host, bytes) = host(2 * WINDOW);
        let windows = Windows::new(&host, "/var/lib/rpm/rpmdb.sqlite".into(), bytes.len() as u64);
        assert!(Content::OnHost(&windows).at(0, 9).is_some() && windows.refused().is_none());
        host.2.set(true);
        assert_eq!(Content::OnHost(&windows).at(0, 9).as_deref(), bytes.get(..9), "it is at hand");
        let asked = host.1.get();
        (0..3).for_each(|_| assert_eq!(Content::OnHost(&windows).at(WINDOW as u64, 9), None));
        assert_eq!((windows.refused(), host.1.get()), (Some(Refusal::Errno(5)), asked + 1));
    }
}
