//! Which package owns a path: a hash table over the file lists as they were read.
//!
//! A server has some 300,000 listed paths. Nothing is allocated for a path: a slot holds where in which list its line
//! stands, and the bytes are compared there.

use super::dpkg::{Diverted, ListForm, lines, listed_path};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Paths that are indexed; beyond that the index says that it is not whole.
const MAX_PATHS: usize = 2_000_000;
const EMPTY: u32 = u32::MAX;

/// The file list of one package.
#[derive(Debug)]
pub(crate) struct FileList {
    /// Number of the package that it belongs to.
    pub(crate) package: usize,
    /// The file.
    pub(crate) text: Text,
    /// Its form.
    pub(crate) form: ListForm,
}

impl FileList {
    /// Offsets of relative paths, and the paths; `None` for lines that hold none.
    fn paths(&self) -> impl Iterator<Item = (usize, Option<&[u8]>)> {
        let skipped = match self.form {
            ListForm::Paths => 1,
            ListForm::Sums => 34,
        };
        let lines = lines(&self.text).filter(|(_, line)| !line.is_empty());
        lines.map(move |(offset, line)| (offset + skipped, listed_path(line, self.form)))
    }
    fn path_at(&self, offset: u32) -> &[u8] {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        rest.find_byte(b'\n').and_then(|end| rest.get(..end)).unwrap_or(rest)
    }
}

/// A directory that is a symbolic link on this host: `bin` is `usr/bin`. Relative, without slashes at the ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    /// The link.
    pub(crate) from: Vec<u8>,
    /// The directory that it leads to.
    pub(crate) to: Vec<u8>,
}

/// What the index is made from.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The file lists.
    pub(crate) lists: Vec<FileList>,
    /// The packages' names, by number.
    pub(crate) names: Vec<String>,
    /// Directories that are links.
    pub(crate) folds: Vec<Fold>,
    /// Paths whose packaged file lies elsewhere.
    pub(crate) diversions: Vec<Diverted>,
    /// Packages whose lists their vendors signed, by number.
    pub(crate) signed: HashSet<usize>,
}

/// A listed path and who listed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// Number of the package.
    pub(crate) package: usize,
    /// The path as the package knows it: relative, before folding and diversion.
    pub(crate) listed: &'a [u8],
}

/// Half of the hash is kept, so that most strangers are told apart without a look at the list.
#[derive(Clone, Copy)]
struct Slot {
    tag: u32,
    /// Offset of the path in all lists laid end to end.
    place: u32,
}

/// Path to package. The keyed hash keeps whoever wrote the lists from choosing paths that collide.
pub(crate) struct Index {
    source: Source,
    /// Where each list begins when all are laid end to end.
    begins: Vec<u32>,
    /// Hash of each diverted path, folded, and number of its diversion; sorted.
    diverted: Vec<(u64, usize)>,
    slots: Vec<Slot>,
    hasher: RandomState,
    /// Lines that are no paths.
    pub(crate) strange_lines: usize,
    /// False when there were more paths, or more bytes, than the limit.
    pub(crate) whole: bool,
}

impl Index {
    /// Indexes every list. Of two packages that list the same file a signed one has it, else the first: they share it by
    /// agreement.
    pub(crate) fn new(mut source: Source) -> Self {
        source.folds.sort_by_key(|fold| std::cmp::Reverse(fold.from.len()));
        let count: usize = source.lists.iter().map(|list| list.text.find_iter("\n").count() + 1).sum();
        let size = (count.min(MAX_PATHS) * 4 / 3).next_power_of_two().max(2);
        let mut index = Self {
            source,
            begins: Vec::new(),
            diverted: Vec::new(),
            slots: vec![Slot { tag: 0, place: EMPTY }; size],
            hasher: RandomState::new(),
            strange_lines: 0,
            whole: count <= MAX_PATHS,
        };
        index.lay_out();
        index.diverted = index.hashes_of_diverted();
        index.fill();
        index
    }

