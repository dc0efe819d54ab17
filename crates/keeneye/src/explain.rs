//! `keeneye explain`: the manual page of a detector, from its own file.

use crate::cli::Explain;
use crate::nearest::did_you_mean;
use crate::output::print;
use anyhow::{Result, bail};
use keeneye_detect::{ALL, Detector};

/// Prints one page, or all.
pub(crate) fn run(explain: &Explain) -> Result<u8> {
    let Some(name) = &explain.name else {
        print(ALL.iter().map(|detector| page(detector)).collect::<Vec<_>>().join("\n"))?;
        return Ok(0);
    };
    let name = name.trim_matches('/');
    let Some(detector) = ALL.iter().find(|d| d.name == name || d.name.rsplit('/').next() == Some(name)) else {
        bail!("no detector is called {name}{}; --all names them", did_you_mean(name, ALL.iter().map(|d| d.name)));
    };
    print(page(detector))?;
    Ok(0)
}

fn page(detector: &Detector) -> String {
    let absolute = if detector.absolute { ", accepted by finding id only" } else { "" };
    format!(
        "{} · {}\nup to {}{absolute} · {}\n\n{}\n",
        detector.name,
        detector.title,
        detector.level.word(),
        detector.attack.join(", "),
        detector.manual().trim_end()
    )
}
