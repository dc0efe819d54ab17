//! A start file gives a trusted command another meaning.
//!
//! # What it sees
//! An alias or a function in a shell start file, under the name of a command that admins trust, that filters lines out
//! of what the command says, calls a file in a hidden or volatile place or one that no package owns, or reads a
//! password before it calls the real command.
//!
//! # Why it matters
//! It needs no rights beyond those of one user and changes no packaged file: the next `ps` of the admin leaves out what
//! the intruder runs, the next `sudo` hands over the password.
//!
//! # Innocent causes
//! Options (`ls --color=auto`, `rm -i`), other packaged programs (`top=htop`), pagers and sorting are quiet. Leaving
//! loop devices out of `df` or `mount` is quiet too: those do not show what runs. Tools in a home (`~/.cargo/bin`) or
//! /usr/local are `unusual`.
//!
//! # What to do
//! Read the file. Call the command as `command NAME` or by its full path and compare.

use super::is_viewer;
use crate::{Detector, Scene, place, subject};
use bstr::ByteSlice;
use keeneye_facts::{Contents, Finding, Level, Subject, Text};
use keeneye_world::{World, shell_line, start_file};

/// See the head of this file.
pub static DETECTOR: Detector = Detector {
    name: "integrity/command-aliased",
    title: "a start file redefines a trusted command",
    level: Level::Suspicious,
    attack: &["T1546.004"],
    absolute: false,
    source: include_str!("command_aliased.rs"),
    run,
};

/// One alias or function.
struct Definition {
    name: Text,
    line: u32,
    body: Text,
    function: bool,
}

fn run(scene: &Scene<'_>) -> Vec<Finding> {
    let files = scene.world.start_files.iter();
    files.flat_map(|file| definitions(file).into_iter().filter_map(|one| judge(scene.world, file, &one))).collect()
}

/// Start files come reduced: a function's lines follow its first.
fn definitions(file: &Contents) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    for (line, text) in &file.lines {
        let aliases = start_file::aliases(text);
        if !aliases.is_empty() {
            let of = |(name, body)| Definition { name, line: *line, body, function: false };
            found.extend(aliases.into_iter().map(of));
        } else if let Some(name) = function(text) {
            let body = text.find_byte(b'{').and_then(|at| text.get(at + 1..)).unwrap_or_default();
            found.push(Definition { name, line: *line, body: Text::from(body), function: true });
        } else if let Some(open) = found.last_mut().filter(|open| open.function) {
            open.body = Text::from([open.body.as_slice(), b"\n", text.as_slice()].concat());
        }
    }
    found
}

/// `NAME() {` and `function NAME {`.
fn function(line: &[u8]) -> Option<Text> {
    let name = start_file::function_name(line)?;
    let plain = name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    (plain && !name.is_empty()).then(|| Text::from(name))
}

fn judge(world: &World, file: &Contents, one: &Definition) -> Option<Finding> {
    let takes = takes_the_password(world, file, one);
    let (level, what) = worst(world, one).into_iter().chain(takes).max_by_key(|(level, _)| *level)?;
    let (name, path) = (one.name.lossy(), file.path.lossy());
    let kind = if one.function { "function" } else { "alias" };
    let summary = format!("{path} makes {name} {}: it {what}", if one.function { "a function" } else { "an alias" });
    let subject = Subject { line: Some(one.line), ..subject::file(&file.path) };
    Some(
        DETECTOR
            .finding(level, subject, summary)
            .evidence(kind, one.body.clone())
            .evidence("line", format!("{}", one.line))
            .innocent("a convenience of the user", false, "ask the owner of the file")
            .next(format!("keeneye look file {path}"))
            .next(format!("compare what {name} and \"command {name}\" say")),
    )
}

/// Commands that ask for a password or for the way to another machine: what stands in for them gets it.
const ASKS: [&[u8]; 6] = [b"sudo", b"su", b"doas", b"login", b"passwd", b"ssh"];

