//! Packages that came, changed or went.

use super::page::Page;
use crate::names::concat;
use keeneye_facts::{PackageStep, StepKind, Text};
use keeneye_report::Section;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of names and versions that are told of each kind.
const MOST_TOLD: usize = 400;

impl Page<'_> {
    pub(super) fn packages(&self) -> Section {
        let steps: Vec<&PackageStep> =
            self.world.package_steps.iter().filter(|step| self.period.has(step.time.seconds)).collect();
        let of_log = steps.iter().filter(|step| step.kind != StepKind::Placed);
        let logged: BTreeSet<&Text> = of_log.map(|step| &step.package).collect();
        let mut by: BTreeMap<StepKind, BTreeSet<Text>> = BTreeMap::new();
        for step in steps {
            // What a log tells, a database tells once more and with less.
            if step.kind != StepKind::Placed || !logged.contains(&step.package) {
                by.entry(step.kind).or_default().insert(said(step));
            }
        }
        let mut section = Section::new("packages");
        for (kind, packages) in by {
            section.row(word(kind), listed(&packages));
        }
        section
    }
}

/// `3: acl 2.3.1-3, attr 2.5.1-4, and 1 more`.
fn listed(packages: &BTreeSet<Text>) -> Text {
    let mut out = format!("{}:", packages.len()).into_bytes();
    for (at, package) in packages.iter().enumerate() {
        if at > 0 && out.len() + package.len() > MOST_TOLD {
            out.extend_from_slice(format!(", and {} more", packages.len() - at).as_bytes());
            break;
        }
        out.extend_from_slice(if at > 0 { b", " } else { b" " });
        out.extend_from_slice(package);
    }
    Text::from(out)
}

/// `bash 5.2-1 → 5.2-2`.
fn said(step: &PackageStep) -> Text {
    let arrow: &[u8] = if step.before.is_empty() || step.after.is_empty() { b"" } else { " → ".as_bytes() };
    let again = step.kind == StepKind::Reinstalled;
    let before: &[u8] = if again { b"" } else { &step.before };
    let (arrow, after) = if again { (&b""[..], or(&step.after, &step.before)) } else { (arrow, &step.after) };
    let blank: &[u8] = if before.is_empty() && after.is_empty() { b"" } else { b" " };
    concat(&[&step.package, blank, before, arrow, after])
}

fn or<'a>(one: &'a Text, other: &'a Text) -> &'a Text {
    if one.is_empty() { other } else { one }
}

fn word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Installed => "installed",
        StepKind::Replaced => "other version",
        StepKind::Reinstalled => "reinstalled",
        StepKind::Removed => "removed",
        StepKind::Placed => "installed or updated",
    }
}
