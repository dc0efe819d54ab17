//! What was normal before: every file of a host as it was when somebody said "this is how it should be".
//!
//! Pure: bytes and entries in, bytes and changes out. The door walks and hashes (`keeneye-live`), the store keeps the
//! files (`keeneye-store`).

mod cause;
mod diff;
mod entry;
mod format;
mod policy;
mod signature;
mod weight;
mod words;

pub use cause::{Cause, Group, Owned, group};
pub use diff::{Aspect, Change, Differ};
pub use entry::{Attributes, Content, Entry, Moment, walk_order};
pub use format::{End, FormatError, Header, Reader, Writer};
pub use policy::{Class, Policy};
pub use signature::{PublicKey, SecretKey, Signature};
pub use weight::Weight;
pub use words::words;