/// What stands in for a command that asks for a password hides, whether it is there now or not; or lies in a home under
/// the command's name. Of ssh people keep versions of their own.
fn takes_the_password(world: &World, file: &Contents, one: &Definition) -> Option<(Level, String)> {
    if !ASKS.contains(&one.name.as_slice()) {
        return None;
    }
    let home = place::home_of(&file.path, &world.accounts).map(|home| home.dir);
    let commands = shell_line::commands(&one.body);
    let programs = commands.iter().filter_map(|command| command.effective().first());
    let mut programs = programs.filter_map(|program| full(program, home.as_ref()));
    programs.find_map(|path| {
        let at = path.lossy().into_owned();
        let dots = path.split(|b| *b == b'/').filter(|part| place::hiding(part).is_some()).count();
        let in_tools = dots == 1 && path.parent().ends_with(b"/bin");
        if place::is_volatile(&path) || dots > 0 && !in_tools && !world.owner(&path).is_owned_unchanged() {
            return Some((
                Level::Suspicious,
                format!("calls {at}, in a place that hides or that anybody may write to"),
            ));
        }
        let same_name = path.file_name() == one.name.as_slice().as_bstr() && one.name != "ssh";
        let in_home = place::home_of(&path, &world.accounts).is_some() && dots == 0;
        (same_name && in_home).then(|| (Level::Suspicious, format!("calls {at}, in a home")))
    })
}

/// A program's full path, where the start file tells it.
fn full(program: &Text, home: Option<&Text>) -> Option<Text> {
    let rest = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|start| program.strip_prefix(start.as_bytes()));
    match (rest, home) {
        (Some(rest), Some(home)) => Some(home.join(rest)),
        (Some(_), None) => None,
        _ => program.starts_with(b"/").then(|| program.clone()),
    }
}

/// The worst thing that a definition does.
fn worst(world: &World, one: &Definition) -> Option<(Level, String)> {
    let viewer = is_viewer(&one.name);
    if viewer && one.function && reads_secretly(&one.body) {
        return Some((Level::Suspicious, "reads a password itself".into()));
    }
    let places = words(&one.body).filter(|word| word.starts_with(b"/")).map(Text::from);
    let judged = places.filter_map(|path| {
        let at = path.lossy().into_owned();
        if odd_place(world, &path) {
            return Some((
                Level::Suspicious,
                format!("calls {at}, in a place that hides or that anybody may write to"),
            ));
        }
        let stranger = world.owner(&path).is_unowned() && path.file_name() == one.name.as_slice().as_bstr();
        let level = if viewer && !place::is_admin(&path, &world.accounts) { Level::Suspicious } else { Level::Unusual };
        stranger.then(|| (level, format!("calls {at}, which no package owns")))
    });
    let filter = (viewer && filters(&one.body)).then(|| (Level::Suspicious, "leaves lines out".to_owned()));
    judged.chain(filter).max_by_key(|(level, _)| *level)
}

/// A file that is called from a place where no command lies. Devices and a home's own directories are none.
fn odd_place(world: &World, path: &Text) -> bool {
    if path.is_within("/dev") && !path.is_within("/dev/shm") {
        return false;
    }
    let exists = world.file(path).is_some_and(|fact| fact.stat.is_some_and(|stat| !stat.is_dir()));
    let hidden = place::hidden_component(path).is_some() && !place::is_tool_dot_dir(path, &world.accounts);
    exists && (place::is_volatile(path) || hidden)
}

fn words(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.split(|b| b.is_ascii_whitespace() || b"'\"=;&|(){}<>`".contains(b)).filter(|word| !word.is_empty())
}

/// `read -s` and `stty -echo`: what is typed does not show.
fn reads_secretly(body: &[u8]) -> bool {
    let words: Vec<&[u8]> = words(body).collect();
    words.windows(2).any(|pair| match pair {
        [b"read", option] => option.starts_with(b"-") && option.contains(&b's'),
        [b"stty", option] => *option == b"-echo",
        _ => false,
    })
}

/// A stage of a pipe that leaves out what matches. Leaving out `grep` itself is what admins do.
fn filters(body: &[u8]) -> bool {
    body.split(|b| *b == b'|').skip(1).any(|stage| {
        let words: Vec<&[u8]> = words(stage).collect();
        let Some((command, arguments)) = words.split_first() else { return false };
        match command.rsplit_once_str("/").map_or(*command, |(_, name)| name) {
            b"grep" | b"egrep" | b"fgrep" | b"rg" => leaves_out(arguments),
            b"sed" => arguments.iter().any(|word| word.starts_with(b"/") && word.ends_with(b"/d")),
            b"awk" | b"mawk" | b"gawk" => arguments.iter().any(|word| word.starts_with(b"!")),
            _ => false,
        }
    })
}

