//! `keeneye man` and `keeneye completions`: from the same definitions as the help.

use crate::cli::Cli;
use crate::output::print;
use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

/// Prints the man page, subcommands included.
pub(crate) fn man() -> Result<u8> {
    let mut command = Cli::command();
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
    print(page)?;
    Ok(0)
}

/// Prints completions for a shell.
pub(crate) fn completions(shell: Shell) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "keeneye", &mut script);
    print(script)?;
    Ok(0)
}
