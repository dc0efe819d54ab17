//! Questions and answers, recordings, senses, and the world that facts enter.
//!
//! Pure: bytes in, facts and gaps out. Nothing here touches the system; see `keeneye-live` for that.

mod answer;
pub mod baseline;
mod calendar;
mod container_file;
pub mod dns;
pub mod ext4;
pub mod file_capabilities;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
#[cfg(any(test, feature = "fixture"))]
pub mod fuzz;
pub mod geo;
pub mod glob;
mod host;
pub mod journal;
pub mod languages;
mod layers;
pub mod linker_line;
pub mod log_name;
pub mod log_read;
mod login_index;
pub mod logs;
mod look;
pub mod mount_tree;
#[cfg(any(test, feature = "fixture"))]
pub mod mutate;
pub mod packages;
pub mod pieces;
pub mod place;
pub mod proc_path;
mod question;
mod recording;
pub mod records;
pub mod reduce;
pub mod secure_shell;
pub mod senses;
pub mod shape;
pub mod shell_line;
pub mod sqlite;
pub mod start_file;
pub mod sweep;
mod world;
pub mod yara;

pub use answer::{
    Answer, DirEntry, DiskComparison, DiskEntry, DiskLook, EntryKind, PersistRound, Persisted, Reply, Walked,
};
pub use calendar::rfc3339;
pub use host::{AskHost, Host};
pub use login_index::LoginIndex;
pub use look::Look;
pub use question::{PidProbe, Question};
pub use recording::{Header, Recorder, Recording, RecordingError};
pub use senses::{Plan, scan, scan_with};
pub use world::{Listener, SocketKey, World};