fn leaves_out(arguments: &[&[u8]]) -> bool {
    let short = |word: &[u8]| word.starts_with(b"-") && !word.starts_with(b"--") && word.contains(&b'v');
    let inverted = arguments.iter().any(|word| short(word) || word.starts_with(b"--invert"));
    let patterns = arguments.iter().filter(|word| !word.starts_with(b"-"));
    inverted && !patterns.clone().all(|word| *word == b"grep")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, findings};
    const NAME: &str = "integrity/command-aliased";

    fn said(line: &str) -> Vec<String> {
        let host = format!(
            "package procps 2 owns /usr/bin/ps,/usr/bin/htop\n/tmp/ps : mode=100755\n/opt/x/ps : mode=100755\n\
             /root/.cargo/bin/exa : mode=100755\n/root/.bashrc = {line}\\n"
        );
        findings(NAME, &host, &[])
    }

    #[test]
    fn conveniences_are_quiet() {
        for line in [
            "alias ls='ls --color=auto'",
            "alias grep='grep --color=auto'",
            "alias ll='ls -l | grep -v x'",
            "alias top=htop",
            "alias ps='ps auxf'",
            "alias ps='/usr/bin/ps aux | less'",
            "alias ps='ps aux | grep -v grep'",
            "alias df='df -h | grep -v loop'",
            "alias mount='mount | grep -v tmpfs'",
            "alias sudo='sudo '",
            "alias ls='/root/.cargo/bin/exa'",
            "ssh() { tmux rename-window x; command ssh x; }",
            "# alias ps='ps | grep -v x'",
        ] {
            assert_eq!(said(line), [""; 0], "{line}");
        }
    }
    #[test]
    fn filters_are_loud() {
        for line in [
            "alias ps='ps aux | grep -v xmr'",
            "alias netstat='netstat -n | egrep -iv 4444'",
            "alias ss='ss | sed /4444/d'",
            "alias lsof='lsof | awk !/x/'",
            "alias ls='ls | /bin/grep --invert-match x'",
            "alias\tls='ls | grep -v x'",
            "alias q=ls ss=\"ss | grep -v 4444\"",
        ] {
            let said = said(line);
            assert_eq!(said.len(), 1, "{line}");
            assert!(said[0].starts_with("suspicious: ") && said[0].ends_with("leaves lines out"), "{said:?}");
        }
    }
    #[test]
    fn a_function_that_filters_over_lines() {
        let host = "package base 1\n/root/.bashrc = ps() {\\n  command ps x \\\n    | grep -v kdev\\n}\\n";
        let text = "suspicious: /root/.bashrc makes ps a function: it leaves lines out";
        check(NAME, &host.replace("\\\n   ", ""), &[text]);
    }
    #[test]
    fn programs_in_odd_places() {
        assert_eq!(
            said("alias ps='/tmp/ps'"),
            [
                "suspicious: /root/.bashrc makes ps an alias: it calls /tmp/ps, in a place that hides or that anybody may \
              write to"
            ]
        );
        assert_eq!(said("alias ps=/tmp/ps").len(), 1);
        assert_eq!(said("alias ps=/tmp/none"), [""; 0]);
        assert_eq!(
            said("alias ps='/opt/x/ps'"),
            ["unusual: /root/.bashrc makes ps an alias: it calls /opt/x/ps, which no package owns"]
        );
    }
    #[test]
    fn what_stands_in_for_sudo() {
        for line in [
            "alias sudo='/root/.config/.x/sudo'",
            "alias su=/root/.cache/su",
            "alias ssh=\"$HOME/.config/.x/ssh\"",
            "alias passwd='~/.x/y '",
            "sudo() { /dev/shm/.x/s \"$@\"; }",
            "alias sudo=/root/bin/sudo",
            "alias sudo='env A=b ~/.x/sudo'",
        ] {
            let said = said(line);
            assert!(said.len() == 1 && said[0].starts_with("suspicious: /root/.bashrc makes "), "{line}: {said:?}");
        }
        for line in [
            "alias ssh='ssh -F ~/.ssh/work'",
            "alias ssh='TERM=xterm ssh'",
            "alias ssh=~/.local/bin/ssh",
            "alias ssh='kitty +kitten ssh'",
            "alias sudo='sudo -E '",
            "alias vi=~/.x/y/vi",
        ] {
            assert_eq!(said(line), [""; 0], "{line}");
        }
    }
    #[test]
    fn a_function_that_reads_the_password() {
        let text = "suspicious: /root/.bashrc makes sudo a function: it reads a password itself";
        assert_eq!(said("sudo() { read -rs p; echo $p >> /x; command sudo x; }"), [text]);
    }
}
