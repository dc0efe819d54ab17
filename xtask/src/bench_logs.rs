//! How fast logs are read, next to the programs that people have for it.

use crate::integrity::race::{self, Entrant, Took};
use anyhow::{Context, Result};
use keeneye_world::fixture::busy_log;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The page that has the table.
const PAGE: &str = "docs/performance.md";
/// Bytes of the log for keeneye and grep, and of those for programs that are slow.
const LARGE: usize = 1 << 30;
const SMALL: usize = 32 << 20;
/// Bars: bytes a second on one core, times the processor time of grep, resident megabytes.
const BYTES_A_SECOND: f64 = 1e9;
const TIMES_GREP: f64 = 1.5;
const MEGABYTES: u64 = 100;

/// What `bench-logs` does.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measure logwatch and fail2ban-regex as well, on a smaller log
    #[arg(long)]
    peers: bool,
    /// How often each program runs; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Use this program instead of that of `cargo xtask release`
    #[arg(long)]
    keeneye: Option<PathBuf>,
    /// Write the table into docs/performance.md; needs --peers
    #[arg(long, requires = "peers")]
    write_docs: bool,
}

/// A run with the bytes that it read.
struct Run {
    name: &'static str,
    bytes: u64,
    took: Took,
}

/// Measures; true when nothing is below its bar.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let place = crate::target().join("logs");
    fs::create_dir_all(&place)?;
    let place = place.canonicalize()?;
    let (program, plain) = match &arguments.keeneye {
        Some(given) => (given.clone(), None),
        None => (crate::release::build()?, Some(crate::built::keeneye(true)?)),
    };
    let program = text(&program.canonicalize()?)?;
    let plain = plain.map(|plain| text(&plain.canonicalize()?)).transpose()?;
    let mut runs = measure(&place, arguments.rounds, LARGE, |log, root| {
        let grep = Entrant::new("grep -cF Failed", "", &["grep", "-cF", "Failed", log]);
        let plain = plain.iter().map(|plain| keeneye("the same of `cargo build --release`", plain, root));
        [keeneye("keeneye logins --failed", &program, root), grep].into_iter().chain(plain).collect()
    })?;
    if arguments.peers {
        runs.extend(measure(&place, arguments.rounds, SMALL, |log, _| {
            let logwatch = ["logwatch", "--service", "sshd", "--range", "all", "--logfile", "secure", "--logdir"];
            let logwatch = Entrant::new("logwatch, sshd only", "", &[&logwatch[..], &[parent(log)]].concat());
            let regex = Entrant::new("fail2ban-regex, sshd", "", &["fail2ban-regex", log, "sshd"]);
            vec![logwatch, regex]
        })?);
    }
    let (table, good) = table(&runs)?;
    println!("\n{table}");
    if arguments.write_docs {
        crate::page::put(&crate::workspace().join(PAGE), "bench-logs", &table)?;
    }
    Ok(good)
}

fn keeneye(name: &'static str, program: &str, root: &str) -> Entrant {
    Entrant::new(name, "", &[program, "logins", "--failed", "--format", "concise", "--root", root])
}

fn text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).context("a path that is no text")
}

fn parent(log: &str) -> &str {
    log.rsplit_once('/').map_or(".", |(parent, _)| parent)
}

/// Programs in turns on a log of that size, which is made once and kept.
fn measure(
    place: &Path,
    rounds: usize,
    size: usize,
    entrants: impl Fn(&str, &str) -> Vec<Entrant>,
) -> Result<Vec<Run>> {
    let root = place.join(format!("root-{}", size >> 20));
    let log = root.join("var/log/auth.log");
    if !log.exists() {
        println!("making {} (once)", log.display());
        fs::create_dir_all(root.join("var/log"))?;
        fs::create_dir_all(root.join("etc"))?;
        fs::write(root.join("etc/passwd"), "root:x:0:0::/root:/bin/sh\n")?;
        fs::write(&log, busy_log::log(size))?;
    }
    let bytes = fs::metadata(&log)?.len();
    let entrants = entrants(&text(&log)?, &text(&root)?);
    let took = race::run(place, &root, rounds, &entrants)?;
    Ok(entrants.iter().zip(took).map(|(entrant, took)| Run { name: entrant.name, bytes, took }).collect())
}

fn table(runs: &[Run]) -> Result<(String, bool)> {
    let [own, grep, ..] = runs else { anyhow::bail!("keeneye and grep did not run") };
    let speed = |run: &Run| run.bytes as f64 / run.took.processor_seconds;
    let times = own.took.processor_seconds / grep.took.processor_seconds;
    let mut table =
        "| program | log | time | processors | a second of a processor | memory |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for run in runs {
        let Took { seconds, processor_seconds, kilobytes } = run.took;
        writeln!(
            table,
            "| {} | {} MB | {seconds:.2} s | {processor_seconds:.2} s | {:.0} MB | {} MB |",
            run.name,
            run.bytes / 1_000_000,
            speed(run) / 1e6,
            kilobytes / 1000
        )?;
    }
    let memory = own.took.kilobytes / 1000;
    let bars = [
        (speed(own) >= BYTES_A_SECOND, format!("{:.2} GB a second of a processor (bar: 1)", speed(own) / 1e9)),
        (times <= TIMES_GREP, format!("{times:.2} times grep's processor time (bar: {TIMES_GREP})")),
        (memory <= MEGABYTES, format!("{memory} MB resident (bar: {MEGABYTES})")),
    ];
    writeln!(table)?;
    for (good, text) in &bars {
        writeln!(table, "- {text}{}", if *good { "" } else { ": BELOW THE BAR" })?;
    }
    Ok((table, bars.iter().all(|(good, _)| *good)))
}
