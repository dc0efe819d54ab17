//! Which programs and scripts a command runs, as paths as far as they can be told without running it. Pure.

use super::environment::assignment;
use crate::World;
use crate::shell_line::{self, ShellCommand};
use bstr::ByteSlice;
use keeneye_facts::Text;
use std::collections::BTreeMap;

/// Programs of one entry.
const MAX_PROGRAMS: usize = 100;
/// Variables that are remembered of one script.
const MAX_VARIABLES: usize = 200;

/// What the shell of an entry is given to begin with.
#[derive(Clone, Debug, Default)]
pub(super) struct Shell {
    home: Option<Text>,
    /// The working directory, where it is known.
    cwd: Option<Text>,
    /// What its environment holds besides.
    variables: Vec<(Text, Text)>,
}

impl Shell {
    /// The shell of an account: it begins in the home.
    pub(super) fn of_user(world: &World, user: Option<&Text>) -> Self {
        let account = user.and_then(|user| world.accounts.iter().find(|account| account.name == *user));
        let home = account.map(|account| account.home.clone()).filter(|home| home.starts_with(b"/"));
        Self { cwd: home.clone(), home, variables: Vec::new() }
    }
    /// Is given these variables, as they stand.
    pub(super) fn variables(self, variables: Vec<(Text, Text)>) -> Self {
        Self { variables, ..self }
    }
    /// Begins in that directory, where one is told.
    pub(super) fn cwd(self, cwd: Option<Text>) -> Self {
        let cwd = cwd.filter(|cwd| cwd.starts_with(b"/")).or(self.cwd);
        Self { cwd, ..self }
    }
}

/// Programs that a line of shell runs: absolute paths, and bare names of commands that the search path leads to.
pub(super) fn of_shell(line: &[u8]) -> Vec<Text> {
    of_shell_in(line, &Shell::default())
}

/// The same for a script, or a line that begins somewhere.
pub(super) fn of_shell_in(line: &[u8], shell: &Shell) -> Vec<Text> {
    let mut run = Run { cwd: shell.cwd.clone(), variables: BTreeMap::new(), found: Vec::new() };
    run.variables.extend(shell.home.clone().map(|home| (Text::from("HOME"), home)));
    run.variables.extend(shell.variables.iter().take(MAX_VARIABLES).cloned());
    let commands = shell_line::commands(line);
    for command in &commands {
        run.command(command);
        run.read_code(&commands, command);
        if run.found.len() >= MAX_PROGRAMS {
            break;
        }
    }
    run.found
}

/// The same for a command that is there as words and that no shell reads.
pub(super) fn of_words(words: &[Text], shell: &Shell) -> Vec<Text> {
    let quoted = words.iter().map(|word| [b"'", word.replace("'", "'\\''").as_slice(), b"'"].concat());
    of_shell_in(&bstr::join(" ", quoted), shell)
}

struct Run {
    cwd: Option<Text>,
    variables: BTreeMap<Text, Text>,
    found: Vec<Text>,
}

impl Run {
    fn command(&mut self, command: &ShellCommand) {
        let effective = command.effective();
        // `export A=b` and `env A=b command` assign by words.
        let wrapped = match command.words.first() {
            Some(first) if matches!(first.as_slice(), b"export" | b"declare" | b"typeset" | b"readonly") => 0,
            _ => effective.len(),
        };
        let words = command.words.iter().take(command.words.len().saturating_sub(wrapped));
        let by_words =
            words.filter_map(|word| assignment(word)).map(|(name, value)| (Text::from(name), Text::from(value)));
        for (name, value) in command.assignments.iter().cloned().chain(by_words) {
            let value = self.expanded(&value);
            if name.starts_with(b"LD_") {
                self.found.extend(value.split(|b| b": ".contains(b)).filter(|p| p.starts_with(b"/")).map(Text::from));
            }
            if self.variables.len() < MAX_VARIABLES {
                self.variables.insert(name, value);
            }
        }
        if let [name, dir, ..] = effective
            && *name == "cd"
        {
            self.cwd = self.path(dir).or_else(|| self.cwd.take());
            return;
        }
        let libraries: Vec<Text> = command.loads().iter().filter_map(|path| self.path(path)).collect();
        self.found.extend(libraries);
        self.found.dedup();
        let handed = loaded(command).and_then(|file| self.path(file));
        self.found.extend(handed);
        let commands = [command.words.first(), effective.first()];
        for program in command.programs() {
            let is_command = commands.contains(&Some(&program));
            let program = self.split(&program);
            if is_command && !program.contains(&b'/') {
                self.found.extend((is_name(&program) && !is_builtin(&program)).then_some(program));
            } else {
                let path = self.path(&program);
                self.found.extend(path);
            }
        }
    }

