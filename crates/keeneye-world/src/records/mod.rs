//! Login records: files that programs write when somebody comes or goes.
//!
//! Parsers alone: bytes in, records out. What they mean for the host is judged elsewhere.

mod database;
pub mod faillog;
pub mod lastlog;
pub mod lastlog2;
mod sparse;
pub mod utmp;
pub mod wtmpdb;

pub use sparse::Sparse;
