//! From apt's signed list of lists to a package file: `InRelease` names the digests of `Packages` files, and these the
//! digests of package files. See apt-secure(8), deb822(5) and the repository format of Debian's wiki. Given bytes are
//! compared; nothing here fetches.

pub mod sources;

use super::deb::Archive;
use super::installed::absolute;
use super::trouble::Troubles;
use super::{Trouble, dpkg, unpack};
use crate::calendar;
use bstr::ByteSlice;
use keeneye_facts::Text;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Longest `Packages` file, unpacked, in bytes: Ubuntu's universe has 80 MB.
const MAX_PACKAGES_BYTES: u64 = 512 << 20;
/// How many files of lists, and how many packages that were asked for, are kept; Debian's releases name 5,000.
const MAX_ENTRIES: usize = 100_000;

/// What a signed release says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// `Debian`, `Ubuntu` ...
    pub origin: String,
    /// `stable`, `bookworm-updates` ...
    pub suite: String,
    /// `bookworm` ...
    pub codename: String,
    /// When it was made, in seconds since 1970.
    pub date: Option<i64>,
    /// Until when it is to be believed, where it says so, in seconds since 1970. Later it may be an old one that somebody
    /// offers again.
    pub valid_until: Option<i64>,
    /// Its files can be had under their digests, too (`by-hash`), where none is exchanged while somebody reads.
    pub by_hash: bool,
    /// SHA-256 and length by path.
    files: HashMap<Text, (String, u64)>,
}

impl Release {
    /// Parses the text of a release, after its signature was verified.
    pub fn read(text: &[u8]) -> (Self, Vec<Trouble>) {
        let mut release = Self::default();
        let mut troubles = Troubles::default();
        let mut in_digests = false;
        for (index, line) in text.lines().enumerate() {
            if let Some(row) = line.strip_prefix(b" ") {
                match digest_row(row) {
                    _ if !in_digests => (),
                    Some(_) if release.files.len() == MAX_ENTRIES => (),
                    Some((path, digest, length)) => drop(release.files.insert(path, (digest, length))),
                    None => troubles.add(index + 1, "neither a digest nor a path"),
                }
                continue;
            }
            in_digests = false;
            let Some((field, value)) = line.split_once_str(":") else { continue };
            let value = || value.trim_ascii().to_str_lossy().into_owned();
            match field {
                b"Origin" => release.origin = value(),
                b"Suite" => release.suite = value(),
                b"Codename" => release.codename = value(),
                b"Date" | b"Valid-Until" => {
                    let time = seconds(&value());
                    if time.is_none() {
                        troubles.add(index + 1, "not a date");
                    }
                    let kept = if field == b"Date" { &mut release.date } else { &mut release.valid_until };
                    *kept = time;
                }
                b"Acquire-By-Hash" => release.by_hash = value() == "yes",
                // MD5Sum and SHA1 are there for old readers.
                b"SHA256" => in_digests = true,
                _ => (),
            }
        }
        if release.files.is_empty() {
            troubles.add(1, "no SHA-256 of any file");
        }
        (release, troubles.told())
    }

    /// Whether these bytes are the file of this path, `main/binary-amd64/Packages.xz`, in this release.
    pub fn has(&self, path: &[u8], bytes: &[u8]) -> bool {
        let Some((digest, length)) = self.files.get(path) else { return false };
        *length == bytes.len() as u64 && *digest == Text::from(Sha256::digest(bytes).as_slice()).hex()
    }

    /// SHA-256 in hexadecimal, and length in bytes, of a file that it names.
    pub fn file(&self, path: &str) -> Option<(&str, u64)> {
        self.files.get(path.as_bytes()).map(|(digest, length)| (digest.as_str(), *length))
    }

    /// The paths that it names.
    pub fn paths(&self) -> impl Iterator<Item = &Text> {
        self.files.keys()
    }
}

fn digest_row(row: &[u8]) -> Option<(Text, String, u64)> {
    let mut words = row.fields_with(|c| c.is_ascii_whitespace());
    let digest = sha256(words.next()?)?;
    let length = words.next()?.to_str().ok()?.parse().ok()?;
    let path = words.next()?;
    (words.next().is_none() && absolute(path).is_some()).then(|| (Text::from(path), digest, length))
}

/// `Sat, 15 Mar 2025 09:05:29 UTC`: RFC 5322, of which apt takes only UTC.
fn seconds(date: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = date.split_once(',')?.1.split_ascii_whitespace();
    let day = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().zip(1..).find(|(month, _)| **month == name)?.1;
    let year = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':').map(|part| part.parse().ok());
    let time = [time.next()??, time.next()??, time.next()??];
    let utc = matches!(words.next()?, "UTC" | "GMT" | "Z" | "+0000") && words.next().is_none();
    utc.then(|| calendar::seconds([year, month, day], time))?
}

fn sha256(digits: &[u8]) -> Option<String> {
    let fine = digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit);
    fine.then(|| digits.to_str_lossy().to_ascii_lowercase())
}

