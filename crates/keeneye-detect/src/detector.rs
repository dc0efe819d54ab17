//! What a detector is.

use keeneye_facts::{Finding, Level, Subject, Text};
use keeneye_world::World;

/// What detectors look at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Facts now.
    pub world: &'a World,
}

/// A detector: its name is its path, its manual page is the head of its own file.
#[derive(Debug)]
pub struct Detector {
    /// `process/exe-deleted`.
    pub name: &'static str,
    /// A few words, as a headline.
    pub title: &'static str,
    /// The highest level that it gives.
    pub level: Level,
    /// ATT&CK technique ids.
    pub attack: &'static [&'static str],
    /// No acceptance by pattern and no baseline may silence it.
    pub absolute: bool,
    /// Its own file.
    pub source: &'static str,
    /// Looks and says what it noticed.
    pub run: fn(&Scene<'_>) -> Vec<Finding>,
}

impl Detector {
    /// A finding of this detector, to be given evidence.
    pub fn finding(&self, level: Level, subject: Subject, summary: impl Into<Text>) -> Finding {
        Finding {
            id: identity(self.name, &subject),
            detector: self.name.into(),
            level,
            subject,
            summary: summary.into(),
            evidence: Vec::new(),
            attack: self.attack.iter().map(|id| (*id).to_owned()).collect(),
            first_seen: None,
            related: Vec::new(),
            innocent: Vec::new(),
            next: Vec::new(),
        }
    }
    /// Runs it.
    pub fn look(&self, scene: &Scene<'_>) -> Vec<Finding> {
        (self.run)(scene)
    }
    /// The manual page: the `//!` lines at the top of its own file.
    pub fn manual(&self) -> String {
        let lines = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }
}

/// The same for the same detector and subject: FNV-1a over what tells the subject from others. What a process calls
/// itself is not a part of that.
fn identity(detector: &str, subject: &Subject) -> String {
    let Subject { kind, name, process, tid, path, line, protocol, port, net, account, number } = subject;
    let (name, path) = if process.is_some() { (None, None) } else { (Some(name), path.as_ref()) };
    let numbers = format!("{process:?} {tid:?} {line:?} {protocol:?} {port:?} {net:?} {number:?}");
    let texts = [name, path, account.as_ref()].map(|text| text.map_or(&b""[..], |text| text.as_slice()));
    let parts = [detector.as_bytes(), kind.as_bytes(), numbers.as_bytes()].into_iter().chain(texts);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.flat_map(|part| part.iter().chain(&[0])) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}
