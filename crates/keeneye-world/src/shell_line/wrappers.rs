//! Programs that run another program, and how their arguments lead to it.

use crate::{languages, linker_line};
use keeneye_facts::Text;

/// How a wrapper's arguments are read.
struct Wrapper {
    names: &'static [&'static str],
    /// Letters of options whose value is the rest of the word or the next one.
    value: &'static [u8],
    /// Long options whose value is the next word.
    long_value: &'static [&'static str],
    /// Words of its own before the command.
    operands: usize,
    /// Letters whose value is a command line for a shell.
    code: &'static [u8],
}

const PLAIN: Wrapper = Wrapper { names: &[], value: b"", long_value: &[], operands: 0, code: b"" };

/// From the manual pages of coreutils, util-linux, sudo, systemd, moreutils and runit.
const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        names: &["nohup", "setsid", "chronic", "cronic", "command", "builtin", "busybox", "toybox", "unbuffer", "!"],
        ..PLAIN
    },
    Wrapper { names: &["env"], value: b"uC", code: b"S", long_value: &["--unset", "--chdir"], ..PLAIN },
    Wrapper { names: &["exec"], value: b"a", ..PLAIN },
    Wrapper { names: &["nice"], value: b"n", long_value: &["--adjustment"], ..PLAIN },
    Wrapper { names: &["ionice"], value: b"cnpPu", long_value: &["--class", "--classdata"], ..PLAIN },
    Wrapper { names: &["timeout"], value: b"ks", long_value: &["--kill-after", "--signal"], operands: 1, ..PLAIN },
    Wrapper { names: &["flock"], value: b"wE", long_value: &["--timeout", "--wait"], operands: 1, code: b"c" },
    Wrapper {
        names: &["sudo", "doas"],
        value: b"ugphCTrtRDU",
        long_value: &["--user", "--group", "--chdir", "--host", "--prompt", "--role", "--type"],
        ..PLAIN
    },
    Wrapper { names: &["su"], value: b"gGsw", operands: usize::MAX, code: b"c", ..PLAIN },
    Wrapper { names: &["runuser"], value: b"ugGsw", long_value: &["--user", "--group"], code: b"c", ..PLAIN },
    Wrapper {
        names: &["systemd-run"],
        value: b"puEGtPMHC",
        long_value: &["--unit", "--property", "--setenv", "--uid", "--gid", "--slice", "--on-calendar", "--on-active"],
        ..PLAIN
    },
    Wrapper { names: &["systemd-cat"], value: b"tp", ..PLAIN },
    Wrapper { names: &["time"], value: b"fo", ..PLAIN },
    Wrapper { names: &["stdbuf"], value: b"ioe", ..PLAIN },
    Wrapper { names: &["chrt"], value: b"TPD", operands: 1, ..PLAIN },
    Wrapper { names: &["taskset", "chroot", "setuidgid", "softlimit"], operands: 1, ..PLAIN },
    Wrapper { names: &["setpriv", "unshare", "nsenter", "prlimit"], value: b"tSGR", ..PLAIN },
    Wrapper { names: &["screen"], value: b"cehpSsTt", ..PLAIN },
    Wrapper { names: &["tmux"], value: b"LSfsnctxyF", operands: 1, ..PLAIN },
    Wrapper { names: &["daemonize"], value: b"aceopluE", ..PLAIN },
    Wrapper { names: &["pkexec"], long_value: &["--user"], ..PLAIN },
    Wrapper { names: &["xargs"], value: b"adEILnPs", ..PLAIN },
    Wrapper { names: &["script", "watch"], value: b"n", code: b"c", ..PLAIN },
    Wrapper {
        names: &["start-stop-daemon"],
        value: b"pcgNdurRI",
        long_value: &["--pidfile", "--chuid", "--group", "--user", "--name", "--chdir", "--nicelevel", "--retry"],
        ..PLAIN
    },
];
/// The dynamic linker, which runs the program that it is handed (ld.so(8)).
static LOADER: Wrapper = Wrapper { long_value: &linker_line::WITH_VALUE, ..PLAIN };
/// Wrappers around wrappers.
const MAX_WRAPPERS: usize = 8;

fn named(word: &Text) -> Option<&'static Wrapper> {
    let name = word.file_name();
    if linker_line::is_loader(name) {
        return Some(&LOADER);
    }
    WRAPPERS.iter().find(|wrapper| wrapper.names.iter().any(|n| name == n.as_bytes()))
}

