//! In what a file differs from what a baseline remembers, and what brought that about.

use super::Entry;
use crate::{Ownership, Text};
use serde::{Deserialize, Serialize};

/// What is expected of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It never changes: programs, libraries, settings, what starts.
    Fixed,
    /// It only grows: logs. What was there stays.
    Grows,
    /// Content, size and names change all the time: spools, caches, databases, homes. Whom it belongs to does not, and
    /// programs that appear there are told.
    Changes,
    /// It is not looked at.
    Skipped,
}

impl Class {
    /// As the configuration calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Grows => "grows",
            Self::Changes => "changes",
            Self::Skipped => "skip",
        }
    }
}

/// What a file is to a system; later ones matter more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Data.
    Other,
    /// Below /etc.
    Settings,
    /// A program or a library.
    Program,
    /// What runs by itself: units, cron, start files, the boot loader, the kernel.
    Start,
    /// Who may enter: accounts, keys, PAM, name service, what is preloaded.
    Access,
    /// Gives whoever runs it rights that are not his.
    Rights,
}

impl Weight {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Other => "data",
            Self::Settings => "settings",
            Self::Program => "program or library",
            Self::Start => "runs by itself",
            Self::Access => "lets people in",
            Self::Rights => "gives rights",
        }
    }
}

/// In what a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// It was not there before.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another kind of file.
    Kind,
    /// Its content.
    Content,
    /// Its content, and nothing else says that it was touched: size, times and inode are the same.
    ContentOnly,
    /// It only grows, and something that was in it is gone.
    Shortened,
    /// Its content could be read before and now cannot.
    Unreadable,
    /// Permission bits.
    Mode,
    /// Owner or group.
    Owner,
    /// Where it leads.
    Target,
    /// Which device it stands for.
    Device,
    /// File capabilities.
    Capabilities,
    /// Access control lists.
    Acl,
    /// SELinux label.
    Label,
    /// Immutable or append-only.
    Flags,
}

impl Aspect {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Added => "new",
            Self::Removed => "removed",
            Self::Kind => "another kind of file",
            Self::Content => "content",
            Self::ContentOnly => "content, with size and times as before",
            Self::Shortened => "what was in it is gone",
            Self::Unreadable => "no longer readable",
            Self::Mode => "mode",
            Self::Owner => "owner",
            Self::Target => "link target",
            Self::Device => "device",
            Self::Capabilities => "capabilities",
            Self::Acl => "ACL",
            Self::Label => "SELinux label",
            Self::Flags => "chattr flags",
        }
    }
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// As it was.
    pub before: Option<Entry>,
    /// As it is.
    pub after: Option<Entry>,
    /// In what; never empty.
    pub aspects: Vec<Aspect>,
    /// What was expected of it.
    pub class: Class,
    /// Who brought what is there now, and whether it is that; `Unknown` where nobody was asked.
    #[serde(default = "unknown", skip_serializing_if = "is_unknown")]
    pub owner: Ownership,
}

fn unknown() -> Ownership {
    Ownership::Unknown
}

fn is_unknown(owner: &Ownership) -> bool {
    *owner == Ownership::Unknown
}

impl Change {
    /// Where.
    pub fn path(&self) -> &Text {
        static NOWHERE: Text = Text::new();
        self.after.as_ref().or(self.before.as_ref()).map_or(&NOWHERE, |entry| &entry.path)
    }
    /// In this aspect.
    pub fn is(&self, aspect: Aspect) -> bool {
        self.aspects.contains(&aspect)
    }
}

/// What brought a change about, as far as one can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Content changed and nothing else: somebody wrote past the file system, or set the clock to hide it.
    Silent,
    /// Nothing explains it.
    Unexplained,
    /// Permissions, owner, capabilities or the like, and not the content.
    Rights,
    /// New, below this directory.
    New(Text),
    /// Gone, from this directory.
    Gone(Text),
    /// Settings below /etc.
    Settings,
    /// The same file under another name.
    Moved,
    /// A log that was rotated or begun anew.
    Rotated,
    /// A package whose own record changed too; the files are as it brought them, as far as that is known.
    Package(String),
    /// The records of the package manager.
    Records,
    /// This program of an installed package makes such files, and made it while packages came or what it is made of
    /// changed: `ldconfig`.
    Generated(String),
    /// No program and nothing that starts by itself, changed within minutes of a package manager's run: scripts of
    /// packages make indexes, links and settings. Which program made it is not known.
    PackageRun,
}

impl Cause {
    /// Names of all, for `accept --cause`.
    pub const NAMES: [&'static str; 12] = [
        "silent",
        "unexplained",
        "rights",
        "new",
        "gone",
        "settings",
        "moved",
        "rotated",
        "package",
        "records",
        "generated",
        "package-run",
    ];
    /// Its name, for `accept --cause`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Unexplained => "unexplained",
            Self::Rights => "rights",
            Self::New(_) => "new",
            Self::Gone(_) => "gone",
            Self::Settings => "settings",
            Self::Moved => "moved",
            Self::Rotated => "rotated",
            Self::Package(_) => "package",
            Self::Records => "records",
            Self::Generated(_) => "generated",
            Self::PackageRun => "package-run",
        }
    }
    /// The ordinary course of a server brings it about.
    pub fn is_explained(&self) -> bool {
        matches!(
            self,
            Self::Moved | Self::Rotated | Self::Package(_) | Self::Records | Self::Generated(_) | Self::PackageRun
        )
    }
}

/// Changes of one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeGroup {
    /// What brought them about.
    pub cause: Cause,
    /// The heaviest of its files.
    pub weight: Weight,
    /// In order of weight, then path.
    pub changes: Vec<Change>,
}
