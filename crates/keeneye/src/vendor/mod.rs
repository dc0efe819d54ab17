//! `--vendor`: what those who made the installed packages say of their files, gathered before a look.

#[cfg(feature = "fetch")]
mod apt;
mod directory;
#[cfg(feature = "fetch")]
mod fetched;
mod keep;
mod signed;

use anyhow::Result;
use keeneye_facts::Text;
use keeneye_live::Live;
use keeneye_world::packages::deb::Archive;
use keeneye_world::packages::vendor::{Release, installed};
use keeneye_world::packages::{Vendor, manifest};
use keeneye_world::{Host, Plan};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the help says of it.
pub(crate) const HELP: &str = "Compare dpkg's packages with their makers' own files, in place of the lists on the host, \
which anybody with root can edit. Content, kind, mode, owner and link target of each file count. Only packages of the \
very version that is installed are compared, and a line tells how many. May be given several times.

DIR: .deb files, and manifests that --vendor-keep wrote, in a directory (or one such file). What you bring is believed. \
What lies below /var of this machine, or below --root, is the host's own: a .deb there counts when a list in \
/var/lib/apt/lists names it that its vendor signed, a manifest never.

apt: first the host's cache and signed lists, then the archives in its sources.list and sources.list.d, by plain HTTP \
and without a proxy. Only packages whose files or records do not hold together are fetched, and those with commands that \
admins trust, PAM and name service modules, the dynamic linker, and programs that give rights. Every file must be named \
by a list that a release names which is signed by a built-in key or one of --keyring. It needs the cargo feature `fetch`; \
no other look makes connections.";
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

/// What the person asks for.
pub(crate) struct Asked<'a> {
    /// `--vendor`, as often as it was given.
    pub(crate) words: &'a [PathBuf],
    /// `--vendor-keep`
    pub(crate) keep: Option<&'a Path>,
    /// `--root`
    pub(crate) root: &'a Path,
    /// `--max-time`
    pub(crate) time: Option<Duration>,
}

/// Gathers what `--vendor` names, in that order; `None` when it names nothing.
pub(crate) fn gather(asked: &Asked<'_>, live: &Live, plan: &Plan) -> Result<Option<Vendor>> {
    if asked.words.is_empty() {
        return Ok(None);
    }
    let mut gathering = Gathering::of(live);
    for word in asked.words {
        if word.as_os_str() == APT {
            from_apt(&mut gathering, live, plan, asked.time)?;
        } else {
            directory::read(&mut gathering, word, asked.root, live, &plan.keys)?;
        }
    }
    if let Some(file) = asked.keep {
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
