//! The door: the only part of keeneye that touches the system.
//!
//! [`Live`] answers every question about this machine, or about a directory that holds another one. It only reads:
//! nothing on the host is changed, no other program is run, no name is looked up in the network.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is where the system is touched")]

mod bpf;
mod compare;
mod content;
mod deadline;
mod digest;
mod directory;
mod disk;
mod early;
#[cfg(feature = "fetch")]
mod fetch;
mod files;
mod held;
mod inventory;
mod live;
mod logs;
mod mounted;
mod mounts;
mod net;
mod own;
mod persist;
mod places;
mod probe;
mod procfs;
mod remote;
mod root;
mod side_by_side;
mod stat;
mod walk;

#[cfg(feature = "fetch")]
pub use fetch::Fetcher;
pub use inventory::{Before, Inventory, InventoryError, Taken};
pub use live::{Live, LiveError, Options};
pub use own::{
    Stopwatch, be_gentle, clock_offset, env_is_set, open_own_file, own_files, person, random_key, random_seed,
    read_own_file, read_standard_input, read_trusted_file, real_path, replace_own_file, terminal_width, write_new_file,
};
pub use places::MAX_PLACES;

use keeneye_facts::Refusal;
use rustix::io::Errno;

/// An errno as a refusal.
pub(crate) fn refused(errno: Errno) -> Refusal {
    Refusal::Errno(errno.raw_os_error())
}
