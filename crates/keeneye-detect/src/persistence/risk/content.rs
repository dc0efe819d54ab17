//! What a command does, told by its words: code from elsewhere, shells for whoever connects, doors left open.

use super::flow::{Flow, Origin};
use super::{Sign, Weight, code, network, sources};
use bstr::ByteSlice;
use keeneye_facts::Text;
use keeneye_world::languages;
use keeneye_world::shell_line::{self, Inside, ShellCommand};

/// Words of a command that are shown.
const MAX_SHOWN: usize = 300;
pub(super) fn signs(text: &[u8]) -> Vec<Sign> {
    let commands = shell_line::commands(text);
    let flow = Flow::of(&commands);
    let mut signs = network::signs(&commands);
    for (index, command) in commands.iter().enumerate() {
        match runs_unread(&commands, &flow, index, command) {
            Some(Origin::Unpacked) => {
                let shown = shown(&commands, command, text);
                signs.push(Sign { weight: Weight::Odd, ..content(said(Origin::Unpacked), &shown) });
            }
            Some(origin) => signs.push(content(said(origin), &shown(&commands, command, text))),
            None => signs.extend(other(&commands, command)),
        }
        signs.extend(each(&commands, &flow, index, command));
        if command.has_code() && !languages::is_shell(command.name()) {
            signs.extend(code::signs(&bstr::join(" ", command.effective())));
        }
        signs.extend(written(command));
        signs.extend(words(command));
    }
    signs.truncate(20);
    signs
}

/// A line as it is; of a script the command and what it reads from.
fn shown(commands: &[ShellCommand], command: &ShellCommand, text: &[u8]) -> Vec<u8> {
    if text.len() <= MAX_SHOWN {
        return text.to_vec();
    }
    let before = command.reads.clone().and_then(|range| commands.get(range)).unwrap_or_default();
    let all = before.iter().take(5).chain([command]).map(|one| bstr::join(" ", &one.words));
    bstr::join(" | ", all)
}

pub(super) fn content(says: &str, value: &[u8]) -> Sign {
    let value = value.trim_ascii();
    Sign::new(Weight::Content, says, value.get(..MAX_SHOWN).unwrap_or(value))
}

/// Code runs here that was fetched or decoded a moment before.
fn runs_unread(commands: &[ShellCommand], flow: &Flow, index: usize, command: &ShellCommand) -> Option<Origin> {
    let words = command.effective();
    let substituted = |word: &Text| [b"$(".as_slice(), b"`", b"<("].iter().any(|open| word.starts_with(open));
    let inner = || {
        let inside = |inner: &ShellCommand| matches!(inner.inside, Some((outer, Inside::Substitution | Inside::Process)) if outer == index);
        let found = commands.iter().enumerate().skip(index).filter(|(_, inner)| inside(inner));
        found.filter_map(|(at, _)| flow.out(at)).max()
    };
    let here = command.redirects.iter().any(|redirect| redirect.operator == "<<<" || substituted(&redirect.target));
    let given = || flow.given(commands, command).or_else(|| here.then(inner).flatten());
    let is_sourced = matches!(command.name(), b"." | b"source");
    let takes = takes_code(command) && (command.reads.is_some() || !command.redirects.is_empty());
    let named = words.first().is_some_and(|word| is_shell_by_another_name(commands, word));
    if let Some(origin) = (takes || named || is_sourced && words.get(1).is_some_and(is_input)).then(given).flatten() {
        return Some(origin);
    }
    if let Some(origin) = words.first().and_then(|word| flow.variable(word)) {
        return Some(origin);
    }
    let first = words.first().is_some_and(substituted);
    let handed = languages::is_interpreter(command.name()) || is_sourced;
    if (first || handed && is_code_word(command, substituted)) && inner().is_some() {
        return inner();
    }
    // A bare command is searched, and not the file of that name that was just made.
    let bare = |path: &&Text| !path.contains(&b'/') && words.first() == Some(*path);
    command.programs().iter().filter(|path| !bare(path)).find_map(|path| flow.file(path))
}

/// A shell runs what another program writes.
fn other(commands: &[ShellCommand], command: &ShellCommand) -> Option<Sign> {
    let program = sources::unread(commands, command).filter(|_| takes_code(command))?;
    Some(Sign::new(Weight::Odd, "runs what another program writes as commands", program))
}

/// Runs what comes through its input: an interpreter without a script, at(1), parallel(1) without a command.
fn takes_code(command: &ShellCommand) -> bool {
    let alone = || command.effective().iter().skip(1).all(|word| word.starts_with(b"-"));
    command.reads_code() || command.takes_commands() || command.name() == b"parallel" && alone()
}

fn is_input(word: &Text) -> bool {
    matches!(word.as_slice(), b"/dev/stdin" | b"/dev/fd/0" | b"/proc/self/fd/0")
}

