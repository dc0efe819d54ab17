//! Files of units: systemd.syntax(7), systemd.service(5). Pure.

use super::entry::line_number;
use bstr::ByteSlice;
use keeneye_facts::Text;

/// Settings that are taken from one file.
pub(super) const MAX_SETTINGS: usize = 2_000;
/// Bytes of one setting, continued lines together.
const MAX_VALUE: usize = 64 << 10;
/// Words of one command.
const MAX_WORDS: usize = 500;

/// `Key=value` of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) line: u32,
    pub(super) key: Text,
    /// Continued lines joined by a blank.
    pub(super) value: Text,
}

/// A file's settings, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) settings: Vec<Setting>,
    /// Says how it is to be enabled.
    pub(super) has_install: bool,
}

impl Unit {
    /// Values of a key, in order.
    pub(super) fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Text> {
        self.settings.iter().filter(move |setting| setting.key == key).map(|setting| &setting.value)
    }
    /// The last value of a key.
    pub(super) fn last<'a>(&'a self, key: &'a str) -> Option<&'a Text> {
        self.values(key).last()
    }
    /// Commands: an empty value takes back those of the same key before it.
    pub(super) fn commands(&self) -> Vec<&Setting> {
        let mut commands: Vec<&Setting> = Vec::new();
        for setting in self.settings.iter().filter(|setting| is_command(&setting.key)) {
            if setting.value.is_empty() {
                commands.retain(|earlier| earlier.key != setting.key);
            } else {
                commands.push(setting);
            }
        }
        commands
    }
}

fn is_command(key: &[u8]) -> bool {
    const KEYS: [&[u8]; 9] = [
        b"ExecStart",
        b"ExecStartPre",
        b"ExecStartPost",
        b"ExecCondition",
        b"ExecReload",
        b"ExecReloadPost",
        b"ExecStop",
        b"ExecStopPre",
        b"ExecStopPost",
    ];
    KEYS.contains(&key)
}

/// Reads a unit or a drop-in. What is no setting is passed over, as systemd does.
pub(super) fn parse(text: &[u8]) -> Unit {
    let mut unit = Unit::default();
    let mut open: Option<(u32, Vec<u8>)> = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_ascii();
        let comment = trimmed.starts_with(b"#") || trimmed.starts_with(b";");
        // Comments and nothing else may stand between the parts of a continued line.
        if comment || trimmed.is_empty() && open.is_none() {
            continue;
        }
        let (part, goes_on) = match line.trim_ascii_end().strip_suffix(b"\\") {
            Some(part) => (part, true),
            None => (line.trim_ascii_end(), false),
        };
        let (number, mut whole) = open.take().unwrap_or_else(|| (line_number(index), Vec::new()));
        if !whole.is_empty() {
            whole.push(b' ');
        }
        whole.extend_from_slice(part);
        if goes_on && whole.len() < MAX_VALUE {
            open = Some((number, whole));
        } else {
            unit.add(number, &whole);
        }
    }
    if let Some((number, whole)) = open {
        unit.add(number, &whole);
    }
    unit
}

impl Unit {
    fn add(&mut self, line: u32, whole: &[u8]) {
        let whole = whole.trim_ascii();
        if whole.starts_with(b"[") {
            self.has_install |= whole == b"[Install]";
            return;
        }
        let Some((key, value)) = whole.split_once_str("=") else { return };
        if self.settings.len() < MAX_SETTINGS {
            let (key, value) = (Text::from(key.trim_ascii()), Text::from(value.trim_ascii()));
            self.settings.push(Setting { line, key, value });
        }
    }
}

/// Words of a value: quotes taken away, escapes of C understood as far as they hide letters.
pub(super) fn words(value: &[u8]) -> Vec<Text> {
    let mut words: Vec<Text> = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote: Option<u8> = None;
    let mut bytes = value.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, quote) {
            (b'\\', _) => word.get_or_insert_default().extend(escaped(&mut bytes)),
            (b, Some(open)) if b == open => quote = None,
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (b, None) if b.is_ascii_whitespace() => words.extend(word.take().map(Text::from)),
            (b, _) => word.get_or_insert_default().push(b),
        }
        if words.len() >= MAX_WORDS {
            return words;
        }
    }
    words.extend(word.map(Text::from));
    words
}

