//! Rows that cannot be acted out on a machine that others use: hosts in the fixture language, looked at right here.
//!
//! A file has the same head as a recipe, and one host or several with `---` between them: variants of one row, which is
//! as good as its worst. A line `# said: path /x` of a host names what was planted.

use super::finding::Finding;
use super::judge::{self, Known, Outcome, Verdict};
use super::row::Row;
use super::stage::Acted;
use anyhow::{Context, Result, ensure};
use keeneye_world::fixture::Fixture;
use keeneye_world::{Plan, scan};
use std::fs;
use std::path::Path;
use std::time::Instant;

/// True for a row of this kind.
pub(super) fn is_one(row: &Row) -> bool {
    row.recipe.as_deref().is_some_and(|recipe| recipe.ends_with(".host"))
}

/// Looks at every host of a row and gives the worst outcome.
pub(super) fn judge(acceptance: &Path, row: &Row) -> Result<Outcome> {
    let text = fs::read_to_string(acceptance.join(row.recipe.as_deref().unwrap_or_default()))?;
    let outcomes = text.split("\n---\n").map(|host| Ok(judge::judge(row, Some(act(host)?), &Known::default())));
    let outcomes: Vec<Outcome> = outcomes.collect::<Result<_>>()?;
    outcomes.into_iter().min_by_key(|outcome| rank(outcome.verdict)).context("no host")
}

/// The worst first.
fn rank(verdict: Verdict) -> usize {
    let order = [Verdict::Failed, Verdict::Missed, Verdict::Alert, Verdict::Low];
    order.iter().position(|one| *one == verdict).unwrap_or(order.len())
}

fn act(host: &str) -> Result<Acted> {
    let mut acted = Acted::default();
    for said in host.lines().filter_map(|line| line.strip_prefix("# said: ")) {
        let (kind, value) = said.split_once(' ').with_context(|| format!("not `kind value`: {said}"))?;
        acted.said.push((kind.into(), value.into()));
    }
    let began = Instant::now();
    let world = scan(&Fixture::new(host), &Plan::default());
    let detected = keeneye_detect::detect_with(&keeneye_detect::Scene { world: &world }, |_| true);
    ensure!(detected.broken.is_empty(), "detectors broke: {:?}", detected.broken);
    acted.scan_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    for finding in detected.findings {
        acted.findings.push(read::<Finding>(&finding)?);
    }
    Ok(acted)
}

fn read<T: serde::de::DeserializeOwned>(finding: &keeneye_facts::Finding) -> Result<T> {
    Ok(serde_json::from_value(serde_json::to_value(finding)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::row::Kind;

    #[test]
    fn a_row_is_as_good_as_its_worst_host() {
        let row = Row { kind: Kind::Plant, ..Row::unplanted("root") };
        let named = "# said: path /proc/sys/kernel/core_pattern\nprocess 1 exe=/sbin/init ppid=0\n\
                     /proc/sys/kernel/core_pattern = |/tmp/x\\n";
        let verdict = |host: &str| judge::judge(&row, Some(act(host).unwrap()), &Known::default()).verdict;
        assert_eq!(verdict(named), Verdict::Named);
        assert_eq!(verdict(&named.replace("|/tmp/x", "core")), Verdict::Missed);
        assert!(rank(Verdict::Missed) < rank(Verdict::Named));
    }

    /// These rows need no root, so they are looked at with every test.
    #[test]
    fn every_host_of_every_row_is_judged_as_it_should_be() {
        let acceptance = crate::workspace().join("acceptance");
        let rows = crate::bench::row::all(&acceptance).unwrap();
        let mut bad = Vec::new();
        for row in rows.iter().filter(|row| is_one(row)) {
            let outcome = judge(&acceptance, row).unwrap();
            if outcome.below_the_bar() {
                bad.push(format!("{} {:?} {:?} {:?}", row.id, outcome.verdict, outcome.naming, outcome.further));
            }
        }
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }
}
