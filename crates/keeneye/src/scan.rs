//! `keeneye scan`: look once, now.

use crate::baseline::{self, Here};
use crate::cli::{Format, Kept, Scan};
use crate::judge::{exit_code, judge};
use crate::output::{complain, print};
use crate::settings::Settings;
use crate::source::{Further, Source};
use anyhow::Result;
use keeneye_live::Stopwatch;
use keeneye_report::{Report, Verdict, nagios};
use keeneye_world::Recorder;

/// Looks, judges and says so; gives the exit code.
pub(crate) fn run(scan: &Scan, settings: &Settings) -> Result<u8> {
    let watch = Stopwatch::start();
    let kept = scan.place.kept(scan.state_dir.as_deref()).filter(|_| !scan.without_baseline);
    let source = Source::with(&scan.place, &Further { kept, raw: scan.raw.clone() }, settings)?;
    let (world, recorded) = match &scan.record {
        None => (source.look(settings), Ok(())),
        Some(path) => {
            let recorder = Recorder::new(source.host());
            let world = source.look_through(&recorder, settings);
            (world, source.write_recording(&recorder, path))
        }
    };
    let report = judge(&world, settings, source.is_recording, watch.milliseconds());
    print(say(&report, settings))?;
    if scan.save {
        save(scan, &report, settings)?;
    }
    // A full disk must not cost the report.
    recorded?;
    Ok(if settings.format == Format::Nagios { nagios::code(&report) } else { exit_code(&report, settings) })
}

/// Remembers every file. Only people are told: a report for programs stays one document.
fn save(scan: &Scan, report: &Report, settings: &Settings) -> Result<()> {
    if matches!(report.verdict, Verdict::Suspicious | Verdict::Compromised) {
        let word = report.verdict.word();
        complain(&format!(
            "--save: the verdict is {word}, and what is remembered now has those findings in it: later looks will not \
             tell of them as changes. Save once more when each of them is explained"
        ));
    }
    let place = Kept { root: scan.place.root.clone(), state_dir: scan.state_dir.clone() };
    let said = baseline::learn(&Here::open(&place, settings)?, &[], false)?;
    match settings.format {
        Format::Text => print(said),
        _ => Ok(()),
    }
}

/// The report in the format that is asked for.
pub(crate) fn say(report: &Report, settings: &Settings) -> String {
    match settings.format {
        Format::Text => keeneye_report::text(report, &settings.layout()),
        Format::Concise => keeneye_report::concise(report),
        Format::Json => keeneye_report::json(report),
        Format::Jsonl => keeneye_report::jsonl(report),
        Format::Html => keeneye_report::html(report),
        Format::Nagios => nagios::nagios(report),
    }
}
