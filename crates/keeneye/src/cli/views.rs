//! What can be asked of one look: lists, single things, logins, what happened.

use super::Where;
use clap::{Args, Subcommand, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct List {
    /// What to list
    pub(crate) what: Things,
    /// Only things that one way shows and another does not; of what starts by itself, what is not as a
    /// package left it; of accounts, the odd ones
    #[arg(long)]
    pub(crate) differs: bool,
    #[command(flatten)]
    pub(crate) place: Where,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Things {
    /// Running programs
    Processes,
    /// Threads other than the first
    Threads,
    /// Ports that are open, and who holds them
    Listeners,
    /// Connections, and who holds them
    Connections,
    /// Open files, as lsof lists them
    Files,
    /// Mounts
    Mounts,
    /// Network interfaces
    Interfaces,
    /// Accounts
    Accounts,
    /// Kernel modules
    Modules,
    /// What starts by itself: cron, units, hooks
    Autostart,
    /// Files that are not as their packages say, as debsums and `rpm -Va` list them
    Changes,
}

#[derive(Args, Debug)]
pub(crate) struct Logins {
    /// Only of this account
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Only since then: a day (2026-11-01) or time (2026-11-01T14:30), or so long ago (90m, 36h, 7d, 4w)
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only before then; of a day, before it begins
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Those that failed instead, summed up by where they came from
    #[arg(long)]
    pub(crate) failed: bool,
    #[command(flatten)]
    pub(crate) place: Where,
}

#[derive(Args, Debug, Default)]
pub(crate) struct Digest {
    /// Of yesterday, from midnight to midnight
    #[arg(long, conflicts_with_all = ["since", "until"])]
    pub(crate) yesterday: bool,
    /// Since then: a day (2026-11-01) or time (2026-11-01T14:30), or so long ago (90m, 36h, 7d, 4w) [default: 24h]
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Before then; of a day, before it begins [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    #[command(flatten)]
    pub(crate) place: Where,
}

#[derive(Args, Debug)]
pub(crate) struct Look {
    #[command(subcommand)]
    pub(crate) thing: Thing,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Thing {
    /// A process
    Pid {
        /// Process id
        pid: u32,
        #[command(flatten)]
        place: Where,
    },
    /// A file: who owns it, its digests, what the baseline knew, who runs, maps or holds it open
    File {
        /// Absolute path
        path: PathBuf,
        /// Where baselines are kept; with --root none is looked for without it [default: /var/lib/keeneye]
        #[arg(long, value_name = "DIR", conflicts_with = "from")]
        state_dir: Option<PathBuf>,
        #[command(flatten)]
        place: Where,
    },
    /// An IP address: where it is, who logged in or tried to from there, who talks to it
    Addr {
        /// IPv4 or IPv6 address
        ip: IpAddr,
        #[command(flatten)]
        place: Where,
    },
    /// An account: its logins and failed attempts, what it runs and holds
    User {
        /// Login name
        name: String,
        #[command(flatten)]
        place: Where,
    },
    /// A port: who listens, who is connected
    Port {
        /// Number
        port: u16,
        #[command(flatten)]
        place: Where,
    },
    /// A package: which of its files are in use, and whether they are intact
    Package {
        /// Name
        name: String,
        #[command(flatten)]
        place: Where,
    },
}

impl Thing {
    /// Which host it is asked of.
    pub(crate) fn place(&self) -> &Where {
        match self {
            Self::Pid { place, .. }
            | Self::File { place, .. }
            | Self::Addr { place, .. }
            | Self::User { place, .. }
            | Self::Port { place, .. }
            | Self::Package { place, .. } => place,
        }
    }
}
