//! Programs of no package that one installer put among packages' own, told from one that hides among them.

use crate::persistence::risk::{self, Sign, Weight};
use crate::place;
use keeneye_facts::{FileFact, Interest, Text};

/// Files that were put in one directory by one installer, at least.
const SET: usize = 4;
/// How far apart an installer puts the files of one set, in seconds.
const TOGETHER: u64 = 600;
/// Depth at which a vendor's tree has a directory of its own: `/usr/lib/NAME/...`.
pub(super) const OWN_TREE_DEPTH: usize = 5;

/// The directory that an installer fills: of a vendor's tree its top, `/usr/lib/jvm/NAME`.
pub(super) fn home_of(path: &Text) -> Text {
    let mut slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    let top = slashes.nth(OWN_TREE_DEPTH - 1).and_then(|end| path.get(..end));
    top.map_or_else(|| Text::from(path.parent()), Text::from)
}

/// So many files of one directory were put there about that time that one installer did it. Times in seconds since 1970.
pub(super) fn came_together(time: i64, neighbours: impl Iterator<Item = i64>) -> bool {
    neighbours.filter(|other| other.abs_diff(time) <= TOGETHER).take(SET).count() == SET
}

/// It is judged alone, however many lie beside it: who brings something that hides or runs can bring more files with it.
pub(super) fn stands_out(fact: &FileFact) -> bool {
    is_hidden_or_misplaced(&fact.path) || gets_to_run(fact) || does(fact).is_some()
}

fn gets_to_run(fact: &FileFact) -> bool {
    let runs = [Interest::Running, Interest::RunningScript, Interest::Autostart, Interest::Pam, Interest::Nss];
    runs.iter().any(|interest| fact.interests.contains(interest))
}

/// A name that hides, or code among headers and documents.
pub(super) fn is_hidden_or_misplaced(path: &Text) -> bool {
    let data = ["/usr/include", "/usr/share/doc", "/usr/share/man"].iter().any(|dir| path.is_within(dir));
    data || place::hidden_component(path).is_some()
}

/// What a script does that nothing honest needs. One that something starts because of where it lies is told for that.
pub(super) fn does(fact: &FileFact) -> Option<Sign> {
    let commands = fact.commands.as_ref().filter(|_| !fact.interests.contains(&Interest::Entry))?;
    risk::of_script(commands).into_iter().next().filter(|sign| sign.weight == Weight::Content)
}
