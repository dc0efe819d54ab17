//! How interpreters are named, and how they read their arguments: enough to tell the script from options and values.

/// What arguments make an interpreter run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs<'a> {
    /// The script at this path.
    Script(&'a [u8]),
    /// Code that stands among the arguments.
    Inline,
    /// A module by name.
    Module,
    /// What comes through the standard input.
    Interactive,
}

/// The options of one interpreter. Letters are those of short options; whatever is named nowhere takes no value.
#[derive(Debug)]
pub(crate) struct Language {
    names: &'static [&'static str],
    /// Letters that take code.
    code: &'static [u8],
    /// Letters that take a module's name.
    module: &'static [u8],
    /// Letters that take the script's path.
    script: &'static [u8],
    /// Letters whose value is the rest of the word, or else the next word.
    value: &'static [u8],
    /// Letters whose value is the rest of the word only: perl's `-i.bak`.
    glued: &'static [u8],
    /// Letters whose value is always the next word; more letters may follow them: the shell's `-euo pipefail`.
    next: &'static [u8],
    /// Letters after which code comes from the standard input.
    input: &'static [u8],
    /// Words that take code, as `--eval code` or `--eval=code`.
    long_code: &'static [&'static str],
    /// Words that take the script's path.
    long_script: &'static [&'static str],
    /// Words whose value is the next word.
    long_value: &'static [&'static str],
    /// `+x` is an option too.
    plus: bool,
    /// The first word that is no option is code, as in awk, and no script.
    code_first: bool,
}

const PLAIN: Language = Language {
    names: &[],
    code: b"",
    module: b"",
    script: b"",
    value: b"",
    glued: b"",
    next: b"",
    input: b"",
    long_code: &[],
    long_script: &[],
    long_value: &[],
    plus: false,
    code_first: false,
};

/// sh(1), bash(1), zsh(1), ksh(1) and their kin, as their packages name the file.
pub(crate) static SHELL: Language = Language {
    names: &[
        "sh",
        "bash",
        "dash",
        "ash",
        "zsh",
        "ksh",
        "mksh",
        "pdksh",
        "lksh",
        "rksh",
        "yash",
        "csh",
        "tcsh",
        "fish",
        "rbash",
        "static-sh",
        "bash-static",
        "zsh-static",
        "elvish",
        "nu",
        "pwsh",
    ],
    code: b"c",
    next: b"oO",
    input: b"s",
    long_value: &["--rcfile", "--init-file", "--emulate"],
    plus: true,
    ..PLAIN
};

static LANGUAGES: [&Language; 9] = [
    &SHELL,
    &Language {
        names: &["python", "pypy"],
        code: b"c",
        module: b"m",
        value: b"WXQ",
        long_value: &["--check-hash-based-pycs"],
        ..PLAIN
    },
    &Language { names: &["perl"], code: b"eE", value: b"I", glued: b"iMmxCDVdF", ..PLAIN },
    &Language { names: &["ruby"], code: b"e", value: b"rICEF", glued: b"iKxWT", ..PLAIN },
    &Language {
        names: &["php"],
        code: b"rBRE",
        script: b"fF",
        value: b"cdztS",
        input: b"a",
        long_code: &["--run", "--process-begin", "--process-code", "--process-end"],
        long_script: &["--file", "--process-file"],
        long_value: &["--php-ini", "--define", "--zend-extension", "--docroot", "--server"],
        ..PLAIN
    },
    &Language {
        names: &["node", "nodejs"],
        code: b"ep",
        value: b"rC",
        input: b"i",
        long_code: &["--eval", "--print"],
        long_value: &["--require", "--import", "--loader", "--experimental-loader", "--conditions"],
        ..PLAIN
    },
    &Language { names: &["lua", "luajit"], code: b"e", value: b"l", input: b"i", ..PLAIN },
    &Language {
        names: &["tclsh", "wish", "expect"],
        code: b"c",
        script: b"f",
        value: b"bD",
        long_value: &["-encoding"],
        ..PLAIN
    },
    &Language {
        names: &["awk", "gawk", "mawk", "nawk", "original-awk"],
        code: b"e",
        script: b"fE",
        value: b"FvWil",
        long_code: &["--source"],
        long_script: &["--file", "--exec"],
        long_value: &["--field-separator", "--assign", "--include", "--load"],
        code_first: true,
        ..PLAIN
    },
];

