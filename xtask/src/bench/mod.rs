//! The bench: each row acted out alone in a fresh disposable root, and what keeneye says about it.

mod baseline;
mod combined;
pub(crate) mod corpus;
pub(crate) mod finding;
mod fixture;
mod journals;
mod judge;
mod output;
mod peers;
pub(crate) mod proof;
pub(crate) mod root;
mod row;
pub(crate) mod seed;
mod stage;
mod tools;

use anyhow::{Result, bail, ensure};
use judge::{Known, Outcome};
use root::Root;
use row::{Kind, Row};
use stage::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the other programs said when they looked last.
const PEERS: &str = "docs/peers.json";

/// What can be said on the command line.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Only these rows: P01,L03
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only whole servers on which nothing was planted
    #[arg(long)]
    service: bool,
    /// Only break-ins with several traces
    #[arg(long)]
    combined: bool,
    /// Learn a baseline before each row, and let only those detectors speak that tell what changed
    #[arg(long, conflicts_with_all = ["peers", "write_docs"])]
    baseline: bool,
    /// Let other programs look at the rows, which takes a quarter of an hour, and keep what they say in docs/peers.json
    #[arg(long)]
    peers: bool,
    /// Names, places and ports follow from it; without it, a new one each time
    #[arg(long)]
    seed: Option<u64>,
    /// Rows at the same time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Build for development: faster to build, slower to run
    #[arg(long)]
    dev: bool,
    /// Use this program instead of building one
    #[arg(long)]
    keeneye: Option<PathBuf>,
    /// Where the root is kept between runs [default: target/acceptance]
    #[arg(long)]
    cache: Option<PathBuf>,
    /// List the rows and run nothing
    #[arg(long)]
    list: bool,
    /// Write docs/bench.md
    #[arg(long)]
    write_docs: bool,
}

/// Runs the bench; true when nothing is below the bar.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let acceptance = crate::workspace().join("acceptance");
    let rows = chosen(row::all(&acceptance)?, arguments)?;
    if arguments.list {
        rows.iter().for_each(|row| println!("{}", output::listed(row)));
        return Ok(true);
    }
    let rows = if arguments.peers { peers::fitting(rows) } else { rows };
    let rows = if arguments.baseline { baseline::fitting(rows, &acceptance)? } else { rows };
    let seed = arguments.seed.unwrap_or_else(clock);
    println!("seed {seed} (the same rows again: --seed {seed})");
    let stage = stage(&acceptance, arguments, &rows, seed)?;
    if arguments.peers {
        peers::compare(&stage, &rows, &crate::workspace().join(PEERS))?;
        return Ok(true);
    }
    let known = unplanted(&stage, arguments.baseline)?;
    let outcomes = act_all(&stage, &rows, &known, arguments)?;
    output::print(&known, &outcomes, arguments.baseline.then_some(baseline::sums));
    output::write_report(&stage.out.with_file_name("report.json"), seed, &known, &outcomes)?;
    if arguments.write_docs {
        ensure!(arguments.all_rows(), "--write-docs needs all rows: leave --only, --service and --combined out");
        output::write_docs(&crate::workspace().join("docs/bench.md"), &outcomes)?;
    }
    Ok(known.alerts().is_empty() && outcomes.iter().all(|outcome| !outcome.below_the_bar()))
}

/// What the rows need, built unless it is there.
fn stage(acceptance: &Path, arguments: &Arguments, rows: &[Row], seed: u64) -> Result<Stage> {
    let cache = arguments.cache.clone().unwrap_or_else(|| crate::target().join("acceptance"));
    Ok(Stage {
        roots: roots(acceptance, &cache, rows, arguments.peers)?,
        tools: tools::prepare(acceptance, &cache, arguments.keeneye.as_deref(), arguments.dev)?,
        enter: acceptance.join("enter.sh"),
        world: acceptance.join("world.sh"),
        out: cache.join("last"),
        limit: Duration::from_secs(if arguments.peers { 3600 } else { 300 }),
        seed,
    })
}

impl Arguments {
    fn all_rows(&self) -> bool {
        self.only.is_empty() && !self.service && !self.combined
    }
    fn chooses(&self, row: &Row) -> bool {
        let of_kind = self.service && row.kind == Kind::Server || self.combined && row.kind == Kind::Combined;
        self.all_rows() || of_kind || self.only.contains(&row.id)
    }
}

fn chosen(rows: Vec<Row>, arguments: &Arguments) -> Result<Vec<Row>> {
    if let Some(unknown) = arguments.only.iter().find(|id| rows.iter().all(|row| row.id != **id)) {
        bail!("there is no row {unknown}; --list shows them all");
    }
    Ok(rows.into_iter().filter(|row| arguments.chooses(row)).collect())
}

/// The small server, built unless it lies in `cache` already.
pub(crate) fn minimal_root(acceptance: &Path, cache: &Path) -> Result<PathBuf> {
    root::prepare(acceptance, cache, Root::Minimal)
}

/// The roots that these rows need.
fn roots(acceptance: &Path, cache: &Path, rows: &[Row], peers: bool) -> Result<BTreeMap<Root, PathBuf>> {
    let peers = peers.then_some(Root::Peers);
    let needed: BTreeSet<Root> = rows.iter().map(|row| row.root).chain([Root::Minimal]).chain(peers).collect();
    needed.into_iter().map(|which| Ok((which, root::prepare(acceptance, cache, which)?))).collect()
}

/// What keeneye says about the root when nothing was planted, as root and as an ordinary user.
fn unplanted(stage: &Stage, baseline: bool) -> Result<Known> {
    let mut known = Known::default();
    let users = if baseline { &["root"][..] } else { &["root", "nobody"] };
    for user in users {
        let row = Row::unplanted(user);
        let acted = stage.act(&if baseline { baseline::with_baseline(row) } else { row })?;
        ensure!(acted.failure.is_none(), "the unplanted root: {}", acted.failure.unwrap_or_default());
        known.add(user, acted.findings);
    }
    Ok(known)
}

fn act_all(stage: &Stage, rows: &[Row], known: &Known, arguments: &Arguments) -> Result<Vec<Outcome>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        let work = || -> Result<()> {
            while let Some((at, row)) = take(&next, rows) {
                let outcome = match fixture::is_one(row) {
                    true => fixture::judge(&crate::workspace().join("acceptance"), row)?,
                    false => {
                        let acted = stage.act_if_possible(row)?;
                        let acted = if arguments.baseline { acted.map(baseline::as_files) } else { acted };
                        judge::judge(row, acted, known)
                    }
                };
                eprintln!("{}", output::line(&outcome));
                done.lock().map_err(|_| anyhow::anyhow!("another row failed"))?.insert(at, outcome);
            }
            Ok(())
        };
        let threads: Vec<_> = (0..arguments.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread ended early"))?)
    })?;
    Ok(done.into_inner().map_err(|_| anyhow::anyhow!("a thread ended early"))?.into_values().collect())
}

fn take<'a>(next: &AtomicUsize, rows: &'a [Row]) -> Option<(usize, &'a Row)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    rows.get(at).map(|row| (at, row))
}

fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() % 1_000_000)
}
