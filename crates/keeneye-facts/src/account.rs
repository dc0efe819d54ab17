//! Accounts, and what lets people in.

use crate::Text;
use serde::{Deserialize, Serialize};

/// An account of passwd(5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Login name.
    pub name: Text,
    /// User id.
    pub uid: u32,
    /// Main group id.
    pub gid: u32,
    /// Home directory.
    pub home: Text,
    /// Login shell.
    pub shell: Text,
    /// Line in the file, from 1.
    pub line: u32,
    /// What passwd and shadow say of its password; `None` when shadow could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Password>,
    /// The password stands in passwd, which everybody may read, and not in shadow.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub password_in_passwd: bool,
    /// Day of the last change of the password, since 1970 (shadow(5)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_day: Option<i64>,
}

/// The shape of a password field; never its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Password {
    /// No password lets anybody in: `!`, `*`, or a locked hash.
    Locked,
    /// No password is asked for.
    Empty,
    /// A hash of this scheme: `y`, `6`, `1`; empty for the oldest one.
    Hash(Text),
    /// The account has no line in shadow.
    NotListed,
}

/// A group of group(5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// Its name.
    pub name: Text,
    /// Group id.
    pub gid: u32,
    /// Names of members beyond those whose main group it is.
    pub members: Vec<Text>,
    /// Line in the file, from 1.
    pub line: u32,
}

/// A user specification of sudoers(5): one command list for one kind of user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SudoRule {
    /// The file.
    pub path: Text,
    /// Its line, from 1.
    pub line: u32,
    /// Whom it allows, aliases resolved: `anna`, `%sudo`, `#1000`, `ALL`.
    pub who: Text,
    /// Whom they may become; empty for root.
    pub run_as: Text,
    /// No password is asked for.
    pub no_password: bool,
    /// Commands, aliases resolved, as written: `ALL`, `/usr/bin/apt-get update`.
    pub commands: Vec<Text>,
}

/// A `Defaults` setting of sudoers(5) that decides whether a password is asked for, what of the environment stays, or
/// what is logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SudoDefault {
    /// The file.
    pub path: Text,
    /// Its line, from 1.
    pub line: u32,
    /// For whom, as written behind `Defaults`: `:anna`, `@host`, `>root`, `!CMNDS`; empty for everybody.
    pub scope: Text,
    /// One setting as written: `!authenticate`, `env_keep += "LD_PRELOAD"`.
    pub setting: Text,
}

/// A line of an `authorized_keys` file (sshd(8)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizedKey {
    /// The file.
    pub path: Text,
    /// Its line, from 1.
    pub line: u32,
    /// Whom it lets in, as far as the file's place tells: an account name.
    pub account: Text,
    /// Options before the key, as written: `command="...",no-pty`.
    pub options: Text,
    /// `ssh-ed25519` and its like.
    pub algorithm: Text,
    /// `SHA256:...` as ssh-keygen(1) shows it, without padding.
    pub fingerprint: Text,
    /// What stands behind the key.
    pub comment: Text,
}

/// A setting of sshd_config(5), in order of reading, includes followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SshdSetting {
    /// The file.
    pub path: Text,
    /// Its line, from 1.
    pub line: u32,
    /// The keyword in lower case.
    pub key: Text,
    /// Its arguments as written.
    pub value: Text,
    /// The criteria of the `Match` block that it stands in.
    pub matched: Option<Text>,
    /// Path of the program or file that it names, where the keyword takes one: without links where the file is there,
    /// else as it is named. Known to the world as a file when it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Text>,
}

/// A line of hosts(5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostName {
    /// Its line, from 1.
    pub line: u32,
    /// The address as written.
    pub address: Text,
    /// Names for it.
    pub names: Vec<Text>,
}

/// A place that software comes from, as the host's package manager is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repository {
    /// The file that says so; os-release(5) for the distribution's own site.
    pub path: Text,
    /// Its line, from 1.
    pub line: u32,
    /// The name of the machine that is asked, in lower case.
    pub host: Text,
}
