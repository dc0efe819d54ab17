//! The files of a package, as its header lists them. Tags and flags: rpmtag.h, rpmfiles.h, rpmvf.h; what is compared of
//! which kind of file: rpmfilesVerify() of rpm.

use super::super::{Algorithm, Expected, Owner, Role, Sum, installed::absolute};
use super::header::Header;
use bstr::ByteSlice;
use keeneye_facts::Text;

/// A directory's name is written once and stands in many paths: paths may have this many times the bytes of the header.
/// Real ones have less than half.
const MAX_GROWTH: usize = 16;
const SMALL: usize = 4096;

const OLD_NAMES: u32 = 1027;
const SIZES: u32 = 1028;
const MODES: u32 = 1030;
const DEVICES: u32 = 1033;
const TIMES: u32 = 1034;
const DIGESTS: u32 = 1035;
const LINKS: u32 = 1036;
const FLAGS: u32 = 1037;
const USERS: u32 = 1039;
const GROUPS: u32 = 1040;
const VERIFY: u32 = 1045;
const DIRECTORY_NUMBERS: u32 = 1116;
const NAMES: u32 = 1117;
const DIRECTORIES: u32 = 1118;
const LONG_SIZES: u32 = 5008;
const LANGUAGES: u32 = 1097;
const CAPABILITIES: u32 = 5010;
const ALGORITHM: u32 = 5011;

/// RPMFILE_STATE_NOTINSTALLED
const NOT_INSTALLED: u8 = 2;

mod flag {
    pub(super) const CONFIG: u64 = 1;
    pub(super) const DOC: u64 = 1 << 1;
    pub(super) const MISSING_OK: u64 = 1 << 3;
    pub(super) const NO_REPLACE: u64 = 1 << 4;
    pub(super) const GHOST: u64 = 1 << 6;
}

/// What is to be compared.
mod verify {
    pub(super) const DIGEST: u64 = 1;
    pub(super) const SIZE: u64 = 1 << 1;
    pub(super) const LINK: u64 = 1 << 2;
    pub(super) const USER: u64 = 1 << 3;
    pub(super) const GROUP: u64 = 1 << 4;
    pub(super) const TIME: u64 = 1 << 5;
    pub(super) const MODE: u64 = 1 << 6;
    pub(super) const DEVICE: u64 = 1 << 7;
    pub(super) const CAPABILITIES: u64 = 1 << 8;
    pub(super) const ALL: u64 = !0;
    /// What says nothing of a path that the package brings no content for.
    pub(super) const CONTENT: u64 = DIGEST | SIZE | LINK | TIME;
}

const TYPE: u64 = 0o170_000;
const REGULAR: u64 = 0o100_000;
const DIRECTORY: u64 = 0o040_000;
const SYMLINK: u64 = 0o120_000;
const CHARACTER: u64 = 0o020_000;
const BLOCK: u64 = 0o060_000;

/// The files, and what was wrong with their lists.
///
/// `states` are rpm's notes of what it did with each file. They are not signed, so they count only where the signed part
/// agrees: a translation, documentation or a directory that rpm says it left out may be missing.
pub(super) fn files(header: &Header<'_>, header_size: usize, states: &[u8]) -> (Vec<Expected>, Vec<&'static str>) {
    let mut troubles = Vec::new();
    let paths = paths(header, header_size, &mut troubles);
    let lists = Lists::read(header, paths.len(), &mut troubles);
    let listed = paths.into_iter().enumerate();
    let file = |(index, path): (usize, Option<Text>)| {
        let mut file = lists.file(index, path?);
        let may_be_left_out = file.role.doc || lists.languages.get(index).is_some_and(|language| !language.is_empty());
        let may_be_left_out = may_be_left_out || file.kind().map(u64::from) == Some(DIRECTORY);
        file.role.may_be_missing |= may_be_left_out && states.get(index) == Some(&NOT_INSTALLED);
        Some(file)
    };
    let files = listed.filter_map(file).collect();
    (files, troubles)
}

