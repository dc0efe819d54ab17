//! Where addresses are, by databases of the person who looks.

use keeneye_facts::Text;
use keeneye_world::geo::Databases;
use keeneye_world::{Answer, Reply};
use std::net::IpAddr;
use std::path::PathBuf;

/// Bytes that a database may have: the largest that are sold have some hundred megabytes.
pub const MAX_PLACES: u64 = 512 << 20;

/// Answers `Places`. Databases are read here, since few looks meet an address at all; what cannot be read is as if it were
/// not there.
pub(crate) fn answer(paths: &[PathBuf], addresses: &[IpAddr]) -> Reply {
    let read = |path: &PathBuf| {
        let bytes = crate::read_own_file(path, MAX_PLACES).ok()?;
        Some((Text::from(path.display().to_string()), bytes))
    };
    let (databases, _) = Databases::new(paths.iter().filter_map(read).collect());
    Ok(Answer::Places(addresses.iter().map(|address| databases.lookup(*address)).collect()))
}
