//! Programs that take turns on the same files, and what each run of them took.

use super::tree;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// A program and what it does. All run in the same directory.
pub(crate) struct Entrant {
    pub(crate) name: &'static str,
    /// Shell lines that come before each run and are not timed.
    pub(crate) before: String,
    pub(crate) command: Vec<String>,
    /// Exit codes that say that it did its work.
    pub(crate) good: &'static [i32],
    /// What it has to print, separators of thousands left out: else it did less than the others.
    pub(crate) says: String,
}

impl Entrant {
    pub(crate) fn new(name: &'static str, before: &str, command: &[&str]) -> Self {
        let command = command.iter().map(|word| (*word).to_owned()).collect();
        Self { name, before: before.to_owned(), command, good: &[0], says: String::new() }
    }
}

/// What a run took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    pub(crate) seconds: f64,
    /// Of all processors together.
    pub(crate) processor_seconds: f64,
    /// Resident at most.
    pub(crate) kilobytes: u64,
}

/// Each runs so many times, in turns, after all files were read; gives the median of each, in order.
pub(crate) fn run(directory: &Path, tree: &Path, rounds: usize, entrants: &[Entrant]) -> Result<Vec<Took>> {
    let mut took = vec![Vec::new(); entrants.len()];
    for round in 1..=rounds {
        for (entrant, took) in entrants.iter().zip(&mut took) {
            shell(directory, &entrant.before)?;
            tree::warm(tree)?;
            let run = once(directory, entrant).with_context(|| entrant.name)?;
            println!(
                "round {round}: {:28} {:7.2} s, {:7.2} s of processors, {:4} MB",
                entrant.name,
                run.seconds,
                run.processor_seconds,
                run.kilobytes / 1000
            );
            took.push(run);
        }
    }
    Ok(took.into_iter().map(median).collect())
}

/// The run in the middle by time, with the most memory that any took.
fn median(mut runs: Vec<Took>) -> Took {
    let kilobytes = runs.iter().map(|run| run.kilobytes).max().unwrap_or(0);
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    Took { kilobytes, ..runs.get(runs.len() / 2).copied().unwrap_or_default() }
}

fn once(directory: &Path, entrant: &Entrant) -> Result<Took> {
    let (usage, said) = (directory.join("usage"), directory.join("said"));
    let mut command = Command::new("time");
    command.args(["--quiet", "--format=%U %S %M", "--output"]).arg(&usage).args(&entrant.command);
    command.current_dir(directory).stdin(Stdio::null());
    command.stdout(fs::File::create(&said)?).stderr(fs::File::options().append(true).open(&said)?);
    let began = Instant::now();
    let status = command.status().context("GNU time cannot be started; is the package time installed?")?;
    let seconds = began.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&fs::read(&said)?).replace(',', "");
    if !status.code().is_some_and(|code| entrant.good.contains(&code)) || !said.contains(&entrant.says) {
        let begin: String = said.chars().take(2000).collect();
        bail!("{:?} ended with {status} and said: {begin}", entrant.command);
    }
    let text = fs::read_to_string(&usage)?;
    let mut words = text.split_whitespace();
    let mut word = || words.next().with_context(|| format!("time printed {text}"));
    let processor_seconds = word()?.parse::<f64>()? + word()?.parse::<f64>()?;
    Ok(Took { seconds, processor_seconds, kilobytes: word()?.parse()? })
}

/// Runs shell lines there; they have to end well.
pub(super) fn shell(directory: &Path, lines: &str) -> Result<()> {
    let output = Command::new("sh").args(["-e", "-c", lines]).current_dir(directory).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{lines}` failed: {said}");
    Ok(())
}
