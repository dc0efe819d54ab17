//! What can be done with baselines.

use super::Kept;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Remember every file as it is now, as the next baseline
    Learn {
        /// Where to begin, instead of where the one before did [default: /]
        #[arg(value_name = "DIR")]
        roots: Vec<PathBuf>,
        /// Read all content, also of files that look untouched
        #[arg(long)]
        full: bool,
        #[command(flatten)]
        place: Kept,
    },
    /// Show which baselines there are, or all about one
    Show {
        /// Its number or its file
        which: Option<String>,
        #[command(flatten)]
        place: Kept,
    },
    /// Tell what changed since the newest baseline, since another one, or between two
    Diff {
        /// The earlier one: its number or its file [default: the newest]
        before: Option<String>,
        /// The later one [default: the host as it is now]
        after: Option<String>,
        /// Read all content, also of files that look untouched
        #[arg(long, conflicts_with = "after")]
        full: bool,
        #[command(flatten)]
        place: Kept,
    },
    /// Sign a baseline; the key need not be on the host that it is of
    Sign(Which),
    /// Tell whether a baseline is whole, the newest that was seen, and signed by the owner of a public key
    Verify(Which),
    /// Make a key: FILE signs, FILE.pub verifies
    Keygen {
        /// The file to write; it must not be there yet
        file: PathBuf,
    },
}

/// A baseline, and where baselines are kept.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// Its number or its file [default: the newest]
    pub(crate) which: Option<String>,
    /// The file that holds the key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) place: Kept,
}
