//! Detectors: pure functions from facts to findings, one file each.

mod detector;
pub mod network;
pub mod place;
pub mod process;
pub mod standing;
mod subject;
#[cfg(test)]
mod testing;

pub use detector::{Detector, Scene};

/// Every detector: this list is the table of contents.
pub static ALL: &[&Detector] = &[
    &network::bound_not_listening::DETECTOR,
    &network::bpf_holder::DETECTOR,
    &network::hidden_port::DETECTOR,
    &network::hidden_socket::DETECTOR,
    &network::packet_socket::DETECTOR,
    &network::promiscuous::DETECTOR,
    &network::unexpected_listener::DETECTOR,
    &process::exe_deleted::DETECTOR,
];

/// Lets every detector look; worst findings first, then by detector and subject.
pub fn detect(scene: &Scene<'_>) -> Vec<keeneye_facts::Finding> {
    detect_with(scene, |_| true)
}

/// The same with only those detectors that are wanted. What is about keeneye's own process is left out.
pub fn detect_with(scene: &Scene<'_>, wanted: impl Fn(&Detector) -> bool) -> Vec<keeneye_facts::Finding> {
    let own = scene.world.host.own_pid;
    let is_own = |subject: &keeneye_facts::Subject| own != 0 && subject.process.is_some_and(|id| id.pid == own);
    let detectors = ALL.iter().filter(|detector| wanted(detector));
    let mut findings: Vec<_> = detectors.flat_map(|detector| detector.look(scene)).collect();
    findings.retain(|finding| !is_own(&finding.subject));
    findings.sort_by(|a, b| {
        (b.level, &a.detector, &a.subject, &a.summary).cmp(&(a.level, &b.detector, &b.subject, &b.summary))
    });
    findings
}