/// A path for every file; `None` for those that make no sense.
fn paths(header: &Header<'_>, header_size: usize, troubles: &mut Vec<&'static str>) -> Vec<Option<Text>> {
    let strings = |tag| header.said(tag).map(|entry| entry.strings());
    let paths: Vec<[&[u8]; 2]> = match (strings(NAMES), strings(OLD_NAMES)) {
        (Some(Some(names)), _) => {
            let directories = strings(DIRECTORIES).flatten().unwrap_or_default();
            let numbers = header.said(DIRECTORY_NUMBERS).and_then(|entry| entry.numbers()).unwrap_or_default();
            let directory = |file: usize| directories.get(usize::try_from(*numbers.get(file)?).ok()?).copied();
            names.into_iter().enumerate().map(|(file, name)| [directory(file).unwrap_or_default(), name]).collect()
        }
        (None, Some(Some(paths))) => paths.into_iter().map(|path| [b"".as_slice(), path]).collect(),
        (None, None) => Vec::new(),
        _ => {
            troubles.push("the list of its files is broken");
            Vec::new()
        }
    };
    let mut room = header_size.max(SMALL).saturating_mul(MAX_GROWTH);
    let mut wrong = false;
    let checked = paths.into_iter().map(|parts| {
        let left = room.checked_sub(parts.iter().map(|part| part.len()).sum());
        let path = left.and_then(|_| absolute(parts.concat().strip_prefix(b"/")?));
        wrong |= path.is_none();
        room = left.unwrap_or(room);
        path
    });
    let paths = checked.collect();
    if wrong {
        troubles.push("a path of a file is none");
    }
    paths
}

/// Lists beside that of the paths. Empty when the package has none.
#[derive(Default)]
struct Lists<'a> {
    sizes: Vec<u64>,
    modes: Vec<u64>,
    devices: Vec<u64>,
    times: Vec<u64>,
    digests: Vec<&'a [u8]>,
    links: Vec<&'a [u8]>,
    flags: Vec<u64>,
    users: Vec<&'a [u8]>,
    groups: Vec<&'a [u8]>,
    languages: Vec<&'a [u8]>,
    verify: Vec<u64>,
    capabilities: Vec<&'a [u8]>,
    algorithm: Option<Algorithm>,
}

impl<'a> Lists<'a> {
    fn read(header: &Header<'a>, count: usize, troubles: &mut Vec<&'static str>) -> Self {
        let mut broken = false;
        let mut numbers = |tag| {
            let list = header.said(tag).map(|entry| entry.numbers().filter(|list| list.len() == count));
            broken |= matches!(list, Some(None));
            list.flatten().unwrap_or_default()
        };
        let mut lists = Self {
            sizes: numbers(LONG_SIZES),
            modes: numbers(MODES),
            devices: numbers(DEVICES),
            times: numbers(TIMES),
            flags: numbers(FLAGS),
            verify: numbers(VERIFY),
            ..Self::default()
        };
        if lists.sizes.is_empty() {
            lists.sizes = numbers(SIZES);
        }
        let mut strings = |tag| {
            let list = header.said(tag).map(|entry| entry.strings().filter(|list| list.len() == count));
            broken |= matches!(list, Some(None));
            list.flatten().unwrap_or_default()
        };
        lists.digests = strings(DIGESTS);
        lists.links = strings(LINKS);
        lists.users = strings(USERS);
        lists.groups = strings(GROUPS);
        lists.languages = strings(LANGUAGES);
        lists.capabilities = strings(CAPABILITIES);
        if broken {
            troubles.push("a list has not one value for each file");
        }
        let number = header.said(ALGORITHM).map_or(Some(1), |entry| entry.number());
        lists.algorithm = number.and_then(algorithm);
        let no_digest = |digest: &&[u8]| !digest.is_empty() && !is_sum(lists.algorithm, digest);
        if lists.digests.iter().any(no_digest) {
            troubles.push("digests of a kind that is not known");
        }
        lists
    }

