//! What the bench says: a table, a report, a page.

use super::finding::Finding;
use super::judge::{Known, Outcome, Verdict};
use super::peers;
use super::row::{Kind, Row};
use anyhow::Result;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// One line of `--list`.
pub(super) fn listed(row: &Row) -> String {
    let due = row.waits_for.as_ref().map_or_else(|| "counts".to_owned(), |what| format!("waits: {what}"));
    format!("{:4} {:8} {:12} {:32} {}", row.id, row.mode, wanted(row), due, row.title)
}

/// One line of the table.
pub(super) fn line(outcome: &Outcome) -> String {
    let row = &outcome.row;
    let spoke = outcome.naming.first().or(outcome.further.first()).map(said).unwrap_or_default();
    let spoke = outcome.failure.clone().unwrap_or(spoke);
    let time = if outcome.scan_ms == 0 { String::new() } else { format!("{} ms", outcome.scan_ms) };
    format!("{:4} {:12}  {:8}  {:>8}  {spoke}", row.id, wanted(row), word(outcome), time)
}

/// Prints what the unplanted root shows, the table, all that was said beside the plants, and the sums.
pub(super) fn print(known: &Known, outcomes: &[Outcome], other_sums: Option<fn(&[Outcome]) -> String>) {
    println!("\nthe root with nothing planted:");
    known.findings().for_each(|finding| println!("     {}", full(finding)));
    println!("{} alerts\n", known.alerts().len());
    println!("row  wanted        verdict       scan  detector");
    outcomes.iter().for_each(print_whole);
    println!("\n{}", other_sums.unwrap_or(sums)(outcomes));
    // Once more and last: whoever sees only the end of a long output sees what failed.
    let below: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.below_the_bar()).collect();
    if !below.is_empty() {
        println!("\nbelow the bar:");
        below.into_iter().for_each(print_whole);
    }
}

fn print_whole(outcome: &Outcome) {
    println!("{}", line(outcome));
    let shown = usize::from(!outcome.naming.is_empty());
    outcome.torn.iter().for_each(|lacks| println!("       LACKS: {lacks}"));
    outcome.incidents.iter().for_each(|incident| println!("       incident: {}", incident.line()));
    let rest = outcome.naming.iter().skip(shown).map(|f| ("also", f));
    for (mark, finding) in rest.chain(outcome.further.iter().map(|f| ("not planted", f))) {
        println!("       {mark}: {}", full(finding));
    }
}

fn sums(outcomes: &[Outcome]) -> String {
    let count = |kind: Kind, good: Verdict| {
        let due = outcomes.iter().filter(|outcome| outcome.row.kind == kind && outcome.row.waits_for.is_none());
        let all = due.clone().count();
        (due.filter(|outcome| outcome.verdict == good).count(), all)
    };
    let apart = outcomes.iter().filter(|outcome| outcome.row.waits_for.is_some()).count();
    let (named, plants) = count(Kind::Plant, Verdict::Named);
    let (quiet, lookalikes) = count(Kind::Lookalike, Verdict::Quiet);
    let (calm, servers) = count(Kind::Server, Verdict::Quiet);
    let (joined, combined) = count(Kind::Combined, Verdict::Named);
    format!(
        "{named} of {plants} plants named, {quiet} of {lookalikes} look-alikes without an alert, {calm} of {servers} \
         servers quiet, {joined} of {combined} break-ins told as one incident ({apart} further rows do not count: see what \
         each waits for)"
    )
}

fn wanted(row: &Row) -> &'static str {
    match row.kind {
        Kind::Plant => row.level.word(),
        Kind::Lookalike => "no alert",
        Kind::Server => "few notes",
        Kind::Combined => "one incident",
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match (outcome.verdict, &outcome.row.waits_for) {
        (Verdict::Named, _) => "named",
        (Verdict::Quiet, _) => "quiet",
        (Verdict::Failed, _) => "FAILED",
        (Verdict::Alert, _) => "ALERT",
        (Verdict::Loud, _) => "LOUD",
        (Verdict::Low | Verdict::Missed | Verdict::Torn | Verdict::Waits, Some(_)) => "later",
        (Verdict::Torn, None) => "TORN",
        (Verdict::Waits, None) => "waits",
        (Verdict::Low, None) => "LOW",
        (Verdict::Missed, None) => "MISSED",
    }
}

fn said(finding: &Finding) -> String {
    format!("{} {}", finding.detector, finding.level.word())
}

fn full(finding: &Finding) -> String {
    format!("{}: {}", said(finding), finding.summary)
}

