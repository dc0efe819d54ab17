//! What processes call themselves, and whether that is what they execute.

use super::Plan;
use crate::{Answer, Look, Question, World};
use bstr::ByteSlice;
use keeneye_facts::{Claim, Event, Executable, FileStat, Process, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Where programs lie that are named without a directory: the usual search path of root, and where daemons lie that
/// nobody starts by hand.
const DIRECTORIES: [&str; 11] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
    "/usr/lib/systemd",
    "/lib/systemd",
    "/usr/libexec",
    "/usr/lib/openssh",
    "/usr/libexec/openssh",
];

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    let programs = programs(look);
    let mut named = Named { look, programs, known: BTreeMap::new() };
    let mut claims = Vec::new();
    for process in world.processes.values().filter(|process| !process.is_kernel_thread()) {
        // In a container or a chroot the name leads to other files than here.
        let here = process.root.as_ref().is_none_or(|root| root == "/");
        if let Some(exe) = process.exe.as_ref().filter(|_| here) {
            claims.extend(claim(&mut named, process, exe));
        }
    }
    for claim in claims {
        look.saw(Event::ClaimSeen(claim));
    }
}

/// Programs by name, from the first directory that has one.
fn programs(look: &mut Look<'_>) -> BTreeMap<Text, Text> {
    let mut programs = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for dir in DIRECTORIES {
        let Some(dir) = look.optional_resolve(&dir.into()).filter(|dir| seen.insert(dir.clone())) else { continue };
        for entry in look.optional_list(&dir).unwrap_or_default() {
            programs.entry(entry.name.clone()).or_insert_with(|| dir.join(&entry.name));
        }
    }
    programs
}

/// `None` when the first argument names no program: it is missing, relative, or no name at all.
fn claim(named: &mut Named<'_, '_>, process: &Process, exe: &Executable) -> Option<Claim> {
    let (name, title) = name(process.cmdline.first()?)?;
    let file = named.file(&name);
    let holds = file.as_ref().is_some_and(|file| file.leads_to(exe));
    Some(Claim {
        process: process.id,
        name,
        title,
        path: file.as_ref().map(|file| file.path.clone()),
        script: file.is_some_and(|file| !file.interpreters.is_empty()),
        holds,
    })
}

/// The name in a first argument, and whether it has the form of a title: `-bash`, `@dbus-daemon` (systemd's mark for
/// daemons of the early boot), `/sbin/udevd -d`, `nginx: worker process`.
fn name(argument: &Text) -> Option<(Text, bool)> {
    let argument = argument.strip_prefix(b"-").or_else(|| argument.strip_prefix(b"@")).unwrap_or(argument);
    let word = argument.split(u8::is_ascii_whitespace).next()?;
    let (word, title) = match word.strip_suffix(b":") {
        Some(word) => (word, true),
        None => (word, false),
    };
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"/._+-".contains(b);
    let relative = word.contains(&b'/') && !word.starts_with(b"/");
    (!word.is_empty() && !relative && word.iter().all(plain)).then(|| (Text::from(word), title))
}

/// Files by the names that processes use; many use the same.
struct Named<'a, 'h> {
    look: &'a mut Look<'h>,
    programs: BTreeMap<Text, Text>,
    known: BTreeMap<Text, Option<NamedFile>>,
}

#[derive(Clone)]
struct NamedFile {
    path: Text,
    stat: FileStat,
    /// What runs it, when it is a script: the words of its first line, links resolved.
    interpreters: Vec<Text>,
}

