//! What detectors of changes share: where a changed file lies, and how many findings become one.

use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{
    BaselineSeen, BaselineState, Cause, Change, ChangeGroup, Content, Entry, Finding, Level, Moment, Ownership, Text,
};
use keeneye_world::{World, sweep};
use std::collections::{BTreeMap, HashMap};

/// Findings that say the same of files below one directory are told one by one up to this number.
const EACH: usize = 10;
/// Alerts are told one by one up to this number.
const EACH_ALERT: usize = 50;
/// Files that a finding about many names.
const NAMED: usize = 20;

/// The baseline that was compared; `None` when there was none.
pub(super) fn baseline(world: &World) -> Option<&BaselineSeen> {
    match &world.baseline {
        BaselineState::Compared(seen) => Some(seen),
        _ => None,
    }
}

/// Changes, each with what brought it about.
pub(super) fn changes<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (&'a ChangeGroup, &'a Change)> {
    let world = scene.world;
    world.changes.iter().flat_map(|group| group.changes.iter().map(move |change| (group, change)))
}

/// Code by its mode or its name: a program, a script, a library.
pub(super) fn is_code(entry: &Entry) -> bool {
    let name = entry.path.file_name();
    let library = name.ends_with(b".so") || name.contains_str(".so.") || name.ends_with(b".ko");
    entry.is_regular() && (entry.is_executable() || library)
}

/// A script that a web server would run, or what tells it which.
pub(super) fn is_of_the_web(path: &Text) -> bool {
    let name = path.file_name();
    (sweep::is_web_script(name) || sweep::is_web_settings(name)) && !place::is_packaged(path)
}

/// Something starts it by itself, or it says what starts: by what was read of it, whatever its name.
pub(super) fn starts(world: &World, path: &Text) -> bool {
    world.autostarts.iter().any(|entry| entry.path == *path)
}

/// dpkg-divert(1) moved the package's own file aside, so that another can lie here.
pub(super) fn is_diverted(world: &World, path: &Text) -> bool {
    world.file(path).is_some_and(|fact| fact.diversion.is_some())
}

/// Seconds around a record of a package in which scripts of packages run.
const RUN: i64 = 300;

/// It was changed within minutes of a run of a package manager, as its records tell that changed since the baseline.
pub(super) fn is_near_a_package_run(world: &World, change: &Change) -> bool {
    let Some(after) = &change.after else { return false };
    let records = world.changes.iter().filter(|group| group.cause == Cause::Records).flat_map(|group| &group.changes);
    let mut written = records.filter_map(|record| record.after.as_ref()).filter(|record| record.is_regular());
    written.any(|record| record.changed.seconds.abs_diff(after.changed.seconds) <= RUN.unsigned_abs())
}

/// Among the images and layers of an engine: whole systems of their own, which are looked at as such.
pub(super) fn is_of_an_engine(path: &Text) -> bool {
    sweep::IMAGE_STORES.iter().any(|store| path.is_within(store.path))
}

/// No package owns it, and that is known.
pub(super) fn is_unowned(change: &Change) -> bool {
    change.owner.is_unowned()
}

/// A package owns it and admins are meant to edit it.
pub(super) fn is_conffile(change: &Change) -> bool {
    matches!(change.owner, Ownership::Owned { conffile: true, .. })
}

/// What is to be said of one change.
pub(super) struct Said<'a> {
    pub(super) change: &'a Change,
    pub(super) level: Level,
    /// What follows the path: `is new, and no package brought it`.
    pub(super) what: String,
    /// What many of the kind are, in the plural: `new programs of no package`.
    pub(super) many: &'static str,
}

