//! What can be typed. Help, man page and completions come from these definitions; what the words mean is decided in
//! `settings` and in the commands.

mod baseline;
mod command;
mod place;
mod said;
mod views;

use crate::version;
pub(crate) use baseline::{BaselineCommand, Which};
use clap::{Args, Parser, Subcommand};
pub(crate) use command::command;
pub(crate) use place::{Kept, Where, quoted};
pub(crate) use said::{Color, Format, LevelName};
use std::path::PathBuf;
pub(crate) use views::{Digest, List, Logins, Look, Thing, Things};

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