    /// `sh <FILE` and `cat FILE | sh`.
    fn read_code(&mut self, commands: &[ShellCommand], command: &ShellCommand) {
        if !command.reads_code() {
            return;
        }
        let redirected = command.redirects.iter().filter(|redirect| redirect.operator == "<").map(|r| &r.target);
        let before = command.reads.clone().and_then(|range| commands.get(range)).unwrap_or_default().iter();
        let shown = before.filter(|before| before.name() == b"cat").take(MAX_PROGRAMS);
        let shown = shown.flat_map(|before| before.effective().iter().skip(1));
        let files = redirected.chain(shown).filter(|word| !word.starts_with(b"-"));
        let paths: Vec<Text> = files.filter_map(|word| self.path(word)).collect();
        self.found.extend(paths);
    }

    /// A variable that holds several words is taken apart: the first is the command.
    fn split(&self, word: &Text) -> Text {
        let expanded = self.expanded(word);
        if !word.starts_with(b"$") || word.iter().any(u8::is_ascii_whitespace) {
            return expanded;
        }
        Text::from(expanded.split(u8::is_ascii_whitespace).find(|part| !part.is_empty()).unwrap_or_default())
    }

    /// An absolute path of a word, when nothing in it is unknown.
    fn path(&self, word: &Text) -> Option<Text> {
        let word = self.expanded(word);
        if word.is_empty() || word.iter().any(|b| b"$`*?\n".contains(b)) {
            return None;
        }
        if word.starts_with(b"/") {
            return Some(word);
        }
        if let Some(rest) = word.strip_prefix(b"~/") {
            return self.variables.get(b"HOME".as_slice()).map(|home| home.join(rest));
        }
        if word == "~" {
            return self.variables.get(b"HOME".as_slice()).cloned();
        }
        let rest = word.strip_prefix(b"./").unwrap_or(&word);
        self.cwd.as_ref().filter(|_| !word.starts_with(b"-")).map(|cwd| cwd.join(rest))
    }

    /// `$NAME` and `${NAME}` of what was assigned before.
    fn expanded(&self, word: &Text) -> Text {
        let mut out: Vec<u8> = Vec::new();
        let mut rest: &[u8] = word;
        while let Some(at) = rest.find_byte(b'$') {
            let (before, behind) = rest.split_at(at);
            out.extend_from_slice(before);
            let name = behind.get(1..).unwrap_or_default();
            let braced = name.first() == Some(&b'{');
            let name = if braced { name.get(1..).unwrap_or_default() } else { name };
            let length = name.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            let closed = !braced || name.get(length) == Some(&b'}');
            let value = name.get(..length).filter(|_| closed).and_then(|name| self.variables.get(name));
            match value {
                Some(value) if out.len() < 4096 => {
                    out.extend_from_slice(value);
                    rest = name.get(length + usize::from(braced)..).unwrap_or_default();
                }
                _ => {
                    out.push(b'$');
                    rest = behind.get(1..).unwrap_or_default();
                }
            }
        }
        out.extend_from_slice(rest);
        Text::from(out)
    }
}

