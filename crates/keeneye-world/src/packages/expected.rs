//! What packages say of their files, in one form for all package managers.

use keeneye_facts::Text;
use serde::Serialize;
use sha2::Digest as _;

/// What a package says of one of its files. `None` where its database keeps no such thing, or where the package asks
/// not to compare it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// Absolute, as the package lists it: before diversions and links of directories.
    pub path: Text,
    /// Type and permission bits as in `st_mode`. Without bits of a type where the database does not say it: apk does so
    /// of all that is no directory.
    pub mode: Option<u32>,
    /// Who owns it.
    pub owner: Option<Owner>,
    /// Its group.
    pub group: Option<Owner>,
    /// Bytes.
    pub size: Option<u64>,
    /// Bytes that it cannot have more of, where the size itself is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// Of its content, or of the target where [`Self::may_be_link`] and it is a symbolic link.
    pub digest: Option<Sum>,
    /// The database does not tell whether it is a file or a symbolic link.
    pub may_be_link: bool,
    /// Where a symbolic link leads, as it is written there.
    pub link: Option<Text>,
    /// Seconds since 1970 of the last change of content.
    pub modified: Option<i64>,
    /// Device number of a device node, as in `st_rdev`.
    pub device: Option<u64>,
    /// File capabilities as cap_from_text(3) reads them; empty: it has none.
    pub capabilities: Option<Text>,
    /// What the package says of how the file is used.
    pub role: Role,
}

/// An account as a package names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Owner {
    /// By name: rpm.
    Named(String),
    /// By number: apk, pacman.
    Number(u32),
}

/// A digest that a package database keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How it was made.
    pub algorithm: Algorithm,
    /// Lower-case hexadecimal; of apk 3's SHA-256 only the first 40 digits.
    pub hexadecimal: String,
}

impl Sum {
    /// A digest from its bytes.
    pub fn new(algorithm: Algorithm, digest: &[u8]) -> Self {
        Self { algorithm, hexadecimal: Text::from(digest).hex() }
    }

    /// Whether it is of these bytes; `false` for kinds that no database keeps of so few.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        let found = match self.algorithm {
            Algorithm::Sha1 => Text::from(sha1::Sha1::digest(bytes).as_slice()),
            Algorithm::Sha256 => Text::from(sha2::Sha256::digest(bytes).as_slice()),
            _ => return false,
        };
        self.is(&found.hex())
    }

    /// Whether this is the digest that was found, given in lower-case hexadecimal and made by the same algorithm.
    pub fn is(&self, found: &str) -> bool {
        let shortened = self.algorithm == Algorithm::Sha256 && self.hexadecimal.len() == 40;
        self.hexadecimal == found || shortened && found.starts_with(&self.hexadecimal)
    }
}

/// Digests that package databases keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Algorithm {
    /// dpkg, rpm before 4.6, pacman's second choice.
    Md5,
    /// apk.
    Sha1,
    /// rpm, pacman.
    Sha256,
    /// rpm, where a distribution chose it.
    Sha384,
    /// rpm, where a distribution chose it.
    Sha512,
}

/// How a file is used. rpm says all of it, dpkg and pacman only what is configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Admins are meant to edit it.
    pub config: bool,
    /// An edited one is kept when the package is upgraded.
    pub keeps_edits: bool,
    /// The package owns the path and brings no content.
    pub ghost: bool,
    /// Documentation: may have been left out when the package was installed.
    pub doc: bool,
    /// It may be missing.
    pub may_be_missing: bool,
    /// The package keeps digests of all its regular files, and none of this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unlisted: bool,
    /// A script of the package gives it other rights when it is installed: those of its archive are not expected.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rights_by_script: bool,
    /// The database keeps no rights of it, and root alone writes such files.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub of_root: bool,
}
