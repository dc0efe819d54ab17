//! Pages and scripts of other languages: whether one line, or for Java one page, both takes from a request and runs.

use bstr::ByteSlice;
use keeneye_facts::Does;

/// Where a page of Java gets what a request brings.
const JSP_INPUT: &[&str] =
    &["getParameter", "getHeader", "getInputStream", "getReader", "getQueryString", "getCookies"];
/// Where it runs commands or makes classes of bytes.
const JSP_RUNS: &[&str] = &["getRuntime", "ProcessBuilder", "defineClass", "ScriptEngineManager", "URLClassLoader"];
/// Where scripts get what a request brings: Perl, Python, shells, Ruby.
const CGI_INPUT: &[&str] =
    &["param(", "getvalue(", "FieldStorage", "QUERY_STRING", "HTTP_", "params[", "cgi[", "<STDIN>", "sys.stdin"];
/// Where they run something.
const CGI_RUNS: &[&str] = &[
    "system(",
    "system ",
    "exec(",
    "eval(",
    "eval ",
    "popen(",
    "`",
    "qx",
    "subprocess.",
    "os.popen",
    "open(",
    "sh -c",
    "bash -c",
];
/// Of these the ones that need nothing beside what they are given.
const CGI_COMMANDS: &[&str] =
    &["system(", "system ", "exec(", "eval(", "eval \"", "eval $", "popen(", "`", "qx", "subprocess.", "sh -c"];
/// Variables of one script that are followed.
const MAX_VARIABLES: usize = 32;
/// Lines that are read of one script.
const MAX_LINES: usize = 100_000;

/// A page that runs something, and takes from a request.
pub(super) fn jsp(bytes: &[u8]) -> Vec<(u32, Does)> {
    let takes = has(bytes, JSP_INPUT);
    let does = if takes { Does::RunsInput } else { Does::Runs };
    numbered(bytes).filter(|(_, line)| has(line, JSP_RUNS)).map(|(number, _)| (number, does)).take(50).collect()
}

/// Lines that run what a request brings, there or by a variable that a line before them set to it.
pub(super) fn cgi(bytes: &[u8]) -> Vec<(u32, Does)> {
    let mut found = Vec::new();
    let mut variables: Vec<&[u8]> = Vec::new();
    let lines = numbered(bytes).filter(|(_, line)| !line.trim_ascii_start().starts_with(b"#"));
    for (number, line) in lines {
        let takes = has(line, CGI_INPUT);
        let runs = takes && has(line, CGI_RUNS)
            || has(line, CGI_COMMANDS) && variables.iter().any(|variable| has_word(line, variable));
        if runs {
            found.push((number, Does::RunsInput));
        }
        if takes && variables.len() < MAX_VARIABLES {
            variables.extend(assigned(line));
        }
        if found.len() >= 50 {
            break;
        }
    }
    found
}

/// The variable that a line sets: `my $c = param('c')`, `c = form.getvalue('c')`, `c=$QUERY_STRING`. With its sigil.
fn assigned(line: &[u8]) -> Option<&[u8]> {
    let (name, value) = line.split_once_str("=")?;
    if value.first().is_some_and(|b| b"=~>".contains(b)) || name.last().is_some_and(|b| b"!<>=".contains(b)) {
        return None;
    }
    let name = name.trim_ascii_end();
    let letters = name.iter().rev().take_while(|b| is_letter(**b)).count();
    let from = name.len() - letters;
    let sigil = from.checked_sub(1).filter(|at| name.get(*at) == Some(&b'$'));
    name.get(sigil.unwrap_or(from)..).filter(|_| letters > 0)
}

/// The variable stands there as a word of its own: neither a part of another, nor an option, nor a string.
fn has_word(line: &[u8], word: &[u8]) -> bool {
    line.find_iter(word).any(|at| {
        let before = at.checked_sub(1).and_then(|at| line.get(at));
        let behind = line.get(at + word.len());
        let sigil = word.starts_with(b"$");
        let begins = sigil || !before.is_some_and(|b| is_letter(*b) || b"-'\".".contains(b));
        begins && !behind.is_some_and(|b| is_letter(*b))
    })
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn numbered(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    (1..).zip(bytes.lines().take(MAX_LINES))
}

fn has(line: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| line.contains_str(word))
}