    /// Where a file that a package lists so lies; relative.
    pub(crate) fn place(&self, package: usize, listed: &[u8]) -> Vec<u8> {
        self.key(package, relative(listed), &mut Vec::new()).to_vec()
    }

    /// A file that a package lists so was moved elsewhere by dpkg-divert(1).
    pub(crate) fn is_diverted(&self, package: usize, listed: &[u8]) -> bool {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        let listed = relative(listed);
        !self.diverted.is_empty() && self.key(package, listed, &mut one) != fold(&self.source.folds, listed, &mut other)
    }

    /// The files of a package: as it lists them, and where they lie; both relative.
    pub(crate) fn each_file(&self, package: usize, visit: &mut dyn FnMut(&[u8], &[u8])) {
        let at = self.source.lists.partition_point(|list| list.package < package);
        let Some(list) = self.source.lists.get(at).filter(|list| list.package == package) else { return };
        let mut scratch = Vec::new();
        let mut paths = list.paths().peekable();
        while let Some((_, path)) = paths.next() {
            let next = paths.peek().and_then(|(_, next)| *next);
            if let Some(path) = path.filter(|path| !is_directory(path, next)) {
                visit(path, self.key(package, path, &mut scratch));
            }
        }
    }

    /// Lays the lists end to end; what does not fit into 4 GiB is left out.
    fn lay_out(&mut self) {
        let mut next = 0_u64;
        for list in &self.source.lists {
            self.begins.extend(u32::try_from(next).ok());
            next += list.text.len() as u64 + 1;
        }
        if next > u64::from(EMPTY) {
            self.whole = false;
            self.begins.pop();
        }
        self.source.lists.truncate(self.begins.len());
    }

    fn hashes_of_diverted(&self) -> Vec<(u64, usize)> {
        let mut scratch = Vec::new();
        let mut hash = |path: &[u8]| self.hasher.hash_one(fold(&self.source.folds, relative(path), &mut scratch));
        let diversions = self.source.diversions.iter().enumerate();
        let mut diverted: Vec<_> = diversions.map(|(number, d)| (hash(&d.from), number)).collect();
        diverted.sort_unstable();
        diverted
    }

    fn fill(&mut self) {
        let mut slots = std::mem::take(&mut self.slots);
        let mut scratch = (Vec::new(), Vec::new());
        let mut hashes = Vec::new();
        let mut room = MAX_PATHS;
        let mut strange_lines = 0;
        let (signed, others): (Vec<_>, Vec<_>) = (self.source.lists.iter().zip(&self.begins))
            .partition(|(list, _)| self.source.signed.contains(&list.package));
        for (list, begin) in signed.into_iter().chain(others) {
            strange_lines += self.hash_list(list, &mut hashes, &mut scratch.0);
            hashes.truncate(room);
            room -= hashes.len();
            // Slots lie scattered over the memory: in a loop of their own several of them are on the way at once.
            for (hash, offset) in hashes.drain(..) {
                let slot = Slot { tag: tag(hash), place: begin.saturating_add(offset) };
                self.insert(&mut slots, hash, slot, &mut scratch);
            }
        }
        self.strange_lines = strange_lines;
        self.slots = slots;
    }

    /// Hash and offset of every path but directories, which packages share; gives the number of lines that are no
    /// paths.
    fn hash_list(&self, list: &FileList, hashes: &mut Vec<(u64, u32)>, scratch: &mut Vec<u8>) -> usize {
        let mut strange = 0;
        let mut paths = list.paths().peekable();
        while let Some((offset, path)) = paths.next() {
            let (Some(path), Ok(offset)) = (path, u32::try_from(offset)) else {
                strange += 1;
                continue;
            };
            let next = paths.peek().and_then(|(_, next)| *next);
            if !is_directory(path, next) {
                hashes.push((self.hasher.hash_one(self.key(list.package, path, scratch)), offset));
            }
        }
        strange
    }

