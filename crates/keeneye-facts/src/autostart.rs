//! What starts by itself.

use crate::Text;
use serde::{Deserialize, Serialize};

/// A command that something starts without anybody asking: one command of one entry, such as a line of a crontab, an
/// `ExecStart=` of a unit, a script that runs at every login. A file that is a place of such entries and holds none is
/// no fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Autostart {
    /// The mechanism.
    pub kind: AutostartKind,
    /// The file that the entry stands in, as it was found, symbolic links of directories resolved. Where the entry is
    /// a script that is started because of where it lies, the script. Known to the world as a file of interest `Entry`.
    pub path: Text,
    /// Its line, from 1; `None` where the whole file is the entry.
    pub line: Option<u32>,
    /// What people call it: `ssh.service`, `crontab of www-data`, `DPkg::Post-Invoke`.
    pub name: Text,
    /// The account that it runs as; `None` where the entry does not tell.
    pub user: Option<Text>,
    /// When, in the entry's own words: `*/5 * * * *`, `@reboot`, `ExecStartPre`, `RUN`; empty where the mechanism says
    /// it all.
    pub when: Text,
    /// The command as it is written, secrets masked, at most 4 KiB.
    pub command: Text,
    /// Paths of what it runs, of programs and of scripts that are handed to interpreters: without links where the file
    /// is there, else as they are named. Each is known to the world as a file of interest `Autostart`. Sorted.
    pub programs: Vec<Text>,
    /// Those of `programs` that hide by a dot and are no part of a set of tools: hidden by their own name, or in a
    /// hidden directory with hardly anything beside them and no `bin`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alone: Vec<Text>,
    /// The mechanism would not start it: a unit that nothing wants, a script without the right to run, a file of a name
    /// that cron passes by.
    pub dormant: bool,
    /// Of a module that is to be loaded: a kernel that is installed or runs here knows it by this name. `None` where no
    /// kernel can be asked, and of everything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<bool>,
    /// Where no package brought it: who did, by records of its own, such as the python distribution whose `RECORD`
    /// names it. A claim, as whoever may write there may write those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<Text>,
}

/// The mechanism that starts something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutostartKind {
    /// A line of a crontab (crontab(5)): of the system, of a user, of anacron.
    #[default]
    Cron,
    /// A script of `/etc/cron.daily` and its like.
    CronScript,
    /// A job of at(1).
    At,
    /// `Exec...=` of a unit (systemd.service(5)), of the system or of a user.
    Unit,
    /// The same in a drop-in that changes another unit.
    DropIn,
    /// A program that makes units at boot (systemd.generator(7)), or sets the environment (environment.d).
    Generator,
    /// `/etc/rc.local`, `/etc/init.d/*`, `/etc/inittab`, `/etc/local.d` of OpenRC, `/etc/init` of upstart.
    InitScript,
    /// inetd and xinetd.
    Inetd,
    /// A line of a start file of shells: `/etc/profile.d`, `.bashrc`.
    Shell,
    /// `/etc/update-motd.d`, and whatever else runs when somebody logs in over ssh (`~/.ssh/rc`, `/etc/ssh/sshrc`).
    Login,
    /// `RUN+=`, `PROGRAM=`, `IMPORT{program}` of udev rules.
    Udev,
    /// A module that is loaded at boot (modules-load.d(5), `/etc/modules`); the name is the module's.
    Module,
    /// `install` and `remove` commands of modprobe.d(5).
    Modprobe,
    /// Hooks of initramfs-tools and modules of dracut.
    Initramfs,
    /// A line of `/etc/pam.d`: what runs or decides at every authentication.
    Pam,
    /// A setting of sysctl.d(5) by which the kernel starts a program.
    Sysctl,
    /// A service of nsswitch.conf(5): a library that every program loads which asks for a name.
    NameService,
    /// A directory or library that the dynamic linker is told of.
    Linker,
    /// Hooks of NetworkManager, ifupdown, dhclient, networkd-dispatcher, ppp.
    Network,
    /// Hooks of apt, dpkg, dnf, yum, zypper, pacman.
    PackageManager,
    /// A file that PHP runs with every page, a library that it or a web server loads by a path.
    Php,
    /// `.pth` lines with code, `sitecustomize.py`, `usercustomize.py`.
    Python,
    /// A hook of a git repository in which the system keeps files.
    Git,
    /// A service that D-Bus starts when somebody calls it.
    Dbus,
    /// A rule of polkit that decides by a program or for everybody.
    Polkit,
    /// `/etc/xdg/autostart`, `~/.config/autostart`.
    Desktop,
    /// logrotate's `postrotate`, and other daemons' own ways to run something now and then.
    Daemon,
}

impl AutostartKind {
    /// A word or two, as a person would say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cron => "cron",
            Self::CronScript => "cron script",
            Self::At => "at job",
            Self::Unit => "unit",
            Self::DropIn => "drop-in",
            Self::Generator => "generator",
            Self::InitScript => "init script",
            Self::Inetd => "inetd",
            Self::Shell => "shell start file",
            Self::Login => "login hook",
            Self::Udev => "udev rule",
            Self::Module => "module",
            Self::Modprobe => "modprobe hook",
            Self::Initramfs => "initramfs hook",
            Self::Pam => "PAM",
            Self::Sysctl => "kernel setting",
            Self::NameService => "name service",
            Self::Linker => "linker",
            Self::Network => "network hook",
            Self::PackageManager => "package manager hook",
            Self::Php => "PHP setting",
            Self::Python => "python start file",
            Self::Git => "git hook",
            Self::Dbus => "D-Bus service",
            Self::Polkit => "polkit rule",
            Self::Desktop => "desktop autostart",
            Self::Daemon => "daemon hook",
        }
    }
}
