//! One entry as bytes: numbers of seven bits a byte, paths and numbers told by what differs from the entry before.

use super::FormatError;
use crate::baseline::{Attributes, Content, Entry, Moment, walk_order};
use keeneye_facts::Text;

/// Bytes of a path and of a link's target.
const MAX_PATH: usize = 32 << 10;
/// Bytes that one entry takes at most.
pub(super) const MAX_ENTRY: usize = 2 * MAX_PATH + 4 * Attributes::MAX + 256;

/// The bits of an entry's first byte and of its second.
mod bit {
    pub(super) const TARGET: u64 = 1;
    pub(super) const CAPABILITIES: u64 = 1 << 1;
    pub(super) const SELINUX: u64 = 1 << 2;
    pub(super) const ACL: u64 = 1 << 3;
    pub(super) const DEFAULT_ACL: u64 = 1 << 4;
    pub(super) const IMMUTABLE: u64 = 1 << 5;
    pub(super) const APPEND_ONLY: u64 = 1 << 6;
    pub(super) const SHA256: u64 = 1 << 7;
    pub(super) const UNREAD: u64 = 1 << 8;
    pub(super) const ALL: u64 = (1 << 9) - 1;
}

/// What the entry before leaves behind for the next one.
#[derive(Default)]
pub(super) struct Before {
    pub(super) path: Vec<u8>,
    inode: u64,
    device: u64,
}

impl Before {
    /// Forgets all but the order: what follows stands alone.
    pub(super) fn restart(&mut self) {
        (self.inode, self.device) = (0, 0);
    }
    fn remember(&mut self, entry: &Entry) {
        self.path.clear();
        self.path.extend_from_slice(&entry.path);
        (self.inode, self.device) = (entry.inode, entry.device);
    }
}

/// Why an entry cannot be written; `None` when it can.
fn unfit(entry: &Entry, before: &Before) -> Option<&'static str> {
    let long = |text: &Option<Text>, max: usize| text.as_ref().is_some_and(|text| text.len() > max);
    let Attributes { capabilities, selinux, acl, default_acl } = &entry.attributes;
    if !fits(&entry.path) || long(&entry.target, MAX_PATH) {
        Some("a path that is not absolute or too long")
    } else if !before.path.is_empty() && walk_order(&before.path, &entry.path).is_ge() {
        Some("entries out of order")
    } else if [capabilities, selinux, acl, default_acl].into_iter().any(|text| long(text, Attributes::MAX)) {
        Some("an attribute that is too long")
    } else {
        None
    }
}

fn fits(path: &[u8]) -> bool {
    path.first() == Some(&b'/') && path.len() <= MAX_PATH && !path.contains(&0)
}

/// Appends an entry. `alone`: its path is written whole.
pub(super) fn put(out: &mut Vec<u8>, entry: &Entry, before: &mut Before, alone: bool) -> Result<(), FormatError> {
    if let Some(why) = unfit(entry, before) {
        return Err(FormatError::Damaged(why));
    }
    let Attributes { capabilities, selinux, acl, default_acl } = &entry.attributes;
    let texts = [
        (&entry.target, bit::TARGET),
        (capabilities, bit::CAPABILITIES),
        (selinux, bit::SELINUX),
        (acl, bit::ACL),
        (default_acl, bit::DEFAULT_ACL),
    ];
    let mut bits: u64 = texts.iter().filter(|(text, _)| text.is_some()).map(|(_, bit)| bit).sum();
    bits |= if entry.immutable { bit::IMMUTABLE } else { 0 };
    bits |= if entry.append_only { bit::APPEND_ONLY } else { 0 };
    bits |= match entry.content {
        Content::NotAsked => 0,
        Content::Sha256(_) => bit::SHA256,
        Content::Unread(_) => bit::UNREAD,
    };
    let shared =
        if alone { 0 } else { before.path.iter().zip(entry.path.as_slice()).take_while(|(a, b)| a == b).count() };
    let own = entry.path.as_slice().get(shared..).unwrap_or_default();
    number(out, bits);
    number(out, shared as u64);
    bytes(out, own);
    number(out, entry.mode.into());
    number(out, entry.uid.into());
    number(out, entry.gid.into());
    number(out, entry.links);
    number(out, entry.size);
    number(out, entry.node);
    number(out, folded(entry.device.wrapping_sub(before.device).cast_signed()));
    number(out, folded(entry.inode.wrapping_sub(before.inode).cast_signed()));
    moment(out, entry.modified, 0);
    moment(out, entry.changed, entry.modified.seconds);
    moment(out, entry.born, entry.changed.seconds);
    out.push(entry.restless);
    for (text, _) in texts {
        if let Some(text) = text {
            bytes(out, text);
        }
    }
    match entry.content {
        Content::NotAsked => (),
        Content::Sha256(digest) => out.extend_from_slice(&digest),
        Content::Unread(errno) => number(out, folded(errno.into())),
    }
    before.remember(entry);
    Ok(())
}

fn number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or(0));
}

