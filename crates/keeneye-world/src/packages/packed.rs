//! What packages say of their files, kept in little memory: a server has some hundred thousand of them.

use super::{Algorithm, Expected, Owner, Role, Sum};
use keeneye_facts::Text;

/// The files of one package, sorted by path; some 80 bytes each, where [`Expected`] has 500. Those of dpkg's packages,
/// which alone have a bound of bytes or lack a digest, are made from its lists and never packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    /// Accounts by which they name owners: few.
    owners: Vec<Owner>,
}

const MODE: u64 = 1;
const OWNER: u64 = 1 << 1;
const GROUP: u64 = 1 << 2;
const SIZE: u64 = 1 << 3;
const DIGEST: u64 = 1 << 4;
const LINK: u64 = 1 << 5;
const MODIFIED: u64 = 1 << 6;
const DEVICE: u64 = 1 << 7;
const CAPABILITIES: u64 = 1 << 8;
const CONFIG: u64 = 1 << 9;
const KEEPS_EDITS: u64 = 1 << 10;
const GHOST: u64 = 1 << 11;
const DOC: u64 = 1 << 12;
const MAY_BE_MISSING: u64 = 1 << 13;
const MAY_BE_LINK: u64 = 1 << 14;
const RIGHTS_BY_SCRIPT: u64 = 1 << 15;
const UNLISTED: u64 = 1 << 16;
const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512];

impl Packed {
    /// Takes the files as they are sorted.
    pub(super) fn new(files: &[Expected]) -> Self {
        let mut packed = Self::default();
        let mut before: &[u8] = b"";
        for file in files {
            packed.add(file, before);
            before = &file.path;
        }
        packed.bytes.shrink_to_fit();
        packed
    }

    /// All of them, in order.
    pub(super) fn files(&self) -> impl Iterator<Item = Expected> {
        let mut rest = self.bytes.as_slice();
        let mut path = Vec::new();
        std::iter::from_fn(move || {
            let (file, behind) = self.next(rest, &mut path)?;
            rest = behind;
            Some(file)
        })
    }

    /// The one of that path.
    pub(super) fn find(&self, path: &[u8]) -> Option<Expected> {
        self.files().find(|file| file.path.as_slice() == path)
    }

    fn add(&mut self, file: &Expected, before: &[u8]) {
        let role = file.role;
        let flags = [
            (file.mode.is_some(), MODE),
            (file.owner.is_some(), OWNER),
            (file.group.is_some(), GROUP),
            (file.size.is_some(), SIZE),
            (file.digest.is_some(), DIGEST),
            (file.link.is_some(), LINK),
            (file.modified.is_some(), MODIFIED),
            (file.device.is_some(), DEVICE),
            (file.capabilities.is_some(), CAPABILITIES),
            (role.config, CONFIG),
            (role.keeps_edits, KEEPS_EDITS),
            (role.ghost, GHOST),
            (role.doc, DOC),
            (role.may_be_missing, MAY_BE_MISSING),
            (file.may_be_link, MAY_BE_LINK),
            (role.rights_by_script, RIGHTS_BY_SCRIPT),
            (role.unlisted, UNLISTED),
        ];
        self.number(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).sum());
        let shared = before.iter().zip(file.path.iter()).take_while(|(one, other)| one == other).count();
        self.number(shared as u64);
        self.text(file.path.get(shared..).unwrap_or_default());
        file.mode.into_iter().for_each(|mode| self.number(mode.into()));
        for owner in file.owner.iter().chain(&file.group) {
            let at = self.owners.iter().position(|known| known == owner).unwrap_or_else(|| {
                self.owners.push(owner.clone());
                self.owners.len() - 1
            });
            self.number(at as u64);
        }
        file.size.into_iter().for_each(|size| self.number(size));
        if let Some(Sum { algorithm, hexadecimal }) = &file.digest {
            self.number(ALGORITHMS.iter().position(|known| known == algorithm).unwrap_or_default() as u64);
            self.text(hexadecimal.as_bytes());
        }
        file.link.iter().for_each(|link| self.text(link));
        file.modified.into_iter().for_each(|time| self.number(time.cast_unsigned()));
        file.device.into_iter().for_each(|device| self.number(device));
        file.capabilities.iter().for_each(|text| self.text(text));
    }

    /// Seven bits a byte, the last one without the eighth.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Digests as they are printed in half of their bytes.
    fn text(&mut self, text: &[u8]) {
        let value = |digit: &u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let (pairs, odd) = text.as_chunks::<2>();
        let halved: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(value(high)? << 4 | value(low)?)).collect();
        match halved.filter(|_| odd.is_empty() && text.len() >= 32) {
            Some(halved) => {
                self.number((halved.len() as u64) << 1 | 1);
                self.bytes.extend(halved);
            }
            None => {
                self.number((text.len() as u64) << 1);
                self.bytes.extend_from_slice(text);
            }
        }
    }

    fn next<'a>(&self, bytes: &'a [u8], path: &mut Vec<u8>) -> Option<(Expected, &'a [u8])> {
        let mut rest = Rest(bytes);
        let flags = rest.number()?;
        let has = |flag| flags & flag != 0;
        path.truncate(usize::try_from(rest.number()?).ok()?);
        path.extend(rest.text()?);
        let mode = has(MODE).then(|| rest.number()).flatten().and_then(|mode| u32::try_from(mode).ok());
        let mut owner = |flag| {
            let at = has(flag).then(|| rest.number()).flatten()?;
            self.owners.get(usize::try_from(at).ok()?).cloned()
        };
        let (owner, group) = (owner(OWNER), owner(GROUP));
        let size = has(SIZE).then(|| rest.number()).flatten();
        let digest = has(DIGEST).then(|| rest.sum()).flatten();
        let link = has(LINK).then(|| rest.text()).flatten().map(Text::from);
        let modified = has(MODIFIED).then(|| rest.number()).flatten().map(u64::cast_signed);
        let device = has(DEVICE).then(|| rest.number()).flatten();
        let capabilities = has(CAPABILITIES).then(|| rest.text()).flatten().map(Text::from);
        let role = Role {
            config: has(CONFIG),
            keeps_edits: has(KEEPS_EDITS),
            ghost: has(GHOST),
            doc: has(DOC),
            may_be_missing: has(MAY_BE_MISSING),
            unlisted: has(UNLISTED),
            rights_by_script: has(RIGHTS_BY_SCRIPT),
            of_root: false,
        };
        let (path, may_be_link) = (Text::from(path.as_slice()), has(MAY_BE_LINK));
        let file = Expected {
            path,
            mode,
            owner,
            group,
            size,
            most: None,
            digest,
            may_be_link,
            link,
            modified,
            device,
            capabilities,
            role,
        };
        Some((file, rest.0))
    }
}

