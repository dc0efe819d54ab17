//! `keeneye man` and `keeneye completions`: from the same definitions as the help.

use crate::cli;
use crate::output::print;
use crate::settings;
use anyhow::Result;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

/// Prints the man page, subcommands included.
pub(crate) fn man() -> Result<u8> {
    let mut command = cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let man = clap_mangen::Man::new(subcommand.clone());
        page.extend_from_slice(format!(".SH \"KEENEYE {}\"\n", subcommand.get_name().to_uppercase()).as_bytes());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    page.extend_from_slice(&roff());
    print(page)?;
    Ok(0)
}

/// Commands, each with what it is good for.
const EXAMPLES: [(&str, &str); 8] = [
    ("keeneye scan", "Look at this machine, and say what is noticed."),
    ("keeneye scan --root /mnt/disk", "Look at the files of another one, such as a mounted disk image."),
    ("keeneye logins --since 7d", "Who logged in within a week, as last(1) tells it, with what is odd about it."),
    ("keeneye digest --yesterday --format html", "The day before on one page, to be mailed by cron(8)."),
    ("keeneye look user anna", "Everything known about an account."),
    ("keeneye scan --save", "Remember every file as it is, so that the next scan tells what changed."),
    ("ssh web1 keeneye capture -o - > web1.kee", "Record another machine without judging it."),
    ("keeneye scan --from web1.kee --format json", "Judge what was recorded there, as often as wanted."),
];
/// What keeneye reads and writes of its own.
const FILES: [(&str, &str); 4] = [
    (settings::CONFIG, "The configuration; it need not be there."),
    ("/var/lib/keeneye", "Baselines; --state-dir names another place."),
    ("/usr/share/GeoIP, /var/lib/GeoIP, /usr/share/tor", "Databases that win over keeneye's own table of countries."),
    ("*.kee", "Recordings: all answers of one look."),
];

/// The sections that no definition of the command line has.
fn roff() -> Vec<u8> {
    let mut page = Roff::new();
    for (name, rows) in [("EXAMPLES", EXAMPLES.as_slice()), ("FILES", FILES.as_slice())] {
        page.control("SH", [name]);
        for (what, why) in rows {
            page.control("TP", []);
            page.text([bold(*what)]);
            page.text([roman(*why)]);
        }
    }
    page.to_roff().into_bytes()
}

/// Prints completions for a shell.
pub(crate) fn completions(shell: Shell) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "keeneye", &mut script);
    print(script)?;
    Ok(0)
}
