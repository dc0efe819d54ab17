//! Proof that a storm of short-lived processes brings no false finding: the test of the live host, 30 seconds long.

use anyhow::{Context, Result};
use std::process::Command;

/// How long.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Seconds
    #[arg(long, default_value_t = 30)]
    seconds: u64,
}

/// True when no process looked hidden, deleted or wiped.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let status = Command::new("cargo")
        .args(["test", "--release", "-p", "keeneye-live", "--test", "fork_storm", "--", "--nocapture"])
        .current_dir(crate::workspace())
        .env("KEENEYE_STORM_SECONDS", arguments.seconds.to_string())
        .status()
        .context("cargo could not be started")?;
    Ok(status.success())
}
