//! Recorded hosts: made in the bench's roots, kept under `corpus/` with what keeneye says about them.

use super::row::{self, Row};
use super::{Arguments as BenchArguments, stage};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file, the row that is acted out, who looks.
type Recorded = (&'static str, &'static str, &'static str);
/// What is recorded.
const RECORDINGS: [Recorded; 11] = [
    ("clean/small", "S0", "root"),
    ("clean/small-seen-by-a-user", "S0", "nobody"),
    ("clean/server-at-rest", "S1", "root"),
    ("clean/server-running", "S2", "root"),
    ("owned/web-shell", "C01", "root"),
    ("owned/miner", "C03", "root"),
    ("owned/preload", "C04", "root"),
    ("owned/fetched-by-cron", "C13", "root"),
    ("owned/hidden-process", "P05", "root"),
    ("owned/program-at-authentication", "P58", "root"),
    ("owned/guessed-password", "P67", "root"),
];
/// Where `keeneye` writes it inside; inside.sh hands it out in place of the report.
const RECORD: [&str; 2] = ["--record", "/tmp/record.kee"];
/// The same names and places each time.
const SEED: u64 = 1;

/// What `corpus` does.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these, such as owned/miner
    #[arg(conflicts_with = "check")]
    only: Vec<String>,
    /// Write nothing; fail when keeneye says something else about a recording than is kept beside it
    #[arg(long)]
    check: bool,
    /// Record nothing; write what keeneye says now about the recordings that are there
    #[arg(long, conflicts_with = "check")]
    expect: bool,
    /// Build for development
    #[arg(long)]
    dev: bool,
    /// Use this program instead of building one
    #[arg(long)]
    keeneye: Option<PathBuf>,
}

/// Records anew, replays, or compares; true when nothing differs.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let corpus = crate::workspace().join("corpus");
    if arguments.check {
        return replays_as_expected();
    }
    let keeneye = arguments.keeneye.clone().map_or_else(|| crate::built::keeneye(!arguments.dev), Ok)?;
    let known = |name: &String| RECORDINGS.iter().any(|(known, _, _)| known == name);
    if let Some(name) = arguments.only.iter().find(|name| !known(name)) {
        bail!("there is no recording {name}");
    }
    let only = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|wanted| wanted == name);
    let wanted: Vec<Recorded> = RECORDINGS.into_iter().filter(|(name, _, _)| only(name)).collect();
    if !arguments.expect {
        record(&corpus, &keeneye, &wanted)?;
    }
    for (name, _, _) in wanted {
        let recording = corpus.join(name).with_extension("kee");
        let said = replay(&keeneye, &recording)?;
        println!("{name}: {} lines, {} KB", said.lines().count(), fs::metadata(&recording)?.len() / 1000);
        fs::write(recording.with_extension("expected"), said)?;
    }
    Ok(true)
}

fn record(corpus: &Path, keeneye: &Path, wanted: &[Recorded]) -> Result<()> {
    let acceptance = crate::workspace().join("acceptance");
    let all = row::all(&acceptance)?;
    let rows: Vec<(PathBuf, Row)> = wanted
        .iter()
        .map(|(name, id, user)| Ok((corpus.join(name), recorded(&all, id, user)?)))
        .collect::<Result<_>>()?;
    let only: Vec<Row> = rows.iter().map(|(_, row)| row.clone()).collect();
    let bench = BenchArguments { keeneye: Some(keeneye.to_path_buf()), ..BenchArguments::default() };
    let stage = stage(&acceptance, &bench, &only, SEED)?;
    for (file, row) in rows {
        let (out, in_time) = stage.run(&row)?;
        let said = fs::read_to_string(out.join("said"))?;
        let failed = said.lines().any(|line| line.starts_with("recipe ") && line != "recipe 0");
        ensure!(in_time && !failed, "{} could not be acted out: {}", row.id, out.display());
        fs::create_dir_all(file.parent().context("a recording without a directory")?)?;
        fs::copy(out.join("report.json"), file.with_extension("kee"))?;
    }
    Ok(())
}

fn recorded(all: &[Row], id: &str, user: &str) -> Result<Row> {
    let mut row = all.iter().find(|row| row.id == id).with_context(|| format!("there is no row {id}"))?.clone();
    row.user = user.to_owned();
    row.arguments.extend(RECORD.map(str::to_owned));
    Ok(row)
}

/// What keeneye says about each recording.
pub(crate) fn replays(keeneye: &Path) -> Result<Vec<String>> {
    let corpus = crate::workspace().join("corpus");
    RECORDINGS.iter().map(|(name, _, _)| replay(keeneye, &corpus.join(name).with_extension("kee"))).collect()
}

/// What keeneye says about a recording. Its exit code tells findings, not failure.
fn replay(keeneye: &Path, recording: &Path) -> Result<String> {
    let output = Command::new(keeneye).args(["scan", "--format", "concise", "--from"]).arg(recording).output()?;
    let code = output.status.code();
    ensure!(matches!(code, Some(0 | 1 | 3)), "{}: {}", recording.display(), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.lines().map(kept).collect())
}

/// Of the verdict only the word: a question that is asked first by a later keeneye is a gap in a recording of today, so
/// that coverage sinks with time. The test `corpus` cuts in the same way.
fn kept(line: &str) -> String {
    let words =
        if line.starts_with("verdict ") { line.split(' ').take(2).collect::<Vec<_>>().join(" ") } else { line.into() };
    words + "\n"
}

/// The comparison is a test of the program, so that `cargo test` makes it too.
fn replays_as_expected() -> Result<bool> {
    let mut test = Command::new("cargo");
    test.args(["test", "--quiet", "--package", "keeneye", "--test", "corpus"]).current_dir(crate::workspace());
    Ok(test.status().context("cargo could not be started")?.success())
}
