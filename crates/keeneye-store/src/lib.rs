//! keeneye's own files: what it remembers between two looks.
//!
//! A directory (/var/lib/keeneye) that belongs to root alone. Files in it are written beside their place, forced to the
//! disk and renamed, so that each is there whole or not at all. What they hold is the business of others.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is where keeneye keeps its own files")]

mod baselines;
mod directory;

pub use baselines::{Baselines, Seen};
pub use directory::{Directory, StoreError, append, open_file, write_fresh_file};

/// Where keeneye keeps its own files.
pub const DIRECTORY: &str = "/var/lib/keeneye";
