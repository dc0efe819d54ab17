//! Files that are not as their packages say, as debsums and `rpm -Va` list them.

use super::Scene;
use crate::names;
use keeneye_facts::{Difference, PackageChange};
use keeneye_report::Table;
use keeneye_report::words::Zone;

/// One row a file.
pub(super) fn changes(scene: &Scene<'_>) -> Table {
    let zone = Zone::of(&scene.world.host);
    let row = |change: &PackageChange| {
        let differs: Vec<String> = change.differs.iter().map(|difference| said(difference, &zone)).collect();
        let of = |f: &keeneye_facts::Finding| f.subject.path.as_ref() == Some(&change.path);
        vec![
            (&change.path).into(),
            change.package.clone().into(),
            differs.join(", ").into(),
            if change.config {
                "settings"
            } else if change.doc {
                "documentation"
            } else {
                ""
            }
            .into(),
            change.cause.words().into(),
            names::odd(scene.findings, of).into(),
        ]
    };
    Table {
        name: "changes",
        columns: &["file", "package", "differs", "kind", "cause", "odd"],
        rows: scene.world.package_changes.iter().map(row).collect(),
    }
}

/// Times as people read them.
fn said(difference: &Difference, zone: &Zone) -> String {
    match difference {
        Difference::Modified { expected, found } => {
            format!("written on {} instead of {}", zone.moment(*found), zone.moment(*expected))
        }
        other => other.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::Host;

    #[test]
    fn a_time_is_told_as_a_date() {
        let modified = Difference::Modified { expected: 1_600_000_000, found: 1_700_000_000 };
        assert_eq!(
            said(&modified, &Zone::of(&Host::default())),
            "written on 14 Nov 2023 22:13:20 UTC instead of 13 Sep 2020 12:26:40 UTC"
        );
    }
}
