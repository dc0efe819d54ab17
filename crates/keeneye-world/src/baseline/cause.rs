//! Changes put together by what brought them about, so that ten thousand files of an upgrade are a few lines.

use super::{Aspect, Change, Class, Content, Entry, Weight};
use keeneye_facts::Text;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What brought a change about, as far as one can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Content changed and nothing else: somebody wrote past the file system, or set the clock to hide it.
    Silent,
    /// Nothing explains it.
    Unexplained,
    /// Permissions, owner, capabilities or the like, and not the content.
    Rights,
    /// New, below this directory.
    New(Text),
    /// Gone, from this directory.
    Gone(Text),
    /// Settings below /etc.
    Settings,
    /// The same file under another name.
    Moved,
    /// A log that was rotated or begun anew.
    Rotated,
    /// A package whose own record changed too; the files are as it brought them, as far as that is known.
    Package(String),
    /// The records of the package manager.
    Records,
}

impl Cause {
    /// Its name, for `accept --cause`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Unexplained => "unexplained",
            Self::Rights => "rights",
            Self::New(_) => "new",
            Self::Gone(_) => "gone",
            Self::Settings => "settings",
            Self::Moved => "moved",
            Self::Rotated => "rotated",
            Self::Package(_) => "package",
            Self::Records => "records",
        }
    }
    /// The ordinary course of a server brings it about.
    pub fn is_explained(&self) -> bool {
        matches!(self, Self::Moved | Self::Rotated | Self::Package(_) | Self::Records)
    }
}

/// Changes of one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What brought them about.
    pub cause: Cause,
    /// The heaviest of its files.
    pub weight: Weight,
    /// In order of weight, then path.
    pub changes: Vec<Change>,
}

/// What a package manager knows of a file now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The package.
    pub package: String,
    /// The content is what the package brought; `None` where nobody knows.
    pub intact: Option<bool>,
}

/// Puts changes together. `owner` tells who owns a path now. Heaviest first.
pub fn group(changes: Vec<Change>, owner: &mut dyn FnMut(&Change) -> Option<Owned>) -> Vec<Group> {
    let records = Records::of(&changes);
    let moved = moved(&changes);
    let new_dirs: BTreeSet<Text> = changes
        .iter()
        .filter(|change| change.is(Aspect::Added) && change.after.as_ref().is_some_and(Entry::is_dir))
        .map(|change| change.path().clone())
        .collect();
    let gone_dirs: BTreeSet<Text> = changes
        .iter()
        .filter(|change| change.is(Aspect::Removed) && change.before.as_ref().is_some_and(Entry::is_dir))
        .map(|change| change.path().clone())
        .collect();
    let mut groups: BTreeMap<Cause, Vec<(Weight, Change)>> = BTreeMap::new();
    for (number, change) in changes.into_iter().enumerate() {
        let cause = if moved.contains(&number) {
            Cause::Moved
        } else {
            let explained = records.explain(&change, owner);
            explained.unwrap_or_else(|| plain_cause(&change, &new_dirs, &gone_dirs))
        };
        groups.entry(cause).or_default().push((Weight::of(&change), change));
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(cause, mut changes)| {
            changes.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.path().cmp(y.path())));
            let weight = changes.first().map_or(Weight::Other, |(weight, _)| *weight);
            Group { cause, weight, changes: changes.into_iter().map(|(_, change)| change).collect() }
        })
        .collect();
    groups.sort_by(|a, b| {
        let rank = |group: &Group| (group.cause.is_explained(), group.cause != Cause::Silent);
        rank(a).cmp(&rank(b)).then_with(|| b.weight.cmp(&a.weight)).then_with(|| a.cause.cmp(&b.cause))
    });
    groups
}

/// The records of package managers among the changes.
struct Records {
    /// Packages of dpkg whose own files below /var/lib/dpkg/info changed.
    packages: BTreeSet<Vec<u8>>,
    /// A database that holds all packages changed.
    whole: bool,
}

const DPKG: &str = "/var/lib/dpkg/info";
/// rpm, apk, pacman.
const DATABASES: [&str; 6] = [
    "/var/lib/rpm",
    "/usr/lib/sysimage/rpm",
    "/lib/apk/db",
    "/usr/lib/apk/db",
    "/var/lib/pacman/local",
    "/usr/lib/pacman/local",
];