    fn file(&self, index: usize, path: Text) -> Expected {
        let number = |list: &[u64]| list.get(index).copied();
        let mode = number(&self.modes);
        let flags = number(&self.flags).unwrap_or_default();
        let kind = mode.map(|mode| mode & TYPE);
        let compared = number(&self.verify).unwrap_or(verify::ALL) & comparable(kind, flags);
        let number = |list: &[u64], what| number(list).filter(|_| compared & what != 0);
        let text = |list: &[&'a [u8]], what| list.get(index).copied().filter(|_| compared & what != 0);
        let owner = |name: &[u8]| Owner::Named(name.to_str_lossy().into_owned());
        let without_capabilities = self.capabilities.is_empty() && compared & verify::CAPABILITIES != 0;
        Expected {
            path,
            mode: number(&self.modes, verify::MODE).and_then(|mode| u32::try_from(mode).ok()),
            owner: text(&self.users, verify::USER).map(owner),
            group: text(&self.groups, verify::GROUP).map(owner),
            size: number(&self.sizes, verify::SIZE),
            may_be_link: false,
            digest: text(&self.digests, verify::DIGEST).and_then(|digest| sum(self.algorithm, digest)),
            link: text(&self.links, verify::LINK).filter(|link| !link.is_empty()).map(Text::from),
            modified: number(&self.times, verify::TIME).and_then(|time| i64::try_from(time).ok()),
            device: number(&self.devices, verify::DEVICE),
            capabilities: text(&self.capabilities, verify::CAPABILITIES)
                .map(Text::from)
                .or(without_capabilities.then(Text::new)),
            role: Role {
                config: flags & flag::CONFIG != 0,
                keeps_edits: flags & flag::NO_REPLACE != 0,
                ghost: flags & flag::GHOST != 0,
                doc: flags & flag::DOC != 0,
                may_be_missing: flags & flag::MISSING_OK != 0,
                ..Role::default()
            },
            ..Expected::default()
        }
    }
}

/// What can be compared of a file of this kind.
fn comparable(kind: Option<u64>, flags: u64) -> u64 {
    let none_of = match kind {
        Some(REGULAR) => verify::LINK | verify::DEVICE,
        Some(DIRECTORY) => verify::CONTENT | verify::CAPABILITIES | verify::DEVICE,
        Some(SYMLINK) => verify::DIGEST | verify::SIZE | verify::TIME | verify::CAPABILITIES | verify::DEVICE,
        Some(CHARACTER | BLOCK) => verify::CONTENT | verify::CAPABILITIES,
        Some(_) => verify::CONTENT | verify::CAPABILITIES | verify::DEVICE,
        None => 0,
    };
    let ghost = if flags & flag::GHOST != 0 { verify::CONTENT } else { 0 };
    verify::ALL & !none_of & !ghost
}

/// Numbers of RFC 4880, 9.4.
fn algorithm(number: u64) -> Option<Algorithm> {
    match number {
        1 => Some(Algorithm::Md5),
        2 => Some(Algorithm::Sha1),
        8 => Some(Algorithm::Sha256),
        9 => Some(Algorithm::Sha384),
        10 => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// `None` where the text is no such digest; a file without content has none.
fn sum(algorithm: Option<Algorithm>, text: &[u8]) -> Option<Sum> {
    let algorithm = algorithm.filter(|_| is_sum(algorithm, text))?;
    Some(Sum { algorithm, hexadecimal: text.to_str_lossy().to_ascii_lowercase() })
}

fn is_sum(algorithm: Option<Algorithm>, text: &[u8]) -> bool {
    let length = match algorithm {
        None => return false,
        Some(Algorithm::Md5) => 32,
        Some(Algorithm::Sha1) => 40,
        Some(Algorithm::Sha256) => 64,
        Some(Algorithm::Sha384) => 96,
        Some(Algorithm::Sha512) => 128,
    };
    text.len() == length && text.iter().all(u8::is_ascii_hexdigit)
}
