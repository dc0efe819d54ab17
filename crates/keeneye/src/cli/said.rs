//! How something is said, and how grave it is.

use clap::ValueEnum;
use keeneye_facts::Level;

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
