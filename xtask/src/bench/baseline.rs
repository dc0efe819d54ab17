//! The rows with a baseline: learnt in the root before anything is acted out, and only what tells of changes may speak.

use super::judge::Outcome;
use super::row::{Kind, Row};
use super::stage::Acted;
use anyhow::Result;
use keeneye_facts::Level;
use std::fs;
use std::path::Path;

/// What `inside.sh` and keeneye are told.
const ARGUMENTS: [&str; 5] =
    ["learn", "--only", "integrity/*-since-baseline", "--only", "integrity/content-changed-silently"];
/// Files that an account is made of.
const ACCOUNTS: [&str; 3] = ["/etc/passwd", "/etc/shadow", "/etc/group"];

/// The rows that leave something on disk, to be looked at with a baseline: plants have to be named at any level.
pub(super) fn fitting(rows: Vec<Row>, acceptance: &Path) -> Result<Vec<Row>> {
    let mut fitting = Vec::new();
    for row in rows {
        let shell = row.recipe.as_ref().filter(|recipe| recipe.ends_with(".sh"));
        let Some(recipe) = shell.filter(|_| row.user == "root" && row.arguments.is_empty()) else { continue };
        if let Some(why) = &row.without_baseline {
            println!("{} is left out: {why}", row.id);
            continue;
        }
        let text = fs::read_to_string(acceptance.join(recipe))?;
        let plants = ["said path", "said line", "said account"].iter().any(|said| text.contains(said));
        if matches!(row.kind, Kind::Lookalike | Kind::Server) || row.kind == Kind::Plant && plants {
            fitting.push(with_baseline(row));
        }
    }
    Ok(fitting)
}

/// The same row with a baseline.
pub(super) fn with_baseline(row: Row) -> Row {
    Row { arguments: ARGUMENTS.map(str::to_owned).to_vec(), level: Level::Note, waits_for: None, ..row }
}

/// What came of all rows, in a line.
pub(super) fn sums(outcomes: &[Outcome]) -> String {
    let of = |kind: Kind| outcomes.iter().filter(move |outcome| outcome.row.kind == kind);
    let good = |kind: Kind| of(kind).filter(|outcome| !outcome.below_the_bar()).count();
    let loud = |kind: Kind| match of(kind).count() - good(kind) {
        0 => "none loud".to_owned(),
        loud => format!("{loud} LOUD"),
    };
    format!(
        "{} of {} file plants named with a baseline; {} look-alikes, {}; {} servers, {}",
        good(Kind::Plant),
        of(Kind::Plant).count(),
        of(Kind::Lookalike).count(),
        loud(Kind::Lookalike),
        of(Kind::Server).count(),
        loud(Kind::Server)
    )
}

/// What was planted as files: a line stands in one, an account in several. A finding about many files names them beside.
pub(super) fn as_files(mut acted: Acted) -> Acted {
    let mut said = Vec::new();
    for (kind, value) in acted.said {
        match kind.as_str() {
            "line" => said.extend(value.rsplit_once(':').map(|(path, _)| ("path".to_owned(), path.to_owned()))),
            "account" => said.extend(ACCOUNTS.map(|path| ("path".to_owned(), path.to_owned()))),
            "path" => said.push((kind, value)),
            _ => (),
        }
    }
    acted.said = said;
    for finding in &mut acted.findings {
        let is_it = |subject: &&super::finding::Subject| {
            acted.said.iter().any(|(kind, value)| super::judge::is(subject, kind, value))
        };
        if let Some(named) = finding.related.iter().find(is_it) {
            finding.subject = named.clone();
        }
    }
    acted
}

#[cfg(test)]
mod tests {
    use super::super::finding::{Finding, Subject};
    use super::super::judge::Verdict;
    use super::*;

    #[test]
    fn what_was_planted_is_looked_for_among_files() {
        let said = [("line", "/etc/crontab:9"), ("pid", "41"), ("path", "/opt/x")];
        let subject = |path: &str| Subject { path: Some(path.into()), ..Subject::default() };
        let finding = Finding {
            id: String::new(),
            detector: "integrity/new-since-baseline".into(),
            level: Level::Note,
            subject: subject("/opt"),
            summary: String::new(),
            related: vec![subject("/opt/w"), subject("/opt/x")],
        };
        let acted = Acted {
            said: said.map(|(kind, value)| (kind.to_owned(), value.to_owned())).to_vec(),
            findings: vec![finding],
            ..Acted::default()
        };
        let acted = as_files(acted);
        let paths: Vec<&str> = acted.said.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(paths, ["/etc/crontab", "/opt/x"]);
        assert_eq!(acted.findings[0].subject.path.as_deref(), Some("/opt/x"));
    }
    #[test]
    fn the_sums_tell_what_is_loud() {
        let outcome = |kind, verdict| Outcome {
            row: Row { kind, ..Row::unplanted("root") },
            verdict,
            naming: Vec::new(),
            further: Vec::new(),
            scan_ms: 0,
            failure: None,
            torn: Vec::new(),
            incidents: Vec::new(),
        };
        let plants = [outcome(Kind::Plant, Verdict::Named), outcome(Kind::Plant, Verdict::Missed)];
        let quiet = [outcome(Kind::Lookalike, Verdict::Quiet), outcome(Kind::Lookalike, Verdict::Alert)];
        let servers = [outcome(Kind::Server, Verdict::Quiet)];
        let all: Vec<Outcome> = plants.into_iter().chain(quiet).chain(servers).collect();
        let said = "1 of 2 file plants named with a baseline; 2 look-alikes, 1 LOUD; 1 servers, none loud";
        assert_eq!(sums(&all), said);
    }
}
