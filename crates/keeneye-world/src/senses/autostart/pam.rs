//! What runs or decides at every authentication: `/etc/pam.d` and `/etc/pam.conf` (pam.conf(5)).

use super::places::{self, Place};
use super::programs::{self, Shell};
use super::{entry, lines, names};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories of modules, of distributions with and without directories for each architecture.
const TOPS: [&str; 4] = ["/usr/lib", "/usr/lib64", "/lib", "/lib64"];
/// Rules that are told of one file.
const MAX_RULES: usize = 500;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut dirs = None;
    for dir in ["/etc/pam.d", "/usr/lib/pam.d", "/usr/share/pam.d"] {
        for place in places::files(look, dir) {
            let name = place.name();
            if !names::is_leftover(&name) {
                let dirs = dirs.get_or_insert_with(|| security_dirs(look));
                file(look, dirs, &place, Some(name));
            }
        }
    }
    if let Some(place) = places::file(look, &Text::from("/etc/pam.conf")) {
        let dirs = dirs.get_or_insert_with(|| security_dirs(look));
        file(look, dirs, &place, None);
    }
}

fn file(look: &mut Look<'_>, dirs: &[Text], place: &Place, service: Option<Text>) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    for rule in look.first(&place.target, rules(&text, service.is_none()), MAX_RULES, "rules") {
        let module = match rule.module.starts_with(b"/") {
            _ if rule.includes() => None,
            true => Some(rule.module.clone()),
            false => dirs.iter().find_map(|dir| look.resolve_if_there(&dir.join(&rule.module))),
        };
        let mut programs: Vec<Text> = module.into_iter().collect();
        programs.extend(started(&rule));
        let entry = Autostart {
            kind: AutostartKind::Pam,
            path: place.target.clone(),
            line: Some(rule.line),
            name: rule.service.or_else(|| service.clone()).unwrap_or_default(),
            when: Text::from([rule.stack.as_slice(), b" ", rule.control.as_slice()].concat().trim_ascii()),
            command: Text::from(bstr::join(" ", [&rule.module].into_iter().chain(&rule.arguments))),
            ..Autostart::default()
        };
        entry::saw(look, entry, programs);
    }
}

/// `/usr/lib/x86_64-linux-gnu/security` and its like.
fn security_dirs(look: &mut Look<'_>) -> Vec<Text> {
    let mut dirs = Vec::new();
    for top in TOPS {
        let Some(top) = look.optional_resolve(&Text::from(top)) else { continue };
        let names = look.optional_list(&top).unwrap_or_default();
        for entry in names.iter().filter(|entry| places::is_dir(entry.kind)) {
            if entry.name == "security" {
                dirs.push(top.join("security"));
            } else if entry.name.contains_str("-linux-") {
                dirs.push(top.join(&entry.name).join("security"));
            }
        }
    }
    dirs.dedup();
    dirs
}

/// A line that names a module.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    line: u32,
    /// In pam.conf.
    service: Option<Text>,
    /// `auth`, `account`, `password`, `session`.
    stack: Text,
    /// `required`, `[success=1 default=ignore]`.
    control: Text,
    module: Text,
    arguments: Vec<Text>,
}

impl Rule {
    /// It brings in the rules of another file.
    fn includes(&self) -> bool {
        ["include", "substack"].iter().any(|word| self.control == *word) || self.stack == "@include"
    }
}

/// Rules of a file; what includes other files has their name for a module.
fn rules(text: &[u8], names_service: bool) -> Vec<Rule> {
    let lines = lines::joined(text);
    lines.iter().filter_map(|(line, text)| rule(*line, text, names_service)).take(MAX_RULES + 1).collect()
}

