//! Calls in a line of a script that run code: words of several languages, told from namesakes by what stands around.

use bstr::ByteSlice;

/// Objects whose `eval` and `exec` are those of the language itself.
const GLOBALS: [&[u8]; 6] = [b"builtins", b"__builtins__", b"window", b"global", b"globalthis", b"child_process"];
/// Places in a script that name `child_process` which are looked at.
const MAX_NAMED: usize = 20;
/// Bytes before such a place in which a name is given to it.
const NAMING: usize = 80;

/// Runs code, or with `child_process` of Node.js a command.
pub(super) fn runs_code(script: &[u8], line: &[u8]) -> bool {
    let lower = line.to_ascii_lowercase();
    let evaluates = ["eval", "exec"].iter().any(|word| {
        uses(&lower, word).any(|(before, behind)| is_called(behind) && is_the_languages_own(script, before))
    });
    let runs = uses(&lower, "execsync").any(|(_, behind)| behind.starts_with(b"("));
    let made = uses(&lower, "create_function").any(|(_, behind)| behind.starts_with(b"("));
    // How bundlers find the global object.
    let is_global = |behind: &[u8]| behind.get(2..).is_some_and(|inner| inner.starts_with(b"return this"));
    let constructs = uses(line, "Function").any(|(_, behind)| behind.starts_with(b"(") && !is_global(behind));
    evaluates || runs || made || constructs
}

/// Perl: what is unpacked is run at once.
pub(super) fn runs_packed(line: &[u8]) -> bool {
    uses(line, "eval").any(|(_, behind)| {
        let argument = behind.trim_start_with(|c| c == ' ' || c == '(');
        let word = argument.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        word < argument.len() && matches!(argument.get(..word), Some(b"pack" | b"unpack")) && argument != behind
    })
}

/// Where a word stands alone: what is before and behind it.
fn uses<'a>(line: &'a [u8], word: &'a str) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let split = |at: usize| Some((line.get(..at)?, line.get(at + word.len()..)?));
    line.find_iter(word).filter_map(split).filter(|(before, behind)| {
        let begins = !before.last().is_some_and(|b| is_name(*b)) && !before.ends_with(b"->");
        begins && !behind.first().is_some_and(|b| is_name(*b))
    })
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// With parentheses, or with a value behind a blank. A block behind `eval` of Perl catches errors.
fn is_called(behind: &[u8]) -> bool {
    let argument = behind.trim_start_with(|c| c == ' ');
    match argument.first() {
        Some(b'(') => true,
        _ if argument.len() == behind.len() => false,
        Some(b'$' | b'@' | b'"' | b'\'' | b'`' | b'[') => true,
        Some(_) => {
            let name = |b: &&u8| is_name(**b) || matches!(**b, b'.' | b':');
            let word: &[u8] = argument.get(..argument.iter().take_while(name).count()).unwrap_or_default();
            let behind = argument.get(word.len()..).unwrap_or_default();
            let value = behind.trim_start_with(|c| c == ' ').first();
            !word.is_empty() && matches!(value, Some(b'(' | b'$' | b'"' | b'\''))
        }
        None => false,
    }
}

/// No method of another object, as `exec` is of regular expressions in JavaScript.
fn is_the_languages_own(script: &[u8], before: &[u8]) -> bool {
    let Some(receiver) = before.strip_suffix(b".") else { return true };
    let receiver = receiver.strip_suffix(b"?").unwrap_or(receiver);
    let receiver = receiver.trim_end_with(|c| matches!(c, ')' | '"' | '\''));
    let name = receiver.rsplit(|b| !is_name(*b)).next().unwrap_or_default();
    GLOBALS.contains(&name) || !name.is_empty() && is_child_process(script, name)
}

/// `NAME = require('child_process')`, `import NAME from 'child_process'`.
fn is_child_process(script: &[u8], name: &[u8]) -> bool {
    script.find_iter("child_process").take(MAX_NAMED).any(|at| {
        let naming = script.get(at.saturating_sub(NAMING)..at).unwrap_or_default().to_ascii_lowercase();
        let statement = naming.rsplit(|b| matches!(*b, b';' | b'\n' | b',')).next().unwrap_or_default();
        statement.split(|b| !is_name(*b)).any(|word| word == name)
    })
}

#[cfg(test)]
mod tests {
    use crate::persistence::risk::code::signs_of_script;

    fn is_loud(line: &str) -> bool {
        !signs_of_script(line.as_bytes()).is_empty()
    }

    #[test]
    fn calls_that_run_code() {
        for line in [
            "exec(base64.b64decode('x'))",
            "exec (zlib.decompress(x))",
            "builtins.exec(base64.b64decode('x'))",
            "eval(atob(x))",
            "fetch(u).then(r=>r.text()).then(t=>eval(t))",
            "fetch(u).then(r => r.text()).then(t => new Function(t)())",
            "const c = require('child_process'); fetch(u).then(r => r.text()).then(t => c.exec(t))",
            "fetch(u).then(r => r.text()).then(t => require('child_process').exec(t))",
            "import {exec} from 'child_process'; fetch(u).then(r => r.text()).then(t => exec(t))",
            "fetch(u).then(r => r.text()).then(t => cp.execSync(t))",
            "eval decode_base64 $x;",
            "eval decode_base64('x');",
            "eval \"$x\" . decode_base64($y);",
            "eval(pack('H*', '41'));",
            "eval unpack u=>q{x};",
            "eval Base64.decode64(\"x\")",
            "@eval(base64_decode($x));",
        ] {
            assert!(is_loud(line), "{line}");
        }
    }
    #[test]
    fn namesakes_of_calls_that_run_code() {
        for line in [
            "fetch(u).then(function(res){return res.json()})",
            "var m=/^v(\\d+)/.exec(process.version),b=atob(x);",
            "const m = re.exec(line); const b = atob(m[1]);",
            "eval { require LWP::UserAgent; 1 } or die;",
            "eval { my ($n) = unpack(\"N\",$buf) };",
            "eval {decode_base64($x)};",
            "x = ast.literal_eval(base64.b64decode(y))",
            "session.exec(select(T)); base64.b64decode(y)",
            "n = retrieval(fetch(u))",
            "say 'no eval of base64_decode';",
            "var g=Function(\"return this\")(),b=atob(x);",
            "$self->eval(decode_base64($x));",
        ] {
            assert!(!is_loud(line), "{line}");
        }
    }
    #[test]
    fn mutated_scripts_never_panic() {
        let seeds: [&[u8]; 2] = [
            b"const c = require('child_process'); fetch(u).then(t => c.exec(t)); eval unpack u=>x",
            b"eval { x } exec(",
        ];
        keeneye_world::mutate::check(&seeds, |script| {
            drop(signs_of_script(script));
            true
        });
    }
}