    fn insert(&self, slots: &mut [Slot], hash: u64, slot: Slot, scratch: &mut (Vec<u8>, Vec<u8>)) {
        let same = |other: Slot| match (self.entry(slot), self.entry(other)) {
            (Some(one), Some(other)) => {
                let key = self.key(one.package, one.listed, &mut scratch.0);
                key == self.key(other.package, other.listed, &mut scratch.1)
            }
            _ => false,
        };
        let at = probe(slots, hash, same);
        if let Some(free) = slots.get_mut(at).filter(|slot| slot.place == EMPTY) {
            *free = slot;
        }
    }

    /// Where on the host a package's file lies: diversions followed, directory links followed.
    fn key<'a>(&'a self, package: usize, path: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
        let folds = &self.source.folds;
        if self.diverted.is_empty() {
            return fold(folds, path, scratch);
        }
        let hash = self.hasher.hash_one(fold(folds, path, scratch));
        let name = self.source.names.get(package).map(String::as_str);
        match self.diversion_by_hash(hash).filter(|d| d.by.as_deref() != name) {
            Some(diversion) => fold(folds, relative(&diversion.to), scratch),
            None => fold(folds, path, scratch),
        }
    }

    fn diversion_by_hash(&self, hash: u64) -> Option<&Diverted> {
        let at = self.diverted.partition_point(|(other, _)| *other < hash);
        let (found, number) = self.diverted.get(at)?;
        if *found == hash { self.source.diversions.get(*number) } else { None }
    }

    fn entry(&self, slot: Slot) -> Option<Entry<'_>> {
        if slot.place == EMPTY {
            return None;
        }
        let number = self.begins.partition_point(|begin| *begin <= slot.place).checked_sub(1)?;
        let (list, begin) = (self.source.lists.get(number)?, self.begins.get(number)?);
        Some(Entry { package: list.package, listed: list.path_at(slot.place - begin) })
    }

    /// Who listed this path: absolute, directory links resolved.
    pub(crate) fn find(&self, path: &[u8]) -> Option<Entry<'_>> {
        let (mut scratch, mut other) = (Vec::new(), Vec::new());
        let key = fold(&self.source.folds, relative(path), &mut scratch);
        let holds = |slot| self.entry(slot).is_some_and(|e| self.key(e.package, e.listed, &mut other) == key);
        let at = probe(&self.slots, self.hasher.hash_one(key), holds);
        self.entry(*self.slots.get(at)?)
    }

    /// The diversion of the packages' file of this path.
    pub(crate) fn diversion(&self, path: &[u8]) -> Option<&Diverted> {
        let mut scratch = Vec::new();
        self.diversion_by_hash(self.hasher.hash_one(fold(&self.source.folds, relative(path), &mut scratch)))
    }
}

/// What is listed below it follows at once.
fn is_directory(path: &[u8], next: Option<&[u8]>) -> bool {
    path == b"." || next.and_then(|next| next.strip_prefix(path)).is_some_and(|rest| rest.starts_with(b"/"))
}

/// The slot that holds what is sought, or the empty one where it belongs. At least a quarter of the slots is empty.
fn probe(slots: &[Slot], hash: u64, mut holds: impl FnMut(Slot) -> bool) -> usize {
    let mask = slots.len().wrapping_sub(1);
    let mut at = hash as usize & mask;
    while let Some(slot) = slots.get(at) {
        if slot.place == EMPTY || (slot.tag == tag(hash) && holds(*slot)) {
            break;
        }
        at = (at + 1) & mask;
    }
    at
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn relative(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"/").unwrap_or(path)
}