fn rule(line: u32, text: &[u8], names_service: bool) -> Option<Rule> {
    let mut words = words(text).into_iter();
    let service = if names_service { Some(words.next()?) } else { None };
    let stack = words.next()?.to_ascii_lowercase();
    // A dash before it: no complaint when the module is not there.
    let stack = Text::from(stack.strip_prefix(b"-").unwrap_or(&stack));
    if stack == "@include" {
        return Some(Rule { line, service, stack, control: Text::new(), module: words.next()?, arguments: Vec::new() });
    }
    let known = ["auth", "account", "password", "session"].iter().any(|word| stack == *word);
    let (control, module) = (words.next()?, words.next()?);
    if !known {
        return None;
    }
    Some(Rule { line, service, stack, control, module, arguments: words.collect() })
}

/// Words between blanks; one in square brackets may hold blanks. What stands behind `#` is a comment.
fn words(text: &[u8]) -> Vec<Text> {
    let mut words = Vec::new();
    let mut rest = text.trim_ascii_start();
    while let Some(first) = rest.first().filter(|first| **first != b'#') {
        let end = match first {
            b'[' => rest.find_byte(b']').map_or(rest.len(), |end| end + 1),
            _ => rest.iter().position(|b| b.is_ascii_whitespace()).unwrap_or(rest.len()),
        };
        let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, b""));
        words.push(Text::from(word));
        rest = behind.trim_ascii_start();
    }
    words
}

/// The programs that pam_exec(8) starts: behind its options. Of pam_script the directory.
fn started(rule: &Rule) -> Vec<Text> {
    let name = rule.module.file_name();
    if name == "pam_script.so" {
        let dir = rule.arguments.iter().find_map(|argument| argument.strip_prefix(b"dir="));
        return vec![Text::from(dir.unwrap_or(b"/usr/share/libpam-script"))];
    }
    let options: [&[u8]; 6] = [b"debug", b"expose_authtok", b"seteuid", b"quiet", b"quiet_log", b"stdout"];
    let is_option =
        |word: &&Text| options.contains(&word.as_slice()) || word.starts_with(b"log=") || word.starts_with(b"type=");
    let words = rule.arguments.iter().skip_while(is_option);
    let words: Vec<Text> = words.map(|word| Text::from(word.trim_with(|c| c == '[' || c == ']'))).collect();
    let exec = name == "pam_exec.so" && words.first().is_some_and(|program| program.starts_with(b"/"));
    if exec { programs::of_words(&words, &Shell::default()) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &[u8] = b"#\n# /etc/pam.d/common-auth\nauth\t[success=1 default=ignore]\tpam_unix.so nullok\n\
        auth requisite pam_deny.so # x\n@include common-account\n-session optional pam_systemd.so\n\
        session include system-auth\nauth optional \\\n pam_exec.so quiet expose_authtok log=/x /usr/local/lib/a b\n";

    #[test]
    fn rules_of_a_file() {
        let said: Vec<String> = rules(REAL, false)
            .iter()
            .map(|r| {
                format!(
                    "{} {} {} {} {}",
                    r.line,
                    r.stack.lossy(),
                    r.control.lossy(),
                    r.module.lossy(),
                    r.arguments.len()
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                "3 auth [success=1 default=ignore] pam_unix.so 1",
                "4 auth requisite pam_deny.so 0",
                "5 @include  common-account 0",
                "6 session optional pam_systemd.so 0",
                "7 session include system-auth 0",
                "8 auth optional pam_exec.so 5",
            ]
        );
        let started: Vec<Text> = rules(REAL, false).iter().flat_map(started).collect();
        assert_eq!(started, ["/usr/local/lib/a"].map(Text::from));
    }
    #[test]
    fn rules_of_pam_conf() {
        let rules = rules(b"sshd auth sufficient /opt/x/pam_y.so a [b c]\nother account required pam_deny.so\n", true);
        assert_eq!(rules.len(), 2);
        assert_eq!(rules[0].service, Some("sshd".into()));
        assert_eq!(rules[0].arguments, ["a", "[b c]"].map(Text::from));
    }
    #[test]
    fn mutated_rules_never_panic() {
        crate::mutate::check(&[REAL], |bytes| rules(bytes, false).iter().flat_map(started).count() < 500);
    }
}
