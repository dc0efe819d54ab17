//! One logical line of sudoers(5).

use super::words::{find, list, plain, split};
use bstr::ByteSlice;
use keeneye_facts::Text;

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// `@include`, `#include`: a file; `@includedir`: a directory.
    Include { path: Text, directory: bool },
    /// `Defaults:anna !authenticate, env_keep += "A B"`.
    Defaults { scope: Text, settings: Vec<Text> },
    /// `User_Alias ADMINS = anna, bob : GUESTS = eve`.
    Aliases { kind: AliasKind, aliases: Vec<(Text, Vec<Text>)> },
    /// `anna, %sudo ALL = (root) NOPASSWD: /bin/ls`.
    Allows { users: Vec<Text>, grants: Vec<Grant> },
}

/// What an alias stands for. Those of hosts are read and not used: which machine a rule is for does not make it better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AliasKind {
    User,
    RunAs,
    Host,
    Command,
}

/// Commands that are allowed in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grant {
    /// Users and groups that may be taken on; `None` where nothing is said, which means root.
    pub(super) run_as: Option<(Vec<Text>, Vec<Text>)>,
    /// `NOPASSWD` or `PASSWD`, where one of them was said.
    pub(super) no_password: Option<bool>,
    pub(super) commands: Vec<Text>,
}

/// Tags of commands (sudoers(5), Tag_Spec), without `PASSWD` and `NOPASSWD`.
const TAGS: [&[u8]; 14] = [
    b"EXEC",
    b"NOEXEC",
    b"SETENV",
    b"NOSETENV",
    b"LOG_INPUT",
    b"NOLOG_INPUT",
    b"LOG_OUTPUT",
    b"NOLOG_OUTPUT",
    b"MAIL",
    b"NOMAIL",
    b"FOLLOW",
    b"NOFOLLOW",
    b"INTERCEPT",
    b"NOINTERCEPT",
];
/// Options that stand before a command (Option_Spec).
const OPTIONS: [&[u8]; 10] = [
    b"ROLE",
    b"TYPE",
    b"PRIVS",
    b"LIMITPRIVS",
    b"NOTBEFORE",
    b"NOTAFTER",
    b"TIMEOUT",
    b"CWD",
    b"CHROOT",
    b"APPARMOR_PROFILE",
];

/// `None` for what is none.
pub(super) fn statement(line: &[u8]) -> Option<Statement> {
    if let Some(include) = include(line) {
        return Some(include);
    }
    if let Some(rest) = line.strip_prefix(b"Defaults")
        && rest.first().is_some_and(|first| first.is_ascii_whitespace() || b":@!>".contains(first))
    {
        return defaults(rest);
    }
    let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let kind = match word {
        b"User_Alias" => Some(AliasKind::User),
        b"Runas_Alias" => Some(AliasKind::RunAs),
        b"Host_Alias" => Some(AliasKind::Host),
        b"Cmnd_Alias" | b"Cmd_Alias" => Some(AliasKind::Command),
        _ => None,
    };
    match kind {
        Some(kind) => aliases(kind, line.get(word.len()..)?),
        None => allows(line),
    }
}

fn include(line: &[u8]) -> Option<Statement> {
    let rest = line.strip_prefix(b"@").or_else(|| line.strip_prefix(b"#"))?;
    let (directory, rest) = match rest.strip_prefix(b"includedir") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix(b"include")?),
    };
    let path = rest.first().filter(|first| first.is_ascii_whitespace()).map(|_| plain(rest))?;
    (!path.is_empty()).then_some(Statement::Include { path, directory })
}

/// The scope is one word that begins at once: `:anna`, or a list with commas.
fn defaults(rest: &[u8]) -> Option<Statement> {
    let (scope, settings) = match rest.first() {
        Some(first) if b":@!>".contains(first) => first_list(rest)?,
        _ => (b"".as_slice(), rest),
    };
    let mut settings_of = Vec::new();
    let mut left = settings.trim_ascii();
    while let Some((one, rest)) = split(left, b",") {
        settings_of.push(Text::from(one));
        left = rest;
    }
    settings_of.push(Text::from(left));
    settings_of.retain(|one| !one.is_empty());
    (!settings_of.is_empty()).then(|| Statement::Defaults { scope: Text::from(scope), settings: settings_of })
}