impl Named<'_, '_> {
    fn file(&mut self, name: &Text) -> Option<NamedFile> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let path = if name.starts_with(b"/") { Some(name.clone()) } else { self.programs.get(name).cloned() };
        let found = path.and_then(|path| self.at(&path));
        self.known.insert(name.clone(), found.clone());
        found
    }

    fn at(&mut self, path: &Text) -> Option<NamedFile> {
        let path = self.look.optional_resolve(path)?;
        let stat = self.look.optional_stat(&path).filter(FileStat::is_regular)?;
        let head = match self.look.ask(&Question::Head(path.clone()), path.clone()) {
            Some(Answer::Bytes { data, .. }) => data,
            _ => Text::new(),
        };
        Some(NamedFile { interpreters: self.interpreters(&head), path, stat })
    }

    /// `#!/usr/bin/env python3` gives env and python3.
    fn interpreters(&mut self, head: &[u8]) -> Vec<Text> {
        let Some(line) = head.strip_prefix(b"#!").and_then(|rest| rest.lines().next()) else { return Vec::new() };
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).take(3);
        let mut found = Vec::new();
        for word in words.map(Text::from) {
            let resolved = if word.starts_with(b"/") { self.look.optional_resolve(&word) } else { None };
            found.push(resolved.unwrap_or(word));
        }
        found
    }
}

impl NamedFile {
    fn leads_to(&self, exe: &Executable) -> bool {
        let same = exe.stat.is_some_and(|stat| stat.same_file(&self.stat)) || exe.path == self.path;
        let runs = |interpreter: &Text| *interpreter == exe.path || stem(interpreter) == stem(&exe.path);
        same || self.interpreters.iter().any(runs)
    }
}

/// `python` of `/usr/bin/python3.11`: the letters that the file's name begins with.
fn stem(path: &Text) -> &[u8] {
    let name = path.file_name().as_bytes();
    let end = name.iter().position(|b| b.is_ascii_digit()).unwrap_or(name.len());
    name.get(..end).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::scan;

    /// `name path holds`, and `title`, of the only process.
    #[track_caller]
    fn says(host: &str, expected: &str) {
        let world = scan(&Fixture::new(host), &Plan::default());
        let of = |claim: &Claim| {
            let path = claim.path.as_ref().map_or("-".into(), |path| path.lossy().into_owned());
            let marks = [(claim.title, " title"), (claim.script, " script"), (claim.holds, " holds")];
            let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
            format!("{} {path}{marks}", claim.name.lossy())
        };
        let said: Vec<String> = world.claims.values().map(of).collect();
        assert_eq!(said.join("\n"), expected);
    }

    #[test]
    fn a_name_that_is_what_is_executed() {
        says("process 41 exe=/usr/sbin/sshd cmdline=/usr/sbin/sshd", "/usr/sbin/sshd /usr/sbin/sshd holds");
        says("/bin @ usr/bin\nprocess 41 exe=/usr/bin/bash cmdline=-bash", "bash /usr/bin/bash holds");
        says("/usr/bin/sh @ dash\nprocess 41 exe=/usr/bin/dash cmdline=/usr/bin/sh", "/usr/bin/sh /usr/bin/dash holds");
    }
    #[test]
    fn a_name_of_something_else() {
        says("/usr/sbin/sshd : mode=100755\nprocess 41 exe=/usr/bin/python3 cmdline=sshd", "sshd /usr/sbin/sshd");
        says("process 41 exe=/usr/bin/python3 cmdline=\"/sbin/udevd -d\\0\"", "/sbin/udevd -");
    }
    #[test]
    fn a_script_by_what_runs_it() {
        says(
            "/usr/sbin/spamd = #!/usr/bin/env perl\\nx\nprocess 41 exe=/usr/bin/perl5.36 cmdline=\"spamd child\\0\"",
            "spamd /usr/sbin/spamd script holds",
        );
    }
    #[test]
    fn titles_and_what_is_no_name() {
        says("process 41 exe=/opt/x cmdline=\"nginx: worker process\\0\"", "nginx - title");
        for argument in ["./x", "dovecot/anvil", "[kworker/0:1]", "(sd-pam)", "\\0"] {
            says(&format!("process 41 exe=/opt/x cmdline={argument}"), "");
        }
    }
}
