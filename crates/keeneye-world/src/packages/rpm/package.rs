//! A package as its record in the database tells.

use super::super::{Expected, base64};
use super::Trouble;
use super::files;
use super::header::{Entry, Header, MAGIC};
use bstr::ByteSlice;
use keeneye_facts::Text;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

const DSA: u32 = 267;
const RSA: u32 = 268;
const OPENPGP: u32 = 278;
const SHA1: u32 = 269;
const SHA256: u32 = 273;
const KEYS: u32 = 266;
const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const DESCRIPTION: u32 = 1005;
const INSTALLED: u32 = 1008;
const ARCHITECTURE: u32 = 1022;
const FILE_STATES: u32 = 1029;
const VENDOR: u32 = 1011;
const SOURCE: u32 = 1044;
const PROVIDES: u32 = 1047;
const REQUIRE_FLAGS: u32 = 1048;
const REQUIRES: u32 = 1049;
const REQUIRE_VERSIONS: u32 = 1050;
const PROVIDE_VERSIONS: u32 = 1113;

/// What is needed only while scripts run, and what may be missing: RPMSENSE_POSTTRANS, PREREQ, PRETRANS, INTERP, SCRIPT_*,
/// MISSINGOK of rpmds.h.
const OF_SCRIPTS: u64 = 0x20 | 0x40 | 0x80 | 0x100 | 0x1e00 | 0x2000 | 0x8_0000;

/// A comparison of versions: RPMSENSE_LESS, GREATER, EQUAL of rpmds.h.
const COMPARISON: u64 = 0x0e;
const EQUAL: u64 = 0x08;

/// Who signs one header more often than this wants to keep us busy.
const MAX_SIGNATURES: usize = 16;

/// A package, or a key that rpm trusts (`gpg-pubkey`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its number in the database.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Goes before the version in comparisons.
    pub epoch: Option<u32>,
    /// Its version; of a key the last eight digits of its id.
    pub version: String,
    /// Its release.
    pub release: String,
    /// `noarch` for all; empty for keys.
    pub architecture: String,
    /// Who says to have built it.
    pub vendor: String,
    /// The source package from which it was built.
    pub source: String,
    /// Seconds since 1970. Not signed: whoever wrote the database last says so.
    pub installed: Option<i64>,
    /// What rpm noted of each file, in the order of [`Self::files`] before those without sense are left out: 0 normal,
    /// 1 replaced by another package's, 2 not installed, 3 on a shared file system, 4 of the other word size. Not
    /// signed: an intruder hides a file from `rpm -V` with a 1 or a 2 here.
    pub states: Vec<u8>,
    /// Signatures over [`Self::signed_bytes`]. They lie outside of what they sign: there may be any, or none.
    pub signatures: Vec<Signature>,
    /// Whether the digests beside the signed part are those of it; `None` when there are none. They say that nothing
    /// broke, not who wrote it.
    pub digests_agree: Option<bool>,
    /// There is no part that a vendor could have signed. Everything said here, files too, is then the word of whoever
    /// wrote the database last.
    pub unsigned: bool,
    /// Tags of the signed part which stand once more outside of it, where rpm believes them. See [`Header::replaced`].
    pub replaced: Vec<u32>,
    /// Of a `gpg-pubkey`: the key, armored, or in base64 without armor.
    pub key: Option<Text>,
    /// The signed part in the form in which it is signed; of an unsigned record all of it.
    header: Vec<u8>,
}

/// A signature, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The tag under which it lay.
    pub kind: SignatureKind,
    /// OpenPGP packets.
    pub packets: Vec<u8>,
}

/// Where rpm keeps signatures over the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// Of DSA, and of EdDSA and ECDSA with rpm before 6.
    Dsa,
    /// Of RSA.
    Rsa,
    /// Of any algorithm, with rpm 6.
    OpenPgp,
}

impl Package {
    /// Reads a record. What makes no sense, but does not spoil the rest, is added to the troubles.
    pub(crate) fn read(number: u32, blob: &[u8], troubles: &mut impl FnMut(Trouble)) -> Option<Self> {
        let mut trouble = |why: String| troubles(Trouble { record: Some(number), why });
        let header = match Header::parse(blob) {
            Ok(header) => header,
            Err(error) => {
                trouble(error.to_string());
                return None;
            }
        };
        let text =
            |tag| header.said(tag).and_then(|entry| entry.text()).unwrap_or_default().to_str_lossy().into_owned();
        let package = Self {
            number,
            name: text(NAME),
            epoch: header.said(EPOCH).and_then(|entry| entry.number()).and_then(|epoch| u32::try_from(epoch).ok()),
            version: text(VERSION),
            release: text(RELEASE),
            architecture: text(ARCHITECTURE),
            vendor: text(VENDOR),
            source: text(SOURCE),
            installed: beside(&header, INSTALLED)
                .and_then(|entry| entry.number())
                .and_then(|time| time.try_into().ok()),
            states: states(&header),
            signatures: signatures(&header),
            digests_agree: None,
            unsigned: header.unsigned(),
            replaced: header.replaced(),
            key: None,
            header: header.signed_bytes().unwrap_or_else(|| Header::all_bytes(blob)),
        };
        if package.name.is_empty() {
            trouble("a record without a name".into());
        }
        if let Some(damage) = header.damage() {
            trouble(format!("{}: {damage}", package.name));
        }
        let digests_agree = package.signed_bytes().and_then(|bytes| digests_agree(&header, bytes));
        let key = (package.name == "gpg-pubkey").then(|| key(&header)).flatten();
        Some(Self { digests_agree, key, ..package })
    }

