//! `/proc/N/environ`: all names, and the values of the few variables that make other code run or hide traces.

use bstr::ByteSlice;

/// Stands for an entry without a name: a process that writes its title over its environment leaves such pieces,
/// and a piece of a value may be a piece of a secret.
pub const NO_NAME: &[u8] = b"?";

/// Longest name and value that are kept.
const MAX_NAME: usize = 128;
const MAX_VALUE: usize = 4096;

/// Variables whose values say what code is loaded, where traces go, and where somebody came from.
const KEPT: &[&[u8]] = &[
    b"PATH",
    b"HOME",
    b"SHELL",
    b"BASH_ENV",
    b"ENV",
    b"PROMPT_COMMAND",
    b"HISTSIZE",
    b"HISTFILESIZE",
    b"HISTCONTROL",
    b"PYTHONSTARTUP",
    b"PYTHONPATH",
    b"PERL5OPT",
    b"PERL5LIB",
    b"NODE_OPTIONS",
    b"RUBYOPT",
    b"SSH_CONNECTION",
    b"SSH_CLIENT",
    b"SSH_TTY",
];

/// `NAME` or `NAME=value` for each entry, every one ended by NUL. Nothing at all when there were only NUL bytes.
/// An entry whose name is not one, or is too long, becomes [`NO_NAME`].
pub(super) fn reduce(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for entry in bytes.split_str("\0").filter(|entry| !entry.is_empty()) {
        match entry.split_once_str("=") {
            Some((name, value)) if is_name(name) => {
                kept.extend_from_slice(name);
                if let Some(value) = kept_value(name, value) {
                    kept.push(b'=');
                    kept.extend(value);
                }
            }
            _ => kept.extend_from_slice(NO_NAME),
        }
        kept.push(0);
    }
    kept
}

/// Letters, digits, and what shells make of functions: `BASH_FUNC_x%%`, `BASH_FUNC_x()`.
fn is_name(name: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || b"_.%()-".contains(b);
    !name.is_empty() && name.len() <= MAX_NAME && name.iter().all(letter)
}

pub(super) fn kept_value(name: &[u8], value: &[u8]) -> Option<Vec<u8>> {
    let value = value.get(..MAX_VALUE).unwrap_or(value);
    if name == b"JAVA_TOOL_OPTIONS" {
        return Some(java_agents(value));
    }
    let whole = name.starts_with(b"LD_") || name.ends_with(b"HISTFILE") || KEPT.contains(&name);
    whole.then(|| value.to_vec())
}

/// The agents that Java loads, without their own options: `-javaagent:/opt/x.jar`.
fn java_agents(value: &[u8]) -> Vec<u8> {
    let agent =
        |word: &&[u8]| [b"-javaagent:".as_slice(), b"-agentpath:", b"-agentlib:"].iter().any(|a| word.starts_with(a));
    let agents = value.split(u8::is_ascii_whitespace).filter(agent).filter_map(|word| word.split_str("=").next());
    bstr::join(" ", agents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate;

    #[test]
    fn names_stay_and_only_a_few_values() {
        let environ: &[u8] =
            b"DB_PASSWORD=hunter2\0LD_PRELOAD=/x.so\0MYSQL_HISTFILE=/dev/null\0BASH_FUNC_ls%%=() { :; }\0\
            JAVA_TOOL_OPTIONS=-Dpassword=x -javaagent:/opt/a.jar=key=1 -agentpath:/b.so\0PATH=/bin\0";
        let kept: &[u8] = b"DB_PASSWORD\0LD_PRELOAD=/x.so\0MYSQL_HISTFILE=/dev/null\0BASH_FUNC_ls%%\0\
            JAVA_TOOL_OPTIONS=-javaagent:/opt/a.jar -agentpath:/b.so\0PATH=/bin\0";
        assert_eq!(reduce(environ).as_bstr(), kept.as_bstr());
    }
    #[test]
    fn pieces_of_an_overwritten_environment_do_not_pass() {
        assert_eq!(reduce(b"nginx: worker process\0\0\0ter2\0a b=c\0"), b"?\0?\0?\0");
        assert_eq!(reduce(b"\0\0\0"), b"");
        assert_eq!(reduce(&[&[b'A'; 129], b"=x".as_slice()].concat()), b"?\0");
    }
    #[test]
    fn no_mutant_lets_the_secret_through() {
        let seed: &[u8] = b"LANG=C\0API_TOKEN=s3cr3t\0LD_PRELOAD=/x.so\0TERM=xterm\0";
        mutate::check(&[seed], |bytes| !reduce(bytes).is_empty());
        assert!(!reduce(seed).contains_str("s3cr3t"));
    }
}
