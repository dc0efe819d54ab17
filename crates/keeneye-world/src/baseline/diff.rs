//! What is different between two walks.

use super::{Aspect, Change, Class, Content, Entry, FormatError, Policy, walk_order};
use crate::sweep;
use keeneye_facts::{Interest, Ownership, Text};
use std::cmp::Ordering;

/// Holds a walk against an earlier one while both go on, each in [`walk_order`].
pub struct Differ<'a, I> {
    before: I,
    /// The next of the earlier walk.
    next: Option<Entry>,
    policy: &'a Policy,
    /// A directory whose names come and go, that the walk is in.
    restless: Option<Text>,
    /// A directory that one of the walks could not read: nothing is known of what lies below.
    unknown: Option<Text>,
}

impl<'a, I: Iterator<Item = Result<Entry, FormatError>>> Differ<'a, I> {
    /// `before` is the earlier walk.
    pub fn new(before: I, policy: &'a Policy) -> Result<Self, FormatError> {
        let mut differ = Self { before, next: None, policy, restless: None, unknown: None };
        differ.advance()?;
        Ok(differ)
    }

    /// Takes the next entry of the later walk and tells what differs up to there.
    pub fn after(&mut self, entry: Entry, tell: &mut dyn FnMut(Change)) -> Result<(), FormatError> {
        loop {
            let order = self.next.as_ref().map_or(Ordering::Greater, |next| walk_order(&next.path, &entry.path));
            match order {
                Ordering::Greater => {
                    self.enter(&entry);
                    self.added(entry, tell);
                    return Ok(());
                }
                Ordering::Less => {
                    if let Some(gone) = self.advance()? {
                        self.enter(&gone);
                        self.removed(gone, tell);
                    }
                }
                Ordering::Equal => {
                    if let Some(before) = self.advance()? {
                        self.enter(&entry);
                        self.enter(&before);
                        self.compare(before, entry, tell);
                    }
                    return Ok(());
                }
            }
        }
    }

    /// The later walk is over. `cut`: it ended early, so that what it did not reach is not gone.
    pub fn finish(mut self, cut: bool, tell: &mut dyn FnMut(Change)) -> Result<I, FormatError> {
        while let Some(gone) = self.advance()? {
            if !cut {
                self.enter(&gone);
                self.removed(gone, tell);
            }
        }
        Ok(self.before)
    }

