//! The list of a package's files as bsdtar writes it: mtree(5), with full paths.

use super::super::escape::unescaped;
use super::super::installed::{MAX_FILES, absolute};
use super::super::trouble::Troubles;
use super::super::{Algorithm, Expected, Owner, Trouble, dpkg, unpack};
use super::hexadecimal;
use bstr::ByteSlice;
use keeneye_facts::Text;

/// Longest list, unpacked, in bytes; linux-headers has some 5,000,000.
const MAX_BYTES: u64 = 128 << 20;
/// `st_mode` of each type.
const TYPES: [(&[u8], u32); 7] = [
    (b"file", 0o100_000),
    (b"dir", 0o040_000),
    (b"link", 0o120_000),
    (b"char", 0o020_000),
    (b"block", 0o060_000),
    (b"fifo", 0o010_000),
    (b"socket", 0o140_000),
];
const DIRECTORY: u32 = 0o040_000;

/// Parses the list, which may be in gzip. An empty one is no trouble: old packages have none.
pub(super) fn read(bytes: &[u8]) -> (Vec<Expected>, Vec<Trouble>) {
    let mut troubles = Troubles::default();
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return parse(bytes, troubles);
    }
    let Some(text) = unpack::gzip(bytes, MAX_BYTES) else {
        troubles.add(1, "gzip that is cut, damaged or too long");
        return (Vec::new(), troubles.told());
    };
    parse(&text, troubles)
}

fn parse(text: &[u8], mut troubles: Troubles) -> (Vec<Expected>, Vec<Trouble>) {
    let mut files = Vec::new();
    let mut defaults = Words::default();
    for (index, (_, line)) in dpkg::lines(text).enumerate() {
        let mut words = line.split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty());
        let result = match words.next() {
            Some(b"/set") => words.try_for_each(|word| defaults.take(word)),
            Some(b"/unset") => {
                words.for_each(|word| defaults.forget(word));
                Ok(())
            }
            None => Ok(()),
            Some(comment) if comment.starts_with(b"#") => Ok(()),
            Some(_) if files.len() == MAX_FILES => {
                troubles.add(index + 1, "500,000 files were read: the rest is left out");
                break;
            }
            Some(name) => entry(name, words, defaults.clone()).map(|file| files.extend(file)),
        };
        if let Err(why) = result {
            troubles.add(index + 1, why);
        }
    }
    (files, troubles.told())
}

/// `None` for what is not installed: pacman passes over names that begin with a dot, `.PKGINFO` among them.
fn entry<'a>(
    name: &[u8],
    mut words: impl Iterator<Item = &'a [u8]>,
    mut known: Words,
) -> Result<Option<Expected>, &'static str> {
    let name = unescaped(name).ok_or("a name with a bad escape")?;
    if name.starts_with(b"./.") && !name.starts_with(b"./..") {
        return Ok(None);
    }
    let path = name.strip_prefix(b"./").and_then(absolute).ok_or("not a path of this host")?;
    words.try_for_each(|word| known.take(word))?;
    Ok(Some(known.expected(path)))
}

/// Keywords that were read.
#[derive(Clone, Default)]
struct Words {
    kind: Option<u32>,
    permissions: Option<u32>,
    user: Option<u32>,
    group: Option<u32>,
    rest: Expected,
}

impl Words {
    fn take(&mut self, word: &[u8]) -> Result<(), &'static str> {
        let (key, value) = word.split_once_str("=").unwrap_or((word, b""));
        let text = || value.to_str().unwrap_or_default();
        match key {
            b"type" => {
                let kind = TYPES.iter().find(|(name, _)| *name == value).ok_or("an unknown type")?;
                self.kind = Some(kind.1);
            }
            b"mode" => self.permissions = Some(u32::from_str_radix(text(), 8).map_err(|_| "not a mode")? & 0o7777),
            b"uid" => self.user = Some(text().parse().map_err(|_| "not a user id")?),
            b"gid" => self.group = Some(text().parse().map_err(|_| "not a group id")?),
            b"size" => self.rest.size = Some(text().parse().map_err(|_| "not a size")?),
            b"time" => {
                let seconds = text().split('.').next().unwrap_or_default();
                self.rest.modified = Some(seconds.parse().map_err(|_| "not a time")?);
            }
            b"link" => self.rest.link = Some(Text::from(unescaped(value).ok_or("a link with a bad escape")?)),
            b"sha256digest" | b"sha256" => {
                self.rest.digest = Some(hexadecimal(value, Algorithm::Sha256, 64).ok_or("not a SHA-256")?);
            }
            b"md5digest" | b"md5" => {
                let sum = hexadecimal(value, Algorithm::Md5, 32).ok_or("not an MD5")?;
                self.rest.digest.get_or_insert(sum);
            }
            // Others say nothing that is compared.
            _ => (),
        }
        Ok(())
    }

    fn forget(&mut self, key: &[u8]) {
        match key {
            b"type" => self.kind = None,
            b"mode" => self.permissions = None,
            b"uid" => self.user = None,
            b"gid" => self.group = None,
            b"all" => *self = Self::default(),
            _ => (),
        }
    }

    fn expected(self, path: Text) -> Expected {
        let mode = self.permissions.zip(self.kind).map(|(permissions, kind)| kind | permissions);
        let (owner, group) = (self.user.map(Owner::Number), self.group.map(Owner::Number));
        // Time and size of a directory change with what others put into it.
        let rest = if self.kind == Some(DIRECTORY) { Expected::default() } else { self.rest };
        Expected { path, mode, owner, group, ..rest }
    }
}
