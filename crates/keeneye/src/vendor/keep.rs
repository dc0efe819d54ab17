//! `--vendor-keep`: what was learnt of packages, kept for other servers that have them.

use anyhow::{Context, Result, bail};
use keeneye_world::packages::deb::Archive;
use keeneye_world::packages::manifest;
use std::io::ErrorKind;
use std::path::Path;

/// Bytes of a manifest: that of a server with 300,000 files has 45 MB.
pub(super) const MAX_MANIFEST: u64 = 256 << 20;

/// Adds packages to a manifest; those that it has stay.
pub(super) fn add(file: &Path, found: &[Archive]) -> Result<()> {
    let shown = file.display();
    let mut packages = match keeneye_live::read_own_file(file, MAX_MANIFEST) {
        Ok(bytes) => before(&bytes).with_context(|| format!("--vendor-keep: {shown} is not written over"))?,
        Err(why) if why.kind() == ErrorKind::NotFound => Vec::new(),
        Err(why) => return Err(why).with_context(|| format!("--vendor-keep: cannot read {shown}")),
    };
    for archive in found {
        if !packages.iter().any(|known| known.sha256 == archive.sha256) {
            packages.push(archive.clone());
        }
    }
    let text = manifest::write(&packages);
    keeneye_live::replace_own_file(file, text.as_bytes())
        .with_context(|| format!("--vendor-keep: cannot write {shown}"))
}

fn before(bytes: &[u8]) -> Result<Vec<Archive>> {
    let (packages, troubles) = manifest::read(bytes);
    match troubles.first() {
        Some(trouble) => bail!("line {}: {}", trouble.line, trouble.why),
        None => Ok(packages),
    }
}