/// A list whose parts are separated by commas, and what stands behind the blank that ends it.
fn first_list(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let blank = at + find(rest, b" \t")?;
        let (before, behind) = (text.get(..blank)?, text.get(blank..)?.trim_ascii_start());
        let goes_on = before.ends_with(b",") || before.ends_with(b"!") || behind.starts_with(b",");
        if !goes_on {
            return Some((before, behind));
        }
        let skipped = if behind.starts_with(b",") { 1 } else { 0 };
        at = text.len() - behind.len() + skipped;
        at += text.get(at..)?.len() - text.get(at..)?.trim_ascii_start().len();
    }
}

fn aliases(kind: AliasKind, rest: &[u8]) -> Option<Statement> {
    let mut aliases = Vec::new();
    let mut left = Some(rest);
    while let Some(text) = left {
        let (name, members) = split(text, b"=")?;
        let (members, more) = match split(members, b":") {
            Some((members, more)) => (members, Some(more)),
            None => (members, None),
        };
        aliases.push((plain(name), list(members)));
        left = more;
    }
    Some(Statement::Aliases { kind, aliases })
}

fn allows(line: &[u8]) -> Option<Statement> {
    let (users, rest) = first_list(line)?;
    let users = list(users);
    let mut grants = Vec::new();
    let mut left = Some(rest);
    while let Some(text) = left {
        let (_hosts, commands) = split(text, b"=")?;
        left = commands_of(commands, &mut grants)?;
    }
    let some = !users.is_empty() && grants.iter().any(|grant: &Grant| !grant.commands.is_empty());
    some.then_some(Statement::Allows { users, grants })
}

/// Commands up to the end, or up to the colon behind which those of other hosts begin.
fn commands_of<'a>(text: &'a [u8], grants: &mut Vec<Grant>) -> Option<Option<&'a [u8]>> {
    let mut grant = Grant::default();
    let mut left = text;
    loop {
        let mut how = Grant { run_as: grant.run_as.clone(), no_password: grant.no_password, commands: Vec::new() };
        let rest = prefixes(left, &mut how)?;
        if (&how.run_as, how.no_password) != (&grant.run_as, grant.no_password) {
            let before = std::mem::replace(&mut grant, how);
            grants.extend(Some(before).filter(|before| !before.commands.is_empty()));
        }
        let end = find(rest, b",:");
        let command = plain(end.and_then(|end| rest.get(..end)).unwrap_or(rest));
        grant.commands.extend(Some(command).filter(|command| !command.is_empty()));
        match end.and_then(|end| Some((rest.get(end)?, rest.get(end + 1..)?))) {
            Some((b',', more)) => left = more,
            Some((_, more)) => {
                grants.push(grant);
                return Some(Some(more));
            }
            None => {
                grants.push(grant);
                return Some(None);
            }
        }
    }
}

/// What stands before a command: whom to become, options, tags, digests.
fn prefixes<'a>(text: &'a [u8], grant: &mut Grant) -> Option<&'a [u8]> {
    let mut left = text.trim_ascii_start();
    loop {
        if let Some(inside) = left.strip_prefix(b"(") {
            let (run_as, rest) = inside.split_once_str(")")?;
            let (users, groups) = run_as.split_once_str(":").unwrap_or((run_as, b""));
            grant.run_as = Some((list(users), list(groups)));
            left = rest.trim_ascii_start();
            continue;
        }
        let length = left.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let (word, rest) = (left.get(..length)?, left.get(length..)?.trim_ascii_start());
        let behind = rest.get(1..).unwrap_or_default();
        left = match (word, rest.first()) {
            (b"NOPASSWD", Some(b':')) => {
                grant.no_password = Some(true);
                behind
            }
            (b"PASSWD", Some(b':')) => {
                grant.no_password = Some(false);
                behind
            }
            (tag, Some(b':')) if TAGS.contains(&tag) => behind,
            (option, Some(b'=')) if OPTIONS.contains(&option) => behind_word(behind),
            (b"sha224" | b"sha256" | b"sha384" | b"sha512", Some(b':')) => {
                // Several digests of one command stand with commas between.
                let rest = behind_word(behind);
                rest.strip_prefix(b",").unwrap_or(rest)
            }
            _ => return Some(left),
        }
        .trim_ascii_start();
    }
}

fn behind_word(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    find(text, b" \t,").and_then(|end| text.get(end..)).unwrap_or_default().trim_ascii_start()
}
