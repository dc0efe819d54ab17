//! Hooks of git repositories in which the system keeps files, and settings that make git run something: githooks(5),
//! git-config(1).

use super::places::{self, Place};
use super::{entry, names, programs, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories that may be repositories themselves.
const REPOSITORIES: [&str; 7] = ["/", "/etc", "/boot", "/usr", "/usr/local", "/usr/local/etc", "/root"];
/// Directories whose directories may be.
const PARENTS: [&str; 6] = ["/etc", "/opt", "/srv", "/var/www", "/usr/local", "/var/lib"];
/// Directories that are looked into below one of them.
const MAX_DIRS: usize = 1_000;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    let mut dirs: Vec<Text> = REPOSITORIES.iter().map(|dir| Text::from(*dir)).collect();
    for top in PARENTS {
        let names = look.optional_list(&Text::from(top)).unwrap_or_default();
        let below = names.iter().filter(|entry| places::is_dir(entry.kind));
        let below = look.first(&Text::from(top), below, MAX_DIRS, "directories");
        dirs.extend(below.into_iter().map(|entry| Text::from(top).join(&entry.name)));
    }
    dirs.sort();
    dirs.dedup();
    for dir in dirs {
        let git = dir.join(".git");
        if look.optional_stat(&git).is_some_and(|stat| stat.is_dir()) {
            repository(look, &dir, &git);
        }
    }
    settings(look, &Text::from("/etc/gitconfig"), Base::Nowhere);
    for home in places::homes(world) {
        for name in [".gitconfig", ".config/git/config"] {
            let path = home.join(name);
            if let Some(hooks) = settings(look, &path, Base::Home(&home)) {
                hooks_of(look, &hooks, &path);
            }
        }
    }
}

fn repository(look: &mut Look<'_>, dir: &Text, git: &Text) {
    let hooks = settings(look, &git.join("config"), Base::Tree(dir));
    for hooks in [Some(git.join("hooks")), hooks].into_iter().flatten() {
        hooks_of(look, &hooks, dir);
    }
}

fn hooks_of(look: &mut Look<'_>, hooks: &Text, of: &Text) {
    for place in places::files_of(look, hooks).iter().filter(|place| !names::is_leftover(&place.name())) {
        hook(look, place, of);
    }
}

fn hook(look: &mut Look<'_>, place: &Place, dir: &Text) {
    let name = Text::from([place.name().as_slice(), b" of ", dir.as_slice()].concat());
    let entry = Autostart { kind: AutostartKind::Git, name, when: place.name(), ..Autostart::default() };
    script::saw(look, place, entry);
}

/// Tells settings that name a command; gives the directory of hooks that they name.
fn settings(look: &mut Look<'_>, path: &Text, base: Base<'_>) -> Option<Text> {
    let place = places::file(look, path)?;
    let text = look.optional_read(&place.target)?;
    let mut hooks = None;
    for (line, key, value) in commands(&text) {
        let is_hooks = key == "core.hookspath";
        let named = if is_hooks { base.path(&value) } else { value.clone() };
        if is_hooks {
            hooks = Some(named.clone());
        }
        let entry = Autostart {
            kind: AutostartKind::Git,
            path: place.target.clone(),
            line: Some(line),
            name: key,
            command: value.clone(),
            ..Autostart::default()
        };
        let programs = if is_hooks { vec![named] } else { programs::of_shell(&named) };
        entry::saw(look, entry, programs);
    }
    hooks
}

/// What settings belong to.
#[derive(Clone, Copy, Debug)]
enum Base<'a> {
    Nowhere,
    /// The work tree.
    Tree(&'a Text),
    /// The home of a person.
    Home(&'a Text),
}

impl Base<'_> {
    /// A path of a setting: `~` is the home, and one that is not full begins where hooks run, in the work tree.
    fn path(self, value: &Text) -> Text {
        match (self, value.strip_prefix(b"~/")) {
            (Self::Home(home), Some(rest)) => home.join(rest),
            (Self::Tree(dir), None) if !value.starts_with(b"/") => dir.join(value),
            _ => value.clone(),
        }
    }
}

/// Line, key in small letters, value.
fn commands(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let mut section = Vec::new();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_ascii();
        if let Some(inner) = line.strip_prefix(b"[") {
            let end = inner.iter().position(|b| b.is_ascii_whitespace() || *b == b']').unwrap_or(inner.len());
            section = inner.get(..end).unwrap_or_default().to_ascii_lowercase();
            continue;
        }
        let Some((key, value)) = line.split_once_str("=") else { continue };
        let key = [section.as_slice(), b".", &key.trim_ascii().to_ascii_lowercase()].concat();
        let value = value.trim_ascii().trim_with(|c| c == '"');
        if runs(&key, value) && found.len() < 100 {
            found.push((entry::line_number(index), Text::from(key), Text::from(value)));
        }
    }
    found
}

/// `fsmonitor` may be a switch; an alias that begins with `!` is a command.
fn runs(key: &[u8], value: &[u8]) -> bool {
    let switch = matches!(value, b"true" | b"false" | b"" | b"0" | b"1");
    match key {
        b"core.hookspath" | b"core.sshcommand" | b"core.gitproxy" | b"core.askpass" => !value.is_empty(),
        b"core.pager" | b"core.editor" | b"sequence.editor" | b"diff.external" | b"gpg.program" => !value.is_empty(),
        b"credential.helper" => value.starts_with(b"!") || value.starts_with(b"/"),
        b"core.fsmonitor" => !switch,
        _ if key.starts_with(b"filter.") || key.starts_with(b"pager.") => !switch && !key.ends_with(b".required"),
        _ => key.starts_with(b"alias.") && value.starts_with(b"!"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn settings_that_run_something() {
        let text = b"[core]\n\tbare = false\n\thooksPath = /srv/hooks\n\tfsmonitor = true\n[alias]\n x = !sh -c y\n st = status\n\
            [core \"x\"]\n sshCommand=\"ssh -i /k\"\n[credential]\n helper = store\n helper = !/x/y\n[filter \"lfs\"]\n required = true\n\
            clean = git-lfs clean -- %f\n";
        let said: Vec<String> =
            commands(text).iter().map(|(n, key, value)| format!("{n} {}={}", key.lossy(), value.lossy())).collect();
        assert_eq!(
            said,
            [
                "3 core.hookspath=/srv/hooks",
                "6 alias.x=!sh -c y",
                "9 core.sshcommand=ssh -i /k",
                "12 credential.helper=!/x/y",
                "15 filter.clean=git-lfs clean -- %f"
            ]
        );
        crate::mutate::check(&[text], |bytes| !commands(bytes).is_empty());
    }
}
