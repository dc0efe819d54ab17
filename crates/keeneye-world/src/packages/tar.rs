//! Tar as dpkg-deb writes it: ustar, long names of GNU and of pax. See tar(5) of libarchive.

use super::installed::MAX_FILES;
use bstr::ByteSlice;
use std::io::{self, Read};

const BLOCK: usize = 512;
/// Longest header of GNU or pax for the next entry, in bytes.
const MAX_LONG: u64 = 65_536;
/// Longest path, and longest target of a link, in bytes (PATH_MAX of Linux).
const MAX_PATH: usize = 4096;
/// Longest name of an account, in bytes (LOGIN_NAME_MAX of Linux).
const MAX_NAME: usize = 256;
const DAMAGED: &str = "the archive is cut or damaged";

/// What stands before each file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: Vec<u8>,
    /// The type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a directory ...
    pub(super) kind: u8,
    pub(super) mode: u32,
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) user_name: Vec<u8>,
    pub(super) group_name: Vec<u8>,
    pub(super) size: u64,
    pub(super) modified: i64,
    pub(super) link: Vec<u8>,
    pub(super) major: u32,
    pub(super) minor: u32,
}

/// Calls `visit` with each entry and its content. Stops at the first thing that is wrong.
pub(super) fn walk(
    mut reader: impl Read,
    mut visit: impl FnMut(&Entry, &mut dyn Read) -> Result<(), &'static str>,
) -> Result<(), &'static str> {
    let mut long = Long::default();
    let mut count = 0;
    loop {
        let mut block = [0; BLOCK];
        reader.read_exact(&mut block).map_err(|_| DAMAGED)?;
        if block.iter().all(|b| *b == 0) {
            return Ok(());
        }
        let mut entry = header(&block).ok_or(DAMAGED)?;
        count += 1;
        if count > MAX_FILES {
            return Err("the archive has more than 500,000 files");
        }
        if matches!(entry.kind, b'L' | b'K' | b'x' | b'g') {
            let data = read(&mut reader, entry.size)?;
            long.take(entry.kind, &data).ok_or(DAMAGED)?;
            continue;
        }
        std::mem::take(&mut long).apply(&mut entry);
        let (names, accounts) = ([&entry.path, &entry.link], [&entry.user_name, &entry.group_name]);
        if names.iter().any(|name| name.len() > MAX_PATH) || accounts.iter().any(|name| name.len() > MAX_NAME) {
            return Err("the archive has a name that is too long");
        }
        let size = if entry.kind == b'0' { entry.size } else { 0 };
        let mut content = (&mut reader).take(size);
        visit(&entry, &mut content)?;
        let left = content.limit();
        skip(&mut reader, left + padding(size))?;
    }
}

fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}

fn skip(reader: &mut impl Read, bytes: u64) -> Result<(), &'static str> {
    let skipped = io::copy(&mut reader.take(bytes), &mut io::sink()).map_err(|_| DAMAGED)?;
    (skipped == bytes).then_some(()).ok_or(DAMAGED)
}

fn read(reader: &mut impl Read, size: u64) -> Result<Vec<u8>, &'static str> {
    if size > MAX_LONG {
        return Err("the archive has a name that is too long");
    }
    let mut data = Vec::new();
    reader.take(size).read_to_end(&mut data).map_err(|_| DAMAGED)?;
    skip(reader, padding(size))?;
    (data.len() as u64 == size).then_some(data).ok_or(DAMAGED)
}

