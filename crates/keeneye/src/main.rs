//! keeneye: finds out whether a Linux server has been broken into.

mod accept;
mod accepted;
mod baseline;
mod capture;
mod cli;
mod config;
mod digest;
mod evidence;
mod explain;
mod judge;
mod list;
mod logins;
mod look;
mod manual;
mod names;
mod nearest;
mod next;
mod output;
mod places;
mod progress;
mod rights;
mod rules;
mod scan;
mod settings;
mod since;
mod source;
mod summary;
mod vendor;
mod version;

use anyhow::Result;
use clap::FromArgMatches;
use clap::error::ErrorKind;
use cli::{Cli, Command, Format};
use keeneye_report::nagios;
use settings::Settings;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The message of a panic may quote the host: it goes through the sanitiser like everything else.
    std::panic::set_hook(Box::new(|panic| output::complain(&format!("a mistake in keeneye: {panic}"))));
    let cli = match cli::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(why) => return usage(&why),
    };
    let for_nagios = cli.options.format == Some(Format::Nagios);
    let run = std::panic::catch_unwind(|| run(&cli)).unwrap_or_else(|_| Err(anyhow::anyhow!("please report it")));
    match run {
        Ok(code) => ExitCode::from(code),
        Err(why) if for_nagios => {
            output::print(nagios::could_not_run(&format!("{why:#}"))).ok();
            ExitCode::from(nagios::UNKNOWN)
        }
        Err(why) => {
            output::complain(&format!("{why:#}"));
            ExitCode::from(judge::COULD_NOT_RUN)
        }
    }
}

fn run(cli: &Cli) -> Result<u8> {
    let settings = || Settings::new(&cli.options);
    match &cli.command {
        Command::Scan(scan) => scan::run(scan, &settings()?),
        Command::Capture(capture) => capture::run(capture, &settings()?),
        Command::List(list) => list::run(list, &settings()?),
        Command::Look(look) => look::run(look, &settings()?),
        Command::Logins(logins) => logins::run(logins, &settings()?),
        Command::Digest(digest) => digest::run(digest, &settings()?),
        Command::Explain(explain) => explain::run(explain),
        Command::Accept(entry) => accept::run(entry, cli.options.config.as_deref()),
        Command::Baseline { what } => baseline::run(what, &settings()?),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man => manual::man(),
    }
}

/// Help and version are answers; anything else means that keeneye could not run.
fn usage(why: &clap::Error) -> ExitCode {
    match why.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::print(why.to_string()).ok();
            ExitCode::from(judge::NOTHING)
        }
        // The format was not understood either, so it is looked for among the words.
        _ if std::env::args_os().any(|word| word == "nagios" || word == "--format=nagios") => {
            let why = why.to_string().lines().next().unwrap_or_default().to_owned();
            output::print(nagios::could_not_run(&why)).ok();
            ExitCode::from(nagios::UNKNOWN)
        }
        _ => {
            output::complain(why.to_string().trim_start_matches("error: ").trim_end());
            ExitCode::from(judge::COULD_NOT_RUN)
        }
    }
}
