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
/// Lines that are read of one script.
const MAX_LINES: usize = 100_000;

/// A page that runs something, and takes from a request.
pub(super) fn jsp(bytes: &[u8]) -> Vec<(u32, Does)> {
    let takes = has(bytes, JSP_INPUT);
    let does = if takes { Does::RunsInput } else { Does::Runs };
    numbered(bytes).filter(|(_, line)| has(line, JSP_RUNS)).map(|(number, _)| (number, does)).take(50).collect()
}

/// Lines that run what a request brings.
pub(super) fn cgi(bytes: &[u8]) -> Vec<(u32, Does)> {
    let lines = numbered(bytes).filter(|(_, line)| !line.trim_ascii_start().starts_with(b"#"));
    let both = lines.filter(|(_, line)| has(line, CGI_INPUT) && has(line, CGI_RUNS));
    both.map(|(number, _)| (number, Does::RunsInput)).take(50).collect()
}

fn numbered(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    (1..).zip(bytes.lines().take(MAX_LINES))
}

fn has(line: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| line.contains_str(word))
}
