//! From a world to a report and an exit code: pure.

use crate::accepted::{self, Sorted};
use crate::settings::Settings;
use crate::{next, places, summary};
use keeneye_detect::{Detector, Scene};
use keeneye_facts::{Finding, Gap, Level, Refusal};
use keeneye_report::{Build, Report, Verdict};
use keeneye_world::World;

/// Nothing at or above `--fail-on` was found.
pub(crate) const NOTHING: u8 = 0;
/// Something was.
pub(crate) const FINDINGS: u8 = 1;
/// keeneye could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;
/// Nothing was found, and too little was seen.
pub(crate) const TOO_BLIND: u8 = 3;

/// Lets the detectors look, sorts out what was accepted, and puts the report together.
pub(crate) fn judge(world: &World, settings: &Settings, is_recording: bool, took_ms: u64) -> Report {
    let (mut sorted, unseen) = look(world, settings, |detector| settings.wants(detector));
    let ran = keeneye_detect::ALL.iter().filter(|d| settings.wants(d)).count();
    if ran == keeneye_detect::ALL.len() {
        sorted.remarks.append(&mut sorted.idle);
    }
    let mut remarks = settings.remarks.clone();
    remarks.extend(sorted.remarks);
    if ran < keeneye_detect::ALL.len() {
        remarks.push(format!("only {ran} of {} detectors were asked to look", keeneye_detect::ALL.len()));
    }
    if let Some((at_hand, installed, said)) = &world.vendors {
        remarks.push(format!("{at_hand} of {installed} packages were compared with their vendors' own files"));
        remarks.extend(said.iter().cloned());
    }
    remarks.extend(places::stale(world));
    if !world.host.live {
        remarks.push("no running system was looked at: processes, sockets and mounts are not judged".into());
    }
    let incidents = keeneye_detect::incidents(world, &sorted.open, keeneye_detect::ALL);
    let mut report = Report {
        keeneye: build(),
        host: world.host.clone(),
        started: world.host.now,
        took_ms,
        coverage: world.coverage.percent(),
        gaps: world.gaps.iter().cloned().chain(unseen).collect(),
        verdict: Verdict::NoSign,
        looked_at: summary::looked_at(world),
        compared: summary::compared(world),
        baseline: world.baseline.clone(),
        incidents,
        findings: sorted.open,
        accepted: sorted.accepted,
        remarks,
        next: Vec::new(),
    };
    report.verdict = verdict(&report, settings);
    report.next = next::steps(&report, is_recording);
    report
}

/// What is odd about logins and was not accepted, and what could not be told of it: all that a list of logins shows.
pub(crate) fn logins(world: &World, settings: &Settings) -> (Vec<Finding>, Vec<Gap>) {
    let of_logins = |detector: &Detector| detector.name.starts_with("login/") && settings.wants(detector);
    let (sorted, unseen) = look(world, settings, of_logins);
    (sorted.open, unseen)
}

/// Lets those detectors look. A gap for each that broke, and one where there is none.
fn look(world: &World, settings: &Settings, wanted: impl Fn(&Detector) -> bool) -> (Sorted, Vec<Gap>) {
    let ran = keeneye_detect::ALL.iter().filter(|detector| wanted(detector)).count();
    let detected = keeneye_detect::detect_with(&Scene { world }, wanted);
    let sorted = accepted::sort(detected.findings, &settings.accept, keeneye_detect::ALL, world);
    (sorted, detected.broken.into_iter().map(broken).chain(nobody(ran)).collect())
}

/// A detector that broke saw nothing, and that must not look like nothing to see.
fn broken(detector: &Detector) -> Gap {
    Gap {
        sense: "detectors".into(),
        what: format!("what {} would have noticed", detector.name).into(),
        why: Refusal::Garbled("keeneye made a mistake here; please report it".into()),
        blinding: true,
    }
}

/// Every detector was switched off: that must not look like nothing to see either.
fn nobody(ran: usize) -> Option<Gap> {
    let what = "anything: no detector was asked to look".into();
    let why = Refusal::Cut("none by --only and --skip".into());
    (ran == 0).then(|| Gap { sense: "detectors".into(), what, why, blinding: true })
}

/// The exit code of everything but `--format nagios`.
pub(crate) fn exit_code(report: &Report, settings: &Settings) -> u8 {
    if worst(report).is_some_and(|level| level >= settings.fail_on()) {
        FINDINGS
    } else if is_blind(report, settings) {
        TOO_BLIND
    } else {
        NOTHING
    }
}

/// The worst finding, or the worst incident where that is more than its parts.
fn worst(report: &Report) -> Option<Level> {
    let raised = report.incidents.iter().filter_map(|incident| incident.level);
    report.findings.iter().map(|finding| finding.level).chain(raised).max()
}

fn verdict(report: &Report, settings: &Settings) -> Verdict {
    match worst(report) {
        Some(Level::Compromised) => Verdict::Compromised,
        Some(Level::Suspicious) => Verdict::Suspicious,
        _ if is_blind(report, settings) => Verdict::TooBlind,
        _ => Verdict::NoSign,
    }
}

/// Too little was answered, or something without which nothing of its kind can be judged. In an image nothing runs:
/// that there are no processes to ask is then no blindness.
pub(crate) fn is_blind(report: &Report, settings: &Settings) -> bool {
    sees_too_little(report.coverage, &report.gaps, report.host.live, settings)
}

/// The same where nothing but lists was asked for.
pub(crate) fn sees_too_little<'a>(
    coverage: u8,
    gaps: impl IntoIterator<Item = &'a Gap>,
    is_live: bool,
    settings: &Settings,
) -> bool {
    let blinds = |why: &Refusal| is_live || *why != Refusal::NotHere;
    coverage < settings.require_coverage() || gaps.into_iter().any(|gap| gap.blinding && blinds(&gap.why))
}

/// Which keeneye this is.
pub(crate) fn build() -> Build {
    Build {
        version: env!("CARGO_PKG_VERSION").into(),
        target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        is_static: cfg!(target_feature = "crt-static"),
    }
}
