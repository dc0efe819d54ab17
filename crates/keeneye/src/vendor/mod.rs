//! `--vendor`: what those who made the installed packages say of their files, gathered before a look.

#[cfg(feature = "fetch")]
mod apt;
mod directory;
#[cfg(feature = "fetch")]
mod fetched;
mod keep;
mod signed;

use crate::cli::Where;
use anyhow::Result;
use keeneye_facts::Text;
use keeneye_live::Live;
use keeneye_world::packages::deb::Archive;
use keeneye_world::packages::vendor::{Release, installed};
use keeneye_world::packages::{Vendor, manifest};
use keeneye_world::{Host, Plan};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// The word that stands for the archives of apt. A directory of that name is `./apt`.
const APT: &str = "apt";
/// Troubles that are told one by one.
const MAX_TOLD: usize = 20;

/// What was gathered so far.
pub(super) struct Gathering {
    /// Packages that are installed and of which nothing is at hand yet.
    wanted: BTreeSet<Release>,
    found: Vec<Archive>,
    said: Vec<String>,
    gaps: Vec<(Text, String)>,
    untold: usize,
}

impl Gathering {
    fn of(host: &dyn Host) -> Self {
        let wanted = installed(host);
        Self { wanted, found: Vec::new(), said: Vec::new(), gaps: Vec::new(), untold: 0 }
    }

    /// Takes what a package says of its files, where that is wanted.
    fn take(&mut self, archive: Archive) {
        if self.wanted.remove(&Release::of(&archive.package)) {
            self.found.push(archive);
        }
    }

    fn gap(&mut self, what: impl Into<Text>, why: impl Into<String>) {
        if self.gaps.len() < MAX_TOLD {
            self.gaps.push((what.into(), why.into()));
        } else {
            self.untold += 1;
        }
    }

    fn finish(mut self) -> Vendor {
        if self.untold > 0 {
            self.gaps
                .push(("packages of vendors".into(), format!("{} more could not be had or believed", self.untold)));
        }
        Vendor { manifest: Text::from(manifest::write(&self.found)), said: self.said, gaps: self.gaps }
    }
}

/// Gathers what `--vendor` names, in that order; `None` when it names nothing.
pub(crate) fn gather(place: &Where, live: &Live, plan: &Plan, time: Option<Duration>) -> Result<Option<Vendor>> {
    if place.vendor.is_empty() {
        return Ok(None);
    }
    let mut gathering = Gathering::of(live);
    for word in &place.vendor {
        if word.as_os_str() == APT {
            from_apt(&mut gathering, live, plan, time)?;
        } else {
            let root = place.root.as_deref().unwrap_or(Path::new("/"));
            directory::read(&mut gathering, word, root, live, &plan.keys)?;
        }
    }
    if let Some(file) = &place.vendor_keep {
        keep::add(file, &gathering.found)?;
    }
    Ok(Some(gathering.finish()))
}

#[cfg(feature = "fetch")]
fn from_apt(gathering: &mut Gathering, live: &Live, plan: &Plan, time: Option<Duration>) -> Result<()> {
    apt::fetch(gathering, live, plan, time);
    Ok(())
}

#[cfg(not(feature = "fetch"))]
fn from_apt(_: &mut Gathering, _: &Live, _: &Plan, _: Option<Duration>) -> Result<()> {
    anyhow::bail!(
        "--vendor apt: this keeneye was built without the feature `fetch`, so it makes no connections: build it with \
         `cargo build --release --features fetch`, or fetch the packages elsewhere (`apt-get download`) and give their \
         directory: --vendor DIR"
    )
}
