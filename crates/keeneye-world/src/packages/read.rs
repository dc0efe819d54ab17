//! Finds the package database on the host and reads it.

use super::dpkg::{self, ListForm, Package, Sums};
use super::index::{FileList, Fold, Index, Source};
use super::others::{self, Database};
use super::packed::Packed;
use super::vendor::{self, Shipped, Vendor};
use super::{Packages, trouble};
use crate::{AskHost, EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::{Event, FileStat, Refusal, Text};
use std::collections::{BTreeSet, HashMap};

pub(super) const INFO: &str = "/var/lib/dpkg/info";
const STATUS: &str = "/var/lib/dpkg/status";
/// Images without a shell keep one file a package there: a paragraph and its digests, no lists.
const STATUS_DIR: &str = "/var/lib/dpkg/status.d";
/// Directories whose entries may be links to directories in which packages' files then lie.
const PARENTS_OF_LINKS: [&str; 3] = ["/", "/usr", "/var"];
/// Links that are followed for each listed path; a merged /usr has four to six.
const MAX_FOLDS: usize = 100;
/// Entries that dpkg lets its journal grow to: MAXUPDATES in its dbmodify.c.
const MAX_JOURNAL: usize = 250;
/// Where dpkg keeps its journal.
const UPDATES: &str = "/var/lib/dpkg/updates";
/// Bytes of one entry: the paragraph of one package, of which the longest have some tens of thousands.
const MAX_ENTRY: u64 = 1 << 20;
/// Packages of all entries together.
const MAX_NOTED: usize = 4 * MAX_JOURNAL;

/// `None`, with a gap, when there is none.
pub(super) fn database(look: &mut Look<'_>, keys: &[Text], vendor: Option<&Vendor>) -> Option<Packages> {
    let status_stat = status_stat(look);
    let before = packages(look);
    let others = others::databases(look, keys);
    if before.is_empty() && others.is_empty() {
        look.count(1, 0);
        look.gap("who owns which file", Refusal::Garbled("no package database read".into()));
        return None;
    }
    let folds = folds(look);
    let mut found = Packages { status_stat, whole: folds.is_some(), ..Packages::default() };
    let mut source = Source { folds: folds.unwrap_or_default(), diversions: diversions(look), ..Source::default() };
    let shipped = vendor.map(|vendor| Shipped::read(look, vendor));
    add_dpkg(look, before, shipped, &mut found, &mut source);
    for database in others {
        add_other(database, &mut found, &mut source);
    }
    let index = Index::new(source);
    if index.strange_lines > 0 {
        let why = format!("{} lines of file lists are no paths", index.strange_lines);
        look.gap(INFO, Refusal::Garbled(why));
    }
    if !index.whole {
        look.gap(INFO, Refusal::Cut("2,000,000 paths of packages".into()));
    }
    found.index = Some(index);
    Some(found)
}

fn add_dpkg(
    look: &mut Look<'_>,
    packages: Vec<(Package, Option<Text>)>,
    mut shipped: Option<Shipped>,
    found: &mut Packages,
    source: &mut Source,
) {
    if packages.is_empty() {
        return;
    }
    let said = shipped.as_mut().map(|shipped| std::mem::take(&mut shipped.said));
    let mut shipped = shipped.unwrap_or_default();
    let present = packages.iter().filter(|(package, _)| package.is_present()).count();
    found.databases.push(("dpkg", present as u64));
    let names = names_in_info(look);
    for (package, sums_path) in packages {
        let list = list(look, &package, sums_path.as_ref(), names.as_ref());
        let number = found.packages.len();
        let files = if package.is_present() { shipped.take(&package) } else { None };
        if let Some(files) = files {
            let hosts = list.filter(|(_, form)| *form == ListForm::Paths).map(|(text, _)| text).unwrap_or_default();
            found.vendors.insert(number, vendor::added(&hosts, &package, &files));
            source.lists.push(FileList { package: number, text: others::list(&files), form: ListForm::Paths });
            found.files.insert(number, Packed::new(&files));
        } else {
            match list {
                Some((text, form)) => source.lists.push(FileList { package: number, text, form }),
                None => found.whole = false,
            }
        }
        let stem = stem(&package, names.as_ref());
        found.sums_paths.push(sums_path.unwrap_or_else(|| Text::from(format!("{INFO}/{stem}.md5sums"))));
        source.names.push(package.name.clone());
        found.packages.push(package);
    }
    if let Some(said) = said {
        let at_hand = found.vendors.len() as u64;
        look.saw(Event::VendorsAsked { at_hand, installed: present as u64, said });
    }
}

fn add_other(database: Database, found: &mut Packages, source: &mut Source) {
    let Database { manager, stats, packages, whole, unmet, edited } = database;
    found.edited = found.edited.take().or(edited);
    found.databases.push((manager, packages.len() as u64));
    found.stats.extend(stats);
    found.unmet.extend(unmet);
    found.whole &= whole;
    for record in packages {
        let number = found.packages.len();
        source.lists.push(FileList { package: number, text: record.list.clone(), form: ListForm::Paths });
        source.names.push(record.name.clone());
        found.packages.push(others::package(&record));
        found.installed.extend(record.installed.map(|time| (number, time)));
        if !record.record.is_empty() {
            found.records.insert(number, record.record);
        }
        if manager == "rpm" {
            found.sharing.insert(number);
        }
        if record.trusted {
            found.trusted.insert(number);
            source.signed.insert(number);
        }
        found.files.insert(number, record.files);
    }
}

/// Packages of `status` and of `status.d`, the latter with the path of their digests.
fn packages(look: &mut Look<'_>) -> Vec<(Package, Option<Text>)> {
    let mut found = Vec::new();
    let path = Text::from(STATUS);
    if let Some(text) = look.optional_read(&path) {
        let (packages, troubles) = dpkg::status(&text);
        troubles.iter().for_each(|t| trouble(look, &path, t));
        found.extend(with_journal(look, packages).into_iter().map(|package| (package, None)));
    }
    let dir = Text::from(STATUS_DIR);
    for entry in look.optional_list(&dir).unwrap_or_default() {
        if entry.name.ends_with(b".md5sums") || entry.kind == EntryKind::Dir {
            continue;
        }
        let path = dir.join(&entry.name);
        let Some(text) = look.read(&path) else { continue };
        let (packages, troubles) = dpkg::status(&text);
        troubles.iter().for_each(|t| trouble(look, &path, t));
        let sums = Text::from([path.as_slice(), b".md5sums"].concat());
        found.extend(packages.into_iter().map(|package| (package, Some(sums.clone()))));
    }
    found
}

/// As dpkg reads them: what the journal says last of a package holds.
fn with_journal(look: &mut Look<'_>, mut packages: Vec<Package>) -> Vec<Package> {
    let mut paths: Vec<Text> = journal(look).collect();
    paths.sort();
    let paths = look.first(&Text::from(UPDATES), paths, MAX_JOURNAL, "entries");
    let mut noted = Vec::new();
    for path in paths {
        noted.extend(noted_in(look, &path));
        if noted.len() > MAX_NOTED {
            look.full(&Text::from(UPDATES), noted.len(), MAX_NOTED, "packages");
            noted.truncate(MAX_NOTED);
            break;
        }
    }
    if noted.is_empty() {
        return packages;
    }
    let key = |package: &Package| (package.name.clone(), package.architecture.clone());
    let mut places: HashMap<_, usize> = HashMap::new();
    for (at, package) in packages.iter().enumerate() {
        places.entry(key(package)).or_insert(at);
    }
    for package in noted {
        let at = *places.entry(key(&package)).or_insert(packages.len());
        match packages.get_mut(at) {
            Some(known) => *known = package,
            None => packages.push(package),
        }
    }
    packages
}

/// What one entry of the journal says. dpkg writes one package into each.
fn noted_in(look: &mut Look<'_>, path: &Text) -> Vec<Package> {
    let larger = |bytes: u64| bytes > MAX_ENTRY;
    let stat = look.host().stat(path).ok();
    let text = match stat.filter(|stat| larger(stat.size)) {
        Some(_) => None,
        None => Some(look.host().read(path).unwrap_or_default()),
    };
    let Some(text) = text.filter(|text| !larger(text.len() as u64)) else {
        look.gap(path.clone(), Refusal::Cut(format!("an entry of dpkg's journal of more than {MAX_ENTRY} bytes")));
        return Vec::new();
    };
    dpkg::status(&text).0.into_iter().filter(|package| !package.version.is_empty()).collect()
}

/// Names in the directory of lists: tells `libc6:amd64.list` from `libc6.list` without asking for both.
pub(super) fn names_in_info(look: &mut Look<'_>) -> Option<BTreeSet<Text>> {
    let names = look.optional_list(&Text::from(INFO))?;
    Some(names.into_iter().map(|entry| entry.name).collect())
}

/// `name` or `name:arch`: dpkg uses the latter for packages that may be there for several architectures.
fn stem(package: &Package, names: Option<&BTreeSet<Text>>) -> String {
    let Package { name, architecture, .. } = package;
    let qualified = format!("{name}:{architecture}");
    let there = names.is_some_and(|names| {
        [".list", ".md5sums"].iter().any(|end| names.contains(format!("{qualified}{end}").as_bytes()))
    });
    if there { qualified } else { name.clone() }
}

/// The paths that a package owns. Its digests stand in for a list that is gone.
fn list(
    look: &mut Look<'_>,
    package: &Package,
    sums_path: Option<&Text>,
    names: Option<&BTreeSet<Text>>,
) -> Option<(Text, ListForm)> {
    if let Some(path) = sums_path {
        return Some((look.optional_read(path)?, ListForm::Sums));
    }
    let stem = stem(package, names);
    let path = Text::from(format!("{INFO}/{stem}.list"));
    if let Some(text) = look.read(&path) {
        if !text.is_empty() && !text.ends_with(b"\n") {
            look.gap(path, Refusal::Garbled("the file ends in the middle of a line".into()));
        }
        return Some((text, ListForm::Paths));
    }
    let sums = look.host().read(&Text::from(format!("{INFO}/{stem}.md5sums"))).ok()?;
    Some((sums, ListForm::Sums))
}

fn diversions(look: &mut Look<'_>) -> Vec<dpkg::Diverted> {
    let path = Text::from("/var/lib/dpkg/diversions");
    let Some(text) = look.optional_read(&path) else { return Vec::new() };
    let (diversions, troubles) = dpkg::diversions(&text);
    troubles.iter().for_each(|t| trouble(look, &path, t));
    diversions
}

/// Directory links that the host has, a merged /usr among them. `None`, with a gap, when one could not be followed:
/// then files of packages would look as if nobody owned them.
fn folds(look: &mut Look<'_>) -> Option<Vec<Fold>> {
    let mut folds = Vec::new();
    for parent in PARENTS_OF_LINKS {
        let parent = Text::from(parent);
        let names = if parent == "/" { look.list(&parent)? } else { look.optional_list(&parent).unwrap_or_default() };
        for entry in names {
            let path = parent.join(&entry.name);
            if !matches!(entry.kind, EntryKind::Link | EntryKind::Unknown) {
                continue;
            }
            let target = match look.host().resolve(&path) {
                Ok(target) => target,
                // A link that leads nowhere folds nothing.
                Err(why) if why.is_absent() && look.host().link(&path).is_ok() => continue,
                Err(why) => {
                    look.gap(path, why);
                    return None;
                }
            };
            let relative = |path: &Text| path.trim_with(|c| c == '/').to_vec();
            if folds.len() == MAX_FOLDS {
                look.gap(parent, Refusal::Cut(format!("{MAX_FOLDS} links to directories")));
                return None;
            }
            if target != path && target != "/" {
                folds.push(Fold { from: relative(&path), to: relative(&target) });
            }
        }
    }
    Some(folds)
}

/// Names of packages that have a list of files, without architecture, and the lists.
pub(super) fn lists(look: &mut Look<'_>) -> Vec<(String, Text)> {
    let dir = Text::from(INFO);
    let names = names_in_info(look).unwrap_or_default();
    let list = |name: Text| {
        let stem = name.strip_suffix(b".list".as_slice())?.to_str().ok()?;
        let package = stem.split(':').next().unwrap_or(stem).to_owned();
        Some((package, dir.join(&name)))
    };
    names.into_iter().filter_map(list).collect()
}

/// The digests of one package.
pub(super) fn sums(look: &mut Look<'_>, path: &Text) -> Option<Sums> {
    let text = look.optional_read(path)?;
    let (sums, troubles) = Sums::new(text);
    troubles.iter().for_each(|t| trouble(look, path, t));
    Some(sums)
}

pub(super) fn status_stat(look: &Look<'_>) -> Option<FileStat> {
    stat(look, &Text::from(STATUS))
}

pub(super) fn stat(look: &Look<'_>, path: &Text) -> Option<FileStat> {
    look.host().stat(path).ok()
}

/// Changes that dpkg has not merged into `status` yet: files whose names are numbers. dpkg itself looks at no others.
fn journal(look: &Look<'_>) -> impl Iterator<Item = Text> {
    let dir = Text::from(UPDATES);
    let names = look.host().list(&dir).unwrap_or_default().into_iter().map(|entry| entry.name);
    names.filter(|name| name.iter().all(u8::is_ascii_digit)).map(move |name| dir.join(&name))
}

pub(super) fn has_journal(look: &Look<'_>) -> bool {
    journal(look).next().is_some()
}

/// When the newest of the first entries of the journal was changed, in seconds since 1970.
pub(super) fn journal_changed(look: &Look<'_>) -> Option<i64> {
    journal(look).take(MAX_JOURNAL).filter_map(|path| look.host().stat(&path).ok()).map(|stat| stat.changed).max()
}

/// The packages as the database has them now, by name and architecture.
pub(super) fn packages_now(look: &mut Look<'_>) -> HashMap<(String, String), Package> {
    let text = look.host().read(&Text::from(STATUS)).unwrap_or_default();
    let packages = with_journal(look, dpkg::status(&text).0);
    packages.into_iter().map(|package| ((package.name.clone(), package.architecture.clone()), package)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use keeneye_facts::Event;

    /// Versions of packages as the journal leaves them, and what was cut.
    fn read(journal: &str) -> (Vec<(String, String)>, Vec<Text>) {
        let host = Fixture::new(journal);
        let mut look = Look::new(&host, "files");
        let known = |name: &str| Package {
            name: name.into(),
            architecture: "amd64".into(),
            version: "1".into(),
            ..Package::default()
        };
        let found = with_journal(&mut look, vec![known("a"), known("b")]);
        let cut = look.seen().iter().filter_map(|event| match event {
            Event::GapSeen(gap) => Some(gap.what.clone()),
            _ => None,
        });
        (found.into_iter().map(|package| (package.name, package.version)).collect(), cut.collect())
    }
    fn paragraph(name: &str, version: &str) -> String {
        format!("Package: {name}\\nStatus: install ok installed\\nArchitecture: amd64\\nVersion: {version}\\n\\n")
    }

    #[test]
    fn the_last_entry_of_the_journal_holds() {
        let journal = format!(
            "{UPDATES}/0000 = {}\n{UPDATES}/0001 = {}{}\n",
            paragraph("b", "2"),
            paragraph("b", "3"),
            paragraph("c", "1")
        );
        let (found, cut) = read(&journal);
        let told: Vec<_> = found.iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(told, ["a 1", "b 3", "c 1"]);
        assert!(cut.is_empty(), "{cut:?}");
    }
    #[test]
    fn a_journal_that_is_none_of_dpkgs_is_cut() {
        let many: String = (0..=MAX_NOTED).map(|n| paragraph(&format!("x{n}"), "1")).collect();
        let (found, cut) = read(&format!("{UPDATES}/0000 = {many}\n"));
        assert_eq!((found.len(), cut), (2 + MAX_NOTED, vec![Text::from(UPDATES)]));
        let long = paragraph("b", &"2".repeat(1 + MAX_ENTRY as usize));
        let (found, cut) = read(&format!("{UPDATES}/0000 = {long}\n{UPDATES}/0001 = {}\n", paragraph("a", "2")));
        assert_eq!(found.iter().map(|(_, version)| version.as_str()).collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!(cut, [Text::from(format!("{UPDATES}/0000"))]);
    }
}
