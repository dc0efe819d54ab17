//! `keeneye digest`: what happened on one page.

pub(crate) mod accounts;
mod counted;
mod failures;
mod packages;
mod page;
mod period;
mod refused;
#[cfg(test)]
mod tests;

use crate::cli::{Digest, Format};
use crate::judge::{self, judge};
use crate::logins::blindness;
use crate::output::print;
use crate::settings::Settings;
use crate::source::Source;
use anyhow::{Result, bail};
use keeneye_facts::Text;
use keeneye_live::Stopwatch;
use keeneye_report::words::Zone;
use keeneye_report::{Section, Sheet};
use period::Period;
use std::borrow::Cow;

/// Lines of one section: the page stays one.
const MOST: usize = 12;

/// Looks and prints; gives the exit code.
pub(crate) fn run(digest: &Digest, settings: &Settings) -> Result<u8> {
    let watch = Stopwatch::start();
    let mut source = Source::open(&digest.place, settings)?;
    // A recording knows by itself what was looked at.
    source.plan.only_logs |= !source.is_recording;
    source.plan.package_times |= !source.is_recording;
    let world = source.look(settings);
    let report = judge(&world, settings, source.is_recording, watch.milliseconds());
    let zone = Zone::of(&world.host);
    let period = Period::of(digest, world.host.now, &zone)?;
    let sheet = page::sheet(&world, &report.findings, &zone, period);
    print(say(&sheet, settings)?)?;
    if sheet.findings.iter().any(|finding| finding.level >= settings.fail_on()) {
        return Ok(judge::FINDINGS);
    }
    Ok(blindness(&world, &report.gaps, settings, &digest.place))
}

fn say(sheet: &Sheet, settings: &Settings) -> Result<String> {
    Ok(match settings.format {
        Format::Text => sheet.text(&settings.layout()),
        Format::Concise => sheet.concise(),
        Format::Json => sheet.json(),
        Format::Jsonl => sheet.jsonl(),
        Format::Html => keeneye_report::sheet_html(sheet),
        Format::Nagios => bail!("a digest can be text, concise, json, jsonl or html"),
    })
}

/// The program that people know: polkit asks for passwords in a program of its own.
fn tool(program: &Text) -> Cow<'_, str> {
    match program.as_slice() {
        b"su-l" => "su".into(),
        b"polkitd" | b"polkit-agent-helper-1" | b"pkexec" => "polkit".into(),
        _ => program.lossy(),
    }
}

/// How many there were besides those that are told.
fn more(section: &mut Section, rows: usize) {
    if rows > MOST {
        section.row("more", format!("{} more", rows - MOST));
    }
}