/// Small numbers of either sign become small ones without: 0, -1, 1, -2 ...
fn folded(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn unfolded(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn moment(out: &mut Vec<u8>, moment: Moment, near: i64) {
    number(out, folded(moment.seconds.wrapping_sub(near)));
    number(out, moment.nanoseconds.into());
}

/// Entries of a block that are still to be read.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

/// What a block breaks off in.
const SHORT: FormatError = FormatError::Damaged("a block ends in the middle of an entry");

impl Cursor<'_> {
    /// The next entry; `None` at the end of the block. `alone`: as in [`put`].
    pub(super) fn entry(&mut self, before: &mut Before, alone: bool) -> Result<Option<Entry>, FormatError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let bits = self.number()?;
        if bits & !bit::ALL != 0 || bits & (bit::SHA256 | bit::UNREAD) == bit::SHA256 | bit::UNREAD {
            return Err(FormatError::Damaged("an entry with unknown marks"));
        }
        let path = self.path(before, alone)?;
        let has = |bit: u64| bits & bit != 0;
        let mut entry = Entry {
            path,
            mode: self.small()?,
            uid: self.small()?,
            gid: self.small()?,
            links: self.number()?,
            size: self.number()?,
            node: self.number()?,
            device: before.device.wrapping_add(unfolded(self.number()?).cast_unsigned()),
            inode: before.inode.wrapping_add(unfolded(self.number()?).cast_unsigned()),
            immutable: has(bit::IMMUTABLE),
            append_only: has(bit::APPEND_ONLY),
            ..Entry::default()
        };
        entry.modified = self.moment(0)?;
        entry.changed = self.moment(entry.modified.seconds)?;
        entry.born = self.moment(entry.changed.seconds)?;
        [entry.restless] = *self.take::<1>()?;
        entry.target = self.optional(has(bit::TARGET), MAX_PATH)?;
        entry.attributes = Attributes {
            capabilities: self.optional(has(bit::CAPABILITIES), Attributes::MAX)?,
            selinux: self.optional(has(bit::SELINUX), Attributes::MAX)?,
            acl: self.optional(has(bit::ACL), Attributes::MAX)?,
            default_acl: self.optional(has(bit::DEFAULT_ACL), Attributes::MAX)?,
        };
        if has(bit::SHA256) {
            entry.content = Content::Sha256(*self.take::<32>()?);
        } else if has(bit::UNREAD) {
            entry.content = Content::Unread(i32::try_from(unfolded(self.number()?)).unwrap_or(0));
        }
        before.remember(&entry);
        Ok(Some(entry))
    }

    fn path(&mut self, before: &Before, alone: bool) -> Result<Text, FormatError> {
        let shared = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        let known: &[u8] = if alone { &[] } else { &before.path };
        let front = known.get(..shared).ok_or(FormatError::Damaged("a path that goes on from a longer one"))?;
        let own = self.bytes(MAX_PATH)?;
        let path = [front, own].concat();
        if !fits(&path) {
            return Err(FormatError::Damaged("a path that is not absolute or too long"));
        }
        if !before.path.is_empty() && walk_order(&before.path, &path).is_ge() {
            return Err(FormatError::Damaged("entries out of order"));
        }
        Ok(Text::from(path))
    }

    fn take<const N: usize>(&mut self) -> Result<&[u8; N], FormatError> {
        let (front, rest) = self.0.split_first_chunk::<N>().ok_or(SHORT)?;
        self.0 = rest;
        Ok(front)
    }
    fn number(&mut self) -> Result<u64, FormatError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take::<1>()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(FormatError::Damaged("a number that is too large"))
    }
    fn small(&mut self) -> Result<u32, FormatError> {
        u32::try_from(self.number()?).map_err(|_| FormatError::Damaged("a number that is too large"))
    }
    fn moment(&mut self, near: i64) -> Result<Moment, FormatError> {
        Ok(Moment { seconds: near.wrapping_add(unfolded(self.number()?)), nanoseconds: self.small()? })
    }
    fn bytes(&mut self, max: usize) -> Result<&[u8], FormatError> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if length > max {
            return Err(FormatError::Damaged("a text that is too long"));
        }
        let (front, rest) = self.0.split_at_checked(length).ok_or(SHORT)?;
        self.0 = rest;
        Ok(front)
    }
    fn optional(&mut self, is_there: bool, max: usize) -> Result<Option<Text>, FormatError> {
        if is_there { Ok(Some(Text::from(self.bytes(max)?))) } else { Ok(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size() {
        for wanted in [0, 1, 127, 128, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            number(&mut out, wanted);
            assert_eq!(Cursor(&out).number().unwrap(), wanted);
        }
        for wanted in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(unfolded(folded(wanted)), wanted);
        }
        assert!(Cursor(&[0xff; 10]).number().is_err() && Cursor(&[0x80]).number().is_err());
    }
    #[test]
    fn hostile_blocks() {
        let mut seed = Vec::new();
        let mut before = Before::default();
        for entry in super::super::tests::entries() {
            let alone = seed.is_empty();
            put(&mut seed, &entry, &mut before, alone).unwrap();
        }
        crate::mutate::check(&[&seed], |block| {
            let (mut cursor, mut before, mut read) = (Cursor(block), Before::default(), 0);
            while let Ok(Some(_)) = cursor.entry(&mut before, read == 0) {
                read += 1;
            }
            read > 0
        });
    }
}
