//! One status line with performance data, as monitoring plug-ins give it.
//! The form and the codes are those of the Monitoring Plugins Development Guidelines.

use crate::sanitise::bounded;
use crate::{Report, Verdict, text::tally};
use keeneye_facts::Level;

/// Code for "all is well".
pub const OK: u8 = 0;
/// Code for findings that are unusual.
pub const WARNING: u8 = 1;
/// Code for findings that are suspicious or worse.
pub const CRITICAL: u8 = 2;
/// Code for "cannot say".
pub const UNKNOWN: u8 = 3;

/// The exit code that goes with [`nagios`].
pub fn code(report: &Report) -> u8 {
    match report.verdict {
        Verdict::Compromised | Verdict::Suspicious => CRITICAL,
        Verdict::TooBlind => UNKNOWN,
        Verdict::NoSign if report.count(Level::Unusual) > 0 => WARNING,
        Verdict::NoSign => OK,
    }
}

/// The status line.
pub fn nagios(report: &Report) -> String {
    let word = match code(report) {
        OK => "OK",
        WARNING => "WARNING",
        CRITICAL => "CRITICAL",
        _ => "UNKNOWN",
    };
    let worst = report.findings.first().filter(|f| f.level >= Level::Unusual);
    let incident = report.incidents.first().map(|incident| &incident.title);
    let said = incident.or(worst.map(|finding| &finding.summary));
    let what = said.map_or_else(String::new, |said| format!(" {}:", bounded(said, 200).replace('|', "\\x7c")));
    let numbers = [Level::Note, Level::Unusual, Level::Suspicious, Level::Compromised]
        .map(|level| format!("{}={}", level.word(), report.count(level)))
        .join(" ");
    let incidents = report.incidents.len();
    format!(
        "KEENEYE {word} -{what} {} {} | {numbers} incidents={incidents} gaps={} coverage={}%;;;0;100 time={}.{:03}s\n",
        report.verdict.sentence(),
        tally(report),
        report.gaps.len(),
        report.coverage,
        report.took_ms / 1000,
        report.took_ms % 1000,
    )
}

/// The status line when there is no report: why keeneye could not look.
pub fn could_not_run(why: &str) -> String {
    format!("KEENEYE UNKNOWN - {}\n", bounded(why, 300).replace('|', "\\x7c"))
}
