//! `--vendor apt`: the suspects alone, from the host's signed lists and cache, then from the archives that its apt knows.
//!
//! The host's files only say where to ask. What counts is the chain: a release that a vendor's key signed, the lists that
//! it names, the package files that these name.

use super::Gathering;
use super::fetched::Archives;
use super::signed::Signed;
use keeneye_facts::{DigestCheck, Interest, Ownership, Text};
use keeneye_live::{Fetcher, Live};
use keeneye_report::words;
use keeneye_world::packages::apt::sources::{self, Source};
use keeneye_world::packages::deb;
use keeneye_world::packages::vendor::Release;
use keeneye_world::{AskHost, Plan, World};
use std::collections::BTreeSet;
use std::time::Duration;

/// For everything that is fetched, where `--max-time` does not say less.
const TIME: Duration = Duration::from_secs(600);
/// Where apt keeps package files.
const CACHE: &str = "/var/cache/apt/archives";
const SOURCES: &str = "/etc/apt/sources.list";
const SOURCES_DIR: &str = "/etc/apt/sources.list.d";
/// Sources that are asked.
const MAX_SOURCES: usize = 100;
/// What admins trust, and what gets into every program or gives rights by its place.
const WATCHED: [Interest; 5] =
    [Interest::Command, Interest::Pam, Interest::Nss, Interest::Linker, Interest::Privileged];

/// Takes what is to be had of the suspects.
pub(super) fn fetch(gathering: &mut Gathering, live: &Live, plan: &Plan, time: Option<Duration>) {
    let world = keeneye_world::scan(live, plan);
    let names = suspects(&world);
    let mut left: BTreeSet<Release> =
        gathering.wanted.iter().filter(|release| names.contains(&release.name)).cloned().collect();
    let all = left.len();
    let mut signed = Signed::read(live, &plan.keys, &left);
    cached(gathering, live, &signed, &mut left);
    let from_cache = all - left.len();
    // The look that follows has the other half.
    let fetcher = Fetcher::new(time.map_or(TIME, |time| TIME.min(time / 2)));
    let sources = read_sources(gathering, live);
    let mut archives = Archives { fetcher: &fetcher, sources: &sources, now: world.host.now };
    archives.fetch_offered(gathering, &mut signed, &mut left);
    if !left.is_empty() {
        let keyring = super::signed::keyring(live, &plan.keys);
        archives.look_up(&keyring, &mut signed, &architectures(gathering, &left), &left);
        archives.fetch_offered(gathering, &mut signed, &mut left);
    }
    let fetched = all - left.len() - from_cache;
    gathering.said.push(format!(
        "of {all} packages that are suspects or hold what admins trust, {from_cache} were in the cache of apt and \
         {fetched} were fetched ({}), all named by signed lists of their vendors",
        words::bytes(fetcher.bytes())
    ));
    signed.old.into_iter().for_each(|(what, why)| gathering.gap(what, why));
    for release in &left {
        let Release { name, version, .. } = release;
        gathering.gap(format!("package {name} {version}"), "no archive that could be asked has this version, signed");
    }
    if !left.is_empty() {
        signed.reasons.into_iter().for_each(|(what, why)| gathering.gap(what, why));
    }
}

/// Packages whose files or records do not hold together, and those that hold what admins trust.
fn suspects(world: &World) -> BTreeSet<String> {
    let changed = world.package_changes.iter().filter(|change| !change.config && !change.doc);
    let mut names: BTreeSet<String> = changed.map(|change| change.package.clone()).collect();
    names.extend(world.package_doubts.iter().map(|doubt| doubt.package.clone()));
    for fact in world.files.values() {
        let Ownership::Owned { package, digest, .. } = &fact.owner else { continue };
        let differs = matches!(digest, DigestCheck::Differs { .. } | DigestCheck::NotListed);
        if differs || WATCHED.iter().any(|interest| fact.interests.contains(interest)) {
            names.insert(package.clone());
        }
    }
    names
}

/// The cache is the host's own: what it holds counts where a signed list names it.
fn cached(gathering: &mut Gathering, live: &Live, signed: &Signed, left: &mut BTreeSet<Release>) {
    let dir = Text::from(CACHE);
    for entry in live.list(&dir).unwrap_or_default() {
        if !entry.name.ends_with(b".deb") {
            continue;
        }
        let path = dir.join(&entry.name);
        let known = live.open(&path).ok().and_then(|file| deb::sha256(file).ok());
        let Some(file) = known.filter(|known| signed.names_digest(known)).and_then(|_| live.open(&path).ok()) else {
            continue;
        };
        let Ok(Some(archive)) = deb::read_if(file, |package| left.contains(&Release::of(package))) else { continue };
        if signed.names(&archive) && left.remove(&Release::of(&archive.package)) {
            gathering.take(archive);
        }
    }
}

fn read_sources(gathering: &mut Gathering, live: &Live) -> Vec<Source> {
    let dir = Text::from(SOURCES_DIR);
    let entries = live.list(&dir).unwrap_or_default();
    let further = entries.iter().map(|entry| dir.join(&entry.name));
    let wanted = |path: &Text| path.ends_with(b".list") || path.ends_with(b".sources");
    let mut found = BTreeSet::new();
    for path in [Text::from(SOURCES)].into_iter().chain(further.filter(wanted)) {
        let Ok(text) = live.read(&path) else { continue };
        let (sources, troubles) = sources::read(&text, path.ends_with(b".sources"));
        found.extend(sources);
        if let Some(trouble) = troubles.first() {
            gathering.gap(path, format!("line {}: {}", trouble.line, trouble.why));
        }
    }
    if found.len() > MAX_SOURCES {
        gathering.gap("sources of apt", format!("only {MAX_SOURCES} of {} are asked", found.len()));
    }
    found.into_iter().take(MAX_SOURCES).collect()
}

/// Of the packages. Those for all kinds of machine are in the list of the host's own, which dpkg's package tells.
fn architectures(gathering: &Gathering, left: &BTreeSet<Release>) -> BTreeSet<String> {
    let found = gathering.found.iter().map(|archive| archive.package.architecture.clone());
    let own = gathering.wanted.iter().filter(|release| release.name == "dpkg");
    let all = left.iter().chain(own).map(|release| release.architecture.clone());
    all.chain(found).filter(|architecture| architecture != "all").collect()
}
