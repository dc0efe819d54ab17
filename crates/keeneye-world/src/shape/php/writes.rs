//! What a script loads as code, and what it writes.

use super::tokens::Kind;
use super::values::is_address;
use super::{DECODED, DIRECT, FETCHED, INPUT, JOINED, PART, Reader};
use crate::place;
use bstr::ByteSlice;
use keeneye_facts::{Does, Text};

/// Ends of pictures. Drawings (`.svg`) and styles are put into pages that way, these never.
const PICTURES: [&[u8]; 7] = [b".ico", b".png", b".jpg", b".jpeg", b".gif", b".bmp", b".webp"];

impl Reader<'_> {
    /// `include ...;`
    pub(super) fn include(&mut self, at: usize) {
        let end = self.end(at + 1);
        let taint = self.taint(at + 1, end, false);
        let sole = taint & (PART | JOINED) == 0 && self.is_sole(at + 1, end);
        let last = self.last_text(at + 1, end);
        let text = self.text(at + 1, end);
        if taint & DIRECT != 0 {
            self.found(at, if sole { Does::RunsInput } else { Does::LoadsInput });
        } else if taint & INPUT != 0 && sole {
            self.found(at, Does::LoadsInput);
        } else if taint & DECODED != 0 && taint & INPUT == 0 && self.has_no_unknown(at + 1, end) {
            self.found(at, Does::RunsDecoded);
        } else if text.as_deref().is_some_and(is_address) {
            self.found(at, Does::RunsFetched);
        } else if last.as_deref().is_some_and(is_picture) || text.is_some_and(|path| is_volatile(&path)) {
            self.found(at, Does::LoadsData);
        }
    }

    /// No variable stands there whose string is not known.
    fn has_no_unknown(&mut self, from: usize, end: usize) -> bool {
        for at in from..end {
            let unknown = matches!(self.kind(at), Some(Kind::Variable(name)) if self.known_text(name).is_none());
            if unknown || !self.step() {
                return false;
            }
        }
        true
    }

    /// The last string of an expression, in lower case.
    fn last_text(&mut self, from: usize, end: usize) -> Option<Vec<u8>> {
        for at in (from..end).rev() {
            match self.kind(at) {
                Some(Kind::Text(text)) if text.len() < 256 => return Some(text.to_ascii_lowercase()),
                Some(Kind::Mark(b')')) if self.step() => (),
                _ => return None,
            }
        }
        None
    }

    /// `file_put_contents(path, content)`, `fwrite(handle, content)`.
    pub(super) fn writes(&mut self, at: usize, open: usize, close: usize) {
        let arguments = self.arguments(open, close);
        let [(path, path_end), (content, content_end), ..] = arguments.as_slice() else { return };
        let (mut path, mut path_end) = (*path, *path_end);
        if self.name(path) == Some(b"fopen") {
            path += 2;
            path_end = self.end(path);
        }
        let (path_taint, taint) = (self.taint(path, path_end, true), self.taint(*content, *content_end, true));
        let script = self.last_text(path, path_end).is_some_and(|end| is_script(&end));
        let anywhere = path_taint & INPUT != 0 && path_taint & (PART | JOINED) == 0 && self.is_sole(path, path_end);
        let whole = taint & (PART | JOINED) == 0;
        let sent = taint & INPUT != 0 && whole && (script || anywhere) && self.is_sole(*content, *content_end);
        let made = taint & (DECODED | FETCHED) != 0 && whole && script && self.has_no_unknown(*content, *content_end);
        if sent || made {
            self.found(at, Does::WritesCode);
        } else if path_taint & taint & DIRECT != 0 {
            self.found(at, Does::WritesInput);
        }
    }

    /// `move_uploaded_file(sent, path)`, `copy(sent, path)`: to the name that the sender gave it, without a look at it.
    pub(super) fn moves(&mut self, at: usize, name: &[u8], open: usize, close: usize) {
        let arguments = self.arguments(open, close);
        let [(sent, sent_end), (path, path_end), ..] = arguments.as_slice() else { return };
        let sent = name == b"move_uploaded_file" || self.names_files(*sent, *sent_end);
        let taint = self.taint(*path, *path_end, true);
        let looked = self.known.looks_at_files && self.names_files(*path, *path_end);
        if !sent || taint & INPUT == 0 || looked {
            return;
        }
        let whole = taint & (PART | JOINED) == 0 && self.is_sole(*path, *path_end);
        match whole && !self.known.looks_at_files {
            true => self.found(at, Does::WritesCode),
            false => self.found(at, Does::WritesInput),
        }
    }

    fn names_files(&mut self, from: usize, end: usize) -> bool {
        for at in from..end {
            let files = matches!(self.kind(at), Some(Kind::Variable(name)) if name == b"_FILES");
            if files || !self.step() {
                return files;
            }
        }
        false
    }
}

fn is_picture(end: &[u8]) -> bool {
    PICTURES.iter().any(|picture| end.ends_with(picture))
}

fn is_script(end: &[u8]) -> bool {
    let name = end.rfind_byte(b'/').and_then(|at| end.get(at..)).unwrap_or(end);
    name.rfind_byte(b'.').and_then(|at| name.get(at..)).is_some_and(crate::sweep::is_web_script)
}

fn is_volatile(path: &[u8]) -> bool {
    place::is_volatile(&Text::from(path))
}
