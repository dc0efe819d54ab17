//! Detectors: pure functions from facts to findings, one file each.

mod detector;
pub mod place;
pub mod process;
pub mod standing;
mod subject;
#[cfg(test)]
mod testing;

pub use detector::{Detector, Scene};

/// Every detector: this list is the table of contents.
pub static ALL: &[&Detector] = &[&process::exe_deleted::DETECTOR];

/// Lets every detector look; worst findings first, then by detector and subject.
pub fn detect(scene: &Scene<'_>) -> Vec<keeneye_facts::Finding> {
    let mut findings: Vec<_> = ALL.iter().flat_map(|detector| detector.look(scene)).collect();
    findings.sort_by(|a, b| {
        (b.level, &a.detector, &a.subject, &a.summary).cmp(&(a.level, &b.detector, &b.subject, &b.summary))
    });
    findings
}
