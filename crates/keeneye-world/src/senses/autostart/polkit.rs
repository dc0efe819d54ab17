//! Rules of polkit that say yes or ask a program: polkit(8), `.rules` and the older `.pkla`.

use super::entry;
use super::places::{self, Place};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

const RULES: [&str; 4] = [
    "/etc/polkit-1/rules.d",
    "/run/polkit-1/rules.d",
    "/usr/local/share/polkit-1/rules.d",
    "/usr/share/polkit-1/rules.d",
];
/// Directories whose directories hold `.pkla` files.
const AUTHORITIES: [&str; 2] = ["/etc/polkit-1/localauthority", "/var/lib/polkit-1/localauthority"];

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    for place in RULES.iter().flat_map(|dir| places::files(look, dir)).collect::<Vec<_>>() {
        if place.name().ends_with(b".rules") {
            rules(look, &place);
        }
    }
    for top in AUTHORITIES {
        let names = look.optional_list(&Text::from(top)).unwrap_or_default();
        for entry in names.iter().filter(|entry| places::is_dir(entry.kind)).take(100) {
            for place in places::files_of(look, &Text::from(top).join(&entry.name)) {
                if place.name().ends_with(b".pkla") {
                    authority(look, &place);
                }
            }
        }
    }
}

fn tell(look: &mut Look<'_>, place: &Place, line: u32, when: &str, command: Text, program: Option<Text>) {
    let entry = Autostart {
        kind: AutostartKind::Polkit,
        path: place.target.clone(),
        line: Some(line),
        name: place.name(),
        when: when.into(),
        command,
        ..Autostart::default()
    };
    entry::saw(look, entry, program);
}

/// One entry for each rule that says yes, and one for each program that is asked.
fn rules(look: &mut Look<'_>, place: &Place) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    for (line, rule) in added(&text) {
        if rule.contains_str("polkit.Result.YES") {
            let when = if is_for_everybody(&rule) { "yes to everybody" } else { "yes" };
            tell(look, place, line, when, rule.clone(), None);
        }
        if let Some(program) = spawned(&rule) {
            tell(look, place, line, "spawn", rule, Some(program));
        }
    }
}

/// What stands in each `addRule(...)`, comments left out, up to the next one.
fn added(text: &[u8]) -> Vec<(u32, Text)> {
    let mut found: Vec<(u32, Text)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.find("//").and_then(|end| line.get(..end)).unwrap_or(line).trim_ascii();
        if line.contains_str("addRule") || line.contains_str("addAdminRule") {
            if found.len() >= 200 {
                break;
            }
            found.push((entry::line_number(index), Text::from(line)));
        } else if let Some((_, rule)) = found.last_mut().filter(|(_, rule)| rule.len() < 4096 && !line.is_empty()) {
            *rule = Text::from([rule.as_slice(), b" ", line].concat());
        }
    }
    found
}

/// Nothing in it asks who it is.
fn is_for_everybody(rule: &[u8]) -> bool {
    !["subject.user", "isInGroup", "isInNetGroup", "subject.groups", "subject.session", "subject.pid"]
        .iter()
        .any(|word| rule.contains_str(word))
}

/// The program of `polkit.spawn(["/x", ...])`.
fn spawned(rule: &[u8]) -> Option<Text> {
    let behind = rule.get(rule.find("polkit.spawn")?..)?;
    let quote = behind.find_byteset("\"'")?;
    let program = behind.get(quote + 1..)?;
    let end = program.find_byteset("\"'")?;
    program.get(..end).filter(|program| !program.is_empty()).map(Text::from)
}

/// `Identity=`, `Action=` and `ResultAny=yes` of one section.
fn authority(look: &mut Look<'_>, place: &Place) {
    let text = look.optional_read(&place.target).unwrap_or_default();
    let mut identity = Text::new();
    for (index, line) in text.lines().enumerate().take(10_000) {
        let Some((key, value)) = line.split_once_str("=") else { continue };
        match key.trim_ascii() {
            b"Identity" => identity = Text::from(value.trim_ascii()),
            b"ResultAny" | b"ResultInactive" | b"ResultActive" if value.trim_ascii() == b"yes" => {
                let any = ["unix-user:*", "unix-group:*", "*"].iter().any(|any| identity == *any);
                let when = if any { "yes to everybody" } else { "yes" };
                let command = [b"Identity=", identity.as_slice(), b" ", line.trim_ascii()].concat();
                tell(look, place, entry::line_number(index), when, Text::from(command), None);
            }
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const REAL: &[u8] = b"// x\npolkit.addRule(function(action, subject) {\n  if (subject.isInGroup(\"sudo\")) {\n\
        return polkit.Result.YES; // all\n  }\n});\npolkit.addRule(function(a, s) { return polkit.Result.YES; });\n\
        polkit.addRule(function(a) { polkit.spawn([\"/usr/bin/x\", \"y\"]); });\n";
    #[test]
    fn rules_come_apart() {
        let rules = added(REAL);
        let lines: Vec<u32> = rules.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 7, 8]);
        let everybody: Vec<bool> = rules.iter().map(|(_, rule)| is_for_everybody(rule)).collect();
        assert_eq!(everybody, [false, true, true]);
        assert_eq!(spawned(&rules[2].1), Some("/usr/bin/x".into()));
        crate::mutate::check(&[REAL], |bytes| {
            added(bytes).iter().all(|(_, rule)| spawned(rule).is_none_or(|p| !p.is_empty()))
        });
    }
}
