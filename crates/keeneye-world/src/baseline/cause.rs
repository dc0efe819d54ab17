//! Changes put together by what brought them about, so that ten thousand files of an upgrade are a few lines.

use super::{Aspect, Cause, Change, ChangeGroup, Class, Content, Entry, Weight, records::Records, weight};
use keeneye_facts::{Ownership, Text};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A generator that an installed package brought, and that makes such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generator {
    /// The program, as people call it.
    pub name: &'static str,
    /// Files and directories that it is made of beside what packages bring.
    pub inputs: &'static [&'static str],
}

/// What the packages of a host say of one change.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Who brought what lies there now.
    pub owner: Ownership,
    /// The generator that makes such a file, if an installed package brought it.
    pub generator: Option<Generator>,
}

impl Brought {
    /// Where nobody can be asked.
    pub const UNKNOWN: Self = Self { owner: Ownership::Unknown, generator: None };
}

/// What is known of packages as a whole.
#[derive(Clone, Debug, Default)]
pub struct Dealings {
    /// Packages whose records do not hold together, so that they explain nothing.
    pub doubted: BTreeSet<String>,
    /// When packages were put in place, in seconds since 1970.
    pub runs: Vec<i64>,
    /// Nobody compared files with what their packages say of them: then records alone explain.
    pub not_compared: bool,
}

/// Puts changes together, the heaviest first. `brought` is asked of each.
pub fn group(
    mut changes: Vec<Change>,
    dealings: &Dealings,
    brought: &mut dyn FnMut(&Change) -> Brought,
) -> Vec<ChangeGroup> {
    let mut generators = Vec::with_capacity(changes.len());
    for change in &mut changes {
        let Brought { owner, generator } = brought(change);
        change.owner = owner;
        generators.push(generator);
    }
    let records = Records::of(&changes, dealings, &generators);
    let moved = moved(&changes);
    let dirs = Dirs::of(&changes);
    let mut groups: BTreeMap<Cause, Vec<(Weight, Change)>> = BTreeMap::new();
    for (number, (change, generator)) in changes.into_iter().zip(generators).enumerate() {
        let cause = if moved.contains(&number) {
            Cause::Moved
        } else {
            records.explain(&change, generator).unwrap_or_else(|| dirs.plain_cause(&change))
        };
        groups.entry(cause).or_default().push((weight::of(&change), change));
    }
    let mut groups: Vec<ChangeGroup> = groups
        .into_iter()
        .map(|(cause, mut changes)| {
            changes.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.path().cmp(y.path())));
            let weight = changes.first().map_or(Weight::Other, |(weight, _)| *weight);
            ChangeGroup { cause, weight, changes: changes.into_iter().map(|(_, change)| change).collect() }
        })
        .collect();
    groups.sort_by(|a, b| {
        let rank = |group: &ChangeGroup| (group.cause.is_explained(), group.cause != Cause::Silent);
        rank(a).cmp(&rank(b)).then_with(|| b.weight.cmp(&a.weight)).then_with(|| a.cause.cmp(&b.cause))
    });
    groups
}

/// What came and went beside a change.
struct Dirs {
    /// Directories that are new.
    new: BTreeSet<Text>,
    /// Those that are gone.
    gone: BTreeSet<Text>,
    /// Files that are new, or that lie where another one was.
    begun: BTreeSet<Text>,
}

impl Dirs {
    fn of(changes: &[Change]) -> Self {
        let paths = |aspect: Aspect, is_dir: bool| -> BTreeSet<Text> {
            let entry = |change: &Change| change.after.as_ref().or(change.before.as_ref()).is_some_and(Entry::is_dir);
            let fits = |change: &&Change| change.is(aspect) && entry(change) == is_dir;
            changes.iter().filter(fits).map(|change| change.path().clone()).collect()
        };
        let exchanged = changes.iter().filter(|change| match (&change.before, &change.after) {
            (Some(before), Some(after)) => after.is_regular() && before.inode != after.inode,
            _ => false,
        });
        let mut begun = paths(Aspect::Added, false);
        begun.extend(exchanged.map(|change| change.path().clone()));
        Self { new: paths(Aspect::Added, true), gone: paths(Aspect::Removed, true), begun }
    }