/// Writes all of it for other programs.
pub(super) fn write_report(file: &Path, seed: u64, known: &Known, outcomes: &[Outcome]) -> Result<()> {
    let rows: Vec<Value> = outcomes
        .iter()
        .map(|outcome| {
            let row = &outcome.row;
            json!({
                "id": row.id, "mode": row.mode, "wanted": wanted(row), "title": row.title, "waits_for": row.waits_for,
                "verdict": word(outcome), "scan_ms": outcome.scan_ms, "failure": outcome.failure,
                "naming": outcome.naming, "further": outcome.further, "lacks": outcome.torn,
            })
        })
        .collect();
    let report = json!({ "seed": seed, "unplanted": known.findings().collect::<Vec<_>>(), "rows": rows });
    Ok(fs::write(file, serde_json::to_string_pretty(&report)?)?)
}

/// Writes the page of the manual.
pub(super) fn write_docs(file: &Path, outcomes: &[Outcome]) -> Result<()> {
    let mut page = String::from(HEAD);
    for (kind, title) in KINDS {
        write!(
            page,
            "\n## {title}\n\n| row | what is acted out | wanted | result | said by |\n|---|---|---|---|---|\n"
        )?;
        for outcome in outcomes.iter().filter(|outcome| outcome.row.kind == kind) {
            let row = &outcome.row;
            let result = match (&row.waits_for, outcome.verdict) {
                (Some(what), Verdict::Low | Verdict::Missed | Verdict::Torn | Verdict::Waits) => {
                    format!("does not count: {what}")
                }
                _ => word(outcome).to_lowercase(),
            };
            let by = match kind {
                Kind::Server => format!("{} findings in all", outcome.naming.len() + outcome.further.len()),
                _ => outcome.naming.first().map(said).unwrap_or_default(),
            };
            writeln!(page, "| {} | {} | {} | {result} | {by} |", row.id, row.title, wanted(row))?;
        }
    }
    write!(page, "\n{}.\n", sums(outcomes))?;
    page += DEVELOPMENT;
    page += &peers::section(&file.with_file_name("peers.json"), outcomes)?;
    if let Some(directory) = file.parent() {
        fs::create_dir_all(directory)?;
    }
    Ok(fs::write(file, page)?)
}

const KINDS: [(Kind, &str); 4] = [
    (Kind::Plant, "Plants"),
    (Kind::Lookalike, "Look-alikes"),
    (Kind::Server, "Servers on which nothing was planted"),
    (Kind::Combined, "Break-ins with several traces"),
];

const HEAD: &str = "\
# The bench

`cargo xtask bench` acts out the traces of break-ins (plants) and ordinary things that look like them (look-alikes). Each
row runs alone in a disposable root: an overlay over a small Debian 12, with its own mount, process, network, host name,
IPC and control group namespaces. Nothing of it touches the machine, and it is gone when its first process ends. It needs
root, debootstrap and a C compiler; the first run builds the root, which takes some minutes.

P and K are plants, L look-alikes, S whole servers, C break-ins with several traces. A few rows would change the whole
machine (the kernel's modules and settings): they are hosts written down in text, and prove the detector, not the reading.

A plant is *named* when a finding that the same root does not show without the plant has the planted process, file, line,
port or account as its subject, at the wanted level or above. A look-alike is *quiet* when nothing at suspicious or above
is said that the same root does not show without it. The root itself has to show no alert.

A server on which nothing was planted has to show no alert and at most ten findings in all: the small root, and a root with
nginx, MariaDB, PostgreSQL, PHP, Redis, docker, node, Java, a Python environment and more, at rest and with its services
running. A break-in with several traces has to become exactly one incident that alerts, holds a finding about each planted
thing, and names the way in and what starts it again where the recipe says them.

Names, places, users and ports follow from a seed; `--seed N` gives the same rows again. `--only P01,L03` runs some rows,
`--service`, `--combined` the last two kinds, `--list` shows them. The rows are scripts under `acceptance`; each says in its
head what it is, and what it waits for if it does not count yet. `acceptance/waiting.tsv` lists the rows that cannot be
acted out for a single scan.

This page is written by `cargo xtask bench --write-docs`.
";

const DEVELOPMENT: &str = "
## The machine that keeneye is written on

A Debian 12 virtual machine with 709 packages, compilers at work and disposable roots in use; nothing is left out for it.

| what is said | level | why |
|---|---|---|
| process/exe-in-memory, for four processes of one program | suspicious | right: the machine's own agent starts its helpers from a sealed memory file, no package brought that content, and the file is on no disk. An admin who knows the agent accepts it |
| integrity/unowned-in-package-dir, for 72 programs of a Java runtime below /usr/lib/jvm | unusual | right: unpacked by hand where packages put theirs; it is one finding, as they came together |
| persistence/python-start, twice | note | right: a start file of Python that no package and no distribution of Python claims |

What was wrong and was mended: setuid programs of unpacked systems below /tmp made forty lines, of which the report now tells
the first eight; a UDP socket that was being bound while the machine was busy was taken for a hidden one.
";
