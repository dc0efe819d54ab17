//! sudoers and all that it includes.

use super::resolve::Policy;
use super::statement::{Statement, statement};
use super::words;
use crate::senses::Garbage;
use crate::{EntryKind, Look};
use bstr::ByteSlice;
use keeneye_facts::{Event, Interest, Refusal, Text};

/// How deep files may include files; sudo's own limit is 128.
const MAX_DEPTH: usize = 16;
/// Files that are read in all.
const MAX_FILES: usize = 2_000;

/// Reads a file and what it includes.
pub(super) fn sudoers(look: &mut Look<'_>, path: Text, host_name: &[u8], policy: &mut Policy) {
    Reader { host_name, files: 0 }.file(look, path, policy, 0);
}

struct Reader<'a> {
    host_name: &'a [u8],
    files: usize,
}

impl Reader<'_> {
    fn file(&mut self, look: &mut Look<'_>, path: Text, policy: &mut Policy, depth: usize) {
        self.files += 1;
        if depth > MAX_DEPTH || self.files > MAX_FILES {
            look.gap(path, Refusal::Cut(format!("{MAX_DEPTH} levels or {MAX_FILES} files")));
            return;
        }
        let Some(text) = look.optional_read(&path) else { return };
        look.saw(Event::FileWanted { path: path.clone(), interest: Interest::Setting });
        let mut garbage = Garbage::default();
        let lines = words::logical_lines(&text);
        lines.tell_cut(look, &path);
        for (line, text) in lines.lines {
            match statement(&text) {
                Some(Statement::Include { path: named, directory }) => {
                    let named = self.path(&path, &named);
                    for file in if directory { files_in(look, &named) } else { vec![named] } {
                        if let Some(file) = look.resolve_if_there(&file) {
                            self.file(look, file, policy, depth + 1);
                        }
                    }
                }
                Some(statement) => policy.add(&path, line, statement),
                None => garbage.line(line),
            }
        }
        garbage.tell(look, &path, "understood");
    }

    /// Relative to the including file; `%h` stands for the host's short name.
    fn path(&self, including: &Text, named: &Text) -> Text {
        let named = Text::from(named.replace("%h", self.host_name));
        if named.starts_with(b"/") { named } else { Text::from(including.parent()).join(&named) }
    }
}

/// sudo passes by names that hold a dot or end in `~`.
fn files_in(look: &mut Look<'_>, dir: &Text) -> Vec<Text> {
    let names = look.optional_list(dir).unwrap_or_default();
    let files = names.iter().filter(|e| e.kind != EntryKind::Dir && !e.name.contains(&b'.') && !e.name.ends_with(b"~"));
    files.map(|entry| dir.join(&entry.name)).collect()
}
