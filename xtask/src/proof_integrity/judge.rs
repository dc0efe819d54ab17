//! Whether a tampering was named, and with the right cause. Pure.

use super::stage::{Change, Said};
use super::table::Tampering;
use crate::bench::finding::Finding;
use keeneye_facts::Level;

/// The outcome in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As the table wants it.
    Named,
    /// Nothing above a note, as the table wants it.
    Quiet,
    /// Named, but not at the level, by the detector or in the words that the table wants.
    Otherwise,
    /// Named, but not how the file differs, or another cause.
    Cause,
    /// Not named.
    Missed,
    /// Not named, and nothing on the host itself could tell.
    Beyond,
    /// Above a note, and the table wants it quiet.
    Alert,
    /// The recipe or keeneye failed.
    Failed,
}

impl Verdict {
    /// Nothing that has to be mended.
    pub(super) fn is_good(self) -> bool {
        matches!(self, Self::Named | Self::Quiet | Self::Beyond)
    }
    /// As it is printed.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Quiet => "quiet",
            Self::Otherwise => "OTHERWISE",
            Self::Cause => "CAUSE",
            Self::Missed => "MISSED",
            Self::Beyond => "beyond",
            Self::Alert => "ALERT",
            Self::Failed => "FAILED",
        }
    }
}

/// Judges what keeneye said of a tampering by what it said of the untouched root.
pub(super) fn judge(wanted: &Tampering, said: &Said, untouched: &Said) -> Verdict {
    let fresh = fresh(said, untouched);
    let change = change(wanted, said);
    if wanted.quiet {
        return match (fresh.iter().any(|finding| finding.level > Level::Note), change) {
            (true, _) => Verdict::Alert,
            (false, true) => Verdict::Quiet,
            (false, false) => Verdict::Cause,
        };
    }
    let about: Vec<&&Finding> = fresh.iter().filter(|finding| is_about(finding, &wanted.about)).collect();
    if about.is_empty() {
        return if wanted.beyond.is_some() { Verdict::Beyond } else { Verdict::Missed };
    }
    let as_wanted = |finding: &Finding| {
        wanted.detector.as_ref().is_none_or(|detector| finding.detector == *detector)
            && wanted.level.is_none_or(|level| finding.level >= level)
            && wanted.says.as_ref().is_none_or(|words| finding.summary.contains(words))
    };
    match (about.iter().any(|finding| as_wanted(finding)), change) {
        (false, _) => Verdict::Otherwise,
        (true, false) => Verdict::Cause,
        (true, true) => Verdict::Named,
    }
}

/// What is not said of the untouched root, worst first.
pub(super) fn fresh<'a>(said: &'a Said, untouched: &Said) -> Vec<&'a Finding> {
    let is_new = |finding: &&Finding| {
        let same = |other: &Finding| {
            (&other.detector, other.level, &other.summary) == (&finding.detector, finding.level, &finding.summary)
        };
        !untouched.findings.iter().any(same)
    };
    let mut fresh: Vec<&Finding> = said.findings.iter().filter(is_new).collect();
    fresh.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    fresh
}

/// A path is named by the subject or among what belongs to it, a package also by the sentence.
fn is_about(finding: &Finding, about: &str) -> bool {
    let path = std::iter::once(&finding.subject).chain(&finding.related).any(|s| s.path.as_deref() == Some(about));
    path || finding.summary.split(|c: char| c.is_whitespace() || "(),:".contains(c)).any(|word| word == about)
        || finding.subject.name == about
}

fn change(wanted: &Tampering, said: &Said) -> bool {
    let Some(differs) = &wanted.differs else { return true };
    let fits = |change: &Change| {
        change.file == wanted.about
            && change.differs.contains(differs)
            && wanted.cause.is_none_or(|cause| change.cause == cause.words())
    };
    said.changes.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::finding::Subject;
    use keeneye_facts::ChangeCause;

    fn wanted() -> Tampering {
        toml::from_str(
            "id = 'D01'\ntitle = 'x'\nrecipe = ':'\nlevel = 'suspicious'\nabout = '/usr/bin/x'\ndiffers = 'content'\n\
             cause = 'since-install'",
        )
        .unwrap()
    }
    fn said(level: Level, cause: ChangeCause) -> Said {
        let path = Some("/usr/bin/x".to_owned());
        let finding = Finding {
            id: String::new(),
            detector: "integrity/x".into(),
            level,
            subject: Subject { path, ..Subject::default() },
            summary: "it differs".into(),
            related: Vec::new(),
        };
        let change =
            Change { file: "/usr/bin/x".into(), differs: "content a instead of b".into(), cause: cause.words().into() };
        Said { findings: vec![finding], changes: vec![change] }
    }

    #[test]
    fn level_and_cause_both_count() {
        let none = Said::default();
        let good = said(Level::Suspicious, ChangeCause::SinceInstall);
        assert_eq!(judge(&wanted(), &good, &none), Verdict::Named);
        assert_eq!(judge(&wanted(), &said(Level::Note, ChangeCause::SinceInstall), &none), Verdict::Otherwise);
        assert_eq!(judge(&wanted(), &said(Level::Suspicious, ChangeCause::Unknown), &none), Verdict::Cause);
        assert_eq!(judge(&wanted(), &none, &none), Verdict::Missed);
        let beyond = Tampering { beyond: Some("only the vendor knows".into()), ..wanted() };
        assert_eq!(judge(&beyond, &none, &none), Verdict::Beyond);
        assert_eq!(judge(&beyond, &good, &none), Verdict::Named);
    }
    #[test]
    fn what_the_untouched_root_shows_does_not_count() {
        let good = said(Level::Suspicious, ChangeCause::SinceInstall);
        assert_eq!(judge(&wanted(), &good, &good), Verdict::Missed);
    }
    #[test]
    fn a_quiet_row_bears_notes() {
        let quiet = Tampering { quiet: true, level: None, ..wanted() };
        let none = Said::default();
        assert_eq!(judge(&quiet, &said(Level::Note, ChangeCause::SinceInstall), &none), Verdict::Quiet);
        assert_eq!(judge(&quiet, &said(Level::Unusual, ChangeCause::SinceInstall), &none), Verdict::Alert);
    }
    #[test]
    fn a_package_is_named_by_the_sentence() {
        let mut named = said(Level::Suspicious, ChangeCause::Unknown);
        named.findings[0].summary = "the record of package x-utils (old), does not hold".into();
        let of = |about: &str| Tampering { about: about.into(), differs: None, cause: None, ..wanted() };
        assert_eq!(judge(&of("x-utils"), &named, &Said::default()), Verdict::Named);
        assert_eq!(judge(&of("utils"), &named, &Said::default()), Verdict::Missed);
    }
}
