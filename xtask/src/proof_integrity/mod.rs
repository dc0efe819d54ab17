//! Proof that tampering with packaged files and with the package database is named, each with the right cause, and
//! that the ordinary work of package managers is not.

mod judge;
mod roots;
mod stage;
mod table;

use anyhow::{Context, Result, bail};
use judge::Verdict;
use keeneye_facts::Level;
use stage::{Said, Stage};
use std::collections::BTreeMap;
use std::path::PathBuf;
use table::{MANAGERS, Tampering};

/// What `proof-integrity` does.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these tamperings, or those of a package manager: D01,rpm
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Leave out the servers on which packages were installed and upgraded, which need a mirror
    #[arg(long)]
    no_upgrades: bool,
    /// Tamper with nothing: only the servers on which ordinary work was done
    #[arg(long)]
    untouched: bool,
    /// Build for development: faster to build, slower to run
    #[arg(long)]
    dev: bool,
    /// Use this program instead of building one
    #[arg(long)]
    keeneye: Option<PathBuf>,
    /// Where roots are kept between runs [default: target/acceptance]
    #[arg(long)]
    cache: Option<PathBuf>,
    /// List the tamperings and run nothing
    #[arg(long)]
    list: bool,
}

/// A tampering and the root it is done to.
struct Row {
    root: String,
    tampering: Tampering,
}

/// Runs the proof; true when everything is as the tables want it.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let acceptance = crate::workspace().join("acceptance");
    let mut rows = Vec::new();
    for manager in MANAGERS {
        for tampering in table::read(&acceptance.join("tampering"), manager)? {
            let root = tampering.root.clone().unwrap_or_else(|| manager.to_owned());
            let chosen = [tampering.id.as_str(), manager].iter().any(|name| arguments.only.iter().any(|o| o == name));
            if chosen || arguments.only.is_empty() {
                rows.push(Row { root, tampering });
            }
        }
    }
    if rows.is_empty() {
        bail!("there is no such tampering; --list shows them all");
    }
    if arguments.list {
        rows.iter().for_each(|Row { root, tampering }| println!("{} {root}: {}", tampering.id, tampering.title));
        return Ok(true);
    }
    let cache = arguments.cache.clone().unwrap_or_else(|| crate::target().join("acceptance"));
    let builder = roots::Builder { acceptance: &acceptance, cache: &cache };
    let mut roots = builder.tampered()?;
    let keeneye = arguments.keeneye.clone().map_or_else(|| crate::built::keeneye(!arguments.dev), Ok)?;
    let stage = Stage {
        script: acceptance.join("tampering/stage.sh"),
        keeneye: keeneye.canonicalize().with_context(|| keeneye.display().to_string())?,
        out: cache.join("tampered"),
    };
    if !arguments.only.is_empty() {
        roots.retain(|name, _| rows.iter().any(|row| row.root == *name));
    } else if !arguments.no_upgrades {
        for (name, directory) in builder.worked_on()? {
            roots.insert(name.to_owned(), stage::Root { directory, arguments: Vec::new() });
        }
    }
    roots::settle(roots.values())?;
    let untouched = untouched(&stage, &roots)?;
    if arguments.untouched {
        rows.clear();
    }
    let verdicts = rows.iter().map(|row| act(&stage, row, &roots, &untouched)).collect::<Result<Vec<_>>>()?;
    let good = verdicts.iter().filter(|verdict| verdict.is_good()).count();
    let beyond = verdicts.iter().filter(|verdict| **verdict == Verdict::Beyond).count();
    println!(
        "{good} of {} tamperings as wanted, {beyond} of them beyond what a host can tell of itself",
        verdicts.len()
    );
    let alerts = untouched.values().flat_map(|said| &said.findings).filter(|finding| finding.level > Level::Note);
    Ok(good == verdicts.len() && alerts.count() == 0)
}

/// What keeneye says of each root as it is: all of it above a note is printed.
fn untouched(stage: &Stage, roots: &BTreeMap<String, stage::Root>) -> Result<BTreeMap<String, Said>> {
    let mut untouched = BTreeMap::new();
    for (name, root) in roots {
        let said = stage.act(&format!("untouched-{}", name.replace(' ', "-")), root, ":").context(name.clone())?;
        let above = said.findings.iter().filter(|finding| finding.level > Level::Note).count();
        println!("{above} above a note, {} findings: {name}, untouched", said.findings.len());
        said.findings.iter().filter(|finding| finding.level > Level::Note).for_each(|finding| {
            println!("    {} {}: {}", finding.level.word(), finding.detector, finding.summary);
        });
        untouched.insert(name.clone(), said);
    }
    Ok(untouched)
}

fn act(
    stage: &Stage,
    Row { root, tampering }: &Row,
    roots: &BTreeMap<String, stage::Root>,
    untouched: &BTreeMap<String, Said>,
) -> Result<Verdict> {
    let id = &tampering.id;
    let (Some(directory), Some(before)) = (roots.get(root), untouched.get(root)) else {
        bail!("{id}: there is no root {root}");
    };
    let said = match stage.act(id, directory, &tampering.recipe) {
        Ok(said) => said,
        Err(error) => {
            println!("{id} {:9} {}\n    {error:#}", Verdict::Failed.word(), tampering.title);
            return Ok(Verdict::Failed);
        }
    };
    let verdict = judge::judge(tampering, &said, before);
    println!("{id} {:9} {}", verdict.word(), tampering.title);
    match &tampering.beyond {
        Some(why) if verdict == Verdict::Beyond => println!("    {why}"),
        _ if !verdict.is_good() => tell(tampering, &said, before),
        _ => (),
    }
    Ok(verdict)
}

/// Lines of each kind that are printed of what was said instead.
const TOLD: usize = 5;

/// What was wanted, and what was said.
fn tell(wanted: &Tampering, said: &Said, before: &Said) {
    let level = wanted.level.map_or("quiet", Level::word);
    let detector = wanted.detector.as_deref().unwrap_or("any detector");
    let cause = wanted.cause.map_or("any cause", keeneye_facts::ChangeCause::words);
    println!(
        "    wanted: {level} by {detector} about {}, {}: {cause}",
        wanted.about,
        wanted.differs.as_deref().unwrap_or("-")
    );
    for finding in judge::fresh(said, before).into_iter().take(TOLD) {
        println!("    said: {} {}: {}", finding.level.word(), finding.detector, finding.summary);
    }
    for change in said.changes.iter().filter(|change| !before.changes.contains(change)).take(TOLD) {
        println!("    said: {}: {}: {}", change.file, change.differs, change.cause);
    }
}