    fn plain_cause(&self, change: &Change) -> Cause {
        if change.class == Class::Grows && self.is_rotation(change) {
            return Cause::Rotated;
        }
        if change.is(Aspect::Added) {
            return Cause::New(top(change.path(), &self.new));
        }
        if change.is(Aspect::Removed) {
            return Cause::Gone(top(change.path(), &self.gone));
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

    /// New logs are the ordinary course. One that begins anew is another file, or its content was kept beside it, as
    /// logrotate's copytruncate does. One that goes bears the mark of an old one: a number, a date, a packer's ending.
    fn is_rotation(&self, change: &Change) -> bool {
        if change.after.as_ref().is_some_and(Entry::is_executable) {
            return false;
        }
        match (&change.before, &change.after) {
            (None, Some(after)) => after.is_regular() || after.is_dir(),
            (Some(before), Some(after)) if change.is(Aspect::Shortened) => {
                before.inode != after.inode || self.kept_beside(change.path())
            }
            (Some(before), None) => {
                before.is_dir() || is_old_log(before.path.file_name()) || self.kept_beside(&before.path)
            }
            _ => false,
        }
    }

    /// A new file bears its name and more; where as many old ones are kept as there were, it lies where another was.
    fn kept_beside(&self, path: &Text) -> bool {
        let from = std::ops::Bound::Excluded(path.clone());
        let next = self.begun.range((from, std::ops::Bound::Unbounded)).next();
        let stem = path.strip_suffix(b".log").unwrap_or(path);
        let dated =
            || self.begun.range(Text::from(stem)..).next().is_some_and(|new| new != path && new.starts_with(stem));
        next.is_some_and(|new| new.starts_with(path.as_slice())) || dated()
    }
}

/// `syslog.2.gz`, `access.log.1`, `app-2026-11-03.log`
fn is_old_log(name: &[u8]) -> bool {
    let packed = [&b".gz"[..], b".xz", b".zst", b".bz2", b".old"].iter().any(|end| name.ends_with(end));
    let number = name.rsplit(|b| *b == b'.').next().is_some_and(|end| end.iter().all(u8::is_ascii_digit));
    let digits = name.split(|b| !b.is_ascii_digit()).map(<[u8]>::len).max().unwrap_or(0);
    packed || number || digits >= 4
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
            && changes.get(*other).is_some_and(|other| weight::of(other) >= weight::of(change))
        {
            moved.extend([number, *other]);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use keeneye_facts::DigestCheck;

    fn file(path: &str, byte: u8) -> Entry {
        let content = Content::Sha256([byte; 32]);
        Entry { path: path.into(), mode: 0o100_644, inode: byte.into(), content, ..Entry::default() }
    }
    fn change(before: Option<Entry>, after: Option<Entry>, aspect: Aspect, class: Class) -> Change {
        Change { before, after, aspects: vec![aspect], class, owner: Ownership::Unknown }
    }
    fn added(path: &str, byte: u8) -> Change {
        change(None, Some(file(path, byte)), Aspect::Added, Class::Fixed)
    }
    fn edited(path: &str) -> Change {
        change(Some(file(path, 1)), Some(file(path, 2)), Aspect::Content, Class::Fixed)
    }
    fn causes(changes: Vec<Change>, owned: &[(&str, &str, bool)]) -> Vec<(Cause, usize)> {
        let generator = |change: &Change| {
            let inputs: &[&str] = if change.path() == "/etc/index" { &["/etc/index.d"] } else { &[] };
            let is_made = change.path() == "/etc/index" || change.path() == "/boot/image";
            is_made.then_some(Generator { name: "indexer", inputs })
        };
        let owner = |change: &Change| {
            let Some((_, package, intact)) = owned.iter().find(|(path, ..)| *change.path() == *path) else {
                return Ownership::Unowned;
            };
            let digest = match intact {
                true => DigestCheck::Matches,
                false => DigestCheck::Differs { expected: "a".into(), found: "b".into() },
            };
            Ownership::Owned { package: (*package).into(), version: "1".into(), digest, conffile: false }
        };
        let mut brought = |change: &Change| Brought { owner: owner(change), generator: generator(change) };
        let dealings = Dealings { runs: vec![90_000], ..Dealings::default() };
        group(changes, &dealings, &mut brought).into_iter().map(|group| (group.cause, group.changes.len())).collect()
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
        let kept = |inode| {
            let part = |inode| Some(Entry { inode, ..file("/var/log/a.log.1", 3) });
            vec![log(1), change(part(5), part(inode), Aspect::Shortened, Class::Grows)]
        };
        assert_eq!(causes(kept(6), &[]), [(Cause::Rotated, 2)], "copied away, over the one before");
        assert_eq!(causes(kept(5), &[]), [(Cause::Unexplained, 2)], "both were cut");
    }
    fn edited_at(path: &str, time: i64) -> Change {
        let mut change = edited(path);
        if let Some(after) = &mut change.after {
            after.changed.seconds = time;
        }
        change
    }
    #[test]
    fn a_generator_explains_what_it_makes_in_its_time() {
        let made = || Cause::Generated("indexer".into());
        assert_eq!(causes(vec![edited_at("/boot/image", 90_100)], &[]), [(made(), 1)]);
        assert_eq!(causes(vec![edited_at("/boot/image", 95_000)], &[]), [(Cause::Unexplained, 1)]);
        assert_eq!(causes(vec![edited_at("/boot/other", 90_100)], &[]), [(Cause::Unexplained, 1)]);
        let input = |time| edited_at("/etc/index.d/a", time);
        let found = causes(vec![edited_at("/etc/index", 70_060), input(70_000)], &[]);
        assert_eq!(found, [(Cause::Settings, 1), (made(), 1)]);
        assert_eq!(causes(vec![edited_at("/etc/index", 70_060), input(60_000)], &[]), [(Cause::Settings, 2)]);
        assert_eq!(causes(vec![edited_at("/boot/image", 70_060), input(70_000)], &[]).len(), 2);
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
