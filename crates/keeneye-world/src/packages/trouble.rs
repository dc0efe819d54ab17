//! Places in a package database that could not be understood.

/// How many are told of one file.
const MAX_TROUBLES: usize = 5;

/// A place in a database file that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Line number from 1.
    pub line: usize,
    /// What is wrong.
    pub why: &'static str,
}

/// The first troubles of one file.
#[derive(Default)]
pub(super) struct Troubles(Vec<Trouble>);

impl Troubles {
    pub(super) fn add(&mut self, line: usize, why: &'static str) {
        if self.0.len() < MAX_TROUBLES {
            self.0.push(Trouble { line, why });
        }
    }

    pub(super) fn told(self) -> Vec<Trouble> {
        self.0
    }
}