/// Findings of a detector. What is said of many files of one place becomes one, if one cause brought them about and one
/// package owns them: who accepts the one or the other accepts no more than that.
pub(super) fn findings(detector: &Detector, world: &World, said: Vec<Said<'_>>) -> Vec<Finding> {
    let causes = world.changes.iter().flat_map(|group| {
        let name = group.cause.name();
        group.changes.iter().map(move |change| (change.path(), name))
    });
    let causes: HashMap<&Text, &str> = causes.collect();
    let mut buckets: BTreeMap<Alike<'_>, Vec<Said<'_>>> = BTreeMap::new();
    for said in said {
        let path = said.change.path();
        let alike = Alike {
            level: said.level,
            many: said.many,
            place: place_of(path),
            cause: causes.get(path).copied().unwrap_or_default(),
            package: said.change.owner.package(),
        };
        buckets.entry(alike).or_default().push(said);
    }
    let mut findings = Vec::new();
    for (Alike { level, many, place: dir, .. }, said) in buckets {
        let each = if level >= Level::Suspicious { EACH_ALERT } else { EACH };
        match said.len() > each {
            false => findings.extend(said.iter().map(|said| one(detector, world, said))),
            true => findings.push(all(detector, world, level, many, &dir, &said)),
        }
    }
    findings
}

/// What findings have in common that are told together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike<'a> {
    level: Level,
    many: &'a str,
    place: Text,
    cause: &'a str,
    package: Option<&'a str>,
}

/// The first two components: `/usr/bin`, `/opt/app`; in homes and sites one more.
fn place_of(path: &Text) -> Text {
    let depth = if path.is_within("/home") || path.is_within("/var") { 4 } else { 3 };
    let mut slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    let top = slashes.nth(depth - 1).and_then(|end| path.get(..end));
    top.map_or_else(|| Text::from(path.parent()), Text::from)
}

fn one(detector: &Detector, world: &World, said: &Said<'_>) -> Finding {
    let path = said.change.path();
    let summary = format!("{} {}", path.lossy(), said.what);
    let finding = detector.finding(said.level, subject::file(path), summary);
    let next = format!("keeneye look file {}", path.lossy());
    portrait(finding, world, said.change).next(next)
}

fn all(detector: &Detector, world: &World, level: Level, many: &str, dir: &Text, said: &[Said<'_>]) -> Finding {
    let first = said.first().map_or_else(Text::new, |said| said.change.path().clone());
    let summary = format!("{} {many} below {}, such as {}", said.len(), dir.lossy(), first.lossy());
    let mut finding = detector.finding(level, subject::file(dir), summary);
    if let Some(seen) = baseline(world) {
        finding = finding.evidence("baseline", format!("number {}", seen.number));
    }
    for said in said.iter().take(NAMED) {
        finding = finding.evidence("file", said.change.path().clone());
        finding = finding.related(subject::file(said.change.path()));
    }
    finding.next("keeneye baseline diff -v")
}

/// What the file was and is.
fn portrait(mut finding: Finding, world: &World, change: &Change) -> Finding {
    if let Some(seen) = baseline(world) {
        finding = finding.evidence("baseline", format!("number {}", seen.number));
    }
    let differs: Vec<&str> = change.aspects.iter().map(|aspect| aspect.words()).collect();
    finding = finding.evidence("differs in", differs.join(", "));
    if let Ownership::Owned { package, version, .. } = &change.owner {
        finding = finding.evidence("package", format!("{package} {version}"));
    }
    for (when, entry) in [("was", &change.before), ("is", &change.after)] {
        if let Some(entry) = entry {
            finding = finding.evidence(when, told(entry));
        }
    }
    match &change.after {
        Some(after) => finding.since(after.changed.seconds),
        None => finding,
    }
}

fn told(entry: &Entry) -> Text {
    let Moment { seconds, .. } = entry.changed;
    let mut text = format!("mode {:o}, owner {}:{}, {} bytes", entry.mode, entry.uid, entry.gid, entry.size);
    if let Content::Sha256(digest) = entry.content {
        text.push_str(&format!(", sha256 {}", Text::from(digest.as_slice()).hex()));
    }
    text.push_str(&format!(", last changed {}", keeneye_world::rfc3339(seconds)));
    match &entry.target {
        Some(target) => Text::from([text.as_bytes(), b", leads to ", target.as_slice()].concat()),
        None => text.into(),
    }
}

/// An explained change is told with the cause, not file by file.
pub(super) fn is_explained(group: &ChangeGroup) -> bool {
    group.cause.is_explained()
}

/// Told apart by its own detector.
pub(super) fn is_silent(group: &ChangeGroup) -> bool {
    group.cause == Cause::Silent
}