/// What was not read yet. Nobody but [`Packed`] wrote it.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<Vec<u8>> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(usize::try_from(length >> 1).ok()?)?;
        self.0 = rest;
        Some(if length & 1 == 1 { Text::from(text).hex().into_bytes() } else { text.to_vec() })
    }

    fn sum(&mut self) -> Option<Sum> {
        let algorithm = *ALGORITHMS.get(usize::try_from(self.number()?).ok()?)?;
        Some(Sum { algorithm, hexadecimal: String::from_utf8(self.text()?).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything(path: &str) -> Expected {
        let role = Role {
            config: true,
            keeps_edits: true,
            ghost: true,
            doc: true,
            may_be_missing: true,
            unlisted: true,
            rights_by_script: true,
            of_root: false,
        };
        Expected {
            path: path.into(),
            mode: Some(0o104_755),
            owner: Some(Owner::Named("root".into())),
            group: Some(Owner::Number(7)),
            size: Some(u64::MAX),
            most: None,
            digest: Some(Sum::new(Algorithm::Sha512, &[0xab; 64])),
            may_be_link: true,
            link: Some("0123456789abcdef0123456789abcdef".into()),
            modified: Some(-1),
            device: Some(0),
            capabilities: Some(Text::new()),
            role,
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let sum = |hexadecimal: &str| Some(Sum { algorithm: Algorithm::Md5, hexadecimal: hexadecimal.into() });
        let files = vec![
            Expected { path: "/".into(), ..Expected::default() },
            everything("/usr/bin/\u{fc}"),
            Expected {
                digest: sum("0123456789abcdef0123456789abcdef"),
                path: "/usr/bin/b".into(),
                ..Expected::default()
            },
            Expected {
                digest: sum("0123456789ABCDEF0123456789abcdef"),
                path: "/usr/bin/bc".into(),
                ..Expected::default()
            },
            Expected { digest: sum("f"), path: Text::from(&b"/usr/\xff"[..]), ..everything("") },
            Expected { path: "/var".into(), mode: Some(0), ..Expected::default() },
        ];
        let packed = Packed::new(&files);
        assert_eq!(packed.files().collect::<Vec<_>>(), files);
        assert_eq!(packed.find(b"/usr/bin/b").as_ref(), files.get(2));
        assert_eq!(packed.find(b"/usr/bin/"), None);
        assert_eq!(Packed::new(&[]).files().count(), 0);
    }
    #[test]
    fn a_file_has_some_eighty_bytes() {
        let files: Vec<Expected> = (0..1000_u32)
            .map(|number| Expected {
                mode: Some(0o100_644),
                owner: Some(Owner::Named("root".into())),
                group: Some(Owner::Named("root".into())),
                size: Some(20_000),
                digest: Some(Sum::new(Algorithm::Sha256, &[number as u8; 32])),
                modified: Some(1_700_000_000),
                path: format!("/usr/lib/modules/6.1.0/kernel/drivers/net/ethernet/{number:04}.ko.xz").into(),
                ..Expected::default()
            })
            .collect();
        assert!(Packed::new(&files).bytes.len() < 80 * files.len());
    }
}
