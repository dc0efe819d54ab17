//! What `--version` says: the version, and whom to thank for the data that is a part of the program.

use keeneye_world::geo::{ATTRIBUTION, Table};
use std::sync::LazyLock;

/// The version, the attribution that the data's licences ask for, and the day of the data.
pub(crate) fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let day = Table::embedded_day().map_or_else(|| "an unknown day".into(), |day| day.to_string());
        format!("{}\n\n{ATTRIBUTION}\nAs of {day}", env!("CARGO_PKG_VERSION"))
    });
    &TEXT
}
