//! What was normal before: every file of a host as it was when somebody said "this is how it should be".
//!
//! Pure: bytes and entries in, bytes and changes out. The door walks and hashes (`keeneye-live`), the store keeps the
//! files (`keeneye-store`).

mod cause;
mod changes;
mod diff;
mod format;
mod order;
mod policy;
mod records;
mod signature;
mod weight;
mod words;

pub use cause::{Brought, Dealings, Generator, group};
pub use changes::Changes;
pub use diff::Differ;
pub use format::{End, FormatError, Header, Reader, Writer};
pub use keeneye_facts::{Aspect, Attributes, Cause, Change, ChangeGroup, Class, Content, Entry, Moment, Weight};
pub use order::walk_order;
pub use policy::Policy;
pub use signature::{PublicKey, SecretKey, Signature};
pub use weight::of as weight_of;
pub use words::words;
