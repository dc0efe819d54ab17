//! The root of a container, put together from its layers as overlayfs does (the kernel's
//! Documentation/filesystems/overlayfs.rst): the uppermost layer that has a name counts, directories of one path are
//! merged, a character device takes a name away.
//!
//! A container may write whatever it likes into its own layer. So no link in it is left to the host, which would follow
//! it to the host's own files: each is followed here, inside the container. Directories that hide those below as a whole
//! are told by an attribute that only the kernel shows to root; they are merged all the same.

use crate::{Answer, AskHost, DirEntry, EntryKind, Host, Question, Reply};
use keeneye_facts::{Refusal, Text};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Links in one path (the kernel's own limit).
const MAX_LINKS: usize = 40;
/// Directories that are remembered.
const MAX_DIRECTORIES: usize = 10_000;
/// ELOOP
const LOOP: Refusal = Refusal::Errno(40);

/// Which layer has a name, and what it is there.
type Directory = BTreeMap<Text, (usize, EntryKind)>;

/// A host whose files are those of a container.
pub(crate) struct Layers<'a> {
    host: &'a dyn Host,
    /// Paths of the host, the uppermost first.
    dirs: Vec<Text>,
    known: RefCell<BTreeMap<Text, Rc<Directory>>>,
}

impl<'a> Layers<'a> {
    /// The layers' directories on the host, without links, the uppermost first.
    pub(crate) fn new(host: &'a dyn Host, dirs: Vec<Text>) -> Self {
        Self { host, dirs, known: RefCell::default() }
    }

    /// A directory inside, whose path holds no links.
    fn directory(&self, path: &Text) -> Result<Rc<Directory>, Refusal> {
        if let Some(known) = self.known.borrow().get(path) {
            return Ok(Rc::clone(known));
        }
        let (mut names, mut found) = (Directory::new(), false);
        for (number, layer) in self.dirs.iter().enumerate() {
            let place = inside(layer, path);
            // A layer may have a link or a file there: it is not a part of the directory.
            match self.host.stat(&place) {
                Ok(stat) if stat.is_dir() => (),
                Ok(_) => continue,
                Err(why) if why.is_absent() => continue,
                Err(why) => return Err(why),
            }
            found = true;
            for DirEntry { name, kind } in self.host.list(&place)? {
                names.entry(name).or_insert((number, kind));
            }
        }
        if !found {
            return Err(Refusal::ABSENT);
        }
        names.retain(|_, (_, kind)| *kind != EntryKind::Other);
        let names = Rc::new(names);
        let mut known = self.known.borrow_mut();
        if known.len() < MAX_DIRECTORIES {
            known.insert(path.clone(), Rc::clone(&names));
        }
        Ok(names)
    }

    /// The path without links; the last component is followed when `last`.
    fn without_links(&self, path: &[u8], last: bool) -> Result<Text, Refusal> {
        let components = |path: &[u8]| path.split(|b| *b == b'/').rev().map(Text::from).collect::<Vec<_>>();
        let (mut done, mut todo, mut links) = (Text::from("/"), components(path), 0);
        while let Some(name) = todo.pop() {
            match name.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    done = if done == "/" { done } else { Text::from(done.parent()) };
                    continue;
                }
                _ => (),
            }
            let next = done.join(&*name);
            let (number, kind) = *self.directory(&done)?.get(&name).ok_or(Refusal::ABSENT)?;
            let ends = todo.iter().all(|name| name.is_empty());
            if kind != EntryKind::Link || ends && !last {
                done = next;
                continue;
            }
            links += 1;
            if links > MAX_LINKS {
                return Err(LOOP);
            }
            let layer = self.dirs.get(number).ok_or(Refusal::ABSENT)?;
            let target = self.host.link(&inside(layer, &next))?;
            if target.starts_with(b"/") {
                done = Text::from("/");
            }
            todo.extend(components(&target));
        }
        Ok(done)
    }

    /// The uppermost layer has a part of this directory, or something else in its place.
    pub(crate) fn is_written(&self, path: &Text) -> bool {
        let upper = self.dirs.first();
        upper.is_some_and(|layer| self.host.stat(&inside(layer, path)).is_ok())
    }

    /// Where on the host the file at this path lies; the last component is not followed.
    pub(crate) fn place(&self, path: &Text) -> Result<Text, Refusal> {
        let path = self.without_links(path, false)?;
        if path == "/" {
            return self.dirs.first().cloned().ok_or(Refusal::ABSENT);
        }
        let parent = Text::from(path.parent());
        let (number, _) = *self.directory(&parent)?.get(path.file_name().as_ref() as &[u8]).ok_or(Refusal::ABSENT)?;
        self.dirs.get(number).map(|layer| inside(layer, &path)).ok_or(Refusal::ABSENT)
    }
}

