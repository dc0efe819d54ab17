//! The program itself, built.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds keeneye and says where it is.
pub(crate) fn keeneye(release: bool) -> Result<PathBuf> {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    cargo(profile)?;
    Ok(crate::target().join(target()).join(if release { "release" } else { "debug" }).join("keeneye"))
}

/// Builds the release of keeneye in a directory of its own, with one more flag for the compiler.
pub(crate) fn with_flag(directory: &Path, flag: &str) -> Result<PathBuf> {
    let target = target();
    // Added to those of .cargo/config.toml.
    let flags = format!("target.{target}.rustflags = [{flag:?}]");
    let directory_text = directory.to_str().context("a path that is no text")?;
    cargo(&["--locked", "--release", "--target-dir", directory_text, "--config", &flags])?;
    Ok(directory.join(target).join("release/keeneye"))
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--package", "keeneye"])
        // They would take the place of those of .cargo/config.toml: the program would not be static.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .args(arguments)
        .current_dir(crate::workspace())
        .status()?;
    ensure!(status.success(), "keeneye does not build");
    Ok(())
}

/// The same variable and default that .cargo/config.toml and setup/test.sh use.
fn target() -> String {
    std::env::var("CARGO_BUILD_TARGET").unwrap_or_else(|_| "x86_64-unknown-linux-gnu".into())
}
