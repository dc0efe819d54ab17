//! What the developers of keeneye run. `cargo xtask help` lists it.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the bans guard the product; this tool builds, runs other programs and talks to a developer"
)]

mod bench;
mod bench_logs;
mod built;
mod conformance;
mod docs;
mod geo;
mod integrity;
mod page;
mod proof_integrity;
mod proof_storm;
mod release;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the developers of keeneye run.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Act out break-ins and their look-alikes in disposable roots and see what keeneye says
    Bench(bench::Arguments),
    /// Measure baselines and packages beside AIDE, tripwire, debsums and rpm
    BenchIntegrity(integrity::Arguments),
    /// Measure the reading of logs beside grep, logwatch and fail2ban-regex
    BenchLogs(bench_logs::Arguments),
    /// Read logs and login records that others judged, and see whether keeneye reads the same out of them
    Conformance(conformance::Arguments),
    /// Record the bench's hosts anew and keep what keeneye says about them; --check says whether it still does
    Corpus(bench::corpus::Arguments),
    /// Write the man page, the completions and the catalogue of detectors; --check says whether they are current
    Docs(docs::Arguments),
    /// Build the table of countries and networks anew; --check says whether it answers as its sources do
    Geo(geo::Arguments),
    /// Tamper with the files and records of packages in many ways, and see whether each is named and ordinary work is quiet
    ProofIntegrity(proof_integrity::Arguments),
    /// Measure a look at a server with more than a hundred thousand files, and write docs/performance.md
    ProofScan(bench::proof::Arguments),
    /// Look at this machine again and again during a storm of short-lived processes
    ProofStorm(proof_storm::Arguments),
    /// Build keeneye for others, by a profile of what it does most
    Release,
}

fn main() -> Result<ExitCode> {
    let good = match Cli::parse().command {
        Command::Bench(arguments) => bench::run(&arguments)?,
        Command::BenchIntegrity(arguments) => integrity::run(&arguments)?,
        Command::BenchLogs(arguments) => bench_logs::run(&arguments)?,
        Command::Conformance(arguments) => conformance::run(&arguments)?,
        Command::Corpus(arguments) => bench::corpus::run(&arguments)?,
        Command::Docs(arguments) => docs::run(&arguments)?,
        Command::Geo(arguments) => geo::run(&arguments)?,
        Command::ProofIntegrity(arguments) => proof_integrity::run(&arguments)?,
        Command::ProofScan(arguments) => bench::proof::run(&arguments)?,
        Command::ProofStorm(arguments) => proof_storm::run(&arguments)?,
        Command::Release => release::run()?,
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The directory of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}
