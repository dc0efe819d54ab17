//! Proof that a whole look at a large server stays within its bars: seconds, memory; system calls and bytes are told.

use super::root::Root;
use super::row::Row;
use super::{Arguments as BenchArguments, stage};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// Bars: a warm look, and resident memory.
const SECONDS: f64 = 10.0;
const RESIDENT_KB: u64 = 150_000;

/// What `proof-scan` does.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Use this program instead of building one
    #[arg(long)]
    keeneye: Option<PathBuf>,
    /// Print, but leave docs/performance.md as it is
    #[arg(long)]
    no_docs: bool,
}

/// What measure.py prints.
#[derive(Debug, Deserialize)]
struct Measured {
    files: u64,
    processes: u64,
    rounds: Vec<Round>,
    calls: u64,
    most_calls: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, Deserialize)]
struct Round {
    exit: i32,
    seconds: f64,
    processor_seconds: f64,
    resident_kb: u64,
    bytes_read: u64,
}

/// Measures; true within the bars.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let row = Row {
        id: "proof-scan".into(),
        recipe: Some("proof/many-files.sh".into()),
        root: Root::Service,
        arguments: vec!["5".into()],
        ..Row::unplanted("measure")
    };
    let bench = BenchArguments { keeneye: arguments.keeneye.clone(), ..BenchArguments::default() };
    let mut stage = stage(&crate::workspace().join("acceptance"), &bench, std::slice::from_ref(&row), 1)?;
    stage.limit = std::time::Duration::from_secs(900);
    let (out, in_time) = stage.run(&row)?;
    ensure!(in_time, "the measurement did not come to an end: {}", out.display());
    let text = fs::read(out.join("report.json"))?;
    let measured: Measured = serde_json::from_slice(&text).with_context(|| out.display().to_string())?;
    ensure!(measured.files >= 100_000, "only {} files", measured.files);
    let round = median(&measured.rounds).context("no rounds")?;
    let table = table(&measured, &round)?;
    println!("{table}");
    if !arguments.no_docs {
        crate::page::put(&crate::workspace().join("docs/performance.md"), "proof-scan", &table)?;
    }
    ensure!(measured.rounds.iter().all(|round| matches!(round.exit, 0 | 1)), "a look failed: {measured:?}");
    Ok(round.seconds <= SECONDS && round.resident_kb <= RESIDENT_KB)
}

/// The round in the middle by time.
fn median(rounds: &[Round]) -> Option<Round> {
    let mut rounds = rounds.to_vec();
    rounds.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    rounds.get(rounds.len() / 2).cloned()
}

fn table(measured: &Measured, round: &Round) -> Result<String> {
    let mut table = String::new();
    writeln!(
        table,
        "{} files, {} processes; the median of {} looks:\n",
        measured.files,
        measured.processes,
        measured.rounds.len()
    )?;
    writeln!(table, "| what | bar | measured |\n|---|---|---|")?;
    writeln!(table, "| time | {SECONDS} s | {:.1} s |", round.seconds)?;
    writeln!(table, "| processor time, both cores together | | {:.1} s |", round.processor_seconds)?;
    writeln!(table, "| resident memory at most | {} MB | {} MB |", RESIDENT_KB / 1000, round.resident_kb / 1000)?;
    writeln!(table, "| bytes read, files of /proc and /sys included | | {} MB |", round.bytes_read / 1_000_000)?;
    let mut most: Vec<(&String, &u64)> = measured.most_calls.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let most: Vec<String> = most.iter().map(|(name, count)| format!("{name} {count}")).collect();
    writeln!(table, "| system calls (`strace -f -c`) | | {}: {} |", measured.calls, most.join(", "))?;
    Ok(table)
}
