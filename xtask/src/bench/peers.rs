//! Other programs that look for break-ins, in the same roots: what they name, what they take, what they alarm about.
//!
//! They need minutes for a look, so that all plants are acted out in one root, all look-alikes in another. A row is
//! named when a line of the output that the unplanted root does not bring mentions the planted path, its last part, the
//! process, the port or the account.

use super::judge::{Outcome, Verdict};
use super::root::Root;
use super::row::{Kind, Row};
use super::stage::Stage;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Plants in one root.
const PLANTS: usize = 64;
/// Look-alikes in one root.
const LOOKALIKES: usize = 64;

/// What all of them said; kept in docs/peers.json, so that the page can be written without letting them look again.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Compared {
    /// Seed of the run.
    seed: u64,
    /// Rows that were acted out.
    pub(super) rows: BTreeSet<String>,
    /// By name.
    pub(super) peers: BTreeMap<String, Peer>,
}

/// What one program said.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Peer {
    /// Seconds for the unplanted root.
    pub(super) seconds: f64,
    /// Most resident memory, kilobytes.
    pub(super) kilobytes: u64,
    /// Lines of warning about the unplanted root.
    pub(super) unplanted: usize,
    /// Plants that it names.
    pub(super) named: BTreeSet<String>,
    /// Further lines of warning while only look-alikes were acted out.
    pub(super) false_alarms: Vec<String>,
}

/// What one program said in one root.
struct Said {
    lines: Vec<String>,
    seconds: f64,
    kilobytes: u64,
}

/// The rows that can be acted out together.
pub(super) fn fitting(rows: Vec<Row>) -> Vec<Row> {
    let fits =
        |row: &Row| row.recipe.is_some() && row.user == "root" && row.root == Root::Minimal && row.arguments.is_empty();
    rows.into_iter().filter(fits).collect()
}

/// Lets them look at the unplanted root and at these rows; writes `file`.
pub(super) fn compare(stage: &Stage, rows: &[Row], file: &Path) -> Result<()> {
    let of = |kind: Kind| rows.iter().filter(|row| row.kind == kind).collect::<Vec<_>>();
    let (plants, lookalikes) = (of(Kind::Plant), of(Kind::Lookalike));
    let before = look(stage, "peers-unplanted", &[])?.1;
    let mut compared = Compared { seed: stage.seed, ..Compared::default() };
    for (name, said) in &before {
        let peer = compared.peers.entry(name.clone()).or_default();
        (peer.seconds, peer.kilobytes, peer.unplanted) = (said.seconds, said.kilobytes, said.lines.len());
    }
    for (at, batch) in chunks(&plants, PLANTS).chain(chunks(&lookalikes, LOOKALIKES)).enumerate() {
        let (planted, said) = look(stage, &format!("peers-{at}"), batch)?;
        for (row, planted) in batch.iter().zip(planted) {
            let Some(planted) = planted else { continue };
            compared.rows.insert(row.id.clone());
            for (name, said) in said.iter().filter(|_| row.kind == Kind::Plant) {
                let fresh = fresh(said, before.get(name));
                if fresh.iter().any(|line| planted.iter().any(|(kind, value)| mentions(line, kind, value))) {
                    compared.peers.entry(name.clone()).or_default().named.insert(row.id.clone());
                }
            }
        }
        for (name, said) in said.iter().filter(|_| batch.iter().all(|row| row.kind == Kind::Lookalike)) {
            let fresh = fresh(said, before.get(name)).into_iter().cloned();
            compared.peers.entry(name.clone()).or_default().false_alarms.extend(fresh);
        }
        println!("{} of {} rows looked at", compared.rows.len(), plants.len() + lookalikes.len());
    }
    Ok(fs::write(file, serde_json::to_string_pretty(&compared)? + "\n")?)
}

