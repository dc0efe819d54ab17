//! What can be typed. Help, man page and completions come from these definitions; what the words mean is decided in
//! [`crate::settings`] and in the commands.

use crate::{vendor, version};
use clap::{Args, Parser, Subcommand, ValueEnum};
use keeneye_facts::Level;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Finds out whether a Linux server has been broken into.
#[derive(Debug, Parser)]
#[command(name = "keeneye", version, long_version = version::long(), max_term_width = 100, term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) options: Options,
}

const EXIT_CODES: &str = "Exit codes: 0 looked, nothing at or above --fail-on · 1 findings · 2 could not run · \
3 nothing found, but too blind to say.\n--format nagios uses its own: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look at the host once, now, and say what is noticed
    Scan(Scan),
    /// Record every answer of a look without judging it
    Capture(Capture),
    /// The truth in place of ps, ss, netstat -ntlp and lsof
    List(List),
    /// Everything known about one thing
    Look(Look),
    /// Who logged in, from where, how and for how long, with what is odd about it
    Logins(Logins),
    /// What happened on one page: logins, failed attempts, sudo, accounts, cron, errors of services and disks
    Digest(Digest),
    /// What a detector sees, why it matters, what is innocent, what to do
    Explain(Explain),
    /// Accept findings, with a reason and an end: writes an entry into the configuration
    Accept(AcceptArgs),
    /// Remember what is normal, and tell what changed since
    Baseline {
        #[command(subcommand)]
        what: BaselineCommand,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// Options of every command.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// How to say it
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Say only alerts and the verdict
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say everything: all evidence, every gap, what was accepted
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Colours; NO_COLOR is obeyed when this is auto
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) color: Option<Color>,
    /// Run only detectors whose name matches, such as 'process/*'
    #[arg(long, global = true, value_name = "GLOB")]
    pub(crate) only: Vec<String>,
    /// Leave out detectors whose name matches
    #[arg(long, global = true, value_name = "GLOB")]
    pub(crate) skip: Vec<String>,
    /// The lowest level that makes exit code 1 [default: suspicious]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) fail_on: Option<LevelName>,
    /// The percentage of questions answered below which nothing found means nothing [default: 80]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) require_coverage: Option<u8>,
    /// Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Stop asking after so many seconds; the rest becomes gaps
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_time: Option<u64>,
}

/// Which host.
#[derive(Args, Debug, Default)]
pub(crate) struct Where {
    /// Look at the files below a directory, such as a mounted disk image, in place of this machine
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    pub(crate) root: Option<PathBuf>,
    /// Look at a recording; `-` reads standard input
    #[arg(long, value_name = "FILE.kee")]
    pub(crate) from: Option<PathBuf>,
    /// Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of
    /// packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB
    #[arg(long, conflicts_with = "from")]
    pub(crate) quick: bool,
    /// Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(crate) keyring: Vec<PathBuf>,
    /// A database that tells countries, networks or cities of addresses (.mmdb, or tor's geoip), before those in the
    /// usual places and keeneye's own table; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(crate) geoip: Vec<PathBuf>,
    /// Compare dpkg's packages with their makers'' own files, in place of the lists on the host: .deb files and
    /// manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given
    /// several times
    #[arg(long, value_name = "DIR|apt", conflicts_with = "from", long_help = vendor::HELP)]
    pub(crate) vendor: Vec<PathBuf>,
    /// Add what was learnt of packages to a manifest, which `--vendor` takes on other servers
    #[arg(long, value_name = "FILE", requires = "vendor")]
    pub(crate) vendor_keep: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) place: Where,
    /// Keep all answers of this very scan in a file
    #[arg(long, value_name = "FILE.kee", conflicts_with = "from")]
    pub(crate) record: Option<PathBuf>,
    /// Also read directories of ext4 from the block device, and compare; of FILE where the image of a disk is at hand
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with = "from")]
    pub(crate) raw: Option<Option<PathBuf>>,
    /// Afterwards remember every file as it is now, as `baseline learn` does
    #[arg(long, conflicts_with = "from")]
    pub(crate) save: bool,
    /// Where baselines are kept; with --root none is looked for without it [default: /var/lib/keeneye]
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    pub(crate) state_dir: Option<PathBuf>,
    /// Do not hold the files against the newest baseline
    #[arg(long, conflicts_with_all = ["from", "save"])]
    pub(crate) without_baseline: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Capture {
    /// The recording to write; `-` is standard output
    #[arg(short, long, value_name = "FILE.kee")]
    pub(crate) output: PathBuf,
    /// Look at the files below a directory in place of this machine
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of
    /// packaged files, what containers wrote, digests of large files, logs beyond the newest 256 MiB
    #[arg(long)]
    pub(crate) quick: bool,
    /// Also read directories of ext4 from the block device, and compare; of FILE where the image of a disk is at hand
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) raw: Option<Option<PathBuf>>,
    /// Also copy the programs of suspicious processes, deleted and memory-only ones included
    #[arg(long)]
    pub(crate) with_files: bool,
}

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
    /// Only since then: a day (2026-11-01), or so long ago (90m, 36h, 7d, 4w)
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Those that failed instead, summed up by where they came from
    #[arg(long)]
    pub(crate) failed: bool,
    #[command(flatten)]
    pub(crate) place: Where,
}

