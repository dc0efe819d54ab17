//! What a look found, ready to be said: put together by the binary, said by the sinks.

use keeneye_facts::{BaselineState, Finding, Gap, Host, Incident, Level, Way};
use std::collections::BTreeSet;

/// The whole of what is to be said about one look at one host.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Which keeneye says it.
    pub keeneye: Build,
    /// The machine.
    pub host: Host,
    /// Seconds since 1970 when the look began.
    pub started: i64,
    /// Milliseconds that it took.
    pub took_ms: u64,
    /// Percent of questions answered.
    pub coverage: u8,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// Findings that belong together, the worst first.
    pub incidents: Vec<Incident>,
    /// What was noticed, worst first; also what belongs to an incident.
    pub findings: Vec<Finding>,
    /// What was noticed and had been accepted before.
    pub accepted: Vec<Accepted>,
    /// The word over it all.
    pub verdict: Verdict,
    /// What was looked at.
    pub looked_at: Vec<Count>,
    /// Which views were held against each other.
    pub compared: Vec<Compared>,
    /// The baseline that the host was held against.
    pub baseline: BaselineState,
    /// What the person should know about this look: acceptances that ended, detectors that were left out.
    pub remarks: Vec<String>,
    /// What to do next, the most useful first.
    pub next: Vec<Next>,
}

impl Report {
    /// Findings of an incident, in its order.
    pub fn findings_of<'a>(&'a self, incident: &'a Incident) -> impl Iterator<Item = &'a Finding> {
        incident.findings.iter().filter_map(|id| self.findings.iter().find(|finding| finding.id == *id))
    }
    /// How many findings are of this level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|f| f.level == level).count()
    }
}

/// Which keeneye this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// `0.1.0`.
    pub version: String,
    /// What it was built for: `x86_64-linux`.
    pub target: String,
    /// No dynamic linker stands between it and the kernel.
    pub is_static: bool,
}

/// A finding that a person accepted beforehand.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// The reason that was given.
    pub because: String,
    /// The last day of it, `2027-01-31`.
    pub until: String,
}

/// The word over a report. Never "clean".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing at or above `suspicious`, and enough was seen to say so.
    NoSign,
    /// The worst finding is suspicious.
    Suspicious,
    /// The worst finding is a compromise.
    Compromised,
    /// Nothing was found, and too little was seen for that to mean anything.
    TooBlind,
}

impl Verdict {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoSign => "no-sign",
            Self::Suspicious => "suspicious",
            Self::Compromised => "compromised",
            Self::TooBlind => "too-blind",
        }
    }
    /// The sentence for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoSign => "No sign of compromise found.",
            Self::Suspicious => "SUSPICIOUS: something here needs an explanation.",
            Self::Compromised => "COMPROMISED: taken together, what was found has no known innocent cause.",
            Self::TooBlind => "Too blind to say: nothing suspicious was found, but too much could not be seen.",
        }
    }
}

/// A number of things that were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// `processes`.
    pub what: &'static str,
    /// How many.
    pub number: u64,
}

/// Independent views of the same things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// `processes`.
    pub what: &'static str,
    /// The ways by which they were seen.
    pub ways: BTreeSet<Way>,
    /// How many things a way did not show although others did.
    pub disagree: usize,
}

/// A thing to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// A command as one would type it.
    pub command: String,
    /// What it brings.
    pub why: String,
}
