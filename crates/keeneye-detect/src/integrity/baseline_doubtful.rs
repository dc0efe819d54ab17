//! A baseline is not what keeneye wrote, or not the newest that was seen.
//!
//! # What it sees
//! The newest baseline is damaged, cut off or changed; an older one lies in its place, or another of the same number;
//! others than keeneye's user could have written it; its signature does not hold or is of another key than the one that
//! the configuration names, or that signed a baseline before it; the configuration names a key, and no baseline is there
//! that it signed.
//!
//! # Why it matters
//! Who changes a system and knows of its baseline makes a new one afterwards, or puts an old one back. A baseline is
//! compared only when it was read to its end and found whole.
//!
//! # Innocent causes
//! A full disk, or a machine that lost power in the middle: baselines are written whole or not at all, so this is rare.
//! /var/lib/keeneye was restored from a backup, or a machine was cloned back. A new key signs, and the configuration
//! still names the old one. A baseline that was just learnt and is not signed yet: `unusual`. A key was configured before
//! the first baseline was signed.
//!
//! # What to do
//! Compare the words of the baseline (`keeneye baseline show`) with those that were kept elsewhere. Look at the host
//! from outside, with a baseline that lies on another machine (`keeneye baseline diff FILE`).

use crate::{Detector, Scene, subject};
use keeneye_facts::{BaselineDoubt, BaselineDoubtKind, Finding, Level};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/baseline-doubtful",
    title: "a baseline does not hold together",
    level: Level::Suspicious,
    attack: &["T1562.001", "T1070"],
    absolute: true,
    source: include_str!("baseline_doubtful.rs"),
    run,
};

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    scene.world.baseline_doubts.iter().map(finding).collect()
}

fn finding(doubt: &BaselineDoubt) -> Finding {
    let path = doubt.path.lossy();
    let number = doubt.number;
    let (level, what) = match &doubt.kind {
        BaselineDoubtKind::Damaged { why } => (Level::Suspicious, format!("cannot be used: {why}")),
        BaselineDoubtKind::NotRead { why } => (Level::Suspicious, format!("could not be read: {why}")),
        BaselineDoubtKind::RolledBack { seen } => (
            Level::Suspicious,
            format!(
                "is the newest baseline, number {number}, but number {seen} was seen here: it was removed or put back"
            ),
        ),
        BaselineDoubtKind::Replaced => {
            (Level::Suspicious, format!("is not the baseline {number} that was seen here before"))
        }
        BaselineDoubtKind::BadSignature => (Level::Suspicious, "bears a signature that does not hold".into()),
        BaselineDoubtKind::OtherKey { key } => (Level::Suspicious, format!("is signed by another key: {key}")),
        BaselineDoubtKind::Unsigned => {
            (Level::Unusual, "is not signed, and a key is configured or signed one before".into())
        }
        BaselineDoubtKind::NoneSigned => {
            (Level::Suspicious, "holds no baseline that the configured key signed: nothing was compared".into())
        }
    };
    DETECTOR
        .finding(level, subject::file(&doubt.path), format!("{path} {what}"))
        .evidence("baseline", format!("number {number}"))
        .innocent("keeneye's directory was restored from a backup", false, "ask who restored it")
        .next("keeneye baseline show")
}

#[cfg(test)]
mod tests {
    use crate::testing::check;
    const NAME: &str = "integrity/baseline-doubtful";

    #[test]
    fn what_does_not_hold_together_is_told() {
        let file = "/var/lib/keeneye/000002.baseline";
        let said = format!(
            "suspicious: {file} is the newest baseline, number 2, but number 5 was seen here: it was removed or put back"
        );
        check(NAME, "baseline 2\ndoubt rolled-back", &[&said]);
        check(NAME, "baseline 2", &[]);
        check(NAME, "doubt damaged", &[&format!("suspicious: {file} cannot be used: its hash is another")]);
        let unsigned = format!("unusual: {file} is not signed, and a key is configured or signed one before");
        check(NAME, "baseline 2\ndoubt unsigned", &[&unsigned]);
        let none = format!("suspicious: {file} holds no baseline that the configured key signed: nothing was compared");
        check(NAME, "doubt none-signed", &[&none]);
    }
}
