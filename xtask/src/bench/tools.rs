//! What is laid over the root: keeneye itself, the recipes, and the small programs that they plant.

use super::root::succeed;
use super::{journals, row};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds keeneye and the helpers and lays them out as a layer of the overlay.
pub(super) fn prepare(acceptance: &Path, cache: &Path, keeneye: Option<&Path>, dev: bool) -> Result<PathBuf> {
    let layer = cache.join("tools");
    if layer.exists() {
        fs::remove_dir_all(&layer)?;
    }
    let share = layer.join("usr/local/share/acceptance");
    fs::create_dir_all(&share)?;
    fs::create_dir_all(layer.join("usr/local/sbin"))?;
    let keeneye = keeneye.map_or_else(|| crate::built::keeneye(!dev), |path| Ok(path.to_path_buf()))?;
    fs::copy(&keeneye, layer.join("usr/local/sbin/keeneye")).with_context(|| keeneye.display().to_string())?;
    for name in ["inside.sh", "recipe.sh", "services.sh", "intruder.sh", "peers.sh", "measure.py"] {
        fs::copy(acceptance.join(name), share.join(name))?;
    }
    for directory in row::DIRECTORIES.map(|(directory, _)| directory).into_iter().chain(["proof"]) {
        fs::create_dir_all(share.join(directory))?;
        for entry in fs::read_dir(acceptance.join(directory))? {
            let name = entry?.file_name();
            fs::copy(acceptance.join(directory).join(&name), share.join(directory).join(&name))?;
        }
    }
    journals::write(&share.join("journal"))?;
    for entry in fs::read_dir(acceptance.join("src"))? {
        compile(&entry?.path(), &share)?;
    }
    Ok(layer)
}

/// A source that only defines data becomes a library, every other one a static program.
fn compile(source: &Path, share: &Path) -> Result<()> {
    let name = source.file_stem().context("a source without a name")?;
    let mut output = share.join(name);
    let mut compiler = Command::new("cc");
    compiler.args(["-O1", "-s", "-Wall", "-Werror"]);
    if fs::read_to_string(source)?.contains("int main(") {
        compiler.arg("-static");
    } else {
        compiler.args(["-shared", "-nostdlib"]);
        output.set_extension("so");
    }
    succeed(compiler.arg("-o").arg(output).arg(source))
}