    /// `2:1.0-3`: epoch, where there is one, version and release.
    pub fn full_version(&self) -> String {
        let epoch = self.epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
        format!("{epoch}{}-{}", self.version, self.release)
    }

    /// What the vendor signed; `None` when there is no such part.
    pub fn signed_bytes(&self) -> Option<&[u8]> {
        (!self.unsigned).then_some(self.header.as_slice())
    }

    /// Its files, taken from the signed part alone where there is one, and what was wrong with their lists. They are
    /// read anew at every call.
    pub fn files(&self) -> (Vec<Expected>, Vec<&'static str>) {
        self.parsed().map(|header| files::files(&header, self.header.len(), &self.states)).unwrap_or_default()
    }

    /// What it says to provide: names without versions, its own among them.
    pub fn provides(&self) -> Vec<Text> {
        let names = self.parsed().and_then(|header| header.said(PROVIDES)?.strings()).unwrap_or_default();
        names.into_iter().map(Text::from).collect()
    }

    /// In which versions it says to be itself: names that begin with its own, `NAME` and `NAME(x86-64)`.
    pub fn own_versions(&self) -> Vec<(Text, Text)> {
        let own = |name: &&[u8]| {
            let rest = name.strip_prefix(self.name.as_bytes());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"("))
        };
        let Some(header) = self.parsed() else { return Vec::new() };
        let strings = |tag| header.said(tag).and_then(|entry| entry.strings()).unwrap_or_default();
        let versions = strings(PROVIDES).into_iter().zip(strings(PROVIDE_VERSIONS)).filter(|(name, _)| own(name));
        versions.map(|(name, version)| (Text::from(name), Text::from(version))).collect()
    }

    /// What it needs for as long as it is installed: names without versions.
    pub fn requires(&self) -> Vec<Text> {
        self.lasting_needs().into_iter().map(|(name, ..)| name).collect()
    }

    /// Of that, what it needs in one version and no other, with the version.
    pub fn requires_exactly(&self) -> Vec<(Text, Text)> {
        let exact = self.lasting_needs().into_iter().filter(|(_, flags, _)| flags & COMPARISON == EQUAL);
        exact.map(|(name, _, version)| (name, version)).collect()
    }

    /// Name, flags and version.
    fn lasting_needs(&self) -> Vec<(Text, u64, Text)> {
        let Some(header) = self.parsed() else { return Vec::new() };
        let strings = |tag| header.said(tag).and_then(|entry| entry.strings()).unwrap_or_default();
        let flags = header.said(REQUIRE_FLAGS).and_then(|entry| entry.numbers()).unwrap_or_default();
        let versions = strings(REQUIRE_VERSIONS).into_iter().map(Text::from).chain(std::iter::repeat(Text::new()));
        let needs = strings(REQUIRES).into_iter().zip(flags).zip(versions);
        let lasting = needs.filter(|((_, flags), _)| flags & OF_SCRIPTS == 0);
        lasting.map(|((name, flags), version)| (Text::from(name), flags, version)).collect()
    }

    fn parsed(&self) -> Option<Header<'_>> {
        self.header.get(MAGIC.len()..).and_then(|bytes| Header::parse(bytes).ok())
    }
}

fn beside<'a>(header: &Header<'a>, tag: u32) -> Option<Entry<'a>> {
    header.beside(tag).next()
}

fn states(header: &Header<'_>) -> Vec<u8> {
    let states = beside(header, FILE_STATES).and_then(|entry| entry.numbers()).unwrap_or_default();
    states.into_iter().map(|state| u8::try_from(state).unwrap_or(u8::MAX)).collect()
}

fn signatures(header: &Header<'_>) -> Vec<Signature> {
    let raw = [(SignatureKind::Rsa, RSA), (SignatureKind::Dsa, DSA)].into_iter();
    let raw =
        raw.flat_map(|(kind, tag)| header.beside(tag).map(move |entry| (kind, entry.bytes().map(<[u8]>::to_vec))));
    let texts = header.beside(OPENPGP).flat_map(|entry| entry.strings().unwrap_or_default());
    let decoded = texts.map(|text| (SignatureKind::OpenPgp, base64::decode(text)));
    let signatures = raw.chain(decoded).filter_map(|(kind, packets)| Some(Signature { kind, packets: packets? }));
    signatures.take(MAX_SIGNATURES).collect()
}

fn digests_agree(header: &Header<'_>, signed: &[u8]) -> Option<bool> {
    let kept = |tag| beside(header, tag).and_then(|entry| entry.text());
    let sha256 = kept(SHA256).map(|kept| kept == hexadecimal(&Sha256::digest(signed)).as_bytes());
    let sha1 = kept(SHA1).map(|kept| kept == hexadecimal(&Sha1::digest(signed)).as_bytes());
    match (sha256, sha1) {
        (None, None) => None,
        (one, other) => Some(one != Some(false) && other != Some(false)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    Text::from(bytes).hex()
}

fn key(header: &Header<'_>) -> Option<Text> {
    let text =
        |tag| header.said(tag).or(beside(header, tag)).and_then(|entry| entry.text()).filter(|key| !key.is_empty());
    text(DESCRIPTION).or(text(KEYS)).map(Text::from)
}