/// The part of the page that holds keeneye's last result against what the others said when they looked last; empty when
/// they never did.
pub(super) fn section(file: &Path, outcomes: &[Outcome]) -> Result<String> {
    let Ok(text) = fs::read(file) else { return Ok(String::new()) };
    let compared: Compared = serde_json::from_slice(&text).with_context(|| file.display().to_string())?;
    let looked = |kind: Kind| {
        let compared = &compared;
        outcomes.iter().filter(move |o| o.row.kind == kind && compared.rows.contains(&o.row.id))
    };
    let others: Vec<(&String, &Peer)> = compared.peers.iter().filter(|(name, _)| *name != KEENEYE).collect();
    let mut page = String::from(SECTION);
    writeln!(page, "| | plants named | lines of false alarm | lines about the unplanted root | seconds | MB |")?;
    writeln!(page, "|---|---|---|---|---|---|")?;
    let own = compared.peers.get(KEENEYE);
    let named = looked(Kind::Plant).filter(|o| o.verdict == Verdict::Named).count();
    let alarms = looked(Kind::Lookalike).filter(|o| o.verdict == Verdict::Alert).count();
    let (seconds, kilobytes) = own.map_or((0.0, 0), |own| (own.seconds, own.kilobytes));
    let plants = looked(Kind::Plant).count();
    writeln!(page, "| {KEENEYE} | {named} of {plants} | {alarms} | 0 | {seconds:.1} | {} |", kilobytes / 1000)?;
    for (name, peer) in &others {
        let (named, alarms, megabytes) = (peer.named.len(), peer.false_alarms.len(), peer.kilobytes / 1000);
        let (unplanted, seconds) = (peer.unplanted, peer.seconds);
        writeln!(page, "| {name} | {named} of {plants} | {alarms} | {unplanted} | {seconds:.1} | {megabytes} |")?;
    }
    let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
    writeln!(page, "\n| plant | {KEENEYE} | {} |\n|---|---|{}", names.join(" | "), "---|".repeat(names.len()))?;
    for outcome in looked(Kind::Plant) {
        let mark = |named: bool| if named { "named" } else { "" };
        let id = &outcome.row.id;
        let marks: Vec<&str> = others.iter().map(|(_, peer)| mark(peer.named.contains(id))).collect();
        let own = mark(outcome.verdict == Verdict::Named);
        writeln!(page, "| {id} {} | {own} | {} |", outcome.row.title, marks.join(" | "))?;
    }
    Ok(page)
}

const KEENEYE: &str = "keeneye";

const SECTION: &str = "
## Other programs

What rkhunter, chkrootkit, unhide, debsums and lynis of Debian 12 say about the same plants and look-alikes, each run for a
report of warnings, rkhunter with its table of properties made before the plants came. As they need minutes for a look,
the plants that can share one root are acted out in one, the look-alikes in another; the tables count these rows alone. The rule is generous: a plant is named when a line that the unplanted root does not
bring mentions the planted path or its last part, the process, the port or the account. Seconds and memory are those of the
look at the unplanted root, one after the other, while the machine had other work too. `cargo xtask bench --peers` lets
them look again; what they said is kept in `docs/peers.json`.

";

fn chunks<'a, 'r>(rows: &'a [&'r Row], size: usize) -> impl Iterator<Item = &'a [&'r Row]> {
    rows.chunks(size)
}

/// What each recipe planted (`None`: it failed), and what each program said.
type Looked = (Vec<Option<Vec<(String, String)>>>, BTreeMap<String, Said>);

fn look(stage: &Stage, id: &str, rows: &[&Row]) -> Result<Looked> {
    let recipes: Vec<&str> = rows.iter().filter_map(|row| row.recipe.as_deref()).collect();
    let recipe = if recipes.is_empty() { "-".to_owned() } else { recipes.join(",") };
    let row = Row { id: id.into(), recipe: Some(recipe), root: Root::Peers, ..Row::unplanted("peers") };
    let (out, in_time) = stage.run(&row)?;
    ensure!(in_time, "the other programs did not come to an end: {}", out.display());
    let text = fs::read(out.join("report.json")).with_context(|| out.display().to_string())?;
    Ok((planted(&fs::read_to_string(out.join("said"))?), output(&String::from_utf8_lossy(&text))))
}

/// Reads `recipe STATUS` and what it planted below, for each recipe.
fn planted(text: &str) -> Vec<Option<Vec<(String, String)>>> {
    let mut all = Vec::new();
    for line in text.lines() {
        let (kind, value) = line.split_once(' ').unwrap_or((line, ""));
        if kind == "recipe" {
            all.push((value == "0").then(Vec::new));
        } else if let Some(Some(last)) = all.last_mut() {
            last.push((kind.to_owned(), value.to_owned()));
        }
    }
    all
}