    /// Gives the entry that was next.
    fn advance(&mut self) -> Result<Option<Entry>, FormatError> {
        let next = self.before.next().transpose()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    /// Keeps in mind what a directory says of all that is below it.
    fn enter(&mut self, entry: &Entry) {
        let left =
            |dir: &Option<Text>| dir.as_ref().is_none_or(|dir| !is_below(&entry.path, dir) && entry.path != *dir);
        if left(&self.restless) {
            self.restless = (entry.is_dir() && entry.is_restless()).then(|| entry.path.clone());
        }
        if left(&self.unknown) {
            let unread = entry.is_dir() && matches!(entry.content, Content::Unread(_));
            self.unknown = unread.then(|| entry.path.clone());
        }
    }

    fn class(&self, entry: &Entry) -> Class {
        let class = self.policy.class_of(entry);
        let learnt = self.restless.as_ref().is_some_and(|dir| entry.path.parent() == dir.as_slice());
        if learnt && class != Class::Skipped { Class::Changes } else { class }
    }

    fn is_unknown(&self, entry: &Entry) -> bool {
        self.unknown.as_ref().is_some_and(|dir| is_below(&entry.path, dir))
    }

    fn added(&self, entry: Entry, tell: &mut dyn FnMut(Change)) {
        let class = self.class(&entry);
        let quiet = match class {
            Class::Skipped => true,
            Class::Changes => !is_program(&entry) && !is_stray_node(&entry) && !is_worth_a_look(&entry),
            Class::Fixed | Class::Grows => false,
        };
        if !quiet && !self.is_unknown(&entry) {
            tell(Change {
                before: None,
                after: Some(entry),
                aspects: vec![Aspect::Added],
                class,
                owner: Ownership::Unknown,
            });
        }
    }

    fn removed(&self, entry: Entry, tell: &mut dyn FnMut(Change)) {
        let class = self.class(&entry);
        if !matches!(class, Class::Skipped | Class::Changes) && !self.is_unknown(&entry) {
            tell(Change {
                before: Some(entry),
                after: None,
                aspects: vec![Aspect::Removed],
                class,
                owner: Ownership::Unknown,
            });
        }
    }

    fn compare(&self, before: Entry, after: Entry, tell: &mut dyn FnMut(Change)) {
        let class = self.class(&before);
        if class == Class::Skipped {
            return;
        }
        let aspects = aspects(&before, &after, class);
        if !aspects.is_empty() {
            tell(Change { before: Some(before), after: Some(after), aspects, class, owner: Ownership::Unknown });
        }
    }
}

fn is_below(path: &Text, dir: &Text) -> bool {
    path.strip_prefix(dir.as_slice())
        .is_some_and(|rest| rest.starts_with(b"/") || (dir.ends_with(b"/") && !rest.is_empty()))
}

/// Mail queues mark what is complete by its owner's right to execute it (postfix).
fn is_program(entry: &Entry) -> bool {
    entry.is_executable() && !(entry.path.is_within("/var/spool") && entry.mode & 0o011 == 0)
}

/// What a sweep over the tree would look at closer, whether there is a baseline or not.
fn is_worth_a_look(entry: &Entry) -> bool {
    let capable = entry.attributes.capabilities.is_some();
    let interests = sweep::interests(&entry.path, &entry.stat(), capable);
    // A history that is kept is nothing; one that leads away is.
    interests.iter().any(|interest| *interest != Interest::History || !entry.is_regular())
}

/// A device node where none belongs.
fn is_stray_node(entry: &Entry) -> bool {
    entry.is_node() && !entry.path.is_within("/dev")
}

fn aspects(before: &Entry, after: &Entry, class: Class) -> Vec<Aspect> {
    if before.kind_bits() != after.kind_bits() {
        return vec![Aspect::Kind];
    }
    let mut aspects = Vec::new();
    if class != Class::Changes || is_program(after) {
        aspects.extend(content(before, after, class));
    }
    let (old, new) = (&before.attributes, &after.attributes);
    let differs = [
        (before.mode != after.mode, Aspect::Mode),
        ((before.uid, before.gid) != (after.uid, after.gid), Aspect::Owner),
        (before.target != after.target, Aspect::Target),
        (before.node != after.node, Aspect::Device),
        (old.capabilities != new.capabilities, Aspect::Capabilities),
        ((&old.acl, &old.default_acl) != (&new.acl, &new.default_acl), Aspect::Acl),
        (old.selinux != new.selinux, Aspect::Label),
        ((before.immutable, before.append_only) != (after.immutable, after.append_only), Aspect::Flags),
    ];
    aspects.extend(differs.iter().filter(|(differs, _)| *differs).map(|(_, aspect)| *aspect));
    if class == Class::Changes {
        let matters = after.gives_rights() || before.gives_rights();
        aspects.retain(|aspect| match aspect {
            // Sockets and spools come with any owner and mode, current releases are told by links.
            Aspect::Owner | Aspect::Mode | Aspect::Acl | Aspect::Label => matters,
            Aspect::Target => is_worth_a_look(after),
            _ => true,
        });
    }
    aspects
}

fn content(before: &Entry, after: &Entry, class: Class) -> Option<Aspect> {
    match (before.content, after.content) {
        (Content::Sha256(old), Content::Sha256(new)) if old == new => None,
        (Content::Sha256(_), Content::Sha256(_)) if class == Class::Grows => match after.begins_as_before {
            Some(true) => None,
            Some(false) => Some(Aspect::Shortened),
            None => (after.size < before.size).then_some(Aspect::Shortened),
        },
        (Content::Sha256(_), Content::Sha256(_)) if before.looks_untouched(after) => Some(Aspect::ContentOnly),
        (Content::Sha256(_), Content::Sha256(_)) => Some(Aspect::Content),
        (Content::Sha256(_), Content::Unread(_)) => Some(Aspect::Unreadable),
        _ if !before.is_regular() => None,
        _ if class == Class::Grows => (after.size < before.size).then_some(Aspect::Shortened),
        // Nobody knows the content; size and time are all there is.
        _ => ((before.size, before.modified) != (after.size, after.modified)).then_some(Aspect::Content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Entry {
        let content = Content::Sha256([1; 32]);
        Entry { path: path.into(), mode: 0o100_644, inode: 5, size: 9, content, ..Entry::default() }
    }
    fn dir(path: &str) -> Entry {
        Entry { path: path.into(), mode: 0o040_755, ..Entry::default() }
    }
    fn changes(before: &[Entry], after: &[Entry]) -> Vec<(String, Vec<Aspect>)> {
        let policy = Policy::default();
        let mut told = Vec::new();
        let mut tell = |change: Change| told.push((change.path().lossy().into_owned(), change.aspects));
        let mut differ = Differ::new(before.iter().cloned().map(Ok), &policy).unwrap();
        after.iter().for_each(|entry| differ.after(entry.clone(), &mut tell).unwrap());
        drop(differ.finish(false, &mut tell).unwrap());
        told
    }
    #[track_caller]
    fn one(before: Entry, after: Entry, wanted: &[Aspect]) {
        let found = changes(&[before], &[after]);
        assert_eq!(found.first().map_or(&[][..], |(_, aspects)| aspects), wanted);
    }

    #[test]
    fn what_came_and_went() {
        let before = [dir("/"), file("/a"), file("/c"), file("/z")];
        let after = [dir("/"), file("/b"), file("/c")];
        let told = |path: &str, aspect| (path.to_owned(), vec![aspect]);
        let wanted = [told("/a", Aspect::Removed), told("/b", Aspect::Added), told("/z", Aspect::Removed)];
        assert_eq!(changes(&before, &after), wanted);
        assert_eq!(changes(&before, &before), []);
    }
    #[test]
    fn each_aspect() {
        let same = file("/etc/x");
        one(same.clone(), Entry { mode: 0o104_755, ..same.clone() }, &[Aspect::Mode]);
        one(same.clone(), Entry { uid: 33, ..same.clone() }, &[Aspect::Owner]);
        one(same.clone(), Entry { content: Content::Sha256([2; 32]), ..same.clone() }, &[Aspect::ContentOnly]);
        one(same.clone(), Entry { content: Content::Sha256([2; 32]), size: 8, ..same.clone() }, &[Aspect::Content]);
        one(same.clone(), Entry { content: Content::Unread(5), ..same.clone() }, &[Aspect::Unreadable]);
        one(same.clone(), Entry { immutable: true, ..same.clone() }, &[Aspect::Flags]);
        one(same.clone(), dir("/etc/x"), &[Aspect::Kind]);
        let caps = super::super::Attributes { capabilities: Some("x".into()), ..Default::default() };
        one(same.clone(), Entry { attributes: caps, ..same.clone() }, &[Aspect::Capabilities]);
        let link = Entry { mode: 0o120_777, target: Some("a".into()), ..dir("/etc/x") };
        one(link.clone(), Entry { target: Some("b".into()), ..link }, &[Aspect::Target]);
        one(same.clone(), Entry { inode: 6, links: 2, ..same }, &[]);
    }
    #[test]
    fn logs_grow_and_do_not_shrink() {
        let log = file("/var/log/auth.log");
        let grown = Entry { content: Content::Sha256([2; 32]), size: 20, ..log.clone() };
        one(log.clone(), Entry { begins_as_before: Some(true), ..grown.clone() }, &[]);
        one(log.clone(), grown.clone(), &[]);
        one(log.clone(), Entry { begins_as_before: Some(false), ..grown.clone() }, &[Aspect::Shortened]);
        one(log.clone(), Entry { size: 3, ..grown }, &[Aspect::Shortened]);
        let unread = |size| Entry { size, content: Content::Unread(27), ..log.clone() };
        one(unread(9), unread(3), &[Aspect::Shortened]);
        one(unread(9), unread(12), &[]);
    }
    #[test]
    fn where_things_come_and_go_only_programs_are_told() {
        let program = Entry { mode: 0o100_755, ..file("/var/tmp/b") };
        let after = [dir("/var/tmp"), file("/var/tmp/a"), program];
        assert_eq!(changes(&[dir("/var/tmp")], &after), [("/var/tmp/b".to_owned(), vec![Aspect::Added])]);
        assert_eq!(changes(&after, &[dir("/var/tmp")]), []);
        let root = Entry { uid: 0, mode: 0o104_755, ..file("/tmp/s") };
        one(Entry { uid: 7, ..root.clone() }, root, &[Aspect::Owner]);
    }
    #[test]
    fn a_directory_that_could_not_be_read_hides_nothing_new() {
        let unread = Entry { content: Content::Unread(13), ..dir("/srv") };
        assert_eq!(changes(&[dir("/srv"), file("/srv/a")], std::slice::from_ref(&unread)), []);
        assert_eq!(changes(&[unread], &[dir("/srv"), file("/srv/a"), file("/srw")]).len(), 1);
    }
    #[test]
    fn restless_directories_are_learnt() {
        let restless = Entry { restless: 3, ..dir("/srv/up") };
        assert_eq!(changes(&[restless.clone(), file("/srv/up/a")], &[restless, file("/srv/up/b")]), []);
    }
}
