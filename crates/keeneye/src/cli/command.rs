//! What the definitions of the command line leave open: which formats each command has, and what its exit codes say.

use super::{Cli, Format};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, CommandFactory, ValueEnum};

/// Commands, the formats that they have, and what their help says of exit codes.
const COMMANDS: [(&str, &[Format], &str); 5] = [
    ("scan", &[Format::Text, Format::Concise, Format::Json, Format::Jsonl, Format::Html, Format::Nagios], ALL),
    ("digest", &[Format::Text, Format::Concise, Format::Json, Format::Jsonl, Format::Html], ALL),
    ("logins", &LISTS, ALL),
    ("look", &LISTS, ALL),
    ("list", &LISTS, OF_LIST),
];
const LISTS: [Format; 4] = [Format::Text, Format::Concise, Format::Json, Format::Jsonl];
const ALL: &str = "Exit codes: 0 nothing at or above --fail-on · 1 findings · 2 could not run · 3 too blind to say";
const OF_LIST: &str = "Exit codes: 0 listed · 2 could not run · 3 much could not be seen";

/// The command line as help, man page, completions and the parser know it.
pub(crate) fn command() -> Command {
    Cli::command().mut_subcommands(|command| {
        let known = COMMANDS.into_iter().find(|(name, ..)| command.get_name() == *name);
        let Some((_, formats, codes)) = known else { return command };
        let command = command.arg(format(formats)).after_help(codes);
        command.mut_subcommands(|thing| thing.after_help(codes))
    })
}

/// `--format`, in place of that of every command.
fn format(formats: &'static [Format]) -> Arg {
    let values = formats.iter().filter_map(ValueEnum::to_possible_value);
    let parser = PossibleValuesParser::new(values).try_map(|word| Format::from_str(&word, false));
    Arg::new("format").long("format").global(true).value_name("FORMAT").help("How to say it").value_parser(parser)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    fn parsed(words: &[&str]) -> Result<Option<Format>, String> {
        let matches = command().try_get_matches_from([&["keeneye"], words].concat()).map_err(|why| why.to_string())?;
        Cli::from_arg_matches(&matches).map(|cli| cli.options.format).map_err(|why| why.to_string())
    }

    #[test]
    fn each_command_takes_the_formats_that_it_has() {
        command().debug_assert();
        assert_eq!(parsed(&["digest", "--format", "html"]), Ok(Some(Format::Html)));
        assert_eq!(parsed(&["look", "user", "anna", "--format=json"]), Ok(Some(Format::Json)));
        assert_eq!(parsed(&["logins"]), Ok(None));
        for words in [&["logins", "--format", "html"][..], &["look", "pid", "1", "--format", "nagios"]] {
            let why = parsed(words).unwrap_err();
            assert!(why.contains("[possible values: text, concise, json, jsonl]"), "{why}");
        }
    }

    #[test]
    fn help_tells_exit_codes() {
        for (name, ..) in COMMANDS {
            let mut command = command();
            let help = command.find_subcommand_mut(name).unwrap().render_help().to_string();
            assert!(help.contains("Exit codes: 0 "), "{help}");
        }
        let first = command().get_subcommands().next().map(|command| command.get_name().to_owned());
        assert_eq!(first.as_deref(), Some("scan"), "what is wanted most comes first");
    }
}
