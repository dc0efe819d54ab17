//! Where an address is, off line: keeneye's own table, and databases that the person or the server has.
//!
//! Nothing here asks a name server, and nothing reads a file: bytes come from the door.

mod databases;
#[cfg(any(test, feature = "fixture"))]
pub mod encode;
mod format;
mod great_circle;
mod mmdb;
mod ranges;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use databases::{Databases, OWN_TABLE, is_stale, usual_places};
pub use table::{ATTRIBUTION, Day, Entry, Table};