/// Libraries, and directories of libraries, that the dynamic linker is told to load into the program that it runs.
pub(super) fn loads(words: &[Text]) -> Vec<Text> {
    let (mut words, mut found) = (words, Vec::new());
    for _ in 0..MAX_WRAPPERS {
        let Some((first, rest)) = words.split_first() else { break };
        let Some(wrapper) = named(first) else { break };
        let paths = linker_line::loads(words).into_iter().map(|(_, path)| path);
        found.extend(paths.filter(|path| path.starts_with(b"/")));
        words = command(wrapper, rest).unwrap_or_default();
    }
    found
}

/// The words behind all wrappers. A wrapper that runs nothing but a shell's code, or nothing at all, stays.
pub(super) fn behind(words: &[Text]) -> &[Text] {
    let mut words = words;
    for _ in 0..MAX_WRAPPERS {
        let Some((first, rest)) = words.split_first() else { break };
        let Some(command) = named(first).and_then(|wrapper| command(wrapper, rest)) else { break };
        words = command;
    }
    words
}

/// The command among a wrapper's arguments.
fn command<'a>(wrapper: &Wrapper, arguments: &'a [Text]) -> Option<&'a [Text]> {
    let (mut at, mut operands) = (0, wrapper.operands);
    while let Some(word) = arguments.get(at) {
        at += 1;
        let is_assignment = super::assignment(word).is_some();
        if let Some(program) = word.strip_prefix(b"--exec=").or_else(|| word.strip_prefix(b"--startas=")) {
            return (!program.is_empty()).then_some(arguments.get(at - 1..)?);
        } else if matches!(word.as_slice(), b"--exec" | b"--startas" | b"-x") && wrapper.names == ["start-stop-daemon"]
        {
            return arguments.get(at..).filter(|rest| !rest.is_empty());
        } else if *word == "--" {
            continue;
        } else if word.starts_with(b"-") && word.len() > 1 {
            at += usize::from(takes_next(wrapper, word));
        } else if !is_assignment && operands > 0 {
            operands -= 1;
        } else if !is_assignment {
            return arguments.get(at - 1..);
        }
    }
    None
}

/// The value of this option is the next word.
fn takes_next(wrapper: &Wrapper, option: &Text) -> bool {
    if option.starts_with(b"--") {
        return wrapper.long_value.iter().any(|long| option == long);
    }
    let values = [wrapper.value, wrapper.code];
    let letter = option.iter().skip(1).position(|b| values.iter().any(|letters| letters.contains(b)));
    letter.is_some_and(|at| at + 2 == option.len())
}

/// Command lines that a command hands to a shell: `sh -c '...'`, `su -c '...'`, `eval ...`.
pub(super) fn code(words: &[Text]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut words = words;
    for _ in 0..MAX_WRAPPERS {
        let Some((first, rest)) = words.split_first() else { break };
        let name = first.file_name();
        if name == "eval" {
            found.push(joined(rest));
            break;
        }
        let Some(wrapper) = named(first) else {
            let is_shell = languages::is_shell(name);
            found.extend(is_shell.then(|| argument(rest, b"c")).flatten());
            break;
        };
        found.extend(argument(rest, wrapper.code));
        if !found.is_empty() {
            break;
        }
        let Some(command) = command(wrapper, rest) else { break };
        words = command;
    }
    found
}

/// The word behind the first option that has one of these letters: `-c CODE`, `-lc CODE`, `--command CODE`.
fn argument(words: &[Text], letters: &[u8]) -> Option<Vec<u8>> {
    if letters.is_empty() {
        return None;
    }
    let has = |word: &&Text| {
        let short = word.starts_with(b"-") && !word.starts_with(b"--");
        short && word.iter().skip(1).any(|b| letters.contains(b)) || **word == "--command"
    };
    let at = words.iter().position(|word| has(&word));
    if let Some(at) = at {
        return words.get(at + 1).map(|word| word.to_vec());
    }
    words.iter().find_map(|word| word.strip_prefix(b"--command=")).map(<[u8]>::to_vec)
}

fn joined(words: &[Text]) -> Vec<u8> {
    bstr::join(" ", words.iter().map(Text::as_slice))
}
