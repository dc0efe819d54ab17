//! What the content of a file is like, without the content.

use crate::Text;
use serde::{Deserialize, Serialize};

/// The shape of a file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// An ELF program, library or object.
    Elf(ElfShape),
    /// A script, or a page with code in it.
    Script(ScriptShape),
    /// A file that tells a web server what to run: its lines that do.
    Settings(Vec<ShapeLine>),
    /// Nothing that keeneye knows.
    Other,
}

/// What an ELF file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ElfShape {
    /// 32 or 64.
    pub bits: u8,
    /// It needs no dynamic linker.
    pub is_static: bool,
    /// It is a library: position-independent, and nothing names an interpreter.
    pub is_library: bool,
    /// Section headers are there; a linker always writes them.
    pub sections: bool,
    /// There is no table of symbols.
    pub stripped: bool,
    /// The dynamic linker that it asks for.
    pub interpreter: Option<Text>,
    /// Libraries that it needs.
    pub needed: Vec<Text>,
    /// A part of it is loaded writable and executable at once.
    pub writable_code: bool,
    /// How much of what is loaded looks like noise, in percent: code lies at 70 to 85, what was packed or encrypted
    /// above 95.
    pub entropy: u8,
    /// The mark of a packer that is still there.
    pub packer: Option<Text>,
    /// Bytes that it had before prelink(8) changed it, as its section `.gnu.prelink_undo` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_prelink: Option<u64>,
    /// Functions of the C library and of PAM that it puts its own in place of, when it is a library.
    pub hooks: Vec<Text>,
}

/// What a script does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptShape {
    /// `php`, `jsp`, `cgi`.
    pub language: Text,
    /// Lines that do what is worth telling.
    pub lines: Vec<ShapeLine>,
    /// Bytes of its longest line.
    pub longest: u64,
    /// It was too much to read all of it.
    pub cut: bool,
}

/// A line of interest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShapeLine {
    /// Its number, from 1.
    pub number: u32,
    /// What it does.
    pub does: Does,
    /// The line, secrets masked, at most 240 bytes.
    pub text: Text,
}

/// What a line of a script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Runs code or commands that a request brings.
    RunsInput,
    /// Runs code or commands that it decodes.
    RunsDecoded,
    /// Runs code or commands that it fetches from elsewhere.
    RunsFetched,
    /// Loads a picture, or a file from where everybody writes, as code.
    LoadsData,
    /// Writes what a request brings, what it decodes or what it fetches as a script, or wherever the request wants it.
    WritesCode,
    /// Writes what a request brings to a file that the request names in part.
    WritesInput,
    /// Loads a file that a request names.
    LoadsInput,
    /// Runs code or commands, wherever they come from.
    Runs,
    /// Makes a web server run files of another kind.
    AddsHandler,
    /// Makes a web server run a file before or after every script.
    Prepends,
    /// Makes PHP or a web server load a library by a path.
    LoadsLibrary,
}

impl Does {
    /// A few words behind the name of a file.
    pub fn words(self) -> &'static str {
        match self {
            Self::RunsInput => "runs what a request brings",
            Self::RunsDecoded => "runs what it decodes",
            Self::RunsFetched => "runs what it fetches",
            Self::LoadsData => "loads as code what is no script",
            Self::WritesCode => "writes what others send as a script",
            Self::WritesInput => "writes what a request brings where the request wants it",
            Self::LoadsInput => "loads a file that a request names",
            Self::Runs => "runs code or commands",
            Self::AddsHandler => "makes the web server run files of another kind",
            Self::LoadsLibrary => "makes the web server load a library",
            Self::Prepends => "makes the web server run a file with every script",
        }
    }
}
