//! Code that python runs when it starts: lines of `.pth` files, `sitecustomize.py`, `usercustomize.py` (the module
//! `site` of python's library).

use super::places::{self, Place};
use super::{entry, script};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Text};
use std::collections::BTreeMap;

/// Directories that hold one directory for each version of python.
const TOPS: [&str; 4] = ["/usr/lib", "/usr/local/lib", "/usr/lib64", "/usr/local/lib64"];
/// Versions that are looked into below one of them.
const MAX_VERSIONS: usize = 20;
/// Distributions of one directory whose records are read.
const MAX_RECORDS: usize = 500;
/// Lines of one file.
const MAX_LINES: usize = 100;

pub(super) fn look(look: &mut Look<'_>, world: &World) {
    for top in TOPS {
        versions(look, &Text::from(top), None);
    }
    for home in places::homes(world) {
        // Accounts without a person have the system's directories for a home.
        if !TOPS.iter().any(|top| home == *top) {
            versions(look, &home.join(".local/lib"), Some(&home));
        }
    }
}

fn versions(look: &mut Look<'_>, top: &Text, home: Option<&Text>) {
    let Some(top) = look.optional_resolve(top) else { return };
    let mut names = look.optional_list(&top).unwrap_or_default();
    names.retain(|entry| is_python(&entry.name) && places::is_dir(entry.kind));
    for entry in look.first(&top, &names, MAX_VERSIONS, "versions") {
        let dir = top.join(&entry.name);
        for site in [dir.clone(), dir.join("dist-packages"), dir.join("site-packages")] {
            directory(look, &site, home);
        }
    }
}

/// `python3`, `python3.11`.
fn is_python(name: &[u8]) -> bool {
    name.strip_prefix(b"python").is_some_and(|rest| rest.iter().all(|b| b.is_ascii_digit() || *b == b'.'))
}

fn directory(look: &mut Look<'_>, dir: &Text, home: Option<&Text>) {
    let Some(resolved) = look.optional_resolve(dir) else { return };
    let names = look.optional_list(&resolved).unwrap_or_default();
    let mut records = None;
    for name in names.iter().map(|entry| &entry.name) {
        let whole = *name == "sitecustomize.py" || *name == "usercustomize.py";
        if !whole && !name.ends_with(b".pth") {
            continue;
        }
        let Some(place) = places::file(look, &resolved.join(name)) else { continue };
        let text = look.optional_read(&place.target).unwrap_or_default();
        let imports = look.first(&place.target, imports(&text), MAX_LINES, "lines that import");
        let lines = if whole { vec![(None, script::commands(&text))] } else { imports };
        for (line, command) in lines.into_iter().filter(|(_, command)| !command.is_empty()) {
            let records = records.get_or_insert_with(|| Records::read(look, &resolved, &names));
            tell(look, &place, line, command, records.of(name), home);
        }
    }
}

fn tell(look: &mut Look<'_>, place: &Place, line: Option<u32>, command: Text, by: Option<Text>, home: Option<&Text>) {
    let entry = Autostart {
        kind: AutostartKind::Python,
        path: place.target.clone(),
        line,
        name: place.name(),
        user: home.map(|home| Text::from(home.file_name())),
        command,
        claimed_by: by,
        ..Autostart::default()
    };
    entry::saw(look, entry, []);
}

/// Lines that `site` executes: those that begin with `import` and a blank.
fn imports(text: &[u8]) -> Vec<(Option<u32>, Text)> {
    let lines =
        text.lines().enumerate().filter(|(_, line)| line.starts_with(b"import ") || line.starts_with(b"import\t"));
    lines.take(MAX_LINES + 1).map(|(index, line)| (Some(entry::line_number(index)), Text::from(line))).collect()
}

/// Files that lie beside the distributions that brought them, and whose they are.
struct Records(BTreeMap<Text, Text>);

impl Records {
    /// `NAME-VERSION.dist-info/RECORD`: a path, a digest and a size a line (PEP 376, PEP 627).
    fn read(look: &mut Look<'_>, dir: &Text, names: &[crate::DirEntry]) -> Self {
        let mut files = BTreeMap::new();
        let infos = names.iter().filter(|entry| entry.name.ends_with(b".dist-info"));
        let infos = look.first(dir, infos, MAX_RECORDS, "distributions");
        for info in infos {
            let Some(text) = look.optional_read(&dir.join(&info.name).join("RECORD")) else { continue };
            let name = Text::from(info.name.split(|b| *b == b'-').next().unwrap_or_default());
            for file in recorded(&text) {
                files.insert(Text::from(file), name.clone());
            }
        }
        Self(files)
    }
    fn of(&self, file: &Text) -> Option<Text> {
        self.0.get(file).cloned()
    }
}

/// Start files among the paths of a record.
fn recorded(text: &[u8]) -> Vec<&[u8]> {
    let paths = text.lines().filter_map(|line| line.split(|b| *b == b',').next());
    paths.filter(|path| path.ends_with(b".pth") || path.ends_with(b"customize.py")).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn lines_that_are_code() {
        let text = b"/srv/lib\nimport os\n import x\nimportant\nimport\tsys; x()\n";
        let said = imports(text);
        assert_eq!(said, [(Some(2), Text::from("import os")), (Some(5), Text::from("import\tsys; x()"))]);
        crate::mutate::check(&[text], |bytes| !imports(bytes).is_empty());
    }
    #[test]
    fn records_name_start_files() {
        let text = b"distutils-precedence.pth,sha256=JjjOniUJ,151\nsetuptools/__init__.py,sha256=a,1\nsub/x.pth,,\n";
        assert_eq!(recorded(text), [&b"distutils-precedence.pth"[..], b"sub/x.pth"]);
        assert!(is_python(b"python3.11") && is_python(b"python3") && !is_python(b"python3-x"));
        crate::mutate::check(&[text], |bytes| !recorded(bytes).is_empty());
    }
}
