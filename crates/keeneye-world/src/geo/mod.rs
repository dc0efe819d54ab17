//! Where an address is, off line: keeneye's own table, and databases that the person or the server has.
//!
//! Nothing here asks a name server, and nothing reads a file: bytes come from the door.

#[cfg(any(test, feature = "fixture"))]
pub mod encode;
mod format;
mod ranges;
mod table;

pub use table::{Day, Entry, Table};