/// A package file that a release offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Its name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
    /// Where it lies below the root of the archive.
    pub filename: Text,
    /// Bytes.
    pub size: u64,
    /// Of the package file.
    pub sha256: String,
}

impl Offered {
    /// Whether a package file that was read is the one that is offered.
    pub fn is(&self, archive: &Archive) -> bool {
        let package = &archive.package;
        archive.sha256 == self.sha256
            && package.name == self.package
            && package.version == self.version
            && package.architecture == self.architecture
    }
}

/// The packages with a wanted name in a `Packages` file, which `release` must name with these very bytes. `path` is the
/// file's in the release; its end tells how it is compressed.
pub fn offered(
    release: &Release,
    path: &str,
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<(Vec<Offered>, Vec<Trouble>), &'static str> {
    if !release.has(path.as_bytes(), bytes) {
        return Err("not the file that the release names");
    }
    let form = path.rfind('.').and_then(|dot| path.get(dot..)).filter(|form| !form.contains('/')).unwrap_or_default();
    let text = unpack::file(form.as_bytes(), bytes, MAX_PACKAGES_BYTES).ok_or("damaged, too long, or not readable")?;
    Ok(packages(&text, wanted))
}

/// Unpacks a list by the end of its name: `.xz`, `.gz`, `.zst`, `.lz4`, or nothing. `None`: it is damaged, or too long.
pub fn unpacked(form: &str, packed: &[u8]) -> Option<Vec<u8>> {
    unpack::file(form.as_bytes(), packed, MAX_PACKAGES_BYTES)
}

fn packages(text: &[u8], wanted: impl Fn(&str) -> bool) -> (Vec<Offered>, Vec<Trouble>) {
    let mut found = Vec::new();
    let mut troubles = Troubles::default();
    let mut draft = Offered::default();
    let mut begun = 1;
    let end = [(text.len(), b"".as_slice())];
    for (index, (_, line)) in dpkg::lines(text).chain(end).enumerate() {
        if line.trim_ascii().is_empty() {
            let offer = std::mem::take(&mut draft);
            let complete = !offer.version.is_empty() && !offer.sha256.is_empty() && !offer.filename.is_empty();
            if !offer.package.is_empty() && wanted(&offer.package) {
                if complete && found.len() < MAX_ENTRIES {
                    found.push(offer);
                } else if !complete {
                    troubles.add(begun, "a package without version, file name or SHA-256");
                }
            }
            begun = index + 2;
        } else if let Err(why) = field(line, &mut draft) {
            troubles.add(index + 1, why);
        }
    }
    (found, troubles.told())
}

fn field(line: &[u8], draft: &mut Offered) -> Result<(), &'static str> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return Ok(());
    }
    let (name, value) = line.split_once_str(":").ok_or("neither a field nor a continuation")?;
    let value = value.trim_ascii();
    let word = || value.to_str().map(str::to_owned).map_err(|_| "a value that is not text");
    match name {
        b"Package" => draft.package = word()?,
        b"Version" => draft.version = word()?,
        b"Architecture" => draft.architecture = word()?,
        b"Size" => draft.size = word()?.parse().map_err(|_| "not a size")?,
        b"SHA256" => draft.sha256 = sha256(value).ok_or("not a SHA-256")?,
        // It becomes part of an address and of a path.
        b"Filename" => {
            absolute(value).ok_or("a file name that leads elsewhere")?;
            draft.filename = Text::from(value);
        }
        _ => (),
    }
    Ok(())
}

#[cfg(feature = "pgp")]
mod signed {
    use super::{Release, Trouble};
    use crate::packages::openpgp::{Keyring, Trust, Verdict};

    /// A release with what is to be said of its signature.
    #[derive(Clone, Debug)]
    pub struct SignedRelease {
        release: Release,
        /// Whether its vendor said so.
        pub verdict: Verdict,
        /// What could not be understood.
        pub troubles: Vec<Trouble>,
    }

    impl SignedRelease {
        /// `InRelease`: a text that carries its signatures. `None` when it is not one such text and nothing else.
        pub fn read(keyring: &Keyring, in_release: &[u8]) -> Option<Self> {
            let signed = keyring.cleartext(in_release)?;
            Some(Self::new(&signed.text, signed.verdict))
        }

        /// `Release` and `Release.gpg`.
        pub fn detached(keyring: &Keyring, release: &[u8], signature: &[u8]) -> Self {
            Self::new(release, keyring.verify_armoured(release, signature))
        }

        /// What it says, where a vendor signed it or somebody whose key was given. A key that only the host knows does
        /// not do: who has the host has signed what he likes.
        pub fn trusted(&self) -> Option<&Release> {
            let Verdict::Good(good) = &self.verdict else { return None };
            (good.trust != Trust::HostOnly).then_some(&self.release)
        }

        fn new(text: &[u8], verdict: Verdict) -> Self {
            let (release, troubles) = Release::read(text);
            Self { release, verdict, troubles }
        }
    }
}
#[cfg(feature = "pgp")]
pub use signed::SignedRelease;

#[cfg(test)]
mod tests;
