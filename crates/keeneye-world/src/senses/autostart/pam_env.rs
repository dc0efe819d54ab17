//! Variables that pam_env sets for every session: pam_env.conf(5), and `~/.pam_environment` of a person.

use super::places;
use super::{entry, environment, unit};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Lines that are read of one file.
const MAX_LINES: usize = 2_000;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    let homes = places::homes(world).into_iter().map(|home| home.join(".pam_environment"));
    for path in std::iter::once(Text::from("/etc/security/pam_env.conf")).chain(homes) {
        let Some(place) = places::file(look, &path) else { continue };
        let Some(text) = look.optional_read_lines(&place.target, MAX_LINES) else { continue };
        let of = Autostart {
            kind: AutostartKind::Generator,
            path: place.target.clone(),
            name: Text::from("pam_env"),
            ..Autostart::default()
        };
        for (line, name, value) in variables(&text) {
            environment::saw(look, &of, line, &name, &value);
        }
    }
}

/// Line, name and value: of `NAME DEFAULT=value OVERRIDE=value`, and of `NAME=value`.
fn variables(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let words = unit::words(line.trim_ascii());
        let Some((first, rest)) = words.split_first().filter(|(first, _)| !first.starts_with(b"#")) else { continue };
        let number = entry::line_number(index);
        if let Some((name, value)) = environment::assignment(first) {
            found.push((number, Text::from(name), Text::from(value)));
            continue;
        }
        // The override wins where it is not empty.
        let given = |key: &str| rest.iter().filter_map(|word| word.strip_prefix(key.as_bytes())).next_back();
        let value = given("OVERRIDE=").filter(|value| !value.is_empty()).or_else(|| given("DEFAULT="));
        found.extend(value.map(|value| (number, first.clone(), Text::from(value))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn both_ways_to_set_a_variable() {
        let text = b"# LD_AUDIT=/x\nLD_PRELOAD DEFAULT=/a.so\nA DEFAULT=\"b c\" OVERRIDE=${D}\nE=f\nG DEFAULT=h OVERRIDE=\nI\n";
        let said: Vec<String> =
            variables(text).iter().map(|(n, name, value)| format!("{n} {}={}", name.lossy(), value.lossy())).collect();
        assert_eq!(said, ["2 LD_PRELOAD=/a.so", "3 A=${D}", "4 E=f", "5 G=h"]);
        crate::mutate::check(&[text], |bytes| !variables(bytes).is_empty());
    }
}
