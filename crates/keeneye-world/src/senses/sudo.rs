//! What sudo and doas allow: sudoers(5) with all that it includes, doas.conf(5).

mod doas;
mod read;
mod resolve;
mod statement;
mod words;

use super::Plan;
use crate::{Look, World};
use keeneye_facts::{Event, Interest, Refusal, SudoRule, Text};

/// Where sudoers lies: the admin's, else the vendor's (openSUSE).
const SUDOERS: [&str; 2] = ["/etc/sudoers", "/usr/etc/sudoers"];
/// Rules that one host has at most; a rule for many users counts once for each.
const MAX_RULES: usize = 5_000;
/// Programs of one rule that are looked at.
const MAX_PROGRAMS: usize = 200;

pub(super) fn look(look: &mut Look<'_>, world: &World, _: &Plan) {
    let host_name = world.host.name.split(|b| *b == b'.').next().unwrap_or_default();
    let mut policy = resolve::Policy::default();
    for path in SUDOERS {
        if let Some(path) = look.optional_resolve(&path.into()) {
            read::sudoers(look, path, host_name, &mut policy);
            break;
        }
    }
    for setting in policy.defaults() {
        look.saw(Event::SudoDefaultSeen(setting));
    }
    let resolve::Rules { rules, cut } = policy.rules();
    let told = cut.is_some();
    if let Some((path, line)) = cut {
        let most = format!("line {line} and what follows: {MAX_RULES} rules, and members of lists, are the most");
        look.gap(path, Refusal::Cut(most));
    }
    for rule in rules {
        programs(look, &rule, told);
        look.saw(Event::SudoRuleSeen(rule));
    }
    doas(look);
}

fn doas(look: &mut Look<'_>) {
    let mut paths = vec![Text::from("/etc/doas.conf")];
    let dir = Text::from("/etc/doas.d");
    let names = look.optional_list(&dir).unwrap_or_default();
    paths.extend(names.iter().filter(|entry| entry.name.ends_with(b".conf")).map(|entry| dir.join(&entry.name)));
    for path in paths {
        let Some(path) = look.resolve_if_there(&path) else { continue };
        let Some(text) = look.optional_read(&path) else { continue };
        look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Setting });
        let mut garbage = super::Garbage::default();
        let lines = words::logical_lines(&text);
        lines.tell_cut(look, &path);
        for (line, text) in lines.lines {
            match doas::rule(&path, line, &text) {
                Some(Some(rule)) => {
                    programs(look, &rule, false);
                    look.saw(Event::SudoRuleSeen(rule));
                }
                Some(None) => (),
                None => garbage.line(line),
            }
        }
        garbage.tell(look, &path, "a rule");
    }
}

/// The files that a rule lets somebody run: who may change them matters. `told`: that something is left out was said.
fn programs(look: &mut Look<'_>, rule: &SudoRule, told: bool) {
    if !told {
        look.full(&rule.path, rule.commands.len(), MAX_PROGRAMS + 1, "programs of one rule");
    }
    for command in rule.commands.iter().take(MAX_PROGRAMS) {
        let words =
            command.split(u8::is_ascii_whitespace).filter(|word| word.starts_with(b"/") && !word.contains(&b'*'));
        for path in words.take(2).filter(|word| !word.ends_with(b"/")) {
            look.saw(Event::FileWanted { path: path.into(), interest: Interest::Setting });
        }
    }
}

#[cfg(test)]
mod tests;