/// The file that a runtime or the kernel is told to load: `java -jar FILE`, `dotnet FILE`, `insmod FILE`.
fn loaded(command: &ShellCommand) -> Option<&Text> {
    let arguments = command.effective().get(1..)?;
    match command.name() {
        b"java" => arguments.iter().skip_while(|word| *word != "-jar").nth(1),
        b"dotnet" | b"mono" | b"insmod" => arguments.iter().find(|word| !word.starts_with(b"-")),
        _ => None,
    }
}

fn is_name(word: &[u8]) -> bool {
    !word.is_empty() && word.len() <= 64 && word.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.+[".contains(b))
}

/// What every shell does by itself (sh(1)): no file is run, whatever lies in the search path.
fn is_builtin(name: &[u8]) -> bool {
    const BUILTINS: [&[u8]; 26] = [
        b"[",
        b"test",
        b"true",
        b"false",
        b"echo",
        b"printf",
        b"exit",
        b"return",
        b"set",
        b"unset",
        b"export",
        b"read",
        b"shift",
        b"trap",
        b"umask",
        b"wait",
        b"local",
        b"exec",
        b"eval",
        b"command",
        b"cd",
        b"break",
        b"continue",
        b"type",
        b"ulimit",
        b"kill",
    ];
    BUILTINS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let shell = Shell { home: Some("/home/anna".into()), cwd: Some("/home/anna".into()), ..Shell::default() };
        assert_eq!(of_shell_in(line.as_bytes(), &shell), expected.iter().map(|p| Text::from(*p)).collect::<Vec<_>>());
    }

    #[test]
    fn paths_of_what_is_run() {
        check("/opt/a/b -c /etc/x >/dev/null 2>&1", &["/opt/a/b"]);
        check("cd /srv/app && ./venv/bin/python manage.py clear", &["/srv/app/venv/bin/python", "/srv/app/manage.py"]);
        check(
            "~/bin/a; $HOME/b; \"${HOME}/c d\"; e/f",
            &["/home/anna/bin/a", "/home/anna/b", "/home/anna/c d", "/home/anna/e/f"],
        );
        check("test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )", &["run-parts"]);
        check("sh -c '/tmp/.x/y &'", &["sh", "/tmp/.x/y"]);
        check("LD_PRELOAD=/tmp/x.so certbot renew", &["/tmp/x.so", "certbot"]);
        check(
            "sh </tmp/a; cat -u /tmp/b | bash -s; cat /srv/c | gzip",
            &["sh", "/tmp/a", "cat", "bash", "/tmp/b", "cat", "gzip"],
        );
        check("l='logger -t /etc/x'; $l a; r=\"/opt/run -x /a\"; $r", &["logger", "/opt/run"]);
        check("export LD_PRELOAD=/tmp/l.so; env LD_AUDIT=/tmp/m.so cat", &["/tmp/l.so", "/tmp/m.so", "env", "cat"]);
        check(
            "/lib64/ld-linux-x86-64.so.2 --preload /var/l.so --library-path /var/l:/opt/l /usr/sbin/cron -f",
            &["/var/l.so", "/var/l", "/opt/l", "/lib64/ld-linux-x86-64.so.2", "/usr/sbin/cron"],
        );
        check("java -Xmx1g -jar /srv/a.jar; insmod /lib/x.ko", &["/srv/a.jar", "java", "/lib/x.ko", "insmod"]);
        check("d=/tmp; e=$d/.x; nohup $e/y &", &["nohup", "/tmp/.x/y"]);
        check("$x/y; ./*.sh", &[]);
    }
    #[test]
    fn words_of_units() {
        let words = ["/bin/sh", "-c", "echo \"it's\"; /opt/x"].map(Text::from);
        assert_eq!(of_words(&words, &Shell::default()), ["/bin/sh", "/opt/x"].map(Text::from));
    }
    #[test]
    fn a_variable_that_grows_ends() {
        let line = "a=x".to_owned() + &"; a=$a$a".repeat(2_000);
        assert_eq!(of_shell(line.as_bytes()), Vec::<Text>::new());
    }
}