/// `xargs sh -c`: code made of what is fetched, or a command of one's own that is only handed it.
fn each(commands: &[ShellCommand], flow: &Flow, index: usize, command: &ShellCommand) -> Option<Sign> {
    let wrappers = command.words.iter().take(command.words.len().saturating_sub(command.effective().len()));
    let by_xargs = wrappers.clone().any(|word| matches!(word.file_name().as_bytes(), b"xargs" | b"parallel"));
    if !by_xargs || !command.has_code() || !languages::is_shell(command.name()) {
        return None;
    }
    let origin = flow.given(commands, command).filter(|origin| *origin > Origin::Unpacked)?;
    // What stands behind `-I` stands for what xargs is given.
    let mut options = wrappers.skip_while(|word| !word.starts_with(b"-I"));
    let glued = options.next().and_then(|word| word.get(2..)).unwrap_or_default();
    let replaced = if glued.is_empty() { options.next().map_or(&b""[..], |word| word.as_slice()) } else { glued };
    let is_value = |word: &Text| {
        word.as_slice() == replaced || matches!(word.as_slice(), b"{}" | b"$0" | b"$1" | b"$@" | b"$*" | b"eval")
    };
    let mut code = commands.iter().filter(|inner| inner.inside == Some((index, Inside::Code))).peekable();
    let runs_it = code.peek().is_none() || code.any(|inner| inner.words.first().is_some_and(is_value));
    let value = bstr::join(" ", &command.words);
    Some(match (runs_it, origin) {
        (true, _) => content(said(origin), &value),
        (false, _) => Sign::new(Weight::Odd, "hands what it fetches to a shell", value),
    })
}

fn said(origin: Origin) -> &'static str {
    match origin {
        Origin::Fetched => "fetches code and runs it",
        Origin::Decoded => "decodes code and runs it",
        Origin::Unpacked => "unpacks code and runs it",
    }
}

/// `$SHELL`, `$(which sh)`, or a variable that holds the name of a shell.
fn is_shell_by_another_name(commands: &[ShellCommand], word: &Text) -> bool {
    let name = word.trim_start_with(|c| c == '$' || c == '{').trim_end_with(|c| c == '}');
    if !word.starts_with(b"$") && !word.starts_with(b"`") {
        return false;
    }
    let told = || {
        let inner = word.trim_with(|c| "$()` \"".contains(c));
        let last = inner.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
        inner.contains(&b' ') && languages::is_shell(last)
    };
    let assigned = || {
        let all = commands.iter().flat_map(|command| &command.assignments);
        all.filter(|(known, _)| known.as_slice() == name).any(|(_, value)| languages::is_shell(value.file_name()))
    };
    matches!(name, b"SHELL" | b"BASH" | b"0") || told() || assigned()
}

/// The word that an interpreter takes as code or script is a substitution, and not one of the arguments behind it.
fn is_code_word(command: &ShellCommand, substituted: impl Fn(&Text) -> bool) -> bool {
    let words = command.effective().get(1..).unwrap_or_default();
    words.iter().find(|word| !word.starts_with(b"-")).is_some_and(substituted)
}

/// What a command adds to files that decide who gets in or what runs.
fn written(command: &ShellCommand) -> Option<Sign> {
    let into = |redirect: &&shell_line::Redirect| redirect.operator.contains(&b'>') && is_door(&redirect.target);
    let target = command.redirects.iter().find(into).map(|redirect| &redirect.target);
    let copied = || {
        let last = command.effective().last()?;
        (matches!(command.name(), b"tee" | b"cp" | b"mv" | b"install") && is_door(last)).then_some(last)
    };
    let target = target.or_else(copied)?;
    // Admins hand keys out from elsewhere; one that stands in the command itself is somebody's own.
    let weight = if matches!(command.name(), b"echo" | b"printf") { Weight::Content } else { Weight::Odd };
    Some(Sign::new(weight, format!("writes into {}", target.lossy()), target.clone()))
}

fn is_door(path: &Text) -> bool {
    let files = ["/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/ld.so.preload", "/etc/crontab"];
    let dirs = ["/etc/sudoers.d", "/etc/cron.d", "/var/spool/cron", "/etc/pam.d"];
    let keys = matches!(path.file_name().as_bytes(), b"authorized_keys" | b"authorized_keys2");
    keys || files.iter().any(|file| path == file) || dirs.iter().any(|dir| path.is_within(dir))
}

/// Words that tell by themselves.
fn words(command: &ShellCommand) -> Option<Sign> {
    let words = command.effective();
    if let Some(word) = words.iter().find(|word| word.contains_str("stratum+")) {
        return Some(Sign::new(Weight::Content, "connects to a mining pool", word.clone()));
    }
    let is_setuid = |word: &Text| {
        let numbers =
            word.len() == 4 && word.iter().all(u8::is_ascii_digit) && matches!(word.first(), Some(b'4' | b'6'));
        numbers || [b"u+s".as_slice(), b"+s", b"ug+s"].contains(&word.as_slice())
    };
    if command.name() == b"chmod" && words.iter().skip(1).any(is_setuid) {
        let interpreter = words.iter().skip(1).any(|word| languages::is_interpreter(word.file_name()));
        let weight = if interpreter { Weight::Content } else { Weight::Odd };
        let says = "gives a program the rights of its owner (setuid)";
        return Some(Sign::new(weight, says, bstr::join(" ", words)));
    }
    let hides = |(name, value): &(Text, Text)| {
        name.ends_with(b"HISTFILE") && value == "/dev/null" || *name == "HISTSIZE" && value == "0"
    };
    if let Some((name, value)) = command.assignments.iter().find(|assignment| hides(assignment)) {
        let value = [name.as_slice(), b"=", value.as_slice()].concat();
        return Some(Sign::new(Weight::Odd, "keeps commands out of the history", value));
    }
    None
}