/// The path with a directory link followed, in `scratch` where that changes it.
fn fold<'a>(folds: &[Fold], path: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    for Fold { from, to } in folds {
        if let Some(rest) = path.strip_prefix(from.as_slice())
            && rest.first() == Some(&b'/')
        {
            scratch.clear();
            scratch.extend_from_slice(to);
            scratch.extend_from_slice(rest);
            return scratch;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(package: usize, text: &str) -> FileList {
        FileList { package, text: Text::from(text), form: ListForm::Paths }
    }
    fn source(lists: Vec<FileList>) -> Source {
        Source { lists, names: vec!["a".into(), "b".into()], ..Source::default() }
    }
    fn fold(from: &str, to: &str) -> Fold {
        Fold { from: from.into(), to: to.into() }
    }

    #[test]
    fn a_path_leads_to_its_package_and_directories_to_none() {
        let index = Index::new(source(vec![
            list(0, "/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/ab\n"),
            list(1, "/.\n/usr\n/usr/bin\n/usr/bin/b"),
        ]));
        let package = |path: &str| index.find(path.as_bytes()).map(|entry| entry.package);
        assert_eq!(package("/usr/bin/a"), Some(0));
        assert_eq!(package("/usr/bin/ab"), Some(0));
        assert_eq!(package("/usr/bin/b"), Some(1));
        assert_eq!(package("/usr/bin"), None);
        assert_eq!(package("/usr/bin/c"), None);
        assert_eq!(package(""), None);
    }
    #[test]
    fn of_two_that_list_a_path_the_signed_one_has_it() {
        let owner = |signed: &[usize]| {
            let lists = vec![list(0, "/usr/bin/x\n"), list(1, "/usr/bin/x\n")];
            let index = Index::new(Source { signed: signed.iter().copied().collect(), ..source(lists) });
            index.find(b"/usr/bin/x").map(|entry| entry.package)
        };
        assert_eq!(owner(&[1]), Some(1));
        assert_eq!(owner(&[]), Some(0));
    }
    #[test]
    fn a_merged_usr_is_folded_from_both_sides() {
        let mut source = source(vec![list(0, "/bin/a\n/usr/bin/b\n")]);
        source.folds = vec![fold("bin", "usr/bin")];
        let index = Index::new(source);
        assert_eq!(index.find(b"/usr/bin/a").map(|e| e.listed), Some(b"bin/a".as_slice()));
        assert_eq!(index.find(b"/bin/b").map(|e| e.listed), Some(b"usr/bin/b".as_slice()));
        assert_eq!(index.find(b"/binary/a"), None);
    }
    #[test]
    fn a_diverted_file_belongs_to_its_package_at_its_new_place() {
        let mut source = source(vec![list(0, "/usr/bin/x\n"), list(1, "/usr/bin/x\n")]);
        source.diversions =
            vec![Diverted { from: "/usr/bin/x".into(), to: "/usr/bin/x.distrib".into(), by: Some("b".into()) }];
        let index = Index::new(source);
        assert_eq!(
            index.find(b"/usr/bin/x.distrib").map(|e| (e.package, e.listed)),
            Some((0, b"usr/bin/x".as_slice()))
        );
        assert_eq!(index.find(b"/usr/bin/x").map(|e| e.package), Some(1));
        assert!(index.diversion(b"/usr/bin/x").is_some());
        assert!(index.diversion(b"/usr/bin/x.distrib").is_none());
    }
    #[test]
    fn a_local_diversion_leaves_the_path_to_nobody() {
        let mut source = source(vec![list(0, "/usr/bin/x\n")]);
        source.diversions = vec![Diverted { from: "/usr/bin/x".into(), to: "/usr/bin/x.real".into(), by: None }];
        let index = Index::new(source);
        assert_eq!(index.find(b"/usr/bin/x"), None);
        assert_eq!(index.find(b"/usr/bin/x.real").map(|e| e.package), Some(0));
    }
    #[test]
    fn lines_that_are_no_paths_are_counted() {
        let index = Index::new(source(vec![list(0, "usr/bin/a\n/a\0b\n\n/ok\n")]));
        assert_eq!(index.strange_lines, 2);
        assert!(index.find(b"/ok").is_some());
    }
    #[test]
    fn the_same_path_many_times_costs_no_more_than_once_each() {
        let same = "/usr/share/doc/x\n".repeat(200_000);
        let index = Index::new(source(vec![list(0, &same), list(1, &same)]));
        assert_eq!(index.find(b"/usr/share/doc/x").map(|e| e.package), Some(0));
    }
}