/// Reads command lines: a shell's file name, which may bear a version or the dash of a login shell.
pub fn is_shell(name: &[u8]) -> bool {
    named(name.strip_prefix(b"-").unwrap_or(name)).is_some_and(Language::is_shell)
}

/// Runs code that it is given: a shell's or another interpreter's file name.
pub fn is_interpreter(name: &[u8]) -> bool {
    named(name).is_some()
}

/// The interpreter of that file name; a version may follow: `python3.11`, `ksh93`, `perl5.36-x86_64-linux-gnu`.
pub(crate) fn named(file: &[u8]) -> Option<&'static Language> {
    let end = file.iter().position(u8::is_ascii_digit).unwrap_or(file.len());
    let stem = file.get(..end).unwrap_or(file);
    LANGUAGES.iter().find(|language| language.names.iter().any(|name| name.as_bytes() == stem)).copied()
}

impl Language {
    fn is_shell(&self) -> bool {
        std::ptr::eq(self, &raw const SHELL)
    }
    /// What these arguments, the interpreter's own name left out, make it run.
    pub(crate) fn read<'a>(&self, arguments: &[&'a [u8]]) -> Runs<'a> {
        let mut words = arguments.iter().copied();
        while let Some(word) = words.next() {
            let is_option = word.starts_with(b"-") || self.plus && word.starts_with(b"+");
            let runs = match word {
                b"-" | b"--" => return words.next().map_or(Runs::Interactive, |word| self.first(word)),
                _ if !is_option => return self.first(word),
                _ => self.long(word, &mut words).unwrap_or_else(|| self.short(word, &mut words)),
            };
            if let Some(runs) = runs {
                return runs;
            }
        }
        Runs::Interactive
    }

    fn first<'a>(&self, word: &'a [u8]) -> Runs<'a> {
        if self.code_first { Runs::Inline } else { Runs::Script(word) }
    }

    /// A long option. The outer `None`: it is none. The inner one: it decides nothing.
    fn long<'a>(&self, word: &'a [u8], words: &mut dyn Iterator<Item = &'a [u8]>) -> Option<Option<Runs<'a>>> {
        let (name, value) = match word.iter().position(|b| *b == b'=') {
            Some(at) => (word.get(..at)?, word.get(at + 1..)),
            None => (word, None),
        };
        let is = |names: &[&str]| names.iter().any(|n| n.as_bytes() == name);
        if is(self.long_code) {
            return Some(Some(Runs::Inline));
        }
        if is(self.long_script) {
            return Some(value.or_else(|| words.next()).map(Runs::Script));
        }
        if is(self.long_value) {
            if value.is_none() {
                words.next();
            }
            return Some(None);
        }
        word.starts_with(b"--").then_some(None)
    }

    /// A word of short options.
    fn short<'a>(&self, word: &'a [u8], words: &mut dyn Iterator<Item = &'a [u8]>) -> Option<Runs<'a>> {
        for (at, letter) in word.iter().enumerate().skip(1) {
            let rest = word.get(at + 1..).filter(|rest| !rest.is_empty());
            let is = |letters: &[u8]| letters.contains(letter);
            if is(self.code) {
                return Some(Runs::Inline);
            } else if is(self.module) {
                return Some(Runs::Module);
            } else if is(self.script) {
                return rest.or_else(|| words.next()).map(Runs::Script);
            } else if is(self.input) {
                return Some(Runs::Interactive);
            } else if is(self.value) {
                if rest.is_none() {
                    words.next();
                }
                return None;
            } else if is(self.glued) {
                return None;
            } else if is(self.next) {
                words.next();
            }
        }
        None
    }
}
