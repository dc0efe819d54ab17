//! rpm's database: bytes in, packages out, in each of the three forms that rpm has used.
//!
//! Who has root writes this database as he likes. What a vendor signed in it is kept apart from the rest, and nothing
//! here says that a signature is good: see [`Package::signed_bytes`] and [`Package::signatures`].

mod bdb;
mod database;
mod files;
mod header;
mod ndb;
mod package;
#[cfg(test)]
mod tests;

pub use database::{Kind, each, read};
pub use header::{Entry, Error, Header};
pub use package::{Package, Signature, SignatureKind};

/// Something in a database that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Number of the record, when it is about one.
    pub record: Option<u32>,
    /// What is wrong.
    pub why: String,
}