impl Host for Layers<'_> {
    fn ask(&self, question: &Question) -> Reply {
        let at = |path: &Text, question: fn(Text) -> Question| self.host.ask(&question(self.place(path)?));
        match question {
            Question::Read(path) => at(path, Question::Read),
            Question::Head(path) => at(path, Question::Head),
            Question::Link(path) => at(path, Question::Link),
            Question::Stat(path) => at(path, Question::Stat),
            Question::Digest(path) => at(path, Question::Digest),
            Question::Copy(path) => at(path, Question::Copy),
            Question::ReadAt { path, from, length } => {
                let path = self.place(path)?;
                self.host.ask(&Question::ReadAt { path, from: *from, length: *length })
            }
            Question::Resolve(path) => self.without_links(path, true).map(Answer::Path),
            Question::List(path) => {
                let directory = self.directory(&self.without_links(path, true)?)?;
                let entry =
                    |(name, (_, kind)): (&Text, &(usize, EntryKind))| DirEntry { name: name.clone(), kind: *kind };
                Ok(Answer::Names(directory.iter().map(entry).collect()))
            }
            _ => Err(Refusal::NotHere),
        }
    }
}

/// A path of the container in a layer.
fn inside(layer: &Text, path: &[u8]) -> Text {
    let below = path.strip_prefix(b"/").unwrap_or(path);
    if below.is_empty() { layer.clone() } else { layer.join(below) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const HOST: &str = r"
        /up/etc/new = upper
        /up/etc/both = upper
        /up/etc/gone : mode=20000
        /up/etc/out @ /etc/passwd
        /up/var @ /etc
        /low/etc/both = lower
        /low/etc/old = lower
        /low/etc/gone = lower
        /low/usr/bin/x = lower
        /low/bin @ usr/bin
        /low/loop @ /loop
        /etc/passwd = the host's";

    fn with(check: impl FnOnce(&Layers<'_>)) {
        let mut host = Fixture::new(HOST);
        let names = ["both", "new", "out"].map(|name| DirEntry { name: name.into(), kind: EntryKind::File });
        let mut names = names.to_vec();
        names[2].kind = EntryKind::Link;
        names.insert(1, DirEntry { name: "gone".into(), kind: EntryKind::Other });
        host.say(Question::List("/up/etc".into()), Ok(Answer::Names(names)));
        check(&Layers::new(&host, vec!["/up".into(), "/low".into()]));
    }

    #[test]
    fn the_uppermost_counts() {
        with(|layers| {
            assert_eq!(layers.read(&"/etc/both".into()), Ok("upper".into()));
            assert_eq!(layers.read(&"/etc/new".into()), Ok("upper".into()));
            assert_eq!(layers.read(&"/etc/old".into()), Ok("lower".into()));
            assert_eq!(layers.read(&"/etc/gone".into()), Err(Refusal::ABSENT));
            let names: Vec<_> = layers.list(&"/etc".into()).unwrap().into_iter().map(|entry| entry.name).collect();
            assert_eq!(names, ["both", "new", "old", "out"]);
        });
    }
    #[test]
    fn links_stay_inside() {
        with(|layers| {
            assert_eq!(layers.read(&"/bin/x".into()), Ok("lower".into()));
            assert_eq!(layers.resolve(&"/bin/../bin/x".into()), Ok("/usr/bin/x".into()));
            // The host has that file, the container has not.
            assert_eq!(layers.resolve(&"/etc/out".into()), Err(Refusal::ABSENT));
            assert_eq!(layers.read(&"/var/passwd".into()), Err(Refusal::ABSENT));
            assert_eq!(layers.read(&"/var/old".into()), Ok("lower".into()));
            assert_eq!(layers.resolve(&"/loop".into()), Err(LOOP));
            assert_eq!(layers.resolve(&"/../../etc/new".into()), Ok("/etc/new".into()));
        });
    }
    #[test]
    fn databases_are_read_in_parts_and_as_a_whole() {
        with(|layers| {
            let bytes = |data: &str| Ok(Answer::Bytes { data: data.into(), cut: false });
            let path = || Text::from("/etc/both");
            assert_eq!(layers.ask(&Question::ReadAt { path: path(), from: 2, length: 3 }), bytes("per"));
            assert_eq!(layers.ask(&Question::Copy(path())), bytes("upper"));
            // The host has that file, the container has not.
            let out = Text::from("/var/passwd");
            assert_eq!(layers.ask(&Question::ReadAt { path: out, from: 0, length: 3 }), Err(Refusal::ABSENT));
        });
    }
    #[test]
    fn what_only_a_machine_tells_is_refused() {
        with(|layers| assert_eq!(layers.ask(&Question::OwnProc), Err(Refusal::NotHere)));
    }
}