#[derive(Args, Debug)]
pub(crate) struct Digest {
    /// Of yesterday, from midnight to midnight
    #[arg(long, conflicts_with = "since")]
    pub(crate) yesterday: bool,
    /// Since then: a day (2026-11-01), or so long ago (90m, 36h, 7d, 4w) [default: 24h]
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
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

impl Where {
    /// Where what is remembered of it is kept. `None` for a recording, and for an image whose baselines nobody named.
    pub(crate) fn kept(&self, state_dir: Option<&Path>) -> Option<Kept> {
        let kept = Kept { root: self.root.clone(), state_dir: state_dir.map(Path::to_owned) };
        let known = self.from.is_none() && (self.root.is_none() || state_dir.is_some());
        known.then_some(kept)
    }
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

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Remember every file as it is now, as the next baseline
    Learn {
        /// Where to begin, instead of where the one before did [default: /]
        #[arg(value_name = "DIR")]
        roots: Vec<PathBuf>,
        /// Read all content, also of files that look untouched
        #[arg(long)]
        full: bool,
        #[command(flatten)]
        place: Kept,
    },
    /// Show which baselines there are, or all about one
    Show {
        /// Its number or its file
        which: Option<String>,
        #[command(flatten)]
        place: Kept,
    },
    /// Tell what changed since the newest baseline, since another one, or between two
    Diff {
        /// The earlier one: its number or its file [default: the newest]
        before: Option<String>,
        /// The later one [default: the host as it is now]
        after: Option<String>,
        /// Read all content, also of files that look untouched
        #[arg(long, conflicts_with = "after")]
        full: bool,
        #[command(flatten)]
        place: Kept,
    },
    /// Sign a baseline; the key need not be on the host that it is of
    Sign(Which),
    /// Tell whether a baseline is whole, the newest that was seen, and signed by the owner of a public key
    Verify(Which),
    /// Make a key: FILE signs, FILE.pub verifies
    Keygen {
        /// The file to write; it must not be there yet
        file: PathBuf,
    },
}

/// A baseline, and where baselines are kept.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// Its number or its file [default: the newest]
    pub(crate) which: Option<String>,
    /// The file that holds the key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) place: Kept,
}

/// Which host, and where what is remembered of it is kept.
#[derive(Args, Debug, Default)]
pub(crate) struct Kept {
    /// Look at the files below a directory, such as a mounted disk image, in place of this machine
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Where baselines are kept [default: /var/lib/keeneye]
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A detector's name, such as process/exe-deleted
    #[arg(required_unless_present = "all")]
    pub(crate) name: Option<String>,
    /// Every detector
    #[arg(long, conflicts_with = "name")]
    pub(crate) all: bool,
}

#[derive(Args, Debug, Default)]
pub(crate) struct AcceptArgs {
    /// The id of exactly one finding, as -v and JSON tell it
    #[arg(
        value_name = "FINDING",
        conflicts_with_all = ["path", "detector", "account", "package", "cause"],
        required_unless_present_any = ["path", "detector", "account", "package", "cause"]
    )]
    pub(crate) finding: Option<String>,
    /// Findings about files or programs of this path; * and ? are understood
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Findings of this detector; * and ? are understood
    #[arg(long, value_name = "NAME")]
    pub(crate) detector: Option<String>,
    /// Findings about this account
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Findings about files of this package
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// Changes since the baseline of this cause, as `baseline diff --format json` names it: settings, new, rights
    #[arg(long, value_name = "CAUSE")]
    pub(crate) cause: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) because: String,
    /// The last day, at most two years from now
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) until: String,
    /// Only say what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// One line a thing, for grep
    Concise,
    /// One document, schema 1
    Json,
    /// One object a line
    Jsonl,
    /// One page that needs nothing else
    Html,
    /// A status line and performance data for monitoring
    Nagios,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// When standard output is a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelName {
    Note,
    Unusual,
    Suspicious,
    Compromised,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Note => Self::Note,
            LevelName::Unusual => Self::Unusual,
            LevelName::Suspicious => Self::Suspicious,
            LevelName::Compromised => Self::Compromised,
        }
    }
}