impl Records {
    fn of(changes: &[Change]) -> Self {
        let of_dpkg = |change: &Change| change.path().is_within(DPKG).then(|| package_of_record(change.path()))?;
        Self {
            packages: changes.iter().filter_map(of_dpkg).collect(),
            whole: changes.iter().any(|change| in_database(change.path())),
        }
    }

    fn explain(&self, change: &Change, owner: &mut dyn FnMut(&Change) -> Option<Owned>) -> Option<Cause> {
        if change.is(Aspect::ContentOnly) {
            return Some(Cause::Silent);
        }
        if in_database(change.path()) || change.path().is_within(DPKG) {
            return Some(Cause::Records);
        }
        if self.packages.is_empty() && !self.whole {
            return None;
        }
        let owned = owner(change)?;
        let changed = self.whole || self.packages.contains(owned.package.as_bytes());
        (changed && owned.intact != Some(false)).then_some(Cause::Package(owned.package))
    }
}

fn in_database(path: &Text) -> bool {
    DATABASES.iter().any(|dir| path.is_within(dir))
}

/// `bash` of `/var/lib/dpkg/info/bash.md5sums`, `libc6` of `libc6:amd64.list`.
fn package_of_record(path: &Text) -> Option<Vec<u8>> {
    let name: &[u8] = path.file_name();
    let stem = name.rsplitn(2, |byte| *byte == b'.').nth(1)?;
    Some(stem.split(|byte| *byte == b':').next()?.to_vec())
}

fn plain_cause(change: &Change, new_dirs: &BTreeSet<Text>, gone_dirs: &BTreeSet<Text>) -> Cause {
    let log = change.class == Class::Grows;
    if log && (change.is(Aspect::Shortened) || change.is(Aspect::Added) || change.is(Aspect::Removed)) {
        let rights = change.after.as_ref().is_some_and(Entry::is_executable);
        if !rights && is_rotation(change) {
            return Cause::Rotated;
        }
    }
    if change.is(Aspect::Added) {
        return Cause::New(top(change.path(), new_dirs));
    }
    if change.is(Aspect::Removed) {
        return Cause::Gone(top(change.path(), gone_dirs));
    }
    let about_content = [Aspect::Kind, Aspect::Content, Aspect::Shortened, Aspect::Unreadable, Aspect::Target];
    if !about_content.into_iter().any(|aspect| change.is(aspect)) {
        return Cause::Rights;
    }
    match change.path().is_within("/etc") && change.is(Aspect::Content) {
        true => Cause::Settings,
        false => Cause::Unexplained,
    }
}

/// New logs and old ones that go are the ordinary course; one that was cut in place keeps its inode, which logrotate does
/// only when it is told to copy and truncate.
fn is_rotation(change: &Change) -> bool {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => before.inode != after.inode,
        _ => true,
    }
}

/// The topmost of these directories that the path lies in, else its parent.
fn top(path: &Text, dirs: &BTreeSet<Text>) -> Text {
    let ends = path.iter().enumerate().filter(|(at, byte)| **byte == b'/' && *at > 0).map(|(at, _)| at);
    let above = ends.chain([path.len()]).filter_map(|end| path.get(..end));
    let topmost = above.into_iter().find(|dir| dirs.contains(*dir));
    topmost.map_or_else(|| Text::from(path.parent()), Text::from)
}

