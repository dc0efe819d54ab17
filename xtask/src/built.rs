//! The program itself, built.

use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// Builds keeneye and says where it is.
pub(crate) fn keeneye(release: bool) -> Result<PathBuf> {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--package", "keeneye"])
        .args(profile)
        .current_dir(crate::workspace())
        .status()?;
    ensure!(status.success(), "keeneye does not build");
    // The same variable and default that .cargo/config.toml and setup/test.sh use.
    let target = std::env::var("CARGO_BUILD_TARGET").unwrap_or_else(|_| "x86_64-unknown-linux-gnu".into());
    Ok(crate::target().join(target).join(if release { "release" } else { "debug" }).join("keeneye"))
}
