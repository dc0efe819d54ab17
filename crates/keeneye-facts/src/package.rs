//! What packages brought, and what is there in its place.

use crate::{FileStat, Text};
use serde::{Deserialize, Serialize};

/// A file that is not as its package says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageChange {
    /// Where it lies or should lie, diversions and links of directories followed.
    pub path: Text,
    /// The package.
    pub package: String,
    /// Its version.
    pub version: String,
    /// In which ways it differs; never empty.
    pub differs: Vec<Difference>,
    /// Its `lstat`; `None` when it is missing.
    pub stat: Option<FileStat>,
    /// Admins are meant to edit it.
    pub config: bool,
    /// Documentation, manual pages, translations.
    pub doc: bool,
    /// The package owns the path and brings no content.
    #[serde(default)]
    pub ghost: bool,
    /// How it came to differ, as far as times and states tell.
    pub cause: ChangeCause,
}

/// In which way a file differs from what its package says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// It is not there.
    Missing,
    /// A directory in place of a file, a link in place of a program: both types as in `st_mode`.
    Kind {
        /// Type bits that the package says.
        expected: u32,
        /// Type bits of what is there.
        found: u32,
    },
    /// Another content, by digest or by size alone.
    Content {
        /// What the package says.
        expected: String,
        /// What was found.
        found: String,
    },
    /// Other permissions, setuid and setgid among them.
    Mode {
        /// Permission bits that the package says.
        expected: u32,
        /// Those of the file.
        found: u32,
    },
    /// Another user owns it.
    Owner {
        /// The id that the package's user has here.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// It belongs to another group.
    Group {
        /// The id that the package's group has here.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// A symbolic link that leads elsewhere.
    Link {
        /// Where the package leads it; empty where its database does not say, and what is there leads to a program of
        /// no package.
        expected: Text,
        /// Where it leads.
        found: Text,
    },
    /// Another device behind a device node, both as in `st_rdev`.
    Device {
        /// What the package says.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// Other file capabilities, as cap_to_text(3) writes them.
    Capabilities {
        /// What the package says; empty: none.
        expected: Text,
        /// Those of the file.
        found: Text,
    },
    /// A regular file, and the package, which keeps digests of all others, has none of it.
    Unlisted,
    /// Content was written at another time, in seconds since 1970. Says nothing alone: never the only difference.
    Modified {
        /// What the package says.
        expected: i64,
        /// What is there.
        found: i64,
    },
}

impl Difference {
    /// In the words of a report.
    pub fn words(&self) -> String {
        match self {
            Self::Missing => "it is missing".to_owned(),
            Self::Kind { expected, found } => format!("{} in place of {}", kind(*found), kind(*expected)),
            Self::Content { expected, found } => format!("content {found} instead of {expected}"),
            Self::Mode { expected, found } => format!("mode {found:o} instead of {expected:o}"),
            Self::Owner { expected, found } => format!("owner {found} instead of {expected}"),
            Self::Group { expected, found } => format!("group {found} instead of {expected}"),
            Self::Link { expected, found } if expected.is_empty() => {
                format!("leads to {}, which no package owns", found.lossy())
            }
            Self::Link { expected, found } => format!("leads to {} instead of {}", found.lossy(), expected.lossy()),
            Self::Device { expected, found } => format!("device {found:#x} instead of {expected:#x}"),
            Self::Capabilities { expected, found } => {
                format!("capabilities {} instead of {}", or_none(found), or_none(expected))
            }
            Self::Unlisted => "the package's list of digests does not name it".to_owned(),
            Self::Modified { expected, found } => format!("written at {found} instead of {expected}"),
        }
    }
}

fn kind(mode: u32) -> &'static str {
    match mode & 0o170_000 {
        0o100_000 => "a regular file",
        0o040_000 => "a directory",
        0o120_000 => "a symbolic link",
        0o010_000 => "a pipe",
        0o140_000 => "a socket",
        _ => "a device",
    }
}

fn or_none(text: &Text) -> String {
    if text.is_empty() { "none".to_owned() } else { text.lossy().into_owned() }
}

/// How a file came to differ from its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeCause {
    /// It was changed after its package was installed, and no package manager ran near that time.
    SinceInstall,
    /// It was changed while a package manager was at work: a maintainer script may have made it so.
    NearPackageRun,
    /// A file that admins are meant to edit.
    ConfigEdited,
    /// The host's own record of the package says of the changed file that it is as it came: the record was changed too.
    RecordForged,
    /// An override of the package manager asks for it (dpkg-statoverride(1)).
    Overridden,
    /// dpkg moved it there for another file (dpkg-divert(1)).
    Diverted,
    /// Its package is half installed: files of two versions may lie side by side.
    Interrupted,
    /// Nothing tells.
    Unknown,
}