/// Numbers of changes that are two halves of a rename: the same inode and content under another name.
fn moved(changes: &[Change]) -> BTreeSet<usize> {
    let key = |entry: &Entry| (entry.device, entry.inode, entry.content);
    let is_whole = |entry: &&Entry| entry.is_regular() && matches!(entry.content, Content::Sha256(_));
    let mut gone = HashMap::new();
    for (number, change) in changes.iter().enumerate() {
        if let (Some(before), None) = (change.before.as_ref().filter(is_whole), &change.after) {
            let Content::Sha256(digest) = before.content else { continue };
            gone.insert((before.device, before.inode, digest), number);
        }
    }
    let mut moved = BTreeSet::new();
    for (number, change) in changes.iter().enumerate() {
        let (Some(after), None) = (change.after.as_ref().filter(is_whole), &change.before) else { continue };
        let (device, inode, Content::Sha256(digest)) = key(after) else { continue };
        if let Some(other) = gone.get(&(device, inode, digest))
            // A name that weighs more is no mere rename: a script that becomes a unit.
            && changes.get(*other).is_some_and(|other| Weight::of(other) >= Weight::of(change))
        {
            moved.extend([number, *other]);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, byte: u8) -> Entry {
        let content = Content::Sha256([byte; 32]);
        Entry { path: path.into(), mode: 0o100_644, inode: byte.into(), content, ..Entry::default() }
    }
    fn change(before: Option<Entry>, after: Option<Entry>, aspect: Aspect, class: Class) -> Change {
        Change { before, after, aspects: vec![aspect], class }
    }
    fn added(path: &str, byte: u8) -> Change {
        change(None, Some(file(path, byte)), Aspect::Added, Class::Fixed)
    }
    fn edited(path: &str) -> Change {
        change(Some(file(path, 1)), Some(file(path, 2)), Aspect::Content, Class::Fixed)
    }
    fn causes(changes: Vec<Change>, owned: &[(&str, &str, bool)]) -> Vec<(Cause, usize)> {
        let mut owner = |change: &Change| {
            let (_, package, intact) = owned.iter().find(|(path, ..)| *change.path() == *path)?;
            Some(Owned { package: (*package).to_owned(), intact: Some(*intact) })
        };
        group(changes, &mut owner).into_iter().map(|group| (group.cause, group.changes.len())).collect()
    }

    #[test]
    fn an_upgrade_is_one_line_and_a_forged_file_another() {
        let owned = [("/usr/bin/a", "tool", true), ("/usr/bin/b", "tool", false), ("/usr/bin/c", "other", true)];
        let record = || edited("/var/lib/dpkg/info/tool:amd64.md5sums");
        let files = || ["/usr/bin/a", "/usr/bin/b", "/usr/bin/c"].map(edited);
        let found = causes(files().into_iter().chain([record()]).collect(), &owned);
        let wanted = [(Cause::Unexplained, 2), (Cause::Package("tool".into()), 1), (Cause::Records, 1)];
        assert_eq!(found, wanted);
        assert_eq!(causes(files().to_vec(), &owned), [(Cause::Unexplained, 3)]);
    }
    #[test]
    fn new_trees_are_told_by_their_top() {
        let dir = Entry { mode: 0o040_755, ..file("/opt/x", 9) };
        let dir = change(None, Some(dir), Aspect::Added, Class::Fixed);
        let found = causes(vec![dir, added("/opt/x/a/b", 1), added("/opt/x/c", 2), added("/usr/bin/d", 3)], &[]);
        assert_eq!(found, [(Cause::New("/opt/x".into()), 3), (Cause::New("/usr/bin".into()), 1)]);
    }
    #[test]
    fn renames_and_rotations() {
        let gone = change(Some(file("/srv/a", 7)), None, Aspect::Removed, Class::Fixed);
        assert_eq!(causes(vec![gone, added("/srv/b", 7)], &[]), [(Cause::Moved, 2)]);
        let begun = |inode| Entry { inode, ..file("/var/log/a.log", 2) };
        let log = |inode| change(Some(begun(1)), Some(begun(inode)), Aspect::Shortened, Class::Grows);
        assert_eq!(causes(vec![log(2)], &[]), [(Cause::Rotated, 1)]);
        assert_eq!(causes(vec![log(1)], &[]), [(Cause::Unexplained, 1)]);
    }
    #[test]
    fn what_lies_deepest_comes_first() {
        let silent =
            change(Some(file("/usr/bin/a", 1)), Some(file("/usr/bin/a", 2)), Aspect::ContentOnly, Class::Fixed);
        let rights = change(Some(file("/etc/b", 1)), Some(file("/etc/b", 1)), Aspect::Mode, Class::Fixed);
        let found = causes(vec![rights, silent, edited("/etc/c")], &[]);
        assert_eq!(found, [(Cause::Silent, 1), (Cause::Rights, 1), (Cause::Settings, 1)]);
    }
}
