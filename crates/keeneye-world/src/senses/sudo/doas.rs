//! doas.conf(5).

use bstr::ByteSlice;
use keeneye_facts::{SudoRule, Text};

/// One line: `permit nopass keepenv :wheel as root cmd /bin/ls args -l`. `None` for what is no rule, `Some(None)` for
/// one that denies.
pub(super) fn rule(path: &Text, line: u32, text: &[u8]) -> Option<Option<SudoRule>> {
    let words = words(text);
    let mut words = words.iter();
    let permits = match words.next()?.as_bytes() {
        b"permit" => true,
        b"deny" => false,
        _ => return None,
    };
    let (mut no_password, mut who) = (false, None);
    while let Some(word) = words.next() {
        match word.as_bytes() {
            b"nopass" => no_password = true,
            b"nolog" | b"persist" | b"keepenv" => (),
            b"setenv" => {
                words.by_ref().find(|word| word.ends_with(b"}"))?;
            }
            _ => {
                who = Some(word.clone());
                break;
            }
        }
    }
    let who = who?;
    let who = who.strip_prefix(b":").map_or(who.clone(), |group| Text::from([b"%", group].concat()));
    let mut rule = SudoRule { path: path.clone(), line, who, no_password, ..SudoRule::default() };
    let mut command: Option<Vec<&[u8]>> = None;
    while let Some(word) = words.next() {
        match (word.as_bytes(), &mut command) {
            (b"as", None) => rule.run_as = words.next()?.clone(),
            (b"cmd", None) => command = Some(vec![words.next()?.as_slice()]),
            (b"args", Some(parts)) if parts.len() == 1 => parts.extend(words.by_ref().map(Text::as_slice)),
            _ => return None,
        }
    }
    // Without `as`, doas lets everybody be anybody.
    if rule.run_as.is_empty() {
        rule.run_as = Text::from("ALL");
    }
    rule.commands = vec![command.map_or_else(|| Text::from("ALL"), |parts| Text::from(bstr::join(" ", parts)))];
    Some(permits.then_some(rule))
}

fn words(text: &[u8]) -> Vec<Text> {
    let words = text.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    words.map(super::words::plain).collect()
}
