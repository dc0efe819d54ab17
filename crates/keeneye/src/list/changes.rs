//! Files that are not as their packages say, as debsums and `rpm -Va` list them.

use super::Scene;
use crate::names;
use keeneye_facts::{Difference, PackageChange};
use keeneye_report::Table;

/// One row a file.
pub(super) fn changes(scene: &Scene<'_>) -> Table {
    let row = |change: &PackageChange| {
        let differs: Vec<String> = change.differs.iter().map(Difference::words).collect();
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
