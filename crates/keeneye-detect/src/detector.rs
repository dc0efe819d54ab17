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

/// The same for the same detector and subject: FNV-1a over what names the subject.
fn identity(detector: &str, subject: &Subject) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes.iter().chain(&[0]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    feed(detector.as_bytes());
    feed(format!("{subject:?}").as_bytes());
    format!("{hash:016x}")
}