fn escaped(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    Some(match bytes.next()? {
        b'n' => b'\n',
        b't' => b'\t',
        b's' => b' ',
        b'x' => {
            let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            digit()? << 4 | digit()?
        }
        other => other,
    })
}

/// Commands of an `Exec...=` value as words: the marks before the path taken away, the name that stands for the
/// program left out, several commands apart.
pub(super) fn command_words(value: &[u8]) -> Vec<Vec<Text>> {
    let words = words(value);
    words.split(|word| *word == ";").filter_map(one_command).collect()
}

fn one_command(words: &[Text]) -> Option<Vec<Text>> {
    let (first, rest) = words.split_first()?;
    let path = first.trim_start_with(|c| "@-:+!|".contains(c));
    let marks = first.strip_suffix(path).unwrap_or_default();
    let named = usize::from(marks.contains(&b'@'));
    let rest = rest.iter().skip(named).cloned();
    (!path.is_empty()).then(|| std::iter::once(Text::from(path)).chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_words(value: &str, expected: &[&str]) {
        assert_eq!(words(value.as_bytes()), expected.iter().map(|word| Text::from(*word)).collect::<Vec<_>>());
    }

    #[test]
    fn settings_and_their_lines() {
        let unit = parse(
            b"# x\n[Unit]\nDescription=a\n[Service]\nExecStart = /bin/a \\\n# note\n  -b \\\n  -c\nExecStop=\n[Install]\n",
        );
        let told: Vec<(u32, String, String)> =
            unit.settings.iter().map(|s| (s.line, s.key.lossy().into_owned(), s.value.lossy().into_owned())).collect();
        let line = |line: u32, key: &str, value: &str| (line, key.to_owned(), value.to_owned());
        assert_eq!(told[..2], [line(3, "Description", "a"), line(5, "ExecStart", "/bin/a    -b    -c")]);
        assert!(unit.has_install);
        assert_eq!(parse(b"ExecStart=/a \\").commands().len(), 1);
    }
    #[test]
    fn an_empty_value_takes_back() {
        let unit = parse(b"ExecStart=/a\nExecStartPre=/b\nExecStart=\nExecStart=/c\nExecutive=/d\n");
        let told: Vec<&Text> = unit.commands().iter().map(|setting| &setting.value).collect();
        assert_eq!(told, [&Text::from("/b"), &Text::from("/c")]);
    }
    #[test]
    fn words_with_quotes_and_escapes() {
        check_words("/bin/sh -c \"a 'b' c\" 'd \"e\"'", &["/bin/sh", "-c", "a 'b' c", "d \"e\""]);
        check_words("\"LD_PRELOAD=/x y\" A=b", &["LD_PRELOAD=/x y", "A=b"]);
        check_words("/\\x74mp/a\\sb \"\" x", &["/tmp/a b", "", "x"]);
        check_words("", &[]);
    }
    #[test]
    fn marks_before_the_path() {
        let first = |value: &str| command_words(value.as_bytes()).concat();
        assert_eq!(first("-@/bin/a b c"), [Text::from("/bin/a"), Text::from("c")]);
        assert_eq!(first("!!/bin/a"), [Text::from("/bin/a")]);
        assert_eq!(command_words(b"/bin/a ; +/bin/b x").len(), 2);
        assert_eq!(command_words(b"").len(), 0);
    }
    #[test]
    fn mutated_units_never_panic() {
        let real = b"[Unit]\nDescription=Regular background program processing daemon\nAfter=remote-fs.target\n\n\
            [Service]\nEnvironmentFile=-/etc/default/cron\nEnvironment=\"A=b c\" LD_PRELOAD=/x.so\n\
            ExecStart=/usr/sbin/cron -f -P $EXTRA_OPTS\nExecStartPre=-@/bin/sh sh -c 'a; b' \\\n  c\nIgnoreSIGPIPE=false\n\n\
            [Install]\nWantedBy=multi-user.target\n";
        crate::mutate::check(&[real], |bytes| {
            let unit = parse(bytes);
            unit.settings.iter().for_each(|setting| drop(command_words(&setting.value)));
            !unit.commands().is_empty()
        });
    }
}