impl ChangeCause {
    /// In the words of a report.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SinceInstall => "changed after its package was installed, when no package manager ran",
            Self::NearPackageRun => "changed while a package manager ran: a script of a package may have done it",
            Self::ConfigEdited => "a file that admins are meant to edit",
            Self::RecordForged => {
                "the host's own list of digests vouches for it, the vendor does not: the list was changed too"
            }
            Self::Overridden => "dpkg-statoverride asks for it",
            Self::Diverted => "dpkg-divert moved it aside, so that another file can lie in its place",
            Self::Interrupted => "its package is half installed: files of two versions may lie side by side",
            Self::Unknown => "nothing tells when or by whom",
        }
    }
}

/// Something about a package as a whole that does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageDoubt {
    /// The package.
    pub package: String,
    /// Its version.
    pub version: String,
    /// What is wrong.
    pub kind: DoubtKind,
    /// Where that stands.
    pub path: Text,
    /// Seconds since 1970; 0 when nothing tells.
    pub when: i64,
}

/// What is wrong with a package's record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtKind {
    /// A file of its record was written after the package was installed, and the rest of the record or its files were
    /// not.
    RecordWritten,
    /// The records of many packages were written after the packages were installed.
    AllRecordsWritten {
        /// How many packages.
        packages: u32,
        /// All of /var was: it was restored or moved.
        moved: bool,
    },
    /// A file of its record is another than in the baseline, and no installation of the package can have done it.
    RecordWrittenSinceBaseline {
        /// A file that dpkg would have replaced as well and that is older than the baseline; `None`: dpkg's log names
        /// no such package in that time.
        untouched: Option<Text>,
    },
    /// The database as a whole was written after a file that the package manager writes together with it, and files of
    /// the package were changed since; the package is empty when no file was.
    DatabaseWritten {
        /// That other file.
        beside: Text,
    },
    /// Its list of digests is gone or empty, which its manager keeps for every package that has files.
    DigestsGone {
        /// Something was taken out of the directory of its record when nothing was installed or removed.
        alone: bool,
    },
    /// Most packages have no list of digests.
    NoDigests {
        /// How many packages.
        packages: u32,
    },
    /// The lists of digests of it and others were there when the baseline was made, and are gone.
    DigestsGoneSinceBaseline {
        /// How many packages.
        packages: u32,
    },
    /// Its files are there and so are parts of its record, but the list of packages does not name it.
    RecordRemoved,
    /// The list of packages says that it was removed, and a file of it is there.
    FilesOfRemoved,
    /// The record does not agree with its own digests.
    DigestsDisagree,
    /// A signature over it does not hold.
    BadSignature {
        /// What is wrong with it.
        why: String,
    },
    /// It and others bear no signature that can be read.
    Unsigned {
        /// How many packages.
        packages: u32,
        /// Other packages of the host are signed by those whom keeneye trusts.
        others_are_signed: bool,
    },
    /// It and others bear no signature, although they say to be of a vendor who signs all that he builds.
    UnsignedOfVendor {
        /// How many packages.
        packages: u32,
        /// The vendor, as the first of them says.
        vendor: String,
    },
    /// A second database of packages lies beside the one that counts, and is not what a conversion left.
    SecondDatabase {
        /// How many packages it has.
        packages: u32,
        /// The one that counts.
        beside: Text,
        /// The package manager is set to believe the second one.
        believed: bool,
    },
    /// A package that was built with it needs it in another version. rpm puts no such pair in place: the record of one of
    /// them was exchanged for an older one, or somebody forced it (`--nodeps`).
    VersionsMisfit {
        /// The package that needs it.
        by: String,
        /// In which version.
        needs: String,
    },
    /// It needs something that no package brings, and that is there all the same.
    NeedsRemoved {
        /// What it needs: a library or a package.
        needs: String,
    },
    /// The host's list of digests vouches for files that are not the vendor's: the path is the list's.
    DigestsForged {
        /// How many files.
        files: u32,
        /// The first of them.
        first: Text,
        /// Programs or libraries are among them.
        code: bool,
    },
    /// The host's list of files names some that the vendor's package does not have: the path is the first one.
    FilesAdded {
        /// How many files.
        files: u32,
    },
    /// Signed by a key that only this host knows.
    KeyOfThisHost {
        /// Its fingerprint.
        key: String,
        /// How many packages it signed.
        packages: u32,
    },
    /// Signed by a key that is not at hand, beside packages that those sign whom keeneye trusts.
    KeyNowhere {
        /// Its id or fingerprint.
        key: String,
        /// How many packages it signed.
        packages: u32,
    },
    /// It owns a file of the base system that decides who gets in, what admins see or what every program loads, and
    /// nobody whom keeneye trusts signed it, as most other packages are.
    NotOfVendor {
        /// The first such file.
        owns: Text,
    },
    /// Beside the signed part stands once more what is in it, where the package manager believes it.
    Overlaid,
}
