//! Logs and login records that others wrote and judged, beside what keeneye reads out of them.
//!
//! Nothing of that data is part of the project: it is read where it lies.

mod audit;
mod crowdsec;
mod fail2ban;
mod journal;
mod login_records;

use anyhow::{Result, ensure};
pub(crate) use journal::writer as journal_writer;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Every suite, in the order of the table.
const SUITES: &[Suite] = &[
    // Lines of text.
    Suite { name: "fail2ban sshd", bar: 100.0, run: fail2ban::sshd },
    Suite { name: "fail2ban pam-generic", bar: 95.0, run: fail2ban::pam },
    Suite { name: "fail2ban dropbear", bar: 95.0, run: fail2ban::dropbear },
    Suite { name: "fail2ban vsftpd", bar: 95.0, run: fail2ban::vsftpd },
    Suite { name: "fail2ban proftpd", bar: 95.0, run: fail2ban::proftpd },
    Suite { name: "fail2ban dovecot", bar: 95.0, run: fail2ban::dovecot },
    Suite { name: "fail2ban postfix", bar: 95.0, run: fail2ban::postfix },
    Suite { name: "fail2ban selinux-ssh", bar: 95.0, run: fail2ban::selinux },
    Suite { name: "crowdsec logins", bar: 99.0, run: crowdsec::logins },
    // Login records, journals, records of the audit system.
    login_records::LAST,
    login_records::UTMPDUMP,
    login_records::LASTLOG2,
    login_records::PLASO,
    journal::JOURNALD,
    audit::RECORDS,
    audit::EVENTS,
    audit::GROUPS,
];
/// Of what went wrong so much is told of each suite.
const TOLD: usize = 20;

/// What `conformance` does.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The directory with other people's test data
    #[arg(long, default_value = "../shared/data")]
    data: PathBuf,
    /// Only suites whose name contains this
    #[arg(long)]
    only: Option<String>,
}

/// Cases of one origin.
pub(crate) struct Suite {
    /// `fail2ban sshd`
    pub(crate) name: &'static str,
    /// Share of the cases that has to be right, in percent.
    pub(crate) bar: f64,
    /// Reads the cases below the directory of data.
    pub(crate) run: fn(&Path) -> Result<Score>,
}

/// How a suite went.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) right: usize,
    /// What was read otherwise than the case says, one line each.
    pub(crate) wrong: Vec<String>,
    /// Cases that are left out, with the reason: `12 lines of exim: not a login`.
    pub(crate) left_out: Vec<String>,
}

impl Score {
    fn cases(&self) -> usize {
        self.right + self.wrong.len()
    }

    /// In percent; a suite without cases has none right.
    fn share(&self) -> f64 {
        match self.cases() {
            0 => 0.0,
            cases => 100.0 * self.right as f64 / cases as f64,
        }
    }
}

/// Prints the table; true when no suite is below its bar.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    ensure!(
        arguments.data.is_dir(),
        "{} is no directory: the test data of others is not there; name its place with --data",
        arguments.data.display()
    );
    let wanted = |suite: &&Suite| arguments.only.as_ref().is_none_or(|only| suite.name.contains(only.as_str()));
    let mut good = true;
    let mut table = String::from("| suite | cases | right | bar |\n|---|---|---|---|\n");
    for suite in SUITES.iter().filter(wanted) {
        let score = (suite.run)(&arguments.data)?;
        let below = score.share() < suite.bar;
        good &= !below;
        let mark = if below { ": BELOW THE BAR" } else { "" };
        writeln!(table, "| {} | {} | {:.1} %{mark} | {} % |", suite.name, score.cases(), score.share(), suite.bar)?;
        score.wrong.iter().take(TOLD).for_each(|line| println!("{}: {line}", suite.name));
        score.left_out.iter().for_each(|line| println!("{}: left out: {line}", suite.name));
    }
    println!("\n{table}");
    Ok(good)
}
