//! Libraries that every program loads which asks for a name: nsswitch.conf(5).

use super::{entry, places};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};

/// Directories of libraries.
const TOPS: [&str; 6] = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/local/lib64"];

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let Some(place) = places::file(look, &Text::from("/etc/nsswitch.conf")) else { return };
    let text = look.optional_read(&place.target).unwrap_or_default();
    let mut libraries = Vec::new();
    for top in TOPS {
        let Some(top) = look.optional_resolve(&Text::from(top)) else { continue };
        let names = look.optional_list(&top).unwrap_or_default();
        let triplets = names.iter().filter(|entry| places::is_dir(entry.kind) && entry.name.contains_str("-linux-"));
        let mut dirs: Vec<Text> = triplets.map(|entry| top.join(&entry.name)).collect();
        dirs.push(top);
        for dir in dirs {
            let names = look.optional_list(&dir).unwrap_or_default();
            let modules = names.into_iter().filter(|entry| entry.name.starts_with(b"libnss_"));
            libraries.extend(modules.map(|entry| dir.join(&entry.name)));
        }
    }
    for (line, database, service) in services(&text) {
        let name = [b"libnss_", service.as_slice(), b".so.2"].concat();
        let library = libraries.iter().find(|library| library.file_name() == name.as_bstr()).cloned();
        let entry = Autostart {
            kind: AutostartKind::NameService,
            path: place.target.clone(),
            line: Some(line),
            name: database,
            command: service,
            ..Autostart::default()
        };
        entry::saw(look, entry, library);
    }
}

/// Line, database and service; what stands in square brackets says what follows a result.
fn services(text: &[u8]) -> Vec<(u32, Text, Text)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split(|b| *b == b'#').next().unwrap_or_default();
        let Some((database, services)) = line.split_once_str(":") else { continue };
        let mut inside = false;
        for word in services.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty()) {
            let opens = word.starts_with(b"[");
            if !inside && !opens && found.len() < 200 {
                found.push((entry::line_number(index), Text::from(database.trim_ascii()), Text::from(word)));
            }
            inside = (inside || opens) && !word.ends_with(b"]");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn services_of_databases() {
        let text = b"# x\npasswd: files systemd\nhosts: files mdns4_minimal [NOTFOUND=return] dns [ !UNAVAIL = continue ] x # y\n";
        let said: Vec<String> = services(text)
            .iter()
            .map(|(line, database, service)| format!("{line} {} {}", database.lossy(), service.lossy()))
            .collect();
        assert_eq!(
            said,
            [
                "2 passwd files",
                "2 passwd systemd",
                "3 hosts files",
                "3 hosts mdns4_minimal",
                "3 hosts dns",
                "3 hosts x"
            ]
        );
        crate::mutate::check(&[text], |bytes| !services(bytes).is_empty());
    }
}
