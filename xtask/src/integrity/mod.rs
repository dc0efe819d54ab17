//! How fast files are compared with a baseline and with their packages, next to the programs that people have for it.

mod entrants;
pub(crate) mod race;
mod roots;
mod table;
pub(crate) mod tree;

use anyhow::{Context, Result};
use race::{Entrant, Took};
use std::fs;
use std::path::{Path, PathBuf};
use table::{Bar, Line};

/// The page that has the table.
const PAGE: &str = "docs/performance.md";

/// What `bench-integrity` does.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measure AIDE, tripwire, debsums and rpm as well, which takes some minutes
    #[arg(long)]
    peers: bool,
    /// Look at two million files too
    #[arg(long)]
    many: bool,
    /// How often each program runs; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Use this program instead of building one
    #[arg(long)]
    keeneye: Option<PathBuf>,
    /// Write the table into docs/performance.md; needs --peers and --many
    #[arg(long, requires = "peers", requires = "many")]
    write_docs: bool,
}

/// Measures; true when nothing is below its bar.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let place = crate::target().join("integrity");
    fs::create_dir_all(&place)?;
    let place = place.canonicalize()?;
    let built = arguments.keeneye.clone().map_or_else(|| crate::built::keeneye(true), Ok)?;
    let bench = Bench {
        program: text(&built.canonicalize().with_context(|| built.display().to_string())?)?,
        place,
        rounds: arguments.rounds,
        peers: arguments.peers,
    };
    let mut lines = bench.baseline()?;
    if arguments.peers {
        lines.extend(bench.packages(&roots::debian()?, entrants::debsums, "", 3.0)?);
        lines.extend(bench.packages(&roots::rpm(&bench.place)?, entrants::rpm, roots::ALTERED, 1.0)?);
    }
    if arguments.many {
        lines.extend(bench.many()?);
    }
    let table = table::of(&lines)?;
    println!("\n{table}");
    if arguments.write_docs {
        crate::page::put(&crate::workspace().join(PAGE), "bench-integrity", &table)?;
    }
    Ok(lines.iter().all(Line::is_good))
}

struct Bench {
    program: String,
    /// Where everything lies.
    place: PathBuf,
    rounds: usize,
    peers: bool,
}

impl Bench {
    /// A tree with a baseline.
    fn baseline(&self) -> Result<Vec<Line>> {
        let tree = tree::mixed(&self.place)?;
        let path = text(&tree)?;
        let size = tree::warm(&tree)?;
        let mut entrants = Vec::from(entrants::keeneye(&self.place, &self.program, &path, size.files)?);
        entrants.push(entrants::openssl(&path));
        if self.peers {
            entrants.extend(entrants::aide(&self.place, &path)?);
            entrants.extend(entrants::tripwire(&self.place, &path)?);
        }
        let took = race::run(&self.place, &tree, self.rounds, &entrants)?;
        let line = |own: usize, bar: Bar| line(size, &entrants, &took, own, bar);
        let mut lines = vec![line(1, Bar::AtMostTimes(3, 1.5))?, line(2, Bar::Seconds(0.5))?];
        if self.peers {
            for (peer, times) in [(4, 5.0), (6, 4.0)] {
                lines.push(line(0, Bar::TimesFaster(peer, times))?);
                lines.push(line(1, Bar::TimesFaster(peer + 1, times))?);
            }
        }
        Ok(lines)
    }

    /// Files of packages, beside another program that compares them. Both have to print `altered`.
    fn packages(&self, root: &Path, peer: fn(&str) -> Entrant, altered: &str, times: f64) -> Result<Vec<Line>> {
        let path = text(root)?;
        let size = tree::warm(root)?;
        let mut entrants = [entrants::packages(&self.program, &path), peer(&path)];
        entrants.iter_mut().for_each(|entrant| entrant.says = altered.to_owned());
        let took = race::run(&self.place, root, self.rounds, &entrants)?;
        Ok(vec![line(size, &entrants, &took, 0, Bar::TimesFaster(1, times))?])
    }

    /// Memory does not grow with the tree.
    fn many(&self) -> Result<Vec<Line>> {
        let tree = tree::many(&self.place)?;
        let size = tree::warm(&tree)?;
        let entrants = entrants::keeneye(&self.place, &self.program, &text(&tree)?, size.files)?;
        let took = race::run(&self.place, &tree, 1, &entrants)?;
        (0..entrants.len()).map(|own| line(size, &entrants, &took, own, Bar::Megabytes(120))).collect()
    }
}

fn line(size: tree::Size, entrants: &[Entrant], took: &[Took], own: usize, bar: Bar) -> Result<Line> {
    let of = |number: usize| Some((entrants.get(number)?.name, *took.get(number)?));
    let peer = bar.peer().map(|number| of(number).context("no such peer")).transpose()?;
    Ok(Line { size, own: of(own).context("no such run")?, peer, bar })
}

fn text(path: &Path) -> Result<String> {
    Ok(path.to_str().with_context(|| format!("{} is no text", path.display()))?.to_owned())
}