fn header(block: &[u8; BLOCK]) -> Option<Entry> {
    let field = |at: usize, length: usize| block.get(at..at + length).unwrap_or_default();
    let sum: u64 =
        block.iter().enumerate().map(|(at, b)| if (148..156).contains(&at) { 32 } else { u64::from(*b) }).sum();
    if number(field(148, 8))? != sum {
        return None;
    }
    let is_ustar = field(257, 6) == b"ustar\0";
    let is_gnu = field(257, 8) == b"ustar  \0";
    let (mut path, named) = (text(field(0, 100)).to_vec(), is_ustar || is_gnu);
    // GNU keeps times where ustar keeps the first part of long paths.
    let prefix = text(field(345, 155));
    if is_ustar && !prefix.is_empty() {
        path = [prefix, b"/", &path].concat();
    }
    let name = |at| if named { text(field(at, 32)).to_vec() } else { Vec::new() };
    let small = |at, length| u32::try_from(number(field(at, length))?).ok();
    let device = |at| if named { small(at, 8) } else { Some(0) };
    Some(Entry {
        path,
        kind: match block.get(156)? {
            // Version 7 has no flag for files, and 7 is a file that lies in one piece.
            0 | b'7' => b'0',
            kind => *kind,
        },
        mode: small(100, 8)?,
        user: small(108, 8)?,
        group: small(116, 8)?,
        size: number(field(124, 12))?,
        modified: i64::try_from(number(field(136, 12))?).ok()?,
        link: text(field(157, 100)).to_vec(),
        user_name: name(265),
        group_name: name(297),
        major: device(329)?,
        minor: device(337)?,
    })
}

fn text(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or_default()
}

/// Octal digits, or big-endian bytes behind a first one with its highest bit set. An empty field is zero.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((0x80, bytes)) = field.split_first() {
        let (high, low) = bytes.split_at_checked(bytes.len().saturating_sub(8))?;
        return high.iter().all(|b| *b == 0).then(|| low.iter().fold(0, |value, b| value << 8 | u64::from(*b)));
    }
    let digits = text(field).trim_ascii();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits.to_str().ok()?, 8).ok()
}

/// What headers before an entry said of it.
#[derive(Default)]
struct Long {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    user: Option<u32>,
    group: Option<u32>,
    user_name: Option<Vec<u8>>,
    group_name: Option<Vec<u8>>,
}

impl Long {
    fn take(&mut self, kind: u8, data: &[u8]) -> Option<()> {
        match kind {
            b'L' => self.path = Some(text(data).to_vec()),
            b'K' => self.link = Some(text(data).to_vec()),
            b'x' => return self.pax(data),
            // Said of all that follow: dpkg-deb writes none.
            _ => (),
        }
        Some(())
    }

    /// Records of `LENGTH KEY=VALUE\n`, where the length is that of the whole record.
    fn pax(&mut self, mut data: &[u8]) -> Option<()> {
        while !data.is_empty() {
            let (length, _) = data.split_once_str(" ")?;
            let digits = length.len();
            let length: usize = length.to_str().ok()?.parse().ok()?;
            let (record, rest) = data.split_at_checked(length)?;
            let (key, value) = record.get(digits + 1..)?.strip_suffix(b"\n")?.split_once_str("=")?;
            let parsed = || value.to_str().ok()?.parse::<u64>().ok();
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = Some(parsed()?),
                b"uid" => self.user = Some(u32::try_from(parsed()?).ok()?),
                b"gid" => self.group = Some(u32::try_from(parsed()?).ok()?),
                b"uname" => self.user_name = Some(value.to_vec()),
                b"gname" => self.group_name = Some(value.to_vec()),
                _ => (),
            }
            data = rest;
        }
        Some(())
    }

    fn apply(self, entry: &mut Entry) {
        let set = |field: &mut Vec<u8>, value: Option<Vec<u8>>| {
            if let Some(value) = value {
                *field = value;
            }
        };
        set(&mut entry.path, self.path);
        set(&mut entry.link, self.link);
        set(&mut entry.user_name, self.user_name);
        set(&mut entry.group_name, self.group_name);
        entry.size = self.size.unwrap_or(entry.size);
        entry.user = self.user.unwrap_or(entry.user);
        entry.group = self.group.unwrap_or(entry.group);
    }
}
