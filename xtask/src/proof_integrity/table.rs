//! The tamperings: `acceptance/tampering/MANAGER.toml`, each with what keeneye has to say about it.
//!
//! `recipe` is run by bash in a private copy of the root (`recipe.sh` beside the tables says what it can use). What has
//! to be said: a finding of `detector` (any, when absent) at `level` or above that is about `about`, a path or the name
//! of a package, and whose sentence contains `says`; and, where `differs` is given, a line of `keeneye list changes` for
//! that path with these words and with this `cause`. Of a row with `quiet` nothing above a note may be found. `beyond` says
//! why nothing on the host itself can tell.

use anyhow::{Context, Result};
use keeneye_facts::{ChangeCause, Level};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// Package managers, as their tables are named.
pub(super) const MANAGERS: [&str; 4] = ["dpkg", "rpm", "apk", "pacman"];

/// One tampering, and what has to be said about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tampering {
    /// `D01`, `R17`.
    pub(super) id: String,
    /// What was done.
    pub(super) title: String,
    /// What does it.
    pub(super) recipe: String,
    /// The root that is tampered with; the package manager's usual one, when absent.
    pub(super) root: Option<String>,
    /// Nothing above a note may be found.
    #[serde(default)]
    pub(super) quiet: bool,
    /// The detector that has to speak; any, when absent.
    pub(super) detector: Option<String>,
    /// Its level at least.
    pub(super) level: Option<Level>,
    /// What it has to be about.
    pub(super) about: String,
    /// What its sentence has to contain.
    pub(super) says: Option<String>,
    /// How the file has to differ.
    pub(super) differs: Option<String>,
    /// And why.
    pub(super) cause: Option<ChangeCause>,
    /// Why nothing on the host itself can tell: then the row does not count while it is not named.
    pub(super) beyond: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    tampering: Vec<Tampering>,
}

/// Reads the table of one package manager.
pub(super) fn read(directory: &Path, manager: &str) -> Result<Vec<Tampering>> {
    let file = directory.join(format!("{manager}.toml"));
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let table: Table = toml::from_str(&text).with_context(|| file.display().to_string())?;
    Ok(table.tampering)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_tampering_says_what_it_wants() {
        let directory = crate::workspace().join("acceptance/tampering");
        let all: Vec<Tampering> = MANAGERS.iter().flat_map(|manager| read(&directory, manager).unwrap()).collect();
        assert!(all.len() >= 40, "only {}", all.len());
        assert_eq!(all.iter().map(|t| &t.id).collect::<BTreeSet<_>>().len(), all.len(), "an id is there twice");
        for Tampering { id, quiet, level, cause, differs, .. } in &all {
            assert!(*quiet != level.is_some(), "{id} has to be quiet or of a level");
            assert!(cause.is_none() || differs.is_some(), "{id}: a cause is that of a difference");
        }
    }
}
