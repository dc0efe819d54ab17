//! What was normal before, and what changed since.

mod change;
mod entry;
mod seen;

pub use change::{Aspect, Cause, Change, ChangeGroup, Class, Weight};
pub use entry::{Attributes, Content, Entry, Moment};
pub use seen::{BaselineDoubt, BaselineDoubtKind, BaselineSeen, BaselineState};
