//! sshd_config and all that it includes, in order of reading.

use super::glob;
use crate::secure_shell::{arguments, setting};
use crate::senses::Garbage;
use crate::{Look, shell_line};
use bstr::ByteSlice;
use keeneye_facts::{Event, Interest, Refusal, SshdSetting, Text};

/// The admin's, else the vendor's (openSUSE).
const FILES: [&str; 2] = ["/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"];
/// Where a relative `Include` begins.
const DIR: &str = "/etc/ssh";
/// How deep files may include files, as sshd itself has it (SERVCONF_MAX_DEPTH).
const MAX_DEPTH: usize = 16;
/// Files and settings that are read in all.
const MAX_FILES: usize = 1_000;
const MAX_SETTINGS: usize = 5_000;

/// Settings, first to last.
pub(super) fn read(look: &mut Look<'_>) -> Vec<SshdSetting> {
    let mut reader = Reader { files: 0, settings: Vec::new() };
    for path in FILES {
        if let Some(path) = look.resolve_if_there(&path.into()) {
            reader.file(look, path, None, 0);
            break;
        }
    }
    for setting in &mut reader.settings {
        setting.names = named(setting).map(|path| look.resolve_if_there(&path).unwrap_or(path));
        if let Some(path) = setting.names.clone() {
            look.saw(Event::FileWanted { path, interest: Interest::Setting });
        }
    }
    reader.settings
}

struct Reader {
    files: usize,
    settings: Vec<SshdSetting>,
}

impl Reader {
    /// Settings of a file that is included in a `Match` block belong to it; its own blocks end with it.
    fn file(&mut self, look: &mut Look<'_>, path: Text, matched: Option<&Text>, depth: usize) {
        self.files += 1;
        if depth > MAX_DEPTH || self.files > MAX_FILES || self.settings.len() > MAX_SETTINGS {
            look.gap(path, Refusal::Cut(format!("{MAX_DEPTH} levels, {MAX_FILES} files or {MAX_SETTINGS} settings")));
            return;
        }
        let Some(text) = look.optional_read(&path) else { return };
        look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Setting });
        let mut matched = matched.cloned();
        let mut garbage = Garbage::default();
        for (line, text) in (1_u32..).zip(text.lines()) {
            let text = text.trim_ascii();
            if text.is_empty() || text.starts_with(b"#") {
                continue;
            }
            let Some((key, value)) = setting(text) else {
                garbage.line(line);
                continue;
            };
            if self.settings.len() >= MAX_SETTINGS {
                look.gap(path.clone(), Refusal::Cut(format!("{MAX_SETTINGS} settings")));
                break;
            }
            match key.as_bytes() {
                b"include" => self.include(look, &value, matched.as_ref(), depth),
                b"match" => matched = Some(value),
                _ => self.settings.push(SshdSetting {
                    path: path.clone(),
                    line,
                    key,
                    value,
                    matched: matched.clone(),
                    names: None,
                }),
            }
        }
        garbage.tell(look, &path, "a setting");
    }

    fn include(&mut self, look: &mut Look<'_>, value: &Text, matched: Option<&Text>, depth: usize) {
        for pattern in arguments(value) {
            let pattern = if pattern.starts_with(b"/") { pattern } else { Text::from(DIR).join(&pattern) };
            for path in glob::paths(look, &pattern) {
                if let Some(path) = look.resolve_if_there(&path) {
                    self.file(look, path, matched, depth + 1);
                }
            }
        }
    }
}

/// The program or the file that a setting is about.
fn named(setting: &SshdSetting) -> Option<Text> {
    let words = || arguments(&setting.value).into_iter();
    let path = match setting.key.as_bytes() {
        b"authorizedkeyscommand" | b"authorizedprincipalscommand" | b"trustedusercakeys" => words().next()?,
        b"subsystem" => words().nth(1)?,
        b"forcecommand" => shell_line::commands(&setting.value).first()?.effective().first()?.clone(),
        _ => return None,
    };
    path.starts_with(b"/").then_some(path)
}
