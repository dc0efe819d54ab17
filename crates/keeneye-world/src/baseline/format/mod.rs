//! The file that a baseline is.
//!
//! ```text
//! magic      "KEENEYE\xb5", version u16
//! header     length u32, JSON
//! blocks     packed length u32, plain length u32, entries under zstd; each stands alone
//! end        0 u32, length u32, JSON
//! hash       SHA-256 over all of the above
//! signature  nothing, or 104 bytes: mark, public key, ed25519 signature over the hash
//! ```
//! Numbers are little-endian. Written and read as a stream: whoever reads learns only at the end that the hash is right,
//! and must forget everything when it is not.

mod codec;
mod read;
mod write;

pub use read::Reader;
pub use write::Writer;

use super::{Moment, Signature};
use keeneye_facts::Text;
use serde::{Deserialize, Serialize};

const MAGIC: [u8; 8] = *b"KEENEYE\xb5";
const VERSION: u16 = 1;
/// Bytes of the header and of the end.
const MAX_JSON: usize = 256 << 10;
/// Plain bytes from which on a block is closed.
const BLOCK: usize = 256 << 10;
/// Plain bytes that a block may have: one more entry fits.
const MAX_BLOCK: usize = BLOCK + codec::MAX_ENTRY;
/// Packed bytes that a block may have.
const MAX_PACKED: usize = 2 * MAX_BLOCK;

/// What a baseline says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// The version of keeneye that made it.
    pub keeneye: String,
    /// The first of a host is 1, each later one is one more.
    pub counter: u64,
    /// Hash of the baseline before it, in hexadecimal.
    pub previous: Option<String>,
    /// When the walk began.
    pub made: Moment,
    /// The host's name.
    pub host: Text,
    /// /proc/sys/kernel/random/boot_id; empty for an image.
    pub boot: Text,
    /// Nanoseconds between the time since 1970 and the time since boot: another number in the same boot means that
    /// somebody set the clock.
    pub clock_offset: i64,
    /// Where the walks began.
    pub roots: Vec<Text>,
    /// Digest of the rules in force.
    pub policy: String,
    /// All content was read; else what looked untouched was believed.
    pub full: bool,
}

/// What is known when all entries are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct End {
    /// How many there are.
    pub entries: u64,
    /// The limit that ended the walk early.
    pub cut: Option<String>,
    /// SHA-256 over the whole file up to here.
    #[serde(skip)]
    pub hash: [u8; 32],
    /// What was signed behind it; not yet verified.
    #[serde(skip)]
    pub signature: Option<Signature>,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something else altogether.
    #[error("not a baseline of keeneye")]
    NotABaseline,
    /// From a later keeneye.
    #[error("format {0} is newer than this keeneye")]
    Newer(u16),
    /// What was promised did not come.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// It was changed after it was written.
    #[error("damaged: its hash is not the one that it was written with")]
    Hash,
}

#[cfg(test)]
mod tests {
    use super::super::{Attributes, Content, Entry};
    use super::*;

    pub(super) fn entries() -> Vec<Entry> {
        let moment = Moment { seconds: 1_790_000_000, nanoseconds: 123_456_789 };
        let dir =
            |path: &str| Entry { path: path.into(), mode: 0o040_755, device: 64_769, inode: 2, ..Entry::default() };
        let file = |path: &str, byte: u8| Entry {
            path: path.into(),
            mode: 0o100_755,
            links: 1,
            size: 42,
            device: 64_769,
            inode: 900 - u64::from(byte),
            modified: moment,
            changed: Moment { seconds: moment.seconds + 5, nanoseconds: 7 },
            born: Moment { seconds: -1, nanoseconds: 0 },
            content: Content::Sha256([byte; 32]),
            restless: byte,
            ..Entry::default()
        };
        let attributes = Attributes {
            capabilities: Some("\u{1}\0\0\u{2}".into()),
            selinux: Some("system_u:object_r:bin_t:s0\0".into()),
            acl: Some("".into()),
            default_acl: None,
        };
        let unread = Content::Unread(13);
        vec![
            dir("/"),
            dir("/usr"),
            Entry { uid: 1000, gid: 1001, immutable: true, attributes, ..file("/usr/a", 1) },
            Entry { append_only: true, ..file("/usr/a-b", 2) },
            Entry { mode: 0o120_777, target: Some("../x".into()), ..dir("/usr/link") },
            Entry { mode: 0o020_666, node: 259, ..dir("/usr/null") },
            Entry { content: unread, ..dir("/usr/secret") },
        ]
    }
    fn header() -> Header {
        Header { counter: 7, host: "h".into(), roots: vec!["/".into()], ..Header::default() }
    }
    fn written(entries: &[Entry]) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), &header()).unwrap();
        entries.iter().for_each(|entry| writer.push(entry).unwrap());
        writer.finish(None).unwrap().0
    }
    fn read(bytes: &[u8]) -> Result<(Header, Vec<Entry>, End), FormatError> {
        let mut reader = Reader::new(bytes)?;
        let entries = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
        Ok((reader.header().clone(), entries, reader.end().cloned().unwrap()))
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = written(&entries());
        let (back, found, end) = read(&bytes).unwrap();
        assert_eq!((back, found), (header(), entries()));
        assert_eq!(end.entries, 7);
        let (_, none, _) = read(&written(&[])).unwrap();
        assert_eq!(none, []);
    }
    #[test]
    fn many_entries_fill_many_blocks() {
        let name =
            |n: u32| Entry { path: format!("/{n:08}").into(), content: Content::Sha256([7; 32]), ..Entry::default() };
        let many: Vec<Entry> = (0..20_000).map(name).collect();
        let (_, found, _) = read(&written(&many)).unwrap();
        assert!(found == many);
    }
    #[test]
    fn order_is_kept_or_refused() {
        let mut writer = Writer::new(Vec::new(), &header()).unwrap();
        let of = |path: &str| Entry { path: path.into(), ..Entry::default() };
        writer.push(&of("/b")).unwrap();
        assert!(writer.push(&of("/a")).is_err() && writer.push(&of("/b")).is_err() && writer.push(&of("c")).is_err());
    }
    #[test]
    fn a_signature_is_appended_and_found() {
        let secret = super::super::SecretKey::new(&[7; 32]);
        let mut bytes = written(&entries());
        let (_, _, plain) = read(&bytes).unwrap();
        bytes.extend(secret.sign(&plain.hash).to_bytes());
        let (_, _, end) = read(&bytes).unwrap();
        assert_eq!((plain.signature, end.hash), (None, plain.hash));
        assert!(end.signature.unwrap().is_good(&end.hash, &secret.public()));
        bytes.push(0);
        assert!(read(&bytes).is_err());
    }
    #[test]
    fn every_byte_matters() {
        let bytes = written(&entries());
        for at in 0..bytes.len() {
            assert!(read(&bytes[..at]).is_err(), "cut at {at}");
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(read(&other).is_err(), "byte {at} of {}", bytes.len());
        }
        assert!(read(&[bytes.as_slice(), b"x"].concat()).is_err());
    }
    #[test]
    fn hostile_bytes() {
        let bytes = written(&entries());
        let mut whole = 0;
        crate::mutate::check(&[&bytes, &written(&[])], |mutant| {
            whole += usize::from(read(mutant).is_ok());
            // What gets past the magic is what the reader has to bear.
            Reader::new(mutant).is_ok() || !mutant.starts_with(&MAGIC)
        });
        assert!(whole >= 2, "{whole}");
    }
}