/// Reads `=== NAME STATUS SECONDS KILOBYTES` and the lines below, for each program.
fn output(text: &str) -> BTreeMap<String, Said> {
    let mut all: BTreeMap<String, Said> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let mut words = head.split(' ');
            name = words.next().unwrap_or_default().to_owned();
            let mut number = || words.next().and_then(|word| word.parse::<f64>().ok()).unwrap_or_default();
            let (_status, seconds, kilobytes) = (number(), number(), number());
            all.insert(name.clone(), Said { lines: Vec::new(), seconds, kilobytes: kilobytes as u64 });
        } else if let Some(said) = all.get_mut(&name)
            && !line.trim().is_empty()
            && alerts(&name, line)
        {
            said.lines.push(line.to_owned());
        }
    }
    all
}

/// Leaves out what is no warning: keeneye's notes, unhide's headings, what a program of chkrootkit's complains about.
fn alerts(name: &str, line: &str) -> bool {
    match name {
        KEENEYE => line.starts_with("suspicious ") || line.starts_with("compromised "),
        "unhide" => line.starts_with("Found HIDDEN"),
        _ => !line.starts_with("RTNETLINK answers:"),
    }
}

/// The lines that the unplanted root does not bring; numbers differ from one look to the next.
fn fresh<'a>(said: &'a Said, before: Option<&Said>) -> Vec<&'a String> {
    let shape = |line: &str| line.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect::<String>();
    let known: BTreeSet<String> =
        before.map(|before| before.lines.iter().map(|line| shape(line)).collect()).unwrap_or_default();
    said.lines.iter().filter(|line| !known.contains(&shape(line))).collect()
}

/// True when the line speaks of the thing; generous: the last part of a path is enough.
fn mentions(line: &str, kind: &str, value: &str) -> bool {
    let word = |wanted: &str| {
        line.match_indices(wanted).any(|(at, _)| {
            let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let (before, after) = line.split_at(at);
            ends(before.chars().next_back()) && ends(after.strip_prefix(wanted).and_then(|rest| rest.chars().next()))
        })
    };
    match kind {
        "pid" | "tid" | "port" | "account" | "shm" => word(value),
        "path" => word(value) || value.rsplit('/').next().is_some_and(|name| name.len() > 3 && word(name)),
        "line" => value.rsplit_once(':').is_some_and(|(path, _)| word(path)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_each_program_is_read_apart() {
        let all = output("=== a 1 2.50 1000\nWarning: x\n\n=== keeneye 1 0.9 30\nnote x\nsuspicious y\n");
        assert_eq!(
            (all["a"].seconds, all["a"].kilobytes, &all["a"].lines),
            (2.5, 1000, &vec!["Warning: x".to_owned()])
        );
        assert_eq!(all["keeneye"].lines, ["suspicious y"]);
    }
    #[test]
    fn a_recipe_that_failed_planted_nothing() {
        let all = planted("recipe 0\npid 41\nrecipe 1\npath /x\nrecipe 0\n");
        assert_eq!(all, [Some(vec![("pid".to_owned(), "41".to_owned())]), None, Some(vec![])]);
    }
    #[test]
    fn what_the_unplanted_root_brings_does_not_count() {
        let of = |lines: &[&str]| Said {
            lines: lines.iter().map(|l| (*l).to_owned()).collect(),
            seconds: 0.0,
            kilobytes: 0,
        };
        let before = of(&["pid 12 is odd"]);
        assert_eq!(fresh(&of(&["pid 99 is odd", "pid 99 is hidden"]), Some(&before)), ["pid 99 is hidden"]);
    }
    #[test]
    fn a_line_mentions_a_thing_as_a_whole_word() {
        assert!(mentions("Found HIDDEN PID: 412", "pid", "412"));
        assert!(!mentions("Found HIDDEN PID: 4125", "pid", "412"));
        assert!(mentions("/dev/shm/.x/kolab: suspicious", "path", "/dev/shm/.x/kolab"));
        assert!(mentions("file 'kolab' is odd", "path", "/dev/shm/.x/kolab"));
        assert!(!mentions("file 'k' is odd", "path", "/dev/shm/.x/k"));
    }
}
