//! Databases that tell where addresses are: those that the person names, and those in the usual places.

use anyhow::{Context, Result, ensure};
use keeneye_facts::Text;
use keeneye_world::geo::{self, Databases};
use std::path::PathBuf;

/// Paths of databases, those that win first. One that the person names has to be one.
pub(crate) fn databases(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    for path in named {
        let bytes = keeneye_live::read_own_file(path, keeneye_live::MAX_PLACES);
        let bytes = bytes.with_context(|| format!("--geoip: cannot read {}", path.display()))?;
        let (_, refused) = Databases::new(vec![(Text::from(path.display().to_string()), bytes)]);
        ensure!(refused.is_empty(), "--geoip: {} is no database of countries, networks or cities", path.display());
    }
    let usual = geo::usual_places().iter().map(PathBuf::from).filter(|path| keeneye_live::real_path(path).is_ok());
    Ok(named.iter().cloned().chain(usual).collect())
}
